def check_sum():
    check = Check()
    t = Tensor([[1.0, 9.0, 3.0], [8.0, 2.0, 4.0]])
    with check.part(1, "all of it, or along an axis"):
        same(t.sum(), 27.0, "sum()")
        same(t.sum(axis=0), [9.0, 11, 7], "sum(axis=0), down the columns,")
        same(t.sum(axis=1, keepdims=True), [[13.0], [14]], "sum(axis=1, keepdims=True)")
    ### BEGIN HIDDEN TESTS
    with check.part(1, "more axes, other types"):
        cube = np.random.default_rng(3).integers(-9, 9, (2, 3, 4))
        same(Tensor(cube).sum(axis=-1), cube.sum(axis=-1), "sum(axis=-1)")
        same(Tensor(cube).sum(axis=(0, 2)), cube.sum(axis=(0, 2)), "sum(axis=(0, 2))")
        same(Tensor(cube).sum(keepdims=True), cube.sum(keepdims=True), "sum(keepdims=True)")
        same(Tensor(np.array([200, 100], np.uint8)).sum(), 300, "a sum of small integers must not overflow")
        assert plain(t.data).tolist() == [[1, 9, 3], [8, 2, 4]], "a reduction must leave its Tensor as it was"
    ### END HIDDEN TESTS
    return check.points()


check_sum()
