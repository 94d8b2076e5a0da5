"""A notebook and the .py that is written of it hold the same work, whatever stands in their cells; and encodings."""

import json

import pytest

from tito.lesson.cells.percent import SEPARATORS, with_escapes, without_escapes
from tito.lesson.notebook import Cell, Notebook, read, read_text, write
from tito.support.errors import UsageError

SOURCES = [
    "# %% the numbers",
    "x = 1\n# %%\ny = 2",
    "#%%",
    "    # %% indented\nx = 1",
    "# %% [markdown]\n# no Markdown",
    "# %%time",
    "# In[7]:\nx = 7",
    "# In [7]\nx = 7",
    "# <codecell>\nx = 1",
    "# <markdowncell>",
    "# \\%% a backslash",
    "# \\\\%% two of them",
    "text = '''\n# %%\n'''",
    "%%time\nx = 1",
    "# %matplotlib inline",
    "# !ls",
    "# cat both arrays\nx = 1",
    "# +\nx = 1\n# -",
    "# ---\n# a: b\n# ---",
    "# region x\n# endregion",
    "x = 1  # %% not at the beginning",
    "sign = 'a\u2028b'",
    "x = 1\n\x0c\ny = 2",
    "signs = '\ufdd0\u2028'",
    *(f"sign = 'a{separator}b'" for separator in SEPARATORS if separator != "\r"),
]


@pytest.mark.parametrize("source", SOURCES)
def test_a_cell_comes_through_the_percent_form(tmp_path, source):
    cells = (Cell("code", source, "a"), Cell("markdown", "# A *title*", "b"), Cell("code", "z = 1", "c"))
    again = read(write(Notebook(cells), tmp_path / "lesson.py"))
    assert [(cell.kind, cell.source) for cell in again.cells] == [(cell.kind, cell.source) for cell in cells]


@pytest.mark.parametrize("source", SOURCES)
def test_an_escape_is_taken_away_again(source):
    assert without_escapes(with_escapes(source)) == source


@pytest.mark.parametrize(
    "comment", ["# cat both arrays", "#cat both", "# ls", "# cd into it\n# copy them", "x = 1\n    # mv left", "# echo"]
)
def test_a_comment_in_a_python_file_is_no_command(tmp_path, comment):
    """Jupytext takes these for commands of IPython's that it has to bring back."""
    path = tmp_path / "lesson.py"
    path.write_text(f"# %%\nfrom math import pi\n{comment}\n")
    assert read(path).cells[0].source == f"from math import pi\n{comment}"


def test_windows_lines_are_lines(tmp_path):
    path = tmp_path / "lesson.py"
    path.write_bytes(b"# %%\r\nx = 1\r\ny = 2\r\n\r\n# %%\r\nz = 3\r\n")
    assert [cell.source for cell in read(path).cells] == ["x = 1\ny = 2", "z = 3"]
    data = {"cells": [{"cell_type": "code", "source": "x = 1\r\ny = 2\rz = 3"}], "nbformat": 4}
    (tmp_path / "lesson.ipynb").write_text(json.dumps(data))
    assert read(tmp_path / "lesson.ipynb").cells[0].source == "x = 1\ny = 2\nz = 3"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "utf-32-le"])
def test_a_notebook_says_by_its_first_bytes_how_it_is_encoded(tmp_path, encoding):
    data = {"cells": [{"cell_type": "code", "source": "größe = '模型'"}], "nbformat": 4}
    path = tmp_path / "lesson.ipynb"
    path.write_bytes(json.dumps(data, ensure_ascii=False).encode(encoding))
    assert read(path).cells[0].source == "größe = '模型'"


@pytest.mark.parametrize(
    "encoding, first", [("utf-8", ""), ("utf-8-sig", ""), ("utf-16", ""), ("latin-1", "# -*- coding: latin-1 -*-\n")]
)
def test_a_python_file_is_read_in_the_encoding_that_it_names(tmp_path, encoding, first):
    path = tmp_path / "lesson.py"
    path.write_bytes(f"{first}# %%\nname = 'Jörg'\n".encode(encoding))
    assert read(path).cells[-1].source == "name = 'Jörg'"


@pytest.mark.parametrize("name", ["lesson.py", "lesson.ipynb"])
@pytest.mark.parametrize(
    "data",
    ["ö".encode("latin-1"), "# %% ö".encode("cp1252"), b"# coding: nonsense\nx = 1", b"\xff\xfe\x00", b"\x80abc"],
)
def test_another_encoding_is_refused_in_words_that_name_the_file(tmp_path, name, data):
    (tmp_path / name).write_bytes(data)
    with pytest.raises(UsageError, match=name):
        read(tmp_path / name)


def test_text_of_another_kind_is_utf_8(tmp_path):
    (tmp_path / "notes.txt").write_bytes("\ufeffé".encode())
    assert read_text(tmp_path / "notes.txt") == "é"
