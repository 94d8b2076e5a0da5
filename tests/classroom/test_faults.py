"""The fault table of grading: what befalls a submission or a run, and the test that holds what happens then.

| the submission or the run | held by |
| --- | --- |
| loops for ever, in a function or at import | test_worker; test_limits |
| `os._exit`, `sys.exit`, a crash in C, memory past the limit | test_worker: whatever_the_code_does, the_process_ending_at_import |
| a fresh worker grades the rest; a cap on restarts | test_worker: whatever_the_code_does; test_limits: fresh_workers_are_bounded |
| fork or thread bomb, disk filling, 100 MB of output | here: a_flood_reaches_nobody_else; test_attacks; test_stack: a_full_work_folder |
| not JSON, wrong version, over the cap, empty, a link | here: what_cannot_be_read; test_collect; test_fuzzing |
| a zip bomb, a path with `..` | test_collect: a_zip_cannot_reach_out_or_blow_up |
| a locked cell edited, deleted, doubled, points changed, reordered | here: an_upset_notebook; test_check_suite |
| outputs that already claim a pass | here: outputs_that_claim_a_pass |
| syntax error in one cell | test_worker: a_cell_with_a_syntax_error, a_syntax_error_is_told_with_its_line |
| two hand-ins of one learner | test_collect: the_latest_counts_and_all_are_kept, a_deadline_takes_the_last |
| the grader is killed (SIGKILL) at any moment | here: grading_killed_at_any_moment; `benchmarks/faults.py` |
| the disk is full | test_disk_full |
| two graders run at once; interrupts | test_interrupts |
| a check without an assert, no solution region, a duplicate id | test_build: a_mistake_is_told_with_its_line; test_release |
"""  # noqa: E501  rows of a table

import json
import random
from dataclasses import replace
from pathlib import Path

import pytest

from tests.support.fake_pool import FakePool
from tests.support.fault_injection import PHASES, Tally, Trial
from tests.support.graded_module import FULL, grade
from tests.support.toy_class import hand_in, work
from tito.classroom.collect import collect
from tito.classroom.grade_class import grade_class
from tito.course.checks import Grade, TestResult
from tito.lesson import notebook
from tito.workers.job import JobOutcome

needs_proc = pytest.mark.skipif(not Path("/proc").is_dir(), reason="looks processes up in /proc")


@pytest.mark.slow
@needs_proc
def test_grading_killed_at_any_moment_ends_the_same(tmp_path):
    """Row "the grader is killed (SIGKILL) at any moment"; a hundred kills are in `benchmarks/faults.py`."""
    trial, tally, chance = Trial(tmp_path, size=10, jobs=1), Tally(), random.Random(7)
    while tally.kills < 4 and tally.classes < 6:  # on a quick machine many a run has ended before its moment comes
        trial.try_class(chance, PHASES, tally)
    assert not tally.faults
    assert tally.kills >= 4, "runs had ended before they could be killed"


FLOODS = {
    "100 MB of output": (
        "import os\n    for _ in range(1600): os.write(1, b'x' * 2**16), os.write(2, b'x' * 2**16)\n    return 4"
    ),
    "a fork bomb": "import os\n    while True: os.fork()",
    "files without end": (
        "import itertools\n    for i in itertools.count():\n        with open(str(i), 'wb') as f: f.write(b'x' * 2**20)"
    ),
}


@pytest.mark.slow
@pytest.mark.parametrize("body", FLOODS.values(), ids=FLOODS)
def test_a_flood_reaches_nobody_else(grader, body):
    """Row "fork or thread bomb, disk filling, 100 MB of output": at most its own check is lost, and nothing is left."""
    if "namespaces" in grader.missing_walls() and "output" not in body:
        pytest.skip("without namespaces nothing bounds this here")
    flood, other = grade(grader, f"def answer():\n    {body}", "assert answer() == 4", "assert LIMIT == 3").results
    assert (other.status, other.points) == FULL, other.message
    assert flood.points == ("os.write(1" in body), flood.message


def whole_marks(spec, job) -> JobOutcome:
    return JobOutcome(
        job.key, Grade("counting", tuple(TestResult(c.id, "passed", c.points, c.points) for c in spec.suite.checks))
    )


@pytest.mark.slow
def test_what_cannot_be_read_is_told_and_costs_nobody_else(course, tmp_path):
    """Row "not JSON, wrong version, over the cap, empty, a link", from hand-in to grade."""
    module = course.module("counting")
    handed_in = tmp_path / "handed_in"
    handed_in.mkdir()
    sound = notebook.as_json(work(course, module))
    broken = {
        "text": b"not JSON",
        "list": b"[]",
        "third": b'{"nbformat": 3, "worksheets": []}',
        "empty": b"",
        "deep": b"[" * 100_000,
        "huge": b" " * (notebook.MAX_BYTES + 1),
    }
    for learner, content in ({"sound": sound} | broken).items():
        (handed_in / f"{learner}_counting_dev.ipynb").write_bytes(content)
    (handed_in / "link_counting_dev.ipynb").symlink_to(handed_in / "sound_counting_dev.ipynb")
    collect(course, handed_in)
    pool = FakePool(whole_marks)
    found = {graded.learner: graded.record for graded in grade_class(course, module, pool=pool)}
    assert found["sound"].grade.points == 10 and [job.key for job in pool.jobs] == ["sound"]
    assert {name for name, record in found.items() if record.outcome == "could not be read"} == {*broken, "link"}
    assert all(record.problem and "\n" not in record.problem for name, record in found.items() if name != "sound")


@pytest.mark.slow
def test_outputs_that_claim_a_pass_are_ignored(course):
    """Row "outputs that already claim a pass": neither sent to be graded nor kept in the marked copy."""
    module = course.module("counting")
    data = json.loads(notebook.as_json(work(course, module)))
    hand_in(course, module, "plain", json.dumps(data).encode())
    for cell in data["cells"]:
        if cell["cell_type"] == "code":
            claim = {"output_type": "execute_result", "data": {"text/plain": "CLAIMED 6 of 6"}, "metadata": {}}
            cell |= {"execution_count": 7, "outputs": [claim | {"execution_count": 7}]}
            cell["metadata"]["nbgrader"] = cell["metadata"].get("nbgrader", {}) | {"score": 99, "points": 99}
    hand_in(course, module, "claims", json.dumps(data).encode())
    pool = FakePool(whole_marks)
    list(grade_class(course, module, pool=pool))
    claims, plain = sorted(pool.jobs, key=lambda job: job.key)
    assert claims.work == plain.work
    copies = [(course.autograded(name, module) / "counting_dev.ipynb").read_text() for name in ("claims", "plain")]
    assert copies[0] == copies[1] and "CLAIMED" not in copies[0]


@pytest.mark.slow
def test_an_upset_notebook_is_graded_with_the_originals(course):
    """Row "a locked cell edited, deleted, doubled, …": the same work is graded, and all is told."""
    module = course.module("counting")
    sound = work(course, module)
    cells = [cell for cell in sound.cells if cell.id != "given-samples"]
    edited = [replace(cell, source="def check_double(): pass") if cell.id == "double" else cell for cell in cells]
    points = [
        replace(cell, metadata={"nbgrader": cell.nbgrader | {"points": 99}}) if cell.id == "count" else cell
        for cell in edited
    ]
    doubled = [*points, *(replace(cell, id="again") for cell in points if cell.id == "given-count")]
    hand_in(course, module, "sound", sound)
    hand_in(course, module, "upset", replace(sound, cells=tuple(reversed(doubled))))
    pool = FakePool(whole_marks)
    found = {graded.learner: graded.record.grade for graded in grade_class(course, module, pool=pool)}
    sound_job, upset_job = sorted(pool.jobs, key=lambda job: job.key)
    assert upset_job.work == sound_job.work and found["upset"].points == found["sound"].points
    told = "\n".join(found["upset"].notes)
    for words in (
        'deleted the locked cell "given-samples"',
        'changed the locked cell "double"',
        'changed the points of the locked cell "count"',
        "in another order",
    ):
        assert words in told, told
