"""Folders and files as people name them: `LEARNER/work.ipynb`, `LEARNER_module_dev.ipynb`, sections of these.

There is no platform that wrote these names, so the outermost one counts that can be a learner's. Mail
attachments are such files, and many of them name nobody.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable

from tito.classroom.intake.claims import Claim, Owner
from tito.classroom.intake.filenames import (
    as_learner,
    is_called_after,
    names_nobody,
    owner_in,
    side_file,
    stem_of,
    without_module,
    words_beside_module,
)
from tito.classroom.intake.reader import File, Folder
from tito.course.course import Module

NAME = "plain"
NOBODY = "its name does not tell whose it is: name it learner_module.ipynb, or put it in a folder"
ALONE = "taken for the name of a person, which is all that its name has"
Modules = tuple[Module, ...]


def claim_on_file(file: File, modules: Modules) -> Claim:
    """Whose a file is that lies in no learner's folder, as far as its name tells."""
    stem = stem_of(file.name)
    who = owner_in(stem, modules)
    is_meant_as_work = file.is_work or file.is_zip or (who and without_module(stem, modules) != stem)
    if file.is_litter or side_file(file.name) or not is_meant_as_work:
        return Claim(file, NAME)
    candidates = [word for word in words_beside_module(stem, modules) if not names_nobody(word, modules)]
    if len(candidates) > 1:
        return Claim(file, NAME, question=f"is it {candidates[0]}'s or {candidates[1]}'s? Its name has both")
    if not as_learner(who):
        return Claim(file, NAME, question=NOBODY)
    alone = without_module(stem, modules) == stem
    return Claim(file, NAME, (Owner(login=who),), notes=(ALONE,) if alone else ())


def claim_on_folder(folder: Folder, modules: Modules) -> Claim:
    """A folder, or a zip, that is one learner's."""
    who = owner_in(folder.called, modules) if folder.packed else without_module(folder.called, modules)
    if both := re.fullmatch(r"(?P<name>.*\w) ?\((?P<login>[\w.@-]*[^\W\d][\w.@-]*)\)", who):
        return Claim(folder, NAME, (Owner(both["name"], login=both["login"]),))
    return Claim(folder, NAME, (Owner(login=who),)) if as_learner(who) else Claim(folder, NAME, question=NOBODY)


def claims_on_folders(
    folders: list[Folder],
    modules: Modules,
    crowds_of: Callable[[list[Folder]], list[Folder]],
    is_known: Callable[[str], bool],
    below: Callable[[Folder], list[Claim]],
) -> list[Claim]:
    """The claims of folders that no platform named: a learner's each, or a section's, whose learners are `below` it."""
    with_work = [folder for folder in folders if folder.has_work()]
    nobodys = {folder for folder in with_work if _names_nobody(folder, modules)}
    crowds = nobodys | set(crowds_of([folder for folder in with_work if folder not in nobodys]))
    crowds = {folder for folder in crowds if not is_known(folder.called)}
    others = [folder for folder in with_work if folder not in crowds]
    asked = crowds - nobodys
    if asked or (len(with_work) == 1 and not any(is_known(folder.called) for folder in others)):
        sections = {folder for folder in others if _may_be_section(folder, modules)}
        others = [folder for folder in others if folder not in sections]
        crowds |= sections
    asked = asked if others else set()
    in_order = [folder for folder in with_work if folder in crowds]
    claims = [claim for folder in in_order if folder not in asked for claim in below(folder)]
    claims += [_asked(folder, file) for folder in in_order if folder in asked for file in folder.walk()]
    works = set(with_work)
    empty = [folder for folder in folders if folder not in works] if others else []
    return claims + [claim_on_folder(folder, modules) for folder in others + empty if not folder.name.startswith(".")]


def _names_nobody(folder: Folder, modules: Modules) -> bool:
    return names_nobody(stem_of(folder.name) if folder.packed else folder.called, modules)


def _may_be_section(folder: Folder, modules: Modules) -> bool:
    """Is there nothing but one learner's folder in it?"""
    return not direct_work(folder) and len(people_below(folder, modules)) == 1


def _asked(folder: Folder, file: File) -> Claim:
    question = f"is {folder.name} a section or a learner? Works of several lie in it, and learners' folders beside it"
    return Claim(file, NAME, question=question if file.is_work or file.is_zip else "")


def direct_work(folder: Folder) -> list[File]:
    return [file for file in folder.files if file.is_work and not file.is_litter and not side_file(file.name)]


def people_below(folder: Folder, modules: Modules) -> list[str]:
    """The folders just below that hold work and can be called after people."""
    return [sub.called for sub in folder.folders if not _names_nobody(sub, modules) and sub.has_work()]


def crowds_of(folders: list[Folder], beside: list[Folder], modules: Modules) -> list[Folder]:
    """The folders with several learners in them, by the names of what lies in each and in those beside it."""
    below = {folder: tuple(people_below(folder, modules)) for folder in beside}
    times = Counter(below.values())
    return [f for f in folders if _is_crowd(f, len(below[f]), times[below[f]], len(beside), modules)]


def _is_crowd(folder: Folder, people: int, alike: int, of: int, modules: Modules) -> bool:
    """Are there several learners in this folder? Not if folders of the same names lie in all beside it."""
    works = direct_work(folder)
    if works:
        stems = [stem_of(file.name) for file in works]
        owners = {owner_in(stem, modules) for stem in stems if without_module(stem, modules) != stem} - {""}
        return len(owners) > 1 and not any(is_called_after(file.path, modules) for file in works)
    return people > 1 and (alike == 1 or alike < of)
