def check_mean():
    check = Check()
    t = Tensor([[1.0, 9.0, 3.0], [8.0, 2.0, 4.0]])
    with check.part(1, "all of it, or along an axis"):
        same(t.mean(), 4.5, "mean()")
        same(t.mean(axis=0), [4.5, 5.5, 3.5], "mean(axis=0), down the columns,")
        same(Tensor([1, 2]).mean(), 1.5, "the mean of the integers 1 and 2")
    ### BEGIN HIDDEN TESTS
    with check.part(1, "more axes, other types"):
        cube = np.random.default_rng(3).integers(-9, 9, (2, 3, 4))
        same(Tensor(cube).mean(axis=1, keepdims=True), cube.mean(axis=1, keepdims=True), "keepdims")
        same(Tensor(cube).mean(axis=(0, 1)), cube.mean(axis=(0, 1)), "mean(axis=(0, 1))")
        same(Tensor([3, 5]).mean(), 4.0, "a mean is a float, even if it is whole")
        assert plain(t.data).tolist() == [[1, 9, 3], [8, 2, 4]], "a reduction must leave its Tensor as it was"
    ### END HIDDEN TESTS
    return check.points()


check_mean()
