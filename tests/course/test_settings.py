"""Settings that people edit by hand: a value of the wrong kind is named, and so is a file in another encoding."""

import pytest

from tito.course.course import Course, Workspace, read_module
from tito.support.errors import CourseError, UsageError
from tito.workspace.folder.learner_id import learner_of, remember_learner

TOML = "\n".join(
    [
        'title = "Counting"',
        'exports = "tinytorch.core.counting"',
        "[[check]]",
        'id = "count"',
        "points = 6",
        'hints = ["Why?"]',
        "",
    ]
)


def module_of(tmp_path, text: str | bytes):
    home = tmp_path / "01_counting"
    home.mkdir(exist_ok=True)
    (home / "module.toml").write_bytes(text if isinstance(text, bytes) else text.encode())
    return read_module(home)


def test_a_sound_file_is_read(tmp_path):
    module = module_of(tmp_path, 'needs = ["tensor"]\n' + TOML)
    assert (module.title, module.needs, module.checks[0].points, module.checks[0].hints.texts) == (
        "Counting",
        ("tensor",),
        6.0,
        ("Why?",),
    )


@pytest.mark.parametrize("points", ["0", "2.5", "1_000"])
def test_points_may_be_any_amount(tmp_path, points):
    assert module_of(tmp_path, TOML.replace("6", points)).max_points == float(points)


@pytest.mark.parametrize(
    "points", ['"ten"', "-5", "-0.5", "true", "nan", "inf", "[6]", "{ count = 6 }", "1979-05-27", '""']
)
def test_points_that_are_no_amount_are_refused(tmp_path, points):
    with pytest.raises(
        CourseError, match=r"'points' of check \"count\" is .*; it should be a number from 0 on"
    ) as told:
        module_of(tmp_path, TOML.replace("6", points))
    assert "module.toml" in told.value.message and told.value.at.endswith("module.toml:5")


@pytest.mark.parametrize(
    "line, key",
    [
        ('title = "Counting"', "title"),
        ('exports = "tinytorch.core.counting"', "exports"),
        ('id = "count"', "id"),
    ],
)
@pytest.mark.parametrize("value", ["3", "true", '["a"]', "{ a = 1 }"])
def test_what_should_be_text_is_named_when_it_is_not(tmp_path, line, key, value):
    with pytest.raises(CourseError, match=f"'{key}'.* it should be text in quotes"):
        module_of(tmp_path, TOML.replace(line, f"{key} = {value}"))


@pytest.mark.parametrize("key", ["title", "exports", "id", "points"])
def test_a_key_that_is_missing_is_named(tmp_path, key):
    lines = [line for line in TOML.splitlines() if not line.startswith(key)]
    with pytest.raises(CourseError, match=f"lacks the key '{key}'"):
        module_of(tmp_path, "\n".join(lines))


@pytest.mark.parametrize("value", ['"tensor"', "1", "[1]", '["tensor", 2]', '[["tensor"]]', "true", "{ tensor = 1 }"])
def test_a_list_of_texts_is_nothing_else(tmp_path, value):
    with pytest.raises(CourseError, match=r"'needs' is .* a list of texts"):
        module_of(tmp_path, f"needs = {value}\n{TOML}")
    with pytest.raises(CourseError, match=r"'hints' of check \"count\" is .* a list of texts"):
        module_of(tmp_path, TOML.replace('["Why?"]', value))


@pytest.mark.parametrize("key", ["check", "question"])
@pytest.mark.parametrize("value", ['"count"', "3", '["count"]', "{ id = 'count', points = 3 }"])
def test_tables_are_written_once_for_each(tmp_path, key, value):
    text = 'title = "Counting"\nexports = "tinytorch.core.counting"\n'
    with pytest.raises(CourseError, match=rf"'{key}' is .* written \[\[{key}\]\]"):
        module_of(tmp_path, f"{text}{key} = {value}\n")
    with pytest.raises(CourseError, match=f"'{key}' is a table"):
        module_of(tmp_path, f"{text}[{key}]\nid = 'count'\npoints = 3\n")


@pytest.mark.parametrize("value", ["0", "-1", "inf", "nan", "true", '"long"', "[1]"])
def test_a_time_that_is_none_is_refused(tmp_path, value):
    with pytest.raises(CourseError, match=r"'hand_in_s' is .* a number of seconds above 0"):
        module_of(tmp_path, f"hand_in_s = {value}\n{TOML}")


def test_a_module_may_give_more_time(tmp_path):
    assert module_of(tmp_path, f"hand_in_s = 300\n{TOML}").hand_in_s == 300
    assert module_of(tmp_path, TOML).hand_in_s == 120


@pytest.mark.parametrize("text", ["[[", "title = ", "= 3", "title = 'a'\ntitle = 'b'", "x = " + "[" * 5000])
def test_what_is_no_toml_is_told(tmp_path, text):
    with pytest.raises(CourseError, match=r"module.toml can't be read"):
        module_of(tmp_path, text)


def test_a_byte_order_mark_and_windows_lines_are_no_mistake(tmp_path):
    data = b"\xef\xbb\xbf" + TOML.replace("\n", "\r\n").encode()
    assert module_of(tmp_path, data) == module_of(tmp_path, TOML)


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-32", "cp1252", "latin-1"])
def test_another_encoding_is_refused_in_words(tmp_path, encoding):
    data = TOML.replace("Why", "Für was").encode(encoding)
    with pytest.raises(CourseError, match=r"module.toml (is not text in UTF-8|can't be read)"):
        module_of(tmp_path, data)
    (tmp_path / "workspace.toml").write_bytes('learner = "Jörg"\n'.encode(encoding))
    with pytest.raises(UsageError, match=r"workspace.toml (is not text in UTF-8|can't be read)"):
        learner_of(Workspace(tmp_path))


@pytest.mark.parametrize("text, learner", [('learner = "s1"', "s1"), ("learner = 10103", "10103"), ("", "")])
def test_the_learner_is_read_from_the_workspace(tmp_path, text, learner):
    (tmp_path / "workspace.toml").write_bytes(b"\xef\xbb\xbf" + text.encode() + b"\r\n")
    assert learner_of(Workspace(tmp_path)) == learner
    remember_learner(Workspace(tmp_path), "s2")
    assert learner_of(Workspace(tmp_path)) == "s2"


@pytest.mark.parametrize("value", ["true", "1.5", '["s1"]', "{ id = 's1' }"])
def test_a_learner_is_a_text(tmp_path, value):
    (tmp_path / "workspace.toml").write_text(f"learner = {value}\n")
    with pytest.raises(UsageError, match=r"'learner' is .* text in quotes"):
        learner_of(Workspace(tmp_path))


def test_every_module_of_the_course_is_sound():
    from tests.support.toy_course import PROJECT

    assert all(module.checks for module in Course(PROJECT).modules)
