"""The two forms of a learner's work, notebook and percent `.py`: which is newer, and how the other follows.

What counts is when the content changed, not when the file was saved: JupyterLab
saves a notebook that was only run. Digests of both forms from when they last
agreed are kept in `.tito/synced/`.
"""

from __future__ import annotations

import json
import os
import platform
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from tito.course.course import Module, Workspace
from tito.lesson import notebook
from tito.support.errors import UsageError
from tito.support.files import write_atomic
from tito.workspace.changes import journal


@dataclass(frozen=True)
class NewestForm:
    """The form with the latest work; `rival` is the other form, if that has changed too."""

    path: Path
    rival: Path | None = None


def newest(workspace: Workspace, module: Module) -> NewestForm:
    """The `.ipynb` or the `.py`, whichever changed last in content; UsageError when there is neither."""
    forms = [path for path in (module.notebook, module.source) if path.is_file()]
    if not forms:
        raise UsageError(f"{module.folder} has no notebook", at=str(module.home), hint=f"tito notebook {module.name}")
    synced = _synced(workspace, module)
    changed = [path for path in forms if synced.get(path.suffix) != _content(path)]
    if len(changed) < 2:
        return NewestForm((changed or forms)[0])
    latest, rival = sorted(changed, key=lambda path: path.stat().st_mtime_ns, reverse=True)
    return NewestForm(latest, rival)


def is_begun(workspace: Workspace, module: Module) -> bool:
    """Has the learner changed either form since it was given? It may be of an earlier release."""
    forms = (path for path in (module.notebook, module.source) if path.is_file())
    return any(not _is_as_given(workspace, module, path) for path in forms)


def _is_as_given(workspace: Workspace, module: Module, path: Path) -> bool:
    mine, pristine = _content(path), workspace.pristine(module)
    kept = (each for each in pristine.parent.glob(f"*{path.suffix}") if each.stem != pristine.stem)
    return any(each.is_file() and _content(each) == mine for each in (pristine.with_suffix(path.suffix), *kept))


def synchronise(workspace: Workspace, module: Module, now: datetime | None = None) -> Path | None:
    """Write the newest form's work to the other form; return where the work replaced there was kept, if any.

    A notebook that is replaced is always kept: it has outputs.
    """
    if not (module.notebook.is_file() or module.source.is_file()):
        _restore(workspace, module)
    found = newest(workspace, module)
    other = module.source if found.path == module.notebook else module.notebook
    kept = None
    if not _agree(workspace, module, found):
        work = notebook.read(found.path)
        if other.is_file() and (found.rival or other == module.notebook):
            kept = _keep(workspace, module, other, now)
        notebook.write(work, other)
    note_synced(workspace, module)
    return kept


def fit_to_kernel(path: Path, version: str = platform.python_version()) -> None:
    """Name this Python in a notebook's metadata: JupyterLab would, and then ask whether to save what nobody changed.

    Nothing else in the file changes, nor does its time. A file that is no notebook is left to its reader.
    """
    try:
        data = json.loads(path.read_text(encoding="utf-8"))
        fitted = notebook.with_version(data, version)
    except (OSError, ValueError, AttributeError, TypeError):
        return
    if fitted != data:
        times = path.stat()
        write_atomic(path, json.dumps(fitted, indent=1, ensure_ascii=False) + "\n")
        os.utime(path, ns=(times.st_atime_ns, times.st_mtime_ns))


def note_synced(workspace: Workspace, module: Module) -> None:
    """Remember both forms as they are now, in agreement."""
    forms = (path for path in (module.notebook, module.source) if path.is_file())
    write_atomic(workspace.synced(module), json.dumps({path.suffix: _content(path) for path in forms}) + "\n")


def _agree(workspace: Workspace, module: Module, found: NewestForm) -> bool:
    both = module.notebook.is_file() and module.source.is_file()
    return both and not found.rival and _synced(workspace, module).get(found.path.suffix) == _content(found.path)


def _restore(workspace: Workspace, module: Module) -> None:
    """Put the released notebook back if the learner has removed both forms."""
    pristine = workspace.pristine(module)
    if not pristine.is_file():
        raise UsageError(f"{module.folder} has no notebook, and no release to restore it from", at=str(module.home))
    write_atomic(module.notebook, pristine.read_bytes())


def _keep(workspace: Workspace, module: Module, path: Path, now: datetime | None) -> Path | None:
    """Keep a form that is about to be replaced. Undone, it is the newest again."""
    forget = [workspace.synced(module)]
    entry = journal.keep(workspace, "notebook", f"{module.number} {module.name}", [path], now, forget=forget)
    return entry.files[0].copy


def _synced(workspace: Workspace, module: Module) -> dict[str, str]:
    try:
        return json.loads(workspace.synced(module).read_text(encoding="utf-8"))
    except (FileNotFoundError, ValueError):
        return {}


def _content(path: Path) -> str:
    """A digest of the cells' sources: a notebook's outputs and its layout on disk don't count."""
    try:
        cells = notebook.read(path).cells if path.suffix == ".ipynb" else ()
    except UsageError:  # a broken notebook counts as changed; its reader says how it is broken
        cells = ()
    return notebook.digest(*(cell.source for cell in cells)) if cells else notebook.digest(path.read_bytes())
