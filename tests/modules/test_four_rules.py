"""The four rules, for every module of the course.

The reference earns full marks, an untouched release earns nothing, every wrong
answer loses points in its own check alone, every other right answer loses none.
Grades are kept from one run to the next for as long as nothing changes.
"""

import pytest

from tito.authoring import release

pytestmark = pytest.mark.slow

FEWEST_WRONG = 10  # answers a module, or its checks were hardly tried


def lost(grade):
    """The checks that a work lost points in, with what its learner would read."""
    return {result.id: result.message for result in grade.results if result.points < result.max_points}


def test_the_reference_earns_full_marks(proof):
    assert lost(proof.reference) == {}
    assert proof.reference.points == proof.module.max_points > 0


def test_an_untouched_release_counts_as_not_started(proof):
    """An untouched release earns nothing and counts as not started."""
    assert {result.id: (result.points, result.status) for result in proof.untouched.results} == {
        check.id: (0, "not started") for check in proof.module.checks
    }


def test_every_wrong_answer_loses_in_its_own_check_alone(proof):
    """Every wrong answer loses points in its own check alone."""
    wrong = [(answer, grade) for answer, grade in proof.answers if not answer.right]
    astray = [(answer.check, answer.name, lost(grade)) for answer, grade in wrong if [*lost(grade)] != [answer.check]]
    assert astray == []
    assert len(wrong) >= FEWEST_WRONG
    assert {answer.check for answer, _ in wrong} == {check.id for check in proof.module.checks}


def test_every_other_right_answer_keeps_full_marks(proof):
    right = [(answer, grade) for answer, grade in proof.answers if answer.right]
    assert [(answer.check, answer.name, lost(grade)) for answer, grade in right if lost(grade)] == []
    assert right


@pytest.mark.parametrize("guarantee", release.GUARANTEES, ids=lambda guarantee: guarantee.__name__.strip("_"))
def test_every_guarantee_of_a_release_holds(proof, guarantee):
    assert guarantee(proof).problems == ()
