"""The demo's real models: the trained network that reads hand-written digits, and its variants.

    python -m tito.cli.demo_model

Prints the report of `digits_mlp` and the comparison, made by the exported `tinytorch.core.benchmarking`.
"""

from __future__ import annotations

import io
import sys

from tinytorch.core.benchmarking import (
    PerformanceReporter,
    StatisticalValidation,
    TinyTorchPerf,
    compare_many,
    format_accuracy,
    format_seconds,
    markdown_table,
)
from tinytorch.core.dataloader import DigitsDataset
from tinytorch.models import CARDS, load_model

SHOWN = "digits_mlp"
TIMES = 10  # as often each digit is asked about in the report, so that percentiles have enough samples
SERVER_QPS, SERVER_S = 500, 4
LOADS = {"single_stream": "one query", "offline": "batch of 32"}


def held_out_digits() -> list:
    """The digits that no network was trained on, as pairs (x, y)."""
    digits = DigitsDataset(train=False)
    return [digits[i] for i in range(len(digits))]


def report(digits: list) -> str:
    """The report of `digits_mlp` in all scenarios, on digits that it has not seen."""
    perf = TinyTorchPerf()
    perf.set_model(load_model(SHOWN))
    perf.set_dataset(TIMES * digits)
    perf.run_single_stream(num_queries=TIMES * len(digits))
    perf.run_server(target_qps=SERVER_QPS, duration=SERVER_S)
    perf.run_offline(batch_size=32)
    name = f"{SHOWN} on {len(digits)} held-out digits"
    return PerformanceReporter().generate_project_report(perf.results, name)


def comparison(digits: list) -> str:
    """The trained networks in a table: what each reads, and how its latency differs from `digits_mlp`'s."""
    perf = TinyTorchPerf()
    perf.set_dataset(digits)
    others = [name for name in CARDS if name != SHOWN]
    networks = {name: load_model(name) for name in [*others, SHOWN]}  # last, so that differences are to it
    found = {load: compare_many(perf, networks, load) for load in LOADS}
    accuracy = {name: perf.scenarios.offline(network, digits).accuracy for name, network in networks.items()}
    rows = []
    for name, card in CARDS.items():
        gaps = ["" if name == SHOWN else _slower_by(pairs[name, SHOWN]) for pairs in found.values()]
        size = [f"{card.parameters:,}", f"{card.file_bytes / 1000:.1f} kB"]
        rows.append([name, *size, format_accuracy(accuracy[name]), *gaps])
    header = ["network", "parameters", "file", "accuracy", *(f"{load}, slower by" for load in LOADS.values())]
    return (
        f"# The trained networks beside {SHOWN}\n\n{markdown_table(header, rows)}\n\n"
        "The intervals hold at 95 % for all pairs together; those in bold leave zero out."
    )


def _slower_by(found: StatisticalValidation) -> str:
    low, high = found.confidence_interval
    amount = f"{format_seconds(low)} to {format_seconds(high)}"
    return f"**{amount}**" if low > 0 or high < 0 else amount


def main() -> None:
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(encoding="utf-8")
    digits = held_out_digits()
    print(report(digits))
    print(comparison(digits))


if __name__ == "__main__":
    main()
