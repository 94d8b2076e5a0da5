@whatever_is_constructed
def check_transpose():
    check = Check()
    t, cube = Tensor([[0, 1, 2], [3, 4, 5]]), np.arange(24).reshape(2, 3, 4)
    with check.part(1, "rows become columns", mistake="rows-not-columns"):
        has_numbers(t.transpose(), [[0, 3], [1, 4], [2, 5]], "transpose()")
    with check.part(0.5, "axes as given", mistake="axes-ignored"):
        has_numbers(Tensor(cube).transpose(0, 2, 1), cube.transpose(0, 2, 1), "(2, 3, 4) by transpose(0, 2, 1)")
        ### BEGIN HIDDEN TESTS
        assert has(Tensor(cube).transpose(1, 2, 0), cube.transpose(1, 2, 0)), "three axes change places in a ring"
        assert has(t.transpose(0, 1), [[0, 1, 2], [3, 4, 5]]), (
            "the axes are given in their new order, not to be swapped"
        )
        ### END HIDDEN TESTS
    with check.part(0.5, "axes given as a tuple", mistake="tuple-refused"):
        has_numbers(Tensor(cube).transpose((1, 0, 2)), cube.transpose(1, 0, 2), "(2, 3, 4) by transpose((1, 0, 2))")
    with check.part(0.5, "a Tensor of the same type comes back", mistake="no-tensor-of-its-type"):
        same(Tensor([[1, 2]]).transpose(), [[1], [2]], "transpose()")
    ### BEGIN HIDDEN TESTS
    with check.part(0.5, "three axes or one, and the Tensor left as it was", mistake="odd-transposes"):
        assert has(Tensor(cube).transpose(), cube.transpose()), "without axes, three axes are reversed"
        assert has(Tensor([1.5, 2.5]).transpose(), [1.5, 2.5]), "one axis stays as it is"
        assert each_time_anew(lambda t: t.transpose(), [[1, 2], [3, 4]], [[5, 6], [7, 8]], np.transpose), (
            "a Tensor used twice: by the numbers that it has now, and the first answer stays"
        )
        assert plain(t.data).tolist() == [[0, 1, 2], [3, 4, 5]], "transpose must leave its Tensor as it was"
    ### END HIDDEN TESTS
    return check.points()


check_transpose()
