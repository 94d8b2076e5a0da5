"""The author's verbs, as they are typed."""

import zipfile

import pytest

from tests.support.toy_course import ANSWERS, CHECKS, COUNTING, COUNTING_TOML, write_module
from tito.cli.app import main
from tito.course.course import Course
from tito.lesson.notebook import read


@pytest.fixture
def here(course, monkeypatch):
    """The course, with us standing in it."""
    monkeypatch.chdir(course.root)
    return course


def test_build_makes_the_notebooks_and_prints_their_paths(here, capsys):
    assert main(["build"]) == 0
    paths = capsys.readouterr().out.split()
    assert paths == ["course/source/01_counting/counting_dev.ipynb", "course/source/02_adding/adding_dev.ipynb"]
    assert all(read(here.root / path).cells for path in paths)


def test_build_says_where_a_mistake_is(here, capsys):
    module = here.module("counting")
    module.source.write_text(
        COUNTING.replace("    return number * 2\n    ### END SOLUTION\n", "    return number * 2\n")
    )
    assert main(["build", "counting"]) == 3
    said = capsys.readouterr().err
    assert "never closed" in said and "counting_dev.py:" in said and "Traceback" not in said


def test_export_puts_the_reference_into_the_package(here, capsys):
    assert main(["export", "counting"]) == 0
    assert capsys.readouterr().out == "tinytorch/core/counting.py\n"
    assert "number * 2" in (here.root / "tinytorch/core/counting.py").read_text()


def test_a_module_that_is_not_there_is_told(here, capsys):
    assert main(["release", "conting"]) == 2
    assert "Did you mean 'counting'?" in capsys.readouterr().err


@pytest.mark.slow
def test_an_unsound_release_says_what_is_wrong_and_where(here, capsys, snapshot):
    module = here.module("counting")
    module.source.write_text(COUNTING.replace("return number * 2", "return number * 3"))
    (module.answers / "double.toml").write_text(ANSWERS["double"].replace("number * 2", "number * 3"))
    assert main(["release", "counting", "--jobs", "1"]) == 3
    assert capsys.readouterr().err == snapshot
    assert not here.released(module).exists()


@pytest.mark.slow
def test_release_writes_a_workspace_that_keeps_the_solution(here, capsys, snapshot, tmp_path):
    assert main(["release", "--jobs", "1", "--workspace", str(tmp_path / "learner")]) == 0
    printed = capsys.readouterr()
    assert printed.err == snapshot
    assert printed.out == f"{tmp_path / 'learner'}\n"
    assert (tmp_path / "learner/.tito/release/01_counting/counting_dev.ipynb").is_file()


LEARNERS = [f"modules/01_counting/counting_dev{suffix}" for suffix in (".ipynb", ".py")]


def test_a_folder_is_ready_to_work_in_and_made_again_it_keeps_the_work(here, tmp_path, monkeypatch):
    monkeypatch.setattr("tito.authoring.release.release", _put_there)
    words, mine = ["release", "counting", "--workspace", str(tmp_path / "mine")], tmp_path / "mine"
    assert main(words) == 0
    assert all((mine / name).read_bytes() == _given(mine, name) for name in LEARNERS)
    (mine / LEARNERS[1]).write_text("# %%\nmy_own = 1\n", encoding="utf-8")
    assert main(words) == 0
    assert (mine / LEARNERS[1]).read_text(encoding="utf-8") == "# %%\nmy_own = 1\n"


def _given(mine, name):
    return (mine / ".tito/release" / name.removeprefix("modules/")).read_bytes()


def test_a_zip_holds_no_file_that_a_learner_edits(here, tmp_path, monkeypatch):
    monkeypatch.setattr("tito.authoring.release.release", _put_there)
    assert main(["release", "counting", "--workspace", str(tmp_path / "mine.zip")]) == 0
    names = zipfile.ZipFile(tmp_path / "mine.zip").namelist()
    assert "mine/modules/01_counting/module.toml" in names
    assert not {f"mine/{name}" for name in LEARNERS} & set(names)


def test_a_workspace_with_a_solution_in_it_is_refused(here, capsys, tmp_path, monkeypatch):
    from tito.authoring import workspace_texts

    monkeypatch.setattr("tito.authoring.release.release", _put_there)
    monkeypatch.setattr(workspace_texts, "readme", lambda modules: 'raise ValueError("items is empty")\n')
    assert main(["release", "counting", "--workspace", str(tmp_path / "learner")]) == 3
    said = capsys.readouterr().err
    assert "would give away a line of a solution" in said and "at:  README.md" in said
    assert not (tmp_path / "learner").exists()


def _put_there(course, module, **options):
    from tito.authoring.release import Release
    from tito.lesson.build import built
    from tito.lesson.nbgrader_steps import stripped
    from tito.lesson.notebook import write

    return Release(module, (), write(stripped(course, module, built(course, module)), course.released(module)))


@pytest.mark.slow
def test_a_broken_source_stops_no_other_release(here, capsys, snapshot):
    module = here.module("counting")
    module.source.write_text(
        COUNTING.replace("    return number * 2\n    ### END SOLUTION\n", "    return number * 2\n")
    )
    write_module(
        here.root,
        "03_doubling",
        COUNTING.replace("core.counting", "core.doubling"),
        COUNTING_TOML.replace("core.counting", "core.doubling"),
        ANSWERS,
        CHECKS,
    )
    assert main(["release", "--jobs", "1"]) == 3
    said = capsys.readouterr().err
    assert said[said.index("1 of 3 modules released") :] == snapshot
    assert here.released(Course(here.root).module("doubling")).is_file()
