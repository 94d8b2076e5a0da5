def check_construct():
    check = Check()
    with check.part(1, "a batch_size below 1 is refused by name and value", mistake="batch-size-accepted"):
        said = refusal_of(lambda: DataLoader(Counted(6), batch_size=0))
        assert "batch_size" in said, f"the error should name batch_size; it says: {said}"
        assert "0" in said, f"the error should show the value 0; it says: {said}"
    with check.part(1, "a dataset without samples is refused by name", mistake="empty-dataset-accepted"):
        said = refusal_of(lambda: DataLoader(Counted(0)))
        assert "dataset" in said, f"the error should name the dataset; it says: {said}"
        assert "0" in said or "empty" in said or "no " in said, (
            f"the error should say that it is empty; it says: {said}"
        )
    with check.part(1, "all that can't work is refused, and what can is not", mistake="odd-arguments"):
        said = refusal_of(lambda: DataLoader(Counted(6), batch_size=-37))
        assert "batch_size" in said and "-37" in said, "the error should have the name and the value"
        data = Counted(5)
        for size in (1, 5, 80):
            DataLoader(data, batch_size=size)
            DataLoader(data, batch_size=size, shuffle=False, drop_last=True)
        ### BEGIN HIDDEN TESTS
        assert refusal_of(lambda: DataLoader([], batch_size=4, shuffle=False)), "any dataset without samples is refused"
        assert refusal_of(lambda: DataLoader(Counted(0), batch_size=4, drop_last=True)), (
            "any dataset without samples is refused"
        )
        assert not data.looked_up, "nothing should be read before the first epoch"
        ### END HIDDEN TESTS
    return check.points()


check_construct()
