"""Starting JupyterLab on a learner's notebook."""

from __future__ import annotations

import os
import subprocess
import sys
from importlib import util

from tito.course.course import Module, Workspace
from tito.support.errors import CourseError


def open_lab(workspace: Workspace, module: Module, browser: bool = True) -> int:
    """Run JupyterLab until it ends; its exit code. CourseError when it isn't installed."""
    if util.find_spec("jupyterlab") is None:
        raise CourseError("JupyterLab is not installed", hint="pip install -e .")
    return _wait_for(
        subprocess.Popen(command(workspace, module, browser), cwd=workspace.root, env=environment(workspace))
    )


def command(workspace: Workspace, module: Module, browser: bool) -> list[str]:
    """The command line: the workspace as root folder, the notebook opened."""
    notebook = module.notebook.relative_to(workspace.root).as_posix()
    options = [f"--ServerApp.root_dir={workspace.root}", f"--LabApp.default_url=/lab/tree/{notebook}"]
    options += [] if browser else ["--no-browser"]
    options += ["--allow-root"] if _is_root() else []
    return [sys.executable, "-m", "jupyterlab", *options]


def _is_root() -> bool:
    """Are we root? In a container the only user often is, and Jupyter then refuses to start without `--allow-root`."""
    return hasattr(os, "geteuid") and os.geteuid() == 0


def environment(workspace: Workspace) -> dict[str, str]:
    """Our environment, with the workspace's own `tinytorch` before any other that is installed, and asserts left in."""
    paths = [str(workspace.root), *filter(None, [os.environ.get("PYTHONPATH")])]
    kept = {name: value for name, value in os.environ.items() if name != "PYTHONOPTIMIZE"}
    return kept | {"PYTHONPATH": os.pathsep.join(paths)}


def _wait_for(process: subprocess.Popen) -> int:
    """Wait for Jupyter to end. It answers Ctrl-C itself, by asking whether to stop."""
    while True:
        try:
            return process.wait()
        except KeyboardInterrupt:
            continue
