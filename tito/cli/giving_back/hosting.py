"""`tito gradescope`, `tito autograde` and `tito template`: grading one hand-in at a time on other machines."""

from __future__ import annotations

from pathlib import Path

from tito.cli.common import here_classroom, here_course, print_next_step, print_note, shown
from tito.support.errors import ExitCode, UsageError
from tito.ui.terminal import print_message, print_result

VISIBILITIES = ("visible", "after_due_date", "after_published", "hidden")


def add_hosting(group) -> None:
    """Add the verbs to `tito`."""
    parser = group.add_parser("gradescope", help="a zip that grades one module on Gradescope, GitHub or Classroom 50")
    parser.add_argument("module", help="its name or number")
    parser.add_argument("zip", type=Path, metavar="ZIP", help="write it there")
    parser.add_argument("--visibility", choices=VISIBILITIES, default="visible", help="when learners see the checks")
    _takes_level(parser)
    parser.set_defaults(run=run_gradescope)
    parser = group.add_parser("autograde", help="grade the one hand-in in a folder, from an unpacked autograder's zip")
    parser.add_argument("folder", type=Path, metavar="DIR", help="what was uploaded or pushed")
    parser.add_argument("--gradescope", metavar="FILE", type=Path, help="write Gradescope's results.json there")
    parser.add_argument("--classroom50", metavar="FILE", type=Path, help="write Classroom 50's result.json there")
    parser.add_argument("--summary", metavar="FILE", type=Path, help="add the grade in Markdown to this file")
    parser.add_argument("--json", metavar="FILE", type=Path, help="write the grade there, as tito grade --code does")
    parser.add_argument("--must-pass", action="store_true", help="end with 1 unless every check passed")
    _takes_level(parser)
    parser.set_defaults(run=run_autograde)
    parser = group.add_parser("template", help="make a learner's workspace a template repository that grades each push")
    parser.add_argument("workspace", type=Path, metavar="DIR", help="from tito release --workspace DIR")
    parser.add_argument("--action", metavar="OWNER/REPO@REF", required=True, help="where the action is")
    parser.add_argument("--autograders", metavar="OWNER/REPO", required=True, help="the private one with the zips")
    parser.add_argument("--tag", default="autograders", help="the release of it that has them (default: autograders)")
    parser.set_defaults(run=run_template)


def _takes_level(parser) -> None:
    parser.add_argument(
        "--allow-level",
        metavar="N",
        type=int,
        choices=range(4),
        help="grade also below isolation level 2, as tito grade",
    )


def run_gradescope(args) -> int:
    """Write the zip."""
    from tito.classroom.hosted.bundle import bundle
    from tito.classroom.hosted.settings import HostSettings
    from tito.support.files import PRIVATE, write_atomic

    course = here_classroom()
    module = course.module(args.module)
    content = bundle(course, module, HostSettings(module.name, args.visibility, args.allow_level))
    print_message(f"{module.number} {module.name}: {len(content) / 1e6:.1f} MB, with the hidden tests: keep it private")
    print_result(shown(write_atomic(args.zip, content, PRIVATE), course.root))
    if module.questions:
        print_note("the written answers are not in it: a person reads them")
    return ExitCode.FINE


def run_autograde(args) -> int:
    """Grade what lies in the folder, and write what is asked for; a work that fails is no failure of the command's."""
    from tito.autograder import probe
    from tito.classroom.hosted.grading import grade_folder
    from tito.classroom.hosted.settings import read_settings

    if not (args.gradescope or args.classroom50 or args.summary or args.json):
        raise UsageError("nothing to write", hint="tito autograde DIR --summary FILE.md")
    probe.must_grade()
    course = here_course()
    settings = read_settings(course.root)
    lowest = settings.lowest_level if args.allow_level is None else args.allow_level
    module = course.module(settings.module)
    graded = grade_folder(course, module, args.folder, lambda grader: probe.admit(grader, lowest))
    _write(graded, settings, args)
    level = graded.problem or f"isolation level {graded.grade.isolation_level}"
    print_message(f"{module.number} {module.name}: {_score(graded)}, {level}")
    return ExitCode.NOT_PASSED if args.must_pass and not graded.grade.passed else ExitCode.FINE


def _score(graded) -> str:
    from tito.ui.render import score

    return f"{score(graded.grade.points, graded.grade.max_points)} points"


def _write(graded, settings, args) -> None:
    """Write each form that was asked for."""
    import json

    from tito.classroom.grade_file import as_json
    from tito.classroom.hosted import gradescope, markdown
    from tito.support.files import write_atomic

    forms = {
        args.gradescope: lambda: gradescope.results(graded, settings.visibility),
        args.classroom50: lambda: _classroom50(graded, args.folder),
        args.json: lambda: as_json(graded.grade),
    }
    for path, form in forms.items():
        if path:
            write_atomic(path, json.dumps(form(), indent=1, ensure_ascii=False) + "\n")
    if args.summary:
        with args.summary.open("a", encoding="utf-8") as file:  # a host's summary may have other steps' words in it
            file.write(markdown.summary(graded))


def _classroom50(graded, checkout: Path) -> dict:
    import os
    from datetime import UTC, datetime

    from tito.classroom.hosted import classroom50

    now = datetime.now(UTC)
    return classroom50.result(graded, os.environ, classroom50.committed_at(checkout) or now, now)


def run_template(args) -> int:
    """Write the files of a template repository beside those of the workspace."""
    from tito.classroom.hosted.template import write_template
    from tito.course.course import Workspace

    if not Workspace.is_root(args.workspace):
        raise UsageError(f"{args.workspace} is no workspace", hint=f"tito release --workspace {args.workspace}")
    written = write_template(Workspace(args.workspace.resolve()), args.action, args.autograders, args.tag)
    print_result("\n".join(str(path) for path in written))
    print_next_step(f"git init {args.workspace}, push it, and mark the repository as a template")
    return ExitCode.FINE
