"""The words under which a text is kept and asked for: one engine and one dictionary on both sides (docs/store.md)."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from functools import lru_cache

from bot.understanding import words
from bot.understanding.lazily import lazy

_RUN = lazy(r"[0-9a-z]+|[\u3400-\u4dbf\u4e00-\u9fff]+")
_EMPTY = frozenset("的了着过在是有和与及或也都就还又很把被对从向为以于个这那之其等地得吗呢吧啊呀")


def terms(text: str) -> list[str]:
    """What a text is found by, in its order: its words, the known words inside longer ones, and pairs of what is in no
    dictionary. The engines' single characters are joined in pairs, so that 围标 is found although it is no word."""
    return list(_words(text, inner=True))


def asked(text: str) -> list[str]:
    """The words of a question, each once: as `terms`, but a longer word stands for what is inside it."""
    return list(dict.fromkeys(_words(text, inner=False)))


def _words(text: str, *, inner: bool) -> Iterator[str]:
    for run in _RUN.findall(unicodedata.normalize("NFKC", text).lower()):
        if run.isascii():
            yield run
            continue
        alone = ""
        for word in words.cut(run):
            if len(word) == 1 and word not in _EMPTY:
                alone += word
                continue
            yield from _pairs(alone)
            alone = ""
            if word in _EMPTY:
                continue
            yield word
            if inner:
                yield from _inside(word)
        yield from _pairs(alone)


def _pairs(alone: str) -> Iterator[str]:
    """Of characters that stand side by side; one that stands alone counts by itself."""
    if len(alone) == 1:
        yield alone
    for at in range(len(alone) - 1):
        yield alone[at : at + 2]


@lru_cache(maxsize=4096)
def _inside(word: str) -> tuple[str, ...]:
    parts = (word[at : at + size] for size in range(2, len(word)) for at in range(len(word) - size + 1))
    return tuple(part for part in parts if words.known(part))
