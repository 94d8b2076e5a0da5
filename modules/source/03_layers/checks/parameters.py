def check_parameters():
    check = Check()
    with check.part(2, "weights and bias, the Tensors themselves", mistake="not-weights-and-bias"):
        layer = layer_of([[1.0, 2.0]], [3.0, 4.0])
        found = list(layer.parameters())
        assert len(found) == 2, f"with a bias there are 2 parameters, weights and bias; yours: {len(found)}"
        for parameter in found:
            assert isinstance(parameter, Tensor), f"they are Tensors, not {type(parameter).__name__}"
        assert found[0] is not layer.bias, "first the weights, then the bias; yours are exchanged"
        assert found[0] is layer.weights, "first the weights: the Tensor that forward uses, not a copy of it"
        assert found[1] is layer.bias, "then the bias: the Tensor that forward uses, not a copy of it"
    with check.part(1, "without a bias, the weights alone", mistake="missing-bias-listed"):
        layer = layer_of([[1.0, 2.0]])
        found = list(layer.parameters())
        assert len(found) == 1, f"without a bias there is 1 parameter; yours has {len(found)}"
        assert found[0] is layer.weights, "it is the weights"
    ### BEGIN HIDDEN TESTS
    with check.part(2, "what was replaced is gone", mistake="old-parameters"):
        layer = layer_of([[1.0, 2.0]], [3.0, 4.0])
        list(layer.parameters())
        layer.weights, layer.bias = Tensor([[5.0, 6.0]]), Tensor([7.0, 8.0])
        found = list(layer.parameters())
        assert len(found) == 2, "weights and bias should be given"
        assert found[0] is layer.weights, "after the weights are replaced it should give the new ones"
        assert found[1] is layer.bias, "after the bias is replaced it should give the new one"
    with check.part(1, "each layer has its own", mistake="parameters-shared"):
        one, other = layer_of([[1.0]], [0.0]), layer_of([[3.0]], [4.0])
        list(other.parameters())
        found = list(one.parameters())
        assert len(found) == 2 and found[0] is one.weights, "each layer should give its own two alone"
        flat = layer_of([[1.0, 2.0, 3.0]], [4.0, 5.0, 6.0])
        narrow = layer_of([[1.0], [2.0]], [3.0])
        for layer in (flat, narrow):
            found = list(layer.parameters())
            assert found[0] is layer.weights and found[1] is layer.bias, "first the weights, whatever the sizes are"
        again = list(one.parameters())
        assert len(again) == 2 and again[1] is one.bias, "the second time it should be as the first"
    ### END HIDDEN TESTS
    return check.points()


check_parameters()
