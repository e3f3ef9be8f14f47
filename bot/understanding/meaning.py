"""What the bot made of a message: one value, names as in utterances.jsonl (domain.md 5.1)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class UnitName:
    """A unit as people may call it. `code` is the store's key."""

    code: str
    name: str
    aliases: tuple[str, ...] = ()
    parent: str = ""


@dataclass(frozen=True, slots=True)
class PersonName:
    """A person as people may call him; two may share a name."""

    userid: str
    name: str
    unit_code: str = ""
    title: str = ""


@dataclass(frozen=True, slots=True)
class Lexicon:
    """The names of one group at one moment: loaded from the store, swapped whole when it changes."""

    units: tuple[UnitName, ...] = ()
    people: tuple[PersonName, ...] = ()


@dataclass(frozen=True, slots=True)
class Meaning:
    """Intent and slots of one message.

    intent: a name of domain.md 5.1, or "unknown". explicit: a command word or a fixed prefix said so (not a guess).
    slots: names and units of utterances.jsonl: unit/units are canonical names ("SELF" = the speaker's own unit),
    amounts in whole yuan (`amount_yuan`) or as text (`amount_text`), dates ISO, numbers canonical (`WT-2026-0123`).
    A matter meant without its number (domain.md P10) is `ref`: "this" (这条, 那条, 该问题), "last" (刚才那个, 上一条),
    "these" (这几条), "last_submitted_by_me" (撤回刚才那条), or its place in the list shown (1…, -1 its last); several
    places are `refs`. A mere choice (第二条, 1和3) is `select` with `index` or `indexes`.
    unit_options: canonical names when one alias fits several units (then no `unit` slot).
    options: the likeliest intents with scores, best first. why: short notes for people, without message text.
    """

    intent: str = "unknown"
    slots: Mapping[str, Any] = field(default_factory=dict, repr=False)
    explicit: bool = False
    confidence: float = 0.0
    unit_options: tuple[str, ...] = ()
    options: tuple[tuple[str, float], ...] = ()
    why: tuple[str, ...] = field(default=(), repr=False)
