"""Slips in `module.toml`: keys that nothing reads, ids that clash, needs that can't be met, missing hints."""

from __future__ import annotations

import tomllib
from collections import Counter
from collections.abc import Iterator
from importlib.resources import files
from pathlib import Path
from typing import Any

from tito.authoring.linting.slip import Slip, line_with
from tito.course.course import Course, Module
from tito.course.settings import line_of
from tito.support.errors import did_you_mean

SCHEMA = "module.schema.json"
KNOWN_FILES = ("module.toml", "chapter.toml", "equivalents.toml")
OTHER_FOLDERS = ("chapter", "__pycache__", ".ipynb_checkpoints")


def schema() -> dict[str, Any]:
    """The JSON schema of `module.toml`, which editors read too."""
    import json

    return dict(json.loads(files("tito.authoring").joinpath(SCHEMA).read_text(encoding="utf-8")))


def slips_in_file(path: Path) -> Iterator[Slip]:
    """What can be told of a `module.toml` that has no meaning yet: keys that are unknown."""
    try:
        text = path.read_text(encoding="utf-8-sig")
        values = tomllib.loads(text)
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError, RecursionError):
        return  # told already, by whoever read it first
    yield from _unknown_keys(path, text, values)


def slips_in(course: Course, module: Module) -> Iterator[Slip]:
    """The slips in the settings of a module that can be read, and files of its folder that nothing reads."""
    text = module.toml.read_text(encoding="utf-8-sig")
    values = tomllib.loads(text.replace("\r\n", "\n"))
    yield from _unknown_keys(module.toml, text, values)
    yield from _without_hints(module, text)
    yield from _clashes(module, text)
    yield from _needs(course, module, text)
    yield from _strays(module)


def _unknown_keys(path: Path, text: str, values: dict[str, Any]) -> Iterator[Slip]:
    """Keys that nothing reads: a slip of the pen that would be silently left out."""
    known = schema()["properties"]
    yield from _unknown(path, text, values, list(known), "")
    for table in ("check", "question"):
        entries = values.get(table)
        for number, entry in enumerate(entries if isinstance(entries, list) else [], 1):
            if isinstance(entry, dict):
                yield from _unknown(path, text, entry, list(known[table]["items"]["properties"]), table, number)


def _unknown(path: Path, text: str, entry: dict, known: list[str], table: str, number: int = 1) -> Iterator[Slip]:
    for key in entry:
        if key not in known:
            where = f" of [[{table}]]" if table else ""
            guess = did_you_mean(key, known, otherwise=f"There are: {', '.join(known)}.")
            yield Slip(f"nothing reads the key '{key}'{where}.{guess}", path, line_of(text, key, table, number))


def _without_hints(module: Module, text: str) -> Iterator[Slip]:
    for number, check in enumerate(module.checks, 1):
        if not check.hints.texts or not all(hint.strip() for hint in check.hints.texts):
            yield Slip(
                f'check "{check.id}" has no hints'
                if not check.hints.texts
                else f'check "{check.id}" has an empty hint',
                module.toml,
                line_of(text, "hints", "check", number),
                'hints = ["a question", "a nudge", "nearly the answer"]',
            )


def _clashes(module: Module, text: str) -> Iterator[Slip]:
    """Ids that differ in their case alone: one file on many a disk."""
    ids = [spec.id for spec in (*module.checks, *module.questions)]
    for folded, times in Counter(name.casefold() for name in ids).items():
        if times > 1:
            alike = [name for name in ids if name.casefold() == folded]
            line = line_with(text, f'"{alike[-1]}"')
            yield Slip(f"the ids {' and '.join(alike)} differ in their case alone", module.toml, line)
    for number, check in enumerate(module.checks, 1):
        if not check.points:
            yield Slip(f'check "{check.id}" is worth nothing', module.toml, line_of(text, "points", "check", number))


def _needs(course: Course, module: Module, text: str) -> Iterator[Slip]:
    line = line_of(text, "needs")
    earlier = [other.parent.name for other in sorted(course.modules_folder.glob("[0-9]*_*/module.toml"))]
    names = {folder.split("_", 1)[1]: folder for folder in earlier}
    for name in module.needs:
        if name not in names:
            guess = did_you_mean(name, names, otherwise=f"There are: {', '.join(names)}.")
            yield Slip(f"it needs '{name}', and there is no such module.{guess}", module.toml, line)
        elif names[name] >= module.folder:
            yield Slip(f"it needs '{name}', which does not come before it", module.toml, line)


def _strays(module: Module) -> Iterator[Slip]:
    """Files of the folder that nothing reads."""
    suffixes = dict.fromkeys(module.cell_folders, ".py") | {module.answers: ".toml"}
    files = {*KNOWN_FILES, module.source.name, module.notebook.name}
    folders = {*OTHER_FOLDERS, *(folder.name for folder in suffixes)}
    for path in sorted(module.home.iterdir()):
        if not path.name.startswith(".") and path.name not in (folders if path.is_dir() else files):
            yield Slip(f"nothing reads {path.name}", path, hint="take it out of the module's folder")
    for folder, suffix in suffixes.items():
        for path in sorted(folder.glob("*")):
            if path.suffix != suffix and path.is_file():
                yield Slip(f"nothing reads {folder.name}/{path.name}", path, hint=f"a file there ends in {suffix}")
