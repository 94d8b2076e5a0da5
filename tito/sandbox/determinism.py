"""Randomness that comes out the same twice: every generator in the worker starts from the check's seed.

The global generators of `random` and NumPy are seeded, and so are those that
the learner's code makes without a seed, which would else ask the system.
"""

from __future__ import annotations

import os
import random
from typing import Any

_entropy = random.Random(0)


def _drawn_bytes(count: int) -> bytes:
    return _entropy.randbytes(count)


class SeededRandom(random.Random):
    """`random.Random` whose seed, when none is given, comes from the check's and not from the system."""

    def seed(self, a: Any = None, version: int = 2) -> None:
        super().seed(_entropy.getrandbits(128) if a is None else a, version)


def take_over() -> None:
    """Have everything in this process that asks the system for randomness ask us instead.

    NumPy's unseeded generators ask `secrets`, which asks `random.SystemRandom`,
    which asks `random._urandom`.
    """
    module: Any = random  # its private names are set too
    os.urandom = module._urandom = _drawn_bytes
    replaced, ours = module._inst, SeededRandom()
    for name, value in list(vars(random).items()):
        if getattr(value, "__self__", None) is replaced:
            setattr(random, name, getattr(ours, name))
    module._inst, module.Random = ours, SeededRandom


def seed_everything(seed: int) -> None:
    """Set every generator to the state that `seed` gives."""
    import numpy

    _entropy.seed(seed)
    random.seed(seed)
    numpy.random.seed(seed)
