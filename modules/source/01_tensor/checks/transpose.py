@whatever_is_constructed
def check_transpose():
    check = Check()
    t, cube = Tensor([[0, 1, 2], [3, 4, 5]]), np.arange(24).reshape(2, 3, 4)
    with check.part(1, "rows become columns", mistake="rows-not-columns"):
        same(t.transpose(), [[0, 3], [1, 4], [2, 5]], "transpose()")
    with check.part(1, "axes as given", mistake="axes-ignored"):
        same(Tensor(cube).transpose(0, 2, 1), cube.transpose(0, 2, 1), "(2, 3, 4) by transpose(0, 2, 1)")
        same(Tensor(cube).transpose((1, 0, 2)), cube.transpose(1, 0, 2), "(2, 3, 4) by transpose((1, 0, 2))")
    ### BEGIN HIDDEN TESTS
    with check.part(1, "all axes reversed, and the Tensor left as it was", mistake="odd-transposes"):
        assert gives(Tensor(cube).transpose(), cube.transpose()), "without axes, three axes are reversed"
        assert gives(Tensor(cube).transpose(1, 2, 0), cube.transpose(1, 2, 0)), (
            "three axes change places in a ring"
        )
        assert gives(t.transpose(0, 1), [[0, 1, 2], [3, 4, 5]]), (
            "the axes are given in their new order, not to be swapped"
        )
        assert gives(Tensor([1.5, 2.5]).transpose(), [1.5, 2.5]), "one axis stays as it is"
        assert each_time_anew(lambda t: t.transpose(), [[1, 2], [3, 4]], [[5, 6], [7, 8]], np.transpose), (
            "a Tensor used twice: by the numbers that it has now, and the first answer stays"
        )
        assert plain(t.data).tolist() == [[0, 1, 2], [3, 4, 5]], "transpose must leave its Tensor as it was"
    ### END HIDDEN TESTS
    return check.points()


check_transpose()
