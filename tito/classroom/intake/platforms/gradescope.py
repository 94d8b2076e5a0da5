"""Gradescope's export: `submission_N/FILE`, and who it is in `submission_metadata.yml`.

Source: its "Export Submissions". The metadata are written by Ruby, with symbols for keys (`:submitters:`,
`:created_at:`). Several submitters are a group. A file's own time is the one of the export.
"""

from __future__ import annotations

from tito.classroom.intake.claims import Claim, Owner
from tito.classroom.intake.reader import File, Folder
from tito.classroom.intake.times import of_stamp
from tito.course.course import Module
from tito.support.errors import UsageError

NAME = "Gradescope"
METADATA = ("submission_metadata.yml", "submission_metadata.yaml")

Entry = dict[str, object]  # what the metadata say of one submission, or of one person


def claims(folder: Folder, modules: tuple[Module, ...]) -> list[Claim]:
    metadata = next((file for file in folder.files if file.name in METADATA), None)
    if metadata is None:
        return []
    entries, problem = _entries(metadata)
    told = [Claim(metadata, NAME, question=problem)] if problem else []
    items = [(item, entries.get(item.name) or entries.get(item.path.stem)) for item in folder.items]
    return told + [_claim(item, entry) for item, entry in items if entry] + _without_entry(folder, entries)


def _without_entry(folder: Folder, entries: dict[str, Entry]) -> list[Claim]:
    items = [item for item in folder.items if item.name.startswith("submission_") and item.name not in METADATA]
    unknown = [item for item in items if item.name not in entries and item.path.stem not in entries]
    return [Claim(item, NAME, question="submission_metadata.yml does not say whose it is") for item in unknown]


def _entries(metadata: File) -> tuple[dict[str, Entry], str]:
    """What the metadata say of each submission, and what is wrong with them."""
    import yaml

    loader = getattr(yaml, "CBaseLoader", yaml.BaseLoader)  # plain text alone: no objects, no numbers from ids
    try:
        data = yaml.load(metadata.read().decode("utf-8-sig"), Loader=loader)
    except (yaml.YAMLError, UnicodeDecodeError, RecursionError, UsageError) as fault:
        return {}, f"its metadata can't be read: {str(fault).splitlines()[0]}"
    found = data if isinstance(data, dict) else {}
    return {name: _plain(entry) for name, entry in found.items() if isinstance(entry, dict)}, ""


def _plain(entry: dict[object, object]) -> Entry:
    """With keys as text, without the colons of Ruby's symbols."""
    return {str(key).strip(":"): value for key, value in entry.items()}


def _claim(item: File | Folder, entry: Entry) -> Claim:
    submitters = entry.get("submitters")
    people = [_plain(each) for each in submitters if isinstance(each, dict)] if isinstance(submitters, list) else []
    owners = tuple(owner for owner in map(_owner, people) if owner.label)
    at = of_stamp(str(entry.get("created_at") or ""))
    question = "" if owners else "submission_metadata.yml names no submitter"
    return Claim(item, NAME, owners, at=at, source=METADATA[0], dated_by_download=True, question=question)


def _owner(person: Entry) -> Owner:
    name, sid, email = (str(person.get(key) or "").strip() for key in ("name", "sid", "email"))
    return Owner(name, "_".join(sid.split()), email=email)
