"""One term, from the list of the class to the last mark, by the commands that an instructor types.

Sixty people and three modules: two who share a name, one who changes hers, people who come late to the course, late
work with and without an extension, second attempts, hand-ins taken back, two platforms for one module, a corrected
check, a corrected release, a renamed check, marks given by hand, and a course that moves to another folder. At the end
every mark is as `term.csv` has it, which was written by hand.
"""

import csv
import io
import shutil

import pytest

from tests.support.inbox import a_folder
from tests.support.term import (
    CORRECTED_ADD,
    CORRECTED_SMALLEST,
    Downloads,
    class_list,
    content,
    day,
    learners,
    spread,
    write_term_course,
)
from tests.support.toy_class import nbgraders_own
from tests.support.toy_course import rename_check
from tito.classroom.gradebook import gradebook
from tito.cli.app import main
from tito.course.course import Course

pytestmark = pytest.mark.slow

PEOPLE = learners()
STATUS = {"late": "handed in late", "none": "not handed in", "withdrawn": "withdrawn"}


class Term:
    """An instructor's terminal, the course, and the downloads that come in."""

    def __init__(self, folder, monkeypatch, capsys):
        self.folder, self._monkeypatch, self._capsys = folder, monkeypatch, capsys
        self.downloads = Downloads(folder)
        (folder / "course").mkdir()
        self.go_to(write_term_course(folder / "course").root)

    def go_to(self, root):
        self.course = Course(root)
        self._monkeypatch.chdir(root)

    def tito(self, *words, code=0):
        """Type a command; what it prints, to stdout and stderr."""
        found = main([str(word) for word in words])
        out, err = self._capsys.readouterr()
        assert found == code, f"tito {' '.join(map(str, words))} ended with {found}\n{out}\n{err}"
        return out, err

    def work(self, who, module, word=""):
        """What somebody hands in for a module: what the table says unless a word is given."""
        return content(self.course, module, word or PEOPLE[who].works[module], who)

    def marks(self, module):
        """The marks of everybody as `tito report --csv` has them: points, or why there are none."""
        self.tito("report", module, "--csv", self.folder / "marks.csv")
        rows = csv.DictReader(io.StringIO((self.folder / "marks.csv").read_text(encoding="utf-8")))
        return {row["learner"]: row["points"] or row["status"] for row in rows}


@pytest.fixture
def term(tmp_path, monkeypatch, capsys):
    return Term(tmp_path, monkeypatch, capsys)


def by_number(first, last):
    return [who for who, each in PEOPLE.items() if first <= int(each.number) <= last]


def lines_with(text, *words):
    return [line for line in text.splitlines() if all(word in line for word in words)]


def test_a_term(term):
    the_class_is_known(term)
    counting_is_handed_in_on_canvas(term)
    counting_is_handed_in_again(term)
    marks_are_given_by_hand(term)
    adding_is_handed_in_on_moodle(term)
    adding_gets_a_corrected_release(term)
    the_course_moves(term)
    adding_is_handed_in_on_gradescope_too(term)
    sorting_is_handed_in_by_the_exchange_and_on_canvas(term)
    counting_gets_a_renamed_check(term)
    sorting_gets_a_corrected_check(term)
    every_mark_is_as_expected(term)


def the_class_is_known(term):
    """The list of the class has everybody but four who come later."""
    first = [PEOPLE[who] for who in by_number(10101, 10156)]
    term.tito("roster", "import", class_list(term.folder / "class.csv", first))
    term.tito("release", "counting")
    term.tito("deadline", "counting", "2026-01-14T23:59+00:00")


def counting_is_handed_in_on_canvas(term):
    """Everybody but three hands in; Canvas says who was late."""
    for who, learner in PEOPLE.items():
        word = learner.works["counting"]
        if word != "none":
            late = word == "late"
            work = term.work(who, "counting", "full" if late else "")
            term.downloads.canvas(learner, "counting", work, late=late)
    out, err = term.tito("collect", term.downloads.packed(day(1, 15)), "counting", code=1)
    assert len(lines_with(out, "✓")) == 52 and len(lines_with(out, "not on the roster")) == 4
    assert lines_with(err, "58 files: 56 count, 2 late"), err
    assert "new on the roster: fernleynew-10157, fernleynew-10160, flaxlate-10158, furzeadd-10159" in err
    term.tito("roster", "import", class_list(term.folder / "class.csv", list(PEOPLE.values())))
    term.tito("deadline", "counting", "2026-01-19T23:59+00:00", "--learner", "ffir")
    term.tito("withdraw", "counting", "iivy")
    term.tito("withdraw", "counting", "jjuniper")
    term.tito("grade", "counting")


def counting_is_handed_in_again(term):
    """Three days later Canvas gives everything once more, second attempts beside the first."""
    for who, late in (("ggorse", False), ("hhazel", True), ("jjuniper", False)):
        term.downloads.canvas(PEOPLE[who], "counting", term.work(who, "counting", "full"), again=1, late=late)
    nora, full = PEOPLE["nfell"], term.work("nfell", "counting", "full")
    term.downloads.canvas(nora, "counting", full, again=1, name="winternora")
    out, _ = term.tito("collect", term.downloads.packed(day(1, 18)), "counting", code=1)
    assert lines_with(out, "! nfell", "the roster calls 10125 'Fell, Nora', here it is 'winternora'")
    assert lines_with(out, "iivy", "withdrawn: kept, does not count") and lines_with(
        out, "✓ jjuniper", "counting_dev-1"
    )
    assert lines_with(out, "hhazel", "late (LATE): kept, not graded")
    term.tito("grade", "counting")
    roster = term.course.roster
    roster.write_text(roster.read_text(encoding="utf-8").replace("Fell, Nora", "Nora Winter"), encoding="utf-8")


def marks_are_given_by_hand(term):
    """In formgrader the instructor gives points of her own."""
    with nbgraders_own(term.course) as theirs:
        theirs.find_grade("count", "counting_dev", "01_counting", "wweld").manual_score = 5.5
        theirs.find_grade("double", "counting_dev", "01_counting", "yyew").manual_score = 1.0
        theirs.db.commit()
    term.tito("grade", "counting", "--again")


def adding_is_handed_in_on_moodle(term):
    """One half of the class uses Moodle, which numbers them anew, and tells two Kim Brooks by nothing."""
    term.tito("release", "adding")
    term.tito("deadline", "adding", "2026-01-26T23:59+00:00")
    term.downloads.files.clear()
    for who in by_number(10101, 10132):
        if PEOPLE[who].works["adding"] != "none":
            work = term.work(who, "adding", "wrong" if who == "ccedar" else "")
            term.downloads.moodle(PEOPLE[who], "adding", work, "Nora Winter" if who == "nfell" else "")
    out, err = term.tito("collect", term.downloads.packed(day(1, 25)), "adding", code=1)
    assert len(lines_with(out, "! Kim Brook", "Kim Brook may be kbrook1 or kbrook2")) == 2
    assert lines_with(err, "31 files: 29 count, 2 asked about"), err
    asked = {f"{who}/adding_dev.ipynb": term.work(who, "adding") for who in ("kbrook1", "kbrook2")}
    term.tito("collect", a_folder(term.folder / "the Kim Brooks", asked, at=day(1, 25)), "adding")
    term.tito("grade", "adding")
    assert term.marks("adding")["hholt"] == "5"


def adding_gets_a_corrected_release(term):
    """The lesson and its check are corrected: `return 5` passes no more. Five people have the old notebook open."""
    module = term.course.module("adding")
    term.in_old_notebooks = {who: term.work(who, "adding") for who in by_number(10149, 10154) if who != "aash"}
    module.check_file("add").write_text(CORRECTED_ADD, encoding="utf-8")
    lesson = module.source.read_text(encoding="utf-8").replace("Counts added up.", "Two counts, added up.")
    module.source.write_text(lesson, encoding="utf-8")
    term.go_to(term.course.root)
    term.tito("release", "adding")
    out, _ = term.tito("grade", "adding", "--preview")
    assert [line.split() for line in out.splitlines()] == [
        [who, "5", "→", "0", "add", "5", "→", "0"] for who in ("eellwood", "hholt", "wwillow")
    ]


def the_course_moves(term):
    """The course's folder gets another name and place."""
    moved = term.folder / "archive" / "50% of the year?"
    moved.parent.mkdir()
    shutil.move(term.course.root, moved)
    term.go_to(moved)


def adding_is_handed_in_on_gradescope_too(term):
    """The other half uses Gradescope, and four people use both; some still work in the old notebook."""
    term.downloads.files.clear()
    start = day(1, 24)
    for n, who in enumerate(by_number(10129, 10160)):
        word, at = PEOPLE[who].works["adding"], spread(start, n)
        if who == "bbirch":
            word, at = "full", day(1, 26)
        elif word == "late":
            word, at = "full", spread(day(1, 27), n)
        if word != "none":
            work = term.in_old_notebooks.get(who) or term.work(who, "adding", word)
            term.downloads.gradescope(PEOPLE[who], "adding", work, at)
    spruce = term.work("sspruce", "adding", "full")
    term.downloads.gradescope(PEOPLE["sspruce"], "adding", spruce, day(1, 26, 13), again=1)
    download = term.downloads.packed(day(1, 28))
    out, _ = term.tito("collect", download, "adding", code=1)
    assert lines_with(out, "qquill", "late (") and lines_with(out, "rrush", "late (")
    term.tito("deadline", "adding", "2026-01-28T12:00+00:00", "--learner", "rrush")
    term.tito("collect", download, "adding", code=1)
    out, err = term.tito("grade", "adding")
    # the 31 from Moodle but for bbirch, who handed in anew, and the five with the old notebook: said once for them
    assert len(lines_with(err, "35 of ", 'learners: changed the locked cell "add"')) == 1
    assert len(lines_with(err, 'locked cell "add"')) == 1
    changed = {line.split()[0] for line in out.splitlines() if "→" in line}
    assert changed == {"eellwood", "hholt", "wwillow", "bbirch"}


def sorting_is_handed_in_by_the_exchange_and_on_canvas(term):
    """nbgrader's exchange has everybody; three hand in on Canvas, too."""
    term.tito("deadline", "sorting", "2026-02-10T23:59+00:00")
    term.downloads.files.clear()
    for n, (who, learner) in enumerate(PEOPLE.items()):
        word, at = learner.works["sorting"], spread(day(2, 8), n)
        if word == "late":
            word, at = "full", day(2, 11)
        if word != "none":
            work = term.work(who, "sorting", word)
            term.downloads.exchange(learner, "03_sorting", "sorting", work, at)
    maple = term.work("mmaple", "sorting", "full")
    term.downloads.exchange(PEOPLE["mmaple"], "03_sorting", "sorting", maple, day(2, 9))
    out, _ = term.tito("collect", term.downloads.packed(day(2, 11)), "sorting", code=1)
    assert lines_with(out, "✓ mmaple", "attempt 2 of 2") and lines_with(out, "kkale", "late (")
    term.downloads.files.clear()
    for who, word in (("nnutmeg", "reversed"), ("ooak", "full"), ("ppine", "full")):
        term.downloads.canvas(PEOPLE[who], "sorting", term.work(who, "sorting", word))
    term.tito("collect", term.downloads.packed(day(2, 10)), "sorting")
    term.tito("deadline", "sorting", "2026-02-12", "--learner", "llarch")
    term.tito("grade", "sorting")


def counting_gets_a_renamed_check(term):
    """`double` is called `twice` from now on: nobody's marks change, those by hand stand under the new name.

    Then hhazel gets an extension, and her second attempt counts, which has the check under its old name.
    """
    term.go_to(rename_check(term.course, "double", "twice").root)
    assert "→" not in term.tito("grade", "counting", "--preview")[0]
    assert "→" not in term.tito("grade", "counting")[0]
    with gradebook.opened(term.course) as book:
        marks = book.marks(term.course.module("counting"))["yyew"].marks
    assert set(marks) == {"count", "twice", "why"} and marks["twice"].manual == 1.0
    term.tito("deadline", "counting", "2026-01-20T23:59+00:00", "--learner", "hhazel")
    out, _ = term.tito("grade", "counting")
    assert [line.split()[:4] for line in out.splitlines() if "→" in line] == [["hhazel", "8", "→", "10"]]


def sorting_gets_a_corrected_check(term):
    """The check `smallest` wanted None where the lesson allows a ValueError as well: five people get four points."""
    term.course.module("sorting").check_file("smallest").write_text(CORRECTED_SMALLEST, encoding="utf-8")
    term.go_to(term.course.root)
    out, err = term.tito("grade", "sorting")
    raising = sorted(who for who, each in PEOPLE.items() if each.works["sorting"] == "raises")
    changed = [line.split() for line in out.splitlines() if "→" in line]
    assert changed == [[who, "6", "→", "10", "smallest", "0", "→", "4"] for who in raising]
    assert "others stay" in err


def every_mark_is_as_expected(term):
    """Against the table, for everybody and nobody else."""
    for module in ("counting", "adding", "sorting"):
        expected = {who: STATUS.get(each.marks[module], each.marks[module]) for who, each in PEOPLE.items()}
        assert term.marks(module) == expected, module
