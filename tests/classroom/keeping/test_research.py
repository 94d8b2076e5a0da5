"""Data for research: nobody who is known to the course is named in it, the code still runs, and people stay apart."""

import ast
import csv
import io
import json
import os
import shutil
import stat
from dataclasses import replace

import pytest

from tests.support.fake_pool import FakePool, all_passed
from tests.support.toy_class import hand_in, work
from tests.support.toy_course import write_course
from tito.classroom.grade_class import grade_class
from tito.classroom.intake import archive
from tito.classroom.intake.archive import HandInRecord
from tito.classroom.intake.arrival import HandIn
from tito.classroom.intake.people.roster import Person, write_roster
from tito.classroom.keeping.privacy import close_to_others
from tito.classroom.keeping.pseudonyms import Pseudonyms, pseudonyms_of
from tito.classroom.keeping.scrubbing import Scrubber
from tito.cli.app import main
from tito.course.checks import Grade, PartResult, TestResult
from tito.course.course import Course
from tito.lesson import notebook
from tito.workers.job import JobOutcome

ZOE = Person("zmuller-10101", "Zoë Müller", "zoe.mueller@uni.example", "10101 S77881")
MAX = Person("mweber", "Weber, Max", "mweber@uni.example")
LI = Person("li", "Li Bo")
NAMESAKES = (Person("kim1", "Kim Brook"), Person("kim2", "Kim Brook"))
PEOPLE = (ZOE, MAX, LI, *NAMESAKES)
NAMES = {person.id: f"person_{n}" for n, person in enumerate(PEOPLE)}
COURSE = ("def largest(items):\n    return max(items)  # mark the largest\n",)


@pytest.fixture(scope="module")
def scrubber():
    return Scrubber(PEOPLE, NAMES.__getitem__, COURSE)


@pytest.mark.parametrize(("text", "right"), [
    ("by Zoë Müller", "by person_0 person_0"),
    ("by zoe mueller, Zoe Muller, ZOË MÜLLER", "by person_0 person_0, person_0 person_0, person_0 person_0"),
    ("Müller, Zoë", "person_0, person_0"),
    ("mail zoe.mueller@uni.example.", "mail person_0."),
    ("mail another.one@uni.example", "mail somebody@example.org"),
    ("I am zmuller-10101, number 10101, S77881", "I am person_0, number 00000, person_0"),
    ("101010 and 1010 stay", "101010 and 1010 stay"),
    ("/home/stranger/work and C:\\Users\\Stranger\\work", "/home/somebody/work and C:\\Users\\somebody\\work"),
    ("zoemueller and MüllerZoë", "person_0 and person_0"),
    ("Li said: a list of lines", "person_2 said: a list of lines"),
    ("Max takes the max", "person_1 takes the person_1"),
    ("Kim Brook", "somebody somebody"),
    ("Zoe\u0308 writes", "person_0 writes"),
    ("a brook, mullers", "a somebody, mullers"),
])  # fmt: skip
def test_people_in_prose(scrubber, text, right):
    assert scrubber.in_text(text) == right


@pytest.mark.parametrize(("code", "right"), [
    ("zoe_model = ZoeModel(max(3, 4))", "person_0_model = person_0Model(max(3, 4))"),
    ("x = max(items)  # Max wrote this", "x = max(items)  # person_1 wrote this"),
    ("author = 'Max Weber'; max_weber = 1", "author = 'person_1 person_1'; person_1_person_1 = 1"),
    ("print(f'{max(x)} by Zoë')", "print(f'{max(x)} by person_0')"),
    ("n = 10101\nm = 101010", "n = 00000\nm = 101010"),
    ("mark = 1; weber.run()", "mark = 1; person_1.run()"),
    ("def broken(  # by Max", "def broken(  # by person_1"),
    ("open('/home/zoe/data.csv')", "open('/home/somebody/data.csv')"),
    ('"""By Zoë\nMüller."""\ny = 1', '"""By person_0\nperson_0."""\ny = 1'),
])  # fmt: skip
def test_people_in_code(scrubber, code, right):
    assert scrubber.in_code(code) == right
    if not code.startswith("def broken"):
        ast.parse(right)


def test_pseudonyms_are_stable_and_need_the_secret(course):
    one, again = pseudonyms_of(course), pseudonyms_of(course)
    assert one.of("ada") == again.of("ada") != one.of("ben")
    assert Pseudonyms(b"another secret of 16").of("ada") != one.of("ada")
    assert stat.S_IMODE(course.pseudonym_secret.stat().st_mode) == 0o600


def passed_in_parts(spec, job):
    """The outcome of work that passes every check, the first of them in two parts."""
    done = all_passed(spec, job)
    first, *others = done.grade.results
    parts = (PartResult("total and distinct", "passed"), PartResult("no items", "passed"))
    return replace(done, grade=replace(done.grade, results=(replace(first, parts=parts), *others)))


def all_failed(spec, job):
    """The outcome of work that fails every check."""
    results = tuple(TestResult(c.id, "failed", 0.0, c.points, "wrong") for c in spec.suite.checks)
    return JobOutcome(job.key, Grade(spec.suite.module, results))


# -- a whole export ---------------------------------------------------------------------------


@pytest.fixture(scope="module")
def graded(tmp_path_factory):
    """Five people hand in; Zoë names herself wherever she can, and Max names her."""
    course = write_course(tmp_path_factory.mktemp("course"))
    module = course.module("counting")
    write_roster(course, PEOPLE)
    mine = "#| export\ndef double(number):\n    zoe = 2  # Zoë Müller, 10101\n    return number * zoe\n"
    for person in PEOPLE:
        sources = (
            {"write_double": mine, "why": "I, Zoë, asked Max Weber (mweber@uni.example)."} if person is ZOE else {}
        )
        path = hand_in(course, module, person.id, work(course, module, **sources))
        data = json.loads(path.read_bytes())
        data["metadata"]["authors"] = [{"name": person.name}]
        code = next(cell for cell in data["cells"] if cell["cell_type"] == "code")
        code["outputs"] = [{"output_type": "stream", "name": "stdout", "text": f"hello {person.name}"}]
        code["metadata"] |= {"owner": person.name, "tags": [person.id]}
        data["cells"].append({"cell_type": "markdown", "id": "by-zmuller", "metadata": {}, "source": "kim2 helped"})
        path.write_text(json.dumps(data))
    handin = HandIn("müllerzoë_1_2_x.ipynb", platform="Canvas", number="556677", name="Zoé Mueller-Lopez")
    archive.keep(course, ZOE.id, module, "x.ipynb", b"{}")
    archive.write_record(course, ZOE.id, module, HandInRecord().adding("x.ipynb", handin))
    list(grade_class(course, module, pool=FakePool(passed_in_parts)))
    return course


@pytest.fixture
def exported(graded, tmp_path, monkeypatch):
    course = Course(shutil.copytree(graded.root, tmp_path / "course"))
    monkeypatch.chdir(course.root)
    assert main(["export-data", str(tmp_path / "data")]) == 0
    return course, tmp_path / "data"


def everything(folder):
    """Each path and each text in a folder."""
    paths = sorted(path for path in folder.rglob("*"))
    return [p.relative_to(folder).as_posix() for p in paths], "\n".join(
        p.read_text("utf-8") for p in paths if p.is_file()
    )


@pytest.mark.slow
def test_nobody_is_named(exported):
    _, data = exported
    paths, text = everything(data)
    known = [
        "zoë",
        "zoe",
        "müller",
        "mueller",
        "muller",
        "weber",
        "kim1",
        "kim2",
        "brook",
        "10101",
        "556677",
        "lopez",
        "uni.example",
    ]
    assert not [name for name in known if name in text.casefold() or any(name in path.casefold() for path in paths)]


@pytest.mark.slow
def test_marks_and_code_are_there(exported):
    course, data = exported
    marks = list(csv.DictReader(io.StringIO((data / "marks.csv").read_text())))
    checks = list(csv.DictReader(io.StringIO((data / "checks.csv").read_text())))
    assert (
        len(marks) == 5 and {row["code"] for row in marks} == {"10"} and {row["max_points"] for row in marks} == {"12"}
    )
    assert {row["status"] for row in marks} == {"waits for a mark by hand: why"}
    assert [(row["check"], row["kind"]) for row in checks[:3]] == [
        ("count", "check"),
        ("double", "check"),
        ("why", "question"),
    ]
    zoe = pseudonyms_of(course).of(ZOE.id)
    made = notebook.read(data / "notebooks" / zoe / "counting.ipynb")
    code = next(cell.source for cell in made.cells if cell.grade_id == "write-double")
    assert f"return number * {zoe}" in code and ast.parse(code)
    parts = (data / "parts.csv").read_text().splitlines()
    assert f"{zoe},counting,count,no items,passed" in parts and len(parts) == 1 + 5 * 2
    assert {row["person"] for row in marks} == {path.name for path in (data / "notebooks").iterdir()}


@pytest.mark.slow
def test_an_export_is_the_same_twice_and_overwrites_nothing(exported, tmp_path, capsys):
    _, data = exported
    assert main(["export-data", str(tmp_path / "again"), "counting"]) == 0
    assert everything(data) == everything(tmp_path / "again")
    assert main(["export-data", str(data)]) == 2 and "exists already" in capsys.readouterr().err


@pytest.mark.slow
def test_logs_name_nobody(graded, tmp_path):
    course = Course(shutil.copytree(graded.root, tmp_path / "course"))
    list(grade_class(course, course.module("counting"), again=True, pool=FakePool(all_failed)))
    text = "".join(path.read_text(encoding="utf-8") for path in (course.nbgrader_root / "log").iterdir())
    assert ZOE.id in text, "changed marks are logged by id"
    assert not [person for person in PEOPLE if person.name in text or (person.email and person.email in text)]


# -- who may read the course's folder -----------------------------------------------------------


def test_others_are_kept_out_of_the_course(exported):
    course, _ = exported
    mode = stat.S_IMODE(course.nbgrader_root.stat().st_mode)
    assert not mode & 0o007, "tito export-data has closed it"
    course.nbgrader_root.chmod(0o2775)
    assert close_to_others(course) and not close_to_others(course)
    assert stat.S_IMODE(course.nbgrader_root.stat().st_mode) == 0o2770, "a group keeps its rights"


@pytest.mark.skipif(os.getuid() != 0, reason="only root can become another user")
def test_another_user_reads_no_hand_in(exported):
    import subprocess

    course, _ = exported
    path = course.submitted_notebook(ZOE.id, course.module("counting"))
    for folder in (course.root, *course.root.parents):
        assert folder == folder.parent or os.access(folder, os.X_OK)
    done = subprocess.run(["cat", path], capture_output=True, user=65534)
    assert done.returncode != 0 and b"Permission denied" in done.stderr
