@whatever_is_constructed
def check_len():
    check = Check()
    with check.part(1, "the size of the first axis, as the numbers are now", mistake="not-the-first-axis"):
        rows = len(Tensor([[1, 2, 3], [4, 5, 6]]))
        assert rows == 2, f"len is the size of the first axis, 2 here; it says {rows}"
        assert len(Tensor(np.zeros((0, 3)))) == 0, "a Tensor with no rows has length 0"
        ### BEGIN HIDDEN TESTS
        t = Tensor(np.zeros((5, 2)))
        assert len(t) == 5, "five rows have the length 5"
        t.data = np.zeros((3, 2), np.float32)
        assert len(t) == 3, "the length is that of the numbers that the Tensor has now"
        assert kind_of_refusal(lambda: len(Tensor(3.5))) in ("TypeError", "IndexError"), (
            "a single number has no first axis, and so no length: TypeError"
        )
        ### END HIDDEN TESTS
    return check.points()


check_len()
