"""Key words with one slip in them (missing, doubled, swapped, wrong), looked for where the words say too little."""

from __future__ import annotations

from functools import cache

from bot.understanding import concepts, intents, reading, slips, words
from bot.understanding.concepts import HIDING, table
from bot.understanding.lazily import lazy

_LONGEST = 8
_NO_SLIPS = frozenset({"前五", "前三", "前十", "最多", "最少", "变化", "重新督办"})
_TITLE = lazy(r"《[^》]*》|管理办法")


def weighed(
    r: reading.Reading, ranked: list[tuple[str, float]], why: list[str]
) -> tuple[list[tuple[str, float]], list[str]]:
    """Weighed again with key words that were mistyped; believed only when that says more than the words as they are."""
    bits = r.bits
    for concept in _concepts(_free(r)):
        bits |= concepts.mask(concept)
    if bits == r.bits:
        return ranked, why
    again, reasons = intents.score(bits)
    if not again or (ranked and again[0][1] < ranked[0][1] + 3):
        return ranked, why
    r.bits = bits
    return again, [*reasons, "有错别字"]


def _free(r: reading.Reading) -> str:
    """The message without titles, dates and numbers, which are no slips of a key word: 周五前报 is not 前五."""
    flat = r.flat
    for start, end in [(d.start, d.end) for d in r.dates] + [(n.start, n.end) for n in r.numbers]:
        flat = flat[:start] + "\0" * (end - start) + flat[end:]
    return _TITLE.sub(lambda m: "\0" * len(m[0]), flat[r.start :])


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
    _heads()


def _cuts(flat: str, at: int, piece: str, word: str) -> bool:
    """重新入|账 for 重新纳入: the end of the piece is the beginning of a word of its own."""
    end = at + len(piece)
    after = flat[end : end + 1]
    return len(piece) < len(word) and bool(after.strip(" ,。\0")) and words.known(piece[-1] + after)


@cache
def _heads() -> frozenset[str]:
    """How the forms begin: a piece that begins otherwise is none of them."""
    return frozenset(key[:2] for key in _index() if len(key) >= 2)


def _concepts(flat: str) -> dict[str, int]:
    """Concepts that the text holds with a slip, and where."""
    index, heads = _index(), _heads()
    out: dict[str, int] = {}
    size = len(flat)
    for at in range(size):
        # How the piece begins without its first character, without its second, and without a later one.
        begins = (flat[at + 1 : at + 3], flat[at] + flat[at + 2 : at + 3], flat[at : at + 2])
        worth = [begin in heads for begin in begins]
        for length in range(2, min(_LONGEST + 1, size - at) + 1):
            if length > 2 and not any(worth):
                break
            piece = flat[at : at + length]
            for word, concept in index.get(piece, ()):
                if concept not in out and slips.plausible(piece, word) and not _cuts(flat, at, piece, word):
                    out[concept] = at
            for i in range(length):
                if length > 2 and not worth[min(i, 2)]:
                    continue
                for word, concept in index.get(piece[:i] + piece[i + 1 :], ()):
                    if concept not in out and abs(len(word) - length) <= 1 and slips.plausible(piece, word):
                        out[concept] = at
    return out
