"""Objects of a check that are made again beside the learner's code, so that what they cost is spent there.

A class registers itself by its decorator. The grader knows the classes of what
its check suite imports. The worker loads all of them before it is walled in: a
package of `tito.tools` names its modules that have some in `SENT_BY_VALUE`.
"""

from __future__ import annotations

import importlib
import pkgutil
from pathlib import Path

_classes: dict[str, type] = {}


def by_value(cls_or_method):
    """Mark a class whose objects, or a method of such a class, that go along to the learner's code."""
    cls_or_method.__by_value__ = True
    return rebuilt(cls_or_method) if isinstance(cls_or_method, type) else cls_or_method


def rebuilt(cls: type) -> type:
    """Register a class that the worker makes objects of: those of a `by_value` class whose `as_sent` names this one."""
    known = _classes.setdefault(cls.__name__, cls)
    if (known.__module__, known.__qualname__) != (cls.__module__, cls.__qualname__):
        raise TypeError(f"{cls.__module__} and {known.__module__} both send a {cls.__name__} by value")
    _classes[cls.__name__] = cls
    return cls


def posted(method):
    """Mark a method whose caller, beside the learner's code, does not wait for a reply."""
    method.__posted__ = True
    return method


def is_sent_by_value(cls: type) -> bool:
    """Does the learner's code get a copy of its own of this class's objects?"""
    return _classes.get(cls.__name__) is cls and getattr(cls, "__by_value__", False)


def is_in_by_value_module(cls: type) -> bool:
    """Is the class in a module that sends objects by value? Learners' code reads nothing of its objects."""
    return cls.__module__ in {known.__module__ for known in _classes.values()}


def load_all() -> dict[str, type]:
    """Every class that is made again in a worker, by name."""
    for found in pkgutil.iter_modules([str(Path(__file__).parent)], f"{__package__}."):
        if found.ispkg:
            for module in getattr(importlib.import_module(found.name), "SENT_BY_VALUE", ()):
                importlib.import_module(f"{found.name}.{module}")
    return dict(_classes)
