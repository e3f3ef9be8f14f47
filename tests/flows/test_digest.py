"""Many reminders for one person: one card in the morning, one message at a time, three a day (domain.md 6.7)."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from sqlalchemy import select

from bot.config import Policy
from bot.messages import Card
from storage.duties import Push
from storage.models import Outbox
from tests.flows.findings import FINANCE, HEAD, LIAISON, NUMBER, OFFICE, applied, assigned, forget, seed
from tests.flows.harness import CHINA, Rehearsal
from tests.flows.snapshots import once

pytestmark = pytest.mark.begins("2026-12-07 10:00")

NUMBERS = tuple(f"WT-2026-02{n:02d}" for n in range(1, 11))


@once
async def ten(world: Rehearsal, due: str = "12月18日") -> None:
    for number in NUMBERS:
        await assigned(world, number, due)


def cards(world: Rehearsal, person: str) -> list[Card]:
    found = [sent.message for sent in world.channel.sent if sent.person == person and isinstance(sent.message, Card)]
    return [card for card in found if card.title.startswith("今日事项")]


async def test_one_card_with_the_eight_nearest_and_the_rest_behind_all(world: Rehearsal) -> None:
    await ten(world)
    await world.turn_to("2026-12-16 08:46")
    (_, card) = cards(world, LIAISON)  # a week before, and two days before
    assert card.title == "今日事项10件" and ("快到期", "10件") in card.facts
    lines = [*card.quote.splitlines(), *card.note.splitlines()]
    assert [line.split()[1] for line in lines] == list(NUMBERS[:8])
    assert all("还剩2个工作日" in line and len(line) <= 39 for line in lines)
    assert [button.text for button in card.buttons] == ["全部", "知道了"]
    whole = await world.click(LIAISON, "全部")
    assert whole.splitlines()[0] == "今日事项10件：" and len(whole.splitlines()) == 11
    assert whole.splitlines()[10].startswith("10 WT-2026-0210 备用金长期未清，还剩2个工作日")


async def test_once_a_morning_at_its_minute_and_on_no_rest_day(world: Rehearsal) -> None:
    await ten(world)
    await world.turn_to("2026-12-22 12:00")
    mine = [s for s in world.channel.sent if s.person == LIAISON and s.words.startswith("今日事项")]
    days = [sent.at.astimezone(CHINA) for sent in mine]
    # The eighteenth tells all ten in one message of its own, and so do the fifteenth and the twenty-first.
    assert [f"{day:%m-%d}" for day in days] == ["12-11", "12-16", "12-17", "12-22"]
    for day in days:
        assert timedelta(0) <= day - day.replace(hour=8, minute=40, second=0, microsecond=0) <= timedelta(minutes=5)


async def test_what_falls_together_is_one_message(world: Rehearsal) -> None:
    await ten(world)
    await world.turn_to("2026-12-18 08:00")
    forget(world)
    await world.turn_to("2026-12-18 12:00")
    (mine,) = world.told(LIAISON)
    assert mine.splitlines()[0] == "有10件事需要您处理："
    assert mine.splitlines()[1] == "1 WT-2026-0201 备用金长期未清，今天到期"
    assert "另有2件" in mine
    (copied,) = world.told(HEAD)
    assert copied.splitlines()[1].endswith("今天到期（抄送）")
    with world.session() as session:
        rows = session.scalars(select(Push).where(Push.rung == "T-0", Push.person == LIAISON)).all()
        assert {row.state for row in rows} == {"told"} and len({row.outbox_id for row in rows}) == 1
        assert len(rows) == 10 and len({row.key for row in rows}) == 10


async def test_a_place_in_the_list_means_what_was_reminded_of(world: Rehearsal) -> None:
    await ten(world)
    await world.turn_to("2026-12-18 10:00")
    answer = await world.say(LIAISON, "第3条进展：已清理一半，50%")
    assert answer.startswith("请确认整改进展 WT-2026-0203"), answer


async def test_a_short_answer_means_the_one_that_was_reminded_of(world: Rehearsal) -> None:
    await assigned(world, NUMBERS[0], "12月18日")
    await assigned(world, NUMBERS[1], "12月31日")
    await world.turn_to("2026-12-18 10:00")
    answer = await world.say(LIAISON, "延期")
    assert NUMBERS[0] in answer and NUMBERS[1] not in answer


async def test_a_settled_one_leaves_the_message_that_waits_for_its_minute(world: Rehearsal) -> None:
    await assigned(world, NUMBERS[0])
    await assigned(world, NUMBERS[1])
    await world.turn_to("2026-12-18 08:00")
    forget(world)
    start = datetime(2026, 12, 18, 9, 10, tzinfo=CHINA)
    await world.turn_to(start)
    with world.session() as session:
        row = session.scalars(select(Outbox).where(Outbox.person == LIAISON, Outbox.state == "due")).one()
        assert row.hold_until is not None and row.hold_until > start
    words = "措施：已全部清理并入账；佐证：银行回单；原因：制度缺失；问责：批评教育1人；制度：备用金办法"
    await world.say(LIAISON, f"{NUMBERS[0]} 申请验收")
    await world.say(LIAISON, words)
    assert "待验收" in await world.say(LIAISON, "确认")
    await world.turn_to("2026-12-18 10:00")
    (mine,) = [text for text in world.told(LIAISON) if "今天到期" in text]
    assert mine.startswith(f"{NUMBERS[1]} 备用金长期未清：应于12月18日 周五完成整改，今天到期。")
    with world.session() as session:
        states = session.execute(select(Push.matter, Push.state).where(Push.rung == "T-0", Push.person == LIAISON))
        assert dict(states.tuples().all()) == {NUMBERS[0]: "dropped", NUMBERS[1]: "told"}


async def test_beyond_so_many_a_day_it_waits_for_the_next_digest(world: Rehearsal) -> None:
    """The last day of the year: the quarter's own reminders always go, the acceptance overdue since then waits."""
    world.world.policy = Policy(singles_a_day=1)
    await world.turn_to("2026-12-24 10:00")
    await applied(world, due="1月29日")
    await world.turn_to("2026-12-31 08:00")
    world.told(FINANCE)
    await world.turn_to("2026-12-31 18:00")
    singles = world.told(FINANCE)
    assert len(singles) == 2 and all("财务部2026年四季度" in text for text in singles)
    await world.turn_to("2027-01-04 08:46")
    (digest,) = world.told(FINANCE)
    assert f"1 {NUMBER} 备用金长期未清，等您验收" in digest
    with world.session() as session:
        row = session.scalars(select(Push).where(Push.ladder == "acceptance", Push.person == FINANCE)).one()
        assert (row.form, row.state, row.reason, row.day) == ("digest", "told", "moved", "2026-12-31")


@pytest.mark.begins("2026-11-23 10:00")
async def test_the_acceptor_is_reminded_not_the_unit(world: Rehearsal) -> None:
    await applied(world)  # on Monday, 23 November
    await world.turn_to("2026-11-30 08:00")
    mine = [text for text in world.told(FINANCE) if NUMBER in text]
    assert [text.splitlines()[1] for text in mine] == ["11月24日 周二", "11月25日 周三", "11月26日 周四"]
    assert all("等您验收" in text and ("待验收：1件") in text for text in mine)
    await world.turn_to("2026-11-30 09:20")
    (late,) = [text for text in world.told(FINANCE) if NUMBER in text]
    assert "应于11月30日 周一前验收，今天到期。" in late and f"回复“同意销号 {NUMBER}”" in late
    await world.turn_to("2026-12-07 09:20")
    assert any("已逾期5个工作日" in text for text in world.told(FINANCE))
    assert any(text.startswith(f"抄送您：{NUMBER}") for text in world.told(OFFICE))
    assert not [text for text in world.told(LIAISON) if "逾期" in text]


@pytest.mark.begins("2026-11-23 10:00")
async def test_a_task_that_nobody_confirmed_is_asked_about_after_two_working_days(world: Rehearsal) -> None:
    await world.turn_to("2026-11-23 10:00")
    await assigned_only(world)
    await world.turn_to("2026-11-25 09:20")
    mine = [text for text in world.told(LIAISON) if NUMBER in text]
    assert any("交办后还没有确认收到" in text and "（第1次提醒）" in text for text in mine)
    assert "已交办 → 整改中" in await world.say(LIAISON, "收到")
    forget(world)
    await world.turn_to("2026-12-04 12:00")
    assert not [text for text in world.told(LIAISON) if "确认" in text]


@once
async def assigned_only(world: Rehearsal) -> None:
    await seed(world)
    await world.say(OFFICE, f"交办 {NUMBER} 恒信建设 责任人周涛 12月18日前")
    assert "已交办" in await world.say(OFFICE, "确认")
