"""What checks measure with: models that take known time, and data that tells who touches it.

A check hands a `TimedModel` to the learner's code and afterwards reads in the
model's own record when it was called, with which samples, and how long each
call took. The record belongs to the check: under `tito grade` the learner's
code sees the model through a pipe only.

What is marked `by_value` is rebuilt beside the learner's code from the fields
of its constructor, so that what it costs is spent there.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from itertools import accumulate, cycle, islice
from operator import sub
from typing import NamedTuple

from tito.tools import environment
from tito.tools.by_value import by_value, posted, rebuilt

CLASSES = 4
TIMES_AT_ONCE, ANSWERS_AT_ONCE = 50, 10
MOST_CALLS = 100_000  # of one model; what asks for more is out to fill the memory
_NUMBERS = frozenset({int})
UNPLUGGED = "the model's device was unplugged"


def now() -> float:
    """Seconds on the clock that the learner's code sees."""
    return environment.current().now()


# -- samples -------------------------------------------------------------------


def target_of(index: int) -> int:
    """The right class of sample `index`."""
    return (index * 7 + 3) % CLASSES


def samples(count: int, targets: bool = True) -> list[dict]:
    """`count` samples as dicts; the first number of "data" is the sample's index."""
    rows: list[dict] = [{"data": [float(index), 0.5, -1.5]} for index in range(count)]
    if targets:
        for index, row in enumerate(rows):
            row["target"] = target_of(index)
    return rows


@by_value
@dataclass
class SlowLookup(list):
    """A data set whose every look-up takes `lookup_s`, as from a disk."""

    rows: list
    lookup_s: float

    def __post_init__(self):
        list.__init__(self, self.rows)

    def __getitem__(self, place):
        found = list.__getitem__(self, place)
        environment.current().spend(self.lookup_s * (len(found) if isinstance(place, slice) else 1))
        return found

    def __iter__(self):
        for place in range(len(self)):
            yield self[place]


@by_value
@dataclass
class SlowSample(dict):
    """A sample whose "target" takes `target_s` to read and whose "data" takes `data_s`: shown if the clock runs then.

    A model that is handed the whole sample knows its data at once.
    """

    row: dict
    target_s: float
    data_s: float = 0.0

    def __post_init__(self):
        dict.__init__(self, self.row)

    def __getitem__(self, key):
        environment.current().spend({"target": self.target_s, "data": self.data_s}.get(key, 0.0))
        return dict.__getitem__(self, key)

    def get(self, key, default=None):
        return self[key] if key in self else default  # noqa: SIM401  `get` is this


@by_value
@dataclass
class SlowScores(list):
    """Scores that take `scoring_s` to read, which shows if they are read while the clock runs."""

    values: list
    scoring_s: float

    def __post_init__(self):
        list.__init__(self, self.values)

    def __iter__(self):
        environment.current().spend(self.scoring_s)
        return list.__iter__(self)

    def __getitem__(self, place):
        environment.current().spend(self.scoring_s)
        return list.__getitem__(self, place)

    def index(self, *place):
        environment.current().spend(self.scoring_s)
        return list.index(self, *place)

    def __array__(self, dtype=None, copy=None):
        import numpy

        environment.current().spend(self.scoring_s)
        return numpy.array(list(list.__iter__(self)), dtype=dtype)


class Recorder:
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


@by_value
@_reporting(list, "append clear extend insert pop remove reverse sort __setitem__ __delitem__ __iadd__ __imul__")
@dataclass
class WatchedList(list):
    """A list that reports every change to `saw`; a copy of it is the copier's own, and plain."""

    items: list
    saw: Callable

    def __post_init__(self):
        list.__init__(self, self.items)

    def __reduce_ex__(self, protocol):
        return list, (list(self),)


@by_value
@_reporting(dict, "clear pop popitem setdefault update __setitem__ __delitem__ __ior__")
@dataclass
class WatchedDict(dict):
    """A dict that reports every change to `saw`; a copy of it is the copier's own, and plain."""

    row: dict
    saw: Callable

    def __post_init__(self):
        dict.__init__(self, self.row)

    def __reduce_ex__(self, protocol):
        return dict, (dict(self),)


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


@by_value
class TimedModel:
    """A model that takes known time on one device, gives known answers and remembers each call.

    `service_s` is the time of a call in seconds, or a function of the call's
    number. Calls that overlap queue for the device, as on real hardware. The
    answer is wrong for every `wrong_every`th sample. `form` is how the answer
    is dressed: "scores" or "class" in a dict, or "bare" scores; "slow" scores
    take 12 ms to go through. `fails_at` and `on_call` are for call numbers; it fails once.

    What the learner's code calls is its `Device`. The record of calls is kept
    here, from the times and answers that are known here.
    """

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
        self._service_of = service_s if callable(service_s) else lambda number: service_s
        self._service_s: list[float] = []  # by call; asked for once, since chance may be in it
        self._wrong_every, self._form = wrong_every, form
        self._calls: list[Call] = []
        self._seen: list[tuple[float, list[float], tuple[int, ...], int | None]] = []  # calls to be: see `saw`
        self._number_of_calls = 0
        self._free_at_s = -math.inf
        self._device = Device(self.times, self.answers, self.saw, on_call, fails_at, takes_batches, form == "bare")
        self.takes_batches = takes_batches

    def __call__(self, sample):
        return self._device(sample)

    def as_sent(self) -> tuple[str, dict]:
        """What to make beside the learner's code, and from which fields."""
        return "Device", self._device.fields | {"service_s": self.times(0, TIMES_AT_ONCE), "known": self.answers(0)}

    # -- what the device asks and tells ------------------------------------------------

    def times(self, first: int, count: int) -> list[float]:
        """Seconds of `count` calls, from number `first` on."""
        _require_number(first + count, "calls", MOST_CALLS)
        known = self._service_s
        known += map(self._service_of, range(len(known), first + count))
        return known[first : first + count]

    def answers(self, index: int) -> dict:
        """The predictions for sample `index` and its neighbours."""
        _require_number(index, "sample")
        first = index - index % ANSWERS_AT_ONCE
        return {near: self._answer(near) for near in range(first, first + ANSWERS_AT_ONCE)}

    def _answer(self, index: int):
        answer = self.answer_of(index)
        if self._form == "class":
            return answer
        scores = [(2.5 if each == answer else -0.25 * each) for each in range(CLASSES)]
        return SlowScores(scores, 0.012) if self._form == "slow" else scores

    @posted
    def saw(self, found: list[int], count: int | None = None) -> None:
        """Record a call that has just been made with the samples `found`, or `count` calls with one each, in turn."""
        _require_number(len(found), "samples in a call", MOST_CALLS)
        if not _NUMBERS.issuperset(map(type, found)):
            raise TypeError("samples are told by their numbers")
        first, calls = self._number_of_calls, 1 if count is None else count if found else 0
        _require_number(calls, "calls")
        _require_number(first + calls, "calls", MOST_CALLS)
        asked_s = environment.current().now()
        ends_s = list(accumulate(self.times(first, calls), initial=max(asked_s, self._free_at_s)))
        self._seen.append((asked_s, ends_s, tuple(found), count))
        self._number_of_calls, self._free_at_s = first + calls, ends_s[-1]

    # -- what the check asks -----------------------------------------------------------

    def work_through(self, found: list[int], count: int) -> list[float]:
        """`count` calls with one of the samples `found` each, in turn; the seconds that each took."""
        return self._device.work_through(found, count)

    @property
    def calls(self) -> list[Call]:
        """The recorded calls; they are made when they are first read."""
        for asked_s, ends_s, found, count in self._seen:
            queries = [found] if count is None else zip(islice(cycle(found), count))  # a tuple of one each
            self._calls += map(Call, [asked_s, *ends_s[1:]], ends_s, ends_s[1:], queries)
        self._seen.clear()
        return list(self._calls)

    def answer_of(self, index: int) -> int:
        return (target_of(index) + (index % self._wrong_every == 0)) % CLASSES

    def accuracy_on(self, indices: Iterable[int]) -> float:
        """The share of right answers on samples `indices`."""
        right = [self.answer_of(index) == target_of(index) for index in indices]
        return sum(right) / len(right)


class KeptModel(TimedModel):
    """A `TimedModel` that stays with the grader: each call goes there, and its time comes back with the answer.

    It is slower, so it is for few calls. Code that looks for times in the device finds none.
    """

    __by_value__ = False


def _require_number(number, what: str, most: float = math.inf) -> None:
    """TypeError or ValueError unless `number` counts up to `most`: it may come from the learner's process."""
    if type(number) is not int:
        raise TypeError(f"{what}: told by a number, not by {type(number).__name__}")
    if not 0 <= number <= most:
        raise ValueError(f"{what}: at most {most:,} and never negative, and not {number:,}")


@rebuilt
class Device:
    """What a `TimedModel` runs on, beside the learner's code: takes the time of each call, and tells of it.

    It knows what the next calls take and what is answered to a few samples, and
    asks for more; what is right it never knows. `times`, `answers`, `saw` and
    `on_call` are the model's.
    """

    def __init__(
        self, times, answers, saw, on_call, fails_at: int | None, takes_batches: bool, bare: bool,
        service_s: list[float] | None = None, known: dict | None = None,
    ):  # fmt: skip
        self.takes_batches = takes_batches
        self._times, self._answers, self._saw, self._on_call = times, answers, saw, on_call
        self._fails_at, self._bare = fails_at, bare
        self._service_s, self._known = service_s or [], known or {}
        self._calls, self._free_at_s = 0, -math.inf

    @property
    def fields(self) -> dict:
        """What another device of the same model is made from."""
        return {
            "times": self._times, "answers": self._answers, "saw": self._saw, "on_call": self._on_call,
            "fails_at": self._fails_at, "takes_batches": self.takes_batches, "bare": self._bare,
        }  # fmt: skip

    def __call__(self, sample):
        found, is_batch = identify(sample)
        if is_batch and not self.takes_batches:
            raise TypeError(f"this model takes one sample, not a batch of {len(found)}")
        self._work_on(found)
        answers = [self._prediction(index) for index in found]
        answer = answers if is_batch else answers[0]
        return answer if self._bare else {"prediction": answer}

    def _work_on(self, found: list[int]) -> None:
        number = self._calls
        if number == self._fails_at:
            self._fails_at = None  # who asks again gets an answer, and has hidden the failure
            raise RuntimeError(UNPLUGGED)
        if number >= len(self._service_s):
            self._fetch(number + 1)
        here = environment.current()
        asked_s = here.now()
        self._calls, self._free_at_s = number + 1, max(asked_s, self._free_at_s) + self._service_s[number]
        self._saw(found)
        here.spend(self._free_at_s - asked_s)
        if self._on_call:
            self._on_call(number)

    def work_through(self, found: list[int], count: int) -> list[float]:
        """`count` calls with one of the samples `found` each, in turn, the next when the last has ended.

        For callers that measure by themselves: the seconds of each call, and no answers; `on_call` is not called.
        """
        first, last = self._calls, self._calls + count
        fails = False
        if self._fails_at is not None and first <= self._fails_at < last:
            fails, last, self._fails_at = True, self._fails_at, None
        self._fetch(last)
        here = environment.current()
        asked_s = here.now()
        ends_s = list(accumulate(self._service_s[first:last], initial=max(asked_s, self._free_at_s)))
        self._saw(found, last - first)
        self._calls, self._free_at_s = last, ends_s[-1]
        here.spend(self._free_at_s - asked_s)
        if fails:
            raise RuntimeError(UNPLUGGED)
        return list(map(sub, ends_s[1:], [asked_s, *ends_s[1:]]))

    def _fetch(self, calls: int) -> None:
        """Know the times of this many calls, at least."""
        known = self._service_s
        if len(known) < calls:
            ahead = min(max(4 * len(known), TIMES_AT_ONCE), MOST_CALLS - len(known))
            known += self._times(len(known), max(calls - len(known), ahead))

    def _prediction(self, index: int):
        if index not in self._known:
            self._known.update(self._answers(index))
        answer = self._known[index]
        return answer[:] if type(answer) is list else answer


def identify(given) -> tuple[list[int], bool]:
    """Which samples `given` is, and whether it is a batch; TypeError for something else.

    Takes whatever may be handed to a model: a sample's dict, its data, an
    (x, y) pair, a list or a stacked array of these, a Tensor of either.
    """
    if isinstance(given, dict):
        given = dict.__getitem__(given, "data")
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
