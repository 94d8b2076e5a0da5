@whatever_is_constructed
def check_sum():
    check = Check()
    t = Tensor([[1.0, 9.0, 3.0], [8.0, 2.0, 4.0]])
    with check.part(1, "all of it, or along an axis", mistake="not-the-sum-along-an-axis"):
        same(t.sum(), 27.0, "sum()")
        same(t.sum(axis=0), [9.0, 11, 7], "sum(axis=0), down the columns,")
        same(t.sum(axis=1, keepdims=True), [[13.0], [14]], "sum(axis=1, keepdims=True)")
    ### BEGIN HIDDEN TESTS
    with check.part(1, "more axes, other types", mistake="odd-reductions"):
        cube = np.random.default_rng(3).integers(-9, 9, (2, 3, 4))
        below = -1500 - np.random.default_rng(4).integers(0, 9, (2, 3, 4)) / 4
        for axis in (0, 1, -1):
            assert gives(Tensor(cube).sum(axis), cube.sum(axis)), (
                "along any axis of three, counted from either end"
            )
            kept = cube.sum(axis=axis, keepdims=True)
            assert gives(Tensor(cube).sum(axis=axis, keepdims=True), kept), (
                "keepdims keeps the axis where it was"
            )
        assert gives(Tensor(cube).sum(keepdims=True), cube.sum(keepdims=True)), (
            "keepdims without an axis keeps them all"
        )
        assert gives(Tensor(below).sum(axis=1), below.sum(axis=1)), "large negative numbers"
        assert gives(Tensor(2.5).sum(), 2.5), "a single number, shape (), is fine"
        assert each_time_anew(
            lambda t: t.sum(axis=0), [[1, 5], [2, 0]], [[7, 3], [6, 8]], lambda a: a.sum(axis=0)
        ), "a Tensor used twice: by the numbers that it has now, and the first answer stays"
        assert gives(Tensor(cube).sum(axis=(0, 2)), cube.sum(axis=(0, 2))), "along two axes at once"
        assert np.isnan(plain(Tensor([1.0, np.nan]).sum().data)), "nan is not left out: the answer is nan too"
        bytes_ = Tensor(np.array([200, 100], np.uint8)).sum()
        assert gives(bytes_, 300), "a sum of small integers must not overflow"
        assert gives(Tensor([True, True, False]).sum(), 2), "a sum of booleans counts those that are True"
        assert gives(Tensor([1024.0, 0.25]).sum(), 1024.25), "float32 adds as float32, not as less"
        assert plain(t.data).tolist() == [[1, 9, 3], [8, 2, 4]], "a reduction must leave its Tensor as it was"
    ### END HIDDEN TESTS
    return check.points()


check_sum()
