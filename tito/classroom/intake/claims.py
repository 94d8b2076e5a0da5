"""What a platform's name for a file or a folder says: whose it is, and when it came."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from tito.classroom.intake.reader import File, Folder
from tito.course.course import Module


@dataclass(frozen=True)
class Owner:
    """A person as a platform names them; what it does not say is ""."""

    name: str = ""
    number: str = ""
    login: str = ""
    email: str = ""
    is_anonymous: bool = False  # the number is all that is known, and of this assignment alone
    numbers_change: bool = False  # the platform numbers people anew in each assignment

    @property
    def label(self) -> str:
        """What to call this person in a message."""
        return self.name or self.login or self.email or self.number


@dataclass(frozen=True)
class Claim:
    """`item`, and all that lies in it, is the owners' (several: a group's); without owners it is nobody's yet.

    `at` is when the platform took it in, `source` where that stands. `dated_by_download` says that the
    files' own times are the moment of a download. `late` is the platform's own word, None where it has none.
    """

    item: File | Folder
    platform: str
    owners: tuple[Owner, ...] = ()
    file: str = ""  # the name that the learner gave, where the platform put its own before it
    at: datetime | None = None
    source: str = ""
    late: bool | None = None
    attempt: tuple[int, ...] = ()
    dated_by_download: bool = False
    assignment: str = ""  # what the platform says that it is for
    problem: str = ""  # why there is nothing to grade in it
    question: str = ""  # what a person has to say before it can be taken
    notes: tuple[str, ...] = field(default=())
    inside: tuple[Owner, ...] = ()  # whom a platform's names in a learner's own folder name

    @property
    def files(self) -> list[File]:
        return [self.item] if isinstance(self.item, File) else list(self.item.walk())


class Platform(Protocol):
    """A Python module that reads one kind of download; its docstring names where the names are described."""

    NAME: str

    def claims(self, folder: Folder, modules: tuple[Module, ...]) -> list[Claim]:
        """Claims for what it knows among the folder's items; the others are left to the next platform."""
