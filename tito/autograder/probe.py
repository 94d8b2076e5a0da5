"""How well a learner's code is kept apart while it is graded: each wall is tried, not assumed.

A work that tries to get out is graded like any other. A wall holds when every
escape through it failed. The level that a machine reaches is the highest for
which all walls up to it hold.
"""

from __future__ import annotations

import os
import platform
import socket
from collections.abc import Iterable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tito.course.checks import CheckCell, CheckSuite, CodeCell, Work
from tito.support.errors import CourseError, UsageError
from tito.support.tempdirs import TempDir

if TYPE_CHECKING:
    from tito.autograder.grader import Grader
    from tito.sandbox.isolation.limits import Limits

LOWEST = 2  # what grading asks for, unless told otherwise
_CONTENT = "expected: 208.1 ms"  # what nobody behind the walls may read


@dataclass(frozen=True)
class Wall:
    """One wall: the level that asks for it, and the escapes that it stops.

    `parts` put it up (`tito.sandbox.isolation.stack`); `without` is what a learner's
    code can do where it does not hold.
    """

    name: str
    level: int
    parts: tuple[str, ...]
    escapes: tuple[str, ...]
    without: str


WALLS = (
    Wall("process", 0, (), ("same_process",), "change its own grade"),
    Wall("limits", 1, ("user",), ("take_memory", "grow_a_file", "open_many_files", "raise_a_limit"),
         "use up memory"),
    Wall("no privileges", 1, ("user", "privileges"), ("be_root", "inherit"),
         "act as root or with what the grader holds"),
    Wall("files", 2, ("files", "calls"),
         ("read_a_file", "list_a_folder", "write_a_file", "change_a_mode", "touch_a_file", "watch_a_folder"),
         "read the tests and other hand-ins, and write files"),
    Wall("network", 2, ("calls",), ("connect", "send_a_packet", "talk_to_a_neighbour"), "use the network"),
    Wall("processes", 2, ("calls",),
         ("fork", "run_a_program", "signal_the_grader", "signal_everybody", "have_a_signal_sent",
          "read_the_graders_memory", "limit_the_grader", "slow_the_grader"),
         "start processes, and stop or look into the grader"),
    Wall("system calls", 2, ("calls",), ("make_a_namespace", "use_a_rare_call"), "try the kernel's rarer doors"),
    Wall("neighbours", 2, ("calls",),
         ("lock_a_shared_file", "lock_a_part_of_it", "ask_which_pages_are_in_memory", "have_pages_dropped",
          "have_mapped_pages_dropped"),
         "pass words to another work by locks and by what is in memory"),
    Wall("view", 3, ("namespaces",), ("see_the_grader", "see_a_file", "see_other_processes"),
         "learn which files and processes there are"),
    Wall("threads", 3, ("threads",), ("be_counted_with_a_neighbour",), "take all threads, so that others' works fail"),
    Wall("disk", 3, ("namespaces",), ("fill_the_disk",), "fill the disk"),
)  # fmt: skip

REMEDIES = {
    "privileges": "tell the authors of tito: any process may give its privileges up",
    "user": "install Python and the course where every user may read them, or grade as an ordinary user",
    "files": "grade on Linux 5.13 or later, with Landlock on",
    "calls": "grade on Linux, on x86-64 or arm64",
    "threads": "grade as root, or allow user namespaces",
    "namespaces": "allow user namespaces "
    "(sysctl user.max_user_namespaces, kernel.apparmor_restrict_unprivileged_userns)",
}


@dataclass(frozen=True)
class TriedWall:
    """What came of a wall: `why` says what got through it or, where it is `missing`, what keeps it from being up."""

    wall: Wall
    holds: bool
    why: str = ""
    remedy: str = ""
    missing: bool = False


@dataclass(frozen=True)
class Isolation:
    """The level that holds here (None: nothing can be graded), and each wall."""

    level: int | None
    tried: tuple[TriedWall, ...] = ()
    words: str = ""

    def open_below(self, level: int) -> list[str]:
        """What a learner's code can do here because walls up to `level` are missing."""
        return [tried.wall.without for tried in self.tried if tried.wall.level <= level and not tried.holds]


def can_grade() -> bool:
    """Can this system fork a worker?"""
    return hasattr(os, "fork")


def probe(grader: Grader | None = None, *, highest: int | None = None) -> Isolation:
    """Try every escape from the workers of `grader`, or of one made for it with walls to level `highest`."""
    if not can_grade():
        return Isolation(None, words="this system can't fork; checks run in the notebook only")
    if grader is not None:
        return _isolation_of(_tried(grader))
    from tito.autograder.grader import Grader
    from tito.sandbox.isolation.stack import HIGHEST

    level = HIGHEST if highest is None else highest
    with TempDir("library") as library, Grader(library, level=level) as made:
        return _isolation_of(_tried(made))


def admit(grader: Grader, lowest: int | None = None) -> int:
    """The level at which `grader` works, which goes with its grades; UsageError when it is below `lowest`."""
    lowest = LOWEST if lowest is None else lowest
    found = probe(grader)
    if found.level is None:
        raise CourseError("nothing can be graded on this machine", why=found.words, hint="tito doctor")
    if found.level < lowest:
        raise UsageError(
            f"here learners' code would run at isolation level {found.level}; this asks for {lowest}",
            why=f"it could {'; '.join(found.open_below(lowest))}",
            hint=f"tito doctor, which says what to do; or, if you trust this work: --allow-level {found.level}",
        )
    return found.level


def must_grade() -> None:
    """CourseError on a system that has no way to run a learner's code apart."""
    if not can_grade():
        raise CourseError(
            "tito can't run the checks on this system yet",
            why="it needs Linux, macOS or WSL",
            hint="run the check cells in the notebook",
        )


# A check that is passed when an escape fails: by an error of the system's, or without effect.
_ATTEMPT = """\
def check_{0}():
    try:
        out = {0}(FACTS)
    except (OSError, MemoryError, ValueError):
        return
    assert out is False, "it got through"


check_{0}()
"""

# -- trying ----------------------------------------------------------------------------


def _tried(grader: Grader) -> tuple[TriedWall, ...]:
    missing = grader.missing_walls()
    up = [wall for wall in WALLS if not missing.keys() & set(wall.parts)]
    escaped = escapes_through(grader, up)
    return tuple(_outcome(wall, missing, escaped) for wall in WALLS)


def _outcome(wall: Wall, missing: dict[str, str], escaped: dict[str, str]) -> TriedWall:
    for part in wall.parts:
        if part in missing:
            return TriedWall(wall, False, missing[part], REMEDIES[part], missing=True)
    through = next((f"{name.replace('_', ' ')}: {escaped[name]}" for name in wall.escapes if name in escaped), "")
    return TriedWall(wall, not through, through, "tell the authors of tito: a wall that stands was got through")


def escapes_through(grader: Grader, walls: Iterable[Wall] = WALLS) -> dict[str, str]:
    """The escapes that got through these walls, each with what happened."""
    names = [name for wall in walls for name in wall.escapes]
    with bait(grader.limits) as facts, grader.idle_worker():
        checks = tuple(CheckCell(name, _ATTEMPT.format(name), 1.0) for name in names)
        helpers = (CodeCell("facts", f"FACTS = {facts!r}"),)
        grade = grader.grade(CheckSuite("probe", checks, (_given(names),), helpers), Work((_work(),)))
    return {result.id: result.message for result in grade.results if result.status != "passed"}


def _given(names: list[str]) -> CodeCell:
    return CodeCell("given", "\n\n\n".join(f"def {name}(facts):\n    raise NotImplementedError()" for name in names))


def _work() -> CodeCell:
    from tito.sandbox.isolation import escapes

    return CodeCell("escapes", Path(escapes.__file__).read_text(encoding="utf-8"))


@contextmanager
def bait(limits: Limits) -> Iterator[dict[str, Any]]:
    """What an escape can reach for, as long as the block runs: a file, sockets, this process, and where they are."""
    import ctypes

    from tito.sandbox.client import environment

    content = ctypes.create_string_buffer(_CONTENT.encode())
    with ExitStack() as open_:
        folder = open_.enter_context(TempDir("bait"))
        folder.chmod(0o777)  # to be kept out by the walls, not by who owns it
        secret = folder / "expected.txt"
        secret.write_text(_CONTENT, encoding="utf-8")
        yield {
            "grader": {"pid": os.getpid(), "address": ctypes.addressof(content), "content": _CONTENT},
            "limits": asdict(limits),
            "variables": sorted(os.environ.keys() - environment(folder).keys()),
            "folder": str(folder),
            "secret": str(secret),
            "content": _CONTENT,
            "calls": _numbers("fcntl", "io_uring_setup", "keyctl"),
        } | _sockets(open_, folder.name)


def _sockets(open_: ExitStack, name: str) -> dict[str, Any]:
    tcp = open_.enter_context(socket.create_server(("127.0.0.1", 0)))
    udp = open_.enter_context(socket.socket(socket.AF_INET, socket.SOCK_DGRAM))
    udp.bind(("127.0.0.1", 0))
    facts = {"tcp_port": tcp.getsockname()[1], "udp_port": udp.getsockname()[1], "abstract": name}
    if platform.system() == "Linux":
        abstract = open_.enter_context(socket.socket(socket.AF_UNIX))
        abstract.bind("\0" + name)
        abstract.listen()
    return facts


def _numbers(*names: str) -> dict[str, int]:
    """The numbers of these system calls; empty where they are not known."""
    try:
        from seccompy.syscalls import syscall_nr

        return {name: syscall_nr(name) for name in names}
    except (ImportError, OSError):
        return {}


# -- the level -------------------------------------------------------------------------

_MEANS = {
    None: "the worker doesn't answer",
    0: "level 0: a process of its own, and deadlines",
    1: "level 1: limits as well, and no privileges",
    2: "level 2: no other files either, no network, no other processes",
    3: "level 3: no view of the machine either, and a work folder of limited size",
}


def _isolation_of(tried: tuple[TriedWall, ...]) -> Isolation:
    """The level that the walls come to."""
    holds = {level: all(t.holds for t in tried if t.wall.level <= level) for level in range(4)}
    level = max((level for level, all_hold in holds.items() if all_hold), default=None)
    return Isolation(level, tried, _MEANS[level])
