"""The command line as people use it: what is printed where, in which words, and the exit code."""

import errno
import json
import os
import subprocess
import sys
import zipfile
from contextlib import redirect_stderr
from dataclasses import replace
from io import BytesIO, TextIOWrapper
from pathlib import Path

import pytest

from tests.support.toy_workspace import WRITE_COUNT, hand_out, right_counter, solve
from tito import __version__
from tito.cli import app
from tito.course.checks import Grade, TestResult
from tito.ui import terminal
from tito.workspace import diagnosis
from tito.workspace.local_run import LocalRun

PROJECT = Path(__file__).parents[2]
DOUBLE_FAILED = TestResult("double", "failed", 0, 4, "twice three is six", 'cell "write-double"')
STUB = "raise NotImplementedError()"


@pytest.fixture
def tito(monkeypatch, capsys):
    """Run `tito` with these words; its exit code, stdout and stderr."""
    monkeypatch.setenv("COLUMNS", "100")

    def run(*words):
        code = app.main([str(word) for word in words])
        out, err = capsys.readouterr()
        return code, out, err

    return run


@pytest.fixture
def mine(course, tmp_path, monkeypatch):
    """A learner's workspace, and the learner in it."""
    workspace = hand_out(course, tmp_path / "mine", "counting")
    monkeypatch.chdir(workspace.root)
    return workspace


@pytest.fixture
def found(monkeypatch):
    """What the checks find, without running them; set `found.results`."""

    class Found:
        results = (TestResult("count", "passed", 6, 6), DOUBLE_FAILED)
        notes = ()

    def run_checks(tree, plan, instead=()):
        known = {result.id: result for result in Found.results}
        results = tuple(known[check.id] for check in plan.suite.checks)
        return LocalRun(plan, Grade(plan.module.name, results, plan.notes + Found.notes), 0.2)

    monkeypatch.setattr(diagnosis, "run_checks", run_checks)
    return Found


def test_help_shows_every_verb_under_its_reader(tito):
    code, out, err = tito("--help")
    assert code == 0 and err == ""
    assert all(f"  {verb} " in out for verb in ("status", "notebook", "test", "hint", "submit", "doctor"))
    assert tito() == tito("-h") == (code, out, err)


def test_each_verb_explains_itself(tito):
    for verb in ("status", "notebook", "test", "hint", "submit", "doctor"):
        with pytest.raises(SystemExit) as ended:
            tito(verb, "--help")
        assert ended.value.code == 0


def test_version(tito):
    assert tito("--version")[:2] == (0, f"tito {__version__}\n")


@pytest.mark.slow
def test_status_then_test_then_status(tito, mine, found, snapshot):
    assert tito("status") == snapshot
    assert tito("test") == snapshot
    assert tito("status") == snapshot


@pytest.mark.slow
def test_a_pass_ends_with_the_next_step(tito, mine, found, snapshot):
    found.results = [TestResult("count", "passed", 6, 6), TestResult("double", "passed", 4, 4)]
    assert tito("test", "01") == snapshot
    assert tito("status") == snapshot
    assert tito("hint") == snapshot


@pytest.mark.slow
def test_one_check(tito, mine, found):
    code, out, err = tito("test", "--check", "count")
    assert code == 0 and "count" in out and "double" not in out
    assert "next: tito test counting" in err


@pytest.mark.slow
def test_hints_one_by_one(tito, mine, found, snapshot):
    assert tito("hint", "count") == snapshot
    assert [tito("hint", "counting", "count")[0] for _ in range(2)] == [0, 0]
    tito("test")
    assert "double · hint 1 of 1" in tito("hint")[2]


@pytest.mark.slow
def test_submit_prints_its_path_alone_on_stdout(tito, mine, found):
    code, out, err = tito("submit", "--learner", "s001")
    path = mine.root / out.strip()
    assert code == 0 and out.count("\n") == 1 and zipfile.is_zipfile(path)
    assert "6 of 10 + 2 points here (1 check not passed; accepted), locked cells unchanged" in err


@pytest.mark.slow
def test_submit_remembers_the_learner(tito, mine, found):
    tito("submit", "--learner", "s001")
    manifest = json.loads(zipfile.ZipFile(next(mine.submissions.glob("*.zip"))).read("manifest.json"))
    assert manifest["learner"] == "s001" and manifest["local_points"] == 6
    for path in mine.submissions.glob("*.zip"):
        path.unlink()
    assert tito("submit")[0] == 0


@pytest.mark.slow
def test_submit_says_which_locked_cell_was_changed(tito, mine, found):
    solve(mine.module("counting").notebook, "double", "check_double()", "pass")
    err = tito("submit", "--learner", "s001")[2]
    assert "1 note below" in err and 'changed the locked cell "double"' in err


@pytest.mark.slow
def test_both_forms_changed_is_told(tito, mine, found):
    module = mine.module("counting")
    for path, text in ((module.source, "return 1"), (module.notebook, "return 2")):
        solve(path, "write-double", STUB, text)
    os.utime(module.source, (1, 1))
    err = tito("test")[2]
    assert "counting_dev.ipynb and counting_dev.py have both changed; counting_dev.ipynb is newer" in " ".join(
        err.split()
    )


MISTAKES = {
    ("tset",): (2, "no command 'tset'. Did you mean 'test'?", "tito --help"),
    ("test", "countin"): (2, "no module named 'countin'. Did you mean 'counting'?", "tito status"),
    ("test", "--chek", "count"): (2, "no option '--chek'. Did you mean '--check'?", "tito test --help"),
    ("test", "--check", "cuont"): (
        2,
        "no check in counting named 'cuont'. Did you mean 'count'?",
        "tito test counting",
    ),
    ("test", "--check"): (2, "argument --check: expected one argument", "tito test --help"),
    ("status", "now"): (2, "'now' is one word too many for tito status", "tito status --help"),
    ("submit",): (2, "your ID in the course isn't known yet", "tito submit --learner YOUR-ID"),
    ("submit", "--learner", "a/b"): (2, "'a/b' can't be a learner's ID", "tito submit --learner a_b"),
}


@pytest.mark.slow
@pytest.mark.parametrize("words", MISTAKES, ids=" ".join)
def test_a_mistake_gets_one_sentence_and_what_to_try(tito, mine, words):
    code, sentence, hint = MISTAKES[words]
    found, out, err = tito(*words)
    assert (found, out) == (code, "")
    assert err.startswith(f"error: {sentence}") and f"try: {hint}" in err


@pytest.mark.parametrize("verb", ["release", "mutate", "grade"])
@pytest.mark.parametrize("jobs", ["0", "-1", "two", "1.5"])
def test_a_number_of_jobs_is_a_number(tito, course, monkeypatch, verb, jobs):
    monkeypatch.chdir(course.root)
    code, out, err = tito(verb, "counting", "--jobs", jobs)
    assert (code, out) == (2, "") and f"--jobs is '{jobs}', which is no number of processes" in err


def test_outside_of_any_workspace(tito, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    for verb in ("status", "test", "hint", "submit", "notebook"):
        code, out, err = tito(verb)
        assert (code, out) == (2, "") and "no workspace here" in err and "try:" in err


BROKEN = {
    "empty": "",
    "cut short": '{"cells": [',
    "of no cells": "{}",
    "of format 3": '{"nbformat": 3, "cells": []}',
}


@pytest.mark.slow
@pytest.mark.parametrize("content", BROKEN.values(), ids=BROKEN)
def test_a_broken_notebook_is_said(tito, mine, content):
    mine.module("counting").notebook.write_text(content, encoding="utf-8")
    code, _, err = tito("test")
    assert code == 2 and "error: counting_dev.ipynb" in err and "Traceback" not in err


@pytest.mark.slow
def test_a_lost_release_is_said(tito, mine):
    mine.pristine(mine.module("counting")).unlink()
    code, _, err = tito("test")
    assert code == 2 and "the release of 01_counting is missing" in err


def test_in_a_course_status_lists_and_test_wants_a_name(tito, course, monkeypatch):
    monkeypatch.chdir(course.root)
    assert "01 counting" in tito("status")[1]
    code, _, err = tito("test")
    assert code == 2 and "which module?" in err


@pytest.mark.slow
def test_the_doctor_reports_and_calls_broken_what_is(tito, mine, monkeypatch):
    from tito.cli import doctor

    code, out, _ = tito("doctor")
    assert code == 0 and "✓ Python" in out
    monkeypatch.setattr(doctor, "examine", lambda *where: iter([doctor.Finding("Python", False, "3.8", "newer")]))
    code, out, err = tito("doctor")
    assert code == 3 and "✗ Python" in out and "1 thing to mend" in err


@pytest.mark.slow
@pytest.mark.parametrize("number, words", [(errno.ENOSPC, "the disk is full"), (errno.EACCES, "permission denied")])
def test_a_machine_that_refuses_is_one_sentence(tito, mine, monkeypatch, number, words):
    def refuse(*args):
        raise OSError(number, os.strerror(number), "submissions/x.zip")

    monkeypatch.setattr("tito.workspace.progress.module_progress", refuse)
    code, out, err = tito("status")
    assert (code, out) == (3, "") and err.startswith(f"error: {words}") and "submissions/x.zip" in err


@pytest.mark.slow
def test_a_package_that_is_not_installed_is_named(tito, mine, monkeypatch):
    def miss(*args):
        raise ModuleNotFoundError("No module named 'msgspec'", name="msgspec")

    monkeypatch.setattr("tito.workspace.progress.module_progress", miss)
    code, _, err = tito("status")
    assert code == 3 and "error: the package msgspec is not installed" in err


@pytest.mark.slow
def test_a_bug_crashes_loudly(tito, mine, monkeypatch):
    monkeypatch.setattr("tito.workspace.progress.module_progress", lambda *args: {}["missing"])
    with pytest.raises(KeyError):
        tito("status")
    monkeypatch.setattr("tito.workspace.progress.module_progress", lambda *args: Path("no-such-file").read_text())
    with pytest.raises(FileNotFoundError):
        tito("status")


@pytest.mark.slow
def test_an_interrupt_ends_with_130(tito, mine, monkeypatch):
    def interrupt(*args):
        raise KeyboardInterrupt

    monkeypatch.setattr("tito.workspace.progress.module_progress", interrupt)
    code, _, err = tito("status")
    assert code == 130 and "interrupted" in err


@pytest.mark.slow
def test_a_reader_who_has_gone_is_no_error():
    words = [sys.executable, "-m", "tito", "--help"]
    read, write = os.pipe()
    os.close(read)
    done = subprocess.run(words, cwd=PROJECT, stdout=write, stderr=subprocess.PIPE, text=True)
    os.close(write)
    assert done.returncode == 141 and done.stderr == ""


@pytest.mark.slow
def test_notebook_opens_jupyterlab_on_an_up_to_date_notebook(tito, mine, monkeypatch):
    from tito.workspace.jupyter import lab

    server = lab.LabServer("http://localhost:1/", "secret", mine.root)
    monkeypatch.setattr(lab, "running", lambda workspace: server)
    solve(mine.module("counting").source, "write-double", STUB, "return number * 2")
    code, _, err = tito("notebook", "--no-browser")
    address = "http://localhost:1/lab/tree/modules/01_counting/counting_dev.ipynb?token=secret"
    assert code == 0 and err.endswith(f"JupyterLab runs already: {address}\n")
    assert "return number * 2" in mine.module("counting").notebook.read_text(encoding="utf-8")
    assert "is kept as .tito/kept/0001/modules/01_counting/counting_dev.ipynb: tito undo" in " ".join(err.split())


@pytest.mark.slow
def test_a_missing_jupyterlab_says_how_to_get_it(tito, mine, monkeypatch):
    from tito.workspace.jupyter import lab

    monkeypatch.setattr(lab.util, "find_spec", lambda name: None)
    code, _, err = tito("notebook")
    assert code == 3 and "JupyterLab is not installed" in err and "try: tito doctor" in err


def test_colour_only_on_a_terminal_that_wants_it(monkeypatch):
    class Terminal(TextIOWrapper):
        def isatty(self):
            return True

    stream = Terminal(BytesIO(), encoding="utf-8")
    monkeypatch.delenv("NO_COLOR", raising=False)
    monkeypatch.setenv("TERM", "xterm")
    assert terminal.style_of(stream).colour
    assert not terminal.style_of(TextIOWrapper(BytesIO())).colour
    monkeypatch.setenv("NO_COLOR", "1")
    assert not terminal.style_of(stream).colour


def test_a_terminal_that_cannot_show_the_signs_gets_others():
    assert terminal.printable("✓ server · 5 %…", "utf-8") == "✓ server · 5 %…"
    assert terminal.printable("✓ server · 5 %…", "ascii") == "+ server - 5 %..."
    assert terminal.printable("✗ 東", "cp1252") == "x ?"


def test_watch_runs_at_each_save_and_answers_keys(tito, mine, found, monkeypatch, capsys):
    from tito.cli.watch import watch

    module = mine.module("counting")
    runs = []
    run = diagnosis.diagnose
    monkeypatch.setattr("tito.cli.watch.diagnose", lambda *args: runs.append(1) or run(*args))

    def save():
        os.utime(module.notebook, (2e9, 2e9))
        return ""

    keys = iter([lambda: "", save, lambda: "h", lambda: "a", lambda: "r", lambda: "q"])
    assert watch(mine, module, "", lambda seconds: next(keys)()) == 1
    out, err = capsys.readouterr()
    assert len(runs) == 5, "the start; at the save and at r, the open check and then all"
    assert "double · hint 1 of 1" in err and "✓ count" in out


@pytest.mark.slow
def test_watch_waits_for_a_broken_notebook_to_be_mended(mine, found, capsys):
    from tito.cli.watch import watch

    mine.module("counting").notebook.write_text("{", encoding="utf-8")
    keys = iter(["a", "h", "q"])
    assert watch(mine, mine.module("counting"), "", lambda seconds: next(keys)) == 1
    assert "error: counting_dev.ipynb" in capsys.readouterr().err


@pytest.mark.slow
def test_the_whole_way_with_the_real_grader(tito, mine, capsys):
    """Not started, a syntax error said once, right; then exported and packed."""
    work = mine.module("counting").notebook
    code, out, err = tito("test")
    assert code == 1 and out.count("not started") == 2 and "next: tito notebook counting" in err
    solve(work, "write-counter", STUB, WRITE_COUNT.strip())
    solve(work, "write-double", STUB, "return number *")
    code, out, _ = tito("test")
    assert code == 1 and 'not parse   counting_dev.ipynb, cell "write-double", line 5' in out and "✓" not in out
    solve(work, "write-double", "return number *", "return number * 2")
    assert tito("test")[0] == 0
    assert tito("export")[0] == 0
    exported = mine.exported(mine.module("counting")).read_text(encoding="utf-8")
    assert "return number * 2" in exported
    assert "10 of 10 + 2 points here, locked cells unchanged" in tito("submit", "--learner", "s001")[2]


@pytest.fixture
def told(capsys, monkeypatch):
    """A transcript of what is typed and what a person then sees; every run takes 0.2 s."""
    monkeypatch.setenv("COLUMNS", "100")
    run = diagnosis.run_checks
    monkeypatch.setattr(diagnosis, "run_checks", lambda *args: replace(run(*args), duration_s=0.2))
    lines = []

    def type_(*words):
        with redirect_stderr(sys.stdout):
            code = app.main(list(words))
        lines.append(f"$ tito {' '.join(words)}\n{capsys.readouterr().out}[{code}]\n")
        return "\n".join(lines)

    return type_


@pytest.mark.slow
def test_a_learners_path_through_two_modules(told, course, tmp_path, monkeypatch, snapshot):
    """On with the first unfinished, back to finish it, then broken: each time it is said what is stood on."""
    mine = hand_out(course, tmp_path / "mine", "counting", "adding")
    monkeypatch.chdir(mine.root)
    counting, adding = mine.modules
    told("status")
    solve(adding.notebook, "write-add", STUB, "return Counter().count(first).total + Counter().count(second).total")
    told("test", "adding")
    told("status")
    right_counter(counting)
    told("test", "counting")
    told("test", "adding")
    told("status")
    solve(counting.notebook, "write-counter", "total=len(seen)", "total=0")
    told("test", "adding")
    told("status")
    told("export", "counting")
    told("test", "adding")
    told("status")
    assert told("submit", "--learner", "s001").replace(next(mine.submissions.iterdir()).name, "NAME.zip") == snapshot
