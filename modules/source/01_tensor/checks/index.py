def check_index():
    check = Check()
    t = Tensor([[1, 2, 3], [4, 5, 6]])
    with check.part(1, "rows, columns and single numbers"):
        same(t[1], [4, 5, 6], "t[1], the second row,")
        same(t[:, 1], [2, 5], "t[:, 1], the second column,")
        same(t[0, 2], 3, "t[0, 2]")
    ### BEGIN HIDDEN TESTS
    with check.part(1, "slices, masks and the end"):
        same(t[-1, ::2], [4, 6], "a negative index and a step")
        same(t[..., :1], [[1], [4]], "an ellipsis")
        same(t[t.data > 2], [3, 4, 5, 6], "a mask")
        same(t[np.array([1, 0, 1])], [[4, 5, 6], [1, 2, 3], [4, 5, 6]], "a list of rows")
        with raises(IndexError):
            t[2]
    ### END HIDDEN TESTS
    return check.points()


check_index()
