"""A mutation run: which mutants of the reference fail a module's checks, and which don't.

A mutant is *killed* when it loses points in a check of its own method, and
*survives* otherwise. A survivor is either a mistake that no check finds, or a
change that the specification allows. Those of the second kind are listed in the
module's `equivalents.toml`, each with the reason:

    [[equivalent]]
    method = "BenchmarkScenarios.server"
    line = "while due < duration:"
    becomes = ["while due <= duration:"]
    why = "a gap drawn from a continuous distribution never ends exactly then"

A mutant that loses points in another method's check as well *spreads*: that
part is not graded on its own.
"""

from __future__ import annotations

import ast
import json
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import groupby
from typing import Any

from tito.authoring.answers import defs, read_answers
from tito.authoring.mutants import Mutant, key_of, mutants_of
from tito.course.checks import Grade, Work
from tito.course.course import Course, Module
from tito.course.settings import read_settings
from tito.lesson.build import built
from tito.lesson.check_suite import reference_work, suite_of
from tito.lesson.export import export
from tito.support.errors import CourseError, UsageError
from tito.workers.result_cache import Progress, grade_all


@dataclass(frozen=True)
class MutantResult:
    """A mutant; `own` are the checks of its method, `lost` all checks that it lost points in."""

    mutant: Mutant
    own: frozenset[str]
    lost: frozenset[str]

    @property
    def is_killed(self) -> bool:
        return bool(self.own & self.lost)

    @property
    def elsewhere(self) -> frozenset[str]:
        """The checks of other methods that it lost points in."""
        return self.lost - self.own


@dataclass(frozen=True)
class EquivalentMutant:
    """A mutant that need not fail a check, and why."""

    method: str
    line: str
    becomes: str
    why: str

    @cached_property
    def key(self) -> tuple[str, str, str]:
        return key_of(self.method, self.line, self.becomes)


@dataclass(frozen=True)
class MutationReport:
    """The results of a module's mutants, compared with its list of equivalent ones."""

    results: tuple[MutantResult, ...]
    listed: tuple[EquivalentMutant, ...]

    @property
    def methods(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(result.mutant.method for result in self.results))

    @property
    def killed(self) -> tuple[MutantResult, ...]:
        return tuple(result for result in self.results if result.is_killed)

    @property
    def survivors(self) -> tuple[MutantResult, ...]:
        """Mutants that are not killed and not listed: a check is missing, or a reason."""
        known = {entry.key for entry in self.listed}
        return tuple(t for t in self.results if not t.is_killed and t.mutant.key not in known)

    @property
    def equivalents(self) -> tuple[MutantResult, ...]:
        known = {entry.key for entry in self.listed}
        return tuple(t for t in self.results if not t.is_killed and t.mutant.key in known)

    @property
    def stale(self) -> tuple[EquivalentMutant, ...]:
        """Listed ones that are killed, or that the reference no longer has."""
        alive = {result.mutant.key for result in self.results if not result.is_killed}
        return tuple(entry for entry in self.listed if entry.key not in alive)

    @property
    def spreading(self) -> tuple[MutantResult, ...]:
        return tuple(result for result in self.results if result.elsewhere)

    @property
    def is_sound(self) -> bool:
        return not self.survivors and not self.stale

    def only(self, method: str) -> MutationReport:
        return MutationReport(
            tuple(result for result in self.results if result.mutant.method == method),
            tuple(entry for entry in self.listed if entry.method == method),
        )


def run_mutation(
    course: Course,
    module: Module,
    *,
    methods: Sequence[str] = (),
    jobs: int = 1,
    progress: Progress = lambda done, total: None,
) -> MutationReport:
    """Grade every mutant of the checked methods, or of `methods` if given.

    The grades are kept in `course.mutated(module, method)`. UsageError for a
    method that has no check.
    """
    for needed in course.needed_by(module):
        export(course, needed, built(course, needed))
    source = built(course, module)
    suite, reference = suite_of(module, source), reference_work(source)
    own, listed = checks_of_methods(module, reference), read_equivalents(module)
    possible = [mutant for mutant in mutants_of(reference) if mutant.method in own]
    chosen = _chosen(methods, [mutant.method for mutant in possible])
    mutants = [mutant for mutant in possible if mutant.method in chosen]
    results: list[MutantResult] = []
    for method, of_method in groupby(mutants, key=lambda mutant: mutant.method):
        group = list(of_method)
        _, *grades = grade_all(
            course,
            module,
            suite,
            [reference, *(mutant.work for mutant in group)],
            jobs=jobs,
            progress=_shifted(progress, len(results), len(mutants)),
            record=course.mutated(module, method),
        )
        results += [
            MutantResult(mutant, own[method], _lost(grade)) for mutant, grade in zip(group, grades, strict=True)
        ]
    return MutationReport(tuple(results), tuple(entry for entry in listed if not methods or entry.method in chosen))


def _shifted(progress: Progress, before: int, total: int) -> Progress:
    """Progress with a part of the work, as progress with all of it."""
    return lambda done, _: progress(before + done, total)


def _lost(grade: Grade) -> frozenset[str]:
    return frozenset(result.id for result in grade.results if result.points < result.max_points)


def _chosen(methods: Sequence[str], known: Iterable[str]) -> set[str]:
    """The known methods with these names, whole or last part; all if no name is given."""
    found = {name for name in known if not methods or name in methods or name.split(".")[-1] in methods}
    for method in methods:
        if not any(method in (name, name.split(".")[-1]) for name in found):
            raise UsageError(
                f"no check is for a method '{method}'", hint=f"there are: {', '.join(dict.fromkeys(known))}"
            )
    return found


def checks_of_methods(module: Module, reference: Work) -> dict[str, frozenset[str]]:
    """Each function's and method's own checks: those with a kept wrong answer that changes it."""
    own: dict[str, set[str]] = {}
    for answer in read_answers(module, reference):
        if not answer.right:
            for method in _differing(reference, answer.work):
                own.setdefault(method, set()).add(answer.check)
    return {method: frozenset(checks) for method, checks in own.items()}


def _differing(reference: Work, other: Work) -> Iterator[str]:
    """The functions and methods that differ between the reference and `other`."""
    for ours, theirs in zip(reference.cells, other.cells, strict=True):
        if ours != theirs:
            new = _functions(theirs.source)
            yield from (name for name, text in _functions(ours.source).items() if new.get(name) != text)


def _functions(source: str) -> dict[str, str]:
    return {name: ast.dump(node) for name, node in defs(ast.parse(source)) if not isinstance(node, ast.ClassDef)}


def read_equivalents(module: Module) -> tuple[EquivalentMutant, ...]:
    """What `equivalents.toml` of the module lists; nothing when there is none.

    CourseError with the entry at fault.
    """
    path = module.equivalents
    if not path.is_file():
        return ()
    found = [entry for table in read_settings(path).tables("equivalent") for entry in _entries(table.values, str(path))]
    times = Counter(entry.key for entry in found)
    if twice := [entry for entry in found if times[entry.key] > 1]:
        raise CourseError(f"a mutant of {twice[0].method} is listed twice: {twice[0].becomes}", at=str(path))
    return tuple(found)


def _entries(table: dict[str, Any], place: str) -> Iterator[EquivalentMutant]:
    texts = [table.get(name) for name in ("method", "line", "why")]
    if not all(isinstance(text, str) and text.strip() for text in texts) or not table.get("becomes"):
        raise CourseError(
            "an equivalent mutant needs method, line, becomes (a list) and why",
            at=place,
            why=f"of {table.get('method', '?')}: {table.get('line', '?')}",
        )
    for becomes in table["becomes"]:
        entry = EquivalentMutant(table["method"], table["line"], becomes, table["why"])
        try:
            hash(entry.key)
        except SyntaxError:
            raise CourseError(f"{entry.line!r} or {becomes!r} is not Python", at=place) from None
        yield entry


def as_toml(results: Iterable[MutantResult]) -> str:
    """Survivors as entries for `equivalents.toml`, without reasons."""
    tables = []
    for (method, line), group in groupby(results, key=lambda result: (result.mutant.method, result.mutant.line)):
        texts = "".join(f"  {_quoted(result.mutant.becomes)},\n" for result in group)
        tables.append(f'[[equivalent]]\nmethod = "{method}"\nline = {_quoted(line)}\nbecomes = [\n{texts}]\nwhy = ""\n')
    return "\n".join(tables)


def _quoted(text: str) -> str:
    """A TOML string; JSON's escapes are among TOML's."""
    return f"'{text}'" if "'" not in text and "\n" not in text else json.dumps(text, ensure_ascii=False)
