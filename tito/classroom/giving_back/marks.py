"""Where each learner stands in a module: the mark as the gradebook has it, or why there is none to give back yet."""

from __future__ import annotations

from dataclasses import dataclass

from tito.classroom import records
from tito.classroom.gradebook import gradebook
from tito.classroom.gradebook.models import Marks
from tito.classroom.intake.people.roster import Person, read_roster
from tito.classroom.plan import Submission
from tito.classroom.records import Record
from tito.course.course import CheckSpec, Course, Module
from tito.lesson.notebook import digest
from tito.support.points import points_text

NOTHING_COUNTS = "nothing that counts was handed in"
NOT_GRADED = "not graded yet"
CAME_ANEW = "handed in anew since it was graded"
UNREADABLE = "could not be read"


@dataclass(frozen=True)
class Standing:
    """What one person has earned; `why_not` says why the mark is not to be given back, "" where it is final.

    `is_partial` says that there is a mark, and that a person has still to look at a part of it.
    """

    person: Person
    code: float = 0.0
    written: float = 0.0
    late_penalty: float = 0.0
    why_not: str = ""
    is_partial: bool = False

    @property
    def learner(self) -> str:
        return self.person.id

    @property
    def points(self) -> float:
        return max(0.0, self.code + self.written - self.late_penalty)

    @property
    def is_final(self) -> bool:
        return not self.why_not

    @property
    def in_words(self) -> str:
        """Where the points come from: `code 7, written answers 1.5, 0.5 off for lateness`."""
        parts = [f"code {points_text(self.code)}"]
        parts += [f"written answers {points_text(self.written)}"] if self.written else []
        parts += [f"{points_text(self.late_penalty)} off for lateness"] if self.late_penalty else []
        return ", ".join(parts)


def most_points(module: Module) -> float:
    """What a module is worth, written answers included."""
    return sum(spec.points for spec in (*module.checks, *module.questions))


def standings(course: Course, module: Module) -> list[Standing]:
    """Where everybody stands who handed in, is in the gradebook or on the roster, in order of id."""
    people = {person.id: person for person in read_roster(course).people}
    with gradebook.opened(course) as book:
        known, marks = book.learners, book.marks(module)
    counting = {*course.learners(module)}
    everybody = sorted({*people, *known, *counting, *course.handed_in(module)})
    nothing = {who: Standing(people.get(who, Person(who)), why_not=NOTHING_COUNTS) for who in everybody}
    return [
        _standing(course, module, nothing[who].person, marks.get(who, Marks())) if who in counting else nothing[who]
        for who in everybody
    ]


def _standing(course: Course, module: Module, person: Person, marks: Marks) -> Standing:
    """Where somebody stands whose work counts."""
    record = records.read(course, module, person.id)
    why_not = _why_not(course, module, record)
    if record is None or why_not:
        return Standing(person, why_not=why_not)
    waiting = [spec.id for spec in (*module.checks, *module.questions) if _waits(marks, spec)]
    return Standing(
        person,
        code=sum(_points(record, marks, check) for check in module.checks),
        written=sum(_points(record, marks, question) for question in module.questions),
        late_penalty=marks.late_penalty,
        why_not=f"waits for a mark by hand: {', '.join(waiting)}" if waiting else "",
        is_partial=bool(waiting),
    )


def _why_not(course: Course, module: Module, record: Record | None) -> str:
    """Why there is no mark at all, "" where there is one."""
    if record is None:
        return NOT_GRADED
    content = digest(Submission.of(course, module, record.learner).content)
    if record.content and record.content != content:
        return CAME_ANEW
    return UNREADABLE if record.problem else ""


def _waits(marks: Marks, spec: CheckSpec) -> bool:
    return spec.id in marks.marks and marks.marks[spec.id].needs_manual


def _points(record: Record, marks: Marks, spec: CheckSpec) -> float:
    """The gradebook's points, which an instructor may have changed; ours where it has none."""
    if spec.id in marks.marks:
        return marks.marks[spec.id].points
    return next((result.points for result in record.grade.results if result.id == spec.id), 0.0)
