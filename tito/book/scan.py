"""The search for solutions and hidden tests in everything that the site gives out.

A page is searched as its reader sees it, without marks; a notebook cell by cell;
an archive (a wheel, a hand-in) member by member; scripts and data by the texts in
them. A file of a kind that nobody can search is refused, unless it is a picture or
a font. What a module's learners get on purpose is no leak, wherever it stands.
"""

from __future__ import annotations

import json
import re
import zipfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from hashlib import sha256
from html import unescape
from pathlib import Path
from tempfile import TemporaryDirectory

from tito.course.course import Course
from tito.lesson import leaks
from tito.lesson.build import built
from tito.lesson.leaks import Leak
from tito.support.errors import CourseError

ARCHIVES = (".whl", ".zip")
PAGES = (".html", ".xml", ".svg")
DATA = (".js", ".mjs", ".json", ".map", ".webmanifest")
TEXTS = (".ipynb", ".py", ".md", ".toml", ".txt", ".rst", ".css", ".lock", ".typed")
SILENT = (".png", ".ico", ".woff", ".woff2", ".ttf", ".eot", ".inv")  # pictures, fonts, Sphinx's list of headings
WHEELS_OWN = ("METADATA", "WHEEL", "RECORD")
_INLINE = re.compile(r"</?(?:span|a|b|i|em|strong|code|mark)\b[^>]*>")
_TAG = re.compile(r"<[^>]*>")
_STRING = re.compile(r'"(?:[^"\\\n]|\\.)*"')


@dataclass(frozen=True)
class Exceptions:
    """What a site may hold all the same: files of others, by their SHA-256, and lines, by the place that has them."""

    others: frozenset[str] = frozenset()
    allowed: Mapping[str, frozenset[str]] = field(default_factory=dict)


NO_EXCEPTIONS = Exceptions()


def refuse_leaks(course: Course, site: Path, exceptions: Exceptions = NO_EXCEPTIONS) -> int:
    """The number of files that were searched; CourseError for the first line of a solution or hidden test in one."""
    searched, found = search(site, secrets_of(course), exceptions)
    if found:
        raise CourseError(
            f"the site would give away a line of a solution: {found[0].line}",
            at=found[0].place,
            hint="take it out of there; the site is not to be published",
        )
    return searched


def secrets_of(course: Course) -> frozenset[str]:
    """The distinctive lines of all solutions and hidden tests of the course."""
    return frozenset().union(*(leaks.secrets_of(built(course, module)) for module in course.modules))


def search(site: Path, secrets: frozenset[str], exceptions: Exceptions = NO_EXCEPTIONS) -> tuple[int, list[Leak]]:
    """How many files under `site` hold text that is ours, and what they give away."""
    searched, found = 0, []
    for place, path in _files(site, "", exceptions.others):
        searched += 1
        given_away = _leaks_in(path, secrets - exceptions.allowed.get(place, frozenset()))
        if _is_prose(place):
            given_away = [leak for leak in given_away if not leaks.is_marker(leak.line)]
        found += [Leak(leak.line, f"{place}, {leak.place}".rstrip(", ")) for leak in given_away]
    return searched, found


def _is_prose(place: str) -> bool:
    """Is it a page about the course? Such a page may show what a marker looks like; a chapter may not."""
    return place.startswith("pages/")


def _files(folder: Path, prefix: str, others: frozenset[str]) -> Iterator[tuple[str, Path]]:
    """Every file with text under `folder`, those in archives too, each with what messages call it."""
    for path in sorted(folder.rglob("*")):
        place = prefix + path.relative_to(folder).as_posix()
        if others and path.is_file() and sha256(path.read_bytes()).hexdigest() in others:
            continue
        if path.suffix in ARCHIVES:
            with TemporaryDirectory() as unpacked:
                with zipfile.ZipFile(path) as archive:
                    archive.extractall(unpacked)
                yield from _files(Path(unpacked), f"{place}: ", others)
        elif path.is_file() and (path.suffix in PAGES + DATA + TEXTS or path.name in WHEELS_OWN):
            yield place, path
        elif path.is_file() and path.suffix not in SILENT and path.stat().st_size:
            raise CourseError(f"{path.name} can't be searched for solutions", at=place, hint="leave it out of the site")


def _leaks_in(path: Path, secrets: frozenset[str]) -> list[Leak]:
    if path.suffix == ".ipynb":
        return leaks.in_files([path], secrets)
    text = path.read_text(encoding="utf-8", errors="replace")
    if path.suffix in PAGES:
        text += "\n" + unescape(_TAG.sub("\n", _INLINE.sub("", text)))
    elif path.suffix in DATA:
        text += "\n" + "\n".join(map(_unquoted, _STRING.findall(text)))
    return leaks.in_text(text, "", secrets)


def _unquoted(literal: str) -> str:
    """What a string of JSON or JavaScript stands for; an escape that JSON doesn't have is left as it is."""
    try:
        return str(json.loads(literal))
    except ValueError:
        return literal[1:-1]
