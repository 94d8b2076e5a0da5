def check_batches():
    check = Check()
    with check.part(1, "batches of batch_size, in order", mistake="wrong-batches"):
        found = numbers_of(DataLoader(Counted(10), batch_size=4, shuffle=False))
        assert found, "an epoch of 10 samples should have batches, and there are none"
        words = f"10 samples in batches of 4 should begin with 0 to 3 and 4 to 7; they are {found}"
        order = [number for batch in found for number in batch]
        astray = sorted(order) == list(range(10)) != order
        assert not astray, NamedMistake("not-in-order", f"shuffle=False keeps the order; {words}")
        assert found[:2] == [[0, 1, 2, 3], [4, 5, 6, 7]], words
    with check.part(1, "the last batch has what is left", mistake="wrong-last-batch"):
        found = numbers_of(DataLoader(CountedInBatches(10), batch_size=4, shuffle=False))
        words = f"10 samples in batches of 4 should end with 8 and 9 in a shorter batch; they are {found}"
        assert found[2:] == [[8, 9]], words
    with check.part(1, "x is a float32 Tensor with a row for each sample", mistake="x-not-rows-of-float32"):
        x, _ = second_batch(CountedInBatches(10))
        rows = array_in(x, "x")
        assert rows.shape == (4, 2), f"4 samples of shape (2,) make a batch of shape (4, 2), not {rows.shape}"
        assert rows.tolist() == [[4, 2], [5, 2.5], [6, 3], [7, 3.5]], (
            f"the rows should be the samples; they are {rows.tolist()}"
        )
        assert rows.dtype == np.float32, f"x should be float32, not {rows.dtype}"
    with check.part(1, "y is a Tensor of integers", mistake="y-not-integers"):
        _, y = second_batch(CountedInBatches(10))
        classes = array_in(y, "y")
        assert classes.shape == (4,), f"4 classes have the shape (4,), not {classes.shape}"
        assert classes.dtype.kind in "iu", (
            f"a class serves as an index, so it stays an integer; these are {classes.dtype}"
        )
        assert classes.tolist() == [1, 2, 0, 1], (
            f"samples 4 to 7 have the classes [1, 2, 0, 1], not {classes.tolist()}"
        )
    with check.part(1, "drop_last leaves a shorter batch out", mistake="drop-last-ignored"):
        found = numbers_of(DataLoader(CountedInBatches(10), batch_size=4, shuffle=False, drop_last=True))
        assert found == [[0, 1, 2, 3], [4, 5, 6, 7]], f"full batches are 0 to 3 and 4 to 7; these are {found}"
        ### BEGIN HIDDEN TESTS
        found = numbers_of(DataLoader(CountedInBatches(8), batch_size=4, shuffle=False, drop_last=True))
        assert found == [[0, 1, 2, 3], [4, 5, 6, 7]], "a last batch that is full stays"
        assert numbers_of(DataLoader(CountedInBatches(3), 4, shuffle=False, drop_last=True)) == [], (
            "no full batch, no batch"
        )
        ### END HIDDEN TESTS
    ### BEGIN HIDDEN TESTS
    with check.part(1, "sizes at the borders, and a second epoch", mistake="borders-or-second-epoch"):
        assert numbers_of(DataLoader(Counted(6), batch_size=3, shuffle=False)) == [[0, 1, 2], [3, 4, 5]], (
            "no rest"
        )
        assert numbers_of(DataLoader(Counted(3), batch_size=50, shuffle=False)) == [[0, 1, 2]], (
            "one short batch"
        )
        assert numbers_of(DataLoader(Counted(1), batch_size=2, shuffle=False)) == [[0]], "a single sample"
        assert [len(each) for each in numbers_of(DataLoader(Counted(70), shuffle=False))] == [32, 32, 6], (
            "32 by default"
        )
        loader = DataLoader(Counted(5), 2, shuffle=False)
        assert numbers_of(loader) == numbers_of(loader) == [[0, 1], [2, 3], [4]], "each epoch is a whole one"
    with check.part(1, "samples of other kinds", mistake="other-samples-refused"):
        images = [(np.full((2, 3), number, np.uint8), np.int16(number + 7)) for number in range(5)]
        x, y = epoch_of(DataLoader(images, batch_size=5, shuffle=False))[0]
        rows = bare(x)
        assert rows.shape == (5, 2, 3) and rows.dtype == np.float32, (
            "images of bytes become float32 and keep their shape"
        )
        assert rows[:, 1, 2].tolist() == [0, 1, 2, 3, 4], "images keep their numbers"
        assert bare(y).ravel().tolist() == [7, 8, 9, 10, 11], "the classes of the images"
        of_tensors = [(Tensor([number, 1.5]), Tensor(number)) for number in range(3)]
        x, y = epoch_of(DataLoader(of_tensors, batch_size=3, shuffle=False))[0]
        assert bare(x).tolist() == [[0, 1.5], [1, 1.5], [2, 1.5]], "samples may be Tensors"
        assert bare(y).ravel().tolist() == [0, 1, 2], "classes may be Tensors"
        x, y = epoch_of(DataLoader([([3], np.uint8(255))], batch_size=2, shuffle=False))[0]
        assert bare(y).tolist() == [255], "a class of 255 in a batch of one, with one axis"
        x, y = epoch_of(DataLoader([([3], 0.25), ([4], 0.75)], batch_size=2, shuffle=False))[0]
        assert bare(x).dtype == np.float32, "x becomes float32 when it is made of integers"
        assert bare(y).ravel().tolist() == [0.25, 0.75], "a y that is no class stays what it is"
    with check.part(2, "a dataset that has `take` is asked once for each batch", mistake="not-one-take-a-batch"):
        data = CountedInBatches(8)
        batches = epoch_of(DataLoader(data, batch_size=4, shuffle=False))
        assert data.taken == [[0, 1, 2, 3], [4, 5, 6, 7]], "`take` should be asked for each batch, once"
        assert not data.looked_up, "no sample should be looked up by itself then"
        assert bare(batches[0][1]).ravel().tolist() == [0, 1, 2, 0], "the same classes"
        data = Counted(8)
        epoch_of(DataLoader(data, batch_size=4, shuffle=False))
        assert sorted(data.looked_up) == list(range(8)), "without `take`, each sample is looked up once"
    ### END HIDDEN TESTS
    return check.points()


check_batches()
