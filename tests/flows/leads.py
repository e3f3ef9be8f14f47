"""Leads of the sample group for the transcripts of their life: reported, brought on, and looked at in the store."""

from __future__ import annotations

import re
from datetime import date

from handlers import lead_contents
from handlers.lead_contents import Contents
from storage import events, lead_moves, leads, obligations
from storage.matters import Lead, LeadSlip
from tests.flows.harness import Rehearsal
from tests.flows.snapshots import once

MANAGER, LEADER, DIRECTOR, OFFICE, ACCT = "hx_jiwei", "hx_zuzhang", "hx_zhuren", "hx_ban", "hx_zhuize"
FINANCE, FINANCE_HEAD, AUDIT, WORKER, HEAD = "hx_caiwu", "hx_caiwufz", "hx_shenji", "hx_zhigong", "hx_jianshe"
EVERYBODY = (MANAGER, LEADER, DIRECTOR, OFFICE, ACCT, FINANCE, FINANCE_HEAD, AUDIT, WORKER, HEAD, "hx_jianshel",
             "hx_wuliul", "hx_gonghui", "hx_admin")  # fmt: skip
CONFIRM = "回复“确认”提交，“取消”放弃"
HIDDEN = "未查询到该编号，或您无权查看。"
SAID = "报告问题线索：恒信能源仓库主管倒卖废铁，有过磅单"
NUMBER = re.compile(r"XS-2026-[0-9A-HJKMNP-TV-Z]{4}")
ELEMENTS = "违纪，损失一般，情节一般，影响一般"


async def done(world: Rehearsal, person: str, words: str) -> str:
    """Said and confirmed: what came of it."""
    asked = await world.say(person, words)
    assert asked.endswith(CONFIRM), (words, asked)
    answer = await world.say(person, "确认")
    assert CONFIRM not in answer, (words, answer)
    return answer


@once
async def reported(world: Rehearsal, said: str = SAID, by: str = AUDIT) -> str:
    answer = await done(world, by, said)
    found = NUMBER.search(answer)
    assert found is not None, answer
    quiet(world)
    return found[0]


@once
async def handed(
    world: Rehearsal, to: str = "纪检", said: str = SAID, by: str = AUDIT, elements: str = ELEMENTS
) -> str:
    """Accepted by the discipline body, triaged and sent by the director."""
    number = await reported(world, said, by)
    await done(world, MANAGER, f"{number}受理")
    await done(world, DIRECTOR, f"{number}移送{to}，{elements}")
    return number


def quiet(world: Rehearsal) -> None:
    for person in EVERYBODY:
        world.told(person)


def lead(world: Rehearsal, number: str) -> Lead:
    with world.session() as session:
        found = leads.find(session, number)
        assert found is not None
        session.expunge(found)
        return found


def contents(world: Rehearsal, number: str) -> Contents:
    """Its words, as this process opens them."""
    with world.session() as session:
        found = leads.find(session, number)
        assert found is not None
        read = lead_contents.read(world.world.turn(session), found)
        assert read is not None
        return read


def slips(world: Rehearsal, number: str) -> dict[str, str]:
    with world.session() as session:
        row = leads.find(session, number)
        assert row is not None
        found: dict[str, LeadSlip] = lead_moves.slips_now(session, row)
        return {where: slip.state for where, slip in found.items()}


def clocks(world: Rehearsal, number: str) -> dict[str, date]:
    with world.session() as session:
        return {row.part.partition("-")[0]: row.due for row in obligations.open_of(session, number)}


def actions(world: Rehearsal, number: str) -> list[str]:
    with world.session() as session:
        return [event.action for event in events.history(session, number)]


def told(world: Rehearsal, *numbers: str) -> dict[str, list[str]]:
    """Who has heard of them since the last look, and what; the cards of his own confirmations left out."""
    heard = {person: [one for one in world.told(person) if "[确认提交]" not in one] for person in EVERYBODY}
    mine = {person: [one for one in words if any(n in one for n in numbers)] for person, words in heard.items()}
    return {person: words for person, words in mine.items() if words}
