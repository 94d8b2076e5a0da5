"""Verdicts: the line, the points and the HTML face of a check in a notebook, and the sum at its end."""

import sys
from html.parser import HTMLParser

import pytest

from tito.tools import environment, verdicts
from tito.tools.closing import closing
from tito.tools.environment import CheckEnvironment, LocalEnvironment, running_in
from tito.tools.testing import Check, NamedMistake, once_written, verdict

HINT = "When does it begin?"


@pytest.fixture(autouse=True)
def local():
    """A notebook's environment of the test's own."""
    with running_in(LocalEnvironment()) as made:
        yield made


@pytest.fixture
def kernel(monkeypatch):
    monkeypatch.setattr(verdicts, "in_kernel", lambda: True)
    monkeypatch.setattr("tito.tools.closing.in_kernel", lambda: True)


class Table(HTMLParser):
    """The text of HTML, and its unclosed tags."""

    def __init__(self, html):
        super().__init__()
        self.text, self.open = [], []
        self.feed(html)

    def handle_data(self, data):
        self.text.append(data)

    def handle_starttag(self, tag, _attributes):
        self.open += [] if tag == "br" else [tag]

    def handle_endtag(self, tag):
        assert self.open.pop() == tag


def text_of(html):
    table = Table(html)
    assert table.open == []
    return " ".join(" ".join(table.text).split())


def half(check=None):
    check = Check()
    with check.part(10, "the first <part>"):
        pass
    with check.part(6, "a wait & its end"):
        raise AssertionError("75 queries <b>waited</b>")
    return check.points()


def stub():
    raise NotImplementedError


def untouched():
    check = Check()
    with check.part(16, "all"):
        stub()
    return check.points()


def told(check, capsys, points=16.0):
    found = verdict(check, "server", points=points, hint=HINT)
    out, err = capsys.readouterr()
    assert err == ""
    return found, out


def test_a_check_that_passes_is_one_line_with_all_its_points(capsys):
    found, out = told(lambda: None, capsys)
    assert (out, float(found), float(repr(found))) == ("✓ server 16/16\n", 16.0, 16.0)


def test_a_check_that_lost_a_part_says_which_and_why_and_gives_the_hint(capsys):
    found, out = told(half, capsys)
    assert out.splitlines() == [
        "✗ server 10/16",
        "    a wait & its end: 75 queries <b>waited</b>",
        "    hint: When does it begin?",
    ]
    assert float(repr(found)) == 10.0


def test_the_hint_is_that_of_the_mistake(capsys):
    """By the assert's name, else by the part's; an error of the learner's code has no mistake's name."""

    def hint_on(error):
        def check():
            check = Check()
            with check.part(1, "first"):
                pass
            with check.part(2, "second", mistake="slow"):
                raise error
            return check.points()

        verdict(check, "server", points=3, hint=HINT, hint_for={"slow": "How long?", "closed-loop": "Who waits?"})
        return capsys.readouterr().out.splitlines()[-1].strip()

    assert hint_on(AssertionError("too long")) == "hint: How long?"
    assert hint_on(AssertionError(NamedMistake("closed-loop", "it waits"))) == "hint: Who waits?"
    assert hint_on(AssertionError(NamedMistake("another", "it waits"))) == "hint: " + HINT
    assert hint_on(ValueError("no")) == "hint: " + HINT


def test_in_a_notebook_the_line_is_printed_and_the_rest_is_a_table(capsys, kernel):
    found, out = told(half, capsys)
    assert out == "✗ server 10/16\n"
    said = text_of(found._repr_html_())
    assert said == "✗ 0/6 a wait & its end 75 queries <b>waited</b> ✓ 1 part earned hint " + HINT


def test_an_untouched_stub_is_not_started_and_names_what_to_write(capsys):
    found, out = told(untouched, capsys)
    assert (out, float(found)) == ("· server not started: write stub\n", 0.0)


@pytest.mark.parametrize(
    ("raised", "words"),
    [
        (ValueError("x < 1"), "ValueError: x < 1"),
        (KeyError("a"), "KeyError: 'a'"),
        (ZeroDivisionError(), "ZeroDivisionError"),
        (SystemExit(3), "your code called sys.exit() or exit()"),
        (AssertionError("no"), "no"),
    ],
)
def test_whatever_is_raised_is_told_in_words(raised, words, capsys):
    def check():
        raise raised

    found, out = told(check, capsys)
    assert out.splitlines()[:2] == ["✗ server 0/16", f"    {words}"] and float(found) == 0.0


def test_an_interrupt_goes_on(capsys):
    def check():
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        verdict(check, "server", points=16)


def test_the_learners_line_is_named_and_the_checks_own_is_not(capsys):
    names = {"__name__": "__main__"}
    exec(compile("def serve(x):\n    return x / 0\n", "In [3]", "exec"), names)
    exec(compile("def check():\n    serve(1)\n", "In [4]", "exec"), names)
    _, out = told(names["check"], capsys)
    assert out.splitlines()[1:3] == ["    ZeroDivisionError: division by zero", "    in serve, line 2"]
    assert sys.last_value.args == ("division by zero",)  # for %debug and %tb


def test_noise_is_kept_off_standard_error_and_cut(capsys):
    def check():
        print("to stderr", file=sys.stderr)
        for number in range(100_000):
            print(number)

    lines = told(check, capsys)[1].splitlines()
    assert lines[0] == "to stderr" and len(lines) == verdicts.MAX_PRINTED + 2
    assert lines[-2].endswith("more lines that your code printed") and lines[-1] == "✓ server 16/16"


def test_a_line_that_was_not_ended_does_not_swallow_the_verdict(capsys):
    _, out = told(lambda: print("half a line", end=""), capsys)
    assert out == "half a line\n✓ server 16/16\n"


@pytest.mark.parametrize(("value", "points"), [(7, 7), (99, 16), (-3, 0), (float("nan"), 0), ("x", 0), (False, 0)])
def test_points_count_as_in_grading(value, points, capsys):
    assert float(told(lambda: value, capsys)[0]) == points


def test_a_part_beside_others_that_held_alone_says_so(capsys):
    def check():
        check = Check()
        with check.part(6, "all"):
            raise ValueError("wrong")
        with check.part(2, "bad input", beside=True):
            pass
        return check.points()

    _, out = told(check, capsys)
    assert "    bad input: counts as soon as another part of this check is earned\n" in out


def test_a_visible_test_has_no_points_and_no_value(capsys):
    def test_double():
        raise AssertionError("one is not two")

    assert verdict(test_double) is None
    assert capsys.readouterr().out == "✗ test_double\n    one is not two\n"


def test_a_picture_that_needs_what_is_not_written_says_so(capsys):
    with once_written():
        stub()
    with once_written():
        print("drawn")
    assert capsys.readouterr().out == "· nothing to see yet: write stub, then run this cell again\ndrawn\n"
    with pytest.raises(ZeroDivisionError), once_written():
        _ = 1 / 0


def test_a_stub_of_an_earlier_module_is_named_with_its_module(capsys):
    names = {"__name__": "tinytorch.core.tensor"}
    exec("class Tensor:\n    def sum(self):\n        raise NotImplementedError", names)
    _, out = told(names["Tensor"]().sum, capsys)
    assert out == "· server not started: write tinytorch.core.tensor: Tensor.sum\n"


def test_a_name_that_no_cell_has_bound_yet_is_explained(capsys, kernel):
    def check():
        return Dense  # noqa: F821  its cell has not been run

    found, _ = told(check, capsys)
    assert "Has its cell been run? Run &gt; Run All Above Selected Cell" in found._repr_html_()


def test_in_the_grader_it_is_the_call_alone(capsys):
    with running_in(CheckEnvironment()):
        assert verdict(lambda: "as it is", "server", points=16) == "as it is"
        with pytest.raises(ValueError):
            verdict(lambda: int("x"), "server", points=16)
    assert capsys.readouterr() == ("", "")


# -- the sum ------------------------------------------------------------------------------


def summed(checks, capsys, kernel=True, **about):
    with closing({"a": 10, "b": 6, "c": 4}, **about):
        assert checks != "fails"
    return capsys.readouterr().out.splitlines()


def keep(local, **statuses):
    local.verdicts = {
        name: verdicts.Verdict(name, status, 10.0 if status == "passed" else 0.0, 10.0, to_write=f"write_{name}")
        for name, status in statuses.items()
    }


def test_the_sum_counts_and_names_what_to_do_first(capsys, local):
    keep(local, a="passed", b="not started")
    assert summed("", capsys, questions={"why": 5}) == [
        "✓ a 10/10",
        "· b not started: write write_b",
        "· c not run",
        "",
        "10 of 20 points so far, and up to 5 for the written question",
        "first: write write_b, then run the check b",
    ]


def test_what_failed_is_mended_before_what_is_next(capsys, local):
    keep(local, a="not started", b="failed")
    assert summed("", capsys)[-1] == "first: mend b; %tito hint b says more"


def test_when_all_passed_the_next_step_is_handing_in(capsys, local):
    keep(local, a="passed", b="passed", c="passed")
    assert summed("", capsys, questions={"why": 5})[-1] == (
        "every check has passed: %tito submit, once the question is answered"
    )


def test_a_check_that_was_not_run_is_to_be_run(capsys, local):
    keep(local)
    assert summed("", capsys)[-1] == "first: run the check a"


def test_outside_a_notebook_the_assertion_goes_on(capsys, local):
    with pytest.raises(AssertionError):
        summed("fails", capsys)
    assert "0 of 20 points so far" in capsys.readouterr().out


def test_the_sums_table_says_in_words_what_it_colours(local):
    from tito.tools.closing import PointsSum

    keep(local, a="passed", b="failed", c="not started")
    html = PointsSum({"a": 10, "b": 6, "c": 4, "d": 1}, local.verdicts, {}).html
    assert text_of(html).startswith(
        "✓ passed 10/10 a ✗ failed 0/6 b · not started 0/4 c · not run 0/1 d 10 of 21 points"
    )


def test_a_verdict_is_read_by_nbgrader_and_by_ipython_as_its_number():
    from IPython.core.formatters import DisplayFormatter

    points = verdicts.Points(verdicts.Verdict("server", "failed", 7.5, 16.0))
    formatter = DisplayFormatter()
    formatter.formatters["text/plain"].float_precision = "0"
    data, _ = formatter.format(points)
    assert float(data["text/plain"]) == 7.5 and "text/html" in data


def test_environments_of_graders_keep_no_verdicts():
    assert not hasattr(CheckEnvironment(), "verdicts")
    assert environment.current().verdicts == {}
