"""A second opinion by examples: which intents a message is most like. Asked only where the rules are at a loss.

The examples are our own messages with names, numbers, dates and money left out (`examples.txt`, made by
`python -m bench.understanding.examples`). Each intent is the mean of its examples over characters, pairs of
characters, concepts and the speaker's role; likeness is the cosine, so every answer can be traced to examples.
"""

from __future__ import annotations

import math
import re
from array import array
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import accumulate, pairwise
from pathlib import Path

from bot.understanding import concepts, intents, reading
from bot.understanding.lazily import lazy

FILE = Path(__file__).with_name("examples.txt")
_HEAD = lazy(r"\[(\w+) (\w+)\]")  # intent, role
_DOUBTED = 10.0  # from this weight on the rules are believed
_LIKE = 0.14  # likeness that decides
_AHEAD = 1.2  # how many times the next one's it must be
_BEYOND = 1.5  # and how many times that of the rules' own choice
# What a likeness may decide. Never what is pushed or refused at once, opens a door once, or answers a question of ours;
# and nothing of the office's own business, which is said in its own words.
_DECIDED = frozenset({
    "submit_finding", "submit_lead", "query_by_number", "query_by_unit", "query_by_time", "query_overdue",
    "query_stats", "submit_progress", "apply_extension", "decide_extension", "apply_acceptance", "accept",
    "return", "assign", "reopen", "withdraw", "convert_to_lead", "declare_no_issue", "submit_quarter_info",
    "submit_special_report", "query_unsubmitted", "urge", "escalate", "ack_reminder", "meeting",
    "joint_inspection", "export_report", "help", "correct", "chitchat", "out_of_scope",
})  # fmt: skip
# Of these, none speaks of a matter by its number.
_AT_LARGE = frozenset({
    "query_by_time", "query_overdue", "query_stats", "query_unsubmitted", "declare_no_issue", "submit_quarter_info",
    "meeting", "joint_inspection", "export_report", "help", "chitchat", "out_of_scope",
})  # fmt: skip
_READ = 160  # characters; what somebody wants is said by then
_OFFERED = 0.1  # what is less like a message is no guess worth a button
_LONG = 16  # characters, as the rules count them
_MIDDLE = 12
_TOO_SHORT = 3  # an answer, and no wish


@dataclass(frozen=True, slots=True)
class Example:
    """text: flat, with U for a unit, P for a person, N for a number, D for a day, A for money, # for other figures."""

    intent: str
    role: str
    text: str


@dataclass(frozen=True, slots=True)
class Like:
    """An intent and how like its examples the message is: 0 to 1, seldom more than a half."""

    intent: str
    score: float


@dataclass(frozen=True, slots=True)
class Opinion:
    """likely: what to offer, best first; empty when nobody had to be asked, or nothing is like it.

    decided: clear enough to be taken.
    """

    likely: tuple[Like, ...] = ()
    decided: Like | None = None


class Examples:
    """Counted once; `like` costs a fraction of a millisecond. What each feature weighs stands in arrays, in a row."""

    def __init__(self, examples: Iterable[Example]) -> None:
        self._all = tuple(examples)
        self._number: dict[str, int] = {}  # of a feature, by when it turned up first
        told = [
            array("L", (self._number.setdefault(name, len(self._number)) for name in _features(one)))
            for one in self._all
        ]
        seen = Counter(number for numbers in told for number in set(numbers))
        self._rare = array("d", (math.log((len(told) + 1) / (seen[at] + 1)) for at in range(len(self._number))))
        centres: dict[str, Counter[int]] = {}
        for one, numbers in zip(self._all, told, strict=True):
            centre = centres.setdefault(one.intent, Counter())
            for number, weight in self._weighed(numbers).items():
                centre[number] += weight  # type: ignore[assignment]  # a Counter adds floats as well
        self._intents = tuple(centres)
        rows = []
        for at, centre in enumerate(centres.values()):
            size = math.hypot(*centre.values()) or 1.0
            rows += [(number, at, weight / size) for number, weight in centre.items()]
        rows.sort()
        self._whose = array("B", (at for _, at, _ in rows))
        self._weights = array("d", (weight for _, _, weight in rows))
        times = Counter(number for number, _, _ in rows)
        self._begin = array("L", accumulate((times[at] for at in range(len(self._number))), initial=0))

    def _weighed(self, numbers: Iterable[int]) -> dict[int, float]:
        """A vector of length one, by the features' numbers: what is frequent everywhere weighs little."""
        found = {number: (1 + math.log(times)) * self._rare[number] for number, times in Counter(numbers).items()}
        size = math.hypot(*found.values()) or 1.0
        return {number: weight / size for number, weight in found.items()}

    def _vector(self, told: Iterable[str]) -> dict[int, float]:
        number = self._number
        return self._weighed(number[feature] for feature in told if feature in number)

    def like(self, text: str, roles: frozenset[str]) -> list[Like]:
        """Every intent by likeness, best first. text: as `masked` gives it."""
        scores = [0.0] * len(self._intents)
        begin, whose, weights = self._begin, self._whose, self._weights
        for number, weight in self._vector(features(text, roles)).items():
            for at in range(begin[number], begin[number + 1]):
                scores[whose[at]] += weight * weights[at]
        return sorted(map(Like, self._intents, scores), key=lambda one: -one.score)

    def nearest(self, text: str, roles: frozenset[str], intent: str, most: int = 2) -> list[tuple[Example, float]]:
        """The examples of one intent that are most like the text; for people who ask why."""
        own = self._vector(features(text, roles))
        found = []
        for one in self._all:
            if one.intent == intent:
                other = self._vector(_features(one))
                found.append((one, sum(weight * other.get(feature, 0.0) for feature, weight in own.items())))
        return sorted(found, key=lambda pair: -pair[1])[:most]


def opinion(r: reading.Reading, ranked: Sequence[tuple[str, float]]) -> Opinion:
    """What the examples say where the rules (`ranked`, best first) doubt; whatever it is, it stays a guess."""
    if (ranked and ranked[0][1] >= _DOUBTED) or len(r.body.strip()) <= _TOO_SHORT:
        return Opinion()
    likely = load().like(masked(r), r.roles)
    best, second = likely[:2]
    rival = "" if intents.silent(ranked) else ranked[0][0]
    held = next((one.score for one in likely if one.intent == rival), 0.0)
    sure = best.score >= max(_LIKE, _AHEAD * second.score, _BEYOND * held)
    asks = rival.startswith("query_") and not best.intent.startswith("query_")  # a question is never made a deed
    decided = best if sure and not asks and best.intent != rival and _may_decide(r, best.intent) else None
    return Opinion(tuple(one for one in likely[:3] if one.score >= _OFFERED), decided)


def _may_decide(r: reading.Reading, intent: str) -> bool:
    """Numbers of leads, meetings and the like have their own rules."""
    if any(not n.value.startswith("WT-") for n in r.numbers):
        return False
    return intent in _DECIDED and not (r.numbers and intent in _AT_LARGE)


def features(text: str, roles: frozenset[str]) -> Iterator[str]:
    """Characters, pairs, concepts, a question or a statement, the length, the roles."""
    framed = f"^{text}$"
    yield from framed
    yield from map("".join, pairwise(framed))
    for name in concepts.Concepts(text).first:
        yield f"@{name}"
    if reading.ASK.search(text):
        yield "@ask"
    if reading.STATEMENT.search(text):
        yield "@statement"
    size = len(re.sub(r"\s", "", text))
    yield "@long" if size >= _LONG else "@middle" if size > _MIDDLE else "@short"
    for role in roles:
        yield f"@{role}"


def _features(one: Example) -> Iterator[str]:
    return features(one.text, frozenset({one.role}))


def masked(r: reading.Reading) -> str:
    """The message proper without whatever is somebody's own: names, numbers, days, money."""
    spans = [(hit.start, hit.end, "U") for hit in r.unit_hits] + [(hit.start, hit.end, "P") for hit in r.people]
    spans += [(n.start, n.end, "N") for n in r.numbers] + [(d.start, d.end, "D") for d in r.dates]
    spans += [(a.start, a.end, "A") for a in r.amounts]
    out, at = [], r.start
    for start, end, sign in sorted(spans):
        if start >= at:
            out += [r.flat[at:start], sign]
            at = end
    return re.sub(r"\s+", " ", re.sub(r"\d+", "#", "".join([*out, r.flat[at:]])))[:_READ]


def parse(text: str) -> Iterator[Example]:
    """`[intent role]`, then an example a line."""
    intent = role = ""
    for line in text.splitlines():
        if head := _HEAD.fullmatch(line):
            intent, role = head.groups()
        elif line:
            yield Example(intent, role, line)


@cache
def load() -> Examples:
    """The examples of the file, counted: about a quarter of a second, once."""
    return Examples(parse(FILE.read_text(encoding="utf-8")))
