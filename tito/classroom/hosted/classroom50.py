"""Classroom 50's `result.json`.

Source: foundation50/classroom50, wiki/Advanced-Autograding.md and cli/gh-teacher/skeleton/dotgithub/scripts/runner.py.
The runner tells who and what by the environment, and stamps `owner` and `assignment_type` itself. Scores are whole
numbers: they are rounded so that their sum is the rounded sum, and `points` beside each has the exact ones.
"""

from __future__ import annotations

import subprocess
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from tito.classroom.hosted.grading import HostedGrade
from tito.support.points import rounded_points

SCHEMA = "classroom50/result/v1"


def result(graded: HostedGrade, env: Mapping[str, str], submitted: datetime, now: datetime) -> dict[str, Any]:
    """The grade as Classroom 50's runner reads it; `submitted` is when the graded commit was made."""
    tests = _tests(graded)
    return {
        "schema": SCHEMA,
        "classroom": env.get("CLASSROOM", ""),
        "assignment": env.get("ASSIGNMENT", ""),
        "assignment_type": env.get("ASSIGNMENT_TYPE", "individual"),
        "owner": env.get("OWNER") or env.get("USERNAME", ""),
        "submission": env.get("SUBMISSION_TAG", ""),
        "commit": env.get("COMMIT_URL", ""),
        "release": env.get("RELEASE_URL", ""),
        "review": env.get("REVIEW_URL") or env.get("COMMIT_URL", ""),
        "datetime": _stamp(submitted),
        "graded_at": _stamp(now),
        "score": sum(test["score"] for test in tests),
        "max-score": sum(test["max-score"] for test in tests),
        "tests": tests,
        "points": rounded_points(graded.grade.points),
        "isolation_level": graded.grade.isolation_level,
    }


def _tests(graded: HostedGrade) -> list[dict[str, Any]]:
    """An entry for each check."""
    results = graded.grade.results
    scores = whole_numbers([each.points for each in results])
    most = whole_numbers([each.max_points for each in results])
    return [
        {
            "test-name": each.id,
            "passed": each.status == "passed",
            "score": score,
            "max-score": max_score,
            "points": rounded_points(each.points),
        }
        for each, score, max_score in zip(results, scores, most, strict=True)
    ]


def committed_at(checkout: Path) -> datetime | None:
    """When the commit in this checkout was made; None where git does not say."""
    command = ["git", "-C", str(checkout), "--no-pager", "show", "--no-patch", "--format=%cI", "HEAD"]
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=20)
        return datetime.fromisoformat(done.stdout.strip()) if done.returncode == 0 else None
    except (OSError, subprocess.TimeoutExpired, ValueError):  # no git, or one that answers something else
        return None


def _stamp(at: datetime) -> str:
    return f"{at.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"


def whole_numbers(points: Sequence[float]) -> list[int]:
    """The points as whole numbers whose sum is the rounded sum: the largest fractions are rounded up."""
    exact = [rounded_points(each) for each in points]
    whole = [int(each) for each in exact]
    missing = int(rounded_points(sum(exact)) + 0.5) - sum(whole)
    by_fraction = sorted(range(len(exact)), key=lambda n: whole[n] - exact[n])
    return [each + (n in by_fraction[:missing]) for n, each in enumerate(whole)]
