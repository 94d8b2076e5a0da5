def check_forward():
    check = Check()
    with check.part(2, "each layer gets what the one before gave", mistake="not-a-chain"):
        layers = steps(1, 2, 3)
        found = Sequential(layers).forward(Tensor([0.0, 5.0]))
        assert isinstance(found, Tensor), "what comes out should be the Tensor of the last layer"
        found = plain(found.data).tolist()
        assert found != [321, 5321], "the layers were gone through from the last to the first"
        assert found == [123, 5123], (
            f"three layers that append 1, 2 and 3 make [123, 5123] of [0, 5], not {found}"
        )
        calls = [layer.calls for layer in layers]
        assert calls == [1, 1, 1], f"each layer should be called once; the calls were {calls}"
    with check.part(1, "calling a network is calling its forward", mistake="call-differs-from-forward"):
        network, x = Sequential(steps(4, 2)), Tensor([[1.0], [0.0]])
        found, wanted = plain(network(x).data).tolist(), plain(network.forward(x).data).tolist()
        assert found == wanted, f"network(x) should be network.forward(x), {wanted}, not {found}"
        found = plain(Sequential(steps(4))(x).data).tolist()
        assert found == [[14], [4]], f"one layer that appends 4 makes [[14], [4]] of [[1], [0]], not {found}"
    ### BEGIN HIDDEN TESTS
    with check.part(1, "no layers, real ones, and networks in networks", mistake="odd-networks"):
        x = np.array([[1.0, -2.0, 0.5], [0.0, 1.0, -3.0]], np.float32)
        assert plain(Sequential([]).forward(Tensor(x)).data).tolist() == x.tolist(), (
            "no layers change nothing"
        )
        network = Sequential((dense(3, 4), ReLU(), dense(4, 2)))
        hidden = np.maximum(x @ np.arange(12).reshape(3, 4) / 10 + np.arange(12, 16) / 10, 0)
        wanted = hidden @ np.arange(8).reshape(4, 2) / 10 + np.arange(8, 10) / 10
        for _ in range(2):
            assert agree(network.forward(Tensor(x)).data, wanted), "Dense, ReLU and Dense"
        network = Sequential([lambda each: Tensor(plain(each.data) + 1), *steps(5)])
        assert plain(network.forward(Tensor([2])).data).tolist() == [35], "a function of one's own is a layer as well"
        inner = Sequential(steps(2, 3))
        outer = Sequential([*steps(1), inner, *steps(4)])
        assert plain(outer.forward(Tensor([0])).data).tolist() == [1234], (
            "a network may be a layer of another"
        )
        twice, *others = steps(7, 2, 3, 4, 5, 6)
        network = Sequential([twice, *others, twice])
        x = Tensor([0])
        first = network.forward(x)
        assert plain(first.data).tolist() == [7234567], (
            "a layer that stands twice is called twice; any number of layers"
        )
        assert plain(x.data).tolist() == [0], "the Tensor that came in should keep its numbers"
        x.data = np.array([1])
        assert plain(network.forward(x).data).tolist() == [17234567], "the numbers that a Tensor has now"
        assert plain(first.data).tolist() == [7234567], "an earlier answer should stay as it was"
        assert plain(outer.forward(Tensor([1])).data).tolist() == [11234], "a second call starts anew"
    ### END HIDDEN TESTS
    return check.points()


check_forward()
