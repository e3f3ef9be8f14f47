"""Anonymous reports in the whole bot: who gets one, who hears of it, and who never does (S41, 2.4, 2.6)."""

from __future__ import annotations

import pytest
from sqlalchemy import select, text

from bot.anonymous.batch import Batch
from bot.sealing import pairs
from storage.matters import Lead
from storage.sealing_keys import OfficerKey
from tests.flows.harness import START, Rehearsal

EMPLOYEE, MANAGER, DIRECTOR, LEADER, STAFF, LIAISON = (
    "hx_zhigong", "hx_jiwei", "hx_zhuren", "hx_zuzhang", "hx_ban", "hx_jianshel",
)  # fmt: skip
SECRET = "二公司安全员虚报劳保用品，每季度多领三十套"
KEYS = {MANAGER: "lead_manager", DIRECTOR: "lead_manager", LEADER: "lead_manager", "上级纪委": "superior"}
NEWS = "件新的不记名反映待受理"


def _keys(world: Rehearsal) -> dict[str, pairs.Pair]:
    made = {officer: pairs.new_pair() for officer in KEYS}
    with world.engine.begin() as connection:
        for officer, pair in made.items():
            row = OfficerKey(
                key_id=pair.key_id, officer=officer, kind=KEYS[officer], public_key=pair.public.hex(),
                created_on=START.date(), retired_on=None,
            )  # fmt: skip
            values = {column.name: getattr(row, column.name) for column in OfficerKey.__table__.columns}
            connection.execute(OfficerKey.__table__.insert().values(**values))  # type: ignore[attr-defined]
    return made


async def _report(world: Rehearsal, batch: Batch, *parts: str) -> tuple[str, Lead]:
    """The receipt code, and the lead that it became."""
    assert "【不记名反映】" in await world.say(EMPLOYEE, "匿名反映")
    for part in parts:
        assert "记下了" in await world.say(EMPLOYEE, part)
    answer = await world.say(EMPLOYEE, "写完了")
    await batch.write()
    await world.settle()
    with world.session() as session:
        lead = session.scalars(select(Lead).order_by(Lead.id.desc())).first()
        assert lead is not None
        session.expunge(lead)
    return answer.split("回执码：")[1].split("\n")[0], lead


def _readers(world: Rehearsal, batch: Batch, lead: Lead, keys: dict[str, pairs.Pair]) -> set[str]:
    report = batch.vault.of_lead(lead.number)
    assert report is not None
    from bot.sealing import envelope

    ids = set(envelope.recipients_of(report.manifest))
    for part in batch.vault.parts(report.record):
        assert set(envelope.recipients_of(part.sealed)) == ids
    return {officer for officer, pair in keys.items() if pair.key_id in ids}


async def test_a_report_becomes_a_lead_without_words_reporter_or_hour(world: Rehearsal) -> None:
    keys, batch = _keys(world), world.open_anonymous()
    code, lead = await _report(world, batch, SECRET)
    assert (lead.reporter, lead.desc, lead.raw_text, lead.subject, lead.real_name) == ("", "", "", "", False)
    assert f"{lead.reported_at:%H:%M}" == "16:00"  # midnight in China: only the day is known
    assert _readers(world, batch, lead, keys) == {MANAGER, DIRECTOR, "上级纪委"}
    assert [NEWS in words for words in world.told(MANAGER)] == [True]
    assert world.told(LEADER) == world.told(LIAISON) == world.told(EMPLOYEE) == []
    assert lead.number in await world.say(MANAGER, "线索清单")
    assert "已收到" in await world.say(EMPLOYEE, f"查回执 {code}")
    with world.session() as session:
        talks = session.execute(text("SELECT person FROM conversations")).scalars().all()
    assert EMPLOYEE not in talks


CASES = [
    ("纪检监察室主任张伟收了供应商两瓶酒", {LEADER, "上级纪委"}),
    ("张主任带人去喝酒", {LEADER, "上级纪委"}),
    ("监督办何敏主任压着不办", {LEADER, "上级纪委"}),
    ("监督办主任压着不办", {LEADER, "上级纪委"}),
    ("张伟和何敏一起吃请", {LEADER, "上级纪委"}),
    ("追责专员许诺泄露消息", {MANAGER, DIRECTOR, "上级纪委"}),
    ("李敏把材料给了别人", {MANAGER, DIRECTOR, "上级纪委"}),
]


@pytest.mark.parametrize(("said", "readers"), CASES)
async def test_who_is_named_gets_neither_key_nor_number_nor_hint(
    world: Rehearsal, said: str, readers: set[str]
) -> None:
    keys, batch = _keys(world), world.open_anonymous()
    _, lead = await _report(world, batch, SECRET, said)
    assert _readers(world, batch, lead, keys) == readers
    for person in {MANAGER, DIRECTOR, STAFF, LEADER} - readers:
        named = person in (lead.recused or ())
        told = world.told(person)
        assert not [words for words in told if lead.number in words]
        if named:
            assert told == []
            assert lead.number not in await world.say(person, "线索清单")
            assert "未查询到该编号，或您无权查看" in await world.say(person, f"查 {lead.number}")


async def test_where_the_group_reads_in_chat_the_manager_reads_and_asks(world: Rehearsal) -> None:
    keys = _keys(world)
    batch = world.open_anonymous("chat", {MANAGER: [keys[MANAGER]]})
    code, lead = await _report(world, batch, SECRET, "仓库台账可以对上")
    shown = await world.say(MANAGER, f"看 {lead.number} 内容")
    assert SECRET in shown and "仓库台账" in shown and "已留痕" in shown
    for stranger in (LIAISON, STAFF, DIRECTOR):
        assert SECRET not in await world.say(stranger, f"看 {lead.number} 内容")
    await world.say(MANAGER, f"{lead.number} 反馈反映人：请补充是哪几个月")
    assert "留言已收下" in await world.say(MANAGER, "确认")
    await batch.write()
    assert "请补充是哪几个月" in await world.say(EMPLOYEE, f"查回执 {code}")
    assert await world.say(EMPLOYEE, "有没有人举报过我") == "线索情况不对外提供查询。"
    assert "之后入库" in await world.say(EMPLOYEE, "三月到九月")
    await world.say(EMPLOYEE, "结束")
    await batch.write()
    assert "三月到九月" in await world.say(MANAGER, f"看 {lead.number} 内容")
    assert world.told(EMPLOYEE) == []


async def test_once_a_week_everybody_hears_which_tags_have_an_answer(world: Rehearsal) -> None:
    _keys(world)
    batch = world.open_anonymous()
    await world.say(EMPLOYEE, "匿名反映")
    await world.say(EMPLOYEE, SECRET)
    tag = (await world.say(EMPLOYEE, "写完了")).split("标识 ")[1][:5]
    await batch.write()
    await world.settle()
    with world.session() as session:
        number = session.scalars(select(Lead.number)).one()
    await world.say(MANAGER, f"{number} 反馈反映人：已立案")
    await world.say(MANAGER, "确认")
    await batch.write()
    await world.turn_to("2026-11-30 09:05")
    assert world.told(LIAISON) == []
    await world.turn_to("2026-11-30 09:20")
    for person in (EMPLOYEE, LIAISON, LEADER):
        assert [tag in words for words in world.told(person) if "答复公告" in words] == [True]
    await world.turn_to("2026-12-07 09:20")
    assert not [words for words in world.told(LIAISON) if "答复公告" in words]


async def test_a_report_by_name_can_lose_its_name(world: Rehearsal) -> None:
    _keys(world)
    batch = world.open_anonymous()
    await world.say(EMPLOYEE, "实名反映：恒信能源仓库主管倒卖废铁")
    number = "XS-2026-" + (await world.say(EMPLOYEE, "确认")).split("XS-2026-")[1][:4]
    assert "改匿名" not in await world.say(LIAISON, f"把{number}改成匿名")  # not his
    await world.say(LIAISON, "取消")
    asked = await world.say(EMPLOYEE, f"把{number}改成匿名")
    assert "可能已经看到" in asked and "留痕" in asked
    answer = await world.say(EMPLOYEE, "改匿名")
    code = answer.split("回执码：")[1].split("\n")[0]
    await batch.write()
    with world.session() as session:
        lead = session.scalars(select(Lead)).one()
        assert (lead.number, lead.reporter, lead.real_name) == (number, "", False)
        linked = session.execute(
            text("SELECT frames, recent FROM conversations WHERE person = :p"), {"p": EMPLOYEE}
        ).all()
        told = session.execute(text("SELECT matter, body FROM outbox WHERE person = :p"), {"p": EMPLOYEE}).all()
    assert number not in str(linked) and number not in str(told)
    assert "已收到" in await world.say(EMPLOYEE, f"查回执 {code}")
    await world.say(EMPLOYEE, "结束")
    assert "未查询到该编号" in await world.say(EMPLOYEE, f"查 {number}")
    assert "倒卖废铁" in await world.say(MANAGER, f"看 {number} 内容")


async def test_with_offline_reading_nothing_is_shown_in_chat(world: Rehearsal) -> None:
    _keys(world)
    batch = world.open_anonymous()
    _, lead = await _report(world, batch, SECRET)
    shown = await world.say(MANAGER, f"看 {lead.number} 内容")
    assert SECRET not in shown and "离线阅读工具" in shown


async def test_cadres_above_are_not_entered(world: Rehearsal) -> None:
    _keys(world)
    batch = world.open_anonymous()
    await world.say(EMPLOYEE, "匿名反映")
    assert "12388" in await world.say(EMPLOYEE, "集团党委书记陆正收受礼金")
    await batch.write()
    assert batch.vault.numbers() == set()
