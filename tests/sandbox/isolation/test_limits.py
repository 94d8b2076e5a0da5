"""What one submission may use, asked of the operating system by a learner's code."""

import os
import time
from dataclasses import replace

import pytest

from tests.support.graded_module import TIGHT, grade, one
from tito.sandbox.isolation.limits import cpu_s


@pytest.mark.slow
@pytest.mark.parametrize(
    "limit, value",
    [
        ("AS", TIGHT.memory_mb * 2**20),
        ("FSIZE", TIGHT.file_mb * 2**20),
        ("NOFILE", TIGHT.open_files),
        ("CORE", 0),
        ("CPU", int(TIGHT.total_cpu_s) + 5),
    ],
)
def test_limits_are_set_and_cannot_be_raised(grader, limit, value):
    code = f"import resource\ndef answer(): return resource.getrlimit(resource.RLIMIT_{limit})"
    assert one(grader, code, f"assert answer() == ({value}, {value}), answer()").status == "passed"


@pytest.mark.slow
def test_processes_are_bounded(grader):
    code = "import resource\ndef answer(): return resource.getrlimit(resource.RLIMIT_NPROC)[1] > 0"
    assert one(grader, code, "assert answer()").status == "passed"


def test_a_file_cannot_grow_past_its_limit(grader):
    code = "def answer():\n    with open('big', 'wb') as f:\n        for _ in range(17): f.write(b'x' * 2**20)"
    assert "OSError" in one(grader, code, "answer()").message


def test_the_worker_has_a_session_of_its_own(grader):
    code = "import os\ndef answer(): return os.getsid(0) == os.getpid() == os.getpgid(0)"
    assert one(grader, code, "assert answer()").status == "passed"


@pytest.mark.slow
def test_a_workers_end_is_seen_at_once(unwalled):
    """Though its child holds the pipe open."""
    body = "if os.fork(): os._exit(9)\n    import select; select.select([], [], [])"
    assert "(exit code 9)" in one(unwalled, f"import os\ndef answer():\n    {body}", "answer()").message


@pytest.mark.slow
def test_what_the_code_started_ends_with_it(unwalled):
    code = "import os\ndef answer():\n    pid = os.fork()\n    if pid == 0:\n        while True: pass\n    return pid"
    child = int(one(unwalled, code, "raise ValueError(answer())").message.removeprefix("ValueError: "))
    assert not is_running(child)


def is_running(pid: int) -> bool:
    """Alive and not merely waiting to be reaped by init; killing takes the kernel a moment."""
    for _ in range(200):
        try:
            with open(f"/proc/{pid}/stat") as stat:
                if stat.read().rsplit(")", 1)[1].split()[0] in "ZX":
                    return False
        except FileNotFoundError:
            return False
        os.sched_yield()
        time.sleep(0.01)
    return True


def test_cpu_time_of_a_process_is_read_from_outside():
    assert abs(cpu_s(os.getpid()) - time.process_time()) < 0.05


def test_a_process_that_is_gone_has_no_clock():
    with pytest.raises(ProcessLookupError):
        cpu_s(2**22 + 1)


@pytest.mark.slow
def test_the_whole_submission_has_a_bound(grader, monkeypatch):
    monkeypatch.setattr(grader, "_limits", replace(TIGHT, check_cpu_s=0.2, total_cpu_s=0.5))
    results = grade(grader, "def answer():\n    while True: pass", *["answer()"] * 5).results
    assert results[0].message == "stopped after 0.2 s of CPU time"
    assert results[-1].message == "not graded: the checks before it took 0.5 s of CPU time"


def test_fresh_workers_are_bounded_too(grader, monkeypatch):
    monkeypatch.setattr(grader, "_limits", replace(TIGHT, restarts=2))
    results = grade(grader, "import os\ndef answer(): os._exit(1)", *["answer()"] * 4).results
    assert [r.message.startswith("not graded: your code had to be started") for r in results] == [
        False,
        False,
        False,
        True,
    ]


def test_call_backs_are_counted(grader, monkeypatch):
    monkeypatch.setattr(grader, "_limits", replace(TIGHT, messages=50))
    result = one(grader, "def answer(f):\n    for _ in range(51): f()", "answer(lambda: None)")
    assert result.message == "stopped after 50 calls of the model or the data"
