"""Key words with one slip in them (a missing, doubled, swapped or wrong character), looked for only when nothing else fits."""

# ruff: noqa: E501 - word lists and patterns read better one entry a line

from __future__ import annotations

import itertools
from functools import cache

from bot.understanding import words
from bot.understanding.concepts import HIDING, table

_LONGEST = 8


def one_off(a: str, b: str) -> bool:
    """One substitution, one missing, one extra or two swapped characters apart."""
    if len(a) == len(b):
        off = [i for i, (x, y) in enumerate(zip(a, b, strict=True)) if x != y]
        swapped = len(off) == 2 and off[1] == off[0] + 1 and a[off[0]] == b[off[1]] and a[off[1]] == b[off[0]]
        return len(off) == 1 or swapped
    short, long = (a, b) if len(a) < len(b) else (b, a)
    return len(long) - len(short) == 1 and any(long[:i] + long[i + 1 :] == short for i in range(len(long)))


_NO_SLIPS = frozenset({"前五", "前三", "前十", "最多", "最少", "变化", "重新督办"})


def plausible(said: str, word: str) -> bool:
    """Whether `said` is a slip of `word` rather than other words: the shorter the word, the fewer slips are believed."""
    if said == word or not one_off(said, word):
        return False
    if len(said) > len(word):
        return len(word) >= 3 or any(x == y for x, y in itertools.pairwise(said))
    if len(said) == len(word) and sorted(said) == sorted(word):
        return len(word) >= 3 or not words.known(said)
    return len(word) >= 4


@cache
def _index() -> dict[str, list[tuple[str, str]]]:
    """Every key word under each of its forms with one character left out (and itself), as in symmetric deletion."""
    out: dict[str, list[tuple[str, str]]] = {}
    for concept, row in table().items():
        if concept == "=" or concept in HIDING:
            continue
        for word in row.split():
            if word in _NO_SLIPS or not 2 <= len(word) <= _LONGEST or word.isascii():
                continue
            for key in {word, *(word[:i] + word[i + 1 :] for i in range(len(word)))}:
                if len(key) >= 2 or len(word) == 2:
                    out.setdefault(key, []).append((word, concept))
    return out


def load() -> None:
    """Builds the index ahead of its first use (some tens of milliseconds)."""
    _index()


def _cuts(flat: str, at: int, piece: str, word: str) -> bool:
    """重新入|账 for 重新纳入: the end of the piece is the beginning of a word of its own."""
    end = at + len(piece)
    after = flat[end : end + 1]
    return len(piece) < len(word) and bool(after.strip(" ,。\0")) and words.known(piece[-1] + after)


def concepts_of(flat: str) -> dict[str, int]:
    """Concepts that the text holds with a slip, and where."""
    index = _index()
    out: dict[str, int] = {}
    size = len(flat)
    for at in range(size):
        for length in range(2, min(_LONGEST + 1, size - at) + 1):
            piece = flat[at : at + length]
            seen = index.get(piece, ())
            for word, concept in seen:
                if concept not in out and plausible(piece, word) and not _cuts(flat, at, piece, word):
                    out[concept] = at
            for i in range(length):
                for word, concept in index.get(piece[:i] + piece[i + 1 :], ()):
                    if concept not in out and abs(len(word) - length) <= 1 and plausible(piece, word):
                        out[concept] = at
    return out
