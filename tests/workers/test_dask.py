"""A pool on a Dask cluster: a real scheduler and two workers on loopback, one killed in the middle, then the scheduler.

What the gradebook holds afterwards is what a local run would have put there.
"""

import math
import shutil
import subprocess
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import pytest

from tests.support.dask_cluster import cluster, kill, scheduler, worker
from tests.support.toy_class import HALF_COUNTER, WRONG_DOUBLE, hand_in, work
from tests.support.toy_course import write_course
from tito.classroom import records
from tito.classroom.grade_class import grade_class
from tito.classroom.gradebook import gradebook
from tito.cli.app import main
from tito.support.errors import CourseError, UsageError
from tito.workers.dask import DaskPool

pytestmark = pytest.mark.slow

pytest.importorskip("distributed", reason="Dask is not installed: pip install -e .[cluster]")


def await_workers(pool: DaskPool, count: int) -> None:
    pool._client.wait_for_workers(count, timeout=60)


@pytest.fixture
def a_class(tmp_path):
    """A course with twelve hand-ins, and another just like it."""
    courses = []
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
        course = write_course(tmp_path / name)
        module = course.module("counting")
        kinds = ({}, {"write_double": WRONG_DOUBLE}, {"write_counter": HALF_COUNTER}, {"write_double": "def (("})
        for number in range(12):
            hand_in(course, module, f"s{number:02}", work(course, module, **kinds[number % 4]))
        courses.append(course)
    return courses


def everything(course) -> tuple[dict, list]:
    """What the gradebook and the records hold, but for where it was graded."""
    module = course.module("counting")
    with gradebook.opened(course) as book:
        return book.marks(module), [replace(record, key="") for record in records.of_class(course, module)]


def test_a_class_is_graded_as_by_a_local_run(a_class):
    """Though a worker is killed on the way, and then the scheduler."""
    course, same = a_class
    module = course.module("counting")
    with cluster() as (head, address, hands):
        pool = DaskPool(address)
        await_workers(pool, 2)
        graded = grade_class(course, module, pool=pool)
        first = {next(graded).learner for _ in range(3)}
        kill(hands[0])
        first |= {next(graded).learner for _ in range(3)}
        kill(head)
        with pytest.raises(CourseError, match="the cluster's scheduler is gone"):
            for each in graded:
                first.add(each.learner)
    assert 6 <= len(first) < 12 and {record.learner for record in records.of_class(course, module)} == first
    with cluster() as (_, address, _):
        pool = DaskPool(address)
        await_workers(pool, 1)
        fresh = {each.learner: each.fresh for each in grade_class(course, module, pool=pool)}
    assert fresh == {f"s{number:02}": f"s{number:02}" not in first for number in range(12)}
    list(grade_class(same, same.module("counting")))
    assert everything(course) == everything(same)


def test_nobody_at_the_address_is_one_sentence(a_class, monkeypatch, capsys):
    monkeypatch.setattr("tito.workers.dask.CONNECT_S", 0.5)
    monkeypatch.chdir(a_class[0].root)
    assert main(["grade", "counting", "--scheduler", "tcp://127.0.0.1:9"]) == 3
    assert "no scheduler can be spoken to at tcp://127.0.0.1:9" in capsys.readouterr().err


def certificates(folder: Path) -> Path:
    """A folder with an authority of its own and a certificate from it."""

    def openssl(*words):
        subprocess.run(["openssl", *words], cwd=folder, check=True, capture_output=True)

    folder.mkdir()
    openssl(
        "req",
        "-x509",
        "-newkey",
        "rsa:2048",
        "-nodes",
        "-days",
        "2",
        "-keyout",
        "ca.key",
        "-out",
        "ca.pem",
        "-subj",
        "/CN=course",
    )
    openssl("req", "-newkey", "rsa:2048", "-nodes", "-keyout", "key.pem", "-out", "request.pem", "-subj", "/CN=grader")
    openssl("x509", "-req", "-in", "request.pem", "-CA", "ca.pem", "-CAkey", "ca.key", "-days", "2", "-out", "cert.pem")
    return folder


@pytest.mark.skipif(not shutil.which("openssl"), reason="makes certificates with openssl")
def test_with_tls_a_stranger_is_refused(a_class, tmp_path, monkeypatch):
    course, _ = a_class
    ours, theirs = certificates(tmp_path / "ours"), certificates(tmp_path / "theirs")
    options = ["--tls-ca-file", f"{ours}/ca.pem", "--tls-cert", f"{ours}/cert.pem", "--tls-key", f"{ours}/key.pem"]
    head, address = scheduler("--protocol", "tls", *options)
    hand = worker(address, *options)
    try:
        monkeypatch.setattr("tito.workers.dask.CONNECT_S", 3)
        for stranger in (None, theirs):
            with pytest.raises(CourseError, match="no scheduler can be spoken to"):
                DaskPool(address, stranger)
        monkeypatch.setattr("tito.workers.dask.CONNECT_S", 30)
        pool = DaskPool(address, ours)
        await_workers(pool, 1)
        assert len(list(grade_class(course, course.module("counting"), pool=pool))) == 12
    finally:
        kill(hand)
        kill(head)


def test_a_folder_without_certificates_is_refused(tmp_path):
    with pytest.raises(UsageError, match=r"has no ca\.pem"):
        DaskPool("tls://127.0.0.1:9", tmp_path)


def test_a_worker_with_another_tito_grades_nothing():
    from tito.workers.dask import grade_here

    with pytest.raises(CourseError, match="a worker of the cluster has tito"):
        grade_here("0.0.0", None, [])


def test_many_slots_get_several_jobs_at_once():
    pool = DaskPool.__new__(DaskPool)
    pool._slots, pool._asked_at_s = 1, -math.inf
    pool._client = SimpleNamespace(nthreads=lambda: {"a": 64, "b": 64}, status="running")
    assert pool.slots == 128 and pool.batch == 10
    pool._asked_at_s = -math.inf
    pool._client = SimpleNamespace(nthreads=dict, status="running")
    assert pool.slots == pool.batch == 1
