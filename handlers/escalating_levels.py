"""The levels that an overdue finding climbs, from the unit's head to the leading group, and which have heard."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from bot.flow import Turn
from handlers import hearing, parties, texts
from handlers.rules.calendar import day_of
from handlers.urging_cases import reachable
from storage import events, people, told
from storage.matters import Finding

ACTION = "escalate"
LEVELS = ("head", "source", "office", "director", "leading")  # the audiences of the ladder (domain.md 6.3)
TITLES: Mapping[str, str] = {
    "head": "单位负责人", "source": "督办人", "office": "监督办公室", "director": "办公室主任", "leading": "领导小组",
}  # fmt: skip
_ROLES: Mapping[str, str] = {"office_staff": "office", "office_director": "director", "leading_group": "leading"}
_WORDS: Mapping[str, tuple[str, ...]] = {
    "leading": ("领导小组", "组长", "leading"),
    "director": ("主任", "director"),
    "office": ("办公室", "监督办", "office"),
    "head": ("负责人", "单位", "head"),
}


@dataclass(frozen=True, slots=True)
class Level:
    """One level and its people today, as far as they may know of the finding."""

    name: str
    persons: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Act:
    """One raising of the past."""

    at: datetime
    level: str


def rank(name: str) -> int:
    return LEVELS.index(name)


def named(said: str) -> str | None:
    """The level that somebody names."""
    return next((name for name, words in _WORDS.items() if any(word in said for word in words)), None)


def following(turn: Turn, finding: Finding) -> Level | None:
    """The next level above all that have heard of the delay; the speaker's own level and empty ones are passed over."""
    reached = max((rank(name) for name in _heard(turn, finding)), default=-1)
    mine = {level for role, level in _ROLES.items() if turn.actor.has(role)}
    for name in LEVELS[reached + 1 :]:
        persons = tuple(_people(turn, finding, name)) if name not in mine else ()
        if persons:
            return Level(name, persons)
    return None


def last_act(turn: Turn, finding: Finding) -> Act | None:
    """The last raising of this round."""
    acts = _acts(turn, finding)
    return acts[-1] if acts else None


def _heard(turn: Turn, finding: Finding) -> set[str]:
    """By the ladder since it is overdue, and by earlier raisings."""
    assert finding.due is not None
    heard = told.roles_since(turn.session, finding.number, finding.due)
    return (heard | {act.level for act in _acts(turn, finding)}) & set(LEVELS)


def _acts(turn: Turn, finding: Finding) -> list[Act]:
    since = finding.assigned_at or finding.submitted_at
    found = [event for event in events.history(turn.session, finding.number) if event.action == ACTION]
    return [Act(event.at, str((event.after or {}).get("level"))) for event in found if event.at >= since]


def _people(turn: Turn, finding: Finding, name: str) -> list[str]:
    """Those of the level who can be reached and may see the finding; the speaker left out."""
    day = day_of(turn.now)
    if name == "head":
        found = parties.heads(turn.session, finding, day)
    elif name == "source":
        found = parties.trackers(turn.session, finding, day)
    elif name == "office":
        found = people.userids_with(turn.session, ("office_staff",), day)
    elif name == "director":
        found = texts.directors(turn)
    else:
        found = people.userids_with(turn.session, ("leading_group",), day)
    return hearing.able(turn, reachable(turn, found), finding)
