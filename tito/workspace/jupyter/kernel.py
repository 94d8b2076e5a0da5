"""The notebook kernel that `tito notebook` has started: `import tinytorch` finds the workspace's own.

Not by PYTHONPATH: Python imports a `sitecustomize.py` that lies there before
anything else, and any file there in place of an installed package. A workspace may
come from somebody else, and opening its notebook runs none of it until a cell is run.

    python -P -m tito.workspace.jupyter.kernel WORKSPACE -f CONNECTION_FILE
"""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from importlib.machinery import ModuleSpec, PathFinder
from pathlib import Path
from types import ModuleType

from tito.sandbox.library import PACKAGE


class WorkspaceFinder:
    """Finds `tinytorch` in one workspace, and nothing else."""

    def __init__(self, root: str):
        self._root = root

    def find_spec(
        self, name: str, path: Sequence[str] | None = None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        return PathFinder.find_spec(name, [self._root], target) if name == PACKAGE.name else None


def write_spec(folder: Path, root: Path) -> None:
    """Put the description of this kernel into `folder`, where Jupyter looks for kernels; it is the usual `python3`."""
    place = folder / "kernels" / "python3"
    place.mkdir(parents=True)
    argv = [sys.executable, "-P", "-m", "tito.workspace.jupyter.kernel", str(root), "-f", "{connection_file}"]
    spec = {"argv": argv, "display_name": "Python 3 (ipykernel)", "language": "python", "metadata": {"debugger": True}}
    (place / "kernel.json").write_text(json.dumps(spec, indent=1), encoding="utf-8")


def main() -> None:
    """Be a kernel. The notebook's folder comes last on the path, so that no file in it takes the place of a package."""
    from ipykernel.kernelapp import launch_new_instance

    sys.meta_path.insert(0, WorkspaceFinder(sys.argv.pop(1)))
    sys.path.append("")
    launch_new_instance([*sys.argv[1:], "--InteractiveShellApp.ignore_cwd=True"])


if __name__ == "__main__":
    main()
