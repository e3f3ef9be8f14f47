"""How characters sound, without tones: what an input method or a dictation takes one for another by."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence
from functools import cache
from pathlib import Path

_TABLE = Path(__file__).with_name(
    "sounds.txt"
)  # syllable and its characters: GB 2312, first level, as pypinyin has them
_MOST = 4  # readings of one word
_NEAR = (("zh", "z"), ("ch", "c"), ("sh", "s"), ("eng", "en"), ("ing", "in"))  # what southern tongues do not part


@cache
def _read() -> tuple[dict[str, tuple[str, ...]], frozenset[str]]:
    sounds: dict[str, tuple[str, ...]] = {}
    syllables = set()
    for line in _TABLE.read_text(encoding="utf-8").splitlines():
        for pair in line.split("  "):
            syllable, chars = pair.split(" ")
            syllables.add(syllable)
            for char in chars:
                sounds[char] = (*sounds.get(char, ()), syllable)
    return sounds, frozenset(syllables)


@cache
def _folded() -> dict[str, tuple[str, ...]]:
    return {char: tuple(dict.fromkeys(map(_fold, said))) for char, said in _read()[0].items()}


def _fold(syllable: str) -> str:
    for much, little in _NEAR:
        if syllable.startswith(much):
            syllable = little + syllable[len(much) :]
        elif syllable.endswith(much):
            syllable = syllable[: -len(much)] + little
    return syllable


def alike() -> dict[str, tuple[str, ...]]:
    """Every character with the others that may be heard or typed for it."""
    together: dict[str, list[str]] = {}
    for char, said in _folded().items():
        for syllable in said:
            together.setdefault(syllable, []).append(char)
    return {
        char: tuple({other: None for syllable in said for other in together[syllable] if other != char})
        for char, said in _folded().items()
    }


def keys(word: str) -> Sequence[str]:
    """The ways a word may sound, what is not parted by ear folded together; nothing when a character is unknown."""
    table = _folded()
    readings = [table.get(char, ()) for char in word]
    if not all(readings):
        return ()
    return [" ".join(said) for said in itertools.islice(itertools.product(*readings), _MOST)]


def spelt(word: str) -> Iterator[tuple[str, ...]]:
    """The ways a word is spelt in letters, a syllable a character."""
    table = _read()[0]
    readings = [table.get(char, ()) for char in word]
    if all(readings):
        yield from itertools.islice(itertools.product(*readings), _MOST)
