"""The learner's code may do to its worker what it likes: the grader goes on, and nothing is won by it."""

from dataclasses import replace

import pytest

from tests.support.graded_module import FULL, TIGHT, grade, one, suite, work
from tito.course.checks import CodeCell, Work

PLAIN = "assert answer() == 4"
STOPPED = "stopped after 0.4 s of CPU time"


def honest_one_passes(grader):
    """The grader is none the worse for what came before."""
    result = one(grader, "def answer(): return 4", PLAIN)
    assert (result.status, result.points) == FULL, result.message


@pytest.mark.slow
@pytest.mark.parametrize(
    "body, words",
    [
        ("import sys; sys.exit(0)", "your code called sys.exit() or exit()"),
        ("raise SystemExit", "your code called sys.exit() or exit()"),
        ("raise KeyboardInterrupt", "KeyboardInterrupt"),
        ("import os; os._exit(0)", "your code ended its process"),
        ("import os; os._exit(3)", "your code ended its process (exit code 3)"),
        ("import os; os.kill(os.getpid(), 9)", "it was killed"),
        ("import os; os.kill(os.getpid(), 11)", "crashed Python itself (SIGSEGV)"),
        ("import os; os.abort()", "crashed Python itself (SIGABRT)"),
        ("import os; os.close(4)", "it was killed"),
        ("while True: pass", STOPPED),
        ("return [0] * 10**12", "MemoryError"),
        ("return answer()", "RecursionError"),
        ("return 10 ** 5000", "an integer of more than"),
        ("x = []\n    for _ in range(10_000): x = [x]\n    return x", "nested more than"),
        ("return 'x' * 10_000_000", "10,000,0"),
        ("return np.zeros(10**8)", "has an array of 800,000,000 bytes"),
        ("x = []; x.append(x); return x", "nested more than"),
        ("return '\\ud800'", "can't be encoded"),
        ("import threading; threading.Lock().acquire(); threading.Event().wait()", "deadlock"),
        ("import time\n    while True: time.sleep(3600)", "virtual time"),
        ("return input()", "EOFError"),
    ],
)
def test_whatever_the_code_does_only_its_check_fails(grader, body, words):
    failed, other = grade(
        grader, f"def answer():\n    {body}\ndef fine(): return 5", PLAIN, "assert LIMIT == 3"
    ).results
    assert failed.status == "failed" and failed.points == 0
    assert words in failed.message, failed.message
    assert (other.status, other.points) == FULL, other.message


FORGE = """
import os, struct
import msgspec
def send(data, declared=None):
    os.write(4, struct.pack('>I', len(data) if declared is None else declared) + data)
def answer():
    {}
    return 4
"""


@pytest.mark.slow
@pytest.mark.parametrize(
    "forgery",
    [
        "os.write(4, b'garbage' * 100)",
        "os.write(4, b'\\xff\\xff\\xff\\xff')",
        "send(b'')",
        "send(b'\\xc1')",
        "send(b'\\x91' * 100_000)",
        "send(b'', 2**31)",
        "send(msgspec.msgpack.encode([1, 9999, 4, None, 1e9, [], []]))",
        "send(msgspec.msgpack.encode([1, 1, 4, None, float('nan'), [], []]))",
        "send(msgspec.msgpack.encode([1, 1, 4, None, -5.0, [], []]))",
        "send(msgspec.msgpack.encode([1, 1, {'\\0pickle': [b'']}, None, 1000.0, [], []]))",
        "send(msgspec.msgpack.encode([0, 0, '__call__', [{'\\0yours': [0]}], {}, 1000.0]))",
        "send(msgspec.msgpack.encode([0, 0, '__mul__', ['x', 10**12], {}, 1000.0]))",
        "send(msgspec.msgpack.encode([0, 0, 'system', [], {}, 1000.0]))",
        "send(msgspec.msgpack.encode({'full': 'marks'}))",
        "send(msgspec.msgpack.encode([1, 1, {'\\0record': ['Nothing', []]}, None, 1000.0, [], []]))",
        "send(msgspec.msgpack.encode([1, 1, {'\\0enum': ['Kind', '__class__']}, None, 1000.0, [], []]))",
    ],
)
def test_forged_messages_fail_the_check_and_not_the_grader(grader, forgery):
    result = one(grader, FORGE.format(forgery), PLAIN)
    assert result.status == "failed" and result.points == 0
    assert "your code" in result.message or "stopped" in result.message, result.message
    honest_one_passes(grader)


@pytest.mark.slow
@pytest.mark.parametrize(
    "operation", ["__repr__", "__str__", "__len__", "__mul__", "__setitem__", "setattr", "delattr", "begin"]
)
def test_a_lent_object_does_no_more_than_it_can(grader, operation):
    code = (
        "def answer(model):\n"
        f"    object.__getattribute__(model, '_Proxy__peer').ask({operation!r}, model)\n"
        "    return 4"
    )
    result = one(grader, code, "assert answer(len) == 4")
    assert (
        result.message
        == f"your code asked the grader for what there is not: {operation} of a builtin_function_or_method"
    )


@pytest.mark.slow
def test_half_a_message_is_waited_for_until_the_deadline(grader):
    code = FORGE.format("os.write(4, b'\\0')\n    while True: pass")
    assert one(grader, code, PLAIN).message == STOPPED


@pytest.mark.slow
def test_a_reply_sent_twice_ends_the_session(grader):
    code = FORGE.format("send(msgspec.msgpack.encode([1, 1, 4, None, 1000.0, [], []]))")
    result = one(grader, code, "assert answer() == 4\nassert answer() == 4")
    assert result.status == "failed"


@pytest.mark.slow
def test_a_flood_of_calls_is_stopped(grader, monkeypatch):
    code = "def answer(f):\n    while True: f()"
    result = one(grader, code, "answer(lambda: None)")
    assert result.message.startswith("stopped after")


@pytest.mark.slow
def test_a_loop_at_import_is_stopped_once_for_all(grader):
    first, second = grade(grader, "while True: pass", PLAIN, PLAIN).results
    assert first.message == STOPPED and second.message == f"{STOPPED}, while your cells were run"


def test_the_process_ending_at_import(grader):
    results = grade(grader, "import os; os._exit(7)", PLAIN, PLAIN).results
    assert all("your code ended its process (exit code 7)" in result.message for result in results)


def test_a_cell_with_a_syntax_error_costs_what_needs_it(grader):
    broken = {"broken": "x = 1\nclass Runner:\n    def run(self: return 1\n", "fine": "def answer(): return 4"}
    result, needs = grader.grade(suite(PLAIN, "Runner().run()"), work(**broken)).results
    assert (result.status, result.points) == FULL
    assert (
        needs.status == "failed" and needs.message.startswith("SyntaxError") and needs.where == 'cell "broken", line 3'
    )


def test_a_syntax_error_is_told_with_its_line(grader):
    cells = Work((CodeCell("early", "def other(): return 1"), CodeCell("broken", "def answer(:\n    return 4\n")))
    result = grader.grade(suite(PLAIN), cells).results[0]
    assert (
        result.message == 'SyntaxError: invalid syntax (cell "broken", line 1)'
        and result.where == 'cell "broken", line 1'
    )


def test_an_error_of_a_cell_is_told_where_it_matters(grader):
    """Where a check needs a name that the cell would have made."""
    cells = Work((CodeCell("bad", "y = 1\nanswer = 1 / 0\n"), CodeCell("good", "def fine(): return 1")))
    result = grader.grade(suite(PLAIN), cells).results[0]
    assert result.message == "ZeroDivisionError: division by zero" and result.where == 'cell "bad", line 2'


def test_a_name_that_was_to_come_from_a_broken_cell(grader):
    cells = Work(
        (
            CodeCell("bad", "import nothing_of_this_name\ndef helper(): pass"),
            CodeCell("mine", "def answer(): return helper()"),
        )
    )
    result = grader.grade(suite(PLAIN), cells).results[0]
    assert (
        result.message == "ModuleNotFoundError: No module named 'nothing_of_this_name'"
        and result.where == 'cell "bad", line 1'
    )


def test_what_a_failing_cell_made_before_it_failed_counts(grader):
    assert one(grader, "def answer(): return 4\nprint(undefined)\nanswer = None", PLAIN).status == "passed"


def test_a_later_cell_may_put_it_right(grader):
    cells = Work((CodeCell("bad", "def answer(:"), CodeCell("good", "def answer(): return 4")))
    assert grader.grade(suite(PLAIN), cells).points == 1


def test_a_name_that_is_not_there(grader):
    result = grader.grade(suite(PLAIN), Work((CodeCell("mine", "x = 1"),))).results[0]
    assert "your code defines no 'answer'" in result.message


@pytest.mark.parametrize(
    "wanted",
    ["tinytorch.core.toy", "tinytorch.core.benchmarking", "tinytorch.core.tensor", "tito", "tito.autograder.session"],
)
def test_solutions_and_grader_cannot_be_imported(grader, wanted):
    code = f"import importlib\ndef answer():\n    importlib.import_module({wanted!r}); return 4"
    assert one(grader, code, PLAIN).message.startswith("ModuleNotFoundError")


def test_nothing_on_the_path_leads_to_the_course(grader):
    code = (
        "import os, sys\n"
        "def holds(p, name): return os.path.exists(os.path.join(p, name))\n"
        "def answer(): return [p for p in sys.path[1:] if holds(p, 'tito') or holds(p, 'modules')]"
    )
    assert one(grader, code, "assert answer() == []").status == "passed"


def test_the_environment_is_clean(grader, monkeypatch):
    monkeypatch.setenv("SECRET_TOKEN", "x")
    code = (
        "import os\n"
        "def answer():\n"
        "    script = os.path.exists(__import__('sys').argv[0])\n"
        "    return 'SECRET_TOKEN' in os.environ, sorted(os.listdir('.')), script"
    )
    assert one(grader, code, "assert answer()[:2] == (False, [])").status == "passed"


def test_descriptors_are_closed_but_for_the_channel(grader):
    code = "import os\ndef is_open(fd):\n    try: os.fstat(fd)\n    except OSError: return False\n    return True\n"
    code += "def answer(): return [fd for fd in range(64) if is_open(fd)]"
    assert one(grader, code, "assert answer() == [0, 1, 2, 3, 4], answer()").status == "passed"


def test_prints_go_nowhere(grader, capfd):
    code = (
        "import os, sys\n"
        "print('100 of 100')\n"
        "def answer():\n"
        "    os.write(1, b'passed'); os.system('echo passed'); sys.stderr.write('x'); print('y' * 10**6); return 4"
    )
    assert one(grader, code, PLAIN).status == "passed"
    assert capfd.readouterr() == ("", "")


def test_each_check_starts_from_fresh_cells(grader):
    code = "count = []\ndef answer():\n    count.append(1); return len(count)"
    check = "assert answer() == 1 and answer() == 2"
    assert grade(grader, code, check, check).points == 2


def test_a_main_block_does_not_run(grader):
    assert (
        one(grader, "def answer(): return 4\nif __name__ == '__main__':\n    answer = None", PLAIN).status == "passed"
    )


def test_string_annotations_and_dataclasses_work(grader):
    code = (
        "from __future__ import annotations\n"
        "from dataclasses import dataclass\n"
        "@dataclass\n"
        "class P:\n"
        "    x: int | None = 4\n"
        "def answer(): return P().x"
    )
    assert one(grader, code, PLAIN).status == "passed"


@pytest.mark.slow
@pytest.mark.parametrize(
    "draw",
    [
        "random.random()",
        "random.Random().random()",
        "random.SystemRandom().random()",
        "np.random.rand()",
        "np.random.default_rng().random()",
        "float(np.random.RandomState().rand())",
        "int.from_bytes(os.urandom(6))",
        "random.seed() or random.random()",
        "np.random.seed() or np.random.rand()",
        "uuid.uuid4().int % 1000",
        "secrets.randbelow(10**9)",
        "hash('text') % 10**9",
        "time.time()",
    ],
)
def test_chance_comes_out_the_same_twice(grader, draw):
    code = f"import os, random, secrets, time, uuid\ndef answer(): return {draw}"
    tell = "raise ValueError(repr(answer()) + ' ' + repr(answer()))"
    first, second = (one(grader, code, tell).message for _ in range(2))
    assert first == second and first.startswith("ValueError")


def test_hashes_are_not_salted(grader):
    code = "import sys\ndef answer(): return sys.flags.hash_randomization"
    assert one(grader, code, "assert answer() == 0").status == "passed"


def test_two_checks_draw_differently(grader):
    a, b = grade(
        grader, "import random\ndef answer(): return random.random()", *["raise ValueError(repr(answer()))"] * 2
    ).results
    assert a.message != b.message


def test_threads_left_over_do_not_reach_the_next_check(grader):
    code = """
import threading, time
def forever(f):
    while True:
        time.sleep(1); f()
def answer(f):
    threading.Thread(target=forever, args=(f,), daemon=True).start()
    time.sleep(2.5)
    return 4
"""
    check = "told = []\nassert answer(lambda: told.append(1)) == 4 and told == [1, 1]"
    assert grade(grader, code, check, check).points == 2


def test_a_thread_of_the_systems_own_does_no_harm(grader):
    code = (
        "import _thread, os, time\ndef answer():\n    [_thread.start_new_thread(print, ()) for _ in range(3)]; return 4"
    )
    assert one(grader, code, PLAIN).status == "passed"


def test_work_folders_are_removed(grader):
    code = "import os\ndef answer():\n    open('kept.txt', 'w').write('x'); return os.getcwd()"
    from pathlib import Path

    folder = one(grader, code, "raise ValueError(answer())").message.removeprefix("ValueError: ")
    assert "tito-grading-" in folder and not Path(folder).exists()


@pytest.mark.parametrize("check", ["r = answer()\nr.rows = rows", "r = answer()\nr[0] = rows"])
def test_only_a_call_gives_back_what_it_changed(grader, check):
    """A forged reply says that the list which was set or put somewhere has other numbers now."""
    code = """
import sys
frame = sys._getframe()
while type(frame.f_locals.get('self')).__name__ != 'Worker': frame = frame.f_back
worker = frame.f_locals['self']
reply_to = worker._reply_to
def forged(request):
    reply = reply_to(request)
    if request.operation in ('setattr', '__setitem__'):
        reply.changed = [(str(i), [9, 9]) for i in range(4)]
    return reply
worker._reply_to = forged
class Kept:
    def __setitem__(self, place, value): pass
def answer(): return Kept()
"""
    assert one(grader, code, f"rows = [1, 2]\n{check}\nassert rows == [1, 2]").status == "passed"


# -- what would cost the grader its time or its memory ------------------------------------------------

DEVICE = "from tito.tools.benchmarking.instruments import TimedModel\n"
ANSWERS = (
    "import sys, os, msgspec\n"
    + """
frame = sys._getframe()
while type(frame.f_locals.get('self')).__name__ != 'Worker': frame = frame.f_back
worker = frame.f_locals['self']
def reply(value):
    real = worker._reply_to
    def forged(request):
        told = real(request)
        if request.operation == '__call__': told.value = value
        return told
    worker._reply_to = forged
def answer(model=None):
    {}
    return 4
"""
)


@pytest.mark.slow
@pytest.mark.parametrize(
    "body, words",
    [
        ("model._saw([0], 10**9)", "is in no known form"),
        ("model._saw([0], '9')", "is in no known form"),
        ("model._saw([0], -1)", "is in no known form"),
        ("worker._told[:], worker._told_from = [[10**9, 1, [0]]], 10**9", "was not given"),
        ("worker._told[:], worker._told_from = [7], 10**9", "is in no known form"),
        ("worker._told[:], worker._told_from = [['soon', 1]], 10**9", "is in no known form"),
        ("worker._told[:], worker._told_from = [[0.0, {'\\0yours': [0]}, [0]]], 10**9", "moved the clock backwards"),
        ("model._times(10**9, 1)", "ValueError: calls: at most 100,000 and never negative, and not 1,000,000,001"),
        ("model._times(0, 10**9)", "ValueError: calls"),
        ("model._answers('%999999999d')", "TypeError: sample: told by a number, not by str"),
        ("model._answers(answer)", "TypeError: sample"),
        ("for _ in range(300): worker.tell(model._saw, (['x' * 10**5],))", "can be graded"),
        ("worker._objects._lent[0] = print; worker.tell(model._saw, ([[]] * 10**5,))", "is in no known form"),
        (
            "reply({'\\0set': [[{'\\0int': [hex(k * (2**61 - 1))]} for k in range(2**62, 2**62 + 10**4)]]})",
            "too many keys that are alike",
        ),
        (
            "reply({'\\0frozenset': [[{'\\0complex': [-1000003.0 * k, 1.0 * k]} for k in range(10**4)]]})",
            "too many keys",
        ),
        (
            "reply({'\\0dict': [[{'\\0tuple': [[{'\\0complex': [-1000003.0 * k, 1.0 * k]}]]} for k in range(10**4)], "
            "[0] * 10**4]})",
            "too many keys",
        ),
        ("reply({'\\0mine': [0, 'x' * 10**6, [], [], [], True]})", "lends something in an unknown form"),
    ],
)
def test_answers_that_are_too_large_are_refused(grader, body, words):
    """They would fill the grader's memory or take its time."""
    check = "model = TimedModel()\nassert answer(model) == 4\nassert answer(model) == 4"
    result = one(grader, ANSWERS.format(body), check, helpers=DEVICE)
    assert result.status == "failed" and words in result.message, result.message
    honest_one_passes(grader)


def test_more_than_a_check_can_need_is_not_listened_to(grader):
    check = "heard = []\nanswer(heard.append)\nassert not heard"
    result = one(grader, "def answer(tell):\n    for _ in range(40): tell('x' * 10**6)", check)
    assert result.message == "stopped: your code handed over more than 16 MB"


@pytest.mark.slow
def test_reading_an_answer_is_bounded_in_time(grader, monkeypatch):
    monkeypatch.setattr(grader, "_limits", replace(TIGHT, grader_cpu_s=0.3))
    check = "import re\nassert not re.search(r'(\\w+\\s?)+!', answer())"
    first, second = grade(grader, "def answer(): return 'any ' * 10_000", check, "assert LIMIT == 3").results
    assert first.message == "stopped: what your code gives back took 0.3 s to look through"
    assert (second.status, second.points) == FULL
    honest_one_passes(grader)


@pytest.mark.slow
def test_silence_is_borne_a_few_times_only(grader, monkeypatch):
    monkeypatch.setattr(grader, "_limits", replace(TIGHT, wall_s=0.5))
    code = "import os\nread, write = os.pipe()\ndef answer(): return os.read(read, 1)"
    *first, last = grade(grader, code, *[PLAIN] * 3).results
    assert {result.message for result in first} == {"stopped: no answer within 0.5 s"}
    assert last.message == "not graded: your code gave no answer 2 times before"
