def check_sigmoid():
    check = Check()
    x = np.array([-3.0, -1.0, 0.0, 0.5, 2.0], np.float32)
    expected = [0.047426, 0.268941, 0.5, 0.622459, 0.880797]
    with check.part(3, "the curve", mistake="wrong-curve"):
        turned = np.subtract(1, expected)
        assert_near(output(Sigmoid(), x), expected, f"the sigmoid of {shown(x)}", tanh=np.tanh(x),
                    the_sign_of_the_exponent_turned=turned, the_sigmoid_of_2x=(1 + np.tanh(x)) / 2,
                    its_slope=np.multiply(expected, turned), a_step=x > 0,
                    softmax=np.exp(x) / np.exp(x).sum())
        assert near(output(Sigmoid().forward, x), expected), "forward(x) should give what calling gives"
        kind = output(Sigmoid(), x).dtype
        assert kind == np.float32, f"float32 went in, {kind} came out"
    with check.part(2, "large numbers of either sign, and no warning", mistake="overflow"):
        found = output(Sigmoid(), [-1000.0, -90.0, 90.0, 1000.0])
        assert not np.isnan(found).any(), f"inf / inf is nan, and e^x overflows: {shown(found)}"
        assert near(found, [0, 0, 1, 1]), f"far out it is 0 or 1, and yours is {shown(found)}"
    ### BEGIN HIDDEN TESTS
    with check.part(2, "far out it is still exact, and all signs may come together", mistake="inexact-far-out"):
        tails = output(Sigmoid(), [-20.0, -15.0, -12.0, -8.0])
        exact = [2.0612e-9, 3.0590e-7, 6.1442e-6, 3.3535e-4]
        assert near(tails, exact, atol=1e-7), "small values should not be cut off"
        both = output(Sigmoid(), [[300.0, -300.0], [-1.0, 1.0], [-1e30, 1e30]])
        expected_both = [[1, 0], [0.268941, 0.731059], [0, 1]]
        assert near(both, expected_both), "numbers of both signs may stand side by side"
    with check.part(1, "any shape", mistake="odd-shapes"):
        cube = np.linspace(-4, 4, 24).reshape(2, 3, 4)
        assert near(output(Sigmoid(), cube), 1 / (1 + np.exp(-cube))), "wrong numbers on three axes"
        assert near(output(Sigmoid(), -1.0), 0.268941), "a single number, shape (), is fine"
        assert near(output(Sigmoid(), 1.0), 0.731059), "a single number, shape (), is fine"
    with check.part(1, "integers, and what comes in is left as it was", mistake="integers-or-input-changed"):
        found = output(Sigmoid(), np.array([-1, 0, 2]))
        assert near(found, [0.268941, 0.5, 0.880797]), "wrong numbers for integers: fractions come out"
        assert goes_by_its_numbers(Sigmoid, lambda x: 1 / (1 + np.exp(-x))), (
            "each answer should be made from the numbers of its own question")
        assert leaves_alone(Sigmoid(), x), "what came in, and earlier answers, should stay as they were"
        assert leaves_alone(Sigmoid(), np.array([3, -1])), "integers that came in should stay integers"
    ### END HIDDEN TESTS
    return check.points()


check_sigmoid()
