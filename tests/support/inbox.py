"""A course of two modules with nothing in them, and hand-ins for it: in a folder or in a zip."""

from __future__ import annotations

import io
import json
import os
import zipfile
from datetime import UTC, datetime
from pathlib import Path

from tito.course.course import Course

MODULE = 'title = "{0}"\nexports = "toy.{0}"\n[[check]]\nid = "{1}"\npoints = 2\n'
JANUARY = datetime(2026, 1, 14, 10, 15, tzinfo=UTC)


def write_small_course(root: Path) -> Course:
    """Modules 01 tensor, whose check is `add`, and 12 benchmarking, whose check is `mean`."""
    for folder, name, check in (("01_tensor", "tensor", "add"), ("12_benchmarking", "benchmarking", "mean")):
        home = root / "modules" / "source" / folder
        home.mkdir(parents=True)
        (home / "module.toml").write_text(MODULE.format(name, check))
    return Course(root)


def a_notebook(mark="", check="mean"):
    """A notebook with this check, whose first cell is `mark`."""
    marks = {"grade": True, "grade_id": check, "locked": True, "points": 2, "schema_version": 3, "solution": False}
    cell = {
        "cell_type": "code",
        "id": check,
        "metadata": {"nbgrader": marks},
        "outputs": [],
        "source": mark,
        "execution_count": None,
    }
    return json.dumps({"cells": [cell], "metadata": {}, "nbformat": 4, "nbformat_minor": 5}).encode()


def a_zip(path, files, manifest=None, at=JANUARY):
    """A zip of these files, all of one local time."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            member = zipfile.ZipInfo(name, at.astimezone().timetuple()[:6])
            archive.writestr(member, content, zipfile.ZIP_DEFLATED)
        if manifest is not None:
            archive.writestr("manifest.json", json.dumps(manifest))
    return path


def zipped(files, manifest=None):
    """The bytes of a zip."""
    return a_zip(io.BytesIO(), files, manifest).getvalue()


def a_folder(root, files, at=JANUARY):
    """A folder of these files, of one time unless `at` has one for each."""
    for name, content in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
        moment = (at[name] if isinstance(at, dict) else at).timestamp()
        os.utime(path, (moment, moment))
    return root


def submitted(course):
    """Learner → the source of the first cell of what counts."""
    found = (course.nbgrader_root / "submitted").glob("*/*/*.ipynb")
    return {p.parts[-3]: "".join(json.loads(p.read_bytes())["cells"][0]["source"]) for p in sorted(found)}
