"""What an instructor decides once for a module that is graded elsewhere; it travels in the zip."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Literal, get_args

from tito.support.errors import CourseError

SETTINGS = "hosted.json"
Visibility = Literal["visible", "after_due_date", "after_published", "hidden"]
VISIBILITIES: tuple[Visibility, ...] = get_args(Visibility)


@dataclass(frozen=True)
class HostSettings:
    """`visibility` is Gradescope's word for when learners see the checks; `lowest_level` as in `tito grade`."""

    module: str
    visibility: Visibility = "visible"
    lowest_level: int | None = None

    def as_json(self) -> bytes:
        return (json.dumps(asdict(self), indent=1) + "\n").encode()


def read_settings(root: Path) -> HostSettings:
    """The settings in the course's folder of an unpacked zip."""
    path = root / SETTINGS
    try:
        return HostSettings(**json.loads(path.read_text(encoding="utf-8")))
    except (FileNotFoundError, ValueError, TypeError) as fault:
        raise CourseError(
            "this is not the course of an autograder's zip",
            at=str(path),
            why=str(fault),
            hint="tito gradescope MODULE ZIP",
        ) from None
