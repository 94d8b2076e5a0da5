@whatever_is_constructed
def check_index():
    check = Check()
    t = Tensor([[1, 2, 3], [4, 5, 6]])
    with check.part(1, "rows, columns and single numbers", mistake="wrong-part"):
        same(t[1], [4, 5, 6], "t[1], the second row,")
        same(t[:, 1], [2, 5], "t[:, 1], the second column,")
        same(t[0, 2], 3, "t[0, 2]")
    ### BEGIN HIDDEN TESTS
    with check.part(1, "slices, masks and the end", mistake="odd-indices"):
        assert gives(t[-1, ::2], [4, 6]), "a negative index and a step"
        assert gives(t[..., :1], [[1], [4]]), "an ellipsis"
        assert gives(t[t.data > 2], [3, 4, 5, 6]), "a mask"
        assert gives(t[np.array([1, 0, 1])], [[4, 5, 6], [1, 2, 3], [4, 5, 6]]), "an array of rows"
        assert gives(t[[1, 0]], [[4, 5, 6], [1, 2, 3]]), "a list of rows, which is not a row and a column"
        assert gives(t[[1, 0], [2, 0]], [6, 1]), (
            "a list of rows with a list of columns: a number for each pair"
        )
        assert gives(t[Tensor([1, 1])], [[4, 5, 6], [4, 5, 6]]), "a Tensor of rows: look at the array in it"
        assert gives(t[:, None, 0], [[1], [4]]), "None makes a new axis"
        assert each_time_anew(lambda t: t[1], [[1, 2], [3, 4]], [[5, 6], [7, 8]], lambda a: a[1]), (
            "a Tensor used twice: by the numbers that it has now, and the first answer stays"
        )
        assert kind_of_refusal(lambda: t[2]) == "IndexError", "past the end it is an IndexError"
    ### END HIDDEN TESTS
    return check.points()


check_index()
