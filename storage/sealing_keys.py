"""The public keys that content is sealed to; their private halves are never in any store (anonymity.md, Keys)."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from sqlalchemy import CheckConstraint, Index, String, or_, select, update
from sqlalchemy.orm import Mapped, Session, mapped_column

from storage.types import TABLE_ARGS, Base, one_of

LEAD_MANAGER, IDENTITY, SUPERIOR, READING = KINDS = ("lead_manager", "identity", "superior", "reading")


class OfficerKey(Base):
    """A public key and whose it is. It is never changed, and its row stays when it is retired.

    key_id: eight bytes in hex, made from the key (bot/sealing/pairs.py). officer: an account; for a superior body,
    which has none here, its name. kind: what the key opens: content of leads; who the reporters by name are; what the
    superior body may read; what the bot shows this officer in chat (`anonymity.reading`). public_key: in hex.
    retired_on: from this day on nothing is sealed to it.
    """

    __tablename__ = "officer_keys"
    __table_args__ = (
        CheckConstraint(one_of("kind", KINDS), name="kind"),
        Index(None, "kind", "retired_on"),
        Index(None, "officer"),
        TABLE_ARGS,
    )
    key_id: Mapped[str] = mapped_column(String(16), primary_key=True)
    officer: Mapped[str] = mapped_column(String(64))
    kind: Mapped[str] = mapped_column(String(12))
    public_key: Mapped[str] = mapped_column(String(256))
    created_on: Mapped[date]
    retired_on: Mapped[date | None]

    @property
    def public(self) -> bytes:
        return bytes.fromhex(self.public_key)


def add(session: Session, key: OfficerKey) -> OfficerKey:
    session.add(key)
    session.flush()
    return key


def find(session: Session, key_id: str) -> OfficerKey | None:
    return session.get(OfficerKey, key_id)


def all_keys(session: Session) -> list[OfficerKey]:
    """Every key that ever was, the retired ones last, each part by kind and day."""
    retired = OfficerKey.retired_on.is_not(None)
    order = (retired, OfficerKey.kind, OfficerKey.created_on, OfficerKey.key_id)
    return list(session.scalars(select(OfficerKey).order_by(*order)))


def live(session: Session, kind: str, officer: str | None = None) -> list[OfficerKey]:
    """The keys of this kind that are sealed to today, of one officer if given, oldest first."""
    query = select(OfficerKey).where(OfficerKey.kind == kind, OfficerKey.retired_on.is_(None))
    if officer is not None:
        query = query.where(OfficerKey.officer == officer)
    return list(session.scalars(query.order_by(OfficerKey.created_on, OfficerKey.key_id)))


def recipients(session: Session, officers: Iterable[str], kind: str = LEAD_MANAGER) -> list[OfficerKey]:
    """Whom a content is sealed to: the live keys of `officers` of this kind, and every superior body's.

    Who holds which post today is the caller's to know (`people.userids_with`, without stand-ins).
    """
    theirs = (OfficerKey.kind == kind) & OfficerKey.officer.in_(list(officers))
    query = select(OfficerKey).where(OfficerKey.retired_on.is_(None), or_(theirs, OfficerKey.kind == SUPERIOR))
    return list(session.scalars(query.order_by(OfficerKey.key_id)))


def of_officers(session: Session, officers: Iterable[str]) -> list[OfficerKey]:
    """Every key that ever was of these officers, of whatever kind: what is struck off when a report names them."""
    query = select(OfficerKey).where(OfficerKey.officer.in_(list(officers)))
    return list(session.scalars(query.order_by(OfficerKey.key_id)))


def retire(session: Session, key_id: str, day: date) -> bool:
    """False when there is no such key in use."""
    live_one = update(OfficerKey).where(OfficerKey.key_id == key_id, OfficerKey.retired_on.is_(None))
    result = session.execute(live_one.values(retired_on=day).execution_options(synchronize_session=False))
    return bool(result.rowcount == 1)  # type: ignore[attr-defined]
