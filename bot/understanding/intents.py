"""Which intents a message's concepts speak for: a table of weighted rules, every one of them explainable."""

# ruff: noqa: E501 - word lists and patterns read better one entry a line

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

from bot.understanding import concepts
from bot.understanding.rules import RULES

_LINE = 4.0  # a weight below this one says nothing

# Facts that the engine adds to the concepts of the words.
FACTS = [
    "NUM",
    "NUMS",
    "LEADNUM",
    "UNIT",
    "DEPT",
    "PERSON",
    "AMOUNT",
    "DAY",
    "PERIOD",
    "PERCENT",
    "ASK",
    "LONG",
    "SHORT",
    "FORM",
    "ITEMS",
    "ONLYNUM",
    "CATNAME",
    "R_LEAD",
    "R_OFFICE",
    "R_UNIT",
    "R_MEMBER",
    "R_WORKER",
    "TRAILED",
    "HASRECEIPT",
    "STATEMENT",
]

EXTRA = ("CATWORD", "LENGTH", "COUNTED", "PASS", "TALK")

# When two intents weigh the same, the one whose mistake costs more wins (domain.md 5.1).
_PRIORITY = (
    "urgent_report", "correct", "submit_lead", "convert_to_lead", "transfer_lead", "transfer_receipt", "lead_decide",
    "decide_extension", "return", "accept", "apply_extension", "apply_acceptance", "assign", "submit_progress", "submit_finding",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Rule:
    """One line of the table, as masks over the concepts' bits."""

    intent: str
    weight: int
    need: int
    without: int
    either: tuple[int, ...]
    words: str


@cache
def fact(name: str) -> int:
    """The bit of a fact that the engine adds; they lie above those of the concepts."""
    base = 1 << len(concepts.table())
    names = [*FACTS, *EXTRA]
    return base << names.index(name)


def _bit(name: str) -> int:
    try:
        return concepts.mask(name)
    except KeyError:
        return fact(name)


@cache
def rules() -> tuple[Rule, ...]:
    out = []
    for line in filter(None, map(str.strip, RULES.splitlines())):
        head, _, body = line.partition(":")
        intent, weight = head.split()
        need = without = 0
        either: list[int] = []
        for word in body.split():
            if word.startswith("-"):
                without |= _bit(word[1:])
            elif "|" in word:
                bits = 0
                for name in word.split("|"):
                    bits |= _bit(name)
                either.append(bits)
            else:
                need |= _bit(word)
        out.append(Rule(intent, int(weight), need, without, tuple(either), body.strip()))
    return tuple(out)


def score(bits: int) -> tuple[list[tuple[str, float]], list[str]]:
    """Intents with their weights, best first, and the rules that spoke for the best."""
    total: dict[str, int] = {}
    spoke: list[Rule] = []
    for rule in rules():
        if bits & rule.need == rule.need and not bits & rule.without and all(bits & e for e in rule.either):
            total[rule.intent] = total.get(rule.intent, 0) + rule.weight
            spoke.append(rule)
    ranked = sorted(
        total.items(), key=lambda item: (-item[1], _PRIORITY.index(item[0]) if item[0] in _PRIORITY else 99)
    )
    best = ranked[0][0] if ranked else ""
    why = [f"{r.weight:+d} {r.words}" for r in spoke if r.intent == best]
    return [(name, float(weight)) for name, weight in ranked if weight > 0], why


def silent(ranked: Sequence[tuple[str, float]]) -> bool:
    """Whether the rules say nothing; ranked: as `score` gives it."""
    return not ranked or ranked[0][1] < _LINE
