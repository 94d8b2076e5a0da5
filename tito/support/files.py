"""Writing files so that nobody ever reads half of one."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

PRIVATE = 0o600  # the mode of a file about people, outside a folder that is closed to others


def write_atomic(path: Path, content: str | bytes, mode: int = 0o644) -> Path:
    """Put `content` at `path`, whole or not at all, making its folder if need be.

    Text becomes UTF-8. A file with just these bytes is left alone, so that its
    time still says when it last changed. OSError when the disk refuses.
    """
    data = content.encode("utf-8") if isinstance(content, str) else content
    if path.is_file() and path.read_bytes() == data:
        return path
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.", suffix=".tmp")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
        os.chmod(temporary, mode)
        os.replace(temporary, path)
    except BaseException:  # an interrupt too must not leave the temporary file behind
        os.unlink(temporary)
        raise
    return path


def remove_unfinished(folder: Path) -> None:
    """Remove what `write_atomic` leaves in a folder when it is killed. Only for a folder that nobody else writes to."""
    for path in folder.glob(".*.tmp*"):  # hidden files, which nbgrader ignores
        path.unlink(missing_ok=True)
