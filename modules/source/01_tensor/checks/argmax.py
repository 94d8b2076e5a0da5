@whatever_is_constructed
def check_argmax():
    check = Check()
    t = Tensor([[1.0, 9.0, 3.0], [8.0, 2.0, 4.0]])
    cube = np.random.default_rng(3).integers(-9, 9, (2, 3, 4)) / 4
    below = -1500 - np.random.default_rng(4).integers(0, 9, (2, 3, 4)) / 4
    with check.part(0.5, "all of it", mistake="not-the-place"):
        has_numbers(t.argmax(), 1, "argmax(), the place and not the number,")
        ### BEGIN HIDDEN TESTS
        assert has(Tensor(below).argmax(), below.argmax()), "large negative numbers"
        assert has(Tensor(2.5).argmax(), 0), "a single number, shape (), is fine"
        assert has(Tensor([2.0, 7.0, 7.0]).argmax(), 1), "the first of two equal numbers"
        assert has(Tensor([[0.0, 1], [5, 2]]).argmax(), 2), "without an axis, the place in memory order"
        ### END HIDDEN TESTS
    with check.part(0.5, "along an axis", mistake="not-the-place-along-an-axis"):
        has_numbers(t.argmax(axis=1), [1, 0], "argmax(axis=1), one place for each row,")
        has_numbers(t.argmax(axis=0), [1, 0, 1], "argmax(axis=0), one place for each column,")
        ### BEGIN HIDDEN TESTS
        for axis in (0, 1, -1):
            assert has(Tensor(cube).argmax(axis), cube.argmax(axis)), "along any axis of three, counted from either end"
        assert has(Tensor(below).argmax(axis=1), below.argmax(axis=1)), "large negative numbers, along an axis"
        ### END HIDDEN TESTS
    with check.part(0.5, "keepdims keeps the axis, with the size 1", mistake="keepdims-ignored"):
        has_numbers(t.argmax(axis=1, keepdims=True), [[1], [0]], "argmax(axis=1, keepdims=True)")
        ### BEGIN HIDDEN TESTS
        for axis in (0, 1):
            kept = cube.argmax(axis=axis, keepdims=True)
            assert has(Tensor(cube).argmax(axis=axis, keepdims=True), kept), "keepdims keeps the axis where it was"
        assert has(Tensor(cube).argmax(keepdims=True), cube.argmax(keepdims=True)), (
            "keepdims without an axis keeps them all"
        )
        ### END HIDDEN TESTS
    with check.part(0.5, "a new Tensor of the right type each time", mistake="no-new-tensor-of-its-type"):
        same(t.argmax(), 1, "argmax()")
        ### BEGIN HIDDEN TESTS
        assert each_time_anew(
            lambda t: t.argmax(), [[1, 5], [2, 0]], [[7, 3], [6, 9]], lambda a: a.argmax()
        ), "a Tensor used twice: by the numbers that it has now, and the first answer stays"
        assert plain(t.data).tolist() == [[1, 9, 3], [8, 2, 4]], "a reduction must leave its Tensor as it was"
        ### END HIDDEN TESTS
    return check.points()


check_argmax()
