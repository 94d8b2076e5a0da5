def check_forward():
    check = Check()
    weights, bias = np.array([[1.0, -2.0], [0.5, 1.0], [-3.0, 4.0]]), np.array([10.0, -20.0])
    batch = np.array([[1.0, 2.0, -1.0], [0.0, 0.0, 0.0], [2.0, -4.0, 1.0]])
    expected = batch @ weights + bias
    with check.part(3, "a batch: rows times columns, and the bias on top", mistake="wrong-product-or-bias"):
        y = layer_of(weights, bias)(Tensor(batch))
        assert_near(numbers(y, "what comes out"), expected, "x @ W + b", the_bias_forgotten=batch @ weights,
                    the_bias_taken_off=batch @ weights - bias, the_bias_added_twice=expected + bias,
                    an_activation=np.maximum(expected, 0), a_tanh=np.tanh(expected), y_transposed=expected.T,
                    a_softmax=np.eye(2)[[0, 0, 0]], a_sum_over_the_batch=expected.sum(axis=0))
        forward = layer_of(weights, bias).forward(Tensor(batch))
        assert near(numbers(forward, "what comes out"), expected), "forward(x) should give what calling gives"
    with check.part(2, "a single input, with one axis", mistake="single-input-refused"):
        y = layer_of(weights, bias)(Tensor(batch[0]))
        assert_near(numbers(y, "what comes out"), expected[0], "for an x of shape (3,), x @ W + b",
                    a_batch_of_one=expected[:1])
    with check.part(1, "no bias", mistake="bias-required"):
        y = layer_of(weights)(Tensor(batch))
        assert_near(numbers(y, "what comes out"), batch @ weights, "without a bias, x @ W")
    ### BEGIN HIDDEN TESTS
    with check.part(2, "any number of axes, integers, and float32 comes out", mistake="odd-inputs"):
        rng = np.random.default_rng(2)
        large, wide, offset = rng.normal(size=(2, 4, 7)), rng.normal(size=(7, 5)), rng.normal(size=5)
        y = numbers(layer_of(wide, offset)(Tensor(large)), "what comes out")
        assert near(y, large @ wide + offset), "wrong numbers for an x with three axes"
        square = rng.normal(size=(5, 5))
        y = numbers(layer_of(square, offset)(Tensor(square[:, ::-1])), "what comes out")
        assert near(y, square[:, ::-1] @ square + offset), "wrong numbers where all sizes are equal"
        assert y.dtype == np.float32, "float32 went in, and should come out"
        y = numbers(layer_of(weights, [0.5, -0.25])(Tensor(np.array([[1, 2, 3]]))), "what comes out")
        assert near(y, [[-6.5, 11.75]]), "wrong numbers for integers: fractions come out"
        x4 = rng.normal(size=(2, 3, 2, 7))
        assert near(numbers(layer_of(wide)(Tensor(x4)), "y"), x4 @ wide), "wrong numbers for an x with four axes"
        none = numbers(layer_of(wide, offset)(Tensor(np.zeros((0, 7)))), "y")
        assert none.shape == (0, 5), "an empty batch, shape (0, 7), gives an empty batch, shape (0, 5)"
        one_output = numbers(layer_of([[2.0], [3.0]], [1.0])(Tensor([[5.0, 7.0], [1.0, 0.0]])), "y")
        assert near(one_output, [[32], [3]]), "one output keeps its axis: the shape is (batch, 1)"
        big = numbers(layer_of([[3.0], [-2.0]])(Tensor([[50_000.0, 20_000.0]])), "y")
        assert near(big, [[110_000]]), "wrong numbers for large inputs"
        tiny = numbers(layer_of([[3e-4], [2e-4]])(Tensor([[1.0, 1.0]])), "y")
        assert near(tiny * 1e4, [[5]]), "small results should stay what they are"
        y = numbers(layer_of([[2.0, 1.0]], [0.0, 3.0])(Tensor([[5.0]])), "what comes out")
        assert near(y, [[10, 8]]), "one number of a bias may be 0, and the others count"
        y = numbers(layer_of([[2.0, 3.0]], [1.0, 1.0])(Tensor([[5.0], [7.0]])), "what comes out")
        assert near(y, [[11, 16], [15, 22]]), "wrong numbers for a single input feature"
    with check.part(2, "the layer goes by the parameters that it has now, and changes nothing", mistake="old-parameters-or-changes"):
        layer, x, whole = layer_of(weights, bias), Tensor(batch), Tensor(np.arange(9).reshape(3, 3))
        first = layer(x)
        layer(whole)
        assert near(first.data, expected), "an answer should stay as it was when the next question comes"
        assert plain(whole.data).dtype.kind == "i", "integers that came in should stay integers"
        layer.weights, layer.bias = Tensor(2 * weights), Tensor(bias + 1)
        assert near(numbers(layer(x), "y"), 2 * batch @ weights + bias + 1), "new weights should be used"
        layer.weights.data = weights.astype(np.float32)
        assert near(numbers(layer(x), "y"), expected + 1), "new numbers in the weights should be used"
        assert near(numbers(layer(x), "y"), expected + 1), "the same input should give the same output again"
        for shape in ((2,), (1, 2), (3, 2), (2, 1, 2)):  # an answer of the shape of the bias, or one that it fits into
            small, ones = layer_of([[1.0, 2.0], [3.0, -1.0]], [5.0, -7.0]), np.ones(shape)
            for _ in range(2):
                y = numbers(small(Tensor(ones)), "y")
                assert near(y, ones * [9, -6]), "the same input should give the same output again, whatever its shape"
        assert near(x.data, batch), "the Tensor that came in should keep its numbers"
        faint = Tensor([[3e-4, 0.5, -2e-5]])
        layer(faint)
        assert near(faint.data * 1e4, [[3, 5000, -0.2]]), "the Tensor that came in should keep its small numbers, too"
        assert near(layer.weights.data, weights), "a forward pass should not change the weights"
        assert near(layer.bias.data, bias + 1), "a forward pass should not change the bias"
    ### END HIDDEN TESTS
    return check.points()


check_forward()
