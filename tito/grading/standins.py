"""What a check sees in place of the learner's names."""

from __future__ import annotations

from tito.checks import Paper
from tito.grading.cells import PACKAGE
from tito.grading.given import Given, PublicName
from tito.grading.objects import OPERATIONS, StandIn, stand_in_class
from tito.grading.session import Session
from tito.grading.wire import tagged

_CALLED = frozenset({"__call__", "__instancecheck__"})


def names_for(given: Given, session: Session, used: frozenset[str]) -> dict:
    """The public names among `used`: data classes as they are, others as stand-ins."""
    wanted = [public for public in given.names if public.name in used]
    return given.classes | {public.name: _stand_in(public, session) for public in wanted}


def _stand_in(public: PublicName, session: Session):
    if public.kind == "constant":
        return _constant(public.name, session)
    return _named(public.name, session, _CALLED)


def _named(name: str, session: Session, methods: frozenset[str]) -> StandIn:
    return stand_in_class(StandIn, name, methods)(session, tagged("name", name))


def _constant(name: str, session: Session):
    """The learner's value; where there is none, something that says why as soon as it is used."""
    anything = _named(name, session, frozenset(OPERATIONS))
    try:
        return session.ask("value", anything)
    except Exception:  # whatever the learner's cell raised; using the name raises it again
        return anything


def importer(paper: Paper, names: dict, session: Session):
    """What `from tinytorch.core.x import name` becomes in a check: the learner's side does the import."""

    def import_for_check(module: str, name: str | None = None):
        if module == f"{PACKAGE}.{paper.module}" and name in names:
            return names[name]
        return session.ask("import", module, name)

    return import_for_check
