"""The zip that grades one module elsewhere: tito, the module without its solution, and the scripts that hosts start.

    setup.sh, run_autograder    Gradescope's, which the action for a repository host starts, too
    autograder.py               Classroom 50's
    requirements.txt            what grading needs, pinned as it is installed here
    tito/                       this package
    course/                     the module with its hidden tests, and what its checks and its code need

The same course gives the same bytes.
"""

from __future__ import annotations

from importlib.metadata import PackageNotFoundError, version
from importlib.resources import files
from pathlib import Path, PurePosixPath

import tito
from tito.classroom.gradebook import setup
from tito.classroom.hosted.settings import SETTINGS, HostSettings
from tito.course.course import Course, Module
from tito.lesson import nbgrader_steps, notebook
from tito.lesson.build import built
from tito.sandbox.library import library_files
from tito.support.errors import CourseError
from tito.support.zips import packed

PACKAGES = (  # what learners' code may use, and what grading and reading a hand-in need
    "numpy",
    "scipy",
    "matplotlib",
    "msgspec",
    "landlockpy",
    "seccompy",
    "jupytext",
)
ALSO = ("scikit-learn",)  # where it is installed; TinyTorch's digits come from it, and the kit has no use for it
SCRIPTS = ("setup.sh", "run_autograder", "autograder.py")
_NOT_TITO = {"__pycache__"}


def bundle(course: Course, module: Module, settings: HostSettings) -> bytes:
    """The zip for `module`; CourseError when the course is not one that can be graded."""
    content = _scripts() | {"requirements.txt": _requirements()} | _tito() | _course(course, module)
    content[f"course/{SETTINGS}"] = settings.as_json()
    return packed(dict(sorted(content.items())), SCRIPTS)


def _scripts() -> dict[str, bytes]:
    templates = files("tito.classroom.hosted") / "templates"
    return {name: (templates / f"{name}.txt").read_bytes() for name in SCRIPTS}


def _requirements() -> bytes:
    return "".join(f"{name}=={version(name)}\n" for name in [*PACKAGES, *filter(_is_installed, ALSO)]).encode()


def _is_installed(package: str) -> bool:
    try:
        return bool(version(package))
    except PackageNotFoundError:
        return False


def _tito() -> dict[str, bytes]:
    """The package as it is here, without what was compiled."""
    root = Path(tito.__file__).parent
    found = sorted(path for path in root.rglob("*") if path.is_file() and not _NOT_TITO & set(path.parts))
    return {(PurePosixPath("tito") / path.relative_to(root).as_posix()).as_posix(): path.read_bytes() for path in found}


def _course(course: Course, module: Module) -> dict[str, bytes]:
    """As much of the course as grading reads: no source, no solution of this module, nothing of any person."""
    mine = [module, *course.needed_by(module)]
    tomls = {each.toml: each.toml.read_bytes() for each in mine}
    releases = {path: path.read_bytes() for path in sorted(course.given_out(module, "").parent.glob("*.ipynb"))}
    found = {path.relative_to(course.root).as_posix(): data for path, data in (tomls | releases).items()}
    found |= {place: text.encode() for place, text in library_files(course, module).items()}
    found[course.built(module).relative_to(course.root).as_posix()] = notebook.as_json(_trusted(course, module))
    return {f"course/{place}": data for place, data in found.items()}


def _trusted(course: Course, module: Module) -> notebook.Notebook:
    """The notebook with the hidden tests and without the solution; its checks are those of the built one."""
    missing = [need.name for need in course.needed_by(module) if not course.exported(need).is_file()]
    if missing:
        raise CourseError(
            f"{module.name} stands on {missing[0]}, which is not exported", hint=f"tito export {missing[0]}"
        )
    return setup.handed_out(course, module, built(course, module), nbgrader_steps.settings(course))
