"""`tito demo`: the verbs one after the other, on a copy of the course, with eight made-up learners."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import chdir
from pathlib import Path

from tito.cli.common import print_next_step, shown
from tito.course.course import Course, Module
from tito.support.errors import CourseError, ExitCode
from tito.ui.terminal import print_message, print_result, stderr_style

SHOWN_MODULE = "benchmarking"
WORKSPACE, INBOX = "workspace", "inbox"

Main = Callable[[list[str]], int]  # the command line's entry: from the words after `tito` to an exit code


class _Stopped(Exception):
    """A verb failed, and has said why; the demo ends with its exit code."""

    def __init__(self, code: int):
        super().__init__(code)
        self.code = code


def demo(course: Course, main: Main) -> int:
    """Run every verb once; the exit code of the first one that fails, if any does."""
    from tito.cli.demo_course import demo_course

    here, copy = Path.cwd(), demo_course(course)
    module = copy.module(SHOWN_MODULE) if SHOWN_MODULE in {m.name for m in copy.modules} else copy.modules[0]
    try:
        with chdir(copy.root):
            _run_verbs(copy, module, main)
    except _Stopped as stopped:
        return stopped.code
    _say_where(copy, module, here)
    return ExitCode.FINE


def _run_verbs(copy: Course, module: Module, main: Main) -> None:
    from tito.cli.demo_course import real_model_report

    names = [needed.name for needed in copy.needed_by(module)] + [module.name]
    _run(main, "build", *names)
    _run(main, "export", *names)
    _run(main, "release", module.name, "--workspace", WORKSPACE)
    _make_hand_ins(copy, module)
    _collect(main, module)
    _grade(main, module)
    _run(main, "feedback", module.name)
    if module.name == SHOWN_MODULE:
        _print_step("# benchmark trained networks with the exported package")
        print_result(real_model_report(copy))
    _run(main, "report", module.name, "--csv")


def _run(main: Main, *words: str) -> None:
    """Print a command and run it."""
    _print_step(f"$ tito {' '.join(words)}")
    if code := main(list(words)):
        raise _Stopped(code)


def _collect(main: Main, module: Module) -> None:
    """Collect, and go on though a hand-in needs a person: one of the eight is no notebook."""
    try:
        _run(main, "collect", INBOX, module.name)
    except _Stopped as stopped:
        if stopped.code != ExitCode.NOT_PASSED:
            raise


def _grade(main: Main, module: Module) -> None:
    """Grade at any isolation level: the demo's hand-ins are our own, and a demo runs on every machine."""
    try:
        _run(main, "grade", module.name, "--allow-level", "0")
    except _Stopped as stopped:
        if stopped.code not in (ExitCode.BROKEN, ExitCode.INTERRUPTED):
            raise
        raise CourseError("grading broke on a submission", hint=f"tito grade {module.name}") from None


def _make_hand_ins(copy: Course, module: Module) -> None:
    from tito.cli.demo_course import hand_ins, write_hand_ins
    from tito.lesson.build import built
    from tito.lesson.notebook import read

    _print_step("# eight learners hand in")
    made = tuple(hand_ins(module, built(copy, module), read(copy.released(module))))
    write_hand_ins(made, copy.root / INBOX)
    for handin in made:
        print_message(f"  {handin.learner}  {handin.shows:<24}{stderr_style().dim(handin.name)}")


def _print_step(text: str) -> None:
    print_message("\n" + stderr_style().bold(text))


def _say_where(copy: Course, module: Module, here: Path) -> None:
    """Say where to look, and what to type."""
    learner = copy.learners(module)[3] if len(copy.learners(module)) > 3 else copy.learners(module)[0]
    csv = copy.reports(module) / "grades.csv"
    print_message("")
    for label, path in (("feedback", copy.feedback_page(learner, module)), ("csv", csv)):
        print_result(f"{label + ':':<10}{shown(path, here)}")
    print_message("")
    print_next_step(f"cd {shown(copy.root, here)} && tito status    (learners start with: cd workspace && tito test)")
