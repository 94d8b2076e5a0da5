from tinytorch.core.tensor import Tensor


class Answer(Tensor):
    def __init__(self, shape):
        self.data = FORM(shape)


class Dense:
    def __init__(self, input_size, output_size, use_bias=True, rng=None):
        self.weights = Answer((input_size, output_size))
        self.bias = Answer((output_size,)) if use_bias else None

    def __call__(self, x):
        return self.forward(x)

    def forward(self, x):
        return Answer((*np.shape(x.data)[:-1], self.weights.data.shape[1]))

    def parameters(self):
        return []
