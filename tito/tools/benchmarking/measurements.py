"""Reading what a learner's code measured: tolerant of its form, strict about its meaning.

Numbers may come as floats, NumPy scalars or arrays, sorted or in order, with
warm-up calls before them. The asserts name the likely mistake.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable
from contextlib import contextmanager
from itertools import accumulate

from tito.tools.benchmarking.instruments import Call, now
from tito.tools.benchmarking.queueing import gaps_between
from tito.tools.testing import NamedMistake

UNITS = {"milliseconds": 1e3, "microseconds": 1e6, "nanoseconds": 1e9}  # of each in a second


def number(value, name: str) -> float:
    """`value` as a float, in whatever form it comes; AssertionError with its name if it is no number."""
    try:
        return float(value)
    except (TypeError, ValueError):
        raise AssertionError(f"{name} should be a number, got {value!r}") from None


def numbers(values, name: str) -> list[float]:
    """`values` as floats: a list, a tuple or an array of numbers."""
    try:
        return [number(value, name) for value in values]
    except TypeError:
        raise AssertionError(f"{name} should be a list of numbers, got {type(values).__name__}") from None


def is_unmeasured(value) -> bool:
    """Does this mean "not measured": None or nan?"""
    return value is None or math.isnan(number(value, "accuracy"))


def near(found: float, expected: float, rel: float = 0.01, abs_: float = 2e-5) -> bool:
    """Equal but for what reading a clock a few times costs."""
    return math.isclose(found, expected, rel_tol=rel, abs_tol=abs_)


def all_near(found: list[float], expected: list[float], rel: float = 0.01, abs_: float = 2e-5) -> bool:
    return len(found) == len(expected) and all(near(f, e, rel, abs_) for f, e in zip(found, expected, strict=True))


def ms(seconds: float) -> str:
    return f"{seconds * 1000:.4g} ms"


def counted(calls: list[Call], latencies: list[float], group: int = 1) -> list[Call]:
    """The calls that the latencies stand for; others before or after them are warm-up.

    Looks for consecutive calls whose times are the latencies, in any order,
    `group` calls to a latency (the last group may be shorter).
    """
    wanted = sorted(latencies)
    shortest = (len(wanted) - 1) * group + 1
    for length in range(min(len(calls), len(wanted) * group), shortest - 1, -1):
        for first in range(len(calls) - length, -1, -1):
            chosen = calls[first : first + length]
            if all_near(wanted, sorted(group_times(chosen, group))):
                return chosen
    return []


def keeps_an_order(latencies, as_they_came: list[float]) -> None:
    """Assert that the latencies ascend, or stand as the queries came: readers count on one or the other."""
    found = numbers(latencies, "latencies")
    assert found == sorted(found) or all_near(found, as_they_came), NamedMistake(
        "order-lost",
        "the latencies neither ascend nor stand as the queries came: who reads "
        "`latencies[int(0.9 * len(latencies))]` takes that for their p90",
    )


def group_times(calls: list[Call], group: int) -> list[float]:
    """Seconds from asking the first to ending the last of each `group` calls."""
    groups = [calls[first : first + group] for first in range(0, len(calls), group)]
    return [each[-1].end_s - each[0].asked_s for each in groups]


def what_is_wrong(latencies: list[float], expected: list[float], about: str = "") -> NamedMistake:
    """A guess at the mistake behind latencies that are not the expected ones; `about` goes before it."""
    name, said = _guess(latencies, expected)
    return NamedMistake(name, about + said)


def _guess(latencies: list[float], expected: list[float]) -> tuple[str, str]:
    """The name of the likely mistake, and the words for it."""
    got, right = sum(latencies) / max(len(latencies), 1), sum(expected) / len(expected)
    bounds = f"{ms(min(expected))} to {ms(max(expected))}"
    said = f"expected latencies from {bounds} (mean {ms(right)}), got mean {ms(got)}. "
    if not latencies:
        return "no-latencies", "there are no latencies: a latency has to be measured for each"
    if unit := next((unit for unit, each in UNITS.items() if near(got, right * each, 0.2)), ""):
        return "not-in-seconds", said + f"Latencies are kept in seconds; these look like {unit}."
    if got < 0:
        words = "Time went backwards: is the end subtracted from the start, or did the clock jump?"
        return "time-backwards", said + words
    if got < right * 0.01:
        words = "The clock hardly moved: CPU time does not count what a device does or a thread sleeps."
        return "cpu-time", said + words
    if all_near(sorted(latencies), list(accumulate(expected))):
        return "cumulative", said + "Each holds those before it: a latency begins when its own call begins."
    if len(latencies) == len(expected) and max(latencies) < max(expected) and _in_proportion(latencies, expected):
        return "divided", said + "They look divided: a latency is the whole time, by nothing."
    if len(set(latencies)) == 1 and len(set(expected)) > 1:
        return "all-the-same", said + "They are all the same: each query has a time of its own."
    if got > right * 1.05:
        return "timed-too-much", said + "Something else than the model call was timed, or times were added up."
    return "not-its-own-time", said + "Each latency is the time of its own call."


def _in_proportion(latencies: list[float], expected: list[float]) -> bool:
    ratios = [found / true for found, true in zip(sorted(latencies), sorted(expected), strict=True)]
    return max(ratios) < 1.02 * min(ratios) and min(ratios) > 0


def beside_the_model(latencies: list[float], model_s: float) -> NamedMistake:
    """What is wrong with latencies of a model that takes `model_s` in a world where look-up and scoring take time."""
    longest, shortest = max(latencies, default=0.0), min(latencies, default=0.0)
    if longest > model_s * 1.01 + 2e-5:
        return NamedMistake(
            "timed-too-much",
            f"the model takes {ms(model_s)}, and the latencies go up to {ms(longest)}: the time of looking up the "
            "sample, of making it ready or of scoring the answer is in them. Only the call of the model belongs "
            "between the two readings of the clock.",
        )
    return NamedMistake(
        "timed-too-little",
        f"the model takes {ms(model_s)}, and the shortest latency is {ms(shortest)}, less than the call itself: what "
        "stands between your two readings of the clock, and what happens to the difference?",
    )


def are_of_one_scale(latencies: list[float], expected: list[float]) -> bool:
    """Do the latencies spread no wider than those expected, as they do in any unit?"""
    return min(latencies) > 0 and max(latencies) / min(latencies) < 2 * max(expected) / min(expected)


def assert_steady_clock(latencies: list[float], expected: list[float]) -> None:
    """Assert that the latencies are among those `expected`, while the computer's clock was set during the run.

    Only what such a clock does is blamed on it: some latencies are far off, and others not or the other way. Latencies
    that are wrong in another way, all in another unit for one, are told as what they are.
    """
    off = [each for each in latencies if not any(near(each, true) for true in expected)]
    if not off and latencies:
        return
    has_jumped = any(abs(each) > 100 for each in off)  # the checks set the clock by ten minutes or more, to and fro
    assert not has_jumped or are_of_one_scale(latencies, expected), NamedMistake(
        "wall-clock",
        f"when the computer's clock is set, as time servers do, the latencies are {min(latencies):.4g} to "
        f"{max(latencies):.4g} s: durations need a monotonic clock",
    )
    raise AssertionError(what_is_wrong(latencies, expected * max(len(latencies), 1)))


def assert_reads_the_given_clock(run: Callable, model_s: float) -> None:
    """Assert that `run(clock)` measures calls of `model_s` by the clock it gets: one that goes three times as fast.

    Who has no parameter of that name has nothing to ignore.
    """
    try:
        latencies = numbers(run(lambda: 3 * now()).latencies, "latencies")
    except TypeError:
        return
    assert latencies and not all_near(latencies, [model_s] * len(latencies)), NamedMistake(
        "clock-ignored",
        f"a `clock` was given that goes three times as fast: by it a call of {ms(model_s)} takes {ms(3 * model_s)}; "
        f"the latencies are {ms(model_s)}: another clock was read",
    )


@contextmanager
def clock_moves():
    """Say why there was nothing to divide by: the clock stood still while the model worked."""
    try:
        yield
    except ZeroDivisionError:
        words = (
            "something was divided by zero: no time went by on the clock that your code reads while the model worked. "
            "CPU time does not count the time that a device works or a thread sleeps."
        )
        raise AssertionError(NamedMistake("cpu-time", words)) from None


def refuses(action: Callable[[], object], what: str, *words: str) -> None:
    """Assert that bad input gets a ValueError whose message names it by one of `words`."""
    try:
        action()
    except ValueError as error:
        said = str(error).lower()
        assert any(word.lower() in said for word in words), (
            f"the ValueError for {what} should name what is wrong and its value; it says: {error}"
        )
        return
    raise AssertionError(f"{what} should be refused with a ValueError, but was accepted")


def lets_through(action: Callable[[], object], what: str) -> None:
    """Assert that the error of a `TimedModel(fails_at=…)` comes out of `action`.

    As it was raised, or in words of the learner's that speak of it. An error
    that only follows from having swallowed it does not count.
    """
    try:
        action()
    except NotImplementedError:
        raise
    except Exception as error:  # learners may wrap it in a type of their own
        told = str(error).lower()
        speaks_of_it = any(word in told for word in ("unplugged", "model", "sample", "query"))
        slip = isinstance(error, (TypeError, NameError, AttributeError)) and "unplugged" not in told
        if isinstance(error, RuntimeError) or (speaks_of_it and not slip):
            return
        raise AssertionError(f"{what}, and what came out was {type(error).__name__}: {error}") from error
    words = f"{what}, but the caller never heard of it: a failed call is not a measurement"
    raise AssertionError(NamedMistake("failure-hidden", words))


def blames_no_other_sample(action: Callable[[], object], true: Callable[[], set[int]]) -> None:
    """Assert that an error that comes out of `action`, if it tells a sample's number, tells one of `true()`.

    Whether it tells any is not asked here: one that is wrong sends its reader to look at the wrong sample.
    """
    try:
        action()
    except NotImplementedError:
        raise
    except Exception as error:  # a learner's code may raise what it likes; its words are looked at
        told = " ".join([str(error), *getattr(error, "__notes__", ())])
    else:
        raise AssertionError("a model raised an error, but the caller never heard of it")
    wrong = {int(each) for each in _SAMPLE_NUMBER.findall(told)} - true()
    assert not wrong, f"the model failed on sample {min(true())}, and the error tells of sample {min(wrong)}"


_SAMPLE_NUMBER = re.compile(
    r"\bsamples?(?: (?:index|number|no\.?|at|with|is|#))*\W{0,4}(\d++)(?!\s*(?:[-–—:]|to\b|\.\.)\s*\d)", re.I
)  # and no range


def raises_anything(action: Callable[[], object]) -> bool:
    """Does `action` end in an error? A part that is not written yet is none: its NotImplementedError goes on."""
    try:
        action()
    except NotImplementedError:
        raise
    except Exception:  # whatever the learner's code raises tells that something went wrong
        return True
    return False


def pass_one_of(*ways: Callable[[], None]) -> None:
    """Pass if one of `ways` passes; else fail as the first one did.

    A part is graded with well-behaved methods in place of the learner's other
    ones first, and with those as they are second: so it neither pays for their
    mistakes, nor has to work without the methods that it was written with.
    """
    errors = []
    for way in ways:
        try:
            return way()
        except Exception as error:  # whatever went wrong, the next way may pass
            errors.append(error)
    raise errors[0]


def tells_no_untruth(metadata, **facts) -> None:
    """Assert that what `metadata` has under these names is true.

    A learner may leave any of them out, or keep something of another kind
    there: one number where the course keeps a list, or the other way round.
    """
    for name, true in facts.items():
        told = metadata.get(name) if isinstance(metadata, dict) else None
        if isinstance(true, list) and isinstance(told, list) and len(told) == len(true):
            right = all_near(numbers(told, name), true, rel=1e-3, abs_=5e-5)
        elif isinstance(true, bool):
            right = not isinstance(told, bool) or told is true
        elif isinstance(true, tuple) and isinstance(told, (int, float)):
            right = true[0] * 0.99 - 2e-5 <= told <= true[1] * 1.01 + 2e-5
        else:
            continue
        assert right, _untrue(name, told, true)


def _untrue(name: str, told, true) -> NamedMistake:
    """What is wrong with what metadata has under `name`, which is not what was measured."""
    if isinstance(true, list) and all_near(numbers(told, name), sorted(true), rel=1e-3, abs_=5e-5):
        return NamedMistake("order-lost", f'metadata["{name}"] is sorted; keep the order of arrival')
    return NamedMistake("untrue-metadata", f'metadata["{name}"] is not what was measured, or not in that unit or order')


def named(member) -> str:
    """The value of an enum's member, or the string that stands for it."""
    return str(getattr(member, "value", member))


class ServerRun:
    """A server run: the result, and the calls of the model that belong to it (those before are warm-up).

    Before each call of a warm-up up to `pause_s` may go by, in which its sample is looked up.
    """

    def __init__(self, model, result, began_s: float, pause_s: float = 1e-3):
        self.model, self.result = model, result
        self._latencies = numbers(result.latencies, "latencies")
        assert model.calls, "the model was never called: a latency has to be measured"
        served, kept = len(model.calls), len(self._latencies)
        assert served >= kept, NamedMistake(
            "more-latencies-than-queries",
            f"the model served {served} queries, but there are {kept} latencies: one for each",
        )
        extra = served - kept
        warm_until = [began_s, *(call.end_s for call in model.calls)]
        self._is_lacking = extra > 0.1 * served + 5 or any(
            call.asked_s > free_at + pause_s for call, free_at in zip(model.calls[:extra], warm_until, strict=False)
        )
        warm_up = 0 if self._is_lacking else extra
        self.calls = model.calls[warm_up:]
        self.began_s = model.calls[warm_up - 1].end_s if warm_up else began_s

    @property
    def latencies(self) -> list[float]:
        """One for each call; AssertionError where some are lacking. When the queries came is of other parts."""
        assert not self._is_lacking, NamedMistake(
            "latencies-left-out",
            f"the model served {len(self.model.calls)} queries, but only {len(self._latencies)} latencies were kept: "
            "one for each",
        )
        return self._latencies

    def fair_throughputs(self, duration_s: float) -> tuple[float, float]:
        """Completed queries by the time to complete them, at least and at most.

        That time begins with the run or the first arrival, and ends with the last completion or the run.
        """
        ended = max(call.end_s for call in self.calls)
        longest = max(ended - self.began_s, duration_s)
        shortest = ended - self.calls[0].asked_s
        return len(self.latencies) / longest, len(self.latencies) / shortest

    @property
    def mean_arrival_s(self) -> float:
        """When the queries came by their latencies, in the mean, from the run's begin: in whatever order these are."""
        ends = [call.end_s - self.began_s for call in self.calls]
        return (sum(ends) - sum(self.latencies)) / len(ends)

    def has_fair_throughput(self, duration_s: float) -> bool:
        low, high = self.fair_throughputs(duration_s)
        return low * 0.99 <= number(self.result.throughput, "throughput") <= high * 1.01

    def throughput_said(self, duration_s: float) -> str:
        low, high = self.fair_throughputs(duration_s)
        return (
            f"{len(self.latencies)} queries were completed at {low:.4g} to {high:.4g} a second, but "
            "throughput is "
            f"{number(self.result.throughput, 'throughput'):.4g}: it is completed queries by the time to "
            "complete them all"
        )

    def assert_true_metadata(self, target_qps: float, duration_s: float, keeps_up: bool) -> None:
        """What is kept besides the latencies is right, where it is kept: an outside reader trusts it.

        Loads are so low or high that every sound rule for keeping up says the same.
        """
        known, calls = self.result.metadata, self.calls
        service_s = [call.end_s - call.asked_s for call in calls]
        elapsed_s = max(call.end_s for call in calls) - calls[0].asked_s
        shares = sum(service_s) / duration_s, sum(service_s) / elapsed_s
        rates = *self.fair_throughputs(duration_s), len(calls) / duration_s
        tells_no_untruth(
            known, target_qps=(target_qps, target_qps), queries=(len(calls), len(calls)), service_s=service_s,
            achieved_qps=(min(rates), max(rates)), utilisation=(min(shares), max(shares)), kept_up=keeps_up,
        )  # fmt: skip
        arrivals_s = known.get("arrivals_s") if isinstance(known, dict) else None
        if isinstance(arrivals_s, list) and len(arrivals_s) == len(calls):
            due_s = [self.began_s + each for each in numbers(arrivals_s, "arrivals_s")]
            tells_no_untruth(known, waiting_s=[call.asked_s - due for call, due in zip(calls, due_s, strict=True)])
            in_order = [call.end_s - due for call, due in zip(calls, due_s, strict=True)]
            if all_near(
                sorted(in_order), sorted(self.latencies), rel=1e-3, abs_=5e-5
            ):  # else they are wrong themselves
                tells_no_untruth(known, latencies_in_order=in_order)

    def gaps(self, rate: float) -> list[float]:
        """The gaps between the calls of the model, in mean gaps of `rate`: those between arrivals, if it was idle."""
        return gaps_between([call.asked_s for call in self.calls], rate)

    def has_fair_accuracy(self, size: int) -> bool:
        """Is accuracy the share of right answers, over the queries or over the `size` samples?"""
        if is_unmeasured(self.result.accuracy):
            return False
        got = number(self.result.accuracy, "accuracy")
        asked = (call.samples[0] for call in self.calls)
        return any(
            math.isclose(got, fair, abs_tol=1e-9)
            for fair in (self.model.accuracy_on(asked), self.model.accuracy_on(range(size)))
        )


def names_what_is_missing(action: Callable[[], object], what: str) -> None:
    """Assert that `action` raises an error whose message names `what` ("model" or "dataset")."""
    try:
        action()
    except NotImplementedError:
        raise
    except Exception as error:  # any type will do, if its words help
        helpful = what in str(error).lower() or (what == "dataset" and "data" in str(error).lower())
        assert helpful, (
            f"without a {what} the error should say what to call (set_{what}); it says: {type(error).__name__}: {error}"
        )
        return
    raise AssertionError(f"there is no {what}: say so in an error that names set_{what}, instead of going on")


def contains(kept, thing) -> bool:
    """Is `thing` kept there, at any depth of lists, tuples and dicts?"""
    inner = kept.values() if isinstance(kept, dict) else kept if isinstance(kept, (list, tuple)) else ()
    return kept == thing or any(contains(each, thing) for each in inner)


def admits_nothing(action: Callable[[], str]) -> None:
    """Assert that `action` says that there is nothing to report, or raises an error that does."""
    try:
        said = action()
    except (ArithmeticError, LookupError, TypeError, AttributeError) as crash:
        raise AssertionError(f"with no results it crashed: {type(crash).__name__}: {crash}") from None
    except NotImplementedError:
        raise
    except Exception as error:  # a ValueError, or the like, is as good as a sentence
        if str(error).startswith("a report is"):
            raise
        told = re.search(r"result|scenario|measur|benchmark|\brun\b|report", str(error), re.IGNORECASE)
        assert told, f"with no results it should say so; it raised {type(error).__name__}: {error}"
        return
    honest = re.search(
        r"\bno\b|\bnot\b|nothing|none|n/a|empty|without|\bmissing|n['’]t\b|run_|yet|\b(?:0|zero)\b",
        said,
        re.IGNORECASE,
    )
    assert honest, f"with no results the report should say that nothing was measured; it says: {said[:200]}"
