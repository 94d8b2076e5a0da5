"""What only IPython understands is left out, line for line; IPython's own transformer is the oracle."""

import ast

import pytest
from IPython.core.inputtransformer2 import TransformerManager

from tito.lesson.magics import features_taken_out, in_silence, parses, without_magics

MAGICS = [
    "%tito test server",
    "%load_ext tito",
    "np.sum?",
    "np.sum??",
    "?np.sum",
    "??np.sum",
    "Tensor.__add__?",
    "np.*load*?",
    "%matplotlib inline",
    "%timeit f(3)",
    "%time",
    "!ls -la",
    "!!ls",
    "!pip install numpy \\\n    --quiet \\\n    --upgrade",
    "%run script.py \\\n  --all",
    '!echo "it\'s"',
    "!echo '''",
    "files = !ls",
    "a, b = %sql select (",
    "x = %env HOME",
    "%%time",
    "%who  # why?",
    "?",
]
PYTHON = [
    "x = (7\n     % 3)",
    "x = 7 \\\n    % 3",
    "text = '''\n%time\n!ls\nnp.sum?\n'''",
    'text = """it\'s ?\n!ls"""',
    "text = 'what?'",
    "text = f'{1!r}?'",
    "ask = 'a' 'b?'  # why?",
    "data = {\n'a': 1,\n}",
    "# np.sum?",
    "def f():\n    return 'x?'",
]


@pytest.mark.parametrize("python", PYTHON)
@pytest.mark.parametrize("magic", MAGICS)
def test_a_magic_between_lines_of_python_is_left_out_alone(magic, python):
    source = f"before = 1\n{magic}\n{python}\nafter = 2"
    code, magics = without_magics(source)
    assert parses(code) and code.count("\n") == source.count("\n")
    lines = code.split("\n")
    assert lines[0] == "before = 1" and "\n".join(lines[2 + magic.count("\n") :]) == f"{python}\nafter = 2"
    assert magics == (magic,)


@pytest.mark.parametrize("python", PYTHON)
def test_python_is_left_as_it_is(python):
    assert without_magics(python) == (python, ())
    assert without_magics(f"{python}\n!ls")[0] == f"{python}\n"


@pytest.mark.parametrize("magic", [m for m in MAGICS if m not in ("%%time", "%who  # why?", "?", "!echo '''")])
def test_ipython_takes_the_same_lines_for_its_own(magic):
    """What IPython makes of a cell calls get_ipython() where we leave something out."""
    source = f"before = 1\n{magic}\nafter = 2"
    body = ast.parse(TransformerManager().transform_cell(source)).body
    assert sum("get_ipython" in ast.unparse(node) for node in body) == len(without_magics(source)[1]) == 1


@pytest.mark.parametrize(
    "source, code",
    [
        ("%time x = f(1)", "x = f(1)"),
        ("y = %time f(1)", "y = f(1)"),
        ("y = %time -q f(1)", "y = f(1)"),
        ("%time --no-raise-error y = f(1)", "y = f(1)"),
        ("if a:\n    %time y = f(1)", "if a:\n    y = f(1)"),
        ("files = !ls\nn = len(files)", "files = []\nn = len(files)"),
        ("home = %env HOME\nn = home", "home = None\nn = home"),
        ("for i in 'ab':\n    !touch {i}\n    %who\n", "for i in 'ab':\n    pass\n    pass\n"),
        ("%%time\nx = 1", "\nx = 1"),
        ("\n\n%%capture out\n#| export\nx = 1", "\n\n\n#| export\nx = 1"),
        ("#| export\n%%time\nx = 1", "#| export\n\nx = 1"),
        ("# a note\n%%timeit -n 3\nx = 1\n!ls", "# a note\n\nx = 1\n"),
        ("%%bash\nls\necho a b\n", "\n\n\n"),
        ("%%html\n<b>x = 1</b>", "\n"),
        ("%%writefile helper.py\nx = 1", "\n"),
        ("/f 1\n,g a b\nx = 1", "\n\nx = 1"),
    ],
)
def test_a_module_gets_the_python_of_a_magic(source, code):
    assert without_magics(source)[0] == code


@pytest.mark.parametrize(
    "source, code",
    [
        ("x = 1\nexit()", "x = 1\nNone"),
        ("quit()", "None"),
        ("exit", "None"),
        ("x = 1; exit(0); y = 2", "x = 1; None; y = 2"),
        ("x = 1\nsys.exit(3)", "x = 1\nNone"),
        ("raise SystemExit", "None"),
        ("display(x)", "None"),
        ("display(\n    x,\n    y,\n)\nz = 1", "None\n\n\n\nz = 1"),
        ("é = 1; display(é); b = 2", "é = 1; None; b = 2"),
        ("get_ipython().run_line_magic('matplotlib', 'inline')", "None"),
        ("get_ipython().system('ls')\nx = 1", "None\nx = 1"),
        ("files = get_ipython().getoutput('ls')", "files = None"),
        ("get_ipython().config.X.set()", "get_ipython().config.X.set()"),
    ],
)
def test_what_only_a_notebook_understands_is_left_out(source, code):
    found, told = without_magics(source)
    assert found == code and len(told) == (source != code)


@pytest.mark.parametrize(
    "source",
    [
        "def f():\n    exit()",
        "sys.exit(3)\nx = 1",
        "if bad:\n    exit()",
        "def display(x):\n    LOG.append(x)\ndisplay(1)",
        "x = exit",
        "exit_code = 3",
        "def f():\n    display(x)",
        "class A:\n    display = 3",
        "async def f():\n    return await g()",
        "text = 'await'",
    ],
)
def test_what_means_something_to_a_module_stays(source):
    assert without_magics(source) == (source, ())


@pytest.mark.parametrize(
    "source, name, value",
    [
        ("async def f(): return 3\nx = await f()", "x", 3),
        ("async def f(n): return n\nx, y = (await f(1)), await f(2)", "y", 2),
        ("import asyncio\nawait asyncio.sleep(0)\nz = 4", "z", 4),
        ("async def g():\n    yield 5\nasync for w in g():\n    last = w", "last", 5),
        ("async def g():\n    yield 6\nfound = [n async for n in g()]", "found", [6]),
        ("async def f(): return 7\nif True:\n    v = await f()", "v", 7),
    ],
)
def test_what_is_awaited_at_the_top_is_run(source, name, value):
    namespace = {}
    exec(without_magics(source)[0], namespace)
    assert namespace[name] == value


@pytest.mark.parametrize("filler", ["x" * 10**6, " " * 10**6, "(" * 10**5, "'" * 10**5, "a=" * 10**5, "\\\n" * 10**5])
@pytest.mark.slow
def test_a_long_cell_keeps_its_lines(filler):
    """Looking through such a cell again for each of its lines or signs would take hours."""
    for source in (f"%who\n{filler}\n!ls {filler}", "!ls\n" * 10**5, "exit()\n" * 2000):
        code, told = without_magics(source)
        assert code.count("\n") == source.count("\n")
        assert told


def test_only_what_prints_is_silenced():
    code = "x = 1\nprint(x)\nprint(\n    x)\nlog.print(x)\ndef f():\n    print(x)\ny = print(x)"
    assert in_silence(code) == "x = 1\nNone\nNone\n\nlog.print(x)\ndef f():\n    print(x)\ny = print(x)"


def test_features_are_taken_out():
    code = "#| export\nfrom __future__ import annotations, division\nx = 1"
    assert features_taken_out(code) == ("#| export\n\nx = 1", ("annotations", "division"))
    assert features_taken_out("x = '__future__'") == ("x = '__future__'", ())
