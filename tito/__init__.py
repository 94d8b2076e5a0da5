"""tito: the tool that takes a TinyTorch module from its source to a grade.

Each folder has one job, and imports run from the first to the last:
cli, ui, authoring, workspace, classroom, workers, autograder, sandbox, rpc,
tools, lesson, course, support. `pyproject.toml` holds that.
"""

from importlib import import_module

__version__ = "0.2.0"


def load_ipython_extension(shell) -> None:
    """`%load_ext tito`: the magic `%tito` in a notebook.

    IPython looks for this function in the package itself, below which nothing may import
    the command line; so the name is looked up when it is called.
    """
    import_module("tito.cli.notebook.extension").register(shell)
