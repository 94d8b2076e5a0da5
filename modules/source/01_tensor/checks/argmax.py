@whatever_is_constructed
def check_argmax():
    check = Check()
    t = Tensor([[1.0, 9.0, 3.0], [8.0, 2.0, 4.0]])
    with check.part(1, "all of it, or along an axis", mistake="not-the-place-along-an-axis"):
        same(t.argmax(), 1, "argmax(), the place and not the number,")
        same(t.argmax(axis=1), [1, 0], "argmax(axis=1), one place for each row,")
        same(t.argmax(axis=0), [1, 0, 1], "argmax(axis=0), one place for each column,")
    ### BEGIN HIDDEN TESTS
    with check.part(1, "more axes, other types", mistake="odd-reductions"):
        cube = np.random.default_rng(3).integers(-9, 9, (2, 3, 4))
        below = -1500 - np.random.default_rng(4).integers(0, 9, (2, 3, 4)) / 4
        for axis in (0, 1, -1):
            assert gives(Tensor(cube).argmax(axis), cube.argmax(axis)), (
                "along any axis of three, counted from either end"
            )
            kept = cube.argmax(axis=axis, keepdims=True)
            assert gives(Tensor(cube).argmax(axis=axis, keepdims=True), kept), (
                "keepdims keeps the axis where it was"
            )
        assert gives(Tensor(cube).argmax(keepdims=True), cube.argmax(keepdims=True)), (
            "keepdims without an axis keeps them all"
        )
        assert gives(Tensor(below).argmax(axis=1), below.argmax(axis=1)), "large negative numbers"
        assert gives(Tensor(2.5).argmax(), 0), "a single number, shape (), is fine"
        assert each_time_anew(
            lambda t: t.argmax(axis=0), [[1, 5], [2, 0]], [[7, 3], [6, 8]], lambda a: a.argmax(axis=0)
        ), "a Tensor used twice: by the numbers that it has now, and the first answer stays"
        assert gives(Tensor([2.0, 7.0, 7.0]).argmax(), 1), "the first of two equal numbers"
        assert gives(Tensor([[0.0, 1], [5, 2]]).argmax(), 2), "without an axis, the place in memory order"
        assert plain(t.data).tolist() == [[1, 9, 3], [8, 2, 4]], "a reduction must leave its Tensor as it was"
    ### END HIDDEN TESTS
    return check.points()


check_argmax()
