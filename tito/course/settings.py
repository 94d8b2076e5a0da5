"""Reading `module.toml` and `workspace.toml`, which people edit by hand: every value of the wrong kind is named.

A byte order mark, which some editors put first, is no mistake. Another
encoding than UTF-8 is told rather than guessed.
"""

from __future__ import annotations

import math
import re
import tomllib
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tito.support.errors import CourseError, TitoError

UTF8_HINT = "save it as UTF-8 and try again"


@dataclass(frozen=True)
class Settings:
    """A table of a TOML file; `place` is what messages call it, `problem` the error that a wrong value is."""

    values: dict[str, Any]
    path: Path
    place: str = ""
    problem: type[TitoError] = CourseError
    source: str = ""
    table: str = ""
    number: int = 1

    def text(self, key: str, default: str | None = None) -> str:
        """The text under `key`; an error when it is missing and has no default, or when it is no text."""
        return str(self._value(key, default, lambda value: isinstance(value, str), 'text in quotes, like "tensor"'))

    def texts(self, key: str) -> tuple[str, ...]:
        """The list of texts under `key`, empty when it is missing."""
        return tuple(self._value(key, [], _is_list_of_texts, 'a list of texts, like ["tensor", "layers"]'))

    def name(self, key: str) -> str:
        """The text under `key`, "" when missing; a bare whole number is a text too: a learner may be called 10103."""
        return str(self._value(key, "", lambda value: type(value) in (str, int), 'a text in quotes, like "s001"'))

    def name_of_cell(self, key: str) -> str:
        """The id under `key`: what nbgrader takes for one, and what can be a file's name."""
        return str(self._value(key, None, _is_id, "text in quotes: up to 64 letters, digits, - and _"))

    def dotted(self, key: str) -> str:
        """The dotted name of a Python module under `key`."""
        return str(
            self._value(key, None, _is_dotted, 'text in quotes: a module of the package, like "tinytorch.core.tensor"')
        )

    def points(self, key: str) -> float:
        """The number of points under `key`: finite, and not below 0."""
        return float(self._value(key, None, _is_amount, "a number from 0 on, like 4 or 2.5"))

    def seconds(self, key: str, default: float) -> float:
        """The time in seconds under `key`: finite, and above 0."""
        return float(self._value(key, default, _is_time, "a number of seconds above 0, like 120"))

    def tables(self, key: str) -> tuple[Settings, ...]:
        """The tables under `[[key]]`, none when there are none."""
        found = self._value(key, [], _is_list_of_tables, f"written [[{key}]], once for each")
        return tuple(self._part(key, number, values) for number, values in enumerate(found, 1))

    def names(self, key: str) -> dict[str, str]:
        """The table of texts under `[key]`, empty when it is missing."""
        return dict(self._value(key, {}, _is_table_of_texts, f"written [{key}], with a text in quotes for each name"))

    def _part(self, key: str, number: int, values: dict[str, Any]) -> Settings:
        name = values.get("id")
        place = f'{key} "{name}"' if isinstance(name, str) else f"{key} {number}"
        return Settings(values, self.path, place, self.problem, self.source, key, number)

    def at(self, key: str) -> str:
        """The file, and the line with this key as far as that can be told."""
        line = line_of(self.source, key, self.table, self.number)
        return f"{self.path}:{line}" if line else str(self.path)

    def _value(self, key: str, default: Any, fits: Callable[[Any], bool], wanted: str) -> Any:
        where = f" of {self.place}" if self.place else ""
        if key not in self.values and default is None:
            raise self.problem(f"{self.path.name} lacks the key '{key}'{where}", at=self.at(key))
        value = self.values.get(key, default)
        if not fits(value):
            raise self.problem(
                f"{self.path.name}: '{key}'{where} is {_shown(value)}; it should be {wanted}", at=self.at(key)
            )
        return value


def read_settings(path: Path, problem: type[TitoError] = CourseError) -> Settings:
    """The TOML file at `path`; FileNotFoundError when it isn't there, a `problem` when it can't be read."""
    text = ""
    try:
        text = path.read_bytes().decode("utf-8-sig").replace("\r\n", "\n")
        return Settings(tomllib.loads(text), path, "", problem, text)
    except UnicodeDecodeError:
        raise problem(f"{path.name} is not text in UTF-8", at=str(path), hint=UTF8_HINT) from None
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        raise problem(f"{path.name} can't be read: {error}", at=f"{path}:{_line_in(error, text)}") from None


def _line_in(error: Exception, text: str) -> int:
    """The line that a TOML error names; the last one for what is not ended."""
    named = re.search(r"at line (\d+)", str(error))
    return int(named[1]) if named else len(text.rstrip("\n").split("\n"))


def line_of(text: str, key: str, table: str = "", number: int = 1) -> int:
    """The line (from 1) of a key in the `number`th [[table]] of a TOML text, or of the table's header without the key.

    0 where neither is found: TOML has other ways to write the same.
    """
    header, seen = 0, 0 if table else 1
    for line, content in enumerate(text.split("\n"), 1):
        if found := re.match(r"\s*\[+\s*([\w.-]+)\s*\]+", content):
            seen += found[1] == table and content.lstrip().startswith("[[")
            if not table and found[1].split(".")[0] == key:
                return line
            if not table and seen:
                seen = 2  # the keys of the whole file stand before the first table
            if seen == number and found[1] == table:
                header = line
        elif seen == number and re.match(rf"""\s*["']?{re.escape(key)}["']?\s*=""", content):
            return line
    return header


def _is_id(value: Any) -> bool:
    return isinstance(value, str) and re.fullmatch(r"[a-zA-Z0-9_-]{1,64}", value) is not None


def _is_dotted(value: Any) -> bool:
    return isinstance(value, str) and "." in value and all(part.isidentifier() for part in value.split("."))


def _is_list_of_texts(value: Any) -> bool:
    return isinstance(value, list) and all(isinstance(item, str) for item in value)


def _is_list_of_tables(value: Any) -> bool:
    return isinstance(value, list) and all(isinstance(item, dict) for item in value)


def _is_table_of_texts(value: Any) -> bool:
    return isinstance(value, dict) and all(isinstance(item, str) for item in value.values())


def _is_amount(value: Any) -> bool:
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    return is_number and math.isfinite(value) and value >= 0


def _is_time(value: Any) -> bool:
    return _is_amount(value) and value > 0


def _shown(value: Any) -> str:
    """A value as TOML has it, in one short line."""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, dict):
        return "a table"
    text = f'"{value}"' if isinstance(value, str) else str(value)
    return text if len(text) <= 40 else f"{text[:39]}…"
