"""The trusted side of the channel to one worker.

A `Session` sends requests to the worker, answers when the learner's code calls
the grader's objects, keeps the deadlines, and checks the form of everything that
comes: any breach ends the session with `WorkerLost`.
"""

from __future__ import annotations

import os
import signal
import time
import warnings
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from os import WEXITSTATUS, WIFSIGNALED, WTERMSIG
from pathlib import Path
from typing import Any

from tito.autograder.cpu_bound import bounded
from tito.autograder.lent_objects import GraderObjects, put_back, read_lent
from tito.autograder.public_names import PublicNames
from tito.course.checks import Work
from tito.rpc.channel import POSTED, Channel, Closed, Fault, Peer, Reply, Request
from tito.rpc.codec import Codec, WireError
from tito.rpc.errors import MAX_CAUSES, builtin_error, error_from, fault_of, plain_arguments
from tito.rpc.proxy import CALLS, OPERATIONS
from tito.sandbox.client import ForkedWorker, WorkerConnection
from tito.sandbox.isolation.limits import MB, HandInClock, Limits, cpu_s
from tito.sandbox.onlooker import PLACE_FILE
from tito.support.safe_text import in_one_line
from tito.tools.clock.virtual_time import START_S

MAX_STOPPED = 20
LOOK_AT = 0.8  # of the CPU time that a check may take: here a worker that is looked on notes where it is
SHORTEST_S = 0.01  # of a bound on CPU time: a timer that is set to 0 never rings

LOOKED_THROUGH = "what your code gives back took"  # of a check that was stopped in its own code


class WorkerLost(BaseException):
    """The worker is gone or can't be trusted. Not an Exception: a check must not swallow it.

    `reason` is in our own words; the learner's code may have chosen `detail`.
    """

    def __init__(self, reason: str, detail: str = ""):
        super().__init__(reason + detail)
        self.reason, self.detail = reason, detail


@dataclass(frozen=True)
class StoppedCell:
    """A cell that raised when it was run, as the worker tells it: in which line (0: unknown), and what."""

    name: str
    line: int
    words: str

    def __str__(self) -> str:
        place = f" at line {self.line}" if self.line else ""
        return f'the cell "{in_one_line(self.name, 60)}" stops{place}: {in_one_line(self.words, 200)}'


class Session(Peer):
    """One worker with one learner's code."""

    def __init__(
        self,
        workers: WorkerConnection,
        work: Work,
        public_names: PublicNames,
        limits: Limits,
        clock: HandInClock | None = None,
    ):
        self._workers, self._limits = workers, limits
        self.clock = clock or HandInClock(limits.hand_in_s)
        self._worker: ForkedWorker = workers.fork()
        self._objects = GraderObjects(public_names)
        worker = self._worker
        channel = Channel(worker.read_fd, worker.write_fd, self._watch, worker.death)
        super().__init__(channel, Codec(self._objects))
        self._objects.peer, self._objects.codec = self, self.codec
        self._error_classes: list[type] = []
        self._time = 0.0
        self._call_backs, self._spent = 0, 0.0  # how many are nested, and the time that the innermost has taken
        self._messages = self._bytes_before = 0
        self._cpu_at_start_s, self._wall_at_start_s = 0.0, time.monotonic()
        self.cpu_s = 0.0
        self.lost: WorkerLost | None = None
        self.stopped: tuple[StoppedCell, ...] = ()
        self.lost_at_start = self.was_silent = False
        self.begun = 0  # checks
        self.has_met_hidden = False  # a hidden test has run here: the worker's words may tell of it from now on
        self._status: int | None = None
        self._is_looked_on = False
        cells = [[cell.name, cell.source] for cell in work.cells]
        names = public_names.fields(), list(public_names.enums), public_names.learners_classes()
        self.channel.send(Request(POSTED, "open", [cells, *names], {}))

    # -- a check's life -----------------------------------------------------------------

    def begin(self, seed: int) -> None:
        """Start a check: its deadline, fresh time and chance, the learner's cells run again."""
        self._objects.begin()
        self._start_afresh()
        self.begun += 1
        self.lost_at_start = True
        self.stopped = _stopped_cells(self.ask("begin", seed))
        self.lost_at_start = False

    def resume(self, number: int, seed: int) -> None:
        """Go on with the `number`th check that has begun here, in fresh time and chance; a deadline anew."""
        self._objects.resume(number)
        self._start_afresh()
        self.ask("resume", number, seed)

    def _start_afresh(self) -> None:
        self._messages, self._bytes_before = 0, self.channel.bytes_received
        self._cpu_at_start_s, self._wall_at_start_s = self._cpu(), time.monotonic()
        self._time = 0.0

    def look_on(self) -> None:
        """From now on keep what each check prints, and the line where one hangs: for the learner's own eyes alone."""
        self._is_looked_on = True
        self.post("look_on", LOOK_AT * self._limits.check_cpu_s)

    def printed(self) -> str:
        """What the learner's code has printed since the check began; nothing of a worker that is lost."""
        if self.lost is not None:
            return ""
        try:
            with self.cpu_bound():
                told = self.ask("printed")
        except (Exception, WorkerLost):  # the learner's code shares the worker; what it prints decides nothing
            return ""
        return told if isinstance(told, str) else ""

    def _hangs_at(self) -> str:
        """Where the code was when its CPU time was nearly used up, as the worker wrote it down; "" where it didn't."""
        if not self._is_looked_on:
            return ""
        seen_by_worker = Path(
            f"/proc/{self._worker.pid}/root", *self._worker.folder.parts[1:]
        )  # it may have a root of its own
        folder = seen_by_worker if seen_by_worker.is_dir() else self._worker.folder
        try:
            place = os.open(folder / PLACE_FILE, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
            with open(place, encoding="utf-8", errors="replace") as file:  # a file, whatever the code put there
                return f"; it was at {in_one_line(file.read(200), 100)}"
        except OSError:
            return ""

    @contextmanager
    def cpu_bound(self) -> Iterator[None]:
        """A block that reads the worker's answers: its CPU time is bounded, and past it the worker is lost."""
        limit_s = min(self._limits.grader_cpu_s, max(self.clock.left_s, SHORTEST_S))
        with bounded(limit_s, self._took_too_long):
            try:
                yield
            except WorkerLost as lost:
                self.lost = self.lost or lost
                raise

    def _took_too_long(self) -> WorkerLost:
        limit_s = self._limits.grader_cpu_s
        return WorkerLost(self.clock.stopped or f"stopped: {LOOKED_THROUGH} {limit_s:g} s to look through")

    def close(self) -> int:
        """End the worker, if it has not been ended before; its wait status."""
        if self._status is None:
            self.cpu_s = self._cpu()
            self._status = self._workers.end(self._worker)
        return self._status

    # -- time ---------------------------------------------------------------------------

    def now(self) -> float:
        """The worker's clock; inside a call-back, with what the grader's object has taken so far."""
        return self._time + self._spent

    def spend(self, seconds: float) -> None:
        """Let time pass: told with the reply to a call-back, else at once."""
        if self._call_backs:
            self._spent += seconds
        else:
            self.ask("spend", seconds)

    def reset_time(self) -> None:
        self._time = START_S
        self.post("reset_time")

    def look_at(self, message: Request | Reply) -> None:
        self._look_at_one(message.time)
        if self.channel.bytes_received - self._bytes_before > self._limits.messages_mb * MB:
            raise WorkerLost(f"stopped: your code handed over more than {self._limits.messages_mb} MB")

    def _look_at_one(self, time: float) -> None:
        """Count a message, or a call of several in it, and move the clock to where that was sent."""
        self._messages += 1
        if self._messages > self._limits.messages:
            raise WorkerLost(f"stopped after {self._limits.messages:,} calls of the model or the data")
        if not self._time <= time < float("inf"):
            raise WorkerLost("your code moved the clock backwards")
        self._time = time

    def _cpu(self) -> float:
        try:
            return cpu_s(self._worker.pid)
        except ProcessLookupError:
            return self.cpu_s

    def _watch(self) -> None:
        if stopped := self.clock.stopped:
            raise WorkerLost(stopped)
        used = self._cpu()
        if used - self._cpu_at_start_s > self._limits.check_cpu_s:
            raise WorkerLost(f"stopped after {self._limits.check_cpu_s:g} s of CPU time", self._hangs_at())
        if time.monotonic() - self._wall_at_start_s > self._limits.wall_s:
            self.was_silent = True
            raise WorkerLost(f"stopped: no answer within {self._limits.wall_s:g} s")

    # -- requests and replies -----------------------------------------------------------

    def ask(self, operation: str, /, *arguments: Any, **keywords: Any) -> Any:
        if self.lost is not None:
            raise self.lost
        try:
            return super().ask(operation, *arguments, **keywords)
        except Closed:
            self.lost = WorkerLost(*_how_it_ended(self.close(), self._limits))
            raise self.lost from None
        except WorkerLost as lost:
            self.lost = lost
            raise

    def _await_reply(self, number: int) -> Reply:
        try:
            return super()._await_reply(number)
        except WireError as error:
            raise _unusable(str(error)) from None

    def serve(self, request: Request) -> None:
        """Do what the learner's code asks of a lent object."""
        if request.number == POSTED:
            for call in request.arguments:
                self._checked(self._do_posted, call)
            return
        target, *arguments = self._checked(self.codec.unpack_items, request.arguments, 0) or [None]
        keywords = {name: self._checked(self.codec.unpack, value) for name, value in request.keywords.items()}
        outer, self._spent = self._spent, 0.0
        self._call_backs += 1
        try:
            reply = self._reply_to(request, target, arguments, keywords)
        finally:
            self._call_backs -= 1
            self._spent = outer
        self.channel.send(reply)

    def _do_posted(self, call: list[Any]) -> None:
        """Make a call that the learner's code posted: nothing goes back."""
        time, *packed = call
        target, *arguments = self.codec.unpack_items(packed, 0)
        self._look_at_one(time)
        self._perform("__post__", target, arguments, {})

    def _reply_to(self, request: Request, target: Any, arguments: list[Any], keywords: dict[str, Any]) -> Reply:
        try:
            value = self._perform(request.operation, target, arguments, keywords)
            reply = Reply(request.number, value=self.codec.pack(value))
        except Exception as error:  # a model may raise anything: the learner's code has to handle it
            reply = Reply(request.number, fault=self._fault_of(error))
        reply.time = self._spent
        return reply

    def _perform(self, operation: str, target: Any, arguments: list[Any], keywords: dict[str, Any]) -> Any:
        if not self._objects.is_lent(target):
            raise WorkerLost("your code asked the grader for something that it was not given")
        if operation == "getattr":
            return read_lent(target, *arguments)
        if operation not in self._objects.methods_lent(target):
            raise WorkerLost(
                "your code asked the grader for what there is not", f": {operation} of a {type(target).__name__}"
            )
        return OPERATIONS[operation](target, *arguments, **keywords)

    def _fault_of(self, error: Exception) -> Fault:
        arguments = plain_arguments(error, self.codec.pack)
        return fault_of(error, lambda _: [], self._origin_of, arguments, MAX_CAUSES)

    def _origin_of(self, cls: type) -> int:
        if builtin_error(cls.__name__) is cls:
            return -1
        if cls not in self._error_classes:
            self._error_classes.append(cls)
        return self._error_classes.index(cls)

    def _class_by_origin(self, origin: int) -> type | None:
        return self._error_classes[origin] if 0 <= origin < len(self._error_classes) else None

    def result_of(self, reply: Reply, operation: str, arguments: Sequence[Any], keywords: dict[str, Any]) -> Any:
        for category, text in reply.warnings:
            warnings.warn(text, _warning_class(category), stacklevel=4)
        if reply.fault is not None:
            raise error_from(reply.fault, self._class_by_origin)
        given = {str(i): value for i, value in enumerate(arguments)} | keywords if operation in CALLS else {}
        for key, packed in reply.changed:
            put_back(given.get(key), self._checked(self.codec.unpack, packed))
        return self._checked(self.codec.unpack, reply.value)

    def _checked(self, unpack: Callable[..., Any], *packed: Any) -> Any:
        """Unpack what the worker sent; anything wrong with it ends the session."""
        try:
            return unpack(*packed)
        except (WireError, TypeError, ValueError, LookupError, AttributeError, MemoryError) as error:
            raise _unusable(str(error) if isinstance(error, WireError) else "is in no known form") from error


def _stopped_cells(told: object) -> tuple[StoppedCell, ...]:
    """What the worker says of cells that stopped; nothing of what is in no form, for it decides nothing."""
    found = []
    for entry in told[:MAX_STOPPED] if isinstance(told, list) else ():
        match entry:
            case [str(name), int(line), str(words)] if not words.startswith("NotImplementedError"):
                found.append(StoppedCell(name, line, words))
    return tuple(found)


def _warning_class(name: str) -> type[Warning]:
    found = builtin_error(name)
    return found if found is not None and issubclass(found, Warning) else UserWarning


def _unusable(why: str) -> WorkerLost:
    return WorkerLost("your code sent the grader what it can't use", f": something that {why}")


def _how_it_ended(status: int, limits: Limits) -> tuple[str, str]:
    """A wait status in words for the learner, and apart from them those that the learner's code may have chosen.

    Code 0 and SIGKILL get the same words: a worker that hangs up gets either,
    by which of the two is quicker.
    """
    if status in (0, signal.SIGKILL):
        return "your code ended its process, or it was killed (os._exit? too much memory?)", ""
    if not WIFSIGNALED(status):
        return "your code ended its process", f" (exit code {WEXITSTATUS(status)})"
    if WTERMSIG(status) == signal.SIGXCPU:
        return f"stopped after {limits.total_cpu_s:g} s of CPU time", ""
    return "your code crashed Python itself", f" ({signal.Signals(WTERMSIG(status)).name})"
