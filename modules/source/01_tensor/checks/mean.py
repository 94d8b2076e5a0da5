@whatever_is_constructed
def check_mean():
    check = Check()
    t = Tensor([[1.0, 9.0, 3.0], [8.0, 2.0, 4.0]])
    cube = np.random.default_rng(3).integers(-9, 9, (2, 3, 4)) / 4
    below = -1500 - np.random.default_rng(4).integers(0, 9, (2, 3, 4)) / 4
    with check.part(0.5, "all of it", mistake="not-the-mean"):
        has_numbers(t.mean(), 4.5, "mean()")
        ### BEGIN HIDDEN TESTS
        assert has(Tensor(below).mean(), below.mean()), "large negative numbers"
        assert has(Tensor(2.5).mean(), 2.5), "a single number, shape (), is fine"
        assert np.isnan(numbers_in(Tensor([1.0, np.nan]).mean())), "nan is not left out: the answer is nan too"
        ### END HIDDEN TESTS
    with check.part(0.5, "along an axis", mistake="not-the-mean-along-an-axis"):
        has_numbers(t.mean(axis=0), [4.5, 5.5, 3.5], "mean(axis=0), down the columns,")
        ### BEGIN HIDDEN TESTS
        for axis in (0, 1, -1):
            assert has(Tensor(cube).mean(axis), cube.mean(axis)), "along any axis of three, counted from either end"
        assert has(Tensor(below).mean(axis=1), below.mean(axis=1)), "large negative numbers, along an axis"
        assert has(Tensor(cube).mean(axis=(0, 2)), cube.mean(axis=(0, 2))), "along two axes at once"
        ### END HIDDEN TESTS
    with check.part(0.5, "keepdims keeps the axis, with the size 1", mistake="keepdims-ignored"):
        has_numbers(t.mean(axis=1, keepdims=True), [[13 / 3], [14 / 3]], "mean(axis=1, keepdims=True)")
        ### BEGIN HIDDEN TESTS
        for axis in (0, 1):
            kept = cube.mean(axis=axis, keepdims=True)
            assert has(Tensor(cube).mean(axis=axis, keepdims=True), kept), "keepdims keeps the axis where it was"
        assert has(Tensor(cube).mean(keepdims=True), cube.mean(keepdims=True)), (
            "keepdims without an axis keeps them all"
        )
        ### END HIDDEN TESTS
    with check.part(0.5, "a new Tensor of the right type each time", mistake="no-new-tensor-of-its-type"):
        same(t.mean(), 4.5, "mean()")
        same(Tensor([1, 2]).mean(), 1.5, "the mean of the integers 1 and 2")
        ### BEGIN HIDDEN TESTS
        assert gives(Tensor([3, 5]).mean(), 4.0), "a mean is a float, even if it is whole"
        assert gives(Tensor(np.array([200, 100], np.uint8)).mean(), 150.0), "the mean of bytes must not overflow"
        assert each_time_anew(
            lambda t: t.mean(), [[1, 5], [2, 0]], [[7, 3], [6, 9]], lambda a: a.mean()
        ), "a Tensor used twice: by the numbers that it has now, and the first answer stays"
        assert plain(t.data).tolist() == [[1, 9, 3], [8, 2, 4]], "a reduction must leave its Tensor as it was"
        ### END HIDDEN TESTS
    return check.points()


check_mean()
