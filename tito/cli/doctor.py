"""What this machine needs for TinyTorch, and whether it is there."""

from __future__ import annotations

import os
import platform
import shutil
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from importlib import metadata, util
from pathlib import Path

OLDEST, NEWEST = (3, 11), (3, 13)
NEEDED = ("numpy", "scipy", "matplotlib", "jupyterlab", "ipykernel", "jupytext", "nbdev", "msgspec")
NEEDED_TO_GRADE = ("numpy", "msgspec")
FOR_COURSES = ("nbgrader",)
INSTALL = "pip install -e ."
DISK_NEEDED, DISK_WANTED = 100e6, 1e9  # bytes: for submissions and outputs; for an environment as well


@dataclass(frozen=True)
class Finding:
    """The result of one look: `ok` is False if something is broken, None if it could be better."""

    name: str
    ok: bool | None
    found: str
    remedy: str = ""


def examine(root: Path, grades: bool = False) -> Iterator[Finding]:
    """Look at everything that `tito` needs in the folder `root`; `grades` says whether others' work is graded there."""
    yield python_version(sys.version_info[:3])
    for package in NEEDED:
        yield installed(package, needed=True)
    for package in FOR_COURSES:
        yield installed(package, needed=False)
    yield kernel()
    yield package_of(root)
    yield write_access(root)
    yield disk_space(shutil.disk_usage(root).free)
    yield from isolation(grades)


def python_version(version: tuple[int, ...]) -> Finding:
    """Python 3.11 to 3.13."""
    text = ".".join(map(str, version))
    if OLDEST <= version[:2] <= NEWEST:
        return Finding("Python", True, f"{text}, {platform.system()} {platform.machine()}")
    return Finding("Python", False, text, "install Python 3.11, 3.12 or 3.13")


def installed(package: str, needed: bool) -> Finding:
    """Is `package` installed, in a version that tito asks for?"""
    try:
        version = metadata.version(package)
    except metadata.PackageNotFoundError:
        return Finding(package, False if needed else None, "not installed", INSTALL)
    wanted = _wanted().get(package)
    if wanted and not wanted.contains(version, prereleases=True):
        return Finding(package, None, f"{version}; made for {wanted}", INSTALL)
    return Finding(package, True, version)


def _wanted() -> dict:
    """The versions that tito's own distribution asks for, by package; none when it isn't installed."""
    if not util.find_spec("packaging"):
        return {}
    from packaging.requirements import Requirement

    for distribution in ("tinytorch-workspace", "tinytorch"):
        try:
            requirements = map(Requirement, metadata.requires(distribution) or ())
            return {r.name: r.specifier for r in requirements if r.marker is None}
        except metadata.PackageNotFoundError:
            continue
    return {}


def kernel() -> Finding:
    """Is there a kernel that notebooks can use?"""
    if not util.find_spec("jupyter_client"):
        return Finding("notebook kernel", False, "Jupyter is not installed", INSTALL)
    from jupyter_client.kernelspec import KernelSpecManager

    if "python3" in KernelSpecManager().find_kernel_specs():
        return Finding("notebook kernel", True, "python3")
    return Finding("notebook kernel", False, "no kernel called python3", "python -m ipykernel install --user")


def package_of(root: Path) -> Finding:
    """Does `import tinytorch` find the package in this folder?"""
    spec = util.find_spec("tinytorch")
    places = [Path(place).resolve() for place in (spec.submodule_search_locations or ())] if spec else []
    if (root / "tinytorch").resolve() in places:
        return Finding("import tinytorch", True, "this folder's own")
    found = str(places[0]) if places else "not found"
    return Finding("import tinytorch", None, found, f"{INSTALL} in {root}")


def write_access(root: Path) -> Finding:
    """Can files be made here?"""
    try:
        with tempfile.TemporaryFile(dir=root):
            return Finding("write access", True, str(root))
    except OSError as error:
        return Finding(
            "write access",
            False,
            f"{root}: {error.strerror}",
            "make the folder yours, or move it to one that is",
        )


def disk_space(free_bytes: float) -> Finding:
    """Is there enough disk space for outputs and submissions?"""
    found = f"{free_bytes / 1e9:.1f} GB free"
    if free_bytes >= DISK_WANTED:
        return Finding("disk space", True, found)
    return Finding("disk space", None if free_bytes >= DISK_NEEDED else False, found, "free some space")


def isolation(grades: bool) -> Iterator[Finding]:
    """Try how well a learner's code is kept apart from everything else on this machine.

    If others' work is graded (`grades`), each wall gets a line. On a learner's machine the level says whether a
    workspace that came from somebody else may be tested.
    """
    missing = [package for package in NEEDED_TO_GRADE if not util.find_spec(package)]
    if missing:
        yield Finding("grading isolation", False, f"not tried, for want of {', '.join(missing)}", INSTALL)
        return
    from tito.autograder.probe import LOWEST, probe

    found = probe()
    if found.level is None:
        yield Finding("grading isolation", None if os.name == "nt" else False, found.words, "grade on Linux")
    elif not grades:
        trust = "" if found.level >= LOWEST else "; test only work that you trust"
        yield Finding("checks", True, f"run at isolation {found.words}{trust}")
    else:
        yield Finding("grading isolation", found.level >= LOWEST or None, found.words, "see the walls below")
        yield from map(_wall, found.tried)


def _wall(tried) -> Finding:
    """Does this wall hold? A wall that is up but lets code through is broken."""
    name = f"  {tried.wall.name}"
    if tried.holds:
        return Finding(name, True, f"holds; ways out that were tried: {len(tried.wall.escapes)}")
    state = "not up" if tried.missing else "does not hold"
    found = f"{state} (level {tried.wall.level}): {tried.why}"
    return Finding(name, None if tried.missing else False, found, tried.remedy)
