"""The folder with all that is about people is closed to the other users of a machine."""

from __future__ import annotations

import os
import stat

from tito.course.course import Course

OTHERS = stat.S_IRWXO


def close_to_others(course: Course) -> bool:
    """Take other users' rights on `course/` away; was there anything to take? A group, as of assistants, keeps its own.

    What lies in it keeps its modes, as nbgrader and tito write them: nobody else gets there.
    """
    folder = course.nbgrader_root
    if not hasattr(os, "getuid") or not folder.is_dir():
        return False
    found = folder.stat()
    if not found.st_mode & OTHERS or found.st_uid != os.getuid():
        return False
    folder.chmod(stat.S_IMODE(found.st_mode) & ~OTHERS)
    return True
