"""An ordinary nbgrader course: its settings, where its files are, and what its gradebook knows of an assignment.

Paths and settings are nbgrader's own (`CourseDirectory`), whatever its
`nbgrader_config.py` makes of them.
"""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tito.course.course import Course
from tito.lesson.nbgrader_steps import SETTINGS, database_path
from tito.lesson.notebook import digest, without_iri_parser
from tito.support.errors import CourseError, UsageError, did_you_mean

if TYPE_CHECKING:
    from nbgrader.coursedir import CourseDirectory
    from traitlets.config import Config

PRIVATE = ".tito"  # in the course: what is ours, which nbgrader never looks at
_DRAFTS = f"{PRIVATE}/drafts"


@dataclass(frozen=True)
class Assignment:
    """What the gradebook knows of an assignment; `key` is the hash of its cells, their points and its due date."""

    name: str
    notebooks: tuple[str, ...]
    key: str


@dataclass(frozen=True)
class NbgraderCourse:
    """The folder that nbgrader calls the course directory."""

    root: Path

    @classmethod
    def is_root(cls, folder: Path) -> bool:
        """Has nbgrader been at work here?"""
        return (folder / SETTINGS).is_file() or (folder / "gradebook.db").is_file()

    @classmethod
    def at(cls, start: Path) -> NbgraderCourse | None:
        """The nearest such course at or above `start`; None in a course of tito's, which has nbgrader's folders too."""
        folders = (start.resolve(), *start.resolve().parents)
        if any(map(Course.is_root, folders)):
            return None
        return next((cls(folder) for folder in folders if cls.is_root(folder)), None)

    @cached_property
    def config(self) -> Config:
        """What nbgrader would be told here: its files in Jupyter's folders, then those of the course."""
        without_iri_parser()
        from nbgrader.apps import NbGrader

        with _in_folder(self.root):
            app = NbGrader()
            app.load_config_file()
        if not app.config.CourseDirectory.get("root"):
            app.config.CourseDirectory.root = str(self.root)
        return app.config

    @cached_property
    def directory(self) -> CourseDirectory:
        """nbgrader's own answer to where things are."""
        from nbgrader.coursedir import CourseDirectory

        return CourseDirectory(config=self.config)

    @property
    def gradebook(self) -> Path:
        """The gradebook; CourseError where it is no file of SQLite's."""
        url = self.directory.db_url
        if not url.startswith("sqlite:"):
            raise CourseError("only a gradebook of SQLite's can be written here", at=url.partition(":")[0])
        return database_path(url)

    def source(self, assignment: str) -> Path:
        """The instructor's folder of an assignment."""
        return Path(self.directory.format_path(self.directory.source_directory, ".", assignment))

    def submitted(self, learner: str, assignment: str) -> Path:
        return Path(self.directory.format_path(self.directory.submitted_directory, learner, assignment))

    def autograded(self, learner: str, assignment: str) -> Path:
        return Path(self.directory.format_path(self.directory.autograded_directory, learner, assignment))

    def draft(self, learner: str, assignment: str) -> Path:
        """Where a graded submission is written before it stands whole in `autograded`."""
        return Path(self.directory.format_path(_DRAFTS, learner, assignment))

    @property
    def drafts(self) -> str:
        """nbgrader's word for the step that writes drafts."""
        return _DRAFTS

    def forget_drafts(self) -> None:
        """Remove what is left of drafts."""
        shutil.rmtree(self.root / _DRAFTS, ignore_errors=True)

    @property
    def grading_lock(self) -> Path:
        return self.root / PRIVATE / "grading.lock"

    def record(self, learner: str, assignment: str) -> Path:
        """What a grading here has come to."""
        return self.root / PRIVATE / "graded" / assignment / f"{learner}.json"

    def learners(self, assignment: str) -> list[str]:
        """Who handed something in for the assignment, in order."""
        excluded = {name.strip() for name in self.directory.student_id_exclude.split(",")}
        found = Path(self.directory.root).glob(
            self.directory.directory_structure.format(
                nbgrader_step=self.directory.submitted_directory, student_id="*", assignment_id=assignment
            )
        )
        names = {self._learner_in(folder, assignment) for folder in found if folder.is_dir()}
        return sorted(name for name in names if name and name not in excluded)

    def _learner_in(self, folder: Path, assignment: str) -> str:
        """The learner whose submission lies in `folder`, by the course's structure of directories."""
        pattern = self.directory.format_path(
            re.escape(self.directory.submitted_directory), "(?P<student>[^/]+)", re.escape(assignment), escape=True
        )
        found = re.fullmatch(pattern, str(folder))
        return found["student"] if found else ""

    @cached_property
    def assignments(self) -> tuple[Assignment, ...]:
        """Every assignment of the gradebook, by name."""
        if not self.gradebook.is_file():
            return ()
        from nbgrader.api import Gradebook

        with Gradebook(self.directory.db_url, self.directory.course_id) as book:
            return tuple(_assignment(each) for each in sorted(book.assignments, key=lambda each: each.name))

    def assignment(self, name: str) -> Assignment:
        """The assignment of this name; UsageError when the gradebook has none."""
        known = {each.name: each for each in self.assignments}
        if name not in known:
            raise UsageError(
                f"the gradebook has no assignment '{name}'.{did_you_mean(name, known)}",
                at=str(self.gradebook),
                hint=f"nbgrader generate_assignment {name}",
            )
        return known[name]


def _assignment(each: Any) -> Assignment:
    cells = [
        (notebook.name, cell.name, cell.cell_type, cell.source, cell.checksum)
        for notebook in each.notebooks
        for cell in notebook.source_cells
        if cell is not None
    ]
    points = [
        (notebook.name, cell.name, cell.max_score) for notebook in each.notebooks for cell in notebook.grade_cells
    ]
    key = digest(repr(sorted(cells, key=repr)), repr(sorted(points)), str(each.duedate))
    return Assignment(each.name, tuple(sorted(notebook.name for notebook in each.notebooks)), key)


@contextmanager
def _in_folder(folder: Path) -> Iterator[None]:
    """nbgrader looks for its settings where it is started."""
    before = Path.cwd()
    os.chdir(folder)
    try:
        yield
    finally:
        os.chdir(before)
