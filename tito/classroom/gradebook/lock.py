"""Held by the one process that writes grades of a course."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from tito.course.course import Course
from tito.support.errors import CourseError


@contextmanager
def alone(course: Course) -> Iterator[None]:
    """Be the only process that grades this course. The system frees the lock however the process ends."""
    from filelock import FileLock, Timeout

    path = course.grading_lock
    path.parent.mkdir(parents=True, exist_ok=True)
    try:
        with FileLock(path, timeout=0, thread_local=False):
            yield
    except Timeout:
        raise CourseError("somebody is grading this course already", at=str(path), hint="wait for it to end") from None
