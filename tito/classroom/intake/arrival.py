"""The values of a collection: one file's account, and one time that a kept file was handed in."""

from __future__ import annotations

from dataclasses import dataclass, field, fields
from datetime import datetime
from typing import Any

# sources of a time that is not the hand-in's own: when a zip was downloaded, when a file was copied
DOWNLOAD, COPY = "download", "copy"
COUNTS, KEPT, UNREADABLE, LEFT, ASKED = "counts", "kept", "unreadable", "left alone", "asked about"


@dataclass(frozen=True)
class Arrival:
    """All that is known of one file in a place before anything is written, and what is decided about it.

    `decision` is "counts", "kept" (and does not count), "unreadable" (kept, and graded as such), "left alone"
    or "asked about"; `reason` says why. `needs_person` marks what somebody has to look at.
    """

    file: str
    given: str = ""  # the file's name as the learner gave it
    person: str = ""
    platform: str = ""
    number: str = ""
    at: datetime | None = None
    at_source: str = ""
    late: bool | None = None
    module: str = ""
    attempt: str = ""
    decision: str = LEFT
    reason: str = ""
    needs_person: bool = False
    notes: tuple[str, ...] = field(default=())

    @property
    def is_taken(self) -> bool:
        return self.decision in (COUNTS, KEPT, UNREADABLE)


@dataclass(frozen=True)
class HandIn:
    """One time that a file was handed in.

    `at` is when, None where it is not known; `seen` is then a moment when it had been handed in, the one of a
    download. `claim` is the learner's clock. `late` is the platform's word. `attempt` orders a platform's attempts.
    """

    path: str
    file: str = ""
    platform: str = ""
    number: str = ""
    name: str = ""
    at: datetime | None = None
    source: str = ""
    seen: datetime | None = None
    late: bool | None = None
    attempt: tuple[int, ...] = ()
    claim: datetime | None = None
    has_checks: bool = True
    problem: str = ""

    @property
    def moment(self) -> datetime | None:
        """The latest moment at which it was handed in, as far as that is known."""
        return self.at or self.seen or self.claim

    def as_json(self) -> dict[str, Any]:
        """As the record holds it: what is not known is left out."""
        found = {item.name: getattr(self, item.name) for item in fields(self)}
        found = {key: value.isoformat() if isinstance(value, datetime) else value for key, value in found.items()}
        return {key: value for key, value in found.items() if value not in (None, "", ())}

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> HandIn:
        moments = {key: datetime.fromisoformat(data[key]) for key in ("at", "seen", "claim") if key in data}
        return cls(**data | moments | {"attempt": tuple(data.get("attempt", ()))})
