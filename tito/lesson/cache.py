"""Notebooks that are made from something else, kept on disk for as long as that stays the same."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from tito.lesson.notebook import MARK, Notebook, as_json, digest, read, write
from tito.support.errors import UsageError

Cache = Callable[[Path, str, Callable[[], Notebook]], Notebook]


def kept(path: Path, key: str, make: Callable[[], Notebook]) -> Notebook:
    """The notebook at `path` while it was made for `key` and nobody has edited it since; else a new one, put there."""
    return _found(path, key) or _put(make(), path, key)


def kept_or_made(path: Path, key: str, make: Callable[[], Notebook]) -> Notebook:
    """The notebook as `kept` has it, without putting a new one there."""
    return _found(path, key) or make()


def _found(path: Path, key: str) -> Notebook | None:
    if not path.is_file():
        return None
    try:
        notebook = read(path)
    except UsageError:
        return None  # whatever it is, it can be made again
    metadata = dict(notebook.metadata)
    mark, unmarked = metadata.pop(MARK, None), replace(notebook, metadata=metadata)
    return unmarked if mark == _mark(unmarked, key) else None


def _put(notebook: Notebook, path: Path, key: str) -> Notebook:
    write(replace(notebook, metadata=notebook.metadata | {MARK: _mark(notebook, key)}), path)
    return notebook


def _mark(notebook: Notebook, key: str) -> dict[str, str]:
    return {"built_from": key, "cells": digest(as_json(notebook))}
