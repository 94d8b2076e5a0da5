"""What nbgrader itself does for the gradebook: make it, and put a module's notebook into it.

Both load nbgrader, which is slow, so both are skipped if they have been done.
"""

from __future__ import annotations

import logging
import os
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING

from tito.course.course import Course, Module
from tito.lesson.cache import Cache, kept
from tito.lesson.nbgrader_steps import SQLITE, database_path, database_url, preprocessed
from tito.lesson.notebook import Notebook, as_json, digest, without_iri_parser
from tito.support.errors import CourseError

if TYPE_CHECKING:
    from traitlets.config import Config

STEPS = ("LockCells", "ClearSolutions", "ClearOutput", "CheckCellMetadata", "ComputeChecksums")


def make_gradebook(url: str) -> None:
    """Make the database if there is none, whole or not at all, as nbgrader makes its own.

    nbgrader would run `alembic heads` for the schema's version: 10 s of CPU, for it loads nbgrader several times.
    """
    path = database_path(url)
    if not url.startswith(SQLITE) or path.exists():
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(f".{path.name}.{os.getpid()}.tmp")
    _make_tables(database_url(draft))
    os.replace(draft, path)


def _make_tables(url: str) -> None:
    without_iri_parser()
    from alembic.script import ScriptDirectory
    from nbgrader.api import Base
    from nbgrader.dbutil import ALEMBIC_DIR
    from sqlalchemy import create_engine, text

    engine = create_engine(url)
    Base.metadata.create_all(engine)
    with engine.begin() as connection:
        connection.execute(text("CREATE TABLE alembic_version (version_num VARCHAR(32) NOT NULL)"))
        head = ScriptDirectory(ALEMBIC_DIR).get_current_head()
        connection.execute(text("INSERT INTO alembic_version VALUES (:head)"), {"head": head})
    engine.dispose()


def handed_out(course: Course, module: Module, built: Notebook, config: Config, cache: Cache = kept) -> Notebook:
    """The notebook that nbgrader restores locked cells from: without solutions, with the hidden tests."""
    key = digest(as_json(built), repr(config), version("nbgrader"), Path(__file__).read_bytes())
    with _refusal_in_words(module):
        return cache(course.enrolled(module), key, lambda: preprocessed(STEPS, built, config))


def save_cells(module: Module, notebook: Notebook, config: Config, url: str) -> None:
    """Have nbgrader write the module's cells (`cell_changes` has made room for them)."""
    without_iri_parser()
    from nbgrader.api import Gradebook

    with _refusal_in_words(module), _database_errors_unwrapped(), Gradebook(url) as book:
        book.update_or_create_assignment(module.folder)
        preprocessed(
            ("SaveCells",), notebook, config, notebook=module.notebook_name, assignment=module.folder, db_url=url
        )


@contextmanager
def _refusal_in_words(module: Module) -> Iterator[None]:
    try:
        yield
    except RuntimeError as refusal:  # what nbgrader raises when it refuses a notebook
        raise CourseError(
            f"the gradebook can't take {module.folder} as it is now",
            why=str(refusal),
            at=str(module.source),
            hint=f"mend the lesson, then: tito build {module.name}; marks and comments are as they were",
        ) from None


@contextmanager
def _database_errors_unwrapped() -> Iterator[None]:
    """Raise the database's own error; nbgrader wraps it in an InvalidEntry, and logs a traceback."""
    from nbgrader.api import InvalidEntry, app_log
    from sqlalchemy.exc import OperationalError

    app_log.addFilter(_is_unexpected)
    try:
        yield
    except InvalidEntry as error:
        if isinstance(error.__context__, OperationalError):
            raise error.__context__ from None
        raise
    finally:
        app_log.removeFilter(_is_unexpected)


def _is_unexpected(record: logging.LogRecord) -> bool:
    return not record.getMessage().startswith("Rolling back session")
