def check_max():
    check = Check()
    t = Tensor([[1.0, 9.0, 3.0], [8.0, 2.0, 4.0]])
    with check.part(1, "all of it, or along an axis"):
        same(t.max(), 9.0, "max()")
        same(t.max(axis=0), [8.0, 9, 4], "max(axis=0), down the columns,")
        same(t.max(axis=1, keepdims=True), [[9.0], [8]], "max(axis=1, keepdims=True)")
    ### BEGIN HIDDEN TESTS
    with check.part(1, "more axes, other types"):
        cube = np.random.default_rng(3).integers(-9, 9, (2, 3, 4))
        same(Tensor([[-3.0, -1], [-2, -5]]).max(axis=0), [-2.0, -1], "the largest of negative numbers")
        same(Tensor(cube).max(axis=-1), cube.max(axis=-1), "the largest of integers is an integer")
        same(Tensor(cube).max(keepdims=True), cube.max(keepdims=True), "max(keepdims=True)")
        assert plain(t.data).tolist() == [[1, 9, 3], [8, 2, 4]], "a reduction must leave its Tensor as it was"
    ### END HIDDEN TESTS
    return check.points()


check_max()
