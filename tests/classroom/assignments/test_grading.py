"""Ordinary nbgrader courses: the same marks as nbgrader's own, behind the walls, and nothing lost."""

import shutil
import subprocess
import sys

import pytest

from tests.support.nbgrader_class import autograde, grades, hand_in, make_course, make_quickstart, solutions
from tito.autograder.notebooks.cell_outputs import read_outputs
from tito.classroom.assignments.grading import grade_assignment, read_record
from tito.classroom.assignments.marks import read_marks
from tito.classroom.assignments.nbgrader_course import NbgraderCourse
from tito.rpc.codec import WireError

pytestmark = pytest.mark.slow

MEAN = "def mean(values):\n    return sum(values) / len(values)"
RIGHT = {"centre": {"mean": MEAN},
         "spread": {"spread": "def spread(values):\n    return max(values) - min(values)"}}  # fmt: skip
ORDINARY = {
    "ada-right": RIGHT,
    "bo-untouched": {},
    "cy-partly": {"spread": {"spread": "def spread(values):\n    return len(values) + 1 if len(values) > 1 else 0"}},
    "di-hidden": {"centre": {"mean": "def mean(values):\n    return 3 if len(values) == 3 else 2.5"}},
    "ed-warns": {"centre": {"mean": MEAN.replace("return", "import warnings; warnings.warn('x'); return")}},
    "flo-edits-a-test": RIGHT | {"spread": {"test-spread": "3"}},
    "gus-uses-ipython": {"centre": {"mean": "%precision 3\nawait __import__('asyncio').sleep(0)\n" + MEAN}},
    "hal-loops": {"centre": {"mean": "def mean(values):\n    while True:\n        pass"}, "spread": RIGHT["spread"]},
    "ida-writes": {"centre": {"why-mean": "It uses every value."}},
}  # fmt: skip


def graded(root, **options):
    course = NbgraderCourse(root)
    found = list(grade_assignment(course, course.assignment("ps1"), jobs=2, **options))
    return {each.learner: each for each in found}


@pytest.fixture(scope="module")
def course(tmp_path_factory):
    root = make_course(tmp_path_factory.mktemp("measuring") / "course")
    for learner, changes in ORDINARY.items():
        hand_in(root, learner, changes)
    hand_in(root, "jo-one-notebook", RIGHT, notebooks=["centre"])
    return root


def test_marks_are_those_of_nbgrader(course, tmp_path):
    ours, theirs = (shutil.copytree(course, tmp_path / name) for name in ("ours", "theirs"))
    assert {each.outcome for each in graded(ours).values()} == {"graded"}
    autograde(theirs, "ps1")
    assert grades(ours) == grades(theirs)
    assert grades(ours)["cy-partly", "spread", "test-spread"][0] == 2, "partial credit was not met"
    assert {path.name for path in (ours / "autograded" / "ada-right" / "ps1").iterdir()} == {
        path.name for path in (theirs / "autograded" / "ada-right" / "ps1").iterdir()
    }


def test_marks_in_the_quickstart_course(tmp_path):
    ours = make_quickstart(tmp_path / "ours")
    for number in range(3):
        hand_in(ours, f"learner-{number}", solutions(ours, 0.8, number))
    theirs = shutil.copytree(ours, tmp_path / "theirs")
    graded(ours)
    autograde(theirs, "ps1")
    assert grades(ours) == grades(theirs)
    assert any(score[0] for score in grades(ours).values()), "nobody has earned anything"


def test_what_was_graded_is_kept_and_what_changed_is_graded_again(course, tmp_path):
    root = shutil.copytree(course, tmp_path / "course")
    graded(root)
    assert {each.outcome for each in graded(root).values()} == {"kept"}
    shutil.rmtree(root / "submitted" / "bo-untouched")
    hand_in(root, "bo-untouched", RIGHT)
    again = graded(root)
    assert again.pop("bo-untouched").outcome == "graded"
    assert {each.outcome for each in again.values()} == {"kept"}
    assert grades(root)["bo-untouched", "centre", "test-mean"][0] == 2
    assert not (root / ".tito" / "drafts").exists()


def test_one_poisoned_hand_in_costs_nobody_else_anything(course, tmp_path):
    root = shutil.copytree(course, tmp_path / "course", ignore=shutil.ignore_patterns("submitted"))
    hand_in(root, "ann", RIGHT)
    hand_in(root, "exits", RIGHT | {"centre": {"mean": "import os; os._exit(0)"}})
    hand_in(root, "kills", {"centre": {"mean": "import os, signal\nos.kill(os.getppid(), 9)\nos.kill(0, 9)"}})
    hand_in(root, "reads", {"centre": {"mean": f"print(open({str(root / 'gradebook.db')!r}, 'rb').read(9))"}})
    (hand_in(root, "torn", RIGHT) / "centre.ipynb").write_text('{"cells": [', encoding="utf-8")
    (hand_in(root, "links", RIGHT) / "notes").symlink_to("/")
    done = graded(root)
    assert done["torn"].outcome == "not graded" and "centre.ipynb could not be read" in done["torn"].problem
    assert "ended its process" in " ".join(done["exits"].stopped)
    kept = grades(root)
    assert kept["ann", "centre", "test-mean"][0] == 2 and kept["ann", "spread", "test-spread"][0] == 3
    assert kept["exits", "centre", "test-mean"][0] == 0 and kept["exits", "spread", "test-spread"][0] == 3
    assert kept["links", "centre", "test-file"][0] == 1
    assert not [key for key in kept if key[0] == "torn"], "what can't be read has no mark"
    page = (root / "autograded" / "reads" / "ps1" / "centre.ipynb").read_text(encoding="utf-8")
    assert "Error" in page and "SQLite" not in page
    assert read_record(NbgraderCourse(root), "ps1", "exits").stopped.keys() == {"centre"}


def test_a_mark_by_hand_stays(course, tmp_path):
    from nbgrader.api import Gradebook

    root = shutil.copytree(course, tmp_path / "course")
    graded(root)
    with Gradebook(f"sqlite:///{root}/gradebook.db") as book:
        book.find_grade("why-mean", "centre", "ps1", "ida-writes").manual_score = 3.5
        book.db.commit()
    graded(root, again=True)
    assert grades(root)["ida-writes", "centre", "why-mean"][1] == 3.5
    of_ida = next(each for each in read_marks(NbgraderCourse(root), NbgraderCourse(root).assignment("ps1"))
                  if each.learner == "ida-writes")  # fmt: skip
    assert of_ida.score == 3.5 and of_ida.max_score == 10


def test_a_killed_run_ends_the_same_when_it_is_started_again(course, tmp_path):
    killed, whole = (shutil.copytree(course, tmp_path / name) for name in ("killed", "whole"))
    graded(whole)
    code = (
        "import os, sys\n"
        "from tito.classroom.assignments import grading\n"
        "put, left = grading._put_in_place, [3]\n"
        "def dying(draft, target):\n"
        "    left[0] -= 1\n"
        "    os.kill(os.getpid(), 9) if not left[0] else put(draft, target)\n"
        "grading._put_in_place = dying\n"
        "from tito.cli.app import main\n"
        "sys.exit(main(['grade', 'ps1']))\n"
    )
    assert subprocess.run([sys.executable, "-c", code], cwd=killed, capture_output=True, check=False).returncode == -9
    outcomes = [each.outcome for each in graded(killed).values()]
    assert outcomes.count("kept") == 2 and outcomes.count("graded") == len(outcomes) - 2
    assert grades(killed) == grades(whole)


@pytest.mark.parametrize("told", [
    5, [3], [{"output_type": "shout"}], [{"output_type": "stream", "name": "stdin", "text": ""}],
    [{"output_type": "display_data", "data": {"text/html": "<script>"}, "metadata": {}}],
    [{"output_type": "display_data", "data": {"image/png": '"><script>'}, "metadata": {}}],
])  # fmt: skip
def test_outputs_in_no_known_form_are_refused(told):
    with pytest.raises(WireError):
        read_outputs(told)
