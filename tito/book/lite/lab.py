"""The lab beside the pages: JupyterLite with the releases, built without network from what is installed.

JupyterLite's own build puts the app together. The wheel of each lesson then goes beside it, and what no
page asks for is taken away.
"""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from tito.book.lite import LAB, python_folder
from tito.book.lite.python_folder import KERNELS_OWN, NPM, WHEELS, PythonFolder
from tito.book.lite.wheels import lesson_wheel, libraries_of, tools_wheel
from tito.course.course import Course
from tito.lesson import notebook
from tito.lesson.build import built
from tito.lesson.cells import origin
from tito.lesson.nbgrader_steps import stripped
from tito.page.lesson import LESSONS
from tito.support.errors import CourseError
from tito.support.files import write_atomic

KERNEL_EXTENSION = "@jupyterlite/pyodide-kernel-extension"
# A lesson opens as a notebook, which fits a phone; its menu and its logo lead to the other two.
APPS = ("notebooks", "tree", "lab")
_LEFTOVERS = ("**/*.map", "rspack.config*.js", "package.json", f"extensions/{KERNEL_EXTENSION}/static/pypi/*.whl")
_OVERRIDES = {
    "@jupyterlab/apputils-extension:notification": {"fetchNews": "false", "checkForUpdates": False},
    "@jupyterlab/apputils-extension:themes": {"adaptive-theme": True},
}


def require_lab() -> None:
    """CourseError when what the lab is built from isn't here."""
    if not (NPM / "package.json").is_file() or not any(WHEELS.glob("*.whl")) or not KERNELS_OWN.is_dir():
        raise CourseError("the lab needs JupyterLite, Pyodide and its wheels, and they are not here", hint="make book")


def build_lab(course: Course, site: Path) -> None:
    """Build the lab of all modules into the site; CourseError, with JupyterLite's words, when it can't be built."""
    python = _python(course)
    with TemporaryDirectory() as temporary:
        _write_sources(course, python, Path(temporary))
        _jupyterlite(Path(temporary), site / LAB)
    for module in course.modules:
        wheel = lesson_wheel(course, module, python.provided)
        write_atomic(site / LAB / LESSONS / wheel.file_name, wheel.data)
    _remove_leftovers(site / LAB)


def _python(course: Course) -> PythonFolder:
    wanted = frozenset[str]().union(*(libraries_of(course, module) for module in course.modules))
    return python_folder.python_folder([tools_wheel(course)], wanted, python_folder.full_folder())


def _write_sources(course: Course, python: PythonFolder, folder: Path) -> None:
    """What JupyterLite builds from: the releases, Pyodide, and the settings."""
    for module in course.modules:
        released = origin.with_hash(stripped(course, module, built(course, module)))
        notebook.write(released, folder / "files" / module.notebook.name)
    for name, data in python.files.items():
        write_atomic(folder / "static" / "pyodide" / name, data)
    write_atomic(folder / "jupyter-lite.json", json.dumps(_settings(python), indent=1))
    write_atomic(folder / "overrides.json", json.dumps(_OVERRIDES, indent=1))


def _settings(python: PythonFolder) -> dict[str, Any]:
    kernel = {"disablePyPIFallback": True, "loadPyodideOptions": {"packages": list(python.packages)}}
    return {
        "jupyter-lite-schema-version": 0,
        "jupyter-config-data": {
            "appName": "TinyTorch",
            "appUrl": "./tree",
            "exposeAppInBrowser": True,  # tests look at Lab's own models
            "litePluginSettings": {f"{KERNEL_EXTENSION}:kernel": kernel},
        },
    }


def _jupyterlite(sources: Path, target: Path) -> None:
    command = [sys.executable, "-m", "jupyterlite_core", "build", "--lite-dir", str(sources)]
    command += ["--output-dir", str(target), "--contents", str(sources / "files")]
    command += [word for app in APPS for word in ("--apps", app)]
    command += ["--no-unused-shared-packages", "--no-sourcemaps"]
    done = subprocess.run(command, cwd=sources, capture_output=True, text=True, check=False)
    if done.returncode:
        lines = (done.stdout + done.stderr).strip().splitlines()
        raise CourseError("JupyterLite did not build the lab", why="\n".join(lines[-20:]))


def _remove_leftovers(lab: Path) -> None:
    """Remove the extensions that only this machine's JupyterLab needs, maps, and the build's own scripts."""
    settings = json.loads((lab / "jupyter-lite.json").read_text(encoding="utf-8"))
    data = settings["jupyter-config-data"]
    data["federated_extensions"] = [one for one in data["federated_extensions"] if one["name"] == KERNEL_EXTENSION]
    write_atomic(lab / "jupyter-lite.json", json.dumps(settings, indent=1))
    for package in [*lab.glob("extensions/*/package.json"), *lab.glob("extensions/@*/*/package.json")]:
        if package.parent != lab / "extensions" / KERNEL_EXTENSION:
            shutil.rmtree(package.parent)
    for pattern in _LEFTOVERS:
        for path in lab.glob(pattern):
            path.unlink()
