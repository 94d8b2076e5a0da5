"""A lesson in a page: what `%load_ext tito` brings where Python runs in the reader's browser.

It comes to the page in a wheel of pure Python, with `tito.tools` and what both import.
"""
