"""`python -m tito.book`: build the site of the course that we are in; its folder goes to stdout. See `make book`."""

from __future__ import annotations

import argparse
import sys
import time

from tito.book.build import build_book
from tito.book.links import Links
from tito.cli.common import here_course
from tito.support.errors import ExitCode, TitoError
from tito.ui import render
from tito.ui.terminal import print_message, print_result, stderr_style


def main(argv: list[str] | None = None) -> int:
    """Build the book and say what was built; the exit code is that of `tito`."""
    parser = argparse.ArgumentParser(prog="python -m tito.book", description=__doc__)
    parser.add_argument("--repository", default="", metavar="URL", help="public repository for Binder and Colab")
    args = parser.parse_args(argv)
    begun = time.monotonic()
    try:
        site = build_book(here_course(), Links.to(args.repository), print_message)
    except TitoError as problem:
        print_message(render.error(problem, stderr_style()))
        return problem.exit_code
    took = f"{site.pages} pages, {site.size_mb:.0f} MB, {time.monotonic() - begun:.0f} s"
    print_message(f"{took}; no solution in {site.searched} files")
    print_result(str(site.folder))
    return ExitCode.FINE


if __name__ == "__main__":
    sys.exit(main())
