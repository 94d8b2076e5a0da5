def check_load():
    from tinytorch.core.tensor import np as learners_numpy

    check = Check()
    shapes = [(3, 4), (4,), (4, 2), (2,)]
    arrays = [np.arange(np.prod(shape), dtype=np.float32).reshape(shape) + 100 for shape in shapes]

    def fresh():
        return Sequential([dense(3, 4), ReLU(), dense(4, 2)])

    def refused(*stored, why):
        """`load` refuses a file with these arrays, and leaves the network as it was."""
        learners_numpy.savez(path, *stored)
        network = fresh()
        before = arrays_of(network)
        said = complaint(lambda: load(network, path))
        assert alike(arrays_of(network), before), why
        return said

    def is_refused(*stored):
        """Is a file with these arrays refused with a ValueError, and the network left as it was?"""
        try:
            refused(*stored, why="it was changed")
        except AssertionError:
            return False
        return True

    with learners_numpy.testing.tempdir() as folder, replaced(Sequential, parameters=parameters_of):
        path = f"{folder}/weights.npz"
        with check.part(1, "each parameter gets its array", mistake="not-each-its-array"):
            learners_numpy.savez(path, *arrays)
            network = fresh()
            load(network, path)
            for number, (found, wanted) in enumerate(zip(arrays_of(network), arrays)):
                assert same(found, wanted), (
                    f"parameter {number} should be {wanted.tolist()}, not {found.tolist()}"
                )
        with check.part(1, "a shape that doesn't fit is refused, and nothing is half loaded", mistake="half-loaded"):
            said = refused(
                *arrays[:2], np.ones((2, 4)), arrays[3], why="a file that doesn't fit should change nothing"
            )
            assert shows(said, (4, 2)) and shows(said, (2, 4)), (
                f"the error should show (4, 2) and (2, 4); it says {said}"
            )
            ### BEGIN HIDDEN TESTS
            assert is_refused(*arrays[:3], np.ones(1)), (
                "a bias of another size, a single number too, doesn't fit: a ValueError, and nothing is changed"
            )
            said = refused(*arrays[:3], np.ones(1), why="a file that doesn't fit should change nothing")
            assert shows(said, (2,)) and shows(said, (1,)), "the error should show both shapes"
            assert is_refused(np.ones((7, 9)), *arrays[1:]), (
                "weights of another size don't fit: a ValueError, and nothing is changed"
            )
            said = refused(np.ones((7, 9)), *arrays[1:], why="a file that doesn't fit should change nothing")
            assert shows(said, (3, 4)) and shows(said, (7, 9)), "the error should show both shapes"
            ### END HIDDEN TESTS
        ### BEGIN HIDDEN TESTS
        with check.part(1, "numbers of arrays, types, pickles, and more than ten parameters", mistake="odd-files-accepted"):
            assert is_refused(*arrays[:3]), (
                "a file with too few arrays should be a ValueError, and change nothing"
            )
            assert is_refused(*arrays, arrays[0]), (
                "a file with too many arrays should be a ValueError, and change nothing"
            )
            pickled = learners_numpy.array([1.5, 2.5], "O")
            assert is_refused(*arrays[:3], pickled), (
                "a file with a pickle in it should be a ValueError, and change nothing"
            )
            learners_numpy.savez(
                path, *(array.astype(kind) for array, kind in zip(arrays, ("f2", "f8", "i4", "f4")))
            )
            network = fresh()
            load(network, path)
            assert alike(arrays_of(network), arrays), (
                "the numbers are the same, whatever the type in the file"
            )
            assert all(each.dtype == np.float32 for each in arrays_of(network)), (
                "parameters keep their own type"
            )
            halves = [array + np.float32(0.5) for array in arrays]
            learners_numpy.savez(f"{folder}/other.bin.npz", *halves)
            load(network, f"{folder}/other.bin.npz")
            assert alike(arrays_of(network), halves), "a second file, with fractions: its own numbers"
            load(network, path)
            assert alike(arrays_of(network), arrays), "the first file once more"
            many = [np.full((2, 2) if number % 2 == 0 else 2, number, np.float32) for number in range(14)]
            learners_numpy.savez(path, *many)
            network = Sequential([dense(2, 2) for _ in range(7)])
            first = parameters_of(network)[0]
            load(network, path)
            assert alike(arrays_of(network), many), "fourteen parameters, in order"
            assert parameters_of(network)[0] is first, "the parameters stay the same Tensors"
        ### END HIDDEN TESTS
    return check.points()


check_load()
