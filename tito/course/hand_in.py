"""What a learner hands in: one zip with the notebook and a manifest, from a workspace or from a page in the browser.

The manifest is a claim: intake reads it, and nothing in it decides a grade. The same
work handed in at the same time gives the same bytes.
"""

from __future__ import annotations

import json
import re
import unicodedata
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256

from tito import __version__
from tito.support.errors import UsageError
from tito.support.zips import packed

MANIFEST = "manifest.json"
MOST_CHARACTERS = 64  # of a learner's id: with four bytes each it still fits a file name


@dataclass(frozen=True)
class HandInFile:
    """A learner's work on a module: the notebook's bytes, outputs left out, and what its checks gave where it was made.

    `folder` is the module's, such as "12_benchmarking".
    """

    learner: str
    folder: str
    notebook_name: str
    notebook: bytes
    points: float
    max_points: float
    made_at: datetime

    @property
    def file_name(self) -> str:
        return f"{self.folder}-{self.learner}-{stamp(self.made_at)}.zip"

    @property
    def packed(self) -> bytes:
        """The zip."""
        manifest = json.dumps(self._manifest(), indent=1) + "\n"
        return packed({self.notebook_name: self.notebook, MANIFEST: manifest.encode()})

    def _manifest(self) -> dict[str, object]:
        return {
            "version": 1,
            "learner": self.learner,
            "module": self.folder.split("_", 1)[-1],
            "submitted_at": self.made_at.astimezone(UTC).isoformat(timespec="seconds"),
            "sha256": sha256(self.notebook).hexdigest(),
            "tito": __version__,
            "local_points": self.points,
            "local_max_points": self.max_points,
        }


def stamp(moment: datetime) -> str:
    """`20260114T101500Z`, for file names."""
    return moment.astimezone(UTC).strftime("%Y%m%dT%H%M%SZ")


def as_learner(name: str) -> str:
    """A name as a learner's id: one folder name, at most 64 characters; what is cut off leaves its hash."""
    plain = unicodedata.normalize("NFKC", name)
    plain = re.sub(r"[^\w.@-]+", "_", plain).strip("._-")
    if len(plain) <= MOST_CHARACTERS:
        return plain
    return f"{plain[: MOST_CHARACTERS - 9]}-{sha256(plain.encode()).hexdigest()[:8]}"


def refuse_as_learner(learner: str, command: str) -> None:
    """UsageError when this can't be a learner's id; `command` is what one types to tell it."""
    if learner != as_learner(learner) or not learner:
        raise UsageError(
            f"'{learner}' can't be a learner's ID: letters, digits and . _ @ - only",
            hint=f"{command} {as_learner(learner) or 's001'}",
        )
