"""The text files in a learner's workspace: README, pyproject.toml, workspace.toml, module.toml."""

from __future__ import annotations

import json
import tomllib
from collections.abc import Iterable, Mapping
from importlib.resources import files
from typing import Any

from tito.course.checks import HAND_IN_S
from tito.course.course import CheckSpec, Course, Module

README = """\
# TinyTorch: your workspace

You build a small machine-learning framework here, one module at a time.
{modules}

1. **Set up, once**: have Python 3.11, 3.12 or 3.13, and in this folder type `python3 -m venv .venv`.
2. **In each new terminal, activate**: `. .venv/bin/activate`, on Windows `.venv\\Scripts\\activate`.
3. **Only the first time**: `pip install -e . -c requirements.txt`, then `tito doctor`, which says what is missing.
4. **Work**: `tito notebook` opens JupyterLab, `tito test` runs the checks, `tito hint` helps, `tito status` says what
   comes next, `tito submit` packs one file to hand in. `tito` alone lists its commands.
5. **Your work** lies in `modules/`; no unzipping touches it, and what a command changes comes back by `tito undo`.
6. **A corrected lesson**: `tito update week7.zip`. Or unzip it over this folder, and type `tito update`.
7. **Linux** is where all of this is tested; **macOS** should do the same, and was not tried by hand. On **Windows** use
   WSL: without it, `tito test` and `tito submit` don't run; test in the notebook, and hand in the notebook itself.
8. **VS Code**: open this folder, then a notebook in `modules/`, and choose `.venv` as its kernel (Select Kernel, Python
   Environments). Prefer plain Python? Each notebook has a paired `.py`: edit either, the one changed last counts.
9. **A cell with `# YOUR CODE HERE`** is yours; add your own as you like. Locked cells are graded as given.
10. **A module that passes its checks** goes into `tinytorch/`, and later ones import it; until then, the reference's.
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
    """A project that installs this workspace's `tinytorch` and `tito`, with what learners need of the course's own."""
    file = course.root / "pyproject.toml"
    project = _project(file.read_text(encoding="utf-8")) if file.is_file() else {}
    return PYPROJECT.format(
        version=version,
        python=project.get("requires-python", ">=3.11"),
        dependencies=json.dumps(_with_the_kits(_for_learners(project)), indent=4),
    )


def _with_the_kits(requirements: list[str]) -> list[str]:
    """The requirements with all that the kit needs in place of the kit, which a workspace has as a folder."""
    from packaging.requirements import Requirement

    kit = _project((files("tito") / "pyproject.toml").read_text(encoding="utf-8"))
    others = [text for text in requirements if Requirement(text).name != kit["name"]]
    return others if len(others) == len(requirements) else [*_for_learners(kit), *others]


def _project(text: str) -> dict[str, Any]:
    """The table `[project]` of a `pyproject.toml`, empty where it has none."""
    return dict(tomllib.loads(text).get("project", {}))


def _for_learners(project: Mapping[str, Any]) -> list[str]:
    return [*project.get("dependencies", []), *project.get("optional-dependencies", {}).get("learner", [])]


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
    was = {"was": list(module.was)} if module.was else {}
    return facts | was | ({} if module.hand_in_s == HAND_IN_S else {"hand_in_s": module.hand_in_s})


def _spec_toml(kind: str, spec: CheckSpec) -> str:
    hints = json.dumps(list(spec.hints.texts), ensure_ascii=False)
    lines = [f"\n[[{kind}]]", f"id = {json.dumps(spec.id)}", f"points = {spec.points:g}", f"hints = {hints}"]
    if spec.hints.by_mistake:
        lines += [f"\n[{kind}.hint_for]"]
        lines += [
            f"{json.dumps(name)} = {json.dumps(text, ensure_ascii=False)}" for name, text in spec.hints.by_mistake
        ]
    return "\n".join(lines)
