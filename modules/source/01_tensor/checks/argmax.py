def check_argmax():
    check = Check()
    t = Tensor([[1.0, 9.0, 3.0], [8.0, 2.0, 4.0]])
    with check.part(1, "all of it, or along an axis"):
        same(t.argmax(), 1, "argmax(), the place and not the number,")
        same(t.argmax(axis=1), [1, 0], "argmax(axis=1), one place for each row,")
        same(t.argmax(axis=0), [1, 0, 1], "argmax(axis=0), one place for each column,")
    ### BEGIN HIDDEN TESTS
    with check.part(1, "more axes, other types"):
        cube = np.random.default_rng(3).integers(-9, 9, (2, 3, 4))
        same(Tensor(cube).argmax(axis=-1), cube.argmax(axis=-1), "argmax(axis=-1)")
        same(t.argmax(axis=1, keepdims=True), [[1], [0]], "argmax(axis=1, keepdims=True)")
        same(Tensor([2.0, 7.0, 7.0]).argmax(), 1, "the first of two equal numbers")
        assert plain(t.data).tolist() == [[1, 9, 3], [8, 2, 4]], "a reduction must leave its Tensor as it was"
    ### END HIDDEN TESTS
    return check.points()


check_argmax()
