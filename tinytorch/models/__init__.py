"""Trained networks that read the hand-written digits of `tinytorch.core.dataloader.DigitsDataset`.

`python -m tinytorch.models.train` made them, in seconds and from a seed. Their accuracy is that on the 364
digits that were held out, and one digit more or less is 0.27 points of it: between two of them, a difference
of less than about two points may be chance.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

FOLDER = Path(__file__).parent


@dataclass(frozen=True)
class Card:
    """What is known of a trained network.

    `sizes` are those of its layers, `parameters` how many numbers it has, `file_bytes` the size of its file,
    `accuracy` the share of the held-out digits that it reads rightly, 0 to 1.
    """

    sizes: tuple[int, ...]
    parameters: int
    file_bytes: int
    accuracy: float
    made: str


CARDS = {
    "digits_mlp": Card((64, 128, 10), 9_610, 39_430, 0.9753, "trained"),
    "digits_wide": Card((64, 256, 256, 10), 85_002, 341_482, 0.9808, "trained, wider and with one layer more"),
    "digits_pruned": Card((64, 16, 10), 1_210, 5_830, 0.9698, "digits_mlp's 16 weightiest hidden units, trained on"),
    "digits_half": Card((64, 128, 10), 9_610, 20_210, 0.9753, "digits_mlp with its numbers rounded to float16"),
}


def weights_of(name: str) -> Path:
    """The file with the weights of the network called `name`; ValueError, with the names, if none is."""
    if name not in CARDS:
        raise ValueError(f"no trained network is called {name!r}; there are {', '.join(CARDS)}")
    return FOLDER / f"{name}.npz"


def load_model(name: str = "digits_mlp"):
    """The trained network called `name`, a Sequential: x (batch, 64) to scores (batch, 10), in float32."""
    from tinytorch.core.networks import (
        create_mlp,
        load,
    )  # where they are needed: a learner may not have them yet

    path = weights_of(name)
    input_size, *hidden_sizes, output_size = CARDS[name].sizes
    network = create_mlp(input_size, hidden_sizes, output_size)
    load(network, path)
    return network
