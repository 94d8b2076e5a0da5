"""What checks compare numbers with: values that stay with the check, and answers that are plain numbers."""

from __future__ import annotations

from functools import cache

NUMBER_KINDS = "biufc"  # NumPy's letters for bool, int, unsigned, float, complex
_OTHER_KINDS = {"U": "text", "S": "bytes", "M": "dates", "m": "times"}


@cache
def _expected_array():
    import numpy

    return type("Expected", (numpy.ndarray,), {"__never_sent__": True})


def expected(values):
    """`values` as an array that is never sent to the learner's code, nor is an array that is computed from it."""
    import numpy

    return numpy.array(values).view(_expected_array())


def plain(value, what: str = "what comes out"):
    """`value` as a plain array of numbers; an AssertionError, before anything is compared, for any other thing."""
    import numpy

    try:
        array = numpy.array(value)
    except (TypeError, ValueError) as error:
        raise AssertionError(f"{what} should be numbers: {error}") from None
    kind = array.dtype.kind
    assert kind in NUMBER_KINDS, f"{what} should be numbers, and holds {_OTHER_KINDS.get(kind, 'objects')}"
    return array


def agree(found, wanted, rtol: float = 1e-5, atol: float = 1e-6) -> bool:
    """Are these the numbers, in this shape? Integers to the last digit. `found` is looked at as plain numbers alone."""
    import numpy

    found, wanted = plain(found), numpy.array(wanted)
    if found.dtype.kind in "iu" and wanted.dtype.kind in "iu":
        return numpy.array_equal(found, wanted)
    return found.shape == wanted.shape and bool(numpy.allclose(found, wanted, rtol=rtol, atol=atol, equal_nan=True))
