"""The walls around a worker: which there are, in what order they go up, and which this system lacks.

    level 0   limits on what one process may use
    level 1   another user, where the grader is root; no privileges; ended with its parent
    level 2   files and system calls (Linux)
    level 3   namespaces (Linux)

All are put up in a trial process before anything relies on them: a wall that
fails there is left out and reported. From then on none may fail: a worker that
can't have them all does not start.
"""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Callable
from pathlib import Path

from tito.sandbox.isolation import landlock, namespaces, readable_paths, seccomp, syscalls, user
from tito.sandbox.isolation.limits import Limits, confine, confine_processes, tasks_of

HIGHEST = 3
LEVEL_OF = {"user": 1, "privileges": 1, "files": 2, "calls": 2, "namespaces": 3, "threads": 3}
_DONE = "done"
_ON_LINUX = sys.platform == "linux"


class Walls:
    """The walls of one fork server. `missing` has each wall that is not up, and why."""

    def __init__(self, level: int, limits: Limits, folder: Path):
        self._limits, self._folder = limits, folder
        self.users = user.WorkerUsers()
        self._running = tasks_of(self.users.ids)
        self._reading = tuple(readable_paths.without_hidden(str(folder / "library"))) if level else ()
        self._calls: seccomp.Calls | None = None
        self.missing = {name: "not asked for" for name, its in LEVEL_OF.items() if its > level}
        self._prepare("files", landlock.ready)
        self._prepare("calls", self._make_calls)
        self._prepare("namespaces", _only_linux)
        self._prepare("threads", self._can_count_apart)
        if level:
            self._find_out()

    def has(self, name: str) -> bool:
        return name not in self.missing

    def _prepare(self, name: str, prepare: Callable[[], None]) -> None:
        if self.has(name):
            try:
                _only_linux()
                prepare()
            except (OSError, ImportError) as error:
                self.missing[name] = str(error)

    def _make_calls(self) -> None:
        self._calls = seccomp.Calls()

    # -- putting them up ----------------------------------------------------------------

    def surround(self) -> None:
        """Put the fork server behind its part of the walls; it goes on in a child of the process that called."""
        if self.has("namespaces"):
            namespaces.enter(self._folder, self._folder / "home")

    def enclose(self, folder: Path, number: int) -> None:
        """Put a worker behind its walls: its work folder, its user. OSError when one of them does not stand."""
        for _, put_up in self._around(folder, number):
            put_up()

    def _around(self, folder: Path, number: int) -> list[tuple[str, Callable[[], None]]]:
        paths = landlock.Paths(self._reading, str(folder), tuple(readable_paths.devices()))
        order = [
            ("namespaces", lambda: namespaces.make_work_folder(folder, self._limits.disk_mb)),
            ("threads", self._count_apart),
            ("limits", self._limit),
            ("user", lambda: user.hand_over(folder, number)),
            ("privileges", _give_up_privileges),
            ("files", lambda: landlock.restrict(paths)),
            ("calls", self._restrict_calls),
        ]
        return [(name, put_up) for name, put_up in order if self.has(name)]

    def _can_count_apart(self) -> None:
        if not self.has("user" if self.users.are_apart else "namespaces"):
            raise OSError("it takes root, or user namespaces")

    def _count_apart(self) -> None:
        if not self.users.are_apart:
            namespaces.count_threads_apart()

    def _restrict_calls(self) -> None:
        assert self._calls is not None, "made where the wall is up"
        self._calls.restrict()

    def _limit(self) -> None:
        confine(self._limits)
        confine_processes(self._running, self._limits, counted_apart=self.users.are_apart or self.has("threads"))

    # -- trying them --------------------------------------------------------------------

    def _find_out(self) -> None:
        folder = self._folder / "work" / "trial"
        folder.mkdir()
        while failed := self._first_that_fails(folder):
            name, why = failed
            self.missing[name] = why
            self._prepare("threads", self._can_count_apart)
        folder.rmdir()

    def _first_that_fails(self, folder: Path) -> tuple[str, str] | None:
        """Put all walls up in a trial child: the name of the one that did not stand, and why."""
        read, write = os.pipe()
        child = os.fork()
        if child == 0:
            os.close(read)
            self._try(folder, lambda word: os.write(write, f"{word}\n".encode()))
        os.close(write)
        with open(read, encoding="utf-8") as told:
            words = told.read().splitlines()
        status = os.waitpid(child, 0)[1]
        if words and words[-1] == _DONE:
            return None
        names = [word for word in words if word in LEVEL_OF]
        if not names:
            raise OSError(f"a worker can't be started here: {words[-1:] or status}")
        return names[-1], _reason(words[-1], status)

    def _try(self, folder: Path, tell: Callable[[str], object]) -> None:
        """Write the name of each wall before it goes up, then what went wrong, or that nothing did. Never returns."""
        try:
            sample = [file for file in user.loaded_files() if self._is_for_workers(file)]
            for name, put_up in [("namespaces", self.surround), *self._around(folder, self.users.ids[0])]:
                tell(name)
                put_up()
                user.must_read(sample)
            tell(_DONE)
        except OSError as error:
            tell(f"{error.strerror or error}".replace("\n", " "))
        finally:
            os._exit(0)

    def _is_for_workers(self, file: str) -> bool:
        real = os.path.realpath(file)
        return any(readable_paths.is_inside(real, path) for path in self._reading)


def _give_up_privileges() -> None:
    if _ON_LINUX:
        syscalls.drop_capabilities()
        syscalls.die_with_parent()


def _only_linux() -> None:
    if not _ON_LINUX:
        raise OSError("only Linux has it")


def _reason(last_word: str, status: int) -> str:
    if last_word not in LEVEL_OF:
        return last_word
    ended = os.waitstatus_to_exitcode(status)
    return f"stopped by {signal.Signals(-ended).name}" if ended < 0 else "the process that tried it ended"
