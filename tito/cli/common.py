"""The verbs of `tito`: parse, one library call, one render, an exit code."""

from tito.support.errors import UsageError


def number_of_jobs(text: str) -> int:
    """The N of `--jobs N`; UsageError for anything but a whole number above 0."""
    if not text.isdecimal() or int(text) < 1:
        raise UsageError(f"--jobs is '{text}', which is no number of graders", hint="--jobs 2")
    return int(text)
