"""A template repository for learners: a workspace, and a workflow that has the action grade each push.

It has no tests that the workspace does not have: the hidden ones come with the zip, from a private release.
"""

from __future__ import annotations

import re
from importlib.resources import files
from pathlib import Path

from tito.course.course import Module, Workspace
from tito.support.errors import UsageError
from tito.support.files import write_atomic

WORKFLOW = Path(".github") / "workflows" / "grade.yml"
IGNORED = "submissions/\n__pycache__/\n.ipynb_checkpoints/\n.tito/results/\n"
_JOB = """\
  {name}:
    runs-on: ubuntu-latest
    steps:
      - uses: actions/checkout@v4
        with:
          persist-credentials: false
      - uses: {action}
        with:
          module: {name}
          autograders: {autograders}
          tag: {tag}
          token: ${{{{ secrets.TITO_AUTOGRADERS }}}}
          submission: modules/{folder}
"""


def write_template(workspace: Workspace, action: str, autograders: str, tag: str) -> list[Path]:
    """Write the workflow and what git is to leave alone into a workspace; UsageError for a name that GitHub has not."""
    _must_fit(r"[\w.-]+/[\w.-]+(/[\w./-]+)?@[\w./-]+", action, "--action OWNER/REPO@REF")
    _must_fit(r"[\w.-]+/[\w.-]+", autograders, "--autograders OWNER/REPO")
    _must_fit(r"[\w./-]+", tag, "--tag NAME")
    head = (files("tito.classroom.hosted") / "templates" / "grade.yml.txt").read_text(encoding="utf-8")
    jobs = [_job(module, action, autograders, tag) for module in workspace.modules]
    workflow = write_atomic(workspace.root / WORKFLOW, head + "\n".join(jobs))
    ignored = workspace.root / ".gitignore"
    return [workflow] if ignored.exists() else [workflow, write_atomic(ignored, IGNORED)]


def _must_fit(pattern: str, text: str, option: str) -> None:
    if not re.fullmatch(pattern, text, re.ASCII):
        raise UsageError(f"'{text}' is no {option.split()[1]}", hint=option)


def _job(module: Module, action: str, autograders: str, tag: str) -> str:
    return _JOB.format(name=module.name, folder=module.folder, action=action, autograders=autograders, tag=tag)
