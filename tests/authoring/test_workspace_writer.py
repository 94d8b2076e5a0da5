"""A workspace holds what a learner needs and no solution; a second release loses nothing of theirs."""

import gzip
import json
import shutil
import zipfile

import pytest

from tests.support.toy_course import COUNTING
from tests.support.toy_workspace import STUB, export, give, hand_out, release, right_counter, solve
from tito.authoring import workspace_writer
from tito.course.course import Course, Workspace
from tito.support.errors import CourseError, UsageError
from tito.workspace import prerequisites
from tito.workspace.folder.given import is_given, read_given
from tito.workspace.folder.layout import lay_out
from tito.workspace.folder.learner_id import learner_of, remember_learner

pytestmark = pytest.mark.slow

SOLUTION_LINES = ("len(set(seen))", "number * 2", "counter.count(first).total", "BEGIN SOLUTION", "HIDDEN")


@pytest.fixture
def target(tmp_path):
    return tmp_path / "mine"


@pytest.fixture
def given(course, target):
    """A workspace with `adding`, which stands on `counting`."""
    export(course, "counting")
    return hand_out(course, target, "adding")


def again(course, workspace, *names):
    """Write the workspace again, and lay it out as the next verb does; what was written beside."""
    beside = workspace_writer.write(course, [course.module(name) for name in names], workspace.root).beside
    lay_out(Workspace(workspace.root))
    return beside


def everything_in(folder):
    return {p.relative_to(folder).as_posix(): p.read_bytes() for p in folder.rglob("*") if p.is_file()}


def test_a_workspace_has_forms_prerequisites_and_tool(given):
    module = given.module("adding")
    assert module.notebook.is_file() and module.source.is_file() and given.pristine(module).is_file()
    assert (given.root / "tinytorch/core/counting.py").is_file()
    assert (given.root / "tito/cli/app.py").is_file()
    assert Workspace.find(module.home) == given
    assert "tito test" in (given.root / "README.md").read_text(encoding="utf-8")


def test_no_file_that_a_learner_gets_shows_a_solution(course, given):
    release(course, "counting")
    again(course, given, "counting")
    for name, data in everything_in(given.root).items():
        if not name.startswith("tito/"):
            text = data.decode("utf-8", "replace")
            assert not [line for line in SOLUTION_LINES if line in text], name


def test_what_nothing_in_it_stands_on_is_there_in_no_form(course, target):
    both = hand_out(course, target, "counting", "adding")
    packed = [gzip.decompress(path.read_bytes()).decode() for path in both.root.rglob("*.gz")]
    assert len(packed) == 1 and "return number * 2" in packed[0]
    assert not [line for line in ("counter.count(first).total", "HIDDEN", "SOLUTION") if line in packed[0]]
    alone = hand_out(course, target.parent / "alone", "counting")
    assert not list(alone.root.rglob("*.gz"))


@pytest.mark.parametrize(
    "line",
    [
        'assert Counter().count(iter("xyz")).total == 3, "items may be an iterator"',
        "### END SOLUTION",
        "    return counter.count(first).total + counter.count(second).total",
    ],
)
def test_an_export_with_another_solution_is_not_given(course, target, line):
    hand_out(course, target.parent / "sound", "counting", "adding")
    path = course.exported(course.module("counting"))
    path.write_text(f"{path.read_text()}\n{line}\n", encoding="utf-8")
    with pytest.raises(CourseError, match="would give away") as refused:
        workspace_writer.write(course, [course.module("counting"), course.module("adding")], target)
    assert refused.value.at == "tinytorch.core.counting.py"
    assert not target.exists(), "nothing was written"


def test_a_learners_own_right_solution_is_no_leak(course, target):
    mine = hand_out(course, target, "counting")
    right_counter(mine.module("counting"))
    release(course, "adding")
    both = hand_out(course, target, "counting", "adding")
    assert "number * 2" in both.module("counting").notebook.read_text(encoding="utf-8")


def test_an_export_in_use_is_not_taken_back(course, given):
    solve(given.module("adding").notebook, "write-add", STUB, "return 5")
    release(course, "counting")
    again(course, given, "counting")
    both = Workspace(given.root)
    assert prerequisites.package_file(both, both.module("counting")).is_reference


def test_a_new_reference_replaces_an_old_one(course, given):
    source = course.module("counting").source
    source.write_text(source.read_text().replace("number * 2", "2 * number"), encoding="utf-8")
    export(course, "counting")
    again(course, given, "adding")
    assert "2 * number" in (given.root / "tinytorch/core/counting.py").read_text()


def test_a_module_to_write_is_not_there_as_an_export(course, given):
    release(course, "counting")
    again(course, given, "counting")
    both = Workspace(given.root)
    assert [m.name for m in both.modules] == ["counting", "adding"]
    assert not (both.root / "tinytorch/core/counting.py").exists()


def test_an_export_that_the_learner_wrote_stays(course, given):
    mine = given.root / "tinytorch/core/counting.py"
    mine.write_text("mine = True\n", encoding="utf-8")
    release(course, "counting")
    again(course, given, "counting")
    assert mine.read_text(encoding="utf-8") == "mine = True\n"


def test_what_is_written_twice_is_the_same_byte_for_byte(course, given):
    before = everything_in(given.root)
    assert workspace_writer.write(course, [course.module("adding")], given.root).beside == ()
    assert everything_in(given.root) == before


def new_version(course, name="adding"):
    check = course.module(name).check_file("add")
    check.write_text(check.read_text(encoding="utf-8").replace("two and three are five", "2 + 3"), encoding="utf-8")
    release(course, name)


def test_no_file_that_is_given_is_one_that_a_learner_edits(course, tmp_path):
    """Unpacked over older work, a newer zip leaves every byte of it."""
    mine = hand_out(course, tmp_path / "mine", "counting", "adding")
    right_counter(mine.module("counting"))
    prerequisites.put_reference(mine, mine.module("counting"))
    before = everything_in(mine.root)
    new_version(course)
    give(course, tmp_path / "week7.zip", "counting", "adding")
    with zipfile.ZipFile(tmp_path / "week7.zip") as archive:
        names = {name.partition("/")[2] for name in archive.namelist()}
        archive.extractall(tmp_path / "out")
    assert all(is_given(name) for name in names), "nothing else is given"
    assert not [name for name in names if name.endswith((".ipynb", "_dev.py")) and name.startswith("modules/")]
    shutil.copytree(tmp_path / "out" / "week7", mine.root, dirs_exist_ok=True)
    after = everything_in(mine.root)
    theirs = [name for name in before if not is_given(name)]
    assert "modules/01_counting/counting_dev.ipynb" in theirs and "tinytorch/core/counting.py" in theirs
    assert {name: after[name] for name in theirs} == {name: before[name] for name in theirs}


def test_a_zip_is_the_same_twice_and_takes_in_the_next_module(course, tmp_path):
    give(course, tmp_path / "course.zip", "counting")
    first = (tmp_path / "course.zip").read_bytes()
    give(course, tmp_path / "course.zip", "counting")
    assert (tmp_path / "course.zip").read_bytes() == first
    give(course, tmp_path / "course.zip", "adding")
    given = read_given(tmp_path / "course.zip")
    assert {name.split("/")[1] for name in given if name.endswith("module.toml")} == {"01_counting", "02_adding"}


def test_a_text_of_ours_that_the_learner_changed_stays(course, given):
    readme = given.root / "README.md"
    readme.write_text("my notes\n", encoding="utf-8")
    assert again(course, given, "adding") == (), "nothing new, nothing beside"
    release(course, "counting")
    assert [path.name for path in again(course, given, "counting")] == ["README.new.md"]
    assert readme.read_text(encoding="utf-8") == "my notes\n"
    given.given.unlink()
    release(course, "adding")
    readme.write_text("other notes\n", encoding="utf-8")
    assert again(course, given, "adding"), "without its hashes every text is the learner's"


def test_a_workspace_written_again_touches_no_work(course, given):
    module = given.module("adding")
    works = [path.read_bytes() for path in (module.notebook, module.source)]
    new_version(course)
    assert again(course, given, "adding") == ()
    assert [path.read_bytes() for path in (module.notebook, module.source)] == works
    assert "2 + 3" in given.pristine(module).read_text(encoding="utf-8")


def test_module_toml_tells_points_and_hints_but_nothing_else(course, target):
    release(course, "counting")
    toml = course.module("counting").toml
    hint_for = '[check.hint_for]\n"one-missing" = "Ça?"\n\n[[check]]'
    text = hint_for.join(toml.read_text(encoding="utf-8").rsplit("[[check]]", 1))
    toml.write_text("# the trick is a set\n" + text, encoding="utf-8")
    course = Course(course.root)  # which reads it again
    mine = workspace_writer.write(course, [course.module("counting")], target).workspace.module("counting")
    assert next(check.hints.on("one-missing")[0] for check in mine.checks if check.id == "count") == "Ça?"
    assert mine.checks == course.module("counting").checks and mine.questions == course.module("counting").questions
    assert "trick" not in mine.toml.read_text(encoding="utf-8")


def test_a_workspace_is_never_made_over_other_files(course, tmp_path):
    """Nor in the course itself."""
    release(course, "counting")
    counting = [course.module("counting")]
    with pytest.raises(UsageError, match="the course itself"):
        workspace_writer.write(course, counting, course.root)
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "thesis.txt").write_text("years of work", encoding="utf-8")
    with pytest.raises(UsageError, match="isn't empty"):
        workspace_writer.write(course, counting, tmp_path / "full")
    with pytest.raises(UsageError, match="is a file"):
        workspace_writer.write(course, counting, tmp_path / "full" / "thesis.txt")


def test_what_is_not_released_or_exported_is_said(course, target):
    with pytest.raises(UsageError, match="counting isn't released"):
        workspace_writer.write(course, [course.module("counting")], target)
    release(course, "adding")
    with pytest.raises(CourseError, match=r"counting\.py isn't exported"):
        workspace_writer.write(course, [course.module("adding")], target)
    assert not target.exists()


def test_the_learners_id_is_kept_and_only_a_safe_one(given):
    assert learner_of(given) == ""
    remember_learner(given, "s001")
    remember_learner(given, "s002")
    assert learner_of(given) == "s002"
    with pytest.raises(UsageError, match="can't be a learner's ID") as refused:
        remember_learner(given, "../s003")
    assert refused.value.hint == "tito submit --learner s003"
    assert learner_of(given) == "s002"


def test_a_broken_settings_file_is_said(given):
    given.settings.write_text("learner = \n", encoding="utf-8")
    with pytest.raises(UsageError, match=r"workspace\.toml can't be read"):
        learner_of(given)


def test_the_toy_course_has_the_lines_looked_for():
    """These are lines of its solutions."""
    assert all(line in COUNTING for line in SOLUTION_LINES[:2])


def test_no_file_of_a_check_is_given_out(given):
    assert not [path for path in given.root.rglob("checks") if path.is_dir()]


def test_given_files_are_listed_with_their_hashes(given):
    assert ".tito/release/02_adding/adding_dev.ipynb" in json.loads(given.given.read_text(encoding="utf-8"))


def test_a_given_prerequisite_is_known_but_is_no_work(given):
    assert [m.name for m in given.needed_by(given.module("adding"))] == ["counting"]
    assert [m.name for m in given.modules] == ["adding"]
    with pytest.raises(UsageError, match="no module named 'counting'"):
        given.module("counting")


def test_an_own_module_is_a_prerequisite_too(course, given):
    both = hand_out(course, given.root, "counting")
    assert [m.home.parent.name for m in both.needed_by(both.module("adding"))] == ["modules"]
