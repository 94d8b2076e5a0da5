"""Reading what a report claims beyond its numbers: whatever a benchmark's results can't tell.

A result has latencies, a throughput and an accuracy, and nothing to compare
them with. So a report made from it that tells of targets met, of tests of
significance or of other frameworks made it up. Advice and denials ("should be
tested", "no target was set") are no claims.
"""

from __future__ import annotations

import platform
import re

from tito.tools.benchmarking.recommendation import clauses_about
from tito.tools.testing import NamedMistake

_TARGET = r"(?:targets?|slas?|slos?|requirements?|goals?|budgets?|objectives?)"
_MET = r"(?:meets?|met|achieve[sd]?|satisf(?:y|ies|ied)|fulfil?l(?:s|ed)?|pass(?:es|ed)?)"
_OTHERS = (
    r"(?:baseline|pytorch|tensorflow|onnx|industry|competitors?|competing|state of the art|previous(?:ly)?|before"
    r"|earlier|other models?|last (?:time|version|year)|alternatives?|reference implementation)"
)
_CLAIMS = {
    "significance": r"\bp\s*[<≤]\s*0?\.\d|significance test",
    "repetition": r"\b(?:multiple|several|repeated|independent|\d+) (?:independent )?(?:runs|repetitions|trials)\b"
    r"|\b(?:repeated|ran|run|measured|executed|performed|tested) (?:\w+ ){0,2}(?:twice"
    r"|(?:two|three|four|five|six|seven|eight|nine|ten|several|many|multiple|[2-9]|10) times)\b",
    "a target": rf"\b{_TARGET}\b.{{0,40}}\b{_MET}\b|\b{_MET}\b.{{0,40}}\b{_TARGET}\b",
    "a comparison": r"\b(?:faster|better|quicker|outperforms?|beats|speed-?up|improvement|as fast|slower|worse)\b"
    rf".{{0,30}}\b{_OTHERS}\b",
    "readiness": r"\bproduction[- ]ready\b|\bready for (?:the )?production\b",
    "resources": r"\b(?:memory|cpu|gpu|energy|power) (?:usage|use|footprint|utili[sz]ation|consumption|draw)\b"
    r"\D{0,20}\d",
    "reliability": r"\b(?:availability|uptime|error rate|success rate|failure rate)\b\D{0,20}\d"
    r"|\d\s?%.{0,30}\bsucceeded\b",
    "conditions": r"\b1,?000 queries\b|\bbatch(?:es)?(?: size)?(?: of|:|=| is)? ?32\b"
    r"|\b10(?:\.0)? (?:qps|queries(?:/| per | a )s)|\bfor 60(?:\.0)? ?s",
}
_MLPERF = (
    r"\bmlperf\b.{0,30}\b(?:compliant|conform\w*|certified|bounds? (?:is|are|was|were) met)\b"
    r"|\b(?:meets?|met|satisf(?:y|ies|ied)|fulfil?l(?:s|ed)?|compl(?:y|ies|ied)|compliant|conforms?|pass(?:es|ed)?"
    r"|within)\b"
    r".{0,40}\bmlperf\b"
)
_FACTOR = r"\d\s?(?:%|x\b|×|times\b|-?fold\b) (?:as fast|faster|quicker|slower|better)\b"
_HEDGES = (
    "no|not|nothing|none|never|without|neither|nor|unknown|if|whether|unless|before|should|could|would|may|might|must"
    "|needs?|needed"
)
_DENIAL = re.compile(rf"\b(?:{_HEDGES}|false|n/a)\b|n['’]t\b|[-–—]\s*$")
_NO_CLAIM = re.compile(
    rf"\b(?:{_HEDGES}|recommend\w*|consider|suggest\w*|try|repeat|re-?run|use|compare|measure|check|verify|defaults?"
    r"|at least|typical(?:ly)?|mlperf\w*|more|longer)\b|n['’]t\b"
)
_KEPT_UP = (
    r"\b(?:kept|keeps|keeping) up\b"
    r"|\b(?:handled|sustained|coped with|withstood) (?:the|its|all|this|that) (?:\w+ )?(?:load|rate|traffic|target)"
)
_OF_CHANCE = r"\b(?:probability|probabilities|chance|likelihood|odds|certainty|certain|sure|likely|probable)\b"
_A_SHARE = re.compile(r"\d\s?%|\b[01]?\.\d+|\b1 ?[-–−] ?p\b|\bp(?:-value)?\b")
_ABOUT_TRUTH = re.compile(
    r"\b(?:real|true|genuine|(?:due to|by|just|pure|only) (?:random )?(?:chance|luck|accident|noise)"
    r"|faster|slower|lower|higher|better"
    r"|quicker|different|differs?|exists?|correct|null hypothesis)\b"
)
_ABOUT_DATA = re.compile(
    r"\b(?:if|were|assuming|under|given|had|at least|as (?:extreme|large|big)"
    r"|(?:this|so|that) (?:large|big|extreme|small)"
    r"|seeing|see|observ\w+"
    r"|data|such|arise|not the)\b|\bconfidence (?:interval|level)\b|n['’]t\b|\bunlikely\b"
)
_PROOF = r"\bprov(?:e|es|ed|en|ing|ably)\b|\bproofs?\b"
_NO_DIFFERENCE = re.compile(r"\b(?:no (?:(?:statistically|significant|clear|real) ){0,2}difference|not significant)\b")
_VERSION = re.compile(r"\b(python|numpy)(?: version)?:? v?(\d+\.\d+(?:\.\d+)*)\b(?! or| and|\+)", re.I)
_EQUAL = re.compile(r"\b(?:equal\w*|same|identical\w*|equivalen\w+|no difference|alike|as fast as)\b")
_OVERLOAD = r"\b(?:did|does|could|can)(?: not|n['’]t) keep up\b|\b(?:is|was|were|got) (?:over-?loaded|saturated)\b"
_NO_OVERLOAD = re.compile(
    r"\b(?:if|whether|when|where|unless|until|should|would|may|might|check|watch|no|none|unknown"
    r"|not (?:over-?loaded|saturated))\b"
)


def made_up_claim(text: str) -> str:
    """What a report claims without a measurement behind it, in a word; empty when it claims nothing of the kind."""
    plain = re.sub(r"[*_`|]", " ", text)
    if misread_chance(plain):
        return "a probability"
    if any(not _DENIAL.search(clause) for clause in clauses_about(plain, _MLPERF)):
        return "MLPerf"
    if any(not _NO_OVERLOAD.search(clause) for clause in clauses_about(plain, _OVERLOAD)):
        return "overload"
    found = next((what for what, words in _CLAIMS.items() if any(map(_is_claim, clauses_about(plain, words)))), "")
    factors = [re.sub(r"\bbefore\b", "", clause) for clause in clauses_about(plain, _FACTOR)]
    return found or ("a factor" if any(not _DENIAL.search(clause) for clause in factors) else "")


def claims_to_keep_up(text: str) -> bool:
    """Does a text say that the model kept up with its load, in words or in a cell of a table?"""
    plain = re.sub(r"[*_`|]", " ", text)
    return any(not _DENIAL.search(clause) for clause in clauses_about(plain, _KEPT_UP))


def tells_utilisation(text: str) -> bool:
    """Does a text give a number for the share of time that the model was busy?"""
    return bool(re.search(r"\butili[sz]ation\b[^\d\n.;,]{0,20}\d", text, re.I))


def assert_no_load_made_up(text: str, kept_up: bool | None) -> None:
    """Assert that a report claims nothing of its server's load but what the result says (`kept_up`, None: nothing)."""
    assert kept_up or not claims_to_keep_up(text), NamedMistake(
        "kept-up-made-up",
        "the report says that the model kept up with its load, and the results say "
        + ("nothing about it" if kept_up is None else "that it did not"),
    )
    assert not tells_utilisation(text), NamedMistake(
        "utilisation-made-up", "the report tells a utilisation that is in none of the results"
    )


def calls_enough(text: str) -> str:
    """A clause that calls the samples enough, and not one that says how to get there; empty when there is none."""
    plain = re.sub(r"[*_`|]", " ", text)
    clauses = clauses_about(plain, r"(?:^|: *|\bthere (?:are|were) )(?:enough|sufficient) samples\b")
    return next((clause for clause in clauses if not _DENIAL.search(clause)), "")


def other_conditions(text: str) -> str:
    """A version of Python or NumPy that a report says it was made with, and was not; empty when there is none."""
    import numpy

    true = {"python": platform.python_version(), "numpy": numpy.__version__}
    for name, version in _VERSION.findall(text):
        if not f"{true[name.lower()]}.".startswith(f"{version}."):
            return f"{name} {version}"
    return ""


def misread_chance(text: str) -> str:
    """A clause that takes a p-value for what it is not: how likely a difference is real, or that there is none.

    p is the probability of data like these if there were no difference. What says so is no misreading, and a small p
    may be called unlikely to be chance.
    """
    for clause in clauses_about(re.sub(r"[*_`|]", " ", text), _PROOF):
        said = _NO_DIFFERENCE.sub("", clause)  # that denies a difference, and not the proof
        if _EQUAL.search(clause) and not _DENIAL.search(said):
            return clause
    for sentence in re.split(r"[;\n]|\.(?=\s|$)|!", text.lower()):
        about_truth = _ABOUT_TRUTH.search(re.sub(r"\bby chance\b", "due to chance", sentence))
        if (
            re.search(_OF_CHANCE, sentence)
            and _A_SHARE.search(sentence)
            and about_truth
            and not _ABOUT_DATA.search(sentence)
        ):
            return sentence.strip()
    return ""


def _is_claim(clause: str) -> bool:
    return not _NO_CLAIM.search(clause)
