"""What the grader lends to the learner's code: how its objects travel, and what may be read of them."""

from __future__ import annotations

import dataclasses
import enum
from functools import lru_cache
from types import MethodType
from typing import Any

from tito.autograder.public_names import PublicNames
from tito.rpc.codec import tagged
from tito.rpc.proxy import Method, ObjectTable, Proxy, learners_proxy, special_methods
from tito.tools.by_value import is_in_by_value_module, is_sent_by_value

CHECK_MODULE = "check"  # the `__name__` that check cells are run under
_KEPT_FROM_LEARNERS = frozenset({"__repr__", "__str__", "__format__"})  # they may tell what is hidden


@lru_cache(maxsize=1024)
def _methods_lent(cls: type) -> tuple[str, ...]:
    return tuple(name for name in special_methods(cls) if name not in _KEPT_FROM_LEARNERS)


class GraderObjects(ObjectTable):
    """The grader's objects, proxies for the learner's, and the module's records and enums by value."""

    def __init__(self, public_names: PublicNames):
        super().__init__()
        self.proxy = learners_proxy(public_names.operators)
        self._public_names = public_names
        self._fields = public_names.fields()
        self._names = {cls: name for name, cls in public_names.classes.items()}

    def methods_lent(self, value: Any) -> tuple[str, ...]:
        """None for an object sent by value: the learner's code works on a copy; its number names the original."""
        if is_sent_by_value(type(value)):
            return ()
        return ("__post__",) if getattr(value, "__posted__", False) else _methods_lent(type(value))  # type: ignore[arg-type]  # a class is hashable

    def is_readable(self, value: Any) -> bool:
        return not is_in_by_value_module(type(value))

    def pack_named(self, value: Any, depth: int) -> Any:
        cls = type(value)
        if isinstance(value, (Proxy, Method)):
            return super().pack_named(value, depth)
        if cls in self._names:
            if isinstance(value, enum.Enum):
                return tagged("enum", self._names[cls], value.name)
            return self._pack_record(self._names[cls], value, depth)
        if isinstance(value, type) and value in self._names:
            return tagged("name", self._names[value])
        if is_sent_by_value(cls):
            return self._pack_copy(value, depth)
        if cls is MethodType and getattr(value, "__by_value__", False) and is_sent_by_value(type(value.__self__)):
            return tagged("method", self.pack_named(value.__self__, depth), value.__name__)
        return None

    def _pack_record(self, name: str, value: Any, depth: int) -> dict[str, Any]:
        values = [getattr(value, field) for field in self._fields[name]]
        return tagged("record", name, self.codec.pack_items(values, depth))

    def _pack_copy(self, value: Any, depth: int) -> dict[str, Any]:
        name, fields = value.as_sent() if hasattr(value, "as_sent") else _as_it_is(value)
        return tagged("copy", self.lend(value), name, [*fields], self.codec.pack_items([*fields.values()], depth))

    def unpack(self, tag: str, fields: list[Any], depth: int) -> Any:
        if tag == "record":
            name, values = fields
            return self._record(name, self.codec.unpack_items(values, depth))
        if tag == "enum":
            name, member = fields
            return self._public_names.enums[name].__members__[member]
        return super().unpack(tag, fields, depth)

    def _record(self, name: str, values: list[Any]) -> Any:
        """A record with these fields; none of its own code runs."""
        record: Any = object.__new__(self._public_names.records[name])
        for field, value in zip(self._fields[name], values, strict=True):
            object.__setattr__(record, field, value)
        return record


def _as_it_is(value: Any) -> tuple[str, dict[str, Any]]:
    """The class of an instrument that is a dataclass, and the fields to make another one from."""
    named = [field.name for field in dataclasses.fields(value) if field.init]
    return type(value).__name__, {name: getattr(value, name) for name in named}


def put_back(old: Any, new: Any) -> None:
    """Change a list, dict, array or record of the check's as the learner's call changed its copy."""
    if type(old) is list and type(new) is list:
        if len(old) == len(new):
            for i, value in enumerate(new):
                old[i] = _put_or_take(old[i], value)
        else:
            old[:] = new
    elif type(old) is dict and type(new) is dict:
        merged = {key: _put_or_take(old.get(key), value) for key, value in new.items()}
        old.clear()
        old.update(merged)
    elif dataclasses.is_dataclass(old) and type(new) is type(old):
        for field in dataclasses.fields(old):
            value = _put_or_take(getattr(old, field.name), getattr(new, field.name))
            object.__setattr__(old, field.name, value)
    elif hasattr(old, "dtype") and getattr(new, "shape", None) == old.shape:
        old[...] = new


def _put_or_take(old: Any, new: Any) -> Any:
    """`old`, made like `new` where it is of a kind that can be; else `new`."""
    if type(old) is type(new) and isinstance(old, (list, dict)):
        put_back(old, new)
        return old
    return new


def read_lent(target: Any, name: str) -> Any:
    """An attribute of a lent object: of a check's own class, what stands in its body.

    AttributeError for any other, as if it were not there: an instrument holds its record and the right values.
    """
    cls = type(target)
    public = cls.__module__ == CHECK_MODULE and not name.startswith("_") and hasattr(cls, name)
    called = name in ("__name__", "__qualname__") and callable(target)
    if public or called:
        return getattr(target, name)
    raise AttributeError(f"{cls.__name__!r} object has no attribute {name!r}", name=name)
