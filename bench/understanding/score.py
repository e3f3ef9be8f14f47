"""Counts of a run over labelled messages: intents, slots, and apart from them what would have been dangerous."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from bench.understanding import corpus
from bench.understanding.corpus import Said
from tests.understanding import samples

Answer = tuple[str, Mapping[str, Any]]  # intent and slots
KEPT = samples.KEPT | {"text", "points"}
NESTED = frozenset({"days", "items"})
DANGEROUS = samples.HARD | {"date"}  # a wrong one of these would be believed: money, day, unit, number
_ENOUGH = 0.7  # of the expected words


@dataclass
class Score:
    """right of messages by intent; slots found, wrong (another value), missing (none); the confusions."""

    messages: int = 0
    right: int = 0
    found: int = 0
    wrong: int = 0
    missing: int = 0
    dangerous: list[str] = field(default_factory=list)
    misses: list[str] = field(default_factory=list)
    confusions: Counter[tuple[str, str]] = field(default_factory=Counter)

    @property
    def accuracy(self) -> float:
        return self.right / self.messages if self.messages else 1.0

    @property
    def precision(self) -> float:
        return self.found / (self.found + self.wrong) if self.found + self.wrong else 1.0

    @property
    def recall(self) -> float:
        whole = self.found + self.wrong + self.missing
        return self.found / whole if whole else 1.0

    @property
    def f1(self) -> float:
        both = self.precision + self.recall
        return 2 * self.precision * self.recall / both if both else 0.0

    def add(self, said: Said, answer: Answer) -> None:
        intent, slots = answer
        self.messages += 1
        self.right += intent == said.intent
        if intent != said.intent:
            self.confusions[said.intent, intent] += 1
            self.misses.append(
                f"[{said.file}{said.kind and ' ' + said.kind}] {said.text!r}: {intent} for {said.intent}"
            )
        for key, want in said.slots.items():
            self._slot(said, key, slots.get(key), want)

    def _slot(self, said: Said, key: str, got: Any, want: Any) -> None:
        if fits(key, got, want):
            self.found += 1
            return
        line = f"[{said.file}{said.kind and ' ' + said.kind}] {said.text!r}: {key} {got!r} for {want!r}"
        self.misses.append(line)
        if got is None:
            self.missing += 1
            return
        self.wrong += 1
        if key in DANGEROUS:
            self.dangerous.append(line)


def fits(key: str, got: Any, want: Any) -> bool:
    """Whether a slot's value is the expected one. Descriptions: one holds the other, and ours is not much shorter."""
    if key in KEPT and isinstance(want, str):
        if not isinstance(got, str):
            return False
        return want in got or (got in want and len(got) >= _ENOUGH * len(want))
    if key in NESTED and isinstance(want, list):
        return isinstance(got, list) and len(got) == len(want) and all(map(_holds, got, want))
    return samples.fits(key, got, want)


def _holds(got: Any, want: Any) -> bool:
    if not isinstance(want, Mapping):
        return bool(got == want)
    return isinstance(got, Mapping) and all(fits(key, got.get(key), value) for key, value in want.items())


def ours(said: Said) -> Answer:
    meaning = corpus.engine(said.group).understand(said.text, now=samples.NOW, roles=frozenset({said.role}))
    return meaning.intent, meaning.slots


def run(rows: Iterable[Said], answer: Callable[[Said], Answer] = ours) -> Score:
    out = Score()
    for said in rows:
        out.add(said, answer(said))
    return out
