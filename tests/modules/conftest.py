"""The proof of each module, once a session: what a release of it would be judged by."""

import functools
import os
from pathlib import Path

import pytest

from tito.authoring import release
from tito.course.course import Course

COURSE = Course.find(Path(__file__).parent)


@functools.cache
def proof_of(module):
    return release.prove(COURSE, module, jobs=os.cpu_count() or 1, progress=lambda done, total: None)


@pytest.fixture(scope="module", params=COURSE.modules, ids=lambda module: module.folder)
def proof(request):
    """All answers kept with a module, and their grades."""
    return proof_of(request.param)
