"""What is to happen whatever a learner's file or process says: a value, or one of the errors that are meant for it.

`read_file` and `hear` are given any bytes. Any other exception than these
errors leaves them, and is a bug. Hypothesis asks them in `test_fuzzing.py`, atheris in
`benchmarks/fuzz.py`.
"""

from __future__ import annotations

import io
import json
import os
import tempfile
import warnings
import zipfile
from functools import cache
from pathlib import Path
from unittest.mock import patch

from tests.support.graded_module import one, suite, work
from tests.support.toy_class import notebooks
from tests.support.toy_course import write_course
from tito.autograder import session as sessions
from tito.autograder.grader import Grader
from tito.autograder.public_names import read_public_names
from tito.autograder.session import Session, WorkerLost
from tito.classroom.intake.reader import notebook_in
from tito.lesson import notebook
from tito.lesson.check_suite import work_of
from tito.rpc.channel import _HEADER, Channel
from tito.sandbox.client import ForkedWorker
from tito.sandbox.isolation.limits import Limits
from tito.support.errors import UsageError

SUFFIXES = (".ipynb", ".py", ".zip")
MOST_ASKED = 64  # things that are asked of one worker; each takes an answer


@cache
def toy_course():
    """The course whose module a file is read as, and the instructor's and learners' notebooks of it."""
    course = write_course(Path(tempfile.mkdtemp(prefix="fuzz-")))
    return course, *notebooks(course, course.module("counting"))


def read_file(name: str, data: bytes) -> notebook.Notebook | None:
    """Read what somebody handed in under this name, as `tito collect` and `tito grade` do; None where it is refused."""
    _, trusted, _ = toy_course()
    try:
        found = notebook_in(name, data)
        work_of(found, trusted)
    except UsageError:
        return None
    notebook.as_json(found)
    return found


class ToldError(Exception):
    """An exception that the worker told of, as it may; not one of ours."""


class _Recorded:
    """In place of a warm parent: its worker has said all that it will say, and nobody hears what it is told."""

    def __init__(self, said: bytes):
        self._said = said

    def fork(self) -> ForkedWorker:
        spoken = os.memfd_create("said")
        os.write(spoken, self._said)
        os.lseek(spoken, 0, os.SEEK_SET)
        return ForkedWorker(0, os.getpid(), spoken, os.open(os.devnull, os.O_WRONLY), None, Path("/nonexistent"))

    def end(self, worker: ForkedWorker) -> int:
        worker.close()
        return 0


class Model:
    """Something that the grader lends."""

    __module__ = "check"
    speed = 3

    def __call__(self, *samples):
        return list(samples)

    def __len__(self):
        return 3

    def __getitem__(self, at):
        return [1, 2.5, "x"][at]


PUBLIC_NAMES, WORK = read_public_names(suite("pass")), work("def answer(): return 4")


def hear(said: bytes) -> list[object]:
    """Have a grader's session read these bytes from its worker; what it believed, then the exceptions told to it."""
    told_of = sessions.error_from
    believed: list[object] = []

    def told(fault, class_by_origin):
        return ToldError(told_of(fault, class_by_origin))

    with patch.object(sessions, "error_from", told), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        session = Session(_Recorded(said), WORK, PUBLIC_NAMES, Limits(check_cpu_s=1e9, total_cpu_s=1e9, wall_s=1e9))
        try:
            for asked in range(MOST_ASKED):
                try:
                    believed.append(session.ask("call", Model(), [1.0, 2.0], at=asked) if asked else session.begin(1))
                except ToldError as error:
                    believed.append(error)
        except WorkerLost:
            pass
        finally:
            session.close()
    return believed


def frame(message: bytes) -> bytes:
    """A message as it stands on the pipe."""
    return _HEADER.pack(len(message)) + message


# -- what real files and real workers say, to start from ------------------------------------------------


@cache
def real_files() -> dict[str, bytes]:
    """Hand-ins of every kind that is taken, by name."""
    _, trusted, released = toy_course()
    found = {"solved.ipynb": notebook.as_json(trusted), "released.ipynb": notebook.as_json(released)}
    with tempfile.TemporaryDirectory() as folder:
        found["solved.py"] = notebook.write(trusted, Path(folder) / "solved.py").read_bytes()
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("counting_dev.ipynb", found["released.ipynb"])
        archive.writestr(
            "manifest.json", json.dumps({"learner": "s001", "module": "counting", "submitted_at": "2026-01-14"})
        )
    return found | {"packed.zip": packed.getvalue()}


TALKS = {
    "plain": ("def answer(*a): return [1, 2.5, 'x', None, (True, b'y'), {'k': {1, 2}}, 2**70, 3 + 4j]", "answer()"),
    "arrays": (
        "def answer(x): return np.asarray(x) * 2, np.float32(3), np.arange(6).reshape(2, 3)",
        "answer([1.0, 2.0])",
    ),
    "records": ("def answer(): return Result(Kind.FAST, [1.0], {'n': 1})", "answer()"),
    "errors": (
        "def answer():\n    try: 1 / 0\n    except ZeroDivisionError as e: raise ValueError('no', 3) from e",
        "answer()",
    ),
    "warnings": ("import warnings\ndef answer():\n    warnings.warn('slow'); return 4", "answer()"),
    "calls": (
        "def answer(f, xs):\n    xs.append(f(1, key=2)); return [f(i) for i in range(3)], f",
        "answer(lambda *a, **k: 5, [1])",
    ),
    "objects": (
        "def answer():\n    class A:\n        x = 1\n        def m(self, y): return y\n    return A()",
        "a = answer(); a.x; a.m(3)",
    ),
}


def real_talks(library: Path) -> dict[str, bytes]:
    """All that a worker says while it is asked these things, by name."""
    said: dict[int, bytearray] = {}
    real = Channel._read

    def read(channel):
        chunk = real(channel)
        said.setdefault(id(channel), bytearray()).extend(chunk)
        return chunk

    found = {}
    with patch.object(Channel, "_read", read), Grader(library, level=0) as grader:
        for name, (code, check) in TALKS.items():
            said.clear()
            one(grader, code, check)
            found[name] = b"".join(said.values())
    return found
