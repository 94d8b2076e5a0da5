"""The verbs of a learner: status, notebook, test, hint, submit, doctor."""

from __future__ import annotations


def add_commands(group) -> None:
    parser = group.add_parser("status", help="where you are, and what comes next")
    parser.set_defaults(run=lambda args: 0)
