"""The interactive queue's mathematics, in Node: its latencies are Lindley's, its arrivals a Poisson process."""

import json
import math
import shutil
import subprocess
from bisect import bisect_right

import pytest

from tests.support.toy_course import PROJECT
from tito.course.course import Course

SCRIPT = Course(PROJECT).module("benchmarking").chapter_file("queue.js")
SERVICE_S = 0.01
pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(shutil.which("node") is None, reason="Node is not here, and runs the queue's script"),
]


def in_node(expression):
    code = f"const Queue = require({json.dumps(str(SCRIPT))}); console.log(JSON.stringify({expression}))"
    done = subprocess.run(["node", "-e", code], capture_output=True, text=True, check=True, timeout=60)
    return json.loads(done.stdout)


def lindley(arrivals):
    """Each query's latency by the recursion, from the arrivals alone."""
    wait, latencies = 0.0, []
    for number, due in enumerate(arrivals):
        latencies.append(wait + SERVICE_S)
        gap = arrivals[number + 1] - due if number + 1 < len(arrivals) else math.inf
        wait = max(0.0, wait + SERVICE_S - gap)
    return latencies


@pytest.mark.parametrize("load", [0.05, 0.5, 0.9, 1.05])
@pytest.mark.parametrize("seed", [1, 20])
def test_latencies_are_those_of_lindleys_recursion(load, seed):
    queries = in_node(f"Queue.simulate({load}, {seed})")
    expected = lindley([query["due"] for query in queries])
    found = [query["end"] - query["due"] for query in queries]
    assert found == pytest.approx(expected, abs=1e-9) and len(found) > 200


def test_a_seed_gives_the_same_minute_and_another_one_another():
    first, again, other = in_node("[Queue.draw(0.9, 7), Queue.draw(0.9, 7), Queue.draw(0.9, 8)]")
    assert first == again != other


def test_arrivals_are_a_poisson_process():
    """Mean and variance of the number in a minute are both 5,400 at 0.9 of capacity; bounds of 5 sigma."""
    counts = in_node("Array.from({length: 200}, (_, n) => Queue.draw(0.9, n + 1).length)")
    expected = 0.9 * 60 / SERVICE_S
    mean = sum(counts) / len(counts)
    variance = sum((count - mean) ** 2 for count in counts) / (len(counts) - 1)
    assert abs(mean - expected) < 5 * math.sqrt(expected / len(counts))
    assert abs(variance / expected - 1) < 5 * math.sqrt(2 / (len(counts) - 1))


def test_the_mean_wait_is_that_of_theory():
    """M/D/1: rho * s / (2 * (1 - rho)); the mean of 200 minutes at 0.5 of capacity, within 5 of its standard errors."""
    waits = in_node(
        "Array.from({length: 200}, (_, n) => { const q = Queue.simulate(0.5, n + 1);"
        " return q.reduce((sum, one) => sum + one.start - one.due, 0) / q.length })"
    )
    mean = sum(waits) / len(waits)
    error = math.sqrt(sum((wait - mean) ** 2 for wait in waits) / (len(waits) - 1) / len(waits))
    assert abs(mean - 0.5 * SERVICE_S / (2 * 0.5)) < 5 * error + 2e-5  # a minute begins with an empty line


def test_the_longest_line_is_the_longest():
    queries, worst = in_node("(() => { const q = Queue.simulate(0.95, 3); return [q, Queue.worst(q)] })()")
    dues, starts = ([query[which] for query in queries] for which in ("due", "start"))
    lengths = {due: bisect_right(dues, due) - bisect_right(starts, due) for due in dues}
    longest = max(lengths.values())
    assert worst["length"] == longest and lengths[worst["moment"]] == longest


def test_percentiles_are_counted_off_as_in_the_lesson():
    assert in_node("[0.5, 0.9, 0.99].map((share) => Queue.percentile([1, 2, 3, 4, 5, 6, 7, 8, 9, 10], share))") == [
        6,
        10,
        10,
    ]
