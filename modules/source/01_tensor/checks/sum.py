@whatever_is_constructed
def check_sum():
    check = Check()
    t = Tensor([[1.0, 9.0, 3.0], [8.0, 2.0, 4.0]])
    cube = np.random.default_rng(3).integers(-9, 9, (2, 3, 4)) / 4
    below = -1500 - np.random.default_rng(4).integers(0, 9, (2, 3, 4)) / 4
    with check.part(0.5, "all of it", mistake="not-the-sum"):
        has_numbers(t.sum(), 27.0, "sum()")
        ### BEGIN HIDDEN TESTS
        assert has(Tensor(below).sum(), below.sum()), "large negative numbers"
        assert has(Tensor(2.5).sum(), 2.5), "a single number, shape (), is fine"
        assert np.isnan(numbers_in(Tensor([1.0, np.nan]).sum())), "nan is not left out: the answer is nan too"
        assert has(Tensor([1024.0, 0.25]).sum(), 1024.25), "float32 adds as float32, not as less"
        ### END HIDDEN TESTS
    with check.part(0.5, "along an axis", mistake="not-the-sum-along-an-axis"):
        has_numbers(t.sum(axis=0), [9.0, 11, 7], "sum(axis=0), down the columns,")
        ### BEGIN HIDDEN TESTS
        for axis in (0, 1, -1):
            assert has(Tensor(cube).sum(axis), cube.sum(axis)), "along any axis of three, counted from either end"
        assert has(Tensor(below).sum(axis=1), below.sum(axis=1)), "large negative numbers, along an axis"
        assert has(Tensor(cube).sum(axis=(0, 2)), cube.sum(axis=(0, 2))), "along two axes at once"
        ### END HIDDEN TESTS
    with check.part(0.5, "keepdims keeps the axis, with the size 1", mistake="keepdims-ignored"):
        has_numbers(t.sum(axis=1, keepdims=True), [[13.0], [14]], "sum(axis=1, keepdims=True)")
        ### BEGIN HIDDEN TESTS
        for axis in (0, 1):
            kept = cube.sum(axis=axis, keepdims=True)
            assert has(Tensor(cube).sum(axis=axis, keepdims=True), kept), "keepdims keeps the axis where it was"
        assert has(Tensor(cube).sum(keepdims=True), cube.sum(keepdims=True)), (
            "keepdims without an axis keeps them all"
        )
        ### END HIDDEN TESTS
    with check.part(0.5, "a new Tensor of the right type each time", mistake="no-new-tensor-of-its-type"):
        same(t.sum(), 27.0, "sum()")
        ### BEGIN HIDDEN TESTS
        assert gives(Tensor(np.array([200, 100], np.uint8)).sum(), 300), "a sum of small integers must not overflow"
        assert gives(Tensor([True, True, False]).sum(), 2), "a sum of booleans counts those that are True"
        assert gives(Tensor([3, -4]).sum(), -1), "a sum of integers is an integer"
        assert each_time_anew(
            lambda t: t.sum(), [[1, 5], [2, 0]], [[7, 3], [6, 9]], lambda a: a.sum()
        ), "a Tensor used twice: by the numbers that it has now, and the first answer stays"
        assert plain(t.data).tolist() == [[1, 9, 3], [8, 2, 4]], "a reduction must leave its Tensor as it was"
        ### END HIDDEN TESTS
    return check.points()


check_sum()
