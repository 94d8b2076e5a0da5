def check_relu():
    check = Check()
    x = np.array([-2.0, -0.5, 0.0, 0.5, 3.0], np.float32)
    with check.part(2, "negative numbers become 0, the others stay", mistake="wrong-curve"):
        assert_near(output(ReLU(), x), [0, 0, 0, 0.5, 3], f"ReLU of {shown(x)}", the_absolute_value=np.abs(x),
                    the_smaller_of_x_and_0=np.minimum(x, 0), a_step=x > 0, x_itself=x,
                    x_with_the_sign_turned=np.maximum(-x, 0), a_leaky_ReLU=np.where(x > 0, x, x / 100))
    with check.part(1, "forward does the same, and float32 stays float32", mistake="forward-or-type-differs"):
        assert near(output(ReLU().forward, x), [0, 0, 0, 0.5, 3]), "forward(x) should give what calling gives"
        kind = output(ReLU(), x).dtype
        assert kind == np.float32, f"float32 went in, {kind} came out"
    ### BEGIN HIDDEN TESTS
    with check.part(1, "any shape, and numbers of any size", mistake="odd-shapes-or-numbers"):
        cube = np.random.default_rng(5).normal(size=(2, 3, 4))
        assert near(output(ReLU(), cube), np.where(cube > 0, cube, 0)), "wrong numbers on three axes"
        found = output(ReLU(), [[-1.5, 2.5], [0.25, -4.0]])
        assert near(found, [[0, 2.5], [0.25, 0]]), "wrong numbers in a matrix"
        assert near(output(ReLU(), -2.5), 0), "a single number, shape (), is fine"
        assert near(output(ReLU(), 2.5), 2.5), "a single number, shape (), is fine"
        large = output(ReLU(), [5e3, 1e30, -1e30]) / [5e3, 1e30, 1]
        assert near(large, [1, 1, 0]), "large numbers should stay what they are"
        assert near(output(ReLU(), [2e-5, -2e-5]) * 1e5, [2, 0]), "small numbers should stay what they are"
    with check.part(1, "integers", mistake="integers-refused"):
        assert near(output(ReLU(), np.array([-3, 0, 7])), [0, 0, 7]), "wrong numbers for integers"
    with check.part(1, "what comes in is left as it was", mistake="input-changed"):
        assert goes_by_its_numbers(ReLU, lambda x: np.maximum(x, 0)), (
            "each answer should be made from the numbers of its own question")
        assert leaves_alone(ReLU(), x), "what came in, and earlier answers, should stay as they were"
        assert leaves_alone(ReLU(), np.array([3, -1])), "integers that came in should stay integers"
    ### END HIDDEN TESTS
    return check.points()


check_relu()
