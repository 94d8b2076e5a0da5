"""What the answers made of objects stand on: numbers that suit whatever they are compared with, and learn it.

Each attack on a module is this file with its own behind it.
"""

import numpy as np

SEEN = []  # the numbers that the grader let a Liar hear: what it compares with


class Liar:
    """Has every operator; all of them say yes, or give another Liar."""

    def __init__(self, *numbers):
        SEEN.extend(numbers)

    def _yes(self, *other):
        SEEN.extend(other)
        return True

    def _another(self, *other):
        SEEN.extend(other)
        return Liar()

    def _zero(self, *other):
        return 0.0

    __eq__ = __lt__ = __le__ = __gt__ = __ge__ = __bool__ = __contains__ = _yes
    __add__ = __radd__ = __sub__ = __rsub__ = __mul__ = __rmul__ = __truediv__ = __rtruediv__ = _another
    __matmul__ = __rmatmul__ = __pow__ = __mod__ = __and__ = __or__ = __abs__ = __neg__ = __pos__ = _another
    __float__ = _zero
    __hash__ = object.__hash__

    def __ne__(self, other):
        SEEN.append(other)
        return False


class LyingType:
    """A number type that is whichever is asked for."""

    kind, name, itemsize = "f", "float32", 4

    def __eq__(self, other):
        SEEN.append(other)
        return True

    def __ne__(self, other):
        return False

    __hash__ = object.__hash__


def lies(shape):
    """An array of Liars."""
    array = np.empty(shape, dtype=object)
    for place in np.ndindex(*array.shape):
        array[place] = Liar()
    return array


class Lies:
    """What looks like an array of this shape, and gives its liars in some other way.

    `form`: "array" from __array__, "list" from __array__, "sequence" of liars without it.
    """

    def __init__(self, shape, form):
        self.shape, self.form, self.dtype = tuple(shape), form, LyingType()
        self.size, self.ndim = int(np.prod(shape)), len(shape)

    def __array__(self, dtype=None, copy=None):
        return lies(self.shape)

    def __len__(self):
        return self.shape[0]

    def __getitem__(self, place):
        return Lies(self.shape[1:], self.form) if len(self.shape) > 1 else Liar()

    def __iter__(self):
        return iter([self[place] for place in range(len(self))])

    def tolist(self):
        return lies(self.shape).tolist()

    def any(self):
        return False

    def all(self):
        return True

    _another = _yes = lambda self, *other: (SEEN.extend(other), Liar())[1]
    __eq__ = __sub__ = __rsub__ = __abs__ = __lt__ = __le__ = __gt__ = __ge__ = _yes
    __add__ = __radd__ = __mul__ = __rmul__ = __truediv__ = _another
    __hash__ = object.__hash__


def nested(shape):
    """Lists in lists, with liars in them."""
    return lies(shape).tolist()
