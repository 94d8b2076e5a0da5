"""The zip of `tito gradescope` where it will be: in a folder laid out as the host has it, in a bare environment.

Nothing of this project's own environment is in reach of what runs there, but the interpreter that makes the new one.
"""

import json
import os
import shutil
import stat
import subprocess
import sys
import tempfile
import zipfile
from pathlib import Path

import pytest
import yaml

from tests.support.toy_class import HALF_COUNTER, untouched, work
from tests.support.toy_course import write_course
from tito.autograder.probe import probe
from tito.classroom.hosted.template import write_template
from tito.cli.app import main
from tito.course.course import Workspace
from tito.lesson import notebook
from tito.support.errors import UsageError

pytestmark = pytest.mark.slow

ORDINARY = 65534  # nobody


def everybodys_python() -> str:
    """An interpreter that every user may run, as in a container, if there is one; else this one."""
    for python in map(Path, (sys.executable, "/usr/bin/python3")):
        reached = all(folder.stat().st_mode & 0o001 for folder in python.resolve().parents)
        suits = "import ensurepip, sys, venv; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 13))"
        if reached and subprocess.run([python, "-c", suits], capture_output=True).returncode == 0:
            return str(python)
    return sys.executable


PYTHON = everybodys_python()
IS_EVERYBODYS = all(folder.stat().st_mode & 0o001 for folder in Path(PYTHON).resolve().parents)
WITHOUT_NETWORK = ["unshare", "--net"]  # of util-linux; only root may
IS_OFFLINE = shutil.which("unshare") and subprocess.run([*WITHOUT_NETWORK, "true"], capture_output=True).returncode == 0
ACTION = Path(__file__).parents[3] / "action" / "action.yml"
LOOP = "#| export\ndef double(number):\n    while True:\n        pass\n"
BROKEN = "#| export\ndef double(number)\n    return number * 2\n"


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """The course, and its zip for counting; checks are seen after the due date."""
    course = write_course(tmp_path_factory.mktemp("course"))
    path = course.root / "counting.zip"
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(course.root)
        assert main(["gradescope", "counting", str(path), "--visibility", "after_due_date"]) == 0
    return course, path


@pytest.fixture(scope="module")
def container(made):
    """A folder laid out as `/autograder` in Gradescope's container, once its image is built."""
    with tempfile.TemporaryDirectory(prefix="autograder-") as folder:  # every user gets there, unlike to pytest's own
        os.chmod(folder, 0o755)
        yield as_built(Path(folder), made[1])


def as_built(root, zip_path):
    zipfile.ZipFile(zip_path).extractall(root / "source")
    shutil.copy(root / "source" / "run_autograder", root)
    (root / "submission_metadata.json").write_text(json.dumps({"users": [{"name": "Ada Loveday"}]}))
    path = f"{Path(sys.executable).parent}:{os.environ['PATH']}"  # where uv is
    env = os.environ | {"AUTOGRADER_ROOT": str(root), "PYTHON": PYTHON, "PATH": path}
    subprocess.run(["bash", root / "source" / "setup.sh"], env=env, check=True)
    return root


@pytest.fixture(scope="module")
def index(container, tmp_path_factory):
    """A folder with a `uv` that stands in for the package index: it gives the packages that were installed above."""
    uv = tmp_path_factory.mktemp("bin") / "uv"
    uv.write_text(
        "#!/usr/bin/env bash\n[ \"$1 $2 $4\" = 'pip install --python' ] || exit 2\n"
        f'cp -alf {container}/venv/lib/python3*/site-packages/. "$(echo "${{5%/bin/python}}"/lib/python3*/site-*)"\n'
    )
    uv.chmod(0o755)
    return uv.parent


def handed_in(made, container, **sources):
    course, _ = made
    return hand_in(
        container, {"counting_dev.ipynb": notebook.as_json(work(course, course.module("counting"), **sources))}
    )


def hand_in(container, files):
    shutil.rmtree(container / "submission", ignore_errors=True)
    for name, content in files.items():
        path = container / "submission" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    (container / "submission").mkdir(exist_ok=True)


def graded(container, user=None):
    """What Gradescope reads after a run: by root, or as an ordinary user to whom all of it belongs."""
    if user is not None:
        subprocess.run(["chown", "-R", str(user), str(container)], check=True)
    env = {"AUTOGRADER_ROOT": str(container), "PATH": "/usr/bin:/bin", "GITHUB_TOKEN": "secret"}
    command = [*(WITHOUT_NETWORK if IS_OFFLINE and user is None else []), "bash", container / "run_autograder"]
    subprocess.run(command, env=env, cwd=container, check=True, user=user)
    if user is not None:
        subprocess.run(["chown", "-R", str(os.getuid()), str(container)], check=True)
    return as_gradescope_reads((container / "results" / "results.json").read_text(encoding="utf-8"))


def as_gradescope_reads(text):
    """The results, if they are as docs/specs.md of gradescope/autograder_samples has them."""
    data = json.loads(text)
    seen = ("visible", "hidden", "after_due_date", "after_published")
    formats = ("text", "html", "simple_format", "md", "ansi")
    assert "score" in data or all("score" in test for test in data["tests"])
    for each in (data, *data["tests"]):
        assert each.get("visibility", "visible") in seen and each.get("output_format", "text") in formats
        assert isinstance(each["score"], int | float) and each["score"] >= 0 and isinstance(each["output"], str)
    assert data["stdout_visibility"] in seen
    assert all(test["score"] <= test["max_score"] and test["status"] in ("passed", "failed") for test in data["tests"])
    return data


def points(data):
    return {test["name"]: test["score"] for test in data["tests"]}


@pytest.fixture(params=[None, ORDINARY], ids=["this user", "an ordinary user"])
def user(request):
    """By whom the autograder is run; without a network where that can be had for this user."""
    if request.param is not None and os.getuid() != 0:
        pytest.skip("only root can become another user")
    if request.param is not None and not IS_EVERYBODYS:
        pytest.skip("no Python here that every user may run")
    return request.param


def test_gradescope_grades_a_hand_in(made, container, user):
    handed_in(made, container, write_counter=HALF_COUNTER, write_double=LOOP)
    data = graded(container, user)
    assert points(data) == {"count": 4.0, "double": 0.0} and data["score"] == 4.0
    assert {test["visibility"] for test in data["tests"]} == {"after_due_date"}
    assert "stopped after 5 s of CPU time" in data["tests"][1]["output"]
    assert "Written answers, worth 2" in data["output"]
    found = data["extra_data"]["isolation_level"]
    assert found == probe().level if user is None else 1 <= found <= 3, "the walls that were found on trying them"


def test_what_can_not_be_read_is_a_result(made, container, user):
    handed_in(made, container, write_double=BROKEN)
    data = graded(container, user)
    assert points(data) == {"count": 6.0, "double": 0.0} and "SyntaxError" in data["tests"][1]["output"]
    hand_in(container, {"notes.txt": b"tomorrow"})
    data = graded(container, user)
    assert points(data) == {"count": 0.0, "double": 0.0}
    assert "there is no counting\\_dev.ipynb" in data["output"] or "there is no counting_dev.ipynb" in data["output"]
    hand_in(container, {"counting_dev.ipynb": b"{"})
    data = graded(container, user)
    assert data["score"] == 0 and "could not be graded" in data["output"]


def test_the_zip_has_no_solution_and_no_person(made):
    _, path = made
    with zipfile.ZipFile(path) as zipped:
        texts = {name: zipped.read(name).decode("utf-8", "replace") for name in zipped.namelist()}
        modes = {info.filename: info.external_attr >> 16 for info in zipped.infolist()}
    own = {name: text for name, text in texts.items() if name.startswith("course/")}
    assert not [name for name, text in own.items() if "number * 2" in text or "len(set(seen))" in text]
    assert any("each call counts anew" in text for text in own.values()), "the hidden tests are there"
    assert stat.S_IMODE(modes["run_autograder"]) == 0o755 and stat.S_IMODE(path.stat().st_mode) == 0o600
    before = path.read_bytes()
    assert main(["gradescope", "counting", str(path), "--visibility", "after_due_date"]) in (0, 2)
    assert path.read_bytes() == before


# -- Classroom 50 -----------------------------------------------------------------------------


def test_classroom_50_reads_its_result(made, index, tmp_path):
    """As its runner starts it: in the checkout, with its variables; `autograder.py` makes its own environment."""
    checkout = tmp_path / "checkout"
    course, path = made
    checkout.mkdir()
    (checkout / "counting_dev.ipynb").write_bytes(
        notebook.as_json(work(course, course.module("counting"), write_counter=HALF_COUNTER))
    )
    zipfile.ZipFile(path).extractall(tmp_path / "bundle")
    env = {
        "CLASSROOM": "measuring", "ASSIGNMENT": "counting", "SUBMISSION_TAG": "submit/2026-11-03T10-00-00Z-abcdef0",
        "USERNAME": "ada", "ASSIGNMENT_TYPE": "individual", "COMMIT_URL": "https://host.example/c",
        "RELEASE_URL": "https://host.example/r", "REVIEW_URL": "", "PATH": f"{index}:{os.environ['PATH']}",
    }  # fmt: skip
    done = subprocess.run([PYTHON, tmp_path / "bundle" / "autograder.py"], cwd=checkout, env=os.environ | env)
    assert done.returncode == 0
    data = json.loads((checkout / "result.json").read_text())
    assert data["schema"] == "classroom50/result/v1" and data["owner"] == "ada" and data["review"] == data["commit"]
    assert (data["classroom"], data["assignment"]) == ("measuring", "counting")
    assert [type(data[key]) for key in ("score", "max-score")] == [int, int] and (data["score"], data["max-score"]) == (
        8,
        10,
    )
    assert data["score"] == sum(test["score"] for test in data["tests"])
    assert [(test["test-name"], test["passed"]) for test in data["tests"]] == [("count", False), ("double", True)]
    assert "8 of 10 points" in (checkout / "release-body.md").read_text()


# -- the action -------------------------------------------------------------------------------


class Runner:
    """Runs the steps of a composite action as GitHub's runner does, `gh` being one of our own."""

    def __init__(self, root: Path, zip_path: Path, index: Path):
        self.root, self.index = root, index
        self.temp, self.bin = root / "temp", root / "bin"
        for folder in (self.temp, self.bin):
            folder.mkdir(parents=True)
        gh = self.bin / "gh"
        gh.write_text(
            '#!/usr/bin/env bash\n[ "$GH_TOKEN" = reads-releases ] || { echo "HTTP 404" >&2; exit 1; }\n'
            '[ "${*:1:7}" = "release download spring --repo uni/private --pattern counting.zip" ] || exit 2\n'
            f'cp {zip_path} "${{@: -1}}"\n'
        )
        gh.chmod(0o755)
        (self.bin / "python").symlink_to(PYTHON)

    def run(self, checkout: Path, **inputs: str) -> int:
        """The exit code of the first step that fails, or 0."""
        action = yaml.safe_load(ACTION.read_text(encoding="utf-8"))
        assert set(inputs) <= set(action["inputs"]), "the action has no such input"
        given = {name: str(spec.get("default", "")) for name, spec in action["inputs"].items()} | inputs
        assert not [name for name, spec in action["inputs"].items() if spec.get("required") and not given[name]]
        for step in action["runs"]["steps"]:
            if "run" in step and (code := self._step(step, given, checkout)):
                return code
        return 0

    def _step(self, step: dict, given: dict[str, str], checkout: Path) -> int:
        assert "${{" not in step["run"], "an expression in a script is how a learner's text becomes a command"
        said = {name: given[value.strip("${} ").removeprefix("inputs.")] for name, value in step["env"].items()}
        files = {"GITHUB_STEP_SUMMARY": self.root / "summary.md", "GITHUB_OUTPUT": self.root / "output"}
        env = os.environ | said | {name: str(path) for name, path in files.items()} | {"RUNNER_TEMP": str(self.temp)}
        env["PATH"] = f"{self.bin}:{self.index}:/usr/bin:/bin"
        script = self.root / "step.sh"
        script.write_text(step["run"])
        return subprocess.run(
            ["bash", "--noprofile", "--norc", "-eo", "pipefail", script], cwd=checkout, env=env
        ).returncode


@pytest.fixture
def runner(made, index, tmp_path):
    return Runner(tmp_path / "runner", made[1], index)


INPUTS = {"module": "counting", "autograders": "uni/private", "tag": "spring", "token": "reads-releases"}


def test_the_action_grades_a_push(made, runner, tmp_path):
    course, _ = made
    folder = tmp_path / "checkout" / "modules" / "01_counting"
    folder.mkdir(parents=True)
    made_up = work(course, course.module("counting"), write_counter=HALF_COUNTER)
    (folder / "counting_dev.ipynb").write_bytes(notebook.as_json(made_up))
    assert runner.run(tmp_path / "checkout", **INPUTS, submission="modules/01_counting") == 0
    summary = (runner.root / "summary.md").read_text(encoding="utf-8")
    assert "## Counting: 8 of 10 points" in summary and "| ✗ | `count` | 4/6 |" in summary
    assert "check_count" not in summary and "each call counts anew" not in summary
    assert (runner.root / "output").read_text() == "points=8.0\nmax-points=10.0\n"
    assert not list(runner.temp.iterdir()), "the hidden tests stay on no runner"


def test_the_action_stops_where_the_release_can_not_be_read(made, runner, tmp_path):
    (tmp_path / "checkout").mkdir()
    assert runner.run(tmp_path / "checkout", **INPUTS | {"token": "none"}) != 0
    assert not (runner.root / "summary.md").exists()


def test_a_template_repository_has_a_job_for_each_module(tmp_path):
    home = tmp_path / "modules" / "01_counting"
    home.mkdir(parents=True)
    (tmp_path / "workspace.toml").write_text("")
    (home / "module.toml").write_text('title = "Counting"\nexports = "toy.counting"\n')
    (tmp_path / ".gitignore").write_text("mine\n")
    write_template(Workspace(tmp_path), "uni/course/action@v1", "uni/private", "spring")
    workflow = yaml.safe_load((tmp_path / ".github" / "workflows" / "grade.yml").read_text())
    step = workflow["jobs"]["counting"]["steps"][1]
    assert step["uses"] == "uni/course/action@v1" and step["with"]["submission"] == "modules/01_counting"
    assert set(step["with"]) <= set(yaml.safe_load(ACTION.read_text())["inputs"])
    assert workflow["permissions"] == {"contents": "read"}
    assert (tmp_path / ".gitignore").read_text() == "mine\n", "a file that is there stays as it is"
    with pytest.raises(UsageError, match="is no OWNER/REPO@REF"):
        write_template(Workspace(tmp_path), "uni/course", "uni/private", "spring")


def test_an_untouched_notebook_has_no_points(made, container):
    course, _ = made
    hand_in(container, {"deep/er/counting_dev.ipynb": notebook.as_json(untouched(course, course.module("counting")))})
    data = graded(container)
    assert data["score"] == 0 and all("Not started" in test["output"] for test in data["tests"])
