"""Names with one slip in them: a missing, doubled, swapped or wrong character."""

from __future__ import annotations

import itertools

from bot.understanding import words


def one_off(a: str, b: str) -> bool:
    """One substitution, one missing, one extra or two swapped characters apart."""
    short, long = (a, b) if len(a) <= len(b) else (b, a)
    if len(long) - len(short) > 1:
        return False
    at = next((i for i, char in enumerate(short) if char != long[i]), len(short))  # where they part
    if len(short) < len(long):
        return short[at:] == long[at + 1 :]
    swapped = a[at : at + 2] == b[at : at + 2][::-1] and a[at + 2 :] == b[at + 2 :]
    return at < len(a) and (a[at + 1 :] == b[at + 1 :] or swapped)


def plausible(said: str, word: str) -> bool:
    """Whether `said` is a slip of `word` rather than other words: the shorter it is, the fewer slips are believed."""
    if said == word:
        return False
    if len(said) > len(word):
        believed = len(word) >= 3 or any(x == y for x, y in itertools.pairwise(said))
    elif len(word) >= 4:
        believed = True
    else:  # so short a word has at the most its characters swapped
        believed = sorted(said) == sorted(word) and (len(word) >= 3 or not words.known(said))
    return believed and one_off(said, word)
