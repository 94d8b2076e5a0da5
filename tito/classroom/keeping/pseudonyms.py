"""Names for people that do not tell who they are, the same each time: made with a secret that stays in the course."""

from __future__ import annotations

import hmac
import secrets

from tito.course.course import Course
from tito.support.errors import CourseError
from tito.support.files import PRIVATE, write_atomic

DIGITS = 8


class Pseudonyms:
    """The pseudonyms of a course: `person_1f09c2ab`, which can stand in code, too."""

    def __init__(self, secret: bytes):
        self._secret = secret

    def of(self, learner: str) -> str:
        return f"person_{hmac.new(self._secret, learner.encode(), 'sha256').hexdigest()[:DIGITS]}"


def pseudonyms_of(course: Course) -> Pseudonyms:
    """The course's, whose secret is made at the first time."""
    path = course.pseudonym_secret
    try:
        text = path.read_text(encoding="ascii").strip()
    except FileNotFoundError:
        text = secrets.token_hex(32)
        write_atomic(path, text + "\n", PRIVATE)
    try:
        secret = bytes.fromhex(text)
    except ValueError:
        secret = b""
    if len(secret) < 16:
        raise CourseError(
            "the secret of the pseudonyms can't be read", at=str(path), hint="put it back from a backup, or remove it"
        )
    return Pseudonyms(secret)
