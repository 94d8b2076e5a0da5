@whatever_is_constructed
def check_max():
    check = Check()
    t = Tensor([[1.0, 9.0, 3.0], [8.0, 2.0, 4.0]])
    with check.part(1, "all of it, or along an axis", mistake="not-the-largest-along-an-axis"):
        same(t.max(), 9.0, "max()")
        same(t.max(axis=0), [8.0, 9, 4], "max(axis=0), down the columns,")
        same(t.max(axis=1, keepdims=True), [[9.0], [8]], "max(axis=1, keepdims=True)")
    ### BEGIN HIDDEN TESTS
    with check.part(1, "more axes, other types", mistake="odd-reductions"):
        cube = np.random.default_rng(3).integers(-9, 9, (2, 3, 4))
        below = -1500 - np.random.default_rng(4).integers(0, 9, (2, 3, 4)) / 4
        for axis in (0, 1, -1):
            assert gives(Tensor(cube).max(axis), cube.max(axis)), (
                "along any axis of three, counted from either end"
            )
            kept = cube.max(axis=axis, keepdims=True)
            assert gives(Tensor(cube).max(axis=axis, keepdims=True), kept), (
                "keepdims keeps the axis where it was"
            )
        assert gives(Tensor(cube).max(keepdims=True), cube.max(keepdims=True)), (
            "keepdims without an axis keeps them all"
        )
        assert gives(Tensor(below).max(axis=1), below.max(axis=1)), "large negative numbers"
        assert gives(Tensor(2.5).max(), 2.5), "a single number, shape (), is fine"
        assert each_time_anew(
            lambda t: t.max(axis=0), [[1, 5], [2, 0]], [[7, 3], [6, 8]], lambda a: a.max(axis=0)
        ), "a Tensor used twice: by the numbers that it has now, and the first answer stays"
        assert gives(Tensor(cube).max(axis=(0, 2)), cube.max(axis=(0, 2))), "along two axes at once"
        assert np.isnan(plain(Tensor([1.0, np.nan]).max().data)), "nan is not left out: the answer is nan too"
        assert np.isnan(plain(Tensor([[np.nan], [1.0]]).max(axis=0).data)).all(), (
            "nan is not left out: the answer is nan too"
        )
        assert gives(Tensor([[-3.0, -1], [-2, -5]]).max(axis=0), [-2.0, -1]), (
            "the largest of negative numbers"
        )
        assert plain(t.data).tolist() == [[1, 9, 3], [8, 2, 4]], "a reduction must leave its Tensor as it was"
    ### END HIDDEN TESTS
    return check.points()


check_max()
