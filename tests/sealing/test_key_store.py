"""The table of officers' keys on all three databases: found, sealed to, retired, with an event each."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from sqlalchemy.exc import DBAPIError, IntegrityError
from sqlalchemy.orm import Session

from bot import doctor, sheets
from bot.sealing import key_store
from bot.sealing.key_store import BadKey
from bot.sealing.keyring import Owned
from bot.sealing.pairs import new_pair
from storage import events, organisation, sealing_keys
from storage.sealing_keys import IDENTITY, LEAD_MANAGER, READING, SUPERIOR, OfficerKey
from tests.stores import Store

DAY = date(2026, 11, 23)
BODY, MANAGER, OTHER = "市国资委纪检组", "hx_jiwei", "hx_ban"
SAMPLE = Path(__file__).parents[2] / "sandbox" / "hengxin"


def owned(officer: str, kind: str, day: date = DAY) -> Owned:
    return Owned(new_pair(), officer, kind, day)


def register(session: Session, *all_of_them: Owned) -> None:
    for one in all_of_them:
        key_store.register(session, one)


def ids(keys: list[OfficerKey]) -> list[str]:
    return [key.key_id for key in keys]


def test_content_is_sealed_to_those_in_charge_and_to_the_superior_body(store: Store) -> None:
    mine, others = owned(MANAGER, LEAD_MANAGER), owned(OTHER, LEAD_MANAGER)
    identity, above = owned(MANAGER, IDENTITY), owned(BODY, SUPERIOR)
    with store.session() as session:
        register(session, mine, others, identity, above)
        found = sealing_keys.recipients(session, [MANAGER])
        assert ids(found) == sorted([mine.pair.key_id, above.pair.key_id])
        assert {key.public for key in found} == {mine.pair.public, above.pair.public}
        assert ids(sealing_keys.recipients(session, [MANAGER], IDENTITY)) == sorted(
            [identity.pair.key_id, above.pair.key_id]
        )
        assert ids(sealing_keys.recipients(session, [])) == [above.pair.key_id]
        assert ids(sealing_keys.live(session, LEAD_MANAGER, OTHER)) == [others.pair.key_id]
        assert sealing_keys.live(session, READING) == []


def test_a_retired_key_is_sealed_to_no_more_and_still_known(store: Store) -> None:
    old, new = owned(MANAGER, LEAD_MANAGER, date(2025, 1, 1)), owned(MANAGER, LEAD_MANAGER)
    with store.session() as session:
        assert key_store.register(session, old) == []
        assert key_store.register(session, new) == [old.pair.key_id]
        assert key_store.retire(session, old.pair.key_id) == ""
        session.commit()
    with store.session() as session:
        assert ids(sealing_keys.recipients(session, [MANAGER])) == [new.pair.key_id]
        assert ids(sealing_keys.of_officers(session, [MANAGER])) == sorted([old.pair.key_id, new.pair.key_id])
        assert ids(sealing_keys.all_keys(session)) == [new.pair.key_id, old.pair.key_id]
        assert sealing_keys.find(session, "0" * 16) is None
        with pytest.raises(BadKey, match="已经停用"):
            key_store.retire(session, old.pair.key_id)
        with pytest.raises(BadKey, match="没有这个密钥"):
            key_store.retire(session, "0" * 16)
        assert "看不到今后的反映" in key_store.retire(session, new.pair.key_id)


def test_the_superior_body_is_never_without_a_key(store: Store) -> None:
    first, second = owned(BODY, SUPERIOR), owned(BODY, SUPERIOR)
    with store.session() as session:
        register(session, first)
        with pytest.raises(BadKey, match="唯一在用的上级密钥"):
            key_store.retire(session, first.pair.key_id)
        register(session, second)
        assert key_store.retire(session, first.pair.key_id) == ""


def test_every_change_leaves_its_event_without_anything_secret(store: Store) -> None:
    one = owned(MANAGER, LEAD_MANAGER)
    with store.session() as session:
        register(session, one)
        key_store.retire(session, one.pair.key_id)
        session.commit()
        told = events.history(session, f"key:{one.pair.key_id}")
        assert [event.action for event in told] == ["key_registered", "key_retired"]
        assert told[0].after == {"officer": MANAGER, "kind": LEAD_MANAGER, "public_key": one.pair.public.hex()}
        assert one.pair.private.hex() not in str([event.after for event in told])


def test_a_key_is_registered_once_and_of_a_known_kind_only(store: Store) -> None:
    one = owned(MANAGER, LEAD_MANAGER)
    with store.session() as session, pytest.raises(IntegrityError):
        register(session, one)
        session.expunge_all()
        register(session, one)
    with store.session() as session, pytest.raises(DBAPIError):
        register(session, owned(MANAGER, "spy"))


def test_only_who_is_listed_gets_an_officers_key(sqlite: Store) -> None:
    with sqlite.session() as session:
        with pytest.raises(BadKey, match="人员表里没有这个账号"):
            key_store.name_of(session, "hx_nobody", LEAD_MANAGER)
        assert key_store.name_of(session, BODY, SUPERIOR) == BODY
        for bad in ("", "名" * 65, "一\n二"):
            with pytest.raises(BadKey, match="名称"):
                key_store.name_of(session, bad, SUPERIOR)


def _lines(session: Session) -> dict[str, tuple[bool | None, str]]:
    remarks = doctor.look_at_content(session, DAY, ())
    return {one.subject: (one.ok, one.words) for one in remarks if one.subject.endswith("密钥")}


def test_the_doctor_says_who_could_read_a_report(store: Store) -> None:
    tables = sheets.read(SAMPLE, ("单位", "人员"))
    with store.session() as session:
        organisation.apply(session, organisation.compare(session, tables["单位"], tables["人员"]), DAY)
        session.commit()
        above, mine = _lines(session)["上级密钥"], _lines(session)["受理密钥"]
        assert above[0] is None and "--superior" in above[1]
        assert mine[0] is None and mine[1].startswith("张伟 没有密钥")
        body, manager = owned(BODY, SUPERIOR), owned(MANAGER, LEAD_MANAGER)
        register(session, body, manager, owned(OTHER, LEAD_MANAGER))
        session.commit()
        assert _lines(session) == {
            "上级密钥": (True, f"{BODY}（{body.pair.key_id}）"),
            "受理密钥": (True, f"张伟（{manager.pair.key_id}）"),
        }
        key_store.retire(session, manager.pair.key_id)
        session.commit()
        assert _lines(session)["受理密钥"][0] is None
