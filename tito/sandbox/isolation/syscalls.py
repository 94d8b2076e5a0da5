"""System calls of Linux that the walls need and Python lacks, each named as in section 2 of the manual.

Python 3.12 has `os.unshare`; no version has mount(2). No maintained package offers
these to a process that goes on without exec. An error is an OSError, as in `os`.
"""

from __future__ import annotations

import ctypes
import os
import struct
import sys
from typing import Any

CLONE_NEWNS, CLONE_NEWUTS, CLONE_NEWIPC = 0x0002_0000, 0x0400_0000, 0x0800_0000
CLONE_NEWUSER, CLONE_NEWPID, CLONE_NEWNET = 0x1000_0000, 0x2000_0000, 0x4000_0000
MS_NOSUID, MS_NODEV, MS_NOEXEC, MS_BIND, MS_REC, MS_PRIVATE = 2, 4, 8, 4096, 16384, 1 << 18
_MNT_DETACH = 2
_AT_FDCWD, _AT_RECURSIVE, _MOUNT_ATTR_RDONLY = -100, 0x8000, 1
_MOUNT_ATTR = struct.Struct("QQQQ")  # attr_set, attr_clr, propagation, userns_fd
_PR_SET_PDEATHSIG, _PR_SET_NO_NEW_PRIVS = 1, 38
_SECCOMP_SET_MODE_FILTER, _INSTRUCTION_BYTES = 1, 8
_CAPABILITY_VERSION_3 = 0x2008_0522
_SIGKILL = 9

_libc: Any = ctypes.CDLL(None, use_errno=True) if sys.platform == "linux" else None


def unshare(namespaces: int) -> None:
    """unshare(2): leave the namespaces that are named by their CLONE_NEW* bits for new ones."""
    _check(_libc.unshare(namespaces))


def mount(source: str, target: str, kind: str | None, flags: int, options: str | None = None) -> None:
    """mount(2)."""
    texts = (text.encode() if text is not None else None for text in (source, target, kind))
    _check(_libc.mount(*texts, ctypes.c_ulong(flags), options.encode() if options else None))


def make_read_only(target: str) -> None:
    """mount_setattr(2): nothing below `target` can be written; flags that an outer namespace locked stay."""
    wanted = _MOUNT_ATTR.pack(_MOUNT_ATTR_RDONLY, 0, 0, 0)
    _call("mount_setattr", _AT_FDCWD, target.encode(), _AT_RECURSIVE, wanted, len(wanted))


def pivot_root_here() -> None:
    """pivot_root(2): make the current folder, a mount, the root, and let go of the old one."""
    _call("pivot_root", b".", b".")
    _check(_libc.umount2(b".", _MNT_DETACH))
    os.chdir("/")


def drop_capabilities() -> None:
    """capset(2): give up every privilege, also those that hold in a user namespace only."""
    header, none = struct.pack("Ii", _CAPABILITY_VERSION_3, 0), bytes(24)
    _check(_libc.capset(header, none))


def die_with_parent() -> None:
    """prctl(2): be killed when the thread that forked this process ends. A change of user undoes it."""
    _check(_libc.prctl(_PR_SET_PDEATHSIG, _SIGKILL, 0, 0, 0))


def filter_calls(program: bytes) -> None:
    """seccomp(2): have a BPF program decide on all system calls of this thread, for good; no new privileges."""
    text = ctypes.create_string_buffer(program, len(program))
    header = struct.pack("HP", len(program) // _INSTRUCTION_BYTES, ctypes.addressof(text))
    _check(_libc.prctl(_PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0))
    _call("seccomp", _SECCOMP_SET_MODE_FILTER, 0, header)


def _call(name: str, *arguments: Any) -> None:
    from seccompy import syscall_nr

    _check(_libc.syscall(ctypes.c_long(syscall_nr(name)), *arguments))


def _check(result: int) -> None:
    if result == -1:
        error = ctypes.get_errno()
        raise OSError(error, os.strerror(error))
