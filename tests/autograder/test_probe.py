"""What is said about isolation is what was tried, and grading asks for enough of it."""

import json
import re
from functools import partial

import pytest

from tests.support.toy_class import hand_in, work
from tito.autograder import probe
from tito.autograder.probe import WALLS, Isolation, TriedWall
from tito.classroom import grade_class, records
from tito.cli import app, doctor
from tito.course.checks import Grade, TestResult
from tito.lesson.build import built
from tito.lesson.check_suite import reference_work
from tito.support.errors import CourseError, UsageError
from tito.ui import render_class
from tito.workers.job import JobSpec

pytestmark = pytest.mark.slow

LEVELS = {wall.level for wall in WALLS}


def found(*open_: str, missing: bool = False) -> Isolation:
    """What `probe` would say where these walls do not hold."""
    return probe._isolation_of(tuple(TriedWall(w, w.name not in open_, "because", "do this", missing) for w in WALLS))


@pytest.fixture(autouse=True)
def ask_for_what_grading_asks_for(monkeypatch):
    monkeypatch.setattr(probe, "LOWEST", 2)


@pytest.fixture
def level_1(monkeypatch):
    """A machine that reaches level 1."""
    monkeypatch.setattr(probe, "probe", lambda *_, **__: found("files", "network", missing=True))


def test_every_level_has_walls_and_every_wall_is_tried():
    assert {0, 1, 2, 3} == LEVELS
    tried = [name for wall in WALLS for name in wall.escapes]
    assert len(tried) == len(set(tried)) and all(wall.escapes for wall in WALLS)
    from tito.sandbox.isolation import escapes

    assert all(callable(getattr(escapes, name)) for name in tried)


@pytest.mark.parametrize("wall", WALLS, ids=lambda wall: wall.name)
def test_a_wall_that_does_not_hold_bounds_the_level(wall):
    assert found(wall.name).level == (wall.level - 1 if wall.level else None)
    assert found().level == 3


def test_a_way_out_that_is_open_is_told(unwalled, monkeypatch):
    monkeypatch.setattr(unwalled, "missing_walls", dict)  # as if all walls were up
    tried = {t.wall.name: t for t in probe.probe(unwalled).tried}
    assert tried["process"].holds and not tried["files"].holds
    assert tried["files"].why == "read a file: it got through"
    assert probe.probe(unwalled).level in (0, 1)


def test_a_try_that_breaks_is_not_a_wall_that_holds(grader, monkeypatch):
    monkeypatch.setattr(grader, "missing_walls", dict)
    monkeypatch.setattr(probe, "_work", lambda: probe.CodeCell("escapes", "def same_process(facts): return 1 / 0"))
    tried = probe.probe(grader).tried
    assert not any(t.holds for t in tried) and "ZeroDivisionError" in tried[0].why
    assert probe.probe(grader).level is None


def test_a_wall_that_is_not_up_is_not_tried_but_told(unwalled):
    tried = {t.wall.name: t for t in probe.probe(unwalled).tried}
    assert tried["files"].missing and tried["files"].why == "not asked for" and tried["files"].remedy


def test_a_system_that_cannot_fork_is_told(monkeypatch):
    monkeypatch.delattr(probe.os, "fork")
    assert probe.probe().level is None
    with pytest.raises(CourseError):
        probe.must_grade()


# -- the doctor ----------------------------------------------------------------------------


def test_the_doctor_has_a_line_for_each_wall(monkeypatch):
    monkeypatch.setattr(probe, "probe", lambda: found("view", missing=True))
    lines = list(doctor.isolation(grades=True))
    assert [line.name.strip() for line in lines] == ["grading isolation", *(wall.name for wall in WALLS)]
    assert lines[0].ok is True and "level 2" in lines[0].found
    view = next(line for line in lines if line.name.strip() == "view")
    assert view.ok is None and view.found == "not up (level 3): because" and view.remedy == "do this"


def test_the_doctor_reports_a_broken_wall(monkeypatch):
    """A wall that is up and was got through."""
    monkeypatch.setattr(probe, "probe", lambda: found("files"))
    first, *walls = doctor.isolation(grades=True)
    assert first.ok is None and "level 1" in first.found
    assert [line.name.strip() for line in walls if line.ok is False] == ["files"]


@pytest.mark.parametrize(
    "open_, said", [((), "level 3"), (("files",), "level 1: limits as well, and no privileges; test only")]
)
def test_a_learners_machine_has_one_line(monkeypatch, open_, said):
    """A workspace that came from somebody else is tested behind these walls."""
    monkeypatch.setattr(probe, "probe", lambda: found(*open_))
    (line,) = doctor.isolation(grades=False)
    assert line.ok is True and said in line.found


def test_without_its_packages_nothing_is_tried(monkeypatch):
    monkeypatch.setattr(doctor.util, "find_spec", lambda name: None)
    (line,) = doctor.isolation(grades=True)
    assert line.ok is False and "msgspec" in line.found


# -- grading -------------------------------------------------------------------------------


def test_below_level_2_grading_is_refused(level_1):
    """The error says what would not be protected."""
    with pytest.raises(UsageError) as refusal:
        probe.admit(None)
    assert "isolation level 1; this asks for 2" in refusal.value.message
    assert "read the tests and other hand-ins" in refusal.value.why and "use the network" in refusal.value.why
    assert "--allow-level 1" in refusal.value.hint
    assert probe.admit(None, 1) == 1 and probe.admit(None, 0) == 1
    with pytest.raises(UsageError):
        probe.admit(None, 3)


@pytest.fixture
def handed_in(course, monkeypatch):
    module = course.module("counting")
    hand_in(course, module, "ada", work(course, module))
    monkeypatch.chdir(course.root)
    return course, module


@pytest.fixture
def no_walls(monkeypatch):
    """A class is graded as on a machine that has no walls to put up."""
    monkeypatch.setattr(grade_class, "JobSpec", partial(JobSpec, walls=0))


def test_tito_grade_refuses_and_grades_nothing(handed_in, no_walls, capsys):
    course, module = handed_in
    assert app.main(["grade", "counting"]) == 2
    told = capsys.readouterr().err
    assert "isolation level 0; this asks for 2" in told and "--allow-level 0" in told
    assert records.read(course, module, "ada") is None


def test_tito_grade_grades_when_told_to_and_keeps_the_level(handed_in, no_walls, capsys):
    course, module = handed_in
    assert app.main(["grade", "counting", "--allow-level", "0"]) == 0
    assert "graded at isolation level 0" in capsys.readouterr().err
    record = records.read(course, module, "ada")
    assert record.grade.isolation_level == 0 and record.grade.passed
    assert app.main(["report", "counting", "--csv"]) == 0
    assert ",0," in (course.reports(module) / "grades.csv").read_text().splitlines()[1]


def test_a_file_is_graded_by_the_same_rule(handed_in, level_1, capsys, tmp_path):
    course, module = handed_in
    path = tmp_path / "answer.py"
    path.write_text("\n\n".join(cell.source for cell in reference_work(built(course, module)).cells))
    assert app.main(["grade", "counting", "--code", str(path), "--json"]) == 2
    capsys.readouterr()
    assert app.main(["grade", "counting", "--code", str(path), "--json", "--allow-level", "0"]) == 0
    assert json.loads(capsys.readouterr().out)["isolation_level"] == 1


def test_a_level_that_there_is_not_is_refused(handed_in, capsys):
    assert app.main(["grade", "counting", "--allow-level", "4"]) == 2
    assert "--allow-level" in capsys.readouterr().err


def test_the_level_is_kept_that_was_reached(handed_in):
    course, module = handed_in
    (graded,) = grade_class.grade_class(course, module, lowest_level=0)
    assert graded.record.grade.isolation_level == probe.probe().level


def test_a_record_from_before_levels_can_be_read(course):
    module = course.module("counting")
    old = records.Record("ada", "graded", Grade("counting", (TestResult("count", "passed", 6.0, 6.0),)), "key")
    path = records.write(course, module, old)
    path.write_bytes(
        b"\n".join(
            line for line in path.read_bytes().split(b"\n") if not re.search(b"isolation_level|stopped", line)
        ).replace(b'"notes": [],\n', b'"notes": []\n')
    )
    assert b"isolation_level" not in path.read_bytes()
    assert records.read(course, module, "ada") == old


def test_nothing_is_said_of_a_class_behind_all_walls():
    def graded(level):
        record = records.Record("ada", "graded", Grade("counting", (), isolation_level=level), "key")
        return grade_class.GradedSubmission("ada", record)

    assert render_class.isolation_note([graded(3), graded(2)]) == ""
    assert render_class.isolation_note([graded(None)]) == ""
    assert "level 0" in render_class.isolation_note([graded(3), graded(0)])
