"""A learner's notebook that would run or fetch something in the browser of whoever opens it."""

from __future__ import annotations

import re
from html.parser import HTMLParser

AWAY = "http://elsewhere.invalid"  # what nothing may ask for
RUN = "window.ran = (window.ran || 0) + 1"
_SVG = f'<svg xmlns="http://www.w3.org/2000/svg" onload="{RUN}"><script>{RUN}</script></svg>'
MARKDOWN = {
    "a script": f"<script>{RUN}</script>",
    "a script of another place": f'<script src="{AWAY}/x.js"></script>',
    "a picture with a handler": f'<img src="x" onerror="{RUN}">',
    "a picture in Markdown": f"![me]({AWAY}/me.png)",
    "a picture by reference": f"![me][there]\n\n[there]: {AWAY}/me.png",
    "a picture inside a link": f"[![me]({AWAY}/me.png)](javascript:{RUN.replace(' ', '')})",
    "a picture that is a script": "![me](javascript:window.ran=1)",
    "an attachment": "![me](attachment:evil.svg)",
    "an SVG": _SVG,
    "a frame": f'<iframe src="{AWAY}/frame" srcdoc="<script>parent.{RUN}</script>"></iframe>',
    "an object": f'<object data="{AWAY}/o"></object><embed src="{AWAY}/e">',
    "a style": f'<style>body {{ background: url({AWAY}/b.png) }} @import "{AWAY}/c.css";</style>',
    "a link that loads": f'<link rel="stylesheet" href="{AWAY}/c.css"><link rel="prefetch" href="{AWAY}/p">',
    "a base": f'<base href="{AWAY}/">',
    "a form": f'<form action="{AWAY}/f"><input name="q" autofocus onfocus="{RUN}"></form>',
    "a refresh": f'<meta http-equiv="refresh" content="0; url={AWAY}/r">',
    "details that open": f'<details open ontoggle="{RUN}">x</details>',
    "a film": f'<video src="{AWAY}/v" autoplay onerror="{RUN}"></video><audio src="{AWAY}/a" autoplay></audio>',
    "a link that runs": "[read me](javascript:window.ran=1)",
    "a link that runs, in capitals": "[read me](JaVaScRiPt:window.ran=1)",
    "a link with a tab in it": "[read me](java&#9;script:window.ran=1)",
    "a link to data": f"[read me](data:text/html,<script>{RUN}</script>)",
    "an automatic link that runs": "<javascript:window.ran=1>",
    "a link by reference": "[read me][run]\n\n[run]: javascript:window.ran=1",
    "a title with a handler": f"[x](https://example.org 'a\" onmouseover=\"{RUN}')",
    "an address with a handler": f'[x](https://example.org/"onclick="{RUN.replace(" ", "")})',
    "a formula with a link": r"$\href{javascript:window.ran=1}{x}$",
    "a formula that loads": rf"$$\require{{{AWAY}/x.js}}$$",
    "a formula with a class": r"\begin{equation}\class{danger}{x}\cssId{notebook}{y}\end{equation}",
    "a formula with a style": rf"$\style{{background: url({AWAY}/b.png)}}{{x}}$",
    "a formula under another name": r"$\let\x\href \x{javascript:window.ran=1}{x}$",
    "a formula that Markdown does not see": r"\$\\href{javascript:window.ran=1}{x}\$",
    "a formula with a tag": f"$<img src=x onerror='{RUN}'>$",
    "a diagram": f'```mermaid\ngraph TD; A["<img src=x onerror={RUN}>"]\n```',
    "a language with a handler": f'```"><img src=x onerror="{RUN}">\ncode\n```',
    "a comment that ends": f"<!-- --><script>{RUN}</script><!-- -->",
    "the end of the page": f"</div></body></html><script>{RUN}</script>",
    "a broken tag": f"<img src=x onerror={RUN}//",
    "a heading": f"# <img src=x onerror='{RUN}'>",
    "a table": f"|a|b|\n|-|-|\n|<img src=x onerror='{RUN}'>|![x]({AWAY}/t.png)|",
    "a custom element": f"<x-y style='animation: a 1s' onanimationstart='{RUN}'>x</x-y>",
    "letters from right to left": "\u202e)tfel ot thgir( \u2066",
    "a button of formgrader's": '<input class="score" value="100"><button class="full-credit">x</button>',
    "one's own scores": '<div data-link="javascript:window.ran=1"></div>',
}
OUTPUTS = {
    "text/html": f"<script>{RUN}</script><img src='{AWAY}/o.png' onerror='{RUN}'>",
    "image/svg+xml": _SVG,
    "application/javascript": RUN,
    "text/markdown": f"<script>{RUN}</script>![x]({AWAY}/o.png)",
    "text/latex": r"$\href{javascript:window.ran=1}{x}$",
    "application/vnd.jupyter.widget-view+json": {"model_id": "x", "version_major": 2, "version_minor": 0},
    "application/vnd.mermaid": "graph TD; A",
    "text/plain": f"<script>{RUN}</script>\x1b[31m</pre><script>{RUN}</script>",
}
CELL_METADATA = {
    "tags": [f'"><script>{RUN}</script>'],
    "magics_language": f'"><script>{RUN}</script>',
    "nbgrader": {
        "grade_id": f'"><script>{RUN}</script>',
        "solution": True,
        "grade": True,
        "points": 1,
        "schema_version": 3,
    },
}
METADATA = {
    "title": f"</title><script>{RUN}</script>",
    "kernelspec": {
        "name": f'"><script>{RUN}</script>',
        "display_name": f"<script>{RUN}</script>",
        "language": "python",
    },
    "language_info": {"name": f'"><script>{RUN}</script>', "pygments_lexer": f'"><script>{RUN}</script>'},
    "widgets": {"application/vnd.jupyter.widget-state+json": {"state": {"x": f"</script><script>{RUN}</script>"}}},
}
SOURCE = f'"""</pre><script>{RUN}</script>"""\n# <img src=x onerror="{RUN}">\n'
NAME = f"<script>{RUN}</script><img src={AWAY}/n.png>"


def make_hostile(notebook: dict) -> dict:
    """The data of a notebook with a cell of each kind put in, and all metadata that a page may show."""
    notebook["metadata"] |= METADATA
    cells = notebook["cells"]
    for number, text in enumerate([*MARKDOWN.values(), OUTPUTS["text/html"]]):
        attachments = {"evil.svg": {"image/svg+xml": "PHN2Zy8+", f'"><script>{RUN}</script>': "x"}}
        cells.append(_cell("markdown", f"md-{number}", text) | {"attachments": attachments})
    cells.append(_cell("raw", "raw", f"<script>{RUN}</script>") | {"metadata": {"raw_mimetype": "text/html"}})
    cells.append(_cell("markdown", "named", "text") | {"metadata": CELL_METADATA})
    for number, (kind, data) in enumerate(OUTPUTS.items()):
        output = {"output_type": "display_data", "metadata": {}, "data": {kind: data}}
        told = {"execution_count": None, "outputs": [output], "metadata": CELL_METADATA}
        cells.append(_cell("code", f"code-{number}", SOURCE) | told)
    error = {"output_type": "error", "ename": NAME, "evalue": NAME, "traceback": [NAME, f"\x1b[31m{NAME}"]}
    stream = {"output_type": "stream", "name": "stdout", "text": NAME}
    cells.append(_cell("code", "told", SOURCE) | {"execution_count": None, "outputs": [error, stream]})
    for cell in cells:
        if cell["cell_type"] == "code" and cell["metadata"].get("nbgrader", {}).get("solution"):
            cell["source"] = _joined(cell["source"]) + SOURCE
        elif cell["cell_type"] == "markdown" and cell["metadata"].get("nbgrader", {}).get("solution"):
            cell["source"] = "\n\n".join(text for text in MARKDOWN.values() if "attachment:" not in text)
    return notebook


def _joined(source: str | list[str]) -> str:
    return source if isinstance(source, str) else "".join(source)


def _cell(kind: str, name: str, source: str) -> dict:
    return {"cell_type": kind, "id": name, "metadata": {}, "source": source}


class Doing(HTMLParser):
    """What a page does beside showing text. `own` are the scripts and addresses that the page itself has."""

    LOUD = (
        "img",
        "svg",
        "iframe",
        "object",
        "embed",
        "form",
        "base",
        "video",
        "audio",
        "math",
        "meta",
        "style",
        "link",
    )
    ADDRESSES = ("href", "src", "action", "formaction", "data", "srcdoc", "poster", "xlink:href", "data-link")

    def __init__(self, page: str):
        super().__init__()
        self.found: list[str] = []
        self.feed(page)

    def handle_starttag(self, tag, attributes):
        self.found += [tag] if tag in (*self.LOUD, "script") else []
        is_link = tag == "a"
        self.found += [f"{name}={value}" for name, value in attributes if self._does(name, value or "", is_link)]

    def _does(self, name: str, value: str, is_link: bool) -> bool:
        """Does this attribute run something, load something, or lead to anything but a page of the web?"""
        is_style = name == "style" and not re.fullmatch(r"(flex|width): [\d.]+%?", value)
        leads = name in self.ADDRESSES and not re.match("#|https?://" if is_link else "#", value)
        return name.startswith("on") or is_style or leads
