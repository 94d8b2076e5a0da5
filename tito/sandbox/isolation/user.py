"""The wall of another user (POSIX, where the grader is root): a worker runs as a user who owns nothing."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable
from pathlib import Path

NOBODYS_ID = 61_000  # no account: systemd's table of users (UIDS-GIDS) leaves 60578 to 61183 free


def is_root() -> bool:
    return os.geteuid() == 0


def workers_uid() -> int:
    """The user that workers run as."""
    return NOBODYS_ID if is_root() else os.getuid()


def hand_over(folder: Path) -> None:
    """Stop being root, for good, and own nothing but `folder`. Does nothing for other users."""
    if is_root():
        os.chown(folder, NOBODYS_ID, NOBODYS_ID)
        os.setgroups([])
        os.setgid(NOBODYS_ID)
        os.setuid(NOBODYS_ID)


def loaded_files() -> list[str]:
    """The files of what is loaded now: a sample of what a worker will have to read."""
    files = (getattr(module, "__file__", None) for module in list(sys.modules.values()))
    return sorted({file for file in files if file and os.path.isabs(file)})


def must_read(files: Iterable[str]) -> None:
    """OSError unless this process can read every one of `files`."""
    for file in files:
        try:
            os.close(os.open(file, os.O_RDONLY))
        except OSError as error:
            raise OSError(f"{file}, which Python needs, can't be read then: {error.strerror}") from None
