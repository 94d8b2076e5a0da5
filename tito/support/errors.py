"""What can go wrong, by who can mend it.

Every error that a person should read is one of these; anything else is a bug
and crashes loudly.
"""

from tito.support.safe_text import plain


class TitoError(Exception):
    """A request that can't be done, said in one sentence for the reader.

    `at` is the place (file:line or cell), `why` the cause, `hint` the one
    thing to try next; each may be empty, and may quote a stranger's file.
    `exit_code` is what the shell gets.
    """

    exit_code = 2

    def __init__(self, message: str, *, at: str = "", why: str = "", hint: str = ""):
        self.message, self.at, self.why, self.hint = map(plain, (message, at, why, hint))
        super().__init__(self.message)


class UsageError(TitoError):
    """Something that the learner or the caller can put right."""


class CourseError(TitoError):
    """Something that the instructor has to put right in the course, or a broken machine."""

    exit_code = 3
