"""Files of marks by platform: what they look like, whom they leave out, and that their importers would take them."""

import shutil
from datetime import UTC, datetime

import pytest

from tests.support.importers import BrightspaceCourse, CanvasCourse, MoodleAssignment, Refused
from tests.support.toy_class import hand_in, nbgraders_own, notebooks, untouched
from tests.support.toy_course import write_course
from tito.classroom import records
from tito.classroom.giving_back.pages import pages_zip
from tito.classroom.giving_back.returning import marks_file
from tito.classroom.gradebook import gradebook
from tito.classroom.gradebook.models import Entry
from tito.classroom.intake import archive
from tito.classroom.intake.arrival import HandIn
from tito.classroom.intake.people.roster import Person, write_roster
from tito.classroom.records import Record
from tito.course.checks import Grade, TestResult
from tito.course.course import Course
from tito.support.errors import UsageError

pytestmark = pytest.mark.slow

AT = datetime(2026, 1, 16, 9, 5, tzinfo=UTC)
POINTS = {"ada": (5.25, 4.0), "bo": (6.0, 4.0), "cy": (0.0, 4.0)}
ROSTER = (
    Person("ada", "Ada Løveday", "ada@uni.example", "S1", "Blue"),
    Person("bo", "=Bo, Barrow", "bo@uni.example", "S2"),
    Person("cy", "Cy Cole", "cy@uni.example"),
    Person("dot", "Dot Dale", "dot@uni.example", "S4"),
)
PATHS = {
    "Canvas": "{low}_{number}_9{number}_counting_dev.ipynb",
    "Moodle": "{name}_{number}_assignsubmission_file/counting_dev.ipynb",
    "Brightspace": "{number}-5 - {name} - Jan 14, 2026 211 PM/counting_dev.ipynb",
}


@pytest.fixture(scope="module")
def made_once(tmp_path_factory):
    """A class of three whose marks are final: Ada has a part of a check, Bo an answer with a mark."""
    course = write_course(tmp_path_factory.mktemp("course"))
    module = course.module("counting")
    write_roster(course, ROSTER)
    with gradebook.opened(course) as book:
        book.enrol(module, notebooks(course, module)[0])
        for who, (count, double) in POINTS.items():
            hand_in(course, module, who, untouched(course, module))
            results = (TestResult("count", "failed", count, 6.0), TestResult("double", "passed", double, 4.0))
            records.write(course, module, Record(who, "graded", Grade("counting", results), "key", answers={"why": ""}))
            written = 1.125 if who == "bo" else 0.0
            book.record(module, Entry(who, {"count": count, "double": double, "why": written}))
    return course


@pytest.fixture
def course(made_once, tmp_path):
    """The same in a folder of the test's own."""
    return Course(shutil.copytree(made_once.root, tmp_path / "course"))


@pytest.fixture
def module(course):
    return course.module("counting")


def came(course, module, who, number, platform, name=""):
    """Have a hand-in of `who` on record, as it came from a platform."""
    name = name or next(person.name for person in ROSTER if person.id == who)
    path = PATHS[platform].format(number=number, name=name, low=name.lower().replace(" ", ""))
    file = f"{number}-counting_dev.ipynb"
    record = archive.read_record(course, who, module)
    archive.keep(course, who, module, file, b"{}")
    archive.write_record(course, who, module, record.adding(file, HandIn(path, "", platform, number, name)))


def returned(course, module, to, **options):
    return marks_file(course, module, to, at=AT, **options)


def why(made):
    return {each.learner: each.why for each in made.left_out}


def test_canvas(course, module):
    for number, who in enumerate(POINTS, 101):
        came(course, module, who, str(number), "Canvas")
    made = returned(course, module, "canvas", assignment="Counting (7)")
    assert made.text == (
        "Student,ID,SIS User ID,SIS Login ID,Section,Counting (7)\n"
        "    Points Possible,,,,,12\n"
        "Ada Løveday (ada),101,,,Blue,9.25\n"
        '"\'=Bo, Barrow (bo)",102,,,,11.12\n'
        "Cy Cole (cy),103,,,,4\n"
    )
    canvas = CanvasCourse({"101": "Ada", "102": "Bo", "103": "Cy"}, {"7": "Counting"})
    assert canvas.import_marks(made.text) == {"101": "9.25", "102": "11.12", "103": "4"}
    assert why(made) == {"dot": "nothing that counts was handed in"} and not made.needs_person


def test_moodle(course, module):
    for number, who in enumerate(POINTS, 2001):
        came(course, module, who, str(number), "Moodle")
    made = returned(course, module, "moodle", with_comments=True)
    assert made.text == (
        "Identifier,Full name,Email address,Grade,Maximum grade,Last modified (grade),Feedback comments\n"
        "Participant 2001,Ada Løveday,ada@uni.example,9.25,12,2026-01-16 09:05 UTC,code 9.25\n"
        'Participant 2002,"\'=Bo, Barrow",bo@uni.example,11.12,12,2026-01-16 09:05 UTC,'
        '"code 10, written answers 1.12"\n'
        "Participant 2003,Cy Cole,cy@uni.example,4,12,2026-01-16 09:05 UTC,code 4\n"
    )
    moodle = MoodleAssignment(dict.fromkeys(("2001", "2002", "2003"), ""), 12.0)
    assert moodle.import_marks(made.text) == {"2001": "9.25", "2002": "11.12", "2003": "4"}


def test_brightspace(course, module):
    for number, who in enumerate(POINTS, 301):
        came(course, module, who, str(number), "Brightspace")
    made = returned(course, module, "brightspace")
    assert made.text == ("OrgDefinedId,Counting Points Grade,End-of-Line Indicator\n301,9.25,#\n302,11.12,#\n303,4,#\n")
    brightspace = BrightspaceCourse({"301": "ada", "302": "bo", "303": "cy"}, {"Counting": 12.0})
    assert brightspace.import_marks(made.text) == {"301": "9.25", "302": "11.12", "303": "4"}


def test_a_number_of_another_platform_is_none_of_brightspaces(course, module):
    """The roster learns numbers from downloads: Canvas's S1 may be somebody else in Brightspace."""
    assert "S1," in returned(course, module, "brightspace").text, "the class list's own"
    came(course, module, "ada", "S1", "Canvas")
    made = returned(course, module, "brightspace")
    assert "S1," not in made.text and "S2," in made.text
    assert why(made)["ada"] == "no number of Brightspace's came with the hand-in"


def test_a_plain_table(course, module):
    assert returned(course, module, "csv").text == (
        "learner,name,email,number,section,points,max_points,code_points,written_points,late_penalty\n"
        "ada,Ada Løveday,ada@uni.example,S1,Blue,9.25,12,9.25,0,0\n"
        'bo,"\'=Bo, Barrow",bo@uni.example,S2,,11.12,12,10,1.12,0\n'
        "cy,Cy Cole,cy@uni.example,,,4,12,4,0,0\n"
    )


@pytest.mark.parametrize("to", ["canvas", "moodle"])
def test_who_has_no_number_is_told(course, module, to):
    """A number on the roster may be any platform's, so that it is not taken for this one's."""
    came(course, module, "ada", "101", to.title())
    made = returned(course, module, to)
    assert len(made.lines) == 1 and made.needs_person
    assert why(made)["bo"] == f"no number of {to.title()}'s came with the hand-in"


def test_a_groups_number_is_nobodys_own(course, module):
    for who in ("ada", "bo"):
        came(course, module, who, "500", "Canvas", "Team 4")
    came(course, module, "cy", "77", "Canvas", "anonymous")
    assert returned(course, module, "canvas").lines == ()
    for who in ("ada", "bo"):
        came(course, module, who, "501", "Canvas")
    told = why(returned(course, module, "canvas"))
    assert told["ada"] == "came with a number of Canvas's that others have, too: 501"
    assert told["cy"] == "no number of Canvas's came with the hand-in"


def test_two_numbers_of_one_person_are_told(course, module):
    came(course, module, "ada", "101", "Canvas")
    came(course, module, "ada", "102", "Canvas")
    assert why(returned(course, module, "canvas"))["ada"] == "came with several numbers of Canvas's: 101, 102"


def test_canvas_knows_people_from_another_module_and_moodle_does_not(course, module):
    for platform in ("Canvas", "Moodle"):
        came(course, course.module("adding"), "ada", "101", platform)
    assert [line.cells["ID"] for line in returned(course, module, "canvas").lines] == ["101"]
    assert returned(course, module, "moodle").lines == ()


def test_a_late_penalty_is_taken_off_and_never_below_nothing(course, module):
    with nbgraders_own(course) as theirs:
        for who, penalty in (("bo", 1.0), ("cy", 9.0)):
            work = theirs.find_submission("01_counting", who)
            work.notebooks[0].late_submission_penalty = penalty
        theirs.db.commit()
    lines = {line.standing.learner: line for line in returned(course, module, "csv").lines}
    assert (lines["bo"].points, lines["cy"].points) == ("10.12", "0")
    assert lines["bo"].standing.in_words == "code 10, written answers 1.12, 1 off for lateness"


def test_one_that_could_not_be_read_is_told(course, module):
    hand_in(course, module, "dot", b"not a notebook")
    records.write(course, module, records.unreadable("dot", module, "key", AT, "no notebook"))
    assert why(returned(course, module, "csv"))["dot"] == "could not be read"


# -- with the platform's own export -----------------------------------------------------------

CANVAS_EXPORT = """\
Student,ID,SIS User ID,SIS Login ID,Section,Reading (6),Counting (7),Final Score
    Points Possible,,,,,10,12,(read only)
"Løveday, Ada",101,S1,ada,Blue,3,,50
"Barrow, =Bo",102,S2,bo@uni.example,Red,4,1,50
"Cole, Cy",103,S9,ccole,Red,5,,50
"Student, Test",999,,,Red,,,
"""
MOODLE_EXPORT = """\
Identifier,Full name,Email address,Status,Grade,Maximum grade,Last modified (grade),Feedback comments
Participant 2001,Ada Løveday,ada@uni.example,Submitted,-,"12,00",-,kept as it is
Participant 2002,Bo Barrow,bo@uni.example,Submitted,-,"10,00",-,
"""
BRIGHTSPACE_EXPORT = """\
OrgDefinedId,Username,Last Name,Email,Counting Points Grade <Numeric MaxPoints:12>,End-of-Line Indicator
#S1,#ada,Løveday,ada@uni.example,,#
#00302,#bo,Barrow,bo@uni.example,3,#
"""


def like(tmp_path, text):
    (tmp_path / "export.csv").write_text(text, encoding="utf-8")
    return tmp_path / "export.csv"


def test_a_canvas_export_tells_its_people_and_its_column(course, module, tmp_path):
    came(course, module, "ada", "101", "Canvas")
    made = returned(course, module, "canvas", like=like(tmp_path, CANVAS_EXPORT))
    assert made.text.splitlines()[0] == "Student,ID,SIS User ID,SIS Login ID,Section,Counting (7)"
    assert '"Løveday, Ada",101,S1,ada,Blue,9.25' in made.text and ",102,S2,bo@uni.example,Red,11.12" in made.text
    assert why(made)["cy"] == "is not in the export, by number, email or login"
    canvas = CanvasCourse({"101": "", "102": "", "103": ""}, {"6": "Reading", "7": "Counting"})
    assert canvas.import_marks(made.text) == {"101": "9.25", "102": "11.12"}


def test_a_moodle_worksheet_is_filled_in(course, module, tmp_path):
    made = returned(course, module, "moodle", like=like(tmp_path, MOODLE_EXPORT))
    assert 'Submitted,9.25,"12,00",2026-01-16 09:05 UTC,kept as it is' in made.text
    assert why(made)["bo"] == "has more than Moodle's maximum of 10.00, which its import leaves out"
    assert MoodleAssignment({"2001": ""}, 12.0).import_marks(made.text) == {"2001": "9.25"}


def test_a_brightspace_export_tells_ids(course, module, tmp_path):
    made = returned(course, module, "brightspace", like=like(tmp_path, BRIGHTSPACE_EXPORT))
    assert "\n#S1,#ada,9.25,#\n#00302,#bo,11.12,#\n" in made.text
    people = BrightspaceCourse({"S1": "ada", "00302": "bo"}, {"Counting": 12.0})
    assert people.import_marks(made.text) == {"S1": "9.25", "00302": "11.12"}


@pytest.mark.parametrize(("to", "text", "says"), [
    ("canvas", CANVAS_EXPORT.replace("Counting (7)", "Counting of things (7)"), "no column is called 'Counting'"),
    ("canvas", "", "has no rows"),
    ("moodle", MOODLE_EXPORT.replace("Grade,Max", "Bewertung,Max"), "no column Grade"),
    ("brightspace", BRIGHTSPACE_EXPORT.replace("Counting P", "Adding P"), "no column 'Counting Points Grade'"),
])  # fmt: skip
def test_an_export_of_something_else_is_refused(course, module, tmp_path, to, text, says):
    with pytest.raises(UsageError, match=says):
        returned(course, module, to, like=like(tmp_path, text))


def test_two_people_in_one_row_are_told(course, module, tmp_path):
    write_roster(course, [*ROSTER[:2], Person("cy", "Cy Cole", "ada@uni.example"), ROSTER[3]])
    told = why(returned(course, module, "brightspace", like=like(tmp_path, BRIGHTSPACE_EXPORT)))
    assert told["ada"] == "would have the same row as cy" and told["cy"] == "would have the same row as ada"


# -- the readers refuse what the platforms refuse ---------------------------------------------

CANVAS = "Student,ID,SIS User ID,SIS Login ID,Section,Counting (7)\n"
MOODLE = "Identifier,Grade,Last modified (grade)\n"
BRIGHTSPACE = "OrgDefinedId,Counting Points Grade,End-of-Line Indicator\n"


@pytest.mark.parametrize(("platform", "text"), [
    (CanvasCourse({"1": "Ada"}, {"7": "Counting"}), CANVAS.replace("ID,SIS U", "Number,SIS U") + "Ada,1,,,,3\n"),
    (CanvasCourse({"1": "Ada"}, {"7": "Counting"}), CANVAS + "Ada (ada),2,,,,3\n"),
    (CanvasCourse({"1": "Ada"}, {"7": "Counting"}), CANVAS + "Ada,1,,,3\n"),
    (MoodleAssignment({"1": "Ada"}, 10.0), MOODLE.replace("Gr", "Mr") + "Participant 1,3,2026-05-01 10:00 UTC\n"),
    (MoodleAssignment({"1": "Ada"}, 10.0), MOODLE + "Participant 2,3,2026-05-01 10:00 UTC\n"),
    (MoodleAssignment({"1": "Ada"}, 10.0), MOODLE + "Participant 1,12,2026-05-01 10:00 UTC\n"),
    (MoodleAssignment({"1": ""}, 9.0, {"1": datetime(2026, 6, 1)}), MOODLE + "Participant 1,3,2026-05-01 10:00 UTC\n"),
    (BrightspaceCourse({"1": "ada"}, {"Counting": 10.0}), BRIGHTSPACE + "2,3,#\n"),
    (BrightspaceCourse({"1": "ada"}, {"Adding": 10.0}), BRIGHTSPACE + "1,3,#\n"),
    (BrightspaceCourse({"1": "ada"}, {"Counting": 10.0}), BRIGHTSPACE + "1,3,\n"),
    (BrightspaceCourse({"1": "ada"}, {"Counting": 10.0}), BRIGHTSPACE + "1,30,#\n"),
])  # fmt: skip
def test_a_wrong_file_is_refused(platform, text):
    with pytest.raises(Refused):
        platform.import_marks(text)


# -- pages ------------------------------------------------------------------------------------


def feedback(course, module, *people):
    for who in people:
        page = course.feedback_page(who, module)
        page.parent.mkdir(parents=True)
        page.write_text(f"<p>{who}</p>")


@pytest.mark.parametrize(("platform", "name"), [
    ("Canvas", "adaløveday_101_9101_counting-feedback.html"),
    ("Moodle", "Ada Løveday_101_assignsubmission_file/counting-feedback.html"),
    ("Brightspace", "101-5 - Ada Løveday - Jan 14, 2026 211 PM/counting-feedback.html"),
])  # fmt: skip
def test_pages_are_named_as_the_hand_in_came(course, module, platform, name):
    came(course, module, "ada", "101", platform)
    came(course, module, "bo", "102", platform)
    feedback(course, module, "ada")
    made = returned(course, module, platform.lower())
    pages = pages_zip(course, module, platform.lower(), made.lines)
    assert pages.names == (name,)
    assert {each.learner: each.why for each in pages.left_out} == {"bo": "has no feedback page: tito feedback counting"}


def test_a_page_that_the_upload_would_give_to_somebody_else_is_left_out(course, module):
    """Canvas goes by the first two numbers in a name, Moodle by the second word."""
    came(course, module, "ada", "101", "Canvas", "ada_7_l")
    feedback(course, module, "ada")
    pages = pages_zip(course, module, "canvas", returned(course, module, "canvas").lines)
    assert pages.names == () and pages.left_out[0].why == "came under no name that the upload knows"
