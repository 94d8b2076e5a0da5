"""Hand-ins in every usual shape, and in some that nobody should send."""

import os
import stat
import zipfile

import pytest

from tests.support.inbox import JANUARY, a_notebook, a_zip, submitted, write_small_course
from tito.classroom.collect import collect
from tito.classroom.intake.archive import UNREADABLE
from tito.support.errors import UsageError


@pytest.fixture
def course(tmp_path):
    return write_small_course(tmp_path / "course-root")


@pytest.fixture
def handed_in(tmp_path):
    root = tmp_path / "inbox"
    root.mkdir()

    def put(path, content=None, at=JANUARY):
        file = root / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(a_notebook(path) if content is None else content)
        os.utime(file, (at.timestamp(), at.timestamp()))
        return file

    put.root = root
    return put


@pytest.mark.parametrize(
    "path, learner",
    [
        ("s001_benchmarking_dev.ipynb", "s001"),
        ("benchmarking_dev-s001.ipynb", "s001"),
        ("benchmarking_dev-12345.ipynb", "12345"),
        ("12_benchmarking_s001.ipynb", "s001"),
        ("s001_benchmarking_dev (1).ipynb", "s001"),
        ("s001/benchmarking_dev.ipynb", "s001"),
        ("s001/12_benchmarking/benchmarking_dev.ipynb", "s001"),
        ("s001/modules/12_benchmarking/benchmarking_dev.ipynb", "s001"),
        ("download/s001/benchmarking_dev.ipynb", "s001"),
        ("Benchmarking_ada_attempt_2026-01-14-10-15-00_benchmarking_dev.ipynb", "ada"),
    ],
)
def test_the_learner_is_found_in_the_name(course, handed_in, path, learner):
    handed_in(path)
    result = collect(course, handed_in.root, course.module("benchmarking"))
    assert submitted(course) == {learner: path}
    assert [arrival.person for arrival in result.taken] == [learner] and not result.unclaimed
    assert (course.submitted(learner, course.module("12")) / "timestamp.txt").read_text() == "2026-01-14 10:15:00 UTC\n"


@pytest.mark.parametrize(
    "path, learner",
    [
        ("lovelaceada_12345_67890_benchmarking_dev.ipynb", "lovelaceada-12345"),
        ("lovelaceada_12345_67890_benchmarking_dev-1.ipynb", "lovelaceada-12345"),
        ("lovelaceada_LATE_12345_67890_benchmarking_dev.ipynb", "lovelaceada-12345"),
        ("Ada Lovelace_12345_assignsubmission_file_/benchmarking_dev.ipynb", "Ada_Lovelace-12345"),
        ("Zoë O'Hara_12_assignsubmission_file_/work.ipynb", "Zoë_O_Hara-12"),
    ],
)
def test_a_download_of_unpacked_files_tells_no_time(course, handed_in, path, learner):
    handed_in(path)
    result = collect(course, handed_in.root, course.module("benchmarking"))
    assert submitted(course) == {learner: path}
    assert [(arrival.person, arrival.at) for arrival in result.taken] == [(learner, None)]
    assert not (course.submitted(learner, course.module("12")) / "timestamp.txt").exists()


def test_a_learner_is_told_from_a_folder_of_the_class(course, handed_in):
    for path in ("week3/s001.ipynb", "week3/s002.ipynb", "s003/whatever.ipynb", "s004/benchmarking_dev.ipynb"):
        handed_in(path)
    collect(course, handed_in.root, course.module("benchmarking"))
    assert set(submitted(course)) == {"s001", "s002", "s003", "s004"}


def test_scratch_notebooks_beside_the_work_do_not_count(course, handed_in):
    handed_in("s001/benchmarking_dev.ipynb")
    handed_in("s001/scratch.ipynb", a_notebook("scratch", check="none"), at=JANUARY.replace(day=15))
    handed_in("s001/tinytorch/core/benchmarking.py", b"x = 1\n", at=JANUARY.replace(day=16))
    collect(course, handed_in.root, course.module("benchmarking"))
    assert submitted(course) == {"s001": "s001/benchmarking_dev.ipynb"}


def test_the_module_is_found_in_the_name_or_in_the_cells(course, handed_in):
    handed_in("s001_benchmarking_dev.ipynb")
    handed_in("s002.ipynb", a_notebook("by its cells", check="add"))
    collect(course, handed_in.root)
    assert course.learners(course.module("benchmarking")) == ("s001",)
    assert course.learners(course.module("tensor")) == ("s002",)


def test_work_for_another_module_is_left_and_said(course, handed_in):
    handed_in("s001_tensor_dev.ipynb", a_notebook(check="add"))
    result = collect(course, handed_in.root, course.module("benchmarking"))
    assert not result.taken and "for 01 tensor, not for 12 benchmarking" in result.unclaimed[0].reason


def test_titos_zip_names_learner_and_module(course, handed_in):
    manifest = {"learner": "s007", "module": "12_benchmarking", "submitted_at": "2026-01-13T09:00:00+00:00"}
    name = "12_benchmarking-s007-20260113T090000Z.zip"
    packed = a_zip(handed_in.root / name, {"benchmarking_dev.ipynb": a_notebook("packed")}, manifest)
    os.utime(packed, (JANUARY.timestamp(), JANUARY.timestamp()))
    result = collect(course, handed_in.root)
    assert submitted(course) == {"s007": "packed"}
    assert result.taken[0].at == JANUARY and not result.needs_person


def test_a_manifest_overrides_no_name(course, handed_in):
    manifest = {"learner": "ann", "module": "benchmarking"}
    a_zip(handed_in.root / "mallory.zip", {"benchmarking_dev.ipynb": a_notebook()}, manifest)
    result = collect(course, handed_in.root)
    assert set(submitted(course)) == {"mallory"} and result.needs_person
    assert result.taken[0].notes == ("its zip says 'ann': taken as mallory",)


def test_a_manifest_alone_is_asked_about(course, handed_in):
    a_zip(handed_in.root / "homework (1).zip", {"benchmarking_dev.ipynb": a_notebook()}, {"learner": "ann"})
    result = collect(course, handed_in.root)
    assert not submitted(course) and "does not tell whose" in result.unclaimed[0].reason and result.needs_person


def test_a_platform_knows_better_than_a_manifest(course, handed_in):
    manifest = {"learner": "someoneelse", "module": "benchmarking"}
    a_zip(handed_in.root / "lovelaceada_1_2_work.zip", {"benchmarking_dev.ipynb": a_notebook()}, manifest)
    collect(course, handed_in.root)
    assert set(submitted(course)) == {"lovelaceada-1"}


def test_a_whole_download_may_be_one_zip(course, tmp_path):
    inner = a_zip(tmp_path / "inner.zip", {"benchmarking_dev.ipynb": a_notebook("zip in zip")}, {"learner": "s002"})
    download = a_zip(
        tmp_path / "download.zip",
        {
            "class/Ada Lovelace_1_assignsubmission_file_/benchmarking_dev.ipynb": a_notebook("moodle"),
            "class/12_benchmarking-s002-20260114T101500Z.zip": inner.read_bytes(),
        },
    )
    collect(course, download, course.module("benchmarking"))
    assert submitted(course) == {"Ada_Lovelace-1": "moodle", "s002": "zip in zip"}


def test_a_zip_member_without_a_name_costs_nothing_else(course, tmp_path):
    files = {
        "class/Ada Lovelace_1_assignsubmission_file_/benchmarking_dev.ipynb": a_notebook("moodle"),
        "nameless": b"x",
    }
    download = a_zip(tmp_path / "download.zip", files)
    download.write_bytes(download.read_bytes().replace(b"nameless", b"\0ameless"))  # a name ends at its first zero
    collect(course, download, course.module("benchmarking"))
    assert submitted(course) == {"Ada_Lovelace-1": "moodle"}


def test_a_percent_file_becomes_a_notebook(course, handed_in):
    handed_in("s001_benchmarking_dev.py", b'# %% nbgrader={"grade": false, "grade_id": "given"}\nx = 1\n')
    collect(course, handed_in.root)
    assert submitted(course) == {"s001": "x = 1"}


def test_namesakes_stay_two_learners_also_next_time(course, handed_in):
    handed_in("smithjo_11_1_benchmarking_dev.ipynb")
    handed_in("smithjo_22_2_benchmarking_dev.ipynb")
    for _ in range(2):
        collect(course, handed_in.root)
        assert submitted(course) == {
            "smithjo-11": "smithjo_11_1_benchmarking_dev.ipynb",
            "smithjo-22": "smithjo_22_2_benchmarking_dev.ipynb",
        }


def test_the_latest_counts_and_all_are_kept(course, handed_in):
    handed_in("s001_benchmarking_dev.ipynb", a_notebook("first"))
    collect(course, handed_in.root)
    handed_in("s001_benchmarking_dev.ipynb", a_notebook("second"), at=JANUARY.replace(day=15))
    collect(course, handed_in.root)
    assert submitted(course) == {"s001": "second"}
    assert len(list((course.handins(course.module("12")) / "s001").glob("*.ipynb"))) == 2


def test_a_deadline_takes_the_last_before_it(course, handed_in):
    handed_in("s001_benchmarking_dev.ipynb", a_notebook("in time"))
    handed_in("s001/benchmarking_dev.ipynb", a_notebook("too late"), at=JANUARY.replace(day=20))
    handed_in("s002_LATE_1_2_benchmarking_dev.ipynb")
    collect(course, handed_in.root)
    assert submitted(course)["s001"] == "too late"
    result = collect(course, handed_in.root, course.module("benchmarking"), deadline=JANUARY.replace(day=16))
    assert submitted(course) == {"s001": "in time"}
    assert [(a.decision, a.reason) for a in result.taken if a.person == "s002-1"] == [
        ("kept", "late (LATE): kept, not graded")
    ]


def test_collecting_twice_changes_nothing(course, handed_in):
    handed_in("s001_benchmarking_dev.ipynb")
    handed_in("s002_benchmarking_dev.ipynb", b"not JSON")

    def state():
        return {p: (p.stat().st_mtime_ns, p.read_bytes()) for p in course.nbgrader_root.rglob("*") if p.is_file()}

    collect(course, handed_in.root)
    before = state()
    collect(course, handed_in.root)
    assert state() == before


@pytest.mark.parametrize(
    "content, why",
    [
        (b"", "is empty"),
        (b"\xff\xfe\x00", "not text in UTF-8"),
        (b"not JSON", "not JSON"),
        (b"[1, 2]", "not a notebook"),
        (b'{"nbformat": 3, "worksheets": []}', "format 3"),
        (b"[" * 100_000, "not JSON"),
    ],
)
def test_what_cannot_be_read_is_recorded_and_stops_nobody(course, handed_in, content, why):
    handed_in("s001_benchmarking_dev.ipynb", content)
    handed_in("s002_benchmarking_dev.ipynb")
    result = collect(course, handed_in.root)
    assert set(submitted(course)) == {"s002"}
    unreadable = result.taken[0]
    assert unreadable.decision == "unreadable" and result.needs_person
    assert why in unreadable.reason and "s001_benchmarking_dev.ipynb" in unreadable.reason
    assert why in (course.submitted("s001", course.module("12")) / UNREADABLE).read_text()


def test_an_unreadable_file_does_not_displace_readable_work(course, handed_in):
    handed_in("s001_benchmarking_dev.ipynb")
    handed_in("s001_benchmarking_dev (1).ipynb", b"broken", at=JANUARY.replace(day=15))
    collect(course, handed_in.root)
    assert submitted(course) == {"s001": "s001_benchmarking_dev.ipynb"}


def test_another_kind_of_file_is_unreadable_as_work(course, handed_in):
    handed_in("lovelaceada_1_2_essay.docx", b"PK..")
    handed_in("roster.csv", b"s001,Ada\n")
    result = collect(course, handed_in.root, course.module("benchmarking"))
    assert [(a.person, a.reason) for a in result.taken] == [("lovelaceada-1", "essay.docx is not a notebook")]
    assert [(a.file, a.decision) for a in result.arrivals if not a.is_taken] == [("roster.csv", "left alone")]


def test_a_link_is_not_followed(course, handed_in, tmp_path):
    secret = tmp_path / "secret.ipynb"
    secret.write_bytes(a_notebook("secret"))
    (handed_in.root / "s001_benchmarking_dev.ipynb").symlink_to(secret)
    result = collect(course, handed_in.root)
    assert result.taken[0].reason == "it is a link, not a file"
    assert not submitted(course)


@pytest.mark.slow
def test_a_zip_cannot_reach_out_or_blow_up(course, handed_in, tmp_path):
    a_zip(handed_in.root / "s001.zip", {"../../evil_dev.ipynb": a_notebook()})
    a_zip(handed_in.root / "s002.zip", {"benchmarking_dev.ipynb": b" " * 30_000_000})
    (handed_in.root / "s003.zip").write_bytes(b"PK\x03\x04 truncated")
    link = zipfile.ZipInfo("benchmarking_dev.ipynb")
    link.external_attr = (stat.S_IFLNK | 0o777) << 16
    with zipfile.ZipFile(handed_in.root / "s004.zip", "w") as archive:
        archive.writestr(link, "/etc/passwd")
    result = collect(course, handed_in.root, course.module("benchmarking"))
    problems = {arrival.person: arrival.reason for arrival in result.taken}
    assert not submitted(course) and not list(tmp_path.rglob("evil*"))
    assert "leads out of the zip" in problems["s001"] and "larger than 20 MB" in problems["s002"]
    assert "not a zip" in problems["s003"] and "is a link" in problems["s004"]


def test_a_file_of_nobody_is_said(course, handed_in):
    handed_in("benchmarking_dev.ipynb")
    result = collect(course, handed_in.root)
    assert "does not tell whose it is" in result.unclaimed[0].reason


def test_no_such_folder(course, tmp_path):
    with pytest.raises(UsageError, match="is not there"):
        collect(course, tmp_path / "nowhere")
