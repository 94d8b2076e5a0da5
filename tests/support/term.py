"""A term to play through: a third toy module, a class of sixty, and the downloads of four platforms.

The people and their marks are in `tests/classroom/term.csv`; all of them are invented.
"""

from __future__ import annotations

import csv
import json
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

from tests.support import downloads
from tests.support.inbox import a_zip
from tests.support.toy_class import HALF_COUNTER, WRONG_DOUBLE, work
from tests.support.toy_course import HEADER, write_course, write_module
from tito.course.course import Course
from tito.lesson import notebook

TABLE = Path(__file__).parents[1] / "classroom" / "term.csv"

SORTING = (
    HEADER
    + '''\
# %% [markdown]
# # Sorting
# > What comes first.

# %%
#| default_exp core.sorting

# %% solution write-ordered
#| export
def ordered(items):
    """The items, the smallest first."""
    ### BEGIN SOLUTION
    return sorted(items)
    ### END SOLUTION

# %% check ordered

# %% solution write-smallest
#| export
def smallest(items):
    """The smallest item; where there is none, None or a ValueError."""
    ### BEGIN SOLUTION
    return min(items, default=None)
    ### END SOLUTION

# %% check smallest
'''
)
SORTING_CHECKS = {
    "ordered": """\
def check_ordered():
    assert list(ordered([3, 1, 2])) == [1, 2, 3], "the smallest comes first"


check_ordered()
""",
    "smallest": """\
def check_smallest():
    assert smallest([3, 1, 2]) == 1, "one is the smallest of one, two and three"
    assert smallest([]) is None, "there is none"


check_smallest()
""",
}
CORRECTED_SMALLEST = """\
def check_smallest():
    assert smallest([3, 1, 2]) == 1, "one is the smallest of one, two and three"
    try:
        found = smallest([])
    except ValueError:
        found = None
    assert found is None, "there is none"


check_smallest()
"""
CORRECTED_ADD = """\
def check_add():
    assert add("ab", "abc") == 5, "two and three are five"
    assert add("a", "bcd") == 4, "one and three are four"


check_add()
"""
SORTING_TOML = """\
title = "Sorting"
exports = "tinytorch.core.sorting"

[[check]]
id = "ordered"
points = 6
hints = ["Python has a function for it."]

[[check]]
id = "smallest"
points = 4
hints = ["min() knows a default."]
"""

CELLS = {  # what stands in which cell, by module and by the word in the table
    "counting": {"full": {}, "half": {"write_counter": HALF_COUNTER}, "wrong": {"write_double": WRONG_DOUBLE},
                 "stub": {"write_counter": "stub", "write_double": "stub"}},
    "adding": {"full": {}, "stub": {"write_add": "stub"},
               "wrong": {"write_add": "#| export\ndef add(first, second):\n    return Counter().count(first).total\n"},
               "constant": {"write_add": "#| export\ndef add(first, second):\n    return 5\n"}},
    "sorting": {"full": {}, "stub": {"write_ordered": "stub", "write_smallest": "stub"},
                "reversed": {"write_ordered": "#| export\ndef ordered(items):\n    return sorted(items)[::-1]\n"},
                "raises": {"write_smallest": "#| export\ndef smallest(items):\n    return min(items)\n"}},
}  # fmt: skip


@dataclass(frozen=True)
class Learner:
    """A line of the table: what somebody hands in for each module, and the marks at the end of the term."""

    id: str
    name: str
    number: str
    works: dict[str, str]
    marks: dict[str, str]

    @property
    def login(self) -> str:
        return self.id.replace("-", "")

    @property
    def email(self) -> str:
        return f"{self.login}@uni.example"

    @property
    def sortable(self) -> str:
        """The name as Canvas writes it into a file's."""
        return "".join(reversed(self.name.lower().split()))


def learners() -> dict[str, Learner]:
    """Everybody in the table, by id."""
    modules = tuple(CELLS)
    with TABLE.open(encoding="utf-8", newline="") as file:
        return {
            row["id"]: Learner(
                row["id"],
                row["name"],
                row["number"],
                {module: row[module] for module in modules},
                {module: row[f"{module}_mark"] for module in modules},
            )
            for row in csv.DictReader(file)
        }


def write_term_course(root: Path) -> Course:
    """The toy course with a third module, whose check `smallest` is stricter than its lesson."""
    write_module(root, "03_sorting", SORTING, SORTING_TOML, {}, SORTING_CHECKS)
    return write_course(root)


def content(course: Course, module: str, word: str, who: str) -> bytes:
    """A learner's notebook with the work that a word of the table stands for; no two people's are the same."""
    made = work(course, course.module(module), **CELLS[module][word])
    data = json.loads(notebook.as_json(made))
    data["cells"][0]["source"] = f"# {module.title()}, by {who}"
    return json.dumps(data).encode()


def class_list(path: Path, people: list[Learner]) -> Path:
    """The class as Canvas exports its gradebook."""
    rows = [", ".join(reversed(each.name.split())) for each in people]
    lines = [f'"{name}",{each.number},,{each.email},Blue' for name, each in zip(rows, people, strict=True)]
    path.write_text("\n".join(["Student,ID,SIS User ID,SIS Login ID,Section", *lines]) + "\n", encoding="utf-8")
    return path


@dataclass
class Downloads:
    """Builds each platform's downloads in a folder; their times are UTC."""

    root: Path
    files: dict[str, bytes] = field(default_factory=dict)
    count: int = 0

    def packed(self, at: datetime) -> Path:
        """The files so far as one zip, downloaded at this time."""
        self.count += 1
        return a_zip(self.root / f"download {self.count}.zip", self.files, at=at)

    def canvas(
        self, who: Learner, module: str, work: bytes, again: int = 0, late: bool = False, name: str = ""
    ) -> None:
        attachment = 500_000 + 1_000 * again + int(who.number) % 1_000
        file = f"{module}_dev-{again}.ipynb" if again else f"{module}_dev.ipynb"
        self.files[downloads.canvas(name or who.sortable, who.number, file, late, attachment)] = work

    def moodle(self, who: Learner, module: str, work: bytes, name: str = "") -> None:
        number = 70_000 + int(who.number) % 1_000 * 7
        self.files[downloads.moodle(name or who.name, number, f"{module}_dev.ipynb")] = work

    def gradescope(self, who: Learner, module: str, work: bytes, at: datetime, again: int = 0) -> None:
        number, metadata = int(who.number) + 1_000 * again, downloads.GRADESCOPES_METADATA
        self.files[downloads.gradescope(number, f"{module}_dev.ipynb")] = work
        entry = downloads.gradescopes_entry(number, who.name, "", who.email, at)
        self.files[metadata] = self.files.get(metadata, b"") + entry

    def exchange(self, who: Learner, folder: str, module: str, work: bytes, at: datetime) -> None:
        key = int(who.number) * 7919 % 10**8
        self.files[downloads.exchange(who.login, f"{module}_dev.ipynb", folder, at, key)] = work


def day(month: int, number: int, hour: int = 12, minute: int = 0) -> datetime:
    """A moment of the term."""
    return datetime(2026, month, number, hour, minute, tzinfo=UTC)


def spread(start: datetime, n: int) -> datetime:
    """The moment of the n-th hand-in: eleven minutes behind one another."""
    return start + timedelta(minutes=11 * n)
