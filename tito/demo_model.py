"""A real model to benchmark: a small network, trained here on generated data, run by TinyTorch's own Tensor.

    python -m tito.demo_model

Prints the report of the exported `tinytorch.core.benchmarking`.
"""

from __future__ import annotations

import sys

import numpy as np

CLASSES, FEATURES, HIDDEN = 10, 64, 32


def clusters(rng: np.random.Generator, count: int) -> tuple[np.ndarray, np.ndarray]:
    """`count` points in noisy clusters, one a class: (count, FEATURES) float32, and their classes."""
    centres = np.random.default_rng(0).normal(size=(CLASSES, FEATURES))
    classes = rng.integers(CLASSES, size=count)
    return (centres[classes] + rng.normal(scale=2.2, size=(count, FEATURES))).astype(np.float32), classes


def train(x: np.ndarray, y: np.ndarray, rng: np.random.Generator, steps: int = 100, rate: float = 0.5):
    """Weights of a two-layer network with ReLU, by gradient descent on the cross-entropy of all points."""
    w1, b1 = rng.normal(scale=FEATURES**-0.5, size=(FEATURES, HIDDEN)), np.zeros(HIDDEN)
    w2, b2 = rng.normal(scale=HIDDEN**-0.5, size=(HIDDEN, CLASSES)), np.zeros(CLASSES)
    for _ in range(steps):
        hidden = np.maximum(x @ w1 + b1, 0)
        scores = hidden @ w2 + b2
        chances = np.exp(scores - scores.max(axis=1, keepdims=True))
        error = chances / chances.sum(axis=1, keepdims=True) - np.eye(CLASSES)[y]
        back = (error @ w2.T) * (hidden > 0)
        for weights, slope in ((w2, hidden.T @ error), (b2, error.sum(axis=0)), (w1, x.T @ back), (b1, back.sum(axis=0))):
            weights -= rate * slope / len(x)
    return w1, b1, w2, b2


class MLP:
    """The trained network on TinyTorch tensors: one input of shape (FEATURES,), or a batch of them."""

    def __init__(self, weights):
        from tinytorch.core.tensor import Tensor

        self._weights = [Tensor(w.astype(np.float32)) for w in weights]

    def parameters(self):
        """The weights and biases."""
        return self._weights

    def forward(self, x):
        """Scores of each class: shape (CLASSES,), or (batch, CLASSES)."""
        w1, b1, w2, b2 = self._weights
        hidden = x @ w1 + b1
        hidden = hidden * (hidden.numpy() > 0)
        return hidden @ w2 + b2

    __call__ = forward


def report() -> str:
    """Train, benchmark in all scenarios, and report."""
    from tinytorch.core.benchmarking import PerformanceReporter, TinyTorchPerf

    rng = np.random.default_rng(1)
    weights = train(*clusters(rng, 500), rng)
    perf = TinyTorchPerf()
    perf.set_model(MLP(weights))
    perf.set_dataset(list(zip(*clusters(rng, 500), strict=True)))
    results = {
        "single_stream": perf.run_single_stream(num_queries=1000),
        "server": perf.run_server(target_qps=200, duration=3),
        "offline": perf.run_offline(batch_size=4),
    }
    name = f"MLP {FEATURES}-{HIDDEN}-{CLASSES} on generated clusters"
    return PerformanceReporter().generate_project_report(results, name)


if __name__ == "__main__":
    sys.stdout.reconfigure(encoding="utf-8")
    print(report())
