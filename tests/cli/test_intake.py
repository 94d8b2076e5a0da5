"""`tito collect`, `roster`, `deadline` and `withdraw` as they are typed: what is printed, and the exit code."""

import json
from contextlib import contextmanager

import pytest

from tests.support.inbox import JANUARY, a_folder, a_notebook, a_zip, submitted, write_small_course
from tito.cli import common
from tito.cli.app import main


@pytest.fixture
def course(tmp_path, monkeypatch):
    found = write_small_course(tmp_path / "course-root")
    monkeypatch.chdir(found.root)
    return found


@pytest.fixture
def inbox(tmp_path):
    files = {"ann/benchmarking_dev.ipynb": a_notebook("ann"), "ben/benchmarking_dev.ipynb": a_notebook("ben")}
    at = {"ann/benchmarking_dev.ipynb": JANUARY, "ben/benchmarking_dev.ipynb": JANUARY.replace(day=16)}
    return a_folder(tmp_path / "inbox", files, at)


def test_all_is_well(course, inbox, capsys):
    assert main(["collect", str(inbox), "benchmarking"]) == 0
    shown = capsys.readouterr()
    assert shown.out.splitlines() == [
        "  ✓ ann  benchmarking_dev.ipynb  14 Jan 2026, 10:15",
        "  ✓ ben  benchmarking_dev.ipynb  16 Jan 2026, 10:15",
    ]
    assert "2 files: 2 count" in shown.err and "tito grade benchmarking" in shown.err


def test_what_needs_a_person_makes_the_exit_code_1(course, inbox, capsys):
    a_folder(inbox, {"hw (1).ipynb": a_notebook("x")})
    assert main(["collect", str(inbox), "benchmarking"]) == 1
    assert "  ! " in capsys.readouterr().out


def test_a_dry_run_writes_nothing(course, inbox, capsys):
    assert main(["collect", str(inbox), "benchmarking", "--dry-run", "--deadline", "2026-01-15"]) == 1
    shown = capsys.readouterr()
    assert "late (16 Jan 2026, 10:15): kept, not graded" in shown.out
    assert "nothing written (--dry-run)" in shown.err and not course.nbgrader_root.exists()


def test_the_account_as_json(course, inbox, capsys):
    assert main(["collect", str(inbox), "benchmarking", "--json", "--deadline", "2026-01-15"]) == 1
    told = json.loads(capsys.readouterr().out)
    assert (told["module"], told["files"], told["needs_person"]) == ("benchmarking", 2, True)
    ann, ben = sorted(told["arrivals"], key=lambda arrival: arrival["person"])
    assert (ann["decision"], ann["late"], ann["at"]) == ("counts", False, "2026-01-14T10:15:00+00:00")
    assert (ben["decision"], ben["late"], ben["at_source"]) == ("kept", True, "its file")


def test_time_that_nobody_knows_is_told(course, tmp_path, capsys):
    files = {"Ada Loveday_1_assignsubmission_file/benchmarking_dev.ipynb": a_notebook("ada")}
    place = a_zip(tmp_path / "moodle.zip", files, at=JANUARY.replace(day=20))
    assert main(["collect", str(place), "benchmarking"]) == 0
    assert main(["collect", str(place), "benchmarking", "--deadline", "2026-01-15"]) == 1
    assert "! 1 hand-in of unknown time, which count: Ada_Loveday-1" in capsys.readouterr().err
    assert submitted(course) == {"Ada_Loveday-1": "ada"}


def test_a_deadline_and_an_extension(course, inbox, capsys):
    main(["collect", str(inbox), "benchmarking"])
    capsys.readouterr()
    assert main(["deadline", "benchmarking", "2026-01-15"]) == 0
    assert capsys.readouterr().out == "  ! ben  handed in after the deadline: kept, not graded\n"
    assert set(submitted(course)) == {"ann"}
    assert main(["deadline", "benchmarking", "2026-01-17", "--learner", "ben"]) == 0
    shown = capsys.readouterr()
    assert "✓ ben  counts" in shown.out and "ben: until 17 Jan 2026, 23:59" in shown.err
    assert main(["deadline", "benchmarking", "none", "--learner", "ben"]) == 0
    assert set(submitted(course)) == {"ann"}


@pytest.mark.parametrize("time", ["tomorrow", "2026-13-01", "99999"])
def test_what_is_no_time_is_refused(course, capsys, time):
    assert main(["deadline", "benchmarking", time]) == 2
    assert "is no time" in capsys.readouterr().err


def test_an_extension_needs_somebody_on_the_roster(course, inbox, capsys):
    main(["collect", str(inbox), "benchmarking"])
    assert main(["deadline", "benchmarking", "2026-01-17", "--learner", "bem"]) == 2
    assert "Did you mean 'ben'?" in capsys.readouterr().err


def test_withdrawing(course, inbox, capsys):
    main(["collect", str(inbox), "benchmarking"])
    assert main(["withdraw", "benchmarking", "ann"]) == 0 and set(submitted(course)) == {"ben"}
    assert main(["withdraw", "benchmarking", "ann", "--undo"]) == 0 and set(submitted(course)) == {"ann", "ben"}
    assert main(["withdraw", "benchmarking", "zoe"]) == 2


def test_a_tie_is_asked_about_and_settled_by_withdrawing(course, tmp_path, capsys):
    files = {"ann/benchmarking_dev.ipynb": a_notebook("a"), "ann/other.ipynb": a_notebook("b")}
    assert main(["collect", str(a_folder(tmp_path / "inbox", files)), "benchmarking"]) == 1
    assert "nothing tells which is the later" in capsys.readouterr().out and not submitted(course)
    assert main(["withdraw", "benchmarking", "ann", "other"]) == 0
    assert submitted(course) == {"ann": "a"}


def test_the_roster(course, tmp_path, capsys):
    assert main(["roster"]) == 2
    (tmp_path / "class.csv").write_text("id,name,email\nann,Ann Lee,ann@u.e\n")
    assert main(["roster", "import", str(tmp_path / "class.csv")]) == 0
    assert "1 new, 0 known: course/roster.csv" in capsys.readouterr().err
    assert main(["roster"]) == 0
    assert capsys.readouterr().out == "ann  Ann Lee  ann@u.e\n"
    assert main(["roster", "import", str(tmp_path / "none.csv")]) == 2


def test_a_bar_follows_many_hand_ins(monkeypatch):
    shown = []

    @contextmanager
    def bar(what, unit):
        yield lambda done, total: shown.append((what, done, total))

    monkeypatch.setattr(common, "progress_bar", bar)
    assert list(common.progress(range(50), 50, "reading")) == list(range(50)) and not shown
    assert list(common.progress(range(51), 51, "reading")) == list(range(51))
    assert shown == [("reading", done, 51) for done in range(52)]


@pytest.mark.parametrize(
    "words",
    [
        "DIR benchmarking --deadline 2026-01-15 --dry-run",
        "DIR --deadline 2026-01-15 benchmarking --dry-run",
        "DIR --dry-run --deadline=2026-01-15 benchmarking",
        "--deadline 2026-01-15 DIR --dry-run benchmarking",
        "--dry-run --deadline 2026-01-15 DIR benchmarking",
    ],
)
def test_options_stand_anywhere(course, inbox, capsys, words):
    assert main(["collect", *words.replace("DIR", str(inbox)).split()]) == 1
    shown = capsys.readouterr()
    assert "late (16 Jan 2026, 10:15): kept, not graded" in shown.out and "nothing written" in shown.err


def test_options_stand_anywhere_in_other_verbs(course, inbox, capsys):
    main(["collect", str(inbox), "benchmarking"])
    assert main(["deadline", "benchmarking", "--learner", "ben", "2026-01-17"]) == 0
    assert "ben: until 17 Jan 2026, 23:59" in capsys.readouterr().err
    assert main(["withdraw", "benchmarking", "ann"]) == 0
    assert main(["withdraw", "benchmarking", "--undo", "ann"]) == 0 and set(submitted(course)) == {"ann", "ben"}
    assert main(["withdraw", "benchmarking", "--undo"]) == 2
    assert "learner" in capsys.readouterr().err
    assert main(["withdraw", "benchmarking", "ann", "work", "--undo", "more"]) == 2
    assert "'more' is one word too many for tito withdraw" in capsys.readouterr().err


@pytest.fixture
def mixed(tmp_path):
    """A download with something of several kinds in it."""
    names = {"rushcid_103_9004_report.pdf": b"%PDF", "oakdan_104_text.html": b"x", "Untitled.ipynb": a_notebook("q")}
    works = {
        f"lovedayada_101_900{n}_benchmarking_dev{again}.ipynb": a_notebook(again) for n, again in ((1, ""), (2, "-1"))
    }
    return a_zip(tmp_path / "inbox.zip", names | works, at=JANUARY.replace(day=20))


def test_the_account_fits_a_narrow_terminal(course, mixed, capsys, monkeypatch):
    monkeypatch.setenv("COLUMNS", "40")
    assert main(["collect", str(mixed), "benchmarking", "--dry-run"]) == 1
    shown = capsys.readouterr()
    assert shown.out.splitlines() == [
        "  · lovedayada-101  benchmarking_dev.ipynb",
        "      attempt 1 of 2; an earlier attempt",
        "  ✓ lovedayada-101  benchmarking_dev-1.ipynb",
        "      attempt 2 of 2; in time",
        "  ✗ oakdan-104  text.html",
        "      a text entry, no notebook",
        "  ✗ rushcid-103  report.pdf",
        "      report.pdf is not a notebook",
        "  ! Untitled.ipynb",
        "      its name does not tell whose it",
        "      is: name it learner_module.ipynb,",
        "      or put it in a folder",
    ]
    assert all(len(line) <= 40 for line in shown.err.splitlines())


def test_the_account_on_a_usual_terminal(course, mixed, capsys, monkeypatch):
    monkeypatch.setenv("COLUMNS", "80")
    assert main(["collect", str(mixed), "benchmarking", "--dry-run"]) == 1
    lines = capsys.readouterr().out.splitlines()
    assert lines[:3] == [
        "  · lovedayada-101  benchmarking_dev.ipynb    attempt 1 of 2; an earlier attempt",
        "  ✓ lovedayada-101  benchmarking_dev-1.ipynb  attempt 2 of 2; in time",
        "  ✗ oakdan-104      text.html                 a text entry, no notebook",
    ]
    assert lines[4].startswith("  !                 Untitled.ipynb            its name") and lines[5].startswith(
        " " * 44
    )


def test_a_program_reads_whole_lines(course, mixed, capsys, monkeypatch):
    monkeypatch.delenv("COLUMNS", raising=False)
    main(["collect", str(mixed), "benchmarking", "--dry-run"])
    assert len(capsys.readouterr().out.splitlines()) == 5
