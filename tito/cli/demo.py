"""`tito demo`: the verbs one after the other, on a copy of the course, with eight made-up learners."""

from __future__ import annotations

from argparse import Namespace
from contextlib import chdir
from pathlib import Path

from tito.cli import author, instructor
from tito.cli.intake.collecting import run_collect
from tito.course.course import Course, Module
from tito.support.errors import CourseError
from tito.ui import render
from tito.ui.terminal import print_message, print_result, stderr_style

SHOWN_MODULE = "benchmarking"
WORKSPACE, INBOX = "workspace", "inbox"


def demo(course: Course) -> int:
    """The whole way once; 3 where a release does not hold its guarantees."""
    from tito.cli.demo_course import demo_course, real_model_report

    here = Path.cwd()
    shown = demo_course(course)
    module = shown.module(SHOWN_MODULE) if SHOWN_MODULE in {m.name for m in shown.modules} else shown.modules[0]
    with chdir(shown.root):
        code = _prepare(shown, module)
        if code:
            return code
        _make_hand_ins(shown, module)
        _grade(module)
        if module.name == SHOWN_MODULE:
            _step("benchmark trained networks with the exported package")
            print_result(real_model_report(shown))
        _step(f"tito report {module.name} --csv")
        instructor.run_report(Namespace(module=module.name, csv=Path()))
    _say_where(shown, module, here)
    return 0


def _prepare(shown: Course, module: Module) -> int:
    """Build, export and release; the learners' workspace too."""
    names = [needed.name for needed in shown.needed_by(module)] + [module.name]
    _step(f"tito build {' '.join(names)}")
    author.run_build(Namespace(modules=names))
    _step(f"tito export {' '.join(names)}")
    author.run_export(Namespace(modules=names))
    _step(f"tito release {module.name} --workspace {WORKSPACE}")
    return author.run_release(Namespace(modules=[module.name], workspace=Path(WORKSPACE), jobs=_cores()))


def _cores() -> int:
    import os

    return os.cpu_count() or 1


def _make_hand_ins(shown: Course, module: Module) -> None:
    from tito.cli.demo_course import hand_ins, write_hand_ins
    from tito.lesson.build import built
    from tito.lesson.notebook import read

    _step("eight learners hand in")
    made = tuple(hand_ins(module, built(shown, module), read(shown.released(module))))
    write_hand_ins(made, shown.root / INBOX)
    for handin in made:
        print_message(f"  {handin.learner}  {handin.shows:<24}{stderr_style().dim(handin.name)}")


def _grade(module: Module) -> None:
    _step(f"tito collect {INBOX} {module.name}")
    run_collect(Namespace(place=Path(INBOX), module=module.name, deadline="", dry_run=False, json=False))
    _step(f"tito grade {module.name}")
    if instructor.run_grade(
        Namespace(
            module=module.name, again=False, code=None, json=False, allow_level=0, jobs=None, scheduler="", tls=None
        )
    ):
        raise CourseError("grading broke on a submission", hint=f"tito grade {module.name}")
    _step(f"tito feedback {module.name}")
    instructor.run_feedback(Namespace(module=module.name))


def _step(text: str) -> None:
    print_message("\n" + stderr_style().bold(f"$ {text}" if text.startswith("tito") else f"# {text}"))


def _say_where(shown: Course, module: Module, here: Path) -> None:
    """Where to look, and what to type."""
    learner = shown.learners(module)[3] if len(shown.learners(module)) > 3 else shown.learners(module)[0]
    csv = shown.reports(module) / "grades.csv"
    print_message("")
    for label, path in (("feedback", shown.feedback_page(learner, module)), ("csv", csv)):
        print_result(f"{label + ':':<10}{path.relative_to(here) if path.is_relative_to(here) else path}")
    print_message(
        "\n"
        + render.next_step(
            f"cd {shown.root.relative_to(here) if shown.root.is_relative_to(here) else shown.root}"
            f" && tito status    (learners start with: cd workspace && tito test)",
            stderr_style(),
        )
    )
