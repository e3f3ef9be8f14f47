"""Reporting leads: few questions, a random number, and no word of the content anywhere else."""

from __future__ import annotations

import json
import re

import pytest
from sqlalchemy import select, text

from bot.messages import Kind, Media
from storage.matters import Lead
from storage.models import Event, Outbox
from tests.flows.harness import Rehearsal
from tests.flows.leads import contents

SAID = "报告问题线索：恒信建设项目经理赵磊涉嫌收受分包商礼金，有聊天截图，请按规定移交。"


async def report(world: Rehearsal) -> str:
    await world.say("hx_caiwu", SAID)
    found = re.search(r"XS-2026-[0-9A-HJKMNP-TV-Z]{4}", await world.say("hx_caiwu", "确认"))
    assert found is not None
    return found[0]


async def test_a_lead_is_confirmed_numbered_and_kept(world: Rehearsal) -> None:
    asked = await world.say("hx_caiwu", SAID)
    assert "赵磊" in asked
    assert "聊天截图" in asked
    assert asked.endswith("回复“确认”提交，“取消”放弃")
    answer = await world.say("hx_caiwu", "确认")
    assert "内容仅线索管理人员可见" in answer
    with world.session() as session:
        (lead,) = session.scalars(select(Lead))
        assert (lead.state, lead.ledger_seq) == ("reported", 1)
    kept = contents(world, lead.number)
    assert (kept.unit, kept.subject, kept.raw_text) == ("JS", "赵磊", SAID)


async def test_only_its_receivers_hear_of_it_and_nothing_of_its_content(world: Rehearsal) -> None:
    await world.settle()
    world.told("hx_ban")  # what the office owes itself at the start of the day
    number = await report(world)
    for person in ("hx_jiwei", "hx_zhuren"):
        assert world.told(person) == [f"有新的问题线索 {number} 待受理。"]
    for person in ("hx_ban", "hx_zuzhang", "hx_jianshe", "hx_jianshel"):
        assert world.told(person) == []
    with world.session() as session:
        told = [row.body for row in session.scalars(select(Outbox).where(Outbox.person != "hx_caiwu"))]
        ledger = [[row.before, row.after, row.reason] for row in session.scalars(select(Event))]
    assert "赵磊" not in json.dumps([told, ledger], ensure_ascii=False)
    assert "礼金" not in json.dumps([told, ledger], ensure_ascii=False)


async def test_the_card_and_the_closed_conversation_hold_no_content(world: Rehearsal) -> None:
    await world.say("hx_caiwu", SAID)
    card = world.last_card("hx_caiwu")
    assert "赵磊" not in repr(card)
    await world.say("hx_caiwu", "确认")
    with world.session() as session:
        (frames,) = session.execute(text("SELECT frames FROM conversations WHERE person = 'hx_caiwu'")).one()
    assert "礼金" not in str(frames)


async def test_what_is_missing_is_asked_two_at_a_time(world: Rehearsal) -> None:
    asked = await world.say("hx_caiwu", "报告问题线索")
    assert asked.count("？") == 2
    asked = await world.say("hx_caiwu", "仓库主管倒卖废铁")
    assert "哪个单位" in asked
    asked = await world.say("hx_caiwu", "恒信能源")
    assert "恒信能源" in asked
    assert "倒卖废铁" in asked
    assert "现场照片" in await world.say("hx_caiwu", "凭据：现场照片")
    await world.say("hx_caiwu", "确认")
    with world.session() as session:
        number = session.scalars(select(Lead.number)).one()
    kept = contents(world, number)
    assert (kept.unit, kept.evidence) == ("NY", "现场照片")


async def test_an_employee_chooses_first_and_nothing_is_kept_before(world: Rehearsal) -> None:
    asked = await world.say("hx_zhigong", "报告问题线索：恒信能源仓库主管倒卖废铁")
    assert "1 实名" in asked
    assert "2 匿名" in asked
    with world.session() as session:
        (frames,) = session.execute(text("SELECT frames FROM conversations WHERE person = 'hx_zhigong'")).one()
    assert "废铁" not in str(frames)
    await world.say("hx_zhigong", "1")
    asked = await world.say("hx_zhigong", "恒信能源仓库主管倒卖废铁")
    assert "15个工作日" in asked
    assert "XS-2026-" in await world.say("hx_zhigong", "确认")
    with world.session() as session:
        (lead,) = session.scalars(select(Lead))
        assert lead.real_name


async def test_an_employee_who_wants_anonymity_is_shown_the_way(world: Rehearsal) -> None:
    await world.say("hx_zhigong", "报告问题线索：恒信能源仓库主管倒卖废铁")
    answer = await world.say("hx_zhigong", "2")
    assert "匿名反映" in answer
    assert "没有保存" in answer
    with world.session() as session:
        assert session.scalars(select(Lead)).all() == []


@pytest.mark.parametrize(
    ("said", "words"),
    [
        ("报告问题线索：集团董事长收受礼金", "可径向上级纪检监察机关（12388）反映"),
        ("报告问题线索：陆正收受礼金", "12388"),
    ],
)
async def test_some_reports_must_not_be_entered_here(world: Rehearsal, said: str, words: str) -> None:
    answer = await world.say("hx_caiwu", said)
    assert words in answer
    assert "礼金" not in answer
    assert "打牌" not in answer
    with world.session() as session:
        assert session.scalars(select(Lead)).all() == []
        stored = session.execute(text("SELECT frames, recent FROM conversations")).all()
    assert "礼金" not in str(stored)
    assert "打牌" not in str(stored)


async def test_pictures_stay_outside(world: Rehearsal) -> None:
    await world.say("hx_caiwu", SAID)
    assert "当面提交" in await world.hear("hx_caiwu", Kind.IMAGE, media=Media("M"))
    assert "XS-2026-" in await world.say("hx_caiwu", "确认")


async def test_serials_run_on_while_numbers_are_random(world: Rehearsal) -> None:
    first, second = await report(world), await report(world)
    assert first != second
    with world.session() as session:
        assert list(session.scalars(select(Lead.ledger_seq).order_by(Lead.id))) == [1, 2]
