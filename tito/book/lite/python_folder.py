"""Python for the browser: Pyodide from npm, and wheels that it loads, all in one folder of the site.

npm's Pyodide has the interpreter alone. What its kernel needs comes from the package index when the
environment is set up (`wheels.txt`). NumPy and its like are built for Pyodide and published with
the full Pyodide only: whoever has that folder names it, and gets of it what the lessons import.
"""

from __future__ import annotations

import io
import json
import os
import re
import sys
import zipfile
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any

from tito.book.lite.wheels import Wheel
from tito.support.errors import CourseError

NPM = Path(sys.prefix) / "npm" / "node_modules" / "pyodide"  # `make book` puts these there
WHEELS = Path(sys.prefix) / "lab" / "wheels"
KERNELS_OWN = Path(sys.prefix) / "share/jupyter/labextensions/@jupyterlite/pyodide-kernel-extension/static/pypi"
RUNTIME = ("pyodide.mjs", "pyodide.js", "pyodide.asm.mjs", "pyodide.asm.wasm", "python_stdlib.zip")
LOCK = "pyodide-lock.json"
FULL = "PYODIDE_FULL"  # names a folder with the full Pyodide
_NOT_THE_LABS = ("widgetsnbextension-3",)  # of two versions the later one


@dataclass(frozen=True)
class PythonFolder:
    """Files of the folder by name, the packages that a kernel loads at its start, and the libraries that they bring."""

    files: Mapping[str, bytes]
    packages: tuple[str, ...]
    provided: frozenset[str]


def full_folder() -> Path | None:
    """The full Pyodide that the environment names, if any; CourseError when it is none of the version in use."""
    named = os.environ.get(FULL)
    if not named:
        return None
    if not (Path(named) / LOCK).is_file() or _lock(Path(named))["info"] != _lock(NPM)["info"]:
        version = json.loads((NPM / "package.json").read_text(encoding="utf-8"))["version"]
        raise CourseError(f"{FULL} names no folder with the full Pyodide {version}", at=named)
    return Path(named)


def python_folder(wheels: Iterable[Wheel], wanted: Iterable[str], full: Path | None = None) -> PythonFolder:
    """Pyodide with `wheels`, and with the libraries in `wanted` that `full` has; the lock lists what is there alone."""
    ours = [*_set_up(), *wheels]
    packages = {entry["name"]: entry for entry in map(_entry, ours)}
    files = {name: (NPM / name).read_bytes() for name in RUNTIME} | {wheel.file_name: wheel.data for wheel in ours}
    if full:
        theirs = _from_full(_lock(full)["packages"], wanted)
        packages = theirs | packages
        files |= {entry["file_name"]: (full / entry["file_name"]).read_bytes() for entry in theirs.values()}
    files[LOCK] = json.dumps(_lock(NPM) | {"packages": packages}, sort_keys=True).encode()
    provided = frozenset(name for entry in packages.values() for name in entry["imports"])
    return PythonFolder(files, tuple(packages), provided)


def _from_full(packages: Mapping[str, dict[str, Any]], wanted: Iterable[str]) -> dict[str, dict[str, Any]]:
    """The packages that bring the libraries in `wanted`, and those that these depend on."""
    queue = [name for name, entry in packages.items() if set(entry["imports"]) & set(wanted)]
    found: dict[str, dict[str, Any]] = {}
    while queue:
        name = normal(queue.pop())
        if name not in found:
            found[name] = packages[name]
            queue += packages[name]["depends"]
    return found


def _lock(folder: Path) -> dict[str, Any]:
    return dict(json.loads((folder / LOCK).read_text(encoding="utf-8")))


def _set_up() -> list[Wheel]:
    """The wheels of the kernel: its own, and those that it needs."""
    paths = sorted([*WHEELS.glob("*.whl"), *KERNELS_OWN.glob("*.whl")])
    return [Wheel(path.name, path.read_bytes()) for path in paths if not path.name.startswith(_NOT_THE_LABS)]


def _entry(wheel: Wheel) -> dict[str, Any]:
    """A wheel as Pyodide's lock lists it; all of them are loaded, so none names what it depends on."""
    name, version = wheel.file_name.split("-")[:2]
    return {
        "depends": [],
        "file_name": wheel.file_name,
        "imports": _imports(wheel),
        "install_dir": "site",
        "name": normal(name),
        "package_type": "package",
        "sha256": sha256(wheel.data).hexdigest(),
        "unvendored_tests": False,
        "version": version,
    }


def _imports(wheel: Wheel) -> list[str]:
    """What can be imported once a wheel is there: the names at its top."""
    with zipfile.ZipFile(io.BytesIO(wheel.data)) as archive:
        tops = {name.partition("/")[0].removesuffix(".py") for name in archive.namelist()}
    return sorted(name for name in tops if name.isidentifier())


def normal(name: str) -> str:
    """A project's name as indexes compare it (PEP 503)."""
    return re.sub(r"[-_.]+", "-", name).lower()
