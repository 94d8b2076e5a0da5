@whatever_is_constructed
def check_matmul():
    check = Check()
    a = np.array([[1.0, 2.0, 3.0], [0.0, -1.0, 2.0]])
    b = np.array([[1.0, 0.0], [2.0, 1.0], [0.0, 3.0]])
    square = Tensor([[1.0, 2.0], [3.0, 4.0]])
    with check.part(1, "matrix times matrix", mistake="wrong-matrix-product"):
        has_numbers(Tensor(a) @ Tensor(b), [[5.0, 11], [-2, 5]], "a (2, 3) matrix @ a (3, 2) matrix")
        has_numbers(square @ square, [[7.0, 10], [15, 22]], "rows times columns")
    with check.part(1, "a Tensor of the right type comes back", mistake="no-tensor-of-its-type"):
        same(Tensor(np.eye(2)) @ Tensor(np.eye(2)), np.eye(2), "a matrix @ a matrix")
        same(Tensor([[1, 0], [0, 1]]) @ Tensor([[1, 0], [0, 1]]), [[1, 0], [0, 1]], "integers @ integers")
        ### BEGIN HIDDEN TESTS
        whole = np.array([[16_777_217, 2]])
        assert gives(Tensor(whole) @ Tensor([[1], [4]]), [[16_777_225]]), "integers keep all their digits"
        fine = Tensor([[2048.0, 0.25]]) @ Tensor([[1.0], [1.0]])
        assert gives(fine, [[2048.25]]), "float32 multiplies as float32, not as less"
        ### END HIDDEN TESTS
    with check.part(1, "shapes that don't fit are named, with the operation", mistake="misfit-unnamed"):
        fits = Tensor(np.eye(2)) @ Tensor(np.eye(2))
        assert np.shape(plain(fits.data if isinstance(fits, Tensor) else fits)) == (2, 2), "what fits is no misfit"
        said = complaint(lambda: Tensor(np.ones((2, 3))) @ Tensor(np.ones((4, 5))))
        assert shows(said, (2, 3)) and shows(said, (4, 5)), f"the error should show both shapes; it says {said}"
        assert any(word in said.lower() for word in ("@", "mul", "matrix", "dot")), "the error should name the matmul"
        ### BEGIN HIDDEN TESTS
        for left, right in (((3, 2), (1, 4)), ((3, 1), (2, 4))):
            assert kind_of_refusal(lambda: Tensor(np.ones(left)) @ Tensor(np.ones(right))) == "ValueError", (
                "an inner size of 1 is not repeated: it doesn't fit either, and that is a ValueError"
            )
            said = complaint(lambda: Tensor(np.ones(left)) @ Tensor(np.ones(right)))
            assert shows(said, left), "the error should show the shapes of both sides, whichever they are"
        ### END HIDDEN TESTS
    ### BEGIN HIDDEN TESTS
    with check.part(1, "vectors and batches, and a second time", mistake="odd-products"):
        assert has(Tensor(a) @ Tensor([1.0, 0.5, 2.0]), [8, 3.5]), "matrix @ vector"
        assert has(Tensor([2.0, 1.0]) @ Tensor(a), [2.0, 3, 8]), "vector @ matrix"
        assert has(Tensor([2.0, 1.0]) @ Tensor([3.0, 4.0]), 10.0), (
            "vector @ vector is a single number, shape ()"
        )
        batch = np.arange(12.0).reshape(2, 2, 3)
        assert has(Tensor(batch) @ Tensor(b), batch @ b), "a batch of matrices @ a matrix"
        four = np.arange(24.0).reshape(2, 2, 2, 3)
        assert has(Tensor(four) @ Tensor(b), four @ b), "four axes stay four"
        assert each_time_anew(lambda t: t @ Tensor(b), a, 2 * a, lambda array: array @ b), (
            "a Tensor used twice: by the numbers that it has now, and the first answer stays"
        )
    with check.part(1, "arrays from either side", mistake="arrays-beside-tensors"):
        assert has(Tensor(a) @ b, a @ b), "tensor @ array"
        assert has(a @ Tensor(b), a @ b), "array @ tensor"
    ### END HIDDEN TESTS
    return check.points()


check_matmul()
