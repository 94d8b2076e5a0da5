@whatever_is_constructed
def check_reshape():
    check = Check()
    t = Tensor([[0, 1, 2], [3, 4, 5]])
    with check.part(1, "another shape, the same order", mistake="order-changed"):
        same(t.reshape(3, 2), [[0, 1], [2, 3], [4, 5]], "reshape(3, 2), row by row,")
        same(t.reshape((6,)), [0, 1, 2, 3, 4, 5], "reshape((6,)), a shape given as a tuple,")
    with check.part(1, "-1 stands for what is left", mistake="rest-not-filled-in"):
        same(t.reshape(3, -1), [[0, 1], [2, 3], [4, 5]], "reshape(3, -1)")
        same(t.reshape(-1), [0, 1, 2, 3, 4, 5], "reshape(-1)")
    ### BEGIN HIDDEN TESTS
    with check.part(1, "more axes, sizes that don't fit, and the Tensor left as it was", mistake="odd-shapes"):
        cube = np.arange(24.0).reshape(2, 3, 4)
        assert gives(Tensor(cube).reshape((4, -1, 2)), cube.reshape(4, 3, 2)), (
            "three axes, and -1 in the middle"
        )
        assert gives(Tensor([7.5]).reshape(()), 7.5), "down to a single number"
        turned = Tensor(np.arange(6).reshape(2, 3).T)
        assert gives(turned.reshape(-1), [0, 3, 1, 4, 2, 5]), (
            "the order is that of the rows, not that in memory"
        )
        assert gives(Tensor(np.zeros((0, 3))).reshape(3, 0), np.zeros((3, 0))), "no numbers, in another shape"
        assert each_time_anew(
            lambda t: t.reshape(2, 2), [1, 2, 3, 4], [5, 6, 7, 8], lambda a: a.reshape(2, 2)
        ), "a Tensor used twice: by the numbers that it has now, and the first answer stays"
        assert "ValueError" in kind_of_refusal(lambda: t.reshape(4, 2)), (
            "sizes that don't fit are a ValueError"
        )
        assert plain(t.data).tolist() == [[0, 1, 2], [3, 4, 5]], "reshape must leave its Tensor as it was"
    ### END HIDDEN TESTS
    return check.points()


check_reshape()
