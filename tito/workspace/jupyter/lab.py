"""JupyterLab on a learner's notebook: one server for a workspace, started, found again and ended.

What lies in the workspace is not imported by starting it.
"""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from importlib import util
from pathlib import Path
from urllib.parse import quote, urlsplit

from tito.course.course import Module, Workspace
from tito.support.errors import CourseError
from tito.support.files import write_atomic
from tito.support.tempdirs import TempDir
from tito.workspace.jupyter import kernel

START_S, POLL_S = 120.0, 0.1
ENDINGS = [getattr(signal, name) for name in ("SIGTERM", "SIGHUP") if hasattr(signal, name)]  # the terminal closes
INSTRUCTORS_EXTENSIONS = ("@jupyter/nbgrader",)
NEWS = "@jupyterlab/apputils-extension:announcements"  # asks whether Lab may fetch news, over the notebook
INSTRUCTORS_SERVERS = (
    "nbgrader.server_extensions.formgrader",
    "nbgrader.server_extensions.validate_assignment",
    "nbgrader.server_extensions.assignment_list",
    "nbgrader.server_extensions.course_list",
)


@dataclass(frozen=True)
class LabServer:
    """A server that runs, as Jupyter describes it in a file below its runtime folder."""

    url: str
    token: str
    root: Path

    def address(self, workspace: Workspace, module: Module) -> str:
        """Where a browser finds the module's notebook."""
        notebook = module.notebook.relative_to(workspace.root).as_posix()
        token = f"?token={self.token}" if self.token else ""
        return f"{self.url}lab/tree/{quote(notebook)}{token}"

    def answers(self) -> bool:
        """Does anything listen there? A server that was killed leaves its description behind."""
        place = urlsplit(self.url)
        try:
            with socket.create_connection((place.hostname or "localhost", place.port or 80), timeout=1):
                return True
        except OSError:
            return False


def running(workspace: Workspace) -> LabServer | None:
    """The server that runs on this workspace, if one does."""
    return next((s for s in _described() if s.root == workspace.root and s.answers()), None)


def open_lab(
    workspace: Workspace, module: Module, say: Callable[[str, bool], None], show: Callable[[str], object]
) -> int:
    """Show the notebook in the server that runs, or in one that ends with this call; the server's exit code.

    `say` gets the address, and whether the server ran already; `show` opens it. CourseError when JupyterLab isn't
    installed, or doesn't start.
    """
    if found := running(workspace):
        say(found.address(workspace, module), True)
        show(found.address(workspace, module))
        return 0
    if util.find_spec("jupyterlab") is None:
        raise CourseError("JupyterLab is not installed", hint="tito doctor")
    with _server(workspace, module) as process:
        address = _await_server(workspace, process).address(workspace, module)
        say(address, False)
        show(address)
        return process.wait()


@contextmanager
def _server(workspace: Workspace, module: Module) -> Iterator[subprocess.Popen]:
    """A server for as long as the block runs. Ctrl-C ends it, and so does closing the terminal."""
    with TempDir("jupyter") as kernels:
        kernel.write_spec(kernels, workspace.root)
        process = _started(workspace, module, kernels)
        earlier = {number: signal.signal(number, _as_interrupt) for number in ENDINGS}
        try:
            yield process
        except KeyboardInterrupt:
            pass
        finally:
            for number, handler in earlier.items():
                signal.signal(number, handler)
            _end(process)


def _started(workspace: Workspace, module: Module, kernels: Path) -> subprocess.Popen:
    """Jupyter's process, which writes into its log."""
    log = workspace.lab_log
    log.parent.mkdir(parents=True, exist_ok=True)
    with log.open("wb") as output:
        return subprocess.Popen(
            command(workspace, module),
            cwd=workspace.root,
            env=environment(workspace, kernels),
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,  # Ctrl-C is ours: Jupyter would ask whether it is meant
        )


def _as_interrupt(*_: object) -> None:
    raise KeyboardInterrupt


def _end(process: subprocess.Popen) -> None:
    """End the server and its kernels; it has ten seconds to do it in order."""
    process.terminate()
    try:
        process.wait(timeout=10)
    except subprocess.TimeoutExpired:
        process.kill()


def _await_server(workspace: Workspace, process: subprocess.Popen) -> LabServer:
    """The server, once it answers; CourseError with its last words when it ends instead."""
    end = time.monotonic() + START_S
    while process.poll() is None and time.monotonic() < end:
        if found := running(workspace):
            return found
        time.sleep(POLL_S)
    log = workspace.lab_log
    lines = log.read_text(encoding="utf-8", errors="replace").strip().splitlines()
    raise CourseError(
        "JupyterLab did not start", at=str(log), why=lines[-1] if lines else "it says nothing", hint="tito doctor"
    )


def command(workspace: Workspace, module: Module) -> list[str]:
    """The command line: the workspace as root folder, the notebook opened."""
    notebook = module.notebook.relative_to(workspace.root).as_posix()
    options = [f"--ServerApp.root_dir={workspace.root}", f"--LabApp.default_url=/lab/tree/{notebook}", "--no-browser"]
    options += ["--allow-root"] if _is_root() else []
    return [sys.executable, "-P", "-m", "jupyterlab", *options]


def environment(workspace: Workspace, kernels: Path) -> dict[str, str]:
    """Our environment with the kernel in `kernels`; asserts are left in, and no path of Python's is the workspace's.

    Jupyter reads a folder of settings more, in which the instructor's tools are off.
    """
    kept = {name: value for name, value in os.environ.items() if name not in ("PYTHONOPTIMIZE", "PYTHONPATH")}
    paths = os.environ.get("PYTHONPATH", "").split(os.pathsep)
    others = [path for path in paths if path and not Path(path).resolve().is_relative_to(workspace.root.resolve())]
    kept |= {"PYTHONPATH": os.pathsep.join(others)} if others else {}
    return kept | {
        "JUPYTER_PATH": _before("JUPYTER_PATH", kernels),
        "JUPYTER_CONFIG_PATH": _before("JUPYTER_CONFIG_PATH", _settings(workspace)),
    }


def _before(name: str, folder: Path) -> str:
    """A list of folders in an environment variable, with another one before them."""
    return os.pathsep.join([str(folder), *filter(None, [os.environ.get(name)])])


def _settings(workspace: Workspace) -> Path:
    """A folder of Jupyter's settings: nbgrader may be installed here too, and its buttons are not for learners."""
    folder = workspace.lab_settings
    page = {"disabledExtensions": dict.fromkeys((*INSTRUCTORS_EXTENSIONS, NEWS), True)}
    server = {"ServerApp": {"jpserver_extensions": dict.fromkeys(INSTRUCTORS_SERVERS, False)}}
    write_atomic(folder / "labconfig" / "page_config.json", json.dumps(page) + "\n")
    write_atomic(folder / "jupyter_server_config.json", json.dumps(server) + "\n")
    return folder


def _is_root() -> bool:
    """Are we root? In a container the only user often is, and Jupyter then refuses to start without `--allow-root`."""
    return hasattr(os, "geteuid") and os.geteuid() == 0


def _described() -> Iterator[LabServer]:
    """Every server that has described itself, the latest first, whether or not it still runs."""
    from jupyter_core.paths import jupyter_runtime_dir

    paths = Path(jupyter_runtime_dir()).glob("jpserver-*.json")
    for path in sorted(paths, key=lambda path: path.name, reverse=True):
        with suppress(OSError, ValueError, KeyError, TypeError):  # gone, half written, or of another version
            said = json.loads(path.read_text(encoding="utf-8"))
            yield LabServer(said["url"], said["token"], Path(said["root_dir"]))
