"""What a learner reads: how far they are, what their modules need, and when an earlier module is at fault."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType

from tito.course.checks import Grade, TestResult
from tito.course.course import Module
from tito.support.points import points_text
from tito.support.safe_text import plain
from tito.ui.render import (
    PLAIN,
    Explanation,
    Style,
    check_line,
    count,
    listed,
    mark,
    module_name,
    score,
    when,
    written_points,
)
from tito.workspace.diagnosis import Diagnosis, EarlierFault, EarlierModule, PackageUpdate
from tito.workspace.local_run import DoesNotParse
from tito.workspace.prerequisites import Origin, PackageFile
from tito.workspace.progress import ModuleProgress
from tito.workspace.questions import Question
from tito.workspace.submit import HandedIn

NO_POINTS_LOST = "Grading uses the reference's, so it costs no points here."


@dataclass(frozen=True)
class Beside:
    """What a module's line in the status says besides its checks: written questions, and what was packed last."""

    questions: tuple[Question, ...] = ()
    handed_in: HandedIn | None = None


def status(
    progress: tuple[ModuleProgress, ...],
    root: Path,
    style: Style = PLAIN,
    beside: Mapping[Module, Beside] = MappingProxyType({}),
) -> str:
    """Each module's points, needs and state, where the current one lies, and what was handed in."""
    done = sum(one.is_done for one in progress)
    lines = [style.bold(f"TinyTorch · {done} of {count(len(progress), 'module')} done"), ""]
    widest = max([16, *(len(module_name(s.module)) for s in progress)])
    needs = max((len(_needs(s)) for s in progress), default=0)
    points = max([7, *(len(_points(s)) for s in progress)])
    for one in progress:
        lines.append(_module_line(one, (widest, points, needs), style))
        lines += [f"     {style.dim(text)}" for text in _beside(one, root, beside.get(one.module, Beside()))]
    return "\n".join(lines)


def _beside(one: ModuleProgress, root: Path, beside: Beside) -> list[str]:
    """What stands below a module's line; of one that was not begun, nothing."""
    lines = [one.module.notebook.relative_to(root).as_posix()] if one.is_current else []
    if one.is_current or one.points is not None:
        lines += [question_line(each) for each in beside.questions]
    if beside.handed_in:
        points = score(beside.handed_in.points, one.module.max_points).strip()
        changed = "" if beside.handed_in.is_current else "; changed since"
        lines.append(f"packed to hand in: {when(beside.handed_in.at)}, with {points} here{changed}")
    return lines


def question_line(question: Question) -> str:
    """`reflection: not answered (10, marked by a person)`"""
    state = "answered" if question.is_answered else "not answered"
    return f"{question.spec.id}: {state} ({points_text(question.spec.points)}, marked by a person)"


def questions(found: tuple[Question, ...], style: Style = PLAIN) -> str:
    """The written questions below the checks."""
    return "\n".join(check_line(None, question_line(each), "", style) for each in found)


def does_not_parse(fault: DoesNotParse, checks: int, style: Style = PLAIN) -> str:
    """A cell that is no Python: said once, with its line and a caret; the checks were not run."""
    text = plain(fault.text)
    shift = len(text) - len(text.lstrip())
    caret = " " * (8 + max(0, fault.column - shift)) + f"{style.red('^')} {plain(fault.words)}"
    place = style.dim(f'{fault.file.name}, cell "{plain(fault.cell)}", line {fault.line}')
    return "\n".join(
        [
            f"  {mark(False, style)} your notebook does not parse   {place}",
            f"        {text.lstrip()}",
            caret,
            f"  {mark(None, style)} {count(checks, 'check')} not run",
        ]
    )


def _module_line(one: ModuleProgress, widths: tuple[int, int, int], style: Style) -> str:
    """One module's line; `widths` are those of its name, its points and what it needs."""
    module = one.module
    is_at_work = one.is_current and not one.is_done
    sign = style.yellow("▸") if is_at_work else mark(one.is_done or None, style)
    name, points, needs = widths
    columns = [f"{module_name(module):<{name}}", sign, f"{_points(one):<{points}}", f"{_needs(one):<{needs}}"]
    return "  ".join(["", *columns[: 4 if needs else 3], *filter(None, [_state(one)])]).rstrip()


def _points(one: ModuleProgress) -> str:
    return "" if one.points is None else score(one.points, one.module.max_points) + written_points(one.module)


def _needs(one: ModuleProgress) -> str:
    return f"on {' '.join(module.number for module in one.stands_on)}" if one.stands_on else ""


def _state(one: ModuleProgress) -> str:
    """What else to say of a module; often nothing."""
    if one.is_changed:
        return "changed since its last test"
    return f"waiting for {listed(map(module_name, one.waits_for))}" if one.waits_for else ""


def package_files(files: tuple[PackageFile, ...], unfinished: set[Module], style: Style = PLAIN) -> str:
    """What `import tinytorch` finds of the modules that others need."""
    widest = max(len(file.module.exports) for file in files)
    rows = (f"  {file.module.exports:<{widest}}  {_whose(file, file.module in unfinished)}" for file in files)
    return "\n".join([style.bold("import tinytorch finds"), "", *rows])


def _whose(file: PackageFile, is_unfinished: bool) -> str:
    """Whose work the file is; if the learner's own is not finished, also when that replaces it."""
    match file.origin:
        case None:
            return "nothing yet; the reference's, if you go on before yours passes all its checks"
        case Origin.REFERENCE:
            return "the reference's" + (", until yours passes all its checks" if file.to_write else "")
        case Origin.FINISHED:
            return "yours" + (", as it was when it passed all its checks" if is_unfinished else "")
        case Origin.EXPORTED:
            return "yours, as you exported it"
        case Origin.UNKNOWN:
            return f"{_file(file)}, {file.origin.value}"


def reference_note(file: PackageFile) -> str:
    """Say that the reference's export was put into the package."""
    text = f"`import tinytorch` finds the reference's {module_name(file.module)} from now on"
    return text + ("; yours takes its place once it passes all its checks" if file.to_write else "")


def stands_on(diagnosis: Diagnosis) -> str:
    """`on your 01 and the reference's 02`; "" if none of them is the learner's to write."""
    if not any(update.now.to_write for update in diagnosis.earlier):
        return ""
    groups: dict[str, list[str]] = {}
    for update in diagnosis.earlier:
        whose = "the reference's" if update.now.is_reference else "your"
        groups.setdefault(whose, []).append(update.module.number)
    return "on " + listed(f"{whose} {' '.join(numbers)}" for whose, numbers in groups.items())


def counted_on(diagnosis: Diagnosis) -> str:
    """Say that a submission's points were counted on the reference's modules, not on the learner's own."""
    return f"counted on the reference's {listed(map(module_name, diagnosis.replaced))}, as in grading"


def isolation_note(grade: Grade, wanted: int = 2) -> str:
    """A warning if the code ran behind fewer walls than grading asks for; else ""."""
    level = grade.isolation_level
    if level is None or level >= wanted:
        return ""
    return f"this ran at isolation level {level}: test only work that you trust; tito doctor says why"


def package_notes(diagnosis: Diagnosis) -> list[str]:
    """Say what has changed in the package, and which files in it are not as they should be."""
    texts = [_package_note(each) for each in diagnosis.earlier]
    if own := diagnosis.own:
        texts.append(_kept_version_note(own) if own.failing else _package_note(own))
    return [text for text in texts if text]


def _kept_version_note(update: PackageUpdate) -> str:
    """Say which earlier version of the module just tested stays in the package; its failures have been shown."""
    name = f"your {module_name(update.module)}"
    match update.now.origin:
        case Origin.FINISHED:
            return f"`import tinytorch` goes on finding the version of {name} that passed all its checks"
        case Origin.EXPORTED:
            return f"`import tinytorch` finds {name} as you exported it"
    return _package_note(update)


def _package_note(update: PackageUpdate) -> str:
    now, your = update.now, f"your {module_name(update.module)}"
    if update.refused:
        return f"{your} passes all its checks, but `import tinytorch` can't take it: {update.refused}"
    if now.origin is Origin.UNKNOWN:
        return (
            f"{_file(now)} is {now.origin.value}, so it is left alone; "
            "move it away, and the next test puts a new one there"
        )
    if now.is_reference:
        return reference_note(now) if update.before.origin is None else ""
    if now.origin and update.failing:
        finds = "goes on finding the version that passed them all" if now.is_finished else "finds it as you exported it"
        return (
            f"{your} fails {_some_checks(update.failing)}, and `import tinytorch` {finds}; "
            f"mend it with: tito test {update.module.name}"
        )
    if now.is_finished and now != update.before:
        return f"{your} passes all its checks: `import tinytorch` finds it from now on ({_file(now)})"
    return ""


def explanations(diagnosis: Diagnosis) -> dict[str, Explanation]:
    """What to say of each check that fails because of an earlier module, instead of its own message."""
    results = {result.id: result for result in diagnosis.grade.results}
    return {
        fault.check: Explanation(f"because of {_named(fault.culprits)}", _explanation(results[fault.check], fault))
        for fault in diagnosis.faults
    }


def _explanation(result: TestResult, fault: EarlierFault) -> str:
    """How an earlier module breaks a check. If that module passes its own checks, the check's error is shown too."""
    retried = _with_references(result, fault)
    failing = [culprit for culprit in fault.culprits if culprit.failing]
    if not failing:
        passes = "passes" if len(fault.culprits) == 1 else "pass"
        return (
            f"{_named(fault.culprits)} {passes} the checks that you have. Still, {retried}:\n{result.message}\n"
            f"They don't ask for everything; this check needs more of it. {NO_POINTS_LOST}"
        )
    fails = listed(f"{_named([culprit])} fails {_some_checks(culprit.failing)}" for culprit in failing)
    return f"{fails}; {retried}.\nMend that first. {NO_POINTS_LOST}"


def _with_references(result: TestResult, fault: EarlierFault) -> str:
    """What the check earned when it ran again on the reference's exports."""
    is_whole = fault.points >= result.max_points
    earns = "passes" if is_whole else f"earns {points_text(fault.points)} of {points_text(result.max_points)}"
    places = "its place" if len(fault.culprits) == 1 else "their places"
    return f"with the reference's in {places} this check {earns}"


def _named(culprits: Iterable[EarlierModule]) -> str:
    """`your 01 tensor`, or the path of a file that tito did not make."""
    return listed(
        f"{_file(one.file)} ({one.file.origin.value})"
        if one.file.origin is Origin.UNKNOWN
        else f"your {module_name(one.module)}"
        for one in culprits
    )


def _some_checks(failing: tuple[str, ...]) -> str:
    return f"{len(failing)} of its checks ({', '.join(failing)})"


def _file(file: PackageFile) -> str:
    return f"{file.module.exports.replace('.', '/')}.py"
