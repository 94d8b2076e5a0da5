"""The learner's ID in the course, kept in the workspace. It is no part of what the course gives."""

from __future__ import annotations

import json

from tito.course.course import Workspace
from tito.course.hand_in import refuse_as_learner
from tito.course.settings import read_settings
from tito.support.errors import UsageError
from tito.support.files import write_atomic


def learner_of(workspace: Workspace) -> str:
    """The ID that was told; "" when there is none yet. Earlier workspaces have it in `workspace.toml`."""
    for path in (workspace.learner_file, workspace.settings):
        if path.is_file() and (learner := read_settings(path, UsageError).name("learner")):
            return learner
    return ""


def remember_learner(workspace: Workspace, learner: str) -> None:
    """Keep the learner's ID; UsageError when it can't be part of a file name."""
    refuse_as_learner(learner, "tito submit --learner")
    write_atomic(workspace.learner_file, f"# Told by `tito submit --learner ID`.\nlearner = {json.dumps(learner)}\n")
