"""Put other values where a namespace holds known ones, and put the old ones back.

`from time import perf_counter`, `def run(clock=time.perf_counter)`, `clock =
staticmethod(time.perf_counter)` in a class, a closure: each keeps its own
reference to a built-in function. A `Rebinding` finds and replaces these.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import suppress
from types import CellType, FunctionType

LONGEST_TABLE = 100  # entries: a table of clocks is short, a list of samples is not worth the search


class Rebinding:
    """Replaces values by `substitute` (None: leave it) and remembers how to undo it."""

    def __init__(self, substitute: Callable[[object], object | None]):
        self._substitute = substitute
        self._undo: list[Callable[[], object]] = []
        self._seen: set[int] = set()

    def set_attribute(self, owner, name: str, value):
        old = vars(owner)[name]
        setattr(owner, name, value)
        self._undo.append(lambda: setattr(owner, name, old))

    def namespace(self, names: dict):
        """Replace in a module's globals, in its functions and classes, and in the objects made from these."""
        home = names.get("__name__")
        if self._is_new(names):
            for key, value in list(names.items()):
                self._entry(names, key, value, home)

    def restore(self):
        """Put back whatever was replaced, the last first."""
        while self._undo:
            self._undo.pop()()
        self._seen.clear()

    def _is_new(self, thing) -> bool:
        new = id(thing) not in self._seen
        self._seen.add(id(thing))
        return new

    def _entry(self, container, key, value, home):
        new = self._new(value)
        if new is None:
            return self._inside(value, home)
        container[key] = new
        self._undo.append(lambda: container.__setitem__(key, value))

    def _new(self, value):
        if isinstance(value, staticmethod):
            inner = self._new(value.__func__)
            return inner and staticmethod(inner)
        return self._substitute(value)

    def _inside(self, value, home):
        if isinstance(value, (staticmethod, classmethod)):
            value = value.__func__
        if isinstance(value, FunctionType):
            self._function(value, home)
        elif isinstance(value, type):
            self._class(value, home)
        elif type(value) in (dict, list) and len(value) <= LONGEST_TABLE and self._is_new(value):
            self._plain_container(value)
        elif getattr(type(value), "__module__", None) == home and home is not None:
            self._instance(value)

    def _plain_container(self, container):
        items = container.items() if isinstance(container, dict) else enumerate(container)
        for key, value in list(items):
            self._replace_only(container, key, value)

    def _replace_only(self, container, key, value):
        new = self._new(value)
        if new is not None:
            container[key] = new
            self._undo.append(lambda: container.__setitem__(key, value))

    def _function(self, function: FunctionType, home):
        if not self._is_new(function):
            return
        self._defaults(function)
        if function.__kwdefaults__:
            self._plain_container(function.__kwdefaults__)
        for cell in function.__closure__ or ():
            self._cell(cell, home)

    def _defaults(self, function: FunctionType):
        old = function.__defaults__ or ()
        new = tuple(value if (other := self._new(value)) is None else other for value in old)
        if any(a is not b for a, b in zip(old, new, strict=True)):
            function.__defaults__ = new
            self._undo.append(lambda: setattr(function, "__defaults__", old))

    def _cell(self, cell: CellType, home):
        with suppress(ValueError):  # an empty cell
            value = cell.cell_contents
            new = self._new(value)
            if new is None:
                return self._inside(value, home) if isinstance(value, FunctionType) else None
            cell.cell_contents = new
            self._undo.append(lambda: setattr(cell, "cell_contents", value))

    def _class(self, cls: type, home):
        if cls.__module__ != home or not self._is_new(cls):
            return
        for name, value in list(vars(cls).items()):
            new = self._new(value)
            if new is None:
                self._inside(value, home)
            else:
                self.set_attribute(cls, name, new)

    def _instance(self, thing):
        attributes = getattr(thing, "__dict__", None)
        if isinstance(attributes, Mapping) and self._is_new(thing):
            for name, value in list(attributes.items()):
                self._replace_only(attributes, name, value)
