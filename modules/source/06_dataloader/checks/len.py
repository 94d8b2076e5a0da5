def check_len():
    check = Check()
    with check.part(1, "a shorter last batch counts", mistake="short-batch-uncounted"):
        found = len(DataLoader(Counted(10), batch_size=4))
        assert found == 3, f"10 samples in batches of 4 are 3 batches, the last one of 2; len says {found}"
    with check.part(1, "with drop_last, full batches alone count", mistake="drop-last-ignored"):
        found = len(DataLoader(Counted(10), batch_size=4, drop_last=True))
        assert found == 2, f"10 samples in full batches of 4 are 2 batches; len says {found}"
    ### BEGIN HIDDEN TESTS
    with check.part(1, "at the borders, and without reading a sample", mistake="borders-or-samples-read"):
        for count, size, batches, full in (
            (12, 4, 3, 3),
            (3, 8, 1, 0),
            (1, 2, 1, 0),
            (7, 2, 4, 3),
            (33, 32, 2, 1),
            (8, 8, 1, 1),
        ):
            assert len(DataLoader(Counted(count), size)) == batches, "the number of batches"
            assert len(DataLoader(Counted(count), size, drop_last=True)) == full, "the number of full batches"
        assert len(DataLoader(Counted(65))) == 3, "batches of 32 unless told otherwise"
        data = CountedInBatches(20)
        len(DataLoader(data, 6))
        assert not data.looked_up and not data.taken, "len should not read samples"
    ### END HIDDEN TESTS
    return check.points()


check_len()
