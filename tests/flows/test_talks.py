"""Talks (约谈, S46): what is suggested to whom, who decides, what those who are called hear, and the way back."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime

import pytest
from sqlalchemy import event, select

from bot.config import Policy
from bot.flow import Lexicon, Turn
from handlers import talk_count
from storage import events, moves, talks
from storage.gatherings import Talk
from storage.matters import Post
from storage.models import Event
from storage.people import Actor
from storage.proceedings import Acceptance, Cycle, Extension
from tests.flows.findings import ARRANGED, DIRECTOR, FINANCE, HEAD, LIAISON, OFFICE, change, forget, seed
from tests.flows.harness import Rehearsal
from tests.flows.snapshots import once

LEADER, LEADS, WORKER = "hx_zuzhang", "hx_jiwei", "hx_zhigong"
FIXED = "约谈事项以办公室通知为准。"
YT = "YT-2026-0001"
CONFIRM = "回复“确认”提交，“取消”放弃"


@once
async def many(world: Rehearsal, count: int = 10, start: int = 1, unit: str = "NY", **values: object) -> None:
    """Findings of 恒信能源 in this quarter; each of another category, so that none is repeated."""
    codes = ("CW01", "CW02", "CG01", "CG02", "GC01", "GC02", "TZ01", "TZ02", "YX01", "YX02", "HG01", "HG02")
    for at in range(count):
        row = {"unit": unit, "category": codes[at % 12], "quarter": "2026Q2"} | values
        await seed(world, f"WT-2026-{start + at:04d}", **row)


@once
async def morning(world: Rehearsal, day: str = "2026-11-24") -> None:
    """Up to the morning's look, with nobody's earlier news left unread."""
    await world.turn_to(f"{day} 08:30")
    forget(world)
    for person in (LEADER, LEADS):
        world.told(person)
    await world.turn_to(f"{day} 09:00")


def suggested(world: Rehearsal, person: str) -> list[str]:
    return [words for words in world.told(person) if "建议约谈" in words]


def talk(world: Rehearsal, number: str = YT) -> Talk:
    with world.session() as session:
        found = talks.find(session, number)
        assert found is not None
        session.expunge(found)
        return found


def done(world: Rehearsal, number: str = YT) -> list[str]:
    with world.session() as session:
        return [one.action for one in events.history(session, number)]


async def confirmed(world: Rehearsal, person: str, said: str) -> str:
    asked = await world.say(person, said)
    assert asked.endswith(CONFIRM), asked
    return await world.say(person, "确认")


@once
async def planned(world: Rehearsal) -> str:
    """王建国 is called for 27 November."""
    return await confirmed(world, DIRECTOR, "约谈恒信建设王建国，11月27日上午10点，我主持")


async def test_s46_a_suggestion_goes_to_the_office_alone_and_once(world: Rehearsal) -> None:
    await many(world, 10)
    await morning(world)
    for person in (DIRECTOR, OFFICE):
        (said,) = suggested(world, person)
        assert said.startswith(f"恒信能源建议约谈（{YT}）：近四季度登记10条（阈值10）。决定权在主任。"), said
        assert said.endswith("回复“采纳”或“不采纳，理由…”。"), said
    for person in (LEADER, LEADS, FINANCE, HEAD, LIAISON):
        assert suggested(world, person) == []
    assert (talk(world).state, talk(world).unit, done(world)) == ("suggested", "NY", ["talk_suggest"])
    await morning(world, "2026-11-25")
    assert suggested(world, DIRECTOR) == []


async def test_nothing_below_the_threshold_and_nothing_on_a_rest_day(world: Rehearsal) -> None:
    await many(world, 9)
    await morning(world)
    assert suggested(world, DIRECTOR) == []
    await many(world, 1, 50, category="HG03")
    await world.turn_to("2026-11-29 23:00")  # a Sunday: the 25th to the 27th have looked already
    assert len(suggested(world, DIRECTOR)) == 1
    with world.session() as session:
        (told,) = session.scalars(select(Event).where(Event.action == "talk_suggest"))
        assert told.at.date() == date(2026, 11, 25)


async def test_6_6_a_new_case_is_told_within_the_ninety_days_and_the_old_one_after_them(world: Rehearsal) -> None:
    await many(world, 10)
    await morning(world)
    assert len(suggested(world, DIRECTOR)) == 1
    answer = await confirmed(world, DIRECTOR, f"{YT} 不约谈，理由：已有整改方案")
    assert "不约谈，理由：已有整改方案" in answer
    assert (talk(world).state, talk(world).reason, talk(world).decided_by) == ("declined", "已有整改方案", DIRECTOR)
    await many(world, 2, 60, category="CW01")  # with one of the ten: 资金管理 three times
    await morning(world, "2026-11-25")
    (said,) = suggested(world, DIRECTOR)
    assert "YT-2026-0002" in said and "重复发生3条（资金管理）" in said
    await confirmed(world, DIRECTOR, "YT-2026-0002 不约谈，理由：合并处理")
    for day in ("2026-11-26", "2027-02-22"):
        await morning(world, day)
        assert suggested(world, DIRECTOR) == []
    await morning(world, "2027-02-24")
    assert len(suggested(world, DIRECTOR)) == 1


async def test_6_6_reopening_returns_and_long_overdue_count(world: Rehearsal) -> None:
    await seed(world, "WT-2026-0001", unit="NY", state="rectifying", due=date(2026, 10, 20))
    await morning(world)
    (said,) = suggested(world, DIRECTOR)
    assert "逾期超20个工作日1条：WT-2026-0001" in said


async def reopened_after(world: Rehearsal, closed: datetime, opened: datetime) -> None:
    """A finding of 恒信能源 whose first round ended on one day and whose second began on another."""
    await seed(world, "WT-2026-0001", unit="NY", state="rectifying", cycle=2, due=date(2026, 12, 25))

    def work(session: object) -> None:
        row = moves.find(session, "WT-2026-0001")  # type: ignore[arg-type]
        assert row is not None
        entry = events.Entry(datetime(2026, 11, 20, tzinfo=UTC), "system", ARRANGED)
        first = Cycle(seq=1, started_at=datetime(2024, 1, 8, tzinfo=UTC), closed_at=closed)
        moves.keep(session, row, entry, first, Cycle(seq=2, started_at=opened))  # type: ignore[arg-type]

    await world.turns.run(work)


@pytest.mark.parametrize(
    ("closed", "opened", "told"),
    [
        ((2025, 10, 8), (2026, 10, 8), 1),  # twelve months to the day
        ((2025, 10, 8), (2026, 10, 9), 0),
        ((2025, 6, 1), (2025, 11, 1), 0),  # soon after its end, but longer ago than twelve months
    ],
)
async def test_6_6_reopened_within_twelve_months(
    world: Rehearsal, closed: tuple[int, int, int], opened: tuple[int, int, int], told: int
) -> None:
    await reopened_after(world, datetime(*closed, 2, tzinfo=UTC), datetime(*opened, 2, tzinfo=UTC))
    await morning(world)
    said = suggested(world, DIRECTOR)
    assert len(said) == told
    assert not told or "销号后重启1条：WT-2026-0001" in said[0]


async def beside(world: Rehearsal, *rows: Acceptance | Extension | Cycle) -> None:
    def work(session: object) -> None:
        finding = moves.find(session, "WT-2026-0001")  # type: ignore[arg-type]
        assert finding is not None
        entry = events.Entry(datetime(2026, 11, 20, tzinfo=UTC), "system", ARRANGED)
        moves.keep(session, finding, entry, *rows)  # type: ignore[arg-type]

    await world.turns.run(work)


def at(month: int, year: int = 2026) -> datetime:
    return datetime(year, month, 9, 2, tzinfo=UTC)


def returned(moment: datetime) -> Acceptance:
    return Acceptance(at=moment, by=FINANCE, result="returned")


def put_off(moment: datetime, state: str = "approved") -> Extension:
    day = date(2026, 12, 25)
    return Extension(at=moment, by=LIAISON, new_due=day, reason="x", state=state, decided_at=moment)


async def test_6_6_returned_or_put_off_twice_within_twelve_months(world: Rehearsal) -> None:
    await seed(world, "WT-2026-0001", unit="NY", state="rectifying", due=date(2026, 12, 25))
    await beside(world, returned(at(8)), returned(at(8, 2025)), put_off(at(9)), put_off(at(10), "rejected"))
    await morning(world)
    assert suggested(world, DIRECTOR) == []  # one return is too long ago, one extension was not granted
    await beside(world, returned(at(10)))
    await morning(world, "2026-11-25")
    (said,) = suggested(world, DIRECTOR)
    assert "退回2次以上1条：WT-2026-0001" in said and "延期" not in said
    await beside(world, put_off(at(11)))
    assert "延期2次以上1条：WT-2026-0001" in await world.say(DIRECTOR, "恒信能源要不要约谈")


async def test_7_4_the_overdue_rate_counts_earlier_rounds_and_not_the_ongoing(world: Rehearsal) -> None:
    """Three of fourteen are more than a fifth, three of fifteen are not."""
    plain = {"unit": "NY", "quarter": "2025Q2", "category": "QT"}
    for place in range(4, 18):
        late = place > 14
        due = date(2026, 11, 20) if late else date(2026, 5, 20)
        await seed(world, f"WT-2026-{place:04d}", state="rectifying" if late else "closed", due=due, **plain)
    await seed(world, "WT-2026-0020", state="ongoing", due=date(2026, 5, 20), **plain)
    await seed(world, "WT-2026-0001", state="rectifying", cycle=2, due=date(2026, 12, 25), **plain)
    assert "逾期率21.4%（3条逾期，阈值20%）" in await world.say(DIRECTOR, "恒信能源要不要约谈")
    closed = Cycle(seq=1, started_at=at(1, 2025), closed_at=at(4, 2025), due=date(2025, 4, 30))
    await beside(world, closed, Cycle(seq=2, started_at=at(6, 2025)))
    assert "未达到约谈阈值" in await world.say(DIRECTOR, "恒信能源要不要约谈")


def statements(world: Rehearsal) -> tuple[int, int]:
    """How many units the look finds, and how many statements it takes."""
    seen: list[str] = []

    def heard(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        seen.append(statement)

    event.listen(world.engine, "before_cursor_execute", heard)
    with world.session() as session:
        turn = Turn(session, Actor("system", "系统"), world.clock(), world.calendar, Policy(), Lexicon())
        found = len(talk_count.by_unit(turn))
    event.remove(world.engine, "before_cursor_execute", heard)
    return found, sum(said.startswith("SELECT") for said in seen)


async def test_the_look_takes_no_more_statements_for_seven_units_than_for_one(world: Rehearsal) -> None:
    await many(world, 3, 100)
    assert statements(world) == (1, 7)
    for place, unit in enumerate(("JS", "JS2", "WL", "WLBS", "ZY", "ZB"), 2):
        await many(world, 3, 100 * place, unit=unit)
    assert statements(world) == (7, 7)


async def test_units_stand_for_themselves(world: Rehearsal) -> None:
    await many(world, 5)
    await many(world, 5, 20, unit="JS")
    await many(world, 5, 40, unit="JS2")
    await morning(world)
    assert suggested(world, DIRECTOR) == []


@pytest.mark.parametrize("state", ["rejected", "merged", "withdrawn", "converted_to_lead"])
async def test_7_4_what_is_none_does_not_count(world: Rehearsal, state: str) -> None:
    await many(world, 9)
    await seed(world, "WT-2026-0050", unit="NY", category="HG03", quarter="2026Q2", state=state)
    await seed(world, "WT-2026-0051", unit="NY", category="HG03", quarter="2026Q2", nature="tendency")
    await morning(world)
    assert suggested(world, DIRECTOR) == []
    answer = await world.say(DIRECTOR, "恒信能源要不要约谈")
    assert "未达到约谈阈值" in answer and "线索" not in answer


async def test_what_becomes_a_lead_leaves_the_grounds_and_stood_in_no_event(world: Rehearsal) -> None:
    await many(world, 10)
    await morning(world)
    await world.say(OFFICE, "WT-2026-0003转为线索")
    await world.say(OFFICE, "涉嫌侵占")
    assert "已转办理" in await world.say(OFFICE, "确认")
    answer = await world.say(DIRECTOR, f"查 {YT}")
    assert "WT-2026-0003" not in answer and "线索" not in answer and "转" not in answer
    with world.session() as session:
        kept = json.dumps([[e.before, e.after] for e in events.history(session, YT)], ensure_ascii=False)
    assert "WT-2026" not in kept


async def test_s8_the_staff_count_without_what_is_restricted(world: Rehearsal) -> None:
    await many(world, 9)
    await seed(world, "WT-2026-0050", unit="NY", category="HG03", quarter="2026Q2", visibility="restricted")
    await morning(world)
    assert len(suggested(world, DIRECTOR)) == 1
    assert suggested(world, OFFICE) == []
    hidden = "未查询到该编号，或您无权查看。"
    assert await world.say(OFFICE, f"采纳{YT}约谈建议") == hidden == await world.say(OFFICE, "采纳YT-2026-0009约谈建议")
    assert await world.say(OFFICE, f"查 {YT}") == hidden == await world.say(OFFICE, "查 YT-2026-0009")
    assert "未达到约谈阈值" in await world.say(OFFICE, "恒信能源要不要约谈")
    await many(world, 3, 70, category="GC04")
    await morning(world, "2026-11-25")
    (said,) = suggested(world, OFFICE)
    assert "近四季度登记12条" in said and "重复发生3条（概预算）" in said
    (said,) = suggested(world, DIRECTOR)
    assert "近四季度登记13条" in said


async def test_s46_evaluated_on_demand_with_what_cannot_be_checked(world: Rehearsal) -> None:
    await many(world, 12)
    answer = await world.say(DIRECTOR, "恒信能源要不要约谈")
    assert answer.startswith("恒信能源依据：近四季度登记12条（阈值10）。")
    assert "建议：可组织责任约谈。决定权在办公室主任。" in answer and "查实虚假整改" in answer
    assert "恒信能源" in await world.say(LEADER, "哪些单位该约谈")


@pytest.mark.parametrize("person", [HEAD, LIAISON, FINANCE, WORKER, LEADS, "nobody"])
async def test_s46_everybody_else_hears_the_same_whether_or_not_there_is_one(world: Rehearsal, person: str) -> None:
    before = [await world.say(person, said) for said in ("我们会被约谈吗", "恒信建设要不要约谈", "约谈清单")]
    await planned(world)
    forget(world)
    after = [await world.say(person, said) for said in ("我们会被约谈吗", "恒信建设要不要约谈", "约谈清单")]
    assert before == after
    assert set(after) == {FIXED}
    assert await world.say(person, "约谈恒信建设王建国，11月30日上午10点") == FIXED


async def test_s46_planned_by_the_director_then_told(world: Rehearsal) -> None:
    asked = await world.say(DIRECTOR, "约谈恒信建设王建国，11月27日上午10点，我主持")
    assert "恒信建设｜提醒约谈｜王建国（恒信建设总经理）" in asked
    assert "11月27日 周五 10:00；主持：何敏" in asked and asked.endswith(CONFIRM)
    assert world.told(HEAD) == []
    answer = await world.say(DIRECTOR, "确认")
    assert f"{YT}：已安排11月27日 周五 10:00约谈王建国" in answer and "已告知王建国、李敏" in answer
    (notice,) = world.told(HEAD)
    assert f"约谈通知（{YT}）" in notice and "11月27日 周五 10:00参加提醒约谈，主持：何敏" in notice
    assert world.told(LIAISON) == []
    row = talk(world)
    assert (row.state, row.persons, row.kind, row.host) == ("planned", [HEAD], "提醒", DIRECTOR)
    assert row.at == datetime(2026, 11, 27, 2, 0, tzinfo=UTC)
    assert done(world) == ["talk"]


async def test_a_namesake_elsewhere_is_not_taken(world: Rehearsal) -> None:
    """utterances.jsonl: 张伟 is the discipline body's, 恒信建设 is headed by 王建国."""
    asked = await world.say(DIRECTOR, "约谈恒信建设总经理张伟，11月27日上午10点，我主持")
    assert "恒信建设没有叫张伟的人" in asked and "1 王建国（恒信建设总经理）" in asked and "2 张伟" in asked
    assert "王建国（恒信建设总经理）" in await world.say(DIRECTOR, "1")
    await world.say(DIRECTOR, "确认")
    assert talk(world).persons == [HEAD]
    assert world.told(LEADS) == []


async def test_a_unit_without_a_head_and_a_missing_time_are_asked(world: Rehearsal) -> None:
    assert "恒信能源没有登记负责人" in await world.say(DIRECTOR, "约谈恒信能源，11月27日上午10点")
    await world.say(DIRECTOR, "取消")
    assert "几点" in await world.say(DIRECTOR, "告诫约谈恒信建设王建国")
    asked = await world.say(DIRECTOR, "11月30日下午2点半")
    assert "告诫约谈" in asked and "11月30日 周一 14:30" in asked


async def test_6_6_three_working_days_ahead_unless_urgent(world: Rehearsal) -> None:
    asked = await world.say(DIRECTOR, "约谈恒信建设王建国，11月25日上午10点，我主持")
    assert "不足3个工作日" in asked and "最早11月26日 周四" in asked
    assert "约谈（紧急）" in await world.say(DIRECTOR, "1")
    await world.say(DIRECTOR, "确认")
    assert "约谈通知（紧急）" in world.told(HEAD)[0]
    asked = await world.say(DIRECTOR, "约谈恒信物流陈静，11月25日上午10点")
    assert "约谈定在哪天" in await world.say(DIRECTOR, "2")
    assert "11月26日 周四 09:00" in await world.say(DIRECTOR, "11月26日上午9点")


async def test_the_staff_prepare_and_the_director_decides(world: Rehearsal) -> None:
    asked = await world.say(OFFICE, "约谈恒信建设王建国，11月27日上午10点，何敏主持")
    assert "由主任决定，决定前不通知被约谈人" in asked
    assert "已拟办，由何敏决定" in await world.say(OFFICE, "确认")
    assert (talk(world).state, world.told(HEAD)) == ("suggested", [])
    assert "李敏拟办约谈" in world.told(DIRECTOR)[-1]
    asked = await world.say(DIRECTOR, f"采纳{YT}约谈建议")
    assert "11月27日 周五 10:00" in asked and "王建国" in asked
    await world.say(DIRECTOR, "确认")
    assert talk(world).state == "planned"
    assert "约谈通知" in world.told(HEAD)[0]
    assert done(world) == ["talk_prepare", "talk"]


async def test_the_staff_s_opinion_changes_nothing(world: Rehearsal) -> None:
    await many(world, 10)
    await morning(world)
    forget(world)
    answer = await confirmed(world, OFFICE, f"{YT} 不约谈，理由：已在整改")
    assert "由何敏决定" in answer
    assert "拟办意见" in world.told(DIRECTOR)[-1]
    assert (talk(world).state, done(world)) == ("suggested", ["talk_suggest", "talk_prepare"])


@pytest.mark.parametrize(
    ("said", "state", "event"),
    [("采纳", "adopted", "talk_adopt"), ("不采纳，理由：已在整改", "declined", "talk_decline")],
)
async def test_one_word_answers_the_only_suggestion(world: Rehearsal, said: str, state: str, event: str) -> None:
    await many(world, 10)
    await morning(world)
    answer = await confirmed(world, DIRECTOR, said)
    assert answer.startswith(f"{YT} 恒信能源："), answer
    assert (talk(world).state, done(world)) == (state, ["talk_suggest", event])
    assert talk(world).reason == ("已在整改" if state == "declined" else "")
    assert await world.say(DIRECTOR, said) == "现在没有待决定的约谈建议。"
    assert "约谈" not in await world.say(LIAISON, said)  # nobody else learns that there are any


async def test_one_word_asks_which_when_several_wait(world: Rehearsal) -> None:
    await many(world, 10)
    await many(world, 10, start=21, unit="JS")
    await morning(world)
    asked = await world.say(DIRECTOR, "采纳")
    assert "要采纳哪一次约谈？" in asked and "YT-2026-0002" in asked, asked
    assert done(world) == ["talk_suggest"]


async def test_a_suggestion_is_adopted_and_planned_under_its_number(world: Rehearsal) -> None:
    await many(world, 10, unit="JS")
    await morning(world)
    forget(world)
    answer = await confirmed(world, DIRECTOR, "采纳约谈建议")
    assert "已采纳" in answer and "已告知李敏" in answer
    assert talk(world).state == "adopted"
    asked = await world.say(DIRECTOR, "约谈恒信建设王建国，11月30日上午10点，我主持")
    assert YT in asked
    await world.say(DIRECTOR, "确认")
    assert (talk(world).state, done(world)) == ("planned", ["talk_suggest", "talk_adopt", "talk"])
    await morning(world, "2026-11-25")
    assert suggested(world, DIRECTOR) == []


async def test_moved_and_called_off(world: Rehearsal) -> None:
    await planned(world)
    forget(world)
    answer = await confirmed(world, DIRECTOR, f"约谈{YT}改到11月30日上午9点")
    assert "改为11月30日 周一 09:00" in answer
    assert "约谈时间有变" in world.told(HEAD)[0]
    answer = await confirmed(world, DIRECTOR, f"取消约谈{YT}")
    assert "已取消" in answer
    assert world.told(HEAD) == [f"约谈（{YT}）已取消，您不用参加。"]
    assert done(world) == ["talk", "talk_change", "talk_cancel"]


async def test_held_and_reported_back_by_the_unit(world: Rehearsal) -> None:
    await planned(world)
    assert "还没到" in await world.say(DIRECTOR, f"{YT} 已约谈，要点：压实责任；12月31日前回告")
    await world.turn_to("2026-11-27 14:00")
    forget(world)
    answer = await confirmed(world, DIRECTOR, f"{YT} 已约谈，要点：压实责任；12月31日前整改并回告")
    assert "12月31日 周四前回告" in answer
    assert "压实责任" in world.told(HEAD)[0]
    assert (talk(world).state, talk(world).due) == ("held", date(2026, 12, 31))
    assert await world.say("hx_wuliul", f"{YT} 约谈整改回告：已整改") == FIXED
    answer = await confirmed(world, LIAISON, f"{YT} 约谈整改回告：责任已落实到人")
    assert "已回告" in answer
    assert "责任已落实到人" in world.told(DIRECTOR)[-1]
    assert (talk(world).state, talk(world).report) == ("reported", "责任已落实到人")
    assert done(world) == ["talk", "talk_held", "talk_report"]


async def test_the_ladder_of_the_talk_and_of_the_report(world: Rehearsal) -> None:
    await planned(world)
    forget(world)
    await world.turn_to("2026-11-26 10:00")
    assert any("明天（11月27日 周五 10:00）" in words for words in world.told(HEAD))
    assert any("由您主持约谈" in words for words in world.told(DIRECTOR))
    await world.turn_to("2026-11-27 14:00")
    await confirmed(world, DIRECTOR, f"{YT} 已约谈，要点：压实责任；12月11日前整改并回告")
    forget(world)
    heard: dict[str, list[str]] = {}
    for day in ("08", "11", "14", "16"):
        await world.turn_to(f"2026-12-{day} 10:00")
        for person in (HEAD, OFFICE, DIRECTOR):
            said = [words for words in world.told(person) if YT in words]
            heard.setdefault(person, []).extend([day] * len(said))
    assert heard == {HEAD: ["08", "11", "14"], OFFICE: ["11", "14"], DIRECTOR: ["16"]}


async def test_rights_that_end_end_the_deed(world: Rehearsal) -> None:
    await world.say(DIRECTOR, "约谈恒信建设王建国，11月27日上午10点，我主持")

    def dismiss(session: object) -> None:
        for post in session.scalars(select(Post).where(Post.userid == DIRECTOR)):  # type: ignore[attr-defined]
            post.valid_to = date(2026, 11, 22)

    await world.turns.run(dismiss)
    assert await world.say(DIRECTOR, "确认") == FIXED
    with world.session() as session:
        assert talks.in_states(session, talks.OPEN) == []


async def test_two_deciders_and_only_the_first_counts(world: Rehearsal) -> None:
    await many(world, 10)
    await morning(world)
    await world.say(DIRECTOR, f"采纳{YT}约谈建议")

    def decline(session: object) -> None:
        row = talks.find(session, YT)  # type: ignore[arg-type]
        assert row is not None
        entry = events.Entry(datetime(2026, 11, 24, tzinfo=UTC), "x", "talk_decline")
        assert talks.change(session, row, "suggested", entry, state="declined")  # type: ignore[arg-type]

    await world.turns.run(decline)
    assert "不约谈" in await world.say(DIRECTOR, "确认")
    assert talk(world).state == "declined"


async def test_long_overdue_is_counted_from_the_granted_day(world: Rehearsal) -> None:
    await seed(world, "WT-2026-0001", unit="NY", state="rectifying", due=date(2026, 10, 20))
    await change(world, "WT-2026-0001", due=date(2026, 11, 20))
    await morning(world)
    assert suggested(world, DIRECTOR) == []
