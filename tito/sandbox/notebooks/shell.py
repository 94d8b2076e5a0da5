"""An IPython shell that runs a notebook's cells, and tells what each shows.

This file is loaded with the fork server; IPython, which takes half a second, only
where a notebook is run.
"""

from __future__ import annotations

import io
import os
import signal
import sys
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, redirect_stderr, redirect_stdout
from pathlib import Path
from types import FrameType
from typing import Any

from tito.sandbox.notebooks.outputs import CellOutputs, Output

WALL_BY_CPU = 2  # a cell may take so many times its CPU seconds on the wall clock


class _Stream(io.TextIOBase):
    """A stdout or stderr that adds to the cell's outputs."""

    encoding = "utf-8"

    def __init__(self, outputs: CellOutputs, name: str):
        self._outputs, self._name = outputs, name

    def write(self, text: str) -> int:
        self._outputs.stream(self._name, text)
        return len(text)

    def writable(self) -> bool:
        return True


class NotebookShell:
    """The shell of one notebook: `run` each cell in turn."""

    def __init__(self) -> None:
        self._outputs = CellOutputs()
        self._shell = _ipython()
        self._show_in_outputs()
        sys.modules["__main__"] = self._shell.user_module

    def run(self, source: str, cpu_s: float) -> list[Output]:
        """What the cell shows. It is interrupted after so many seconds of CPU time, as nbgrader interrupts a kernel."""
        self._outputs.begin()
        with ExitStack() as open_:
            open_.enter_context(_written_past_python(self._outputs))
            open_.enter_context(redirect_stdout(_Stream(self._outputs, "stdout")))
            open_.enter_context(redirect_stderr(_Stream(self._outputs, "stderr")))
            open_.enter_context(_interrupted_after(cpu_s))
            self._shell.run_cell(source, store_history=True)
        return self._outputs.shown

    def _show_in_outputs(self) -> None:
        """Have the shell add to the outputs what it would print, and do what a kernel does in place of a terminal."""
        shell, outputs = self._shell, self._outputs
        hook, publisher = shell.displayhook, shell.display_pub
        for owner, name, method in (
            (hook, "write_output_prompt", _nothing),
            (hook, "write_format_data", lambda data, md_dict=None: outputs.value(data, hook.prompt_count)),
            (hook, "finish_displayhook", lambda: setattr(hook, "_is_active", False)),
            (publisher, "publish", lambda data, *_more, **_options: outputs.display(data)),
            (publisher, "clear_output", lambda wait=False: outputs.begin()),
            (shell, "_showtraceback", lambda kind, error, lines: outputs.error(kind.__name__, _words_of(error), lines)),
            (shell, "enable_gui", _nothing),  # figures are pictures in the notebook
            (shell, "ask_exit", lambda: os._exit(0)),  # as `exit()` ends a kernel
        ):
            setattr(owner, name, method)


def _ipython() -> Any:
    from IPython.core.interactiveshell import InteractiveShell
    from traitlets.config import Config

    _make_profile()
    config = Config()
    config.HistoryManager.enabled = False
    config.HistoryManager.hist_file = ":memory:"
    config.InteractiveShell.colors = "nocolor"
    return InteractiveShell.instance(config=config)


def _nothing(*_arguments: object) -> None:
    """Take the place of what a notebook doesn't show."""


def _make_profile() -> None:
    """The profile that IPython would make by copying a file, which the walls refuse."""
    folder = Path(".ipython").absolute()
    startup = folder / "profile_default" / "startup"
    startup.mkdir(parents=True)
    (startup / "README").touch()
    os.environ["IPYTHONDIR"] = str(folder)


def _words_of(error: object) -> str:
    try:
        return str(error)
    except Exception as worse:  # the learner's class may raise when it is asked
        return f"its words can't be read: {type(worse).__name__}"


@contextmanager
def _interrupted_after(cpu_s: float) -> Iterator[None]:
    def stop_both() -> None:
        signal.setitimer(signal.ITIMER_PROF, 0)
        signal.setitimer(signal.ITIMER_REAL, 0)

    def interrupt(_number: int, _frame: FrameType | None) -> None:
        stop_both()  # else the second one comes while the shell shows the first
        raise KeyboardInterrupt(f"stopped after {cpu_s:g} s of CPU time, or {WALL_BY_CPU * cpu_s:g} s in all")

    for number in (signal.SIGPROF, signal.SIGALRM):
        signal.signal(number, interrupt)
    signal.setitimer(signal.ITIMER_PROF, cpu_s)
    signal.setitimer(signal.ITIMER_REAL, WALL_BY_CPU * cpu_s)
    try:
        yield
    finally:
        stop_both()


@contextmanager
def _written_past_python(outputs: CellOutputs) -> Iterator[None]:
    """Collect what is written to the descriptors themselves, as by a library in C; it comes after all else."""
    with tempfile.TemporaryFile(dir=".") as out, tempfile.TemporaryFile(dir=".") as err:
        kept = {number: os.dup(number) for number in (1, 2)}
        os.dup2(out.fileno(), 1)
        os.dup2(err.fileno(), 2)
        try:
            yield
        finally:
            for number, descriptor in kept.items():
                os.dup2(descriptor, number)
                os.close(descriptor)
            for name, file in (("stdout", out), ("stderr", err)):
                file.seek(0)
                if text := file.read(2**20).decode("utf-8", "replace"):
                    outputs.stream(name, text)
