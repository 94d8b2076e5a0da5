"""Sphinx's settings for the book; `tito.book.build` calls it with this folder as `-c`, and never imports this file."""

import os

from tito import __version__

project = "TinyTorch"
author = "The TinyTorch authors"
copyright = "2026 onwards, the TinyTorch authors"
version = release = __version__
language = "en"
smartquotes_action = "q"  # quotes only: an option begins with two hyphens

extensions = ["myst_nb", "sphinxcontrib.katex"]
exclude_patterns = ["extra", "static"]
html_theme = "sphinx_book_theme"
html_title = "TinyTorch"
html_static_path = ["static", os.environ["TITO_BOOK_STATIC"]]
html_extra_path = [os.environ["TITO_BOOK_EXTRA"]]
html_css_files = ["book.css"]
html_js_files = ["own_copy.js"]
html_favicon = "static/favicon.svg"
html_copy_source = False  # the downloads are the releases, without outputs
html_show_sourcelink = False
html_context = {"default_mode": "auto"}
html_last_updated_fmt = None
html_theme_options = {
    "use_download_button": False,
    "use_fullscreen_button": False,
    "use_source_button": False,
    "navbar_persistent": [],
    "show_navbar_depth": 1,
    "show_toc_level": 2,
    "pygments_light_style": "a11y-high-contrast-light",
    "pygments_dark_style": "a11y-high-contrast-dark",
}

# the outputs are those of the reference's run; nothing runs here
nb_execution_mode = "off"
nb_merge_streams = True
nb_ipywidgets_js: dict[str, dict[str, str]] = {}
myst_enable_extensions = ["dollarmath", "colon_fence", "deflist"]
myst_heading_anchors = 3

# formulas are laid out here, so that a page needs no script and no other host for them
katex_prerender = True
katex_css_path = "katex/katex.min.css"
