"""How likely characters follow one another in what people write to the bot: what a slip breaks and mending restores.

A model of up to four characters in a row, smoothed after Witten and Bell, over clauses.txt and the words of the rules.
Numbers, names and marks count as one symbol each, so that no figure and no name is ever likelier than another.
"""

from __future__ import annotations

import math
from array import array
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from functools import cache, lru_cache
from itertools import accumulate
from pathlib import Path
from typing import NamedTuple

from bot.understanding import vocabulary
from bot.understanding.lazily import lazy
from bot.understanding.vocabulary import Names

_CLAUSES = Path(__file__).with_name("clauses.txt")  # made by `python -m bench.understanding.clauses`
STOP = ","  # any mark, and both ends
DIGITS, CODE, UNIT, PERSON = "0#UP"
REACH = 3  # characters before one that tell how likely it is
_CLAUSE, _WORD = 10, 3  # what a clause that was said weighs, and a word of the rules beside it
_BITS, _ONE = 16, 0xFFFF  # a character in a key
_KINDS = 6000  # characters that may turn up
_UNSEEN = 0.05
# Whoever is named behind what he is: a name that nobody has told us is no slip either.
_NAMED = lazy(r"(?:承办|责任|负责|联系|经办|主办|牵头|代理|反映|举报)人(?:[:是为]\s*)?([一-龥]{2,3})(?![一-龥])")
_RUN = lazy(r"[a-z0-9](?:[a-z0-9\-_. ]*[a-z0-9])?|[^a-z0-9一-龥]+")


class Symbol(NamedTuple):
    """One symbol of the model and what of the text it stands for."""

    char: str
    start: int
    end: int


def symbols(flat: str, names: Sequence[Names]) -> list[Symbol]:
    """The text as the model sees it; names: those of units, then those of people."""
    out: list[Symbol] = []
    at, size = 0, len(flat)
    named = {found.start(1): found.end(1) for found in _NAMED.finditer(flat)}
    kinds = [(kind, some.heads) for kind, some in zip((UNIT, PERSON), names, strict=False)]
    while at < size:
        char, end = flat[at], at + 1
        for kind, heads in kinds:
            name = next((name for name in heads[char] if flat.startswith(name, at)), "") if char in heads else ""
            if name:
                char, end = kind, at + len(name)
                break
        else:
            if at in named:
                char, end = PERSON, named[at]
            elif not "一" <= char <= "龥" and (found := _RUN.match(flat, at)):
                char, end = _kind(found[0]), found.end()
        out.append(Symbol(char, at, end))
        at = end
    return out


def _kind(run: str) -> str:
    if not run[0].isascii() or not run[0].isalnum():
        return STOP
    return DIGITS if run.isdecimal() else CODE


class Model:
    """How often what followed what: counts under packed keys, 12 bytes each, in the order of their characters.

    The key of some characters is theirs side by side, 16 bits each, so that all that followed them stands together.
    """

    def __init__(self, clauses: Mapping[str, int], words: Iterable[str]) -> None:
        counts: dict[int, int] = {}
        for clause, times in clauses.items():
            _add(counts, STOP + clause + STOP, 1, times * _CLAUSE)
        for word in words:
            _add(counts, word, 0, _WORD)
        self._keys = array("Q", sorted(counts))
        self._until = array("L", accumulate((counts[key] for key in self._keys), initial=0))
        pairs = self._keys[bisect_left(self._keys, 1 << _BITS) : bisect_left(self._keys, 1 << 2 * _BITS)]
        self._turned = array("L", sorted((pair & _ONE) << _BITS | pair >> _BITS for pair in pairs))
        self.log = lru_cache(maxsize=1 << 13)(self._log)
        self._span = lru_cache(maxsize=1 << 12)(self._find)

    def after(self, char: str) -> frozenset[str]:
        """The characters that were seen right behind it."""
        return _followers(self._keys, char)

    def before(self, char: str) -> frozenset[str]:
        """The characters that were seen right before it."""
        return _followers(self._turned, char)

    def _find(self, key: int) -> tuple[int, int]:
        """From where to where what follows these characters stands."""
        first = bisect_left(self._keys, key)
        return first, bisect_left(self._keys, key + _ONE + 1, first)

    def _log(self, before: str, char: str) -> float:
        keys, until, likely = self._keys, self._until, 0.0
        key, code = 0, ord(char)  # of what was before, with room for one more; of that one
        for size in range(len(before) + 1):
            if size:
                key |= ord(before[-size]) << size * _BITS
            first, last = self._span(key)
            if first == last and size:
                break  # nor was anything longer seen
            at = bisect_left(keys, key + code, first, last)
            seen = until[at + 1] - until[at] if at < last and keys[at] == key + code else 0
            if size:
                total, kinds = until[last] - until[first], (last - first) * _CLAUSE
                likely = (seen + kinds * likely) / (total + kinds)
            else:
                likely = (seen + _UNSEEN * _CLAUSE) / (until[last] - until[first] + _UNSEEN * _CLAUSE * _KINDS)
        return math.log(likely)

    def logs(self, text: str) -> list[float]:
        """For every character the logarithm of how likely it is after those before it; the first has none."""
        log = self.log
        return [0.0, *[log(text[max(0, at - REACH) : at], text[at]) for at in range(1, len(text))]]

    def weight(self, before: str, text: str, least: float = -math.inf) -> float:
        """How likely the whole `text` is behind `before`, as a logarithm; minus infinity when not above `least`."""
        log, whole, likely = self.log, before + text, 0.0
        for at in range(len(before), len(whole)):
            likely += log(whole[max(0, at - REACH) : at], whole[at])
            if likely <= least:
                return -math.inf  # what follows makes it no likelier
        return likely


def _add(counts: dict[int, int], text: str, first: int, weight: int) -> None:
    """Counts each character from `first` on, behind none to REACH of those before it."""
    codes = [*map(ord, text)]
    for at in range(first, len(codes)):
        key = 0
        for back in range(min(REACH, at) + 1):
            key |= codes[at - back] << back * _BITS
            counts[key] = counts.get(key, 0) + weight


def _followers(pairs: array[int], char: str) -> frozenset[str]:
    key = ord(char) << _BITS
    first = bisect_left(pairs, key)
    return frozenset(chr(pair & _ONE) for pair in pairs[first : bisect_left(pairs, key + _ONE + 1, first)])


@cache
def model() -> Model:
    said, answered = _CLAUSES.read_text(encoding="utf-8").split("\n\n")
    return Model(Counter(said.split("\n")), [*vocabulary.index().words, *answered.split()])
