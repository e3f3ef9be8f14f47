"""Registers, lists and retires officers' public keys in the store, each change with its event in the ledger."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import date, datetime
from typing import TypeVar

from sqlalchemy.orm import Session

from bot.clock import CHINA, business_now
from bot.errors import JianduError
from bot.sealing.keyring import Owned
from bot.turns import Turns
from storage import events, people, schema, sealing_keys
from storage.database import open_engine
from storage.sealing_keys import LEAD_MANAGER, SUPERIOR, OfficerKey

T = TypeVar("T")
LONGEST = 64


class BadKey(JianduError):
    """A key that is not registered or retired; one line for people."""


def in_store(url: str, work: Callable[[Session], T]) -> T:
    """The value of `work`, committed. Raises what it raised, and what the database's driver raises."""
    engine = open_engine(url)
    if engine.dialect.name == "sqlite":
        schema.upgrade(engine)
    elif not schema.fits(engine):
        raise BadKey("数据库表结构不是最新，请先运行 python run.py migrate")
    turns = Turns(engine, threads=1)
    try:
        return asyncio.run(turns.run(work))
    finally:
        turns.close()


def now(session: Session) -> datetime:
    """Business time."""
    return business_now(session)


def today(session: Session) -> date:
    return business_now(session).astimezone(CHINA).date()


def name_of(session: Session, officer: str, kind: str) -> str:
    """How people call the owner. Raises BadKey: an officer must be listed; a superior body has no account here."""
    if kind == SUPERIOR:
        if not officer or len(officer) > LONGEST or not officer.isprintable():
            raise BadKey("上级单位的名称应为1到64个字")
        return officer
    actor = people.actor(session, officer, today(session))
    if not actor.known:
        raise BadKey(f"{officer}：人员表里没有这个账号")
    return f"{actor.name}（{officer}）"


def register(session: Session, owned: Owned) -> list[str]:
    """Returns the ids of the owner's older keys of this kind that are still in use."""
    pair, kind = owned.pair, owned.kind
    older = [key.key_id for key in sealing_keys.live(session, kind, owned.officer)]
    key = OfficerKey(
        key_id=pair.key_id, officer=owned.officer, kind=kind, public_key=pair.public.hex(), created_on=owned.made_on
    )
    sealing_keys.add(session, key)
    _record(session, key, "key_registered", {"officer": key.officer, "kind": kind, "public_key": key.public_key})
    return older


def retire(session: Session, key_id: str) -> str:
    """Returns a note, or "". Raises BadKey; the last key of the superior body stays until there is another."""
    key, day = sealing_keys.find(session, key_id), today(session)
    if key is None:
        raise BadKey(f"{key_id}：没有这个密钥，请用 keys list 核对")
    others = [one for one in sealing_keys.live(session, key.kind) if one.key_id != key_id]
    if key.kind == SUPERIOR and key.retired_on is None and not others:
        raise BadKey("这是唯一在用的上级密钥，请先登记新的再停用它")
    if not sealing_keys.retire(session, key_id, day):
        raise BadKey(f"{key_id}：已经停用")
    _record(session, key, "key_retired", {"retired_on": day.isoformat()})
    left = any(one.officer == key.officer for one in others)
    return "" if left or key.kind != LEAD_MANAGER else f"{key.officer} 已没有在用的密钥，看不到今后的反映"


def _record(session: Session, key: OfficerKey, action: str, after: dict[str, str]) -> None:
    at = business_now(session)
    events.add(session, at=at, actor="system", matter=f"key:{key.key_id}", action=action, after=after)
