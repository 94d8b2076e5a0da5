"""The slim wheels of the lab: the checks' tools, and for each lesson the modules that it needs.

All of it is pure Python without pins. A lesson's wheel has the reference's exports of
the modules *before* it, as a workspace has them, and none of its own module.
"""

from __future__ import annotations

import json
from base64 import urlsafe_b64encode
from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

import tito
from tito.book.lite.imports import code_of, files_needed, libraries_in
from tito.course.course import Course, Module
from tito.lesson.build import built
from tito.page.lesson import FACTS, wheel_name
from tito.support.zips import packed

TITO = Path(tito.__file__).parent
ROOTS = ("tools/**/*.py", "page/*.py", "__init__.py")  # of tito; what these import comes along


@dataclass(frozen=True)
class Wheel:
    """A wheel: its file's name, and its bytes, the same for the same files."""

    file_name: str
    data: bytes


def tools_wheel(course: Course) -> Wheel:
    """What checks import, and what the package has beside the modules: the same for every lesson."""
    files = {path.relative_to(TITO.parent).as_posix(): path.read_bytes() for path in _tools()}
    beside = [*course.package_extras, *course.package.glob("core/__init__.py")]
    files |= {path.relative_to(course.root).as_posix(): path.read_bytes() for path in beside if not _is_script(path)}
    return _wheel("tito_page", tito.__version__, f"tito_page-{tito.__version__}-py3-none-any.whl", files)


def _tools() -> list[Path]:
    roots = [path for pattern in ROOTS for path in TITO.glob(pattern)]
    return files_needed(TITO.parent, "tito", roots)


def _is_script(path: Path) -> bool:
    """Is it run by hand, such as the script that trained the networks? No lesson imports it."""
    return path.suffix == ".py" and path.parent.name == "models" and path.name != "__init__.py"


def lesson_wheel(course: Course, module: Module, provided: frozenset[str]) -> Wheel:
    """The exports of the modules that `module` needs, and what its page knows; `provided` are the lab's libraries."""
    before = [course.exported(needed) for needed in course.needed_by(module)]
    files = {path.relative_to(course.root).as_posix(): path.read_bytes() for path in before}
    facts = {
        "name": module.name,
        "folder": module.folder,
        "notebook_name": module.notebook.name,
        "max_points": module.max_points,
        "hints": {check.id: list(check.hints.texts) for check in module.checks},
        "absent": sorted(libraries_of(course, module) - provided),
    }
    files[FACTS] = (json.dumps(facts, indent=1, ensure_ascii=False) + "\n").encode()
    name = wheel_name(export_of(module))
    return _wheel(name.partition("-")[0], "1", name, files)


def export_of(module: Module) -> str:
    """What the lesson's own first cell calls its export: "core.tensor"."""
    return module.exports.partition(".")[2]


def libraries_of(course: Course, module: Module) -> frozenset[str]:
    """The libraries that a lesson's page may import: by its cells, the modules that it needs, and the checks' tools."""
    ours = [
        *course.package_extras,
        *(path for path in _tools() if path.relative_to(TITO).parts[0] in ("tools", "page")),
    ]
    ours = [path for path in ours if path.suffix == ".py" and not _is_script(path)]
    ours += [course.exported(needed) for needed in course.needed_by(module)]
    texts = [path.read_text(encoding="utf-8") for path in ours]
    return libraries_in([*code_of(built(course, module)), *texts], ("tito", "js", course.package.name))


def _wheel(name: str, version: str, file_name: str, files: Mapping[str, bytes]) -> Wheel:
    """A wheel as PEP 427 has it."""
    info = f"{name}-{version}.dist-info"
    metadata = f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\nRequires-Python: >=3.11\n"
    kind = "Wheel-Version: 1.0\nGenerator: tito\nRoot-Is-Purelib: true\nTag: py3-none-any\n"
    listed = {**files, f"{info}/METADATA": metadata.encode(), f"{info}/WHEEL": kind.encode()}
    record = "".join(f"{path},{_digest(data)},{len(data)}\n" for path, data in listed.items())
    return Wheel(file_name, packed({**listed, f"{info}/RECORD": f"{record}{info}/RECORD,,\n".encode()}))


def _digest(data: bytes) -> str:
    return "sha256=" + urlsafe_b64encode(sha256(data).digest()).decode().rstrip("=")
