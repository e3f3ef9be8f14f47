"""Help names what this person can do, and each of its examples holds when he says it (issue 3)."""

from __future__ import annotations

import re

import pytest

from bot.errors import NOT_FOUND_OR_FORBIDDEN
from handlers import helping
from handlers.menu import MENU
from handlers.orientation_words import GUESSES
from handlers.registry import FLOWS, WORK
from storage import people
from storage.people import Actor
from tests.flows.findings import LIAISON, seed
from tests.flows.harness import Rehearsal
from tests.flows.worlds import alarmed

EVERYBODY = (
    "hx_zuzhang", "hx_zhuren", "hx_ban", "hx_caiwu", "hx_caiwufz", "hx_shenji", "hx_jiwei", "hx_zhuize", "hx_jianshe",
    "hx_jianshel", "hx_wuliul", "hx_gonghui", "hx_zhigong", "hx_admin",
)  # fmt: skip
# What a person hears who may not: it must not come of an example that he was offered.
_REFUSED = re.compile(
    r"您不能|无权|不能办理|不能由|只能查询|没有权限|由(?:责任单位|来源\S*|监督办公室|填报人|纪检监察机构|办公室\S*)[^，。]{0,14}"
    r"(?:办理|提出|填报|填写|更改|更正|申请|确定|设定|安排|登记|撤[回销]|答复|查看|审批|批复)"
)
_STATE_OF = {
    "registration": 1, "triage": 1, "completion": 1, "withdrawal": 1,
    "assign": 2, "acceptance": 4, "reopening": 5, "conversion": 2,
}  # fmt: skip
_UNIT_SIDE = ("progress", "application", "extension", "evidence", "objection", "milestones")


def _actor(world: Rehearsal, person: str) -> Actor:
    with world.session() as session:
        return people.actor(session, person, world.clock().date())


async def _findings(world: Rehearsal, actor: Actor) -> None:
    """Five found by his department about 恒信建设, one in each state; 0013 is his own unit's task."""
    own, units = actor.posts[0].unit, {"JS", "WL", "JS2"}
    source = own if own.startswith("HX-") and own != "HX-JB" else "HX-CW"
    for at, state in enumerate(("submitted", "registered", "rectifying", "pending_acceptance", "closed"), 1):
        mine = state == "submitted" or actor.has("acct_staff")
        writer = {"submitted_by": actor.userid} if mine else {}
        unit = own if own in units else "JS"
        await seed(world, f"WT-2026-000{at}", state=state, source=source, unit=unit, **writer)
    responsible = own if own in units or own.startswith("HX-") else "JS"
    task = {"state": "rectifying", "unit": responsible, "resp_person": actor.userid}
    await seed(world, "WT-2026-0013", source="HX-SJ" if responsible != "HX-SJ" else "HX-CW", **task)


def _said(flow: str, example: str) -> str:
    at = "0013" if flow in _UNIT_SIDE else f"000{_STATE_OF.get(flow, 3)}"
    example = example.replace("并到0123", "并到0002")
    assert "WT-" not in example
    return example.replace("0123", at).replace("0125", at).replace("0141", at).replace("JJ-2026-0007", "JJ-2026-0001")


_ELSEWHERE = ("我报了没", "匿名反映")  # another flow's, and the path's that is before all flows


@pytest.mark.parametrize("person", EVERYBODY)
async def test_every_example_of_the_full_help_holds(world: Rehearsal, person: str) -> None:
    actor = _actor(world, person)
    await _findings(world, actor)
    await alarmed(world)
    await world.say(LIAISON, "取消")
    for flow in WORK:
        line = helping.line_of(actor, flow)
        for example in helping.examples(helping.shown(line)) if line else []:
            said = _said(flow.name, example)
            meaning = world.world.understanding.understand(said, now=world.clock(), roles=actor.roles)
            known = next((one.name for one in FLOWS if meaning.intent in one.intents), "")
            assert known == flow.name or example in _ELSEWHERE, (flow.name, said, meaning.intent)
            answer = await world.say(person, said)
            assert answer != NOT_FOUND_OR_FORBIDDEN and not _REFUSED.search(answer), (flow.name, said, answer)
            assert "没太明白" not in answer and "尚未开通" not in answer, (flow.name, said, answer)
            await world.say(person, "取消")


@pytest.mark.parametrize("person", EVERYBODY)
async def test_help_is_seven_lines_and_the_rest_when_asked_for(world: Rehearsal, person: str) -> None:
    short = (await world.say(person, "帮助")).splitlines()
    whole = (await world.say(person, "全部帮助")).splitlines()
    said = helping.lines(_actor(world, person), WORK)
    later = [line for sent in world.told(person) for line in sent.splitlines()]
    assert len(short) <= 8 and len(set(said)) == len(said)
    assert set(said) <= {*whole, *later}
    if len(said) > 7:
        assert short[-1] == f"还有{len(said) - 7}项，发“全部帮助”查看；不办了回复“取消”。"
    else:
        assert "取消" in short[-1]


@pytest.mark.parametrize(
    ("person", "first"),
    [
        ("hx_jianshel", ["填进展", "申请验收", "申请延期", "查询"]),
        ("hx_shenji", ["报问题", "验收", "批延期", "查询", "批量导入"]),
        ("hx_ban", ["交办", "登记"]),
        ("hx_zhuren", ["批延期", "验收", "交办"]),
        ("hx_caiwu", ["报问题", "季度报送", "验收", "查询"]),
        ("hx_zuzhang", ["查询", "报送情况", "批延期"]),
        ("hx_jiwei", ["报线索", "提醒建议", "查询"]),
        ("hx_zhigong", ["反映情况"]),
    ],
)
async def test_help_begins_with_what_one_does_every_day(world: Rehearsal, person: str, first: list[str]) -> None:
    lines = (await world.say(person, "帮助")).splitlines()
    assert [line.split("：")[0] for line in lines[: len(first)]] == first


@pytest.mark.parametrize("person", EVERYBODY)
async def test_every_entry_of_the_menu_is_understood(world: Rehearsal, person: str) -> None:
    for _, entries in MENU:
        for _, words in entries:
            answer = await world.say(person, words)
            assert answer and "没太明白" not in answer, (words, answer)
            await world.say(person, "取消")


def test_the_menu_keeps_to_the_platform_s_measure() -> None:
    """wecom.md 3.7: three buttons, five entries each; 16 bytes and 40 bytes at most."""
    assert len(MENU) <= 3
    for name, entries in MENU:
        assert len(name.encode()) <= 16 and 1 <= len(entries) <= 5
        assert all(len(entry.encode()) <= 40 for entry, _ in entries)


def test_every_guess_belongs_to_a_flow() -> None:
    intents = {intent for flow in FLOWS for intent in flow.intents}
    assert set(GUESSES) <= intents
