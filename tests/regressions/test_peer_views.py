"""What a peer may know of a finding is its number, category, unit, state and term (domain.md S4): nothing beside it."""

from __future__ import annotations

from datetime import date
from itertools import product

import pytest

from bot.config import Policy
from bot.errors import NOT_FOUND_OR_FORBIDDEN
from tests.flows.findings import AUDIT, FINANCE, LIAISON, OFFICE, seed
from tests.flows.harness import Rehearsal
from tests.flows.test_refusals import WAYS

SECRET = "违规定点采购"


async def _of_audit(world: Rehearsal, number: str, **values: object) -> None:
    row = {"source": "HX-SJ", "submitted_by": AUDIT, "title": SECRET, "desc": SECRET, "state": "assigned",
           "resp_person": LIAISON, "due": date(2026, 11, 10)}  # fmt: skip
    await seed(world, number, **row | values)


async def test_a_list_of_peers_cards_does_not_name_them_when_one_is_to_be_assigned(world: Rehearsal) -> None:
    for number in ("WT-2026-0201", "WT-2026-0202"):
        await _of_audit(world, number)
    assert "WT-2026-0201" in await world.say(FINANCE, "逾期清单")
    for words in ("交办给周涛", "都交办给周涛"):
        answer = await world.say(FINANCE, words)
        assert SECRET not in answer, answer
        await world.say(FINANCE, "取消")


@pytest.mark.parametrize(
    "question",
    ["周涛名下的问题", "周涛名下逾期的问题", "逾期的重大问题有哪些", "审计部报送的问题", "本月新登记的问题"],
)
async def test_peers_cards_answer_no_question_about_what_they_do_not_show(world: Rehearsal, question: str) -> None:
    await _of_audit(world, "WT-2026-0201", severity="major")
    assert "WT-2026-0201" in await world.say(OFFICE, question) or "1条" in await world.say(OFFICE, question)
    answer = await world.say(FINANCE, question)
    assert "WT-2026" not in answer and "1条" not in answer, answer


# What the cards of the fixture below must never bring to a peer, whatever he asks or tries.
UNTOLD = (SECRET, "审计部", "秦岚", "陈静", "重大", "4.23", "限期清回", "十一月查账")
HEARD = {
    "查 {}": "WT-2026-0201｜已交办\n采购招标｜恒信物流\n时限11月10日 周二",
    "采购类问题都有哪些": "采购招标类问题共1条：\n1 WT-2026-0201｜采购招标｜恒信物流｜已交办｜逾期9个工作日",
    "恒信物流的问题清单": "恒信物流的问题共1条：\n1 WT-2026-0201｜采购招标｜恒信物流｜已交办｜逾期9个工作日",
    "逾期清单": "逾期问题共1条，按逾期时间从长到短：\n1 WT-2026-0201｜采购招标｜恒信物流｜已交办｜逾期9个工作日",
    "哪些单位拖着没改": "逾期问题共1条：\n恒信物流｜1条｜最长逾期9个工作日",
}


async def _logistics(world: Rehearsal, **values: object) -> None:
    row = {"unit": "WL", "resp_person": "hx_wuliul", "severity": "major", "category": "CG", "amount_fen": 4_230_000,
           "requirement": "限期清回", "raw_text": "十一月查账", "assigned_by": AUDIT}  # fmt: skip
    await _of_audit(world, "WT-2026-0201", **row | values)


@pytest.mark.parametrize(("question", "answer"), list(HEARD.items()))
async def test_five_fields_and_no_sixth_wherever_a_peer_meets_it(world: Rehearsal, question: str, answer: str) -> None:
    """S4, 2.3 view_peer: number, category, unit, state and term; in answers, lists and groups."""
    await _logistics(world)
    assert await world.say(FINANCE, question.format("WT-2026-0201")) == answer


async def test_figures_lead_a_peer_to_nothing_more(world: Rehearsal) -> None:
    """S4: behind the figures stand the same cards; sums of money count what he may read in full."""
    await _logistics(world)
    for question in ("统计", "各权属企业销号率排个名", "逾期率最高的单位", "问题分类占比", "恒信物流的统计"):
        answer = await world.say(FINANCE, question)
        assert not [word for word in UNTOLD if word in answer], answer
        for follow in ("全部", "第1个", "这条"):
            answer = await world.say(FINANCE, follow)
            assert not [word for word in UNTOLD if word in answer], answer


@pytest.mark.parametrize("state", ["assigned", "pending_acceptance", "converted_to_lead"])
async def test_whatever_a_peer_tries_he_learns_no_more(world: Rehearsal, state: str) -> None:
    """Nobody who may not know the source hears it from a refusal that names who may act instead."""
    await _logistics(world, state=state)
    for person, way in product((FINANCE, "hx_caiwufz"), WAYS):
        said = way.format("WT-2026-0201")
        answer = await world.say(person, said)
        assert not [word for word in UNTOLD if word in answer and word not in said], answer
        assert "已转线索" not in answer, answer
        await world.say(person, "取消")


async def test_peers_cards_can_be_switched_off_for_liaisons(world: Rehearsal) -> None:
    """2.3 view_peer ✔(可关): the liaison's are, his head's are not."""
    await _logistics(world)
    world.world.policy = Policy(peer_cards=False)
    assert await world.say(FINANCE, "查 WT-2026-0201") == NOT_FOUND_OR_FORBIDDEN
    assert "WT-2026-0201" not in await world.say(FINANCE, "恒信物流的问题清单")
    assert (await world.say("hx_caiwufz", "查 WT-2026-0201")).startswith("WT-2026-0201｜已交办")
