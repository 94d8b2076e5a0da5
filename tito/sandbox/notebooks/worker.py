"""The untrusted side for an ordinary nbgrader notebook: one IPython shell runs its cells, work and tests alike.

That is what a kernel does, without the kernel: outputs go back as nbformat has
them, and no message of Jupyter's crosses. Time is real. The tests share the
process with the learner's code, which may therefore forge what they show; the
walls around the process hold all the same.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Any

from tito.rpc.channel import Channel, Closed, Reply, Request
from tito.rpc.codec import WireError
from tito.sandbox.notebooks.outputs import CellOutputs, Output
from tito.sandbox.notebooks.shell import NotebookShell

# what the fork server loads once for all notebooks; of IPython also the part that it loads when it is first used
LOADED = ("IPython.core.interactiveshell", "IPython.core.completer", "matplotlib_inline.backend_inline", "asyncio")
_INLINE = "module://matplotlib_inline.backend_inline"  # what a kernel sets: figures are shown in the notebook


def serve(channel: Channel, _opening: Request) -> None:
    """Serve as a worker: first come the files beside the notebook, then its cells."""
    os.environ |= {"MPLBACKEND": _INLINE, "NBGRADER_EXECUTION": "autograde"}
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


def _write_file(place: str, content: bytes, is_first: bool) -> None:
    """A file that lies beside the notebook, in pieces."""
    path = Path(place)
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("wb" if is_first else "ab") as file:
        file.write(content)


def _answer(channel: Channel, number: int, shown: list[Output]) -> None:
    try:
        channel.send(Reply(number, value=shown))
    except WireError as error:
        outputs = CellOutputs()
        outputs.error("OutputError", f"what the cell shows {error}", [f"what the cell shows {error}"])
        channel.send(Reply(number, value=outputs.shown))
