"""The kept cheats: submissions of module 12 that try to get points without the work, to read, or to do harm.

`cheats/bases.toml` has work that was not done or is plainly wrong. Each
`[[cheat]]` in the other files puts its own code behind the cells of one base
(`honest`, else the untouched stub), or changes the notebook by a function of
this file (`notebook`). What it gets is compared with what its base gets.

    top                                   a cell of the learner's own, before all others
    scenarios, validator, perf, reporter  code behind the cell `write-…`
    finds                                 defines `found()`, whose value all scenarios raise as an error's words
    neutered                              why it is not tried under nbgrader, which has no walls

`FACTS` is there for the cheats' code: what a real attacker would know or guess of the machine.
"""

from __future__ import annotations

import json
import os
import socket
import subprocess
import tempfile
import threading
import tomllib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path

from tito.course.course import Course
from tito.lesson import notebook
from tito.lesson.notebook import Cell, Notebook
from tito.lesson.regions import HIDDEN
from tito.sandbox.isolation.user import WORKERS_IDS, is_root

FOLDER = Path(__file__).parents[1] / "cheats"
CELLS = ("scenarios", "validator", "perf", "reporter")
CHECKS = {
    "top": ("single_stream", "validate_comparison", "run_server", "generate_report"),
    "scenarios": ("single_stream", "server", "offline"),
    "validator": ("validate_comparison", "validate_benchmark_result"),
    "perf": (
        "run_single_stream",
        "run_server",
        "run_offline",
        "run_all_scenarios",
        "compare_models",
        "generate_report",
    ),
    "reporter": ("generate_project_report",),
}
FOUND = """
def _tells(self, *args, **kwargs):
    raise RuntimeError(f"FOUND {found()}")

BenchmarkScenarios.single_stream = BenchmarkScenarios.server = BenchmarkScenarios.offline = _tells
"""
SECRET = "do-not-read-208.1-ms"

CODE_KEYS = {"top", *CELLS}


@dataclass(frozen=True)
class Cheat:
    """One attack: the code that it puts behind the cells of its base, and how it changes the notebook.

    `kind` is the name of its file.
    """

    kind: str
    name: str
    what: str
    honest: str
    code: dict[str, str]
    notebook: str = ""
    neutered: str = ""

    @property
    def checks(self) -> tuple[str, ...]:
        """The checks of the cells that it touches."""
        touched = [CHECKS[place] for place in self.code] or [CHECKS["top"]]
        return tuple(dict.fromkeys(check for checks in touched for check in checks))


def read_cheats() -> list[Cheat]:
    """All that are kept, in the order of their files."""
    files = sorted(path for path in FOLDER.glob("*.toml") if path.stem != "bases")
    return [
        _cheat(path.stem, entry) for path in files for entry in tomllib.loads(path.read_text(encoding="utf-8"))["cheat"]
    ]


def _cheat(kind: str, entry: dict) -> Cheat:
    code = {key: entry[key] for key in ("top", *CELLS) if key in entry}
    if "finds" in entry:
        code["scenarios"] = entry["finds"] + FOUND
    known = {"name", "what", "honest", "wants", "notebook", "neutered", "finds", *CODE_KEYS}
    if unknown := entry.keys() - known:
        raise ValueError(f"{entry['name']}: unknown {unknown}")
    return Cheat(
        kind,
        entry["name"],
        entry["what"],
        entry.get("honest", "stub"),
        code,
        entry.get("notebook", ""),
        entry.get("neutered", ""),
    )


def read_bases() -> dict[str, dict[str, str]]:
    """The code of each base, by cell."""
    bases = tomllib.loads((FOLDER / "bases.toml").read_text(encoding="utf-8"))
    return {name: {place: text for place, text in base.items() if place in CODE_KEYS} for name, base in bases.items()}


# -- hand-ins -----------------------------------------------------------------------------------


def base_notebook(released: Notebook, honest: str) -> bytes:
    """The file of the release with a base's code in it."""
    return notebook.as_json(with_code(released, read_bases()[honest]))


def cheating_notebook(released: Notebook, cheat: Cheat, facts: dict) -> bytes:
    """The file of the release with the base's code, the facts, the cheat's code and its changes."""
    top = {"top": f"FACTS = {facts!r}\n" + cheat.code.get("top", "")}
    data = json.loads(notebook.as_json(with_code(with_code(released, read_bases()[cheat.honest]), cheat.code | top)))
    if cheat.notebook:
        NOTEBOOKS[cheat.notebook](data)
    return json.dumps(data).encode()


def with_code(made: Notebook, code: dict[str, str]) -> Notebook:
    """`code` behind the cells that it names; `top` in a cell of its own."""

    def changed(cell: Cell) -> Cell:
        more = code.get(cell.id.removeprefix("write-")) if cell.is_solution else None
        return cell if more is None else replace(cell, source=f"{cell.source}\n{more}")

    top = (Cell("code", f"#| export\n{code.get('top', '')}", "mine"),)
    return replace(made, cells=(*(top if "top" in code else ()), *map(changed, made.cells)))


# -- changes to a notebook's file -----------------------------------------------------------------


def _checks(data: dict) -> list[dict]:
    return [cell for cell in data["cells"] if _nbgrader(cell).get("grade") and not _nbgrader(cell).get("solution")]


def _nbgrader(cell: dict) -> dict:
    return cell["metadata"].get("nbgrader", {})


def _number_shown(number) -> list[dict]:
    return [
        {"output_type": "execute_result", "execution_count": 1, "metadata": {}, "data": {"text/plain": [str(number)]}}
    ]


def claimed_passes(data: dict) -> None:
    """Each check has run, says its output, and it gave its points."""
    for cell in _checks(data):
        cell.update(execution_count=1, outputs=_number_shown(_nbgrader(cell)["points"]))


def skipped_checks(data: dict) -> None:
    """Each check, and what follows, has the tag by which Jupyter's executors leave a cell out."""
    for cell in _checks(data):
        cell["metadata"]["tags"] = ["skip-execution", "raises-exception", "nbgrader-skip"]


def other_points(data: dict) -> None:
    """Each check is worth a thousand, or less than nothing."""
    for number, cell in enumerate(_checks(data)):
        _nbgrader(cell)["points"] = (1000, -1000, "12", 1e308)[number % 4]


def blank_checks(data: dict) -> None:
    """Each check is `pass`, with a checksum that suits, and not locked."""
    for cell in _checks(data):
        cell["source"] = "pass"
        _nbgrader(cell).update(locked=False, checksum="")


def no_checks(data: dict) -> None:
    """The checks are not there."""
    gone = _checks(data)
    data["cells"] = [cell for cell in data["cells"] if all(cell is not check for check in gone)]


def doubled_checks(data: dict) -> None:
    """Behind each check stands another of the same name and cell id, which asks for nothing."""
    for cell in _checks(data):
        copy = json.loads(json.dumps(cell)) | {"source": "12"}
        data["cells"].insert(data["cells"].index(cell) + 1, copy)


def checks_first(data: dict) -> None:
    """The cells in the other direction."""
    data["cells"].reverse()


def checks_of_another_kind(data: dict) -> None:
    """The checks are Markdown, raw, and solutions of the learner's own."""
    for number, cell in enumerate(_checks(data)):
        cell["cell_type"] = ("markdown", "raw", "code")[number % 3]
        if cell["cell_type"] != "code":
            cell.pop("outputs"), cell.pop("execution_count")
        else:
            _nbgrader(cell).update(grade=False, solution=True, locked=False)


def own_checks(data: dict) -> None:
    """Cells of the learner's own take the names of checks, and a new check is worth a thousand."""
    for cell in list(_checks(data)):
        _nbgrader(cell)["grade_id"] = _nbgrader(cell)["grade_id"] + "-old"
    mine = {"cell_type": "code", "execution_count": None, "outputs": [], "source": "1000"}
    for name in ("single_stream", "server", "extra"):
        marks = {
            "grade": True,
            "grade_id": name,
            "locked": True,
            "points": 1000,
            "schema_version": 3,
            "solution": False,
            "task": False,
        }
        data["cells"].append(mine | {"id": f"own-{name}", "metadata": {"nbgrader": marks}})


def other_helpers(data: dict) -> None:
    """The locked cell that imports the testing module defines its own instead."""
    (cell,) = (cell for cell in data["cells"] if _nbgrader(cell).get("grade_id") == "given-testing")
    cell["source"] = (
        "#| export\n"
        "class Check:\n"
        "    def part(self, *args): return __import__('contextlib').suppress(Exception)\n"
        "    def points(self): return None\n"
    )


def other_kernel(data: dict) -> None:
    """The notebook asks to be run by another program."""
    data["metadata"]["kernelspec"] = {"display_name": "x", "language": "bash", "name": "python3; touch x"}
    data["metadata"]["language_info"] = {"name": "bash", "version": "\x1b[2J"}


def magics(data: dict) -> None:
    """Cells are IPython's: a shell, a script that is skipped, an extension."""
    for cell in _checks(data):
        at = data["cells"].index(cell)
        lines = ["!touch {FACTS['left']}\n", "%env PATH=/tmp\n", "get_ipython().run_cell_magic = lambda *args: None\n"]
        own = {
            "cell_type": "code",
            "execution_count": None,
            "outputs": [],
            "metadata": {},
            "source": lines,
            "id": f"own-{at}",
        }
        data["cells"].insert(at, own)
    (top,) = (cell for cell in data["cells"] if cell["id"] == "mine")
    top["source"] = ["#| export\n", *top["source"], "\n!touch {FACTS['left']}\n", "%load_ext no_such_extension\n"]


def cell_magic_swallows(data: dict) -> None:
    """A magic of one's own takes the place of those that the course uses, and every cell begins with it."""
    for cell in data["cells"]:
        if cell["cell_type"] == "code":
            source = cell["source"] if isinstance(cell["source"], str) else "".join(cell["source"])
            cell["source"] = "%%capture\n" + source


NOTEBOOKS = {
    change.__name__: change
    for change in (
        claimed_passes,
        skipped_checks,
        other_points,
        blank_checks,
        no_checks,
        doubled_checks,
        checks_first,
        checks_of_another_kind,
        own_checks,
        other_helpers,
        other_kernel,
        magics,
        cell_magic_swallows,
    )
}


# -- what a cheat could get at ----------------------------------------------------------------------


@dataclass
class Bait:
    """What must not be read, written, called or ended; `facts` are what a cheat is told of it."""

    facts: dict
    _called: list = field(default_factory=list)

    def harm(self) -> list[str]:
        """What has happened to it, in words."""
        found = ["wrote a file"] if os.path.exists(self.facts["left"]) else []
        found += ["changed a hand-in"] if SECRET not in _text_of(self.facts["secret"]) else []
        found += ["called out by the network"] if self._called else []
        found += ["ended another process"] if self._bystander_ended() else []
        return found

    def _bystander_ended(self) -> bool:
        return os.waitpid(self.facts["bystander"], os.WNOHANG) != (0, 0)

    def renew(self) -> None:
        """Make up for what has happened, so that the next does not answer for it."""
        Path(self.facts["left"]).unlink(missing_ok=True)
        Path(self.facts["secret"]).write_text(SECRET)
        self._called.clear()


def _text_of(path: str) -> str:
    return Path(path).read_text() if os.path.exists(path) else ""


@contextmanager
def bait(course: Course, user: int | None = None) -> Iterator[Bait]:
    """Something to read, to write, to call and to end, within reach of every user of this machine, and of `user`."""
    with (
        tempfile.TemporaryDirectory() as folder,
        socket.create_server(("127.0.0.1", 0)) as listener,
        _bystander(user or (WORKERS_IDS[0] if is_root() else os.getuid())) as pid,
    ):
        os.chmod(folder, 0o777)
        secret = Path(folder, "s002.ipynb")
        secret.write_text(SECRET)
        os.chmod(secret, 0o666)
        os.environ["TITO_CANARY"] = SECRET
        found = Bait({
            "left": f"{folder}/left", "secret": str(secret), "port": listener.getsockname()[1], "bystander": pid,
            "grader": os.getpid(), "course": str(course.root), "variable": "TITO_CANARY",
            "tests": str(course.root / "modules/source/12_benchmarking/checks/server.py"),
        })  # fmt: skip
        threading.Thread(target=_note_calls, args=(listener, found._called), daemon=True).start()
        try:
            yield found
        finally:
            os.environ.pop("TITO_CANARY", None)


def _note_calls(listener: socket.socket, called: list) -> None:
    try:
        while True:
            connection, _ = listener.accept()
            connection.close()
            called.append(True)
    except OSError:
        return  # closed: nobody is interested any more


@contextmanager
def _bystander(user: int) -> Iterator[int]:
    """A process that has nothing to do with grading."""
    process = subprocess.Popen(["sleep", "infinity"], user=user if os.geteuid() == 0 else None)
    try:
        yield process.pid
    finally:
        process.kill()
        process.wait()


def read_aloud(text: str) -> list[str]:
    """Which secrets stand in a text."""
    secrets = {SECRET: "another hand-in, or the environment", HIDDEN.begin: "hidden tests", "root:x:0": "the user list"}
    return [f"read {what}" for secret, what in secrets.items() if secret in text]


def descendants() -> set[int]:
    """The processes that come from this one."""
    children: dict[int, list[int]] = {}
    for entry in Path("/proc").glob("[0-9]*/stat"):
        try:
            children.setdefault(int(entry.read_text().rpartition(")")[2].split()[1]), []).append(int(entry.parent.name))
        except (FileNotFoundError, ProcessLookupError):
            continue  # ended while we looked
    found, todo = set(), [os.getpid()]
    while todo:
        new = children.get(todo.pop(), [])
        found.update(new)
        todo += new
    return found
