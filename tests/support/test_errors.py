"""What went wrong, in one sentence and an exit code."""

import errno
import os

import pytest

from tito.support.errors import CourseError, ExitCode, TitoError, UsageError, machine_error


def test_exit_codes_are_those_that_the_documents_promise():
    assert [int(code) for code in ExitCode] == [0, 1, 2, 3, 130, 141]
    assert (TitoError.exit_code, UsageError.exit_code, CourseError.exit_code) == (2, 2, 3)


@pytest.mark.parametrize("number, words", [(errno.ENOSPC, "the disk is full"), (errno.EPERM, "permission denied")])
def test_a_machine_that_refuses_is_one_sentence(number, words):
    found = machine_error(OSError(number, os.strerror(number), "a.zip"))
    assert (found.message, found.at, found.exit_code) == (words, "a.zip", ExitCode.BROKEN)


def test_any_other_oserror_is_a_bug():
    assert machine_error(FileNotFoundError(errno.ENOENT, "no such file", "a.zip")) is None
