def check_len():
    rows = len(Tensor([[1, 2, 3], [4, 5, 6]]))
    assert rows == 2, f"len is the size of the first axis, 2 here; it says {rows}"
    assert len(Tensor(np.zeros((0, 3)))) == 0, "a Tensor with no rows has length 0"
    ### BEGIN HIDDEN TESTS
    with raises(TypeError, IndexError):
        len(Tensor(3.5))
    ### END HIDDEN TESTS


check_len()
