"""The list of all kept attacks, for docs/cheats.md: by kind, with the test that holds them.

    python -m tests.support.attack_list     # writes it into the page

`tests/autograder/test_attack_list.py` compares the page with it.
"""

from __future__ import annotations

import ast
from dataclasses import dataclass
from pathlib import Path

from tests.support import hostile_pages, poisons
from tests.support.attacks import read_cheats

TESTS = Path(__file__).parents[1]
PAGE = TESTS.parent / "docs" / "cheats.md"
BEGIN, END = "<!-- the list: tests/support/attack_list.py -->\n", "<!-- end of the list -->\n"
KINDS = {
    "harm": "harm to the grader and the machine",
    "notebooks": "the notebook's file",
    "objects": "values that are not what they seem",
    "process": "the Python that checks run in",
    "reading": "reading what is hidden",
    "wire": "messages to the grader",
    "words": "hidden inputs in words",
}


@dataclass(frozen=True)
class Kind:
    """Attacks of one kind, by name, and the test file that tries each of them."""

    title: str
    held_by: str
    names: tuple[str, ...]


def kinds() -> list[Kind]:
    """All kinds, in the order of the page."""
    cheats = read_cheats()
    named = [
        Kind(title, "autograder/test_attacks.py", tuple(cheat.name for cheat in cheats if cheat.kind == kind))
        for kind, title in KINDS.items()
    ]
    return [*named, *_of_answers(), *_of_time(), *_of_cost(), *_of_pages(), *_of_machines()]


def _of_answers() -> list[Kind]:
    modules = [path.stem for path in sorted((TESTS / "cheats" / "modules").glob("*.py")) if path.stem != "liar"]
    forms = ("objects", "lists of objects", "an array's face")
    file = "autograder/test_object_answers.py"
    return [Kind("answers that are objects", file, tuple(f"{name}: {form}" for name in modules for form in forms))]


def _of_time() -> list[Kind]:
    waits = _keys("autograder/test_time_in_all.py", "WAITS")
    ways = _keys("autograder/test_constant_words.py", "WAYS")
    return [
        Kind("waiting, so that nobody else is graded", "autograder/test_time_in_all.py", waits),
        Kind("telling by the way to fail", "autograder/test_constant_words.py", ways),
    ]


def _of_cost() -> list[Kind]:
    file = "classroom/test_poisoned_class.py"
    return [
        Kind("code that is dear to read", file, tuple(poisons.IN_CODE)),
        Kind("results and errors that are dear to read", file, tuple(poisons.IN_RESULTS)),
        Kind("files that are dear to read", file, tuple(poisons.IN_THE_FILE)),
        Kind("packed hand-ins and their manifests", file, tuple(poisons.PACKED)),
    ]


def _of_pages() -> list[Kind]:
    file = "classroom/formgrader/test_safe_view.py"
    outputs = (*hostile_pages.OUTPUTS, *hostile_pages.METADATA, "a learner's name", "code that ends its block")
    return [
        Kind("Markdown, in the instructor's browser", file, tuple(hostile_pages.MARKDOWN)),
        Kind("outputs and metadata, in the instructor's browser", file, outputs),
    ]


def _of_machines() -> list[Kind]:
    file = "workspace/test_strangers_workspace.py"
    beside = ("all threads", "another worker's folder")
    shadows = tuple(f"{name}.py" for name in _items(file, "SHADOWS"))
    return [
        Kind("one worker beside another", "sandbox/isolation/test_neighbours.py", beside),
        Kind("a workspace from somebody else", file, (*shadows, "a .pth file", "PYTHONPATH", "a cell that reads")),
    ]


def _keys(file: str, name: str) -> tuple[str, ...]:
    return tuple(ast.literal_eval(key) for key in _value(file, name).keys if key)  # type: ignore[attr-defined]  # the table is a dict display


def _items(file: str, name: str) -> tuple[str, ...]:
    return tuple(ast.literal_eval(item) for item in _value(file, name).elts)  # type: ignore[attr-defined]  # the table is a dict display


def _value(file: str, name: str) -> ast.expr:
    """The value that a test file gives to a name, without importing it."""
    tree = ast.parse((TESTS / file).read_text(encoding="utf-8"))
    found = [node for node in tree.body if isinstance(node, ast.Assign) and getattr(node.targets[0], "id", "") == name]
    return found[0].value


def table() -> str:
    """The list as Markdown."""
    found = kinds()
    lines = [f"{sum(len(kind.names) for kind in found)} attacks are kept, and tried by these tests:", ""]
    lines += ["| kind | number | held by | attacks |", "| --- | --- | --- | --- |"]
    lines += [f"| {k.title} | {len(k.names)} | `tests/{k.held_by}` | {_listed(k.names)} |" for k in found]
    return "\n".join(lines) + "\n"


def _listed(names: tuple[str, ...]) -> str:
    return "; ".join(name.replace("|", "\\|").replace("<", "\\<") for name in names)


def main() -> None:
    """Write the list into the page."""
    before, rest = PAGE.read_text(encoding="utf-8").split(BEGIN)
    PAGE.write_text(before + BEGIN + table() + END + rest.split(END)[1], encoding="utf-8")


if __name__ == "__main__":
    main()
