"""A check reads like ordinary Python, though the learner's objects are in another process."""

import pytest

from tests.support.graded_module import FULL, GIVEN, one
from tito.autograder.session import Session
from tito.course.checks import CheckCell, CheckSuite, CodeCell


def passes(grader, code, check, **about):
    result = one(grader, code, check, **about)
    assert (result.status, result.points) == FULL, result.message


VECTOR = """
class Vector:
    def __init__(self, *numbers):
        self.numbers = list(numbers)
    def __add__(self, other):
        other = other.numbers if isinstance(other, Vector) else [other] * len(self.numbers)
        return Vector(*(a + b for a, b in zip(self.numbers, other)))
    __radd__ = __add__
    def __sub__(self, other): return Vector(*(a - other for a in self.numbers))
    def __rsub__(self, other): return Vector(*(other - a for a in self.numbers))
    def __mul__(self, other): return Vector(*(a * other for a in self.numbers))
    def __imul__(self, other):
        self.numbers = [a * other for a in self.numbers]
        return self
    def __truediv__(self, other): return Vector(*(a / other for a in self.numbers))
    def __matmul__(self, other): return sum(a * b for a, b in zip(self.numbers, other.numbers))
    def __getitem__(self, place): return self.numbers[place]
    def __setitem__(self, place, value): self.numbers[place] = value
    def __len__(self): return len(self.numbers)
    def __iter__(self): return iter(self.numbers)
    def __eq__(self, other): return self.numbers == other.numbers
    def __repr__(self): return f"Vector{tuple(self.numbers)}"
    def __array__(self, dtype=None, copy=None): return np.array(self.numbers, dtype)
    def __enter__(self): return self
    def __exit__(self, *error): self.closed = True
    def __call__(self, x, scale=1): return [n * x * scale for n in self.numbers]
    @property
    def length(self): return len(self.numbers)
    @staticmethod
    def zero(): return Vector(0)

def answer(): return Vector
"""
LESSON = GIVEN + VECTOR.rpartition("def answer")[0]  # it defines Vector, so that its operators are what is checked


def result_as_if_here(grader, claim):
    result = one(grader, VECTOR, f"Vector = answer()\nv = Vector(1, 2)\nassert {claim}", given=LESSON)
    return result.status, result.points


@pytest.mark.slow
@pytest.mark.parametrize(
    "claim",
    [
        "list(v + v) == [2, 4] and list(v + 1) == [2, 3] and list(1 + v) == [2, 3]",
        "list(5 - v) == [4, 3] and list(v - 1) == [0, 1] and list(v * 3) == [3, 6] and list(v / 2) == [.5, 1]",
        "v @ v == 5 and len(v) == 2 and v[1] == 2 and v[-1] == 2 and v[0:2] == [1, 2]",
        "v == Vector(1, 2) and v != Vector(1, 3) and not (v == Vector(2, 2))",
        "repr(v) == 'Vector(1, 2)' and str(v) == 'Vector(1, 2)' and f'{v}' == 'Vector(1, 2)'",
        "isinstance(v, Vector) and not isinstance(v, Runner) and isinstance(v + v, Vector) "
        "and not isinstance(3, Vector)",
        "np.asarray(v).tolist() == [1, 2] and np.allclose(v, [1, 2]) and np.asarray(v, float).dtype == float",
        "list(np.array([5, 5]) - v) and 2 in v and 7 not in v and sum(v) == 3 and max(v) == 2",
        "v(10) == [10, 20] and v(10, scale=2) == [20, 40] and callable(v) and callable(v.zero)",
        "v.length == 2 and list(Vector.zero()) == [0] and Vector.__name__ == 'Vector'",
        "not hasattr(v, 'nothing') and getattr(v, 'nothing', 5) == 5 and hasattr(v, 'numbers')",
        "v.numbers == [1, 2] and v.numbers is not v.numbers",
        "(v, v) == (v, v) and v in [v] and {v: 1}[v] == 1",
        "[a for a, b in zip(v, v)] == [1, 2] and list(reversed(list(v))) == [2, 1]",
    ],
)
def test_a_learners_class_is_used_as_if_it_were_here(grader, claim):
    assert result_as_if_here(grader, claim) == FULL


def test_a_claim_that_does_not_hold_is_found(grader):
    assert result_as_if_here(grader, "list(v + v) == [2, 5]") == ("failed", 0.0)


def test_the_same_object_is_the_same_stand_in(grader):
    passes(grader, VECTOR, "V = answer()\nv = V(1)\nw = v\nw *= 3\nassert w is v and list(v) == [3]", given=LESSON)


def test_attributes_and_items_are_set_over_there(grader):
    passes(
        grader,
        VECTOR,
        "v = answer()(1, 2)\nv[0] = 9\nv.extra = (1, [2])\nassert v.numbers == [9, 2] and v.extra == (1, [2])",
    )


def test_a_context_manager(grader):
    passes(grader, VECTOR, "with answer()(1) as v:\n    assert v[0] == 1\nassert v.closed")


def test_what_a_class_does_not_have_its_stand_in_lacks(grader):
    code = "class Bare: pass\ndef answer(): return Bare()"
    passes(
        grader,
        code,
        "b = answer()\nassert not callable(b) and not hasattr(b, '__len__') and bool(b)\n"
        "try:\n    len(b)\nexcept TypeError: pass\nelse: raise AssertionError('has a length')\n"
        "assert repr(b) == '<Bare>'",
    )


def test_an_array_on_the_left_is_left_to_the_learners_class(grader):
    code = VECTOR.replace("class Vector:", "class Vector:\n    __array_ufunc__ = None")
    passes(
        grader,
        code,
        "V = answer()\nv = V(1, 2)\nassert isinstance(np.float64(5) - v, V)\nassert list(np.float64(5) - v) == [4, 3]",
        given=LESSON,
    )


# -- records, enums, constants ---------------------------------------------------------------


ECHO = "def answer(*args): return args[0]"


@pytest.mark.parametrize(
    "claim",
    [
        "answer(Kind.SLOW) is Kind.SLOW and answer([Kind.FAST])[0] is Kind.FAST",
        "answer(Result(Kind.FAST, [1.5], {'a': (1, 2)})) == Result(Kind.FAST, [1.5], {'a': (1, 2)})",
        "type(answer(Result(Kind.FAST, []))) is Result and answer(Result(Kind.FAST, [])).metadata is None",
        "answer(Result) is not None and LIMIT == 3",
        "answer(Runner) is not None and isinstance(answer(Runner)(), Runner)",
    ],
)
def test_records_and_enums_cross_by_value(grader, claim):
    passes(grader, ECHO, f"assert {claim}")


def test_the_learner_sees_their_own_record_and_enum(grader):
    code = (
        "def answer(r): return isinstance(r, Result) and r.kind is Kind.SLOW and isinstance(r.kind, Kind) and r.values"
    )
    passes(grader, code, "assert answer(Result(Kind.SLOW, [1.0])) == [1.0]")


def test_any_class_of_the_name_with_the_fields_will_do(grader):
    code = """
from typing import NamedTuple
class Result(NamedTuple):
    values: list
    kind: object
    metadata: object = None
    more: int = 5
def answer(): return Result(np.array([1.0, 2.0]), Kind.FAST)
"""
    passes(grader, code, "r = answer()\nassert type(r) is Result and list(r.values) == [1, 2] and r.kind is Kind.FAST")


def test_a_record_without_a_field_is_told_by_name(grader):
    code = "class Result:\n    kind = Kind.FAST\ndef answer(): return Result()"
    assert "Result has no field 'values'" in one(grader, code, "answer()").message


def test_a_changed_enum_is_told_by_name(grader):
    code = "class Kind(Enum):\n    OTHER = 1\ndef answer(*args): return 1"
    assert "Kind has no member 'FAST'" in one(grader, code, "answer(Kind.FAST)").message


def test_a_constant_is_the_learners(grader):
    passes(grader, "LIMIT = [7, 8]", "assert LIMIT == [7, 8]")


# -- arguments ---------------------------------------------------------------------------------


def test_what_a_call_does_to_its_arguments_is_seen(grader):
    code = "def answer(xs, d, a, r):\n    xs.sort(); d['new'] = [1]; a += 1; r.values.append(2.0); d['rows'][0].clear()"
    passes(
        grader,
        code,
        "row = {'x': 1}\nxs, d, a, r = [3, 1, 2], {'rows': [row]}, np.zeros(2), Result(Kind.FAST, [1.0])\n"
        "answer(xs, d, a, r)\n"
        "assert xs == [1, 2, 3] and d == {'rows': [{}], 'new': [1]} and row == {}\n"
        "assert a.tolist() == [1, 1] and r.values == [1.0, 2.0]",
    )


def test_unchanged_arguments_stay_the_same_objects(grader):
    passes(
        grader,
        "def answer(xs): return sum(map(len, xs))",
        "inner = [1]\nxs = [inner, float and [2]]\nanswer(xs)\nassert xs[0] is inner",
    )


# -- objects of the check's ----------------------------------------------------------------------


MODEL = '''
class Model:
    """Counts its calls."""
    factor = 2
    def __init__(self): self.calls, self._secret = [], 42
    def __call__(self, x):
        self.calls.append(x)
        return x * self.factor
    def name(self): return "model"

class Data:
    def __len__(self): return 3
    def __getitem__(self, i):
        if i >= 3: raise IndexError(i)
        return i * 10
'''


def test_the_learners_code_calls_the_checks_objects(grader):
    code = "def answer(model, data): return [model(x) for x in data], len(data), data[1], model.name(), callable(model)"
    passes(
        grader,
        code,
        "m = Model()\nassert answer(m, Data()) == ([0, 20, 40], 3, 10, 'model', True)\nassert m.calls == [0, 10, 20]",
        helpers=MODEL,
    )


def test_an_object_keeps_its_identity(grader):
    code = "class Runner:\n    def run(self, model): self.model = model; return {'kept': [model]}"
    passes(
        grader,
        code,
        "m = Model()\nr = Runner()\nassert r.run(m)['kept'][0] is m and r.model is m\nr.other = m\nassert r.other is m",
        helpers=MODEL,
    )


def test_plain_functions_and_lambdas_go_too(grader):
    passes(grader, "def answer(f): return [f(i) for i in range(3)]", "assert answer(lambda i: i * i) == [0, 1, 4]")


@pytest.mark.parametrize(
    "prying",
    [
        "model.calls",
        "model._secret",
        "type(model).__call__.__globals__['Model']",
        "model.name.__self__",
        "model.name.__func__",
        "vars(model)['calls']",
    ],
)
def test_what_the_check_keeps_to_itself_is_not_to_be_read(grader, prying):
    code = f"def answer(model):\n    model(1)\n    return {prying}"
    result = one(grader, code, "answer(Model())", helpers=MODEL)
    assert result.status == "failed" and "Error" in result.message


def test_the_body_of_a_lent_class_can_be_read(grader):
    code = "def answer(m): return getattr(m, 'factor', None), getattr(m, '_hidden', 'no'), hasattr(m, 'own')"
    helper = MODEL.replace(
        "factor = 2",
        "factor = 2\n    _hidden = 1\n    def __init__(self):\n        self.own = 3\n        super().__init__()",
    )
    passes(grader, code, "assert answer(Model()) == (2, 'no', False)", helpers=helper)


def test_the_repr_of_a_checks_object_tells_nothing(grader):
    helper = "from dataclasses import dataclass\n@dataclass\nclass Model:\n    secret: int = 42\n"
    passes(
        grader, "def answer(m): return repr(m) + str(m) + f'{m}'", "assert '42' not in answer(Model())", helpers=helper
    )


def test_a_generator_of_the_checks_is_only_iterated(grader):
    """Its frame, which holds what is expected, is not lent."""
    passes(
        grader,
        "def answer(g): return next(g) + sum(g), hasattr(g, 'gi_frame')",
        "assert answer(i for i in range(4)) == (6, False)",
    )


BY_VALUE = "from tito.tools.benchmarking.instruments import SlowLookup, WatchedList\n"


def test_instruments_by_value_are_copied_to_the_worker(grader):
    code = """
import time
def answer(data):
    start = time.perf_counter()
    data[0]
    return time.perf_counter() - start, isinstance(data, list), data
"""
    check = (
        "d = SlowLookup([1, 2], 0.25)\n"
        "spent, is_list, back = answer(d)\n"
        "assert abs(spent - 0.25) < 1e-9 and is_list and back is d"
    )
    passes(grader, code, check, helpers=BY_VALUE)


def test_an_instrument_may_report_to_the_check(grader):
    check = "told = []\nanswer(WatchedList([3, 1], told.append))\nassert told == ['list.sort'], told"
    passes(grader, "def answer(xs): xs.sort()", check, helpers=BY_VALUE)


DEVICE = (
    "from tito.tools.benchmarking.instruments import TimedModel, samples\nfrom tito.tools.testing import virtual_time\n"
)


def test_a_timed_model_runs_in_the_worker(grader):
    """Its record stays with the check."""
    code = "def answer(model, rows): return [model(rows[i % len(rows)])['prediction'] for i in range(120)]"
    check = """
model, rows = TimedModel(lambda call: 0.001 * (call + 1)), samples(25)
with virtual_time():
    said = answer(model, rows)
assert [call.samples for call in model.calls] == [(i % 25,) for i in range(120)]
assert [round(call.service_s, 9) for call in model.calls] == [round(0.001 * (i + 1), 9) for i in range(120)]
assert [scores.index(max(scores)) for scores in said] == [model.answer_of(i % 25) for i in range(120)]
"""
    passes(grader, code, check, helpers=DEVICE)


@pytest.mark.parametrize(
    "prying", ["model.calls", "model.accuracy_on(range(4))", "model.answer_of(3)", "model.saw([1])"]
)
def test_right_answers_are_not_sent_to_the_worker(grader, prying):
    result = one(grader, f"def answer(model): return {prying}", "answer(TimedModel())", helpers=DEVICE)
    assert result.message.startswith("AttributeError: 'Device' object has no attribute"), result.message


ASK = """
import sys
frame = sys._getframe()
while type(frame.f_locals.get('self')).__name__ != 'Worker': frame = frame.f_back
ask = frame.f_locals['self'].ask
"""


@pytest.mark.parametrize("name", ["calls", "accuracy_on", "answer_of", "times", "work_through", "_calls"])
def test_the_checks_own_model_is_not_to_be_asked(grader, name):
    code = f"{ASK}\ndef answer(model): return ask('getattr', model, {name!r})"
    assert one(grader, code, "answer(TimedModel())", helpers=DEVICE).message.startswith(
        "AttributeError: 'TimedModel' object has no"
    )


@pytest.mark.parametrize("operation", ["__len__", "__setitem__", "__delitem__", "__iadd__", "__getitem__", "__iter__"])
def test_the_checks_own_list_is_not_to_be_touched(grader, operation):
    code = f"{ASK}\ndef answer(xs): ask({operation!r}, xs, 0, 0)"
    check = "xs = WatchedList([1, 2], print)\nassert answer(xs) is None"
    assert "for what there is not" in one(grader, code, check, helpers=BY_VALUE).message


def test_a_device_that_was_tampered_with_changes_no_record(grader):
    code = """
def answer(model):
    model._service_s[:] = [0.0] * 10
    for i in range(3): model({'data': [float(i), 0.0]})
"""
    check = (
        "model = TimedModel(0.25)\n"
        "with virtual_time(): answer(model)\n"
        "assert [call.service_s for call in model.calls] == [0.25] * 3"
    )
    passes(grader, code, check, helpers=DEVICE)


def test_a_record_that_no_device_sends_ends_the_session(grader):
    code = "def answer(model): model._saw(['first'])"
    result = one(grader, code, "answer(TimedModel())\nassert answer(TimedModel()) is None", helpers=DEVICE)
    assert "is in no known form" in result.message


@pytest.mark.parametrize("name", ["FakeMethods", "LocalFakeMethods"])
def test_fakes_work_in_a_learners_class(grader, name):
    code = """
class Runner:
    def run(self, model, rows, n): return 'mine'
def answer(model, rows): return Runner().run(model, rows, 3)
"""
    check = f"""
from tito.tools.benchmarking.fakes import {name}
cast, model, rows = {name}(dict, str), TimedModel(0.25), samples(2)
with virtual_time(), replaced(Runner, run=cast.single_stream):
    result = answer(model, rows)
assert result['latencies'] == [0.25] * 3 and [call.samples for call in model.calls] == [(0,), (1,), (0,)]
(asked,) = cast.asked
assert asked.model is model and asked.dataset == rows and asked.settings == (3,) and asked.result in (result, None)
"""
    passes(grader, code, check, helpers=DEVICE + TOOLS)


def test_a_fake_that_was_not_called_has_no_calls(grader):
    """What a nearby one tells is the word of the learner's process; the check's own is out of its reach."""
    code = """
import gc
class Runner:
    def run(self, *args): return 'mine'
def answer(model, rows):
    for thing in gc.get_objects():
        if type(thing).__name__.endswith('FakeMethods'): thing._tell('single_stream', model, rows, (3,))
"""
    check = """
from tito.tools.benchmarking.fakes import {0}
cast, model = {0}(dict, str), TimedModel(0.25)
with virtual_time(), replaced(Runner, run=cast.single_stream): answer(model, samples(2))
assert not cast.asked
"""
    passes(grader, code, check.format("FakeMethods"), helpers=DEVICE + TOOLS)
    assert one(grader, code, check.format("LocalFakeMethods"), helpers=DEVICE + TOOLS).status == "failed"


# -- methods -----------------------------------------------------------------------------------


RUNNER = """
class Runner:
    def __init__(self): self.size = 4
    def run(self, operation=1, self_=2): return operation + self.size
    def size(self): return 'never'
def answer(f, *args): return f(*args)
"""


@pytest.mark.parametrize(
    "claim",
    [
        "r.run() == 5 and r.run(operation=3) == 7 and r.run(3, self_=1) == 7",
        "r.size == 4",
        "callable(r.run) and r.run.__name__ == 'run' and r.run == r.run and r.run != Runner().run "
        "and {r.run: 1}[r.run] == 1",
        "answer(r.run, 6) == 10",
        "answer(Runner.run, r, 6) == 10",
        "getattr(r, 'walk', None) is None and not hasattr(r, 'walk')",
    ],
)
def test_methods_are_called_by_name(grader, claim):
    passes(grader, RUNNER, f"r = Runner()\nassert {claim}")


def test_a_method_that_the_learner_sets_on_an_object_counts(grader):
    code = RUNNER + "def swap(r): r.run = lambda: 'mine'\n"
    passes(
        grader,
        code.replace("def answer(f, *args): return f(*args)", "def answer(r): swap(r)"),
        "r = Runner()\nanswer(r)\nassert r.run() == 'mine'",
    )


def test_a_fault_of_a_posted_request_comes_with_the_next(grader):
    """Nobody awaits a reply to a posted request."""
    result = one(
        grader,
        "Runner = None\ndef answer(): return 4",
        "with replaced(Runner, run=lambda self: 1):\n    answer()",
        helpers=TOOLS,
    )
    assert result.status == "failed" and "NoneType" in result.message, result.message


# -- exceptions --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "raised, caught",
    [
        ("ValueError('num_queries is 0')", "ValueError"),
        ("KeyError('a')", "KeyError"),
        ("type('Mine', (ValueError,), {})('x')", "ValueError"),
        ("UnicodeDecodeError('utf-8', b'x', 0, 1, 'bad')", "UnicodeDecodeError"),
        ("OSError(2, 'no such')", "OSError"),
        ("ZeroDivisionError()", "ArithmeticError"),
    ],
)
def test_builtin_exceptions_keep_their_type(grader, raised, caught):
    check = (
        "try:\n"
        "    answer()\n"
        f"except {caught} as error:\n"
        "    words = str(error)\n"
        "else: raise AssertionError('not raised')\n"
        "assert words == WORDS"
    )
    local = eval(raised)
    passes(grader, f"def answer(): raise {raised}", check, helpers=f"WORDS = {str(local)!r}")


def test_other_exceptions_are_errors_of_the_learners_code(grader):
    code = "class Odd(Exception): pass\ndef answer(): raise Odd('so be it')"
    result = one(grader, code, "answer()")
    assert result.message == "Odd: so be it" and result.where == 'cell "mine", line 2'


def test_the_checks_own_exception_comes_back_as_itself(grader):
    helper = (
        "class Unplugged(RuntimeError): pass\n"
        "def model(x):\n"
        "    error = Unplugged('no power', 3)\n"
        "    error.add_note('by design')\n"
        "    raise error"
    )
    code = """
def answer(model):
    try:
        model(1)
    except RuntimeError as error:
        assert type(error).__name__ == 'Unplugged' and error.args == ('no power', 3), error.args
        error.add_note('sample 7')
        raise
"""
    check = (
        "try:\n"
        "    answer(model)\n"
        "except Unplugged as error:\n"
        "    assert error.__notes__ == ['by design', 'sample 7'] and 'no power' in str(error)\n"
        "else: raise AssertionError()"
    )
    passes(grader, code, check, helpers=helper)


def test_a_cause_is_kept(grader):
    code = (
        "def answer(f):\n    try:\n        f()\n    except KeyError as e:\n        raise ValueError('sample 3') from e"
    )
    check = (
        "def f(): raise KeyError('k')\n"
        "try:\n"
        "    answer(f)\n"
        "except ValueError as error:\n"
        "    assert isinstance(error.__cause__, KeyError)\n"
        "else: raise AssertionError()"
    )
    passes(grader, code, check)


# -- tools -------------------------------------------------------------------------------------


TOOLS = (
    "from tito.tools.testing import virtual_time, replaced, raises\n"
    "from tito.tools import environment\n"
    "from tito.tools.benchmarking.instruments import TimedModel\n"
)


def test_a_model_takes_the_time_that_it_says(grader):
    code = """
import time
def answer(model, n):
    times = []
    for i in range(n):
        start = time.perf_counter(); model({'data': [float(i), 0.0]}); times.append(time.perf_counter() - start)
    return times
"""
    check = "with virtual_time():\n    times = answer(TimedModel(0.125), 5)\nassert times == [0.125] * 5, times"
    passes(grader, code, check, helpers=TOOLS)


def test_threads_of_the_learners_share_the_time(grader):
    code = """
import threading, time
def answer(model, n):
    start = time.monotonic()
    threads = [threading.Thread(target=model, args=(i,)) for i in range(n)]
    for thread in threads: thread.start()
    for thread in threads: thread.join()
    return time.monotonic() - start
"""
    check = """
began = []
def model(i):
    began.append((i, environment.current().now()))
    environment.current().spend(0.5)
with virtual_time() as clock:
    start = clock.now()
    took = answer(model, 8)
assert took == 0.5 and clock.now() - start == 0.5, took
assert [i for i, at in began] == list(range(8)) and {at for i, at in began} == {start}
"""
    passes(grader, code, check, helpers=TOOLS)


def test_time_starts_afresh_for_each_block(grader):
    code = "import time\ndef answer():\n    time.sleep(9)\n    return time.monotonic(), time.time()"
    passes(
        grader,
        code,
        "with virtual_time(): a = answer()\nwith virtual_time(): b = answer()\nassert a == b",
        helpers=TOOLS,
    )


def test_the_wall_clock_can_be_stepped(grader):
    code = (
        "import time\n"
        "def answer(step):\n"
        "    a, m = time.time(), time.monotonic(); step(); return time.time() - a, time.monotonic() - m"
    )
    check = (
        "with virtual_time() as clock:\n"
        "    wall, mono = answer(lambda: clock.step_wall_clock(-100))\n"
        "assert wall == -100 and mono == 0"
    )
    passes(grader, code, check, helpers=TOOLS)


def test_methods_can_be_replaced_for_a_block(grader):
    code = "class Runner:\n    size = 4\n    def run(self, x): return 'mine'\n    def both(self): return self.run(5)"
    check = """
seen = []
def run(self, x):
    seen.append((self.size, x))
    return Result(Kind.SLOW, [x])
r = Runner()
with replaced(Runner, run=run, extra=lambda self: 1):
    assert r.both() == Result(Kind.SLOW, [5]) and r.extra() == 1
assert r.both() == 'mine' and seen == [(4, 5)] and not hasattr(r, 'extra')
"""
    passes(grader, code, check, helpers=TOOLS)


def test_a_deadlock_is_told(grader):
    code = "import threading\ndef answer(): threading.Event().wait()"
    result = one(grader, code, "answer()")
    assert result.status == "failed" and "deadlock" in result.message


# -- other modules ---------------------------------------------------------------------------------


def test_a_check_may_import_from_what_the_learner_stands_on(grader):
    check = (
        "from tinytorch.core.earlier import seven\n"
        "import tinytorch.core.earlier as e\n"
        "from tinytorch.core.toy import answer as mine\n"
        "assert seven() == e.seven() == mine() == 7"
    )
    passes(grader, "from tinytorch.core.earlier import seven\ndef answer(): return seven()", check)


def test_a_check_can_catch_the_learners_warnings(grader):
    code = "import warnings\ndef answer():\n    warnings.warn('careful', RuntimeWarning); return np.float64(1) / 0"
    check = """
import warnings
with warnings.catch_warnings(record=True) as seen:
    warnings.simplefilter('always')
    answer()
assert [w.category for w in seen] == [RuntimeWarning, RuntimeWarning] and 'careful' in str(seen[0].message)
"""
    passes(grader, code, check)


def test_nothing_of_given_code_runs_in_the_grader():
    """Stubs, defaults and decorators of the suite are read, not run; records alone are built."""
    from tito.autograder.public_names import read_public_names

    given = (
        "raise SystemExit\nclass Runner:\n    x = 1 / 0\n    def run(self): raise NotImplementedError()\nY = 1 / 0\n"
    )
    read = read_public_names(CheckSuite("toy", (CheckCell("c", "", 1),), (CodeCell("given", given),)))
    assert [(n.name, n.kind) for n in read.others] == [("Runner", "class"), ("Y", "constant")] and not read.classes


# -- what need not be asked --------------------------------------------------------------------


@pytest.fixture
def questions(monkeypatch):
    """The operations that either side asks of the other, in order."""
    found = []
    ask, serve = Session.ask, Session.serve

    def asking(session, operation, /, *arguments, **keywords):
        found.append(operation)
        return ask(session, operation, *arguments, **keywords)

    def serving(session, request):
        found.append(f"served {request.operation}")
        return serve(session, request)

    monkeypatch.setattr(Session, "ask", asking)
    monkeypatch.setattr(Session, "serve", serving)
    return found


@pytest.mark.parametrize(
    ("made", "is_one", "asked"),
    [
        ("Runner()", True, 0),
        ("type('Fast', (Runner,), {})()", True, 0),
        ("object()", False, 2),
        ("type('Runner', (), {})()", False, 2),
    ],
)
def test_what_an_object_is_an_instance_of_is_told_with_it(grader, questions, made, is_one, asked):
    code = f"class Runner:\n    pass\ndef answer(): return {made}"
    passes(
        grader, code, f"made = answer()\nassert [isinstance(made, Runner), isinstance(made, Runner)] == [{is_one}] * 2"
    )
    assert questions.count("__instancecheck__") == asked


def test_an_instrument_is_lent_as_unreadable(grader, questions):
    """The worker then need not ask for its attributes."""
    names = ("forward", "takes_batches", "_service_s")
    code = f"def answer(model): return [hasattr(model, name) for name in {names}] + [model([3.0]) is not None]"
    passes(
        grader,
        code,
        "assert answer(KeptModel()) == [False, False, False, True]",
        helpers=DEVICE.replace("TimedModel", "KeptModel"),
    )
    assert "served getattr" not in questions and questions.count("served __call__") == 1


# -- what derives from a plain type ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "base, made_of", [("list", "[1]"), ("dict", "{}"), ("tuple", "()"), ("float", "0.5"), ("np.ndarray", "(2,)")]
)
def test_the_lessons_class_is_itself_whatever_it_derives_from(grader, base, made_of):
    """A right `Sequential` may be a list: sent as a plain one it had no method left."""
    code = f"class Runner({base}):\n    def run(self, x): return 2 * x"
    assert (
        one(
            grader, code, f"runner = Runner({made_of})\nassert isinstance(runner, Runner) and runner.run(3) == 6"
        ).points
        == 1
    )


def test_a_helper_of_the_learners_that_is_a_tuple_counts_as_one(grader):
    code = "class Shape(tuple):\n    def size(self): return len(self)\ndef answer(): return Shape((2, 3))"
    assert one(grader, code, "assert answer() == (2, 3)").points == 1
