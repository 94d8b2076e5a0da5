"""The local stage: a check in a notebook, with the learner's objects in this process."""

import sys
import threading
import time
from time import perf_counter
from types import ModuleType

import pytest

from tito.tools import environment
from tito.tools.environment import CHECKS_KEPT, CheckEnvironment, LocalEnvironment, running_in
from tito.tools.testing import Check, virtual_time


def test_local_time_is_virtual_inside_a_block_only():
    """In the local environment, time is real outside a block and virtual inside."""
    local = LocalEnvironment()
    assert time.perf_counter() <= local.now() <= time.perf_counter()
    with local.virtual_time():
        start = local.now()
        local.spend(10)
        assert local.now() - start == 10


def test_looking_at_the_stages_clock_takes_no_time():
    local = LocalEnvironment()
    with local.virtual_time() as clock:
        for _ in range(1000):
            local.now()
        assert clock.now() == 1000


def test_the_callers_own_imports_follow_virtual_time():
    with virtual_time():
        start = perf_counter()
        time.sleep(500)
        assert perf_counter() - start == 500


def test_modules_of_the_package_follow_too(monkeypatch):
    module = ModuleType("tinytorch.core.toy")
    exec("from time import perf_counter as clock", vars(module))
    monkeypatch.setitem(sys.modules, "tinytorch.core.toy", module)
    real = module.clock
    with virtual_time() as clock:
        time.sleep(77)
        assert module.clock() == clock.now() == 1077
    assert module.clock is real


def test_a_block_inside_another_goes_on_with_the_same_clock():
    with virtual_time() as outer:
        time.sleep(5)
        with virtual_time() as inner:
            time.sleep(7)
        assert (inner is outer, outer.now()) == (True, 1012)
    with virtual_time() as afterwards:
        assert afterwards.now() == 1000


def test_a_deadlock_is_an_ordinary_error_with_the_place():
    with pytest.raises(RuntimeError, match=r"deadlock: MainThread waits in .*test_environment.py"), virtual_time():
        inside = threading.Lock()
        inside.acquire()
        inside.acquire()


def test_the_next_block_works_after_an_error():
    with pytest.raises(KeyError), virtual_time():
        raise KeyError
    with virtual_time() as clock:
        time.sleep(1)
        assert clock.now() == 1001


def test_stderr_in_virtual_time_goes_to_stdout(capsys):
    """In virtual time, what is written to standard error goes to standard output."""
    with virtual_time():
        print("said", file=sys.stderr)
    assert capsys.readouterr() == ("said\n", "")


def test_only_the_latest_checks_are_kept():
    local = LocalEnvironment()
    with running_in(local):
        checks = [Check() for _ in range(CHECKS_KEPT + 5)]
    assert list(local.checks) == checks[5:]


def test_a_stage_is_played_on_for_the_length_of_a_block():
    before, other = environment.current(), CheckEnvironment()
    with running_in(other) as current:
        assert environment.current() is current is other
    assert environment.current() is before


def test_replaced_methods_come_back_and_added_ones_go():
    class Scenarios:
        def server(self):
            return "own"

    with LocalEnvironment().replaced(Scenarios, server=lambda self: "given", offline=lambda self: "new"):
        assert (Scenarios().server(), Scenarios().offline()) == ("given", "new")
    assert Scenarios().server() == "own"
    assert not hasattr(Scenarios, "offline")
