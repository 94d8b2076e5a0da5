"""What formgrader and nbgrader's own feedback show of a learner's notebook: text, in which nothing runs or is fetched.

nbconvert renders Markdown with its HTML and scripts, and outputs as they are. The
page is the instructor's, with the instructor's rights. So `nbgrader_config.py` puts
this in: of each cell what is known to be harmless is kept, Markdown keeps its form,
and its HTML, pictures and other than web links are shown as text.
"""

from __future__ import annotations

import re
from typing import Any

from mistune import escape
from nbconvert.filters.markdown_mistune import IPythonRenderer, MarkdownWithMath
from nbconvert.preprocessors import Preprocessor

from tito.support.safe_text import plain

Node = Any  # of nbformat's: a dictionary whose keys are attributes, too
MOST_RENDERED = 20_000  # characters of a cell
_CELL_ID = re.compile(r"[\w-]+", re.ASCII)
_WEB = re.compile(r"(https?|mailto):", re.IGNORECASE)
# MathJax's commands that make links, load files, name classes and ids, or make such commands under other names:
# it looks for them in all text of the page, and not across a tag
_NOT_MATHS = re.compile(
    r"\\(href|url|require|class|cssId|style|html\w*|data|img|include\w*|unicode|tooltip|toggle|action|"
    r"[gex]?def|let|newcommand|renewcommand|newenvironment|renewenvironment|csname|catcode|bbox)(?![a-zA-Z])"
)


class TextOnly(Preprocessor):
    """Keeps of a notebook what is shown as text: no attachments, widgets, HTML outputs, or metadata of a learner's."""

    def preprocess(self, nb: Node, resources: dict[str, Any]) -> tuple[Node, dict[str, Any]]:
        """The notebook and nbconvert's resources, from which nothing can run. The learner's name is among them."""
        nb.metadata = _node({"language_info": {"name": "python"}})
        nb.cells = [_as_text(cell) for cell in nb.cells]
        names = {key: str(escape(plain(resources[key]))) for key in _names_in(resources)}
        return nb, resources | names


def _names_in(resources: dict[str, Any]) -> list[str]:
    return [key for key in ("student", "first_name", "last_name") if isinstance(resources.get(key), str)]


def _as_text(cell: Node) -> Node:
    kept: dict[str, Any] = {"cell_type": cell.cell_type, "source": plain(cell.source)}
    kept["metadata"] = _nbgraders(cell.metadata)
    if cell.cell_type == "raw":
        kept |= {"cell_type": "markdown", "source": _fenced(kept["source"])}
    if cell.cell_type == "code":
        outputs = [text for output in cell.outputs if (text := _output_as_text(output))]
        kept |= {"outputs": outputs, "execution_count": None}
    return _node(kept)


def _nbgraders(metadata: Node) -> dict[str, Any]:
    """What nbgrader keeps of a cell, where the cell's id is one that a course may have given."""
    found = metadata.get("nbgrader")
    is_known = isinstance(found, dict) and _CELL_ID.fullmatch(str(found.get("grade_id", "")))
    return {"nbgrader": found} if is_known else {}


def _output_as_text(output: Node) -> dict[str, Any]:
    """A stream, an error, or the text of a value; {} for an output that has none."""
    kind = output.output_type
    if kind == "stream":
        return {"output_type": kind, "name": "stdout", "text": str(output.text)}
    if kind == "error":
        lines = [str(line) for line in output.traceback]
        return {"output_type": kind, "ename": str(output.ename), "evalue": str(output.evalue), "traceback": lines}
    text = output.get("data", {}).get("text/plain")
    return {} if text is None else {"output_type": "display_data", "metadata": {}, "data": {"text/plain": str(text)}}


def _node(data: dict[str, Any]) -> Node:
    from nbformat import from_dict

    return from_dict(data)


def _fenced(text: str) -> str:
    """The text as a block of code: its fence is longer than any in it."""
    fence = "`" * (3 + max((len(ticks) for ticks in re.findall("`+", text)), default=0))
    return f"{fence}\n{text}\n{fence}"


def markdown_as_html(source: str | None) -> str:
    """A learner's Markdown, or a comment or none, as HTML: its form is kept, and what could run or be fetched is text.

    A very long one is shown as it was written, for reading Markdown may take a time that grows as its square.
    """
    text = plain(source or "")
    if len(text) > MOST_RENDERED:
        return _as_written(text)
    page = str(MarkdownWithMath(renderer=_TextRenderer()).render(text))
    return _NOT_MATHS.sub(r"\\<span></span>\1", page)


def _as_written(text: str) -> str:
    return f"<pre><code>{escape(text)}</code></pre>\n"


class _TextRenderer(IPythonRenderer):
    """Renders Markdown without HTML, pictures, diagrams, or links to anything but the web."""

    def __init__(self) -> None:
        super().__init__(escape=True, allow_harmful_protocols=False, exclude_anchor_links=True)

    def block_code(self, code: str, info: str | None = None) -> str:
        return _as_written(code)

    def image(self, text: str, url: str, title: str | None = None) -> str:
        return f"[picture: {text}, {escape(url)}]"

    def link(self, text: str, url: str, title: str | None = None) -> str:
        if not _WEB.match(url):
            return f"{text} ({escape(url)})"
        return f'<a href="{escape(url)}" rel="noopener noreferrer" target="_blank">{text}</a>'
