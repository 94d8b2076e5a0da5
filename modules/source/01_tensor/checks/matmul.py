def check_matmul():
    check = Check()
    a = np.array([[1.0, 2.0, 3.0], [0.0, -1.0, 2.0]])
    b = np.array([[1.0, 0.0], [2.0, 1.0], [0.0, 3.0]])
    with check.part(2, "matrix times matrix"):
        same(Tensor(a) @ Tensor(b), [[5.0, 11], [-2, 5]], "a (2, 3) matrix @ a (3, 2) matrix")
        square = Tensor([[1.0, 2.0], [3.0, 4.0]])
        same(square @ square, [[7.0, 10], [15, 22]], "rows times columns")
    with check.part(1, "shapes that don't fit are named, with the operation", beside=True):
        said = complaint(lambda: Tensor(np.ones((2, 3))) @ Tensor(np.ones((4, 5))))
        assert "(2,3)" in said and "(4,5)" in said, f"the error should show both shapes; it says {said}"
        assert any(word in said for word in ("@", "mul", "matrix", "dot")), "the error should name the matmul"
    ### BEGIN HIDDEN TESTS
    with check.part(1, "vectors, batches and integers"):
        same(Tensor(a) @ Tensor([1.0, 0.5, 2.0]), [8, 3.5], "matrix @ vector")
        same(Tensor([2.0, 1.0]) @ Tensor(a), [2.0, 3, 8], "vector @ matrix")
        batch = np.arange(12.0).reshape(2, 2, 3)
        same(Tensor(batch) @ Tensor(b), batch @ b, "a batch of matrices @ a matrix")
        same(Tensor([[1, 2]]) @ Tensor([[3], [4]]), [[11]], "integers")
    with check.part(1, "arrays from either side"):
        same(Tensor(a) @ b, a @ b, "tensor @ array")
        same(a @ Tensor(b), a @ b, "array @ tensor")
    ### END HIDDEN TESTS
    return check.points()


check_matmul()
