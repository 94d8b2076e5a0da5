"""What a recommendation says, read tolerantly: which one is lower, by how much, or that nothing was found.

Learners word it as they like. So these readers look for what contradicts the
truth and pass whatever does not.
"""

from __future__ import annotations

import re

LONGEST = 10_000  # characters

_NOUNS = r"results?|model|system|group|samples?|set|candidate|variant|version|run|configuration|option|measurements?"
_A = rf"(?:(?i:\b(?:{_NOUNS})[ _]?a\b|\bthe first(?: one)?\b|\bbaseline\b)|\bA\b)"
_B = rf"(?:(?i:\b(?:{_NOUNS})[ _]?b\b|\bthe second(?: one)?\b|\bcandidate\b(?! [ab]\b))|\bB\b)"
_LESS = r"(?i:lower|faster|quicker|smaller|shorter|less|better|reduces|saves|wins|outperforms|beats)\b"
_MORE = r"(?i:higher|slower|larger|greater|longer|more|worse|increases)\b"
_BETWEEN = (
    r"(?:\s*\([^)]*\))?(?:['’]s)?(?:\s+(?i:mean|average|median|latency|latencies|is|are|was|were|has|had"
    r"|have|runs?|performs?|shows?|"
    r"appears?|clearly|significantly|statistically|a|the|by|much|about|(?:\d+(?:\.\d+)?\s?(?:%"
    r"|[munµ]?s)?))){0,6}?\s+"
)
_PICK = (
    r"(?:prefer|choose|use|pick|keep|adopt|deploy|switch to|go with|winner(?: is)?:?|(?:lower"
    r"|faster)(?: one)?(?: is)?:)"
    r"\s+"
)

_NOTHING = re.compile(
    r"\b(?:no|without|lack of|little|any)\b(?:\W++[\w-]++){0,3}\W++(?:difference|evidence|effect|winner"
    r"|conclusion|change|advantage|reason|gain)"
    r"|(?:\bnot\b|n['’]t\b)(?:\W++[\w-]++){0,3}\W++(?:significant|significantly|differ|different|difference"
    r"|distinguish\w*|conclu\w+|enough|show\w*"
    r"|told|tell|proven?|detect\w*|found|establish\w*|support\w*|reject\w*)"
    r"|\bcannot\b|\bneither\b|\bnone\b|\binsufficient|\binconclusive|\bindistinguishable|\bsame\b"
    r"|\bequivalent|\bequal|\bsimilar"
    r"|\bcomparable|\bnoise\b|\bchance\b|\binsignificant|\bnon-?significant|\bunclear|\bundecided|\btied?\b"
    r"|\bfail(?:s|ed)? to\b",
    re.IGNORECASE,
)
_WEAKLY_NOTHING = re.compile(r"\bno\b|\bnot\b|n['’]t\b|\bwithin\b|\bnothing\b", re.IGNORECASE)
_NEGATION = re.compile(
    r"\b(?:no|not|none|zero|0|without|free of|nor|neither|never)\b|n['’]t\b",
    re.IGNORECASE,
)

_NOT_AS_IT_SHOULD = re.compile(
    r"(?:\bnot|n['’]t) (?:be |yet |quite )?(stead\w+|stable|stationary|constant|independent|uniform)"
)


def _short(text: str) -> str:
    """`text`; an assertion that it is too long to be read, since what searches it must end soon whatever it is."""
    assert len(text) <= LONGEST, f"a recommendation of {len(text):,} characters is too long to be read"
    return text


def says_nothing_was_found(text: str) -> bool:
    """Does the text say, in one way or another, that there is no difference to act on?"""
    text = _short(text)
    return bool(_NOTHING.search(text)) or bool(_WEAKLY_NOTHING.search(text) and not said_to_be_lower(text))


def said_to_be_lower(text: str) -> set[str]:
    """Which of "a" and "b" the text says is the lower (or faster) one; empty when that can't be told."""
    text = re.sub(
        r"\bA(?= (?:\w+ly )?(?:lower|higher|faster|slower|smaller|larger|difference|significant|real"
        r"|clear)\b)",
        "",
        _short(text),
    )
    found = set()
    for me, other, mine in (("a", "b", _A), ("b", "a", _B)):
        if re.search(mine + _BETWEEN + _LESS, text) or re.search(rf"(?i:{_PICK})(?:the )?{mine}", text):
            found.add(me)
        if re.search(mine + _BETWEEN + _MORE, text):
            found.add(other)
    return found


def clauses_about(text: str, words: str) -> list[str]:
    """The clauses of `text` that match the pattern `words`, in lower case."""
    clauses = re.split(r"[;\n]|\.(?=\s|$)|!|,(?=\s)|\s[-–—]\s", text.lower())
    return [clause.strip() for clause in clauses if re.search(words, clause)]


def names(text: str, words: str) -> bool:
    """Does a clause of `text` name the thing without denying it?"""
    clauses = [
        _NOT_AS_IT_SHOULD.sub("un\\1", re.sub(r"(?<!\d)\d[\d.,]*+\s?%", "", clause))
        for clause in clauses_about(_short(text), words)
    ]
    return any(not _NEGATION.search(clause) for clause in clauses)


def count_named(text: str, words: str) -> int:
    """How many of a thing there are by the text: "5 outliers", "outliers: 5 of 300"; 0 when it says no number."""
    counts = []
    for clause in clauses_about(_short(text), words):
        before = re.findall(rf"(?<!\d)(\d++)(?: of \d++)?(?: [a-z]+)? (?:{words})\b", clause)
        after = re.findall(
            rf"(?:{words})(?: found| detected)?\s*[:=(]\s*(\d+)\b(?!\.\d|\s*(?:iqr|sigma|σ|x\b|×|sd|std|mad"
            r"|median|%))",
            clause,
        )
        counts += [int(number) for number in (*before, *after)]
    return max(counts, default=0)
