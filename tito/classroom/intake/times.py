"""When something was handed in, read from what platforms, files and zips say.

A time is a `datetime` with its zone, or None: not known. What has no zone is local time.
"""

from __future__ import annotations

import re
import zipfile
from datetime import UTC, datetime, timedelta, timezone, tzinfo
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

_ZIP_EPOCH = (1980, 1, 1, 0, 0, 0)  # the time of a zip's member whose packer gave none
_EARLIEST, _WIDEST_OFFSET = 2000, timedelta(hours=14)  # no claim before this year, no zone beyond +14:00
_MONTHS = {name: n for n, name in enumerate(re.findall("...", "janfebmaraprmayjunjulaugsepoctnovdec"), 1)}
_STAMP = re.compile(r"(\d{4}-\d\d-\d\d[T ]\d\d:\d\d(?::\d\d(?:\.\d+)?)?)\s*(.*)")


def of_file(mtime: float) -> datetime | None:
    """The time of a file on disk; None where it is no year that a file can have."""
    try:
        return datetime.fromtimestamp(mtime, UTC)
    except (ValueError, OverflowError, OSError):
        return None


def of_member(member: zipfile.ZipInfo) -> datetime | None:
    """The time of a zip's member, which is local time (PKWARE APPNOTE 4.4.6)."""
    try:
        return None if member.date_time == _ZIP_EPOCH else datetime(*member.date_time).astimezone(UTC)
    except (ValueError, OverflowError, OSError):  # a month 0 and the like
        return None


def of_stamp(text: str) -> datetime | None:
    """`2026-11-03 20:30:00.12 UTC`, as nbgrader and Gradescope write it; with a zone by name, an offset, or none."""
    match = _STAMP.match(text.strip())
    if not match:
        return None
    try:
        moment = datetime.fromisoformat(re.sub(r"(\.\d{6})\d+", r"\1", match[1]))
        zone = _zone(match[2].strip())
        return (moment.astimezone() if zone is None else moment.replace(tzinfo=zone)).astimezone(UTC)
    except (ValueError, OverflowError, OSError, ZoneInfoNotFoundError):
        return None


def _zone(name: str) -> tzinfo | None:
    if not name:
        return None
    if name in ("Z", "UTC", "GMT", "Etc/UTC"):
        return UTC
    if offset := re.fullmatch(r"([+-])(\d\d):?(\d\d)", name):
        span = timedelta(hours=int(offset[2]), minutes=int(offset[3]))
        return timezone(-span if offset[1] == "-" else span)
    return ZoneInfo(name)


def of_claim(text: str, now: datetime) -> datetime | None:
    """What a learner's clock says; None for an absurd time: before 2000, in the future, in a zone that nobody has."""
    try:
        claim = datetime.fromisoformat(text)
        offset = claim.utcoffset()
        if claim.year < _EARLIEST or (offset is not None and abs(offset) > _WIDEST_OFFSET):
            return None
        claim = claim.astimezone(UTC)
    except (TypeError, ValueError, OverflowError, OSError):
        return None
    return claim if claim <= now else None


def of_dashes(text: str) -> datetime | None:
    """`2026-11-03-21-00-00`, as Blackboard writes it: local time."""
    try:
        return datetime.strptime(text, "%Y-%m-%d-%H-%M-%S").astimezone(UTC)
    except (ValueError, OverflowError, OSError):
        return None


def of_words(text: str) -> datetime | None:
    """`Nov 3, 2026 211 PM` or `3 November, 2026 1411`, as Brightspace writes it: local time."""
    match = re.fullmatch(r"(\w+)\.? (\w+),? (\d{4}),? (\d{1,2}):?(\d\d)\s*([AaPp]\.?[Mm]\.?)?", text.strip())
    if not match:
        return None
    one, two, year, hour, minute, half = match.groups()
    month, day = (one, two) if two.isdecimal() else (two, one)
    at = int(hour) % 12 + 12 * (half[0] in "Pp") if half else int(hour)
    try:
        return datetime(int(year), _MONTHS[month[:3].lower()], int(day), at, int(minute)).astimezone(UTC)
    except (KeyError, ValueError, OverflowError, OSError):
        return None


def in_words(at: datetime) -> str:
    """`3 Nov 2026, 21:00`, in local time."""
    local = at.astimezone()
    return f"{local.day} {local:%b %Y, %H:%M}"
