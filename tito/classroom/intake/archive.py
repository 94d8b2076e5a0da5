"""Keeps what was handed in as it came, and copies what counts to where nbgrader grades it.

    hand-ins ─▶ course/handins/<module>/<learner>/<hash>-<name>         all of them, never overwritten
                course/handins/<module>/<learner>/handins.json          when and how each came, and what was withdrawn
             ─▶ course/submitted/<learner>/<module>/<name>_dev.ipynb    the one that counts

A record only grows. What counts follows from the record and the deadlines alone, so that collecting twice, or in
another order, ends in the same state.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from functools import partial
from pathlib import Path, PurePosixPath

from tito.classroom.deadlines import Deadlines
from tito.classroom.intake.arrival import COPY, HandIn
from tito.classroom.intake.choice import Candidate, Choice, choose
from tito.classroom.intake.claims import Claim, Owner
from tito.classroom.intake.filenames import module_with_cells_of
from tito.classroom.intake.platforms import canvas, moodle
from tito.classroom.intake.reader import File, Folder, notebook_in
from tito.course.course import Course, Module
from tito.lesson import notebook as notebooks
from tito.support.errors import CourseError, UsageError
from tito.support.files import write_atomic

UNREADABLE = "could_not_be_read.txt"
RECORD = "handins.json"
WITHDRAWN = "withdrawn"
REMOVED = "removed from submitted/ by hand: withdrawn"
_STAMP = "%Y%m%dT%H%M%SZ"
# names before there was a record
_EARLIER = re.compile(r"(?P<at>\d{8}T\d{6}Z)-(?P<digest>[0-9a-f]{8})-(?P<original>.+)")


@dataclass(frozen=True)
class HandInRecord:
    """All that one learner handed in for one module: how each kept file came, and which were withdrawn.

    `placed` is the file that was put into `submitted/`. If it is there no more, somebody
    has removed it by hand: then all that came so far is withdrawn, and `removed_by_hand`.
    """

    files: dict[str, frozenset[HandIn]] = field(default_factory=dict)
    withdrawn: frozenset[str] = frozenset()
    placed: str = ""
    removed_by_hand: bool = False

    def adding(self, original: str, handin: HandIn) -> HandInRecord:
        return replace(self, files=self.files | {original: self.files.get(original, frozenset()) | {handin}})

    @property
    def candidates(self) -> list[Candidate]:
        counting = {name: handins for name, handins in self.files.items() if name not in self.withdrawn}
        return [
            Candidate(name, handin)
            for name, handins in sorted(counting.items())
            for handin in sorted(handins, key=repr)
        ]

    def choice(self, module: Module, learner: str, deadlines: Deadlines) -> Choice:
        """What counts now."""
        if self.files and not self.candidates:
            return Choice(None, REMOVED if self.removed_by_hand else WITHDRAWN)
        due = deadlines.of(module, learner)
        return choose(self.candidates, due, deadlines.has_extension(module, learner))


def folder_of(course: Course, learner: str, module: Module) -> Path:
    return course.handins(module) / learner


def read_record(course: Course, learner: str, module: Module) -> HandInRecord:
    """What is kept of a learner's hand-ins for a module, that of earlier versions too."""
    folder = folder_of(course, learner, module)
    try:
        data = json.loads((folder / RECORD).read_text(encoding="utf-8"))
        files = {name: frozenset(map(HandIn.from_json, said)) for name, said in data["files"].items()}
        files = {name: handins for name, handins in files.items() if (folder / name).exists()}  # removed by hand: gone
        record = HandInRecord(files, frozenset(data["withdrawn"]), data.get("placed", ""))
        return record if _is_in_place(course, learner, module, record) else _removed(record)
    except FileNotFoundError:
        return HandInRecord({path.name: frozenset({_earlier(path, module)}) for path in _kept_earlier(folder)})
    except (ValueError, KeyError, TypeError) as fault:
        raise CourseError(
            f"the record of {learner}'s hand-ins can't be read",
            at=str(folder / RECORD),
            why=str(fault),
            hint="mend it; or move it away, collect the downloads again, and withdraw again what was withdrawn",
        ) from None


def _is_in_place(course: Course, learner: str, module: Module, record: HandInRecord) -> bool:
    """Is what was put into `submitted/` there still, whatever somebody has made of it?"""
    reason = course.submitted(learner, module) / UNREADABLE
    return not record.placed or course.submitted_notebook(learner, module).exists() or reason.exists()


def _removed(record: HandInRecord) -> HandInRecord:
    return replace(record, withdrawn=frozenset(record.files), placed="", removed_by_hand=True)


def write_record(course: Course, learner: str, module: Module, record: HandInRecord) -> None:
    files = {name: [h.as_json() for h in sorted(handins, key=repr)] for name, handins in sorted(record.files.items())}
    data = {"files": files, "withdrawn": sorted(record.withdrawn), "placed": record.placed}
    text = json.dumps(data, indent=1, ensure_ascii=False) + "\n"
    write_atomic(folder_of(course, learner, module) / RECORD, text.encode("utf-8", "backslashreplace"))


def _kept_earlier(folder: Path) -> list[Path]:
    return sorted(path for path in folder.glob("*") if _EARLIER.fullmatch(path.name))


def _earlier(path: Path, module: Module) -> HandIn:
    """The hand-in of a file that was kept before there was a record, as its name tells it."""
    match = _EARLIER.fullmatch(path.name)
    assert match is not None
    at = datetime.strptime(match["at"], _STAMP).replace(tzinfo=UTC)
    original = PurePosixPath(match["original"].replace("__", "/"))
    problem, has_checks = _state_of(path, original.name, module)
    claim = _platform_claim(original)
    common = HandIn(original.as_posix(), original.name, problem=problem, has_checks=has_checks)
    if claim is None:
        return replace(common, platform="plain", at=at, source="its file")
    owner = claim.owners[0]
    return replace(
        common,
        file=claim.file or original.name,
        platform=claim.platform,
        number=owner.number,
        name=owner.name,
        source=COPY,
        seen=at,
        late=claim.late,
        attempt=claim.attempt,
    )


def _state_of(path: Path, name: str, module: Module) -> tuple[str, bool]:
    if path.name.endswith(UNREADABLE):
        return path.read_text(encoding="utf-8").strip(), False
    try:
        return "", module_with_cells_of(notebook_in(name, path.read_bytes()), (module,)) is not None
    except UsageError as problem:
        return problem.message, False


def _platform_claim(original: PurePosixPath) -> Claim | None:
    """What Canvas or Moodle says in the parts of a path, the outermost first."""
    for part in original.parts:
        file = File(PurePosixPath(part), None, False, bytes)
        folder = Folder(PurePosixPath(), partial(list, (file,)))
        if found := moodle.claims(folder, ()) or canvas.claims(folder, ()):
            return found[0]
    return None


def owner_before(course: Course, learner: str) -> Owner | None:
    """The name and number under which a platform told of this learner before there was a roster."""
    paths = sorted(course.nbgrader_root.glob(f"handins/*/{_literal(learner)}/*"))
    matches = (_EARLIER.fullmatch(path.name) for path in paths)
    claims = (_platform_claim(PurePosixPath(m["original"].replace("__", "/"))) for m in matches if m)
    return next((claim.owners[0] for claim in claims if claim), None)


def _literal(name: str) -> str:
    return re.sub(r"([*?[])", r"[\1]", name)


def name_of(digest: str, file: str) -> str:
    """The name under which a file is kept: the hash of its bytes, and what it was called."""
    plain = re.sub(r"[^\w.@+ -]", "_", PurePosixPath(file).name)
    return f"{digest[:16]}-{plain.encode()[-100:].decode(errors='ignore')}"


def find_kept(record: HandInRecord, digest: str) -> str | None:
    """The kept file of these bytes, if there is one."""
    starts = (f"{digest[:16]}-", f"-{digest[:8]}-")
    return next((name for name in record.files if name.startswith(starts[0]) or name[16:26] == starts[1]), None)


def keep(course: Course, learner: str, module: Module, original: str, content: bytes) -> None:
    """Put a file among the originals."""
    write_atomic(folder_of(course, learner, module) / original, content)


def put(course: Course, learner: str, module: Module, record: HandInRecord, choice: Choice) -> None:
    """Have in `submitted/` what counts, and write the record; it never says that something is there which is not."""
    if choice.chosen is None:
        write_record(course, learner, module, replace(record, placed=""))
        _withdraw(course, learner, module)
    else:
        _place(course, learner, module, choice.chosen)
        write_record(course, learner, module, replace(record, placed=choice.chosen.original))


def _place(course: Course, learner: str, module: Module, chosen: Candidate) -> None:
    """Write what counts into `submitted/`: the notebook, or why it can't be read."""
    original, handin = chosen.original, chosen.handin
    folder, target = course.submitted(learner, module), course.submitted_notebook(learner, module)
    if handin.problem:
        target.unlink(missing_ok=True)
        write_atomic(folder / UNREADABLE, handin.problem + "\n")
    else:
        _write_notebook(folder_of(course, learner, module) / original, handin.file, target)
        (folder / UNREADABLE).unlink(missing_ok=True)
    _write_time(folder / "timestamp.txt", handin)


def _write_notebook(kept: Path, file: str, target: Path) -> None:
    """Copy a notebook byte for byte; make one of anything else."""
    content = kept.read_bytes()
    if kept.suffix == ".ipynb":
        write_atomic(target, content)
    else:
        notebooks.write(notebook_in(file if PurePosixPath(file).suffix else kept.name, content), target)


def _write_time(path: Path, handin: HandIn) -> None:
    """nbgrader's timestamp; none where the time is not known."""
    at = handin.at or (handin.claim if handin.late is None else None)
    if at is None:
        path.unlink(missing_ok=True)
    else:
        write_atomic(path, f"{at.astimezone(UTC):%Y-%m-%d %H:%M:%S} UTC\n")


def _withdraw(course: Course, learner: str, module: Module) -> None:
    folder = course.submitted(learner, module)
    for name in (f"{module.notebook_name}.ipynb", UNREADABLE, "timestamp.txt"):
        (folder / name).unlink(missing_ok=True)
    for empty in (folder, folder.parent):
        if empty.is_dir() and not any(empty.iterdir()):
            empty.rmdir()


def settle(course: Course, module: Module, deadlines: Deadlines, learners: Iterable[str]) -> dict[str, Choice]:
    """For each learner of whom something is kept: choose what counts now, and put it into `submitted/`.

    What was removed by hand is left to the next collecting or grading, which tells it.
    """
    choices = {}
    for learner in learners:
        record = read_record(course, learner, module)
        if record.files:
            choices[learner] = record.choice(module, learner, deadlines)
            if not record.removed_by_hand:
                put(course, learner, module, record, choices[learner])
    return choices


def note_removed(course: Course, module: Module) -> tuple[str, ...]:
    """The learners whose folder in `submitted/` somebody has removed by hand; withdrawn from now on."""
    read = ((learner, read_record(course, learner, module)) for learner in course.handed_in(module))
    removed = {learner: record for learner, record in read if record.removed_by_hand}
    for learner, record in removed.items():
        write_record(course, learner, module, record)
    return tuple(removed)
