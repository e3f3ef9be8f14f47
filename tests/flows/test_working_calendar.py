"""The working calendar in chat: entered by the office, confirmed, told, and followed by everything (domain.md 6.1)."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, date, datetime
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.flow import Lexicon, Turn
from handlers import day_changes
from storage import calendar_days, events
from storage.models import Due, Outbox
from storage.people import Actor
from tests.flows.findings import AUDIT, DIRECTOR, LIAISON, OFFICE, forget
from tests.flows.harness import CHINA, Rehearsal

CONFIRM = "回复“确认”提交，“取消”放弃"
SATURDAY = date(2027, 2, 13)
FLAG = "2027年放假安排还没有维护，有关日期暂按法定节假日推算。公布后发“2027年2月13日上班”这样的话，或导入日历文件。"
NOTICE = (
    "2027年元旦1月1日至3日放假，春节2月5日至12日放假，2月13日上班，清明4月3日至5日放假，"
    "劳动节5月1日至5日放假，5月8日上班，端午6月9日放假，中秋9月15日放假，国庆10月1日至7日放假"
)


def _days(world: Rehearsal) -> dict[date, bool]:
    with world.session() as session:
        return calendar_days.overrides(session)


def _events(world: Rehearsal) -> list[str]:
    with world.session() as session:
        return [event.action for event in events.history(session, "calendar")]


def _turn(world: Rehearsal, session: Session) -> Turn:
    """One of the machine's own."""
    system = Actor("system", "系统")
    return Turn(session, system, world.clock(), world.world.calendar, world.world.policy, Lexicon())


def _flags(texts: list[str]) -> list[str]:
    return [text for text in texts if "放假安排还没有" in text and "导入日历文件" in text]


async def test_the_office_enters_a_day_and_confirms_it(world: Rehearsal) -> None:
    forget(world)
    asked = await world.say(OFFICE, "2027年2月13日上班")
    assert asked.splitlines() == [
        "请确认：国家放假安排",
        "2027年2月13日 周六：休息 → 上班",
        "2027年还差元旦、春节、清明节、劳动节、端午节、中秋节、国庆节，录全前每天提示",
        CONFIRM,
    ]
    assert _days(world) == {} and _events(world) == []
    done = await world.say(OFFICE, "确认")
    assert done.startswith("已更新工作日历：\n2027年2月13日 周六：休息 → 上班\n") and done.endswith("已告知何敏。")
    assert _days(world) == {SATURDAY: True}
    assert world.told(DIRECTOR) == ["工作日历已调整（李敏）：\n2027年2月13日 周六：休息 → 上班"]
    with world.session() as session:
        (event,) = events.history(session, "calendar")
    assert (event.actor, event.action) == (OFFICE, "calendar_changed")
    assert event.before == {"2027-02-13": False}
    assert event.after == {"source": "official", "days": {"2027-02-13": True}, "maintained": []}


async def test_the_process_goes_by_it_at_once_and_so_does_the_next(world: Rehearsal) -> None:
    await world.say(OFFICE, "2027年2月13日上班")
    await world.say(OFFICE, "确认")
    assert "上班。" in await world.say(LIAISON, "2027年2月13日上班吗")  # before any tick
    await world.turn_to("2026-11-23 10:01")
    assert world.world.calendar.is_workday(SATURDAY)
    await world.restart()
    assert world.world.calendar.is_workday(SATURDAY)


async def test_cancelled_nothing_is_written(world: Rehearsal) -> None:
    await world.say(OFFICE, "2027年2月13日上班")
    assert "没有提交任何内容" in await world.say(OFFICE, "取消")
    assert _days(world) == {} and _events(world) == []


async def test_others_are_shown_the_way_and_may_ask(world: Rehearsal) -> None:
    for person in (LIAISON, AUDIT):
        refused = await world.say(person, "2027年2月13日上班")
        assert refused == "工作日历由监督办公室（李敏）维护，需要调整请联系办理。"
    assert _days(world) == {} and _events(world) == []
    assert await world.say(LIAISON, "2026年12月25日上班吗") == "12月25日 周五：上班。"
    unsure = await world.say(LIAISON, "2027年2月13日上班吗")
    assert unsure == "2027年2月13日 周六：休息。\n2027年放假安排还没有维护，暂按法定节假日推算。"
    assert await world.say(LIAISON, "2027年日历维护了吗") == FLAG
    assert await world.say(LIAISON, "2026年日历维护了吗") == "2026年放假安排已维护。"


async def test_a_whole_notice_makes_the_year_maintained(world: Rehearsal) -> None:
    asked = await world.say(DIRECTOR, NOTICE)
    assert "2027年2月5日 周五至2月12日 周五共8天（春节）：休息，其中2天原为上班" in asked
    assert "2027年1月1日 周五至1月3日 周日共3天（元旦）：休息（没有变化）" in asked
    assert "2027年各节日齐全，提交后视为已维护" in asked and asked.endswith(CONFIRM)
    assert "2027年放假安排已维护，不再每天提示" in await world.say(DIRECTOR, "确认")
    assert await world.say(OFFICE, "2027年日历维护了吗") == "2027年放假安排已维护，其中录入30天。"
    await world.turn_to("2026-11-24 12:00")
    assert world.world.calendar.uncertain_years(2026, 2028) == (2028,)
    assert not _flags(world.told(OFFICE))


async def test_a_notice_may_come_in_parts_or_be_declared_whole(world: Rehearsal) -> None:
    for words in ("2027年春节2月5日至12日放假", "2027年国庆10月1日至7日放假"):
        asked = await world.say(OFFICE, words)
        assert "2027年还差" in asked and "录全前每天提示" in asked
        await world.say(OFFICE, "确认")
    asked = await world.say(OFFICE, "2027年日历维护了吗")
    assert asked.startswith("2027年已录入15天，没有提到元旦、清明节、劳动节、端午节、中秋节")
    assert asked.endswith(CONFIRM)
    assert (await world.say(DIRECTOR, "2027年日历维护了吗")).endswith(CONFIRM)
    assert await world.say(OFFICE, "确认") == "2027年放假安排：未维护 → 已维护，不再每天提示。"
    assert _events(world) == ["calendar_changed"] * 3
    with world.session() as session:
        assert calendar_days.maintained(session) == {2027}


async def test_the_groups_own_days_do_not_stand_in_for_the_notice(world: Rehearsal) -> None:
    asked = await world.say(OFFICE, "11月26日我们公司放假")
    assert asked.startswith("请确认：本单位自定的工作日\n11月26日 周四：上班 → 休息\n")
    await world.say(OFFICE, "确认")
    with world.session() as session:
        assert [row.source for row in calendar_days.of_year(session, 2026)] == ["own"]
        assert calendar_days.maintained(session) == frozenset()
    await world.turn_to("2026-11-26 23:00")
    assert not [sent for sent in world.channel.sent if sent.at.astimezone(CHINA).date() == date(2026, 11, 26)]


async def test_what_is_as_it_was_needs_no_confirmation(world: Rehearsal) -> None:
    answer = await world.say(OFFICE, "12月25日上班")
    assert answer.splitlines() == ["12月25日 周五：上班（没有变化）", "与现在的日历一致，没有变化。"]
    assert _events(world) == []


async def test_what_cannot_be_meant_is_asked_again(world: Rehearsal) -> None:
    assert await world.say(OFFICE, "2027年2月13日上班，2027年2月13日放假") == "2月13日是上班还是休息？请再说一遍。"
    assert "只能维护2025年至2030年的日历" in await world.say(OFFICE, "2035年2月13日上班")
    assert "由系统管理员在服务器上导入" in await world.say(OFFICE, "导入2027年日历")
    assert _days(world) == {}


async def test_who_was_faster_is_not_overwritten(world: Rehearsal) -> None:
    await world.say(OFFICE, "2027年2月13日上班")
    await world.say(DIRECTOR, "2027年2月13日上班")
    await world.say(DIRECTOR, "确认")
    assert "刚刚有变动，这次没有提交" in await world.say(OFFICE, "确认")
    assert _events(world) == ["calendar_changed"]


async def test_reminders_of_a_day_that_becomes_free_move(world: Rehearsal) -> None:
    """T-15 of the quarter: planned for 12-16, and for the working day before once that is a rest day."""
    before = _planned(world, "T-15")
    assert set(before) == {"2026-12-16"}
    asked = await world.say(OFFICE, "12月16日我们公司放假")
    assert f"当天已排提醒{len(before)}条" in asked and "提醒会按新日历重排，到期日不变" in asked
    await world.say(OFFICE, "确认")
    await world.turn_to("2026-11-23 10:05")
    assert _planned(world, "T-15") == ["2026-12-15"] * len(before)
    await world.say(OFFICE, "12月16日我们公司上班")
    await world.say(OFFICE, "确认")
    await world.turn_to("2026-11-23 10:10")
    assert _planned(world, "T-15") == before


async def test_a_quarters_end_that_becomes_free_is_due_earlier(world: Rehearsal) -> None:
    await world.say(OFFICE, "12月31日我们公司放假")
    await world.say(OFFICE, "确认")
    await world.turn_to("2026-11-23 10:05")
    assert set(_planned(world, "D")) == {"2026-12-30"}
    assert "12月30日" in await world.say(OFFICE, "还有谁没报")


def _planned(world: Rehearsal, rung: str) -> list[str]:
    with world.session() as session:
        query = select(Due.day).where(Due.state == "waiting", Due.rung == rung, Due.kind.startswith("quarter"))
        return sorted(session.scalars(query))


async def test_a_message_that_waits_for_its_morning_waits_on(world: Rehearsal) -> None:
    """Held on Friday night for Monday; Monday becomes free."""
    await world.turn_to("2026-11-27 20:30")
    held = datetime(2026, 11, 30, 8, 0, tzinfo=CHINA).astimezone(UTC)

    def owe(session: Session) -> None:
        _turn(world, session).tell(AUDIT, "晚间的一件事")

    await world.turns.run(owe)
    forget(world)
    with world.session() as session:
        waiting = select(Outbox.hold_until).where(Outbox.person == AUDIT, Outbox.state == "due")
        assert session.scalars(waiting).all() == [held]
    await world.say(OFFICE, "11月30日我们公司放假")
    await world.say(OFFICE, "确认")
    await world.turn_to("2026-11-30 23:00")
    assert not world.told(AUDIT)
    await world.turn_to("2026-12-01 08:10")
    assert "晚间的一件事" in world.told(AUDIT)


async def test_the_year_nobody_kept_is_told_every_working_day(world: Rehearsal) -> None:
    """8.2, 18: it runs on the law, and says so until somebody enters the notice."""
    forget(world)
    for day in ("24", "25", "26", "27"):
        await world.turn_to(f"2026-11-{day} 08:39")
        assert not _flags(world.told(OFFICE))
        await world.turn_to(f"2026-11-{day} 09:00")
        assert _flags(world.told(OFFICE)) == [f"{FLAG}（11月{day}日）"]  # no two alike: the platform drops repeats
        await world.restart()
    await world.turn_to("2026-11-29 23:00")  # a weekend
    assert not _flags(world.told(OFFICE))
    await world.say(OFFICE, "2027年春节2月5日至12日放假")
    await world.say(OFFICE, "确认")
    await world.turn_to("2026-11-30 09:00")
    (said,) = _flags(world.told(OFFICE))
    assert said.startswith("2027年放假安排还没有录全（还差元旦、清明节、劳动节、端午节、中秋节、国庆节）")
    assert not _flags(world.told(DIRECTOR)) and not _flags(world.told(LIAISON))


@asynccontextmanager
async def _world(path: Path, start: str) -> AsyncIterator[Rehearsal]:
    world = Rehearsal(path, start=datetime.fromisoformat(start).replace(tzinfo=CHINA))
    await world.start()
    yield world
    await world.stop()


async def test_before_november_nobody_is_asked_for_next_year(tmp_path: Path) -> None:
    async with _world(tmp_path, "2026-10-27 10:00") as world:
        await world.turn_to("2026-11-01 23:00")
        assert not _flags(world.told(OFFICE))
        await world.turn_to("2026-11-02 09:00")  # the first working day of November
        assert _flags(world.told(OFFICE)) == [f"{FLAG}（11月2日）"]


async def test_a_year_that_runs_without_its_notice_is_told_at_any_time(tmp_path: Path) -> None:
    async with _world(tmp_path, "2027-03-10 10:00") as world:
        await world.turn_to("2027-03-11 09:00")
        assert _flags(world.told(OFFICE)) == [f"{FLAG}（3月11日）"]
        await world.turn_to("2027-03-13 23:00")
        assert len(_flags(world.told(OFFICE))) == 1  # Friday; nothing on a Saturday


async def test_a_file_for_the_year_leaves_the_groups_own_days_alone(world: Rehearsal) -> None:
    await world.say(OFFICE, "2027年7月1日我们公司放假")
    await world.say(OFFICE, "确认")

    def carry_in(session: Session) -> list[str]:
        turn = _turn(world, session)
        entries = [calendar_days.Entry(date(2027, 7, 1), True), calendar_days.Entry(SATURDAY, True, "补班")]
        plan = day_changes.compare(turn, entries, calendar_days.OFFICIAL, whole=True)
        assert plan.kept == (date(2027, 7, 1),) and plan.years == (2027,)
        day_changes.apply(turn, plan, day_changes.begin(turn))
        return day_changes.lines(turn, plan.said)

    assert await world.turns.run(carry_in) == ["2027年2月13日 周六（补班）：休息 → 上班"]
    assert _days(world) == {date(2027, 7, 1): False, SATURDAY: True}
