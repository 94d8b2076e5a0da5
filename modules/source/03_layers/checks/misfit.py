def check_misfit():
    check = Check()
    layer = layer_of(np.ones((4, 3)), np.zeros(3))
    with check.part(2, "the error shows both shapes", mistake="shapes-unnamed"):
        layer_of(np.ones((4, 1)), np.ones(1))(Tensor(np.ones((5, 4))))  # what fits is let through
        said = complaint(lambda: layer(Tensor(np.ones((5, 6)))))
        assert shows(said, (5, 6)), f"the error should show the shape of x, (5, 6); it says: {said}"
        assert shows(said, (4, 3)), f"the error should show the shape of the weights, (4, 3); it says: {said}"
    with check.part(1, "the error names the operation", mistake="operation-unnamed"):
        said = complaint(lambda: layer(Tensor(np.ones((5, 6))))).lower()
        words = ("@", "mul", "matrix", "dot", "product", "dense", "layer")
        assert any(word in said for word in words), f"the error should name the product; it says: {said}"
    ### BEGIN HIDDEN TESTS
    with check.part(1, "one axis, three axes, and a batch the wrong way round", mistake="odd-misfits"):
        other = layer_of(np.ones((4, 3)), np.zeros(3))
        other.weights = Tensor(np.ones((6, 2)))  # before its first call: whose weights are used then is `forward`'s to judge
        said = complaint(lambda: other(Tensor(np.ones((5, 4)))))
        assert shows(said, (5, 4)) and shows(said, (6, 2)), "the shape of the weights that the layer has now"
        for shape in ((3,), (2, 3, 5), (4, 2), (5, 1)):
            said = complaint(lambda: layer(Tensor(np.ones(shape))))
            assert shows(said, shape) and shows(said, (4, 3)), "both shapes should be shown, whatever they be"
    ### END HIDDEN TESTS
    return check.points()


check_misfit()
