"""The learner's path in words: how far they are, what their modules stand on, and when an earlier one is at fault."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from tito.course.checks import TestResult
from tito.course.course import Module
from tito.ui.render import PLAIN, Elsewhere, Style, count, listed, mark, module_name, number, score
from tito.workspace.diagnosis import Attempt, Blame, Settled, Suspect
from tito.workspace.prerequisites import Found, Origin
from tito.workspace.progress import Standing

NO_POINTS_LOST = "Grading uses the reference's, so it costs no points here."


def status(standings: tuple[Standing, ...], root: Path, style: Style = PLAIN) -> str:
    """Each module's points, what it stands on, how it is with it, and where the current one lies."""
    done = sum(standing.is_done for standing in standings)
    lines = [style.bold(f"TinyTorch · {done} of {count(len(standings), 'module')} done"), ""]
    widest = max([16, *(len(module_name(s.module)) for s in standings)])
    needs = max((len(_needs(s)) for s in standings), default=0)
    return "\n".join([*lines, *(_standing(s, root, widest, needs, style) for s in standings)])


def _standing(standing: Standing, root: Path, widest: int, needs: int, style: Style) -> str:
    module = standing.module
    is_at_work = standing.is_current and not standing.is_done
    sign = style.yellow("▸") if is_at_work else mark(standing.is_done or None, style)
    points = "" if standing.points is None else score(standing.points, module.max_points)
    place = style.dim(module.notebook.relative_to(root).as_posix()) if standing.is_current else ""
    columns = [f"{module_name(module):<{widest}}", sign, f"{points:<7}", f"{_needs(standing):<{needs}}"]
    return "  ".join(["", *columns[: 4 if needs else 3], *filter(None, [place, _state(standing)])]).rstrip()


def _needs(standing: Standing) -> str:
    return f"on {' '.join(module.number for module in standing.stands_on)}" if standing.stands_on else ""


def _state(standing: Standing) -> str:
    """What there is to say of a module beside its points."""
    if standing.is_changed:
        return "changed since its last test"
    return f"waiting for {listed(map(module_name, standing.waits_for))}" if standing.waits_for else ""


def package(package: tuple[Found, ...], unfinished: set[Module], style: Style = PLAIN) -> str:
    """What `import tinytorch` finds of the modules that others stand on."""
    widest = max(len(found.module.exports) for found in package)
    rows = (f"  {found.module.exports:<{widest}}  {_whose(found, found.module in unfinished)}" for found in package)
    return "\n".join([style.bold("import tinytorch finds"), "", *rows])


def _whose(found: Found, is_unfinished: bool) -> str:
    """Whose module is found, in a few words; where it is the learner's and unfinished, what is to come too."""
    match found.origin:
        case None:
            return "nothing yet; the reference's, if you go on before yours passes all its checks"
        case Origin.REFERENCE:
            return "the reference's" + (", until yours passes all its checks" if found.to_write else "")
        case Origin.FINISHED:
            return "yours" + (", as it was when it passed all its checks" if is_unfinished else "")
        case Origin.EXPORTED:
            return "yours, as you exported it"
        case Origin.UNKNOWN:
            return f"{_file(found)}, {found.origin.value}"


def stood_in_for(found: Found) -> str:
    """Word of the reference's export that was put into the package."""
    text = f"`import tinytorch` finds the reference's {module_name(found.module)} from now on"
    return text + ("; yours takes its place once it passes all its checks" if found.to_write else "")


def stands_on(attempt: Attempt) -> str:
    """`on your 01 and the reference's 02`; "" where none of them is the learner's to write."""
    if not any(settled.now.to_write for settled in attempt.earlier):
        return ""
    groups: dict[str, list[str]] = {}
    for settled in attempt.earlier:
        whose = "the reference's" if settled.now.is_reference else "your"
        groups.setdefault(whose, []).append(settled.module.number)
    return "on " + listed(f"{whose} {' '.join(numbers)}" for whose, numbers in groups.items())


def counted_on(attempt: Attempt) -> str:
    """What the points of a submission were counted on, where that is not what the learner's notebook finds."""
    return f"counted on the reference's {listed(map(module_name, attempt.replaced))}, as in grading"


def settled(attempt: Attempt) -> list[str]:
    """Word of what has changed in the package, and of what there is not as it should be."""
    texts = [_settled(each) for each in attempt.earlier]
    if own := attempt.settled:
        texts.append(_found_still(own) if own.failing else _settled(own))
    return [text for text in texts if text]


def _found_still(settled: Settled) -> str:
    """Word of an earlier version of the module just tested, whose failures have been shown already."""
    name = f"your {module_name(settled.module)}"
    match settled.now.origin:
        case Origin.FINISHED:
            return f"`import tinytorch` goes on finding the version of {name} that passed all its checks"
        case Origin.EXPORTED:
            return f"`import tinytorch` finds {name} as you exported it"
    return _settled(settled)


def _settled(settled: Settled) -> str:
    now, your = settled.now, f"your {module_name(settled.module)}"
    if now.origin is Origin.UNKNOWN:
        return (
            f"{_file(now)} is {now.origin.value}, so it is left alone; "
            "move it away, and the next test puts a new one there"
        )
    if now.is_reference:
        return stood_in_for(now) if settled.before.origin is None else ""
    if now.origin and settled.failing:
        finds = "goes on finding the version that passed them all" if now.is_finished else "finds it as you exported it"
        return (
            f"{your} fails {_some_checks(settled.failing)}, and `import tinytorch` {finds}; "
            f"mend it with: tito test {settled.module.name}"
        )
    if now.is_finished and now != settled.before:
        return f"{your} passes all its checks: `import tinytorch` finds it from now on ({_file(now)})"
    return ""


def elsewhere(attempt: Attempt) -> dict[str, Elsewhere]:
    """What to say of each check that fails because of an earlier module, in the place of its own message."""
    results = {result.id: result for result in attempt.grade.results}
    return {
        b.check: Elsewhere(f"because of {_accused(b.suspects)}", _blame(results[b.check], b)) for b in attempt.blames
    }


def _blame(result: TestResult, blame: Blame) -> str:
    """What an earlier module does to a check; the error itself is told where that module's own checks tell nothing."""
    trial = _trial(result, blame)
    failing = [suspect for suspect in blame.suspects if suspect.failing]
    if not failing:
        passes = "passes" if len(blame.suspects) == 1 else "pass"
        return (
            f"{_accused(blame.suspects)} {passes} the checks that you have. Still, {trial}:\n{result.message}\n"
            f"They don't ask for everything; this check needs more of it. {NO_POINTS_LOST}"
        )
    fails = listed(f"{_accused([suspect])} fails {_some_checks(suspect.failing)}" for suspect in failing)
    return f"{fails}; {trial}.\nMend that first. {NO_POINTS_LOST}"


def _trial(result: TestResult, blame: Blame) -> str:
    """What came of running the check again on the reference's exports."""
    is_whole = blame.points >= result.max_points
    earns = "passes" if is_whole else f"earns {number(blame.points)} of {number(result.max_points)}"
    places = "its place" if len(blame.suspects) == 1 else "their places"
    return f"with the reference's in {places} this check {earns}"


def _accused(suspects: Iterable[Suspect]) -> str:
    """`your 01 tensor`, or the file that is there in its place."""
    return listed(
        f"{_file(s.found)} ({s.found.origin.value})"
        if s.found.origin is Origin.UNKNOWN
        else f"your {module_name(s.module)}"
        for s in suspects
    )


def _some_checks(failing: tuple[str, ...]) -> str:
    return f"{len(failing)} of its checks ({', '.join(failing)})"


def _file(found: Found) -> str:
    return f"{found.module.exports.replace('.', '/')}.py"
