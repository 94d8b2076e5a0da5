def check_initialise():
    from tinytorch.core.tensor import np as numpy_there

    check = Check()
    with check.part(2, "weights and bias are float32 Tensors, each in its shape", mistake="wrong-shape-or-type"):
        layer = Dense(3, 2)
        weights, bias = numbers(layer.weights, "weights"), numbers(layer.bias, "bias")
        rows = "; for x @ W the inputs are the rows" if weights.shape == (2, 3) else ""
        assert weights.shape == (3, 2), f"Dense(3, 2) has weights of shape (3, 2), not {weights.shape}{rows}"
        assert bias.shape == (2,), f"its bias has one number for each output, shape (2,), not {bias.shape}"
        kinds = f"{weights.dtype} and {bias.dtype}"
        assert kinds == "float32 and float32", f"weights and bias should be float32, and are {kinds}"
        assert not bias.any(), f"a bias starts at 0, and yours at {shown(bias)}"
    with check.part(2, "weights go from -a to a", mistake="wrong-bounds"):
        n, m = 300, 200
        weights, a = numbers(Dense(n, m, rng=1).weights, "weights"), np.sqrt(6 / (n + m))
        limits = {"sqrt(6 / n)": 6 / n, "sqrt(6 / m)": 6 / m, "sqrt(3 / n)": 3 / n, "sqrt(1 / n)": 1 / n,
                  "sqrt(2 / (n + m))": 2 / (n + m), "sqrt(3 / (n + m))": 3 / (n + m), "1": 1, "0.5": 0.25,
                  "sqrt(6) / (n + m)": 6 / (n + m) ** 2, "6 / (n + m)": 36 / (n + m) ** 2}
        low, high = float(weights.min()), float(weights.max())
        made = [f"a looks like {name}" for name, square in limits.items() if 0.995 < high**2 / square < 1.005]
        if abs(weights.std() * 3**0.5 / a - 1) < 0.02:
            made = ["they look normally distributed"]
        found = f"from {low:.4f} to {high:.4f}" + "".join(f"; {guess}" for guess in made[:1])
        expected = f"Dense({n}, {m}) should have weights from {-a:.4f} to {a:.4f}"
        assert low < -0.95 * a and 0.95 * a < high, f"{expected}; yours go only {found}"
        assert max(-low, high) <= 1.00001 * a, f"{expected}; yours go {found}"
    with check.part(1, "without a bias there is none", mistake="bias-unasked-for"):
        layer = Dense(3, 2, use_bias=False)
        assert layer.bias is None, "with use_bias=False the bias is None"
        assert Dense(3, 2, False, 5).bias is None, "use_bias is the third argument, and rng the fourth"
        assert numbers(layer.weights, "weights").shape == (3, 2), "the weights are there without a bias too"
    ### BEGIN HIDDEN TESTS
    with check.part(2, "uniform between the bounds", mistake="not-uniform"):
        n, m = 200, 300
        weights, a = numbers(Dense(n, m, rng=11).weights, "weights"), np.sqrt(6 / (n + m))
        assert np.abs(weights).max() > 0.999 * a, "the ends of the range should be reached"
        assert np.abs(weights).min() < 0.001 * a, "what is close to 0 should occur too"
        square = numbers(Dense(9, 3, rng=2).weights, "weights")
        assert np.abs(square).max() > 0.6 * np.sqrt(6 / 12), "the bound goes by the sizes, for small layers too"
        tenths, _ = np.histogram(weights, bins=10, range=(-a, a))
        size, share = n * m, 0.1
        stray = 5 * np.sqrt(size * share * (1 - share))
        assert weights.shape == (n, m), "the shape is (input_size, output_size)"
        assert np.abs(tenths - size * share).max() <= stray, "each tenth of the range should have a tenth"
        assert len(np.unique(weights)) > 0.95 * size, "each weight should be drawn by itself"
        assert abs(weights.mean()) <= 5 * a / np.sqrt(3 * size), "the mean should be 0, within 5 sigma"
        rows, columns = weights.mean(axis=1), weights.mean(axis=0)
        assert np.abs(rows).max() <= 6 * a / np.sqrt(3 * m), "all rows should be alike"
        assert np.abs(columns).max() <= 6 * a / np.sqrt(3 * n), "all columns should be alike"
    with check.part(3, "chance comes from rng", mistake="chance-not-from-rng"):
        def drawn(*rng):
            return numbers(Dense(8, 5, True, *rng).weights, "weights")

        for seed in (7, 0):
            assert near(drawn(seed), drawn(seed)), "the same seed should give the same weights"
        assert not near(drawn(7), drawn(8)), "different seeds should give different weights"
        assert not near(drawn(), drawn()), "without a seed the weights should differ every time"
        assert not near(drawn(None), drawn(None)), "None is no seed"
        drawn(7)
        first = drawn()
        drawn(7)
        assert not near(first, drawn()), "a seed should not reach beyond its own layer"
        def chance_after(seed):
            numpy_there.random.seed(11)
            drawn(seed)
            return plain(numpy_there.random.random(4))

        assert near(chance_after(7), chance_after(8)), "the seed of a layer should not set the chance of the whole program"
        one, other = generator(7), generator(7)
        first, second = drawn(one), drawn(one)
        assert not near(first, second), "two layers that share a Generator should differ"
        assert near(drawn(other), first), "equal Generators should give the same weights"
        assert near(drawn(other), second), "a Generator should go on where the layer before left it"
        for seed in (15, 1_000_003):
            assert not near(drawn(seed), drawn(9)) and not near(drawn(seed), drawn(seed % 5)), "large seeds differ too"
        first, second = Dense(8, 5, rng=3), Dense(8, 5, rng=3)
        second.weights.data, second.bias.data = np.zeros((8, 5), np.float32), np.ones(5, np.float32)
        assert numbers(first.weights, "weights").any(), "two layers of one seed should each have weights of their own"
        assert not numbers(first.bias, "bias").any(), "two layers of one size should each have a bias of their own"
        wide, small = Dense(6, 4, rng=1), Dense(2, 3, rng=1)
        assert numbers(wide.weights, "weights").shape == (6, 4), "each layer should have weights of its own"
        assert numbers(small.bias, "bias").shape == (3,), "each layer should have a bias of its own"
    ### END HIDDEN TESTS
    return check.points()


check_initialise()
