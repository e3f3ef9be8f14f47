"""What is owed to people: added, held, closed and called off inside turns (`deliveries.py` is the sender's side)."""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import Row, bindparam, case, delete, func, insert, or_, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from storage.models import Outbox
from storage.prepared import Prepared
from storage.real_time import real_now
from storage.types import table_of

# Built once: on every turn's path, composing a statement costs several times its execution (docs/performance.md).
LOOKED_AT = 20  # of a person's last cards
_OUTBOX = table_of(Outbox)
_ADD = Prepared(insert(_OUTBOX))
_CANCEL = Prepared(
    update(_OUTBOX)
    .where(_OUTBOX.c.id == bindparam("row"), _OUTBOX.c.state == "due")
    .values(state="cancelled", body={})  # the person has it; what he was told of a lead need not stand here for ever
)
_OPEN_CARDS = Prepared(
    select(_OUTBOX)
    .where(_OUTBOX.c.card_group == bindparam("group"), _OUTBOX.c.closed_text == "")
    .order_by(_OUTBOX.c.id)
    .with_for_update()  # not while the sender claims or marks it
)
_UNSENT_CARD = (_OUTBOX.c.kind == "card") & (_OUTBOX.c.state == "due") & (_OUTBOX.c.attempts == 0)
_CLOSE = Prepared(
    update(_OUTBOX)
    .where(_OUTBOX.c.card_group == bindparam("group"), _OUTBOX.c.closed_text == "")
    .values(closed_text=bindparam("text"), state=case((_UNSENT_CARD, "cancelled"), else_=_OUTBOX.c.state))
)
_CLOSE_LATER = Prepared(
    update(_OUTBOX)
    .where(_OUTBOX.c.card_group == bindparam("group"), _OUTBOX.c.closed_text == "")
    .values(closed_text=bindparam("text"))
)
_NEXT_HOLD = Prepared(
    select(func.min(_OUTBOX.c.hold_until).label("moment")).where(
        _OUTBOX.c.state == "due", _OUTBOX.c.hold_until > bindparam("after"), _OUTBOX.c.hold_until <= bindparam("until")
    )
)


def add(
    session: Session,
    *,
    person: str,
    kind: str,
    body: Mapping[str, Any],
    at: datetime,
    hold_until: datetime | None = None,
    push_key: str | None = None,
    matter: str = "",
    card_group: str = "",
    apart: bool = False,
) -> bool:
    """Owe a message; False when `push_key` was used before (it is unique for ever)."""
    if push_key is not None and _used(session, push_key):
        return False
    values = dict(body)
    task_id = None
    if kind == "card":
        task_id = values["task_id"] = values.get("task_id") or f"k{secrets.token_hex(10)}"
    row = {
        "person": person, "kind": kind, "body": values, "state": "due", "not_before": real_now(),
        "hold_until": hold_until, "created_at": at, "push_key": push_key, "matter": matter,
        "card_group": card_group, "task_id": task_id, "apart": apart,
    }  # fmt: skip
    if push_key is None:
        _ADD.run(session, row)
        return True
    return _insert_once(session, row)


def _insert_once(session: Session, row: dict[str, Any]) -> bool:
    try:
        with session.begin_nested():
            _ADD.run(session, row)
    except IntegrityError:
        return False  # another replica owed the same push in this very moment
    return True


def _used(session: Session, push_key: str) -> bool:
    return session.execute(select(Outbox.id).where(Outbox.push_key == push_key)).first() is not None


def add_answer(session: Session, person: str, body: Mapping[str, Any], at: datetime, not_before: datetime) -> int:
    """The safety net behind an answer in the response (architecture.md 4), of kind text; returns the row's id."""
    done = _ADD.run(
        session,
        {
            "person": person, "kind": "text", "body": body, "state": "due", "answer": True,
            "not_before": not_before, "created_at": at,
        },
    )  # fmt: skip
    assert done.key is not None
    return done.key


def matters_told(session: Session, person: str, since: datetime) -> list[str]:
    """The matters of the cards that came to the person, made since then (business time), the newest first."""
    query = select(Outbox.matter).where(Outbox.person == person, Outbox.state == "sent", Outbox.kind == "card")
    query = query.where(Outbox.created_at >= since, Outbox.matter != "").order_by(Outbox.id.desc())
    return list(dict.fromkeys(session.scalars(query.limit(LOOKED_AT))))


def cancel_answers(session: Session, rows: list[int]) -> None:
    """The responses of these answers are on the wire."""
    _CANCEL.many(session, [{"row": row} for row in rows])


def release(session: Session, row: int) -> None:
    """The response was given up: deliver the answer now."""
    session.execute(
        update(Outbox)
        .where(Outbox.id == row, Outbox.state == "due")
        .values(not_before=real_now())
        .execution_options(synchronize_session=False)
    )


def free_leases(session: Session) -> None:
    """What a process had in hand when it was killed may be taken at once. Only where no other process runs.

    The lease ends now instead of vanishing: it is what tells that nobody knows how that call ended.
    """
    real = real_now()
    rows = update(Outbox).where(Outbox.state == "due", Outbox.lease_until > real)
    session.execute(rows.values(lease_until=real).execution_options(synchronize_session=False))


def hold_back(session: Session, row: int, until: datetime) -> None:
    """The answer goes into a response after all: the sender waits for the outcome, unless it has tried already."""
    untried = update(Outbox).where(Outbox.id == row, Outbox.state == "due", Outbox.attempts == 0)
    session.execute(untried.values(not_before=until).execution_options(synchronize_session=False))


def close_group(session: Session, group: str, text: str, *, at: datetime, deliver: bool = False) -> None:
    """Close every card of a group: unsent ones are not sent any more, sent ones owe an update (72 h).

    deliver: unsent ones still go out, since they tell something, and are greyed as soon as they are there.
    """
    cards = _OPEN_CARDS.all(session, {"group": group})
    if cards:
        (_CLOSE_LATER if deliver else _CLOSE).run(session, {"group": group, "text": text})
    for card in cards:
        if card.kind == "card" and card.state == "sent":
            owe_update(session, card, text, at)


def open_groups(session: Session, prefix: str) -> list[str]:
    """The groups of this beginning in which a card is still open: everything that was told of one matter."""
    mine = Outbox.card_group.startswith(prefix, autoescape=True)
    return sorted(session.scalars(select(Outbox.card_group).where(mine, Outbox.closed_text == "").distinct()))


def waiting_for(session: Session, matter: str) -> list[str]:
    """Who is still to be told something of the matter."""
    query = select(Outbox.person).where(Outbox.matter == matter, Outbox.state == "due").distinct()
    return sorted(session.scalars(query))


def drop_waiting(session: Session, matter: str, persons: Iterable[str]) -> None:
    """What waits for its hour is not sent any more to people who may not read of the matter now."""
    query = update(Outbox).where(Outbox.matter == matter, Outbox.state == "due", Outbox.attempts == 0)
    query = query.where(Outbox.person.in_(list(persons)), Outbox.kind != "card_update")
    session.execute(query.values(state="cancelled", body={}).execution_options(synchronize_session=False))


def owe_update(session: Session, card: Outbox | Row[Any], text: str, at: datetime) -> None:
    """Owe the greying of one sent card, unless it has no code; one older than 72 h WeCom refuses (wecom.md 3.4)."""
    if not card.response_code or card.sent_at is None or card.task_id is None:
        return
    body = {"task_id": card.task_id, "text": text}
    add(session, person=card.person, kind="card_update", body=body, at=at, matter=card.matter)


def find_card(session: Session, task_id: str) -> Outbox | None:
    return session.scalars(select(Outbox).where(Outbox.task_id == task_id)).first()


def renew_code(session: Session, task_id: str, response_code: str, person: str) -> Outbox | None:
    """The clicked card; each click brings a fresh code, the one before it is used up (wecom.md 3.4).

    A code counts only from the card's own receiver: somebody else's click leaves the card as it is.
    """
    card = find_card(session, task_id) if task_id else None
    if card is not None and response_code and card.person == person:
        card.response_code = response_code
    return card


def next_hold(session: Session, after: datetime, until: datetime) -> datetime | None:
    """The earliest business moment in (after, until] at which a held row may go, or None."""
    moment: datetime | None = _NEXT_HOLD.scalar(session, {"after": after, "until": until})
    return moment


def counts(session: Session) -> dict[str, int]:
    """How many rows are in each state."""
    return dict(session.execute(select(Outbox.state, func.count()).group_by(Outbox.state)).tuples().all())


def forget_matter(session: Session, person: str, matter: str) -> None:
    """What this person was told of a matter no longer says of which, nor what; what is still unsent is called off."""
    rows = update(Outbox).where(Outbox.person == person, Outbox.matter == matter)
    unsent = rows.where(Outbox.state == "due").values(state="cancelled")
    session.execute(unsent.execution_options(synchronize_session=False))
    session.execute(rows.values(matter="", body={}).execution_options(synchronize_session=False))


def forget_before(session: Session, moment: datetime) -> None:
    """Drop what was said back to people, and their confirmations: when each was said tells who reported which lead."""
    own = or_(Outbox.answer, Outbox.card_group.startswith("c:"), Outbox.kind == "card_update", Outbox.matter.like("~%"))
    old = delete(Outbox).where(Outbox.created_at < moment, Outbox.state != "due", own)
    session.execute(old.execution_options(synchronize_session=False))
