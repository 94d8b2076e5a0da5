"""A course and a learner's workspace: their modules, and where everything lives.

This is the only file that builds paths. A `Course` is the instructor's tree
(sources with solutions); a `Workspace` is what a learner works in.
"""

from __future__ import annotations

import difflib
import tomllib
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from tito.support.errors import CourseError, UsageError

SOURCE = Path("modules") / "source"


@dataclass(frozen=True)
class CheckSpec:
    """A graded test as its module declares it: id (nbgrader's `grade_id`), points, three hints."""

    id: str
    points: float
    hints: tuple[str, ...] = ()


@dataclass(frozen=True)
class Module:
    """One unit of work, as `module.toml` in its folder declares it.

    `folder` is `12_benchmarking`, `name` is `benchmarking`, `number` is `12`,
    `exports` the dotted name of the module it becomes, `needs` the names of
    the modules it stands on, `questions` the manually graded answers.
    """

    folder: str
    title: str
    exports: str
    home: Path
    needs: tuple[str, ...] = ()
    checks: tuple[CheckSpec, ...] = ()
    questions: tuple[CheckSpec, ...] = ()

    @property
    def number(self) -> str:
        return self.folder.split("_", 1)[0]

    @property
    def name(self) -> str:
        return self.folder.split("_", 1)[1]

    @property
    def notebook_name(self) -> str:
        return f"{self.name}_dev"

    @property
    def max_points(self) -> float:
        """Points of the automatic checks; the written questions count apart."""
        return sum(check.points for check in self.checks)

    def check(self, check_id: str) -> CheckSpec:
        """The check with this id; UsageError with the nearest name when there is none."""
        return _named(check_id, {c.id: c for c in self.checks}, f"check in {self.name}", f"tito test {self.name}")

    @property
    def toml(self) -> Path:
        return self.home / "module.toml"

    @property
    def source(self) -> Path:
        """The percent-format source, the only place where its content is edited."""
        return self.home / f"{self.notebook_name}.py"

    @property
    def notebook(self) -> Path:
        """In a workspace: the notebook that the learner works in; `source` is its percent form."""
        return self.home / f"{self.notebook_name}.ipynb"

    @property
    def answers(self) -> Path:
        """The right and wrong answers kept with the module, one TOML file a check."""
        return self.home / "answers"

    @property
    def equivalents(self) -> Path:
        """The mutants of the reference that its checks need not tell from it, each with the reason."""
        return self.home / "equivalents.toml"


def read_module(home: Path) -> Module:
    """Read `module.toml` in `home`; CourseError when it is missing or malformed."""
    path = home / "module.toml"
    try:
        data = tomllib.loads(path.read_text(encoding="utf-8"))
        return Module(
            folder=home.name,
            title=data["title"],
            exports=data["exports"],
            home=home,
            needs=tuple(data.get("needs", ())),
            checks=tuple(_spec(entry) for entry in data.get("check", ())),
            questions=tuple(_spec(entry) for entry in data.get("question", ())),
        )
    except FileNotFoundError:
        raise CourseError(f"{home.name} has no module.toml", at=str(path)) from None
    except tomllib.TOMLDecodeError as error:
        raise CourseError(f"module.toml can't be read: {error}", at=str(path)) from None
    except KeyError as error:
        raise CourseError(f"module.toml lacks the key {error}", at=str(path)) from None


def _spec(entry: dict) -> CheckSpec:
    return CheckSpec(entry["id"], float(entry["points"]), tuple(entry.get("hints", ())))


def _named(name: str, known: dict, what: str, hint: str):
    """Look `name` up in `known`, or say what the reader may have meant."""
    if name in known:
        return known[name]
    near = difflib.get_close_matches(name, known, n=1)
    guess = f" Did you mean '{near[0]}'?" if near else f" There are: {', '.join(known)}."
    raise UsageError(f"no {what} named '{name}'.{guess}", hint=hint)


def _modules_in(folder: Path) -> tuple[Module, ...]:
    homes = sorted(p.parent for p in folder.glob("[0-9]*_*/module.toml"))
    return tuple(read_module(home) for home in homes)


@dataclass(frozen=True)
class _Tree:
    """Modules in a folder, found by name, number or folder name."""

    root: Path

    @property
    def modules_folder(self) -> Path:
        raise NotImplementedError

    @cached_property
    def modules(self) -> tuple[Module, ...]:
        """Every module, in the order of the course."""
        return _modules_in(self.modules_folder)

    def module(self, name: str) -> Module:
        """The module called `12_benchmarking`, `benchmarking`, `12` or `benchmarking_dev`."""
        for module in self.modules:
            if name in (module.folder, module.number, module.notebook_name):
                return module
        return _named(name, {m.name: m for m in self.modules}, "module", "tito status")

    @property
    def exporting(self) -> tuple[Module, ...]:
        """Every module whose export may be here, in the order of the course."""
        return self.modules

    def needed_by(self, module: Module) -> tuple[Module, ...]:
        """The modules that `module` stands on, directly or not, in course order."""
        known = {m.name: m for m in self.exporting}
        wanted = set()
        queue = list(module.needs)
        while queue:
            name = queue.pop()
            if name not in wanted:
                wanted.add(name)
                queue += _named(name, known, "module", "tito status").needs
        return tuple(m for m in self.exporting if m.name in wanted)

    @property
    def package(self) -> Path:
        """The folder of the package `tinytorch`."""
        return self.root / "tinytorch"

    @property
    def package_extras(self) -> list[Path]:
        """What stands beside `core` in the package, trained networks too: no module's to write."""
        found = (self.package.glob(pattern) for pattern in ("[!_]*.py", "models/*.py", "models/*.npz"))
        return sorted(path for paths in found for path in paths)

    def exported(self, module: Module) -> Path:
        """The generated file that `module` exports to."""
        return self.root.joinpath(*module.exports.split(".")).with_suffix(".py")


@dataclass(frozen=True)
class Course(_Tree):
    """The instructor's tree: sources with solutions, and nbgrader's folders under `course/`."""

    @classmethod
    def find(cls, start: Path) -> Course:
        """The course that `start` lies in; UsageError when there is none."""
        for folder in (start.resolve(), *start.resolve().parents):
            if (folder / SOURCE).is_dir():
                return cls(folder)
        raise UsageError(
            f"no course here: neither {start} nor a folder above it has {SOURCE.as_posix()}",
            hint="go to the course's folder and try again",
        )

    @property
    def modules_folder(self) -> Path:
        return self.root / SOURCE

    @property
    def homes(self) -> tuple[Path, ...]:
        """Every folder with a number and a name among the modules, whether or not it is one yet."""
        return tuple(sorted(path for path in self.modules_folder.glob("[0-9]*_*") if path.is_dir()))

    def home(self, folder: str) -> Path:
        """Where the module that is called `folder` has its place."""
        return self.modules_folder / folder

    @property
    def nbdev_settings(self) -> Path:
        return self.root / "settings.ini"

    @property
    def nbgrader_root(self) -> Path:
        """nbgrader's course directory; everything in it is generated or handed in."""
        return self.root / "course"

    @property
    def gradebook(self) -> Path:
        return self.nbgrader_root / "gradebook.db"

    @property
    def grading_lock(self) -> Path:
        """Held by the one process that grades this course."""
        return self.nbgrader_root / "grading.lock"

    def verified(self, module: Module) -> Path:
        """What releases have found out already, so that an unchanged one need not ask again."""
        return self.nbgrader_root / "verified" / f"{module.folder}.json"

    def mutated(self, module: Module, method: str) -> Path:
        """What `tito mutate` has found out already about the mutants of a method."""
        return self.nbgrader_root / "mutated" / module.folder / f"{method}.json"

    @property
    def demo(self) -> Path:
        """The course that `tito demo` works in."""
        return self.root / "demo"

    def built(self, module: Module) -> Path:
        """The instructor's notebook, built from the source (nbgrader's `source/`)."""
        return self._in_step("source", module)

    def released(self, module: Module) -> Path:
        """The learners' notebook, without solutions (nbgrader's `release/`)."""
        return self._in_step("release", module)

    def enrolled(self, module: Module) -> Path:
        """The notebook as the gradebook knows it, hidden tests and all: what marked copies are restored from."""
        return self._in_step("enrolled", module)

    def _in_step(self, step: str, module: Module) -> Path:
        return self.nbgrader_root / step / module.folder / f"{module.notebook_name}.ipynb"

    def submitted(self, learner: str, module: Module) -> Path:
        """The folder of the submission that counts (nbgrader's `submitted/`)."""
        return self.nbgrader_root / "submitted" / learner / module.folder

    def submitted_notebook(self, learner: str, module: Module) -> Path:
        return self.submitted(learner, module) / f"{module.notebook_name}.ipynb"

    def autograded(self, learner: str, module: Module) -> Path:
        return self.nbgrader_root / "autograded" / learner / module.folder

    def feedback(self, learner: str, module: Module) -> Path:
        return self.nbgrader_root / "feedback" / learner / module.folder

    def feedback_page(self, learner: str, module: Module) -> Path:
        return self.feedback(learner, module) / f"{module.notebook_name}.html"

    def handins(self, module: Module) -> Path:
        """Every file handed in, as it came; nothing here is ever overwritten."""
        return self.nbgrader_root / "handins" / module.folder

    def everybody(self) -> tuple[str, ...]:
        """Everybody of whom something was handed in for any module, in order of id."""
        folders = [*self.nbgrader_root.glob("submitted/*"), *self.nbgrader_root.glob("handins/*/*")]
        return tuple(sorted({path.name for path in folders if path.is_dir()}))

    @property
    def roster(self) -> Path:
        """Everybody in the course: id, name, email, number, section, group."""
        return self.nbgrader_root / "roster.csv"

    @property
    def deadlines(self) -> Path:
        """Due dates and extensions."""
        return self.nbgrader_root / "deadlines.csv"

    def reports(self, module: Module) -> Path:
        return self.nbgrader_root / "report" / module.folder

    def learners(self, module: Module) -> tuple[str, ...]:
        """Learners with a submission of `module`, in order of name."""
        found = (self.nbgrader_root / "submitted").glob(f"*/{module.folder}")
        return tuple(sorted(path.parent.name for path in found))

    def handed_in(self, module: Module) -> tuple[str, ...]:
        """Learners of whom something was collected for `module`, counted or not."""
        return tuple(sorted(path.name for path in self.handins(module).glob("*") if path.is_dir()))


@dataclass(frozen=True)
class Workspace(_Tree):
    """What a learner works in: releases, exported prerequisites, no source with solutions.

    `workspace.toml` in its root marks it and names the learner;
    `.tito/` keeps the pristine releases that the locked cells are restored from.
    """

    MARK = "workspace.toml"

    @classmethod
    def find(cls, start: Path) -> Workspace:
        """The workspace that `start` lies in; UsageError when there is none."""
        for folder in (start.resolve(), *start.resolve().parents):
            if (folder / cls.MARK).is_file():
                return cls(folder)
        raise UsageError(
            f"no workspace here: neither {start} nor a folder above it has {cls.MARK}",
            hint="go to the folder that your course gave you and try again",
        )

    @property
    def modules_folder(self) -> Path:
        return self.root / "modules"

    @property
    def finished_folder(self) -> Path:
        """`module.toml` of each module that is here as a finished export only."""
        return self.root / ".tito" / "finished"

    @property
    def exporting(self) -> tuple[Module, ...]:
        """The learner's own modules and those that were given finished, in the order of the course."""
        finished = _modules_in(self.finished_folder)
        own = {m.folder for m in self.modules}
        return tuple(sorted((*self.modules, *(m for m in finished if m.folder not in own)), key=lambda m: m.folder))

    @property
    def settings(self) -> Path:
        return self.root / self.MARK

    @property
    def given(self) -> Path:
        """Which files we gave, and their hashes: a file that still has its hash is untouched."""
        return self.root / ".tito" / "given.json"

    @property
    def hints_told(self) -> Path:
        return self.root / ".tito" / "hints.json"

    def synced(self, module: Module) -> Path:
        """What notebook and paired `.py` held when they last said the same."""
        return self.root / ".tito" / "synced" / f"{module.folder}.json"

    def pristine(self, module: Module) -> Path:
        """The notebook as it was released, for restoring locked cells."""
        return self.root / ".tito" / "release" / module.folder / f"{module.notebook_name}.ipynb"

    def reference(self, module: Module) -> Path:
        """The reference's export of a module that another one here stands on, packed."""
        return self.root / ".tito" / "reference" / f"{module.folder}.py.gz"

    @property
    def submissions(self) -> Path:
        return self.root / "submissions"

    def results(self, module: Module) -> Path:
        """The last `tito test` of `module`, for `tito status`."""
        return self.root / ".tito" / "results" / f"{module.folder}.json"
