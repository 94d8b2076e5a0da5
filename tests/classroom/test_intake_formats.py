"""Each format that hand-ins come in: everybody's work under an id that is theirs, or a line that asks.

`docs/intake.md` has the same table for people. `W` is a work whose mark is the person's, asked-about files stand
in `asked`. Kinds of trouble follow below the table.
"""

from dataclasses import dataclass, field
from datetime import datetime
from itertools import takewhile
from pathlib import Path

import pytest

from tests.support.inbox import JANUARY, a_folder, a_notebook, a_zip, submitted, write_small_course, zipped
from tito.classroom.collect import collect


def W(mark, check="mean"):
    return a_notebook(mark, check)


@dataclass(frozen=True)
class Download:
    """Files as they come, what is right for them: mark by id, files that are asked about, people who are told."""

    files: dict
    right: dict
    asked: set = field(default_factory=set)
    told: set = field(default_factory=set)  # ids with something to look at
    deadline: datetime | None = None


GRADESCOPE = b"""\
submission_1:
  :submitters:
  - :name: Ada Loveday
    :sid: '101'
    :email: ada@uni.example
  :created_at: 2026-01-14 09:15:00.000000000 Z
submission_2:
  :submitters:
  - :name: Kim Brook
    :sid: ''
    :email: kbrook@uni.example
  - :name: Kim Brook
    :email: kbrook@other.example
  :created_at: 2026-01-14 19:15:00.000000000 Z
"""
EXCHANGE = "{}+12_benchmarking+2026-01-{} 20:30:00.123456 UTC+c2tqbXE"
RECEIPT = b"Name: Jon Tal (j_tal)\nAssignment: HW 1\nDate Submitted: Wednesday, January 14, 2026\n"
DOWNLOADED = JANUARY.replace(day=20)
NOON = JANUARY.replace(hour=12)

FORMATS = {
    "Canvas": Download(
        {
            "brookkim_104_9001_benchmarking_dev.ipynb": W("kim1"),
            "brookkim_105_9002_benchmarking_dev-1.ipynb": W("kim2"),
            "sloweivo_LATE_106_9003_hw.ipynb": W("late"),
            "textthea_107_text.html": b"<p>",
            "paulpaper_LATE_108_9009_x.tar.gz": b"\x1f\x8b",
        },
        {"brookkim-104": "kim1", "brookkim-105": "kim2"},
        told={"sloweivo-106", "textthea-107", "paulpaper-108"},
        deadline=NOON,
    ),
    "Canvas, anonymous": Download(
        {"anon_aB3dE_9001_benchmarking_dev.ipynb": W("a"), "anon_LATE_Zz9yX_9002_benchmarking_dev.ipynb": W("b")},
        {"anonymous-aB3dE": "a", "anonymous-Zz9yX": "b"},
        told={"anonymous-aB3dE", "anonymous-Zz9yX"},
    ),
    "Canvas, a learner's zip in it that has another's name": Download(
        {
            "ann_1_11_work.zip": zipped({"bob_2_22_benchmarking_dev.ipynb": W("ann")}, {"learner": "bob"}),
            "bob_2_22_benchmarking_dev.ipynb": W("bob"),
        },
        {"ann-1": "ann", "bob-2": "bob"},
        told={"ann-1"},
    ),
    "Moodle, folders": Download(
        {
            "Ada Loveday_101_assignsubmission_file/benchmarking_dev.ipynb": W("ada"),
            "Kim Brook_104_assignsubmission_file/my work.ipynb": W("kim1"),
            "Kim Brook_105_assignsubmission_file/sub/benchmarking_dev.ipynb": W("kim2"),
            "Thea Text_107_assignsubmission_onlinetext/onlinetext.html": b"<p>",
        },
        {"Ada_Loveday-101": "ada", "Kim_Brook-104": "kim1", "Kim_Brook-105": "kim2"},
        told={"Thea_Text-107"},
    ),
    "Moodle, in groups": Download(
        {
            "Group A-Ada Loveday_101_assignsubmission_file_/benchmarking_dev.ipynb": W("ada"),
            "Group A-Mára O'Pine-Hill_102_assignsubmission_file_/benchmarking_dev.ipynb": W("mara"),
        },
        {"Ada_Loveday-101": "ada", "Mára_O_Pine-Hill-102": "mara"},
    ),
    "Moodle, blind": Download(
        {
            "Participant_101_assignsubmission_file_benchmarking_dev.ipynb": W("a"),
            "Participant_102_assignsubmission_file_benchmarking_dev.ipynb": W("b"),
        },
        {"Participant-101": "a", "Participant-102": "b"},
        told={"Participant-101", "Participant-102"},
    ),
    "Moodle, older": Download(
        {"Ada Loveday_101_assignsubmission_file_/benchmarking_dev.ipynb": W("ada")}, {"Ada_Loveday-101": "ada"}
    ),
    "Moodle, flat": Download(
        {
            "Ada Loveday_101_assignsubmission_file_my_work.ipynb": W("ada"),
            "Ben_101 Stone_102_assignsubmission_file_benchmarking_dev.ipynb": W("ben"),
        },
        {"Ada_Loveday-101": "ada", "Ben_101_Stone-102": "ben"},
    ),
    "Canvas, handed in anew": Download(
        {"ann_1_11_benchmarking_dev.ipynb": W("old"), "ann_1_12_benchmarking_dev-1.ipynb": W("new")}, {"ann-1": "new"}
    ),
    "Gradescope, exported": Download(
        {
            "assignment_1_export/submission_metadata.yml": GRADESCOPE,
            "assignment_1_export/submission_1/benchmarking_dev.ipynb": W("ada"),
            "assignment_1_export/submission_2/work.ipynb": W("kims"),
            "assignment_1_export/submission_3/work.ipynb": W("who"),
        },
        {"Ada_Loveday-101": "ada"},
        asked={"assignment_1_export/submission_3/work.ipynb"},
        told={"kbrook@uni.example", "kbrook@other.example"},
        deadline=NOON,
    ),
    "Brightspace": Download(
        {
            "397063-2557369 - Ada Loveday - Jan 14, 2026 0915 AM/benchmarking_dev.ipynb": W("ada 1"),
            "397063-2557369 - Ada Loveday - Jan 14, 2026 1130 AM/benchmarking_dev.ipynb": W("ada 2"),
            "397063-2557369 - Mary-Ann Smith - Jan 14, 2026 211 PM/hw.ipynb": W("late"),
            "index.html": b"<p>",
        },
        {"Ada_Loveday": "ada 2"},
        told={"Mary-Ann_Smith"},
        deadline=NOON,
    ),
    "Blackboard": Download(
        {
            "HW_1_j_tal_attempt_2026-01-14-09-00-00.txt": RECEIPT,
            "HW_1_j_tal_attempt_2026-01-14-09-00-00_benchmarking_dev.ipynb": W("jon"),
            "HW_1_ada_attempt_2026-01-14-09-00-00_benchmarking_dev.ipynb": W("ada 1"),
            "HW_1_ada_attempt_2026-01-14-10-00-00_benchmarking_dev.ipynb": W("ada 2"),
            "HW_1_thea_attempt_2026-01-14-10-00-00.txt": b"Name: Thea Text (thea)\n",
        },
        {"j_tal": "jon", "ada": "ada 2"},
        told={"thea"},
        deadline=NOON,
    ),
    "GitHub Classroom": Download(
        {
            "benchmarking-ada-l/modules/12_benchmarking/benchmarking_dev.ipynb": W("ada"),
            "benchmarking-ada-l/.git/config": b"",
            "benchmarking-ada-l/README.md": b"# hello",
            "benchmarking-ben/benchmarking_dev.ipynb": W("ben"),
            "benchmarking-ben/tinytorch/core/benchmarking.py": b"x = 1",
        },
        {"ada-l": "ada", "ben": "ben"},
    ),
    "nbgrader's exchange": Download(
        {
            f"{EXCHANGE.format('ada', 12)}/benchmarking_dev.ipynb": W("ada 1"),
            f"{EXCHANGE.format('ada', 13)}/benchmarking_dev.ipynb": W("ada 2"),
            f"{EXCHANGE.format('ada', 13)}/timestamp.txt": b"2020-01-13 20:30:00 UTC",
            f"{EXCHANGE.format('ben', 15)}/benchmarking_dev.ipynb": W("late"),
        },
        {"ada": "ada 2"},
        told={"ben"},
        deadline=NOON,
    ),
    "nbgrader's `submitted/`": Download(
        {
            "submitted/ada/12_benchmarking/benchmarking_dev.ipynb": W("ada"),
            "submitted/ada/12_benchmarking/timestamp.txt": b"2026-01-13 20:30:00 UTC",
            "submitted/ben/12_benchmarking/benchmarking_dev.ipynb": W("late"),
            "submitted/ben/12_benchmarking/timestamp.txt": b"2026-01-14 20:30:00 UTC",
        },
        {"ada": "ada"},
        told={"ben"},
        deadline=NOON,
    ),
    "nbgrader's `zip_collect`": Download(
        {
            "downloaded/12_benchmarking/archive/ps1_ada_attempt_2026-01-14-09-54-53_benchmarking_dev.ipynb": W("ada"),
            "downloaded/12_benchmarking/archive/ps1_ben_attempt_2026-01-14-18-54-53_benchmarking_dev.ipynb": W("late"),
        },
        {"ada": "ada"},
        told={"ben"},
        deadline=NOON,
    ),
    "Google Drive": Download(
        {
            "Benchmarking/Ada Loveday - benchmarking_dev.ipynb": W("ada"),
            "Benchmarking/Mára O'Pine-Hill - Copy of benchmarking_dev (1).ipynb": W("mara"),
            "Benchmarking/Copy of benchmarking_dev.ipynb": W("x"),
            "Benchmarking/benchmarking_dev (2).ipynb": W("y"),
        },
        {"Ada_Loveday": "ada", "Mára_O_Pine-Hill": "mara"},
        asked={"Benchmarking/Copy of benchmarking_dev.ipynb", "Benchmarking/benchmarking_dev (2).ipynb"},
    ),
    "mail attachments": Download(
        {
            "ada@uni.example_benchmarking_dev.ipynb": W("ada"),
            "hw (1).ipynb": W("x"),
            "Untitled2.ipynb": W("y"),
            "benchmarking_dev_ben.ipynb": W("ben"),
            "cid_benchmarking_dev_dan.ipynb": W("z"),
        },
        {"ada@uni.example": "ada", "ben": "ben"},
        asked={"hw (1).ipynb", "Untitled2.ipynb", "cid_benchmarking_dev_dan.ipynb"},
    ),
    "plain folders": Download(
        {
            "ada/benchmarking_dev.ipynb": W("ada"),
            "ada/scratch.ipynb": W("scratch", "none"),
            "ben/mine/final.ipynb": W("ben"),
            "README.md": b"# the class",
            "grades.csv": b"",
        },
        {"ada": "ada", "ben": "ben"},
    ),
    "sections with learners' folders in them, one folder around": Download(
        {
            "all/Section Blue/ada/benchmarking_dev.ipynb": W("ada"),
            "all/Section Blue/ben/benchmarking_dev.ipynb": W("ben"),
            "all/Section Red/cid/benchmarking_dev.ipynb": W("cid"),
        },
        {"ada": "ada", "ben": "ben", "cid": "cid"},
    ),
    "sections called after streets": Download(
        {
            "Elm Street/ada/benchmarking_dev.ipynb": W("ada"),
            "Elm Street/ben/benchmarking_dev.ipynb": W("ben"),
            "Oak Road/cid/benchmarking_dev.ipynb": W("cid"),
        },
        {"ada": "ada", "ben": "ben", "cid": "cid"},
    ),
    "zips of these": Download(
        {
            "ada.zip": zipped({"benchmarking_dev.ipynb": W("ada")}),
            "ben.zip": zipped(
                {"12_benchmarking/benchmarking_dev.ipynb": W("ben"), "__MACOSX/._benchmarking_dev.ipynb": b""}
            ),
            "12_benchmarking-cid-20260113T090000Z.zip": zipped(
                {"benchmarking_dev.ipynb": W("cid")}, {"learner": "cid"}
            ),
            "mal.zip": zipped({"benchmarking_dev.ipynb": W("mal")}, {"learner": "ada"}),
            "homework (2).zip": zipped({"benchmarking_dev.ipynb": W("x")}, {"learner": "ada"}),
        },
        {"ada": "ada", "ben": "ben", "cid": "cid", "mal": "mal"},
        asked={"homework (2).zip/benchmarking_dev.ipynb"},
        told={"mal"},
    ),
    "a zip for each section, each a download of its own": Download(
        {
            "red.zip": zipped(
                {"ada_1_11_benchmarking_dev.ipynb": W("ada"), "ben_2_12_benchmarking_dev.ipynb": W("ben")}
            ),
            "blue.zip": zipped(
                {"cid_3_13_benchmarking_dev.ipynb": W("cid"), "dan_4_14_benchmarking_dev.ipynb": W("dan")}
            ),
        },
        {"ada-1": "ada", "ben-2": "ben", "cid-3": "cid", "dan-4": "dan"},
    ),
    "tito's own zip": Download(
        {
            "ada/12_benchmarking-ada-20260113T090000Z.zip": zipped(
                {"benchmarking_dev.ipynb": W("ada")}, {"learner": "ada"}
            ),
            "ben/12_benchmarking-ada-20260113T090000Z.zip": zipped(
                {"benchmarking_dev.ipynb": W("ben")}, {"learner": "ada"}
            ),
        },
        {"ada": "ada", "ben": "ben"},
        told={"ben"},
    ),
}
HOW = {"folder": lambda tmp_path, files: a_folder(tmp_path / "inbox", files),
       "zip": lambda tmp_path, files: a_zip(tmp_path / "inbox.zip", files, at=DOWNLOADED)}  # fmt: skip


@pytest.fixture
def course(tmp_path):
    return write_small_course(tmp_path / "course-root")


@pytest.mark.parametrize("how", HOW)
@pytest.mark.parametrize("name", FORMATS)
def test_each_format_is_read(course, tmp_path, name, how):
    download = FORMATS[name]
    place = HOW[how](tmp_path, download.files)
    result = collect(course, place, course.module("benchmarking"), download.deadline)
    told = {arrival.person for arrival in result.arrivals if arrival.needs_person and arrival.is_taken}
    found = {who: mark for who, mark in submitted(course).items() if who in download.right}
    assert found == download.right and told == download.told
    assert {arrival.file for arrival in result.unclaimed} == download.asked
    assert result.needs_person == bool(download.asked or download.told)
    assert set(submitted(course)) <= {*download.right, *download.told}
    assert len({arrival.file for arrival in result.arrivals}) == result.files, "every file is accounted for, once"


@pytest.mark.parametrize("name", FORMATS)
def test_a_dry_run_tells_the_same_and_writes_nothing(course, tmp_path, name):
    download = FORMATS[name]
    place = a_zip(tmp_path / "inbox.zip", download.files)
    module = course.module("benchmarking")
    told = collect(course, place, module, download.deadline, dry_run=True)
    assert not course.nbgrader_root.exists()
    assert collect(course, place, module, download.deadline).arrivals == told.arrivals


def test_the_table_in_the_docs_names_what_is_tested_here():
    lines = (Path(__file__).parents[2] / "docs" / "intake.md").read_text(encoding="utf-8").splitlines()
    start = lines.index("| format | what tells | number | time of handing in |")
    rows = [line.split("|")[1].strip() for line in takewhile(lambda line: line.startswith("|"), lines[start + 2 :])]
    assert len(rows) > 15 and set(rows) <= set(FORMATS)


# -- kinds of trouble -------------------------------------------------------------------------


@pytest.fixture
def taken(course, tmp_path):
    """Collect these files and give the arrivals that count or are kept, by person, and the whole."""

    def take(files, module="benchmarking", deadline=None, at=JANUARY, how="folder"):
        take.n += 1
        root = tmp_path / f"inbox{take.n}"
        place = a_folder(root, files, at) if how == "folder" else a_zip(root.with_suffix(".zip"), files, at=at)
        return collect(course, place, course.module(module) if module else None, deadline)

    take.n = 0
    return take


def test_files_in_a_learners_folder_name_nobody_else(course, taken):
    result = taken(
        {
            "ann/benchmarking_dev.ipynb": W("ann"),
            "ben/benchmarking_dev.ipynb": W("ben"),
            "mal/ann_1_2_benchmarking_dev.ipynb": W("mal 1"),
            "mal/ben_3_4_benchmarking_dev.ipynb": W("mal 2"),
        }
    )
    assert submitted(course) == {"ann": "ann", "ben": "ben"}
    assert {arrival.file for arrival in result.unclaimed} >= {"mal/ann_1_2_benchmarking_dev.ipynb"}


def test_a_timestamp_in_a_learners_folder_beats_no_deadline(course, taken):
    files = {f"{who}/benchmarking_dev.ipynb": W(who) for who in ("ann", "ben", "mal")}
    files["mal/12_benchmarking/timestamp.txt"] = files["mal/timestamp.txt"] = b"2026-01-01 09:00:00 UTC"
    at = {name: JANUARY.replace(minute=n) for n, name in enumerate(files)} | {
        "mal/benchmarking_dev.ipynb": JANUARY.replace(day=16)
    }
    result = taken(files, deadline=NOON, at=at)
    assert set(submitted(course)) == {"ann", "ben"}
    assert [a.reason for a in result.taken if a.person == "mal"] == ["late (16 Jan 2026, 10:15): kept, not graded"]


@pytest.mark.parametrize(
    "claim", ["0001-01-01T00:00:00+00:00", "2026-01-14T23:59:00+23:59", "2099-01-01T00:00:00", "soon"]
)
def test_an_absurd_claim_is_no_time(course, taken, claim):
    packed = zipped({"benchmarking_dev.ipynb": W("ann")}, {"learner": "Ann Lee", "submitted_at": claim})
    result = taken({"Ann Lee_1_assignsubmission_file/w.zip": packed}, deadline=NOON, how="zip", at=DOWNLOADED)
    assert [(a.at, a.reason) for a in result.taken] == [(None, "time unknown")] and result.needs_person


def test_a_claim_makes_no_hand_in_earlier(course, taken):
    packed = zipped(
        {"benchmarking_dev.ipynb": W("ann")}, {"learner": "ann", "submitted_at": "2026-01-14T09:00:00+00:00"}
    )
    result = taken({"ann/w.zip": packed}, deadline=NOON, at=JANUARY.replace(day=15))
    assert not submitted(course) and result.taken[0].late


def test_a_file_between_two_names_is_asked_about(course, taken):
    result = taken({"ann_benchmarking_dev_ben.ipynb": W("x")})
    assert not submitted(course) and "is it ann's or ben's" in result.unclaimed[0].reason


def test_the_cells_decide_which_module_it_is_for(course, taken):
    result = taken({"ann/benchmarking_dev.ipynb": W("a tensor", "add")}, module=None)
    assert [(a.module, a.needs_person) for a in result.taken] == [("tensor", True)]
    assert "called benchmarking_dev.ipynb, but its cells are of 01 tensor" in result.taken[0].notes


def test_side_files_never_beat_the_work(course, taken):
    names = ("new.ipynb", "kept-20260114T100000Z.ipynb")
    files = {f"ann/benchmarking_dev.{name}": W(name) for name in names}
    files |= {
        "ann/benchmarking_dev-Copy1.ipynb": W("copy"),
        "ann/.ipynb_checkpoints/benchmarking_dev-checkpoint.ipynb": W("c"),
    }
    at = dict.fromkeys(files, JANUARY.replace(day=20)) | {"ann/benchmarking_dev.ipynb": JANUARY}
    result = taken(files | {"ann/benchmarking_dev.ipynb": W("work")}, at=at)
    assert submitted(course) == {"ann": "work"} and not result.needs_person


def a_pair(python_is_solved, notebook_is_solved=False):
    import json

    data = json.loads(a_notebook())
    stub, solved = "raise NotImplementedError()", "def f(): return 1"
    marks = {"grade": False, "grade_id": "write", "locked": False, "schema_version": 3, "solution": True}
    cell = {"cell_type": "code", "id": "w", "metadata": {"nbgrader": marks}, "outputs": [], "execution_count": None}
    data["cells"].append(cell | {"source": solved if notebook_is_solved else stub})
    head = '# %% nbgrader={"grade": true, "grade_id": "mean", "locked": true, "points": 2, "solution": false}\n# py\n'
    head += '# %% nbgrader={"grade": false, "grade_id": "write", "locked": false, "solution": true}\n'
    return json.dumps(data).encode(), (head + (solved if python_is_solved else stub)).encode()


@pytest.mark.parametrize(
    "solved, seconds, counts",
    [((True, False), 1, "py"), ((False, True), 1, "ipynb"), ((False, True), 60, "py"), ((True, False), -60, "ipynb")],
)
def test_the_half_of_a_pair_that_counts(course, taken, solved, seconds, counts):
    from datetime import timedelta

    notebook, python = a_pair(*solved)
    files = {"ann/benchmarking_dev.ipynb": notebook, "ann/benchmarking_dev.py": python}
    result = taken(
        files,
        at={"ann/benchmarking_dev.ipynb": JANUARY, "ann/benchmarking_dev.py": JANUARY + timedelta(seconds=seconds)},
    )
    assert [a.file for a in result.taken] == [f"ann/benchmarking_dev.{counts}"] and not result.needs_person


def test_a_half_that_cannot_be_read_does_not_count(course, taken):
    _, python = a_pair(True)
    result = taken({"ann/benchmarking_dev.ipynb": b"{", "ann/benchmarking_dev.py": python})
    assert [(a.file, a.decision) for a in result.taken] == [
        ("ann/benchmarking_dev.py", "counts")
    ] and result.needs_person


@pytest.mark.parametrize("name", ["w.rar", "w.tar.gz", "w.7z", "w.html", "w.pdf", "w.zip", "w.ipynb"])
def test_what_cannot_be_graded_is_told_by_a_line(course, taken, name):
    result = taken({"ann_1_2_benchmarking_dev.ipynb": W("ann"), f"ben_3_4_{name}": b""})
    (line,) = [a for a in result.taken if a.person == "ben-3"]
    assert line.decision == "unreadable" and line.needs_person and name in line.reason + line.file


def test_several_works_at_once_are_told(course, taken):
    result = taken({"ann/one.ipynb": W("one"), "ann/other.ipynb": W("two"), "ben/x.ipynb": W("ben")})
    assert submitted(course) == {"ben": "ben"}
    assert all(a.needs_person for a in result.taken if a.person == "ann")
    assert any("nothing tells which is the later" in a.reason for a in result.taken)


def test_attempts_in_folders_go_by_their_numbers(course, taken):
    taken({"ann/attempt 1/benchmarking_dev.ipynb": W("first"), "ann/attempt 2/benchmarking_dev.ipynb": W("second"),
           "ben/benchmarking_dev.ipynb": W("ben")})  # fmt: skip
    assert submitted(course) == {"ann": "second", "ben": "ben"}


def test_cases_and_accents_make_no_two_people(course, taken):
    taken({"Noël/benchmarking_dev.ipynb": W("1"), "x/benchmarking_dev.ipynb": W("x")})
    taken({"NOE\u0308L/tensor_dev.ipynb": W("2", "add"), "x/tensor_dev.ipynb": W("x", "add")}, module="tensor")
    assert set(submitted(course)) == {"Noël", "x"}


def test_letters_of_another_script_are_told(course, taken):
    result = taken({"anna/benchmarking_dev.ipynb": W("latin"), "аnnа/benchmarking_dev.ipynb": W("cyrillic")})
    assert len(submitted(course)) == 2
    assert any("letters of another script" in note for a in result.taken for note in a.notes)


def test_namesakes_keep_their_ids_in_every_module_and_order(course, taken):
    taken({"brookkim_104_1_benchmarking_dev.ipynb": W("kim1")})
    result = taken({"brookkim_105_2_tensor_dev.ipynb": W("kim2", "add")}, module="tensor")
    assert submitted(course) == {"brookkim-104": "kim1", "brookkim-105": "kim2"}
    assert any("not on the roster; nearest: brookkim-104" in note for a in result.taken for note in a.notes)


def test_moodles_numbers_of_another_assignment_lose_nobody(course, taken):
    people = ("Ada Loveday", "Ben Stone", "Cid Rush", "Dan Oak")
    taken({f"{name}_{n}_assignsubmission_file/benchmarking_dev.ipynb": W(name) for n, name in enumerate(people, 10)})
    taken({f"{name}_{n}_assignsubmission_file/tensor_dev.ipynb": W(name, "add") for n, name in enumerate(people, 90)},
          module="tensor")  # fmt: skip
    assert set(submitted(course)) == {"Ada_Loveday-10", "Ben_Stone-11", "Cid_Rush-12", "Dan_Oak-13"}


def test_ids_of_earlier_versions_keep_working(course, taken):
    kept = course.handins(course.module("12")) / "lovelaceada"
    a_folder(kept, {"20260114T101500Z-12345678-lovelaceada_12345_67890_benchmarking_dev.ipynb": W("before")})
    taken({"lovelaceada_12345_67899_benchmarking_dev.ipynb": W("now"), "lovelaceada_77_3_tensor_dev.ipynb": W("x")})
    assert submitted(course) == {"lovelaceada": "now", "lovelaceada-77": "x"}


def test_a_group_counts_for_its_members(course, taken):
    course.roster.parent.mkdir(parents=True)
    course.roster.write_text("id,name,email,number,section,group\nada,Ada,,1,,Team 4\nben,Ben,,2,,Team 4\n")
    taken({"team4_1_2_benchmarking_dev.ipynb": W("ours")})
    assert submitted(course) == {"ada": "ours", "ben": "ours"}


def test_a_group_that_the_roster_does_not_know_is_told(course, taken):
    result = taken({"group7_1_2_benchmarking_dev.ipynb": W("ours")})
    assert result.needs_person and "write its name into the column group" in result.taken[0].notes[0]


@pytest.mark.parametrize("first", ["", "id,name\na_one,Ann One\na_two,Abe Two\nbee,Bo Ee\n"])
def test_blackboards_logins_with_a_line_in_them_are_known_by_the_roster(course, taken, first):
    """Without receipts nothing else tells where the assignment's name ends."""
    if first:
        course.roster.parent.mkdir(parents=True)
        course.roster.write_text(first)
    names = ("a_one", "a_two", "a_new")
    taken({f"HW_{who}_attempt_2026-01-14-09-00-00_benchmarking_dev.ipynb": W(who) for who in names})
    assert set(submitted(course)) == ({"a_one", "a_two", "a_new"} if first else {"one", "two", "new"})


def test_a_known_login_within_another_takes_no_work(course, taken):
    course.roster.parent.mkdir(parents=True)
    course.roster.write_text("id,name\nada,Ada L\nben,Ben S\nj_ben,Jo Ben\n")
    names = ("ada", "j_ben", "x_ada")
    taken({f"HW_{who}_attempt_2026-01-14-09-00-00_benchmarking_dev.ipynb": W(who) for who in names})
    assert submitted(course) == {"ada": "ada", "j_ben": "j_ben", "x_ada": "x_ada"}


MOODLES = "{}_{}_assignsubmission_file/w.ipynb"
SECTIONS = {  # their files, and whose they are
    "Moodle's": (
        {f"A/{MOODLES.format('Ann Lee', 1)}": W("ann"), f"B/{MOODLES.format('Bo Oak', 2)}": W("bo")},
        {"Ann_Lee-1", "Bo_Oak-2"},
    ),
    "the exchange's": (
        {f"A/{EXCHANGE.format('ann', 13)}/w.ipynb": W("ann"), f"B/{EXCHANGE.format('bo', 13)}/w.ipynb": W("bo")},
        {"ann", "bo"},
    ),
    "one, of Gradescope's": (
        {"cs/submission_metadata.yml": GRADESCOPE, "cs/submission_1/w.ipynb": W("ada")},
        {"Ada_Loveday-101"},
    ),
}


@pytest.mark.parametrize("whose", SECTIONS)
def test_sections_of_one_person_each_are_no_people(course, taken, whose):
    files, right = SECTIONS[whose]
    taken(files)
    assert set(submitted(course)) == right


@pytest.mark.parametrize(
    "files",
    [
        {"mal/submission_metadata.yml": GRADESCOPE, "mal/submission_1/w.ipynb": W("mal")},
        {"mal/Ada Loveday_101_assignsubmission_file/w.ipynb": W("mal")},
        {"mal/ada_101_2_w.ipynb": W("mal")},
        {f"mal/{EXCHANGE.format('ada', 12)}/w.ipynb": W("mal")},
        {"mal.zip": zipped({"HW_ada_attempt_2026-01-14-09-00-00_w.ipynb": W("mal")})},
    ],
)
def test_a_platforms_name_in_a_learners_folder_takes_nothing_and_is_told(course, taken, files):
    result = taken({"ada/w.ipynb": W("ada"), "ben/w.ipynb": W("ben")} | files)
    assert submitted(course) == {"ada": "ada", "ben": "ben", "mal": "mal"}
    notes = {note for a in result.taken if a.person == "mal" for note in a.notes}
    assert notes & {"a name in it says 'ada': taken as mal", "a name in it says 'Ada Loveday': taken as mal"}


def test_a_lone_member_of_a_moodle_group_is_called_by_name(course, taken):
    taken({"Group 1-Ann Lee_3_assignsubmission_file/w.ipynb": W("ann")})
    assert set(submitted(course)) == {"Ann_Lee-3"}


@pytest.mark.parametrize("name", ["Fwd benchmarking.ipynb", "WG_ benchmarking_dev.ipynb", "Abgabe benchmarking.ipynb"])
def test_words_of_a_mail_are_nobody(course, taken, name):
    assert [a.decision for a in taken({name: W("x")}).arrivals] == ["asked about"]
