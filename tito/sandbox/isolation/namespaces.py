"""The wall of namespaces (Linux): another view of the machine, with nothing but Python in it.

The fork server enters once, before it has loaded anything: user, process, network,
IPC and host-name namespaces, and a file tree that holds what Python reads. Each
worker adds a mount and an IPC namespace of its own, where all is read-only but a
work folder of limited size; and a user namespace, unless it is a user of its own.
The fork server is process 1 there: when it ends, the kernel ends every worker. A
worker is not process 1, which would get neither SIGXCPU nor its own signals.

See namespaces(7), user_namespaces(7), pid_namespaces(7), mount_namespaces(7).
"""

from __future__ import annotations

import os
import socket
from collections.abc import Iterable
from pathlib import Path

from tito.sandbox.isolation import readable_paths, syscalls
from tito.sandbox.isolation.syscalls import (
    CLONE_NEWIPC,
    CLONE_NEWNET,
    CLONE_NEWNS,
    CLONE_NEWPID,
    CLONE_NEWUSER,
    CLONE_NEWUTS,
)

HOST_NAME = "grading"
ROOT_OPTIONS = "size=1m,nr_inodes=4k,mode=755"  # holds folders to mount on, and links
WORK_INODES = 4096
_OWN = syscalls.MS_NOSUID | syscalls.MS_NODEV | syscalls.MS_NOEXEC


def enter(folder: Path, writable: Path) -> None:
    """Move this process, which has one thread, into namespaces of its own; OSError where the system says no.

    Returns in a child, as process 1; the caller itself waits for that child and
    ends as it does. `folder` is the fork server's; of its files only `writable`
    can be changed from now on.
    """
    if os.getuid() != 0:
        _become_a_user_apart()
    syscalls.unshare(CLONE_NEWNS | CLONE_NEWPID | CLONE_NEWNET | CLONE_NEWIPC | CLONE_NEWUTS)
    socket.sethostname(HOST_NAME)
    syscalls.mount("none", "/", None, syscalls.MS_REC | syscalls.MS_PRIVATE)
    _change_root(folder, writable)
    _go_on_as_process_1()


def _become_a_user_apart() -> None:
    """A user namespace gives an ordinary user the right to make the others; the user id stays the same in it."""
    uid, gid = os.getuid(), os.getgid()
    syscalls.unshare(CLONE_NEWUSER)
    for name, text in (("setgroups", "deny"), ("uid_map", f"{uid} {uid} 1"), ("gid_map", f"{gid} {gid} 1")):
        Path("/proc/self", name).write_text(text)


def _go_on_as_process_1() -> None:
    child = os.fork()
    if child == 0:
        syscalls.die_with_parent()
        return
    os.closerange(0, 256)  # what is open belongs to the child now
    os._exit(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) & 0xFF)


def _change_root(folder: Path, writable: Path) -> None:
    """Build a tree of what Python reads, at the same places as before, and make it the root."""
    root = folder / "root"
    syscalls.mount("root", str(root), "tmpfs", _OWN, ROOT_OPTIONS)
    for path in (*readable_paths.reading(), *readable_paths.devices()):
        syscalls.make_read_only(_show(root, path))
    _show(root, str(writable))
    _hide(root, folder)
    _add_links(root, (*readable_paths.named(), str(folder)))
    _place_in(root, str(folder / "work")).mkdir(parents=True)
    os.chdir(root)
    syscalls.pivot_root_here()


def _show(root: Path, path: str) -> str:
    """Make a file or folder of the machine appear in the new tree; where it appears."""
    place = _place_in(root, path)
    if os.path.isdir(path):
        place.mkdir(parents=True, exist_ok=True)
    else:
        place.parent.mkdir(parents=True, exist_ok=True)
        place.touch()
    syscalls.mount(path, str(place), None, syscalls.MS_BIND | syscalls.MS_REC)
    return str(place)


def _hide(root: Path, folder: Path) -> None:
    """Cover what learners may not read with something empty, where it lies inside what is shown."""
    shown = readable_paths.reading()
    for path in readable_paths.hidden(str(folder / "library")):
        if any(readable_paths.is_inside(path, other) for other in shown):
            empty = folder / "empty" if os.path.isdir(path) else Path(os.devnull)
            syscalls.mount(str(empty), str(_place_in(root, path)), None, syscalls.MS_BIND)


def _add_links(root: Path, paths: Iterable[str]) -> None:
    for path in paths:
        for link, target in readable_paths.links_on_the_way(path).items():
            place = _place_in(root, link)
            if not os.path.lexists(place):
                place.parent.mkdir(parents=True, exist_ok=True)
                place.symlink_to(target)


def _place_in(root: Path, path: str) -> Path:
    return root / path.lstrip("/")


def make_work_folder(folder: Path, size_mb: int) -> None:
    """The worker's part: all is read-only but a fresh `folder` of its own, of this size."""
    syscalls.unshare(CLONE_NEWNS | CLONE_NEWIPC)
    syscalls.make_read_only("/")
    options = f"size={size_mb}m,nr_inodes={WORK_INODES},mode=711"
    syscalls.mount("work", str(folder.parent), "tmpfs", _OWN, options)
    folder.mkdir(mode=0o700)


def count_threads_apart() -> None:
    """A user namespace of the worker's own: the kernel counts the threads in it for themselves (since Linux 5.14).

    Nobody writes down which user this one is outside, so in it the worker is the
    user "nobody". Its files stay its own. Comes before the limit on threads, which
    would become the limit on all that the user has.
    """
    syscalls.unshare(CLONE_NEWUSER)
