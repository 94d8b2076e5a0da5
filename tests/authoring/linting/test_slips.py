"""Slips planted in the toy course: each is found with its file and its line, and stops a release."""

import json
import os
import re
import shutil
import time
import tomllib

import jsonschema
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.support.toy_course import COUNTING_TOML, PROJECT, write_course
from tito.authoring.linting.module_settings import schema
from tito.authoring.linting.slips import refuse_drafts, refuse_slips, slips_in
from tito.authoring.linting.whole import slips_of_module
from tito.authoring.release import release
from tito.authoring.scaffold import new
from tito.cli.app import main
from tito.cli.authoring.lint_watch import watch_with
from tito.course.course import Course
from tito.support.errors import CourseError, ExitCode

LESSON, TOML, COUNT, DOUBLE = "counting_dev.py", "module.toml", "checks/count.py", "checks/double.py"
SLIPS = {  # file, text, what stands there instead, what is said, the line that it is said of
    "no hints": (TOML, '\nhints = ["What is twice a number?"]', "", 'check "double" has no hints', 'id = "double"', -1),
    "an empty hint": (TOML, '"What is twice a number?"', '" "', "has an empty hint", 'hints = [" "]'),
    "a key that nothing reads": (TOML, "hints = [\"What", "hint = [\"What", "nothing reads the key 'hint'", "hint = ["),
    "a key of the file": (TOML, 'title = "Counting"', 'title = "Counting"\nneed = ["adding"]', "the key 'need'", "need ="),
    "points in words": (TOML, "points = 4", 'points = "four"', "it should be a number", 'points = "four"'),
    "points of nan": (TOML, "points = 4", "points = nan", "it should be a number", "points = nan"),
    "no points": (TOML, "points = 4", "points = 0", "is worth nothing", "points = 0"),
    "a title of a number": (TOML, '"Counting"', "7", "should be text in quotes", "title = 7"),
    "an export of no package": (TOML, '"tinytorch.core.counting"', '"counting"', "a module of the package", "exports ="),
    "an export that climbs": (TOML, '"tinytorch.core.counting"', '"../../x"', "a module of the package", "exports ="),
    "no TOML": (TOML, "[[question]]", "[[question", "can't be read", "[[question"),
    "two checks of one id": (TOML, 'id = "double"', 'id = "count"', "has the id 'count' twice", 'id = "count"', 1),
    "a question with a check's id": (TOML, 'id = "why"', 'id = "double"', "has the id 'double' twice", 'id = "double"', 1),
    "ids of one file": (TOML, 'id = "why"', 'id = "COUNT"', "differ in their case alone", 'id = "COUNT"'),
    "an id that climbs": (TOML, 'id = "why"', 'id = "../why"', "letters, digits", 'id = "../why"'),
    "an unknown need": (TOML, 'core.counting"\n', 'core.counting"\nneeds = ["tensors"]\n', "there is no such module", "needs ="),
    "a need that comes later": (TOML, 'core.counting"\n', 'core.counting"\nneeds = ["adding"]\n', "does not come before", "needs ="),
    "a need of itself": (TOML, 'core.counting"\n', 'core.counting"\nneeds = ["counting"]\n', "does not come before", "needs ="),
    "hints that tell": (TOML, "What is twice a number?", "seen = list(items); total=len(seen), distinct=len(set(seen))\\nreturn Count(total=len(seen), distinct=len(set(seen)))", "gives the solution away", "What", None),
    "an unknown role": (LESSON, "# %% check double", "# %% chek double", "no role of a cell", "# %% chek double"),
    "an id twice": (LESSON, "# %% given given-samples", "# %% given given-count", 'two cells have the id', "# %% given given-count", 1),
    "no place": (LESSON, "# %% check double\n", "", 'check "double" has no place', None),
    "a region not closed": (LESSON, "    return number * 2\n    ### END SOLUTION", "    return number * 2", "never closed", "    ### BEGIN SOLUTION", 1),
    "a solution outside": (LESSON, "SAMPLES = [", "### BEGIN SOLUTION\n### END SOLUTION\nSAMPLES = [", "not a solution cell", "### BEGIN SOLUTION\n### END SOLUTION\nSAMPLES", 0),
    "no region": (LESSON, "    ### BEGIN SOLUTION\n    return number * 2\n    ### END SOLUTION", "    return number * 2", "no solution region", "# %% solution write-double", None),
    "a marker with a slip": (LESSON, "    ### BEGIN SOLUTION\n    return number", "    ### BEGIN SOLUTIONS\n    return number", "reads like a marker", "    ### BEGIN SOLUTIONS"),
    "not exported": (LESSON, "#| export\ndef double", "def double", "is not exported", "def double", None),
    "exported too late": (LESSON, "#| export\ndef double(number):", "def double(number):\n    #| export", "not its first line", "    #| export"),
    "another export": (LESSON, "#| default_exp core.counting", "#| default_exp core.count", "default_exp is not", "#| default_exp"),
    "no Python": (LESSON, "    return number * 2", "    return number *", "does not parse", "    return number *"),
    "the solution in the open": (LESSON, 'SAMPLES = ["a", "b", "a"]', 'SAMPLES = ["a", "b", "a"]\n# return Count(total=len(seen), distinct=len(set(seen)))', "where learners read it", "# return Count"),
    "never called": (DOUBLE, "\n\ncheck_double()\n", "", "is never called", "def check_double"),
    "never asserts": (DOUBLE, 'assert double(3) == 6, "twice three is six"\n    assert double(-1) == -2, "twice minus one is minus two"', "double(3)", "has no assert", "def check_double", None),
    "points not returned": (COUNT, "    return check.points()", "    check.points()", "does not return its points", "def check_count"),
    "the value assigned": (COUNT, "\n\ncheck_count()", "\n\ngot = check_count()", "does not end with the check's points", "got ="),
    "an f-string in a hidden assert": (COUNT, '"each call counts anew"', 'f"each call counts anew: {one}"', "an f-string", "assert [one.count"),
    "a message made of values": (COUNT, '"items may be an iterator"', '"items: " + str(one)', "not constant", 'assert Counter().count(iter("xyz"))'),
    "a tuple asserted": (DOUBLE, 'assert double(3) == 6, "twice three is six"', 'assert (double(3) == 6, "twice three is six")', "of a tuple always holds", "assert (double"),
    "a loop without end": (DOUBLE, "    assert double(3)", "    while True:\n        double(3)\n    assert double(3)", "never ends", "while True"),
    "parts that don't add up": (COUNT, "check.part(4,", "check.part(3,", "the parts add up to 5", "check.part(3,"),
    "a part without a number": (COUNT, "check.part(4,", "check.part(2 * 2,", "as a number", "check.part(2 * 2,"),
    "a name that nothing defines": (DOUBLE, "assert double(3) == 6", "assert double(three) == 6", "nothing defines the name three", "double(three)"),
    "hidden tests alone": (COUNT, "        with raises(ValueError, naming=\"items\"):\n            Counter().count([])\n", "", "does not parse", "### BEGIN HIDDEN"),
    "a cell in a check": (DOUBLE, "def check_double", "# %%\ndef check_double", "begins another", "# %%"),
}  # fmt: skip


@pytest.fixture(scope="module")
def kept(tmp_path_factory):
    return write_course(tmp_path_factory.mktemp("lint"))


@pytest.fixture
def home(kept):
    """The toy module's folder, put back as it was at the end."""
    folder = kept.modules_folder / "01_counting"
    before = {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}
    yield folder
    shutil.rmtree(folder)
    for path, content in before.items():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)


def planted(home, file, old, new):
    path = home / file
    text = path.read_text(encoding="utf-8")
    assert text.count(old) == 1, f"{text.count(old)} places of {old!r}"
    path.write_text(text.replace(old, new), encoding="utf-8")


def the_line(text, line, which=0):
    """The number of the line that has this text; of the last one where `which` is 1, of the one before for -1."""
    found = [text.count("\n", 0, place.start()) + 1 for place in re.finditer(re.escape(line), text)]
    return found[-1] if which == 1 else found[0] - 1 if which == -1 else found[0]


def test_the_toy_course_has_no_slip(kept):
    assert [slips_in(kept, home) for home in kept.homes] == [[], []]


@pytest.mark.parametrize("slip", SLIPS)
def test_a_slip_is_found_with_its_line(kept, home, slip):
    file, old, new_text, said, line, *which = SLIPS[slip]
    planted(home, file, old, new_text)
    found = [each for each in slips_in(Course(kept.root), home) if said in each.message]
    assert found, [each.message for each in slips_in(Course(kept.root), home)]
    if line is None:
        assert found[0].path.is_file()
        return
    assert found[0].path == home / file or which == [None]
    if which != [None]:
        text = (home / file).read_text(encoding="utf-8")
        assert found[0].line == the_line(text, line, *which)
    else:
        assert found[0].line > 0


@pytest.mark.parametrize("slip", [slip for slip, (file, *_) in SLIPS.items() if file != TOML])
def test_a_release_is_refused_with_the_place(kept, home, slip):
    file, old, new_text, *_ = SLIPS[slip]
    planted(home, file, old, new_text)
    course = Course(kept.root)
    with pytest.raises(CourseError) as refused:
        refuse_slips(course, course.module("counting"))
    assert re.search(r"\.(py|toml)(:\d+)?$", refused.value.at)


FILES = {
    "notes.txt": "nothing reads notes.txt",
    "checks/other.py": 'check "other" has no place',
    "checks/count.txt": "nothing reads checks/count.txt",
    "figures/other.py": 'figure "other" has no place',
    "figures/count.svg": "nothing reads figures/count.svg",
    "tests/count.txt": "nothing reads tests/count.txt",
    "answers/other.toml": "no check of counting",
}


@pytest.mark.parametrize("name", FILES)
def test_a_file_that_nothing_reads_is_told(kept, home, name):
    (home / name).parent.mkdir(exist_ok=True)
    (home / name).write_text("x = 1\n", encoding="utf-8")
    (slip,) = slips_in(kept, home)
    assert FILES[name] in slip.message and slip.path == home / name


def test_a_folder_that_nothing_reads_is_told(kept, home):
    (home / "drawings").mkdir()
    assert [slip.message for slip in slips_in(kept, home)] == ["nothing reads drawings"]


@pytest.mark.slow
@pytest.mark.parametrize("module", Course(PROJECT).modules, ids=lambda module: module.name)
def test_this_courses_own_modules_have_no_slips(module):
    assert slips_in(Course(PROJECT), module.home) == []


def test_a_check_without_a_wrong_answer_is_told(kept, home):
    (home / "answers" / "double.toml").unlink()
    (slip,) = slips_in(kept, home)
    assert slip.message == 'check "double" has no wrong answer to reject'


@pytest.mark.slow
def test_a_check_that_does_not_end_is_stopped_and_blamed(kept, home):
    """Also by a release, at once, and not as something that the learner's code gives back."""
    planted(home, DOUBLE, "    assert double(3)", "    n = 1\n    while n:\n        n += 1\n    assert double(3)")
    course = Course(kept.root)
    (slip,) = slips_of_module(course, home)
    assert slip.message == 'check "double" does not end: it was stopped on the reference solution'
    assert slip.place == f"{home / DOUBLE}:3"
    with pytest.raises(CourseError, match="does not end"):
        release(course, course.module("counting"))


@pytest.mark.slow
def test_a_check_that_fails_the_reference_is_told(kept, home):
    planted(home, DOUBLE, "double(3) == 6", "double(3) == 7")
    (slip,) = slips_of_module(Course(kept.root), home)
    assert slip.message == 'check "double" fails on the reference solution: twice three is six'


def test_what_a_new_module_leaves_to_write_stops_a_class_alone(course):
    module = new(course, "training")
    fresh = Course(course.root)
    found = slips_in(fresh, module.home)
    assert {slip.path.name for slip in found} == {"training_dev.py", "module.toml", "spread.py", "spread.toml"}
    assert all(slip.draft and slip.line for slip in found)
    refuse_slips(fresh, fresh.module("training"))
    with pytest.raises(CourseError, match="REPLACE"):
        refuse_drafts(fresh, fresh.module("training"))


VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(max_size=8)
    | st.sampled_from(["count", "../x", ""]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["id", "points", "hints", "x"]), inner),
    max_leaves=6,
)
KEYS = st.sampled_from(["title", "exports", "needs", "check", "question", "was", "renamed", "x"])


def as_toml(value):
    if value is None:
        return "1979-05-27"
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, str):
        return json.dumps(value.encode("utf-8", "replace").decode()).replace("\x7f", "")
    if isinstance(value, list):
        return f"[{', '.join(map(as_toml, value))}]"
    if isinstance(value, dict):
        return "{" + ", ".join(f"{key} = {as_toml(each)}" for key, each in value.items()) + "}"
    return str(value)


@pytest.mark.slow
@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(entries=st.dictionaries(KEYS, VALUES, max_size=5), raw=st.text(max_size=20), is_raw=st.booleans())
def test_whatever_stands_in_module_toml_is_a_slip_and_no_traceback(kept, home, entries, raw, is_raw):
    text = raw if is_raw else "\n".join(f"{key} = {as_toml(value)}" for key, value in entries.items())
    (home / TOML).write_text(text, encoding="utf-8", errors="replace")
    assert slips_in(Course(kept.root), home)


def test_the_schema_takes_every_module_and_no_slip_of_the_settings():
    tomls = sorted((PROJECT / "modules" / "source").glob("*/module.toml"))
    for path in tomls:
        jsonschema.validate(tomllib.loads(path.read_text(encoding="utf-8")), schema())
    jsonschema.validate(tomllib.loads(COUNTING_TOML), schema())
    kinds = [
        "a key that nothing reads",
        "points in words",
        "a title of a number",
        "an export of no package",
        "no hints",
    ]
    for old, new_text in (SLIPS[kind][1:3] for kind in kinds):
        with pytest.raises(jsonschema.ValidationError):
            jsonschema.validate(tomllib.loads(COUNTING_TOML.replace(old, new_text)), schema())


def test_the_verb_prints_each_slip_where_editors_find_it(kept, home, capsys, monkeypatch):
    planted(home, DOUBLE, "\n\ncheck_double()\n", "")
    monkeypatch.chdir(kept.root)
    assert main(["lint", "counting"]) == ExitCode.NOT_PASSED
    out, err = capsys.readouterr()
    assert out.startswith("modules/source/01_counting/checks/double.py:1: check_double() is never called (")
    assert "01_counting: 1 slip" in err
    assert main(["lint", "nothing"]) == ExitCode.CANT_BE_DONE


def test_a_broken_module_toml_is_a_line_and_no_traceback(kept, home, capsys, monkeypatch):
    (home / TOML).write_text("title = ", encoding="utf-8")
    monkeypatch.chdir(kept.root)
    assert main(["lint", "01"]) == ExitCode.NOT_PASSED
    assert capsys.readouterr().out.startswith("modules/source/01_counting/module.toml:1: module.toml can't be read")


@pytest.mark.slow
def test_watching_looks_again_when_a_file_is_saved(kept, home, capsys):
    keys = iter(["", "", "q"])

    def wait(_):
        key = next(keys)
        if key == "":
            planted_once()
        return key

    def planted_once():
        path = home / DOUBLE
        if "check_double()\n" in path.read_text():
            path.write_text(path.read_text().replace("\n\ncheck_double()\n", ""))
            later = time.time() + 10
            os.utime(path, (later, later))

    assert watch_with(kept, ["counting"], wait) == ExitCode.NOT_PASSED
    assert "is never called" in capsys.readouterr().out
