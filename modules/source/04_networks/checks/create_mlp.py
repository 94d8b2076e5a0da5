def kinds_of(network):
    """The kinds of its layers, by name."""
    known = {"Dense": Dense, "ReLU": ReLU}
    return [
        next((name for name in known if isinstance(layer, known[name])), "?") for layer in layers_of(network)
    ]


def sizes_of(network):
    """The shapes of the weights of its Dense layers."""
    return [np.shape(layer.weights.data) for layer in layers_of(network) if isinstance(layer, Dense)]


def weights_of(network):
    """The weights of its Dense layers."""
    return [plain(layer.weights.data) for layer in layers_of(network) if isinstance(layer, Dense)]


def check_create_mlp():
    from tinytorch.core.tensor import np as learners_numpy

    check = Check()
    with check.part(1, "Dense and ReLU in turn, and a Dense at the end", mistake="wrong-kinds-of-layers"):
        network = create_mlp(4, [5, 6], 3)
        assert isinstance(network, Sequential), "create_mlp should return a Sequential"
        kinds = kinds_of(network)
        assert kinds != ["Dense"] * 3, (
            "without activations between them, three Dense layers are no more than one"
        )
        assert kinds[-1:] == ["Dense"], "after the last Dense comes no activation: a score may be negative"
        assert kinds == ["Dense", "ReLU", "Dense", "ReLU", "Dense"], (
            f"expected Dense, ReLU, Dense, ReLU, Dense; got {kinds}"
        )
    with check.part(1, "each layer takes what the one before gives", mistake="sizes-do-not-chain"):
        sizes = sizes_of(create_mlp(4, [5, 6], 3))
        assert sizes == [(4, 5), (5, 6), (6, 3)], (
            f"the weights should be (4, 5), (5, 6) and (6, 3); they are {sizes}"
        )
    ### BEGIN HIDDEN TESTS
    with check.part(1, "other sizes, and the caller's list left as it was", mistake="odd-sizes-or-list-changed"):
        assert kinds_of(create_mlp(7, [], 2)) == ["Dense"], "no hidden layers make a single Dense"
        assert sizes_of(create_mlp(7, [], 2)) == [(7, 2)], "no hidden layers make a single Dense"
        assert sizes_of(create_mlp(3, (8,), 2)) == [(3, 8), (8, 2)], "hidden sizes may be a tuple"
        assert kinds_of(create_mlp(3, (8,), 2)) == ["Dense", "ReLU", "Dense"], "hidden sizes may be a tuple"
        deep = create_mlp(2, [3, 3, 4, 5], 6)
        assert sizes_of(deep) == [(2, 3), (3, 3), (3, 4), (4, 5), (5, 6)], (
            "any number of hidden layers, of equal sizes too"
        )
        recorder = Recorder()
        create_mlp(3, recorder.list([4, 5]), 2)
        assert not recorder.changes, "the caller's list of hidden sizes must stay as it was"
        assert all(layer.bias is not None for layer in layers_of(create_mlp(2, [2], 2))[::2]), (
            "each Dense has a bias"
        )
    with check.part(1, "where the weights come from", mistake="weights-not-from-rng"):
        weights = weights_of(create_mlp(6, [6, 6], 6))
        assert len(weights) > 1, "a network with hidden layers has several Dense layers"
        assert all(not np.array_equal(*pair) for pair in zip(weights, weights[1:])), (
            "two layers should not have the same weights"
        )
        other = weights_of(create_mlp(6, [6, 6], 6))
        assert not same(weights[0], other[0]), "without rng, two networks should differ"
        made = [create_mlp(6, [6], 6, rng=learners_numpy.random.default_rng(seed)) for seed in (1, 1, 2)]
        one, again, other = map(weights_of, made)
        assert alike(one, again), "generators of one seed should make the same network"
        assert not any(map(np.array_equal, one, other)), "each Dense draws from rng"
        rng = learners_numpy.random.default_rng(1)
        in_turn = [plain(Dense(6, 6, rng=rng).weights.data) for _ in range(2)]
        assert alike(one, in_turn), "the layers draw from rng from input to output"
        zeros = [weights_of(create_mlp(6, [6], 6, rng=0))[0] for _ in range(2)]
        assert same(zeros[0], zeros[1]), "seed 0 is a seed too"
        assert not np.array_equal(one[0], one[-1]) or len(one) < 2, (
            "with rng too, two layers should not have the same weights"
        )
        seeded = [create_mlp(6, [6], 6, rng=seed) for seed in (3, 3)]
        one, again = map(weights_of, seeded)
        assert alike(one, again), "one seed should make the same network"
        assert not np.array_equal(one[0], one[-1]) or len(one) < 2, (
            "with a seed too, two layers should not have the same weights"
        )
    ### END HIDDEN TESTS
    return check.points()


check_create_mlp()
