"""What is odd about hand-ins, named in the report as long as it is odd, and of nobody else."""

import pytest

from tests.support.inbox import a_folder, a_notebook, a_zip, write_small_course, zipped
from tito.classroom.collect import collect
from tito.classroom.intake.archive import read_record
from tito.classroom.intake.people.questions import FILE, read_questions
from tito.classroom.reporting.oddities import oddities_of, one_of_each_group, same_files
from tito.support.errors import CourseError


@pytest.fixture
def course(tmp_path):
    return write_small_course(tmp_path / "course")


@pytest.fixture
def module(course):
    return course.module("benchmarking")


def take_in(course, folder, files, module="benchmarking"):
    collect(course, a_folder(folder, files), course.module(module) if module else None)


def records(course, module):
    return {who: read_record(course, who, module) for who in course.handed_in(module)}


def odd(course, module):
    found = records(course, module)
    return {(each.who, each.words) for each in oddities_of(course, module, found, found)}


def test_nothing_is_odd_about_ordinary_work(course, module, tmp_path):
    take_in(course, tmp_path / "in", {f"{who}/benchmarking_dev.ipynb": a_notebook(who) for who in ("ada", "bob")})
    assert odd(course, module) == set() and not (course.handins(module) / FILE).exists()


def test_a_file_of_nobody_is_named_until_it_is_somebodys(course, module, tmp_path):
    work = a_notebook("whose")
    take_in(course, tmp_path / "one", {"ada/benchmarking_dev.ipynb": a_notebook("a"), "benchmarking_dev.ipynb": work})
    ((who, words),) = odd(course, module)
    assert who == () and words.startswith("its name does not tell whose it is")
    take_in(course, tmp_path / "two", {"eve/benchmarking_dev.ipynb": work})
    assert odd(course, module) == set()


def test_a_line_that_an_instructor_takes_out_stays_out(course, module, tmp_path):
    take_in(course, tmp_path / "one", {"benchmarking_dev.ipynb": a_notebook("whose")})
    (course.handins(module) / FILE).unlink()
    take_in(course, tmp_path / "two", {"ada/benchmarking_dev.ipynb": a_notebook("a")})
    assert odd(course, module) == set()


def test_a_question_goes_when_the_same_file_comes_without_one(course, module, tmp_path):
    """As when the roster was mended: the doubt was about the name."""
    wrong = {
        "ada/12_benchmarking-bob-20260114T101500Z.zip": a_zip_of("bob"),
        "bob/benchmarking_dev.ipynb": a_notebook(),
    }
    take_in(course, tmp_path / "one", wrong)
    assert {who for who, _ in odd(course, module)} == {("ada",)}
    path = course.handins(module) / FILE
    before = path.read_bytes()
    take_in(course, tmp_path / "again", wrong)
    assert path.read_bytes() == before, "said once"
    course.roster.write_text(course.roster.read_text().replace("ada,", "ada,bob", 1))
    take_in(course, tmp_path / "mended", wrong)
    assert not path.exists()


def a_zip_of(learner):
    return zipped({"benchmarking_dev.ipynb": a_notebook("z")}, {"learner": learner, "module": "benchmarking"})


def test_another_file_of_the_same_name_settles_nothing(course, module, tmp_path):
    """Two mails with a file of one name each: in any order both are asked about, until each is somebody's."""
    mails = [{"benchmarking_dev.ipynb": a_notebook(who)} for who in ("one", "two")]
    tables = []
    for number, order in enumerate((mails, mails[::-1])):
        mine = write_small_course(tmp_path / f"course-{number}")
        for mail in order:
            take_in(mine, tmp_path / f"{number}-{order.index(mail)}", mail)
        tables.append((mine.handins(mine.module("benchmarking")) / FILE).read_text())
    assert tables[0] == tables[1] and len(read_questions(mine, mine.module("benchmarking"))) == 2
    take_in(mine, tmp_path / "eve", {"eve/benchmarking_dev.ipynb": a_notebook("one")})
    assert len(read_questions(mine, mine.module("benchmarking"))) == 1


def test_one_file_from_two_people_is_named(course, module, tmp_path):
    files = {f"{who}/benchmarking_dev.ipynb": a_notebook("shared") for who in ("ada", "bob")}
    take_in(course, tmp_path / "in", files | {"cy/benchmarking_dev.ipynb": a_notebook("own")})
    assert odd(course, module) == {(("ada", "bob"), "the same file, byte for byte")}
    assert oddities_of(course, module, records(course, module), ["cy"]) == (), "files that nobody has begun are alike"


def test_a_groups_work_is_odd_in_nothing_and_compared_once(course, module, tmp_path):
    course.roster.parent.mkdir(exist_ok=True)
    course.roster.write_text("id,name,email,number,section,group\nada,,,,,group_1\nbob,,,,,group_1\ncy,,,,,\n")
    files = {"group_1_77_assignsubmission_file/benchmarking_dev.ipynb": a_notebook("ours")}
    collect(course, a_zip(tmp_path / "moodle.zip", files), module)
    found = records(course, module)
    assert sorted(found) == ["ada", "bob"] and same_files(found) == []
    assert one_of_each_group(["ada", "bob", "cy"], found) == ["ada", "cy"]


NAMES = {"final.ipynb": True, "tensor_dev.ipynb": True, "benchmarking.ipynb": False, "12_benchmarking (2).ipynb": False}


@pytest.mark.parametrize(("name", "is_odd"), NAMES.items())
def test_a_name_that_does_not_tell_the_module(course, module, tmp_path, name, is_odd):
    take_in(course, tmp_path / "in", {f"ada/{name}": a_notebook("a")})
    assert any(words == "its name does not tell the module" for _, words in odd(course, module)) == is_odd


def test_work_of_no_known_module_is_named_in_every_report(course, module, tmp_path):
    take_in(course, tmp_path / "in", {"ada/homework.ipynb": a_notebook("x", "nothing_known")}, module=None)
    for each in course.modules:
        assert [who for who, _ in odd(course, each)] == [("ada",)]


def test_a_name_is_no_formula_and_one_line(course, module, tmp_path):
    take_in(course, tmp_path / "in", {"=benchmarking_dev\n.ipynb": a_notebook("x")}, module="tensor")
    (found,) = read_questions(course, course.module("tensor"))
    assert found.file.startswith("'=") and "\n" not in found.file and found.words


def test_a_table_that_was_spoilt_is_told(course, module, tmp_path):
    take_in(course, tmp_path / "in", {"benchmarking_dev.ipynb": a_notebook("whose")})
    (course.handins(module) / FILE).write_text("who,what\nx,y\n")
    with pytest.raises(CourseError, match=r"questions\.csv can't be read"):
        read_questions(course, module)
