"""Takes what names people out of a text: names, emails, logins and numbers that the course knows, for pseudonyms.

A name is found as a word, in a name in code too (`ada_model`, `AdaModel`), with and without its accents, and where
names are run together. In code, words of the course itself and of Python stay, for a learner may be called Max; not
where two names of one person stand side by side. Emails and home folders of people whom the course does not know go
as well. What free text tells otherwise is for a person to look at.
"""

from __future__ import annotations

import builtins
import io
import keyword
import re
import tokenize
import unicodedata
from collections.abc import Callable, Iterable
from itertools import pairwise, permutations
from typing import TypeVar

from tito.classroom.intake.filenames import folded
from tito.classroom.intake.people.roster import Person

SHORTEST = 3  # letters of a name that is looked for in any case; a shorter one only with a capital
FEWEST_DIGITS = 4  # of a number that is a person's
SOMEBODY = "somebody"
_EMAIL = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+")
_HOME = re.compile(r"(?P<before>/home/|/Users/|\\{1,2}Users\\{1,2})(?P<name>[^/\\\s'\"]+)")
_RUN = re.compile(r"\w[\w.@+-]*")
_WORD = re.compile(r"[^\W\d_]+")
_NUMBER = re.compile(r"\d+")
_HUMPS = re.compile(r"(?<=[^\W\d_A-Z])(?=[A-Z])")  # of `AdaModel`
_BETWEEN = ("", " ", ", ", "_", "-", ".")  # two names of one person
_PYTHON = frozenset({*keyword.kwlist, *keyword.softkwlist, *(name.lower() for name in dir(builtins))})
_UMLAUTS = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss", "ø": "oe", "å": "aa", "æ": "ae", "ł": "l"})
_TEXTS = frozenset({tokenize.COMMENT, tokenize.STRING})

Key = TypeVar("Key", str, tuple[str, str])


class Scrubber:
    """Replaces people by their pseudonyms; `course_texts` have the words that stay in code."""

    def __init__(self, people: Iterable[Person], pseudonym: Callable[[str], str], course_texts: Iterable[str] = ()):
        self._kept = _PYTHON | {word for text in course_texts for word in words_in(text)}
        self._keys: dict[str, str] = {}  # emails, logins, numbers, names run together
        self._words: dict[str, str] = {}
        self._pairs: dict[tuple[str, str], str] = {}
        for person in people:
            self._learn(person, pseudonym(person.id))

    def _learn(self, person: Person, name: str) -> None:
        words = _words_of(person)
        pairs = dict.fromkeys(permutations(words, 2), name)
        joined = ("".join(pair) for pair in pairs)
        _add(self._keys, [*_keys_of(person), *joined], name)
        _add(self._words, words, name)
        _add(self._pairs, pairs, name)

    def in_text(self, text: str) -> str:
        """Prose, and messages."""
        return self._scrubbed(text, frozenset())

    def in_code(self, source: str) -> str:
        """Code that still runs; its comments and strings as prose."""
        source = unicodedata.normalize("NFC", source)
        try:
            tokens = list(tokenize.generate_tokens(io.StringIO(source).readline))
        except (tokenize.TokenError, SyntaxError):
            return self.in_text(source)  # it does not run as it is
        lines = source.splitlines(keepends=True)
        starts = [sum(map(len, lines[:n])) for n in range(len(lines) + 1)]
        spans = [(starts[t.start[0] - 1] + t.start[1], starts[t.end[0] - 1] + t.end[1]) for t in tokens if _is_text(t)]
        return self._by_spans(source, spans)

    def _by_spans(self, source: str, spans: list[tuple[int, int]]) -> str:
        """The source with these spans as prose, and all between them as code."""
        parts, at = [], 0
        for start, end in spans:
            parts += [self._scrubbed(source[at:start], self._kept), self.in_text(source[start:end])]
            at = end
        return "".join([*parts, self._scrubbed(source[at:], self._kept)])

    def _scrubbed(self, text: str, kept: frozenset[str]) -> str:
        text = unicodedata.normalize("NFC", text)
        text = _RUN.sub(lambda found: self._of_key(found[0]), text)
        text = _EMAIL.sub(f"{SOMEBODY}@example.org", text)
        text = _HOME.sub(lambda found: f"{found['before']}{SOMEBODY}", text)
        text = self._without_pairs(text)
        text = _NUMBER.sub(lambda found: "0" * len(found[0]) if found[0] in self._keys else found[0], text)
        return _WORD.sub(lambda found: self._of_word(found[0], kept), text)

    def _of_key(self, run: str) -> str:
        """The pseudonym for a run of signs that is somebody's email, login or number, or has it as a part."""
        bare = run.rstrip(".-+")
        if folded(bare) in self._keys and not bare.isdecimal():
            return self._keys[folded(bare)] + run[len(bare) :]
        if "@" in run:
            return run
        return re.sub(r"\w+", lambda found: self._of_part(found[0]), run)

    def _of_part(self, part: str) -> str:
        return part if part.isdecimal() else self._keys.get(folded(part), part)

    def _without_pairs(self, text: str) -> str:
        """The text without two names of one person side by side, whatever words they are."""
        words = list(_WORD.finditer(text))
        spans: dict[tuple[int, int], str] = {}
        for one, other in pairwise(words):
            name = self._pairs.get((folded(one[0]), folded(other[0])))
            if name and text[one.end() : other.start()] in _BETWEEN:
                spans |= {one.span(): name, other.span(): name}
        for (start, end), name in sorted(spans.items(), reverse=True):
            text = text[:start] + name + text[end:]
        return text

    def _of_word(self, word: str, kept: frozenset[str]) -> str:
        pieces = [word] if folded(word) in self._words else _HUMPS.split(word)
        return "".join(self._of_piece(piece, kept) for piece in pieces)

    def _of_piece(self, piece: str, kept: frozenset[str]) -> str:
        plain = folded(piece)
        if plain in kept or plain not in self._words or (len(plain) < SHORTEST and not piece[0].isupper()):
            return piece
        return self._words[plain]


def _add(known: dict[Key, str], keys: Iterable[Key], name: str) -> None:
    """Have these keys stand for a name; a key of several people stands for somebody."""
    for key in keys:
        known[key] = name if known.get(key, name) == name else SOMEBODY


def _is_text(token: tokenize.TokenInfo) -> bool:
    """Is it a comment, or a string without code in it?"""
    return token.type in _TEXTS and not re.match(r"\w*[fF]\w*['\"]", token.string)


def words_in(text: str) -> set[str]:
    """The words of a text, the pieces of names in code among them."""
    return {folded(piece) for word in _WORD.findall(text) for piece in (word, *_HUMPS.split(word))}


def _keys_of(person: Person) -> set[str]:
    """What is this person's alone: id, login, email, numbers."""
    login = person.email.partition("@")[0]
    keys = {person.id, person.email, login, *(number for number in person.numbers if len(number) >= FEWEST_DIGITS)}
    return {folded(key) for key in keys if len(key) >= SHORTEST}


def _words_of(person: Person) -> list[str]:
    """The words of a name, and those of an id, in each spelling."""
    found = [word for word in _WORD.findall(person.name) if len(word) > 1]
    found += [word for word in _WORD.findall(person.id) if len(word) >= SHORTEST]
    return sorted({folded(spelling) for word in found for spelling in _spellings(word)})


def _spellings(word: str) -> set[str]:
    """A name with its accents, without them, and as keyboards without umlauts write it."""
    bare = "".join(sign for sign in unicodedata.normalize("NFD", word) if not unicodedata.combining(sign))
    return {word, bare, word.lower().translate(_UMLAUTS)}
