"""A learner's workspace: made by a release, refreshed by the next, as a folder or as one zip.

It gets the releases in both forms, the reference's exports of the modules that
they need, packed, tito itself, and the texts of `workspace_texts`. It never gets a
source, nor the export of a module that no module in it needs. Before anything is
written, all of it is searched for lines of solutions and hidden tests.

No file in it is one that a learner edits: notebooks lie below `.tito/release`, and
the learner's `tito` lays them out (`tito.workspace.folder.layout`). So a newer
workspace unpacked over an older one touches no work. If the learner has changed one
of our texts all the same, it stays, and its new version is written beside it.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass, replace
from hashlib import sha256
from itertools import count
from pathlib import Path
from tempfile import TemporaryDirectory

from tito import __version__
from tito.authoring import workspace_texts
from tito.course.course import SOURCE, Course, Module, Workspace
from tito.lesson import leaks, notebook
from tito.lesson.build import built
from tito.lesson.cells import origin
from tito.lesson.notebook import Notebook
from tito.support.errors import CourseError, UsageError
from tito.support.files import write_atomic
from tito.support.zips import packed
from tito.workspace import prerequisites
from tito.workspace.folder.given import Files, put, read_given

TOOL = Path(__file__).parents[1]
TOOL_FILES = (".py", ".html", ".css")
FORMS = (".ipynb", ".py")


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
    """Make or refresh the workspace at `target`, a folder or a `.zip`, with the releases of `modules`.

    UsageError when `target` can't be a workspace or a module isn't released;
    CourseError when a module that is needed isn't exported, or when a file would
    show a line of a solution. Nothing is written then.
    """
    if target.suffix == ".zip":
        return _write_zip(course, modules, target.resolve())
    workspace, modules = Workspace(target.resolve()), tuple(modules)
    _require_place(workspace)
    released = {module: _require_release(course, module) for module in modules}  # with its hash
    theirs = _with_earlier(course, modules, workspace)
    exports = {module: _export_of(course, module) for module in _needed(course, theirs)}
    finished = [module for module in exports if module not in theirs]
    forms = {name: data for module, each in released.items() for name, data in _forms(module, each).items()}
    ours = forms | _descriptions(modules, finished)
    texts = _texts(course, theirs) | _package(course)
    _refuse_leaks(course, theirs, ours | texts, exports)
    for module, each in released.items():
        origin.keep(course, module, each)
    put(workspace, _tool() | ours)
    for module, exported in exports.items():
        prerequisites.pack_reference(workspace, module, exported)
    beside = _give(workspace, texts, ours, exports)
    return WorkspaceUpdate(Workspace(workspace.root), beside, len(ours | texts) + len(exports), tuple(exports))


def _write_zip(course: Course, modules: Iterable[Module], target: Path) -> WorkspaceUpdate:
    """The same as one file with one folder in it; modules of a zip that is there already stay in it."""
    with TemporaryDirectory() as folder:
        root = Path(folder) / target.stem
        if target.exists():
            put(Workspace(root), read_given(target))
        update = write(course, modules, root)
        files = {
            path.relative_to(folder).as_posix(): path.read_bytes() for path in sorted(root.rglob("*")) if path.is_file()
        }
    write_atomic(target, packed(files))
    return replace(update, workspace=Workspace(target))


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
    """The release as `.ipynb` and as percent `.py`: under its hash, which stays, and as the current one."""
    names = (f"{stem}{suffix}" for stem in (module.notebook_name, origin.hash_of(released)) for suffix in FORMS)
    with TemporaryDirectory() as folder:
        paths = [notebook.write(released, Path(folder) / name) for name in names]
        return {f".tito/release/{module.folder}/{path.name}": path.read_bytes() for path in paths}


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
    return {
        "README.md": workspace_texts.readme(theirs).encode(),
        "pyproject.toml": workspace_texts.pyproject(course, __version__).encode(),
        "requirements.txt": _bytes(course.root / "requirements.lock"),
        Workspace.MARK: workspace_texts.SETTINGS.encode(),
    }


def _bytes(path: Path) -> bytes:
    return path.read_bytes() if path.is_file() else b""


def _tool() -> Files:
    """tito itself, so that learners install the version that the course was made with."""
    files = (path for path in TOOL.rglob("*") if path.suffix in TOOL_FILES)
    return {f"tito/{path.relative_to(TOOL).as_posix()}": path.read_bytes() for path in files}


def _give(workspace: Workspace, texts: Files, ours: Files, exports: dict[Module, bytes]) -> tuple[Path, ...]:
    """Write each text, or its new version beside one that the learner has changed; then list everything given."""
    given, beside = _read_given(workspace), []
    for name, data in texts.items():
        if not _is_theirs(workspace.root / name, data, given.get(name)):
            write_atomic(workspace.root / name, data)
        elif given.get(name) != _hash(data):
            beside.append(_put_beside(workspace.root / name, data))
    references = {f"{module.exports}.py": data for module, data in exports.items()}
    given |= {name: _hash(data) for name, data in (texts | ours | references).items()}
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
