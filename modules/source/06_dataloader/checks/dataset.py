def check_dataset():
    from tinytorch.core.tensor import np as learners_numpy

    check = Check()

    def ends(dataset, index):
        try:
            dataset[index]
        except IndexError:
            return True
        return False

    with check.part(1, "as many samples as were asked for", mistake="wrong-length"):
        for size in (100, 7):
            found = len(SimpleDataset() if size == 100 else SimpleDataset(size=size))
            assert found == size, f"a SimpleDataset of {size} samples has the length {size}, not {found}"
    with check.part(2, "a sample is a row of float32 and an integer class", mistake="sample-not-row-and-class"):
        dataset = SimpleDataset(size=30, num_features=5, num_classes=4)
        samples = [dataset[index] for index in range(30)]
        x, y = (plain(part) for part in samples[3])
        words = f"a sample is (x, y); here the first has the shape {x.shape} and the second {y.shape}"
        assert (x.shape, y.shape) != ((), (5,)), NamedMistake("pair-the-wrong-way-round", words)
        assert x.shape == (5,), f"x has num_features numbers, so the shape (5,), not {x.shape}"
        assert x.dtype == np.float32, f"x should be float32, not {x.dtype}"
        assert y.shape == (), NamedMistake("class-not-one-number", f"a class is one number, not of the shape {y.shape}")
        assert y.dtype.kind in "iu", f"a class is an integer, not {y.dtype}"
        classes = {int(y) for _, y in samples}
        assert classes <= set(range(4)), f"with 4 classes y is 0, 1, 2 or 3; found {sorted(classes)}"
        assert len({plain(x).tobytes() for x, _ in samples}) == 30, (
            "all samples should differ; some are equal"
        )
    with check.part(1, "the same seed makes the same samples, another seed others", mistake="seed-ignored"):
        twins = [SimpleDataset(size=12, seed=seed) for seed in (5, 5, 6)]
        first, again, other = ([plain(each[index][0]).tolist() for index in range(12)] for each in twins)
        assert first == again, "two datasets with seed=5 should have the same samples"
        assert first != other, "seed=5 and seed=6 should give different samples"
        assert first == [plain(twins[0][index][0]).tolist() for index in range(12)], (
            "a sample should be the same each time it is looked up"
        )
    ### BEGIN HIDDEN TESTS
    with check.part(1, "classes, and the end", mistake="wrong-classes-or-end"):
        several = [SimpleDataset(size=60, num_classes=5, seed=seed) for seed in (2, 3)]
        assert [np.size(each[index][1]) for each in several for index in range(60)] == [1] * 120, (
            "each of the samples, and one class for each"
        )
        classes, others = ([int(plain(each[index][1]).item()) for index in range(60)] for each in several)
        assert set(classes) == set(range(5)), "every class should occur"
        assert classes != others, "another seed should give other classes too"
        usual = SimpleDataset()
        assert {int(usual[index][1]) for index in range(40)} == {0, 1, 2}, (
            "three classes unless told otherwise"
        )
        assert np.shape(usual[0][0]) == (4,), "four features unless told otherwise"
        assert plain(usual[9][0]).tolist() == plain(SimpleDataset(seed=0)[9][0]).tolist(), (
            "the seed is 0 unless told otherwise"
        )
        assert ends(several[0], 60), "past the end it is an IndexError"
        assert sum(1 for _ in islice(iter(SimpleDataset(size=9)), 20)) == 9, (
            "a loop over the dataset should end"
        )
    with check.part(2, "take gives the samples at these places", mistake="wrong-take"):
        dataset = SimpleDataset(size=40, num_features=6, num_classes=9, seed=4)
        for places in ([3, 1, 17], [5], [8, 8, 0, 39], list(range(39, -1, -1))):
            taken = dataset.take(np.array(places))
            assert [np.shape(part)[:1] for part in taken] == [(len(places),)] * 2, "two arrays: a row and a class for each"
            rows, classes = map(plain, taken)
            singles = [dataset[place] for place in places]
            assert rows.shape == (len(places), 6) and classes.shape == (len(places),), "a row for each place"
            assert rows.tolist() == [plain(x).tolist() for x, _ in singles], "the same x as one at a time"
            assert classes.tolist() == [int(y) for _, y in singles], "the same y as one at a time"
            x, y = map(plain, singles[0])  # whose types are graded above
            assert rows.dtype in (np.float32, x.dtype), "the same types as one at a time"
            assert classes.dtype.kind in f"iu{y.dtype.kind}", "the same types as one at a time"
        three = dataset.take(np.array([0, 1, 2]))
        kept = plain(three[0]).tolist()
        other = plain(dataset.take(np.array([5, 6, 7]))[0]).tolist()
        assert other == [plain(dataset[place][0]).tolist() for place in (5, 6, 7)], (
            "asked twice: the samples of each time"
        )
        assert plain(three[0]).tolist() == kept, "what take gave before should stay as it was"
    with check.part(1, "arrays are kept with their types, and must fit", mistake="types-or-lengths-of-arrays"):
        images = np.arange(24, dtype=np.uint8).reshape(3, 4, 2)
        dataset = ArrayDataset(images, np.array([2, 0, 255], np.uint8))
        assert len(dataset) == 3, "the length counts samples, whatever their shape"
        x, y = dataset[2]
        assert plain(x).dtype == np.float32 and plain(x).tolist() == images[2].tolist(), "bytes as float32"
        assert int(y) == 255 and plain(y).dtype.kind in "iu", "classes stay integers"
        far = ArrayDataset(np.array([[40_000.0, -3.5]]), np.array([1]))
        assert plain(far[0][0]).tolist() == [40_000, -3.5], (
            "large numbers and negative ones stay what they are"
        )
        of_lists = ArrayDataset([[1.0], [2.0]], [0.25, 0.75])
        assert float(of_lists[1][1]) == 0.75, "a y that is no class stays what it is"
        assert plain(of_lists.take(np.array([1, 0]))[1]).tolist() == [0.75, 0.25], "lists are kept as arrays"
        pairs = ArrayDataset(images, [[0, 1], [2, 3], [4, 5]]).take(np.array([2, 0]))[1]
        assert plain(pairs).tolist() == [[4, 5], [0, 1]], "y may have several numbers for a sample"
        for x, y in ((np.zeros((3, 2)), np.zeros(5, int)), (np.zeros((5, 2)), np.zeros(3, int))):
            assert refusal_of(lambda: ArrayDataset(x, y)), "arrays of different lengths are refused"
            said = refusal_of(lambda: ArrayDataset(x, y))
            assert "3" in said and "5" in said, "the error should show both lengths"
    with check.part(1, "a seed is the dataset's own business", beside=True, mistake="global-seed-changed"):
        drawn = []
        for make in (lambda: None, lambda: SimpleDataset(size=12, seed=3)):
            learners_numpy.random.seed(17)
            make()
            drawn.append(float(learners_numpy.random.random()))
        assert drawn[0] == drawn[1], "NumPy's global generator should be left alone"
    ### END HIDDEN TESTS
    return check.points()


check_dataset()
