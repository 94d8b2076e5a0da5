def check_parameters():
    check = Check()
    first, last = Dense(4, 5), Dense(5, 3, use_bias=False)
    with check.part(2, "all of them, in the order of the layers", mistake="missing-or-out-of-order"):
        found = list(Sequential([first, ReLU(), last]).parameters())
        assert len(found) == 3, f"weights, bias and weights are three parameters; there are {len(found)}"
        shapes = [np.shape(parameter.data) for parameter in found]
        assert shapes[:2] != [(5,), (4, 5)], (
            "of each layer, the weights come first and then the bias; yours are exchanged"
        )
        assert shapes == [(4, 5), (5,), (5, 3)], (
            f"the shapes should be (4, 5), (5,) and (5, 3); they are {shapes}"
        )
    with check.part(1, "the Tensors themselves, not copies", mistake="copies"):
        found = list(Sequential([first, last]).parameters())
        assert found, "two layers have parameters; there are none"
        own = [first.weights, first.bias, last.weights]
        assert all(any(parameter is each for each in own) for parameter in found), (
            "training changes these Tensors, so they must be those of the layers, and no copies of them"
        )
    ### BEGIN HIDDEN TESTS
    with check.part(1, "networks in networks, parameters as they are now, and none at all", mistake="odd-networks"):
        inner = Sequential([last])
        network = Sequential([inner, ReLU(), Step(3), first])
        found = list(network.parameters())
        assert len(found) == 3, "a layer may be a network, or have no parameters"
        assert found[0] is last.weights and found[2] is first.bias, "a layer may be a network"
        first.bias = Tensor(np.ones(5))
        assert list(network.parameters())[2] is first.bias, "the parameters as they are now"
        assert len(list(Sequential([ReLU(), ReLU()]).parameters())) == 0, "activations have no parameters"
        assert len(list(Sequential([]).parameters())) == 0, "no layers have no parameters"
        alike_in_shape = Sequential([dense(2, 2), dense(2, 2)])
        assert len(list(alike_in_shape.parameters())) == 4, "parameters of one shape are all there"
        assert len(list(network.parameters())) == 3, "asking twice should make no difference"
    ### END HIDDEN TESTS
    return check.points()


check_parameters()
