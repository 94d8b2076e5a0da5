"""Classes that are sent by value register themselves: graders and workers know no module of the course."""

import importlib
import re
from pathlib import Path

import pytest

from tito import tools
from tito.tools import by_value
from tito.tools.benchmarking.instruments import Device, KeptModel, Recorder, SlowLookup, TimedModel

TITO = Path(tools.__file__).parents[1]
TRUSTING_NO_MODULE = [
    path for room in ("autograder", "rpc", "sandbox", "workers") for path in (TITO / room).rglob("*.py")
]


@pytest.mark.parametrize("path", TRUSTING_NO_MODULE, ids=lambda path: path.relative_to(TITO).as_posix())
def test_no_file_of_grading_names_a_module_of_the_course(path):
    assert "benchmarking" not in path.read_text(encoding="utf-8").lower()


def test_each_module_that_sends_by_value_is_loaded_by_workers():
    sending = {
        path.relative_to(TITO.parent).with_suffix("")
        for path in (TITO / "tools").rglob("*.py")
        if re.search(r"^@(by_value|rebuilt)\b", path.read_text(encoding="utf-8"), re.M)
    }
    named = {
        package.parent.relative_to(TITO.parent) / module
        for package in (TITO / "tools").glob("*/__init__.py")
        for module in getattr(importlib.import_module(f"tito.tools.{package.parent.name}"), "SENT_BY_VALUE", ())
    }
    assert sending == named != set()


def test_workers_know_every_class_that_is_sent():
    known = by_value.load_all()
    assert known["TimedModel"] is TimedModel and known["Device"] is Device and known["SlowLookup"] is SlowLookup


@pytest.mark.parametrize(
    ("cls", "sent"), [(TimedModel, True), (SlowLookup, True), (Device, False), (KeptModel, False), (Recorder, False)]
)
def test_only_what_is_marked_is_sent_by_value(cls, sent):
    assert by_value.is_sent_by_value(cls) == sent
    assert by_value.is_in_by_value_module(cls)


def test_a_class_of_that_name_elsewhere_is_not_sent():
    other = type("TimedModel", (), {"__by_value__": True})
    assert not by_value.is_sent_by_value(other) and not by_value.is_in_by_value_module(other)
    with pytest.raises(TypeError, match="both send a TimedModel by value"):
        by_value.by_value(other)
    assert by_value.is_sent_by_value(TimedModel)
