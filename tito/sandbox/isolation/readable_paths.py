"""What a running Python has to read: its library, its packages, and the system files that they need."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable, Iterator

SYSTEM = (
    "/lib", "/lib32", "/lib64", "/usr/lib", "/usr/lib32", "/usr/lib64", "/usr/local/lib", "/usr/local/lib64",
    "/etc/ld.so.cache", "/etc/alternatives", "/etc/localtime",
    "/usr/share/zoneinfo", "/usr/share/fonts", "/usr/local/share/fonts",
)  # fmt: skip
_DEVICES = ("/dev/null", "/dev/zero", "/dev/full", "/dev/random", "/dev/urandom")
NOT_FOR_LEARNERS = ("tito", "tinytorch")  # an installed course: the exports are solutions


def named() -> list[str]:
    """The files and folders that code under this Python may read, as the code calls them; those that exist."""
    paths = dict.fromkeys((*sys.path, *_of_this_python(), *SYSTEM))
    return [path for path in paths if os.path.isabs(path) and os.path.exists(path)]


def reading() -> list[str]:
    """The same, by their real names and none inside another."""
    return outermost(os.path.realpath(path) for path in named())


def without_hidden(library: str) -> list[str]:
    """What may be read, in such parts that none holds what is hidden."""
    unwanted = hidden(library)
    return [part for path in reading() for part in without(path, unwanted)]


def devices() -> list[str]:
    """The harmless ones, that anybody may use."""
    return [path for path in _DEVICES if os.path.exists(path)]


def links_on_the_way(path: str) -> dict[str, str]:
    """The symbolic links that lead from `path` to its real name, each with what it says."""
    found: dict[str, str] = {}
    here, rest = "/", [part for part in path.split("/") if part]
    while rest:
        here = os.path.join(here, rest.pop(0))
        if os.path.islink(here) and here not in found:
            found[here] = os.readlink(here)
            target = os.path.join(os.path.dirname(here), found[here])
            here, rest = "/", [*(part for part in os.path.normpath(target).split("/") if part), *rest]
    return found


def _of_this_python() -> Iterator[str]:
    for prefix in {sys.base_prefix, sys.base_exec_prefix, sys.prefix}:
        yield from (os.path.join(prefix, name) for name in {"lib", sys.platlibdir})


def outermost(paths: Iterable[str]) -> list[str]:
    """`paths` without those that lie inside another of them."""
    kept: list[str] = []
    for path in sorted(set(paths)):
        if not kept or not is_inside(path, kept[-1]):
            kept.append(path)
    return kept


def is_inside(path: str, folder: str) -> bool:
    return path == folder or path.startswith(folder.rstrip("/") + "/")


def hidden(library: str) -> list[str]:
    """Where `tito` and the course's own `tinytorch` lie on the path: readable for nobody behind the walls.

    The `tinytorch` in `library` was made for learners to import.
    """
    entries = (os.path.realpath(entry) for entry in sys.path)
    places = (os.path.join(entry, name) for entry in entries if entry != library for name in NOT_FOR_LEARNERS)
    return sorted({place for place in places if os.path.exists(place)})


def without(path: str, unwanted: Iterable[str]) -> Iterator[str]:
    """`path`, or those parts of it that hold nothing unwanted."""
    inside = [other for other in unwanted if is_inside(other, path)]
    if path in inside:
        return
    if not inside:
        yield path
        return
    for name in sorted(os.listdir(path)):
        yield from without(os.path.join(path, name), inside)
