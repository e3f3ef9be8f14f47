"""What a flow says of its ladder: whether it is still owed, who is who today, and the words of a reminder."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta

from bot.flow import Turn
from handlers.rules.ladders import RungAt
from storage.duties import Obligation, Push

ON_TIME = timedelta(minutes=30)  # beyond a tick under a fast rehearsal clock; later was downtime, and is said
MANY = 20  # rungs, or people, from which all appointments are read at once

# How an audience is called when others are told that it heard of it too, from the lowest to the highest.
NAMES = {
    "resp": "责任人", "owner": "承办单位", "submitter": "提交人", "handler": "承办人", "talked": "被约谈人",
    "judge": "验收人", "liaison": "联络员", "invited": "参会人", "host": "主持人", "head": "单位负责人",
    "heads": "成员单位负责人", "source": "督办人", "office": "监督办", "director": "监督办主任",
    "leader": "领导小组组长", "leading": "领导小组",
}  # fmt: skip
_RANKS = {name: rank for rank, name in enumerate(NAMES)}


@dataclass(frozen=True, slots=True)
class Notice:
    """One rung on its way to one person. day: on which it arrives. count: the how-manyth time he is told.

    copied: he only gets a copy. also: the audiences that are told at the same time, besides his own.
    """

    obligation: Obligation
    rung: RungAt
    person: str
    role: str
    copied: bool
    day: date
    count: int = 1
    also: tuple[str, ...] = ()

    @property
    def above(self) -> str:
        """`，已抄送单位负责人、督办人`: who above him hears of it too."""
        mine = _RANKS.get(self.role, 0)
        names = [NAMES[name] for name in self.also if _RANKS.get(name, -1) > mine]
        return f"，已抄送{'、'.join(names)}" if names else ""


def counted(_turn: Turn, notice: Notice) -> str:
    """`（第2次提醒，已抄送单位负责人）`."""
    return f"（第{notice.count}次提醒{notice.above}）"


@dataclass(frozen=True, slots=True)
class Kind:
    """How one ladder speaks. Every function reads the store again; none of them writes.

    title, law: what 为什么提醒我 says: its name, and on what it rests in one sentence. stands: still owed.
    people: an audience's accounts today, only those who may know of the matter. line: one line of a digest, in words
    of that day, beginning with the number. words: a whole message, to which `tail` is added.
    reported: the day of the last report, after which repeats are silent for a while.
    adopt: begins what an earlier version had planned without an obligation. apart: never merged with other matters,
    never moved to the next morning.
    """

    ladder: str
    title: str
    law: str
    stands: Callable[[Turn, Obligation], bool]
    people: Callable[[Turn, Obligation, str], list[str]]
    line: Callable[[Turn, Obligation, date], str]
    words: Callable[[Turn, Notice], str]
    tail: Callable[[Turn, Notice], str] = counted
    reported: Callable[[Turn, Obligation], date | None] | None = None
    adopt: Callable[[Turn, str], None] | None = None
    apart: bool = False


@dataclass(frozen=True, slots=True)
class Owed:
    """A push that still stands, with what it is about."""

    push: Push
    obligation: Obligation
    kind: Kind
    rung: RungAt
