"""Odd and hostile names on each platform: every file is accounted for, and no two people become one."""

import shutil
import tempfile
from collections import defaultdict
from pathlib import Path

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from tests.support.inbox import JANUARY, a_notebook, a_zip, write_small_course
from tito.classroom.collect import collect
from tito.classroom.intake.filenames import as_learner, folded
from tito.support.errors import TitoError

pytestmark = pytest.mark.slow

SEPARATORS = "_-. +@(),;'#~[]{}=&%$!"
ODD = (
    "ann", "Ann Lee", "Lee, Ann", "a_n_n", "аnn", "αnn", "Noël", "Noe\u0308l", "O'Pine-Hill", "李雷", "محمد", "🦊",
    "anon", "anonymous", "LATE", "Participant", "group7", "Team 4", "submission", "benchmarking", "tensor_dev", "12",
    "12345678", "2026-01-14", "attempt", "final", "Copy of ann", "ann (1)", "..", ".", ".hidden", "CON", "__MACOSX",
    "manifest", "timestamp", "x" * 70, "x" * 69 + "y", "ﬁn", "İ", "ß", "SS", "a\u202eb", "a\u200bnn", "=1+1", "", " ",
)  # fmt: skip
NAMES = st.one_of(
    st.sampled_from(ODD),
    st.text(st.characters(blacklist_categories=("Cs", "Cc"), blacklist_characters="/\\:"), max_size=80),
    st.text(st.sampled_from("abA1é" + SEPARATORS), max_size=12),
)
FILES = st.sampled_from(
    ("benchmarking_dev.ipynb", "hw (1).ipynb", "tensor_dev.ipynb", "ann_1_2_benchmarking_dev.ipynb", "work.py", "a.pdf",
     "benchmarking_dev.new.ipynb", "x.zip", "notes.txt", "a_attempt_2026-01-14-09-00-00_b.ipynb")
)  # fmt: skip
STAMP, DASHES, WORDS = "2026-01-14 09:00:00 UTC", "2026-01-14-09-00-00", "Jan 14, 2026 900 AM"


# a path for the file of somebody with this name, whose number and login nobody else has
NUMBERED = {
    "Canvas": lambda name, number, file: f"{name}_{number}_{9 * number}_{file}",
    "Canvas, late": lambda name, number, file: f"{name}_LATE_{number}_{9 * number}_{file}",
    "Canvas, anonymous": lambda name, number, file: f"anon_{number}_{9 * number}_{file}",
    "Moodle": lambda name, number, file: f"{name}_{number}_assignsubmission_file/{file}",
    "Moodle, flat": lambda name, number, file: f"{name}_{number}_assignsubmission_file_{file}",
    "Moodle, blind": lambda name, number, file: f"Participant_{number}_assignsubmission_file/{file}",
}
NAMED = {
    "Brightspace": lambda name, number, file: f"{number}-9 - {name} - {WORDS}/{file}",
    "Blackboard": lambda name, number, file: f"HW_{name}_attempt_{DASHES}_{file}",
    "GitHub": lambda name, number, file: f"benchmarking-{name}/{file}",
    "exchange": lambda name, number, file: f"{name}+12_benchmarking+{STAMP}+{number}/{file}",
    "submitted": lambda name, number, file: f"submitted/{name}/12_benchmarking/{file}",
    "Drive": lambda name, number, file: f"{name} - {file}",
    "plain folders": lambda name, number, file: f"{name}/{file}",
    "mail": lambda name, number, file: f"{name}_{file}",
}


@pytest.fixture(scope="module")
def course(tmp_path_factory):
    return write_small_course(tmp_path_factory.mktemp("course"))


def account_of(course, files):
    """What a dry run says of a download with these files; None where it is refused in words."""
    folder = Path(tempfile.mkdtemp(prefix="intake-names-"))
    try:
        place = a_zip(folder / "download.zip", files, at=JANUARY)
        return collect(course, place, course.module("benchmarking"), dry_run=True)
    except TitoError:
        return None
    finally:
        shutil.rmtree(folder)


def download(platform, people):
    """The files, and who each is by."""
    files, owners = {}, {}
    for number, (name, file) in enumerate(people, start=20_001):
        path = platform(name, number, file)
        files.setdefault(path, a_notebook(f"{number}"))
        owners.setdefault(path, number)
    return files, owners


PEOPLE = st.lists(st.tuples(NAMES, FILES), min_size=1, max_size=6)
OFTEN = settings(max_examples=60, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))


@pytest.mark.parametrize("name", [*NUMBERED, *NAMED])
@OFTEN
@example(people=[("..", "benchmarking_dev.ipynb"), ("", "benchmarking_dev.ipynb")], litter=[])
@given(people=PEOPLE, litter=st.lists(NAMES, max_size=2))
def test_every_file_is_accounted_for(course, name, people, litter):
    files, _ = download((NUMBERED | NAMED)[name], people)
    account = account_of(course, files | {f"{each}.txt": b"?" for each in litter})
    if account is not None:
        assert len(account.arrivals) == account.files  # `../a` and `a` in one zip are two, though both are shown as `a`


@pytest.mark.parametrize("name", NUMBERED)
@OFTEN
@given(people=PEOPLE)
def test_people_with_numbers_of_their_own_stay_apart(course, name, people):
    account = account_of(course, download(NUMBERED[name], people)[0])
    numbers = defaultdict(set)
    for arrival in account.arrivals if account else ():
        if arrival.is_taken:
            numbers[arrival.person].add(arrival.number)
    assert all(len(several) == 1 for several in numbers.values()), numbers


@pytest.mark.parametrize("name", ["exchange", "submitted"])
@OFTEN
@given(people=PEOPLE)
def test_people_with_logins_of_their_own_stay_apart(course, name, people):
    """A login differs in more than case and separators."""
    files, owners = download(NAMED[name], people)
    account, logins = account_of(course, files), defaultdict(set)
    for arrival in account.arrivals if account else ():
        if arrival.is_taken:
            number = owners.get(arrival.file)
            logins[arrival.person].add(folded(as_learner(people[number - 20_001][0])) if number else arrival.file)
    assert "" not in logins
    assert all(len(several) == 1 for several in logins.values()), logins


def test_a_name_without_a_letter_is_asked_about(course):
    files = {
        f"submitted/{name}/12_benchmarking/benchmarking_dev.ipynb": a_notebook(name) for name in (";", "🦊", "ann")
    }
    account = account_of(course, files)
    assert [arrival.person for arrival in account.taken] == ["ann"] and len(account.unclaimed) == 2
    assert {arrival.reason for arrival in account.unclaimed} == {
        f"nothing in the name '{name}' can be somebody's id" for name in (";", "🦊")
    }
