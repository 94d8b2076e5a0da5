@whatever_is_constructed
def check_reshape():
    check = Check()
    t = Tensor([[0, 1, 2], [3, 4, 5]])
    with check.part(0.5, "another shape, the same order", mistake="order-changed"):
        has_numbers(t.reshape(3, 2), [[0, 1], [2, 3], [4, 5]], "reshape(3, 2), row by row,")
        has_numbers(t.reshape(6), [0, 1, 2, 3, 4, 5], "reshape(6)")
    with check.part(0.5, "a shape given as a tuple", mistake="tuple-refused"):
        has_numbers(t.reshape((6,)), [0, 1, 2, 3, 4, 5], "reshape((6,))")
    with check.part(1, "-1 stands for what is left", mistake="rest-not-filled-in"):
        has_numbers(t.reshape(3, -1), [[0, 1], [2, 3], [4, 5]], "reshape(3, -1)")
        has_numbers(t.reshape(-1), [0, 1, 2, 3, 4, 5], "reshape(-1)")
        ### BEGIN HIDDEN TESTS
        cube = np.arange(24.0).reshape(2, 3, 4)
        assert has(Tensor(cube).reshape(4, -1, 2), cube.reshape(4, 3, 2)), "three axes, and -1 in the middle"
        ### END HIDDEN TESTS
    with check.part(0.5, "a Tensor of the same type comes back", mistake="no-tensor-of-its-type"):
        same(t.reshape((2, 3)), [[0, 1, 2], [3, 4, 5]], "reshape((2, 3))")
    ### BEGIN HIDDEN TESTS
    with check.part(0.5, "sizes that don't fit, and the Tensor left as it was", mistake="odd-shapes"):
        assert has(Tensor([7.5]).reshape(()), 7.5), "down to a single number"
        turned = Tensor(np.arange(6).reshape(2, 3).T)
        assert has(turned.reshape((6,)), [0, 3, 1, 4, 2, 5]), (
            "the order is that of the rows, not that in memory"
        )
        assert has(Tensor(np.zeros((0, 3))).reshape((3, 0)), np.zeros((3, 0))), "no numbers, in another shape"
        assert each_time_anew(
            lambda t: t.reshape((2, 2)), [1, 2, 3, 4], [5, 6, 7, 8], lambda a: a.reshape(2, 2)
        ), "a Tensor used twice: by the numbers that it has now, and the first answer stays"
        assert "ValueError" in kind_of_refusal(lambda: t.reshape((4, 2))), (
            "sizes that don't fit are a ValueError"
        )
        t.reshape((3, 2))
        assert plain(t.data).tolist() == [[0, 1, 2], [3, 4, 5]], "reshape must leave its Tensor as it was"
    ### END HIDDEN TESTS
    return check.points()


check_reshape()
