"""The text files in a learner's workspace: README, pyproject.toml, workspace.toml, module.toml."""

from __future__ import annotations

import json
import tomllib
from collections.abc import Iterable

from tito.course.course import CheckSpec, Course, Module

README = """\
# TinyTorch: your workspace

You build a small machine-learning framework here, one module at a time.
{modules}

1. **Set up, once**: Python 3.11, 3.12 or 3.13; in this folder: `python3 -m venv .venv`.
2. **In each new terminal, activate**: `. .venv/bin/activate` (Linux, macOS) or `.venv\\Scripts\\activate` (Windows).
3. Once more only the first time: `pip install -e . -c requirements.txt`, then `tito doctor`, which says what is missing.
4. **Work**: `tito` lists its commands. `tito status` says where you are, `tito notebook` opens JupyterLab, `tito test` runs
   the checks, `tito hint` helps, `tito submit` packs your work into one file to hand in.
5. Your work lies in `modules/` and nobody overwrites it: `tito undo` lists what was kept and brings it back.
6. **A corrected lesson**: unzip it over this folder, or leave it where it is, and type `tito update week7.zip`.
7. **Linux** is what all of this is tested on. **macOS** and **Windows** run the fast tests in CI and were tried by nobody by
   hand; on Windows, checks run with fewer guards, and WSL is the safe choice.
8. **VS Code**: open this folder, then a notebook in `modules/`; choose the kernel `.venv` (Python: Select Interpreter).
   Prefer plain Python? Each notebook has a paired `.py`: edit either, `tito` takes the one that you changed last.
9. A cell with `# YOUR CODE HERE` is yours; add as many of your own as you like. Test cells are locked: grading has its own.
10. Modules that pass all checks go into `tinytorch/`, and later ones import them; until then, the reference's take their place.
"""

PYPROJECT = """\
# Made by `tito release`. It lets `pip install -e .` set up this workspace.
[build-system]
requires = ["setuptools>=77"]
build-backend = "setuptools.build_meta"

[project]
name = "tinytorch-workspace"
version = "{version}"
requires-python = "{python}"
dependencies = {dependencies}

[project.scripts]
tito = "tito.cli.app:main"

[tool.setuptools.packages.find]
include = ["tinytorch*", "tito*"]
"""

SETTINGS = """\
# This file marks the folder as a TinyTorch workspace.
"""


def readme(modules: Iterable[Module]) -> str:
    """How to set the workspace up, and the verbs."""
    rows = (f"    {m.number}  {m.title:<24}modules/{m.folder}/{m.notebook_name}.ipynb" for m in modules)
    return README.format(modules="\n" + "\n".join(rows))


def pyproject(course: Course, version: str) -> str:
    """A project that installs this workspace's `tinytorch` and `tito`, with what the course's own needs."""
    file = course.root / "pyproject.toml"
    project = tomllib.loads(file.read_text(encoding="utf-8")).get("project", {}) if file.is_file() else {}
    return PYPROJECT.format(
        version=version,
        python=project.get("requires-python", ">=3.11"),
        dependencies=json.dumps(project.get("dependencies", []), indent=4),
    )


def module_toml(module: Module) -> str:
    """The module's `module.toml` for learners: title, prerequisites, points, hints."""
    lines = ["# Made by `tito release`."]
    lines += [f"{key} = {json.dumps(value, ensure_ascii=False)}" for key, value in _facts(module).items()]
    if module.renamed:
        lines += ["\n[renamed]", *(f"{json.dumps(old)} = {json.dumps(new)}" for old, new in module.renamed)]
    for kind, specs in (("check", module.checks), ("question", module.questions)):
        lines += [_spec_toml(kind, spec) for spec in specs]
    return "\n".join(lines) + "\n"


def _facts(module: Module) -> dict[str, object]:
    facts: dict[str, object] = {"title": module.title, "exports": module.exports, "needs": list(module.needs)}
    return facts | ({"was": list(module.was)} if module.was else {})


def _spec_toml(kind: str, spec: CheckSpec) -> str:
    hints = json.dumps(list(spec.hints), ensure_ascii=False)
    return f"\n[[{kind}]]\nid = {json.dumps(spec.id)}\npoints = {spec.points:g}\nhints = {hints}"
