"""Libraries that a page has not, in a real IPython shell: what needs one is skipped, and nothing else is."""

import sys

import pytest

from tito.page import absent
from tito.page.absent import AbsentLibrary, SkippedCells, names_bound_in
from tito.tools import environment, module_tests, verdicts
from tito.tools.environment import LocalEnvironment, running_in
from tito.tools.testing import Check


@pytest.fixture
def finder(monkeypatch):
    """A page without `farlib` and `nearlib`; neither is left behind."""
    found = absent.AbsentFinder(["farlib", "nearlib"])
    monkeypatch.setattr(sys, "meta_path", [*sys.meta_path, found])
    yield found
    for name in [name for name in sys.modules if name.partition(".")[0] in found.libraries]:
        del sys.modules[name]


def test_an_absent_library_can_be_imported_but_not_used(finder):
    import farlib.deep.inside as inside

    with pytest.raises(AbsentLibrary, match="it needs farlib, which this page does not have"):
        inside.anything()
    with pytest.raises(AbsentLibrary):
        from nearlib import something  # noqa: F401 - importing is what fails


def test_another_library_is_missing_as_ever(finder):
    with pytest.raises(ModuleNotFoundError):
        import thirdlib  # noqa: F401 - importing is what fails


def test_inspection_finds_a_module_without_surprises(finder):
    import farlib

    assert not hasattr(farlib, "__file__") and not hasattr(farlib, "__wrapped__")
    with pytest.raises(AbsentLibrary):
        farlib.__version__  # noqa: B018 - reading is what fails


@pytest.mark.parametrize(
    "source, names",
    [
        ("import numpy as np, os.path", {"np", "os"}),
        ("from a import b as c, d", {"c", "d"}),
        ("x, (y, *z) = 1, 2\nw += 1", {"x", "y", "z", "w"}),
        ("for i in r:\n    total = i\nwith open(p) as f:\n    pass", {"i", "total", "f"}),
        ("def f(): pass\nclass C: pass\nasync def g(): pass", {"f", "C", "g"}),
        ("%matplotlib inline\nx = 1", set()),
    ],
)
def test_the_names_that_a_cell_binds(source, names):
    assert names_bound_in(source) == names


def test_a_name_that_no_skipped_cell_would_bind_is_the_cells_own_fault():
    skipped = SkippedCells()
    skipped.skip("x = np.zeros(3)", "it needs numpy", known={"np"})
    assert "numpy" in skipped.reason(NameError("no x", name="x"))
    assert skipped.reason(NameError("no y", name="y")) == ""
    assert skipped.reason(ValueError("x")) == ""
    skipped.forget({"x"})
    assert skipped.reason(NameError("no x", name="x")) == ""


def check_in_parts(*errors):
    """A check whose first part holds and whose others raise these."""

    def test():
        check = Check()
        with check.part(2, "holds"):
            pass
        for error in errors:
            with check.part(3, "does not"):
                raise error
        return check.points()

    return test


def verdict_on(test):
    with running_in(LocalEnvironment()) as here:
        return verdicts.run(here, test, "some", 8.0, {"": "a hint"})


def test_a_check_that_needs_an_absent_library_is_not_run_here():
    """What held counts, and no hint says that the learner did something wrong."""
    found = verdict_on(check_in_parts(AbsentLibrary("numpy")))
    assert found.status == "not run here" and found.points == 2
    assert found.headline.startswith("· some 2/8 not run here: it needs numpy")
    assert found.details == []


def test_a_mistake_beside_an_absent_library_is_still_a_mistake():
    found = verdict_on(check_in_parts(AbsentLibrary("numpy"), AssertionError("2 is not 3")))
    assert found.status == "failed" and "does not: 2 is not 3" in found.details


def swallowing():
    """What a check, an instrument or a learner may do with any error."""
    try:
        raise AbsentLibrary("numpy")
    except Exception as error:
        raise AssertionError(f"{error} is no sentence about the input") from None


def test_nobody_takes_an_absent_library_for_a_mistake():
    assert verdict_on(swallowing).status == "not run here"
    assert module_tests.run_test(swallowing).status == "not run here"


def test_a_name_from_a_skipped_cell_is_no_mistake_either():
    skipped = SkippedCells()
    skipped.skip("rows = np.zeros(3)", "it needs numpy", known={"np"})

    def uses(name):
        raise NameError(f"name {name!r} is not defined", name=name)

    with running_in(LocalEnvironment()) as here:
        here.why_not_here = skipped.reason
        on = {name: verdicts.run(here, lambda name=name: uses(name), "some", 8.0, {"": ""}) for name in ("rows", "row")}
        table = module_tests.run_test(lambda: uses("rows"))
    assert on["rows"].headline == "· some 0/8 not run here: it uses rows, from a cell that was skipped: it needs numpy"
    assert on["row"].status == "failed"
    assert table.status == "not run here"


def test_so_it_is_in_a_part_of_a_check():
    skipped = SkippedCells()
    skipped.skip("rows = np.zeros(3)", "it needs numpy", known={"np"})
    with running_in(LocalEnvironment()) as here:
        here.why_not_here = skipped.reason
        found = verdicts.run(here, check_in_parts(NameError("no rows", name="rows")), "some", 8.0, {"": ""})
    assert found.status == "not run here" and found.points == 2


@pytest.mark.slow
def test_cells_are_skipped_with_the_reason_and_the_others_run(capsys, monkeypatch):
    from IPython.core.interactiveshell import InteractiveShell

    monkeypatch.setattr(sys, "meta_path", list(sys.meta_path))
    shell = InteractiveShell()
    shell.history_manager.enabled = False
    monkeypatch.setattr(environment.current(), "why_not_here", None)  # what is put there goes with this test
    absent.install(shell, ["farlib"])

    def run(cell):
        shell.run_cell(cell, store_history=True)
        return capsys.readouterr().out

    assert run("import math\nimport farlib as far\nstill = 1") == ""
    assert run("rows = far.rows(3)").startswith("· skipped: it needs farlib, which this page does not have")
    assert run("count = len(rows)").startswith("· skipped: it uses rows, from a cell that was skipped: it needs farlib")
    chained = run("count + 1")
    assert chained.count("skipped") == 2 and "uses count" in chained and "it needs farlib" in chained
    assert "2" in run("still + 1")
    assert "NameError" in run("nowhere")
    run("rows = [1, 2]")
    assert "2" in run("len(rows)")
    assert "1.5" in run("1.5")
    del sys.modules["farlib"]
