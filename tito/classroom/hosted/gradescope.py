"""Gradescope's `results.json`.

Source: gradescope/autograder_samples, docs/specs.md (gradescope-autograders.readthedocs.io/en/latest/specs/). One test
a check; `output_format` is `md`. What is hidden in a check is not told in its message, so that checks may be seen at
once; `visibility` holds them back until the due date or the publishing of marks. Nothing that was printed is shown.
"""

from __future__ import annotations

from typing import Any

from tito.classroom.hosted import markdown
from tito.classroom.hosted.grading import HostedGrade
from tito.classroom.hosted.settings import Visibility
from tito.support.points import rounded_points

STATUS = {"passed": "passed", "failed": "failed", "not started": "failed"}


def results(graded: HostedGrade, visibility: Visibility = "visible") -> dict[str, Any]:
    """The grade as Gradescope reads it."""
    hints = markdown.hints_of(graded)
    return {
        "score": rounded_points(graded.grade.points),
        "output": markdown.of_grade(graded),
        "output_format": "md",
        "visibility": visibility,
        "stdout_visibility": "hidden",
        "tests": [
            {
                "name": result.id,
                "score": rounded_points(result.points),
                "max_score": rounded_points(result.max_points),
                "status": STATUS[result.status],
                "output": markdown.of_check(result, hints.get(result.id, "")),
                "output_format": "md",
                "visibility": visibility,
            }
            for result in graded.grade.results
        ],
        "extra_data": {
            "module": graded.module.name,
            "isolation_level": graded.grade.isolation_level,
            "problem": graded.problem,
        },
    }
