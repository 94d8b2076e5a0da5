"""The pages beside the chapters: those of `docs/`, the changelog, and the front page.

A link between two pages becomes a link of the site. A link to any other file of
the course goes to its repository if one is named; else its text stays.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Container
from pathlib import Path

from tito.book.generated import api, commands, messages
from tito.book.links import Links
from tito.course.course import Course

# the pages from files, in the order of the contents: the site's name for each, and where its text stands
PAGES = {
    "learners": "docs/learners.md",
    "instructors": "docs/instructors.md",
    "intake": "docs/intake.md",
    "nbgrader-courses": "docs/nbgrader-courses.md",
    "giving-back": "docs/giving-back.md",
    "trust": "docs/walls.md",
    "cheats": "docs/cheats.md",
    "cluster": "docs/cluster.md",
    "notebooks": "docs/notebooks.md",
    "authors": "docs/authors.md",
    "kit": "docs/kit.md",
    "contributing": "CONTRIBUTING.md",
    "book": "docs/book.md",
    "changes": "CHANGELOG.md",
}
GENERATED = {"commands": commands.page, "api": api.page, "messages": messages.page}
CONTENTS = {
    "Using it": ("learners", "instructors", "intake", "giving-back", "nbgrader-courses", "cluster", "notebooks"),
    "Trusting it": ("trust", "cheats"),
    "Extending it": ("authors", "kit", "contributing", "book"),
    "Looking it up": ("commands", "api", "messages", "changes"),
}
WAYS = {"learners": "For learners", "instructors": "for instructors", "authors": "for authors of modules"}
_LINK = re.compile(r"\[(?P<text>[^\]]*)\]\((?P<target>[^)\s]+)\)")


def pages(course: Course, links: Links) -> dict[str, str]:
    """The text of each page, by its path below the folder of sources."""
    there = {name: source for name, source in PAGES.items() if (course.root / source).is_file()}
    texts = {name: _linked(course, source, links) for name, source in there.items()}
    texts |= {name: page(course) for name, page in GENERATED.items()}
    return {f"pages/{name}.md": text for name, text in texts.items()} | {"index.md": _front(course, texts)}


def _linked(course: Course, source: str, links: Links) -> str:
    text = (course.root / source).read_text(encoding="utf-8")
    return _LINK.sub(lambda match: _link(match["text"], match["target"], source, links), text)


def _link(text: str, target: str, source: str, links: Links) -> str:
    """A link of the file `source` as its page has it."""
    path, hash_mark, anchor = target.partition("#")
    if not path or ":" in path:
        return f"[{text}]({target})"
    place = posixpath.normpath(posixpath.join(posixpath.dirname(source), path))
    names = {of: name for name, of in PAGES.items()}
    if place in names:
        return f"[{text}]({names[place]}.md{hash_mark}{anchor})"
    address = links.source(place)
    return f"[{text}]({address})" if address else text


def _front(course: Course, names: Container[str]) -> str:
    """The front page: what this is, the way through it, and the contents: chapters, and the pages of these names."""
    rows = "".join(
        f"| [{m.number} · {m.title}](chapters/{m.name}.ipynb) | {len(m.checks)} checks |\n" for m in course.modules
    )
    chapters = "".join(f"chapters/{module.name}\n" for module in course.modules)
    trees = [("Chapters", chapters), *((title, _entries(group, names)) for title, group in CONTENTS.items())]
    contents = "".join(f"```{{toctree}}\n:hidden:\n:caption: {title}\n\n{body}```\n\n" for title, body in trees if body)
    intro = (Path(__file__).parent / "front.md").read_text(encoding="utf-8")
    ways = " · ".join(f"[{text}](pages/{name}.md)" for name, text in WAYS.items() if name in names)
    return f"{intro}\n{ways}\n\n| chapter | graded by |\n|---|---|\n{rows}\n{contents}"


def _entries(group: tuple[str, ...], names: Container[str]) -> str:
    return "".join(f"pages/{name}\n" for name in group if name in names)
