@whatever_is_constructed
def check_index():
    check = Check()
    t = Tensor([[1, 2, 3], [4, 5, 6]])
    with check.part(0.5, "rows, columns and single numbers", mistake="wrong-part"):
        has_numbers(t[1], [4, 5, 6], "t[1], the second row,")
        has_numbers(t[:, 1], [2, 5], "t[:, 1], the second column,")
        has_numbers(t[0, 2], 3, "t[0, 2]")
    with check.part(0.5, "a part is a Tensor of the same type", mistake="no-tensor-of-its-type"):
        same(t[1], [4, 5, 6], "t[1]")
        same(t[0, 2], 3, "t[0, 2]")
    ### BEGIN HIDDEN TESTS
    with check.part(0.5, "slices, masks and lists", mistake="odd-indices"):
        assert has(t[-1, ::2], [4, 6]), "a negative index and a step"
        assert has(t[..., :1], [[1], [4]]), "an ellipsis"
        assert has(t[t.data > 2], [3, 4, 5, 6]), "a mask"
        assert has(t[np.array([1, 0, 1])], [[4, 5, 6], [1, 2, 3], [4, 5, 6]]), "an array of rows"
        assert has(t[[1, 0]], [[4, 5, 6], [1, 2, 3]]), "a list of rows, which is not a row and a column"
        assert has(t[[1, 0], [2, 0]], [6, 1]), (
            "a list of rows with a list of columns: a number for each pair"
        )
        assert has(t[Tensor([1, 1])], [[4, 5, 6], [4, 5, 6]]), "a Tensor of rows: look at the array in it"
        assert has(t[:, None, 0], [[1], [4]]), "None makes a new axis"
    with check.part(0.5, "past the end, and a second time", mistake="end-or-second-time"):
        assert each_time_anew(lambda t: t[1], [[1, 2], [3, 4]], [[5, 6], [7, 8]], lambda a: a[1]), (
            "a Tensor used twice: by the numbers that it has now, and the first answer stays"
        )
        assert kind_of_refusal(lambda: t[2]) == "IndexError", "past the end it is an IndexError"
    ### END HIDDEN TESTS
    return check.points()


check_index()
