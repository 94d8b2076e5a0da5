"""Escapes from a worker, to be tried: this file is graded as if a learner had handed it in.

Each function gets `facts` from the grader, and returns True when it got out.
A wall makes it raise OSError (or what Python makes of one), or return False.
What it does is undone or harmless: it changes no files but the probe's.
"""

import contextlib
import ctypes
import mmap
import os
import resource
import socket
import sys
from typing import Any

MB = 2**20
_LINUX = sys.platform == "linux"


class NotHere(OSError):
    """This system has no such escape."""


def same_process(facts: dict[str, Any]) -> bool:
    return os.getpid() == facts["grader"]["pid"] and "tito.autograder.grader" in sys.modules


# -- level 1 ------------------------------------------------------------------------


def take_memory(facts: dict[str, Any]) -> bool:
    """More than the limit, in the address space only."""
    mmap.mmap(-1, (facts["limits"]["memory_mb"] + 64) * MB).close()
    return True


def grow_a_file(facts: dict[str, Any]) -> bool:
    """Past the limit, without writing a block."""
    with open("big", "wb") as file:
        file.truncate((facts["limits"]["file_mb"] + 1) * MB)
    os.remove("big")
    return True


def open_many_files(facts: dict[str, Any]) -> bool:
    opened = []
    try:
        for _ in range(facts["limits"]["open_files"] + 1):
            opened.append(open(os.devnull))  # noqa: SIM115 (all stay open at once)
        return True
    finally:
        for file in opened:
            file.close()


def raise_a_limit(facts: dict[str, Any]) -> bool:
    _, hard = resource.getrlimit(resource.RLIMIT_CPU)
    resource.setrlimit(resource.RLIMIT_CPU, (hard, hard + 1))
    return True


def be_root(facts: dict[str, Any]) -> bool:
    if os.getuid() != 0:
        os.setuid(0)
    return True


def inherit(facts: dict[str, Any]) -> bool:
    """A variable or a descriptor that was not meant for us."""
    return any(name in os.environ for name in facts["variables"]) or any(map(_is_open, range(6, 4096)))


def _is_open(fd: int) -> bool:
    try:
        os.fstat(fd)
    except OSError:
        return False
    return True


# -- level 2 ------------------------------------------------------------------------


def read_a_file(facts: dict[str, Any]) -> bool:
    with open(facts["secret"]) as file:
        return bool(file.read() == facts["content"])


def list_a_folder(facts: dict[str, Any]) -> bool:
    return bool(os.listdir(facts["folder"]))


def write_a_file(facts: dict[str, Any]) -> bool:
    with open(os.path.join(facts["folder"], "written"), "w"):
        return True


def change_a_mode(facts: dict[str, Any]) -> bool:
    os.chmod(facts["secret"], 0o644)
    return True


def touch_a_file(facts: dict[str, Any]) -> bool:
    os.utime(facts["secret"])
    return True


def watch_a_folder(facts: dict[str, Any]) -> bool:
    """Be told of every file that is made there; the kernel asks for no more than the right to read."""
    _linux("inotify_add_watch")
    fd = _check(_libc().inotify_init())
    _check(_libc().inotify_add_watch(fd, facts["folder"].encode(), 0x100))
    return True


def connect(facts: dict[str, Any]) -> bool:
    with socket.socket() as sock:
        sock.connect(("127.0.0.1", facts["tcp_port"]))
    return True


def send_a_packet(facts: dict[str, Any]) -> bool:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
        sock.sendto(b"out", ("127.0.0.1", facts["udp_port"]))
    return True


def talk_to_a_neighbour(facts: dict[str, Any]) -> bool:
    """Over a socket that has no place in the file tree."""
    _linux("abstract sockets")
    with socket.socket(socket.AF_UNIX) as sock:
        sock.connect("\0" + facts["abstract"])
    return True


def fork(facts: dict[str, Any]) -> bool:
    child = os.fork()
    if child == 0:
        os._exit(0)
    os.waitpid(child, 0)
    return True


def run_a_program(facts: dict[str, Any]) -> bool:
    return os.system(":") == 0


def signal_the_grader(facts: dict[str, Any]) -> bool:
    os.kill(facts["grader"]["pid"], 0)
    return True


def signal_everybody(facts: dict[str, Any]) -> bool:
    """Without a signal, that is: may we?"""
    os.kill(-1, 0)
    return True


def have_a_signal_sent(facts: dict[str, Any]) -> bool:
    """By the kernel, which tells a descriptor's owner that it is ready; to it, bits above 32 mean nothing."""
    _linux("F_SETSIG")
    read, write = os.pipe()
    try:
        f_setown = 8 | 1 << 32
        arguments = (facts["calls"]["fcntl"], read, f_setown, facts["grader"]["pid"])
        _check(_libc().syscall(*map(ctypes.c_long, arguments)))
        return True
    finally:
        os.close(read)
        os.close(write)


def read_the_graders_memory(facts: dict[str, Any]) -> bool:
    _linux("process_vm_readv")
    content = facts["grader"]["content"]
    found = ctypes.create_string_buffer(len(content))
    here = (ctypes.c_void_p * 2)(ctypes.addressof(found), len(content))
    there = (ctypes.c_void_p * 2)(facts["grader"]["address"], len(content))
    _check(_libc().process_vm_readv(facts["grader"]["pid"], here, 1, there, 1, 0))
    return bool(found.raw.decode() == content)


def limit_the_grader(facts: dict[str, Any]) -> bool:
    """Look at one of its limits; setting it takes the same right."""
    _linux("prlimit")
    resource.prlimit(facts["grader"]["pid"], resource.RLIMIT_FSIZE)
    return True


def slow_the_grader(facts: dict[str, Any]) -> bool:
    """Tie it to a processor, the one that it may use anyway."""
    _linux("affinity")
    pid = facts["grader"]["pid"]
    os.sched_setaffinity(pid, os.sched_getaffinity(pid))
    return True


def make_a_namespace(facts: dict[str, Any]) -> bool:
    """In which one is root."""
    _linux("namespaces")
    _check(_libc().unshare(0x1000_0000))
    return True


def use_a_rare_call(facts: dict[str, Any]) -> bool:
    """io_uring does what other calls are kept from; keyrings outlive a process."""
    _linux("io_uring and keyrings")
    ring = _libc().syscall(facts["calls"]["io_uring_setup"], 1, ctypes.create_string_buffer(120))
    key = _libc().syscall(facts["calls"]["keyctl"], 0, -3, 1, 0, 0)
    return bool(ring >= 0 or key >= 0)


def _shared_file() -> str:
    """One that all workers may read: of Python itself, or of the system where Python is somebody's own."""
    return next(path for path in (os.__file__, "/etc/ld.so.cache", "/etc/passwd") if os.access(path, os.R_OK))


def lock_a_shared_file(facts: dict[str, Any]) -> bool:
    """One that every worker reads: whoever tries next learns that it is taken."""
    import fcntl

    with open(_shared_file()) as file:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    return True


def lock_a_part_of_it(facts: dict[str, Any]) -> bool:
    """The offsets of such locks are a sheet to write on, and to read from."""
    import fcntl

    with open(_shared_file()) as file:
        fcntl.lockf(file, fcntl.LOCK_SH | fcntl.LOCK_NB, 1, 4242)
    return True


def ask_which_pages_are_in_memory(facts: dict[str, Any]) -> bool:
    """Of a shared file; whoever reads a page brings it there for all."""
    if not hasattr(os, "RWF_NOWAIT"):
        raise NotHere("no RWF_NOWAIT here")
    with open(_shared_file(), "rb") as file, contextlib.suppress(BlockingIOError):  # an answer too: it is not there
        os.preadv(file.fileno(), [bytearray(16)], 0, os.RWF_NOWAIT)
    return True


def have_pages_dropped(facts: dict[str, Any]) -> bool:
    """Of a shared file, so that a neighbour finds it slow to read."""
    if not hasattr(os, "posix_fadvise"):
        raise NotHere("no fadvise here")
    with open(_shared_file(), "rb") as file:
        os.posix_fadvise(file.fileno(), 0, 0, os.POSIX_FADV_DONTNEED)
    return True


def have_mapped_pages_dropped(facts: dict[str, Any]) -> bool:
    _linux("MADV_PAGEOUT")
    with open(_shared_file(), "rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as view:
        view.madvise(21)
    return True


# -- level 3 ------------------------------------------------------------------------


def be_counted_with_a_neighbour(facts: dict[str, Any]) -> bool:
    """Two threads are one more than this process has: where that is too many, those of others count too.

    Then whoever takes all that there may be leaves others none. For root there is no limit.
    """
    import _thread

    if os.geteuid() == 0:
        return True
    before = resource.getrlimit(resource.RLIMIT_NPROC)
    resource.setrlimit(resource.RLIMIT_NPROC, (2, before[1]))
    try:
        _thread.start_new_thread(int, ())
    except RuntimeError:
        return True
    finally:
        resource.setrlimit(resource.RLIMIT_NPROC, before)
    return False


def see_the_grader(facts: dict[str, Any]) -> bool:
    _linux("affinity")
    return bool(os.sched_getaffinity(facts["grader"]["pid"]))


def see_a_file(facts: dict[str, Any]) -> bool:
    """Learn that it exists, and how large it is."""
    return os.stat(facts["secret"]).st_size > 0


def see_other_processes(facts: dict[str, Any]) -> bool:
    return any(name.isdigit() for name in os.listdir("/proc"))


def fill_the_disk(facts: dict[str, Any]) -> bool:
    """With many files, each within its limit."""
    each, bound, made = facts["limits"]["file_mb"], facts["limits"]["disk_mb"], 0
    names = [f"full-{number}" for number in range(bound // each + 1)]
    try:
        for name in names:
            with open(name, "wb") as file:
                os.posix_fallocate(file.fileno(), 0, each * MB)
            made += each
    finally:
        for name in names:
            if os.path.exists(name):
                os.remove(name)
    return bool(made > bound)


def _linux(what: str) -> None:
    if not _LINUX:
        raise NotHere(f"no {what} here")


def _libc() -> ctypes.CDLL:
    return ctypes.CDLL(None, use_errno=True)


def _check(result: int) -> int:
    if result == -1:
        raise OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno()))
    return result
