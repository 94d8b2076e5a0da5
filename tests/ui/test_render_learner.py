"""The path in words, kept as goldens: where a learner is, whose modules they stand on, and whose fault a failure is."""

import pytest

from tests.ui.test_render import COLOUR, ROOT, module
from tito.course.checks import CheckSuite, Grade, TestResult, Work
from tito.ui import render, render_learner
from tito.workspace.diagnosis import Diagnosis, EarlierFault, EarlierModule, PackageUpdate
from tito.workspace.local_run import LocalRun, RunPlan
from tito.workspace.prerequisites import Origin, PackageFile
from tito.workspace.progress import ModuleProgress

TENSOR, LAYERS = module("01_tensor", 40), module("03_layers", 30, needs=["tensor"])
BENCHMARKING = module("12_benchmarking", 60, 40, needs=["layers"])
STANDS_ON = (TENSOR, LAYERS)


def diagnosis(*results, earlier=(), faults=(), own=None, replaced=()):
    plan = RunPlan(BENCHMARKING, BENCHMARKING.notebook, CheckSuite("benchmarking", ()), Work(()))
    run = LocalRun(plan, Grade("benchmarking", results), 0.2)
    return Diagnosis(run, tuple(earlier), tuple(faults), own, tuple(replaced))


def update(module, before, now, failing=(), key="", to_write=True):
    return PackageUpdate(
        PackageFile(module, before, to_write=to_write), PackageFile(module, now, key, to_write), tuple(failing)
    )


def culprit(module, origin, *failing):
    return EarlierModule(PackageFile(module, origin), failing)


def test_status(snapshot):
    progress = (
        ModuleProgress(TENSOR, 40),
        ModuleProgress(LAYERS, 12, stands_on=(TENSOR,)),
        ModuleProgress(BENCHMARKING, 40, is_current=True, stands_on=STANDS_ON),
        ModuleProgress(
            module("13_kernels", 9), None, stands_on=(*STANDS_ON, BENCHMARKING), waits_for=(LAYERS, BENCHMARKING)
        ),
    )
    assert render_learner.status(progress, ROOT) == snapshot


def test_status_with_nothing_done(snapshot):
    progress = (
        ModuleProgress(TENSOR, None, is_current=True),
        ModuleProgress(LAYERS, None, stands_on=(TENSOR,), waits_for=(TENSOR,)),
    )
    assert render_learner.status(progress, ROOT) == snapshot


def test_status_with_a_done_module_changed_since(snapshot):
    progress = (
        ModuleProgress(TENSOR, 40, is_changed=True, is_current=True),
        ModuleProgress(LAYERS, 30, stands_on=(TENSOR,)),
    )
    assert render_learner.status(progress, ROOT) == snapshot


def test_status_with_everything_done(snapshot):
    assert render_learner.status((ModuleProgress(TENSOR, 40, is_current=True),), ROOT) == snapshot


def test_status_in_colour(snapshot):
    assert render_learner.status((ModuleProgress(BENCHMARKING, 40, is_current=True),), ROOT, COLOUR) == snapshot


def test_package(snapshot):
    """Whose each module of the package is, in every case."""
    origins = [None, Origin.REFERENCE, Origin.FINISHED, Origin.EXPORTED, Origin.UNKNOWN]
    package = tuple(PackageFile(module(f"0{n}_part{n}", 1), origin) for n, origin in enumerate(origins, 1))
    given = PackageFile(module("06_given", 1), Origin.REFERENCE, to_write=False)
    changed = PackageFile(module("07_changed", 1), Origin.FINISHED)
    assert render_learner.package_files((*package, given, changed), {changed.module}) == snapshot


@pytest.mark.parametrize(
    "earlier, said",
    [
        (
            [update(TENSOR, None, Origin.FINISHED), update(LAYERS, None, Origin.REFERENCE)],
            "on your 01 and the reference's 03",
        ),
        ([update(TENSOR, None, Origin.FINISHED), update(LAYERS, None, Origin.EXPORTED)], "on your 01 03"),
        ([update(TENSOR, None, Origin.REFERENCE, to_write=False)], ""),
        ([], ""),
    ],
)
def test_what_a_test_stood_on(earlier, said):
    assert render_learner.stands_on(diagnosis(earlier=earlier)) == said


@pytest.mark.parametrize(
    "case",
    [
        update(TENSOR, None, Origin.REFERENCE),
        update(TENSOR, None, Origin.REFERENCE, to_write=False),
        update(TENSOR, None, Origin.FINISHED, key="a"),
        update(TENSOR, Origin.FINISHED, Origin.FINISHED, failing=["add", "matmul"]),
        update(TENSOR, Origin.EXPORTED, Origin.EXPORTED, failing=["add"]),
        update(TENSOR, Origin.UNKNOWN, Origin.UNKNOWN),
    ],
)
def test_what_has_changed_in_the_package(case, snapshot):
    (said,) = render_learner.package_notes(diagnosis(earlier=[case]))
    assert said == snapshot


@pytest.mark.parametrize(
    "case",
    [
        update(TENSOR, Origin.REFERENCE, Origin.REFERENCE),
        update(TENSOR, Origin.FINISHED, Origin.FINISHED),
        update(TENSOR, None, None, failing=["add"]),
    ],
)
def test_what_is_as_before_is_not_said(case):
    assert render_learner.package_notes(diagnosis(earlier=[case])) == []


@pytest.mark.parametrize(
    "origin, said",
    [
        (
            Origin.FINISHED,
            ["`import tinytorch` goes on finding the version of your 12 benchmarking that passed all its checks"],
        ),
        (Origin.EXPORTED, ["`import tinytorch` finds your 12 benchmarking as you exported it"]),
        (None, []),
    ],
)
def test_of_the_module_just_tested_no_failure_is_told_twice(origin, said):
    own = update(BENCHMARKING, origin, origin, failing=["server"])
    assert render_learner.package_notes(diagnosis(own=own)) == said


BROKEN = TestResult("single_stream", "failed", 0, 60, "ValueError: inside of a matmul that you have not seen for weeks")
SERVER = TestResult("server", "failed", 10, 40, "p99 is 10 ms")


@pytest.mark.parametrize(
    "faults",
    [
        [EarlierFault("single_stream", (culprit(TENSOR, Origin.EXPORTED, "add", "matmul"),), 60)],
        [EarlierFault("single_stream", (culprit(TENSOR, Origin.FINISHED),), 60)],
        [EarlierFault("single_stream", (culprit(TENSOR, Origin.UNKNOWN, "add"),), 60)],
        [
            EarlierFault(
                "single_stream",
                (culprit(TENSOR, Origin.EXPORTED, "add"), culprit(LAYERS, Origin.EXPORTED, "forward")),
                45,
            )
        ],
    ],
    ids=["broken", "unseen", "by hand", "both"],
)
def test_whose_fault_a_failure_is(faults, snapshot):
    done = diagnosis(BROKEN, SERVER, faults=faults)
    assert (
        render.grade(done.grade, "benchmarking_dev.ipynb", explanations=render_learner.explanations(done)) == snapshot
    )


def test_the_first_failure_of_a_watch_says_whose_fault_it_is(snapshot):
    done = diagnosis(BROKEN, faults=[EarlierFault("single_stream", (culprit(TENSOR, Origin.EXPORTED, "add"),), 60)])
    assert (
        render.first_failure(done.grade, "benchmarking_dev.ipynb", explanations=render_learner.explanations(done))
        == snapshot
    )


def test_points_that_were_counted_as_in_grading():
    said = render_learner.counted_on(diagnosis(replaced=STANDS_ON))
    assert said == "counted on the reference's 01 tensor and 03 layers, as in grading"
