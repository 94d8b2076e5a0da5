"""The wall of system calls (Linux): a worker may ask the kernel for what computing needs, and no more.

What Python, NumPy and threads use is allowed. What an attacker would like fails
with EPERM, as an ordinary PermissionError. All else fails with ENOSYS, as on a
kernel that lacks it, so that C libraries fall back (clone3: a filter can't read
its arguments, so threads are started by clone). See seccomp(2).

Files that all workers read, such as Python's own, carry no word from one worker to
another: no call locks them, and none tells or changes which of their pages are in
memory. (preadv2 fails with ENOSYS, so that C libraries use preadv, which can't ask.)

Arguments are compared in their low 32 bits, as the kernel reads them: with all
64 bits, a number with a bit above them would pass a rule and mean the same call.
"""

from __future__ import annotations

import errno
import os
import sys
from collections.abc import Iterable
from typing import TYPE_CHECKING

from tito.sandbox.isolation import syscalls

if TYPE_CHECKING:
    from seccompy import ArgCmp

ALLOWED = """
    read write readv writev pread64 pwrite64 preadv pwritev lseek sendfile copy_file_range
    open openat creat close close_range dup dup2 dup3 pipe pipe2
    stat fstat lstat newfstatat statx access faccessat faccessat2 statfs fstatfs
    getdents getdents64 getcwd chdir fchdir readlink readlinkat umask
    mkdir mkdirat rmdir unlink unlinkat rename renameat renameat2 link linkat symlink symlinkat
    ftruncate fallocate fsync fdatasync
    mmap mprotect munmap mremap msync brk mlock mlock2 munlock mlockall munlockall membarrier
    poll ppoll select pselect6 epoll_create epoll_create1 epoll_ctl epoll_wait epoll_pwait epoll_pwait2
    eventfd eventfd2 signalfd signalfd4 timerfd_create timerfd_settime timerfd_gettime
    sendto recvfrom sendmsg recvmsg shutdown getsockname getpeername getsockopt
    clock_gettime clock_getres clock_nanosleep nanosleep gettimeofday time times alarm getitimer setitimer
    timer_create timer_settime timer_gettime timer_getoverrun timer_delete
    rt_sigaction rt_sigprocmask rt_sigreturn rt_sigpending rt_sigtimedwait rt_sigsuspend sigaltstack pause
    restart_syscall
    futex futex_waitv set_robust_list get_robust_list set_tid_address rseq arch_prctl
    exit exit_group wait4 waitid
    getpid gettid getppid getpgrp getuid geteuid getgid getegid getresuid getresgid getgroups capget
    getrlimit setrlimit getrusage sysinfo uname getcpu getrandom getpriority
    sched_yield sched_getaffinity sched_getparam sched_getscheduler sched_getattr sched_rr_get_interval
    sched_get_priority_min sched_get_priority_max get_mempolicy
"""

REFUSED = """
    socket connect bind listen accept accept4 sendmmsg recvmmsg setsockopt
    fork vfork execve execveat ptrace process_vm_readv process_vm_writev process_madvise process_mrelease kcmp
    pidfd_open pidfd_getfd pidfd_send_signal tkill rt_sigqueueinfo rt_tgsigqueueinfo
    setpgid setsid setpriority ioprio_set sched_setscheduler sched_setparam sched_setattr migrate_pages move_pages
    mount umount2 mount_setattr open_tree open_tree_attr move_mount fsopen fsmount fsconfig fspick pivot_root chroot
    unshare setns name_to_handle_at open_by_handle_at quotactl quotactl_fd swapon swapoff sync acct
    bpf io_uring_setup io_uring_enter io_uring_register io_setup io_submit perf_event_open userfaultfd
    keyctl add_key request_key personality seccomp memfd_create memfd_secret
    shmget shmat shmctl msgget msgsnd msgrcv msgctl semget semop semtimedop semctl mq_open mq_unlink
    chmod fchmod fchmodat fchmodat2 chown fchown lchown fchownat utime utimes futimesat utimensat truncate
    setxattr lsetxattr fsetxattr setxattrat removexattr lremovexattr fremovexattr removexattrat file_setattr
    mknod mknodat inotify_init inotify_init1 fanotify_init
    setuid setgid setreuid setregid setresuid setresgid setfsuid setfsgid setgroups capset
    flock fadvise64 readahead mincore cachestat
    reboot kexec_load kexec_file_load init_module finit_module delete_module syslog vhangup iopl ioperm modify_ldt
    sethostname setdomainname settimeofday clock_settime clock_adjtime adjtimex
"""

_LOW_32 = 0xFFFF_FFFF
_CLONE_THREAD, _AF_UNIX = 0x0001_0000, 1
_PR_SET_NAME, _PR_GET_NAME, _PR_SET_VMA = 15, 16, 0x5356_4D41  # names of threads and, in glibc, of memory
# F_DUPFD to F_SETFL, F_DUPFD_CLOEXEC, F_*PIPE_SZ; not what signals others, leases their files or locks what all read
_FCNTLS = (*range(5), 1030, 1031, 1032)
# TCGETS, TCGETS2, TIOCGWINSZ, FIONREAD, FIONBIO, FIONCLEX, FIOCLEX
_IOCTLS = (0x5401, 0x802C_542A, 0x5413, 0x541B, 0x5421, 0x5450, 0x5451)
# MADV_NORMAL, DONTNEED, FREE, DONTFORK, DOFORK, HUGEPAGE, NOHUGEPAGE, DONTDUMP to KEEPONFORK, GUARD_*: of a process's
# own memory; not what fetches, drops, counts or merges pages that others have too
_MADVISES = (0, 4, 8, 10, 11, 14, 15, 16, 17, 18, 19, 102, 103)
_SOME_PID = 0x7FFF_E1D0  # above any that a kernel gives
_TO_ITSELF_ONLY = ("kill", "tgkill")
_OF_ITSELF_ONLY = ("prlimit64", "sched_setaffinity", "getpgid", "getsid")  # asked of process 0, the caller


class Calls:
    """The filter, compiled once in the fork server and put up in each worker.

    Compiling it would take a worker longer than all else, for the memory that this
    touches has to be copied. So the one thing that differs by worker, its pid, is
    written into the compiled filter.
    """

    def __init__(self) -> None:
        from seccompy import Action, Filter, supported

        if not supported():
            raise OSError("the kernel has no seccomp filters")
        self._filter = Filter(Action.ERRNO | errno.ENOSYS)
        for name in _known(REFUSED):
            self._filter.errno(name, errno.EPERM)
        self._allow_in_part()
        for name in _known(ALLOWED):
            self._filter.allow(name)
        self._before_pid, *self._after_pid = self._filter.program.split(_word(_SOME_PID))
        assert len(self._after_pid) == len(_TO_ITSELF_ONLY), "the pid stands once in the rule of each call"

    def _allow_in_part(self) -> None:
        """Calls that depend on their arguments: the first rule that fits decides."""
        for name in _TO_ITSELF_ONLY:
            self._only(name, 0, [_SOME_PID])
        for name in _OF_ITSELF_ONLY:
            self._only(name, 0, [0])
        self._only("socketpair", 0, [_AF_UNIX])
        self._only("prctl", 0, [_PR_SET_NAME, _PR_GET_NAME, _PR_SET_VMA])
        self._only("clone", 0, [_CLONE_THREAD], mask=_CLONE_THREAD)
        self._only("fcntl", 1, _FCNTLS)
        self._only("ioctl", 1, _IOCTLS)
        self._only("madvise", 2, _MADVISES)

    def _only(self, name: str, argument: int, values: Iterable[int], mask: int = _LOW_32) -> None:
        for value in values:
            self._filter.allow(name, args=_where(argument, value, mask))
        self._filter.errno(name, errno.EPERM)

    def restrict(self) -> None:
        """Put the wall around this thread and those it will start. There is no way back."""
        syscalls.filter_calls(_word(os.getpid()).join((self._before_pid, *self._after_pid)))


def _word(number: int) -> bytes:
    """The number as an instruction holds it (struct sock_filter)."""
    return number.to_bytes(4, sys.byteorder)


def _where(argument: int, value: int, mask: int = _LOW_32) -> list[ArgCmp]:
    from seccompy import ArgCmp, CmpOp

    return [ArgCmp(argument, CmpOp.MASKED_EQ, value, mask)]


def _known(names: str) -> Iterable[str]:
    """The names that this processor's kernel has; arm64 never had `open` or `fork`."""
    from seccompy.syscalls import syscall_nr

    for name in names.split():
        try:
            syscall_nr(name)
        except ValueError:
            continue
        yield name
