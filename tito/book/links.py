"""Where a reader can go from the book: the downloads, and what runs a notebook elsewhere.

Binder and Colab take notebooks from a public repository, so their buttons are
there only if one is named. They open the branch that the `pages` workflow
publishes, which has the learners' workspace and no solutions.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from html import escape
from urllib.parse import quote

from tito.book.lite import address
from tito.course.course import Module
from tito.support.errors import UsageError

DOWNLOADS = "downloads"
BRANCH = "gh-pages"
_GITHUB = re.compile(r"https://github\.com/([\w.-]+/[\w.-]+?)(?:\.git)?/?")


@dataclass(frozen=True)
class Links:
    """The addresses that a chapter's buttons go to; `repository` is "owner/name" on GitHub, or "" for none."""

    repository: str = ""

    @classmethod
    def to(cls, url: str) -> Links:
        """The links for a repository's address; "" is none. UsageError for an address that they can't use."""
        if not url:
            return cls()
        match = _GITHUB.fullmatch(url)
        if not match:
            raise UsageError(f"Binder and Colab can't be pointed at {url}", hint="name https://github.com/OWNER/NAME")
        return cls(match[1])

    def source(self, path: str) -> str:
        """The address of a file of the course; "" when no repository is named."""
        return f"https://github.com/{self.repository}/blob/main/{path}" if self.repository else ""

    def buttons(self, module: Module) -> str:
        """The row of buttons at a chapter's head, as HTML."""
        name = module.notebook_name
        rows = [
            (f"../{address(module)}", "Run it here", ""),
            (f"../{DOWNLOADS}/{name}.ipynb", "Download .ipynb", " download"),
            (f"../{DOWNLOADS}/{name}.py", "Download .py", " download"),
        ]
        if self.repository:
            notebook = f"workspace/modules/{module.folder}/{name}.ipynb"
            place = quote(f"lab/tree/{notebook}", safe="")
            binder = f"https://mybinder.org/v2/gh/{self.repository}/{BRANCH}?urlpath={place}"
            colab = f"https://colab.research.google.com/github/{self.repository}/blob/{BRANCH}/{notebook}"
            rows += [(binder, "Run on Binder", ""), (colab, "Open in Colab", "")]
        shown = (f'<a class="button" href="{escape(url)}"{extra}>{text}</a>' for url, text, extra in rows)
        own = f'<p class="own-copy" data-notebook="{escape(module.notebook.name)}" hidden></p>'
        return f'```{{raw}} html\n<p class="buttons">{" ".join(shown)}</p>\n{own}\n```'
