def check_construct():
    check = Check()
    with check.part(2, "floats are held as float32"):
        for floats in ([0.5, 1.5], 0.25, np.array([[1.5], [2.5]])):
            t = Tensor(floats)
            assert np.allclose(plain(t.data), floats), f"Tensor({floats}) holds {t.data}"
            assert t.data.dtype == np.float32, f"floats should become float32; these are {t.data.dtype}"
    with check.part(2, "integers and booleans stay what they are"):
        for array in (np.array([1, 2]), np.array([200, 255], np.uint8), np.array([True, False])):
            found = Tensor(array).data.dtype
            assert found == array.dtype, f"{array.dtype} should stay {array.dtype}, and became {found}"
        assert Tensor([3, -4]).data.dtype.kind == "i", "whole numbers of Python should stay integers"
    with check.part(2, "numbers, shape and size"):
        t = Tensor([[1, 2, 3], [4, 5, 6]])
        assert np.array_equal(plain(t.data), [[1, 2, 3], [4, 5, 6]]), f"data should hold the numbers, not {t.data}"
        assert t.shape == (2, 3), f"two rows of three have the shape (2, 3), not {t.shape}"
        assert t.size == 6, f"size counts all the numbers, 6 here; it says {t.size}"
    ### BEGIN HIDDEN TESTS
    with check.part(1, "a type that is asked for wins"):
        assert Tensor([1, 2], dtype=np.float32).data.dtype == np.float32, "dtype=float32 asked for"
        assert Tensor([0.1, 0.2], dtype=np.float64).data.dtype == np.float64, "dtype=float64 asked for"
        assert np.array_equal(plain(Tensor([1.0, 2.0], np.int32).data), [1, 2]), "dtype=int32 asked for"
        assert Tensor([1.0, 2.0], np.int32).data.dtype == np.int32, "dtype=int32 asked for"
    with check.part(1, "a single number, a Tensor of a Tensor, an empty one, and what dtype says"):
        number = Tensor(3.5)
        assert (number.shape, number.size) == ((), 1), "a single number has the shape () and the size 1"
        assert Tensor(Tensor([1.5, 2.5])).data.tolist() == [1.5, 2.5], "a Tensor of a Tensor"
        assert Tensor(np.zeros((2, 0, 3))).size == 0, "a size is the product of the shape"
        assert Tensor([1.5]).dtype == np.float32, "dtype is the type of the data"
        assert np.asarray(Tensor([[1, 2]])).tolist() == [[1, 2]], "np.asarray of a Tensor"
        assert Tensor([[1, 2]]).numpy().tolist() == [[1, 2]], "numpy() of a Tensor"
    ### END HIDDEN TESTS
    return check.points()


check_construct()
