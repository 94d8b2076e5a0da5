"""What this machine needs for TinyTorch, and whether it is there: all that a later command would miss."""

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
from typing import TYPE_CHECKING

from tito.course.course import ModuleTree

if TYPE_CHECKING:
    from packaging.requirements import Requirement

OLDEST, NEWEST = (3, 11), (3, 13)
NEEDED_TO_GRADE = ("numpy", "msgspec")
DISTRIBUTIONS = ("tinytorch-workspace", "tinytorch", "tito-course-kit")  # a workspace's, TinyTorch's, the kit's
INSTALL = "pip install -e . -c requirements.txt"
INSTALL_COURSE = "pip install -e '.[instructor]' -c requirements.lock"
DISK_NEEDED, DISK_WANTED = 100e6, 1e9  # bytes: for submissions and outputs; for an environment as well


@dataclass(frozen=True)
class Finding:
    """The result of one look: `ok` is False if something is broken, None if it could be better."""

    name: str
    ok: bool | None
    found: str
    remedy: str = ""


def examine(root: Path, grades: bool = False, tree: ModuleTree | None = None) -> Iterator[Finding]:
    """Look at everything that `tito` needs in the folder `root`; `grades` says whether others' work is graded there.

    `tree` is the workspace or the course there, None where there is none.
    """
    yield python_version(sys.version_info[:3])
    yield environment(root, Path(sys.prefix))
    yield from packages(grades)
    yield kernel()
    yield package_of(root)
    yield place(tree, root)
    yield write_access(root)
    yield disk_space(shutil.disk_usage(root).free)
    yield from isolation(grades)


def python_version(version: tuple[int, ...]) -> Finding:
    """Python 3.11 to 3.13; a newer one may do, but nobody has tried it."""
    text = ".".join(map(str, version))
    if OLDEST <= version[:2] <= NEWEST:
        return Finding("Python", True, f"{text}, {platform.system()} {platform.machine()}")
    remedy = "install Python 3.11, 3.12 or 3.13, remove .venv, and set it up again: python3.12 -m venv .venv"
    return Finding("Python", None if version[:2] > NEWEST else False, text, remedy)


def environment(root: Path, prefix: Path) -> Finding:
    """Is the environment in use the one that lies in this folder, if there is one?"""
    own = root / ".venv"
    if not own.is_dir():
        return Finding("environment", True, str(prefix))
    if prefix.resolve() == own.resolve():
        return Finding("environment", True, ".venv, activated")
    return Finding("environment", None, f"{prefix}, and not this folder's .venv", activation(own))


def activation(environment: Path) -> str:
    """What to type to activate an environment here."""
    return f"{environment}\\Scripts\\activate" if os.name == "nt" else f". {environment}/bin/activate"


def packages(grades: bool) -> Iterator[Finding]:
    """Each package that the commands here need, as tito's own distribution declares it."""
    for needed in wanted(("learner", "instructor") if grades else ("learner",)):
        yield installed(needed.name, str(needed.specifier), INSTALL_COURSE if grades else INSTALL)


def wanted(extras: tuple[str, ...]) -> list[Requirement]:
    """What tito's distribution asks for, with these extras of it; nothing when it isn't installed at all."""
    if not util.find_spec("packaging"):
        return []
    from packaging.requirements import Requirement

    for distribution in DISTRIBUTIONS:
        try:
            declared = [Requirement(text) for text in metadata.requires(distribution) or ()]
        except metadata.PackageNotFoundError:
            continue
        return [each for each in declared if _is_for(each, extras) and each.name not in DISTRIBUTIONS]
    return []


def _is_for(requirement: Requirement, extras: tuple[str, ...]) -> bool:
    marker = requirement.marker
    return marker is None or any(marker.evaluate({"extra": extra}) for extra in extras)


def installed(package: str, versions: str = "", remedy: str = INSTALL) -> Finding:
    """Is `package` installed, in one of the `versions` that tito asks for?"""
    try:
        version = metadata.version(package)
    except metadata.PackageNotFoundError:
        return Finding(package, False, "not installed", remedy)
    if versions and not _is_among(version, versions):
        return Finding(package, None, f"{version}; made for {versions}", remedy)
    return Finding(package, True, version)


def _is_among(version: str, versions: str) -> bool:
    from packaging.specifiers import SpecifierSet

    return SpecifierSet(versions).contains(version, prereleases=True)


def kernel() -> Finding:
    """Is there a kernel for notebooks, and does it run this Python? One made for a user hides the environment's own."""
    if not (util.find_spec("jupyter_client") and util.find_spec("ipykernel")):
        return Finding("notebook kernel", False, "Jupyter is not installed", INSTALL)
    from jupyter_client.kernelspec import KernelSpecManager, NoSuchKernel

    remedy = "python -m ipykernel install --sys-prefix"
    try:
        program = KernelSpecManager().get_kernel_spec("python3").argv[0]
    except (NoSuchKernel, IndexError):
        return Finding("notebook kernel", False, "no kernel called python3", remedy)
    if is_this_python(program):
        return Finding("notebook kernel", True, "python3, of this environment")
    return Finding("notebook kernel", False, f"python3 runs another Python: {program}", remedy)


def is_this_python(program: str) -> bool:
    """Does a kernel start the environment that we are in? For a bare name, Jupyter takes the Python that it runs on."""
    if program in ("python", "python3", f"python3.{sys.version_info[1]}"):
        return True
    found = shutil.which(program)
    return found is not None and Path(found).parent.resolve() == Path(sys.executable).parent.resolve()


def package_of(root: Path) -> Finding:
    """Does `import tinytorch` find the package in this folder?"""
    spec = util.find_spec("tinytorch")
    places = [Path(place).resolve() for place in (spec.submodule_search_locations or ())] if spec else []
    if (root / "tinytorch").resolve() in places:
        return Finding("import tinytorch", True, "this folder's own")
    found = str(places[0]) if places else "not found"
    return Finding("import tinytorch", None, found, f"{INSTALL} in {root}")


def place(tree: ModuleTree | None, root: Path) -> Finding:
    """Is this a workspace or a course, with its lessons there?"""
    if tree is None:
        return Finding("workspace", False, f"none in {root}", "cd to the folder that your course gave you")
    if missing := tree.incomplete():
        return Finding("lessons", False, f"missing: {', '.join(missing)}", "unzip what your course gave you again")
    return Finding("lessons", True, f"{len(tree.modules)} in {tree.root}")


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
    from tito.autograder.probe import LOWEST, can_grade, probe

    if not can_grade():
        yield Finding("checks", False, "tito test and tito submit don't run on this system", "use Linux, macOS or WSL")
        return
    found = probe()
    if found.level is None:
        yield Finding("grading isolation", False, found.words, "grade on Linux")
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
