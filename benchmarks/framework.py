"""What TinyTorch itself costs, a forward pass and an epoch of data, beside NumPy and other frameworks.

    python benchmarks/framework.py [--rounds 31]

The forward pass of 784-128-10 with ReLU, the same numbers everywhere, at batch 1 and 64; and a shuffled
epoch over 60,000 x 784 float32 with integer classes. Within a round the ways take turns in random order, and
each is divided by raw NumPy in that round; the tables have the medians of the rounds. Linear algebra runs in
one thread. What is not installed is left out, and said so: PyTorch (`make oracles`), tinygrad,
which also needs clang, and micrograd, which computes number by number: it gets one call, at batch 1 alone.

This file can't be called tinytorch.py: the scripts beside it would import it instead of the package.
"""

from __future__ import annotations

import argparse
import os
import random
import time
from collections.abc import Callable, Iterable
from importlib import metadata, util
from shutil import which

for library in ("OPENBLAS", "OMP", "MKL"):  # they look once, when they are loaded
    os.environ[f"{library}_NUM_THREADS"] = "1"

import numpy as np

from tinytorch.core.benchmarking import conditions, markdown_table
from tinytorch.core.dataloader import ArrayDataset, DataLoader
from tinytorch.core.networks import create_mlp
from tinytorch.core.tensor import Tensor

INPUTS, HIDDEN, OUTPUTS = 784, 128, 10
SAMPLES = 60_000
AT_LEAST_S = 0.005  # a way is called until this has passed, and its time is the mean of the calls
NUMPY = "raw NumPy"

Ways = dict[str, Callable[[], object]]


def installed(package: str) -> bool:
    return util.find_spec(package) is not None


def version_of(package: str) -> str:
    return f"{package} {metadata.version(package)}"


# -- forward ------------------------------------------------------------------------------------


def forward_ways(batch: int) -> Ways:
    """Ways from the same input of shape (batch, 784) to the same scores, (batch, 10)."""
    network = create_mlp(INPUTS, [HIDDEN], OUTPUTS, rng=0)
    w1, b1, w2, b2 = (parameter.data for parameter in network.parameters())
    x = np.random.default_rng(1).random((batch, INPUTS), dtype=np.float32)
    tensor = Tensor(x)
    ways: Ways = {
        NUMPY: lambda: np.maximum(x @ w1 + b1, 0) @ w2 + b2,
        "TinyTorch": lambda: network(tensor).data,
    }
    if installed("torch"):
        ways |= torch_forward(x, w1, b1, w2, b2)
    if installed("tinygrad") and which("clang"):
        ways |= tinygrad_forward(x, w1, b1, w2, b2)
    if installed("micrograd") and batch == 1:
        ways |= micrograd_forward(x, w1, b1, w2, b2)
    return ways


def torch_forward(x, w1, b1, w2, b2) -> Ways:
    """Eager, once without and once with a record for gradients."""
    import torch

    torch.set_num_threads(1)
    network = torch.nn.Sequential(torch.nn.Linear(INPUTS, HIDDEN), torch.nn.ReLU(), torch.nn.Linear(HIDDEN, OUTPUTS))
    with torch.no_grad():
        for mine, theirs in zip(network.parameters(), (w1.T, b1, w2.T, b2), strict=True):
            mine.copy_(torch.from_numpy(theirs.copy()))
    tensor = torch.from_numpy(x)

    def without_gradients():
        with torch.inference_mode():
            return network(tensor)

    return {
        "PyTorch eager, inference_mode": without_gradients,
        "PyTorch eager, ready for gradients": lambda: network(tensor).detach(),
    }


def tinygrad_forward(x, w1, b1, w2, b2) -> Ways:
    """Planned anew for each call, and by TinyJit, which plans and compiles once and replays."""
    from tinygrad import Device, TinyJit
    from tinygrad import Tensor as Other

    w1, b1, w2, b2, tensor = (Other(each.copy()).realize() for each in (w1, b1, w2, b2, x))
    device = Device[Device.DEFAULT]

    def planned(each):
        return ((each @ w1 + b1).relu() @ w2 + b2).realize()

    replayed = TinyJit(planned)

    def ended(run):
        result = run(tensor)
        device.synchronize()
        return result

    for _ in range(3):  # the first two calls record and compile
        ended(replayed)
    return {"tinygrad": lambda: ended(planned).numpy(), "tinygrad, TinyJit": lambda: ended(replayed).numpy()}


def micrograd_forward(x, w1, b1, w2, b2) -> Ways:
    """Each number is an object of Python, and each sample a pass of its own."""
    from micrograd.nn import MLP

    network = MLP(INPUTS, [HIDDEN, OUTPUTS])
    for layer, weights, bias in zip(network.layers, (w1, w2), (b1, b2), strict=True):
        for neuron, row, start in zip(layer.neurons, weights.T.tolist(), bias.tolist(), strict=True):
            neuron.b.data = start
            for value, number in zip(neuron.w, row, strict=True):
                value.data = number
    rows = x.tolist()
    return {"micrograd": lambda: np.array([[value.data for value in network(row)] for row in rows])}


# -- data ---------------------------------------------------------------------------------------


class OneByOne:
    """A dataset's samples without its `take`."""

    def __init__(self, dataset):
        self.dataset = dataset

    def __len__(self):
        return len(self.dataset)

    def __getitem__(self, index):
        return self.dataset[index]


def epoch_ways(x: np.ndarray, y: np.ndarray, batch_size: int) -> Ways:
    """Ways through all samples in batches, in a new random order each time."""
    dataset, rng = ArrayDataset(x, y), np.random.default_rng(0)

    def indexed():
        order = rng.permutation(len(x))
        for start in range(0, len(x), batch_size):
            chosen = order[start : start + batch_size]
            yield x[chosen], y[chosen]

    loader, slow = (DataLoader(each, batch_size, seed=0) for each in (dataset, OneByOne(dataset)))
    ways: Ways = {
        NUMPY: lambda: through(indexed()),
        "TinyTorch DataLoader": lambda: through(loader),
        "the same, dataset without `take`": lambda: through(slow),
    }
    return ways | torch_epochs(x, y, batch_size) if installed("torch") else ways


def torch_epochs(x: np.ndarray, y: np.ndarray, batch_size: int) -> Ways:
    """PyTorch's loader in this process (num_workers=0), as usual, and with whole batches for indices."""
    import torch
    from torch.utils.data import BatchSampler, RandomSampler, TensorDataset
    from torch.utils.data import DataLoader as Other

    torch.set_num_threads(1)
    dataset = TensorDataset(torch.from_numpy(x), torch.from_numpy(y))
    usual = Other(dataset, batch_size, shuffle=True)
    whole = Other(dataset, sampler=BatchSampler(RandomSampler(dataset), batch_size, False), batch_size=None)
    return {
        "PyTorch DataLoader": lambda: through(usual),
        "PyTorch DataLoader, sampler=BatchSampler": lambda: through(whole),
    }


def through(batches: Iterable) -> int:
    """Take all batches, and do nothing with them."""
    return sum(len(y) for _, y in batches)


# -- in turns -----------------------------------------------------------------------------------


def seconds_of(way: Callable[[], object]) -> float:
    """The mean of as many calls as AT_LEAST_S takes."""
    calls, begun = 0, time.perf_counter()
    while not calls or time.perf_counter() - begun < AT_LEAST_S:
        way()
        calls += 1
    return (time.perf_counter() - begun) / calls


def in_turns(ways: Ways, rounds: int) -> dict[str, list[float]]:
    """What each way took in each round, in seconds; micrograd in the first round alone."""
    found: dict[str, list[float]] = {name: [] for name in ways}
    for number in range(rounds):
        for name in random.sample(list(ways), len(ways)):
            if not number or name != "micrograd":
                found[name].append(seconds_of(ways[name]))
    return found


def table(what: str, ways: Ways, rounds: int, unit_s: float, unit: str) -> str:
    found = in_turns(ways, rounds)
    rows = [
        [name, f"{np.median(times) / unit_s:,.1f}", f"{ratio(times, found[NUMPY]):,.2f}"]
        for name, times in found.items()
    ]
    return markdown_table([what, unit, f"× {NUMPY}"], rows)


def ratio(times: list[float], numpys: list[float]) -> float:
    """The median over the rounds of what a way took, divided by what NumPy took in that round."""
    return float(np.median([mine / base for mine, base in zip(times, numpys, strict=True)]))


def agree(ways: Ways) -> None:
    """Make sure that all ways compute the same; AssertionError with the name of one that doesn't."""
    expected = ways[NUMPY]()
    for name, way in ways.items():
        np.testing.assert_allclose(np.asarray(way()), expected, rtol=1e-3, atol=1e-4, err_msg=name)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=31)
    rounds = parser.parse_args().rounds
    others = [
        version_of(each) if installed(each) else f"{each} is not installed"
        for each in ("torch", "tinygrad", "micrograd")
    ]
    print("\n".join(conditions()), f"\n{', '.join(others)}; medians of {rounds} rounds, one thread\n", sep="")
    for batch in (1, 64):
        ways = forward_ways(batch)
        agree(ways)
        print(table(f"784-128-10 forward, batch {batch}", ways, rounds, 1e-6, "µs"), end="\n\n")
    rng = np.random.default_rng(0)
    x, y = rng.random((SAMPLES, INPUTS), dtype=np.float32), rng.integers(OUTPUTS, size=SAMPLES)
    for size in (32, 256):
        ways = epoch_ways(x, y, size)
        assert {way() for way in ways.values()} == {SAMPLES}
        print(table(f"epoch of 60,000 × 784, batches of {size}", ways, rounds, 1e-3, "ms"), end="\n\n")


if __name__ == "__main__":
    main()
