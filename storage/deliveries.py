"""The outbox as the sender sees it: who may get something next, what is under way, what became of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Row, and_, bindparam, func, or_, select, update
from sqlalchemy.orm import Session

from storage.models import Outbox
from storage.prepared import Prepared
from storage.types import Utc, table_of

NOTICE = "dead-letter"  # the matter of what the program tells its administrator of itself: never held back

# Built once, and without entities: this is the path of every message (docs/performance.md).
_OUTBOX = table_of(Outbox)
_OTHER = _OUTBOX.alias("other")
_MAY_GO = or_(_OUTBOX.c.hold_until.is_(None), _OUTBOX.c.hold_until <= bindparam("now", type_=Utc))
_BLOCKED = (
    select(_OTHER.c.id)
    .where(_OTHER.c.person == _OUTBOX.c.person, _OTHER.c.state == "due", _OTHER.c.id != _OUTBOX.c.id)
    .where(_OTHER.c.apart == _OUTBOX.c.apart)
    .where(
        or_(
            (_OTHER.c.id < _OUTBOX.c.id)
            & or_(_OTHER.c.hold_until.is_(None), _OTHER.c.hold_until <= bindparam("now", type_=Utc)),
            _OTHER.c.lease_until > bindparam("real", type_=Utc),
        )
    )
    .exists()
)
_FREE = (
    (_OUTBOX.c.state == "due")
    & (_OUTBOX.c.not_before <= bindparam("real", type_=Utc))
    & _MAY_GO
    & or_(_OUTBOX.c.lease_until.is_(None), _OUTBOX.c.lease_until <= bindparam("real", type_=Utc))
)
_ANY = Prepared(select(_OUTBOX.c.id).where(_FREE).limit(1))
_FIRST = (
    select(
        _OUTBOX.c.id, _OUTBOX.c.person, _OUTBOX.c.kind, _OUTBOX.c.body, _OUTBOX.c.attempts, _OUTBOX.c.push_key,
        _OUTBOX.c.response_code, _OUTBOX.c.lease_until, _OUTBOX.c.doubted_at, _OUTBOX.c.created_at, _OUTBOX.c.apart,
        _OUTBOX.c.media_key, _OUTBOX.c.media_id,
    )
    .where(_FREE, ~_BLOCKED)
    .order_by(_OUTBOX.c.not_before, _OUTBOX.c.id)  # as the index has them: a long queue is not read to its end
    .limit(bindparam("most"))
)  # fmt: skip
_BEHIND = (
    select(_OTHER.c.id)
    .where(_OTHER.c.person == _OUTBOX.c.person, _OTHER.c.id < _OUTBOX.c.id, _OTHER.c.state == "due")
    .where(_OTHER.c.apart == _OUTBOX.c.apart)
    .where(
        or_(
            _OTHER.c.attempts > 0,
            and_(_OTHER.c.not_before > bindparam("real", type_=Utc), _OTHER.c.answer.is_(False)),
        )
    )
    .where(or_(_OTHER.c.hold_until.is_(None), _OTHER.c.hold_until <= bindparam("now", type_=Utc)))
    .exists()
)
_UNTRIED = and_(
    _OUTBOX.c.attempts == 0,
    _OUTBOX.c.answer.is_(False),
    _OUTBOX.c.not_before <= bindparam("real", type_=Utc),
    _MAY_GO,
    ~_BEHIND,
)
_READY = Prepared(
    select(func.count())
    .select_from(_OUTBOX)
    .where(_OUTBOX.c.state == "due", or_(_UNTRIED, _OUTBOX.c.lease_until > bindparam("fresh", type_=Utc)))
)
_BACKLOG = (
    select(func.count(), func.min(func.coalesce(_OUTBOX.c.first_tried_at, _OUTBOX.c.not_before), type_=Utc))
    .select_from(_OUTBOX)
    .where(_OUTBOX.c.state == "due", _MAY_GO)
    .where(or_(_OUTBOX.c.not_before <= bindparam("real", type_=Utc), _OUTBOX.c.attempts > 0))
)
_NEXT, _NEXT_LOCKED = Prepared(_FIRST), Prepared(_FIRST.with_for_update(skip_locked=True))
_TAKE = (
    update(_OUTBOX)
    .where(_OUTBOX.c.id.in_(bindparam("ids", expanding=True)))
    .values(
        lease_until=bindparam("until"),
        first_tried_at=func.coalesce(_OUTBOX.c.first_tried_at, bindparam("real", type_=Utc)),
        attempts=_OUTBOX.c.attempts + 1,
    )
)
_DOUBT = update(_OUTBOX).where(_OUTBOX.c.id == bindparam("row")).values(doubted_at=bindparam("since"))
_CLAIMED = update(_OUTBOX).where(
    _OUTBOX.c.id == bindparam("row"), _OUTBOX.c.state == "due", _OUTBOX.c.attempts == bindparam("attempt")
)
_RENEW = _CLAIMED.values(lease_until=bindparam("until"))
_KEEP_MEDIA = _CLAIMED.values(media_key=bindparam("key"), media_id=bindparam("media"), lease_until=bindparam("until"))
_PUT_OFF = (
    update(_OUTBOX)
    .where(_OUTBOX.c.person == bindparam("who"), _OUTBOX.c.state == "due", _OUTBOX.c.id > bindparam("after"))
    .where(_OUTBOX.c.not_before < bindparam("until"))
    .values(not_before=bindparam("until"))
)
_PUT_OFF_LANE = _PUT_OFF.where(_OUTBOX.c.apart == bindparam("lane"))
_HOLD_PUSHES = (
    update(_OUTBOX)
    .where(_OUTBOX.c.state == "due", _OUTBOX.c.not_before <= bindparam("real", type_=Utc), _MAY_GO)
    .where(_OUTBOX.c.push_key.is_not(None), _OUTBOX.c.matter != NOTICE, _OUTBOX.c.attempts == 0)
    .values(hold_until=bindparam("until"))
)
_CODES = select(_OUTBOX.c.task_id, _OUTBOX.c.response_code).where(
    _OUTBOX.c.task_id.in_(bindparam("cards", expanding=True))
)
_UNDER_WAY = (
    select(_OUTBOX.c.id, _OUTBOX.c.state, _OUTBOX.c.attempts, _OUTBOX.c.kind, _OUTBOX.c.answer,
           _OUTBOX.c.closed_text, _OUTBOX.c.response_code)
    .where(_OUTBOX.c.id.in_(bindparam("ids", expanding=True)))
    .order_by(_OUTBOX.c.id)
    .with_for_update()
)  # fmt: skip
_SENT = Prepared(
    update(_OUTBOX)
    .where(_OUTBOX.c.id == bindparam("row"))
    .values(
        state="sent", sent_at=bindparam("moment"), msgid=bindparam("message"), response_code=bindparam("code"),
        lease_until=None, error="", media_key="", media_id="",
    )
)  # fmt: skip
_EMPTY = update(_OUTBOX).where(_OUTBOX.c.id.in_(bindparam("ids", expanding=True))).values(body={})
_LOCK_ROW = (
    select(Outbox).where(Outbox.id == bindparam("row")).with_for_update().execution_options(populate_existing=True)
)


def waits(session: Session, now: datetime, real: datetime) -> bool:
    """Whether anything might be claimed at all; for looking only."""
    return _ANY.first(session, {"now": now, "real": real}) is not None


def candidates(session: Session, now: datetime, real: datetime, most: int) -> list[Row[Any]]:
    """Each person's oldest row that may go now; `now` is business time, `real` the machinery's.

    A row waits while an earlier one of the same person is still owed and may go, and while any other of his is under
    way (one that was held may be older), so each person has at most one row in the answer and on the way; and one
    more of those that go `apart`, since a file that takes minutes would hold up everything else.
    """
    query = _NEXT if session.get_bind().dialect.name == "sqlite" else _NEXT_LOCKED
    return query.all(session, {"now": now, "real": real, "most": most})


def take(session: Session, rows: Sequence[Row[Any]], real: datetime, lease: timedelta) -> None:
    """Under a lease of real time. What a lease that ran out leaves behind is doubt: its call may have arrived."""
    ids = [row.id for row in rows]
    session.execute(_TAKE, {"ids": ids, "until": real + lease, "real": real})
    doubted = [
        {"row": row.id, "since": since} for row in rows if (since := doubted_since(row, lease)) != row.doubted_at
    ]
    if doubted:
        session.execute(_DOUBT, doubted)


def let_go(session: Session, real: datetime, until: datetime) -> None:
    """A process died: what was claimed when it lived, under leases up to `until`, may be taken at once.

    The lease ends now instead of vanishing: it is what tells that nobody knows how that call ended.
    """
    rows = update(Outbox).where(Outbox.state == "due", Outbox.lease_until > real, Outbox.lease_until <= until)
    session.execute(rows.values(lease_until=real).execution_options(synchronize_session=False))


def doubted_since(row: Row[Any], lease: timedelta) -> datetime | None:
    """When a candidate was first tried with an end that nobody knows; None when every try ended clearly."""
    if row.doubted_at is not None or row.lease_until is None:
        return row.doubted_at  # type: ignore[no-any-return]
    return row.lease_until - lease  # type: ignore[no-any-return]


def renew(session: Session, row: int, attempt: int, until: datetime) -> bool:
    """Whoever claimed the row is still at it; False when it was taken from him."""
    known = {"row": row, "attempt": attempt, "until": until}
    return session.execute(_RENEW, known).rowcount == 1  # type: ignore[attr-defined,no-any-return]


def keep_media(session: Session, row: int, attempt: int, until: datetime, *, key: str, media_id: str) -> bool:
    """The row's file lies with WeCom under this id, and is sent under a lease until then.

    False when the row was taken from whoever uploaded it. Forgotten when it arrived, or was given up: by the id and
    the app's token anybody could fetch the file for three days.
    """
    known = {"row": row, "attempt": attempt, "until": until, "key": key, "media": media_id}
    return session.execute(_KEEP_MEDIA, known).rowcount == 1  # type: ignore[attr-defined,no-any-return]


def put_off(session: Session, person: str, after: int, until: datetime, *, apart: bool) -> None:
    """The person's later rows wait behind `after` until then anyway; now no claim needs to look at them before."""
    session.execute(_PUT_OFF_LANE, {"who": person, "after": after, "until": until, "lane": apart})


def put_off_all(session: Session, until: Mapping[str, datetime]) -> None:
    """Everything that these persons are owed waits until then."""
    session.execute(_PUT_OFF, [{"who": person, "after": 0, "until": moment} for person, moment in until.items()])


def hold_pushes(session: Session, now: datetime, real: datetime, until: datetime) -> int:
    """What may wait (reminders that were not tried yet) is held until then, business time; returns how many."""
    known = {"now": now, "real": real, "until": until}
    return session.execute(_HOLD_PUSHES, known).rowcount  # type: ignore[attr-defined,no-any-return]


def codes(session: Session, cards: Sequence[str]) -> dict[str, str]:
    """The response codes of sent cards, by task id."""
    return dict(session.execute(_CODES, {"cards": list(cards)}).tuples().all())


def under_way(session: Session, ids: Sequence[int]) -> dict[int, Row[Any]]:
    """The rows as they stand now, locked against a card's closing until the turn ends; without those removed."""
    return {row.id: row for row in session.execute(_UNDER_WAY, {"ids": list(ids)})}


def mark_sent(session: Session, rows: Sequence[tuple[Row[Any], str, str]], at: datetime) -> None:
    """They arrived at business time `at`: each row with its message id and its response code ("" for none)."""
    if not rows:
        return
    marks = [
        {"row": row.id, "moment": at, "message": msgid[:160], "code": code or row.response_code}
        for row, msgid, code in rows
    ]
    for mark in marks:
        _SENT.run(session, mark)
    if answers := [row.id for row, _, _ in rows if row.answer]:
        session.execute(_EMPTY, {"ids": answers})  # what he was told of a lead need not stand here for ever


def lock_row(session: Session, row: int) -> Outbox | None:
    """The row as it stands now, locked against a card's closing until the turn ends; None when it was removed."""
    return session.scalars(_LOCK_ROW, {"row": row}).first()


def ready(session: Session, now: datetime, real: datetime, fresh: datetime) -> int:
    """How many rows could go at business time `now`, were never tried and do not wait behind one that was.

    A row whose lease ends after `fresh` is under way just now, perhaps in another process: it counts too.
    What a limit of WeCom's has put off counts as tried: it goes when its window frees, whatever business time it is.
    """
    return int(_READY.scalar(session, {"now": now, "real": real, "fresh": fresh}))


def backlog(session: Session, now: datetime, real: datetime) -> tuple[int, timedelta, int]:
    """What may go at business time `now` and has not, or was tried in vain: how many, since when; and how many dead.

    What waits for its hour, for its window of WeCom's, or behind an answer in the response, is not late.
    """
    count, since = session.execute(_BACKLOG, {"now": now, "real": real}).one()
    return count, max(timedelta(), real - since) if since is not None else timedelta(), dead(session)


def dead(session: Session) -> int:
    """How many rows were given up, ever."""
    return session.execute(select(func.count()).select_from(Outbox).where(Outbox.state == "dead")).scalar_one()
