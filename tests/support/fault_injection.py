"""Grading that is killed at a chosen moment, started again, and compared with grading left alone.

`tito grade` runs in a forked process of its own, as the shell would start it,
with a pipe on which it tells what it is about to do. So a kill can be aimed
at a phase, and afterwards one knows what it hit.
"""

from __future__ import annotations

import os
import random
import select
import shutil
import signal
import sqlite3
import sys
import tempfile
import time
import traceback
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from tests.support.toy_class import HALF_COUNTER, WRONG_DOUBLE, hand_in, untouched, work
from tests.support.toy_course import write_course
from tito.classroom import grade_class, records
from tito.classroom.feedback import write_feedback
from tito.classroom.gradebook import gradebook
from tito.classroom.report import report
from tito.classroom.reporting.csv_table import as_csv
from tito.cli import app
from tito.course.course import Course

MODULE = "counting"
PHASES = ("starting", "grading", "writing a record", "filling the gradebook", "ending")
VICTIMS = ("tito grade", "grader fork server", "grader", "worker fork server")
LONGEST_S = 300  # of one run; a run that hangs is a failure, not a wait


# -- a class, and what is known of it in the end ------------------------------------------------------


def write_class(root: Path, size: int) -> Course:
    """The toy course with hand-ins of every kind: right, wrong, half, untouched, broken, unreadable."""
    root.mkdir(parents=True)
    course = write_course(root)
    module = course.module(MODULE)
    kinds = (
        work(course, module),
        work(course, module, write_double=WRONG_DOUBLE),
        untouched(course, module),
        work(course, module, write_counter=HALF_COUNTER, why="stub"),
        work(course, module, write_double="def (("),
        work(course, module, write_double="#| export\nimport os\ndef double(number): os._exit(1)\n"),
        b"\x00\xff",
    )
    for number in range(size):
        hand_in(course, module, f"s{number:03}", kinds[number % len(kinds)])
    return course


def outcome_of(course: Course) -> dict[str, object]:
    """All that grading has come to: gradebook, marked copies and records, feedback pages, CSV."""
    module = course.module(MODULE)
    with gradebook.opened(course) as book:
        found = {"marks": book.marks(module)} | _tables(course.gradebook)
    list(write_feedback(course, module))
    found["csv"] = as_csv(report(course, module))
    for folder in ("autograded", "feedback"):
        for path in sorted((course.nbgrader_root / folder).rglob("*")):
            if path.is_file():
                found[path.relative_to(course.nbgrader_root).as_posix()] = path.read_bytes()
    return found


def _tables(database: Path) -> dict[str, Counter]:
    """The rows of each table of the gradebook, without the ids that it makes up."""
    with sqlite3.connect(database) as open_:
        names = [name for (name,) in open_.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        found = {}
        for table in names:
            columns = [row[1] for row in open_.execute(f"PRAGMA table_info({table})")]
            kept = [c for c in columns if (c != "id" and not c.endswith("_id")) or (table, c) == ("student", "id")]
            rows = open_.execute(f"SELECT {', '.join(kept) or 1} FROM {table}") if kept else ()
            found[f"table {table}"] = Counter(rows)
    open_.close()
    return found


def differences(found: dict[str, object], wanted: dict[str, object]) -> list[str]:
    """The names of what differs."""
    return sorted(name for name in found.keys() | wanted.keys() if found.get(name) != wanted.get(name))


# -- one run ------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Event:
    """Something that a run told: what, of whom, and when (seconds since its start)."""

    name: str
    learner: str
    at_s: float


@dataclass(frozen=True)
class Aim:
    """When to kill whom: after the `nth` event of this name, and `delay_s` more."""

    event: str
    nth: int = 1
    delay_s: float = 0.0
    victim: str = "tito grade"


@dataclass(frozen=True)
class Run:
    """How a run went: what it told, its exit code (negative: the signal that ended it), and what was killed.

    `until` is how much it had told when another process than itself was hit.
    """

    events: list[Event]
    exit_code: int
    killed: bool
    recorded: frozenset[str]
    until: int | None = None

    @property
    def sent(self) -> list[str]:
        """Those that were given out to be graded."""
        return [event.learner for event in self.events if event.name == "sent"]

    @property
    def phase(self) -> str:
        """Where it was when it, or another process of it, was hit; where it ended, if none was."""
        names = [event.name for event in self.events[: self.until]]
        if names and names[-1] in ("keep", "commit"):
            return "writing a record" if names[-1] == "keep" else "filling the gradebook"
        if "closing" in names:
            return "ending"
        return "grading" if "graded" in names else "starting"


def run(
    course: Course,
    temporary: Path,
    aim: Aim | None = None,
    jobs: int = 2,
    strike: Callable[[str, int], bool] | None = None,
) -> Run:
    """Run `tito grade` to its end, or until `aim` has hit; and then until it ends, if another process was hit.

    `strike(victim, pid)` does what is aimed: a SIGKILL, if nothing else is given. It says whether it hit.
    """
    strike = strike or _kill
    hear, tell = os.pipe()
    began = time.monotonic()
    pid = os.fork()
    if pid == 0:
        _be_tito(course, temporary, tell, jobs)
    os.close(tell)
    events, killed, until = [], False, None
    with open(hear, "rb", buffering=0) as told:
        for event in _events(told, began, pid):
            events.append(event)
            if aim and not killed and [e.name for e in events].count(aim.event) == aim.nth and event.name == aim.event:
                time.sleep(aim.delay_s)
                killed = strike(aim.victim, pid)
                until = len(events) if aim.victim != "tito grade" else None
    _, status = os.waitpid(pid, 0)
    recorded = frozenset(record.learner for record in records.of_class(course, course.module(MODULE)))
    code = os.waitstatus_to_exitcode(status)
    return Run(events, code, killed and (code != 0 or aim.victim != "tito grade"), recorded, until)


def _events(told, began: float, pid: int) -> Iterator[Event]:
    rest = b""
    while True:
        left_s = began + LONGEST_S - time.monotonic()
        if left_s <= 0 or not select.select([told], [], [], left_s)[0]:
            os.kill(pid, signal.SIGKILL)
            raise TimeoutError(f"grading has not ended within {LONGEST_S} s")
        chunk = told.read(65536)
        if not chunk:
            return
        *lines, rest = (rest + chunk).split(b"\n")
        for line in lines:
            name, _, learner = line.decode().partition(" ")
            yield Event(name, learner, time.monotonic() - began)


def _kill(victim: str, pid: int) -> bool:
    """SIGKILL `tito grade` or a process of its own; False when there is none."""
    for target in found_as(victim, pid)[:1]:
        try:
            os.kill(target, signal.SIGKILL)
        except ProcessLookupError:
            return False
        return True
    return False


def found_as(victim: str, pid: int) -> list[int]:
    """The processes of that kind that belong to the `tito grade` with this `pid`."""
    if victim == "tito grade":
        return [pid]
    servers = [child for child in children(pid) if b"tito.workers.fork_server" in _command(child)]
    if victim == "grader fork server":
        return servers
    its_own = [child for server in servers for child in children(server)]
    wanted = victim == "worker fork server"
    return [child for child in its_own if (b"tito.sandbox.fork_server" in _command(child)) == wanted]


def _command(pid: int) -> bytes:
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes()
    except OSError:
        return b""


def children(pid: int) -> list[int]:
    """The processes that a process has started."""
    found = []
    for task in Path(f"/proc/{pid}/task").glob("*/children"):
        try:
            found += [int(child) for child in task.read_text().split()]
        except OSError:
            continue
    return found


def _be_tito(course: Course, temporary: Path, tell: int, jobs: int) -> None:
    """In the forked process: `tito grade`, which tells what it does. Never returns."""
    code = 70
    try:
        os.setsid()
        os.chdir(course.root)
        os.environ["TMPDIR"] = tempfile.tempdir = str(temporary)
        log = (course.root / "tito.log").open("a")
        os.dup2(log.fileno(), 1), os.dup2(log.fileno(), 2)
        sys.stdout = sys.stderr = log
        _tell_everything(tell)
        code = app.main(["grade", MODULE, "--jobs", str(jobs)])
        log.flush()
    except BaseException:  # what the interpreter would print at its end
        traceback.print_exc(file=log)
        log.flush()
    finally:
        os._exit(code)


def _tell_everything(tell: int) -> None:
    """Have the grader say on a pipe what it is about to do, and what it has done."""

    def say(event: str, learner: str = "") -> None:
        os.write(tell, f"{event} {learner}\n".encode())

    def around(owner, name: str, before: str, after: str, who=lambda *arguments: "") -> None:
        real = getattr(owner, name)

        def told(*arguments, **keywords):
            say(before, who(*arguments))
            value = real(*arguments, **keywords)
            say(after, who(*arguments))
            return value

        setattr(owner, name, told)

    def sent(plan):
        for step in plan:
            if step.job:
                say("sent", step.learner)
            yield step

    real_graded, real_keep = grade_class.graded, grade_class._Recorder.keep

    def graded(pool, spec, plan):
        for step, outcome in real_graded(pool, spec, sent(plan)):
            if outcome:
                say("graded", step.learner)
            yield step, outcome
        say("closing")

    def keep(recorder, step):
        """Tell of what is written only: a submission that an earlier run has done is not."""
        if step.is_fresh:
            say("keep", step.learner)
        real_keep(recorder, step)
        if step.is_fresh:
            say("kept", step.learner)

    say("begin")
    grade_class.graded = graded
    grade_class._Recorder.keep = keep
    around(gradebook.Gradebook, "record", "commit", "committed")


# -- many kills ---------------------------------------------------------------------------------------


@dataclass
class Tally:
    """What came of the kills: by phase and victim, what differed in the end, gradings beyond the first."""

    hit: Counter = field(default_factory=Counter)  # of (victim, phase)
    classes: int = 0
    missed: int = 0  # the run had ended before the moment came
    sent_again: int = 0
    differing: list[str] = field(default_factory=list)
    twice: list[str] = field(default_factory=list)
    left: list[str] = field(default_factory=list)

    @property
    def kills(self) -> int:
        return self.hit.total()

    @property
    def faults(self) -> list[str]:
        """What was not to be; empty when all is well."""
        return self.differing + self.twice + self.left


class Trial:
    """One class of hand-ins, to be copied and graded by `jobs` graders, with kills as often as wanted."""

    def __init__(self, folder: Path, size: int, jobs: int = 2):
        self._folder, self.size, self._jobs = folder, size, jobs
        self.course = write_class(folder / "class", size)
        alone = self._copy("alone")
        self._temporary = folder / "temporary"
        self._temporary.mkdir()
        self.calm = run(alone, self._temporary, jobs=jobs)
        assert self.calm.exit_code == 0, (alone.root / "tito.log").read_text()
        self.wanted = outcome_of(alone)

    def _copy(self, name: str) -> Course:
        shutil.copytree(self.course.root, self._folder / name)
        return Course(self._folder / name)

    def aim(self, chance: random.Random, phase: str, left: int) -> Aim:
        """A moment within a phase of a run with `left` hand-ins to grade; while grading, any process may be hit."""
        calm = self.calm.events
        first_graded, closing = (
            next(event.at_s for event in calm if event.name == name) for name in ("graded", "closing")
        )
        match phase:
            case "grading":
                return Aim("graded", chance.randint(1, left), chance.uniform(0, 0.05), chance.choice(VICTIMS))
            case "writing a record":
                return Aim("keep", chance.randint(1, left), chance.uniform(0, 0.003))
            case "filling the gradebook":
                return Aim(
                    "commit", chance.randint(1, -(-left // grade_class.ENTRIES_AT_ONCE)), chance.uniform(0, 0.03)
                )
            case "ending":
                return Aim("closing", 1, chance.uniform(0, calm[-1].at_s - closing + 0.2))
        return Aim("begin", 1, chance.uniform(0, first_graded))

    def try_class(self, chance: random.Random, phases: Sequence[str], tally: Tally) -> None:
        """Grade one class, killed in each of these phases in turn, then left alone; the result goes into `tally`."""
        course = self._copy(f"killed{tally.classes}")
        tally.classes += 1
        recorded, sent = frozenset(), Counter()
        for phase in (*phases, ""):
            left = len(course.learners(course.module(MODULE))) - len(recorded)
            aim = self.aim(chance, phase if left else "ending", left) if phase else None
            found = run(course, self._temporary, aim, self._jobs)
            tally.twice += [f"{name}: graded again after it was recorded" for name in recorded & set(found.sent)]
            sent.update(found.sent)
            lost = recorded - found.recorded
            tally.twice += [f"{name}: its record is gone" for name in lost]
            recorded = found.recorded
            if aim and found.killed:
                tally.hit[aim.victim, found.phase] += 1
            elif aim:
                tally.missed += 1
        if found.exit_code != 0:
            tally.differing.append(f"exit code {found.exit_code}: {(course.root / 'tito.log').read_text()[-500:]}")
        tally.sent_again += sum(sent.values()) - len(sent)
        tally.differing += differences(outcome_of(course), self.wanted)
        tally.left += left_over(course, self._temporary)
        shutil.rmtree(course.root)


def left_over(course: Course, temporary: Path) -> list[str]:
    """Processes that still run, temporary folders and half-written files, once they have had the time to go."""
    until = time.monotonic() + 20
    while (processes := at_work_in(temporary)) and time.monotonic() < until:
        time.sleep(0.05)
    halves = [path for path in course.root.rglob(".*.tmp*")]
    return [f"process {pid}" for pid in processes] + [str(path) for path in (*temporary.iterdir(), *halves)]


def at_work_in(folder: Path) -> list[int]:
    """The processes that work in a folder, or have it for their temporary one."""
    found = []
    for process in Path("/proc").glob("[0-9]*"):
        try:
            if (
                str(folder) in os.readlink(process / "cwd")
                or str(folder).encode() in (process / "environ").read_bytes()
            ):
                found.append(int(process.name))
        except OSError:
            continue
    return [pid for pid in found if pid != os.getpid()]
