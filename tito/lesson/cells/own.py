"""What the learner's own cells give to the work: what an exported cell needs, by name, and nothing else.

A notebook runs every cell. A grade and a package take the exported ones, and
of the rest the statements that these need: a helper, a constant, an import, and
what such a statement needs in turn. A scratch cell that raises, or takes a
minute, is left out.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass

from tito.lesson.cells.names import NO_NAMES, PYTHONS, Statement, bound_by, statements_of

STAR = "*"
MOST_FOLLOWED = 500  # names; a notebook may hold anything


@dataclass(frozen=True)
class Need:
    """What the cells that count bind and use; `public` are the names that a module is asked for."""

    bound: frozenset[str]
    made: frozenset[str]
    used: frozenset[str]
    public: frozenset[str]


def need_of(counted: Iterable[str], public: Collection[str]) -> Need:
    """What exported cells need. `made` are names that they define or assign, imported ones left out."""
    statements = [statement for source in counted for statement in statements_of(source)]
    return Need(
        bound=NO_NAMES.union(*(s.binds for s in statements)),
        made=NO_NAMES.union(*(s.binds for s in statements if not s.is_import)),
        used=NO_NAMES.union(*(s.uses for s in statements)),
        public=frozenset(public),
    )


def imported_by(sources: Iterable[str]) -> frozenset[str]:
    """The names that these cells import."""
    return NO_NAMES.union(*(s.binds for source in sources for s in statements_of(source) if s.is_import))


def taken_along(own: Sequence[str], need: Need) -> tuple[str, ...]:
    """For each of these cells what of it is needed, line for line, the other lines empty; "" for nothing."""
    cells = [statements_of(source) for source in own]
    taken = _closure([s for cell in cells for s in cell], need)
    return tuple(
        only_lines(source, [s for s in cell if id(s) in taken]) for source, cell in zip(own, cells, strict=True)
    )


def names_in(kept: Iterable[str]) -> list[str]:
    """The names that were taken along, in the order of their cells."""
    return list(dict.fromkeys(name for source in kept for name in sorted(bound_by(source) - {STAR})))


def _closure(statements: Sequence[Statement], need: Need) -> set[int]:
    """The id() of each statement that is needed, by itself or for another one."""
    taken: dict[int, Statement] = {}
    index = _Index(statements)
    names = [*need.public, *(need.used - need.bound)]
    queue = [s for name in names for s in index.binds.get(name, [])] + [
        s for n in need.made for s in index.sets.get(n, [])
    ]
    while queue:
        statement = queue.pop()
        if id(statement) not in taken:
            taken[id(statement)] = statement
            queue += index.follow(statement, need)
    if _is_open(taken.values(), need):
        taken |= {id(s): s for s in index.binds.get(STAR, [])}
    return set(taken)


class _Index:
    """Statements by the names that they bind, set something in, and call methods of."""

    def __init__(self, statements: Sequence[Statement]):
        self.binds: dict[str, list[Statement]] = {}
        self.sets: dict[str, list[Statement]] = {}
        self.calls: dict[str, list[Statement]] = {}
        for statement in statements:
            for names, table in (
                (statement.binds, self.binds),
                (statement.sets, self.sets),
                (statement.calls, self.calls),
            ):
                for name in names:
                    table.setdefault(name, []).append(statement)
        for statement in statements:
            for name in self._effects(statement.runs):
                self.sets.setdefault(name, []).append(statement)

    def _effects(self, functions: frozenset[str]) -> set[str]:
        """The names in which these functions set something, by themselves or by what they use in turn."""
        seen, queue = set(functions), list(functions)
        found: set[str] = set()
        while queue and len(seen) < MOST_FOLLOWED:
            for statement in self.binds.get(queue.pop(), []):
                found |= statement.inside
                queue += statement.uses - seen
                seen |= statement.uses
        return found

    def follow(self, statement: Statement, need: Need) -> Iterator[Statement]:
        """What is needed because `statement` is: what it uses, and what changes what it makes."""
        for name in statement.uses - need.bound:
            yield from self.binds.get(name, [])
        if not statement.is_import:
            for name in statement.binds:
                yield from self.sets.get(name, [])
                yield from self.calls.get(name, [])


def _is_open(taken: Collection[Statement], need: Need) -> bool:
    """Is a name used that nothing binds, so that it may come by `from x import *`?"""
    used = need.used.union(*(s.uses for s in taken))
    return bool(used - need.bound - PYTHONS - NO_NAMES.union(*(s.binds for s in taken)))


def only_lines(source: str, statements: Sequence[Statement]) -> str:
    """The lines of these statements, each where it was."""
    wanted = {line for s in statements for line in range(s.first, s.last + 1)}
    lines = source.split("\n")
    return "\n".join(line if n in wanted else "" for n, line in enumerate(lines, 1)) if wanted else ""
