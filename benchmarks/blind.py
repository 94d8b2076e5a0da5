"""How good are the checks? Score answers that somebody wrote without having read them.

    python benchmarks/blind.py FOLDER [--module benchmarking ...] [--jobs 2] [--table results.csv]

FOLDER has a folder for each module, by its folder's name (`12_benchmarking`). In it, `<check>.toml` holds wrong
and right answers in the form of those that modules keep (docs/authors.md), and `whole/<name>.py` a whole right
one: the text of each solution cell, below a line `# %% <the cell's id>`. A wrong answer is caught when it loses
points, and best in its own check, the one that its file is named after; a right one must lose none. Answers are
graded by the graders that a release uses. What an earlier run found is used again, as far as neither answer nor
checks have changed, from a file in FOLDER.
"""

from __future__ import annotations

import argparse
import csv
import os
import sys
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from tito.authoring.answers import Answer, read_answers, with_cells
from tito.course.checks import Grade, Work
from tito.course.course import Course, Module
from tito.lesson.build import built
from tito.lesson.check_suite import reference_work, suite_of
from tito.lesson.export import export
from tito.workers.result_cache import grade_all

PROJECT = Path(__file__).resolve().parents[1]
WHOLE = "whole"
OUTCOMES = {
    "own": "in its own check",
    "elsewhere": "only elsewhere",
    "missed": "missed",
    "kept": "kept",
    "lost": "lost",
}


@dataclass(frozen=True)
class Scored:
    """An answer, what became of it (a key of OUTCOMES), and the checks that it lost points in, with their messages."""

    module: Module
    answer: Answer
    outcome: str
    losses: tuple[str, ...]


def scored(course: Course, module: Module, folder: Path, jobs: int) -> Iterator[Scored]:
    """What becomes of each answer to `module` in `folder`; CourseError when one does not apply."""
    for needed in course.needed_by(module):
        export(course, needed, built(course, needed))
    source = built(course, module)
    reference, suite = reference_work(source), suite_of(module, source)
    answers = [*read_answers(module, reference, folder), *whole_answers(folder / WHOLE, reference)]
    record = folder / ".graded.json"
    works = [answer.work for answer in answers]
    grades = grade_all(course, module, suite, works, jobs=jobs, progress=told, record=record)
    for answer, grade in zip(answers, grades, strict=True):
        yield Scored(module, answer, outcome_of(answer, grade), losses_of(grade))


def whole_answers(folder: Path, reference: Work) -> Iterator[Answer]:
    """Right answers that replace the solution cells they name."""
    for path in sorted(folder.glob("*.py")):
        yield Answer(WHOLE, path.stem, True, with_cells(reference, path.read_text(encoding="utf-8")))


def outcome_of(answer: Answer, grade: Grade) -> str:
    lost = {result.id for result in grade.results if result.points < result.max_points}
    if answer.right:
        return "lost" if lost else "kept"
    return "own" if answer.check in lost else "elsewhere" if lost else "missed"


def losses_of(grade: Grade) -> tuple[str, ...]:
    return tuple(
        f"{each.id} {each.points:g}/{each.max_points:g}: {' '.join(each.message.split())}"
        for each in grade.results
        if each.points < each.max_points
    )


def told(done: int, total: int) -> None:
    print(f"\r{done} of {total} graded", end="" if done < total else "\n", file=sys.stderr, flush=True)


def figures(found: list[Scored]) -> str:
    """The numbers of each module, as Markdown."""
    lines = [
        "| module | wrong | caught | in its own check | right | kept |",
        "| --- | ---: | ---: | ---: | ---: | ---: |",
    ]
    for module in dict.fromkeys(each.module for each in found):
        count = Counter(each.outcome for each in found if each.module == module)
        caught = count["own"] + count["elsewhere"]
        numbers = [caught + count["missed"], caught, count["own"], count["kept"] + count["lost"], count["kept"]]
        lines.append(f"| {module.folder} | " + " | ".join(map(str, numbers)) + " |")
    return "\n".join(lines)


def details(found: list[Scored]) -> Iterator[str]:
    """Each answer with which something is wrong, a line each."""
    for each in found:
        if each.outcome in ("missed", "elsewhere", "lost"):
            verdict = "right" if each.answer.right else "wrong"
            where = f"{each.module.folder} {each.answer.check}: {verdict}, {OUTCOMES[each.outcome]}"
            yield f'{where}: "{each.answer.name}"' + "".join(f"\n    {loss}" for loss in each.losses)


def write_table(path: Path, found: list[Scored]) -> None:
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(["module", "check", "kind", "name", "outcome", "losses"])
        for each in found:
            kind = "right" if each.answer.right else "wrong"
            losses = " // ".join(each.losses)
            writer.writerow([each.module.folder, each.answer.check, kind, each.answer.name, each.outcome, losses])


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("--module", nargs="+", default=[], help="only these")
    parser.add_argument("--jobs", type=int, default=os.cpu_count() or 1)
    parser.add_argument("--table", type=Path, help="write every outcome to this CSV file")
    given = parser.parse_args()
    course = Course.find(PROJECT)
    modules = [course.module(name) for name in given.module] or [
        module for module in course.modules if (given.folder / module.folder).is_dir()
    ]
    found = [each for module in modules for each in scored(course, module, given.folder / module.folder, given.jobs)]
    print(*details(found), "", figures(found), sep="\n")
    if given.table:
        write_table(given.table, found)


if __name__ == "__main__":
    main()
