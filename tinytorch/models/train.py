"""Train the networks of this folder anew, in plain NumPy.

    python -m tinytorch.models.train [--folder FOLDER]

Stochastic gradient descent with momentum on the cross-entropy, a little weight decay, a rate that falls to
zero. These settings were chosen before the held-out digits were looked at, the sizes of the wide and of the
pruned network after a few had been tried.

All chance comes from seeds, and NumPy's linear algebra runs in one thread, since sums in another order differ
in the last bit. So one machine with one build of NumPy gives the same bytes each time. Another build rounds
differently, training magnifies that, and only the accuracy is the same, to within a few of the 364 digits.
"""

from __future__ import annotations

import argparse
from itertools import pairwise
from pathlib import Path

import numpy as np

from tinytorch.models import CARDS, FOLDER

EPOCHS, BATCH, RATE, MOMENTUM, DECAY = 30, 32, 0.05, 0.9, 1e-3
SEED = 0
TUNING_EPOCHS, TUNING_RATE = 10, 0.02  # after pruning

Arrays = list[np.ndarray]  # weights and bias of each layer in turn, float32


def fresh(sizes: tuple[int, ...], rng: np.random.Generator) -> Arrays:
    """Untrained layers: weights (input, output) by Glorot and Bengio's uniform rule (2010), biases zero."""
    arrays = []
    for inputs, outputs in pairwise(sizes):
        bound = np.sqrt(6 / (inputs + outputs))
        arrays += [
            rng.uniform(-bound, bound, (inputs, outputs)).astype(np.float32),
            np.zeros(outputs, np.float32),
        ]
    return arrays


def outputs_of(arrays: Arrays, x: np.ndarray) -> Arrays:
    """The input (batch, …) and what each layer makes of it, the scores last."""
    outputs = [x]
    for place in range(0, len(arrays), 2):
        y = outputs[-1] @ arrays[place] + arrays[place + 1]
        outputs.append(y if place == len(arrays) - 2 else np.maximum(y, 0))
    return outputs


def gradients(arrays: Arrays, x: np.ndarray, y: np.ndarray) -> Arrays:
    """The slope of the mean cross-entropy of a batch in each number of `arrays`, by the chain rule."""
    outputs = outputs_of(arrays, x)
    chances = np.exp(outputs[-1] - outputs[-1].max(axis=1, keepdims=True))
    error = chances / chances.sum(axis=1, keepdims=True)
    error[np.arange(len(y)), y] -= 1
    error /= len(y)
    slopes: Arrays = []
    for place in range(len(arrays) - 2, -1, -2):
        below = outputs[place // 2]
        slopes[:0] = [below.T @ error, error.sum(axis=0)]
        error = (error @ arrays[place].T) * (below > 0)
    return slopes


def train(
    arrays: Arrays,
    x: np.ndarray,
    y: np.ndarray,
    rng: np.random.Generator,
    epochs: int = EPOCHS,
    rate: float = RATE,
) -> Arrays:
    """The arrays after `epochs` over the samples, in new arrays."""
    arrays = [array.copy() for array in arrays]
    speeds = [np.zeros_like(array) for array in arrays]
    for epoch in range(epochs):
        step = np.float32(rate * (1 - epoch / epochs))
        order = rng.permutation(len(x))
        for start in range(0, len(x), BATCH):
            batch = order[start : start + BATCH]
            for array, speed, slope in zip(arrays, speeds, gradients(arrays, x[batch], y[batch]), strict=True):
                speed *= np.float32(MOMENTUM)
                speed -= step * (slope + np.float32(DECAY) * array)
                array += speed
    return arrays


def pruned(arrays: Arrays, units: int) -> Arrays:
    """Of a network with one hidden layer, the `units` of the largest weights in and out, norm times norm."""
    w1, b1, w2, b2 = arrays
    weight = np.linalg.norm(w1, axis=0) * np.linalg.norm(w2, axis=1)
    kept = np.sort(np.argsort(weight)[-units:])
    return [w1[:, kept], b1[kept], w2[kept], b2]


def accuracy(arrays: Arrays, x: np.ndarray, y: np.ndarray) -> float:
    """The share of samples whose largest score is that of their class."""
    numbers = [array.astype(np.float32) for array in arrays]
    return float((outputs_of(numbers, x)[-1].argmax(axis=1) == y).mean())


def train_all() -> dict[str, Arrays]:
    """The arrays of every network on the cards, by name."""
    from threadpoolctl import threadpool_limits  # comes with scikit-learn

    from tinytorch.core.dataloader import DigitsDataset

    digits = DigitsDataset(train=True)
    made: dict[str, Arrays] = {}
    with threadpool_limits(1):
        for name in ("digits_mlp", "digits_wide"):
            rng = np.random.default_rng(SEED)
            made[name] = train(fresh(CARDS[name].sizes, rng), digits.x, digits.y, rng)
        small = pruned(made["digits_mlp"], CARDS["digits_pruned"].sizes[1])
        rng = np.random.default_rng(SEED)
        made["digits_pruned"] = train(small, digits.x, digits.y, rng, TUNING_EPOCHS, TUNING_RATE)
    made["digits_half"] = [array.astype(np.float16) for array in made["digits_mlp"]]
    return made


def write(arrays: Arrays, path: Path) -> None:
    """Write the arrays as `tinytorch.core.networks.load` reads them: arr_0, arr_1, … of an .npz."""
    np.savez(path, *arrays)


def main(arguments: list[str] | None = None) -> None:
    from tinytorch.core.dataloader import DigitsDataset

    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--folder", type=Path, default=FOLDER, help="where to write them; here, unless given")
    folder = parser.parse_args(arguments).folder
    held_out = DigitsDataset(train=False)
    print("| network | sizes | parameters | file | held-out accuracy |\n|---|---|---|---|---|")
    for name, arrays in train_all().items():
        path = folder / f"{name}.npz"
        write(arrays, path)
        count, share = sum(array.size for array in arrays), accuracy(arrays, held_out.x, held_out.y)
        sizes = ", ".join(map(str, CARDS[name].sizes))
        print(f"| {name} | {sizes} | {count:,} | {path.stat().st_size / 1000:.1f} kB | {share:.2%} |")


if __name__ == "__main__":
    main()
