def check_shuffle():
    check = Check()
    with check.part(1, "every sample once an epoch, with its own class", mistake="not-every-sample-once"):
        loader = DataLoader(CountedInBatches(40), batch_size=10, seed=3)
        for _ in range(3):
            batches = epoch_of(loader)
            found = sorted(number for batch in batches for number in numbers_in(batch))
            repeated = sorted({number for number in found if found.count(number) > 1})
            assert found, "a shuffled epoch should have batches, and there are none"
            assert not repeated, f"a sample comes once an epoch; these came more often: {repeated[:8]}"
            assert found == list(range(40)), f"an epoch visits all 40 samples; this one visited {len(found)}"
            for batch in batches:
                wanted, classes = (
                    [number % 3 for number in numbers_in(batch)],
                    plain(batch[1]).ravel().tolist(),
                )
                assert classes == wanted, (
                    "x and y of a sample should stay together; here they were shuffled apart"
                )
    with check.part(1, "each epoch has an order of its own", mistake="same-order-each-epoch"):
        loader = DataLoader(CountedInBatches(40), batch_size=10)
        first, second = order_of(loader), order_of(loader)
        assert first != sorted(first), "shuffle is on by default, and the samples came in their old order"
        assert first != second, "the second epoch should have another order than the first; it has the same"
    with check.part(1, "a seed makes the sequence of epochs repeatable", mistake="seed-not-repeatable"):
        loader, twin = (DataLoader(CountedInBatches(40), batch_size=10, seed=0) for _ in range(2))
        firsts = [order_of(loader) for _ in range(2)]
        assert firsts == [order_of(twin) for _ in range(2)], (
            "two loaders with seed=0 should go through the same epochs"
        )
        sixth = order_of(DataLoader(CountedInBatches(40), batch_size=10, seed=5))
        assert firsts[0] != sixth, "seed=5 should give another order than seed=0"
        assert firsts[0] != order_of(DataLoader(CountedInBatches(40), batch_size=10, seed=1)), (
            "seed=1 should give another order"
        )
    ### BEGIN HIDDEN TESTS
    with check.part(1, "two loops at once, and one that is broken off", mistake="loops-share-their-order"):
        loader, twin = (DataLoader(CountedInBatches(40), batch_size=10, seed=5) for _ in range(2))
        one, two = iter(loader), iter(loader)
        turns = list(islice(zip(one, two), 500))
        epochs = sorted(sum(map(numbers_in, batches), []) for batches in zip(*turns))
        assert all(sorted(epoch) == list(range(40)) for epoch in epochs), (
            "two loops at once should each see all samples"
        )
        assert epochs == sorted([order_of(twin), order_of(twin)]), (
            "two loops at once are two epochs of the sequence"
        )
        loader, twin = (DataLoader(CountedInBatches(40), batch_size=10, seed=6) for _ in range(2))
        next(iter(loader)), next(iter(twin))
        assert order_of(loader) == order_of(twin), "an epoch that is broken off should not spoil the next"
        assert sorted(order_of(loader)) == list(range(40)), (
            "after an epoch that was broken off comes a whole one"
        )
        loader, twin = (DataLoader(CountedInBatches(40), batch_size=10, shuffle=False) for _ in range(2))
        next(iter(loader))
        assert sorted(order_of(loader)) == sorted(order_of(twin)), (
            "without chance, too, an epoch that is broken off should not spoil the next"
        )
    with check.part(1, "all of the order is chance, and nobody else's", mistake="order-not-all-chance"):
        loader, other = (
            DataLoader(CountedInBatches(40), batch_size=10, seed=7),
            DataLoader(CountedInBatches(40), batch_size=10, seed=8),
        )
        alone = DataLoader(CountedInBatches(40), batch_size=10, seed=7)
        epochs = []
        for _ in range(8):
            epochs.append(order_of(loader))
            order_of(other)
        assert epochs == [order_of(alone) for _ in range(8)], (
            "another loader's draws should make no difference"
        )
        assert len({str(epoch) for epoch in epochs}) == 8, "no two epochs should have the same order"
        batches = {tuple(sorted(epoch[place : place + 10])) for epoch in epochs for place in range(0, 40, 10)}
        assert len(batches) == 32, "batches should hold other samples in each epoch"
        assert len({epoch[0] for epoch in epochs}) > 3, "many samples should come first at times"
        assert len({epoch[-1] for epoch in epochs}) > 3, "many samples should come last at times"
        many = 400
        first_four = lambda loader: [number for batch in islice(loader, 4) for number in numbers_in(batch)]
        order = np.array(first_four(DataLoader(CountedInBatches(many), batch_size=100, seed=7)))
        stray = 5 * np.sqrt(many) / 2  # no count of halves strays further: 5 sigma
        if len(order) == many:  # else `batches` says what is wrong
            stayed = [int(np.sum(order[: many // 2] < many // 2)), int(np.sum(order % 2 == np.arange(many) % 2))]
            assert abs(stayed[0] - many / 4) < stray and abs(stayed[1] - many / 2) < stray, (
                "any sample may come anywhere"
            )
            assert np.sum(order == np.arange(many)) < 12, "few samples should stay in their place"
        rest = DataLoader(CountedInBatches(43), batch_size=10, seed=4, drop_last=True)
        left_out = [frozenset(range(43)) - frozenset(first_four(rest)) for _ in range(3)]
        assert len(left_out[0]) != 3 or len(set(left_out)) > 1, "drop_last should leave other samples out in each epoch"
        steps = [later - earlier for epoch in epochs for earlier, later in zip(epoch, epoch[1:])]
        assert max(steps.count(step) for step in set(steps)) < 80, (
            "samples should not follow each other in a row"
        )
        unseeded = [order_of(DataLoader(CountedInBatches(40), batch_size=10)) for _ in range(2)]
        assert unseeded[0] != unseeded[1], "without a seed two loaders should differ"
    with check.part(1, "the dataset is only read", beside=True, mistake="dataset-changed"):
        recorder = Recorder()
        samples = recorder.list(([number, 0.5], number % 3) for number in range(30))
        loader = DataLoader(samples, batch_size=8, seed=9)
        for _ in range(2):
            with suppress(Exception):  # whether a list can be read is graded above
                epoch_of(loader)
        assert recorder.assert_untouched("the list of samples") is None, (
            "the dataset is only read: mix the numbers of its samples, not the samples"
        )
    ### END HIDDEN TESTS
    return check.points()


check_shuffle()
