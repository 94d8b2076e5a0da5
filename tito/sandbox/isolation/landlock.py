"""The wall around files (Linux 5.13 and later): a worker reads what Python needs, and writes in its own folder.

Also keeps TCP, abstract sockets and signals within, as far as the kernel's
Landlock reaches. It does not hide that a file exists (stat), nor keep modes and
times of files from being changed: the wall of system calls does that. See landlock(7).
"""

from __future__ import annotations

import os
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from landlockpy import AccessFS


@dataclass(frozen=True)
class Paths:
    """What may be read, the one folder that may be written as well, and the devices."""

    reading: tuple[str, ...]
    own: str
    devices: tuple[str, ...]


def restrict(paths: Paths) -> None:
    """Put the wall around this thread and those it will start; OSError where the kernel has none."""
    from landlockpy import RestrictFlag, Ruleset, Scope

    with Ruleset(scoped=Scope.SIGNAL | Scope.ABSTRACT_UNIX_SOCKET) as rules:
        for path, rights in _rights(paths):
            rules.allow_path(path, rights)
        # a learner's attempt is no event for the system's log
        rules.restrict(RestrictFlag.LOG_SAME_EXEC_OFF)


def _rights(paths: Paths) -> Iterable[tuple[str, AccessFS]]:
    from landlockpy import AccessFS as Access

    read_file, read = Access.READ_FILE, Access.READ_FILE | Access.READ_DIR
    own = read | Access.WRITE_FILE | Access.TRUNCATE | Access.REFER
    own |= Access.MAKE_REG | Access.MAKE_DIR | Access.MAKE_SYM | Access.REMOVE_FILE | Access.REMOVE_DIR
    for path in paths.reading:
        yield path, read if os.path.isdir(path) else read_file
    for path in paths.devices:
        yield path, read_file | Access.WRITE_FILE
    yield paths.own, own


def ready() -> None:
    """Load what `restrict` needs, so that each worker finds it loaded; OSError where the kernel has no Landlock."""
    import landlockpy

    if not landlockpy.supported():
        raise OSError("the kernel has no Landlock")
