"""Hand-ins that are made to keep the trusted side busy, to fill its memory, or to end it.

Each is a change of an honest notebook's data, or a whole file. `tests/classroom/test_poisoned_class.py`
puts one at a time into a class.
"""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Callable

Data = dict
Change = Callable[[Data], bytes]


def _of_code(code: str) -> Change:
    """The solution cell of `double` gets this code."""

    def change(data: Data) -> bytes:
        _cell(data, "write-double")["source"] = code
        return json.dumps(data).encode()

    return change


def _of_data(put: Callable[[Data], object]) -> Change:
    def change(data: Data) -> bytes:
        put(data)
        return json.dumps(data).encode()

    return change


def _cell(data: Data, name: str) -> Data:
    return next(cell for cell in data["cells"] if cell["id"] == name)


def _more_cells(count: int, kind: str = "code", source: str = "x = 1") -> Change:
    cell = {"cell_type": kind, "metadata": {}, "source": source}
    more = {"outputs": [], "execution_count": None} if kind == "code" else {}
    return _of_data(lambda data: data["cells"].extend(cell | more | {"id": f"more-{n}"} for n in range(count)))


def _output(data: Data, output: Data, times: int = 1) -> None:
    _cell(data, "write-double")["outputs"] = [output] * times


def _raises(error: str, before: str = "") -> Change:
    return _of_code(f"#| export\n{before}\ndef double(number):\n    raise {error}\n")


def _returns(value: str, before: str = "") -> Change:
    return _of_code(f"#| export\n{before}\ndef double(number):\n    return {value}\n")


def _raw(text: str) -> Change:
    return lambda data: text.encode()


def _zipped(manifest: str | None, extra: dict[str, bytes] | None = None, **more: object) -> Change:
    """As `tito submit` packs it, with this manifest; None: an honest one with other claims."""

    def change(data: Data) -> bytes:
        known = {"version": 1, "learner": "mallory", "module": "counting", "submitted_at": "2026-01-04T10:15:00+00:00"}
        text = json.dumps(known | more) if manifest is None else manifest
        buffer = io.BytesIO()
        with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
            archive.writestr("counting_dev.ipynb", json.dumps(data))
            archive.writestr("manifest.json", text)
            for name, content in (extra or {}).items():
                archive.writestr(name, content)
        return buffer.getvalue()

    return change


_LONG = 190_000
IN_CODE = {
    "a line that names SciPy again and again": _of_code("scipy " * 10_000),
    "many lines that name SciPy": _of_code("import scipy.stats, special, matplotlib, asyncio\n" * 3_000),
    "lines of one blank": _of_code(" \n" * 8_000),
    "a cell of 4 MB": _of_code("x = 1\n" * 700_000),
    "a cell just below the most": _of_code("x = [1, 2, {3: 4}]\n" * (_LONG // 20)),
    "opening brackets": _of_code("(" * _LONG),
    "closed brackets": _of_code("x = " + "(" * 90_000 + ")" * 90_000),
    "lists in lists": _of_code("x = " + "[" * 90 + "]" * 90),
    "minus signs": _of_code("x = " + "-" * _LONG + "1"),
    "nots": _of_code("x = " + "not " * 40_000 + "1"),
    "a chain of attributes": _of_code("x = a" + ".b" * 90_000),
    "a chain of calls": _of_code("x = a" + "()" * 90_000),
    "a chain of comparisons": _of_code("x = " + "1 < " * 45_000 + "1"),
    "a chain of sums": _of_code("x = " + "1 + " * 45_000 + "1"),
    "a chain of powers": _of_code("x = " + "9 ** " * 36_000 + "9"),
    "lambdas in lambdas": _of_code("x = " + "lambda: " * 20_000 + "1"),
    "functions in functions": _of_code("\n".join(" " * n + "def f():" for n in range(500)) + " pass"),
    "blocks in blocks": _of_code("\n".join(" " * n + "if 1:" for n in range(600)) + " pass"),
    "an elif chain": _of_code("if 1: pass\n" + "elif 1: pass\n" * 13_000),
    "an integer of 190,000 digits": _of_code("x = " + "9" * _LONG),
    "a hexadecimal of 190,000 digits": _of_code("x = 0x" + "f" * _LONG),
    "a product of constants": _of_code("x = " + " * ".join(["9" * 4_000] * 45)),
    "powers of constants": _of_code("x = 2 ** 100 ** 3\n" * 5_000),
    "strings times numbers": _of_code("x = 'a' * 4_000\n" * 5_000),
    "formats in formats": _of_code("x = f'" + "{1}" * 60_000 + "'"),
    "quotes that open": _of_code("'''\"\"\"" * 30_000),
    "backslashes": _of_code("\\\n" * 90_000),
    "carriage returns": _of_code("a = 1\r" * 30_000),
    "form feeds": _of_code("\f" * _LONG),
    "NUL characters": _of_code("\0" * _LONG),
    "half surrogates": _of_code("x = '\ud800'"),
    "combining accents": _of_code("a" + "\u0301" * _LONG),
    "ligatures that are one name": _of_code("ﬁ = 1\n" * 40_000),
    "comments": _of_code("#" * _LONG),
    "magics": _of_code("%time x\n" * 20_000),
    "shell lines": _of_code("!ls\n" * 40_000),
    "cell magics": _of_code("%%time\n" * 25_000),
    "questions": _of_code("x?\n" * 60_000),
    "exports": _of_code("#| export\n" * 15_000),
    "solution marks": _of_code("### BEGIN SOLUTION\n" * 9_000),
    "hidden-test marks": _of_code("### BEGIN HIDDEN TESTS\n" * 8_000),
    "decorators": _of_code("@a\n" * 60_000 + "def f(): pass"),
    "global names": _of_code("def f():\n" + " global a\n" * 18_000),
    "imports": _of_code("import a\n" * 20_000),
    "star imports": _of_code("from os import *\n" * 11_000),
    "assignments in a chain": _of_code("a = " * 45_000 + "1"),
    "match cases": _of_code("match 1:\n" + " case [a, *b]: pass\n" * 9_000),
}
IN_RESULTS = {
    "an error with a long message": _raises("ValueError('x' * 10_000_000)"),
    "an error with a million arguments": _raises("ValueError(*range(1_000_000))"),
    "an error with a chain of causes": _raises(
        "error",
        "error = None\nfor n in range(100_000):\n    last, error = error, ValueError(n)\n    error.__cause__ = last",
    ),
    "an error that is its own cause": _raises("error", "error = ValueError()\nerror.__cause__ = error"),
    "an error with notes": _raises("error", "error = ValueError()\nerror.__notes__ = ['x' * 1000] * 100_000"),
    "a group of errors": _raises("ExceptionGroup('x', [ValueError(n) for n in range(100_000)])"),
    "groups in groups": _raises(
        "error", "error = ValueError()\nfor _ in range(10_000): error = ExceptionGroup('x', [error])"
    ),
    "an error with a long name": _raises("E()", "E = type('E' * 10_000_000, (Exception,), {})"),
    "deep recursion": _raises("double(number)"),
    "an error in many lines": _raises("ValueError('x\\n' * 1_000_000)"),
    "a list of ten million": _returns("[0] * 10_000_000"),
    "a deep list": _returns("x", "x = []\nfor _ in range(100_000): x = [x]"),
    "a list that holds itself": _returns("x", "x = []\nx.append(x)"),
    "an integer of a million digits": _returns("10 ** 1_000_000"),
    "a text of 50 MB": _returns("'x' * 50_000_000"),
    "an array of 100 MB": _returns("np.zeros(12_500_000)", "import numpy as np"),
    "an array with many axes": _returns("np.zeros((1,) * 60)", "import numpy as np"),
    "a dictionary of one hash": _returns("{n * (2**61 - 1): n for n in range(100_000)}"),
    "a long repr": _returns("X()", "class X:\n    def __repr__(self): return 'x' * 50_000_000"),
    "warnings without end": _returns("[warnings.warn(f'{n}' * 1000) for n in range(20_000)] and 1", "import warnings"),
    "100 MB of output": _returns("[print('x' * 1_000_000) for _ in range(100)] and 1"),
    "a cell that stops with a long message": _of_code("#| export\nraise ValueError('x' * 10_000_000)"),
    "a cell that stops with a long name": _of_code("#| export\nraise type('x' * 10_000_000, (Exception,), {})()"),
}
IN_THE_FILE = {
    "2,000 cells": _more_cells(1_900),
    "code just below the most, in five cells": _more_cells(5, source="x = [1, 2, {3: 4}]\n" * 9_500),
    "statements of one sign, in five cells": _more_cells(5, source="a;" * 95_000),
    "50,000 cells": _more_cells(50_000),
    "50,000 cells of prose": _more_cells(50_000, "markdown", "text"),
    "a cell of prose of 15 MB": _more_cells(1, "markdown", "*a " * 5_000_000),
    "a raw cell of 15 MB": _more_cells(1, "raw", "x" * 15_000_000),
    "a source of a million lines": _of_data(
        lambda data: _cell(data, "write-double").update(source=["x\n"] * 1_000_000)
    ),
    "outputs of 15 MB": _of_data(
        lambda data: _output(data, {"output_type": "stream", "name": "stdout", "text": "x" * 15_000_000})
    ),
    "100,000 outputs": _of_data(
        lambda data: _output(data, {"output_type": "stream", "name": "stdout", "text": "x"}, 100_000)
    ),
    "an output of 5 MB of HTML": _of_data(
        lambda data: _output(
            data, {"output_type": "display_data", "metadata": {}, "data": {"text/html": "<b>" * 1_700_000}}
        )
    ),
    "metadata of 15 MB": _of_data(lambda data: data["metadata"].update(x="x" * 15_000_000)),
    "a million keys of metadata": _of_data(lambda data: data["metadata"].update({f"k{n}": n for n in range(700_000)})),
    "a cell's metadata of 15 MB": _of_data(
        lambda data: _cell(data, "write-double")["metadata"].update(tags=["x" * 100] * 140_000)
    ),
    "an attachment of 15 MB": _of_data(
        lambda data: data["cells"][0].update(attachments={"a": {"image/png": "A" * 15_000_000}})
    ),
    "a cell's id of 1 MB": _of_data(lambda data: data["cells"].append(dict(data["cells"][0], id="x" * 1_000_000))),
    "one id for 1,000 cells": _of_data(lambda data: data["cells"].extend([data["cells"][0]] * 1_000)),
    "a grade_id of 1 MB": _of_data(
        lambda data: _cell(data, "write-double")["metadata"]["nbgrader"].update(grade_id="x" * 1_000_000)
    ),
    "points without end": _of_data(
        lambda data: _cell(data, "write-double")["metadata"]["nbgrader"].update(points=1e308)
    ),
    "another format": _of_data(lambda data: data.update(nbformat=10**30)),
    "JSON in JSON": _raw('{"cells":' + "[" * 1_000_000),
    "objects in objects": _raw('{"a":' * 500_000 + "1" + "}" * 500_000),
    "a number of a million digits": _raw('{"nbformat": ' + "9" * 1_000_000 + "}"),
    "a number past all": _raw('{"cells": [], "metadata": {}, "nbformat": 1e999999, "nbformat_minor": 5}'),
    "one key again and again": _raw("{" + '"cells": [],' * 1_000_000 + '"nbformat": 4}'),
    "white space": _raw(" " * 19_000_000),
    "escapes": _raw('{"cells": "' + "\\u0041" * 3_000_000 + '"}'),
    "half an escape": _raw('{"cells": "\\ud800"}'),
}
PACKED = {
    "a time in the year 1": _zipped(None, submitted_at="0001-01-01T00:00:00+14:00"),
    "a time in the year 9999": _zipped(None, submitted_at="9999-12-31T23:59:59-14:00"),
    "a time with a day's offset": _zipped(None, submitted_at="0001-01-01T00:00:00+23:59"),
    "a time that is a number": _zipped(None, submitted_at=1e308),
    "a time of 1 MB": _zipped(None, submitted_at="2" * 1_000_000),
    "a learner of 1 MB": _zipped(None, learner="x" * 1_000_000),
    "a learner with a path": _zipped(None, learner="../../../etc/passwd"),
    "a module of 1 MB": _zipped(None, module="x" * 1_000_000),
    "a hash that is none": _zipped(None, sha256=["x"] * 100_000),
    "points that are none": _zipped(None, local_points=float("inf")),
    "a manifest that is a list": _zipped("[" * 100_000),
    "a manifest of 15 MB": _zipped(None, note="x" * 15_000_000),
    "a manifest in another encoding": _zipped("\ufeff{}"),
    "a bomb": _zipped(None, {"bomb": bytes(50_000_000)}),
    "10,000 files": _zipped(None, {f"f{n}": b"" for n in range(10_000)}),
    "a name of 60,000 characters": _zipped(None, {"x" * 60_000: b""}),
    "folders in folders": _zipped(None, {"a/" * 1_000 + "b": b""}),
    "a file that leads out": _zipped(None, {"../../out": b"x"}),
}
