"""GitHub Classroom: cloned repositories in a folder, `ASSIGNMENT-LOGIN`.

Source: `gh classroom clone student-repos` and classroom.github.com's assistant. A file's own time is the one of
the clone where all were cloned at once.
"""

from __future__ import annotations

import re

from tito.classroom.intake.claims import Claim, Owner
from tito.classroom.intake.filenames import as_learner, common_start, folded, is_group, names_nobody
from tito.classroom.intake.reader import Folder
from tito.course.course import Module

NAME = "GitHub"


def claims(folder: Folder, modules: tuple[Module, ...]) -> list[Claim]:
    repositories = [item for item in folder.folders if not item.name.startswith(".")]
    prefix = _prefix([item.called for item in repositories], folder, modules)
    named = [(item, _login(item, prefix)) for item in repositories if prefix and item.called.startswith(prefix)]
    people = {login for _, login in named if _is_somebody(login, modules)}
    return [_claim(item, login, login in people) for item, login in named] if people else []


def _is_somebody(login: str, modules: tuple[Module, ...]) -> bool:
    return bool(as_learner(login)) and (is_group(login) or not names_nobody(login, modules))


def _claim(item: Folder, login: str, is_somebody: bool) -> Claim:
    if is_somebody:
        return Claim(item, NAME, (Owner(login=login),))
    return Claim(item, NAME, question="beside repositories of learners, and its name does not tell whose it is")


def _login(item: Folder, prefix: str) -> str:
    """What is behind the assignment; a repository that GitHub packed has its branch behind the login."""
    login = item.called.removeprefix(prefix)
    return re.sub(r"-(?:main|master)$", "", login) if item.packed else login


def _prefix(names: list[str], folder: Folder, modules: tuple[Module, ...]) -> str:
    """The assignment's name before each login, "" where there is none."""
    words = {
        folded(word) for m in modules for word in (m.name, m.folder, m.folder.replace("_", "-"), f"{m.number}-{m.name}")
    }
    words.add(folded(re.sub(r"-?submissions$", "", folder.called)))
    begins = [name[: match.start()] for name in names for match in re.finditer("-", name)]
    known = [f"{begin}-" for begin in begins if folded(begin) in words or _is_about(begin, modules)]
    if known:
        return max(set(known), key=lambda prefix: (sum(name.startswith(prefix) for name in names), len(prefix)))
    common = common_start(names).rpartition("-")[0] if len(names) > 1 else ""
    return f"{common}-" if common and (len(names) > 2 or names_nobody(common, modules)) else ""


def _is_about(begin: str, modules: tuple[Module, ...]) -> bool:
    """Has this beginning a module's name in it, and no person's?"""
    return names_nobody(begin, modules) and any(m.name in folded(begin).replace("-", "_") for m in modules)
