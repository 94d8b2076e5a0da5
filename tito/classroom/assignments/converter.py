"""nbgrader's own autograding of one submission, with outputs from behind the walls in place of its kernel's.

Loading nbgrader takes seconds, so this file is imported where it is used.
"""

from __future__ import annotations

import logging
import warnings
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from nbformat import NotebookNode, from_dict
from nbgrader.converters import Autograde
from nbgrader.converters.base import NbGraderException
from nbgrader.preprocessors import Execute, NbGraderPreprocessor
from sqlalchemy.exc import SAWarning

from tito.autograder.notebooks.cell_outputs import as_nbformat
from tito.autograder.notebooks.run import NotebookRun
from tito.classroom.assignments.nbgrader_course import NbgraderCourse
from tito.support.errors import CourseError

Resources = dict[str, Any]


class NotGraded(Exception):
    """A submission that nbgrader refuses, in its words."""


class WalledAutograde(Autograde):  # type: ignore[misc]  # nbgrader comes without types
    """Autogrades one submission into the course's drafts, from `runs` by notebook."""

    def __init__(self, course: NbgraderCourse, assignment: str, learner: str, runs: Mapping[str, NotebookRun]):
        from nbgrader.coursedir import CourseDirectory

        directory = CourseDirectory(config=course.config)
        directory.assignment_id, directory.student_id = assignment, learner
        directory.autograded_directory = course.drafts
        self._words = _Words()
        log = logging.Logger("tito.nbgrader", logging.WARNING)
        log.addHandler(self._words)
        super().__init__(coursedir=directory, config=course.config, log=log)
        self.force = True
        self._runs = runs

    def sanitized(self, path: Path) -> NotebookNode:
        """A submitted notebook as nbgrader would run it: locked cells put back. NotGraded when it can't."""
        import nbformat

        self._begin()
        self._sanitizing = True
        self._init_preprocessors()
        try:
            resources = self.init_single_notebook_resources(str(path))
            text, _ = self.exporter.from_filename(str(path), resources=resources)
            return nbformat.reads(text, as_version=4)
        except Exception as refusal:  # nbgrader's steps raise what they like about a notebook that they can't read
            raise NotGraded(_first_line(refusal)) from refusal

    def convert(self) -> None:
        """Write the draft, and the grades into the gradebook; NotGraded with nbgrader's reason when it refuses."""
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore", SAWarning)  # nbgrader's own way with its sessions
                self.start()
        except NbGraderException as refusal:
            raise NotGraded(self._words.last or _first_line(refusal)) from refusal

    def _begin(self) -> None:
        from nbconvert.writers import FilesWriter

        self.writer = FilesWriter(parent=self, config=self.config)  # type: ignore[no-untyped-call]  # nor has nbconvert
        self.exporter = self.exporter_class(parent=self, config=self.config)

    def _init_preprocessors(self) -> None:
        super()._init_preprocessors()
        self.exporter._preprocessors = [
            ShowRun(self._runs) if isinstance(step, Execute) else step for step in self.exporter._preprocessors
        ]


class ShowRun(NbGraderPreprocessor):  # type: ignore[misc]  # nbgrader comes without types
    """Puts into a notebook what its cells have shown behind the walls."""

    def __init__(self, runs: Mapping[str, NotebookRun]):
        super().__init__()
        self._runs = runs
        self.enabled = True

    def preprocess(self, nb: NotebookNode, resources: Resources) -> tuple[NotebookNode, Resources]:
        """The notebook with the outputs of its run."""
        run = self._runs[resources["nbgrader"]["notebook"]]
        for count, (cell, outputs) in enumerate(zip(executed(nb), run.outputs, strict=True), start=1):
            cell.execution_count = count
            cell.outputs = from_dict(as_nbformat(outputs))
        return nb, resources


def executed(nb: NotebookNode) -> list[NotebookNode]:
    """The cells that a kernel would be sent, as nbclient chooses them."""
    return [
        cell
        for cell in nb.cells
        if cell.cell_type == "code" and cell.source.strip() and "skip-execution" not in cell.metadata.get("tags", [])
    ]


class _Words(logging.Handler):
    """Keeps what nbgrader says of a failure, which it logs and does not raise."""

    def __init__(self) -> None:
        super().__init__(logging.ERROR)
        self.last = ""

    def emit(self, record: logging.LogRecord) -> None:
        lines = [line for line in record.getMessage().splitlines() if line.strip()]
        if lines and not lines[0].startswith(("There was an error", "Please see")):
            self.last = lines[-1]


def _first_line(error: BaseException) -> str:
    return str(error).strip().split("\n")[0] or type(error).__name__


def write_feedback(course: NbgraderCourse, assignment: str, learner: str) -> list[Path]:
    """nbgrader's feedback on a graded submission, written anew; the pages."""
    from nbgrader.converters import GenerateFeedback
    from nbgrader.coursedir import CourseDirectory

    directory = CourseDirectory(config=course.config)
    directory.assignment_id, directory.student_id = assignment, learner
    words, log = _Words(), logging.Logger("tito.nbgrader", logging.WARNING)
    log.addHandler(words)
    converter = GenerateFeedback(coursedir=directory, config=course.config, log=log)
    converter.force = True
    try:
        converter.start()
    except NbGraderException as refusal:
        raise CourseError(f"no feedback for {learner}", why=words.last or _first_line(refusal)) from refusal
    return sorted(Path(directory.format_path(directory.feedback_directory, learner, assignment)).glob("*.html"))
