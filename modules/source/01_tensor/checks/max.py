@whatever_is_constructed
def check_max():
    check = Check()
    t = Tensor([[1.0, 9.0, 3.0], [8.0, 2.0, 4.0]])
    cube = np.random.default_rng(3).integers(-9, 9, (2, 3, 4)) / 4
    below = -1500 - np.random.default_rng(4).integers(0, 9, (2, 3, 4)) / 4
    with check.part(0.5, "all of it", mistake="not-the-largest"):
        has_numbers(t.max(), 9.0, "max()")
        ### BEGIN HIDDEN TESTS
        assert has(Tensor(below).max(), below.max()), "large negative numbers"
        assert has(Tensor(2.5).max(), 2.5), "a single number, shape (), is fine"
        assert np.isnan(numbers_in(Tensor([1.0, np.nan]).max())), "nan is not left out: the answer is nan too"
        assert has(Tensor([-3.0, -1]).max(), -1.0), "the largest of negative numbers"
        ### END HIDDEN TESTS
    with check.part(0.5, "along an axis", mistake="not-the-largest-along-an-axis"):
        has_numbers(t.max(axis=0), [8.0, 9, 4], "max(axis=0), down the columns,")
        ### BEGIN HIDDEN TESTS
        for axis in (0, 1, -1):
            assert has(Tensor(cube).max(axis), cube.max(axis)), "along any axis of three, counted from either end"
        assert has(Tensor(below).max(axis=1), below.max(axis=1)), "large negative numbers, along an axis"
        assert has(Tensor(cube).max(axis=(0, 2)), cube.max(axis=(0, 2))), "along two axes at once"
        assert np.isnan(numbers_in(Tensor([[np.nan], [1.0]]).max(axis=0))).all(), (
            "nan is not left out: the answer is nan too"
        )
        assert has(Tensor([[-3.0, -1], [-2, -5]]).max(axis=0), [-2.0, -1]), "the largest of negative numbers"
        ### END HIDDEN TESTS
    with check.part(0.5, "keepdims keeps the axis, with the size 1", mistake="keepdims-ignored"):
        has_numbers(t.max(axis=1, keepdims=True), [[9.0], [8]], "max(axis=1, keepdims=True)")
        ### BEGIN HIDDEN TESTS
        for axis in (0, 1):
            kept = cube.max(axis=axis, keepdims=True)
            assert has(Tensor(cube).max(axis=axis, keepdims=True), kept), "keepdims keeps the axis where it was"
        assert has(Tensor(cube).max(keepdims=True), cube.max(keepdims=True)), (
            "keepdims without an axis keeps them all"
        )
        ### END HIDDEN TESTS
    with check.part(0.5, "a new Tensor of the right type each time", mistake="no-new-tensor-of-its-type"):
        same(t.max(), 9.0, "max()")
        ### BEGIN HIDDEN TESTS
        assert gives(Tensor([3, -4]).max(), 3), "the largest of integers is an integer"
        assert each_time_anew(
            lambda t: t.max(), [[1, 5], [2, 0]], [[7, 3], [6, 9]], lambda a: a.max()
        ), "a Tensor used twice: by the numbers that it has now, and the first answer stays"
        assert plain(t.data).tolist() == [[1, 9, 3], [8, 2, 4]], "a reduction must leave its Tensor as it was"
        ### END HIDDEN TESTS
    return check.points()


check_max()
