"""What each file of a claim is: work for a module, its other half, a side file, or nothing to grade.

Files are read one at a time and let go; what stays of each is small.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import PurePosixPath

from tito.classroom.intake.arrival import COPY, DOWNLOAD, HandIn
from tito.classroom.intake.claims import Claim
from tito.classroom.intake.filenames import checks_held, module_named_in, side_file, stem_of
from tito.classroom.intake.platforms import nbgrader
from tito.classroom.intake.platforms.titos_zip import manifest_of
from tito.classroom.intake.reader import File, Folder, Manifest, notebook_in
from tito.classroom.intake.times import of_claim
from tito.course.course import Course, Module
from tito.course.hand_in import MANIFEST
from tito.lesson.notebook import digest
from tito.support.errors import UsageError

ABOUT_THE_SAME_TIME = timedelta(seconds=5)  # an unpacker writes a notebook and its .py in one order or the other
STUB = "raise NotImplementedError()"
_MARK = re.compile(r'"grade_id": ?"([^"]+)"')
KINDS = {
    ".rar": "a .rar can't be unpacked here: a .zip or the notebook itself is wanted",
    ".7z": "a .7z can't be unpacked here: a .zip or the notebook itself is wanted",
    ".gz": "a .tar.gz is not unpacked here: a .zip or the notebook itself is wanted",
    ".tgz": "a .tgz is not unpacked here: a .zip or the notebook itself is wanted",
    ".tar": "a .tar is not unpacked here: a .zip or the notebook itself is wanted",
    ".html": "a page, no notebook",
    ".htm": "a page, no notebook",
}


NO_MANIFEST = Manifest()


@dataclass(frozen=True)
class ClaimedFile:
    """A file of a claim; the time of the outermost zip around it, else its own; and the manifest beside it."""

    file: File
    at: datetime | None
    in_zip: bool
    manifest: Manifest = NO_MANIFEST


def files_of(claim: Claim) -> Iterator[ClaimedFile]:
    """Every file of a claim."""
    if isinstance(claim.item, File):
        yield ClaimedFile(claim.item, claim.item.at, claim.item.in_zip)
    else:
        yield from _files_below(claim.item, None)


def _files_below(folder: Folder, carrier: File | None) -> Iterator[ClaimedFile]:
    carrier = carrier or folder.packed
    if folder.packed and not folder.items:
        whole = carrier or folder.packed
        yield ClaimedFile(folder.packed, whole.at, whole.in_zip)
    manifest = manifest_of(folder) if carrier else NO_MANIFEST
    for item in folder.items:
        if isinstance(item, Folder):
            yield from _files_below(item, carrier)
        else:
            whole = carrier or item
            yield ClaimedFile(item, whole.at, whole.in_zip, manifest)


@dataclass(frozen=True)
class WorkFile:
    """A file that was handed in: what it is, and what it holds; `why` says why it is no work."""

    file: File
    claim: Claim
    handin: HandIn
    digest: str = ""
    module: Module | None = None
    why: str = ""  # it is left alone
    side: str = ""
    notes: tuple[str, ...] = ()
    manifest: Manifest = NO_MANIFEST
    is_without_content: bool = False  # its bytes can't be had: a link, a locked zip

    @property
    def is_usable(self) -> bool:
        return not (self.why or self.side or self.handin.problem) and self.handin.has_checks

    @property
    def name(self) -> str:
        return self.handin.file


def work_of(course: Course, claim: Claim, claimed: ClaimedFile, module: Module | None) -> WorkFile:
    """Read one file; `module` is what the instructor said that the place is for."""
    file = claimed.file
    name = claim.file if claim.file and file is _whole(claim) else file.name
    handin = handin_of(claim, claimed, _below_item(claim, file, name))
    work = WorkFile(file, claim, handin, manifest=claimed.manifest, side=side_file(name))
    if file.is_litter or nbgrader.is_stamp(file) or name == MANIFEST:
        return replace(work, why="no work of a learner's")
    if claim.problem:
        return unreadable(replace(work, module=module, digest=digest_of(file)), f"{name}: {claim.problem}")
    if not file.is_work:
        return _no_notebook(work, course, name, module)
    return _read(work, course, name, module)


def _whole(claim: Claim) -> File | None:
    return claim.item if isinstance(claim.item, File) else claim.item.packed


def _below_item(claim: Claim, file: File, name: str) -> str:
    """The file's path as the learner chose it."""
    if isinstance(claim.item, File) or file is claim.item.packed:
        return name
    return file.path.relative_to(claim.item.path).as_posix()


def handin_of(claim: Claim, claimed: ClaimedFile, name: str) -> HandIn:
    dated = claim.at or (None if claim.dated_by_download else claimed.at)
    seen = claimed.at if dated is None else None
    number = claim.owners[0].number if claim.owners else ""
    owner = claim.owners[0].name if claim.owners else ""
    return HandIn(
        claimed.file.shown,
        file=name,
        platform=claim.platform,
        number=number,
        name=owner,
        at=dated,
        source=_source(claim, claimed, dated, seen),
        seen=seen,
        late=claim.late,
        attempt=claim.attempt,
        claim=of_claim(claimed.manifest.submitted_at, seen or datetime.now(UTC)),
    )


def _source(claim: Claim, claimed: ClaimedFile, dated: datetime | None, seen: datetime | None) -> str:
    """Where the time stands that is known of it."""
    if claim.at:
        return claim.source
    if dated:
        return "its zip" if claimed.in_zip else "its file"
    return "" if seen is None else DOWNLOAD if claimed.in_zip else COPY


def digest_of(file: File) -> str:
    """The hash of the file's bytes, "" where they can't be had."""
    try:
        return digest(file.read())
    except UsageError:
        return ""


def empty_work(claim: Claim, module: Module | None) -> WorkFile:
    """The work of a claim on a folder with nothing in it."""
    nothing = ClaimedFile(File(claim.item.path, None, False, bytes), None, False)
    work = WorkFile(nothing.file, claim, handin_of(claim, nothing, claim.item.name), module=module)
    return unreadable(work, "there is nothing in it")


def unreadable(work: WorkFile, problem: str) -> WorkFile:
    handin = replace(work.handin, problem=problem, has_checks=False)
    without = not work.digest
    return replace(work, handin=handin, digest=work.digest or digest(problem), is_without_content=without)


def _no_notebook(work: WorkFile, course: Course, name: str, module: Module | None) -> WorkFile:
    """Another kind of file: left alone beside work; alone, it is what was handed in."""
    suffix = PurePosixPath(name).suffix.lower()
    problem = KINDS.get(suffix, f"{name} is not a notebook")
    try:
        content = work.file.read()
    except UsageError as fault:
        return unreadable(work, fault.message)
    if suffix == ".zip":
        problem = "it is not a zip that can be read" if content[:4] != b"PK\5\6" else "the zip is empty"
    problem = problem if content else f"{name} is empty"
    said = module or module_named_in(name, course.modules)
    return unreadable(
        replace(work, digest=digest(content), module=said), problem if name in problem else f"{name}: {problem}"
    )


def _read(work: WorkFile, course: Course, name: str, module: Module | None) -> WorkFile:
    """A notebook or a .py: the checks in it say which module it is for."""
    named = _named_module(work, course, name)
    try:
        content = work.file.read()
    except UsageError as fault:
        return unreadable(replace(work, module=named or module), fault.message)
    work = replace(work, digest=digest(content))
    try:
        held = checks_held(_ids(name, content), course.modules)
    except UsageError as fault:
        return unreadable(replace(work, module=named or module), fault.message)
    best = max(held.values(), default=0)
    several = [candidate for candidate, times in held.items() if best and times == best]
    found = next((m for m in (named, module) if m in several), several[0] if several else None)
    work = replace(work, module=found or named or module, handin=replace(work.handin, has_checks=bool(several)))
    return _with_contradiction(work, named, found)


def _with_contradiction(work: WorkFile, named: Module | None, found: Module | None) -> WorkFile:
    if found and named and found != named:
        note = f"called {work.file.name}, but its cells are of {found.number} {found.name}"
        return replace(work, notes=(*work.notes, note))
    return work


def _ids(name: str, content: bytes) -> set[str]:
    """The ids of the cells, which for a .py need no Jupytext; UsageError where it can't be read."""
    if name.lower().endswith(".py") and content.strip():
        return set(_MARK.findall(content.decode("utf-8", "replace")))
    return {cell.grade_id for cell in notebook_in(name, content).cells}


def _named_module(work: WorkFile, course: Course, name: str) -> Module | None:
    """The module that the platform names, or the manifest, or the file's name and the folders in the learner's own."""
    below = work.file.path.relative_to(work.claim.item.path).parts if isinstance(work.claim.item, Folder) else ()
    parts = (work.claim.assignment, work.manifest.module, stem_of(name), *reversed(below[:-1]), work.claim.item.name)
    return next((found for part in parts if part and (found := module_named_in(part, course.modules))), None)


# -- the halves of a pair ----------------------------------------------------------------------


def stubs_left(work: WorkFile) -> tuple[int, str]:
    """How many solution cells are as they were given out, and the text of all of them."""
    cells = [cell.source.strip() for cell in notebook_in(work.file.name, work.file.read()).cells if cell.is_solution]
    return sum(STUB in source for source in cells), "\n".join(cells)


def half_that_counts(notebook: WorkFile, python: WorkFile) -> tuple[WorkFile, WorkFile, str]:
    """Of a notebook and its .py: the one that counts, the other, and a question where nothing tells."""
    if bool(notebook.handin.problem) != bool(python.handin.problem):
        broken, sound = (notebook, python) if notebook.handin.problem else (python, notebook)
        return sound, broken, f"{broken.handin.problem}: its other half counts"
    one, other = notebook.file.at, python.file.at
    if one and other and not notebook.claim.dated_by_download and abs(one - other) > ABOUT_THE_SAME_TIME:
        return (python, notebook, "") if other > one else (notebook, python, "")
    try:
        (left, text), (pythons_left, pythons_text) = stubs_left(notebook), stubs_left(python)
    except UsageError as problem:
        return notebook, python, problem.message
    if pythons_left < left:
        return python, notebook, ""
    differ = pythons_left == left and text != pythons_text
    return notebook, python, "the notebook and its .py differ: the notebook counts" if differ else ""
