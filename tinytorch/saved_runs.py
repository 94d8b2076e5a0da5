"""Benchmark results kept as JSON: written, read back exactly, and compared with a later run.

Numbers come back bit for bit, nan and infinities too, though the file is plain
JSON that other tools read: what JSON has no number for is written as
`{"$float": "nan"}`. NumPy's scalars and arrays come back as Python's numbers and
lists, tuples as lists.
"""

from __future__ import annotations

import json
import math
import os
from collections.abc import Iterable
from dataclasses import dataclass, replace
from pathlib import Path

FORMAT, VERSION = "TinyTorch benchmark results", 1
ODD_FLOAT = "$float"
BLOCKS = 20


@dataclass(frozen=True)
class SavedRun:
    """What one file holds: results by name, the model's name, and where they were measured, a line each."""

    results: dict
    model_name: str = ""
    conditions: tuple[str, ...] = ()


def save_results(results: dict, filename: str | Path, model_name: str = "", conditions: Iterable[str] = ()) -> Path:
    """Write results, a dict of `BenchmarkResult`, to a JSON file; an earlier one is replaced in one step.

    TypeError or ValueError that says where, for metadata that JSON can't hold.
    """
    saved = {
        "format": FORMAT,
        "version": VERSION,
        "model": model_name,
        "conditions": list(conditions),
        "results": {name: _record(result, name) for name, result in results.items()},
    }
    path = Path(filename)
    unfinished = path.with_name(path.name + ".part")
    unfinished.write_text(json.dumps(saved, indent=1, allow_nan=False, ensure_ascii=False), encoding="utf-8")
    os.replace(unfinished, path)
    return path


def load_results(filename: str | Path, result_type=None, scenario_type=None) -> SavedRun:
    """Read back what `save_results` wrote.

    Results are made with `result_type` and `scenario_type`, by default those of the exported lesson;
    a notebook passes its own `BenchmarkResult` and `BenchmarkScenario`. ValueError when it is no such file.
    """
    if result_type is None or scenario_type is None:
        from tinytorch.core.benchmarking import BenchmarkResult, BenchmarkScenario

        result_type, scenario_type = result_type or BenchmarkResult, scenario_type or BenchmarkScenario
    saved = _read(Path(filename))
    results = {
        name: result_type(**(record | {"scenario": scenario_type(record["scenario"])}))
        for name, record in saved["results"].items()
    }
    return SavedRun(results, saved["model"], tuple(saved["conditions"]))


def compare_runs(before: SavedRun, after: SavedRun, validator=None) -> dict:
    """Compare the scenarios that two saved runs have in common: a validation each, before - after.

    Neighbouring latencies resemble each other, so the medians of 20 blocks of each run are compared, in the
    order of arrival where it was kept. The runs were not interleaved: a difference may be the machine's, and
    every recommendation says so. Scenarios with fewer than two latencies are left out.
    """
    if validator is None:
        from tinytorch.core.benchmarking import StatisticalValidator

        validator = StatisticalValidator()
    found = {}
    for name in before.results.keys() & after.results.keys():
        medians = [_block_medians(run.results[name]) for run in (before, after)]
        if min(map(len, medians)) >= 2:
            found[name] = _with_caution(validator.validate_comparison(*medians), before, after)
    return {name: found[name] for name in before.results if name in found}


def changed_conditions(before: SavedRun, after: SavedRun) -> tuple[str, ...]:
    """What `after` says of its machine and versions that `before` does not."""
    return tuple(line for line in after.conditions if line not in before.conditions)


def _with_caution(found, before: SavedRun, after: SavedRun):
    caution = " A is before, B after. The runs were not interleaved, so this may be the machine."
    changed = changed_conditions(before, after)
    if changed:
        caution += f" The conditions differ: {'; '.join(changed)}."
    return replace(found, recommendation=found.recommendation + caution)


def _block_medians(result) -> list[float]:
    """The medians of up to 20 blocks of one run's latencies, in seconds."""
    import numpy as np

    in_order = (result.metadata or {}).get("latencies_in_order")
    values = np.asarray(result.latencies if in_order is None else in_order, dtype=float)
    blocks = np.array_split(values, min(BLOCKS, len(values))) if len(values) else []
    return [float(np.median(block)) for block in blocks]


# -- to JSON and back ----------------------------------------------------------


def _record(result, name: str) -> dict:
    return {
        "scenario": result.scenario.value,
        "latencies": _plain(list(result.latencies), f"{name}.latencies"),
        "throughput": _plain(result.throughput, f"{name}.throughput"),
        "accuracy": _plain(result.accuracy, f"{name}.accuracy"),
        "metadata": _plain(result.metadata, f"{name}.metadata"),
    }


def _plain(value, where: str):
    """`value` in the types that JSON has; `where` it stands is named when that can't be."""
    if hasattr(value, "tolist"):  # NumPy's arrays and scalars
        value = value.tolist()
    if isinstance(value, float):
        return value if math.isfinite(value) else {ODD_FLOAT: str(value)}
    if value is None or isinstance(value, bool | int | str):
        return value
    if isinstance(value, list | tuple):
        return [_plain(each, f"{where}[{i}]") for i, each in enumerate(value)]
    if isinstance(value, dict):
        return {_key(key, where): _plain(each, f"{where}.{key}") for key, each in value.items()}
    raise TypeError(f"{where} is a {type(value).__name__}, which can't be saved as JSON")


def _key(key, where: str) -> str:
    if not isinstance(key, str) or key == ODD_FLOAT:
        raise ValueError(f"{where} has the key {key!r}; keys are strings, other than {ODD_FLOAT!r}")
    return key


def _odd_float(found: dict):
    return float(found[ODD_FLOAT]) if found.keys() == {ODD_FLOAT} else found


def _read(path: Path) -> dict:
    try:
        saved = json.loads(path.read_text(encoding="utf-8"), object_hook=_odd_float)
    except ValueError as error:  # no JSON, or no UTF-8
        raise ValueError(f"{path} is not a JSON file: {error}") from error
    if not isinstance(saved, dict) or saved.get("format") != FORMAT:
        raise ValueError(f"{path} holds no {FORMAT}")
    if saved.get("version") != VERSION:
        raise ValueError(f"{path} has version {saved.get('version')} of the format; this reads {VERSION}")
    return saved
