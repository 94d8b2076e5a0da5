"""Objects that stay where they are: lent by number, with a proxy on the other side.

A proxy's class has just those special methods that the object's class has, so
`len(model)`, `for x in dataset`, `a @ b` or `callable(f)` do what they would do
with the object itself. Each of them is one request to the other side.

Comparisons are the exception: asked whether it equals 4, a learner's object would
hear the 4 and could say yes. So it is asked for its value, and compared here. So is
arithmetic, in `x - 4 < 1e-6`, unless the lesson's own classes define the operator:
then it is what the check is about. An object without a value is refused in words.
"""

from __future__ import annotations

import numbers
import operator
import types
from collections.abc import Callable, Sequence
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from tito.rpc.codec import ARRAY_KINDS, WireError, tagged

if TYPE_CHECKING:
    from tito.rpc.channel import Peer
    from tito.rpc.codec import Codec

MAX_PROXIES = 200_000
MAX_NAME = 100  # of a class; the classes of proxies are kept


def _reflected(operation: Callable[[Any, Any], Any]) -> Callable[[Any, Any], Any]:
    return lambda mine, other: operation(other, mine)


def _array(value: Any) -> Any:
    import numpy

    return numpy.asarray(value)


def _numbers(proxy: Proxy) -> Any:
    """The array that a learner's object stands for; TypeError for one of anything but numbers.

    NumPy would make an array of objects, and every comparison would run in the learner's code.
    """
    special = type(proxy).special
    if "__array__" in special:
        array = _ask(proxy, "__array__")
    elif {"__len__", "__iter__"} <= special or {"__len__", "__getitem__"} <= special:
        array = _array(list(proxy))  # a deque, a range
    else:
        raise TypeError(f"numbers are expected here, and your code gives an object: a {type(proxy).__name__}")
    if type(array).__name__ == "ndarray" and array.dtype.kind in ARRAY_KINDS:
        return array
    raise TypeError(f"numbers are expected here, and your {type(proxy).__name__} holds objects")


def _number(proxy: Proxy) -> Any:
    """The number that a learner's object stands for; TypeError where it stands for none."""
    special = type(proxy).special
    if "__index__" in special:
        return operator.index(proxy)
    if "__float__" in special:
        return float(proxy)
    raise TypeError(f"a number is expected here, and your code gives an object: a {type(proxy).__name__}")


def _value(value: Any) -> Any:
    """What a proxy stands for, an array or a number; anything else as it is."""
    if not isinstance(value, Proxy):
        return value
    return _numbers(value) if "__array__" in type(value).special else _number(value)


_BINARY = (
    *("add", "sub", "mul", "matmul", "truediv", "floordiv", "mod", "pow"),
    *("lshift", "rshift", "and", "or", "xor"),
)
_COMPARISONS = ("eq", "ne", "lt", "le", "gt", "ge")

OPERATIONS: dict[str, Callable[..., Any]] = {
    "__call__": lambda function, /, *arguments, **keywords: function(*arguments, **keywords),
    "__post__": lambda function, /, *arguments: function(*arguments),
    "__len__": len,
    "__iter__": iter,
    "__next__": next,
    "__reversed__": reversed,
    "__getitem__": operator.getitem,
    "__setitem__": operator.setitem,
    "__delitem__": operator.delitem,
    "__contains__": operator.contains,
    "__bool__": bool,
    "__int__": int,
    "__float__": float,
    "__complex__": complex,
    "__index__": operator.index,
    "__round__": round,
    "__abs__": abs,
    "__neg__": operator.neg,
    "__pos__": operator.pos,
    "__invert__": operator.invert,
    "__divmod__": divmod,
    "__repr__": repr,
    "__str__": str,
    "__format__": format,
    "__fspath__": lambda value: value.__fspath__(),
    "__array__": _array,
    "__enter__": lambda manager: type(manager).__enter__(manager),
    "__exit__": lambda manager: type(manager).__exit__(manager, None, None, None),
    "__instancecheck__": lambda cls, value: isinstance(value, cls),
    **{f"__{name}__": getattr(operator, f"__{name}__") for name in (*_BINARY, *_COMPARISONS)},
    **{f"__i{name}__": getattr(operator, f"__i{name}__") for name in _BINARY},
    **{f"__r{name}__": _reflected(getattr(operator, f"__{name}__")) for name in _BINARY},
}
"""What a special method of a proxy has done to the object itself."""
_REFLECTED = {f"__r{name}__" for name in _BINARY}
_BY_VALUE = frozenset(
    {f"__{name}__" for name in (*_BINARY, "divmod", "abs", "neg", "pos", "invert", "round")} | _REFLECTED
)
IN_PLACE = frozenset(f"__i{name}__" for name in _BINARY)
VALUE_OPERATORS = _BY_VALUE | IN_PLACE | {f"__{name}__" for name in _COMPARISONS} | {"__contains__"}
"""Special methods that would tell a learner's object what it is compared with, or take its word for it."""
CALLS = frozenset({"__call__", "call"})  # the operations whose arguments may come back changed

_UFUNC_OPERATORS = {
    "add": "add", "subtract": "sub", "multiply": "mul", "divide": "truediv", "true_divide": "truediv",
    "floor_divide": "floordiv", "remainder": "mod", "power": "pow", "matmul": "matmul",
}  # fmt: skip

_CALLED_ONLY = (types.FunctionType, types.BuiltinFunctionType, types.MethodType)
_READ_OF_CALLABLES = ("__name__", "__qualname__")


@lru_cache(maxsize=1024)
def special_methods(cls: type) -> tuple[str, ...]:
    """The special methods that objects of `cls` have, and that a proxy should have too."""
    if cls in _CALLED_ONLY:
        return ("__call__",)
    if issubclass(cls, type):
        return ("__call__", "__instancecheck__")
    own = set().union(*(base.__dict__ for base in cls.__mro__ if base is not object))
    return tuple(sorted(own & OPERATIONS.keys()))


@lru_cache(maxsize=1024)
def plain_methods(cls: type) -> frozenset[str]:
    """The public functions in the body of `cls` and its bases: attributes that are there to be called."""
    own = {name: value for base in reversed(cls.__mro__) for name, value in vars(base).items()}
    return frozenset(n for n, value in own.items() if isinstance(value, types.FunctionType) and n[:1] != "_")


class Proxy:
    """Takes the place of an object of the other side: attributes and special methods become requests.

    `methods` are the attributes that are known to be methods, so that reading one
    needs no request. `classes` are references to the learner's classes of which the
    object is known to be an instance. An object that is not `readable` shows the
    other side no attributes. `special` and `sent` are of its class: the special methods
    that the object has, and those of `VALUE_OPERATORS` that are the object's to answer.
    """

    special: frozenset[str] = frozenset()
    sent: frozenset[str] = frozenset()

    def __init__(
        self,
        peer: Peer,
        reference: dict[str, Any],
        methods: frozenset[str] = frozenset(),
        classes: Sequence[dict[str, Any]] = (),
        readable: bool = True,
    ):
        object.__setattr__(self, "_Proxy__peer", peer)
        object.__setattr__(self, "_Proxy__readable", readable)
        object.__setattr__(self, "_Proxy__methods", methods)
        object.__setattr__(self, "_Proxy__classes", classes)
        object.__setattr__(self, "_Proxy__reference", reference)

    def __getattr__(self, name: str) -> Any:
        if name in object.__getattribute__(self, "_Proxy__methods"):
            return Method(self, name)
        is_readable = object.__getattribute__(self, "_Proxy__readable")
        if not is_readable or (name.startswith("__") and name not in _READ_OF_CALLABLES):
            raise AttributeError(f"{type(self).__name__!r} object has no attribute {name!r}")
        return _ask(self, "getattr", name)

    def __setattr__(self, name: str, value: Any) -> None:
        _ask(self, "setattr", name, value)

    def __delattr__(self, name: str) -> None:
        _ask(self, "delattr", name)

    def __repr__(self) -> str:
        return f"<{type(self).__name__}>"

    def __array_ufunc__(self, ufunc: Any, method: str, *inputs: Any, **options: Any) -> Any:
        """`array + proxy` is done where the object is if `+` is sent; any other function of NumPy's gets its array."""
        operator_name = _UFUNC_OPERATORS.get(ufunc.__name__)
        if f"__{operator_name}__" in type(self).sent and method == "__call__" and not options:
            peer = object.__getattribute__(self, "_Proxy__peer")
            return peer.ask(f"__{operator_name}__", *inputs)
        return getattr(ufunc, method)(*(_value(value) for value in inputs), **options)

    def __copy__(self) -> Proxy:
        return self

    def __deepcopy__(self, memo: object) -> Proxy:
        return self

    __hash__ = object.__hash__

    @classmethod
    def done_here(cls, name: str) -> Callable[..., object] | None:
        """The special method to use in place of a request, where the object's own answer can't be trusted."""
        if name in cls.sent:
            return _DONE_BESIDE_NUMBERS.get(name)
        return _numbers_method if name == "__array__" else _DONE_HERE.get(name)


def _compared(name: str, *, is_sent: bool) -> Callable[[Proxy, Any], Any]:
    """Compare by value; two of the learner's objects are compared over there only where the lesson defines how."""
    compare = OPERATIONS[name]

    def method(self: Proxy, other: Any) -> Any:
        if isinstance(other, Proxy) and is_sent:
            return _ask(self, name, other)
        if self is other and name in ("__eq__", "__ne__"):
            return name == "__eq__"
        value = _value_beside(self, other)
        return NotImplemented if value is None else compare(value, _value(other))

    return method


def _value_beside(proxy: Proxy, other: Any) -> Any:
    """The number or array that a proxy stands for, where `other` is one too; None when they are no match."""
    special = type(proxy).special
    if isinstance(other, Proxy):
        match = all({"__array__", "__index__", "__float__"} & type(each).special for each in (proxy, other))
        return _value(proxy) if match else None
    if "__array__" in special and (isinstance(other, (numbers.Number, list, tuple)) or hasattr(other, "dtype")):
        return _numbers(proxy)
    if isinstance(other, numbers.Number) and {"__index__", "__float__"} & special:
        return _number(proxy)
    return None


def _contains(self: Any, wanted: Any) -> Any:
    """Is `wanted` among the items of the object? One that has no items answers itself, if the lesson says how."""
    if "__iter__" in type(self).special:
        return any(item is wanted or item == wanted for item in self)
    if "__contains__" in type(self).sent:
        return _ask(self, "__contains__", wanted)
    raise TypeError(f"your code gives an object that can't be searched: a {type(self).__name__}")


def _by_value(name: str) -> Callable[..., Any]:
    operation = OPERATIONS[name]

    def method(self: Proxy, /, *arguments: Any) -> Any:
        return operation(_value(self), *(_value(argument) for argument in arguments))

    return method


_DONE_BESIDE_NUMBERS: dict[str, Callable[..., object]] = {
    **{f"__{name}__": _compared(f"__{name}__", is_sent=True) for name in _COMPARISONS},
    "__contains__": _contains,
}
_DONE_HERE: dict[str, Callable[..., object]] = {
    **{f"__{name}__": _compared(f"__{name}__", is_sent=False) for name in _COMPARISONS},
    **{name: _by_value(name) for name in _BY_VALUE},
    "__contains__": _contains,
}


class Method:
    """A method of a proxy's object: one request looks it up over there and calls it."""

    def __init__(self, owner: Proxy, name: str):
        self.__self__, self.__name__ = owner, name

    def __call__(self, /, *arguments: Any, **keywords: Any) -> Any:
        return _ask(self.__self__, "call", self.__name__, *arguments, **keywords)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Method) and (self.__self__, self.__name__) == (other.__self__, other.__name__)

    def __hash__(self) -> int:
        return hash((self.__self__, self.__name__))


@lru_cache(maxsize=64)
def learners_proxy(sent: frozenset[str]) -> type[Proxy]:
    """The proxy for learners' objects where a lesson's own classes define the operators `sent`."""
    return type("LearnersProxy", (Proxy,), {"sent": sent & VALUE_OPERATORS})


class WorkerProxy(Proxy):
    """A proxy in the worker: what the learner's code sets on it stays on the learner's side."""

    __array_ufunc__ = None  # type: ignore[assignment]  # NumPy's word for: leave it to the other operand
    sent = VALUE_OPERATORS

    __setattr__ = object.__setattr__  # type: ignore[assignment]  # in place of the proxy's own
    __delattr__ = object.__delattr__

    @classmethod
    def done_here(cls, name: str) -> None:
        """None: the grader's objects may be trusted."""


def reference_of(proxy: Proxy) -> dict[str, Any]:
    reference: dict[str, Any] = object.__getattribute__(proxy, "_Proxy__reference")
    return reference


def _ask(proxy: Proxy, operation: str, /, *arguments: Any, **keywords: Any) -> Any:
    peer = object.__getattribute__(proxy, "_Proxy__peer")
    return peer.ask(operation, proxy, *arguments, **keywords)


def _forward(name: str) -> Callable[..., Any]:
    def method(self: Proxy, /, *arguments: Any, **keywords: Any) -> Any:
        return object.__getattribute__(self, "_Proxy__peer").ask(name, self, *arguments, **keywords)

    method.__name__ = name
    return method


def _post_method(self: Proxy, /, *arguments: Any) -> None:
    object.__getattribute__(self, "_Proxy__peer").tell(self, arguments)


def _array_method(self: Proxy, dtype: Any = None, copy: Any = None) -> Any:
    import numpy

    return numpy.asarray(_ask(self, "__array__"), dtype)


def _numbers_method(self: Proxy, dtype: Any = None, copy: Any = None) -> Any:
    import numpy

    return numpy.asarray(_numbers(self), dtype)


def _instance_check(self: Proxy, value: Any) -> Any:
    """Is `value` an instance? No request where its known classes say so; they need not be all."""
    if isinstance(value, Proxy) and reference_of(self) in object.__getattribute__(value, "_Proxy__classes"):
        return True
    return _ask(self, "__instancecheck__", value)


def _exit_method(self: Proxy, kind: object, error: object, trace: object) -> None:
    _ask(self, "__exit__")


@lru_cache(maxsize=1024)
def proxy_class(base: type[Proxy], name: str, methods: frozenset[str]) -> type[Proxy]:
    """A class called `name` whose objects forward just these special methods."""
    kept = methods - IN_PLACE | (methods & IN_PLACE & base.sent)
    body: dict[str, Any] = {method: base.done_here(method) or _forward(method) for method in kept}
    body |= {"__hash__": object.__hash__, "__module__": base.__module__, "special": methods}
    if "__array__" in methods:
        body["__array__"] = _array_method
    if array := base.done_here("__array__"):
        body["__array__"] = array
    if "__instancecheck__" in methods:
        body["__instancecheck__"] = _instance_check
    if "__post__" in methods:
        body["__call__"] = _post_method
    if "__exit__" in methods:
        body["__exit__"] = _exit_method
    return type(name, (base,), body)


class ObjectTable:
    """The objects that one side has lent, by number, and its proxies for those of the other side."""

    proxy: type[Proxy] = Proxy
    peer: Peer  # both are set once the channel is there
    codec: Codec
    tables: tuple[str, ...] = ("_lent", "_numbers", "_proxies")

    def __init__(self) -> None:
        self._next = 0
        self._lent: dict[int, object] = {}
        self._numbers: dict[int, int] = {}
        self._proxies: dict[int, Proxy] = {}
        self._kept: list[tuple[dict[Any, Any], ...]] = []
        self.begin()

    def begin(self) -> None:
        """Speak of none of the objects lent so far, until `resume`; numbers are not used again."""
        self._kept.append(tuple({} for _ in self.tables))
        self.resume(len(self._kept) - 1)

    def resume(self, number: int) -> None:
        """Speak again of the objects lent since the `number`th `begin`, and of no others."""
        for name, table in zip(self.tables, self._kept[number], strict=True):
            setattr(self, name, table)

    def lend(self, value: Any) -> int:
        """The number under which the other side may ask for `value`; the same for the same object."""
        number = self._numbers.get(id(value))
        if number is None:
            number = self._next
            self._next += 1
            self._lent[number] = value
            self._numbers[id(value)] = number
        return number

    def lent(self, number: Any) -> Any:
        if type(number) is not int or number not in self._lent:
            raise WireError("speaks of an object that was not lent")
        return self._lent[number]

    def is_lent(self, value: Any) -> bool:
        return id(value) in self._numbers

    def methods_lent(self, value: Any) -> tuple[str, ...]:
        """Which special methods of `value` the other side may use."""
        return special_methods(type(value))  # type: ignore[arg-type]  # a class is hashable

    def plain_methods(self, value: Any) -> list[str]:
        """The attributes of `value` that the other side may call without asking whether they are methods."""
        return []

    def classes_of(self, value: Any) -> list[str]:
        """The names of the learner's classes of which `value` is an instance."""
        return []

    def is_readable(self, value: Any) -> bool:
        """May the other side ask for attributes of `value` at all?"""
        return True

    def pack_named(self, value: Any, depth: int) -> Any:
        if isinstance(value, Method):
            return tagged("method", reference_of(value.__self__), value.__name__)
        return reference_of(value) if isinstance(value, Proxy) else None

    def pack_other(self, value: Any, depth: int) -> dict[str, Any]:
        special, methods = self.methods_lent(value), self.plain_methods(value)
        about = type(value).__name__[:MAX_NAME], special, methods, self.classes_of(value), self.is_readable(value)
        return tagged("mine", self.lend(value), *about)

    def unpack(self, tag: str, fields: list[Any], depth: int) -> Any:
        if tag == "yours":
            (number,) = fields
            return self.lent(number)
        if tag == "mine":
            return self._proxy_for(*fields)
        raise WireError(f"has an unknown tag {tag[:20]!r}")

    def _proxy_for(
        self, number: Any, name: Any, special: list[Any], methods: list[Any], classes: list[Any], readable: Any
    ) -> Proxy:
        if type(number) is not int or type(name) is not str or len(name) > MAX_NAME or len(self._proxies) > MAX_PROXIES:
            raise WireError("lends something in an unknown form")
        if number not in self._proxies:
            special_names = frozenset(OPERATIONS.keys() & set(special))
            cls = proxy_class(self.proxy, name, special_names)  # type: ignore[arg-type]  # a class is hashable
            about = frozenset(methods), [tagged("name", name) for name in classes], bool(readable)
            self._proxies[number] = cls(self.peer, tagged("yours", number), *about)
        return self._proxies[number]
