"""The platform's number of each learner, as it came with the platform's own downloads; it is never made up.

A number that came with hand-ins of several learners is a group's or a mistake, and nobody's own.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from tito.classroom.intake import archive
from tito.classroom.intake.arrival import HandIn
from tito.classroom.intake.filenames import is_group
from tito.course.course import Course, Module

ANONYMOUS = "anonymous"  # the name under which anonymous hand-ins are kept: their numbers are no person's


@dataclass(frozen=True)
class Numbers:
    """The one number of each learner; `why_not` has the others that handed in on this platform, and why.

    `elsewhere` are those that came with other platforms' downloads, which the roster may have learnt from them.
    """

    platform: str
    of: dict[str, str]
    why_not: dict[str, str]
    elsewhere: frozenset[str] = frozenset()

    def reason(self, learner: str) -> str:
        """Why there is no number of this learner's."""
        return self.why_not.get(learner, f"no number of {self.platform}'s came with the hand-in")


def numbers_of(course: Course, module: Module, platform: str, change: bool = False) -> Numbers:
    """The learners' numbers on a platform: those of this module's hand-ins, else of other modules'.

    Where numbers `change`, as Moodle's do with each assignment, other modules' say nothing.
    """
    here = _numbers(course, [module], platform)
    others = {} if change else _numbers(course, [m for m in course.modules if m != module], platform)
    found = {who: here.get(who) or others[who] for who in sorted({*here, *others})}
    owners = _owners(found)
    own = {who: {number for number in numbers if owners[number] == {who}} for who, numbers in found.items()}
    sole = {who: next(iter(numbers)) for who, numbers in own.items() if len(numbers) == 1}
    why_not = {who: _why_not(platform, found[who], own[who]) for who in found if who not in sole}
    return Numbers(platform, sole, why_not, _elsewhere(course, platform))


def _elsewhere(course: Course, platform: str) -> frozenset[str]:
    """The numbers of all hand-ins that came from other platforms."""
    records = (
        archive.read_record(course, who, module) for module in course.modules for who in course.handed_in(module)
    )
    handins = (handin for record in records for several in record.files.values() for handin in several)
    return frozenset(handin.number for handin in handins if handin.number and handin.platform != platform)


def _owners(found: dict[str, set[str]]) -> dict[str, set[str]]:
    owners: dict[str, set[str]] = defaultdict(set)
    for who, numbers in found.items():
        for number in numbers:
            owners[number].add(who)
    return owners


def _why_not(platform: str, found: set[str], own: set[str]) -> str:
    if own:
        return f"came with several numbers of {platform}'s: {', '.join(sorted(own))}"
    return f"came with a number of {platform}'s that others have, too: {', '.join(sorted(found))}"


def _numbers(course: Course, modules: Iterable[Module], platform: str) -> dict[str, set[str]]:
    found: dict[str, set[str]] = defaultdict(set)
    for module in modules:
        for learner in course.handed_in(module):
            for handins in archive.read_record(course, learner, module).files.values():
                found[learner] |= {handin.number for handin in handins if _is_own(handin, platform)}
    return {who: numbers for who, numbers in found.items() if numbers}


def _is_own(handin: HandIn, platform: str) -> bool:
    """Is the hand-in's number one person's on this platform?"""
    return (
        handin.platform == platform and bool(handin.number) and handin.name != ANONYMOUS and not is_group(handin.name)
    )
