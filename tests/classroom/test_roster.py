"""The roster: lists from elsewhere are taken in, and who is known keeps one id."""

from dataclasses import replace

import pytest

from tests.support.inbox import write_small_course
from tito.classroom.intake.claims import Owner
from tito.classroom.intake.people.identify import identify
from tito.classroom.intake.people.roster import MOST_PAIRS, Person, Roster, read_roster, write_roster
from tito.classroom.intake.people.roster_import import imported, read_people
from tito.support.errors import CourseError, UsageError

ADA = Person("ada", "Ada Loveday", "ada@u.e", "101")
LISTS = {
    "nbgrader": ("id,first_name,last_name,email,lms_user_id\nada,Ada,Loveday,ada@u.e,101\n", ADA),
    "Canvas": (
        "Student,ID,SIS User ID,SIS Login ID,Section\n    Points Possible,,,,\n"
        '"Loveday, Ada",101,S77,ada,Blue\n"Student, Test",9,,,\n',
        Person("ada", "Loveday, Ada", "", "101", "Blue"),
    ),
    "Moodle, participants": (
        '"First name","Last name","ID number","Email address","Groups"\nAda,Loveday,101,ada@u.e,Team 4\n',
        replace(ADA, group="Team 4"),
    ),
    "Moodle, grading worksheet": (
        "Identifier,Full name,Email address,Status\nParticipant 101,Ada Loveday,ada@u.e,Submitted\n",
        ADA,
    ),
    "Brightspace": (
        "OrgDefinedId,Username,Last Name,First Name,Email,End-of-Line Indicator\n#101,#ada,Loveday,Ada,ada@u.e,#\n",
        ADA,
    ),
    "Gradescope": ("Name,Email,SID,Role\nAda Loveday,ada@u.e,101,Student\n", ADA),
    "with semicolons": (
        "id;name;email;number;section\nada;Ada Loveday;ada@u.e;101;B\n",
        replace(ADA, section="B"),
    ),
    "names alone": ("name\nAda Loveday\n", Person("Ada_Loveday", "Ada Loveday")),
}


@pytest.mark.parametrize("name", LISTS)
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_lists_of_the_class_are_read(tmp_path, name, encoding):
    text, right = LISTS[name]
    path = tmp_path / "class.csv"
    path.write_text(text, encoding=encoding)
    assert read_people(path) == [right]


def test_an_import_keeps_ids_and_fills_blanks():
    roster = Roster([Person("lovedayada-101", "lovedayada", "", "101")])
    done = imported(roster, [Person("ada", "Ada Loveday", "ada@u.e", "101", "B"), Person("ben", "Ben Stone")])
    assert (done.new, done.known, done.doubts) == (1, 1, ())
    assert set(done.roster.people) == {
        Person("lovedayada-101", "lovedayada", "ada@u.e", "101", "B"),
        Person("ben", "Ben Stone"),
    }
    assert imported(done.roster, list(done.roster.people)).roster.people == done.roster.people


def test_an_import_tells_namesakes_apart():
    namesakes = [Person("kim", "Kim Brook", "", "104"), Person("kim", "Kim Brook", "", "105")]
    done = imported(Roster([]), namesakes)
    assert [(p.id, p.number) for p in done.roster.people] == [("kim", "104"), ("kim-105", "105")]


@pytest.mark.parametrize("text", ["", "a,b\n1,2\n", "name\n\n"])
def test_a_list_of_nobody_is_refused(tmp_path, text):
    (tmp_path / "class.csv").write_text(text)
    with pytest.raises(UsageError, match="names nobody"):
        read_people(tmp_path / "class.csv")


@pytest.mark.parametrize("text, why", [("id\na/b\n", "no id that can name a folder"), ("id\nann\nANN\n", "two people")])
def test_a_broken_roster_is_told(tmp_path, text, why):
    course = write_small_course(tmp_path)
    course.roster.parent.mkdir()
    course.roster.write_text(text)
    with pytest.raises(CourseError, match=why):
        read_roster(course)


def test_it_is_written_and_read_alike(tmp_path):
    course, people = (
        write_small_course(tmp_path),
        (Person("a", 'A "B", C', "x@y", "1 2", "s", "g"), Person("星", "小河 星")),
    )
    write_roster(course, reversed(people))
    assert read_roster(course).people == people


KNOWN = Roster([
    Person("ada", "Ada Loveday", "ada@u.e", "101"),
    Person("kbrook", "Kim Brook", "kim@u.e", "104"),
    Person("kbrook2", "Kim Brook", "", "105"),
    Person("jon", "Jon Tal"),
])  # fmt: skip


@pytest.mark.parametrize(
    "owner, who",
    [
        (Owner("whoever", "101"), "ada"),
        (Owner(login="ADA"), "ada"),
        (Owner("someone", email="Kim@U.e"), "kbrook"),
        (Owner("Loveday Ada"), "ada"),
        (Owner("lovedayada"), "ada"),
        (Owner("Brook, Kim", "105"), "kbrook2"),
        (Owner("Kim Brook"), None),  # of two, which?
        (Owner("Kim Brook", "199"), "Kim_Brook-199"),  # a third
        (Owner("Jon Tal", "108"), "jon"),
        (Owner("Ada Loveday", "555"), "Ada_Loveday-555"),
        (Owner(login="newby"), "newby"),
    ],
)
def test_people_are_found_by_number_login_email_then_name(owner, who):
    found = identify([owner], KNOWN).found[owner]
    assert (found.person.id if found.person else None) == who
    assert found.is_new == (who not in {person.id for person in KNOWN.people} and who is not None)


def test_two_numbers_for_one_name_are_asked_about():
    owners = [Owner("Jon Tal", "1"), Owner("Jon Tal", "2")]
    assert all(each.person is None for each in identify(owners, KNOWN).found.values())


def test_a_new_name_is_told_with_the_roster():
    owner = Owner("Ada Loveday-Smith", "101")
    assert "the roster calls 101 'Ada Loveday'" in identify([owner], KNOWN).found[owner].notes[0]


def ids(*owners, roster=()):
    """The id of each owner, None where it is asked about."""
    found = identify(owners, Roster(roster)).found
    return [each.person.id if (each := found[owner]).person else None for owner in owners]


def test_signs_between_letters_make_two_people_and_are_told():
    owners = [Owner(login=login) for login in ("ann.lee", "ann_lee", "ann-lee")]
    found = identify(owners, Roster([]))
    assert [found.found[owner].person.id for owner in owners] == ["ann.lee", "ann_lee", "ann-lee"]
    assert all("differs from ann" in found.found[owner].notes[0] for owner in owners)
    known = [Person("ann.lee", "Ann Lee")]
    assert ids(Owner(login="ann_lee"), Owner("Ann Lee", login="ann-lee"), roster=known) == ["ann_lee", "ann-lee"]
    assert ids(Owner("Lee, Ann"), Owner(login="ANN.LEE"), roster=known) == ["ann.lee", "ann.lee"]


@pytest.mark.parametrize(
    "one, other",
    [("ann", "Ann"), ("ann lee", "ann_lee"), ("straße", "strasse"), ("ﬁn", "fin"), ("O'Lee", "O_Lee"), (" ann", "ann")],
)
def test_two_spellings_of_one_id_are_asked_about(one, other):
    owners = [Owner(login=one), Owner(login=other)]
    found = identify(owners, Roster([])).found
    assert [each.person for each in found.values()] == [None, None]
    assert f"'{one}'" in found[owners[0]].notes[0] and f"'{other}'" in found[owners[0]].notes[0]
    assert ids(*owners, roster=[Person(other)])[1] == other  # as the roster has it


@pytest.mark.parametrize("odd", ["ann.", "ann+", "ａnn", "a\u200bnn", ".ann", "ann;", "ann#1"])
def test_what_an_id_can_not_hold_leaves_a_hash(odd):
    plain, made = ids(Owner(login="ann"), Owner(login=odd))
    assert plain == "ann" and made != "ann" and made == ids(Owner(login=odd), roster=[Person("ann")])[0]


def test_a_new_spelling_of_a_known_id_is_somebody_else_until_the_roster_says_so():
    asked = Owner(login="ann lee")
    (new,) = ids(asked, roster=[Person("ann_lee")])
    assert new.startswith("ann_lee-") and ids(asked, roster=[Person("ann_lee", "ann lee")]) == ["ann_lee"]
    assert ids(asked, roster=[Person("ann_lee"), Person(new, "ann lee")]) == [new]


def test_a_name_that_differs_in_a_sign_is_told():
    (note,) = identify([Owner("Mary Ann Smith")], Roster([Person("m", "Mary-Ann Smith")])).found.popitem()[1].notes
    assert note == "the roster calls Mary Ann Smith 'Mary-Ann Smith', here it is 'Mary Ann Smith'"
    assert ids(Owner("Mary Ann Smith"), Owner("Mary-Ann Smith"), roster=[Person("m", "Mary-Ann Smith")]) == [None, "m"]


def test_anonymous_ids_keep_their_case():
    assert ids(*(Owner("anonymous", number, is_anonymous=True) for number in ("aB3", "Ab3"))) == [None, None]


def test_the_nearest_of_a_large_class_is_found_with_few_comparisons():
    crowd = [Person(f"learner{n:04}", f"Person {n:04}") for n in range(1_000)]
    roster = Roster([*crowd, Person("aloveday", "Ada Loveday")])
    assert roster.nearest(Owner("Ada Lovedey")).id == "aloveday" and roster.nearest(Owner("李雷")) is None
    assert all(len(roster._rarest_pairs(f"learner{n:04}")) <= MOST_PAIRS for n in (7, 1_500))
