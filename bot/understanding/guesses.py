"""What a text would be without one slip, weighed by how people write: a likelier text is believed, a word is let be.

One edit at a time: a character heard for another, left out, doubled, or changed places with its neighbour. Numbers,
days, negations and what touches secrecy are never made, changed or taken away.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache

from bot.understanding import fluency, sounds, vocabulary, words
from bot.understanding.fluency import REACH, STOP, Symbol
from bot.understanding.vocabulary import CHINESE

# What decides a figure, a day, a yes or no, or who may know: not ours to restore.
FIXED = frozenset(
    "零〇一二三四五六七八九十百千万亿两仨俩半几壹贰叁肆伍陆柒捌玖拾佰仟元块角分钱年月日号天周季旬"
    "不没未别无否非免莫勿甭秘密匿实名"
) | {STOP, fluency.DIGITS, fluency.CODE, fluency.UNIT, fluency.PERSON}
# What a slip of each kind costs, as a logarithm.
_SWAPPED, _DOUBLED, _HEARD, _LEFT_OUT = 4.0, 3.0, 5.0, 3.0
_SURE = 3.0  # how much likelier than that the text must become: of talk never seen, 2 of 353 sayings are touched
_APART = 2.0  # the more where no word comes out of it
_WHOLE = 3.0  # the more where all that is touched are words as they stand
_DARED = -8.0  # less likely than what stands there, and yet worth a look where that says nothing
_ROUNDED = 1e-6  # what sums of logarithms may be off by
_FLUENT = -3.0  # on the average of four in a row: likelier characters hold no slip


@dataclass(frozen=True, slots=True)
class Edit:
    """Symbols `start` to `end` are to be read as `chars`; gain: how much likelier that is than what stands there."""

    gain: float
    start: int
    end: int
    chars: str


def fluent(said: Sequence[Symbol]) -> bool:
    """Whether nothing in the text is so unlikely that a slip may be behind it."""
    logs = fluency.model().logs(_chars(said))
    return not any(_broken(logs, at) for at in range(1, len(logs)))


def _chars(said: Sequence[Symbol]) -> str:
    return STOP + "".join([symbol.char for symbol in said]) + STOP


def _broken(logs: Sequence[float], at: int) -> bool:
    """Whether the characters from here on are much less likely than most."""
    return sum(logs[at : at + REACH + 1]) < _FLUENT * min(REACH + 1, len(logs) - at)


def edits(said: Sequence[Symbol], lonely: Sequence[bool], daring: bool = False) -> list[Edit]:
    """The edits that make the text likelier, the best first. lonely: symbols that are no part of a known word.

    daring: also those that make it a little less likely, to be judged by what is understood then.
    """
    chars = _chars(said)
    alone = [False, *lonely, False]
    model = fluency.model()
    logs = model.logs(chars)
    out = []
    enough = _DARED if daring else _SURE
    for start, end, put, cost in _possible(chars, alone, logs, daring):
        after = min(len(chars), end + REACH)
        before, stands = chars[max(0, start - REACH) : start], sum(logs[start:after])
        gain = model.weight(before, put + chars[end:after], stands + cost + enough - _ROUNDED) - stands - cost
        if gain > enough:
            out.append(Edit(gain, start - 1, end - 1, put))
    return sorted(out, key=lambda edit: -edit.gain)


def _possible(
    chars: str, alone: Sequence[bool], logs: Sequence[float], daring: bool
) -> Iterator[tuple[int, int, str, float]]:
    """Start, end, what stands there instead, and what such a slip costs."""
    for at in range(1, len(chars)):
        if not daring and not _broken(logs, at):
            continue
        char, left = chars[at], chars[at - 1]
        if alone[at - 1] or alone[at] or daring:
            for put, joins_left, joins_right in _between(left, char):
                joined = (joins_left and alone[at - 1]) or (joins_right and alone[at])
                if joined or daring:
                    yield at, at, put, _LEFT_OUT + (0.0 if joined else _APART)
        if char in FIXED:
            continue
        right = chars[at + 1]
        near = _WHOLE if not (alone[at - 1] or alone[at] or alone[at + 1]) else 0.0
        if right == char:
            yield at, at + 2, char, _DOUBLED + near
        elif right not in FIXED:
            joined = _word(right, char) or _word(left, right) or _word(char, chars[at + 2])
            yield at, at + 2, right + char, _SWAPPED + near + (0.0 if joined else _APART)
        near = 0.0 if alone[at] else _WHOLE
        yield from ((at, at + 1, put, _HEARD + near) for put in _heard(left, char, right))


@lru_cache(maxsize=1 << 14)
def _heard(left: str, char: str, right: str) -> tuple[str, ...]:
    """What `char` may have been heard for: it was seen between these two, or makes a word with one of them."""
    after, before = fluency.model().after(left), fluency.model().before(right)
    return tuple(
        put
        for put in _alike().get(char, ())
        if put not in FIXED and ((put in after and put in before) or _word(left, put) or _word(put, right))
    )


@lru_cache(maxsize=1 << 14)
def _between(left: str, right: str) -> tuple[tuple[str, bool, bool], ...]:
    """What may have been left out between these two, and whether it makes a word with the one and the other."""
    seen = fluency.model().after(left) & fluency.model().before(right)
    return tuple(
        (put, _word(left, put), _word(put, right)) for put in sorted(seen) if put not in FIXED and CHINESE.match(put)
    )


def _word(left: str, right: str) -> bool:
    return left + right in vocabulary.index().words or words.known(left + right)


@cache
def _alike() -> dict[str, tuple[str, ...]]:
    return sounds.alike()
