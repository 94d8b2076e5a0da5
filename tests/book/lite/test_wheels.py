"""The lab's wheels: what is in them, and that a solution planted in any part of the lab is found."""

import io
import json
import zipfile
from hashlib import sha256

import pytest

from tito.book import scan
from tito.book.lite import LAB, python_folder
from tito.book.lite.exceptions import _given
from tito.book.lite.imports import files_needed, imported_in, libraries_in
from tito.book.lite.python_folder import full_folder
from tito.book.lite.wheels import Wheel, lesson_wheel, libraries_of, tools_wheel
from tito.book.scan import Exceptions
from tito.lesson.build import built
from tito.lesson.export import export
from tito.lesson.nbgrader_steps import stripped
from tito.lesson.notebook import write
from tito.page.lesson import FACTS, LESSONS
from tito.support.errors import CourseError

SOLUTION = "        return Count(total=len(seen), distinct=len(set(seen)))"


def unpacked(wheel):
    with zipfile.ZipFile(io.BytesIO(wheel.data)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


@pytest.fixture
def exported(course):
    for module in course.modules:
        export(course, module, built(course, module))
    return course


def test_the_tools_come_with_what_they_import_and_without_the_command_line(exported):
    names = unpacked(tools_wheel(exported)).keys()
    assert {"tito/__init__.py", "tito/tools/testing.py", "tito/lesson/notebook.py", "tito/course/hand_in.py"} <= names
    assert not any(name.startswith(("tito/cli/", "tito/classroom/", "tito/autograder/")) for name in names)
    assert not any(name.startswith("tinytorch/core/c") for name in names)


def test_a_lesson_brings_the_modules_before_it_and_not_its_own(exported):
    first, second = (lesson_wheel(exported, module, frozenset()) for module in exported.modules)
    assert not [name for name in unpacked(first) if name.startswith("tinytorch")]
    assert [name for name in unpacked(second) if name.startswith("tinytorch")] == ["tinytorch/core/counting.py"]
    facts = json.loads(unpacked(second)[FACTS])
    assert facts["folder"] == "02_adding" and facts["notebook_name"] == "adding_dev.ipynb"


def test_a_wheel_has_no_pins_and_lists_its_files_with_their_digests(exported):
    files = unpacked(tools_wheel(exported))
    metadata = next(data for name, data in files.items() if name.endswith("METADATA")).decode()
    assert "Requires-Python: >=3.11" in metadata and "Requires-Dist" not in metadata
    record = next(data for name, data in files.items() if name.endswith("RECORD")).decode()
    assert {line.split(",")[0] for line in record.splitlines()} == files.keys()


def test_a_wheel_comes_out_the_same_twice(exported):
    assert tools_wheel(exported) == tools_wheel(exported)


def test_what_a_page_has_not_is_what_its_lesson_imports_and_the_lab_does_not_bring(exported):
    module = exported.module("counting")
    libraries = libraries_of(exported, module)
    assert "numpy" in libraries and "tito" not in libraries and "js" not in libraries
    facts = json.loads(unpacked(lesson_wheel(exported, module, frozenset({"numpy"})))[FACTS])
    assert facts["absent"] == sorted(libraries - {"numpy"})


def test_imports_are_found_wherever_they_stand(tmp_path):
    assert imported_in("import a.b\ndef f():\n    from c import d\n    from . import e") == {"a.b", "c", "c.d"}
    assert libraries_in(["import os, numpy.linalg\nfrom ours.x import y"], ["ours"]) == {"numpy"}
    for name, text in {"__init__": "", "one": "from p.two import x", "two": "", "three": ""}.items():
        (tmp_path / "p").mkdir(exist_ok=True)
        (tmp_path / "p" / f"{name}.py").write_text(text, encoding="utf-8")
    found = files_needed(tmp_path, "p", [tmp_path / "p" / "one.py"])
    assert [path.stem for path in found] == ["__init__", "one", "two"]


# -- a full Pyodide ------------------------------------------------------------------------


def a_wheel(name, **files):
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w") as archive:
        for path, text in files.items():
            archive.writestr(f"{path}/__init__.py", text)
    return Wheel(f"{name}-1.0-py3-none-any.whl", data.getvalue())


@pytest.fixture
def pyodide(tmp_path, monkeypatch):
    """npm's folder of a Pyodide, and the full one, in which `science` needs `base`."""
    lock = {"info": {"python": "3.14"}, "packages": {}}
    entries = {
        name: {"imports": [name], "depends": depends, "file_name": f"{name}.whl", "name": name}
        for name, depends in {"science": ["base"], "base": [], "other": []}.items()
    }
    npm, full = tmp_path / "npm", tmp_path / "full"
    for folder, packages in ((npm, {}), (full, entries)):
        folder.mkdir()
        (folder / "pyodide-lock.json").write_text(json.dumps(lock | {"packages": packages}), encoding="utf-8")
        (folder / "package.json").write_text('{"version": "314"}', encoding="utf-8")
        for name in python_folder.RUNTIME:
            (folder / name).write_bytes(b"x")
    for name in entries:
        (full / f"{name}.whl").write_bytes(name.encode())
    monkeypatch.setattr(python_folder, "NPM", npm)
    monkeypatch.setattr(python_folder, "WHEELS", tmp_path / "none")
    monkeypatch.setattr(python_folder, "KERNELS_OWN", tmp_path / "none")
    return tmp_path


def test_without_a_full_pyodide_the_folder_has_the_given_wheels_alone(pyodide):
    wheel = a_wheel("ours", ours="")
    made = python_folder.python_folder([wheel], {"science"})
    lock = json.loads(made.files["pyodide-lock.json"])
    assert made.packages == ("ours",) and made.provided == {"ours"}
    assert lock["packages"]["ours"]["sha256"] == sha256(wheel.data).hexdigest()


def test_of_a_full_pyodide_the_folder_has_what_lessons_import(pyodide):
    made = python_folder.python_folder([], {"science"}, pyodide / "full")
    assert set(made.packages) == {"science", "base"} and made.files["base.whl"] == b"base"
    assert "other.whl" not in made.files


def test_a_folder_with_another_pyodide_is_refused(pyodide, monkeypatch):
    monkeypatch.setenv("PYODIDE_FULL", str(pyodide / "full"))
    assert full_folder() == pyodide / "full"
    (pyodide / "full" / "pyodide-lock.json").write_text('{"info": {"python": "3.9"}}', encoding="utf-8")
    with pytest.raises(CourseError, match="PYODIDE_FULL names no folder with the full Pyodide 314"):
        full_folder()


# -- the search for leaks ------------------------------------------------------------------


@pytest.fixture
def lab(exported, tmp_path):
    """A site's lab, as far as the course makes it."""
    site = tmp_path / "site"
    for module in exported.modules:
        wheel = lesson_wheel(exported, module, frozenset())
        place = site / LAB / LESSONS / wheel.file_name
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(wheel.data)
        write(stripped(exported, module, built(exported, module)), site / LAB / "files" / module.notebook.name)
    tools = tools_wheel(exported)
    weights = {sha256(path.read_bytes()).hexdigest() for path in exported.package_extras if path.suffix == ".npz"}
    allowed = {place: lines for module in exported.modules for place, lines in _given(exported, module)}
    (site / LAB / tools.file_name).write_bytes(tools.data)
    return site, Exceptions(frozenset(weights), allowed)


def with_member(path, name, text):
    with zipfile.ZipFile(path, "a") as archive:
        archive.writestr(name, text)


@pytest.mark.slow
def test_what_a_lesson_stands_on_is_no_leak(exported, lab):
    site, exceptions = lab
    assert scan.refuse_leaks(exported, site, exceptions) > 10
    with pytest.raises(CourseError, match="would give away"):
        scan.refuse_leaks(exported, site)


@pytest.mark.slow
@pytest.mark.parametrize(
    "planted",
    [
        lambda lab: with_member(lab / LESSONS / "lesson_core_counting-1-py3-none-any.whl", "own.py", SOLUTION),
        lambda lab: with_member(lab / LESSONS / "lesson_core_adding-1-py3-none-any.whl", "tito_more.py", SOLUTION),
        lambda lab: with_member(next(lab.glob("tito_page*.whl")), "tito/tools/more.py", SOLUTION),
        lambda lab: (lab / "all.json").write_text(json.dumps({"content": f"a\n{SOLUTION}\n"}), encoding="utf-8"),
        lambda lab: (lab / "bundle.js").write_text(f"f({json.dumps(SOLUTION)})", encoding="utf-8"),
        lambda lab: (lab / "files" / "more.ipynb").write_text(
            json.dumps({"cells": [{"cell_type": "code", "source": SOLUTION}], "nbformat": 4}), encoding="utf-8"
        ),
    ],
    ids=["own wheel", "later wheel", "tools", "listing", "script", "notebook"],
)
def test_a_planted_solution_is_found_in_each_part_of_the_lab(exported, lab, planted):
    site, exceptions = lab
    planted(site / LAB)
    with pytest.raises(CourseError, match=r"return Count\(total"):
        scan.refuse_leaks(exported, site, exceptions)


def test_a_file_of_others_is_passed_over_only_as_it_was(tmp_path):
    path = tmp_path / "their.js"
    path.write_text(SOLUTION, encoding="utf-8")
    secrets = frozenset({"".join(SOLUTION.split())})
    known = Exceptions(frozenset({sha256(path.read_bytes()).hexdigest()}))
    assert scan.search(tmp_path, secrets, known) == (0, [])
    path.write_text(SOLUTION + "\n", encoding="utf-8")
    assert len(scan.search(tmp_path, secrets, known)[1]) == 1
