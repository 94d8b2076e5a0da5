"""What two checkouts make of their modules: notebooks, releases in both forms, and the exported package.

    python -m tests.support.compare_builds OLD_TREE NEW_TREE [--renamed witness=recorder ...]

Each tree builds in a process of its own, with its own code and its own `.venv`
where it has one, in a copy of its modules. Words that were renamed between the
two are replaced on the old side first. Files that still differ are printed as a
diff; the exit code is 1 when there are any.
"""

from __future__ import annotations

import argparse
import difflib
import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path

COPIED = ("modules", "tinytorch", "settings.ini", "nbgrader_config.py")

# Runs in either tree: `tito` lay in one folder before it got rooms.
MAKE = """
import importlib, shutil, sys
from pathlib import Path

def first(*names):
    for name in names:
        try:
            return importlib.import_module(name)
        except ModuleNotFoundError as error:
            if error.name not in (name, name.rpartition(".")[0]):
                raise
    raise SystemExit(f"none of {names} is there")

Course = first("tito.course.course", "tito.course").Course
build = first("tito.lesson.build", "tito.build").build
stripped = first("tito.lesson.nbgrader_steps", "tito.strip").stripped
export = first("tito.lesson.export", "tito.export").export
write = first("tito.lesson.notebook", "tito.notebook").write

course, made = Course(Path(sys.argv[1])), Path(sys.argv[2])
for module in course.modules:
    notebook = build(module)
    release = stripped(course, module, notebook)
    write(notebook, made / module.folder / "built.ipynb")
    write(release, made / module.folder / "released.ipynb")
    write(release, made / module.folder / "released.py")
    export(course, module, notebook)
shutil.copytree(course.package, made / "package", ignore=shutil.ignore_patterns("__pycache__", "models"))
"""


def made_by(tree: Path, scratch: Path) -> dict[str, str]:
    """The text of each file that `tree` makes of its own modules, by its path."""
    course, made = scratch / "course", scratch / "made"
    course.mkdir(parents=True)
    for name in COPIED:
        source = tree / name
        shutil.copytree(source, course / name) if source.is_dir() else shutil.copy(source, course / name)
    python = tree / ".venv" / "bin" / "python"
    environment = os.environ | {"PYTHONPATH": str(tree)}
    command = [str(python) if python.is_file() else sys.executable, "-c", MAKE, str(course), str(made)]
    subprocess.run(command, check=True, cwd=tree, env=environment)
    files = sorted(path for path in made.rglob("*") if path.is_file())
    return {path.relative_to(made).as_posix(): path.read_text(encoding="utf-8") for path in files}


def renamed(text: str, words: Mapping[str, str]) -> str:
    """`text` with each whole word, or dotted name, as it is called now."""
    if not words:
        return text
    pattern = "|".join(re.escape(word) for word in sorted(words, key=len, reverse=True))
    return re.sub(rf"(?<![\w.])(?:{pattern})(?!\w)", lambda found: words[found[0]], text)


def differences(old: Mapping[str, str], new: Mapping[str, str], words: Mapping[str, str]) -> Iterator[str]:
    """A diff for each file that the two don't make alike, once the old words are the new ones."""
    for name in sorted({*old, *new}):
        before, after = renamed(old.get(name, ""), words), new.get(name, "")
        if before != after:
            lines = before.splitlines(), after.splitlines()
            yield "\n".join(difflib.unified_diff(*lines, f"old/{name}", f"new/{name}", n=0, lineterm=""))


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("old", type=Path)
    parser.add_argument("new", type=Path)
    parser.add_argument("--renamed", nargs="*", default=[], metavar="OLD=NEW", help="words renamed in between")
    options = parser.parse_args(arguments)
    words = dict(pair.split("=", 1) for pair in options.renamed)
    with tempfile.TemporaryDirectory() as scratch:
        old, new = (made_by(getattr(options, side).resolve(), Path(scratch) / side) for side in ("old", "new"))
    found = list(differences(old, new, words))
    print("\n".join(found) or "no difference")
    print(f"{len(new)} files, {len(found)} differ", file=sys.stderr)
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
