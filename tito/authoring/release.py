"""A release: the learners' notebook, and the guarantees that it is given out with.

Nothing else gives out what learners get, and a release does so only if every
guarantee holds. A guarantee is a function from a `Proof`, which has what all of
them check, to one line for a person to read.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from tito.authoring.answers import Answer, read_answers
from tito.authoring.linting.reference_run import faults_of_checks
from tito.authoring.linting.slips import refuse_slips
from tito.course.checks import CheckCell, CheckSuite, Grade, TestResult, Work
from tito.course.course import Course, Module
from tito.lesson import leaks
from tito.lesson.build import built
from tito.lesson.cells import origin
from tito.lesson.check_suite import reference_work, suite_of, work_of
from tito.lesson.export import export
from tito.lesson.magics import parses, without_magics
from tito.lesson.nbgrader_steps import stripped
from tito.lesson.notebook import Notebook, write
from tito.lesson.regions import SOLUTION, regions
from tito.support.points import points_text
from tito.workers.result_cache import Progress, grade_all


@dataclass(frozen=True)
class Guarantee:
    """What was checked, how many of it there were, and what is wrong with it, if anything."""

    what: str
    detail: str
    problems: tuple[str, ...] = ()

    @property
    def holds(self) -> bool:
        return not self.problems


@dataclass(frozen=True)
class Release:
    """The guarantees of a release, and where its notebook was put; nowhere when one of them fails."""

    module: Module
    guarantees: tuple[Guarantee, ...]
    path: Path | None

    @property
    def is_sound(self) -> bool:
        return all(guarantee.holds for guarantee in self.guarantees)


@dataclass(frozen=True)
class Proof:
    """What the guarantees check: both notebooks, and the grades of the works that must pass or fail."""

    module: Module
    built: Notebook
    released: Notebook
    suite: CheckSuite
    reference: Grade
    untouched: Grade
    answers: tuple[tuple[Answer, Grade], ...] = field(default=())


def release(course: Course, module: Module, *, jobs: int = 1, progress: Progress = lambda done, total: None) -> Release:
    """Make the release of `module`, if every guarantee holds, and record it in nbgrader's gradebook.

    CourseError for a mistake in the sources or the answers, with its place.
    """
    refuse_slips(course, module)
    proof = prove(course, module, jobs=jobs, progress=progress)
    guarantees = tuple(guarantee(proof) for guarantee in GUARANTEES)
    path = None
    if all(guarantee.holds for guarantee in guarantees):
        path = _give_out(course, proof)
    return Release(module, guarantees, path)


def prove(course: Course, module: Module, *, jobs: int, progress: Progress) -> Proof:
    """Build, strip and grade what the guarantees check. Nothing is given out, but the modules needed are exported."""
    for needed in course.needed_by(module):
        export(course, needed, built(course, needed))  # a work is graded with its prerequisites as they are now
    source = built(course, module)
    released = stripped(course, module, source)
    suite, reference = suite_of(module, source), reference_work(source)
    for slip in faults_of_checks(course, module, suite, reference):
        if slip.endless:  # each of hundreds of answers would wait for it
            raise slip.error
    answers = read_answers(module, reference)
    works: list[Work] = [reference, work_of(released, source)[0], *(answer.work for answer in answers)]
    solved, untouched, *grades = grade_all(course, module, suite, works, jobs=jobs, progress=progress)
    return Proof(module, source, released, suite, solved, untouched, tuple(zip(answers, grades, strict=True)))


def _give_out(course: Course, proof: Proof) -> Path:
    """Write the gradebook, then the release: when nbgrader refuses the cells, nothing is given out.

    Each release is kept by its hash, so that works are compared with what their learners had.
    """
    from tito.classroom.gradebook import gradebook

    with gradebook.opened(course) as book:
        book.enrol(proof.module, proof.built)
    released = origin.with_hash(proof.released)
    origin.keep(course, proof.module, released)
    return write(released, course.released(proof.module))


def _solution_passes(proof: Proof) -> Guarantee:
    grade = proof.reference
    lost = tuple(f"{r.id} {_score(r)}: {r.message}" for r in grade.results if r.status != "passed")
    return Guarantee("solution passes", _score(grade), lost)


def _solutions_removed(proof: Proof) -> Guarantee:
    count = sum(len(regions(cell.source, SOLUTION)) for cell in proof.built.cells)
    found = leaks.in_notebook(proof.released, leaks.secrets_of(proof.built))
    return Guarantee("solutions removed", f"{_count(count, 'region')}, no marker left", tuple(map(str, found)))


def _hints_keep_the_secret(proof: Proof) -> Guarantee:
    count = sum(len(check.hints.all) for check in proof.module.checks)
    found = leaks.in_hints(proof.module, leaks.secrets_of(proof.built))
    return Guarantee("hints keep the solution", _count(count, "hint"), tuple(map(str, found)))


def _every_cell_parses(proof: Proof) -> Guarantee:
    code = [cell for cell in proof.released.cells if cell.kind == "code"]
    broken = [cell.id for cell in code if not parses(without_magics(cell.source)[0])]
    problems = tuple(f'cell "{cell_id}" is not Python' for cell_id in broken)
    return Guarantee("every cell parses", f"{len(code) - len(broken)} of {len(code)}", problems)


def _parts_add_up(proof: Proof) -> Guarantee:
    problems = tuple(problem for check in proof.suite.checks for problem in _wrong_sum(check))
    total = len(proof.suite.checks)
    return Guarantee("points of parts add up", f"{total - len(problems)} of {total}", problems)


def _release_is_unsolved(proof: Proof) -> Guarantee:
    grade = proof.untouched
    earned = tuple(f"{r.id} gives {points_text(r.points)} points for nothing" for r in grade.results if r.points)
    return Guarantee("release is unsolved", _score(grade), earned)


def _wrong_answers_are_caught(proof: Proof) -> Guarantee:
    wrong = [(answer, grade) for answer, grade in proof.answers if not answer.right]
    problems = {id(answer): problem for answer, grade in wrong if (problem := _not_caught(answer, grade))}
    tried = {answer.check for answer, _ in wrong}
    untried = [f'check "{c.id}" has no wrong answer to reject' for c in proof.suite.checks if c.id not in tried]
    detail = f"{len(wrong) - len(problems)} of {len(wrong)}, each by its own check"
    return Guarantee("wrong answers are caught", detail, (*problems.values(), *untried))


def _right_answers_pass(proof: Proof) -> Guarantee:
    right = [(answer, grade) for answer, grade in proof.answers if answer.right]
    failed = tuple(
        f'{answer.check}, "{answer.name}": {_first_loss(grade)}' for answer, grade in right if not grade.passed
    )
    return Guarantee("other right answers pass", f"{len(right) - len(failed)} of {len(right)}", failed)


GUARANTEES: tuple[Callable[[Proof], Guarantee], ...] = (
    _solution_passes,
    _solutions_removed,
    _hints_keep_the_secret,
    _every_cell_parses,
    _parts_add_up,
    _release_is_unsolved,
    _wrong_answers_are_caught,
    _right_answers_pass,
)


def _score(result: TestResult | Grade) -> str:
    return f"{points_text(result.points)}/{points_text(result.max_points)}"


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}{'' if number == 1 else 's'}"


def _not_caught(answer: Answer, grade: Grade) -> str:
    """Why a wrong answer is not caught as it should be; "" when it is."""
    lost = [result.id for result in grade.results if result.points < result.max_points]
    others = [check for check in lost if check != answer.check]
    if answer.check not in lost:
        return f'{answer.check}, "{answer.name}": keeps all its points'
    return f'{answer.check}, "{answer.name}": loses points in {", ".join(others)} too' if others else ""


def _first_loss(grade: Grade) -> str:
    result = next(r for r in grade.results if r.status != "passed")
    return f"{result.id} {_score(result)}: {result.message}"


def _wrong_sum(check: CheckCell) -> Iterator[str]:
    """A problem if the parts of a check don't add up to its points; else nothing."""
    calls = [node for node in ast.walk(ast.parse(check.source)) if isinstance(node, ast.Call) and _is_part(node)]
    points = [points for call in calls if (points := _points_of(call)) is not None]
    if len(points) < len(calls):
        yield f"{check.id}: write the points of each part as a number, so that they can be added up"
    elif calls and sum(points) != check.points:
        total = points_text(sum(points))
        yield f"{check.id}: its parts add up to {total}, module.toml says {points_text(check.points)}"


def _is_part(call: ast.Call) -> bool:
    return isinstance(call.func, ast.Attribute) and call.func.attr == "part"


def _points_of(part: ast.Call) -> float | None:
    """The points of a part; None if they are not written as a number."""
    match part.args:
        case [ast.Constant(value=int() | float() as points), *_]:
            return points
    return None
