"""A course and a learner's workspace: their modules, and where everything lives.

This is the only file that builds paths. A `Course` is the instructor's tree
(sources with solutions); a `Workspace` is what a learner works in. Both are a
`ModuleTree` and answer the same questions, so callers need not know which they have.
"""

from __future__ import annotations

import re
from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TypeVar

from tito.course.checks import HAND_IN_S, NO_HINTS, Hints
from tito.course.settings import Settings, read_settings
from tito.support.errors import CourseError, UsageError, did_you_mean

SOURCE = Path("modules") / "source"

T = TypeVar("T")
Tree = TypeVar("Tree", bound="ModuleTree")


@dataclass(frozen=True)
class CheckSpec:
    """A graded test as its module declares it: id (nbgrader's `grade_id`), points, three hints."""

    id: str
    points: float
    hints: Hints = NO_HINTS


@dataclass(frozen=True)
class Module:
    """One unit of work, as `module.toml` in its folder declares it.

    `folder` is `12_benchmarking`, `name` is `benchmarking`, `number` is `12`,
    `exports` the dotted name of the module it becomes, `needs` the names of
    the modules it imports, `questions` the manually graded answers. `was` are
    folders that it had earlier, `renamed` the old and the new id of cells that
    have another one since they were given out. `hand_in_s` is the longest time by
    the clock that all checks of one hand-in may take together.
    """

    folder: str
    title: str
    exports: str
    home: Path
    needs: tuple[str, ...] = ()
    checks: tuple[CheckSpec, ...] = ()
    questions: tuple[CheckSpec, ...] = ()
    was: tuple[str, ...] = ()
    renamed: tuple[tuple[str, str], ...] = ()
    hand_in_s: float = HAND_IN_S

    @property
    def number(self) -> str:
        return self.folder.split("_", 1)[0]

    @property
    def name(self) -> str:
        return name_in(self.folder)

    @property
    def notebook_name(self) -> str:
        return f"{self.name}_dev"

    @property
    def names(self) -> tuple[str, ...]:
        """Every name by which files call it: of its folder, of itself, of its notebook, those it had earlier too."""
        folders = (self.folder, *self.was)
        return tuple(name for folder in folders for name in (folder, name_in(folder), f"{name_in(folder)}_dev"))

    def present_id(self, cell_id: str) -> str:
        """The id that a cell has now, whatever it was called when it was given out."""
        return dict(self.renamed).get(cell_id, cell_id)

    @property
    def max_points(self) -> float:
        """Points of the automatic checks; the written questions count apart."""
        return sum(check.points for check in self.checks)

    @property
    def max_written_points(self) -> float:
        """Points of the written questions."""
        return sum(question.points for question in self.questions)

    @property
    def max_total_points(self) -> float:
        """Points of checks and questions together."""
        return self.max_points + self.max_written_points

    def check(self, check_id: str) -> CheckSpec:
        """The check with this id; UsageError with the nearest name when there is none."""
        return _named(check_id, {c.id: c for c in self.checks}, f"check in {self.name}", f"tito test {self.name}")

    @property
    def toml(self) -> Path:
        return self.home / "module.toml"

    @property
    def source(self) -> Path:
        """The percent-format source: all of the lesson but its checks."""
        return self.home / f"{self.notebook_name}.py"

    @property
    def notebook(self) -> Path:
        """In a workspace: the notebook that the learner works in; `source` is its percent form."""
        return self.home / f"{self.notebook_name}.ipynb"

    @property
    def checks_folder(self) -> Path:
        """The checks, hidden tests included, one Python file each; the source marks the place of each."""
        return self.home / "checks"

    def check_file(self, check_id: str) -> Path:
        return self.checks_folder / f"{check_id}.py"

    @property
    def tests_folder(self) -> Path:
        """Visible tests that are too long for the lesson's source, one Python file each, with a place in the source."""
        return self.home / "tests"

    @property
    def figures_folder(self) -> Path:
        """Code that only draws, where it is long, one Python file each, with a place in the source."""
        return self.home / "figures"

    @property
    def cell_folders(self) -> tuple[Path, ...]:
        """Where cells stand in files of their own."""
        return self.checks_folder, self.figures_folder, self.tests_folder

    @property
    def cell_files(self) -> tuple[Path, ...]:
        """Every file that is there for a check, a visible test or a figure, if the lesson has a place for it or not."""
        return tuple(sorted(path for folder in self.cell_folders for path in folder.glob("*.py")))

    @property
    def answers(self) -> Path:
        """The right and wrong answers kept with the module, one TOML file a check."""
        return self.home / "answers"

    @property
    def chapter(self) -> Path:
        """What the module's chapter in the book says about itself; there need be none."""
        return self.home / "chapter.toml"

    def chapter_file(self, name: str) -> Path:
        """A file that the chapter shows or loads: HTML, a script."""
        return self.home / "chapter" / name

    @property
    def chapter_assets(self) -> tuple[Path, ...]:
        """The scripts and styles that the chapter's page loads."""
        folder = self.chapter_file("")
        return tuple(sorted([*folder.glob("*.js"), *folder.glob("*.css")]))

    @property
    def equivalents(self) -> Path:
        """The mutants that behave as the reference does, so that no check need fail on them; each with the reason."""
        return self.home / "equivalents.toml"


def name_in(folder: str) -> str:
    """The module's name in that of its folder: `12_benchmarking` is `benchmarking`."""
    return folder.split("_", 1)[1]


def read_module(home: Path) -> Module:
    """Read `module.toml` in `home`; CourseError when it is missing or malformed."""
    path = home / "module.toml"
    try:
        settings = read_settings(path)
    except FileNotFoundError:
        raise CourseError(f"{home.name} has no module.toml", at=str(path)) from None
    return Module(
        folder=home.name,
        title=settings.text("title"),
        exports=settings.dotted("exports"),
        home=home,
        needs=settings.texts("needs"),
        checks=_specs(settings, "check"),
        questions=_specs(settings, "question"),
        was=_folders(settings, "was"),
        renamed=_renamed(settings),
        hand_in_s=settings.seconds("hand_in_s", HAND_IN_S),
    )


def _folders(settings: Settings, key: str) -> tuple[str, ...]:
    found = settings.texts(key)
    for folder in found:
        if not re.fullmatch(r"\d+_\w+", folder):
            raise CourseError(
                f"{key} has '{folder}', which is no module's folder, like 12_tensor", at=str(settings.path)
            )
    return found


def _renamed(settings: Settings) -> tuple[tuple[str, str], ...]:
    """Old and new ids; CourseError where a new id is an old one, too, for then nobody knows which cell is meant."""
    pairs = settings.names("renamed")
    for new in pairs.values():
        if new in pairs:
            raise CourseError(
                f"[renamed] has '{new}' as an old id and as a new one",
                at=str(settings.path),
                hint="give each old id the id that its cell has now",
            )
    return tuple(pairs.items())


def _specs(settings: Settings, table: str) -> tuple[CheckSpec, ...]:
    """The entries of a table; CourseError for an id that stands there, or among the checks, already."""
    earlier = settings.tables("check") if table == "question" else ()
    given = {entry.name_of_cell("id") for entry in earlier}
    specs = []
    for entry in settings.tables(table):
        specs.append(_spec(entry))
        if specs[-1].id in given:
            raise CourseError(
                f"module.toml has the id '{specs[-1].id}' twice", at=entry.at("id"), hint="each id once in a module"
            )
        given.add(specs[-1].id)
    return tuple(specs)


def _spec(settings: Settings) -> CheckSpec:
    hints = Hints(settings.texts("hints"), tuple(settings.names("hint_for").items()))
    return CheckSpec(settings.name_of_cell("id"), settings.points("points"), hints)


def _named(name: str, known: Mapping[str, T], what: str, hint: str) -> T:
    """Look `name` up in `known`; UsageError with the nearest name when it isn't there."""
    if name in known:
        return known[name]
    guess = did_you_mean(name, known, otherwise=f"There are: {', '.join(known)}.")
    raise UsageError(f"no {what} named '{name}'.{guess}", hint=hint)


def _modules_in(folder: Path) -> tuple[Module, ...]:
    homes = sorted(p.parent for p in folder.glob("[0-9]*_*/module.toml"))
    return tuple(read_module(home) for home in homes)


@dataclass(frozen=True)
class ModuleTree(ABC):
    """A folder with modules, found by name, number or folder name: a course or a workspace."""

    root: Path

    @classmethod
    @abstractmethod
    def is_root(cls, folder: Path) -> bool:
        """Is `folder` the root of such a tree?"""

    @classmethod
    @abstractmethod
    def not_found(cls, start: Path) -> UsageError:
        """What to say when `start` lies in no such tree."""

    @classmethod
    def find(cls: type[Tree], start: Path) -> Tree:
        """The tree of this kind that `start` lies in; UsageError when there is none."""
        return find_tree(start, cls)

    @property
    @abstractmethod
    def modules_folder(self) -> Path:
        """The folder that has a folder for each module."""

    @abstractmethod
    def edited_file(self, module: Module) -> Path:
        """The file of `module` that people edit: what an export is made from."""

    @abstractmethod
    def given_out(self, module: Module, release: str) -> Path:
        """The release of `module` with this hash, as learners got it; kept when the next one is made."""

    def incomplete(self) -> tuple[str, ...]:
        """The folders of modules that lack what their commands need, and that somebody has to bring back."""
        return ()

    @property
    def nbdev_settings(self) -> Path | None:
        """nbdev's settings, where nbdev indexes the package; None where it doesn't."""
        return None

    @property
    @abstractmethod
    def grades_others(self) -> bool:
        """Does other people's code run here?"""

    @abstractmethod
    def edit_command(self, module: Module) -> str:
        """What to do next on a module whose checks don't all pass."""

    @abstractmethod
    def finish_command(self, module: Module) -> str:
        """What to type next once every check of a module passes."""

    @property
    def hint_command(self) -> str:
        """What to type for a hint; "" where hints are not told."""
        return ""

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
        """Every module that may have an export in the package, in the order of the course."""
        return self.modules

    def needed_by(self, module: Module) -> tuple[Module, ...]:
        """The modules that `module` needs, directly or not, in course order."""
        known = {m.name: m for m in self.exporting}
        wanted: set[str] = set()
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
        """The package's files that no module writes: those beside `core`, and the trained networks."""
        found = (self.package.glob(pattern) for pattern in ("[!_]*.py", "models/*.py", "models/*.npz"))
        return sorted(path for paths in found for path in paths)

    def exported(self, module: Module) -> Path:
        """The generated file that `module` exports to."""
        return self.root.joinpath(*module.exports.split(".")).with_suffix(".py")


def find_tree(start: Path, *kinds: type[Tree]) -> Tree:
    """The nearest tree of one of these kinds, at or above `start`; UsageError about the first kind if there is none."""
    for folder in (start.resolve(), *start.resolve().parents):
        for kind in kinds:
            if kind.is_root(folder):
                return kind(folder)
    raise kinds[0].not_found(start)


@dataclass(frozen=True)
class Course(ModuleTree):
    """The instructor's tree: sources with solutions, and nbgrader's folders under `course/`."""

    @classmethod
    def is_root(cls, folder: Path) -> bool:
        return (folder / SOURCE).is_dir()

    @classmethod
    def not_found(cls, start: Path) -> UsageError:
        return UsageError(
            f"no course here: neither {start} nor a folder above it has {SOURCE.as_posix()}",
            hint="go to the course's folder and try again",
        )

    @property
    def modules_folder(self) -> Path:
        return self.root / SOURCE

    def edited_file(self, module: Module) -> Path:
        return module.source

    @property
    def nbdev_settings(self) -> Path:
        return self.root / "settings.ini"

    @property
    def grades_others(self) -> bool:
        return True

    def edit_command(self, module: Module) -> str:
        return f"edit {module.source.relative_to(self.root).as_posix()}"

    def finish_command(self, module: Module) -> str:
        return f"tito release {module.name}"

    @property
    def homes(self) -> tuple[Path, ...]:
        """Every folder named like a module, with or without a `module.toml`."""
        return tuple(sorted(path for path in self.modules_folder.glob("[0-9]*_*") if path.is_dir()))

    def home(self, folder: str) -> Path:
        """The folder of the module called `folder`, whether or not it is there."""
        return self.modules_folder / folder

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

    def grading_log(self, module: Module) -> Path:
        """What each grading run came to, a line each."""
        return self.nbgrader_root / "log" / f"{module.folder}.jsonl"

    def compared(self, module: Module) -> Path:
        """The fingerprints of the hand-ins that the last report compared."""
        return self.nbgrader_root / "compared" / f"{module.folder}.json"

    def verified(self, module: Module) -> Path:
        """Grades of earlier releases of `module`, by what was graded."""
        return self.nbgrader_root / "verified" / f"{module.folder}.json"

    def mutated(self, module: Module, method: str) -> Path:
        """Grades of earlier runs of `tito mutate` on a method, by mutant."""
        return self.nbgrader_root / "mutated" / module.folder / f"{method}.json"

    @property
    def book(self) -> Path:
        """The book: the reference's outputs, the pages' sources, and the site."""
        return self.nbgrader_root / "book"

    def book_outputs(self, module: Module) -> Path:
        """What the reference shows in the chapter of `module`, kept for the next time."""
        return self.book / "outputs" / f"{module.folder}.json"

    @property
    def book_sources(self) -> Path:
        """What Sphinx reads; all of it is generated."""
        return self.book / "sources"

    @property
    def book_site(self) -> Path:
        """The built site."""
        return self.book / "site"

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

    def given_out(self, module: Module, release: str) -> Path:
        return self.nbgrader_root / "given_out" / module.folder / f"{release}.ipynb"

    def enrolled(self, module: Module) -> Path:
        """The notebook in the gradebook, with the hidden tests; annotated copies get their locked cells from it."""
        return self._in_step("enrolled", module)

    def _in_step(self, step: str, module: Module) -> Path:
        return self.nbgrader_root / step / module.folder / f"{module.notebook_name}.ipynb"

    def made_again(self, module: Module) -> tuple[Path, ...]:
        """What is below `course/` of the module alone, and is made from its source again."""
        steps = (self.built(module).parent, self.released(module).parent, self.enrolled(module).parent)
        return (
            *steps,
            self.verified(module),
            self.compared(module),
            self.mutated(module, "").parent,
            self.reports(module),
        )

    def places(self, module: Module) -> tuple[Path, ...]:
        """Everything that is there below `course/` of the module alone; last what is made from its source again."""
        steps = ("submitted", "autograded", "feedback")
        learners = (path for step in steps for path in self.nbgrader_root.glob(f"{step}/*/{module.folder}"))
        kept = (self.handins(module), self.given_out(module, "").parent, self.grading_log(module))
        return tuple(path for path in (*sorted(learners), *kept, *self.made_again(module)) if path.exists())

    @property
    def module_folders_used(self) -> tuple[str, ...]:
        """The folder names under which something was handed in or graded, whether or not there is such a module."""
        found = (self.nbgrader_root.glob(f"{step}/*") for step in ("handins", "enrolled"))
        return tuple(sorted({path.name for paths in found for path in paths if path.is_dir()}))

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

    @property
    def pseudonym_secret(self) -> Path:
        """What the pseudonyms of exported data are made with; whoever has it can tell people by them."""
        return self.nbgrader_root / "pseudonyms.secret"

    def reports(self, module: Module) -> Path:
        return self.nbgrader_root / "report" / module.folder

    @property
    def term_report(self) -> Path:
        """The overview of all modules."""
        return self.nbgrader_root / "report" / "term.html"

    def learners(self, module: Module) -> tuple[str, ...]:
        """Learners with a submission of `module`, in order of name."""
        found = (self.nbgrader_root / "submitted").glob(f"*/{module.folder}")
        return tuple(sorted(path.parent.name for path in found))

    def handed_in(self, module: Module) -> tuple[str, ...]:
        """Learners of whom something was collected for `module`, counted or not."""
        return tuple(sorted(path.name for path in self.handins(module).glob("*") if path.is_dir()))


@dataclass(frozen=True)
class Workspace(ModuleTree):
    """What a learner works in: releases, exported prerequisites, no source with solutions.

    `workspace.toml` in its root marks it; `.tito/` keeps the releases, as they were given, and what tito knows of the
    learner. The course gives it as a zip without any file that a learner edits: `tito.workspace.folder` makes these.
    """

    MARK = "workspace.toml"

    @classmethod
    def is_root(cls, folder: Path) -> bool:
        return (folder / cls.MARK).is_file()

    @classmethod
    def not_found(cls, start: Path) -> UsageError:
        return UsageError(
            f"no workspace here: neither {start} nor a folder above it has {cls.MARK}",
            hint="go to the folder that your course gave you and try again",
        )

    @property
    def modules_folder(self) -> Path:
        return self.root / "modules"

    def edited_file(self, module: Module) -> Path:
        return module.notebook

    @property
    def grades_others(self) -> bool:
        return False

    def edit_command(self, module: Module) -> str:
        return f"tito notebook {module.name}"

    def finish_command(self, module: Module) -> str:
        return f"tito submit {module.name}"

    @property
    def hint_command(self) -> str:
        return "tito hint"

    def incomplete(self) -> tuple[str, ...]:
        return tuple(module.folder for module in self.modules if not self.pristine(module).is_file())

    @property
    def finished_folder(self) -> Path:
        """Holds the `module.toml` of each module that is here as a finished export only."""
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
        """The hashes of the files we gave: a file that still has its hash is unchanged."""
        return self.root / ".tito" / "given.json"

    @property
    def learner_file(self) -> Path:
        """The learner's ID in the course."""
        return self.root / ".tito" / "learner.toml"

    @property
    def laid_out(self) -> Path:
        """A digest of `given` from when everything in it was last laid out."""
        return self.root / ".tito" / "laid_out"

    @property
    def kept(self) -> Path:
        """What the learner's files were before a verb changed them."""
        return self.root / ".tito" / "kept"

    @property
    def lab_log(self) -> Path:
        """What JupyterLab's server says."""
        return self.root / ".tito" / "jupyter.log"

    @property
    def lab_settings(self) -> Path:
        """Settings that Jupyter reads for this workspace."""
        return self.root / ".tito" / "jupyter"

    @property
    def hints_told(self) -> Path:
        return self.root / ".tito" / "hints.json"

    def synced(self, module: Module) -> Path:
        """Digests of the notebook and its paired `.py` from when their contents last agreed."""
        return self.root / ".tito" / "synced" / f"{module.folder}.json"

    def pristine(self, module: Module) -> Path:
        """The notebook as it was released, for restoring locked cells."""
        return self.releases(module.folder) / f"{module.notebook_name}.ipynb"

    def releases(self, folder: str) -> Path:
        """Every release of the module in `folder` that was given, and the current one under the notebook's name."""
        return self.root / ".tito" / "release" / folder

    def given_out(self, module: Module, release: str) -> Path:
        return self.pristine(module).with_name(f"{release}.ipynb")

    def reference(self, module: Module) -> Path:
        """The reference's export of a module that another one here needs, packed."""
        return self.root / ".tito" / "reference" / f"{module.folder}.py.gz"

    @property
    def submissions(self) -> Path:
        return self.root / "submissions"

    def results(self, module: Module) -> Path:
        """The last `tito test` of `module`, for `tito status`."""
        return self.root / ".tito" / "results" / f"{module.folder}.json"
