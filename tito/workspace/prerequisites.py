"""What `import tinytorch` finds in a workspace: a learner's own module, or the reference's export of it.

The rule, kept by `folder.layout.lay_out` and `go_on_to`: a workspace holds the
reference's export of a module only if another module in it needs that module.
The export is the solution in code, without the lesson's prose and hidden tests.
Where the learner is to write the module, the export is packed. It goes into the
package when the learner goes on to a later module while their own version has
not passed all its checks. The learner's own version replaces it once it passes.

Packed is not locked. Packing keeps a solution from being read by accident, in a
search or an editor. If learners must not have a solution yet, don't give them
the later module yet.

The first line of a file in the package says what the file is, with a digest of
the rest. So tito recognises a file that was changed by hand, and leaves it alone.
"""

from __future__ import annotations

import gzip
import re
import zlib
from dataclasses import dataclass
from enum import Enum

from tito.course.checks import Work
from tito.course.course import Module, Workspace
from tito.lesson.cells.directives import with_directive_first
from tito.lesson.export import export
from tito.lesson.magics import features_taken_out, in_silence
from tito.lesson.notebook import Cell, Notebook, digest, read
from tito.support.errors import CourseError, UsageError
from tito.support.files import write_atomic


class Origin(Enum):
    """Whose work a file in the package is, in the words of its first line."""

    REFERENCE = "the reference's, not yours"
    FINISHED = "your own, which passed all its checks"
    EXPORTED = "your own, as you exported it"
    UNKNOWN = "not as tito made it"


_ORIGINS = "|".join(re.escape(origin.value) for origin in Origin)
_MARK = re.compile(rf"# [^:\n]+: (?P<origin>{_ORIGINS})\. .*\[(?P<key>[0-9a-f]*):(?P<digest>[0-9a-f]+)\]\n")


@dataclass(frozen=True)
class PackageFile:
    """What `import tinytorch` finds of a module; `origin` is None if there is no file.

    `key` is that of the run plan of the learner's own work. `to_write` is False
    for a module that the learner was given finished.
    """

    module: Module
    origin: Origin | None
    key: str = ""
    to_write: bool = True

    @property
    def is_reference(self) -> bool:
        return self.origin is Origin.REFERENCE

    @property
    def is_finished(self) -> bool:
        """Is it the learner's own work, and did it pass all its checks?"""
        return self.origin is Origin.FINISHED


def package_file(workspace: Workspace, module: Module) -> PackageFile:
    """Read the file that `module` exports to; its origin is UNKNOWN if tito did not make it as it is now."""
    path, to_write = workspace.exported(module), module in workspace.modules
    if not path.is_file():
        return PackageFile(module, None, to_write=to_write)
    text = path.read_text(encoding="utf-8", errors="replace")
    match = _MARK.match(text)
    if match is None or match["digest"] != _digest(match["origin"], match["key"], text[match.end() :]):
        return PackageFile(module, Origin.UNKNOWN, to_write=to_write)
    return PackageFile(module, Origin(match["origin"]), match["key"], to_write)


def package_files(workspace: Workspace) -> tuple[PackageFile, ...]:
    """The files of the modules that another one needs, in course order."""
    needed = {m for module in workspace.modules for m in workspace.needed_by(module)}
    return tuple(package_file(workspace, module) for module in workspace.exporting if module in needed)


def pack_reference(workspace: Workspace, module: Module, exported: bytes) -> None:
    """Keep the reference's export, compressed; the same export gives the same bytes."""
    write_atomic(workspace.reference(module), gzip.compress(exported, mtime=0))


def reference(workspace: Workspace, module: Module) -> str | None:
    """The reference's export, marked as such; None where this workspace has none."""
    path = workspace.reference(module)
    if not path.is_file():
        return None
    try:
        text = gzip.decompress(path.read_bytes()).decode("utf-8")
    except (gzip.BadGzipFile, zlib.error, EOFError, UnicodeDecodeError):
        raise CourseError(
            f"{path.name} is damaged", at=str(path), hint="ask your course for the workspace again"
        ) from None
    return _marked(text, module, Origin.REFERENCE)


def go_on_to(workspace: Workspace, module: Module) -> tuple[PackageFile, ...]:
    """Put the reference's export of each module that `module` needs and that has none; return the new files."""
    return tuple(now for needed in workspace.needed_by(module) if (now := put_reference(workspace, needed)))


def put_reference(workspace: Workspace, module: Module) -> PackageFile | None:
    """Put the reference's export into the package, over an older one or nothing; return the file if there was none."""
    before, content = package_file(workspace, module), reference(workspace, module)
    if content is None or before.origin not in (None, Origin.REFERENCE):
        return None
    write_atomic(workspace.exported(module), content)
    return package_file(workspace, module) if before.origin is None else None


def take_back_reference(workspace: Workspace, module: Module) -> None:
    """Remove the reference's export from the package; any other file stays."""
    if package_file(workspace, module).is_reference:
        workspace.exported(module).unlink()


def put_own(workspace: Workspace, module: Module, work: Work, origin: Origin, key: str) -> PackageFile:
    """Export the learner's work as it was graded, its given cells as they were handed out.

    UsageError when a cell is no Python, when the module can't be imported, or when
    the file there is not one that tito made.
    """
    from tito.workspace.trial_import import require_import  # it forks, as not every system can

    if package_file(workspace, module).origin is Origin.UNKNOWN:
        raise UsageError(
            f"{workspace.exported(module).name} is {Origin.UNKNOWN.value}, so it is left alone",
            at=str(workspace.exported(module)),
            hint="move it away and try again",
        )

    def marked_if_importable(text: str) -> str:
        require_import(workspace, module, text)
        return _marked(text, module, origin, key)

    lesson = read(workspace.pristine(module))
    export(workspace, module, _as_notebook(work, lesson), marked_if_importable)
    return package_file(workspace, module)


def _as_notebook(work: Work, lesson: Notebook) -> Notebook:
    """The work below the lesson's prose, whose title becomes the docstring. nbdev reads only a cell's first line."""
    prose = tuple(cell for cell in lesson.cells if cell.kind == "markdown")
    parts = [features_taken_out(cell.source) for cell in work.cells]
    features = list(dict.fromkeys(feature for _, found in parts for feature in found))
    top = [Cell("code", f"#| exporti\nfrom __future__ import {', '.join(features)}", "features")] if features else []
    code = (_exported(cell.name, text) for cell, (text, _) in zip(work.cells, parts, strict=True))
    return Notebook((*prose, *top, *code))


def _exported(name: str, code: str) -> Cell:
    """A cell of the work in the form that nbdev exports, whatever has become of its `#| export`."""
    return Cell("code", with_directive_first(in_silence(code).lstrip("\n")), re.sub(r"\W+", "-", name))


def _marked(text: str, module: Module, origin: Origin, key: str = "") -> str:
    mark = f"[{key}:{_digest(origin.value, key, text)}]"
    return f"# {module.number} {module.name}: {origin.value}. Made by tito, so do not edit it. {mark}\n{text}"


def _digest(*parts: str) -> str:
    return digest(*parts)[:16]
