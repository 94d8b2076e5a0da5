"""The wall of other users (POSIX, where the grader is root): each worker runs as a user of its own who owns nothing.

The kernel counts threads by user. So a worker that takes all its threads leaves
the others theirs. Where the grader is no root, a user namespace for each worker
does that (`tito.sandbox.isolation.namespaces`).
"""

from __future__ import annotations

import os
import socket
import sys
from collections import Counter
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path

# no accounts: systemd's table of users (UIDS-GIDS) leaves 60706 to 61183 free
WORKERS_IDS = range(61_000, 61_184)
_SPARE_IDS = 2  # a worker that is ending has its id beside the one that is starting


def is_root() -> bool:
    return os.geteuid() == 0


class WorkerUsers:
    """The users that the workers of one fork server run as: no other fork server of this machine has them.

    Each is claimed by an abstract socket of its number, which the kernel gives back when the fork server has ended.
    """

    def __init__(self, ids: Iterable[int] = WORKERS_IDS):
        self._claims: list[socket.socket] = []
        self.ids = self._claimed(ids) if is_root() else [os.getuid()]

    def _claimed(self, ids: Iterable[int]) -> list[int]:
        """As many ids as workers can run at once, or those that are left; any of all where none is."""
        known = list(ids)
        most = _SPARE_IDS + 2 * (os.cpu_count() or 1)
        if sys.platform != "linux":
            return known
        found: list[int] = []
        for number in known:
            with suppress(OSError):  # another fork server has it
                self._claims.append(_claim(number))
                found.append(number)
            if len(found) == most:
                break
        return found or known

    @property
    def are_apart(self) -> bool:
        """Has each worker a user of its own?"""
        return len(self.ids) > 1

    def next_free(self, taken: Iterable[int]) -> int:
        """The user for one more worker beside those that run: one that has none, else one of those with fewest."""
        workers = Counter(taken)
        return min(self.ids, key=lambda number: workers[number])


def _claim(number: int) -> socket.socket:
    claim = socket.socket(socket.AF_UNIX)
    try:
        claim.bind(f"\0tito-worker-{number}")
    except OSError:
        claim.close()
        raise
    return claim


def hand_over(folder: Path, number: int) -> None:
    """Stop being root, for good: be user `number`, who owns nothing but `folder`. Does nothing for other users."""
    if is_root():
        os.chown(folder, number, number)
        os.setgroups([])
        os.setgid(number)
        os.setuid(number)


def loaded_files() -> list[str]:
    """The files of what is loaded now: a sample of what a worker will have to read."""
    files = (getattr(module, "__file__", None) for module in list(sys.modules.values()))
    return sorted({file for file in files if file and os.path.isabs(file)})


def must_read(files: Iterable[str]) -> None:
    """OSError unless this process can read every one of `files`."""
    for file in files:
        try:
            os.close(os.open(file, os.O_RDONLY))
        except OSError as error:
            raise OSError(f"{file}, which Python needs, can't be read then: {error.strerror}") from None
