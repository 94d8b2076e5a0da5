"""Two learners' works side by side, of which one takes whatever it can get."""

import contextlib

import pytest

from tests.support.graded_module import TIGHT, library_in, suite, work
from tito.autograder.grader import Grader
from tito.autograder.public_names import read_public_names
from tito.autograder.session import Session
from tito.sandbox.isolation.limits import Limits
from tito.sandbox.isolation.stack import HIGHEST
from tito.sandbox.isolation.user import WORKERS_IDS, WorkerUsers, is_root

pytestmark = pytest.mark.slow

TAKES_ALL_THREADS = """
import ctypes
libc = ctypes.CDLL(None)
small = ctypes.create_string_buffer(64)
libc.pthread_attr_init(small)
libc.pthread_attr_setstacksize(small, ctypes.c_size_t(16 * 1024))
number, started = ctypes.c_ulong(), 0
while started < 100_000 and libc.pthread_create(ctypes.byref(number), small, libc.pause, None) == 0:
    started += 1
def answer(): return started
"""
HONEST_THREADS = """
from concurrent.futures import ThreadPoolExecutor
def answer():
    with ThreadPoolExecutor(50) as pool:
        return sum(pool.map(abs, range(-50, 0)))
"""


@pytest.fixture(scope="module", params=[2, HIGHEST])
def grader(request, tmp_path_factory):
    with Grader(library_in(tmp_path_factory.mktemp("library") / "library"), limits=TIGHT, level=request.param) as made:
        yield made


@contextlib.contextmanager
def neighbour(grader, code):
    """A worker with this code that goes on while the block runs."""
    names = read_public_names(suite("answer()"))
    session = Session(grader.connect()._workers, work(code), names, Limits())
    try:
        session.begin(0)
        yield session
    finally:
        session.close()


def test_one_that_takes_all_threads_leaves_another_its_own(grader):
    if grader.missing_walls().keys() >= {"threads", "user"} or (not is_root() and "threads" in grader.missing_walls()):
        pytest.skip(f"workers are counted together here: {grader.missing_walls()['threads']}")
    with neighbour(grader, TAKES_ALL_THREADS):
        graded = grader.grade(suite("assert answer() == 1275"), work(HONEST_THREADS))
    assert graded.passed, graded.results[0].message


def test_two_workers_have_two_users(grader):
    """Where the grader is root; else each has a user namespace."""
    if not is_root() or "user" in grader.missing_walls():
        pytest.skip("workers are the same user as the grader here")
    code = "import os\ndef answer(): return os.getuid()"
    with neighbour(grader, code), neighbour(grader, code):
        graded = grader.grade(suite(f"assert answer() in {WORKERS_IDS} and answer() != {WORKERS_IDS[0]}"), work(code))
    assert graded.passed, graded.results[0].message


def test_a_folder_of_another_worker_is_closed(grader):
    """At level 2 it can be found: its owner is another user, and Landlock says no."""
    look = "import os\ndef answer(path): return os.listdir(path)"
    with neighbour(grader, "open('mine', 'w').write('secret')") as session:
        graded = grader.grade(suite(f"answer({str(session._worker.folder)!r})"), work(look))
    assert graded.results[0].message.startswith(("PermissionError", "FileNotFoundError"))


@pytest.mark.skipif(not is_root(), reason="only root has users to give")
def test_no_user_is_claimed_twice():
    first, second = WorkerUsers(), WorkerUsers()
    assert first.ids and second.ids and not set(first.ids) & set(second.ids)


@pytest.mark.skipif(not is_root(), reason="only root has users to give")
def test_where_all_users_are_claimed_workers_share_them():
    one, few = WorkerUsers(WORKERS_IDS[-2:]), WorkerUsers(WORKERS_IDS[-2:])
    assert one.ids == few.ids == list(WORKERS_IDS[-2:])
    assert few.next_free([few.ids[0]]) == few.ids[1] and few.next_free(few.ids * 2 + few.ids[1:]) == few.ids[0]
