"""The untrusted side for an ordinary nbgrader notebook: one IPython shell runs its cells, work and tests alike.

That is what a kernel does, without the kernel: outputs go back as nbformat has
them, and no message of Jupyter's crosses. Time is real. The tests share the
process with the learner's code, which may therefore forge what they show; the
walls around the process hold all the same.
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

from tito.rpc.channel import Channel, Closed, Reply, Request
from tito.rpc.codec import WireError
from tito.sandbox.notebook_outputs import CellOutputs, Output

LOADED = ("IPython.core.interactiveshell", "IPython.core.completer", "matplotlib_inline.backend_inline", "asyncio")
WALL_BY_CPU = 2  # a cell may take so many times its CPU seconds on the wall clock
_INLINE = "module://matplotlib_inline.backend_inline"  # what a kernel sets: figures are shown in the notebook


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
    """An IPython shell that runs one cell after the other, and tells what each shows."""

    def __init__(self) -> None:
        self._outputs = CellOutputs()
        self._shell = _made_shell(self._outputs)

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


def _made_shell(outputs: CellOutputs) -> Any:
    from IPython.core.displayhook import DisplayHook
    from IPython.core.displaypub import DisplayPublisher
    from IPython.core.interactiveshell import InteractiveShell
    from traitlets import Type
    from traitlets.config import Config

    class Hook(DisplayHook):
        """Adds the value of a cell's last expression."""

        def write_output_prompt(self) -> None:
            """Show none: a notebook has its own."""

        def write_format_data(self, format_dict: dict[str, Any], md_dict: Any = None) -> None:
            outputs.value(format_dict, self.prompt_count)

        def finish_displayhook(self) -> None:
            self._is_active = False

    class Publisher(DisplayPublisher):
        """Adds what `display` is given."""

        def publish(self, data: dict[str, Any], *_more: Any, **_options: Any) -> None:
            outputs.display(data)

        def clear_output(self, wait: bool = False) -> None:
            outputs.begin()

    class Shell(InteractiveShell):
        """A shell that adds an exception to the outputs instead of printing it."""

        displayhook_class = Type(Hook)
        display_pub_class = Type(Publisher)

        def _showtraceback(self, etype: type, evalue: object, stb: list[str]) -> None:
            outputs.error(etype.__name__, _words_of(evalue), stb)

        def init_virtualenv(self) -> None:
            """Look for none: this process reads what it was given."""

        def enable_gui(self, gui: str | None = None) -> None:
            """Do nothing: figures are pictures in the notebook."""

        def ask_exit(self) -> None:
            """End the process, as `exit()` ends a kernel."""
            os._exit(0)

    config = Config()
    config.HistoryManager.enabled = False
    config.HistoryManager.hist_file = ":memory:"
    config.InteractiveShell.colors = "nocolor"
    shell = Shell.instance(config=config)
    sys.modules["__main__"] = shell.user_module
    return shell


def _make_profile() -> None:
    """The profile that IPython would make, whose way to copy a file is closed here."""
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
    def interrupt(_number: int, _frame: FrameType | None) -> None:
        raise KeyboardInterrupt(f"stopped after {cpu_s:g} s of CPU time, or {WALL_BY_CPU * cpu_s:g} s in all")

    for number in (signal.SIGPROF, signal.SIGALRM):
        signal.signal(number, interrupt)
    signal.setitimer(signal.ITIMER_PROF, cpu_s)
    signal.setitimer(signal.ITIMER_REAL, WALL_BY_CPU * cpu_s)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
        signal.setitimer(signal.ITIMER_REAL, 0)


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


def _write_file(place: str, content: bytes, is_first: bool) -> None:
    """A file that lies beside the notebook, in pieces."""
    path = Path(place)
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("wb" if is_first else "ab") as file:
        file.write(content)


def serve(channel: Channel, opening: Request) -> None:
    """Serve as a worker: first come the files beside the notebook, then its cells."""
    _make_profile()
    os.environ["MPLBACKEND"] = _INLINE
    sys.path.insert(0, "")
    shell: NotebookShell | None = None
    try:
        while True:
            request: Any = channel.receive()
            if request.operation == "file":
                _write_file(*request.arguments)
                continue
            shell = shell or NotebookShell()
            _answer(channel, request.number, shell.run(*request.arguments))
    except (Closed, WireError):
        return


def _answer(channel: Channel, number: int, shown: list[Output]) -> None:
    try:
        channel.send(Reply(number, value=shown))
    except WireError as error:
        outputs = CellOutputs()
        outputs.error("OutputError", f"what the cell shows {error}", [f"what the cell shows {error}"])
        channel.send(Reply(number, value=outputs.shown))
