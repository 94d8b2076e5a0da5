"""Zips that come out the same twice, and are unpacked nowhere but in the folder that they are for."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Collection, Mapping
from pathlib import Path

ZIP_EPOCH = (1980, 1, 1, 0, 0, 0)  # the earliest time that a zip can hold
_UNIX = 3


def packed(files: Mapping[str, bytes | Path], programs: Collection[str] = ()) -> bytes:
    """A zip of these files, by name, in this order; those called as `programs` are may be run."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as zipped:
        for name, content in files.items():
            member = zipfile.ZipInfo(name, ZIP_EPOCH)
            member.create_system = _UNIX  # on every system, for the same bytes
            member.external_attr = (0o100755 if name in programs else 0o100644) << 16
            zipped.writestr(
                member, content if isinstance(content, bytes) else content.read_bytes(), zipfile.ZIP_DEFLATED
            )
    return out.getvalue()
