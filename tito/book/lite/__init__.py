"""The lesson in the reader's browser: JupyterLite, Python for it, and the wheels that the checks need."""

from tito.course.course import Module

LAB = "lab"  # the folder of the site


def address(module: Module) -> str:
    """Where the lab opens a module's notebook, from the site's root."""
    return f"{LAB}/notebooks/index.html?path={module.notebook.name}"
