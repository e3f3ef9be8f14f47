"""Writes down what became of calls: sent, tried again, or a dead letter that is told."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from bot import tracing
from bot.clock import CHINA
from bot.flow import VEIL
from bot.parcels import FENCE, Outcome, Parcel
from storage import brakes, deliveries, dues, events, outbox, people
from storage.models import Outbox as Row

GIVE_UP_AFTER = timedelta(days=3)
MAX_REJECTIONS = 30  # with the waits growing to a minute, about half an hour of a busy platform
UNDELIVERED = "undelivered"  # the kind of the due row in which the flows hear of a message that reached nobody

log = logging.getLogger("jiandu.sender")


def mark(
    session: Session, gate: brakes.Gate, done: Sequence[tuple[Parcel, Outcome]], now: datetime, real: datetime
) -> None:
    """All that came back since the last round; `now` is business time. Who is overtaken leaves the row as it is."""
    if not done:
        return
    _brake(session, gate, done, real)
    rows = deliveries.under_way(session, [parcel.id for parcel, _ in done])
    arrived = []
    for parcel, outcome in done:
        row = rows.get(parcel.id)
        overtaken = row is None or row.state != "due" or row.attempts != parcel.attempt
        if row is None or (overtaken and outcome.state != "sent"):
            continue  # the lease ran out and another process has it, or the response was delivered after all
        if outcome.state == "sent" and not (row.kind == "card" and row.closed_text):
            arrived.append((row, outcome.msgid, outcome.response_code))
        else:
            _mark_one(session, parcel, outcome, now, real)
    deliveries.mark_sent(session, arrived, now)


def _brake(session: Session, gate: brakes.Gate, done: Sequence[tuple[Parcel, Outcome]], real: datetime) -> None:
    if any(outcome.brake for _, outcome in done):
        if brakes.pull(session, gate, real):
            log.error("too frequent: every process pauses for %d s", gate.seconds)
    elif any(outcome.state == "sent" for _, outcome in done):
        brakes.ease(session, gate, real)


def _mark_one(session: Session, parcel: Parcel, outcome: Outcome, now: datetime, real: datetime) -> None:
    """What takes more than a mark."""
    row = deliveries.lock_row(session, parcel.id)
    if row is None or (row.state != "due" and outcome.state != "sent"):
        return
    row.lease_until = None
    row.error = outcome.error[:200]
    if outcome.state == "unknown":
        row.doubted_at = row.doubted_at or parcel.claimed_at
    if outcome.state == "sent":
        _overtaken_card(session, row, outcome, now)
    elif outcome.state == "dead" and row.kind == "card_update" and row.attempts > 1:
        row.state, row.sent_at = "sent", now  # the try whose outcome was unknown used up the code (wecom.md 3.4)
    elif outcome.state == "dead" or _hopeless(row, outcome, real):
        bury(session, row, outcome.gone, now)
    else:
        tries = max(0, row.attempts - 1) if outcome.grows else 0
        wait = min(max(60.0, outcome.wait), outcome.wait * 2 ** min(tries, 8))
        row.not_before = real + timedelta(seconds=wait)
        deliveries.put_off(session, row.person, row.id, row.not_before, apart=row.apart)


def _overtaken_card(session: Session, row: Row, outcome: Outcome, now: datetime) -> None:
    """It was closed while it was on its way: now that it is there, it is greyed."""
    row.state, row.sent_at, row.msgid = "sent", now, outcome.msgid[:160]
    row.response_code = outcome.response_code or row.response_code
    session.flush()
    outbox.owe_update(session, row, row.closed_text, now)


def _hopeless(row: Row, outcome: Outcome, real: datetime) -> bool:
    if row.doubted_at is not None and real - row.doubted_at > FENCE:
        return True  # beyond the platform's duplicate check a person decides
    row.rejections += outcome.state == "retry" and not outcome.free
    return real - (row.first_tried_at or real) > GIVE_UP_AFTER or row.rejections >= MAX_REJECTIONS


def bury(session: Session, row: Row, gone: bool, now: datetime) -> None:
    """A dead letter: kept, counted by `run.py check`, and told without its words."""
    row.state, row.lease_until = "dead", None
    row.media_key = row.media_id = ""
    with tracing.under(row=str(row.id)):
        log.error("dead letter error=%s", row.error)
    if gone:
        _unreachable(session, row.person, now)
    if row.kind == "card_update" or row.matter == deliveries.NOTICE:
        return
    if gone and not row.answer:
        facts = {"person": row.person, "outbox": row.id, "about": "" if row.matter.startswith(VEIL) else row.matter}
        dues.plan(session, kind=UNDELIVERED, matter=f"outbox:{row.id}", rung="now", at=now, facts=facts)
    name = people.name_of(session, row.person)
    words = (
        f"未送达的消息累计{deliveries.dead(session)}条，最近一条发给{name}（{row.error}）。"
        "请在服务器上运行 run.py check 查看。"
    )
    hour = now.astimezone(CHINA).strftime("%Y-%m-%dT%H")
    tell_admins(session, words, now, key=f"dead-letters|{{admin}}|{hour}", but=row.person)


def tell_admins(session: Session, words: str, now: datetime, *, key: str, but: str = "") -> None:
    """Owe the administrators a notice, to each once under `key`: an outage is one message, not one for each row."""
    for admin in people.userids_with(session, ("sys_admin",), now.astimezone(CHINA).date()):
        if admin != but:
            outbox.add(
                session, person=admin, kind="text", body={"content": words}, at=now, matter=deliveries.NOTICE,
                push_key=key.format(admin=admin),
            )  # fmt: skip


def _unreachable(session: Session, userid: str, now: datetime) -> None:
    person = people.find_person(session, userid)
    if person is not None and person.reachable:
        person.reachable = False
        matter = f"person:{userid}"[:64]
        events.add(session, at=now, actor="system", matter=matter, action="unreachable", after={"reachable": False})
