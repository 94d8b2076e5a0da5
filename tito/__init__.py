"""tito: the tool that takes a TinyTorch module from its source to a grade.

Each folder has one job, and imports run from the first to the last:
cli, ui, authoring, workspace, classroom, workers, autograder, sandbox, rpc,
tools, lesson, course, support. `pyproject.toml` holds that.
"""

__version__ = "0.2.0"
