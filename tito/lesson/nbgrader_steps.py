"""nbgrader's own preprocessors, with the course's settings and in this process.

`stripped` makes the learners' notebook of the instructor's: in the order of
nbgrader's `generate_assignment`, in 25 ms where its command takes seconds.
Loading nbgrader takes half a second and 75 MB, which few commands have to spend,
so it is imported inside the functions that use it.
"""

from __future__ import annotations

import logging
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote

from tito.course.course import Course, Module
from tito.lesson.notebook import Notebook, from_nbformat, to_nbformat, without_iri_parser
from tito.support.errors import CourseError

if TYPE_CHECKING:
    from traitlets.config import Config

SETTINGS = "nbgrader_config.py"
SQLITE = "sqlite:///"
STEPS = (
    "LockCells",
    "ClearSolutions",
    "ClearOutput",
    "ClearHiddenTests",
    "ClearMarkScheme",
    "ComputeChecksums",
    "CheckCellMetadata",
)


def settings(course: Course) -> Config:
    """nbgrader's configuration, as `nbgrader_config.py` at the top of the course gives it."""
    from traitlets.config import Config
    from traitlets.config.loader import PyFileConfigLoader

    if not (course.root / SETTINGS).is_file():
        config = Config()
        config.CourseDirectory.db_url = database_url(course.gradebook)
        return config
    return PyFileConfigLoader(SETTINGS, path=str(course.root)).load_config()


def database_url(path: Path) -> str:
    """SQLAlchemy's address of the SQLite database at `path`, in which % and ? have a meaning of their own."""
    return SQLITE + str(path).replace("%", "%25").replace("?", "%3F")


def database_path(url: str) -> Path:
    """The file that an address of SQLite's means."""
    return Path(unquote(url.removeprefix(SQLITE)))


def preprocessed(steps: tuple[str, ...], notebook: Notebook, config: Config, /, **place: str) -> Notebook:
    """The notebook after these steps; RuntimeError with nbgrader's reason when it refuses.

    `place` is what a step has to know besides: notebook, assignment, student, db_url.
    """
    without_iri_parser()
    from nbgrader import preprocessors

    quiet = logging.getLogger("tito.nbgrader")
    quiet.setLevel(logging.CRITICAL)
    node, resources = to_nbformat(notebook), {"nbgrader": place}
    for step in steps:
        node, resources = getattr(preprocessors, step)(config=config, log=quiet).preprocess(node, resources)
    return from_nbformat(node)


def stripped(course: Course, module: Module, built: Notebook) -> Notebook:
    """The notebook that learners get; CourseError with nbgrader's reason when it refuses."""
    try:
        return preprocessed(STEPS, built, settings(course))
    except RuntimeError as error:  # what nbgrader raises when it refuses a notebook
        raise CourseError(f"nbgrader can't strip {module.notebook_name}: {error}", at=str(module.source)) from None


def late_penalty_plugin(config: Config) -> Any:
    """The course's late-submission plugin (nbgrader's `AssignLatePenalties.plugin_class`)."""
    without_iri_parser()
    from nbgrader.preprocessors import AssignLatePenalties

    penalties = AssignLatePenalties(config=config)
    penalties.init_plugin()
    return penalties.plugin_inst
