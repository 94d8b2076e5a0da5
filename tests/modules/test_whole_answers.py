"""Complete right modules in styles that differ as whole programs keep full marks.

`whole/<module>/` has a file for each; those of module 12, whose cells are long,
are put together from a file for each cell, so that every file is in several.
"""

from pathlib import Path

import pytest

from tito.authoring.answers import with_cells
from tito.autograder.grader import Grader
from tito.course.course import Course
from tito.lesson.build import built
from tito.lesson.check_suite import reference_work, suite_of, work_from_code
from tito.sandbox.library import staged_library

pytestmark = pytest.mark.slow

COURSE = Course.find(Path(__file__).parent)
FOLDER = Path(__file__).parent / "whole"
IN_CELLS = FOLDER / "benchmarking"
WHOLE = [path for path in sorted(FOLDER.glob("*/*.py")) if path.parent != IN_CELLS]
TOGETHER = """
    asyncio statistics one_runner generator
    asyncio statistics step_by_step sections
    asyncio scipy own_runs milliseconds
    asyncio dataclasses step_by_step generator
    thread statistics own_runs milliseconds
    thread scipy step_by_step milliseconds
    thread dataclasses one_runner sections
    stopwatch statistics step_by_step generator
    stopwatch scipy one_runner sections
    stopwatch dataclasses one_runner milliseconds
    stopwatch dataclasses own_runs sections
    arrays statistics step_by_step sections
    arrays scipy own_runs generator
    arrays dataclasses one_runner milliseconds
    thread scipy one_runner generator
    arrays scipy step_by_step milliseconds
"""
CELLS = ("scenarios", "validator", "perf", "reporter")


def lost(module, work_of):
    """The checks in which a work loses points, with their messages; `work_of` makes it of the reference."""
    notebook = built(COURSE, module)
    with staged_library(COURSE, module) as library, Grader(library) as grader:
        grade = grader.grade(suite_of(module, notebook), work_of(reference_work(notebook)))
    return {result.id: result.message for result in grade.results if result.points < result.max_points}


@pytest.mark.parametrize("path", WHOLE, ids=lambda path: f"{path.parent.name}-{path.stem}")
def test_a_right_module_keeps_full_marks(path):
    assert lost(COURSE.module(path.parent.name), lambda reference: work_from_code(path)) == {}


@pytest.mark.parametrize("styles", TOGETHER.strip().splitlines(), ids=lambda styles: "-".join(styles.split()))
def test_a_right_module_of_four_cells_keeps_full_marks(styles):
    files = [IN_CELLS / f"{cell}_{style}.py" for cell, style in zip(CELLS, styles.split(), strict=True)]
    text = "\n".join(file.read_text(encoding="utf-8") for file in files)
    assert lost(COURSE.module("benchmarking"), lambda reference: with_cells(reference, text)) == {}


def test_every_style_is_in_a_module():
    styles = {
        f"{cell}_{style}"
        for line in TOGETHER.strip().splitlines()
        for cell, style in zip(CELLS, line.split(), strict=True)
    }
    assert styles == {path.stem for path in IN_CELLS.glob("*.py")}
