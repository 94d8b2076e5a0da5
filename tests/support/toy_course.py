"""A toy course: two tiny modules with everything that a real one has.

`01_counting` has given code, two solution cells, a check in parts with a hidden
one, a plain check, a written question, and answers. `02_adding` needs it.
"""

from __future__ import annotations

import json
import re
import shutil
from pathlib import Path

from tito.course.course import Course
from tito.lesson.notebook import NBGRADER_DEFAULTS, PERCENT_HEADER, ROLES

PROJECT = Path(__file__).resolve().parents[2]

HEADER = """\
# ---
# jupyter:
#   jupytext:
#     cell_metadata_filter: tags,deletable,editable,title,-all
#     text_representation:
#       extension: .py
#       format_name: percent
#   kernelspec:
#     display_name: Python 3 (ipykernel)
#     language: python
#     name: python3
# ---

"""

COUNTING = (
    HEADER
    + '''\
# %% [markdown]
# # Counting
# > How many, and how many different.

# %%
#| default_exp core.counting

# %% given given-count
#| export
from dataclasses import dataclass


@dataclass
class Count:
    """How many items there were, and how many different ones."""

    total: int
    distinct: int

# %% solution write-counter
#| export
class Counter:
    """Counts items."""

    def count(self, items):
        """Count `items`; ValueError when there are none."""
        ### BEGIN SOLUTION
        seen = list(items)
        if not seen:
            raise ValueError("items is empty")
        return Count(total=len(seen), distinct=len(set(seen)))
        ### END SOLUTION

# %% given given-samples
SAMPLES = ["a", "b", "a"]

# %% check count

# %% solution write-double
#| export
def double(number):
    """Twice `number`."""
    ### BEGIN SOLUTION
    return number * 2
    ### END SOLUTION

# %% check double

# %% question why [markdown]
# Why is the number of different items never larger than their number?
'''
)

CHECKS = {
    "count": """\
from tito.tools.testing import Check, raises


def check_count():
    check = Check()
    with check.part(4, "total and distinct"):
        result = Counter().count(SAMPLES)
        assert result.total == 3, "three items are three, also when two are the same"
        assert result.distinct == 2, "two of the three are the same"
    with check.part(2, "no items"):
        with raises(ValueError, naming="items"):
            Counter().count([])
        ### BEGIN HIDDEN TESTS
        assert Counter().count(iter("xyz")).total == 3, "items may be an iterator"
        one = Counter()
        assert [one.count(items).total for items in ("ab", "xyz")] == [2, 3], "each call counts anew"
        ### END HIDDEN TESTS
    return check.points()


check_count()
""",
    "double": """\
def check_double():
    assert double(3) == 6, "twice three is six"
    assert double(-1) == -2, "twice minus one is minus two"


check_double()
""",
}

COUNTING_TOML = """\
title = "Counting"
exports = "tinytorch.core.counting"

[[check]]
id = "count"
points = 6
hints = ["How long is the list?", "A set keeps one of each.", "len(set(items))"]

[[check]]
id = "double"
points = 4
hints = ["What is twice a number?"]

[[question]]
id = "why"
points = 2
"""

ANSWERS = {
    "count": """\
[[wrong]]
name = "counts distinct items twice"
old = "total=len(seen)"
new = "total=len(set(seen))"

[[wrong]]
name = "takes no items for none"
method = "Counter.count"
code = '''
def count(self, items):
    seen = list(items)
    return Count(len(seen), len(set(seen)))
'''

[[right]]
name = "by a loop"
method = "Counter.count"
code = '''
def count(self, items):
    total, seen = 0, set()
    for item in items:
        total += 1
        seen.add(item)
    if not total:
        raise ValueError("no items")
    return Count(total, len(seen))
'''
""",
    "double": """\
[[wrong]]
name = "adds two"
old = "number * 2"
new = "number + 2"

[[right]]
name = "by a sum"
method = "double"
code = "def double(number): return number + number"
""",
}

ADDING = (
    HEADER
    + '''\
# %% [markdown]
# # Adding
# > Counts added up.

# %%
#| default_exp core.adding

# %% given given-imports
#| export
from tinytorch.core.counting import Counter

# %% solution write-add
#| export
def add(first, second):
    """How many items `first` and `second` have together."""
    ### BEGIN SOLUTION
    counter = Counter()
    return counter.count(first).total + counter.count(second).total
    ### END SOLUTION

# %% check add
'''
)

ADDING_CHECKS = {
    "add": """\
def check_add():
    assert add("ab", "abc") == 5, "two and three are five"


check_add()
""",
}

ADDING_TOML = """\
title = "Adding"
exports = "tinytorch.core.adding"
needs = ["counting"]

[[check]]
id = "add"
points = 5
hints = ["Count each on its own."]
"""

ADDING_ANSWERS = {
    "add": """\
[[wrong]]
name = "forgets the second"
old = " + counter.count(second).total"
new = ""
"""
}


def write_course(root: Path) -> Course:
    """Write the toy course into `root`, with the project's own settings."""
    write_module(root, "01_counting", COUNTING, COUNTING_TOML, ANSWERS, CHECKS)
    write_module(root, "02_adding", ADDING, ADDING_TOML, ADDING_ANSWERS, ADDING_CHECKS)
    for name in ("settings.ini", "nbgrader_config.py"):
        if (PROJECT / name).is_file():
            shutil.copy(PROJECT / name, root / name)
    package = root / "tinytorch"
    package.mkdir()
    shutil.copy(PROJECT / "tinytorch" / "__init__.py", package / "__init__.py")
    return Course(root)


def write_module(
    root: Path, folder: str, source: str, toml: str, answers: dict[str, str], checks: dict[str, str]
) -> None:
    """Write one module's folder, as an author would."""
    home = root / "modules" / "source" / folder
    name = folder.split("_", 1)[1]
    files = {f"{name}_dev.py": source, "module.toml": toml}
    files |= {f"checks/{check}.py": code for check, code in checks.items()}
    files |= {f"answers/{check}.toml": entries for check, entries in answers.items()}
    for place, text in files.items():
        (home / place).parent.mkdir(parents=True, exist_ok=True)
        (home / place).write_text(text, encoding="utf-8")


def learners_form(source: str, checks: dict[str, str]) -> str:
    """A lesson's source as learners' `.py` files are: nbgrader's metadata in each header, checks in place."""

    def full(header: re.Match) -> str:
        role, name, kind = header.groups()
        marks = NBGRADER_DEFAULTS | dict.fromkeys(ROLES[role], True) | {"grade_id": name}
        code = checks[name].rstrip() + "\n" if role == "check" else ""
        return f"# %%{kind} nbgrader={json.dumps(marks, sort_keys=True)}\n{code}"

    source = source.replace("tags,deletable,editable,title,-all", PERCENT_HEADER["cell_metadata_filter"])
    return re.sub(r"# %% (check|given|solution|question) (\S+)( \[markdown\]|)\n", full, source)


def rename_folder(course, new="01_counts", declared=True):
    """What an author does who gives a module another folder, in number or name."""
    module, name = course.module("counting"), new.split("_")[1]
    home = module.home.rename(module.home.with_name(new))
    (home / "counting_dev.py").rename(home / f"{name}_dev.py")
    if declared:
        (home / "module.toml").write_text('was = ["01_counting"]\n' + (home / "module.toml").read_text())
    adding = course.module("adding").toml
    adding.write_text(adding.read_text().replace('"counting"', f'"{name}"'))
    return Course(course.root)


def rename_check(course, old, new, declared=True):
    """What an author does who gives a check, or a question, another id."""
    module = course.module("counting")
    for path in (module.source, module.toml, *module.cell_files):
        path.write_text(
            path.read_text().replace(f"check {old}", f"check {new}").replace(f'id = "{old}"', f'id = "{new}"')
        )
        path.write_text(
            path.read_text().replace(f"check_{old}", f"check_{new}").replace(f"question {old}", f"question {new}")
        )
    if module.check_file(old).exists():
        module.check_file(old).rename(module.check_file(new))
    if declared:
        module.toml.write_text(module.toml.read_text() + f'\n[renamed]\n{old} = "{new}"\n')
    return Course(course.root)
