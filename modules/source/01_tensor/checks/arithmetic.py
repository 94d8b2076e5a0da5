@whatever_is_constructed
def check_arithmetic():
    check = Check()

    def makes(act, numbers, what):
        """The numbers of `act(a, b)`, which leaves `a` and `b` as they were: each time new ones."""
        a, b = Tensor([[1.0, 2.0], [4.0, 8.0]]), Tensor([[2.0, 2.0], [0.5, 4.0]])
        has_numbers(act(a, b), numbers, what)
        for name, operand, before in (("a", a, [[1.0, 2.0], [4.0, 8.0]]), ("b", b, [[2.0, 2.0], [0.5, 4.0]])):
            now, words = plain(operand.data), f"{what} should leave {name} as it was, {before}"
            assert agree(now, before), NamedMistake("operand-changed", f"{words}; now it is {now.tolist()}")

    with check.part(1, "+", mistake="wrong-sum"):
        makes(lambda a, b: a + b, [[3, 4], [4.5, 12]], "a + b")
        makes(lambda a, b: a + 1, [[2.0, 3], [5, 9]], "a + 1")
        makes(lambda a, b: 0.5 + a, [[1.5, 2.5], [4.5, 8.5]], "0.5 + a")
    with check.part(1, "-", mistake="wrong-difference"):
        makes(lambda a, b: a - b, [[-1, 0], [3.5, 4]], "a - b")
        makes(lambda a, b: a - 1, [[0.0, 1], [3, 7]], "a - 1")
        makes(lambda a, b: 2 - a, [[1.0, 0], [-2, -6]], "2 - a, where 2 stands on the left")
    with check.part(1, "*", mistake="wrong-product"):
        makes(lambda a, b: a * b, [[2.0, 4], [2, 32]], "a * b")
        makes(lambda a, b: a * 3, [[3.0, 6], [12, 24]], "a * 3")
        makes(lambda a, b: 0.5 * a, [[0.5, 1], [2, 4]], "0.5 * a")
    with check.part(1, "/", mistake="wrong-quotient"):
        makes(lambda a, b: a / b, [[0.5, 1], [8, 2]], "a / b")
        makes(lambda a, b: a / 2, [[0.5, 1], [2, 4]], "a / 2")
        makes(lambda a, b: 8 / a, [[8.0, 4], [2, 1]], "8 / a, where 8 stands on the left")
    with check.part(1, "shapes that don't fit are named, with the operation", mistake="misfit-unnamed"):
        assert np.shape(numbers_in(Tensor(np.ones((2, 3))) + Tensor(np.ones(3)))) == (2, 3), "what fits is no misfit"
        said = complaint(lambda: Tensor(np.ones((2, 3))) + Tensor(np.ones(4)))
        assert shows(said, (2, 3)) and shows(said, (4,)), f"the error should show (2, 3) and (4,); it says {said}"
        assert any(word in said.lower() for word in ("+", "add", "plus", "sum")), "the error should name the add"
        ### BEGIN HIDDEN TESTS
        said = complaint(lambda: np.ones((5, 2)) - Tensor(np.ones((5, 3))))
        assert shows(said, (5, 2)) and shows(said, (5, 3)), "the error should show both shapes"
        said = complaint(lambda: Tensor(np.ones((5, 2))) * Tensor(np.ones((5, 3))))
        assert any(word in said.lower() for word in ("*", "mul", "times", "product")), "the error should name the operation"
        ### END HIDDEN TESTS
    ### BEGIN HIDDEN TESTS
    with check.part(1, "broadcasting", mistake="no-broadcasting"):
        column, line = np.array([[1.0], [2.0], [4.0]]), np.array([1.0, 10.0])
        assert has(Tensor(column) + Tensor(line), column + line), "a column and a line: each with each"
        assert has(Tensor(column) * Tensor(line), column * line), "a column and a line: each with each"
        assert has(Tensor(np.ones((2, 3, 1))) - Tensor(line), np.ones((2, 3, 1)) - line), (
            "three axes and one"
        )
        assert has(Tensor(line) / Tensor(column), line / column), "a line and a column: each with each"
        assert has(Tensor(2.0) * Tensor(3.0), 6.0), "two single numbers make a single number, shape ()"
        assert has(Tensor(np.zeros((0, 2))) + Tensor(line), np.zeros((0, 2))), (
            "no rows and a line make no rows"
        )
    with check.part(1, "arrays from either side", mistake="arrays-beside-tensors"):
        line, t = np.array([2.0, 8.0]), Tensor([1.0, 4.0])
        assert has(t - line, [-1.0, -4]), "tensor - array"
        assert has(line - t, [1.0, 4]), "array - tensor"
        assert has(line / t, [2.0, 2]), "array / tensor"
        assert has(line + t, [3.0, 12]), "array + tensor"
        assert has(line * t, [2.0, 32]), "array * tensor"
        assert has(np.array([[1.0], [2.0]]) - t, [[0.0, -3], [1, -2]]), "an array on the left is broadcast too"
        assert has(t * np.float32(2), [2.0, 8]), "a number of NumPy's on the right"
    with check.part(1, "types, and operands left as they were", mistake="wrong-type-or-operands-changed"):
        a = Tensor([[1.0, 2.0], [4.0, 8.0]])
        assert gives(a + 1, [[2.0, 3], [5, 9]]), "what comes out is a Tensor of float32"
        assert gives(0.5 + a, [[1.5, 2.5], [4.5, 8.5]]), "what comes out is a Tensor of float32"
        assert gives(a + np.ones((2, 2)), [[2.0, 3], [5, 9]]), "what comes out is a Tensor of float32"
        whole = Tensor([1, 2, 3])
        assert gives(whole + 1, [2, 3, 4]), "integers stay integers"
        assert gives(whole * 2, [2, 4, 6]), "integers stay integers"
        assert numbers_in(5 - whole).dtype.kind == "i", "integers stay integers"
        assert gives(whole / 2, [0.5, 1, 1.5]), "integers divided give floats"
        assert numbers_in(6 / whole).dtype.kind == "f", "integers divided give floats"
        assert gives(whole * Tensor([0.5, 0.5, 0.5]), [0.5, 1, 1.5]), "an integer times a float is a float"
        assert gives(whole + 0.5, [1.5, 2.5, 3.5]), "an integer plus a float is a float"
        assert gives(Tensor([16_777_217]) + 2, [16_777_219]), "integers keep all their digits"
        assert gives(Tensor(np.array([200], np.uint8)) + Tensor([100]), [300]), (
            "a byte and an integer make an integer"
        )
        assert gives(Tensor([0.00001]) * 2 * 100_000, [2.0]), "small numbers are not rounded away"
        with np.errstate(divide="ignore"):
            assert gives(Tensor([-1.0, 0]) / Tensor([0.0, 1]), [-np.inf, 0]), "what is divided by 0 is infinite"
        assert each_time_anew(lambda t: t + 0, [1, 2], [3, 4], lambda a: a), (
            "a Tensor used twice: the first answer stays"
        )
        assert each_time_anew(lambda t: t * 3, [1, 2], [3, 4], lambda a: 3 * a), (
            "a Tensor used twice: the first answer stays"
        )
        assert plain(whole.data).tolist() == [1, 2, 3], "arithmetic must leave its operands as they were"
        assert plain(a.data).tolist() == [[1, 2], [4, 8]], "arithmetic must leave its operands as they were"
    ### END HIDDEN TESTS
    return check.points()


check_arithmetic()
