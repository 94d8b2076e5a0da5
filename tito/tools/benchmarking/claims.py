"""Reading what a report claims beyond its numbers: whatever a benchmark's results can't tell.

A result has latencies, a throughput and an accuracy, and nothing to compare
them with. So a report made from it that tells of targets met, of tests of
significance or of other frameworks made it up. Advice and denials ("should be
tested", "no target was set") are no claims.
"""

from __future__ import annotations

import re

from tito.tools.benchmarking.recommendation import clauses_about

_TARGET = r"(?:targets?|slas?|slos?|requirements?|goals?|budgets?|objectives?)"
_MET = r"(?:meets?|met|achieve[sd]?|satisf(?:y|ies|ied)|fulfil?l(?:s|ed)?|pass(?:es|ed)?)"
_OTHERS = r"(?:baseline|pytorch|tensorflow|onnx|industry|competitors?|state of the art|previous version)"
_CLAIMS = {
    "significance": r"\bp\s*[<≤]\s*0?\.\d|significance test",
    "repetition": r"\b(?:multiple|several|repeated|independent|\d+) (?:independent )?(?:runs|repetitions|trials)\b",
    "a target": rf"\b{_TARGET}\b.{{0,40}}\b{_MET}\b|\b{_MET}\b.{{0,40}}\b{_TARGET}\b",
    "a comparison": rf"\b(?:faster|better|quicker|outperforms?|beats|speed-?up|improvement)\b.{{0,30}}\b{_OTHERS}\b",
    "readiness": r"\bproduction[- ]ready\b|\bready for (?:the )?production\b",
    "resources": r"\b(?:memory|cpu|gpu|energy|power) (?:usage|use|footprint|utili[sz]ation|consumption|draw)\b"
    r"\D{0,20}\d",
    "conditions": r"\b1,?000 queries\b|\bbatch(?:es)?(?: size)?(?: of|:|=| is)? ?32\b"
    r"|\b10(?:\.0)? (?:qps|queries(?:/| per | a )s)|\bfor 60(?:\.0)? ?s",
}
_NO_CLAIM = re.compile(
    r"\b(?:no|not|nothing|none|never|without|neither|nor|unknown|if|whether|unless|before|should|could|would|may|might|must"
    r"|needs?|needed|recommend\w*|consider|suggest\w*|try|repeat|re-?run|use|compare|measure|check|verify|defaults?"
    r"|at least|typical(?:ly)?|mlperf\w*|more|longer)\b|n['’]t\b"
)
_OVERLOAD = r"\b(?:did|does|could|can)(?: not|n['’]t) keep up\b|\b(?:is|was|were|got) (?:over-?loaded|saturated)\b"
_NO_OVERLOAD = re.compile(
    r"\b(?:if|whether|when|where|unless|until|should|would|may|might|check|watch|no|none|unknown"
    r"|not (?:over-?loaded|saturated))\b"
)


def made_up_claim(text: str) -> str:
    """What a report claims without a measurement behind it, in a word; empty when it claims nothing of the kind."""
    plain = re.sub(r"[*_`|]", " ", text)
    if any(not _NO_OVERLOAD.search(clause) for clause in clauses_about(plain, _OVERLOAD)):
        return "overload"
    return next((what for what, words in _CLAIMS.items() if any(map(_is_claim, clauses_about(plain, words)))), "")


def _is_claim(clause: str) -> bool:
    return not _NO_CLAIM.search(clause)
