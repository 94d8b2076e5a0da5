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

## Set up, once

Python 3.11, 3.12 or 3.13. In this folder:

    python3 -m venv .venv
    . .venv/bin/activate                      # Windows: .venv\\Scripts\\activate
    pip install -e . -c requirements.txt
    tito doctor

`tito doctor` says what is missing, if anything is.

## Work

    tito status              where you are, and what comes next
    tito notebook            open the notebook in JupyterLab
    tito test                run the checks on what you have written
    tito hint                one more hint for the check you are stuck on
    tito submit              pack your work into one file to hand in

Prefer an editor to Jupyter? Each notebook has a paired `.py`. Edit either; `tito` takes the one that
you changed last, and `tito notebook` brings the notebook up to date.

A cell with `# YOUR CODE HERE` is yours. The test cells are locked; grading uses the originals.

A module that passes all its checks goes into `tinytorch/`, and the later ones import it. Go on before that,
and they stand on the reference's version; `tito status` says whose `import tinytorch` finds.

## What lies where

    modules/       your notebooks: this is your work, and nothing here is ever overwritten
    tinytorch/     the package that you build; `tito` makes its files, so edit your notebooks and not these
    submissions/   what you packed, to hand in as your course says
    tito/          the tool
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
# This file marks the folder as a TinyTorch workspace. `tito submit --learner ID` keeps your ID here.
learner = ""
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
    lines += [f"{key} = {json.dumps(value)}" for key, value in _facts(module).items()]
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
