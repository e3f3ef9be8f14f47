"""Puts what people are owed at one moment into messages: singles together, the rest into the morning's digest (6.7)."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from itertools import groupby
from typing import Any

from bot.flow import Turn
from bot.messages import Outgoing, Text, pack
from handlers import digest, kinds, late
from handlers.reminding import MANY, ON_TIME, Kind, Notice, Owed
from handlers.rules import ladders, wording
from handlers.rules.calendar import SHANGHAI, day_of
from handlers.rules.ladders import RungAt
from storage import dues, findings, memory, pushes, surroundings
from storage import obligations as records
from storage.duties import Obligation, Push
from storage.real_time import real_now

AT_ONCE = 50  # people a turn: more would keep the store's one writer from the sender, which is at it already
SHOWN = 8  # contract.md: lists show eight


@dataclass(frozen=True, slots=True)
class Composed:
    """One message and the pushes that it tells."""

    row: dict[str, Any]
    pushes: list[int]


@dataclass(frozen=True, slots=True)
class Batch:
    """What the store says of these people's pushes, read once for all of them.

    singles, digests: messages of today. counts: how often somebody was told of an obligation before. beside: the
    audiences of each rung, with the person in it. messages: what came of it, written together in the end.
    """

    singles: dict[str, int]
    digests: dict[str, int]
    counts: dict[tuple[int, str], int]
    beside: dict[tuple[int, str, str], list[tuple[str, str]]]
    messages: list[Composed] = field(default_factory=list)


def gather(turn: Turn) -> int:
    """Compose for some of those who are owed something; how many there were. Called until there is nobody left."""
    if (allowed := turn.calendar.may_send(turn.now)) > turn.now:
        pushes.put_off(turn.session, turn.now, allowed, digest.next_morning(turn))
        return 0  # the day became a rest day, or the hour a quiet one, after the rungs were planned
    if dues.ready(turn.session, turn.now, real_now()):
        return 0  # another process is at a rung of this moment: what it leaves belongs into the same messages
    persons = pushes.lock_persons(turn.session, pushes.owed_persons(turn.session, turn.now, AT_ONCE))
    memory.keep(turn.session, whole=len(persons) > MANY)
    if not persons:
        return 0
    mine = pushes.owed(turn.session, persons, turn.now)
    known = records.load(turn.session, {push.obligation for push in mine if push.obligation is not None})
    about = [one.facts["finding"] for one in known.values() if "finding" in one.facts]
    about += [item.id for push in mine for item in digest.items_in(push)]
    held = findings.load_ids(turn.session, about)  # read once, and held to the end
    surroundings.learn(turn.session, held)
    batch = _read(turn, persons, mine)
    for person, rows in groupby(mine, key=lambda push: push.person):
        _compose(turn, batch, person, list(rows))
    turn.session.flush()
    pushes.tell_all(turn.session, [(message.row, message.pushes) for message in batch.messages], turn.now)
    del known, held
    return len(persons)


def _read(turn: Turn, persons: Collection[str], mine: Sequence[Push]) -> Batch:
    today = datetime.combine(day_of(turn.now), datetime.min.time(), SHANGHAI).astimezone(UTC)
    span = today, today + timedelta(days=1)
    about = {push.obligation for push in mine if push.obligation is not None}
    return Batch(
        pushes.told_between(turn.session, persons, "single", *span),
        pushes.told_between(turn.session, persons, "digest", *span),
        pushes.counts_told(turn.session, about, persons),
        pushes.beside(turn.session, about, {push.day for push in mine}),
    )


def _compose(turn: Turn, batch: Batch, person: str, rows: Sequence[Push]) -> None:
    owed = [one for push in rows if push.ladder != digest.KIND and (one := _standing(turn, push)) is not None]
    singles = [one for one in owed if one.push.form == "single"]
    for one in [one for one in singles if one.kind.apart]:
        _tell(turn, batch, person, [one])
        batch.singles[person] = batch.singles.get(person, 0) + 1
    together = [one for one in singles if not one.kind.apart]
    if together and batch.singles.get(person, 0) >= turn.policy.singles_a_day:
        pushes.move(turn.session, [one.push.id for one in together], digest.next_morning(turn), "moved")
    elif together:
        _tell(turn, batch, person, together)
        batch.singles[person] = batch.singles.get(person, 0) + 1
    state = [push for push in rows if push.ladder == digest.KIND]
    lines = [one for one in owed if one.push.form == "digest"]
    if lines and turn.now < digest.morning(turn):  # it was put together for an earlier day and never left
        pushes.move(turn.session, [one.push.id for one in lines], digest.morning(turn), "moved")
        lines = []
    if state or lines:
        _tell_digest(turn, batch, person, lines, state)


def _standing(turn: Turn, push: Push) -> Owed | None:
    """The push with what it is about, if it still stands; one that was moved on asks again who may know."""
    obligation = turn.session.get(Obligation, push.obligation) if push.obligation is not None else None
    rung = _rung(obligation, push) if obligation is not None and obligation.state == "open" else None
    if obligation is None or rung is None:
        pushes.drop(turn.session, [push.id], "settled")
        return None
    kind = kinds.of(push.ladder)
    waited = push.at - push.planned_at > ON_TIME
    if not kind.stands(turn, obligation) or (waited and not _still_his(turn, kind, obligation, push, rung)):
        pushes.drop(turn.session, [push.id], "settled")
        return None
    return Owed(push, obligation, kind, rung)


def _still_his(turn: Turn, kind: Kind, obligation: Obligation, push: Push, rung: RungAt) -> bool:
    """He may still know of it; and what never left, or was written anew, is not overtaken by a later rung."""
    if push.person not in kind.people(turn, obligation, push.role):
        return False
    return push.reason == "moved" or push.role in late.still_meant(turn, obligation, rung.rung, push.planned_at)


def _rung(obligation: Obligation, push: Push) -> RungAt | None:
    line = next((line for line in obligation.rungs if ladders.parse_rung(line).name == push.rung), None)
    return RungAt(ladders.parse_rung(line), push.planned_at) if line is not None else None


def _notice(batch: Batch, one: Owed, day: date) -> Notice:
    push = one.push
    others = batch.beside.get((one.obligation.id, push.rung, push.day), [])
    also = dict.fromkeys(role for role, person in others if person != push.person and role != push.role)
    count = batch.counts.get((one.obligation.id, push.person), 0) + 1
    return Notice(one.obligation, one.rung, push.person, push.role, push.copied, day, count, tuple(also))


def _tell(turn: Turn, batch: Batch, person: str, owed: Sequence[Owed]) -> None:
    """One message of one matter in its own words, or of several in a line each."""
    delayed = any(one.push.at - one.push.planned_at > ON_TIME for one in owed)
    first = owed[0].push
    hold = turn.now if delayed else max(turn.now, first.at + ladders.jitter(person, first.key))
    day = day_of(turn.calendar.may_send(hold))  # right when they arrive, not when they are written (domain.md 6.7)
    if len(owed) == 1:
        notice = _notice(batch, owed[0], day)
        text = f"{owed[0].kind.words(turn, notice)}\n{owed[0].kind.tail(turn, notice)}".rstrip("\n")  # leads have none
    else:
        text = _together(turn, owed, day)
    if delayed:
        text = f"（补发，原定{wording.moment(first.planned_at, day)}）{text}"
    _send(turn, batch, person, owed, Text(text), hold)


def _together(turn: Turn, owed: Sequence[Owed], day: date) -> str:
    lines = [
        f"{at} {one.kind.line(turn, one.obligation, day)}{'（抄送）' if one.push.copied else ''}"
        for at, one in enumerate(owed[:SHOWN], 1)
    ]
    more = [f"另有{len(owed) - SHOWN}件，回复“全部”查看。"] if len(owed) > SHOWN else []
    return "\n".join([f"有{len(owed)}件事需要您处理：", *lines, *more, "回复编号和要办的事，如“第1条进展：…”。"])


def _tell_digest(turn: Turn, batch: Batch, person: str, lines: Sequence[Owed], state: Sequence[Push]) -> None:
    """One card a working morning; what comes too late for it, or on top of it, waits for the next one."""
    rows = [*(one.push for one in lines), *state]
    if batch.digests.get(person) or digest.is_over(turn):
        pushes.drop(turn.session, [push.id for push in state], "late")
        pushes.move(turn.session, [one.push.id for one in lines], digest.next_morning(turn), "moved")
        return
    items = [item for push in state for item in digest.items_in(push)]
    hold = max(turn.now, digest.morning(turn) + ladders.jitter(person, f"{digest.KIND}|{day_of(turn.now)}"))
    found = digest.entries(turn, lines, items, day_of(turn.now))
    if not found:
        pushes.drop(turn.session, [push.id for push in rows], "settled")
        return
    rows[0].facts = {**rows[0].facts, "shown": [entry.matter for entry in found]}  # what 第2条 means in a reply
    _send(turn, batch, person, lines, digest.card(day_of(turn.now), found), hold, state)


def _send(
    turn: Turn, batch: Batch, person: str, owed: Sequence[Owed], message: Outgoing, hold: datetime,
    state: Sequence[Push] = (),
) -> None:  # fmt: skip
    rows = [*(one.push for one in owed), *state]
    kind, body = pack(message)
    task_id = f"k{turn.token()}{turn.token()}" if kind == "card" else None
    if task_id is not None:
        body["task_id"] = task_id
    moment = turn.calendar.may_send(hold)
    row = {
        "person": person, "kind": kind, "body": body, "not_before": real_now(), "created_at": turn.now,
        "hold_until": moment if moment > turn.now else None, "push_key": _key(person, rows), "task_id": task_id,
        "matter": rows[0].matter if len(rows) == 1 else "",
    }  # fmt: skip
    batch.messages.append(Composed(row, [push.id for push in rows]))


def _key(person: str, rows: Sequence[Push]) -> str:
    """The message's own key: its push's, or one made of all of them; anew when it is put together differently."""
    if len(rows) == 1:
        return rows[0].key
    digits = hashlib.sha256("|".join(row.key for row in rows).encode()).hexdigest()[:32]
    return f"together|{person}|{digits}"
