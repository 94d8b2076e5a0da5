"""Odd and hostile names on each platform: every file is accounted for, and no two people become one."""

import shutil
import tempfile
import unicodedata
import zipfile
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from tests.support import downloads
from tests.support.inbox import JANUARY, a_notebook, a_zip, write_small_course
from tito.classroom.collect import collect
from tito.classroom.intake.filenames import as_learner, folded, names_nobody
from tito.support.errors import UsageError

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


@dataclass(frozen=True)
class Format:
    """How a platform names the file of somebody with this name and a number that nobody else has.

    `whose` tells what makes two people of two names and numbers. `has_copies` says that a name may be a copy's
    mark behind another's, as in `ann (1)`: then one person is right who is told with `!`. `is_folder`: people's own.
    """

    path: Callable[[str, int, str], str]
    whose: Callable[[str, int], object] = lambda name, number: unicodedata.normalize("NFC", name)
    entry: Callable[[str, int], bytes] | None = None  # what a list beside the files says
    has_copies: bool = False
    is_folder: bool = False


def by_number(name, number):
    return number


def both(name, number):
    return unicodedata.normalize("NFC", name), number


FORMATS = {
    "Canvas": Format(downloads.canvas, by_number),
    "Canvas, late": Format(partial(downloads.canvas, late=True), by_number),
    "Canvas, anonymous": Format(lambda name, number, file: f"anon_{number}_{9 * number}_{file}", by_number),
    "Moodle": Format(downloads.moodle, by_number),
    "Moodle, flat": Format(partial(downloads.moodle, between="_"), by_number),
    "Moodle, blind": Format(lambda name, number, file: downloads.moodle("Participant", number, file), by_number),
    "Gradescope": Format(
        lambda name, number, file: downloads.gradescope(number, file),
        by_number,
        lambda name, number: downloads.gradescopes_entry(number, name, str(number), f"{number}@uni.example"),
    ),
    "Gradescope, names alone": Format(
        lambda name, number, file: downloads.gradescope(number, file),
        entry=lambda name, number: downloads.gradescopes_entry(number, name, "", ""),
    ),
    "Gradescope, emails": Format(
        lambda name, number, file: downloads.gradescope(number, file),
        lambda name, number: folded(name),
        lambda name, number: downloads.gradescopes_entry(number, "Kim Brook", "", f"{name}@uni.example"),
    ),
    "Brightspace": Format(downloads.brightspace, both),
    "Brightspace, names alone": Format(lambda name, number, file: downloads.brightspace(name, 7, file)),
    "Blackboard": Format(lambda name, number, file: downloads.blackboard(name, file)),
    "GitHub Classroom": Format(lambda name, number, file: f"benchmarking-{name}/{file}", is_folder=True),
    "exchange": Format(lambda name, number, file: downloads.exchange(name, file, key=number)),
    "submitted": Format(lambda name, number, file: f"submitted/{name}/12_benchmarking/{file}"),
    "Google Drive": Format(lambda name, number, file: f"{name} - {file}", has_copies=True),
    "plain folders": Format(lambda name, number, file: f"{name}/{file}", has_copies=True, is_folder=True),
    "mail": Format(lambda name, number, file: f"{name}_{file}", has_copies=True),
}


@pytest.fixture(scope="module")
def course(tmp_path_factory):
    return write_small_course(tmp_path_factory.mktemp("course"))


def account_of(course, files):
    """What a dry run says of a download with these files, or why a learner's place is refused."""
    folder = Path(tempfile.mkdtemp(prefix="intake-names-"))
    try:
        place = a_zip(folder / "download.zip", files, at=JANUARY)
        return collect(course, place, course.module("benchmarking"), dry_run=True)
    except UsageError as refused:  # a CourseError would be a fault of the course, which no name of a file can be
        return refused
    finally:
        shutil.rmtree(folder)


def download(format, people):
    """The files, and the number of whose each is."""
    files, numbers = {}, {}
    for number, (name, file) in enumerate(people, start=20_001):
        path = format.path(name, number, file)
        if path not in files:
            files[path], numbers[path] = a_notebook(f"{number}"), number
    if format.entry:
        entries = [format.entry(name, number) for number, (name, _) in enumerate(people, start=20_001)]
        files[downloads.GRADESCOPES_METADATA] = b"".join(entries)
    return files, numbers


PEOPLE = st.lists(st.tuples(NAMES, FILES), min_size=1, max_size=6)
ALIKE = tuple((name, "benchmarking_dev.ipynb") for name in ("ann.lee", "ann_lee", "ann-lee", "ann lee", "ann+lee"))
CASES = tuple((name, "benchmarking_dev.ipynb") for name in ("ann", "Ann", "ann.", "ａnn", "ﬁn", "fin"))
OFTEN = settings(max_examples=60, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))


@pytest.mark.parametrize("name", FORMATS)
@OFTEN
@example(people=[("..", "benchmarking_dev.ipynb"), ("", "benchmarking_dev.ipynb")], litter=[])
@given(people=PEOPLE, litter=st.lists(NAMES, max_size=2))
def test_every_file_is_accounted_for(course, name, people, litter):
    files, _ = download(FORMATS[name], people)
    account = account_of(course, files | {f"{each}.txt": b"?" for each in litter})
    if isinstance(account, UsageError):
        return
    assert len({arrival.file for arrival in account.arrivals}) == len(account.arrivals) == account.files


@pytest.mark.parametrize("name", FORMATS)
@OFTEN
@example(people=list(ALIKE))
@example(people=list(CASES))
@given(people=PEOPLE)
def test_people_stay_apart(course, name, people):
    """Two people never have one id; where a name may be a copy's of another, both are told."""
    format = FORMATS[name]
    files, numbers = download(format, people)
    account = account_of(course, files)
    found, told = defaultdict(set), defaultdict(set)
    for arrival in () if isinstance(account, UsageError) else account.taken:
        number = numbers.get(arrival.file)
        whose = whose_is(format, course, people[number - 20_001], number) if number else arrival.file
        found[arrival.person].add(whose)
        told[arrival.person].add(arrival.needs_person)
    assert "" not in found
    assert all(len(some) == 1 or (format.has_copies and told[who] == {True}) for who, some in found.items()), found


def whose_is(format, course, person, number):
    """What makes two people of two; where a folder's name names nobody, as `week 1`, the file's in it tells."""
    name, file = person
    is_nobodys = format.is_folder and (not as_learner(name) or names_nobody(name, course.modules))
    return ("in a folder of nobody's", file) if is_nobodys else format.whose(name, number)


def test_a_name_without_a_letter_is_asked_about(course):
    files = {
        f"submitted/{name}/12_benchmarking/benchmarking_dev.ipynb": a_notebook(name) for name in (";", "🦊", "ann")
    }
    account = account_of(course, files)
    assert [arrival.person for arrival in account.taken] == ["ann"] and len(account.unclaimed) == 2
    assert {arrival.reason for arrival in account.unclaimed} == {
        f"nothing in the name '{name}' can be somebody's id" for name in (";", "🦊")
    }


def test_members_of_one_path_are_shown_by_their_own_names(course, tmp_path):
    """`..`, `.`, `//` and `\\` make no two members one, nor does a name that is there twice."""
    names = ("ann/b.ipynb", "../ann/b.ipynb", "../../ann/b.ipynb", "ann//b.ipynb", "ann/./b.ipynb", "ann\\b.ipynb",
             "/ann/b.ipynb", "ann/b.ipynb")  # fmt: skip
    with zipfile.ZipFile(tmp_path / "d.zip", "w") as archive, pytest.warns(UserWarning, match="Duplicate name"):
        for n, name in enumerate(names):
            archive.writestr(name, a_notebook(f"{n}"))
    account = collect(course, tmp_path / "d.zip", course.module("benchmarking"), dry_run=True)
    shown = [*names[:5], "ann\\\\b.ipynb", *names[6:7], "ann/b.ipynb (2)"]
    assert sorted(arrival.file for arrival in account.arrivals) == sorted(shown) and account.needs_person
