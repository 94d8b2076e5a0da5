"""Virtual time: exact, the same every time, and gone without a trace."""

import asyncio
import calendar
import contextlib
import datetime
import os
import queue
import random
import re
import sched
import subprocess
import sys
import textwrap
import threading
import time
import timeit
from concurrent.futures import ThreadPoolExecutor, wait
from math import ceil
from pathlib import Path
from types import ModuleType

import pytest

from tito.tools.clock.virtual_time import Deadlock, PastLimit, VirtualTime

ROOT = Path(__file__).parents[3]
MS = 0.001


@pytest.fixture
def clock():
    with VirtualTime().installed() as clock:
        yield clock


@pytest.fixture
def elapsed(clock):
    """A function: seconds since the test began, to the nanosecond."""
    start = clock.now()
    return lambda: round(clock.now() - start, 9)


def in_threads(*functions):
    threads = [threading.Thread(target=function) for function in functions]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


# -- the clock ----------------------------------------------------------------------------------


@pytest.mark.parametrize("seconds", [60, 0.010, 0.025, 1e-9, 1 / 3])
def test_sleeping_moves_every_clock_by_exactly_that(clock, seconds):
    before = time.perf_counter_ns(), time.monotonic_ns(), time.time_ns()
    time.sleep(seconds)
    after = time.perf_counter_ns(), time.monotonic_ns(), time.time_ns()
    assert [b - a for a, b in zip(before, after, strict=True)] == [ceil(seconds * 10**9)] * 3


def test_clocks_in_seconds_agree_with_those_in_nanoseconds(clock):
    time.sleep(0.125)
    assert time.perf_counter() == time.perf_counter_ns() / 10**9 == time.monotonic()
    assert time.time() == time.time_ns() / 10**9


def test_time_starts_at_a_moment_that_no_code_may_take_for_zero(clock):
    assert clock.now() == 1000
    assert time.time() > 1.7e9


def test_a_floats_rounding_error_is_not_slept(elapsed):
    assert 0.067 * 10**9 > 67000000
    time.sleep(0.067)
    assert elapsed() == 0.067


def test_a_call_that_takes_time_is_measured_exactly(clock):
    for _ in range(100):
        start = time.perf_counter()
        clock.advance(10 * MS)
        assert time.perf_counter() - start == pytest.approx(10 * MS, abs=1e-12)


def test_computing_takes_no_time(elapsed):
    sum(range(100_000))
    assert elapsed() == 0


def test_setting_the_wall_clock_leaves_the_monotonic_one(clock):
    """The wall clock can be set; a monotonic clock does not notice."""
    wall, monotonic = time.time_ns(), time.monotonic_ns()
    clock.step_wall_clock(-3600)
    assert (time.time_ns() - wall, time.monotonic_ns() - monotonic) == (-3600 * 10**9, 0)


DATES = {
    "now": lambda: datetime.datetime.now(datetime.UTC).timestamp(),
    "now, local": lambda: datetime.datetime.now().timestamp(),
    "utcnow": lambda: datetime.datetime.utcnow().replace(tzinfo=datetime.UTC).timestamp(),
    "today": lambda: datetime.datetime.today().timestamp(),
    "localtime": lambda: time.mktime(time.localtime()),
    "ctime": lambda: time.mktime(time.strptime(time.ctime())),
    "asctime": lambda: time.mktime(time.strptime(time.asctime())),
    "strftime": lambda: time.mktime(time.strptime(time.strftime("%Y-%m-%d %H:%M:%S"), "%Y-%m-%d %H:%M:%S")),
    "gmtime": lambda: calendar.timegm(time.gmtime()),
}


@pytest.mark.parametrize("name", DATES)
def test_dates_go_by_the_wall_clock(clock, name):
    before = DATES[name]()
    assert before == time.time()
    clock.step_wall_clock(-3600)
    time.sleep(60)
    assert DATES[name]() - before == 60 - 3600
    assert datetime.date.today() == datetime.date.fromtimestamp(time.time())


def test_dates_of_both_kinds_are_dates():
    earlier = datetime.datetime.now()
    with VirtualTime().installed():
        now = datetime.datetime.now()
        assert isinstance(earlier, datetime.datetime) and issubclass(type(earlier), datetime.datetime)
        assert isinstance(now + datetime.timedelta(hours=1), datetime.datetime) and isinstance(now, datetime.date)
        assert not isinstance(now.date(), datetime.datetime)
        assert type(now - earlier) is datetime.timedelta

        class Own(datetime.datetime):
            pass

        assert isinstance(Own.now(), Own) and not isinstance(now, Own)
    assert isinstance(now, datetime.datetime) and datetime.datetime.now() >= earlier


@pytest.mark.skipif(not hasattr(time, "clock_gettime"), reason="this system has no clock_gettime")
def test_the_systems_clocks_are_simulated_by_number_too(clock):
    time.sleep(2)
    clock.step_wall_clock(5)
    assert (
        time.clock_gettime(time.CLOCK_MONOTONIC)
        == time.clock_gettime_ns(time.CLOCK_MONOTONIC) / 1e9
        == time.monotonic()
    )
    assert time.clock_gettime(time.CLOCK_REALTIME) == time.time()
    assert time.clock_gettime_ns(time.CLOCK_PROCESS_CPUTIME_ID) == time.process_time_ns()


def test_cpu_clocks_run_while_spinning_not_while_sleeping(clock):
    """CPU clocks stand still while sleeping and run while spinning."""
    time.sleep(1)
    clock.advance(1)
    assert time.process_time() == time.thread_time() == 0
    end = time.perf_counter() + 1
    while time.perf_counter() < end:
        pass
    assert time.process_time() == pytest.approx(1, abs=1 * MS)


@pytest.mark.parametrize("wait_s", [20e-6, 300e-6, 10 * MS, 1.0])
@pytest.mark.parametrize("read", ["perf_counter", "monotonic", "time"])
def test_a_spin_wait_is_late_by_less_than_100_microseconds(clock, wait_s, read):
    """A spin wait ends and is late by less than 100 microseconds."""
    start = clock.now()
    end = getattr(time, read)() + wait_s
    while getattr(time, read)() < end:
        pass
    assert 0 <= clock.now() - start - wait_s < 100e-6


LOOKS = [lambda: time.sleep(0), lambda: threading.Event().is_set(), lambda: queue.Queue().empty()]


@pytest.mark.parametrize("look", LOOKS)
def test_looking_again_and_again_sees_time_go_by(clock, look):
    done = threading.Event()
    threading.Timer(5 * MS, done.set).start()
    looks = 0
    while not done._flag:
        look()
        looks += 1
    assert looks < 1000


def test_bad_sleeps_are_refused_as_by_the_real_one(clock):
    with pytest.raises(ValueError, match="non-negative"):
        time.sleep(-1)


# -- threads ------------------------------------------------------------------------------------


def test_threads_sleep_at_the_same_time(elapsed):
    in_threads(lambda: time.sleep(1), lambda: time.sleep(2), lambda: time.sleep(3))
    assert elapsed() == 3


def test_a_model_serves_two_threads_at_once(clock, elapsed):
    """A model called from two threads works for both at once."""
    in_threads(lambda: clock.advance(10 * MS), lambda: clock.advance(10 * MS))
    assert elapsed() == 10 * MS


def test_a_lock_makes_them_queue(elapsed):
    lock, order = threading.Lock(), []

    def locked_work(name):
        with lock:
            time.sleep(1)
            order.append((name, elapsed()))

    in_threads(*[lambda n=name: locked_work(n) for name in "abc"])
    assert order == [("a", 1), ("b", 2), ("c", 3)]


def test_an_rlock_is_re_entrant_and_excludes_others(elapsed):
    lock = threading.RLock()

    def work():
        with lock, lock:
            time.sleep(1)

    in_threads(work, work)
    assert elapsed() == 2


@pytest.mark.parametrize("service_s, gap_s", [(10 * MS, 11 * MS), (10 * MS, 4 * MS)])
def test_a_server_with_a_worker_thread_follows_lindley(clock, elapsed, service_s, gap_s):
    rng, arrivals, moment = random.Random(7), [], 0.0
    for _ in range(200):
        moment += rng.expovariate(1 / gap_s)
        arrivals.append(round(moment, 9))
    todo, ends = queue.Queue(), []

    def worker():
        while todo.get() is not None:
            clock.advance(service_s)
            ends.append(elapsed())

    thread = threading.Thread(target=worker)
    thread.start()
    for arrival in arrivals:
        time.sleep(max(0, arrival - elapsed()))
        todo.put(arrival)
    todo.put(None)
    thread.join()
    expected, free_at = [], 0.0
    for arrival in arrivals:
        free_at = max(arrival, free_at) + service_s
        expected.append(free_at)
    assert ends == pytest.approx(expected, abs=2e-9)


def test_a_bounded_queue_holds_the_producer_back(elapsed):
    todo, put_at = queue.Queue(maxsize=1), []

    def consumer():
        for _ in range(4):
            todo.get()
            time.sleep(1)

    def producer():
        for item in range(4):
            todo.put(item)
            put_at.append(elapsed())

    in_threads(consumer, producer)
    assert put_at == [0, 0, 1, 2]


@pytest.mark.parametrize("kind", ["Queue", "LifoQueue", "PriorityQueue", "SimpleQueue"])
def test_every_queue_times_out_and_delivers(elapsed, kind):
    items = getattr(queue, kind)()
    with pytest.raises(queue.Empty):
        items.get(timeout=0.5)
    threading.Timer(1, items.put, [7]).start()
    assert (items.get(), elapsed()) == (7, 1.5)


def test_waiting_ends_at_its_timeout(elapsed):
    condition, event = threading.Condition(), threading.Event()
    semaphore, lock = threading.Semaphore(0), threading.Lock()
    with condition:
        assert not condition.wait(1)
        assert not condition.wait_for(lambda: False, timeout=1)
    lock.acquire()
    assert not (event.wait(1) or semaphore.acquire(timeout=1) or lock.acquire(timeout=1))
    assert elapsed() == 5


def test_a_barrier_lets_all_go_when_the_last_comes(elapsed):
    barrier, left = threading.Barrier(3), []

    def comes_after(seconds):
        time.sleep(seconds)
        barrier.wait()
        left.append(elapsed())

    in_threads(*[lambda s=s: comes_after(s) for s in (1, 2, 3)])
    assert left == [3, 3, 3]


def test_threads_go_on_in_the_order_in_which_they_were_woken(clock):
    go, order = threading.Event(), []
    threads = [threading.Thread(target=lambda n=n: (go.wait(), order.append(n))) for n in range(5)]
    for thread in threads:
        thread.start()
    go.set()
    for thread in threads:
        thread.join()
    assert order == list(range(5))


def test_a_wait_that_was_ended_early_leaves_no_alarm_behind(elapsed):
    event = threading.Event()
    threading.Timer(1, event.set).start()
    assert event.wait(timeout=5)
    time.sleep(100)
    assert elapsed() == 101


def test_telling_others_takes_no_time(elapsed):
    items, told = queue.Queue(), threading.Event()
    for item in range(1000):
        items.put(item)
        told.set()
    assert elapsed() == 0


def test_joining_waits_and_times_out(elapsed):
    thread = threading.Thread(target=time.sleep, args=[2])
    thread.start()
    thread.join(timeout=0.5)
    assert (thread.is_alive(), elapsed()) == (True, 0.5)
    thread.join()
    assert (thread.is_alive(), elapsed()) == (False, 2)


def test_a_timer_can_be_cancelled(elapsed):
    fired = []
    timer = threading.Timer(1, fired.append, [1])
    timer.start()
    timer.cancel()
    timer.join()
    assert (fired, elapsed()) == ([], 0)


def test_four_workers_share_eight_jobs(elapsed):
    with ThreadPoolExecutor(4) as pool:
        assert list(pool.map(lambda n: time.sleep(10 * MS) or n, range(8))) == list(range(8))
    assert elapsed() == 20 * MS


def test_futures_are_waited_for_with_a_timeout(elapsed):
    with ThreadPoolExecutor(2) as pool:
        futures = [pool.submit(time.sleep, seconds) for seconds in (1, 3)]
        done, pending = wait(futures, timeout=2)
        assert (done, pending, elapsed()) == ({futures[0]}, {futures[1]}, 2)
        while not futures[1].done():
            pass
    assert elapsed() == pytest.approx(3, abs=100e-6)


def test_a_job_may_give_jobs_to_another_pool(elapsed):
    with ThreadPoolExecutor(1) as outer, ThreadPoolExecutor(1) as inner:
        outer.submit(lambda: inner.submit(time.sleep, 1).result()).result()
    assert elapsed() == 1


def test_a_thread_made_before_and_started_inside_is_joined():
    thread = threading.Thread(target=time.sleep, args=[5])
    with VirtualTime(namespaces=[globals()]).installed() as clock:
        thread._args = [5]
        thread._target = time.sleep
        thread.start()
        thread.join()
        assert clock.now() == 1005


def test_an_error_in_a_thread_is_that_threads_own(clock, monkeypatch):
    told = []
    monkeypatch.setattr(threading, "excepthook", lambda args: told.append(args.exc_type))
    in_threads(lambda: 1 / 0, lambda: time.sleep(1))
    assert (told, clock.now()) == ([ZeroDivisionError], 1001)


def test_two_runs_give_the_same_trace():
    def trace():
        with VirtualTime().installed() as clock:
            rng, todo, seen = random.Random(3), queue.Queue(3), []

            def worker(name):
                while (item := todo.get()) is not None:
                    time.sleep(item)
                    seen.append((name, clock.now(), time.perf_counter_ns()))

            def feed():
                for _ in range(60):
                    todo.put(rng.choice([1, 2, 2, 3]))
                for _ in range(3):
                    todo.put(None)

            in_threads(feed, *[lambda n=n: worker(n) for n in range(3)])
            return seen

    first = trace()
    assert len(first) == 60
    assert first == trace() == trace()


# -- asyncio, sched, timeit ---------------------------------------------------------------------


def test_coroutines_sleep_together(elapsed):
    async def main():
        await asyncio.gather(*[asyncio.sleep(seconds) for seconds in (1, 2, 3)])

    asyncio.run(main())
    assert elapsed() == 3


def test_a_coroutine_that_takes_too_long_is_cancelled(elapsed):
    async def main():
        with pytest.raises(asyncio.TimeoutError):
            await asyncio.wait_for(asyncio.sleep(10), 2)

    asyncio.run(main())
    assert elapsed() == 2


def test_a_loop_waits_for_its_threads(elapsed):
    async def main():
        loop = asyncio.get_running_loop()
        in_pool = loop.run_in_executor(None, time.sleep, 3)
        await asyncio.gather(asyncio.to_thread(time.sleep, 2), in_pool, asyncio.sleep(1))

    asyncio.run(main())
    assert elapsed() == 3


def test_a_thread_reaches_a_waiting_loop_before_time_goes_by(elapsed):
    heard = []

    async def main():
        loop = asyncio.get_running_loop()

        def tell_and_sleep():
            time.sleep(1)  # until the loop waits
            loop.call_soon_threadsafe(lambda: heard.append(elapsed()))
            time.sleep(5)

        await asyncio.to_thread(tell_and_sleep)

    asyncio.run(main())
    assert (heard, elapsed()) == ([1], 6)


def test_asyncio_queues_pass_items_at_exact_times(elapsed):
    got = []

    async def consumer(items):
        while (item := await items.get()) is not None:
            await asyncio.sleep(10 * MS)
            got.append((item, elapsed()))

    async def main():
        items = asyncio.Queue()
        task = asyncio.create_task(consumer(items))
        for item in range(3):
            await asyncio.sleep(4 * MS)
            items.put_nowait(item)
        items.put_nowait(None)
        await task

    asyncio.run(main())
    assert got == [(0, 14 * MS), (1, 24 * MS), (2, 34 * MS)]


def test_a_loop_that_polls_sees_time_go_by(clock):
    async def main():
        end = asyncio.get_running_loop().time() + 5 * MS
        while asyncio.get_running_loop().time() < end:
            await asyncio.sleep(0)
        return clock.now()

    assert 5 * MS <= asyncio.run(main()) - 1000 < 5 * MS + 100e-6


def test_the_librarys_scheduler_keeps_virtual_time(elapsed):
    """A `sched.scheduler` made with its default clocks keeps virtual time."""
    plan, ran = sched.scheduler(), []
    for delay in (3, 1, 2):
        plan.enter(delay, 0, lambda: ran.append(elapsed()))
    plan.run()
    assert ran == [1, 2, 3]


def test_timeit_measures_virtual_time(clock):
    assert timeit.timeit(lambda: time.sleep(2), number=3) == pytest.approx(6)
    assert timeit.Timer(lambda: clock.advance(1)).timeit(1) == timeit.default_timer() - 1006


# -- when it can't go on ------------------------------------------------------------------------


def test_a_deadlock_says_who_waits_where(clock):
    def waits_for_nobody():
        queue.Queue().get()

    thread = threading.Thread(target=waits_for_nobody, name="worker")
    thread.start()
    with pytest.raises(Deadlock) as told:
        thread.join()
    here = r"\(test_virtual_time.py, line \d+\)"
    assert re.fullmatch(
        f"deadlock: MainThread waits in test_a_deadlock_says_who_waits_where {here}; "
        f"worker waits in waits_for_nobody {here}",
        str(told.value),
    )


def test_a_deadlock_of_coroutines_is_told_too(clock):
    async def main():
        await asyncio.Event().wait()

    with pytest.raises(Deadlock, match="MainThread waits in"):
        asyncio.run(main())


def test_going_past_the_limit_is_told():
    with VirtualTime(limit_s=60).installed():
        time.sleep(60)
        with pytest.raises(PastLimit, match="more than 60 s of virtual time went by"):
            time.sleep(MS)


def test_the_limit_also_holds_in_threads():
    def for_ever():
        while True:
            time.sleep(1)

    with VirtualTime(limit_s=60).installed() as clock:
        thread = threading.Thread(target=for_ever)
        thread.start()
        with pytest.raises(PastLimit):
            thread.join()
        assert clock.now() == 1060


def test_an_except_clause_does_not_swallow_the_end(clock):
    with pytest.raises(PastLimit):
        while True:
            with contextlib.suppress(Exception):
                time.sleep(1000)


# -- coming and going ---------------------------------------------------------------------------

LEARNERS = """
    import time, threading
    from time import perf_counter, sleep as rest
    lock = threading.Lock()
    CLOCKS = {"perf": time.perf_counter}
    def by_default(clock=time.perf_counter, *, also=time.monotonic):
        return clock(), also()
    def closure():
        from time import time_ns
        return lambda: time_ns()
    wall = closure()
    class Bench:
        clock = time.perf_counter
        static = staticmethod(time.perf_counter)
        def __init__(self, clock=perf_counter):
            self.own = clock
        def read(self):
            return self.clock(), self.static(), self.own()
    bench = Bench()
    def read_all():
        kept = [CLOCKS["perf"](), wall() / 1e9 - 1767224600]
        return [perf_counter(), *by_default(), *bench.read(), *Bench().read(), *kept]
"""


@pytest.fixture
def learners():
    module = ModuleType("learners")
    exec(textwrap.dedent(LEARNERS), vars(module))
    return module


def test_clocks_imported_before_are_replaced_everywhere(learners):
    """Clocks imported before are replaced, however they are kept."""
    with VirtualTime(namespaces=[vars(learners)]).installed() as clock:
        learners.rest(234)
        assert learners.read_all() == [clock.now()] * 11
    assert 1234.0 not in learners.read_all()
    assert learners.by_default.__defaults__ == (time.perf_counter,)


def test_a_lock_made_before_is_waited_for_in_virtual_time(learners):
    def work():
        with learners.lock:
            time.sleep(1)

    real = learners.lock
    with VirtualTime(namespaces=[vars(learners)]).installed() as clock:
        in_threads(work, work)
        assert clock.now() == 1002
    assert learners.lock is real and not real.locked()


def test_everything_is_put_back():
    modules = [time, threading, queue, timeit, sched, __import__("_thread"), __import__("selectors")]
    things = [thing for m in modules for thing in [m, *(v for v in vars(m).values() if isinstance(v, type))]]
    functions = [timeit.timeit, timeit.Timer.__init__, sched.scheduler.__init__]
    before, defaults = [dict(vars(thing)) for thing in things], [f.__defaults__ for f in functions]
    with VirtualTime().installed():
        assert [dict(vars(thing)) for thing in things] != before
    assert [dict(vars(thing)) for thing in things] == before
    assert [f.__defaults__ for f in functions] == defaults


def test_a_kept_virtual_clock_tells_real_time_afterwards():
    """A virtual clock that was kept tells real time afterwards."""
    with VirtualTime().installed():
        kept = time.monotonic
    assert time.monotonic() <= kept() <= time.monotonic()


def test_it_is_put_back_after_an_error_too():
    real = time.sleep
    with pytest.raises(KeyError), VirtualTime().installed():
        raise KeyError
    assert time.sleep is real


def test_installing_twice_is_refused():
    """Installing twice is refused; uninstalling twice does nothing."""
    real, clock = time.sleep, VirtualTime()
    clock.install()
    with pytest.raises(RuntimeError, match="installed already"):
        clock.install()
    clock.uninstall()
    clock.uninstall()
    with VirtualTime().installed():
        assert time.sleep is not real
    assert time.sleep is real


def test_a_clock_in_a_clock_leaves_the_outer_one_as_it_was(clock):
    time.sleep(5)
    with VirtualTime().installed() as inner:
        time.sleep(70)
        assert inner.now() == 1070
    assert clock.now() == time.perf_counter() == 1005


def test_other_threads_keep_real_time():
    asked, answered, answer = threading.Semaphore(0), threading.Semaphore(0), {}

    def stranger():
        asked.acquire()
        answer.update(now=time.perf_counter(), lock=type(threading.Lock()), rlock=type(threading.RLock()))
        time.sleep(0)
        answered.release()

    start, real_lock, real_rlock = time.perf_counter(), type(threading.Lock()), type(threading.RLock())
    thread = threading.Thread(target=stranger)
    thread.start()
    with VirtualTime().installed():
        time.sleep(1000)
        asked.release()
        thread.join()
    assert answered.acquire(timeout=0)
    assert 0 <= answer["now"] - start < 1000
    assert (answer["lock"], answer["rlock"]) == (real_lock, real_rlock)


def test_a_lock_made_by_the_notebooks_machinery_stays_real(clock):
    machinery = ModuleType("ipykernel.iostream")
    exec("import threading\ndef flush():\n    return threading.Event()", vars(machinery))
    assert type(machinery.flush()._cond._lock) is not type(threading.Lock())
    assert type(threading.Event()._cond._lock) is type(threading.Lock())


def test_locks_made_inside_go_on_working_outside():
    with VirtualTime().installed():
        lock, event, items = threading.RLock(), threading.Event(), queue.SimpleQueue()
        plain = threading.Lock()
    assert plain.acquire() and not plain.acquire(timeout=1e-3)
    thread = threading.Thread(target=lambda: (lock.acquire(), items.put(1), event.set(), lock.release()))
    thread.start()
    assert event.wait(10) and items.get(timeout=10) == 1
    thread.join()
    assert lock.acquire(timeout=10)


def test_reset_starts_afresh_and_forgets_other_threads(clock):
    ran = []
    threading.Timer(5, ran.append, [1]).start()
    time.sleep(3)
    clock.step_wall_clock(99)
    clock.reset(limit_s=50)
    assert (time.perf_counter(), time.time()) == (1000, 1_767_225_600)
    time.sleep(50)
    assert ran == []
    with pytest.raises(PastLimit):
        time.sleep(1)


def test_threads_left_over_are_over_for_the_others():
    with VirtualTime().installed():
        thread = threading.Thread(target=time.sleep, args=[5])
        thread.start()
    assert not thread.is_alive()
    thread.join()
    assert thread not in threading.enumerate()


def run_script(source: str) -> subprocess.CompletedProcess:
    command = [sys.executable, "-W", "ignore::DeprecationWarning", "-c", textwrap.dedent(source)]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=60)


def test_threads_left_over_never_run_again():
    """Threads left over never run again, nor keep the process alive."""
    done = run_script("""
        import queue, threading, time
        from concurrent.futures import ThreadPoolExecutor
        from tito.tools.clock.virtual_time import VirtualTime
        def tick():
            while True:
                time.sleep(1)
                print("tick")
        kept = []
        for _ in range(3):
            with VirtualTime().installed():
                for daemon in (True, False):
                    threading.Thread(target=tick, daemon=daemon).start()
                threading.Thread(target=queue.Queue().get).start()
                pool = ThreadPoolExecutor(2)
                pool.submit(tick)
                pool.submit(print, "job")
                kept.append(pool)
                time.sleep(1.5)
        del pool, kept
        time.sleep(0.05)
        print("end")
    """)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.split() == ["job", "tick", "tick", "tick"] * 3 + ["end"]


@pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork")
def test_a_forked_child_goes_on_with_the_clock():
    done = run_script("""
        import os, threading, time
        from tito.tools.clock.virtual_time import VirtualTime
        clock = VirtualTime()
        clock.install()
        threading.Timer(100, print, ["never in the child"]).start()
        time.sleep(1)
        child = os.fork()
        if not child:
            time.sleep(200)
            clock.reset()
            thread = threading.Thread(target=time.sleep, args=[7])
            thread.start()
            thread.join()
            print(time.perf_counter(), flush=True)
            os._exit(0)
        assert os.waitpid(child, 0)[1] == 0
        print(time.perf_counter())
        clock.uninstall()
    """)
    assert (done.stdout.split(), done.stderr) == (["1007.0", "1001.0"], "")


@pytest.mark.slow
def test_an_interrupt_leaves_nothing_running():
    """An interrupt while others run leaves nothing running."""
    done = run_script("""
        import os, signal, threading, time
        from tito.tools.clock.virtual_time import VirtualTime
        signal.signal(signal.SIGINT, signal.default_int_handler)  # a background job starts with it ignored
        real_sleep = time.sleep
        def busy():
            os.kill(os.getpid(), signal.SIGINT)
            for _ in range(50):
                real_sleep(0.001)
            nap(0.001)
            print("went on")
        try:
            with VirtualTime().installed():
                nap = time.sleep
                thread = threading.Thread(target=busy)
                thread.start()
                thread.join()
        except KeyboardInterrupt:
            print("interrupted")
        real_sleep(0.2)
    """)
    assert (done.stdout.split(), done.returncode, done.stderr) == (["interrupted"], 0, "")


def test_ten_thousand_sleeps_are_cheap(clock):
    before = clock_of_this_process()
    for _ in range(10_000):
        time.sleep(MS)
    assert (clock.now(), clock_of_this_process() - before < 2) == (1010, True)


def clock_of_this_process() -> float:
    """CPU seconds, from a source that is not simulated."""
    return sum(os.times()[:2])


def test_select_waits_in_simulated_time():
    import select

    with VirtualTime().installed() as clock:
        before = clock.now()
        assert select.select([], [], [], 2.5) == ([], [], [])
        assert clock.now() - before == 2.5


def test_select_finds_what_is_there():
    import os
    import select

    ours, theirs = os.pipe()
    try:
        os.write(theirs, b"x")
        with VirtualTime().installed() as clock:
            before = clock.now()
            assert select.select([ours], [], [], 2.5) == ([ours], [], [])
            assert clock.now() == before
    finally:
        os.close(ours)
        os.close(theirs)


def test_waiting_for_a_signal_that_does_not_come_takes_simulated_time():
    import signal

    if not hasattr(signal, "sigtimedwait"):
        pytest.skip("Linux alone has sigtimedwait")
    with VirtualTime().installed() as clock:
        before = clock.now()
        assert signal.sigtimedwait([signal.SIGUSR2], 0.75) is None
        assert clock.now() - before == 0.75
