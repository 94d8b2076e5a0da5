"""Notebooks in their two forms, and files that only look like one."""

import json
import os
import re

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.support.toy_course import ADDING, ADDING_CHECKS, CHECKS, COUNTING, learners_form
from tito.lesson import notebook as notebooks
from tito.lesson.notebook import MAX_CELLS, Cell, Notebook, as_json, digest, from_nbformat, read, to_nbformat, write
from tito.support.errors import UsageError


def ipynb(path, cells, **top):
    path.write_text(json.dumps({"nbformat": 4, "nbformat_minor": 5, "metadata": {}, "cells": cells} | top))
    return path


def code(source="x = 1", **more):
    return {"cell_type": "code", "source": source, "metadata": {}, "outputs": [], "execution_count": 3} | more


FULL = {"counting": learners_form(COUNTING, CHECKS), "adding": learners_form(ADDING, ADDING_CHECKS)}
TWO_BLANK_LINES = FULL["counting"].replace(
    "# %% [markdown]\n# # Counting", "# %%\nimport os\n\n\n# %% [markdown]\n# # Counting"
)


@pytest.mark.parametrize("source", [*FULL.values(), TWO_BLANK_LINES], ids=[*FULL, "spaced"])
def test_a_percent_source_survives_the_round_trip(tmp_path, source):
    """A percent source survives the round trip byte for byte."""
    (tmp_path / "a.py").write_text(source, encoding="utf-8")
    write(read(tmp_path / "a.py"), tmp_path / "b.py")
    assert (tmp_path / "b.py").read_text(encoding="utf-8") == source


@pytest.mark.parametrize("source", [COUNTING, ADDING], ids=["counting", "adding"])
def test_an_author_may_open_and_save_a_lesson_in_jupyter(source):
    """Jupytext reads and writes its roles and ids; it adds its versions to the header."""
    import jupytext

    saved = jupytext.writes(jupytext.reads(source, fmt="py:percent"), fmt="py:percent")
    assert re.sub(r"#       (format|jupytext)_version: .*\n", "", saved) == source


@pytest.mark.parametrize("source", FULL.values(), ids=FULL)
def test_by_way_of_a_notebook_only_blank_lines_are_lost(tmp_path, source):
    """A source survives the way through a notebook, but for blank lines between cells."""
    (tmp_path / "a.py").write_text(source, encoding="utf-8")
    write(read(tmp_path / "a.py"), tmp_path / "a.ipynb")
    write(read(tmp_path / "a.ipynb"), tmp_path / "b.py")
    assert (tmp_path / "b.py").read_text(encoding="utf-8").replace("\n", "") == source.replace("\n", "")
    assert said(read(tmp_path / "b.py")) == said(read(tmp_path / "a.py")) == said(read(tmp_path / "a.ipynb"))


def said(notebook):
    return [(cell.kind, cell.source, cell.id, cell.nbgrader) for cell in notebook.cells]


def test_a_source_that_lost_its_header_keeps_its_grade_ids(tmp_path):
    (tmp_path / "a.py").write_text(FULL["counting"].partition("# ---\n\n")[2])
    write(read(tmp_path / "a.py"), tmp_path / "b.py")
    assert "write-counter" in [cell.id for cell in read(tmp_path / "b.py").cells]


def test_a_header_keeps_the_versions_that_it_has(tmp_path):
    versions = "#       format_version: '1.3'\n#       jupytext_version: 1.19.6\n"
    source = FULL["counting"].replace("#       format_name: percent\n", "#       format_name: percent\n" + versions)
    (tmp_path / "a.py").write_text(source)
    write(read(tmp_path / "a.py"), tmp_path / "b.py")
    assert (tmp_path / "b.py").read_text() == source


def test_cells_are_named_by_grade_id_else_by_what_they_say(tmp_path):
    (tmp_path / "a.py").write_text(FULL["counting"])
    ids = [cell.id for cell in read(tmp_path / "a.py").cells]
    assert ids[2:5] == ["given-count", "write-counter", "given-samples"]
    assert ids[0] == digest("markdown", "# Counting\n> How many, and how many different.")[:8]
    assert read(tmp_path / "a.py") == read(tmp_path / "a.py")


def test_repeated_ids_are_told_apart(tmp_path):
    cells = [code(id="a"), code(id="a-2"), code(id="a"), code(id="a"), code(id="b")]
    assert [cell.id for cell in read(ipynb(tmp_path / "a.ipynb", cells)).cells] == ["a", "a-2", "a-3", "a-4", "b"]


@pytest.mark.slow
def test_many_equal_cells_take_no_long_time(tmp_path):
    cells = read(ipynb(tmp_path / "a.ipynb", [code("")] * MAX_CELLS)).cells
    assert len({cell.id for cell in cells}) == MAX_CELLS


def test_outputs_are_left_behind(tmp_path):
    said = {"output_type": "stream", "name": "stdout", "text": "100 of 100 points"}
    path = ipynb(tmp_path / "a.ipynb", [code(outputs=[said])])
    assert "100 of 100" not in write(read(path), path).read_text()


def test_writing_twice_touches_nothing(tmp_path):
    """Writing twice gives the same bytes and touches nothing."""
    path = ipynb(tmp_path / "a.ipynb", [code(["x = 1\n", "y = 2"])])
    first = write(read(path), path).read_bytes()
    os.utime(path, (1, 1))
    assert write(read(path), path).read_bytes() == first
    assert path.stat().st_mtime == 1
    assert [p.name for p in tmp_path.iterdir()] == ["a.ipynb"]


def test_what_is_written_is_what_nbformat_writes(tmp_path):
    import nbformat

    (tmp_path / "a.py").write_text(FULL["counting"])
    notebook = read(tmp_path / "a.py")
    nbformat.validate(to_nbformat(notebook))
    nbformat.write(to_nbformat(notebook), tmp_path / "theirs.ipynb")
    assert (tmp_path / "theirs.ipynb").read_bytes() == write(notebook, tmp_path / "ours.ipynb").read_bytes()


def test_a_way_through_nbformat_keeps_every_cell(tmp_path):
    (tmp_path / "a.py").write_text(FULL["counting"])
    notebook = read(tmp_path / "a.py")
    assert said(from_nbformat(to_nbformat(notebook))) == said(notebook)


NOT_NOTEBOOKS = {
    "zero-bytes": (b"", "is empty"),
    "blank": (b" \n", "is empty"),
    "binary": (b"\x89PNG\r\n\xff\xfe", "not text"),
    "zip": (b"PK\x03\x04\xff\xff", "not text"),
    "prose": (b"Dear all,", "not JSON"),
    "half": (b'{"nbformat": 4, "cells": [', "not JSON"),
    "deep": (b'{"cells": ' + b"[" * 100_000, "not JSON"),
    "long-number": (b'{"nbformat": ' + b"9" * 10_000 + b"}", "not JSON"),
    "list": (b"[]", "no list of cells"),
    "no-cells": (b'{"nbformat": 4}', "no list of cells"),
    "cells-no-list": (b'{"nbformat": 4, "cells": {}}', "no list of cells"),
    "old": (b'{"nbformat": 3, "worksheets": []}', "notebook format 3"),
    "future": (b'{"nbformat": 5, "cells": []}', "notebook format 5"),
    "cell-no-object": (b'{"nbformat": 4, "cells": [1]}', "no known type"),
    "cell-type": (b'{"nbformat": 4, "cells": [{"cell_type": "video"}]}', "no known type"),
    "cell-type-list": (b'{"nbformat": 4, "cells": [{"cell_type": []}]}', "no known type"),
    "source": (b'{"nbformat": 4, "cells": [{"cell_type": "code", "source": 3}]}', "source is not text"),
    "sources": (b'{"nbformat": 4, "cells": [{"cell_type": "code", "source": [3]}]}', "source is not text"),
    "metadata": (b'{"nbformat": 4, "cells": [], "metadata": 3}', "metadata is not an object"),
    "cell-metadata": (b'{"nbformat": 4, "cells": [{"cell_type": "code", "metadata": 3}]}', "metadata is not an object"),
}


@pytest.mark.parametrize("content, why", NOT_NOTEBOOKS.values(), ids=NOT_NOTEBOOKS)
def test_what_is_no_notebook_gets_one_sentence(tmp_path, content, why):
    path = tmp_path / "a.ipynb"
    path.write_bytes(content)
    with pytest.raises(UsageError, match=why) as caught:
        read(path)
    assert caught.value.message.startswith("a.ipynb ") and "\n" not in caught.value.message
    assert caught.value.at == str(path)


def test_missing_links_folders_and_giants_are_told(tmp_path, monkeypatch):
    path = ipynb(tmp_path / "a.ipynb", [])
    (tmp_path / "link.ipynb").symlink_to(path)
    (tmp_path / "folder.ipynb").mkdir()
    for name, why in {"none": "can't be read", "link": "is a link", "folder": "can't be read"}.items():
        with pytest.raises(UsageError, match=why):
            read(tmp_path / f"{name}.ipynb")
    monkeypatch.setattr(notebooks, "MAX_BYTES", 10)
    with pytest.raises(UsageError, match="the most is 0 MB"):
        read(path)


def test_a_percent_file_with_a_broken_header_is_told(tmp_path):
    (tmp_path / "a.py").write_text("# ---\n# jupyter:\n#   jupytext: 3\n# ---\n\n# %%\nx = 1\n")
    with pytest.raises(UsageError, match="not a percent-format notebook"):
        read(tmp_path / "a.py")


HEADER = (
    "# ---\n"
    "# jupyter:\n"
    "#   jupytext:\n"
    "#     text_representation:\n"
    "#       format_name: percent\n"
    "{}# ---\n"
    "\n"
    "# %%\n"
    "x = 1\n"
)
BOMB = "#   b0: &b0 [x]\n" + "".join(f"#   b{i}: &b{i} [{', '.join([f'*b{i - 1}'] * 10)}]\n" for i in range(1, 10))


@pytest.mark.parametrize(
    "more",
    [BOMB, "#   deep: " + "[" * 20_000 + "\n", "#     a: b\n#    c: d\n", "#   ? [a, b]\n#   : 1\n"],
    ids=["aliases", "brackets", "indents", "list as key"],
)
def test_a_header_that_fuzzing_found_is_refused_at_once(tmp_path, more):
    path = tmp_path / "a.py"
    path.write_text(HEADER.format(more))
    with pytest.raises(UsageError, match="not a percent-format notebook"):
        read(path)


@pytest.mark.parametrize(
    "more", ["#   date: 2026-01-14\n", "#   title: R&D *really*\n", ""], ids=["date", "signs", "none"]
)
def test_an_unusual_header_is_read(tmp_path, more):
    path = tmp_path / "a.py"
    path.write_text(HEADER.format(more))
    found = read(path)
    assert [cell.source for cell in found.cells] == ["x = 1"] and as_json(found)


@pytest.mark.parametrize("marks", [3, [], {"grade_id": 7}, {"grade_id": None}])
def test_nbgrader_metadata_of_no_known_shape_is_dropped(tmp_path, marks):
    (cell,) = read(ipynb(tmp_path / "a.ipynb", [code(metadata={"nbgrader": marks, "tags": ["x"]})])).cells
    assert cell.nbgrader == {} and cell.metadata == {"tags": ["x"]}


def test_half_a_surrogate_pair_does_no_harm(tmp_path):
    path = tmp_path / "a.ipynb"
    path.write_text(
        '{"nbformat": 4, "metadata": {"x": "\\ud800"}, "cells": [{"cell_type": "code", "source": "\\ud800"}]}'
    )
    assert write(read(path), path).is_file()
    assert read(path).cells[0].source == "?"


values = st.recursive(
    st.none() | st.booleans() | st.integers(-9, 9) | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(["cell_type", "source", "metadata", "nbgrader", "id", "grade_id"]), inner)
    ),
    max_leaves=8,
)
cell_like = st.fixed_dictionaries(
    {"cell_type": st.sampled_from(["code", "markdown"])}, optional={"source": values, "metadata": values, "id": values}
)


@pytest.mark.slow
@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(cell_like | values, max_size=4))
def test_any_json_is_a_notebook_or_a_usage_error(tmp_path, cells):
    path = ipynb(tmp_path / "a.ipynb", cells)
    try:
        notebook = read(path)
    except UsageError:
        return
    assert read(write(notebook, path)).cells == notebook.cells


def test_a_digest_tells_lists_of_parts_apart():
    assert len({digest("ab", "c"), digest("a", "bc"), digest("abc"), digest("abc", "")}) == 4


def test_roles_of_cells():
    roles = {
        "check": {"grade": True, "solution": False, "locked": True},
        "question": {"grade": True, "solution": True},
        "solution": {"grade": False, "solution": True},
        "locked": {"grade": False, "solution": False, "locked": True},
    }
    found = {name: Cell("code", "#| export\nx", name, {"nbgrader": marks}) for name, marks in roles.items()}
    assert [name for name, cell in found.items() if cell.is_check] == ["check"]
    assert [name for name, cell in found.items() if cell.is_question] == ["question"]
    assert [name for name, cell in found.items() if cell.is_solution] == ["solution"]
    assert [name for name, cell in found.items() if cell.is_locked] == ["check", "locked"]
    assert Notebook(tuple(found.values())).cell("check").is_exported
