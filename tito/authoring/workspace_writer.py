"""A learner's workspace: made by a release, refreshed by the next, never overwritten.

It gets the released notebooks in both forms, the reference's exports of the
modules that they need, tito itself, and the texts of `workspace_texts`. It never
gets a source, nor the export of a module that no module in it needs. The export
of a module that the learner has yet to write is packed (`prerequisites` says when
it comes into the package). Before anything is written, all of it is searched for
lines of solutions and hidden tests.

A file that the learner has changed since we wrote it stays as it is. Its new
version is written beside it.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from dataclasses import dataclass
from hashlib import sha256
from itertools import count
from pathlib import Path
from tempfile import TemporaryDirectory

from tito import __version__
from tito.authoring import workspace_texts
from tito.classroom.intake.filenames import as_learner
from tito.course.course import SOURCE, Course, Module, Workspace
from tito.course.settings import read_settings
from tito.lesson import leaks, notebook
from tito.lesson.build import built
from tito.lesson.cells import origin
from tito.lesson.notebook import Notebook
from tito.support.errors import CourseError, UsageError
from tito.support.files import write_atomic
from tito.workspace import prerequisites, progress, sync

TOOL = Path(__file__).parents[1]
TOOL_FILES = (".py", ".html", ".css")

Files = dict[str, bytes]  # by path below the workspace, in POSIX form


@dataclass(frozen=True)
class WorkspaceUpdate:
    """What a release wrote: `beside` are the new versions of files that the learner had changed.

    `searched` is the number of files searched for solutions, `packed` the modules
    whose reference is in the workspace.
    """

    workspace: Workspace
    beside: tuple[Path, ...] = ()
    searched: int = 0
    packed: tuple[Module, ...] = ()


def write(course: Course, modules: Iterable[Module], target: Path) -> WorkspaceUpdate:
    """Make or refresh the workspace at `target` with the releases of `modules`.

    UsageError when `target` can't be a workspace or a module isn't released;
    CourseError when a module that is needed isn't exported, or when a file would
    show a line of a solution. Nothing is written then.
    """
    workspace, modules = Workspace(target.resolve()), tuple(modules)
    _require_place(workspace)
    released = {module: _require_release(course, module) for module in modules}  # with its hash
    theirs = _with_earlier(course, modules, workspace)
    exports = {module: _export_of(course, module) for module in _needed(course, theirs)}
    forms = [_forms(module, each) for module, each in released.items()]
    singles = [{name: data} for name, data in (_texts(course, theirs) | _package(course)).items()]
    descriptions = _descriptions(modules, [module for module in exports if module not in theirs])
    given = descriptions | {name: data for files in (*forms, *singles) for name, data in files.items()}
    _refuse_leaks(course, theirs, given, exports)
    for module, files in zip(released, forms, strict=True):
        for name, data in files.items():
            write_atomic(workspace.pristine(module).with_suffix(Path(name).suffix), data)
        for tree in (course, workspace):
            origin.keep(tree, module, released[module])
    _put(workspace, _tool() | descriptions)
    beside = _give(workspace, [*forms, *singles])
    if not workspace.settings.exists():
        write_atomic(workspace.settings, workspace_texts.SETTINGS)
    workspace = Workspace(workspace.root)  # read its modules again
    for module in workspace.modules:
        sync.note_delivery(workspace, module)
    _give_references(workspace, exports)
    return WorkspaceUpdate(workspace, beside, len(given) + len(exports), tuple(exports))


def _give_references(workspace: Workspace, exports: dict[Module, bytes]) -> None:
    """Pack the references, and put into the package only those that the learner needs by now."""
    for module, exported in exports.items():
        prerequisites.pack_reference(workspace, module, exported)
    to_hand = {needed for module in progress.reached(workspace) for needed in workspace.needed_by(module)}
    for module in workspace.exporting:
        if module in to_hand or module not in workspace.modules:
            prerequisites.put_reference(workspace, module)
        else:
            prerequisites.take_back_reference(workspace, module)


def _refuse_leaks(course: Course, theirs: tuple[Module, ...], given: Files, exports: dict[Module, bytes]) -> None:
    """CourseError when a file has a line of a solution or a hidden test. An export may have its own solution only."""
    secrets = frozenset().union(*(leaks.secrets_of(built(course, module)) for module in theirs))
    found = _leaks_in(given, secrets)
    for module, exported in exports.items():
        allowed = leaks.solution_of(built(course, module))
        found += _leaks_in({f"{module.exports}.py": exported}, secrets - allowed)
    if found:
        raise CourseError(
            f"the workspace would give away a line of a solution: {found[0].line}",
            at=found[0].place,
            hint="take it out of there; nothing was written",
        )


def _leaks_in(files: Files, secrets: frozenset[str]) -> list[leaks.Leak]:
    with TemporaryDirectory() as folder:
        paths = [write_atomic(Path(folder) / name, data) for name, data in files.items()]
        found = leaks.in_files(paths, secrets)
    return [leaks.Leak(leak.line, leak.place.removeprefix(f"{folder}/")) for leak in found]


def _require_place(workspace: Workspace) -> None:
    root = workspace.root
    if root.exists() and not root.is_dir():
        raise UsageError(f"{root} is a file; a workspace is a folder", hint="name a new folder")
    if (root / SOURCE).is_dir():
        raise UsageError("that folder is the course itself, with its solutions", at=str(root), hint="name another one")
    if root.is_dir() and any(root.iterdir()) and not workspace.settings.exists():
        raise UsageError("the folder isn't empty, and isn't a workspace", at=str(root), hint="name a new folder")


def _require_release(course: Course, module: Module) -> Notebook:
    path = course.released(module)
    if not path.is_file():
        raise UsageError(f"{module.name} isn't released yet", hint=f"tito release {module.name}")
    return origin.with_hash(notebook.read(path))


def _with_earlier(course: Course, modules: tuple[Module, ...], workspace: Workspace) -> tuple[Module, ...]:
    """`modules` together with those that the workspace has already, in course order."""
    folders = {m.folder for m in modules} | {
        home.parent.name for home in workspace.modules_folder.glob("*/module.toml")
    }
    return tuple(m for m in course.modules if m.folder in folders)


def _forms(module: Module, released: Notebook) -> Files:
    """The released notebook as `.ipynb` and as percent `.py`."""
    with TemporaryDirectory() as folder:
        paths = [Path(folder) / f"{module.notebook_name}{suffix}" for suffix in (".ipynb", ".py")]
        return {f"modules/{module.folder}/{path.name}": notebook.write(released, path).read_bytes() for path in paths}


def _descriptions(modules: Iterable[Module], finished: Iterable[Module]) -> Files:
    """The `module.toml` of the learner's modules, and of those that are there as an export only."""
    own = {f"modules/{m.folder}/module.toml": workspace_texts.module_toml(m).encode() for m in modules}
    return own | {f".tito/finished/{m.folder}/module.toml": workspace_texts.module_toml(m).encode() for m in finished}


def _needed(course: Course, theirs: tuple[Module, ...]) -> tuple[Module, ...]:
    """The modules that `theirs` need, directly or not."""
    needed = {m for module in theirs for m in course.needed_by(module)}
    return tuple(m for m in course.modules if m in needed)


def _export_of(course: Course, module: Module) -> bytes:
    path = course.exported(module)
    if not path.is_file():
        raise CourseError(f"{path.name} isn't exported, and a released module needs it", hint="tito export")
    return path.read_bytes()


def _package(course: Course) -> Files:
    """The package without any module's export."""
    extras = {path.relative_to(course.root).as_posix(): path.read_bytes() for path in course.package_extras}
    names = ("__init__.py", "core/__init__.py")
    return {f"tinytorch/{name}": _bytes(course.package / name) for name in names} | extras


def _texts(course: Course, theirs: tuple[Module, ...]) -> Files:
    texts = {
        "README.md": workspace_texts.readme(theirs).encode(),
        "pyproject.toml": workspace_texts.pyproject(course, __version__).encode(),
    }
    return texts | {"requirements.txt": _bytes(course.root / "requirements.lock")}


def _bytes(path: Path) -> bytes:
    return path.read_bytes() if path.is_file() else b""


def _tool() -> Files:
    """tito itself, so that learners install the version that the course was made with."""
    files = (path for path in TOOL.rglob("*") if path.suffix in TOOL_FILES)
    return {f"tito/{path.relative_to(TOOL).as_posix()}": path.read_bytes() for path in files}


def _put(workspace: Workspace, files: Files) -> None:
    for name, data in files.items():
        write_atomic(workspace.root / name, data)


def _give(workspace: Workspace, groups: Iterable[Files]) -> tuple[Path, ...]:
    """Write each group of files. If the learner has changed one of a group, write the group's new versions beside."""
    given = _read_given(workspace)
    beside = []
    for files in groups:
        news = {name: data for name, data in files.items() if given.get(name) != _hash(data)}
        theirs = [name for name, data in files.items() if _is_theirs(workspace.root / name, data, given.get(name))]
        if not theirs:
            _put(workspace, files)
        elif news:
            beside += [_put_beside(workspace.root / name, data) for name, data in files.items()]
        given |= {name: _hash(data) for name, data in files.items()}
    write_atomic(workspace.given, json.dumps(given, indent=1, sort_keys=True) + "\n")
    return tuple(beside)


def _is_theirs(path: Path, new: bytes, given: str | None) -> bool:
    """Has the learner changed `path` since we wrote it?"""
    return path.is_file() and _hash(path.read_bytes()) not in (given, _hash(new))


def _has_bytes(path: Path, data: bytes) -> bool:
    return path.is_file() and path.read_bytes() == data


def _put_beside(path: Path, data: bytes) -> Path:
    """Write `data` at the first of `x.new.py`, `x.new-2.py`, … that is free or has these bytes already."""
    for n in count(1):
        free = path.with_name(f"{path.stem}.new{f'-{n}' if n > 1 else ''}{path.suffix}")
        if not free.exists() or _has_bytes(free, data):
            return write_atomic(free, data)
    raise AssertionError("count() never ends")


def _read_given(workspace: Workspace) -> dict[str, str]:
    """The hashes of what we wrote, by path; without them every file counts as the learner's."""
    try:
        return json.loads(workspace.given.read_text(encoding="utf-8"))
    except (FileNotFoundError, ValueError):
        return {}


def _hash(data: bytes) -> str:
    return sha256(data).hexdigest()


def learner_of(workspace: Workspace) -> str:
    """The ID that `workspace.toml` keeps; "" when there is none yet."""
    return read_settings(workspace.settings, UsageError).name("learner")


def remember_learner(workspace: Workspace, learner: str) -> None:
    """Keep the learner's ID in `workspace.toml`; UsageError when it can't be part of a file name."""
    if learner != as_learner(learner):
        raise UsageError(
            f"'{learner}' can't be a learner's ID: letters, digits and . _ @ - only",
            hint=f"tito submit --learner {as_learner(learner) or 's001'}",
        )
    read_settings(workspace.settings, UsageError)  # says what is wrong with the file before anything is changed
    text = workspace.settings.read_text(encoding="utf-8-sig")
    line = f'learner = "{learner}"'
    kept, found = re.subn(r"^learner\s*=.*$", line, text, count=1, flags=re.M)
    write_atomic(workspace.settings, kept if found else f"{line}\n{text}")
