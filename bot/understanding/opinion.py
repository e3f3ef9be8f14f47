"""A second opinion: what a message is most like, by weights learnt from labelled messages. Asked where rules weigh.

`opinion.txt` is made by `make learn` (bench/understanding/learning.py) from our own messages, with names, numbers, days
and money left out: a linear classifier over characters, pairs of characters, concepts and the speaker's role. What
speaks for an intent can be told feature by feature (`Weights.grounds`).
"""

from __future__ import annotations

import math
import re
from array import array
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from pathlib import Path

from bot.understanding import commands, concepts, intents, reading, wordings
from bot.understanding.lazily import lazy

FILE = Path(__file__).with_name("opinion.txt")
STEP = 0.02  # what one of the file's weights stands for
_SURE, _AHEAD = -0.4, 0.2  # the score that decides against the rules, and by how much it is ahead of the next
_SURE_ALONE, _AHEAD_ALONE = -0.7, 0.1  # the same where the rules say nothing
_SHORT, _SURE_OF_SHORT, _AHEAD_OF_SHORT = 6, -0.2, 0.4  # up to so many characters
_CERTAIN, _ANOTHER = 0.8, 1.2  # ahead by so much, a question is taken for a deed, or for another question
# What it may decide. Never what is pushed at once (but for what happens just now, below), opens a door once, or answers
# a question of ours; and nothing of the office's own business, which is said in its own words.
_DECIDED = frozenset({
    "submit_finding", "submit_lead", "query_by_number", "query_by_unit", "query_by_time", "query_overdue",
    "query_stats", "submit_progress", "apply_extension", "decide_extension", "apply_acceptance", "accept",
    "return", "assign", "reopen", "withdraw", "convert_to_lead", "declare_no_issue", "submit_quarter_info",
    "submit_special_report", "query_unsubmitted", "urge", "escalate", "ack_reminder", "meeting",
    "joint_inspection", "export_report", "help", "correct", "chitchat", "out_of_scope", "forbidden_access",
})  # fmt: skip
# Of these, none speaks of a matter by its number.
_AT_LARGE = frozenset({
    "query_by_time", "query_overdue", "query_stats", "query_unsubmitted", "declare_no_issue", "submit_quarter_info",
    "meeting", "joint_inspection", "export_report", "help", "chitchat", "out_of_scope",
})  # fmt: skip
_TAKES_BACK = frozenset({"withdraw", "correct", "cancel"})  # 撤回无问题申报 declares nothing
_DECISIONS = frozenset({"decide_extension", "accept", "return"})  # never a unit's of its own matters
# What the rules found and no likeness takes back: where a mistake could not be undone.
_KEPT = frozenset({"urgent_report", "anonymous_report", "anonymous_submit", "anonymous_convert", "forbidden_access"})
_READ = 160  # characters; what somebody wants is said by then
_OFFERED = -0.85  # what scores less is no guess worth a button
_LONG = 16  # characters, as the rules count them
_MIDDLE = 12
_LOOKED_UP = lazy(r"\s*(?:查|查询|查一下|查下|看|看看)\s*\S{1,8}\s*")
_AROUND_DAYS = lazy(r"[\0\s,。;!自从起前后到至之以开始就是的]")
_OF_SOMEBODY = lazy(r"有人[没不未](?=[^\s,。?!吗在])")
_TOO_SHORT = 3  # an answer, and no wish


_LABELS = lazy(r"(?:wt-?)?[\d-]+号?|整改|进展|进度|情况|最新|的")
_TOLD = lazy(r"[一-龥]{2}")  # whoever reports progress tells some


@dataclass(frozen=True, slots=True)
class Like:
    """An intent and its score: above 0 it is taken for one, below -1 for none."""

    intent: str
    score: float


@dataclass(frozen=True, slots=True)
class Opinion:
    """likely: what to offer, best first. decided: clear enough to be taken. ahead: of the next one, by its score."""

    likely: tuple[Like, ...] = ()
    decided: Like | None = None
    ahead: float = 0.0


class Weights:
    """What each feature weighs for each intent, in arrays, in a row; `like` costs a fraction of a millisecond.

    text: as `written` gives it. Raises ValueError where it is something else.
    """

    def __init__(self, text: str) -> None:
        head, names, bases, *lines = text.splitlines()
        self.learnt_from = head.removeprefix("# learnt from ")
        self._intents = names.split()
        self._bases = [int(base) * STEP for base in bases.split()]
        self._number: dict[str, int] = {}
        self._rare = array("d")
        self._begin = array("L", (0,))
        self._whose, self._weights = array("B"), array("b")
        for line in lines:
            feature, rare, weighed = line.split("\t")
            self._number[feature] = len(self._number)
            self._rare.append(int(rare) / 100)
            for pair in weighed.split():
                whose, _, weight = pair.partition(":")
                self._whose.append(int(whose))
                self._weights.append(int(weight))
            self._begin.append(len(self._whose))

    def _vector(self, told: Iterable[str]) -> list[tuple[int, float]]:
        """Numbers of the known features; a vector of length one, where what is frequent everywhere weighs little."""
        number, rare = self._number, self._rare
        known = [number[feature] for feature in set(told) if feature in number]
        size = math.sqrt(sum(rare[at] * rare[at] for at in known)) or 1.0
        return [(at, rare[at] / size) for at in known]

    def like(self, told: Iterable[str], most: int = 3) -> list[Like]:
        """The likeliest intents, best first. told: as `features` gives them."""
        scores = [0.0] * len(self._intents)
        begin, whose, weights = self._begin, self._whose, self._weights
        for number, share in self._vector(told):
            span = slice(begin[number], begin[number + 1])
            for at, weight in zip(whose[span], weights[span], strict=True):
                scores[at] += share * weight
        scores = [STEP * score + base for score, base in zip(scores, self._bases, strict=True)]
        best = sorted(range(len(scores)), key=scores.__getitem__, reverse=True)[:most]
        return [Like(self._intents[at], scores[at]) for at in best]

    def grounds(self, told: Iterable[str], intent: str, most: int = 4) -> list[str]:
        """The features that speak most for an intent; for people who ask why."""
        whose = self._intents.index(intent)
        names = list(self._number)
        spoken: Counter[str] = Counter()
        for number, share in self._vector(told):
            for at in range(self._begin[number], self._begin[number + 1]):
                if self._whose[at] == whose and self._weights[at] > 0:
                    spoken[names[number]] += share * self._weights[at]  # type: ignore[assignment]  # adds floats too
        return [name for name, _ in spoken.most_common(most)]


def written(
    learnt_from: str, names: Sequence[str], bases: Sequence[float], rows: Iterable[tuple[str, float, Sequence[float]]]
) -> str:
    """The file's text. rows: feature, how rare it is, what it weighs for each name; light weights are left out."""
    lines = [f"# learnt from {learnt_from}", " ".join(names), " ".join(str(round(base / STEP)) for base in bases)]
    for feature, rare, weights in rows:
        pairs = [f"{at}:{max(-127, min(127, round(w / STEP)))}" for at, w in enumerate(weights) if abs(w) >= 5 * STEP]
        if pairs:
            lines.append(f"{feature}\t{round(rare * 100)}\t{' '.join(pairs)}")
    return "\n".join(lines) + "\n"


def of(r: reading.Reading, ranked: Sequence[tuple[str, float]]) -> Opinion:
    """What the message is like beside what the rules say (`ranked`, best first); whatever it is, it stays a guess."""
    if len(r.body.strip()) <= _TOO_SHORT or _only_days(r):
        return Opinion()
    likely = load().like(features(masked(r), r.roles))
    best, ahead = likely[0], likely[0].score - likely[1].score
    offered = tuple(one for one in likely if one.score >= _OFFERED)
    decided = best if _decides(r, best, ahead, "" if intents.silent(ranked) else ranked[0][0]) else None
    return Opinion(offered, decided, ahead)


def _only_days(r: reading.Reading) -> bool:
    """12月1日起: an answer, whatever was asked, and no question of its own."""
    rest = reading.blank(r.flat, [(hit.start, hit.end) for hit in r.dates])
    return bool(r.dates) and len(_AROUND_DAYS.sub("", rest)) <= 1  # one more may be a slip of theirs


def _decides(r: reading.Reading, best: Like, ahead: float, rival: str) -> bool:
    """rival: what the rules say, or nothing. Numbers of leads, meetings and the like have their own rules.

    Urgent is only what happens just now, by an event's own words.
    """
    happening = r.has("EVENT") and (r.has("NOW") or r.has("PANIC"))
    if best.intent == "urgent_report" and happening and not r.has("DISCOVER"):
        return rival not in _KEPT and best.score >= 0 and ahead >= (_CERTAIN if r.numbers else _AHEAD)
    if best.intent not in _DECIDED or best.intent == rival or rival in _KEPT:
        return False
    if any(not n.value.startswith("WT-") for n in r.numbers) or (r.numbers and best.intent in _AT_LARGE):
        return False
    if (best.intent == "query_by_time" and not r.dates) or (best.intent in _DECISIONS and r.has("R_UNIT")):
        return False
    if best.intent == "chitchat" and _OF_SOMEBODY.search(r.body):
        return False  # 喂，有人没 is one, 夜班有人没到岗 is none
    if best.intent == "out_of_scope" and _LOOKED_UP.fullmatch(r.body):
        return False  # of whom or what nobody may know is told like of what is not there
    if r.has("WITHDRAW") and rival in _TAKES_BACK and best.intent not in _TAKES_BACK:
        return False
    if (
        best.intent == "withdraw" and rival == "apply_extension"
    ):  # 撤回延期申请: of an application there is nothing else
        return False
    if best.intent == "submit_progress" and not _TOLD.search(_LABELS.sub("", r.body)):
        return False
    if best.intent == "forbidden_access" and r.roles & commands.OVERSEERS:
        return False
    if happening and best.intent != "submit_finding":
        return False  # what happens just now is at most asked back
    questions = ("query_", "help", "export_", "out_of_scope", "chitchat", "forbidden_")
    deed = not best.intent.startswith(questions)
    if deed and wordings.asks(r):
        return False
    sought = (r.has("ASK") or r.has("QUERY")) and not r.has("FINDING_CMD") and deed
    if not rival:
        return best.score >= _SURE_ALONE and ahead >= (_AHEAD if sought else _AHEAD_ALONE)
    needed = _AHEAD
    if (rival, best.intent) == ("submit_lead", "submit_finding"):
        needed = _ANOTHER  # a finding is shown to its unit, a lead is not
    elif rival.startswith("query_"):
        needed = _ANOTHER if best.intent.startswith("query_") else _CERTAIN if sought else _AHEAD
    short = len(r.body.strip()) <= _SHORT  # of which the speaker's role would decide
    return best.score >= (_SURE_OF_SHORT if short else _SURE) and ahead >= max(needed, _AHEAD_OF_SHORT * short)


def features(text: str, roles: frozenset[str]) -> Iterator[str]:
    """Characters, pairs, concepts, what it names, a question or a statement, the length, the roles."""
    framed = f"^{text}$"
    yield from framed
    yield from map("".join, pairwise(framed))
    for name in concepts.Concepts(text).first:
        yield f"@{name}"
    for sign in "UPNXODA#":
        if sign in text:
            yield f"@has{sign}"
    if reading.ASK.search(text):
        yield "@ask"
    if reading.STATEMENT.search(text):
        yield "@statement"
    size = len(re.sub(r"\s", "", text))
    yield "@long" if size >= _LONG else "@middle" if size > _MIDDLE else "@short"
    for role in roles:
        yield f"@@{role}"


def masked(r: reading.Reading) -> str:
    """The message proper without whatever is somebody's own.

    U for a unit, P for a person, N, X or O for the number of a finding, a lead or something else, D for a day, A for
    money, # for other figures.
    """
    spans = [(hit.start, hit.end, "U") for hit in r.unit_hits] + [(hit.start, hit.end, "P") for hit in r.people]
    spans += [(n.start, n.end, {"WT-": "N", "XS-": "X"}.get(n.value[:3], "O")) for n in r.numbers]
    spans += [(d.start, d.end, "D") for d in r.dates] + [(a.start, a.end, "A") for a in r.amounts]
    out, at = [], r.start
    for start, end, sign in sorted(spans):
        if start >= at:
            out += [r.flat[at:start], sign]
            at = end
    return re.sub(r"\s+", " ", re.sub(r"\d+", "#", "".join([*out, r.flat[at:]])))[:_READ]


@cache
def load() -> Weights:
    """The weights of the file: some tens of milliseconds, once."""
    return Weights(FILE.read_text(encoding="utf-8"))
