"""A module that got another name since the learner began it: their work moves to its new folder."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from tito.course.course import Module, Workspace, name_in

_OF_RELEASE = re.compile(r"[0-9a-f]{12}\.(ipynb|py)")


@dataclass(frozen=True)
class Move:
    """The work of a module has moved from the folder `old`, which its course calls `module` now."""

    old: str
    module: Module


def follow(workspace: Workspace) -> tuple[Move, ...]:
    """Move work that lies under a module's earlier name. Killed on the way, it goes on the next time."""
    found = [(module, old) for module in workspace.modules for old in module.was if _has_work(workspace, module, old)]
    for module, old in found:
        for path, place in _moves(workspace, module, old):
            place.parent.mkdir(parents=True, exist_ok=True)
            os.replace(path, place)
        _remove_old(workspace, old)
    return tuple(Move(old, module) for module, old in found)


def _has_work(workspace: Workspace, module: Module, old: str) -> bool:
    """Is there an earlier folder with something to move, and nothing in the new one that this would replace?"""
    home = workspace.modules_folder / old
    works = [path for path in (home / f"{name_in(old)}_dev.ipynb", home / f"{name_in(old)}_dev.py") if path.is_file()]
    is_free = [not module.notebook.with_suffix(path.suffix).exists() for path in works]
    return (home / "module.toml").is_file() and (not works or any(is_free))


def _moves(workspace: Workspace, module: Module, old: str) -> Iterator[tuple[Path, Path]]:
    """Each file and its new place: releases first, so that a moved work always finds the one that it was made from."""
    for path in sorted(workspace.releases(old).glob("*")):
        if _OF_RELEASE.fullmatch(path.name):
            yield path, workspace.releases(module.folder) / path.name
    for state in (workspace.synced(module), workspace.results(module)):
        if (earlier := state.with_name(f"{old}.json")).is_file():
            yield earlier, state
    home = workspace.modules_folder / old
    for path in sorted(home.glob("*")):
        name = path.name.replace(f"{name_in(old)}_dev", module.notebook_name)
        if path.name != "module.toml" and not (module.home / name).exists():
            yield path, module.home / name


def _remove_old(workspace: Workspace, old: str) -> None:
    """Remove what the course gave under the old name. A folder that still holds something stays."""
    releases = workspace.releases(old)
    for path in (*releases.glob("*"), workspace.modules_folder / old / "module.toml"):
        path.unlink(missing_ok=True)
    for folder in (releases, workspace.modules_folder / old):
        if folder.is_dir() and not any(folder.iterdir()):
            folder.rmdir()
