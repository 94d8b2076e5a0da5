"""tito: the tool that takes a TinyTorch module from its source to a grade.

Each folder has one job, and imports run from the first to the last:
cli, ui, authoring, workspace, classroom, workers, autograder, sandbox, rpc,
page, tools, lesson, course, support. `pyproject.toml` holds that.
"""

from importlib import import_module
from importlib.util import find_spec

__version__ = "0.2.0"


def load_ipython_extension(shell) -> None:
    """`%load_ext tito`: the magic `%tito` in a notebook.

    IPython looks for this function in the package itself, below which nothing may import
    the command line; so the name is looked up when it is called. A page in the browser has
    no command line, and a small magic of its own.
    """
    name = "tito.cli.notebook.extension" if find_spec("tito.cli") else "tito.page.extension"
    import_module(name).register(shell)
