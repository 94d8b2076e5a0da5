"""A module that has another folder in a later release: the learner's work goes with it.

A newer workspace is copied over an older one, which then has both folders; the new
`module.toml` says what it was called. Nothing of the learner's is overwritten.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from itertools import count
from pathlib import Path

from tito.course.course import Module, Workspace
from tito.workspace import sync


@dataclass(frozen=True)
class MovedModule:
    """A module that has moved: as it was, as it is, where the learner's work is now, and what lies beside it."""

    earlier: Module
    module: Module
    work: Path | None = None
    beside: tuple[Path, ...] = ()


def follow(workspace: Workspace) -> tuple[MovedModule, ...]:
    """Move what lies under earlier names of modules to where they are now; nothing where nothing does."""
    _drop_finished(workspace)
    found = ((module, workspace.modules_folder / old) for module in workspace.modules for old in module.was)
    return tuple(_move(workspace, replace(m, folder=home.name, home=home), m) for m, home in found if home.is_dir())


def _move(workspace: Workspace, earlier: Module, module: Module) -> MovedModule:
    """Move one module; what was interrupted is gone on with the next time, for the old folder goes last."""
    was_begun = sync.is_begun(workspace, earlier)
    if was_begun and sync.is_begun(workspace, module):
        beside = tuple(_keep(path, module) for path in _forms(earlier))
        moved = MovedModule(earlier, module, None, beside)
    elif was_begun:
        beside = tuple(_put_aside(workspace, earlier, module))
        moved = MovedModule(earlier, module, _take_work(workspace, earlier, module), beside)
    else:
        moved = MovedModule(earlier, module)
    _move_the_rest(workspace, earlier, module)
    return moved


def _forms(module: Module) -> list[Path]:
    return [path for path in (module.notebook, module.source) if path.is_file()]


def _keep(path: Path, module: Module) -> Path:
    """Keep a work beside that of the new name."""
    name = f"{module.notebook_name}.kept-{sync.stamp(datetime.now(UTC))}{path.suffix}"
    return path.rename(_free(module.home / name))


def _put_aside(workspace: Workspace, earlier: Module, module: Module) -> Iterator[Path]:
    """Make room for the work: the release under the new name goes beside it if it is another one, as ever."""
    before = (path.read_bytes() for path in workspace.pristine(earlier).parent.glob("*"))
    known = set(before)
    for path in _forms(module):
        if path.read_bytes() in known:
            path.unlink()
        else:
            yield path.rename(_free(path.with_name(f"{path.stem}.new{path.suffix}")))


def _take_work(workspace: Workspace, earlier: Module, module: Module) -> Path:
    """Move the learner's forms, and what is known of their agreement."""
    for path in _forms(earlier):
        path.rename(module.home / f"{module.notebook_name}{path.suffix}")
    if workspace.synced(earlier).is_file():
        workspace.synced(earlier).replace(workspace.synced(module))
    return sync.newest(workspace, module).path


def _move_the_rest(workspace: Workspace, earlier: Module, module: Module) -> None:
    """The learner's other files, the last test, the releases that works were made from; ours of the old name go."""
    results = workspace.results(earlier)
    if results.is_file() and not workspace.results(module).exists():
        results.rename(workspace.results(module))
    for ours in (*_forms(earlier), earlier.toml, results, workspace.synced(earlier), workspace.pristine(earlier)):
        ours.unlink(missing_ok=True)
    for there, here in ((workspace.pristine(earlier).parent, workspace.pristine(module).parent),
                        (earlier.home, module.home)):  # fmt: skip
        for path in sorted(there.glob("*")):
            path.rename(_free(here / path.name))
        shutil.rmtree(there, ignore_errors=True)


def _free(path: Path) -> Path:
    """This path, or the first of `x-2.py`, `x-3.py`, … that is free."""
    names = (path if n == 1 else path.with_name(f"{path.stem}-{n}{path.suffix}") for n in count(1))
    return next(name for name in names if not name.exists())


def _drop_finished(workspace: Workspace) -> None:
    """Modules that are here as a finished export only are given anew under their new names."""
    for module in workspace.exporting:
        for old in (workspace.finished_folder / name for name in module.was):
            if old.is_dir():
                workspace.reference(replace(module, folder=old.name)).unlink(missing_ok=True)
                shutil.rmtree(old)
