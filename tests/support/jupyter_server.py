"""A Jupyter server of this environment, for as long as a test needs it."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

START_S = 180


@contextmanager
def running_jupyter(root: Path, folder: Path, app: str, *options: str) -> Iterator[str]:
    """The Jupyter server of a package, with the extensions of this environment, started in `root`; its address."""
    port = _free_port()
    common = [
        f"--ServerApp.root_dir={root}",
        f"--ServerApp.port={port}",
        "--ServerApp.allow_root=True",
        "--IdentityProvider.token=",
        "--no-browser",
    ]
    own = {name: str(folder / name) for name in ("JUPYTER_CONFIG_DIR", "JUPYTER_RUNTIME_DIR", "IPYTHONDIR")}
    environment = os.environ | own | {"PYTHONPATH": str(root)}
    log = (folder / "lab.log").open("w", encoding="utf-8")
    command = [sys.executable, "-m", app, *common, *options]
    server = subprocess.Popen(command, cwd=root, env=environment, stdout=log, stderr=subprocess.STDOUT)
    try:
        address = f"http://127.0.0.1:{port}"
        _wait_for(lambda: _answers(f"{address}/api"), START_S, f"the server; see {log.name}")
        yield address
    finally:
        server.terminate()
        server.wait(30)
        log.close()


def _free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return free.getsockname()[1]


def _answers(address: str) -> bool:
    try:
        with urllib.request.urlopen(address, timeout=5):
            return True
    except OSError:
        return False


def _wait_for(is_there, seconds: float, what: str) -> None:
    until = time.monotonic() + seconds
    while not is_there():
        assert time.monotonic() < until, f"waited {seconds} s for {what}"
        time.sleep(0.2)
