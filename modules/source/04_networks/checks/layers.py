def check_layers():
    check = Check()
    first, second, third = Dense(2, 3), ReLU(), Dense(3, 1)
    with check.part(1, "length and index", mistake="wrong-length-or-index"):
        network = Sequential([first, second, third])
        assert len(network) == 3, f"a network of three layers has the length 3, not {len(network)}"
        assert network[0] is first and network[1] is second, (
            "network[0] is the first layer itself, network[1] the second"
        )
    with check.part(1, "add puts a layer at the end", mistake="added-elsewhere"):
        network = Sequential([first])
        network.add(second)
        network.add(third)
        assert len(network) == 3, f"one layer and two added ones are three; the length is {len(network)}"
        assert network[1] is second and network[2] is third, (
            "layers should stand in the order in which they were added"
        )
    ### BEGIN HIDDEN TESTS
    with check.part(1, "the end of the row, and a list of its own", mistake="odd-places-or-list-shared"):
        network = Sequential((first, second, third))
        assert network[-1] is third and network[-3] is first, "negative places count from the end"
        assert no_such_place(network, 3), (
            "network[3] of three layers must raise IndexError, as network[-4] must"
        )
        assert no_such_place(network, -4), (
            "network[3] of three layers must raise IndexError, as network[-4] must"
        )
        again = Sequential([first, second, first])
        again.add(second)
        assert len(again) == 4 and again[2] is first and again[3] is second, (
            "a layer may stand in it more than once"
        )
        inside = Sequential([network, first])
        assert len(inside) == 2 and inside[1] is first, "a network may be one layer of another"
        assert len(network) == 3 and network[2] is third, "each network should have a list of its own"
        recorder = Recorder()
        given = recorder.list([first, second])
        Sequential(given).add(third)
        assert not recorder.changes, "the caller's list of layers must stay as it was: keep a list of your own"
        once = Sequential(each for each in (first, second))
        assert len(once) == 2 and once[1] is second and len(once) == 2, (
            "a generator gives its layers only once"
        )
        outer = Sequential([Sequential(), first])
        outer.add(network)
        assert len(outer) == 3 and outer[1] is first, "a network is one layer of another, empty or added, too"
        empty = Sequential()
        assert len(empty) == 0, "a network may begin without layers"
        empty.add(first)
        assert len(empty) == 1 and len(Sequential()) == 0, "each network should have a list of its own"
    ### END HIDDEN TESTS
    return check.points()


check_layers()
