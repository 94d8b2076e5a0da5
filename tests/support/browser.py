"""Pages in Chromium: what axe-core has against them, and whether they scroll sideways."""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

import pytest

CHROMIUM = shutil.which("chromium") or shutil.which("google-chrome")
QUIET = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking"]
AXE = Path(sys.prefix) / "axe" / "node_modules" / "axe-core" / "axe.min.js"  # `make browser` puts it there
VIEWS = [(width, scheme) for width in (1280, 390) for scheme in ("light", "dark")]
VIOLATIONS = """async () => (await axe.run()).violations.flatMap(
    (rule) => rule.nodes.map((node) => `${rule.id}: ${node.html.slice(0, 100)}`))"""


def opened_chromium():
    """A Chromium for the block of a fixture; the test is skipped, with the reason, where something is missing."""
    playwright = pytest.importorskip("playwright.sync_api", reason="playwright is not installed: make browser")
    if not CHROMIUM:
        pytest.skip("there is no Chromium on this machine")
    with playwright.sync_playwright() as running:
        browser = running.chromium.launch(executable_path=CHROMIUM, args=QUIET)
        yield browser
        browser.close()


def must_have_axe() -> str:
    """axe-core's script; the test is skipped where it is missing."""
    if not AXE.is_file():
        pytest.skip("axe-core is not installed: make browser")
    return AXE.read_text(encoding="utf-8")


def faults(page, axe: str) -> list[str]:
    """What axe-core finds on an open page, and whether it is wider than the window."""
    page.evaluate(axe)
    width = page.viewport_size["width"]
    is_wide = page.evaluate("document.documentElement.scrollWidth") > width
    return page.evaluate(VIOLATIONS) + (["scrolls sideways"] if is_wide else [])


def faults_of(browser, address: str, axe: str, width: int, scheme: str) -> list[str]:
    """The faults of the page at an address, as wide as that and in these colours."""
    page = browser.new_page(viewport={"width": width, "height": 900}, color_scheme=scheme)
    try:
        page.goto(address, wait_until="load")
        return faults(page, axe)
    finally:
        page.close()
