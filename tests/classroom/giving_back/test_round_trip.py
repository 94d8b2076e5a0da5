"""From a platform's download to the file that its import takes: sixty people, namesakes and accents among them.

Every mark arrives at the person whose number came with the download, and nobody's goes anywhere else.
"""

import json
import shutil
from datetime import UTC, datetime

import pytest

from tests.support.importers import BrightspaceCourse, CanvasCourse, MoodleAssignment
from tests.support.inbox import a_zip
from tests.support.toy_class import HALF_COUNTER, WRONG_DOUBLE, nbgraders_own, untouched, work
from tests.support.toy_course import write_course
from tito.cli.app import main
from tito.course.course import Course
from tito.lesson import notebook

pytestmark = pytest.mark.slow

GIVEN = ("Zoë", "José", "Łukasz", "Thị", "Åsa", "Jürgen", "Ann-Marie", "O'Shea", "Дарья", "李", "=Cmd", "+Ada")
FAMILY = ("Núñez", "Müller", "Nguyễn", "Øre", "d'Arc")
PEOPLE = {str(10_101 + n): f"{GIVEN[n % 12]} {FAMILY[n // 12]}" for n in range(58)}
PEOPLE |= {"10159": "Kim Brook", "10160": "Kim Brook"}  # namesakes, beside those whom the product made
WORTH = {"full": 10.0, "half": 8.0, "wrong": 6.0, "stub": 0.0}
WORDS = dict(zip(PEOPLE, (tuple(WORTH) * 15), strict=True))
DOWNLOADED = datetime(2026, 1, 15, 12, tzinfo=UTC)


def attachment_of(number):
    return str(int(number) + 400_000)


NAMES = {
    "canvas": lambda number, name: f"{_sortable(name)}_{number}_{attachment_of(number)}_counting_dev.ipynb",
    "moodle": lambda number, name: f"{name}_{number}_assignsubmission_file/counting_dev.ipynb",
    "brightspace": lambda number, name: f"{number}-77 - {name} - Jan 14, 2026 211 PM/counting_dev.ipynb",
}
PLATFORMS = {
    "canvas": CanvasCourse(PEOPLE, {"31": "Counting"}, attachments={attachment_of(n): n for n in PEOPLE}),
    "moodle": MoodleAssignment(PEOPLE, 12.0),
    "brightspace": BrightspaceCourse({n: f"u{n}" for n in PEOPLE}, {"Counting": 12.0}),
}


def _sortable(name):
    return "".join(letter for letter in "".join(reversed(name.lower().split())) if letter.isalnum())


@pytest.fixture(scope="module")
def blank(tmp_path_factory):
    """A course that is built."""
    course = write_course(tmp_path_factory.mktemp("course"))
    works = {
        "full": work(course, course.module("counting"), why="stub"),
        "half": work(course, course.module("counting"), write_counter=HALF_COUNTER, why="stub"),
        "wrong": work(course, course.module("counting"), write_double=WRONG_DOUBLE, why="stub"),
        "stub": untouched(course, course.module("counting")),
        "answered": work(course, course.module("counting")),
    }
    return course, {word: notebook.as_json(made) for word, made in works.items()}


@pytest.fixture(scope="module", params=NAMES)
def graded_once(request, blank, tmp_path_factory):
    """The platform, and the course after its download was collected and graded; three wrote an answer."""
    course, works = blank
    folder = tmp_path_factory.mktemp(request.param)
    course = Course(shutil.copytree(course.root, folder / "course"))
    files = {NAMES[request.param](number, name): works[WORDS[number]] for number, name in PEOPLE.items()}
    for number in ("10101", "10159", "10160"):
        files[NAMES[request.param](number, PEOPLE[number])] = works["answered"]
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(course.root)
        main(["collect", str(a_zip(folder / "download.zip", files, at=DOWNLOADED)), "counting"])
        assert main(["grade", "counting"]) == main(["feedback", "counting"]) == 0
    return request.param, course


@pytest.fixture
def graded(graded_once, tmp_path, monkeypatch):
    """The same in a folder of the test's own."""
    platform, course = graded_once
    monkeypatch.chdir(shutil.copytree(course.root, tmp_path / "course"))
    return platform, Course(tmp_path / "course")


def by_number(course):
    """Learner's id, by the number at its end."""
    return {who.rpartition("-")[2]: who for who in course.learners(course.module("counting"))}


def give_marks(course, *pairs):
    """Marks by hand for written answers, as formgrader gives them."""
    with nbgraders_own(course) as theirs:
        for number, points in pairs:
            grade = theirs.find_grade("why", "counting_dev", "01_counting", by_number(course)[number])
            grade.manual_score, grade.needs_manual_grade = points, False
        theirs.db.commit()


def test_every_mark_arrives_at_its_person(graded, tmp_path, capsys):
    platform, course = graded
    give_marks(course, ("10101", 1.75), ("10159", 0.5))
    marks, pages = tmp_path / "marks.csv", tmp_path / "pages.zip"
    assert main(["return", "counting", str(marks), "--to", platform, "--feedback", str(pages)]) == 1
    told = capsys.readouterr().err
    waiting = by_number(course)["10160"]
    assert f"! {waiting}: waits for a mark by hand: why" in told and "59 marks" in told
    expected = {number: WORTH[word] for number, word in WORDS.items() if number != "10160"}
    expected |= {"10101": 11.75, "10159": 10.5}
    taken = PLATFORMS[platform].import_marks(marks.read_text(encoding="utf-8"))
    assert {number: float(points) for number, points in taken.items()} == expected
    assert set(PLATFORMS[platform].upload_pages(pages.read_bytes())) == set(expected)
    assert oct(marks.stat().st_mode)[-3:] == oct(pages.stat().st_mode)[-3:] == "600"


def test_what_waits_goes_out_when_asked_for(graded, tmp_path, capsys):
    platform, course = graded
    give_marks(course, ("10101", 2), ("10159", 2))
    marks = tmp_path / "marks.csv"
    assert main(["return", "counting", str(marks), "--to", platform, "--partial"]) == 1
    assert "10 points so far, not final: waits for a mark by hand: why" in capsys.readouterr().err
    assert PLATFORMS[platform].import_marks(marks.read_text(encoding="utf-8"))["10160"] == "10"


def test_no_name_is_a_formula(graded, tmp_path):
    platform, _ = graded
    for place in (platform, "csv"):
        main(["return", "counting", str(tmp_path / "marks.csv"), "--to", place])
        cells = [cell for line in (tmp_path / "marks.csv").read_text().splitlines() for cell in line.split(",")]
        assert not [cell for cell in cells if cell.lstrip('"').startswith(("=", "+", "-", "@"))]


def test_a_hand_in_that_came_after_its_grading_is_not_returned(graded, tmp_path, capsys):
    platform, course = graded
    who = by_number(course)["10105"]
    path = course.submitted_notebook(who, course.module("counting"))
    data = json.loads(path.read_bytes())
    data["cells"][0]["source"] = "# again"
    path.write_text(json.dumps(data))
    assert main(["return", "counting", str(tmp_path / "marks.csv"), "--to", platform]) == 1
    assert f"! {who}: handed in anew since it was graded" in capsys.readouterr().err
    assert "10105" not in PLATFORMS[platform].import_marks((tmp_path / "marks.csv").read_text(encoding="utf-8"))
