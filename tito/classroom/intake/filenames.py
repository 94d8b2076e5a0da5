"""What a name tells: a learner's id, a module, an attempt, a copy that a program made."""

from __future__ import annotations

import re
import unicodedata
from hashlib import sha256
from pathlib import PurePosixPath

from tito.course.course import Module, name_in
from tito.course.hand_in import MOST_CHARACTERS
from tito.course.hand_in import as_learner as as_learner
from tito.lesson.notebook import Notebook

_COPY = re.compile(r"(?: ?\(\d+\))+$")  # a browser's or Drive's mark of a second file of one name
_COPY_OF = re.compile(r"^(?:copy of |kopie von |copia de |copie de )+", re.I)
_AGAIN = re.compile(r"\d{1,2}|copy\d*|final|v\d+|new|old|attempt ?\d*", re.I)  # as in benchmarking_dev-1.ipynb

# words that name no learner, in the names of files and folders
_NO_LEARNER = frozenset(
    """abgabe answer answers apr archive archives assignment assignments assignsubmission attachment attachments
    attempt attempts aufgabe aug aw backup class classes code colab complete completed copy corrected course courses
    coursework cs dec december dev devoir docs document documents done download downloaded downloads draft drafts
    ejercicio entrega ex exercice exercise exercises export exported extracted fall feb february file files final
    finished fixed folder fw fwd group groups hand handin handins homework homeworks hw in inbound inbox ipynb
    january july jupyter kaggle lab labs latest lecture loesung lösung mail mails march mine mod module modules my
    nb new notebook notebooks nov november oct october old part problem problems project projects ps pset py rendu
    repo repos repositories revised revision sec section sections sep september solution solutions source spring src
    student students submission submissions submit submitted tarea task tasks term test tmp tut tutorial tutorials
    uebung uni unit untitled update updated upload uploads v ver version week weeks wg winter wip work works zip
    übung""".split()  # noqa: SIM905  a list in quotes would take 160 lines
)

# letters of other scripts that look like Latin ones (Unicode's confusables.txt, the lower-case letters)
_LOOK_ALIKES = str.maketrans("аеорсухіјѕһԁԛԝвкмнтьαειικνορτυχ", "aeopcyxijshdqwbkmhtbaeiikvoptux")


def folded(text: str) -> str:
    """A name for comparing: after Unicode NFC and case folding."""
    return unicodedata.normalize("NFC", unicodedata.normalize("NFC", text).casefold())


def letters(text: str) -> str:
    """The letters and digits of a name alone, for comparing."""
    return re.sub(r"[\W_]", "", folded(text))


def skeleton(text: str) -> str:
    """The name as it looks: letters of other scripts become the Latin ones that look like them."""
    return letters(text).translate(_LOOK_ALIKES)


def new_id(text: str) -> str:
    """The id of somebody who is new, made of a name or a login alone: names that differ have ids that differ.

    A space, a comma or an apostrophe becomes a `_`, as people write it; what loses more has its hash behind it.
    `""` where nothing in the name can be an id.
    """
    who, same = as_learner(text), folded(text)
    usual = re.sub(r"[\s,'’]+", "_", same).strip("_")
    if not who or folded(who) == usual or len(usual) > MOST_CHARACTERS:
        return who
    return f"{who[:50]}-{sha256(same.encode()).hexdigest()[:6]}"


def stem_of(name: str) -> str:
    """A file's name without what its kind and its copies add: `hw` of `Copy of hw (1).ipynb`."""
    stem = re.sub(r"(?:\.tar)?\.[A-Za-z]\w{0,5}$", "", name)
    stem = _COPY.sub("", stem) or stem
    return _COPY_OF.sub("", stem) or stem


def words_beside_module(stem: str, modules: tuple[Module, ...]) -> list[str]:
    """What stands before a module's name and what behind it: `ann` and `ben` of `ann_benchmarking_dev_ben`."""
    match = _around_module(stem, modules)
    return [word for word in match.groups() if word and not _AGAIN.fullmatch(word)] if match else []


def without_module(stem: str, modules: tuple[Module, ...]) -> str:
    """The part of a name that is not a module's: `s001` of `s001_benchmarking_dev`, "" of `12_benchmarking`."""
    stem = _COPY.sub("", stem) or stem
    match = _around_module(stem, modules)
    if not match:
        return stem
    after = match["after"] or ""
    return match["before"] or ("" if _AGAIN.fullmatch(after) else after)


def _around_module(stem: str, modules: tuple[Module, ...]) -> re.Match[str] | None:
    for word in _words(modules):
        pattern = rf"(?:(?P<before>.+?)[-_. ]+)?{re.escape(word)}(?:[-_. ]+(?P<after>.+))?"
        if match := re.fullmatch(pattern, stem, re.I):
            return match
    return None


def _words(modules: tuple[Module, ...]) -> list[str]:
    return sorted({word for m in modules for word in m.names}, key=len, reverse=True)


def names_nobody(text: str, modules: tuple[Module, ...]) -> bool:
    """Are there only words that name no learner in this name, modules, numbers and dates?"""
    rest = without_module(text, modules)
    words = re.findall(r"[^\W\d_]+|\d+", rest)
    known = {word.lower() for m in modules for name in m.names for word in (name, *name.split("_"))}
    named = [word for word in words if not (word.isdecimal() or word.lower() in _NO_LEARNER | known)]
    return not named and not _is_number_of_a_person(rest)


def _is_number_of_a_person(text: str) -> bool:
    """Is a name a number as registries give them: five digits or more, and no date?"""
    digits = re.fullmatch(r"[a-z]?(\d{5,})", text, re.I)
    return digits is not None and not re.fullmatch(r"20\d\d(?:0\d|1[0-2])(?:[0-2]\d|3[01])", digits[1])


def owner_in(stem: str, modules: tuple[Module, ...]) -> str:
    """The learner that a file's name names, "" when it names none."""
    rest = _DATE_BEFORE.sub("", without_module(stem, modules))
    again = _AGAIN_BEFORE_MODULE if rest != stem else _AGAIN_BEHIND
    while rest and (shorter := again.sub("", rest)) != rest and shorter:
        rest = shorter
    return "" if names_nobody(rest, modules) else rest


_DATE_BEFORE = re.compile(r"^20\d\d[-_.]?\d\d[-_.]?\d\d[-_. ]+")
_AGAIN_BEFORE_MODULE = re.compile(r"[-_. ](?:copy\d*|final|v\d+|attempt ?\d*)$", re.I)  # `user_1` is somebody
_AGAIN_BEHIND = re.compile(r"[-_. ](?:copy\d*|final|v\d+|attempt ?\d*|\d{1,2})$", re.I)


def is_called_after(path: PurePosixPath, modules: tuple[Module, ...]) -> bool:
    """Has this file just its module's name, as the release gave it?"""
    return not without_module(path.stem, modules)


def module_named_in(text: str, modules: tuple[Module, ...]) -> Module | None:
    """The module whose name stands in a file's name or path, as a word of it; the last one in it."""
    found = [
        (match.start(), len(name), m)
        for m in modules
        for name in map(name_in, (m.folder, *m.was))
        for match in re.finditer(rf"(?<![A-Za-z]){re.escape(name)}(?![A-Za-z])", text, re.I)
    ]
    return max(found, key=lambda place: place[:2])[2] if found else None


def checks_held(ids: set[str], modules: tuple[Module, ...]) -> dict[Module, int]:
    """How many checks of each module are among these ids of cells."""
    return {
        module: len({check.id for check in module.checks} & {module.present_id(id_) for id_ in ids})
        for module in modules
    }


def module_with_cells_of(notebook: Notebook, modules: tuple[Module, ...]) -> Module | None:
    """The module most of whose checks a notebook holds, if it holds any."""
    held = checks_held({cell.grade_id for cell in notebook.cells}, modules)
    best = max(modules, key=held.__getitem__, default=None)
    return best if best and held[best] else None


def is_group(name: str) -> bool:
    """Is this a group's name, as platforms number them: `Team 4`, `group7`?"""
    return bool(
        re.fullmatch(r"(?:project)?[ _]*(?:group|team|gruppe|equipe|équipe|equipo|grupo)[ _-]*\w{0,2}", folded(name))
    )


# tito's side files, an editor's and a system's: never the work itself
_SIDE_FILES = (
    (re.compile(r".+\.new\.(ipynb|py)"), "a later release that tito put beside the work"),
    (re.compile(r".+\.kept-[\dTZ-]+(?:-\d+)?\.(ipynb|py)"), "an older version that tito kept"),
    (re.compile(r".+-checkpoint\.(ipynb|py)"), "Jupyter's checkpoint"),
    (re.compile(r".+-Copy\d+\.(ipynb|py)"), "Jupyter's copy"),
    (re.compile(r"\.~.+|~\$.+|.+~|\.#.+"), "an editor's backup"),
)


def side_file(name: str) -> str:
    """What made this file beside the work, "" for a file of the learner's own."""
    return next((why for pattern, why in _SIDE_FILES if pattern.fullmatch(name)), "")


def numbers_in(name: str) -> tuple[str, tuple[int, ...]]:
    """A file's name without its marks of an attempt, and the attempt's numbers: `work (2)` → `work`, 2."""
    stem = folded(name)
    found = re.findall(r"\d+", stem)
    plain = re.sub(r"(?:(?<![a-z])(?:attempt|version|v))?[-_ .()]*\d+[)]?", "", stem)
    return plain, tuple(map(int, found))


def common_start(names: list[str]) -> str:
    """What all these names begin with."""
    first, last = min(names), max(names)
    same = next((n for n, (one, other) in enumerate(zip(first, last, strict=False)) if one != other), len(first))
    return first[:same]
