"""The marked regions of a cell: solutions, which leave at release, and hidden tests."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Markers:
    """The two comment lines that stand around a kind of region, as nbgrader's configuration spells them."""

    begin: str
    end: str


SOLUTION = Markers("### BEGIN SOLUTION", "### END SOLUTION")
HIDDEN = Markers("### BEGIN HIDDEN TESTS", "### END HIDDEN TESTS")
STUB = ("# YOUR CODE HERE", "raise NotImplementedError()")  # what a release has in a solution's place


@dataclass(frozen=True)
class Region:
    """The lines from `first` to `last` of a cell, its markers included; counted from 0."""

    first: int
    last: int

    def lines(self, source: str) -> list[str]:
        """What stands between the markers."""
        return source.split("\n")[self.first + 1 : self.last]


class RegionError(ValueError):
    """Markers that don't pair up; `line` is the marker at fault, counted from 0."""

    def __init__(self, message: str, line: int):
        super().__init__(message)
        self.line = line


def regions(source: str, markers: Markers) -> tuple[Region, ...]:
    """Every region of this kind in `source`; RegionError when one is nested, open or never begun."""
    found = []
    begun = None
    for number, line in enumerate(source.split("\n")):
        if markers.begin in line:
            if begun is not None:
                raise RegionError(f'a region begins inside the one before it: "{markers.begin}"', number)
            begun = number
        elif markers.end in line:
            if begun is None:
                raise RegionError(f'a region ends that never began: "{markers.end}"', number)
            found.append(Region(begun, number))
            begun = None
    if begun is not None:
        raise RegionError(f'a region is never closed with "{markers.end}"', begun)
    return tuple(found)


def without(source: str, markers: Markers) -> str:
    """`source` less its regions of this kind, markers and all."""
    lines = source.split("\n")
    for region in reversed(regions(source, markers)):
        del lines[region.first : region.last + 1]
    return "\n".join(lines)


def stubbed(source: str) -> str:
    """`source` with the stub in the place of each solution, as nbgrader releases it."""
    lines = source.split("\n")
    for region in reversed(regions(source, SOLUTION)):
        first = lines[region.first]
        indent = first[: len(first) - len(first.lstrip())]
        lines[region.first : region.last + 1] = [indent + line for line in STUB]
    return "\n".join(lines)
