"""Blackboard: `ASSIGNMENT_LOGIN_attempt_2026-11-03-21-00-00_FILE`, and a `.txt` of the same name a person.

Source: its "Assignment File Download". The `.txt` says `Name: FULL NAME (LOGIN)`, and holds what was typed.
nbgrader's `zip_collect` unpacks such names under `downloaded/`. Times are local.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable

from tito.classroom.intake.claims import Claim, Owner
from tito.classroom.intake.filenames import as_learner, common_start, module_named_in
from tito.classroom.intake.reader import File, Folder
from tito.classroom.intake.times import of_dashes
from tito.course.course import Module
from tito.support.errors import UsageError

NAME = "Blackboard"
_NAMED = re.compile(r"(?P<whose>.+?)_attempt_(?P<at>\d{4}(?:-\d\d){5})(?:_(?P<file>.+)|\.txt|(?P<folder>))")
_PERSON = re.compile(r"^Name: *(?P<name>.*?) *\((?P<login>[^()]+)\)\s*$", re.M)


def claims(
    folder: Folder, modules: tuple[Module, ...], is_known: Callable[[str], bool] = lambda login: False
) -> list[Claim]:
    """As each platform's; where logins may have a `_` in them, those that `is_known` knows tell where they begin."""
    found = [(item, _NAMED.fullmatch(item.name)) for item in folder.items]
    named = [(item, match) for item, match in found if match]
    if not named:
        return []
    receipts = [(item, match) for item, match in named if _is_receipt(item, match)]
    files = [(item, match) for item, match in named if not _is_receipt(item, match)]
    people = {match["whose"]: _person(item) for item, match in receipts if isinstance(item, File)}
    whose = sorted({match["whose"] for _, match in named})
    assignment = _of_receipts(people) or _before_known_logins(whose, is_known) or _assignment(whose, modules)
    with_files = {match["whose"] for _, match in files}
    lone = [(item, match) for item, match in receipts if match["whose"] not in with_files]
    return [_claim(item, match, people, assignment) for item, match in files + lone]


def _is_receipt(item: File | Folder, match: re.Match[str]) -> bool:
    return isinstance(item, File) and match["file"] is None and item.path.suffix == ".txt"


def _person(receipt: File) -> Owner | None:
    try:
        match = _PERSON.search(receipt.read().decode("utf-8-sig", "replace"))
    except UsageError:
        return None  # the name of the file tells the login
    return Owner(match["name"], login=match["login"]) if match else None


def _of_receipts(people: dict[str, Owner | None]) -> str:
    """What stands before the login, as a receipt tells that has it; "" where there is none."""
    told = ((name, person.login) for name, person in people.items() if person)
    return next((name.removesuffix(login) for name, login in told if name.endswith(f"_{login}")), "")


def _before_known_logins(whose: list[str], is_known: Callable[[str], bool]) -> str:
    """What stands before the logins of those who are known, where all names begin with it; "" where nothing does."""
    breaks = [(name, at) for name in whose for at, sign in enumerate(name, 1) if sign == "_"]
    begins = Counter(name[:end] for name, end in breaks if is_known(name[end:]))
    common = [begin for begin in begins if all(name.startswith(begin) for name in whose)]
    return max(common, key=lambda begin: (begins[begin], -len(begin)), default="")


def _assignment(whose: list[str], modules: tuple[Module, ...]) -> str:
    """What stands before the login in every name, as far as names tell: what all begin with, or a module."""
    if len(whose) > 1:
        return common_start(whose).rpartition("_")[0] + "_"
    words = whose[0].split("_")
    heads = ["_".join(words[:n]) for n in range(1, len(words))]
    return next((f"{head}_" for head in heads if module_named_in(head, modules)), f"{'_'.join(words[:-1])}_")


def _claim(item: File | Folder, match: re.Match[str], people: dict[str, Owner | None], assignment: str) -> Claim:
    login = match["whose"].removeprefix(assignment) or match["whose"].rpartition("_")[2]
    owner = people.get(match["whose"]) or Owner(login=login)
    problem = "a text entry, no notebook" if _is_receipt(item, match) else ""
    at = of_dashes(match["at"])
    if not as_learner(login):
        return Claim(item, NAME, question="its name does not tell whose it is")
    return Claim(item, NAME, (owner,), match["file"] or "", at, "its name", dated_by_download=True, problem=problem)
