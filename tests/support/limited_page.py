"""A lesson run as a page in the browser runs it, but natively: by the slim wheels alone, and under Pyodide's limits.

    python -I tests/support/limited_page.py LAB LESSON.ipynb [LIBRARY ...]

LAB has the folder `lessons` and, unpacked beside it, the wheel of the tools in `site`. There is no thread, fork,
subprocess or `thread_time`, no LIBRARY that is named, and no other `tito` or `tinytorch` than the wheels'. Prints
JSON: the errors, what was skipped and why, and each check's verdict.
"""

import json
import os
import subprocess
import sys
import sysconfig
import time
import types
from pathlib import Path


def take_away_what_a_browser_has_not():
    """As Pyodide has it: a thread can't start, and the others are not there."""
    import _thread

    def refuse(*_arguments, **_keywords):
        raise RuntimeError("can't start new thread")

    for name in ("start_new_thread", "start_new", "start_joinable_thread"):
        if hasattr(_thread, name):
            setattr(_thread, name, refuse)
    for module, names in (
        (os, ("fork", "forkpty", "posix_spawn", "posix_spawnp", "system", "popen")),
        (time, ("thread_time", "thread_time_ns")),
    ):
        for name in names:
            if hasattr(module, name):
                delattr(module, name)

    class NoProcess:
        def __init__(self, *_arguments, **_keywords):
            raise OSError("this place has no processes")

    subprocess.Popen = NoProcess


def take_away(libraries):
    """Stand in for the finders that would find them, as a page's own does where there are none to find."""
    from tito.page.absent import AbsentFinder

    sys.meta_path.insert(0, AbsentFinder(libraries))


def serve(lab: Path):
    """The worker's JavaScript, as far as a page's lesson is fetched by it."""

    class Response:
        def __init__(self, data):
            self.to_py = lambda: memoryview(data)

    class Request:
        new = classmethod(lambda cls: cls())

        def open(self, method, url, is_async):
            assert method == "GET" and not is_async
            self.path = lab / url.removeprefix("http://here/lab/")

        def send(self):
            self.status = 200 if self.path.is_file() else 404
            self.response = Response(self.path.read_bytes() if self.path.is_file() else b"")

    location = types.SimpleNamespace(href="http://here/lab/extensions/@jupyterlite/worker.js")
    sys.modules["js"] = types.SimpleNamespace(XMLHttpRequest=Request, location=location)


def run(notebook: Path) -> dict:
    """Run all cells, and go on behind one that raises."""
    from IPython.core.interactiveshell import InteractiveShell
    from IPython.utils.capture import capture_output

    shell = InteractiveShell.instance()
    shell.history_manager.enabled = False
    shell.kernel = types.SimpleNamespace()  # it shows what a notebook's kernel shows
    sys.modules["__main__"] = shell.user_module
    errors, printed = {}, {}
    for cell in json.loads(notebook.read_text(encoding="utf-8"))["cells"]:
        if cell["cell_type"] != "code":
            continue
        with capture_output() as said:
            done = shell.run_cell("".join(cell["source"]), store_history=True, cell_id=cell["id"])
        error = done.error_before_exec or done.error_in_exec
        if error and "· skipped: " not in said.stdout:
            errors[cell["id"]] = f"{type(error).__name__}: {error}"
        printed[cell["id"]] = said.stdout
    from tito.tools import environment

    verdicts = {name: found.headline for name, found in environment.current().verdicts.items()}
    skipped = {cell: text for cell, text in printed.items() if "skipped:" in text}
    return {"errors": errors, "skipped": skipped, "verdicts": verdicts}


if __name__ == "__main__":
    lab, notebook = Path(sys.argv[1]), Path(sys.argv[2])
    take_away_what_a_browser_has_not()
    site = lab / "site"
    project = str(Path(__file__).parents[2])
    sys.meta_path[:] = [finder for finder in sys.meta_path if "editable" not in getattr(finder, "__module__", "")]
    sys.path[:] = [str(site), *(path for path in sys.path if path != project)]
    sysconfig.get_path = lambda name, *rest: str(site)  # where a lesson's wheel is unpacked
    serve(lab)
    os.environ["MPLBACKEND"] = "agg"
    take_away(sys.argv[3:])
    print(json.dumps(run(notebook)))
