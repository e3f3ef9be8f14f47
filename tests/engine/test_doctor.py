"""The doctor: one line a finding, each with what to do, nothing secret in it."""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from sqlalchemy import text

from bot import doctor, sheets
from bot.config import Config, Policy, WeCom
from bot.doctor import Remark
from storage import dues, failures, fetches, organisation, outbox
from storage.matters import Person
from storage.models import Due, Fetch, Outbox
from tests.stores import NAMES, Databases, Store

TODAY = date(2026, 11, 23)
NOW = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)
SAMPLE = Path(__file__).parents[2] / "sandbox" / "hengxin"


def _config(**wecom: object) -> Config:
    return Config(wecom=WeCom(**wecom), policy=Policy())


def _by_subject(remarks: Iterator[Remark]) -> dict[str, list[tuple[bool | None, str]]]:
    found: dict[str, list[tuple[bool | None, str]]] = {}
    for remark in remarks:
        assert "\n" not in str(remark)
        found.setdefault(remark.subject, []).append((remark.ok, remark.words))
    return found


def _import(store: Store, without: str = "") -> None:
    tables = sheets.read(SAMPLE, ("单位", "人员"))
    kept = [(number, row) for number, row in tables["人员"] if not without or without not in row["角色"]]
    with store.session() as session:
        plan = organisation.compare(session, tables["单位"], kept)
        assert plan.errors == []
        organisation.apply(session, plan, TODAY)
        session.commit()


def _content(store: Store, uncertain: tuple[int, ...] = ()) -> dict[str, list[tuple[bool | None, str]]]:
    with store.session() as session:
        return _by_subject(doctor.look_at_content(session, TODAY, uncertain))


def test_lines_begin_with_their_verdict() -> None:
    assert str(Remark(True, "甲", "好")) == "[通过] 甲：好"
    assert str(Remark(False, "甲", "坏")) == "[未通过] 甲：坏"
    assert str(Remark(None, "甲", "看")) == "[提醒] 甲：看"


def test_missing_credentials_are_named_and_none_is_shown() -> None:
    remarks = _by_subject(doctor.look_at_credentials(_config(corp_id="ww1", secret="s3cr3t-value")))
    ((ok, words),) = remarks["企业微信配置"]
    assert ok is False
    assert "wecom.agent_id、wecom.token、wecom.encoding_aes_key" in words
    assert "s3cr3t" not in str(remarks)


@pytest.mark.parametrize(("valid", "ok"), [(True, True), (False, False)])
def test_the_callback_key_is_looked_at(valid: bool, ok: bool) -> None:
    key = "A" * 42 + "E" if valid else "!" * 43
    build = WeCom if valid else WeCom.model_construct  # what the settings let pass is no proof for the doctor
    config = Config.model_construct(wecom=build(corp_id="ww1", agent_id=1, secret="s", token="t", encoding_aes_key=key))
    remarks = _by_subject(doctor.look_at_credentials(config))
    assert remarks["企业微信配置"][0][0] is True
    assert remarks["回调密钥"][0][0] is ok
    assert key not in str(remarks)


@pytest.mark.parametrize("name", NAMES)
def test_a_store_without_tables_is_told_how_to_get_them(name: str, databases: Databases) -> None:
    database = f"jiandu_blank_{secrets.token_hex(5)}"
    store = Store(name, databases.blank(name, database))
    try:
        (remark,) = doctor.look_at_store(store.open())
        assert remark.ok is False
        assert "run.py migrate" in remark.words
    finally:
        store.close()
        databases.drop(name, database)


def test_a_current_store_passes(store: Store) -> None:
    (remark,) = doctor.look_at_store(store.open())
    assert remark.ok is True


def test_a_store_out_of_reach_is_one_line_without_its_address() -> None:
    store = Store("postgresql", "postgresql+psycopg://u:pa55word@127.0.0.1:1/x")
    (remark,) = doctor.look_at_store(store.open())
    store.close()
    assert remark.ok is False
    assert "pa55word" not in str(remark)


def test_an_empty_store_is_told_to_import(sqlite: Store) -> None:
    assert _content(sqlite) == {"组织": [(False, "还没有导入，请运行 python run.py org import 文件")]}


def test_the_sample_group_passes(store: Store) -> None:
    _import(store)
    remarks = _content(store)
    assert all(ok is not False for lines in remarks.values() for ok, _ in lines)
    assert remarks["工作日历"][0][0] is True
    assert "未送达" not in remarks


@pytest.mark.parametrize("role", list(doctor.NEEDED_ROLES))
def test_a_missing_role_fails(sqlite: Store, role: str) -> None:
    _import(sqlite, without=role)
    remarks = _content(sqlite)
    assert any(ok is False and role in words for ok, words in remarks["角色"])


def test_posts_that_reach_nobody_are_named(store: Store) -> None:
    _import(store)
    with store.session() as session:
        session.get_one(Person, "hx_jianshel").reachable = False
        session.get_one(Person, "hx_jianshe").home = "JS"
        session.commit()
    remarks = _content(store)
    headless = remarks["单位负责人"][0]
    assert headless[0] is None and "恒信物流" in headless[1] and "恒信建设二公司" not in headless[1]
    lost, unseen = remarks["账号"]
    assert lost[0] is None and lost[1].startswith("周涛 ") and "等13个" in unseen[1]


def test_before_the_first_look_at_the_contacts_nobody_is_missed(sqlite: Store) -> None:
    _import(sqlite)
    assert "账号" not in _content(sqlite)


def test_a_year_without_a_notice_is_a_reminder(sqlite: Store) -> None:
    _import(sqlite)
    ((ok, words),) = _content(sqlite, (2027,))["工作日历"]
    assert ok is None
    assert words.startswith("2027年放假安排还没有维护") and "calendar import" in words


def test_what_was_left_undone_is_counted_without_its_words(store: Store) -> None:
    _import(store)
    with store.session() as session:
        outbox.add(session, person="a", kind="text", body={"content": "内容"}, at=NOW)
        session.query(Outbox).update({"state": "dead"})
        dues.plan(session, kind="k", matter="JJ-2026-0001", rung="1", at=NOW)
        session.query(Due).update({"state": "dead"})
        fetches.add(session, kind="k", person="a", matter="", media_id="M", name="内容.pdf", facts={})
        session.query(Fetch).update({"state": "dead"})
        failures.add(session, code="ABC123", at=NOW, person="a", flow="f", error="E", message={"text": "内容"})
        failures.add(session, code="DEF456", at=NOW, person=None, flow="f", error="E", message=None)
        session.commit()
    remarks = _content(store)
    assert remarks["未送达"][0][1].startswith("1 条消息")
    assert remarks["到期事项"][0][1].startswith("1 件")
    assert remarks["收文件"][0][1].startswith("1 份")
    ((ok, words),) = remarks["异常"]
    assert ok is None
    assert "ABC123" in words
    assert "DEF456" not in words
    assert "内容" not in str(remarks)
    assert "JJ-2026" not in str(remarks)


def test_a_broken_store_does_not_stop_the_doctor(sqlite: Store) -> None:
    engine = sqlite.open()
    with engine.begin() as connection:
        connection.execute(text("DROP TABLE alembic_version"))
    (remark,) = doctor.look_at_store(engine)
    assert remark.ok is False
