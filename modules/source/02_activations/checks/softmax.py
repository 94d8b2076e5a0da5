def check_softmax():
    check = Check()
    x = np.array([3.0, 1.0, 2.0], np.float32)
    expected = [0.665241, 0.0900306, 0.244728]
    with check.part(2, "the shares of a row of scores", mistake="wrong-shares"):
        assert_near(output(Softmax(), x), expected, f"softmax of {shown(x)}", no_exponential=x / x.sum(),
                    a_division_by_the_largest=np.exp(x - 3), the_sigmoid_of_each=1 / (1 + np.exp(-x)),
                    the_sign_turned=np.exp(-x) / np.exp(-x).sum(), its_logarithm=np.log(expected),
                    all_or_nothing=x == 3)
        assert near(output(Softmax().forward, x), expected), "forward(x) should give what calling gives"
        kind = output(Softmax(), x).dtype
        assert kind == np.float32, f"float32 went in, {kind} came out"
    with check.part(1, "each row of a batch makes 1", mistake="not-row-by-row"):
        found = output(Softmax(), [[3.0, 1.0, 2.0], [3.0, 3.0, 3.0]])
        sums = found.sum(axis=1)
        assert near(sums, 1), f"rows should make 1; yours make {shown(sums)}. Which axis do you add along?"
        assert near(found, [expected, [1 / 3] * 3]), f"[[3, 1, 2], [3, 3, 3]] should not give {shown(found)}"
    with check.part(2, "large scores of either sign, and no warning", mistake="overflow"):
        for scores in ([1003.0, 1001.0, 1002.0], [-1000.0, -1002.0, -1001.0]):
            found = output(Softmax(), scores)
            assert not np.isnan(found).any(), f"{shown(scores)} gives nan: take the largest off before e^x"
            assert near(found, expected, atol=1e-3), (
                f"{shown(scores)} has the shares of [3, 1, 2], not {shown(found)}")
    ### BEGIN HIDDEN TESTS
    with check.part(2, "along the axis that is asked for", mistake="axis-ignored"):
        cube = np.random.default_rng(7).normal(size=(2, 3, 4))
        along = [np.exp(cube) / np.exp(cube).sum(axis=axis, keepdims=True) for axis in range(3)]
        first, middle, last = Softmax(axis=0), Softmax(axis=1), Softmax()
        assert near(output(last, cube), along[2]), "wrong shares along the last axis, where none is named"
        assert near(output(first, cube), along[0]), "wrong shares along the axis that is named"
        assert near(output(middle, cube), along[1]), "wrong shares along the axis that is named"
        assert near(output(last, cube), along[2]), "each Softmax should keep an axis of its own"
        counted_back = output(Softmax(axis=-2), cube)
        assert near(counted_back, along[1]), "wrong shares along an axis counted from the end"
        assert near(output(Softmax(0), [[1.0], [1.0]]), 0.5), "the axis may be given without its name"
        square = np.array([[1.0, 5.0, 2.0], [0.0, 3.0, 4.0], [2.0, 2.0, 1.0]])
        shares = np.exp(square) / np.exp(square).sum(axis=0)
        assert near(output(first, square), shares), "wrong shares along the columns of a square"
    with check.part(1, "scores that lie far apart", mistake="inexact-far-apart"):
        apart = output(Softmax(), [[900.0, 901.0], [-900.0, -901.0], [-1000.0, 1000.0], [1e30, -1e30]])
        expected_apart = [[0.268941, 0.731059], [0.731059, 0.268941], [0, 1], [1, 0]]
        assert near(apart, expected_apart, atol=1e-3), "rows far apart: each has a largest of its own"
        small = output(Softmax(), [0.0, -16.0]) * 1e7
        assert near(small, [1e7, 1.1253], atol=1e-2), "a small share is not none"
        assert near(output(Softmax(), [5.0]), 1), "a single score gets it all"
    with check.part(1, "integers, and what comes in is left as it was", mistake="integers-or-input-changed"):
        found = output(Softmax(), np.array([3, 1, 2]))
        assert near(found, expected), "wrong numbers for integers: fractions come out"
        assert goes_by_its_numbers(Softmax, lambda x: np.exp(x) / np.exp(x).sum(axis=1, keepdims=True)), (
            "each answer should be made from the numbers of its own question")
        assert leaves_alone(Softmax(), x), "what came in, and earlier answers, should stay as they were"
        assert leaves_alone(Softmax(), np.array([3, -1])), "integers that came in should stay integers"
    ### END HIDDEN TESTS
    return check.points()


check_softmax()
