"""A mutation run on the toy course: killed, equivalent, surviving and stale mutants; and the lists that are kept."""

from dataclasses import replace
from pathlib import Path

import pytest

from tests.support.toy_course import ANSWERS, CHECKS, COUNTING
from tito.authoring import mutation
from tito.authoring.mutants import Mutant, mutants_of
from tito.cli.app import main
from tito.course.course import Course
from tito.lesson.build import build
from tito.lesson.check_suite import reference_work
from tito.support.errors import CourseError, UsageError
from tito.ui import render

pytestmark = pytest.mark.slow

COURSE = Course.find(Path(__file__).parent)
ROUNDABOUT = COUNTING.replace("return number * 2", "return (number + 0) * 2")
LINE = "return (number + 0) * 2"
LISTED = f"""\
[[equivalent]]
method = "double"
line = "{LINE}"
becomes = ["return (number - 0) * 2"]
why = "nothing taken away is nothing added"
"""


@pytest.fixture
def counting(course):
    """The toy module, with a solution in which some mistakes have no consequence."""
    module = course.module("counting")
    module.source.write_text(ROUNDABOUT)
    (module.answers / "double.toml").write_text(ANSWERS["double"].replace("number * 2", "(number + 0) * 2"))
    return module


def texts(trials):
    return {trial.mutant.becomes for trial in trials}


def test_each_mutant_is_of_one_kind(course, counting):
    """Killed, surviving, equivalent, or listed but stale."""
    counting.equivalents.write_text(LISTED)
    found = mutation.run_mutation(course, counting, methods=["double"])
    assert texts(found.equivalents) == {"return (number - 0) * 2"}
    assert texts(found.survivors) == {"return number * 2"}
    assert {"return None", "return (number + 1) * 2", "return (number + 0) / 2"} <= texts(found.killed)
    assert len(found.killed) + len(found.equivalents) + len(found.survivors) == len(found.results)
    assert not found.stale and not found.is_sound

    killed = LISTED.replace("return (number - 0) * 2", "return None")
    gone = LISTED.replace("number + 0", "number + 7").replace("number - 0", "number - 7")
    counting.equivalents.write_text("\n".join([LISTED, killed, gone]))
    found = mutation.run_mutation(course, counting, methods=["double"])
    assert [entry.becomes for entry in found.stale] == ["return None", "return (number - 7) * 2"]


def test_survivors_are_printed_as_entries_to_list(course, counting):
    """With these entries the run is sound."""
    found = mutation.run_mutation(course, counting)
    entries = mutation.as_toml(found.survivors)
    counting.equivalents.write_text(entries)
    with pytest.raises(CourseError, match="why"):
        mutation.run_mutation(course, counting)
    counting.equivalents.write_text(entries.replace('why = ""', 'why = "adds nothing"'))
    assert mutation.run_mutation(course, counting).is_sound


def test_a_weaker_check_has_more_survivors(course):
    module = course.module("counting")
    assert mutation.run_mutation(course, module).is_sound
    weaker = CHECKS["double"].replace('    assert double(-1) == -2, "twice minus one is minus two"\n', "")
    module.check_file("double").write_text(weaker.replace("double(3) == 6", "double(0) == 0"))
    survivors = texts(mutation.run_mutation(course, module).survivors)
    assert survivors == {"return number", "return number / 2", *(f"return number * {n}" for n in (0, 1, 3, 4))}


def test_what_was_found_is_kept_for_the_next_run(course, counting, monkeypatch):
    first = mutation.run_mutation(course, counting)
    monkeypatch.setattr("tito.workers.result_cache.graded", lambda *_: pytest.fail("graded again"))
    assert mutation.run_mutation(course, counting) == first


def test_a_mutant_that_costs_points_elsewhere_is_told(course):
    """The check of `count` calls `double` too: a wrong `double` is paid for twice."""
    module = course.module("counting")
    spreading = CHECKS["count"].replace("assert result.total == 3,", "assert double(result.total) == 6,")
    module.check_file("count").write_text(spreading)
    found = mutation.run_mutation(course, module, methods=["double"])
    assert found.spreading and all(trial.elsewhere == {"count"} for trial in found.spreading)
    assert "double: loses points in count too" in render.mutation_report(found)


def test_a_methods_checks_have_wrong_answers_in_it(course):
    module = course.module("counting")
    reference = reference_work(build(module))
    assert mutation.checks_of_methods(module, reference) == {
        "Counter.count": frozenset({"count"}),
        "double": frozenset({"double"}),
    }


def test_right_answers_say_nothing_of_whose_check_it_is(course):
    module = course.module("counting")
    aside = ANSWERS["count"].split("[[right]]")[1].replace("by a loop", "in another method")
    (module.answers / "double.toml").write_text(ANSWERS["double"] + "\n[[right]]" + aside)
    own = mutation.checks_of_methods(module, reference_work(build(module)))
    assert own["Counter.count"] == frozenset({"count"})


def test_points_lost_in_another_check_alone_do_not_kill():
    trial = mutation.MutantResult(Mutant("f", "x", "y", None), own=frozenset({"a"}), lost=frozenset({"b"}))
    assert not trial.is_killed and trial.elsewhere == {"b"}
    assert mutation.MutationReport((trial,), ()).survivors == (trial,)


def test_a_method_goes_by_its_last_name(course):
    """An unknown one is an error."""
    module = course.module("counting")
    assert mutation.run_mutation(course, module, methods=["count"]).methods == ("Counter.count",)
    with pytest.raises(UsageError, match="no check is for a method 'cuont'"):
        mutation.run_mutation(course, module, methods=["cuont"])


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[[equivalent", "can't be read"),
        (LISTED.replace("why =", "because ="), "needs method, line, becomes"),
        (LISTED.replace("* 2", "* *"), "is not Python"),
        (LISTED + LISTED, "listed twice"),
    ],
)
def test_a_list_that_makes_no_sense_is_refused(course, text, said):
    module = course.module("counting")
    module.equivalents.write_text(text)
    with pytest.raises(CourseError, match=said):
        mutation.read_equivalents(module)


def test_the_command_tells_what_survives(course, counting, monkeypatch, capsys):
    monkeypatch.chdir(course.root)
    counting.equivalents.write_text(LISTED)
    assert main(["mutate", "counting"]) == 3
    printed = capsys.readouterr()
    assert printed.out.startswith('[[equivalent]]\nmethod = "double"\n') and 'why = ""' in printed.out
    assert "Counter.count" in printed.err and "1 survivor" in printed.err
    counting.equivalents.write_text(LISTED.replace('- 0) * 2"]', "- 0) * 2\", 'return number * 2']"))
    assert main(["mutate", "counting", "--method", "double"]) == 0
    assert capsys.readouterr().out == ""
    assert main(["mutate", "counting", "--jobs", "0"]) == 2


def test_a_report_of_nothing_graded_is_rendered():
    mutant = Mutant("f", "x", "y", None)
    trial = mutation.MutantResult(mutant, frozenset({"a"}), frozenset())
    assert "1 survivor" in render.mutation_report(mutation.MutationReport((trial,), ()))
    assert "✓" in render.mutation_report(mutation.MutationReport((replace(trial, lost=frozenset({"a"})),), ()))


@pytest.mark.parametrize("module", COURSE.modules, ids=lambda module: module.folder)
def test_every_listed_mutant_is_one_of_the_reference(module):
    """A whole run grades for half an hour; that the lists fit the solutions is seen at once."""
    known = {mutant.key for mutant in mutants_of(reference_work(build(module)))}
    assert [entry.becomes for entry in mutation.read_equivalents(module) if entry.key not in known] == []
