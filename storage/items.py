"""Things to be done by a day: what meetings decide (DB-), what the plans hold (JH-) (domain.md S15, S30, S56)."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from storage import numbered
from storage.events import Entry
from storage.gatherings import Item

PLANS = ("plan", "audit")


def add(session: Session, entry: Entry, **values: Any) -> Item:
    row = Item(**values)
    numbered.add(session, entry, row)
    return row


def change(session: Session, entry: Entry, row: Item, **values: Any) -> bool:
    """False when somebody was faster."""
    return numbered.change(session, entry, row, **values)


def find(session: Session, number: str) -> Item | None:
    return session.scalars(select(Item).where(Item.number == number)).first()


def open_items(session: Session, kinds: Collection[str] = ()) -> list[Item]:
    """What is still to be done, the nearest day first."""
    query = select(Item).where(Item.state == "open").order_by(Item.due, Item.id)
    return list(session.scalars(query.where(Item.kind.in_(sorted(kinds))) if kinds else query))


def due_between(session: Session, kinds: Collection[str], first: date, last: date) -> list[Item]:
    """Those due in these days that were not called off, done ones too."""
    query = select(Item).where(Item.kind.in_(sorted(kinds)), Item.state != "cancelled")
    return list(session.scalars(query.where(Item.due >= first, Item.due <= last).order_by(Item.due, Item.id)))


def visits(session: Session, unit: str, first: date, last: date) -> list[Item]:
    """Open plans that look at this unit in these days; a plan without a beginning takes place on its due day."""
    begins = func.coalesce(Item.begins, Item.due)
    query = select(Item).where(Item.state == "open", Item.kind.in_(PLANS), Item.unit == unit)
    return list(session.scalars(query.where(begins <= last, Item.due >= first).order_by(begins, Item.id)))


def of_meeting(session: Session, meeting: str) -> list[Item]:
    return list(session.scalars(select(Item).where(Item.meeting == meeting).order_by(Item.id)))


def collected_with(session: Session, item: Item) -> list[Item]:
    """All that were asked for the same thing at the same time, `item` among them."""
    query = select(Item).where(Item.kind == "collect", Item.made_at == item.made_at, Item.text == item.text)
    return list(session.scalars(query.where(Item.state != "cancelled").order_by(Item.id)))
