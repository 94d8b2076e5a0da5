"""The book is built: releases and outputs, the pages' sources, Sphinx, and the search for leaks."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from tito.book import scan
from tito.book.chapter import chapter
from tito.book.links import DOWNLOADS, Links
from tito.book.lite import LAB, lab
from tito.book.lite.exceptions import exceptions
from tito.book.pages import pages
from tito.book.reference_run import reference_outputs
from tito.course.course import Course, Module
from tito.lesson import notebook
from tito.lesson.build import built
from tito.lesson.export import export
from tito.lesson.nbgrader_steps import stripped
from tito.support.errors import CourseError
from tito.support.files import write_atomic

HERE = Path(__file__).parent
KATEX = Path(sys.prefix) / "npm" / "node_modules" / "katex" / "dist"  # `make book` puts it there
KATEX_FILES = ("katex.min.css", "fonts/*.woff2")


@dataclass(frozen=True)
class Site:
    """The built site: where it is, and how many of its files were searched for leaks.

    `pages` are the book's own: the lab's page is an application.
    """

    folder: Path
    searched: int

    @property
    def size_mb(self) -> float:
        return sum(path.stat().st_size for path in self.folder.rglob("*") if path.is_file()) / 1e6

    @property
    def pages(self) -> int:
        return sum(path.relative_to(self.folder).parts[0] != LAB for path in self.folder.rglob("*.html"))


def build_book(course: Course, links: Links, progress: Callable[[str], None] = lambda doing: None) -> Site:
    """Build the whole site; CourseError when Sphinx warns of anything, or when a page gives away a solution.

    A site that gives something away is taken away again.
    """
    _require_tools()
    sources, site = course.book_sources, course.book_site
    _write_sources(course, links, sources, progress)
    shutil.rmtree(site, ignore_errors=True)
    progress("building the pages")
    _sphinx(course, sources, site)
    _remove_leftovers(site)
    progress("building the lab")
    lab.build_lab(course, site)
    try:
        searched = scan.refuse_leaks(course, site, exceptions(course))
    except CourseError:
        shutil.rmtree(site)
        raise
    return Site(site, searched)


def _require_tools() -> None:
    if not (KATEX / KATEX_FILES[0]).is_file() or not shutil.which("node"):
        raise CourseError("the formulas need Node and the npm package katex, and they are not here", hint="make book")
    lab.require_lab()


def _write_sources(course: Course, links: Links, folder: Path, progress: Callable[[str], None]) -> None:
    """All that Sphinx reads; what an earlier build left there and this one doesn't make goes away."""
    for module in course.modules:
        export(course, module, built(course, module))
    files = {name: text.encode() for name, text in pages(course, links).items()}
    for module in course.modules:
        progress(f"the chapter of {module.name}")
        released = stripped(course, module, built(course, module))
        files[f"chapters/{module.name}.ipynb"] = chapter(
            course, module, released, reference_outputs(course, module), links
        )
        files |= {f"extra/{DOWNLOADS}/{name}": data for name, data in _downloads(module, released).items()}
        files |= {f"static/{path.name}": path.read_bytes() for path in module.chapter_assets}
    for pattern in KATEX_FILES:
        found = KATEX.glob(pattern)
        files |= {f"static/katex/{path.relative_to(KATEX).as_posix()}": path.read_bytes() for path in found}
    files["extra/.nojekyll"] = b""
    for path in folder.rglob("*"):
        if path.is_file() and path.relative_to(folder).as_posix() not in files:
            path.unlink()
    for name, data in files.items():
        write_atomic(folder / name, data)


def _downloads(module: Module, released: notebook.Notebook) -> dict[str, bytes]:
    """The release in both forms, without outputs."""
    with TemporaryDirectory() as folder:
        names = [f"{module.notebook_name}{suffix}" for suffix in (".ipynb", ".py")]
        return {name: notebook.write(released, Path(folder) / name).read_bytes() for name in names}


def _sphinx(course: Course, sources: Path, site: Path) -> None:
    """Run Sphinx in a process of its own, with warnings as errors."""
    command = [sys.executable, "-m", "sphinx", "-b", "html", "-W", "--keep-going", "-q", "-E", "-c", str(HERE)]
    command += ["-d", str(course.book / "doctrees"), str(sources), str(site)]
    environment = os.environ | {
        "TITO_BOOK_STATIC": str(sources / "static"),
        "TITO_BOOK_EXTRA": str(sources / "extra"),
        "PYTHONPATH": str(HERE.parents[1]),
    }
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    if done.returncode:
        first = (done.stderr.strip() or done.stdout.strip()).splitlines()
        raise CourseError(f"Sphinx did not build the book: {len(first)} lines of warnings", why="\n".join(first[:20]))


def _remove_leftovers(site: Path) -> None:
    """Remove what no page asks for: an empty folder of sources, the theme's maps, templates and translations."""
    static = site / "_static"
    for folder in (site / "_sources", static / "locales"):
        shutil.rmtree(folder, ignore_errors=True)
    for path in [*static.rglob("*.map"), *static.glob("*.html"), site / ".buildinfo"]:
        path.unlink(missing_ok=True)
