"""Slips of the fingers, mended before a message is read: same sound, letters, swapped, doubled and left-out characters.

Only what the dictionary does not know is mended, and only into words that the rules look for. The original keeps its
length beside the mended twin: where one character now stands for more or fewer, a private one holds their place, and
`Mended.restored` gives the person's own characters back.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from bot.understanding import concepts, sounds, words
from bot.understanding import text as texts

_WORDS = Path(__file__).with_name("vocabulary.txt")  # made by `python -m bench.understanding.vocabulary`
_HELD = 0xF0000  # the first of the private characters
_PRIVATE = re.compile("[\U000f0000-\U000ffffd]")
_LETTERS = re.compile(r"(?<![a-z])[a-z]{4,40}(?![a-z])")
_LONGEST = 6
_TOO_LONG = 600  # characters; a text pasted whole was not typed
_CHINESE = re.compile(r"[一-龥]")
# Words so frequent that one of them standing alone is no slip of another word; the second row only with a neighbour.
_PLAIN = frozenset(
    "的了是在我你您他她它们这那个和与或就都也还又再把被给让到去来要能可以吗呢吧啊呀嘛哦不没未别很太有无上下里已啥谁"
    "一二三四五六七八九十几多少大小人年月日号天点元万亿条项次件份家名位事叫俺咱才只"
)
_COMMON = frozenset(
    "查过会说报改交办出起开发看问写提做装收打换撤派选停加定审登补拍讲拿想立转完整好成用等找催走动进买卖修送领签退管记算约"
)
_TWICE = frozenset("看查催问说聊改刚常偷天人谢仅急对好快慢多早等想试哈嘿呵嗯哦公一太爸妈名匿本班厂他")  # doubled on purpose


@dataclass(frozen=True, slots=True)
class Mended:
    """`raw` and `flat` of equal length; `pieces` are what the private characters of `raw` stand for."""

    raw: str
    flat: str
    pieces: tuple[str, ...] = ()

    def restored(self, value: Any) -> Any:
        """A slot's value in the person's own characters."""
        if isinstance(value, str):
            return _PRIVATE.sub(self._piece, value)
        if isinstance(value, Mapping):
            return {key: self.restored(one) for key, one in value.items()}
        if isinstance(value, (list, tuple)):
            return type(value)(self.restored(one) for one in value)
        return value

    @property
    def said(self) -> str:
        """The whole message as the person wrote it."""
        return _PRIVATE.sub(self._piece, self.raw)

    def _piece(self, found: re.Match[str]) -> str:
        return self.pieces[ord(found[0]) - _HELD]


@dataclass(frozen=True, slots=True)
class _Index:
    """The words under the forms that slips give them."""

    words: frozenset[str]  # all that is known, and so no slip
    spoken: frozenset[str]  # key words of concepts
    sound: dict[str, tuple[str, ...]]
    mixed: dict[str, tuple[str, ...]]
    short: dict[str, tuple[str, ...]]
    letters: dict[str, tuple[str, tuple[str, ...]]]


@cache
def _index() -> _Index:
    targets, kept = _WORDS.read_text(encoding="utf-8").split("\n\n")
    spoken = ["登记", *texts.right_words(), *(word for row in concepts.table().values() for word in row.split())]
    wanted = [word for word in dict.fromkeys([*spoken, *targets.split()]) if _fits(word)]
    sound: dict[str, list[str]] = {}
    mixed: dict[str, list[str]] = {}
    short: dict[str, list[str]] = {}
    letters: dict[str, tuple[str, tuple[str, ...]]] = {}
    for word in wanted:
        if len(word) > 2 or not _PLAIN & set(word):
            for key in sounds.keys(word):
                sound.setdefault(key, []).append(word)
        mixed.setdefault("".join(sorted(word)), []).append(word)
        if len(word) >= 4 and "实名" not in word and "匿名" not in word:
            for at in range(len(word)):
                if word[at] not in _PLAIN:
                    short.setdefault(word[:at] + word[at + 1 :], []).append(word)
        for syllables in sounds.spelt(word):
            letters.setdefault("".join(syllables), (word, syllables))
    known = frozenset(wanted) | frozenset(filter(_fits, kept.split()))
    return _Index(known, frozenset(filter(_fits, spoken)), _frozen(sound), _frozen(mixed), _frozen(short), letters)


def _fits(word: str) -> bool:
    return 2 <= len(word) <= _LONGEST and all(map(_CHINESE.match, word))


def _frozen(table: dict[str, list[str]]) -> dict[str, tuple[str, ...]]:
    return {key: tuple(dict.fromkeys(found)) for key, found in table.items()}


def load() -> None:
    """Builds the index ahead of the first message (some tens of milliseconds). Safe in a thread."""
    _index()


class _Writer:
    """Puts the mended twin together, piece by piece."""

    def __init__(self, raw: str, flat: str) -> None:
        self.raw, self.flat = raw, flat
        self.out: list[str] = []
        self.beside: list[str] = []
        self.pieces: list[str] = []
        self.at = 0

    def upto(self, end: int) -> None:
        self.out.append(self.flat[self.at : end])
        self.beside.append(self.raw[self.at : end])
        self.at = end

    def put(self, end: int, word: str, pieces: tuple[str, ...]) -> None:
        """`word` for what stands up to `end`; pieces: what of the original each of its characters stands for."""
        self.out.append(word)
        for piece in pieces:
            if len(piece) == 1:
                self.beside.append(piece)
            else:
                self.beside.append(chr(_HELD + len(self.pieces)))
                self.pieces.append(piece)
        self.at = end

    def done(self) -> Mended:
        self.upto(len(self.flat))
        return Mended("".join(self.beside), "".join(self.out), tuple(self.pieces))


Names = Mapping[str, tuple[str, ...]]


def guarded(names: Iterable[str]) -> Names:
    """Names that are never mended into something else, by their first character, the longest first."""
    out: dict[str, list[str]] = {}
    for name in sorted(set(names), key=lambda name: (-len(name), name)):
        if len(name) >= 2:
            out.setdefault(name[0], []).append(name)
    return {head: tuple(found) for head, found in out.items()}


def mend(raw: str, flat: str, *names: Names) -> Mended:
    """The twin with slips mended. `flat` is `raw` flattened: the same length, half-width, lower-case."""
    if _PRIVATE.search(raw) or len(flat) > _TOO_LONG:
        return Mended(raw, flat)
    index = _index()
    mended = _by_letters(index, raw, flat)
    return _by_words(index, mended, names)


def _by_letters(index: _Index, raw: str, flat: str) -> Mended:
    """dengji -> 登记. Only small letters: those of a number are written large, or stand apart from a word."""
    writer = _Writer(raw, flat)
    for found in _LETTERS.finditer(raw):
        parts = _syllables(index, found[0])
        if parts is not None:
            writer.upto(found.start())
            for word, syllables in parts:
                writer.put(found.end(), word, syllables)
    return writer.done() if writer.at else Mended(raw, flat)


def _syllables(index: _Index, letters: str) -> list[tuple[str, tuple[str, ...]]] | None:
    """The words that the letters spell, the longest first; None when something is left over."""
    out = []
    at = 0
    while at < len(letters):
        size = next((n for n in range(len(letters) - at, 2, -1) if letters[at : at + n] in index.letters), 0)
        if not size:
            return None
        out.append(index.letters[letters[at : at + size]])
        at += size
    return out


def _by_words(index: _Index, before: Mended, names: tuple[Names, ...]) -> Mended:
    raw, flat = before.raw, before.flat
    tokens = _tokens(index, flat, names)
    writer = _Writer(raw, flat)
    writer.pieces = list(before.pieces)
    place = start = 0
    while place < len(tokens):
        best = _best(index, tokens, place) or _crossed(index, tokens, place)
        if best is None:
            start += len(tokens[place])
            place += 1
            continue
        stop, word, pattern = best
        writer.upto(start)
        end = start + sum(map(len, tokens[place:stop]))
        writer.put(end, word, tuple(raw[start + a : start + b] for a, b in pattern))
        place, start = stop, end
    return writer.done() if writer.at else before


def _tokens(index: _Index, flat: str, names: tuple[Names, ...]) -> list[str]:
    """The dictionary's words, names whole, and what the rules know as one word joined."""
    cut: list[str] = []
    at = begin = 0
    while at < len(flat):
        name = next((n for some in names for n in some.get(flat[at], ()) if flat.startswith(n, at)), None)
        if name is None:
            at += 1
            continue
        cut += words.cut(flat[begin:at])
        cut.append(name)
        at += len(name)
        begin = at
    cut += words.cut(flat[begin:])
    out: list[str] = []
    place = 0
    while place < len(cut):
        stop = _joined(index, cut, place)
        out.append("".join(cut[place:stop]))
        place = stop
    return out


def _joined(index: _Index, cut: list[str], place: int) -> int:
    """How far the longest known word of several tokens reaches from here; the next token when there is none."""
    best, piece = place + 1, cut[place]
    for stop in range(place + 2, len(cut) + 1):
        piece += cut[stop - 1]
        if len(piece) > _LONGEST:
            break
        if piece in index.words:
            best = stop
    return best


_Pattern = tuple[tuple[int, int], ...]


def _best(index: _Index, tokens: list[str], place: int) -> tuple[int, str, _Pattern] | None:
    """The longest run of tokens from `place` that is a slip of one word: where it stops, the word, how they match."""
    best = None
    piece, alone = "", 0
    for stop in range(place + 1, len(tokens) + 1):
        token = tokens[stop - 1]
        if not _CHINESE.match(token):
            break
        piece += token
        alone += len(token) == 1
        if len(piece) > _LONGEST + 1:
            break
        if stop - place >= 2 and alone:
            last = stop == len(tokens) or not _CHINESE.match(tokens[stop])
            if (found := _slip(index, piece, alone, last)) is not None:
                best = (stop, *found)
    return best


def _crossed(index: _Index, tokens: list[str], place: int) -> tuple[int, str, _Pattern] | None:
    """牵条|头 behind 这 for 这条牵头: two characters changed places, and both words stand there once they change back."""
    four = tokens[place : place + 4]
    if len(four) < 4 or any(len(token) != 1 or not _CHINESE.match(token) for token in four):
        return None
    first, second = four[0] + four[2], four[1] + four[3]
    if any(all(map(_stands_alone, word)) or word[0] == word[1] for word in (first, second)):
        return None
    if not (_known(index, first) and _known(index, second)):
        return None
    return place + 4, first + second, ((0, 1), (1, 2), (2, 3), (3, 4))


def _known(index: _Index, word: str) -> bool:
    return word in index.words or words.known(word)


def _stands_alone(char: str) -> bool:
    return char in _PLAIN or char in _COMMON


def _slip(index: _Index, piece: str, alone: int, last: bool) -> tuple[str, _Pattern] | None:
    """alone: how many characters of the piece are no part of a word. last: nothing Chinese follows it."""
    size = len(piece)
    if (doubled := _doubled(index, piece)) is not None:
        return doubled
    if alone < 2 and size < 3:
        return None
    same = tuple((at, at + 1) for at in range(size))
    if size <= _LONGEST:
        swapped = [w for w in index.mixed.get("".join(sorted(piece)), ()) if _swapped(piece, w)]
        if (word := _only(index, swapped)) is not None and (alone >= 2 or size >= 4):
            return word, same
        heard = [w for key in sounds.keys(piece) for w in index.sound.get(key, ()) if _heard(piece, w)]
        if (word := _only(index, heard)) is not None and (alone >= 2 or size >= 4 or word in index.spoken):
            return word, same
    if size >= 3 and sum(char in _PLAIN or char in _COMMON for char in piece) < 2:
        short = [w for w in index.short.get(piece, ()) if last or not w.startswith(piece)]
        if (word := _only(index, short)) is not None:
            return word, _gap(piece, word)
    return None


def _only(index: _Index, found: list[str]) -> str | None:
    """The one word that it may be: a key word before others; None when it may be several."""
    several = dict.fromkeys(found)
    spoken = [word for word in several if word in index.spoken]
    best = spoken or list(several)
    return best[0] if len(best) == 1 else None


def _swapped(said: str, word: str) -> bool:
    off = [at for at, (a, b) in enumerate(zip(said, word, strict=True)) if a != b]
    if len(off) != 2 or off[1] != off[0] + 1:
        return False
    pair = {said[off[0]], said[off[1]]}
    return not pair & _PLAIN and not pair <= _COMMON


def _heard(said: str, word: str) -> bool:
    """One character of another look, or two of a long word; a plain word is no slip."""
    off = [(a, b) for a, b in zip(said, word, strict=True) if a != b]
    if not 0 < len(off) <= max(1, len(word) // 3) or any(a in _PLAIN for a, _ in off):
        return False
    others = [a for a, b in zip(said, word, strict=True) if a == b]
    return len(word) > 3 or not any(a in _COMMON for a, _ in off) or not set(others) & (_PLAIN | _COMMON)


def _doubled(index: _Index, piece: str) -> tuple[str, _Pattern] | None:
    for at in range(len(piece) - 1):
        if piece[at] == piece[at + 1] and piece[at] not in _TWICE:
            word = piece[:at] + piece[at + 1 :]
            if word in index.words or (len(piece) == 2 and piece[0] in _PLAIN):
                return word, tuple((n + (n > at), n + 1 + (n >= at)) for n in range(len(word)))
    return None


def _gap(piece: str, word: str) -> _Pattern:
    at = next((n for n, (a, b) in enumerate(zip(piece, word, strict=False)) if a != b), len(piece))
    return tuple((n, n + 1) if n < at else (at, at) if n == at else (n - 1, n) for n in range(len(word)))
