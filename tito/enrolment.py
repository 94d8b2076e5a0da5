"""What nbgrader itself does for the gradebook: make it, and take a module's notebook into it.

Both are seldom needed. Loading nbgrader takes half a second and 75 MB, which no
other command has to spend, so it is imported inside the functions that use it.
"""

from __future__ import annotations

import logging
import os
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.metadata import version
from pathlib import Path

from tito.course import Course, Module
from tito.errors import CourseError
from tito.kept import kept
from tito.notebook import Notebook, as_json, digest, from_nbformat, to_nbformat, without_iri_parser

SETTINGS = "nbgrader_config.py"
SQLITE = "sqlite:///"
STEPS = ("LockCells", "ClearSolutions", "ClearOutput", "CheckCellMetadata", "ComputeChecksums")


def settings(course: Course):
    """nbgrader's configuration, as `nbgrader_config.py` at the top of the course gives it."""
    from traitlets.config import Config
    from traitlets.config.loader import PyFileConfigLoader

    if not (course.root / SETTINGS).is_file():
        config = Config()
        config.CourseDirectory.db_url = f"{SQLITE}{course.gradebook}"
        return config
    return PyFileConfigLoader(SETTINGS, path=str(course.root)).load_config()


def make_gradebook(url: str) -> None:
    """Make the database if there is none, whole or not at all, as nbgrader makes its own.

    nbgrader would run `alembic heads` for the schema's version: 10 s of CPU, for it loads nbgrader several times.
    """
    path = Path(url.removeprefix(SQLITE))
    if not url.startswith(SQLITE) or path.exists():
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(f".{path.name}.{os.getpid()}.tmp")
    _make_tables(f"{SQLITE}{draft}")
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
        version = ScriptDirectory(ALEMBIC_DIR).get_current_head()
        connection.execute(text("INSERT INTO alembic_version VALUES (:version)"), {"version": version})
    engine.dispose()


def handed_out(course: Course, module: Module, built: Notebook, config) -> Notebook:
    """The notebook as nbgrader restores it in hand-ins, without solutions and with the hidden tests."""
    key = digest(as_json(built), repr(config), version("nbgrader"), Path(__file__).read_bytes())
    return kept(course.enrolled(module), key, lambda: from_nbformat(_run(STEPS, module, built, config)))


def save_cells(module: Module, notebook: Notebook, config) -> None:
    """Have nbgrader write the module's cells into the gradebook; CourseError when they changed under recorded grades."""
    without_iri_parser()
    from nbgrader.api import Gradebook

    with _without_its_log(), Gradebook(config.CourseDirectory.db_url) as book:
        book.update_or_create_assignment(module.folder)
        _run(("SaveCells",), module, notebook, config)


def _run(steps: tuple[str, ...], module: Module, notebook: Notebook, config):
    without_iri_parser()
    from nbgrader import preprocessors

    quiet = logging.getLogger("tito.nbgrader")
    quiet.setLevel(logging.ERROR)
    place = {"notebook": module.notebook_name, "assignment": module.folder, "student": "."}
    node, resources = to_nbformat(notebook), {"nbgrader": place | {"db_url": config.CourseDirectory.db_url}}
    try:
        for step in steps:
            node, resources = getattr(preprocessors, step)(config=config, log=quiet).preprocess(node, resources)
    except RuntimeError as fault:
        raise CourseError(
            f"the gradebook can't take {module.folder} as it is now", why=str(fault), at=str(module.source),
            hint="put the cells back, or move gradebook.db aside and run: tito grade --again",
        ) from None
    return node


@contextmanager
def _without_its_log() -> Iterator[None]:
    """nbgrader's word for what a database says is an InvalidEntry and a traceback in its log: the first error is enough."""
    from nbgrader.api import InvalidEntry, app_log
    from sqlalchemy.exc import OperationalError

    app_log.addFilter(_is_not_told_otherwise)
    try:
        yield
    except InvalidEntry as error:
        if isinstance(error.__context__, OperationalError):
            raise error.__context__ from None
        raise
    finally:
        app_log.removeFilter(_is_not_told_otherwise)


def _is_not_told_otherwise(record: logging.LogRecord) -> bool:
    return not record.getMessage().startswith("Rolling back session")


def late_penalty_plugin(config):
    """The course's late-submission plugin (nbgrader's `AssignLatePenalties.plugin_class`)."""
    without_iri_parser()
    from nbgrader.preprocessors import AssignLatePenalties

    penalties = AssignLatePenalties(config=config)
    penalties.init_plugin()
    return penalties.plugin_inst
