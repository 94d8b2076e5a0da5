"""Each wall, by what tries to get through it: out without the wall, and not with it."""

import contextlib
import ctypes
import inspect
import os
import resource
import select
import signal
import socket
import subprocess
import sys
import tempfile
import textwrap
import threading
from dataclasses import replace
from functools import partial
from pathlib import Path
from types import MappingProxyType

import numpy as np
import pytest

from tests.support.graded_module import FULL, TIGHT, library_in, one
from tests.support.walled_process import OUT, ROOT, become_ordinary, ordinary_users_command, outcome
from tito.autograder import probe
from tito.autograder.grader import Grader
from tito.rpc.frames import receive_message, send_message
from tito.sandbox.client import WorkerForkServer
from tito.sandbox.fork_server import WorkerForkLoop
from tito.sandbox.isolation import escapes, landlock, readable_paths, seccomp, syscalls, user
from tito.sandbox.isolation.stack import HIGHEST, LEVEL_OF, Walls
from tito.sandbox.messages import REPLIES, ForkWorker, ListMissingWalls
from tito.support.errors import CourseError

pytestmark = pytest.mark.slow

LINUX = pytest.mark.skipif(sys.platform != "linux", reason="only Linux has it")
USERS = [become_ordinary, *([lambda: None] if os.geteuid() == 0 else [])]
USER_NAMES = ["ordinary", *(["root"] if os.geteuid() == 0 else [])]
PATIENT = replace(TIGHT, check_cpu_s=20, total_cpu_s=60)  # loading SciPy takes a while
OF_FILES = ("read_a_file", "list_a_folder", "write_a_file")
OF_THE_CALLS = [n for wall in probe.WALLS if "calls" in wall.parts for n in wall.escapes if n not in OF_FILES]


@pytest.fixture(scope="module")
def facts():
    with probe.bait(TIGHT) as found:
        for path in (found["folder"], found["secret"]):
            if os.geteuid() == 0:
                os.chown(path, 4242, 4242)  # an ordinary user's own files are kept from it too
        yield found


@pytest.fixture
def folder():
    """A folder that any user may write in; pytest's own are closed to others."""
    with tempfile.TemporaryDirectory() as made:
        os.chmod(made, 0o777)
        yield Path(made)


def or_skip(ready):
    try:
        return ready()
    except OSError as error:
        pytest.skip(f"not on this machine: {error}")


# -- files -------------------------------------------------------------------------------


def files_wall(folder):
    or_skip(landlock.ready)
    paths = landlock.Paths(("/usr/lib",), str(folder), tuple(readable_paths.devices()))
    return lambda: landlock.restrict(paths)


def held_by_landlock() -> list[str]:
    import landlockpy

    abi = landlockpy.abi_version()
    more = {4: ["connect"], 6: ["talk_to_a_neighbour", "signal_the_grader"]}
    names = (name for at, names in more.items() if abi >= at for name in names)
    return [*OF_FILES, *names]


@LINUX
@pytest.mark.parametrize("become", USERS, ids=USER_NAMES)
def test_the_wall_around_files(facts, folder, become):
    wall = files_wall(folder)
    for name in held_by_landlock():
        escape = partial(getattr(escapes, name), facts)
        if name != "signal_the_grader" or os.geteuid() != 0 or become is not become_ordinary:
            assert outcome(escape, become) == OUT, name
        assert outcome(escape, become, wall) in ("PermissionError 1", "PermissionError 13"), name


@LINUX
def test_a_worker_may_use_its_own_folder(folder):
    """Behind the wall around files."""

    def work():
        os.chdir(folder)
        os.mkdir("a")
        Path("a/x").write_text("1")
        os.rename("a/x", "a/y")
        os.symlink("y", "a/z")
        os.truncate("a/y", 0)
        for path in ("a/z", "a/y"):
            os.remove(path)
        os.rmdir("a")
        return Path(os.devnull).write_text("x")

    assert outcome(work, files_wall(folder)) == OUT


@LINUX
def test_one_cannot_link_or_rename_a_way_out(facts, folder):
    for do in (os.link, os.rename):
        assert "Error" in outcome(lambda do=do: do(facts["secret"], folder / "mine") or True, files_wall(folder))

    def peek():
        os.symlink(facts["secret"], folder / "link")
        return (folder / "link").read_text()

    assert outcome(peek, files_wall(folder)) == "PermissionError 13"


# -- system calls ------------------------------------------------------------------------


@pytest.fixture(scope="module")
def calls():
    return or_skip(seccomp.Calls)


@LINUX
@pytest.mark.parametrize("become", USERS, ids=USER_NAMES)
@pytest.mark.parametrize("name", OF_THE_CALLS)
def test_the_wall_of_system_calls(facts, calls, become, name):
    escape = getattr(escapes, name)
    without = outcome(lambda: escape(facts), become)
    others = os.geteuid() == 0 and become is become_ordinary  # the grader is root here: the system itself says no
    if without != OUT and not others:
        pytest.skip(f"this system does not let anybody: {without}")
    closed = outcome(lambda: escape(facts), become, calls.restrict)
    assert closed in ("PermissionError 1", "OSError 95", "no"), closed  # 95: the C library, without preadv2


def syscall(name, *arguments):
    """Raw, with 64 bits for every argument."""
    from seccompy.syscalls import syscall_nr

    libc = ctypes.CDLL(None, use_errno=True)
    libc.syscall.restype = ctypes.c_long
    number = name if isinstance(name, int) else syscall_nr(name)
    escapes._check(libc.syscall(*map(ctypes.c_long, (number, *arguments))))
    return True


HIGH = 1 << 32


@LINUX
@pytest.mark.parametrize(
    "name, arguments",
    [
        ("clone", (signal.SIGCHLD,)),
        ("clone", (signal.SIGCHLD | HIGH,)),
        ("clone", (signal.SIGCHLD | 0x10000 << 32,)),
        ("socketpair", (socket.AF_INET6, 1, 0, 0)),
        ("prctl", (22, 0)),  # PR_SET_SECCOMP
        ("prctl", (4 | HIGH, 1)),  # PR_SET_DUMPABLE
        ("fcntl", (0, 10 | HIGH, 9)),  # F_SETSIG
        ("ioctl", (0, 0x8901 | HIGH, 0)),  # FIOSETOWN
        ("fcntl", (0, 1024, 1)),  # F_SETLEASE: who opens the file then waits
        ("ioctl", (0, 0x4080_6685, 0)),  # FS_IOC_ENABLE_VERITY: nobody can write the file again
        ("setsockopt", (0, 1, 26, 0, 0)),  # SO_ATTACH_FILTER
        ("kill", (-1, 0)),
        ("kill", (1, 0)),
        ("tgkill", (1, 1, 0)),
        ("tkill", (1, 0)),
        ("ptrace", (0, 0, 0, 0)),
        ("execve", (0, 0, 0)),
        ("mount", (0, 0, 0, 0, 0)),
        ("bpf", (0, 0, 0)),
        ("truncate", (0, 0)),
        ("seccomp", (0, 0, 0)),
        ("setuid", (0,)),
    ],
)  # fmt: skip
def test_system_calls_that_are_refused(calls, name, arguments):
    assert outcome(lambda: syscall(name, *arguments), calls.restrict) == "PermissionError 1"


@LINUX
def test_numbers_that_nobody_knows_are_not_there(calls):
    """Those of the x32 ABI pass a filter that only knows what it forbids."""
    for number in (0x4000_0000 | 41, 600, 100_000):
        assert outcome(lambda n=number: syscall(n, 2, 1, 0), calls.restrict) == "OSError 38"
    assert outcome(lambda: syscall("clone3", 0, 0), calls.restrict) == "OSError 38"


@LINUX
def test_calls_of_another_architecture_end_the_process(calls):
    if os.uname().machine != "x86_64":
        pytest.skip("int 0x80 is x86's")

    def thirty_two_bits():
        import mmap

        code = mmap.mmap(-1, 4096, prot=mmap.PROT_READ | mmap.PROT_WRITE | mmap.PROT_EXEC)
        code.write(b"\xb8\x14\x00\x00\x00\xcd\x80\xc3")  # mov eax, 20 (getpid); int 0x80; ret
        call = ctypes.CFUNCTYPE(ctypes.c_int)(ctypes.addressof(ctypes.c_char.from_buffer(code)))
        return call() > 0

    if outcome(thirty_two_bits) != OUT:
        pytest.skip("this kernel runs no 32-bit calls")
    assert outcome(thirty_two_bits, calls.restrict) == f"ended with {-signal.SIGSYS}"


@LINUX
def test_a_process_may_signal_itself(calls):
    assert outcome(lambda: os.kill(os.getpid(), signal.SIGTERM), calls.restrict) == f"ended with {-signal.SIGTERM}"
    assert outcome(os.abort, calls.restrict) == f"ended with {-signal.SIGABRT}"


@LINUX
def test_each_listed_system_call_exists_and_is_listed_once():
    from seccompy.syscalls import AARCH64_SYSCALLS, X86_64_SYSCALLS

    known = X86_64_SYSCALLS.keys() | AARCH64_SYSCALLS.keys()
    allowed, refused = seccomp.ALLOWED.split(), seccomp.REFUSED.split()
    assert {*allowed, *refused} <= known, {*allowed, *refused} - known
    assert len(allowed) == len(set(allowed)) and not set(allowed) & set(refused)


# -- namespaces --------------------------------------------------------------------------


def furnished(folder: Path) -> Path:
    """A fork server's folder, with nothing in its library."""
    for name in ("home", "work", "root", "empty", "library"):
        (folder / name).mkdir()
        (folder / name).chmod(0o755)
    folder.chmod(0o755)
    return folder


@pytest.fixture
def namespaces_only():
    """What puts a process behind the wall of namespaces, without privileges, and no other wall."""
    with tempfile.TemporaryDirectory() as folder:
        walls = Walls(HIGHEST, TIGHT, furnished(Path(folder)))
        if "namespaces" in walls.missing:
            pytest.skip(f"not on this machine: {walls.missing['namespaces']}")
        walls.missing |= {"files": "left out", "calls": "left out"}
        own = Path(folder, "work", "own")
        yield walls.surround, lambda: walls.enclose(own, walls.users.ids[0]), lambda: os.chdir(own)


@LINUX
@pytest.mark.parametrize(
    "name, error",
    [
        ("read_a_file", "FileNotFoundError 2"),
        ("write_a_file", "FileNotFoundError 2"),
        ("see_a_file", "FileNotFoundError 2"),
        ("see_other_processes", "FileNotFoundError 2"),
        ("see_the_grader", "ProcessLookupError 3"),
        ("signal_the_grader", "ProcessLookupError 3"),
        ("read_the_graders_memory", "ProcessLookupError 3"),
        ("limit_the_grader", "ProcessLookupError 3"),
        ("connect", "OSError 101"),
        ("send_a_packet", "OSError 101"),
        ("talk_to_a_neighbour", "ConnectionRefusedError 111"),
        ("fill_the_disk", "OSError 28"),
    ],
)
def test_the_wall_of_namespaces(facts, namespaces_only, name, error):
    assert outcome(lambda: getattr(escapes, name)(facts), *namespaces_only) == error


@LINUX
def test_behind_namespaces_all_is_read_only_but_the_room(namespaces_only):
    for place in ("/", os.path.dirname(os.__file__), str(Path(np.__file__).parent)):
        touch = partial(Path(place, "new").touch)
        assert outcome(touch, *namespaces_only) in ("OSError 30", "PermissionError 13"), place
    assert outcome(lambda: Path("new").touch() or True, *namespaces_only) == OUT


@LINUX
def test_behind_namespaces_one_has_no_power_over_them(namespaces_only):
    acts = {
        "mount": lambda: syscalls.mount("x", os.getcwd(), "tmpfs", 0),
        "unshare": lambda: syscalls.unshare(syscalls.CLONE_NEWNS),
        "host name": lambda: socket.sethostname("mine"),
        "chroot": lambda: os.chroot("."),
    }
    for name, act in acts.items():
        assert outcome(act, *namespaces_only) == "PermissionError 1", name


@LINUX
def test_there_is_nothing_else_in_the_new_tree(namespaces_only):
    readable = [p.split("/")[1] for p in (*readable_paths.named(), *readable_paths.devices(), tempfile.gettempdir())]
    assert (
        outcome(
            lambda: set(os.listdir("/")) <= {*readable, *(os.path.realpath(f"/{p}").split("/")[1] for p in readable)},
            *namespaces_only,
        )
        == OUT
    )


# -- all of them, around workers -------------------------------------------------------------


@pytest.fixture(scope="module")
def graders(tmp_path_factory):
    """A grader with walls up to each level."""
    library = library_in(tmp_path_factory.mktemp("library"))
    with contextlib.ExitStack() as open_:
        yield [open_.enter_context(Grader(library, limits=PATIENT, level=level)) for level in range(HIGHEST + 1)]


def names_of(walls) -> set[str]:
    return {name for wall in walls for name in wall.escapes}


@LINUX
def test_without_walls_every_way_out_is_open(graders):
    """Else a try that can't fail would be taken for a wall."""
    by_name = {wall.name: wall for wall in probe.WALLS}
    through = set(probe.escapes_through(graders[0]))
    through |= set(probe.escapes_through(graders[0], [by_name["threads"]]))  # one before may have made a namespace
    closed = names_of(w for w in probe.WALLS if w.level >= 2) - through
    by_the_system = {"read_the_graders_memory", "use_a_rare_call", "make_a_namespace", "signal_everybody"}
    assert closed <= by_the_system, closed
    limited = partial(resource.setrlimit, resource.RLIMIT_CPU, (60, 60))
    assert ("raise_a_limit" in through) == (outcome(lambda: escapes.raise_a_limit(None), limited) == OUT)
    assert ("be_root" in through) == (os.geteuid() == 0)


def test_limits_that_are_not_there_can_be_passed(tmp_path):
    from tito.sandbox.isolation.limits import Limits

    wide = Limits(memory_mb=2**40, file_mb=2**20, open_files=10_000)
    asked = probe.Wall("limits", 1, (), ("take_memory", "open_many_files"), "")
    for limits, open_ in ((wide, {"take_memory", "open_many_files"}), (TIGHT, set())):
        with Grader(library_in(tmp_path / str(limits.open_files)), limits=limits, level=0) as grader:
            grader._limits = TIGHT  # what is tried for
            assert set(probe.escapes_through(grader, [asked])) == open_


def test_a_worker_of_roots_has_no_groups(graders, tmp_path):
    if os.geteuid() != 0 or "user" in graders[HIGHEST].missing_walls():
        pytest.skip("workers are the same user as the grader here")
    code = "import os\ndef answer(): return os.getgroups(), os.getresgid(), os.getresuid()"
    before = os.getgroups()
    os.setgroups([4, 24])
    try:
        with Grader(library_in(tmp_path), limits=TIGHT) as grader:
            check = f"groups, gids, uids = answer()\nassert groups == [] and uids[0] in {user.WORKERS_IDS}, uids\n"
            assert one(grader, code, f"{check}assert gids == uids == (uids[0],) * 3").status == "passed"
    finally:
        os.setgroups(before)


def test_what_was_not_meant_for_a_worker_would_be_found(monkeypatch):
    monkeypatch.setenv("PLANTED", "x")
    facts = {"variables": ["PLANTED"]}
    assert outcome(lambda: escapes.inherit(facts)) == OUT
    nothing = {"variables": []}
    assert outcome(lambda: escapes.inherit(nothing), lambda: os.closerange(6, 256)) == "no"
    assert outcome(lambda: escapes.inherit(nothing), lambda: os.closerange(6, 256), lambda: os.dup2(0, 7)) == OUT


@pytest.mark.parametrize("level", range(HIGHEST + 1))
def test_walls_that_are_up_hold(graders, level):
    found = probe.probe(graders[level])
    missing = graders[level].missing_walls()
    assert set(missing) >= {name for name, its in LEVEL_OF.items() if its > level}
    for tried in found.tried:
        assert tried.holds or missing.keys() & set(tried.wall.parts), tried
    assert found.level is not None and found.level <= max(level, 1)


def test_linux_reaches_the_highest_level(graders):
    """Where the kernel has all that the walls need."""
    missing = graders[HIGHEST].missing_walls()
    reached = probe.probe(graders[HIGHEST]).level
    assert reached == (HIGHEST if not missing else min(LEVEL_OF[name] for name in missing) - 1)


HONEST = {
    "BLAS": """
a = np.random.rand(300, 300)
return bool(np.isfinite(np.linalg.svd(a @ a)[1]).all())""",
    "SciPy loaded_late": """
import importlib
return importlib.import_module("sci" + "py.stats").t.ppf(0.5, 9) == 0""",
    "matplotlib": """
import matplotlib.pyplot as plt
plt.plot([1, 2])
plt.savefig("x.png")
return open("x.png", "rb").read(4)[1:] == b'PNG'""",
    "threads": """
import threading
found = []
threads = [threading.Thread(target=found.append, args=(i,)) for i in range(50)]
for t in threads: t.start()
for t in threads: t.join()
return len(found) == 50""",
    "threads of the system's own": """
import _thread, time
found = []
for i in range(9): _thread.start_new_thread(found.append, (i,))
time.sleep(1)
return len(found) == 9""",
    "a pool": """
from concurrent.futures import ThreadPoolExecutor
with ThreadPoolExecutor(4) as pool:
    return sum(pool.map(abs, [-1, 2])) == 3""",
    "asyncio": """
import asyncio
async def main():
    await asyncio.sleep(1)
    return await asyncio.to_thread(abs, -1) == 1
return asyncio.run(main())""",
    "temporary files": """
import os, tempfile
with tempfile.TemporaryDirectory() as folder, open(folder + "/f", "w+") as f:
    f.write("x")
with tempfile.NamedTemporaryFile() as f:
    return f.name.startswith(os.getcwd())""",
    "files": """
import os, shutil
open("a", "w").write("x")
shutil.copyfile("a", "b")
os.rename("b", "c")
shutil.move("c", "d")
np.save("e.npy", np.ones(3))
return sorted(os.listdir(".")) == ["a", "d", "e.npy"] and np.load("e.npy", mmap_mode="r").sum() == 3""",
    "several buffers in one read": """
import os
open("a", "w").write("one two")
first, second = bytearray(3), bytearray(4)
read = os.preadv(os.open("a", os.O_RDONLY), [first, second], 0)
return (read, bytes(first), bytes(second)) == (7, b"one", b" two")""",
    "call-backs from C": """
import ctypes as c
numbers = (c.c_int * 3)(3, 1, 2)
compare = c.CFUNCTYPE(c.c_int, *[c.POINTER(c.c_int)] * 2)(lambda x, y: x[0] - y[0])
c.CDLL(None).qsort(numbers, 3, 4, compare)
return list(numbers) == [1, 2, 3]""",
    "late modules": """
import curses, decimal, lzma, sqlite3, ssl, xml.dom.minidom, zoneinfo
return bool(zoneinfo.ZoneInfo("UTC"))""",
    "asking about oneself": """
import os, platform, resource
return all([os.getsid(0), os.getpgid(0), os.sched_getaffinity(0), os.cpu_count(), platform.platform(),
            resource.getrusage(0), not open(os.devnull).isatty()])""",
    "memory of one's own": """
import mmap
m = mmap.mmap(-1, 4096)
m[0] = 1
return m[0] == 1""",
    "socket pairs": """
import socket
a, b = socket.socketpair()
a.settimeout(5)
b.send(b"x")
return a.recv(1) == b'x'""",
}


def function(body: str) -> str:
    return "def answer():\n" + textwrap.indent(body, "    ")


@pytest.mark.parametrize("level", [2, HIGHEST])
@pytest.mark.parametrize("work", HONEST)
def test_honest_work_does_not_notice(graders, level, work):
    result = one(graders[level], function(HONEST[work]), "assert answer() is True")
    assert (result.status, result.points) == FULL, result.message


@pytest.mark.parametrize("body", ["import os; os.fork()", "import subprocess; subprocess.run(['true'])",
                                  "import socket; socket.socket()", "open('/etc/passwd')"])  # fmt: skip
def test_what_is_denied_is_an_ordinary_error(graders, body):
    if {"files", "calls"} & graders[HIGHEST].missing_walls().keys():
        pytest.skip("the walls of level 2 are not here")
    message = one(graders[HIGHEST], f"def answer():\n    {body}", "answer()").message
    assert message.startswith(("PermissionError", "FileNotFoundError")), message


def test_a_full_work_folder_is_an_ordinary_error(graders):
    if "namespaces" in graders[HIGHEST].missing_walls():
        pytest.skip("only a work folder in memory has a size here")
    body = "for i in range(9):\n        with open(str(i), 'wb') as f: f.write(b'x' * 15 * 2**20)"
    assert "No space left on device" in one(graders[HIGHEST], f"def answer():\n    {body}", "answer()").message


def test_the_next_worker_finds_nothing_of_the_one_before(graders):
    code = "import os\ndef answer():\n    found = os.listdir('.'); open('left', 'w').write('x')\n    return found"
    for _ in range(2):
        assert one(graders[HIGHEST], code, "assert answer() == []").status == "passed"


def test_the_cpu_time_of_a_worker_in_a_namespace_is_its_own(graders, monkeypatch):
    monkeypatch.setattr(graders[HIGHEST], "_limits", TIGHT)
    result = one(graders[HIGHEST], "def answer():\n    while True: pass", "answer()")
    assert result.message == f"stopped after {TIGHT.check_cpu_s:g} s of CPU time"


# -- the warm parent ----------------------------------------------------------------------


@pytest.fixture(params=[0, 1, 2, HIGHEST])
def warm(request, tmp_path):
    parent = WorkerForkServer(library_in(tmp_path / "library"), TIGHT, request.param)
    yield parent
    parent.close()


def test_graders_share_a_fork_server_and_no_workers(warm):
    other = warm.connect()
    mine, theirs = warm.fork(), other.fork()
    assert mine.pid != theirs.pid and mine.folder != theirs.folder
    other.close()
    assert select.select([theirs.read_fd], [], [], 20)[0] and os.read(theirs.read_fd, 1) == b"", (
        "it has ended with its grader"
    )
    assert not select.select([mine.read_fd], [], [], 0.05)[0], "the other goes on"
    theirs.close()
    assert os.WTERMSIG(warm.end(mine)) == signal.SIGKILL


def test_a_grader_that_hangs_up_early_disturbs_no_other(warm):
    pipes = [*os.pipe(), *os.pipe()]
    for asked in ((ForkWorker(str(warm._folder / "work")), [pipes[0], pipes[3]]), (ListMissingWalls(), []), None):
        hasty = warm.connect()
        if asked:
            hasty._send(*asked)
        hasty.close()
    worker = warm.fork()
    assert os.WTERMSIG(warm.end(worker)) == signal.SIGKILL
    for fd in pipes:
        os.close(fd)


def test_a_worker_inherits_nothing_of_other_graders(tmp_path):
    code = (
        "import os\n"
        f"{inspect.getsource(escapes._is_open)}\n"
        "def answer(): return [fd for fd in range(6, 4000) if _is_open(fd)]"
    )
    with Grader(library_in(tmp_path / "library")) as grader:
        others = [grader.connect() for _ in range(300)]  # the fork server has a descriptor for each
        for each in (grader, others[0], others[-1]):
            assert one(each, code, "assert answer() == []").status == "passed"
        for each in others:
            each.close()


@LINUX
@pytest.mark.parametrize("which", ["the parent", "the process that was started"])
def test_workers_end_with_their_fork_server(warm, which):
    if "privileges" in warm.missing_walls():
        pytest.skip("nothing ends them where no walls are asked for")
    worker = warm.fork()
    os.kill(parent_of(worker.pid) if which == "the parent" else warm._server.process.pid, signal.SIGKILL)
    assert select.select([worker.death], [], [], 30)[0]
    with pytest.raises(CourseError):
        warm.fork()
    worker.close()


def parent_of(pid: int) -> int:
    return int(Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[1])


@LINUX
def test_a_worker_is_known_by_the_pid_that_it_has_here(warm):
    worker = warm.fork()
    try:
        status = Path(f"/proc/{worker.pid}/status").read_text().split("\n")
        seen = next(line.split()[1:] for line in status if line.startswith("NSpid"))
        assert seen[0] == str(worker.pid) and seen[-1] == str(worker.number)
        assert ("namespaces" in warm.missing_walls()) == (len(seen) == 1)
    finally:
        warm.end(worker)


def test_no_folder_and_no_process_is_left(tmp_path):
    parent = WorkerForkServer(library_in(tmp_path / "library"), TIGHT, HIGHEST)
    worker = parent.fork()
    parent.close()
    worker.close()
    assert not parent._folder.exists()
    assert parent._server.process.returncode == 0


class Broken:
    """Walls that do not stand."""

    missing = MappingProxyType({})
    users = user.WorkerUsers()

    def enclose(self, folder, number):
        raise OSError("no such wall")


def test_no_worker_runs_when_a_wall_does_not_stand(tmp_path):
    ours, theirs = socket.socketpair()
    pipes = [*os.pipe(), *os.pipe()]
    loop = threading.Thread(target=WorkerForkLoop(theirs, Broken()).run)
    loop.start()
    send_message(ours, ForkWorker(str(tmp_path)), [pipes[0], pipes[3]])
    answer, fds = receive_message(ours, REPLIES)
    assert answer.problem == "no such wall" and fds == []
    for fd in (pipes[0], pipes[3]):
        os.close(fd)
    assert os.read(pipes[2], 1) == b"", "it has hung up without a word"
    for fd in (pipes[1], pipes[2]):
        os.close(fd)
    ours.close()
    loop.join()


def test_a_wall_that_fails_at_the_start_is_reported(tmp_path, monkeypatch):
    """It is left out, and grading goes on at a lower level."""

    def refuse(*_):
        raise OSError(1, "not today")

    monkeypatch.setattr("tito.sandbox.isolation.namespaces.enter", refuse)
    monkeypatch.setattr("tito.sandbox.isolation.landlock.restrict", refuse)
    walls = Walls(HIGHEST, TIGHT, furnished(tmp_path))
    assert walls.missing["namespaces"] in ("not today", "only Linux has it")
    assert "files" in walls.missing and list((tmp_path / "work").iterdir()) == []


@LINUX
def test_a_wall_that_kills_is_left_out_and_told(tmp_path, monkeypatch):
    monkeypatch.setattr("tito.sandbox.isolation.landlock.restrict", lambda paths: os.kill(os.getpid(), signal.SIGKILL))
    walls = Walls(2, TIGHT, furnished(tmp_path))
    assert walls.missing.get("files") in ("stopped by SIGKILL", "the kernel has no Landlock")


def test_solutions_that_are_installed_are_hidden(tmp_path, monkeypatch):
    packages = tmp_path / "site-packages"
    for name in ("tinytorch/core", "tito", "numpy", "other"):
        (packages / name).mkdir(parents=True)
    monkeypatch.setattr(sys, "path", [str(packages)])
    hidden = readable_paths.hidden("")
    assert hidden == [str(packages / "tinytorch"), str(packages / "tito")]
    shown = list(readable_paths.without(str(tmp_path), hidden))
    assert shown == [str(packages / "numpy"), str(packages / "other")]
    assert list(readable_paths.without(str(packages / "tito"), hidden)) == []


def test_links_on_the_way_are_found(tmp_path):
    (tmp_path / "real" / "lib").mkdir(parents=True)
    (tmp_path / "venv").symlink_to("real")
    (tmp_path / "real" / "lib64").symlink_to("lib")
    found = readable_paths.links_on_the_way(str(tmp_path / "venv" / "lib64"))
    assert {Path(link).name: target for link, target in found.items() if link.startswith(str(tmp_path))} == {
        "venv": "real",
        "lib64": "lib",
    }


def test_the_library_is_copied_for_anybody_to_read(tmp_path):
    source = library_in(tmp_path / "library")
    source.chmod(0o700)
    parent = WorkerForkServer(source, TIGHT, HIGHEST)
    copy = parent._folder / "library"
    assert (copy / "tinytorch/core/earlier.py").read_text().startswith("def seven")
    assert copy.stat().st_mode & 0o777 == 0o755 and (copy / "tinytorch").stat().st_mode & 0o777 == 0o755
    parent.close()


# -- as an ordinary user ---------------------------------------------------------------------


@LINUX
def test_all_of_this_holds_for_an_ordinary_user_too(folder):
    options = [
        "-p",
        "no:cacheprovider",
        "-k",
        "not loaded_late and not matplotlib",
        "--basetemp",
        str(folder / "tests"),
    ]
    command = ordinary_users_command(
        [sys.executable, "-m", "pytest", "tests/sandbox/isolation/test_stack.py", "-rA", *options]
    )
    if command is None:
        pytest.skip("the tests run as an ordinary user, or can't become one")
    done = subprocess.run(
        command,
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=600,
        env=os.environ | {"HOME": str(folder), "PYTHONDONTWRITEBYTECODE": "1"},
    )
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-2000:]
    assert "PASSED tests/sandbox/isolation/test_stack.py::test_walls_that_are_up_hold[3]" in done.stdout
