"""The untrusted side: holds the learner's code and does what the grader asks.

Nothing here decides a result. The learner's code shares this process and may do
to it what it likes; the grader trusts nothing but values that it has checked.
"""

from __future__ import annotations

import enum
import importlib
import io
import sys
import threading
import warnings
from collections.abc import Callable, Sequence
from contextlib import redirect_stderr, redirect_stdout
from typing import Any

import msgspec

from tito.rpc.channel import POSTED, Channel, Closed, Fault, Peer, Reply, Request
from tito.rpc.codec import Codec, WireError, tagged
from tito.rpc.errors import MAX_FRAMES, MirroredErrors, fault_of, nearest_builtin, words_of
from tito.rpc.proxy import CALLS, OPERATIONS, ObjectTable, Proxy, WorkerProxy, plain_methods
from tito.sandbox import determinism
from tito.sandbox.cells import Cells
from tito.sandbox.onlooker import Onlooker
from tito.tools import by_value, environment
from tito.tools.clock.virtual_time import VirtualTime, stand_by

_SENT_BY_VALUE = by_value.load_all()
_MUTABLE = (list, dict, set)
_MAX_WARNINGS = _MAX_STOPPED = 20
_MAX_PRINTED = 200
THREAD_STACK_BYTES = 2**20  # a thread for each query is honest work; 200 of the usual 8 MB pass the memory limit


class WorkerObjects(ObjectTable):
    """The learner's objects, proxies for the grader's, and the module's records and enums by name.

    Objects of the lesson's own `classes` are never sent by value.
    """

    proxy = WorkerProxy
    tables = (*ObjectTable.tables, "_copies", "_copied")

    def __init__(self, cells: Cells, fields: dict[str, list[str]], enums: list[str], classes: list[str]):
        super().__init__()
        self._cells, self._fields, self._enums, self._classes = cells, fields, frozenset(enums), frozenset(classes)

    _copies: dict[int, object]  # by the grader's number
    _copied: dict[int, int]  # the grader's number by id()

    def pack_named(self, value: Any, depth: int) -> Any:
        if isinstance(value, Proxy):
            return super().pack_named(value, depth)
        if id(value) in self._copied:
            return tagged("yours", self._copied[id(value)])
        names = [cls.__name__ for cls in type(value).__mro__]
        if isinstance(value, enum.Enum) and self._enums.intersection(names):
            return tagged("enum", type(value).__name__, value.name)
        record = next((name for name in names if name in self._fields), None)
        if record:
            return self._pack_record(record, value, depth)
        if self._classes.intersection(self.classes_of(value)):
            return self.pack_other(
                value, depth
            )  # whatever it derives from: a Sequential may be a list, a Tensor an array
        return None

    def _pack_record(self, name: str, value: Any, depth: int) -> dict[str, Any]:
        missing = [field for field in self._fields[name] if not hasattr(value, field)]
        if missing:
            raise AttributeError(f"{name} has no field {missing[0]!r}")
        values = [getattr(value, field) for field in self._fields[name]]
        return tagged("record", name, self.codec.pack_items(values, depth))

    def plain_methods(self, value: Any) -> list[str]:
        methods = plain_methods(type(value))  # type: ignore[arg-type]  # a class is hashable
        return sorted(methods - getattr(value, "__dict__", {}).keys())

    def classes_of(self, value: Any) -> list[str]:
        names = self._cells.namespace
        return [cls.__name__ for cls in type(value).__mro__ if names.get(cls.__name__) is cls]

    def is_mutable(self, value: Any) -> bool:
        """Could a call change `value` in a way that its caller would see, were it one process?"""
        return isinstance(value, _MUTABLE) or type(value).__name__ in {"ndarray", *self._fields}

    def unpack(self, tag: str, fields: list[Any], depth: int) -> Any:
        match tag, fields:
            case "name", [name]:
                return self._cells[name]
            case "enum", [name, member]:
                return self._member(name, member)
            case "method", [owner, name]:
                return getattr(self.codec.unpack(owner, depth), name)
            case "record", [name, values]:
                values = self.codec.unpack_items(values, depth)
                return self._cells[name](**dict(zip(self._fields[name], values, strict=True)))
            case "copy", [number, name, names, values]:
                return self._copy(number, name, names, self.codec.unpack_items(values, depth))
        return super().unpack(tag, fields, depth)

    def _member(self, name: str, member: str) -> Any:
        cls = self._cells[name]
        if not hasattr(cls, member):
            raise AttributeError(f"{name} has no member {member!r}")
        return getattr(cls, member)

    def _copy(self, number: int, name: str, names: list[str], values: list[Any]) -> Any:
        """An instrument that is sent by value: made again here, and the grader's own when it comes back."""
        if number not in self._copies:
            copy = _SENT_BY_VALUE[name](**dict(zip(names, values, strict=True)))
            self._copies[number] = copy
            self._copied[id(copy)] = number
        return self._copies[number]


class Worker(Peer):
    """Serves the grader's requests until the grader hangs up."""

    def __init__(self, channel: Channel, cells: Cells, objects: WorkerObjects, clock: VirtualTime):
        super().__init__(channel, Codec(objects))
        objects.peer, objects.codec = self, self.codec
        self._cells, self._objects, self._clock = cells, objects, clock
        self._mirrored = MirroredErrors()
        self._warnings: list[tuple[str, str]] = []
        self._replaced: list[tuple[type, str, object]] = []
        self._posted_error: Exception | None = None
        self._onlooker: Onlooker | None = None
        self._operations: dict[str, Callable[..., Any]] = OPERATIONS | {
            "begin": self.begin,
            "resume": self.resume,
            "value": lambda value: value,
            "getattr": getattr,
            "call": lambda target, name, /, *arguments, **keywords: getattr(target, name)(*arguments, **keywords),
            "setattr": setattr,
            "delattr": delattr,
            "import": self.import_name,
            "try_import": self.try_import,
            "replace": self.replace,
            "restore": self.restore,
            "reset_time": clock.reset,
            "step_wall_clock": clock.step_wall_clock,
            "spend": clock.sleep,
            "look_on": self.look_on,
            "printed": lambda: self._onlooker.printed() if self._onlooker else "",
        }

    # -- requests beside the special methods ------------------------------------------

    def begin(self, seed: int) -> list[list[str | int]]:
        """Start a check: reset the clock, seed chance, run the learner's cells again; which stopped, and why."""
        self._objects.begin()
        self._start_afresh(seed)
        if self._onlooker:
            self._onlooker.begin()
        self._cells.run()
        self._warnings.clear()
        if self._onlooker:
            self._onlooker.forget()
        return [
            [cell, self._line_of(error), _kind_and_words(error)] for cell, error in self._cells.stopped[:_MAX_STOPPED]
        ]

    def resume(self, number: int, seed: int) -> None:
        """Go on with the `number`th check, whose cells have run: reset the clock, seed chance."""
        self._objects.resume(number)
        self._start_afresh(seed)
        self._cells.resume(number)
        self._warnings.clear()

    def _start_afresh(self, seed: int) -> None:
        self._replaced.clear()
        self._clock.reset()
        determinism.seed_everything(seed)
        warnings.resetwarnings()
        warnings.simplefilter("always")
        for quiet in (DeprecationWarning, PendingDeprecationWarning, ImportWarning, ResourceWarning):
            warnings.simplefilter("ignore", quiet)
        warnings.showwarning = self._keep_warning

    def look_on(self, cpu_s: float) -> None:
        """For the learner's own eyes: keep what each check prints, and where it is after `cpu_s` of CPU time."""
        self._onlooker = Onlooker(cpu_s, self._cells.file_names)

    def _line_of(self, error: BaseException) -> int:
        frames = self._frames_of(error)
        return frames[0][1] if frames else 0

    def try_import(self, module: str, path: str) -> list[str | int]:
        """Import a module that lies at `path` in the library; why and in which line it fails, and what it printed."""
        printed, line, words = io.StringIO(), 0, ""
        with redirect_stdout(printed), redirect_stderr(printed):
            try:
                importlib.import_module(module)
            except BaseException as error:  # the learner's module may raise anything, SystemExit too
                line, words = _line_in(path, error), _kind_and_words(error)
        return [words, line, printed.getvalue()[:_MAX_PRINTED]]

    def import_name(self, module: str, name: str | None) -> Any:
        found = importlib.import_module(module)
        return found if name is None else getattr(found, name)

    def replace(self, cls: type, methods: dict[str, Callable[..., Any]]) -> None:
        """Put the grader's functions into the learner's class."""
        in_place_of: Callable[..., Any] = environment.in_place_of
        for name, function in methods.items():
            kept = cls.__dict__.get(name)
            self._replaced.append((cls, name, kept))
            setattr(cls, name, in_place_of(kept, function))

    def restore(self, down_to: int) -> None:
        """Put back what was replaced, except for the first `down_to` methods."""
        while len(self._replaced) > down_to:
            cls, name, kept = self._replaced.pop()
            delattr(cls, name) if kept is None else setattr(cls, name, kept)

    # -- requests and replies -----------------------------------------------------------

    def serve(self, request: Request) -> None:
        if request.number == POSTED:
            return self._do_posted(request)
        try:
            self.send(self._reply_to(request))
        except WireError as error:
            self.send(Reply(request.number, fault=self._fault_of(error), time=self._clock.now()))

    def _do_posted(self, request: Request) -> None:
        try:
            self._do(request)
        except Exception as error:  # told in reply to the next request
            self._posted_error = self._posted_error or error

    def _reply_to(self, request: Request) -> Reply:
        error, self._posted_error = self._posted_error, None
        try:
            if error is not None and request.operation not in ("begin", "resume"):
                raise error
            value, changed = self._do(request)
            reply = Reply(request.number, value=value, changed=changed)
        except Closed:
            raise
        except BaseException as error:  # the learner's code may raise anything; all of it is told
            reply = Reply(request.number, fault=self._fault_of(error))
        reply.time, reply.warnings = self._clock.now(), self._warnings[:]
        self._warnings.clear()
        return reply

    def _do(self, request: Request) -> tuple[Any, list[tuple[str, Any]]]:
        unpack, operation = self.codec.unpack, request.operation
        arguments = [unpack(value) for value in request.arguments]
        keywords = {name: unpack(value) for name, value in request.keywords.items()}
        given = {str(i): value for i, value in enumerate(arguments)} | keywords
        kept = {key: value for key, value in given.items() if self._objects.is_mutable(value)}
        before = {key: self._picture_of(kept[key]) for key in kept if operation in CALLS}
        value = self._operations[operation](*arguments, **keywords)
        changed = [key for key in before if self._picture_of(kept[key]) != before[key]]
        return self.codec.pack(value), [(key, self.codec.pack(kept[key])) for key in changed]

    def _picture_of(self, value: Any) -> bytes:
        return msgspec.msgpack.encode(self.codec.pack(value))

    def _fault_of(self, error: BaseException) -> Fault:
        if isinstance(error, WireError):
            words = f"a value that your code hands over {error}"
            error = ValueError(words).with_traceback(error.__traceback__)
        if isinstance(error, NameError) and error.name:
            error = self._cells.why_not_made(error.name) or error
        return fault_of(error, self._frames_of, self._mirrored.origin_of)

    def _frames_of(self, error: BaseException) -> list[tuple[str, int, str]]:
        """The learner's own lines on the way to `error`, outermost first."""
        frames, trace = [], error.__traceback__
        while trace is not None:
            code = trace.tb_frame.f_code
            if code.co_filename in self._cells.file_names:
                frames.append((code.co_filename, trace.tb_lineno, code.co_name[:100]))
            trace = trace.tb_next
        if isinstance(error, SyntaxError) and error.filename in self._cells.file_names:
            frames.append((error.filename, error.lineno or 0, ""))
        return frames[-MAX_FRAMES:]

    def _keep_warning(self, message: Any, category: type[Warning], *_place: Any, **_more: Any) -> None:
        if len(self._warnings) < _MAX_WARNINGS:
            self._warnings.append((nearest_builtin(category), words_of(message)))

    def result_of(self, reply: Reply, operation: str, arguments: Sequence[Any], keywords: dict[str, Any]) -> Any:
        if reply.time > 0:
            self._clock.sleep(reply.time)
        if reply.fault is not None:
            raise self._mirrored.raised(reply.fault, self.codec.unpack)
        return self.codec.unpack(reply.value)

    def time_of_request(self) -> float:
        return self._clock.now()


def _kind_and_words(error: BaseException) -> str:
    """`NameError: name 'x' is not defined`; the kind alone where there are no words."""
    return f"{type(error).__name__}: {words_of(error)}".removesuffix(": ")


def _line_in(path: str, error: BaseException) -> int:
    """The line of the file that ends in `path` at which an import failed; 0 where it is not in there."""
    if isinstance(error, SyntaxError) and str(error.filename).endswith(path):
        return error.lineno or 0
    line, trace = 0, error.__traceback__
    while trace is not None:
        line = trace.tb_lineno if trace.tb_frame.f_code.co_filename.endswith(path) else line
        trace = trace.tb_next
    return line


def get_ready() -> None:
    """Prepare what is the same for every worker: done once in the fork server, before it forks any."""
    _forget_tito()
    determinism.take_over()
    stand_by()
    threading.stack_size(THREAD_STACK_BYTES)


def serve(channel: Channel, opening: Request) -> None:
    """Serve as a worker: the opening brings the learner's cells, then come the grader's requests."""
    cells, fields, enums, classes = opening.arguments
    objects = WorkerObjects(Cells(cells), fields, enums, classes)
    clock = VirtualTime()
    clock.install()
    local = environment.current()
    assert isinstance(local, environment.LocalEnvironment), "no other was set in this process"
    local.use_clock(clock)
    worker = Worker(channel, objects._cells, objects, clock)
    try:
        while True:
            request: Any = channel.receive()
            worker.serve(request)
    except (Closed, WireError):
        return


def _forget_tito() -> None:
    """Let `import tito` fail for the learner's code; what this module needs of it is loaded."""
    for name in [name for name in sys.modules if name.partition(".")[0] == "tito"]:
        del sys.modules[name]
