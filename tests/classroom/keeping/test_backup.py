"""A whole course in one file, put back elsewhere: nothing lost, nothing overwritten, nothing written outside."""

import json
import os
import shutil
import sqlite3
import stat
import warnings
import zipfile
from datetime import UTC, datetime

import pytest

from tests.support.fake_pool import FakePool, all_passed
from tests.support.inbox import a_folder, a_notebook, write_small_course
from tests.support.toy_class import hand_in, work
from tests.support.toy_course import write_course
from tito.classroom.collect import collect, set_deadline
from tito.classroom.grade_class import grade_class
from tito.classroom.gradebook.lock import alone
from tito.classroom.keeping import backup as backups
from tito.classroom.keeping.backup import MANIFEST, back_up
from tito.classroom.keeping.restore import restore
from tito.cli.app import main
from tito.course.course import Course
from tito.support.errors import CourseError, UsageError

AT = datetime(2026, 2, 1, 12, tzinfo=UTC)


@pytest.fixture
def course(tmp_path):
    """A course with three hand-ins, a deadline, and a gradebook that another program has open and has just written."""
    course = write_small_course(tmp_path / "here")
    files = {f"{who}/benchmarking_dev.ipynb": a_notebook(who) for who in ("ann", "ben", "çelik")}
    collect(course, a_folder(tmp_path / "inbox", files), course.module("benchmarking"))
    set_deadline(course, course.module("benchmarking"), AT)
    for cache in ("book/site/index.html", "verified/12_benchmarking.json"):
        (course.nbgrader_root / cache).parent.mkdir(parents=True, exist_ok=True)
        (course.nbgrader_root / cache).write_text("{}")
    book = sqlite3.connect(course.gradebook)
    book.execute("PRAGMA journal_mode=WAL")
    book.execute("CREATE TABLE student (id TEXT)")
    book.execute("INSERT INTO student VALUES ('ann')")
    book.commit()
    yield course
    book.close()


@pytest.fixture
def elsewhere(course, tmp_path):
    """The course's repository in another place, where nobody has handed anything in."""
    return Course(shutil.copytree(course.root, tmp_path / "there", ignore=shutil.ignore_patterns("course")))


def content(course):
    root = course.nbgrader_root
    return {path.relative_to(root).as_posix(): path.read_bytes() for path in root.rglob("*") if path.is_file()}


def test_all_is_back_elsewhere(course, elsewhere, tmp_path):
    done = back_up(course, tmp_path / "b.zip", AT)
    assert restore(elsewhere, done.path).files == done.files
    there = content(elsewhere)
    here = {name: data for name, data in content(course).items() if name.split("/")[0] not in backups.LEFT_OUT}
    here = {name: data for name, data in here.items() if not name.startswith("gradebook.db")}
    assert {name: there[name] for name in here} == here and set(there) - set(here) == {"gradebook.db"}
    with sqlite3.connect(elsewhere.gradebook) as book:
        assert book.execute("SELECT id FROM student").fetchall() == [("ann",)], "what was not in the file yet is there"
    one, other = (c.roster.stat().st_mtime for c in (course, elsewhere))
    assert abs(one - other) < 1e-3


def test_nobody_else_may_read_it(course, elsewhere, tmp_path):
    before = os.umask(0o022)
    try:
        path = back_up(course, tmp_path / "b.zip").path
        restore(elsewhere, path)
    finally:
        os.umask(before)
    modes = {stat.S_IMODE(p.stat().st_mode) for p in (path, elsewhere.nbgrader_root, elsewhere.roster)}
    assert not any(mode & 0o077 for mode in modes)


def test_nothing_is_overwritten(course, elsewhere, tmp_path):
    path = back_up(course, tmp_path / "b.zip").path
    before = path.read_bytes(), content(course)
    with pytest.raises(UsageError, match="exists already"):
        back_up(course, path)
    with pytest.raises(UsageError, match="nothing is overwritten"):
        restore(course, path)
    assert (path.read_bytes(), content(course)) == before


@pytest.mark.parametrize("fault", [KeyboardInterrupt(), OSError(28, "No space left on device")], ids=["Ctrl-C", "full"])
def test_an_interrupted_backup_leaves_nothing(course, tmp_path, monkeypatch, fault):
    def stop(*_):
        raise fault

    monkeypatch.setattr(backups, "_manifest", stop)
    with pytest.raises(type(fault)):
        back_up(course, tmp_path / "out" / "b.zip")
    assert list((tmp_path / "out").iterdir()) == []


def test_an_interrupted_restore_leaves_nothing(course, elsewhere, tmp_path, monkeypatch):
    path = back_up(course, tmp_path / "b.zip").path
    monkeypatch.setattr(
        "tito.classroom.keeping.restore.os.utime", lambda *_: (_ for _ in ()).throw(KeyboardInterrupt())
    )
    with pytest.raises(KeyboardInterrupt):
        restore(elsewhere, path)
    assert sorted(p.name for p in elsewhere.root.iterdir()) == ["modules"]


def test_nobody_grades_meanwhile(course, tmp_path):
    with alone(course), pytest.raises(CourseError, match="grading this course already"):
        back_up(course, tmp_path / "b.zip")
    assert not (tmp_path / "b.zip").exists()


# -- backups that are none --------------------------------------------------------------------


def changed(path, name="", to=None, data=b"x", drop=""):
    """A copy of a backup with one member called otherwise, with other bytes, or left out, and the manifest to match."""
    with zipfile.ZipFile(path) as zipped:
        members = {member: zipped.read(member) for member in zipped.namelist()}
    manifest = json.loads(members.pop(MANIFEST))
    if to is not None:
        members[to] = members.pop(name)
        manifest["files"][to] = manifest["files"].pop(name)
    elif name:
        members[name] = data
    members.pop(drop, None)
    with zipfile.ZipFile(path.with_name("changed.zip"), "w") as zipped:
        for member, content in [*members.items(), (MANIFEST, json.dumps(manifest).encode())]:
            zipped.writestr(member, content)
    return path.with_name("changed.zip")


@pytest.mark.parametrize("name", [
    "course/../../evil", "/etc/evil", "course//evil", "evil", "course/a\\..\\..\\evil", "course/./evil", "course/..",
    "course/", "Course/evil",
])  # fmt: skip
def test_a_path_that_leads_out_is_refused(course, elsewhere, tmp_path, name):
    path = back_up(course, tmp_path / "b.zip").path
    with pytest.raises(UsageError, match="no whole backup"):
        restore(elsewhere, changed(path, "course/roster.csv", name))
    assert not elsewhere.nbgrader_root.exists() and not list(tmp_path.rglob("evil"))


def test_a_damaged_backup_is_refused(course, elsewhere, tmp_path):
    path = back_up(course, tmp_path / "b.zip").path
    whole = path.read_bytes()
    (tmp_path / "half.zip").write_bytes(whole[: len(whole) // 2])
    (tmp_path / "no.zip").write_bytes(b"no zip")
    same_size = b"x" * len(course.roster.read_bytes())
    bad = [tmp_path / "half.zip", tmp_path / "no.zip"]
    for each in bad:
        with pytest.raises(UsageError, match="no whole backup"):
            restore(elsewhere, each)
    for options in (
        {"drop": "course/roster.csv"},
        {"name": "course/roster.csv", "data": same_size},
        {"name": "course/x"},
    ):
        with pytest.raises(UsageError, match="no whole backup"):
            restore(elsewhere, changed(path, **options))
    with pytest.raises(UsageError, match="is not there"):
        restore(elsewhere, tmp_path / "none.zip")
    assert not elsewhere.nbgrader_root.exists() and sorted(p.name for p in elsewhere.root.iterdir()) == ["modules"]


def test_a_file_that_is_there_twice_is_refused(course, elsewhere, tmp_path):
    path = back_up(course, tmp_path / "b.zip").path
    with warnings.catch_warnings(), zipfile.ZipFile(path, "a") as zipped:
        warnings.simplefilter("ignore")
        zipped.writestr("course/roster.csv", b"another")
    with pytest.raises(UsageError) as told:
        restore(elsewhere, path)
    assert told.value.why == "what is in it is not what it says"


def test_a_later_form_is_told(course, elsewhere, tmp_path, monkeypatch):
    monkeypatch.setattr(backups, "VERSION", 2)
    path = back_up(course, tmp_path / "b.zip").path
    with pytest.raises(UsageError, match="a backup of version 2; this tito reads 1"):
        restore(elsewhere, path)


@pytest.mark.slow
def test_a_restored_course_has_the_same_report(tmp_path, monkeypatch, capsys):
    course = write_course(tmp_path / "here")
    module = course.module("counting")
    for who in ("ann", "ben"):
        hand_in(course, module, who, work(course, module))
    list(grade_class(course, module, pool=FakePool(all_passed)))
    monkeypatch.chdir(course.root)
    assert main(["report", "counting", "--csv", str(tmp_path / "here.csv")]) == 0
    assert main(["backup", str(tmp_path / "b.zip")]) == 0
    there = Course(shutil.copytree(course.root, tmp_path / "there", ignore=shutil.ignore_patterns("course")))
    monkeypatch.chdir(there.root)
    assert main(["restore", str(tmp_path / "b.zip")]) == 0
    assert main(["report", "counting", "--csv", str(tmp_path / "there.csv")]) == 0
    here = (tmp_path / "here.csv").read_text(encoding="utf-8")
    assert here == (tmp_path / "there.csv").read_text(encoding="utf-8") and "needs manual grading" in here
    assert "files, as they were at" in capsys.readouterr().err
