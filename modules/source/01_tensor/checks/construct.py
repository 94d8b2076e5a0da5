def check_construct():
    check = Check()
    with check.part(2, "floats are held as float32", mistake="floats-not-float32"):
        for floats in ([0.5, 1.5], 0.25, np.array([[1.5], [2.5]]), [1, -2.5]):
            t = Tensor(floats)
            numbers = plain(t.data, "data")
            written, shape = np.array(floats).tolist(), np.shape(floats)
            words = f"the shape of {written} is {shape}, not {numbers.shape}"
            assert numbers.shape == shape, NamedMistake("shape-changed", words)
            words = f"Tensor({written}) holds {numbers.tolist()}"
            assert np.allclose(numbers, floats), NamedMistake("numbers-changed", words)
            assert numbers.dtype == np.float32, f"floats should become float32; these are {numbers.dtype}"
    with check.part(2, "integers and booleans stay what they are", mistake="integers-changed"):
        for array in (
            np.array([1, 2]),
            np.array([200, 255], np.uint8),
            np.array([True, False]),
            np.array([-3, 4]),
        ):
            numbers = plain(Tensor(array).data, "data")
            assert numbers.dtype == array.dtype, (
                f"{array.dtype} should stay {array.dtype}, and became {numbers.dtype}"
            )
            words = f"Tensor({array.tolist()}) holds {numbers.tolist()}"
            assert np.array_equal(numbers, array), NamedMistake("numbers-changed", words)
        assert plain(Tensor([3, -4]).data).dtype.kind == "i", "whole numbers of Python should stay integers"
    with check.part(2, "numbers, shape and size", mistake="wrong-shape"):
        t = Tensor([[1, 2, 3], [4, 5, 6]])
        assert np.array_equal(plain(t.data), [[1, 2, 3], [4, 5, 6]]), (
            f"data should hold the numbers, not {t.data}"
        )
        assert t.shape == (2, 3), f"two rows of three have the shape (2, 3), not {t.shape}"
        assert t.size == 6, NamedMistake("wrong-size", f"size counts all the numbers, 6 here; it says {t.size}")
    ### BEGIN HIDDEN TESTS
    with check.part(1, "a type that is asked for wins", mistake="type-asked-for-ignored"):
        assert plain(Tensor([1, 2], dtype=np.float32).data).dtype == np.float32, "dtype=float32 asked for"
        assert plain(Tensor([0.1, 0.2], dtype=np.float64).data).dtype == np.float64, "dtype=float64 asked for"
        assert np.array_equal(plain(Tensor([1.0, 2.0], np.int32).data), [1, 2]), "dtype=int32 asked for"
        assert plain(Tensor([1.0, 2.0], np.int32).data).dtype == np.int32, "dtype=int32 asked for"
        again = Tensor(Tensor([1.5, 2.5]), np.float64)
        assert plain(again.data).dtype == np.float64, "dtype=float64 asked for, of a Tensor"
    with check.part(1, "a single number, a Tensor of a Tensor, an empty one, and what dtype says", mistake="odd-tensors"):
        number = Tensor(3.5)
        assert (number.shape, number.size) == ((), 1), "a single number has the shape () and the size 1"
        again = Tensor(Tensor([1.5, 2.5]))
        assert plain(again.data).tolist() == [1.5, 2.5], "a Tensor of a Tensor"
        assert not isinstance(again.data, Tensor), "the data of a Tensor of a Tensor is an array, as any Tensor's is"
        assert Tensor(np.zeros((2, 0, 3))).size == 0, "a size is the product of the shape"
        assert Tensor(np.zeros((3, 1, 2))).shape == (3, 1, 2), "an axis of size 1 stays"
        assert Tensor([1.5]).dtype == np.float32, "dtype is the type of the data"
        assert Tensor(np.array([7], np.uint8)).dtype == np.uint8, "dtype is the type of the data"
        first, second = Tensor([1.5]), Tensor([2.5])
        assert plain(first.data).tolist() == [1.5] and plain(second.data).tolist() == [2.5], (
            "each has numbers of its own"
        )
        assert (first.shape, first.size) == ((1,), 1), "shape and size of one number in a list"
        first.data = np.array([[1, 2], [3, 4]])
        assert (first.shape, first.size) == ((2, 2), 4), "shape and size are those of the data as it is now"
        assert first.dtype.kind == "i", "dtype is the type of the data as it is now"
        assert np.asarray(Tensor([[1, 2]])).tolist() == [[1, 2]], "np.asarray of a Tensor"
        assert plain(Tensor([[1, 2]]).numpy()).tolist() == [[1, 2]], "numpy() of a Tensor"
    ### END HIDDEN TESTS
    return check.points()


check_construct()
