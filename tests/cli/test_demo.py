"""The demo runs the command line's own verbs, and ends at the first that fails."""

import pytest

from tests.support.toy_class import notebooks
from tito.cli.demo import demo
from tito.course.course import Course
from tito.lesson.notebook import write
from tito.support.errors import CourseError, ExitCode

VERBS = ["build", "export", "release", "collect", "grade", "feedback", "report"]


@pytest.fixture
def main(course):
    """A command line that only notes the words; `codes` has the exit codes of verbs that fail."""

    class Main:
        def __init__(self):
            self.typed, self.codes = [], {}

        def __call__(self, words):
            self.typed.append(words)
            copy = Course(course.demo)
            if words[0] == "release":
                write(notebooks(copy, copy.modules[0])[1], copy.released(copy.modules[0]))
            if words[0] == "collect":
                copy.submitted("s001", copy.modules[0]).mkdir(parents=True)
            return self.codes.get(words[0], 0)

    return Main()


def test_the_demo_runs_the_words_that_it_prints(course, main, capsys):
    assert demo(course, main) == 0
    printed = [line for line in capsys.readouterr().err.split("\n") if line.startswith("$ ")]
    assert printed == [f"$ tito {' '.join(words)}" for words in main.typed]
    assert [words[0] for words in main.typed] == VERBS
    assert main.typed[2] == ["release", "counting", "--workspace", "workspace"]


@pytest.mark.slow
@pytest.mark.parametrize("verb", VERBS)
@pytest.mark.parametrize("code", [ExitCode.NOT_PASSED, ExitCode.CANT_BE_DONE, ExitCode.NO_READER])
def test_the_demo_ends_with_the_code_of_a_verb_that_fails(course, main, verb, code):
    if (verb, code) == ("collect", ExitCode.NOT_PASSED):
        code = ExitCode.BROKEN  # that a hand-in needs a person ends nothing: see below
    main.codes = {verb: code}
    assert demo(course, main) == code
    assert [words[0] for words in main.typed] == VERBS[: VERBS.index(verb) + 1]


def test_the_demo_goes_on_when_a_hand_in_needs_a_person(course, main):
    main.codes = {"collect": ExitCode.NOT_PASSED}
    assert demo(course, main) == 0
    assert [words[0] for words in main.typed] == VERBS


@pytest.mark.slow
@pytest.mark.parametrize("code", [ExitCode.BROKEN, ExitCode.INTERRUPTED])
def test_grading_that_broke_is_an_error_of_its_own(course, main, code):
    main.codes = {"grade": code}
    with pytest.raises(CourseError, match="grading broke"):
        demo(course, main)
    assert main.typed[-1][0] == "grade"
