"""Cutting Chinese into words: rjieba when it is there, jieba otherwise, loaded on first use and in silence."""

from __future__ import annotations

import logging
import tempfile
import threading
import warnings
from collections.abc import Callable
from functools import lru_cache
from typing import Any

_LOCK = threading.Lock()
_STATE: dict[str, Any] = {}


def _from_rjieba() -> tuple[Callable[[str], list[str]], Callable[[str], bool]]:
    import rjieba

    def cut(text: str) -> list[str]:
        return list(rjieba.cut(text, hmm=False))

    try:
        cut("监督")
    except TypeError:
        return (lambda text: list(rjieba.cut(text, False))), rjieba.has_word
    return cut, rjieba.has_word


def _from_jieba() -> tuple[Callable[[str], list[str]], Callable[[str], bool]]:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # jieba's own source is a SyntaxWarning on 3.12, and it imports pkg_resources
        import jieba
    jieba.setLogLevel(logging.CRITICAL)
    tokenizer = jieba.Tokenizer()
    # jieba trusts a marshal file of a predictable name in its temp folder: give it one that nobody else can write.
    with tempfile.TemporaryDirectory(prefix="jiandu-words-") as folder:
        tokenizer.tmp_dir = folder
        tokenizer.initialize()

    def cut(text: str) -> list[str]:
        return list(tokenizer.cut(text, HMM=False))

    return cut, lambda word: bool(tokenizer.FREQ.get(word))


def load() -> None:
    """Makes the dictionary ready (jieba: about a second; rjieba: nothing). Safe from any thread, more than once."""
    with _LOCK:
        if "cut" in _STATE:
            return
        try:
            cut, known = _from_rjieba()
        except ImportError:
            cut, known = _from_jieba()
        _STATE["known"] = known
        _STATE["cut"] = cut


def ready() -> bool:
    return "cut" in _STATE


def cut(text: str) -> list[str]:
    """The words of `text` in order; joined they give it back."""
    if "cut" not in _STATE:
        load()
    result: list[str] = _STATE["cut"](text)
    return result


@lru_cache(maxsize=4096)
def known(word: str) -> bool:
    """Whether the dictionary has the word."""
    if "cut" not in _STATE:
        load()
    return bool(_STATE["known"](word))


def edges(text: str) -> frozenset[int]:
    """The positions where a word begins or ends."""
    at, out = 0, {0}
    for word in cut(text):
        at += len(word)
        out.add(at)
    return frozenset(out)
