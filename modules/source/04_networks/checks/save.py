def check_save():
    from tinytorch.core.tensor import np as learners_numpy

    check = Check()
    network = Sequential([dense(3, 4), ReLU(), dense(4, 2)])
    kept = arrays_of(network)
    with learners_numpy.testing.tempdir() as folder, replaced(Sequential, parameters=parameters_of):
        with check.part(1, "every parameter, as arr_0, arr_1, …", mistake="wrong-entries"):
            save(network, f"{folder}/weights.npz")
            stored = learners_numpy.load(f"{folder}/weights.npz", allow_pickle=False)
            names = sorted(stored.files)
            assert names == ["arr_0", "arr_1", "arr_2", "arr_3"], (
                f"the four parameters should be arr_0 to arr_3 in the file; it has {names}"
            )
            for number, wanted in enumerate(kept):
                found = plain(stored[f"arr_{number}"])
                assert same(found, wanted), (
                    f"arr_{number} should hold {wanted.tolist()}, not {found.tolist()}"
                )
        ### BEGIN HIDDEN TESTS
        with check.part(1, "any name, any number of parameters, and their types", mistake="name-or-type-changed"):
            for name in ("weights", "weights.v2", "weights.bin", "weights.npz"):
                save(network, f"{folder}/{name}")
                found = learners_numpy.load(f"{folder}/{name}", allow_pickle=False)
                assert same(found["arr_3"], kept[3]), "the file should have the name that it was given"
            half = Dense(2, 2)
            half.weights.data = np.full((2, 2), 0.1, np.float16)
            half.bias.data = np.array([1, 2], np.float64)
            save(Sequential([half]), f"{folder}/weights.npz")
            found = learners_numpy.load(f"{folder}/weights.npz", allow_pickle=False)
            assert sorted(found.files) == ["arr_0", "arr_1"], "an earlier file should be replaced"
            assert plain(found["arr_0"]).dtype == np.float16, "numbers keep their type"
            assert plain(found["arr_1"]).dtype == np.float64, "numbers keep their type"
            far = dense(2, 2)
            far.weights.data = np.array([[1e30, -123456.79], [1.2345678e-7, np.nan]], np.float32)
            save(Sequential([far]), f"{folder}/far.npz")
            found = plain(learners_numpy.load(f"{folder}/far.npz", allow_pickle=False)["arr_0"])
            assert found.tobytes() == plain(far.weights.data).tobytes(), (
                "all digits of large, small and missing numbers"
            )
            changing = Sequential([far])
            save(changing, f"{folder}/far.npz")
            far.weights.data = np.eye(2, dtype=np.float32)
            far.bias.data = np.array([8, 9], np.float32)
            save(changing, f"{folder}/far.npz")
            found = learners_numpy.load(f"{folder}/far.npz", allow_pickle=False)
            assert plain(found["arr_0"]).tolist() == [[1, 0], [0, 1]], (
                "saved twice: the numbers as they are now"
            )
            assert plain(found["arr_1"]).tolist() == [8, 9], "saved twice: the numbers as they are now"
            many = Sequential([dense(2, 2) for _ in range(7)])
            for number, parameter in enumerate(parameters_of(many)):
                parameter.data = np.asarray(parameter.data) + number
            save(many, f"{folder}/many.npz")
            found = learners_numpy.load(f"{folder}/many.npz", allow_pickle=False)
            arrays = [plain(found[f"arr_{number}"]) for number in range(14)]
            assert alike(arrays, arrays_of(many)), "fourteen parameters, in order"
            assert alike(arrays_of(network), kept), "saving should change nothing"
        ### END HIDDEN TESTS
    return check.points()


check_save()
