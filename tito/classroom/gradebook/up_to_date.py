"""Brings nbgrader's gradebook, where there is one, up to date with the roster and the deadlines."""

from __future__ import annotations

from collections.abc import Iterable

from tito.course.course import Course, Module


def bring_up_to_date(
    course: Course, modules: Iterable[Module], also_no_due_date: bool = False, no_extension_of: str = ""
) -> None:
    """Have people, due dates and extensions there, too; and that there is none any more, of all or of a learner.

    Before the first grading there is no gradebook: it is made with all this.
    """
    if not course.gradebook.exists():
        return
    from tito.classroom.gradebook import gradebook  # loads SQLAlchemy, which collecting need not wait for

    with gradebook.opened(course) as book:
        for module in modules:
            book.take_over(module, also_no_due_date)
            if no_extension_of:
                book.take_back_extension(module, no_extension_of)
