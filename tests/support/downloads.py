"""How each platform names what somebody handed in: a path in its download for a name, a number and a file."""

from __future__ import annotations

import json
from datetime import UTC, datetime

MORNING = datetime(2026, 1, 14, 9, tzinfo=UTC)
GRADESCOPES_METADATA = "submission_metadata.yml"


def canvas(name: str, number: int | str, file: str, late: bool = False, attachment: int | None = None) -> str:
    parts = [name, *(["LATE"] if late else []), str(number), str(attachment or 9 * int(number)), file]
    return "_".join(parts)


def moodle(name: str, number: int | str, file: str, between: str = "/") -> str:
    return f"{name}_{number}_assignsubmission_file{between}{file}"


def exchange(login: str, file: str, folder: str = "12_benchmarking", at: datetime = MORNING, key: object = 7) -> str:
    return f"{login}+{folder}+{at:%Y-%m-%d %H:%M:%S} UTC+{key}/{file}"


def brightspace(name: str, number: int, file: str) -> str:
    return f"{number}-9 - {name} - Jan 14, 2026 900 AM/{file}"


def blackboard(login: str, file: str) -> str:
    return f"HW_{login}_attempt_{MORNING:%Y-%m-%d-%H-%M-%S}_{file}"


def gradescope(number: int | str, file: str) -> str:
    return f"submission_{number}/{file}"


def gradescopes_entry(number: int | str, name: str, sid: str, email: str, at: datetime = MORNING) -> bytes:
    """What Gradescope's metadata say of one submission."""
    said = {":name": name, ":sid": sid, ":email": email}
    first, *others = (f"{key}: {json.dumps(value)}" for key, value in said.items())
    lines = [f"submission_{number}:", "  :submitters:", f"  - {first}", *(f"    {line}" for line in others)]
    return "\n".join([*lines, f"  :created_at: {at:%Y-%m-%d %H:%M:%S} UTC\n"]).encode()
