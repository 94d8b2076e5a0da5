@whatever_is_constructed
def check_mean():
    check = Check()
    t = Tensor([[1.0, 9.0, 3.0], [8.0, 2.0, 4.0]])
    with check.part(1, "all of it, or along an axis", mistake="not-the-mean-along-an-axis"):
        same(t.mean(), 4.5, "mean()")
        same(t.mean(axis=0), [4.5, 5.5, 3.5], "mean(axis=0), down the columns,")
        same(Tensor([1, 2]).mean(), 1.5, "the mean of the integers 1 and 2")
    ### BEGIN HIDDEN TESTS
    with check.part(1, "more axes, other types", mistake="odd-reductions"):
        cube = np.random.default_rng(3).integers(-9, 9, (2, 3, 4))
        below = -1500 - np.random.default_rng(4).integers(0, 9, (2, 3, 4)) / 4
        for axis in (0, 1, -1):
            assert gives(Tensor(cube).mean(axis), cube.mean(axis)), (
                "along any axis of three, counted from either end"
            )
            kept = cube.mean(axis=axis, keepdims=True)
            assert gives(Tensor(cube).mean(axis=axis, keepdims=True), kept), (
                "keepdims keeps the axis where it was"
            )
        assert gives(Tensor(cube).mean(keepdims=True), cube.mean(keepdims=True)), (
            "keepdims without an axis keeps them all"
        )
        assert gives(Tensor(below).mean(axis=1), below.mean(axis=1)), "large negative numbers"
        assert gives(Tensor(2.5).mean(), 2.5), "a single number, shape (), is fine"
        assert each_time_anew(
            lambda t: t.mean(axis=0), [[1, 5], [2, 0]], [[7, 3], [6, 8]], lambda a: a.mean(axis=0)
        ), "a Tensor used twice: by the numbers that it has now, and the first answer stays"
        assert gives(Tensor(cube).mean(axis=(0, 2)), cube.mean(axis=(0, 2))), "along two axes at once"
        assert np.isnan(plain(Tensor([1.0, np.nan]).mean().data)), (
            "nan is not left out: the answer is nan too"
        )
        assert gives(Tensor([3, 5]).mean(), 4.0), "a mean is a float, even if it is whole"
        assert gives(Tensor(np.array([200, 100], np.uint8)).mean(), 150.0), (
            "the mean of bytes must not overflow"
        )
        assert plain(t.data).tolist() == [[1, 9, 3], [8, 2, 4]], "a reduction must leave its Tensor as it was"
    ### END HIDDEN TESTS
    return check.points()


check_mean()
