"""The trusted grader, and the isolated worker that holds a learner's code.

    with staged_library(course, module) as library, Grader(library) as grader:
        grade = grader.grade(paper, work)

Names load when they are first used: the worker's process must stay small.
"""

from __future__ import annotations

import importlib

_HOMES = {
    "Grader": "grader",
    "Limits": "limits",
    "library_files": "library",
    "staged": "library",
    "staged_library": "library",
    "grade_code": "code",
    "as_json": "code",
}
__all__ = list(_HOMES)


def __getattr__(name: str):
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(importlib.import_module(f"{__name__}.{_HOMES[name]}"), name)
