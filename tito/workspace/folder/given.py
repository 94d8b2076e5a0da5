"""What a course gives, as a folder or as a zip: the files in it that it may put into a learner's workspace."""

from __future__ import annotations

import zipfile
from pathlib import Path, PurePosixPath

from tito.course.course import Workspace
from tito.support.errors import UsageError
from tito.support.files import write_atomic

Files = dict[str, bytes]  # by path below the workspace, in POSIX form

MOST_BYTES, MOST_FILES = 500_000_000, 20_000
HINT = "name the zip or the folder that your course gave you: tito update week7.zip"


def is_given(name: str) -> bool:
    """Is this a file that the course gives, by its path below the workspace? What it doesn't give is the learner's."""
    parts = Path(name).parts
    if not parts or Path(name).is_absolute() or ".." in parts:
        return False
    match parts:
        case ("modules", _, "module.toml") | ("tito", _, *_) | (".tito", "release" | "reference" | "finished", _, *_):
            return True
        case (".tito", "given.json") | ("tinytorch", "core", "__init__.py"):
            return True
        case ("tinytorch", inner, *_):
            return inner != "core"
        case (_,):
            return name in ("README.md", "pyproject.toml", "requirements.txt", Workspace.MARK)
    return False


def read_given(source: Path) -> Files:
    """The files that a workspace's zip, or its folder, gives; UsageError when it is neither. All else is left out."""
    if source.is_dir():
        found = _in_folder(source)
    elif source.is_file():
        found = _in_zip(source)
    else:
        raise UsageError(f"{source} is not there", hint=HINT)
    if Workspace.MARK not in found:
        raise UsageError(f"{source.name} holds no workspace: it has no {Workspace.MARK}", at=str(source), hint=HINT)
    return found


def _in_folder(folder: Path) -> Files:
    paths = ((path.relative_to(folder).as_posix(), path) for path in sorted(folder.rglob("*")) if path.is_file())
    return {name: path.read_bytes() for name, path in paths if is_given(name)}


def _in_zip(path: Path) -> Files:
    try:
        with zipfile.ZipFile(path) as archive:
            return _in_archive(archive, path)
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError) as fault:  # damaged, of an odd kind, with a password
        raise UsageError(f"{path.name} can't be read: {fault}", at=str(path), hint="download it again") from None


def _in_archive(archive: zipfile.ZipFile, path: Path) -> Files:
    """The files below the folder that has the workspace's mark: a zip may have it at its top or in a folder."""
    members = {name: member for member in archive.infolist() if not member.is_dir() and (name := _name_of(member))}
    marks = sorted((name for name in members if PurePosixPath(name).name == Workspace.MARK), key=len)
    top = marks[0].removesuffix(Workspace.MARK) if marks else ""
    wanted = {name.removeprefix(top): member for name, member in members.items() if name.startswith(top)}
    wanted = {name: member for name, member in wanted.items() if is_given(name)}
    if len(wanted) > MOST_FILES or sum(member.file_size for member in wanted.values()) > MOST_BYTES:
        raise UsageError(f"{path.name} holds more than any workspace does", at=str(path), hint=HINT)
    return {name: archive.read(member) for name, member in wanted.items()}


def _name_of(member: zipfile.ZipInfo) -> str:
    return member.filename.replace("\\", "/")


def put(workspace: Workspace, files: Files) -> None:
    """Write given files, each whole or not at all; the tool itself last, for it is what is running."""
    for name in sorted(files, key=lambda name: (name.startswith("tito/"), name)):
        write_atomic(workspace.root / name, files[name])
