"""A process for each try: a wall goes up in it, it tries to get out, and it is gone."""

from __future__ import annotations

import faulthandler
import json
import os
import shutil
import stat
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

ORDINARY_ID = 4242
REPORT_FD = 5
ROOT = Path(__file__).parents[2]
OUT = "out"


def outcome(act: Callable[[], object], *before: Callable[[], object]) -> str:
    """What `act` comes to in a child in which all of `before` was done: "out", "no", or the name of an error."""
    read, write = os.pipe()
    child = os.fork()
    if child == 0:
        _tell(act, before, write)
    os.close(write)
    with open(read, encoding="utf-8") as told:
        words = told.read()
    status = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    return json.loads(words) if words else f"ended with {status}"


def _tell(act, before, write: int) -> None:
    try:
        os.dup2(write, REPORT_FD)
        faulthandler.disable()
        word = "before"
        try:
            for step in before:
                step()
            word = ""
            word = OUT if act() else "no"
        except Exception as error:  # whatever it is, the test wants to know
            number = f" {error.errno}" if isinstance(error, OSError) else ""
            word = f"{word} {type(error).__name__}{number}".strip()
        os.write(REPORT_FD, json.dumps(word).encode())
    finally:
        os._exit(0)


def become_ordinary() -> None:
    """Be a user without privileges; nothing to do for one who is."""
    if os.geteuid() == 0:
        os.setgroups([])
        os.setgid(ORDINARY_ID)
        os.setuid(ORDINARY_ID)


def ordinary_users_command(command: list[str]) -> list[str] | None:
    """What root runs to have `command` run by an ordinary user who can read this Python; None where that can't be.

    Where Python lies in a folder that is root's alone, a mount namespace shows
    nothing but Python there, to everybody.
    """
    if os.geteuid() != 0 or not all(map(shutil.which, ("unshare", "setpriv", "mount"))):
        return None
    lines = ["set -e", "mount --make-rprivate /"]
    for number, (closed, needed) in enumerate(sorted(_closed_folders().items())):
        stash = f"{tempfile.gettempdir()}/walled-{os.getpid()}-{number}"
        lines += [
            f"mkdir -p {stash}",
            f"mount --rbind {needed} {stash}",
            f"mount -t tmpfs -o mode=755 none {closed}",
            f"mkdir -p {needed}",
            f"mount --rbind {stash} {needed}",
            f"umount -l {stash}",
            f"rmdir {stash}",
        ]
    drop = f'exec setpriv --reuid {ORDINARY_ID} --regid {ORDINARY_ID} --clear-groups -- "$@"'
    return ["unshare", "--mount", "sh", "-c", "\n".join([*lines, drop]), "sh", *command]


def _closed_folders() -> dict[str, str]:
    """Folders on the way to what the tests need that only root may enter, each with what is needed in it."""
    found = {}
    for needed in (Path(sys.base_prefix), Path(sys.prefix), ROOT):
        for folder in reversed(needed.resolve().parents):
            if not stat.S_IMODE(folder.stat().st_mode) & stat.S_IXOTH:
                found.setdefault(str(folder), str(needed.resolve()))
                break
    return found
