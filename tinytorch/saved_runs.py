"""Benchmark results kept as JSON: written, read back exactly, and compared with later runs.

Numbers come back bit for bit, nan and infinities too, though the file is plain
JSON that other tools read: what JSON has no number for is written as
`{"$float": "nan"}`. NumPy's scalars and arrays come back as Python's numbers and
lists, tuples as lists.
"""

from __future__ import annotations

import json
import math
import os
import statistics
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

FORMAT, VERSION = "TinyTorch benchmark results", 1
ODD_FLOAT = "$float"
FEWEST_RUNS = 3  # on each side, or how runs differ among themselves is not known


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
    try:
        results = {
            name: result_type(**(record | {"scenario": scenario_type(record["scenario"])}))
            for name, record in saved["results"].items()
        }
        return SavedRun(results, saved["model"], tuple(saved["conditions"]))
    except (KeyError, TypeError, AttributeError, ValueError) as error:  # a part is missing, or of another kind
        raise ValueError(f"{filename} is not whole: {type(error).__name__}: {error}") from error


def compare_runs(
    before: SavedRun | Sequence[SavedRun],
    after: SavedRun | Sequence[SavedRun],
    validator=None,
    *,
    in_turn: bool = False,
) -> dict:
    """Compare the scenarios that all the saved runs have in common: a validation each, before - after.

    A model differs from itself from run to run by more than its latencies within a run tell: the machine has
    other work, memory lies elsewhere. So each run counts as one number, its median latency, and it takes three
    runs or more on each side, the runs of both made in turn (`in_turn`). Else nothing can be told, and the
    recommendation says so: p is nan, and the interval has no bounds. (T. Kalibera, R. Jones, ISMM 2013.)
    """
    if validator is None:
        from tinytorch.core.benchmarking import StatisticalValidator

        validator = StatisticalValidator()
    runs = [[side] if isinstance(side, SavedRun) else list(side) for side in (before, after)]
    return {name: _compared(name, runs, validator, in_turn) for name in _in_all(runs)}


def changed_conditions(before: SavedRun, after: SavedRun) -> tuple[str, ...]:
    """What `after` says of its machine and versions that `before` does not."""
    return tuple(line for line in after.conditions if line not in before.conditions)


def _in_all(sides: list[list[SavedRun]]) -> list[str]:
    """The names of the scenarios that every run has measured, in the order of the first run."""
    runs = [run for side in sides for run in side]
    first = runs[0].results if runs else {}
    return [name for name in first if all(name in run.results and len(run.results[name].latencies) for run in runs)]


def _compared(name: str, sides: list[list[SavedRun]], validator, in_turn: bool):
    """What the runs tell of one scenario: the validation of their medians, or that they can't tell."""
    before, after = ([_median(run.results[name]) for run in side] for side in sides)
    missing = _what_is_missing(min(len(before), len(after)), in_turn)
    found = _untold(before, after, missing, validator) if missing else validator.validate_comparison(before, after)
    changed = {line for run in sides[1] for line in changed_conditions(sides[0][0], run)}
    said = f"{found.recommendation} A is before, B after, each run one number."
    if changed:
        said += f" The conditions differ: {'; '.join(sorted(changed))}."
    return replace(found, recommendation=said)


def _what_is_missing(runs: int, in_turn: bool) -> str:
    """What has to be done before anything can be told; "" when nothing has."""
    if runs < FEWEST_RUNS:
        return f"save {FEWEST_RUNS} runs or more of each, made in turn"
    return "" if in_turn else "make the runs of both in turn, for the machine changes meanwhile, and say in_turn=True"


def _untold(before: list[float], after: list[float], missing: str, validator):
    """A validation of the validator's own kind that tells nothing but the medians."""
    a, b = (", ".join(f"{1e3 * median:.4g} ms" for median in side) for side in (before, after))
    said = (
        f"Cannot tell: the median latency was {a} before and {b} after, by the model or by the machine. To tell: "
        f"{missing}; or compare both models now, with compare_models."
    )
    return replace(
        validator.validate_comparison(2 * before, 2 * after),
        is_significant=False,
        p_value=math.nan,
        effect_size=math.nan,
        confidence_interval=(-math.inf, math.inf),
        recommendation=said,
    )


def _median(result) -> float:
    """A run's median latency in seconds."""
    return float(statistics.median(result.latencies))


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
    except (ValueError, RecursionError) as error:  # no JSON, or no UTF-8, or too deep
        raise ValueError(f"{path} is not a JSON file: {error}") from error
    if not isinstance(saved, dict) or saved.get("format") != FORMAT:
        raise ValueError(f"{path} holds no {FORMAT}")
    if saved.get("version") != VERSION:
        raise ValueError(f"{path} has version {saved.get('version')} of the format; this reads {VERSION}")
    return saved
