"""A benchmark report as one HTML file: the Markdown report, and figures of the same results.

The page needs nothing from outside: no script, no font, no style sheet, and its
figures are SVG inside it. It shows the report that it is given and what
stands in the results, nothing else.
"""

from __future__ import annotations

import html
import io
import os
import re
from pathlib import Path

INK, MARK = "#1f5f8b", "#c1440e"

STYLE = """
body { font: 16px/1.5 system-ui, sans-serif; color: #222; max-width: 60rem; margin: 2rem auto; padding: 0 1rem }
h1 { font-size: 1.7rem } h2 { border-bottom: 1px solid #ddd; margin-top: 2.2rem; padding-bottom: .2rem }
table { border-collapse: collapse; margin: .8rem 0; font-variant-numeric: tabular-nums }
th, td { border-bottom: 1px solid #ddd; padding: .3rem .9rem .3rem 0; text-align: left; vertical-align: top }
th { font-weight: 600; white-space: nowrap } .wide { overflow-x: auto }
figure { margin: 1.2rem 0 } figure svg { max-width: 100%; height: auto } figcaption { color: #555; max-width: 45rem }
"""

PRIVATE = 0xE000  # of Unicode's private use: no report holds these signs
PAGE = """<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{title}</title>
<style>{style}</style>
</head>
<body>
<main>
{report}
{figures}
</main>
</body>
</html>
"""


def save_page(report: str, results: dict, filename: str | Path = "benchmark_report.html") -> Path:
    """Write `report_page` to a file, as UTF-8; an earlier one is replaced in one step."""
    path = Path(filename)
    unfinished = path.with_name(path.name + ".part")
    unfinished.write_text(report_page(report, results), encoding="utf-8")
    os.replace(unfinished, path)
    return path


def report_page(report: str, results: dict) -> str:
    """The page: `report` in Markdown as HTML, then the figures of `results`, a dict of `BenchmarkResult`."""
    title = next((line[2:] for line in report.splitlines() if line.startswith("# ")), "Benchmark report")
    figures = [figure(results) for figure in (tail_figure, course_figure)]
    shown = "\n".join(each for each in figures if each)
    section = f"<h2>Figures</h2>\n{shown}" if shown else ""
    return PAGE.format(title=html.escape(_shown(_hidden(title))), style=STYLE, report=to_html(report), figures=section)


# -- Markdown ------------------------------------------------------------------


def to_html(markdown: str) -> str:
    """HTML of the Markdown that reports use: headings, lists, tables, paragraphs, bold, code. All else is text."""
    blocks = re.split(r"\n\s*\n", _hidden(markdown.strip()))
    page = "\n".join(_block(block.strip().splitlines()) for block in blocks if block.strip())
    return _shown(page, as_text=lambda sign: html.escape(sign, quote=False))


def _hidden(markdown: str) -> str:
    """The Markdown with each sign that stands behind a backslash put where nothing takes it for Markdown."""
    return re.sub(r"\\([!-/:-@\[-`{-~])", lambda found: chr(PRIVATE + ord(found[1])), markdown)


def _shown(text: str, as_text=str) -> str:
    """The same with these signs back, each as `as_text` writes it."""
    return re.sub(f"[{chr(PRIVATE)}-{chr(PRIVATE + 127)}]", lambda found: as_text(chr(ord(found[0]) - PRIVATE)), text)


def _block(lines: list[str]) -> str:
    heading = re.match(r"(#{1,6}) +(.*)", lines[0])
    if heading:
        level = len(heading[1])
        rest = "\n" + _block(lines[1:]) if lines[1:] else ""
        return f"<h{level}>{_inline(heading[2])}</h{level}>{rest}"
    if len(lines) > 1 and lines[0].startswith("|") and set(lines[1]) <= set("|-: "):
        return _table(lines)
    if all(line.startswith(("- ", "* ")) for line in lines):
        return "<ul>\n" + "\n".join(f"<li>{_inline(line[2:])}</li>" for line in lines) + "\n</ul>"
    return f"<p>{_inline(' '.join(lines))}</p>"


def _table(lines: list[str]) -> str:
    header, *rows = [_row(line) for line in lines if not set(line) <= set("|-: ")]
    head = "".join(f"<th>{cell}</th>" for cell in header)
    body = "\n".join("<tr>" + "".join(f"<td>{cell}</td>" for cell in row) + "</tr>" for row in rows)
    table = f"<table>\n<thead><tr>{head}</tr></thead>\n<tbody>\n{body}\n</tbody>\n</table>"
    return f'<div class="wide" tabindex="0">{table}</div>'


def _row(line: str) -> list[str]:
    return [_inline(cell.strip()) for cell in line.strip().strip("|").split("|")]


def _inline(text: str) -> str:
    text = html.escape(text, quote=False)
    text = re.sub(r"`([^`]+)`", r"<code>\1</code>", text)
    return re.sub(r"\*\*(.+?)\*\*", r"<strong>\1</strong>", text)


# -- figures -------------------------------------------------------------------


def tail_figure(results: dict) -> str:
    """How many latencies are slower than x, on a logarithmic tail, with the percentiles that they bear out."""
    measured = {name: sorted(result.latencies) for name, result in results.items() if len(result.latencies)}
    if not measured:
        return ""
    axes = _panels(len(measured))
    for axis, (name, in_order) in zip(axes, measured.items(), strict=True):
        _draw_tail(axis, name, in_order)
    caption = "The share of latencies that are slower than x. Dots mark percentiles that some latency lies beyond."
    return _figure(axes[0].figure, "Latency tails", caption)


def course_figure(results: dict) -> str:
    """The latencies in the order of arrival, for each result that kept it."""
    in_order = {name: (result.metadata or {}).get("latencies_in_order") for name, result in results.items()}
    kept = {name: values for name, values in in_order.items() if values is not None and len(values)}
    if not kept:
        return ""
    axes = _panels(len(kept))
    for axis, (name, values) in zip(axes, kept.items(), strict=True):
        unit_s, unit = _unit(max(values))
        axis.plot([value / unit_s for value in values], ".", markersize=3, color=INK)
        axis.set(title=name, xlabel="place in the run", ylabel=f"latency ({unit})")
        axis.set_ylim(0, 1.08 * max(values) / unit_s or 1)
    caption = "Latencies in the order of arrival. A slope is drift; points far above the others are outliers."
    return _figure(axes[0].figure, "The course of each run", caption)


def _draw_tail(axis, name: str, in_order: list[float]) -> None:
    n, (unit_s, unit) = len(in_order), _unit(in_order[-1])
    slower = [1 - i / n for i in range(n)]
    axis.step([value / unit_s for value in in_order], slower, where="post", color=INK)
    for share in (share for share in (0.5, 0.9, 0.99) if n * (1 - share) >= 1 - 1e-9):
        value = in_order[min(int(share * n), n - 1)] / unit_s
        axis.plot(value, 1 - share, "o", color=MARK, markersize=4)
        axis.annotate(f"p{share * 100:.0f}", (value, 1 - share), (6, 3), textcoords="offset points", fontsize=8)
    axis.set(title=f"{name}, n = {n}", xlabel=f"x: latency ({unit})", ylabel="share slower than x", yscale="log")
    axis.set_ylim(min(0.5 / n, 0.005), 1.3)


def _unit(longest_s: float) -> tuple[float, str]:
    """The unit that suits a latency, in seconds, and its name."""
    units = ((1, "s"), (1e-3, "ms"), (1e-6, "µs"))
    return next(((size, name) for size, name in units if longest_s >= size), (1e-9, "ns"))


def _panels(count: int) -> list:
    """Axes side by side on a figure that belongs to no window."""
    from matplotlib.figure import Figure

    figure = Figure(figsize=(4 * count, 3.1), layout="constrained")
    axes = list(figure.subplots(1, count, squeeze=False)[0])
    for axis in axes:
        axis.spines[["top", "right"]].set_visible(False)
    return axes


def _figure(figure, label: str, caption: str) -> str:
    svg = _svg(figure)
    svg = svg.replace("<svg ", f'<svg role="img" aria-label="{html.escape(label)}" ', 1)
    return f"<figure>\n{svg}\n<figcaption>{html.escape(caption)}</figcaption>\n</figure>"


def _svg(figure) -> str:
    """The figure as SVG, without the date, and the same bytes each time."""
    import matplotlib

    buffer = io.StringIO()
    with matplotlib.rc_context({"svg.fonttype": "none", "svg.hashsalt": "report", "font.family": "sans-serif"}):
        figure.savefig(buffer, format="svg", metadata={"Date": None, "Creator": None})
    text = buffer.getvalue()
    return text[text.index("<svg") :].strip()
