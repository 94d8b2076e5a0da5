"""Exceptions on their way between the two sides: as type name, message and places, never as objects."""

from __future__ import annotations

import builtins
from collections.abc import Callable
from functools import lru_cache
from typing import Any

from tito.rpc.channel import Fault
from tito.rpc.codec import WireError

MAX_MESSAGE = 1500
MAX_CAUSES = 3
MAX_FRAMES = 6


class RemoteError(Exception):
    """Raised in a check for an exception in the learner's code.

    `frames` are the learner's own lines (cell, line, function), outermost
    first; `kind` is the name of the exception's type in the worker.
    """

    def __init__(self, message: str, kind: str, frames: tuple[tuple[str, int, str], ...] = ()):
        Exception.__init__(self, message)
        self.message, self.kind, self.frames = message, kind, frames

    def __str__(self) -> str:
        return self.message


class LearnerCodeError(RemoteError):
    """An exception of a type that only the learner's code knows; its class goes by the name of that type."""


def builtin_error(name: str) -> type[Exception] | None:
    """The builtin exception class of this name, if it is one that a check may see raised."""
    found = getattr(builtins, name, None)
    if isinstance(found, type) and issubclass(found, Exception):
        return found
    return None


def nearest_builtin(cls: type[BaseException]) -> str:
    """The name of the closest builtin class that `cls` descends from."""
    names = (base.__name__ for base in cls.__mro__ if getattr(builtins, base.__name__, None) is base)
    return str(next(names))


def words_of(error: BaseException) -> str:
    try:
        return str(error)[:MAX_MESSAGE]
    except Exception:  # the learner's own __str__ may raise anything
        return ""


def notes_of(error: BaseException) -> list[str]:
    notes = getattr(error, "__notes__", None)
    return [str(note)[:MAX_MESSAGE] for note in notes[:10]] if isinstance(notes, list) else []


def fault_of(
    error: BaseException,
    frames_of: Callable[[BaseException], list[tuple[str, int, str]]],
    origin_of: Callable[[type], int],
    arguments: Any = None,
    depth: int = 0,
) -> Fault:
    """`error` in a form that can travel.

    `frames_of` finds the learner's lines in it, `origin_of` gives the number of its class.
    """
    cause = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
    if depth >= MAX_CAUSES:
        cause = None
    return Fault(
        type=type(error).__name__[:100],
        base=nearest_builtin(type(error))[:100],
        message=words_of(error),
        arguments=arguments,
        notes=notes_of(error),
        frames=frames_of(error),
        origin=origin_of(type(error)),
        cause=fault_of(cause, frames_of, origin_of, None, depth + 1) if cause is not None else None,
    )


@lru_cache(maxsize=256)
def _remote_class(cls: type[Exception]) -> type[Exception]:
    """`cls` with what a RemoteError knows, under the name of `cls`."""
    return type(cls.__name__, (RemoteError, cls), {"__module__": cls.__module__})


@lru_cache(maxsize=256)
def _unknown_class(name: str) -> type[LearnerCodeError]:
    """The class of an exception that only the worker knows, by its name there: a check's words may tell it."""
    return type(name if name.isidentifier() else "Exception", (LearnerCodeError,), {})


def error_from(fault: Fault, class_by_origin: Callable[[int], type[Exception] | None]) -> Exception:
    """The exception that a check sees: of the same builtin type where there is one."""
    cls = class_by_origin(fault.origin) or builtin_error(fault.type) or builtin_error(fault.base)
    if cls is None or (cls is Exception and fault.type != "Exception"):
        cls = _unknown_class(fault.type)
    error = _instance(cls, fault)
    for note in fault.notes:
        error.add_note(note)
    if fault.cause is not None:
        error.__cause__ = error_from(fault.cause, class_by_origin)
    return error


def _instance(cls: type[Exception], fault: Fault) -> Exception:
    remote = cls if issubclass(cls, RemoteError) else _remote_class(cls)  # type: ignore[arg-type]  # a class is hashable
    try:
        error = remote.__new__(remote)
    except TypeError:  # ExceptionGroup and its like need arguments that did not travel
        remote = _unknown_class(fault.type)
        error = remote.__new__(remote)
    assert isinstance(error, RemoteError), "its class was made to be one"
    RemoteError.__init__(error, fault.message, fault.type, tuple(fault.frames))
    return error


class MirroredErrors:
    """In the worker: exception classes with the names of the grader's own, each known by its number."""

    def __init__(self) -> None:
        self._classes: dict[tuple[str, int], type[Exception]] = {}
        self._origins: dict[type, int] = {}

    def origin_of(self, cls: type) -> int:
        return self._origins.get(cls, -1)

    def raised(self, fault: Fault, unpack: Callable[[Any], Any]) -> BaseException:
        """The exception that the learner's code sees when the grader's object raised one."""
        error = self._class(fault)(*unpack(fault.arguments))
        for note in fault.notes:
            error.add_note(note)
        return error

    def _class(self, fault: Fault) -> type[Exception]:
        if fault.origin < 0:
            return builtin_error(fault.type) or RuntimeError
        key = (fault.type, fault.origin)
        if key not in self._classes:
            base = builtin_error(fault.base) or Exception
            self._classes[key] = cls = type(fault.type, (base,), {})
            self._origins[cls] = fault.origin
        return self._classes[key]


def plain_arguments(error: BaseException, pack: Callable[[Any], Any]) -> Any:
    """An exception's arguments, packed, or its message where they are more than data."""
    try:
        return pack(error.args)
    except WireError:
        return pack((words_of(error),))
