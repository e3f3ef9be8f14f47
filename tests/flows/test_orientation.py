"""Help, greetings, refusals in fixed words, and what is not open yet."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from bot.errors import FOREIGN_UNIT, LEADS_CLOSED, NOT_FOUND_OR_FORBIDDEN, UserError
from bot.flow import Ask, Lexicon, Turn
from bot.messages import Kind
from bot.understanding.meaning import Meaning
from handlers import forbidden, helping
from handlers.registry import FLOWS, WORK
from storage.people import Actor, PostFact
from tests.flows.harness import Rehearsal

LIAISON = Actor("hx_caiwu", "刘洋", (PostFact("member_liaison", "HX-CW", "财务部", "/HX/HX-CW/", ""),))


async def test_help_shows_what_this_person_can_do(world: Rehearsal) -> None:
    office = await world.say("hx_ban", "帮助")
    employee = await world.say("hx_zhigong", "帮助")
    assert "交办" in office
    assert "交办" not in employee
    assert "实名反映" in employee
    assert len(office.splitlines()) <= 8
    assert "取消" in employee


async def test_help_on_a_topic(world: Rehearsal) -> None:
    assert "报送问题：" in await world.say("hx_caiwu", "怎么报问题")
    answer = await world.say("hx_caiwu", "季度报送截止到几号")
    assert "12月31日 周四" in answer


async def test_entering_the_app_greets_once_a_day_or_reminds(world: Rehearsal) -> None:
    assert "刘洋您好" in await world.hear("hx_caiwu", Kind.ENTER)
    assert await world.hear("hx_caiwu", Kind.ENTER) == ""
    await world.say("hx_gonghui", "报送问题：恒信物流备用金7个月没清，一共4.2万")
    assert "还没确认" in await world.hear("hx_gonghui", Kind.ENTER)
    assert "WT-2026-0001" in await world.say("hx_gonghui", "确认")
    await world.turn_to("2026-11-24 08:00")
    assert "刘洋您好" in await world.hear("hx_caiwu", Kind.ENTER)


@pytest.mark.parametrize("kind", [Kind.VOICE, Kind.VIDEO, Kind.LOCATION, Kind.LINK, Kind.OTHER])
async def test_a_kind_that_cannot_be_used_gets_a_polite_sentence(world: Rehearsal, kind: Kind) -> None:
    answer = await world.hear("hx_caiwu", kind, key="m:1")
    assert "文字" in answer or "内容" in answer


async def test_a_picture_out_of_the_blue_is_not_kept(world: Rehearsal) -> None:
    assert "没有保存" in await world.hear("hx_caiwu", Kind.IMAGE)


async def test_prying_hears_the_fixed_words(world: Rehearsal) -> None:
    assert await world.say("hx_jianshe", "有没有人举报过我") == LEADS_CLOSED


async def test_a_confirmation_of_nothing(world: Rehearsal) -> None:
    assert "没有等您确认" in await world.say("hx_caiwu", "确认")


@pytest.mark.parametrize(
    ("slots", "words"),
    [
        ({"probe": "reporter_identity"}, LEADS_CLOSED),
        ({"probe": "leads_by_unit", "unit": "恒信建设"}, LEADS_CLOSED),
        ({"probe": "enumeration"}, NOT_FOUND_OR_FORBIDDEN),
        ({"number": "XS-2026-7K3M"}, NOT_FOUND_OR_FORBIDDEN),
        ({"unit": "恒信物流"}, FOREIGN_UNIT),
    ],
)
def test_each_probe_has_its_fixed_sentence_and_counts(slots: dict[str, str], words: str) -> None:
    turn = _turn(Meaning("forbidden_access", slots))
    refused = forbidden.refusal(turn)
    assert isinstance(refused, UserError)
    assert (refused.wording, refused.counts) == (words, True)


def test_every_line_of_help_is_said_by_its_flow() -> None:
    lines = helping.lines(LIAISON, WORK)
    assert any(line.startswith("报问题") for line in lines)
    assert len(lines) == len(set(lines))


def test_no_intent_is_claimed_twice_and_every_flow_has_its_name() -> None:
    intents = [intent for flow in FLOWS for intent in flow.intents]
    assert len(intents) == len(set(intents))
    assert "unknown" in intents
    assert len({flow.name for flow in FLOWS}) == len(FLOWS)


def test_a_guess_is_carried_out_with_the_words_said_before() -> None:
    flow = FLOWS[-1]
    turn = _turn(Meaning("unknown", options=(("submit_finding", 0.3), ("query_overdue", 0.2))))
    turn.text = "弄一下那个备用金的事"
    asked = flow.start(turn)
    assert "1 报送问题" in asked.text
    assert turn.draft["text"] == turn.text
    plain = _turn(turn.meaning, Actor("x", "x"))
    plain.text = turn.text
    flow.start(plain)
    assert "text" not in plain.draft


def test_the_words_of_a_secret_flow_are_never_relayed() -> None:
    assert not any(name.startswith("lead_submit.") for name in FLOWS[-1].steps)


def _turn(meaning: Meaning, actor: Actor = LIAISON) -> Turn:
    """A turn that needs neither store nor calendar."""
    nothing: Any = None
    return Turn(nothing, actor, datetime(2026, 11, 23, 2, tzinfo=UTC), nothing, nothing, Lexicon(), meaning=meaning)


def test_the_guesses_are_buttons_and_the_third_only_when_it_is_near() -> None:
    flow = FLOWS[-1]
    near = (("submit_finding", 0.3), ("query_overdue", 0.2), ("urge", 0.2))
    turn = _turn(Meaning("unknown", options=near))
    turn.text = "弄一下那个备用金的事"
    asked = flow.start(turn)
    assert isinstance(asked, Ask)
    assert asked.card is not None
    assert (asked.card.buttons[0].text, asked.card.buttons[0].key) == ("报送问题", "1")
    assert [button.key for button in asked.card.buttons] == [str(at) for at in range(1, len(asked.card.buttons) + 1)]
    assert asked.text.startswith("没太明白。您是想 1 报送问题，还是 2 ")
    turn.meaning = Meaning("unknown", options=(*near[:2], ("help", 0.1)))
    far = flow.start(turn)
    assert isinstance(far, Ask)
    assert far.card is not None
    assert len(far.card.buttons) == 2
