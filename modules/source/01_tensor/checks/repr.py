@whatever_is_constructed
def check_repr():
    check = Check()
    with check.part(0.5, "the word Tensor and the shape are shown", mistake="name-or-shape-unshown"):
        shown = repr(Tensor([[1.5, -2.5, 17.0], [4.25, 5.0, 6.0]]))
        assert "Tensor" in shown, f"the word Tensor is missing in {shown}"
        assert "(2,3)" in shown.replace(" ", ""), f"the shape (2, 3) is missing in {shown}"
        ### BEGIN HIDDEN TESTS
        assert "(0,4)" in repr(Tensor(np.zeros((0, 4)))).replace(" ", ""), "an empty Tensor shows its shape"
        ### END HIDDEN TESTS
    with check.part(0.5, "the numbers are shown", mistake="numbers-unshown"):
        shown = repr(Tensor([[1.5, -2.5, 17.0], [4.25, 5.0, 6.0]]))
        for number in ("1.5", "-2.5", "17", "4.25"):
            assert number in shown, f"the number {number} is missing in {shown}"
        ### BEGIN HIDDEN TESTS
        assert "3.5" in repr(Tensor(3.5)), "a single number, shape (), is shown too"
        ### END HIDDEN TESTS
    ### BEGIN HIDDEN TESTS
    with check.part(0.5, "large tensors are shortened", mistake="large-tensors-not-shortened"):
        shown = repr(Tensor(np.arange(500, 2_900).reshape(30, 80)))
        assert len(shown) < 2_000, "more than a thousand numbers should be shortened"
        assert "500" in shown and "2899" in shown, "the first number and the last should be shown"
    with check.part(0.5, "what the Tensor holds now", mistake="old-numbers-shown"):
        t = Tensor([1.5])
        repr(t)
        t.data = np.array([[2.5], [3.5]], np.float32)
        shown = repr(t).replace(" ", "")
        assert "3.5" in shown and "(1,)" not in shown, "the numbers and the shape that the Tensor has now"
    ### END HIDDEN TESTS
    return check.points()


check_repr()
