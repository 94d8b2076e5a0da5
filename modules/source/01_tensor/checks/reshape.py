def check_reshape():
    check = Check()
    t = Tensor([[0, 1, 2], [3, 4, 5]])
    with check.part(1, "another shape, the same order"):
        same(t.reshape(3, 2), [[0, 1], [2, 3], [4, 5]], "reshape(3, 2), row by row,")
        same(t.reshape((6,)), [0, 1, 2, 3, 4, 5], "reshape((6,)), a shape given as a tuple,")
    with check.part(1, "-1 stands for what is left"):
        same(t.reshape(3, -1), [[0, 1], [2, 3], [4, 5]], "reshape(3, -1)")
        same(t.reshape(-1), [0, 1, 2, 3, 4, 5], "reshape(-1)")
    ### BEGIN HIDDEN TESTS
    with check.part(1, "more axes, sizes that don't fit, and the Tensor left as it was"):
        cube = np.arange(24.0).reshape(2, 3, 4)
        same(Tensor(cube).reshape((4, -1, 2)), cube.reshape(4, 3, 2), "three axes")
        same(Tensor([7.5]).reshape(()), 7.5, "down to a single number")
        with raises(ValueError):
            t.reshape(4, 2)
        assert plain(t.data).tolist() == [[0, 1, 2], [3, 4, 5]], "reshape must leave its Tensor as it was"
    ### END HIDDEN TESTS
    return check.points()


check_reshape()
