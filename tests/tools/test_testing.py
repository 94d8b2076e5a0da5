"""What the test cells of a notebook are written with: parts, points, and running a module's tests."""

import functools
import sys
import textwrap

import pytest

from tito.tools.environment import CheckEnvironment, running_in
from tito.tools.testing import Check, NamedMistake, raises, run_module_tests_auto

# -- parts and points ---------------------------------------------------------------------------


def played(*parts):
    """Points of a check whose parts are (points, action) pairs, or (points, action, True) for one beside others."""
    check = Check()
    for points, action, *beside in parts:
        with check.part(points, f"part of {points}", beside=bool(beside)):
            action()
    return check.points()


def right():
    pass


def wrong():
    raise ValueError("wrong answer")


def missing():
    raise NotImplementedError


def leaves():
    sys.exit("I leave")


def test_all_parts_right_gives_none_for_full_marks():
    """With all parts right, `points()` is None, which nbgrader takes for full marks."""
    assert played((6, right), (2, right)) is None


@pytest.mark.parametrize("loses", [wrong, leaves, missing])
def test_a_wrong_part_loses_its_own_points(loses, capsys):
    assert played((6, right), (2, loses), (3, right)) == 9
    assert "✗ part of 2: " in capsys.readouterr().out


def test_nothing_earned_raises_the_first_error():
    with pytest.raises(ValueError, match="wrong answer"):
        played((6, wrong), (2, lambda: 1 / 0))


def test_an_untouched_stub_ends_the_check():
    with pytest.raises(NotImplementedError):
        played((6, missing), (2, right))


def test_refusing_everything_earns_nothing_by_itself(capsys):
    """Points that refusing everything would earn count only with another part."""
    assert played((6, right), (3, wrong), (2, right, True)) == 8
    assert played((6, right), (2, right, True)) is None and played((6, right), (2, wrong, True)) == 6
    with pytest.raises(ValueError, match="wrong answer"):
        played((6, wrong), (2, right, True), (1, right, True))
    with pytest.raises(NotImplementedError):
        played((2, right, True), (6, missing))


def test_a_check_knows_its_parts():
    check = Check()
    with check.part(6, "first"):
        pass
    with check.part(2, "second"):
        wrong()
    assert (check.earned, check.total, [part.title for part in check.parts]) == (6, 8, ["first", "second"])


def test_a_mistake_has_a_name_and_reads_as_its_words(capsys):
    check = Check()
    with check.part(6, "first"):
        pass
    with check.part(2, "second", mistake="off-by-one"):
        raise AssertionError(NamedMistake("one-missing", "one is missing"))
    assert check.points() == 6
    assert capsys.readouterr().out == "✗ second: AssertionError: one is missing\n"
    assert (check.parts[1].mistake, check.parts[1].error.args[0].name) == ("off-by-one", "one-missing")


def test_noise_in_a_part_goes_to_standard_output(capsys):
    played((1, lambda: print("said", file=sys.stderr)))
    assert capsys.readouterr() == ("said\n", "")


def test_the_graders_stage_leaves_standard_error_alone(capsys):
    with running_in(CheckEnvironment()):
        played((1, lambda: print("said", file=sys.stderr)))
    assert capsys.readouterr() == ("", "said\n")


def test_raises_wants_the_error_and_the_name_in_it():
    with raises(ValueError, KeyError, naming="answer"):
        wrong()
    unnamed = "should name 'qps'; it says: wrong answer"
    with pytest.raises(AssertionError, match=unnamed), raises(ValueError, naming="qps"):
        wrong()
    with pytest.raises(AssertionError, match="expected ValueError, but nothing was raised"), raises(ValueError):
        right()
    with pytest.raises(ZeroDivisionError), raises(ValueError):
        _ = 1 / 0


# -- a module's tests ---------------------------------------------------------------------------


@pytest.fixture
def run(tmp_path, capsys):
    """A function: run a script's source as a module that is being imported; returns (result, printed)."""

    def run(source):
        path = tmp_path / "toy_dev.py"
        script = textwrap.dedent(source) + "\nresult = run('Toy')\n"
        path.write_text(script, encoding="utf-8")  # where the line at fault is looked up
        names = {"__name__": "toy_dev", "run": run_module_tests_auto, "imported": imported_test}
        exec(compile(script, str(path), "exec"), names)
        out, err = capsys.readouterr()
        assert err == ""
        return names["result"], out

    return run


def imported_test():
    raise AssertionError("a test of another module was run")


def decorated(test):
    @functools.wraps(test)
    def wrapper():
        return test()

    return wrapper


def test_all_passing(run):
    assert run("""
        def test_b(): print("not shown")
        def test_a(): pass
    """) == (True, "Toy\n\n  ✓ test_b\n  ✓ test_a\n\n2 passed\n")


def test_each_outcome_has_its_line_with_reason_and_place(run):
    result, printed = run("""
        import sys
        def helper():
            return {}["missing"]
        def test_right(): pass
        def test_wrong():
            print("a hint")
            print("a warning", file=sys.stderr)
            assert 1 == 2, "one is not two"
        def test_bare():
            assert 1 == 2
        def test_error(): helper()
        def test_stub(): raise NotImplementedError()
        def test_exit(): sys.exit(3)
    """)
    assert not result
    assert printed == textwrap.dedent("""\
        Toy

          ✓ test_right
          ✗ test_wrong
              one is not two
              test_wrong, line 9: assert 1 == 2, "one is not two"
              a hint
              a warning
          ✗ test_bare
              this does not hold:
              test_bare, line 11: assert 1 == 2
          ✗ test_error
              KeyError: 'missing'
              helper, line 4: return {}["missing"]
          · test_stub  not started
          ✗ test_exit
              SystemExit: 3
              test_exit, line 14: def test_exit(): sys.exit(3)

        1 passed, 4 failed, 1 not started
        """)


def test_something_not_started_is_not_a_pass(run):
    assert run("def test_a(): raise NotImplementedError")[0] is False


def test_no_tests_found_is_said_and_is_a_failure(run):
    result, printed = run("x = 1")
    assert (result, "no tests found" in printed) == (False, True)


def test_functions_from_elsewhere_are_left_out(run):
    """Functions from elsewhere or with arguments are left out."""
    result, printed = run("""
        test_imported = imported
        def test_needs(argument): raise ValueError
        def test_optional(argument=1, *rest, **more): pass
        test_again = test_optional
        test_number = 3
    """)
    assert (result, printed) == (True, "Toy\n\n  ✓ test_optional\n\n1 passed\n")


def test_a_decorated_test_belongs_to_where_it_was_written(capsys):
    names = {"__name__": "toy", "decorated": decorated, "run": run_module_tests_auto}
    exec("@decorated\ndef test_a(): pass\nresult = run('Toy')", names)
    assert names["result"] is True
