"""Three hundred hand-ins in two modules, from three platforms' downloads to the files that their imports take.

A hundred and fifty people, fifty on each platform: right and wrong work, faults, cheats, late ones, copies, files under
other names. Every mark is as `KINDS` has it, every oddity is named in the report, and a course that was restored
elsewhere has the same report.
"""

import csv
import io
import shutil
from dataclasses import dataclass, field
from datetime import UTC, datetime

import pytest

from tests.support import downloads
from tests.support.importers import BrightspaceCourse, CanvasCourse, MoodleAssignment
from tests.support.inbox import a_zip, zipped
from tests.support.toy_class import HALF_COUNTER, WRONG_DOUBLE, notebooks, signed, work
from tests.support.toy_course import write_course
from tito.cli.app import main
from tito.course.course import Course
from tito.lesson import notebook

pytestmark = pytest.mark.slow

GIVEN = ("Zoë", "José", "Łukasz", "Thị", "Åsa", "Jürgen", "Ann-Marie", "O'Shea", "Дарья", "Ines", "Mara", "Pip", "Ola",
         "Wim", "Tess")  # fmt: skip
FAMILY = ("Núñez", "Müller", "Nguyễn", "Øre", "d'Arc", "Quarry", "Brook", "Fallow", "Kestrel", "Vance")
PLATFORMS = ("canvas", "moodle", "brightspace")
MAXIMA = {"counting": 12.0, "adding": 5.0}
DUE = "2026-01-15T23:59+00:00"
# Canvas says who was late, which is asked for where the download is later than the deadline; Moodle says nothing
DOWNLOADED = {name: datetime(2026, 1, 16 if name == "canvas" else 15, 12, tzinfo=UTC) for name in PLATFORMS}

ADD = "#| export\ndef add(first, second):\n    return {}\n"
DOUBLE = "#| export\ndef double(number):\n    {}\n"
YES = "type('Yes', (), {'__eq__': lambda *_: True})()"
ANOTHERS = "another's zip"
LATE, UNREAD, NONE = "handed in late", "could not be read", "not handed in"


@dataclass(frozen=True)
class Kind:
    """What is handed in: the cells of it, its marks or why there are none, and what columns of the CSV say of it."""

    marks: dict[str, float | str]
    cells: dict[str, dict[str, str]] = field(default_factory=dict)
    says: dict[str, str] = field(default_factory=dict)
    platforms: tuple[str, ...] = PLATFORMS


def both(counting, adding):
    return {"counting": counting, "adding": adding}


KINDS = {
    "right": Kind(both(10.0, 5.0)),
    "half": Kind(both(8.0, 0.0), both({"write_counter": HALF_COUNTER}, {"write_add": ADD.format("len(first)")})),
    "wrong": Kind(both(6.0, 0.0), both({"write_double": WRONG_DOUBLE}, {"write_add": ADD.format("None")})),
    "untouched": Kind(both(0.0, 0.0)),
    "syntax": Kind(both(6.0, 0.0), both({"write_double": "#| export\ndef (("}, {"write_add": "#| export\ndef (("}),
                   {"remark": "✗ ", "put_right": "SyntaxError"}),
    "ends the process": Kind(
        both(6.0, 0.0),
        both({"write_double": DOUBLE.format("import os; os._exit(0)")},
             {"write_add": ADD.format("__import__('os')._exit(0)")}),
        {"remark": "✗ "},
    ),
    "endless": Kind(both(6.0, 0.0), both({"write_double": DOUBLE.format("while True: pass")},
                                         {"write_add": ADD.format("add(first, second)")}),
                    {"remark": "✗ "}, platforms=("canvas",)),
    "no notebook": Kind(both(UNREAD, UNREAD), says={"remark": "is not text in UTF-8"}),
    "eases the check": Kind(both(6.0, 0.0), both({"write_double": WRONG_DOUBLE, "double": "pass"},
                                                 {"write_add": ADD.format("0"), "add": "pass"}),
                            {"put_right": "changed the locked cell"}),
    "equals all": Kind(both(6.0, 0.0), both({"write_double": DOUBLE.format(f"return {YES}")},
                                            {"write_add": ADD.format(YES)}),
                       {"remark": "✗ "}),
    "late": Kind(both(LATE, LATE), says={"late": "yes"}, platforms=("canvas", "brightspace")),
    "again": Kind(both(10.0, 5.0), says={"attempt": "2 of 2"}, platforms=("canvas", "brightspace")),
    "copied": Kind(both(10.0, 5.0), says={"to_look_at": "the same file, byte for byte"}),
    "copies": Kind(both(10.0, 5.0), says={"to_look_at": "the same file, byte for byte"}),
    "other name": Kind(both(10.0, 5.0), says={"to_look_at": "its name does not tell the module"}),
    ANOTHERS: Kind(both(10.0, 5.0), says={"to_look_at": "its zip says 'mallory'"}),
    "other module": Kind(both(NONE, NONE), says={"to_look_at": "it is for "}),
    "nothing": Kind(both(NONE, NONE)),
}  # fmt: skip
PLAIN = ("right", "half", "wrong")  # what is left of a platform's fifty, in turns


@dataclass(frozen=True)
class Learner:
    """Somebody invented: on which platform, and what kind of work they hand in."""

    name: str
    number: str
    platform: str
    kind: str

    @property
    def id(self):
        return f"s{self.number}"


def a_class():
    names = [f"{given} {family}" for family in FAMILY for given in GIVEN]
    learners = []
    for place, platform in enumerate(PLATFORMS):
        odd = [name for name, kind in KINDS.items() if name not in PLAIN and platform in kind.platforms]
        kinds = odd + [PLAIN[n % 3] for n in range(50 - len(odd))]
        for n, kind in enumerate(kinds, 50 * place):
            learners.append(Learner(names[n], str(10_101 + n), platform, kind))
    return learners


LEARNERS = a_class()


def handed_in(course, module, learner):
    """The bytes of a learner's file; who copies has the file of who stands before them."""
    toy, kind = course.module(module), KINDS[learner.kind]
    if learner.kind == "untouched":
        return notebook.as_json(signed(notebooks(course, toy)[1], learner.id))
    if learner.kind == "no notebook":
        return b"\x00\xff tomorrow"
    if learner.kind == "other module":
        toy = course.module("adding" if module == "counting" else "counting")
    who = f"{learner.platform}'s copy" if learner.kind in ("copied", "copies") else learner.id
    made = work(course, toy, **({"why": "stub"} if toy.questions else {}) | kind.cells.get(module, {}))
    content = notebook.as_json(signed(made, who))
    if learner.kind == ANOTHERS:
        told = {"version": 1, "learner": "mallory", "module": module, "submitted_at": "2026-01-13T10:15:00+00:00"}
        return zipped({f"{module}_dev.ipynb": content}, told)
    return content.encode() if isinstance(content, str) else content


def called(learner, module):
    if learner.kind == "other name":
        return "final version.ipynb"
    return f"{module}_dev.{'zip' if learner.kind == ANOTHERS else 'ipynb'}"


def attachment(learner, again=0):
    return int(learner.number) + 400_000 + 1_000 * again


def path_of(learner, module, again=0):
    """Where the learner's file lies in the download of their platform."""
    name, number, file = learner.name, learner.number, called(learner, module)
    if learner.platform == "canvas":
        sortable = "".join(letter for letter in "".join(reversed(name.lower().split())) if letter.isalnum())
        file = f"{file.rpartition('.')[0]}-{again}.ipynb" if again else file
        return downloads.canvas(sortable, number, file, learner.kind == "late", attachment(learner, again))
    if learner.platform == "moodle":
        return downloads.moodle(name, moodle_number(learner), file)
    day = 17 if learner.kind == "late" else 13 + again
    return f"{number}-9 - {name} - Jan {day}, 2026 900 AM/{file}"


def moodle_number(learner):
    return str(70_000 + int(learner.number) % 1_000 * 7)


def download(course, module, platform):
    """The files of a platform's download, a loose one of nobody among them."""
    found = {}
    for learner in (each for each in LEARNERS if each.platform == platform and each.kind != "nothing"):
        found[path_of(learner, module)] = handed_in(course, module, learner)
        if learner.kind == "again":
            toy = course.module(module)
            found[path_of(learner, module)] = notebook.as_json(signed(notebooks(course, toy)[1], learner.id))
            found[path_of(learner, module, again=1)] = handed_in(course, module, learner)
    return found


@pytest.fixture
def term(tmp_path, monkeypatch):
    """The course with its class list, and a terminal in it."""
    (tmp_path / "here").mkdir()
    course = write_course(tmp_path / "here")
    monkeypatch.chdir(course.root)
    people = tmp_path / "class.csv"
    lines = [f"{each.id},{each.name},{each.id}@uni.example" for each in LEARNERS]
    people.write_text("\n".join(["id,name,email", *lines]) + "\n", encoding="utf-8")
    assert main(["roster", "import", str(people)]) == 0
    return course


def table(course, module, path):
    assert main(["report", module, "--csv", str(path)]) == 0
    text = path.read_text(encoding="utf-8")
    page = (course.reports(course.module(module)) / "report.html").read_text(encoding="utf-8")
    return {row["learner"]: row for row in csv.DictReader(io.StringIO(text))}, text, page


def test_three_hundred_hand_ins(term, tmp_path, monkeypatch):
    for module in MAXIMA:
        collect_and_grade(term, module, tmp_path)
    assert main(["feedback", "counting"]) == 0
    before = {}
    for module in MAXIMA:
        rows, text, page = table(term, module, tmp_path / f"{module}.csv")
        before[module] = text, page
        every_mark_is_as_expected(module, rows)
        every_oddity_is_named(module, rows, page)
        every_mark_arrives(module, tmp_path)
    a_restored_course_says_the_same(term, before, tmp_path, monkeypatch)


def collect_and_grade(course, module, folder):
    assert main(["release", module]) == main(["deadline", module, DUE]) == 0
    for platform in PLATFORMS:
        files = download(course, module, platform)
        if platform == "brightspace":
            files[f"{module}_dev.ipynb"] = handed_in(course, module, Learner("", "", "", "right"))
        zip_path = a_zip(folder / f"{module}-{platform}.zip", files, at=DOWNLOADED[platform])
        assert main(["collect", str(zip_path), module]) == 1, "there is something to look at in each"
    assert main(["grade", module]) == 0


def every_mark_is_as_expected(module, rows):
    found = {who: row["points"] or row["status"] for who, row in rows.items()}
    marks = {each.id: KINDS[each.kind].marks[module] for each in LEARNERS}
    expected = {who: mark if isinstance(mark, str) else f"{mark:g}" for who, mark in marks.items()}
    assert found == expected


def every_oddity_is_named(module, rows, page):
    """Of everybody what there is to say, and of nobody else anything."""
    for learner in LEARNERS:
        row, says = rows[learner.id], KINDS[learner.kind].says
        for column in ("to_look_at", "put_right", "attempt"):
            assert says.get(column, "") in row[column] and bool(says.get(column)) == bool(row[column]), row
        assert says.get("remark", "") in row["remark"], row
        assert (row["late"] == "yes") == (learner.kind == "late"), row
        assert learner.name.replace("'", "&#39;") in page
    assert "not known</th><td>its name does not tell whose it is" in page


def every_mark_arrives(module, folder):
    for platform in PLATFORMS:
        there = [each for each in LEARNERS if each.platform == platform]
        numbers = {moodle_number(each) if platform == "moodle" else each.number: each for each in there}
        marks, pages = folder / f"{module}-{platform}.csv", folder / f"{module}-{platform}-pages.zip"
        words = ["return", module, str(marks), "--to", platform]
        main([*words, "--feedback", str(pages)] if module == "counting" else words)
        imports = importer(platform, module, numbers)
        taken = imports.import_marks(marks.read_text(encoding="utf-8"))
        expected = {number: KINDS[each.kind].marks[module] for number, each in numbers.items()}
        expected = {number: mark for number, mark in expected.items() if isinstance(mark, float)}
        assert {number: float(points) for number, points in taken.items()} == expected
        if module == "counting":
            assert set(imports.upload_pages(pages.read_bytes())) == set(expected)


def importer(platform, module, numbers):
    names = {number: each.name for number, each in numbers.items()}
    if platform == "canvas":
        owners = {str(attachment(each, again)): number for number, each in numbers.items() for again in (0, 1)}
        return CanvasCourse(names, {"31": module.title()}, attachments=owners)
    if platform == "moodle":
        return MoodleAssignment(names, MAXIMA[module])
    return BrightspaceCourse({number: each.id for number, each in numbers.items()}, {module.title(): MAXIMA[module]})


def a_restored_course_says_the_same(course, before, folder, monkeypatch):
    assert main(["backup", str(folder / "backup.zip")]) == 0
    there = Course(shutil.copytree(course.root, folder / "there", ignore=shutil.ignore_patterns("course")))
    monkeypatch.chdir(there.root)
    assert main(["restore", str(folder / "backup.zip")]) == 0
    for module, texts in before.items():
        assert table(there, module, folder / "again.csv")[1:] == texts


def test_the_class_has_every_kind_on_each_platform_that_it_is_of():
    assert len(LEARNERS) == len({each.name for each in LEARNERS}) == 150
    assert {(each.platform, each.kind) for each in LEARNERS} == {
        (platform, name) for name, kind in KINDS.items() for platform in kind.platforms
    }
