"""Reading numbers out of reports: whatever the layout, unit and rounding.

A report may be Markdown with tables and lists, plain text, or HTML. `read`
finds every number in it together with the units that it may stand in and the
words that label it; `Report` asks whether the numbers that were measured are
there, and whether one that is labelled with their name says something else.
"""

from __future__ import annotations

import html
import math
import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import lru_cache

NUMBER = re.compile(r"(?<![\w.,])[-+−]?(?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d+)?(?:[eE][-+]?\d+)?(?![\d])")

LONGEST = 40_000  # characters of a report: more is no reading matter
SIGHT = 100  # characters around a number in which its unit stands; a line may have thousands of numbers

_TIME_UNITS = {
    "ms": (r"ms|msecs?|milli-?seconds?", 1e-3),
    "us": (r"us|usecs?|micro-?seconds?", 1e-6),
    "ns": (r"ns|nsecs?|nano-?seconds?", 1e-9),
    "min": (r"min|minutes?", 60.0),
    "s": (r"s|secs?|seconds?", 1.0),
}
_THINGS = r"(?:samples?|quer(?:y|ies)|items?|inferences?|images?|imgs?|requests?|reqs?|predictions?|calls?|inf|q)"
_RATE = (
    rf"(?:{_THINGS}\s*(?:/|per|·|\*)\s*(?:seconds?|secs?|s)(?:\^?-1|⁻¹)?|/\s*(?:seconds?|secs?|s)"
    r"|qps|sps|ips|hz|per\s+(?:second|sec))"
)
_UNIT_END = r"(?![\w/])"
_THOUSANDS = re.compile(rf"(?<!\d)(\d++(?:\.\d++)?)\s?k(?:ilo)?\s?(?={_RATE}{_UNIT_END})", re.I)
_ADJACENT = [("/s", re.compile(rf"\s?{_RATE}{_UNIT_END}", re.I)), ("%", re.compile(r"\s?(?:%|percent\b)", re.I))] + [
    (name, re.compile(rf"[\s-]?(?:{words}){_UNIT_END}(?!\s*/)", re.I)) for name, (words, _) in _TIME_UNITS.items()
]
_IN_LABEL = [("/s", re.compile(rf"(?<![a-z]){_RATE}{_UNIT_END}", re.I)), ("%", re.compile(r"%|\bpercent\b", re.I))] + [
    (
        name,
        re.compile(
            rf"(?:[(\[,/_]|\bin|:)\s*(?:{words})(?![a-z/])(?!\s*/)"
            rf"|\b(?:{words if len(name) > 1 else 'seconds?|secs?'})\b(?!\s*/)",
            re.I,
        ),
    )
    for name, (words, _) in _TIME_UNITS.items()
]

STATISTICS = {
    "mean": r"mean|average|avg",
    "p50": r"p_?50|median|50(?:\.0)?th|50\s?%(?=[ -]?(?:ile|percentile))",
    "p90": r"p_?90|90(?:\.0)?th|90\s?%(?=[ -]?(?:ile|percentile))",
    "p95": r"p_?95|95(?:\.0)?th",
    "p99": r"p_?99(?![.\d])|99(?:\.0)?th",
    "p99.9": r"p_?99[.]?9|99\.9(?:th)?",
    "min": r"min(?:imum)?|fastest|best",
    "max": r"max(?:imum)?|slowest|worst",
}
_OTHER_WORDS = re.compile(
    r"interval|confiden|\bci\b|±|\+/-|bound|target|limit|budget|slo\b|sla\b|between|\bto\b|lower|upper|within|goal|need"
    r"|requir|wait|difference|outlier|std|deviation|σ|\bsd\b|\bvs\b|versus|spread|ratio|times|than|≤|≥|<|>|per\b|offered"
    r"|asked|cover|level|\bse\b|error|\biqr\b|drift|p-value|\bcv\b|margin|from\b|and\b|above|below|threshold|fence"
    r"|expected|theor|ideal|[-–—]\s*$|jitter|range|p99/p50|batch(?:es)? of",
    re.I,
)


class _Label:
    """Words that name a quantity. What they find in a text is kept, for the same labels come again and again."""

    def __init__(self, words: str):
        pattern = re.compile(words, re.I)
        self.all = lru_cache(maxsize=4096)(lambda text: tuple(pattern.finditer(text)))
        self.says_more = lru_cache(maxsize=4096)(lambda text: bool(_OTHER_WORDS.search(pattern.sub("", text))))


_STATISTIC = _Label(
    "|".join(
        f"(?P<{name.replace('.', '_')}>(?<![a-z0-9])(?:{words})(?![a-z0-9]))" for name, words in STATISTICS.items()
    )
)
_THROUGHPUT = _Label("throughput")
_ACCURACY = _Label("accuracy|accurate")
_SCENARIOS = {
    "single_stream": re.compile(r"single[ _-]?stream", re.I),
    "server": re.compile(r"\bserver\b", re.I),
    "offline": re.compile(r"\boffline\b", re.I),
    "multi_stream": re.compile(r"multi[ _-]?stream", re.I),
}


@dataclass(frozen=True)
class Reading:
    """A number as printed: its value and last printed place, its possible units, and the words around it."""

    value: float
    place: float
    units: frozenset[str]
    before: str
    after: str
    labels: tuple[str, ...] = ()
    scenario: str = ""

    @property
    def is_exact(self) -> bool:
        """Has the number two significant digits at least?"""
        return self.place <= 0.1001 * abs(self.value)

    def seconds(self) -> list[tuple[float, float]]:
        """Value and last place in seconds, one for each time unit that it may stand in."""
        return [(self.value * f, self.place * f) for name, (_, f) in _TIME_UNITS.items() if name in self.units]

    def fractions(self) -> list[tuple[float, float]]:
        """Value and last place as a share, for a percentage or a bare number."""
        if "%" in self.units:
            return [(self.value / 100, self.place / 100)]
        return [(self.value, self.place)] if not self.units - {"s"} or self.value <= 1 else []

    def says(self, low: float, high: float, printed: Iterable[tuple[float, float]]) -> bool:
        """Is one of the `printed` values a number between `low` and `high`, but for rounding?"""
        return any(_rounds_to(value, place, low, high) for value, place in printed)


def _rounds_to(value: float, place: float, low: float, high: float) -> bool:
    nearest = min(max(value, low), high)
    return abs(value - nearest) <= max(place * 1.001, 1e-4 * abs(nearest)) and abs(value - nearest) <= 0.34 * abs(
        nearest
    )


# -- from text to readings -----------------------------------------------------


def read(text: str) -> list[Reading]:
    """Every number of a report, in order."""
    readings, section, table = [], "", None
    everywhere = _units_for_all(text)
    for line in _plain(text).splitlines():
        cells = _cells(line)
        if cells is None:
            table = None
            if _is_heading(line):
                section = _section_after(section, line)
            readings += _in_line(line, section, everywhere)
        elif table is None:
            table = cells
            readings += [r for cell in cells for r in _in_line(cell, section, everywhere)]
        elif not _is_rule(cells):
            readings += _in_row(table, cells, section, everywhere)
    return readings


def _plain(text: str) -> str:
    """Without markup: HTML tables become Markdown ones, emphasis goes, spaces and signs are plain."""
    text = re.sub(r"</t[dh]>\s*<t[dh][^>]*>", " | ", text, flags=re.I)
    text = re.sub(r"<tr[^>]*>\s*<t[dh][^>]*>", "\n| ", text, flags=re.I)
    text = re.sub(r"</t[dh]>\s*</tr>", " |\n", text, flags=re.I)
    text = re.sub(r"<h([1-6])[^>]*>", "\n# ", text, flags=re.I)
    text = re.sub(r"<(?:br|/h[1-6]|/p|/li|li|p|/?table|/?ul)[^>]*>", "\n", text, flags=re.I)
    text = html.unescape(re.sub(r"</?[a-zA-Z][^<>]*>", "", text))
    text = re.sub(r"[*`]|(?<!\w)__?|__?(?!\w)", "", text)
    text = re.sub(r"(?<=[\[(])1\s?/\s?s(?=[\])])", "/s", text)  # a unit, not a number
    text = _THOUSANDS.sub(lambda match: f"{Decimal(match[1]).scaleb(3):f} ", text)
    return re.sub(r"[\u00a0\u2009\u202f]", " ", text).replace("µ", "u").replace("μ", "u").replace("−", "-")


def _cells(line: str) -> list[str] | None:
    """The cells of a line of a table: between bars, or set apart by wide gaps (three or more columns)."""
    if line.count("|") >= 2 or (line.count("|") == 1 and not line.strip().startswith("#")):
        return [cell.strip() for cell in line.strip().strip("|").split("|")]
    columns = re.split(r"\s{2,}|\t+", line.strip())
    return columns if len(columns) >= 3 and not line.lstrip().startswith(("#", "- ")) else None


def _is_rule(cells: list[str]) -> bool:
    return all(re.fullmatch(r"[:\-=+ ]*", cell) for cell in cells)


def _is_heading(line: str) -> bool:
    bare = line.strip()
    return bare.startswith("#") or (bool(bare) and not NUMBER.search(bare) and len(bare) < 60)


def _section_after(section: str, line: str) -> str:
    """The scenario that a heading opens; a heading of a higher kind closes it."""
    named = _scenario_in(line)
    return named or ("" if line.lstrip().startswith(("# ", "## ")) or len(_all_scenarios(line)) > 1 else section)


@lru_cache(maxsize=4096)  # the words around numbers are few
def _all_scenarios(text: str) -> list[str]:
    return [name for name, words in _SCENARIOS.items() if words.search(text)]


def _scenario_in(text: str) -> str:
    """The scenario that `text` speaks of, if it is just one."""
    found = _all_scenarios(text)
    return found[0] if len(found) == 1 else ""


def _units_for_all(text: str) -> frozenset[str]:
    """Units that a sentence of the report gives to every latency ("all latencies in milliseconds")."""
    said = re.findall(r"(?:latenc\w*|times|durations?)\b[^.\n|]{0,40}\bin\s+\(?\b(\w+)", _plain(text), flags=re.I)
    return frozenset(
        name for word in said for name, (words, _) in _TIME_UNITS.items() if re.fullmatch(words, word, re.I)
    )


def _in_line(line: str, section: str, everywhere: frozenset[str]) -> list[Reading]:
    found, last = [], 0
    whole = _scenario_in(line)
    several = len(_all_scenarios(line)) > 1
    for match in NUMBER.finditer(line):
        before, after = line[last : match.start()], line[match.end() : match.end() + SIGHT]
        so_far = line[max(0, match.start() - SIGHT) : match.start()]
        units = _adjacent_unit(after) or _units_in(so_far.rsplit(";", 1)[-1]) or everywhere
        scenario = whole or ("" if several else section)
        found.append(_reading(match.group(), units, before, after, scenario))
        last = match.end()
    return found


def _in_row(header: list[str], cells: list[str], section: str, everywhere: frozenset[str]) -> list[Reading]:
    found = []
    for column, cell in enumerate(cells):
        above = header[column] if column < len(header) else ""
        beside = cells[0] if column else ""
        for match in NUMBER.finditer(cell):
            before, after = cell[: match.start()], cell[match.end() :]
            own = _adjacent_unit(after) or _units_in(before + " " + after)
            units = own or _units_in(above) or _units_in(beside) or everywhere
            scenario = _scenario_in(beside) or _scenario_in(above) or _scenario_in(cell) or section
            reading = _reading(match.group(), units, before, after, scenario)
            found.append(replace(reading, labels=(above, beside)))
    return found


def _reading(printed: str, units: frozenset[str], before: str, after: str, scenario: str) -> Reading:
    plain = Decimal(printed.replace(",", "").replace("−", "-"))
    return Reading(float(plain), 10.0 ** int(plain.as_tuple().exponent), units, before, after[:40], (), scenario)


def _adjacent_unit(after: str) -> frozenset[str]:
    return frozenset([next((name for name, words in _ADJACENT if words.match(after)), "")]) - {""}


@lru_cache(maxsize=4096)
def _units_in(label: str) -> frozenset[str]:
    return frozenset(name for name, words in _IN_LABEL if words.search(label))


# -- what a reading is said to be ----------------------------------------------


def labelled_statistic(reading: Reading) -> str:
    """The latency statistic that the reading is labelled with, if that is beyond doubt."""
    label = _nearest_label(reading, _STATISTIC)
    return (label.lastgroup or "").replace("_", ".") if label else ""


def _is_labelled(reading: Reading, words: _Label) -> bool:
    return _nearest_label(reading, words) is not None


def _nearest_label(reading: Reading, words: _Label) -> re.Match | None:
    """The last match before the number, with nothing in between that changes its meaning."""
    if re.match(r"\s*\S{0,3}\s*(?:[-–—±]|to\b|\+/-|interval|ci\b|confid|percentile|th\b|x\b|×)", reading.after, re.I):
        return None
    if reading.labels:
        return _label_of_cell(reading, words)
    matches = words.all(reading.before)
    if not matches:
        return None
    between = reading.before[matches[-1].end() :]
    return None if len(between) > 30 or _OTHER_WORDS.search(between) else matches[-1]


def _label_of_cell(reading: Reading, words: _Label) -> re.Match | None:
    if _OTHER_WORDS.search(reading.before) or (reading.before.strip(" ([~≈:=") and not words.all(reading.before)):
        return None
    texts = [text for text in (reading.before, *reading.labels) if words.all(text)]
    if not texts or any(words.says_more(text) for text in (*texts, *reading.labels)):
        return None
    matches = words.all(texts[0])
    return matches[0] if len(matches) == 1 else None


# -- what a report has to say --------------------------------------------------


def statistic_bounds(latencies: list[float]) -> dict[str, tuple[float, float]]:
    """Each statistic of the latencies, from and to what the usual definitions make of it."""
    values = sorted(latencies)
    last = len(values) - 1
    mean = sum(values) / len(values)
    bounds = {"mean": (mean, mean), "min": (values[0], values[0]), "max": (values[-1], values[-1])}
    for name, share in (("p50", 0.5), ("p90", 0.9), ("p95", 0.95), ("p99", 0.99), ("p99.9", 0.999)):
        places = (
            math.floor(share * last),
            math.ceil(share * last),
            math.ceil(share * len(values)) - 1,
            int(share * len(values)),
        )
        bounds[name] = (values[max(min(places), 0)], values[min(max(places), last)])
    return bounds


def copied(results: dict) -> dict:
    """The same results, out of reach of whoever changes these."""
    return {name: replace(result, latencies=list(map(float, result.latencies))) for name, result in results.items()}


def as_run(results: dict) -> dict:
    """`results` with metadata, of the kinds that a run gives."""
    for result in results.values():
        count, rate = len(result.latencies), float(result.throughput)
        result.metadata = {
            "queries": count, "samples": count, "batch_size": 8, "elapsed_s": count / rate, "duration_s": count / rate,
            "target_qps": rate, "achieved_qps": rate, "seed": 5, "latencies_in_order": [*result.latencies],
            "waiting_s": [0.0] * count, "service_s": [*result.latencies], "utilisation": 0.5, "kept_up": True,
        }  # fmt: skip
    return results


_DECOYS = [10 ** (step / 6.5) for step in range(-6, 7) if step]


class ParsedReport:
    """A report and the results that it was made from, by scenario value.

    Lines in a list are read, too: `assert_is_text` is for the part that asks for text.
    """

    def __init__(self, given: str | list[str], results: dict):
        self._kind = type(given).__name__
        text = "\n".join(given) if isinstance(given, list) and all(isinstance(each, str) for each in given) else given
        assert isinstance(text, str), f"a report is text, got {self._kind}"
        assert len(text) <= LONGEST, f"a report of {len(text):,} characters is too long to be read"
        self.text, self.results = text, results
        self.readings = read(text)
        self._bounds = {name: statistic_bounds(list(result.latencies)) for name, result in results.items()}
        self._speak_of: dict[str, list[Reading]] = {}  # see `_about`

    def assert_is_text(self) -> None:
        assert self._kind == "str", f"a report is text, got a {self._kind} of lines or parts: join them"

    def lacks_a_latency(self) -> str:
        """A scenario of whose latencies nothing is reported; empty when there is none."""
        return next((name for name in self.results if not self._tells_latency(name)), "")

    def _tells_latency(self, name: str) -> bool:
        return any(
            reading.is_exact and reading.says(low, high, reading.seconds())
            for reading in self._about(name)
            for low, high in self._bounds[name].values()
        )

    def tells_what_was_not_measured(self) -> str:
        """A scenario of which the report tells numbers that are not its own as readily as its own.

        Twelve rates and twelve latencies around the true ones, none of them true: an honest report may hit one or two.
        """
        for name, result in self.results.items():
            rates = [float(result.throughput) * factor for factor in _DECOYS]
            times = [self._bounds[name]["mean"][0] * factor for factor in _DECOYS]
            about = [reading for reading in self._about(name) if reading.is_exact]
            told = sum(
                any("/s" in r.units and _rounds_to(r.value, r.place, each, each) for r in about) for each in rates
            )
            told += sum(any(r.says(each, each, r.seconds()) for r in about) for each in times)
            if told > len(_DECOYS):
                return name
        return ""

    def assert_rates_are_told(self) -> None:
        lacking = self.lacks_throughput()
        rate = self.results[lacking].throughput if lacking else 0.0
        assert not lacking, (
            f"the throughput of {lacking} ({rate:g} samples/s) is not in the report, or without its unit"
        )

    def assert_latencies_are_told(self) -> None:
        lacking = self.lacks_a_latency()
        assert not lacking, (
            f"of {lacking}, no latency (such as p50, p90, p99 or mean) is in the report with its unit; latencies are "
            "kept in seconds and percentiles are taken from sorted data"
        )

    def assert_nothing_else_is_told(self) -> None:
        anything = self.tells_what_was_not_measured()
        assert not anything, f"of {anything}, the report tells so many numbers that any result would be among them"
        for wrong in (self.wrong_latency(), self.wrong_throughput()):
            assert not wrong, f"in the report {wrong}, which is not what was measured (or not in that unit)"

    def assert_accuracies_are_told(self) -> None:
        lacking = self.lacks_accuracy()
        share = self.results[lacking].accuracy if lacking else 0.0
        assert not lacking, f"the accuracy of {lacking} ({share:.2%}) is not in the report"
        assert not self.wrong_accuracy(), f"in the report {self.wrong_accuracy()}, which was not measured"
        assert not self.shows_nan, "the report shows nan: what was not measured should be said to be not measured"

    def lacks_throughput(self) -> str:
        """A scenario whose throughput is not reported."""
        return next((name for name in self.results if not self._tells_throughput(name)), "")

    def _tells_throughput(self, name: str) -> bool:
        true = float(self.results[name].throughput)
        return any(
            r.is_exact and "/s" in r.units and _rounds_to(r.value, r.place, true, true) for r in self._about(name)
        )

    def lacks_accuracy(self) -> str:
        """A scenario whose measured accuracy is not reported."""
        measured = [name for name, result in self.results.items() if not math.isnan(result.accuracy)]
        return next((name for name in measured if not self._tells_accuracy(name)), "")

    def _tells_accuracy(self, name: str) -> bool:
        true = float(self.results[name].accuracy)
        return any(
            r.is_exact and _rounds_to(value, place, true, true)
            for r in self._about(name)
            for value, place in r.fractions()
        )

    def wrong_latency(self, told_in: str = "") -> str:
        """A number that is labelled with a statistic which it is not, or stands in another unit; else nothing.

        With `told_in`, of numbers in that unit alone, which may not have been rounded until nothing is left either.
        """
        for name, known in self._bounds.items():
            fine = [reading for reading in self._about(name) if reading.place <= 0.01001 * abs(reading.value)]
            for statistic, ends in known.items():
                if any(_misses_its_unit(fine, end) for end in {*ends} - {0.0}):
                    return f"{statistic} of {name}, {ends[0]:.4g} s, stands in another unit"
        for reading in self.readings:
            statistic = labelled_statistic(reading)
            if not statistic or not reading.seconds() or (told_in and reading.units != {told_in}):
                continue
            bounds = [self._bounds[name][statistic] for name in self._candidates(reading)]
            vanished = bool(told_in) and reading.value == 0 and all(low > 0 for low, _ in bounds)
            if bounds and (vanished or not any(reading.says(low, high, reading.seconds()) for low, high in bounds)):
                return f"{statistic} is said to be {reading.value:g} {'/'.join(sorted(reading.units))}"
        return ""

    def wrong_throughput(self) -> str:
        for reading in self.readings:
            if reading.units == {"/s"} and (_is_labelled(reading, _THROUGHPUT) or _is_said_of_its_scenario(reading)):
                true = [float(self.results[name].throughput) for name in self._candidates(reading)]
                if true and not any(_rounds_to(reading.value, reading.place, each, each) for each in true):
                    return f"throughput is said to be {reading.value:g} per second"
        return ""

    def wrong_accuracy(self) -> str:
        """A number that is labelled as the accuracy of something whose accuracy it is not, or was never measured."""
        for reading in self.readings:
            if _is_labelled(reading, _ACCURACY) and reading.units <= {"%"} and reading.fractions():
                true = [float(self.results[name].accuracy) for name in self._candidates(reading)]
                if true and not any(self._is(reading, each) for each in true if not math.isnan(each)):
                    return f"accuracy is said to be {reading.value:g}{''.join(reading.units)}"
        return ""

    def wrong_load(self) -> str:
        """What the report says of a server's load and is not in the metadata of its result; empty when all is well."""
        for result in self.results.values():
            for name, true in _load_facts(result.metadata or {}).items():
                for line in _lines_on(self.text, _LOAD[name]):
                    told, right = read(line), [each * scale for each in true for scale in _LOAD_SCALES]
                    if told and not any(_is_near(reading, each) for reading in told for each in right):
                        return line.strip()
        return ""

    @property
    def shows_nan(self) -> bool:
        return bool(re.search(r"(?<![A-Za-z])nan\b", self.text, re.I))

    def invents_a_scenario(self) -> str:
        """A latency, rate or accuracy that is said of a scenario which is not among the results."""
        for reading in self.readings:
            claims = (
                (labelled_statistic(reading) and reading.seconds())
                or _is_labelled(reading, _THROUGHPUT)
                or _is_labelled(reading, _ACCURACY)
            )
            if reading.scenario and reading.scenario not in self.results and claims:
                return f"{reading.scenario}: {reading.before.strip()} {reading.value:g}"
        return ""

    @staticmethod
    def _is(reading: Reading, true: float) -> bool:
        return any(_rounds_to(value, place, true, true) for value, place in reading.fractions())

    def _about(self, name: str) -> list[Reading]:
        """The readings that may speak of scenario `name`."""
        if name not in self._speak_of:
            self._speak_of[name] = [reading for reading in self.readings if reading.scenario in ("", name)]
        return self._speak_of[name]

    def _candidates(self, reading: Reading) -> list[str]:
        """The scenarios that a reading may speak of."""
        return (
            [reading.scenario] if reading.scenario in self.results else [] if reading.scenario else list(self.results)
        )


def _is_said_of_its_scenario(reading: Reading) -> bool:
    """Is it a rate of samples with nothing but the scenario's name before it, as in "- offline: 250 samples/s"?"""
    words, name = (re.sub(r"[\W_]", "", text.lower()) for text in (reading.before, reading.scenario))
    return bool(name) and words == name and reading.after.lstrip().startswith("samples")


_LOAD_SCALES = (1.0, 100.0, 1e3, 1e6)  # a share may be a percentage; seconds may be told in ms or µs
_LOAD = {
    "achieved": r"\bachieved\W+(?:rate|load|qps|quer\w+|arriv\w+)|\b(?:rate|load|qps)\W+(?:was\W+)?achieved",
    "utilisation": r"\butili[sz]ation\W{0,6}(?:\w+\W+){0,2}?(?=\d)",
    "wait": r"\b(?:mean|average|avg)\W+(?:\w+\W+){0,2}wait\w*|\bwait\w*\W+(?:\w+\W+){0,2}(?:mean|average|avg)\b",
}
_NO_FIGURE = re.compile(
    r"\b(?:below|above|under|over|exceed\w*|than|must|should|may|reach\w*|near|close|if|when|at (?:most|least))\b"
    r"|[<>≤≥]",
    re.I,
)


def _load_facts(known: dict) -> dict[str, list[float]]:
    """What a result's metadata tell of its load, by the names in _LOAD: the numbers that are right."""
    facts = {"achieved": [known["achieved_qps"]]} if "achieved_qps" in known else {}
    if known.get("service_s"):
        facts["utilisation"] = [sum(known["service_s"]) / known[spent] for spent in ("duration_s", "elapsed_s")]
    if known.get("waiting_s"):
        facts["wait"] = [sum(known["waiting_s"]) / len(known["waiting_s"])]
    return facts


def _lines_on(text: str, label: str) -> list[str]:
    """The rest of each line from where it names a thing, unless it speaks of bounds and wishes."""
    found = [(line, re.search(label, line, re.I)) for line in _plain(text).splitlines()]
    return [line[at.start() :] for line, at in found if at and not _NO_FIGURE.search(line)]


_LEVELS = (80.0, 90.0, 95.0, 98.0, 99.0, 99.9)


def tells_amount(text: str, mean_a: float, mean_b: float) -> bool:
    """Does a sentence tell how far apart two means of seconds are: in seconds, in percent or as a factor?

    One of these must be there, right to two significant digits, and none of them may be wrong: neither a percentage
    (other than a level of confidence), nor a factor, nor an amount that stands in another unit than its own.
    """
    difference = abs(mean_a - mean_b)
    shares = {100 * difference / abs(base) for base in (mean_a, mean_b, (mean_a + mean_b) / 2)}
    ratios = {mean_a / mean_b, mean_b / mean_a, mean_a / mean_b - 1, mean_b / mean_a - 1}
    readings = [
        r for r in read(text) if not re.match(r"\s?%\s*(?:\w+\s)?(?:confiden|ci\b|interval|level)", r.after, re.I)
    ]
    percents = [r for r in readings if "%" in r.units and r.value not in _LEVELS]
    factors = [r for r in readings if re.match(r"\s?(?:x\b|×|times\b|-?fold\b)", r.after)]
    right = [r for r in percents if any(_is_near(r, share) for share in shares)]
    right_factors = [r for r in factors if any(_is_near(r, ratio) for ratio in ratios)]
    if len(right_factors) < len(factors) or (percents and not right) or _misses_its_unit(readings, difference):
        return False
    told = [r for r in (*right, *right_factors) if r.is_exact]
    return bool(told) or any(
        r.is_exact and _is_near(r, difference * scale)
        for r in readings for scale in _SCALES.values() if "%" not in r.units
    )  # fmt: skip


_SCALES = {"s": 1.0, "ms": 1e3, "us": 1e6, "ns": 1e9}


def _is_near(reading: Reading, true: float) -> bool:
    return _rounds_to(abs(reading.value), reading.place, abs(true), abs(true))


def told_levels(text: str) -> set[float]:
    """The levels of confidence, in percent, that a text puts beside an interval."""
    found = re.findall(r"(?<![\d.])(\d++(?:\.\d++)?)\s?%[ -](?:confiden|ci\b|interval|level)", text.lower())
    return {float(each) for each in found}


def misses_its_unit(text: str, *amounts_s: float) -> bool:
    """Does an amount of seconds stand in a text in one unit, by its digits, and under the name of another?"""
    return any(_misses_its_unit(read(text), amount) for amount in amounts_s if amount)


def _misses_its_unit(readings: list[Reading], difference: float) -> bool:
    for reading in readings:
        units = reading.units & _SCALES.keys()
        if len(units) == 1 and reading.is_exact:
            right = {unit for unit, scale in _SCALES.items() if _is_near(reading, difference * scale)}
            if right and not right & units:
                return True
    return False
