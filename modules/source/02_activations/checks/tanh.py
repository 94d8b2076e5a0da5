def check_tanh():
    check = Check()
    x = np.array([-2.0, -0.5, 0.0, 1.0, 3.0], np.float32)
    expected = [-0.964028, -0.462117, 0, 0.761594, 0.995055]
    with check.part(2, "the curve", mistake="wrong-curve"):
        assert_near(output(Tanh(), x), expected, f"tanh of {shown(x)}", the_sigmoid=1 / (1 + np.exp(-x)),
                    tanh_of_half_x=np.tanh(x / 2), its_slope=np.subtract(1, np.square(expected)),
                    sinh=np.sinh(x), x_cut_off_at_1=np.clip(x, -1, 1), the_sign_lost=np.abs(expected),
                    the_sign_turned=np.tanh(-x))
        assert near(output(Tanh().forward, x), expected), "forward(x) should give what calling gives"
        kind = output(Tanh(), x).dtype
        assert kind == np.float32, f"float32 went in, {kind} came out"
    with check.part(1, "large numbers of either sign, and no warning", mistake="overflow"):
        found = output(Tanh(), [-1000.0, -90.0, 90.0, 1000.0])
        assert not np.isnan(found).any(), f"inf / inf is nan, and e^x overflows: {shown(found)}"
        assert near(found, [-1, -1, 1, 1]), f"far out it is -1 or 1, and yours is {shown(found)}"
    ### BEGIN HIDDEN TESTS
    with check.part(1, "between the middle and the ends", mistake="inexact-between"):
        found = output(Tanh(), [-1e30, -7.5, -6.0, -4.0, 4.0, 6.0, 7.5, 1e30])
        ends = [0.99932930, 0.99998771, 0.99999939, 1]
        assert near(found, [*np.negative(ends[::-1]), *ends]), "wrong numbers between the middle and the ends"
        small = output(Tanh(), [-0.01, 0.003])
        assert near(small, [-0.00999967, 0.00299999]), "wrong numbers close to 0"
    with check.part(1, "any shape", mistake="odd-shapes"):
        cube = np.linspace(-4, 4, 24).reshape(2, 3, 4)
        assert near(output(Tanh(), cube), np.tanh(cube)), "wrong numbers on three axes"
        assert near(output(Tanh(), -1.0), -0.761594), "a single number, shape (), is fine"
        assert near(output(Tanh(), 1.0), 0.761594), "a single number, shape (), is fine"
    with check.part(1, "integers, and what comes in is left as it was", mistake="integers-or-input-changed"):
        found = output(Tanh(), np.array([-2, 0, 1]))
        assert near(found, [-0.964028, 0, 0.761594]), "wrong numbers for integers: fractions come out"
        assert goes_by_its_numbers(Tanh, np.tanh), "each answer should be made from the numbers of its own question"
        assert leaves_alone(Tanh(), x), "what came in, and earlier answers, should stay as they were"
        assert leaves_alone(Tanh(), np.array([3, -1])), "integers that came in should stay integers"
    ### END HIDDEN TESTS
    return check.points()


check_tanh()
