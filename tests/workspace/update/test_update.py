"""A corrected release comes into half-done work, in every situation that was thought of; nothing is lost.

Each test says what a learner had done; the course corrects its lesson, and `tito update` merges it.
"""

from __future__ import annotations

import json
import shutil
from dataclasses import replace

import pytest

from tests.support.corrected_release import OWN, correct, edit, update, work_of
from tests.support.toy_workspace import STUB, hand_out, right_counter, solve
from tito.course.course import Course, Workspace
from tito.lesson import notebook
from tito.lesson.cells.origin import hash_of
from tito.support.errors import UsageError
from tito.workspace import sync
from tito.workspace.changes import journal
from tito.workspace.update import releases
from tito.workspace.update.update import take

pytestmark = pytest.mark.slow

CHECK = ("twice three is six", "two times three is six")
PROSE = ("How many, and how many different", "How many there are, and how many different")


@pytest.fixture
def mine(course, tmp_path):
    return hand_out(course, tmp_path / "mine", "counting")


@pytest.fixture
def module(mine):
    return mine.module("counting")


def told(updated):
    return [(change.what, change.name) for each in updated for change in each.merge.changes]


def is_from_current(mine, module):
    return hash_of(work_of(module)) == hash_of(notebook.read(mine.pristine(module)))


def text_of(module):
    return "\n".join(cell.source for cell in work_of(module).cells)


def test_untouched_work_becomes_the_new_release(course, mine, module):
    correct(course, *CHECK)
    assert told(update(course, mine)) == [("corrected", "check 'double'")]
    for path in (module.notebook, module.source):
        assert path.read_bytes() == mine.pristine(module).with_suffix(path.suffix).read_bytes()
    assert not sync.is_begun(mine, module)


def test_answers_and_own_cells_go_into_the_new_notebook(course, mine, module):
    right_counter(module)
    prose = replace(OWN, kind="markdown", source="my thoughts", id="thoughts")
    edit(module.notebook, lambda cells: [cells[0], prose, *cells[1:4], OWN, *cells[4:]])
    before = [cell.source for cell in work_of(module).cells]
    correct(course, *PROSE)
    correct(course, *CHECK)
    (done,) = update(course, mine)
    assert told([done]) == [("corrected", "prose below 'Counting'"), ("corrected", "check 'double'")]
    assert (done.merge.answers, done.merge.own_cells) == (2, 2)
    assert [cell.source for cell in work_of(module).cells] == [
        source.replace(*PROSE).replace(*CHECK) for source in before
    ], "everything else is as it was, and where it was"
    assert is_from_current(mine, module) and not releases.corrections(mine, module)


def test_a_given_cell_that_only_the_learner_changed_stays(course, mine, module):
    solve(module.notebook, "given-samples", '"b"', '"c"')
    correct(course, *CHECK)
    assert told(update(course, mine)) == [("corrected", "check 'double'")]
    assert '"c"' in work_of(module).cell("given-samples").source


def test_a_locked_cell_changed_by_both_is_there_twice(course, mine, module):
    """The course's counts and is run; the learner's stands below it as prose."""
    solve(module.notebook, "double", "double(-1)", "double(-7)")
    correct(course, *CHECK)
    assert told(update(course, mine)) == [("conflict", "check 'double'")]
    cells = work_of(module).cells
    place = next(n for n, cell in enumerate(cells) if cell.id == "double")
    assert "two times three" in cells[place].source and "double(-1)" in cells[place].source
    assert cells[place + 1].kind == "markdown" and "double(-7)" in cells[place + 1].source


def test_an_answer_and_its_corrected_text_are_put_together(course, mine, module):
    right_counter(module)
    correct(course, "Twice `number`.", "Twice `number`, which may be below zero.")
    assert told(update(course, mine)) == [("merged", "'write-double'")]
    source = work_of(module).cell("write-double").source
    assert "below zero" in source and "return number * 2" in source


def test_an_answer_where_lines_clash_stays_and_the_new_text_is_beside(course, mine, module):
    solve(module.notebook, "write-double", "def double(number):", "def double(number: int):")
    correct(course, "def double(number):", "def double(number, /):")
    assert told(update(course, mine)) == [("conflict", "'write-double'")]
    cells = work_of(module).cells
    place = next(n for n, cell in enumerate(cells) if cell.id == "write-double")
    assert "number: int" in cells[place].source
    assert cells[place - 1].kind == "markdown" and "def double(number, /):" in cells[place - 1].source


def test_moved_cells_stay_where_they_were_moved_to(course, mine, module):
    right_counter(module)
    edit(module.notebook, lambda cells: [*cells[:3], *cells[6:8], *cells[3:6], *cells[8:]])
    order = [cell.id for cell in work_of(module).cells if cell.grade_id]
    correct(course, *CHECK)
    update(course, mine)
    assert [cell.id for cell in work_of(module).cells if cell.grade_id] == order
    assert "return number * 2" in text_of(module)


def test_the_courses_new_order_is_taken_and_own_cells_go_along(course, mine, module):
    right_counter(module)
    edit(module.notebook, lambda cells: [*cells[:8], OWN, *cells[8:]])
    assert work_of(module).cells[7].id == "double"
    text = course.module("counting").source.read_text(encoding="utf-8")
    head, given, rest = text.partition("# %% given given-samples")
    samples, count, rest = rest.partition("# %% check count\n")
    course.module("counting").source.write_text(head + count + given + samples + rest, encoding="utf-8")
    update(course, mine)
    names = [cell.id for cell in work_of(module).cells]
    assert names.index("count") < names.index("given-samples")
    assert names[names.index("double") + 1] == "mine" and "return number * 2" in text_of(module)


def test_a_renamed_check_and_cell_are_found_under_their_new_names(course, mine, module):
    right_counter(module)
    home = course.module("counting")
    correct(course, "solution write-double", "solution write-twice")
    correct(course, "# %% check double", "# %% check twice")
    home.check_file("double").rename(home.check_file("twice"))
    toml = home.toml.read_text(encoding="utf-8").replace('id = "double"', 'id = "twice"')
    renamed = '\n[renamed]\n"double" = "twice"\n"write-double" = "write-twice"\n'
    home.toml.write_text(toml.replace("\n[[check]]", f"{renamed}\n[[check]]", 1), encoding="utf-8")
    update(course, mine)
    work = work_of(module)
    assert "return number * 2" in work.cell("write-twice").source
    assert work.cell("write-double") is None and work.cell("double") is None


def test_two_releases_behind_each_correction_comes_in(course, mine, module):
    right_counter(module)
    correct(course, *CHECK)
    update_only_given(course, mine)
    correct(course, "three items are three, also", "three items are three, even")
    assert sorted(told(update(course, mine))) == [("corrected", "check 'count'"), ("corrected", "check 'double'")]
    assert "return number * 2" in text_of(module)


def update_only_given(course, mine):
    """Unpack a newer workspace over the older one, without `tito update`."""
    from tests.support.toy_workspace import give

    give(Course(course.root), mine.root.parent / "week5.zip", "counting")
    take(mine, mine.root.parent / "week5.zip")


def test_status_names_what_was_corrected_and_untouched_work_is_not_begun(course, mine, module):
    assert releases.corrections(mine, module) == ()
    correct(course, *CHECK)
    update_only_given(course, mine)
    assert releases.corrections(mine, module) == ("check 'double'",)
    assert not sync.is_begun(mine, module)
    right_counter(module)
    assert sync.is_begun(mine, module) and releases.corrections(mine, module) == ("check 'double'",)


def test_the_py_was_edited_instead_of_the_notebook(course, mine, module):
    solve(module.source, "write-double", STUB, "return number * 2")
    correct(course, *CHECK)
    (done,) = update(course, mine)
    assert done.rival is None
    assert all("return number * 2" in path.read_text(encoding="utf-8") for path in (module.notebook, module.source))


def test_both_forms_were_edited(course, mine, module):
    """The later one is merged; the other is named, and comes back by an undo."""
    solve(module.source, "write-double", STUB, "return number + number")
    solve(module.notebook, "write-double", STUB, "return number * 2")
    correct(course, *CHECK)
    (done,) = update(course, mine)
    assert done.rival == module.source and "number * 2" in text_of(module)
    journal.undo(mine, done.kept)
    assert "number + number" in module.source.read_text(encoding="utf-8")


def test_deleted_cells_that_are_needed_come_back(course, mine, module):
    """Prose that the learner deleted stays away, unless the course has corrected it."""
    right_counter(module)
    edit(module.notebook, lambda cells: [c for c in cells[1:] if c.id not in ("double", "write-counter")])
    correct(course, *CHECK)
    assert told(update(course, mine)) == [("brought back", "'write-counter'"), ("corrected", "check 'double'")]
    names = [cell.id for cell in work_of(module).cells if cell.grade_id]
    assert names == [cell.id for cell in notebook.read(mine.pristine(module)).cells if cell.grade_id]
    assert "# Counting" not in text_of(module)


def test_a_stub_does_not_come_back_over_an_answer_that_stands_elsewhere(course, mine, module):
    answer = replace(OWN, source="#| export\ndef double(number):\n    return number * 2")
    edit(module.notebook, lambda cells: [answer if c.id == "write-double" else c for c in cells])
    correct(course, *CHECK)
    update(course, mine)
    assert text_of(module).count("def double(number)") == 1


def test_outputs_metadata_and_pasted_images_stay(course, mine, module):
    data = json.loads(module.notebook.read_text(encoding="utf-8"))
    image = {"a.png": {"image/png": "aGk="}}
    data["cells"][0]["attachments"] = image
    for cell in data["cells"]:
        if cell["cell_type"] == "code":
            cell |= {"execution_count": 3, "outputs": [{"output_type": "stream", "name": "stdout", "text": "hi"}]}
            cell["metadata"]["collapsed"] = True
    data["metadata"]["language_info"]["version"] = "3.12.1"
    module.notebook.write_text(json.dumps(data), encoding="utf-8")
    correct(course, *CHECK)
    update(course, mine)
    after = json.loads(module.notebook.read_text(encoding="utf-8"))
    assert after["metadata"]["language_info"]["version"] == "3.12.1"
    assert after["cells"][0]["attachments"] == image
    by_id = {cell["id"]: cell for cell in after["cells"]}
    assert by_id["write-double"]["outputs"] and by_id["count"]["execution_count"] == 3
    assert by_id["double"]["outputs"] == [] and by_id["double"]["metadata"]["collapsed"]


def test_an_editor_has_lost_every_mark(course, mine, module):
    """As some editors do: no metadata, new ids. What was untouched is no change of the learner's."""
    right_counter(module)
    data = json.loads(module.notebook.read_text(encoding="utf-8"))
    data["metadata"] = {}
    for number, cell in enumerate(data["cells"]):
        cell |= {"id": f"x{number}", "metadata": {}}
    module.notebook.write_text(json.dumps(data), encoding="utf-8")
    correct(course, *CHECK)
    update(course, mine)
    assert "two times three" in text_of(module) and "twice three" not in text_of(module)
    assert "return number * 2" in text_of(module) and "len(set(seen))" in text_of(module)


def test_a_copied_cell_with_something_else_in_it_is_an_own_one(course, mine, module):
    right_counter(module)

    def copy(cells):
        place = next(n for n, cell in enumerate(cells) if cell.id == "write-double")
        return [*cells[: place + 1], replace(cells[place], id="copied", source="print(double(2))"), *cells[place + 1 :]]

    edit(module.notebook, copy)
    correct(course, *CHECK)
    (done,) = update(course, mine)
    copied = next(cell for cell in work_of(module).cells if cell.source == "print(double(2))")
    assert done.merge.own_cells == 1 and not copied.grade_id
    assert "return number * 2" in work_of(module).cell("write-double").source


def test_a_written_answer_stays_when_its_question_is_corrected(course, mine, module):
    edit(
        module.notebook, lambda cells: [replace(c, source=f"{c.source}\nA set.") if c.id == "why" else c for c in cells]
    )
    correct(course, "never larger than their number", "at most their number")
    update(course, mine)
    assert "A set." in text_of(module) and "at most their number" in text_of(module)


def test_what_the_course_takes_out_goes_unless_the_learner_wrote_into_it(course, mine, module):
    solve(module.notebook, "given-samples", '"b"', '"c"')
    source = course.module("counting").source
    text = source.read_text(encoding="utf-8")
    head, _, rest = text.partition("# %% given given-samples")
    source.write_text(head + "# %% check count" + rest.partition("# %% check count")[2], encoding="utf-8")
    assert told(update(course, mine)) == [("kept", "'given-samples'")]
    kept = next(cell for cell in work_of(module).cells if '"c"' in cell.source)
    assert not kept.grade_id


def test_a_renamed_module_takes_its_work_along(course, mine, module):
    right_counter(module)
    (module.home / "table.csv").write_text("mine", encoding="utf-8")
    home = course.module("counting").home
    shutil.move(home, home.with_name("03_tallying"))
    (home.with_name("03_tallying") / "counting_dev.py").rename(home.with_name("03_tallying") / "tallying_dev.py")
    renamed = Course(course.root).module("tallying")
    renamed.toml.write_text('was = ["01_counting"]\n' + renamed.toml.read_text(encoding="utf-8"), encoding="utf-8")
    correct(Course(course.root), *CHECK, name="tallying")
    update(course, mine, "tallying")
    mine = Workspace(mine.root)
    assert [each.folder for each in mine.modules] == ["03_tallying"]
    now = mine.module("tallying")
    assert "return number * 2" in text_of(now) and "two times three" in text_of(now)
    assert (now.home / "table.csv").read_text(encoding="utf-8") == "mine" and not module.home.exists()


def test_twice_is_as_once_and_undone_it_is_as_before(course, mine, module):
    right_counter(module)
    files = {path: path.read_bytes() for path in (module.notebook, module.source)}
    correct(course, *CHECK)
    (done,) = update(course, mine)
    after = {path: path.read_bytes() for path in files}
    assert update(course, mine) == [] and {path: path.read_bytes() for path in files} == after
    back = journal.undo(mine, done.kept)
    assert {path: path.read_bytes() for path in files} == files
    journal.undo(mine, back)
    assert {path: path.read_bytes() for path in files} == after


@pytest.mark.parametrize("name", ["missing.zip", "text.zip", "empty"])
def test_what_is_no_workspace_is_refused_in_words(mine, tmp_path, name):
    (tmp_path / "text.zip").write_text("no zip", encoding="utf-8")
    (tmp_path / "empty").mkdir()
    with pytest.raises(UsageError, match=r"is not there|can't be read|holds no workspace"):
        take(mine, tmp_path / name)


def test_a_broken_notebook_is_said_and_left_alone(course, mine, module):
    module.notebook.write_text("no notebook", encoding="utf-8")
    correct(course, *CHECK)
    (done,) = update(course, mine)
    assert "is not a notebook" in done.problem.message
    assert module.notebook.read_text(encoding="utf-8") == "no notebook"
