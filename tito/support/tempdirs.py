"""Temporary folders that a killed process does not leave behind for ever.

The maker holds a lock on its folder, which the system frees however the process
ends. So a later run can tell a folder that nobody needs from one in use, also
where process ids are used again or several containers share /tmp.

The lock is flock(2) on the folder itself. `filelock` locks a file only: one more
file for each folder, which a sweep would have to make to try it, and 70 ms of
imports in every process that grades or tests.
"""

from __future__ import annotations

import os
import shutil
import tempfile
import threading
import time
from pathlib import Path

PREFIX = "tito-"
PAUSES_S = (0.01, 0.05, 0.2, 0.5, 0.0)


class TempDir:
    """A temporary folder that lasts until `remove`, or until a `sweep` after this process was killed."""

    def __init__(self, purpose: str):
        self._lock: int | None
        self.path, self._lock = _locked(f"{PREFIX}{purpose}-{os.getpid()}-")
        self._removing = threading.Lock()

    def __enter__(self) -> Path:
        return self.path

    def __exit__(self, *exception: object) -> None:
        self.remove()

    def remove(self) -> None:
        """Remove the folder with all that is in it; a second call does nothing, from another thread too."""
        with self._removing:
            lock, self._lock = self._lock, None
        if lock is not None:
            _remove(self.path)
            os.close(lock)


def sweep() -> None:
    """Remove our folders whose makers have ended; leave those in use and other users' folders alone."""
    for path in Path(tempfile.gettempdir()).glob(f"{PREFIX}*-*-*"):
        try:
            folder = _opened(path)
        except OSError:  # no folder, a link, another user's, or just being removed
            continue
        try:
            if os.fstat(folder).st_uid == os.getuid() and _is_free(folder):
                _remove(path)
        finally:
            os.close(folder)


def _remove(folder: Path) -> None:
    """Remove a folder into which ending processes may still write; what is left is swept later."""
    for pause_s in PAUSES_S:
        shutil.rmtree(folder, ignore_errors=True)
        if not folder.exists():
            return
        time.sleep(pause_s)


def _locked(prefix: str) -> tuple[Path, int]:
    """A new folder and the descriptor that locks it. A folder that is swept before it is locked is made again."""
    import fcntl

    while True:
        path = Path(tempfile.mkdtemp(prefix=prefix)).resolve()
        try:
            lock = _opened(path)
        except FileNotFoundError:
            continue
        fcntl.flock(lock, fcntl.LOCK_EX)
        if path.is_dir():
            return path, lock
        os.close(lock)


def _opened(path: Path) -> int:
    return os.open(path, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW)


def _is_free(folder: int) -> bool:
    import fcntl

    try:
        fcntl.flock(folder, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
