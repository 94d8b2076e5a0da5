"""What checks measure with: models that take known time, and data that tells who touches it.

A check hands a `TimedModel` to the learner's code and afterwards reads in the
model's own record when it was called, with which samples, and how long each
call took. The record belongs to the check: under `tito grade` the learner's
code sees the model through a pipe only.

Classes marked `__by_value__` are rebuilt beside the learner's code from the
fields of their constructor, so that what they cost is spent there.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import NamedTuple

from tito.tools import stage

CLASSES = 4


def now() -> float:
    """Seconds on the clock that the learner's code sees."""
    return stage.current().now()


# -- samples -------------------------------------------------------------------


def target_of(index: int) -> int:
    """The right class of sample `index`."""
    return (index * 7 + 3) % CLASSES


def samples(count: int, targets: bool = True) -> list[dict]:
    """`count` samples as dicts; the first number of "data" is the sample's index."""
    rows = [{"data": [float(index), 0.5, -1.5]} for index in range(count)]
    if targets:
        for index, row in enumerate(rows):
            row["target"] = target_of(index)
    return rows


@dataclass
class SlowLookup(list):
    """A data set whose every look-up takes `lookup_s`, as from a disk."""

    rows: list
    lookup_s: float

    __by_value__ = True

    def __post_init__(self):
        list.__init__(self, self.rows)

    def __getitem__(self, place):
        found = list.__getitem__(self, place)
        stage.current().spend(self.lookup_s * (len(found) if isinstance(place, slice) else 1))
        return found

    def __iter__(self):
        for place in range(len(self)):
            yield self[place]


@dataclass
class SlowTarget(dict):
    """A sample whose "target" takes `target_s` to read: whoever scores while the clock runs, pays."""

    row: dict
    target_s: float

    __by_value__ = True

    def __post_init__(self):
        dict.__init__(self, self.row)

    def __getitem__(self, key):
        if key == "target":
            stage.current().spend(self.target_s)
        return dict.__getitem__(self, key)

    def get(self, key, default=None):
        return self[key] if key in self else default


@dataclass
class SlowScores(list):
    """Scores that take `scoring_s` to go through: whoever scores while the clock runs, pays."""

    values: list
    scoring_s: float

    __by_value__ = True

    def __post_init__(self):
        list.__init__(self, self.values)

    def __iter__(self):
        stage.current().spend(self.scoring_s)
        return list.__iter__(self)

    def __getitem__(self, place):
        stage.current().spend(self.scoring_s)
        return list.__getitem__(self, place)

    def index(self, *place):
        stage.current().spend(self.scoring_s)
        return list.index(self, *place)

    def __array__(self, dtype=None, copy=None):
        import numpy

        stage.current().spend(self.scoring_s)
        return numpy.array(list(list.__iter__(self)), dtype=dtype)


class Witness:
    """Keeps what the things that it watches report: every change that was made to them."""

    def __init__(self):
        self.changes: list[str] = []

    def saw(self, change: str) -> None:
        self.changes.append(change)

    def list(self, items: Iterable) -> WatchedList:
        return WatchedList(list(items), self.saw)

    def dict(self, row: dict) -> WatchedDict:
        return WatchedDict(dict(row), self.saw)

    def samples(self, count: int) -> WatchedList:
        return self.list(WatchedDict(row, self.saw) for row in samples(count))

    def assert_untouched(self, what: str) -> None:
        assert not self.changes, (
            f"{what} belongs to the caller and must stay as it was; your code called {self.changes[0]}"
        )


def _reporting(kind: type, names: str):
    """Class decorator: the methods `names` of `kind` tell `self.saw` before they do their work."""

    def reporting(name):
        plain = getattr(kind, name)

        def method(self, *args, **kwargs):
            self.saw(f"{kind.__name__}.{name}")
            return plain(self, *args, **kwargs)

        return method

    def decorate(cls):
        for name in names.split():
            setattr(cls, name, reporting(name))
        return cls

    return decorate


@_reporting(
    list, "append clear extend insert pop remove reverse sort __setitem__ __delitem__ __iadd__ __imul__"
)
@dataclass
class WatchedList(list):
    """A list that reports every change to `saw`."""

    items: list
    saw: Callable

    __by_value__ = True

    def __post_init__(self):
        list.__init__(self, self.items)


@_reporting(dict, "clear pop popitem setdefault update __setitem__ __delitem__ __ior__")
@dataclass
class WatchedDict(dict):
    """A dict that reports every change to `saw`."""

    row: dict
    saw: Callable

    __by_value__ = True

    def __post_init__(self):
        dict.__init__(self, self.row)


# -- the model -----------------------------------------------------------------


class Call(NamedTuple):
    """One call of a model: when it was asked, when the device began and ended, and with which samples."""

    asked_s: float
    start_s: float
    end_s: float
    samples: tuple[int, ...]

    @property
    def service_s(self) -> float:
        return self.end_s - self.start_s


class TimedModel:
    """A model that takes known time on one device, gives known answers and remembers each call.

    `service_s` is the time of a call in seconds, or a function of the call's
    number. Calls that overlap queue for the device, as on real hardware. The
    answer is wrong for every `wrong_every`th sample. `form` is how the answer
    is dressed: "scores" or "class" in a dict, or "bare" scores; "slow" scores
    take 12 ms to go through. `fails_at` and `on_call` are for call numbers.
    """

    __readable__ = ("takes_batches",)  # what the learner's code may know of it under `tito grade`

    def __init__(
        self,
        service_s: float | Callable[[int], float] = 0.010,
        *,
        wrong_every: int = 4,
        form: str = "scores",
        takes_batches: bool = False,
        fails_at: int | None = None,
        on_call: Callable[[int], None] | None = None,
    ):
        self.takes_batches = takes_batches
        self._service_s = service_s if callable(service_s) else lambda number: service_s
        self._wrong_every, self._form = wrong_every, form
        self._fails_at, self._on_call = fails_at, on_call
        self._calls: list[Call] = []

    def __call__(self, sample):
        found, is_batch = identify(sample)
        if is_batch and not self.takes_batches:
            raise TypeError(f"this model takes one sample, not a batch of {len(found)}")
        self.work_on(tuple(found))
        answers = [self._prediction(index) for index in found]
        answer = answers if is_batch else answers[0]
        return answer if self._form == "bare" else {"prediction": answer}

    def work_on(self, found: tuple[int, ...]) -> None:
        """All of a call with samples `found` but the answer: a check that measures for itself needs no more."""
        played, calls = stage.current(), self._calls
        number, asked = len(calls), played.now()
        if number == self._fails_at:
            raise RuntimeError("the model's device was unplugged")
        start = max(asked, calls[-1].end_s) if calls else asked
        end = start + self._service_s(number)
        calls.append(Call(asked, start, end, found))
        played.spend(end - asked)
        if self._on_call:
            self._on_call(number)

    def _prediction(self, index: int):
        answer = self.answer_of(index)
        if self._form == "class":
            return answer
        scores = [(2.5 if each == answer else -0.25 * each) for each in range(CLASSES)]
        return SlowScores(scores, 0.012) if self._form == "slow" else scores

    def answer_of(self, index: int) -> int:
        return (target_of(index) + (index % self._wrong_every == 0)) % CLASSES

    def accuracy_on(self, indices: Iterable[int]) -> float:
        """The share of right answers on samples `indices`."""
        right = [self.answer_of(index) == target_of(index) for index in indices]
        return sum(right) / len(right)

    @property
    def calls(self) -> list[Call]:
        return list(self._calls)


def identify(given) -> tuple[list[int], bool]:
    """Which samples `given` is, and whether it is a batch; TypeError for something else.

    Takes whatever may be handed to a model: a sample's dict, its data, an
    (x, y) pair, a list or a stacked array of these, a Tensor of either.
    """
    if isinstance(given, dict):
        given = given["data"]
    elif not isinstance(given, (list, tuple)) and hasattr(given, "data") and not hasattr(given, "tolist"):
        given = given.data  # a TinyTorch Tensor
    if hasattr(given, "tolist"):
        given = given.tolist()
    if isinstance(given, tuple) and len(given) == 2 and not isinstance(given[1], (dict, list, tuple)):
        return identify(given[0])
    if not isinstance(given, (list, tuple)) or not len(given):
        raise TypeError(f"this model takes a sample, not {type(given).__name__}")
    if isinstance(given[0], (int, float)):
        return [round(given[0])], False
    found = [index for each in given for index in identify(each)[0]]
    return found, len(found) > 1
