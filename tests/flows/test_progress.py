"""收到 and reports of progress (T5)."""

from __future__ import annotations

from sqlalchemy import select

from bot.errors import NOT_FOUND_OR_FORBIDDEN
from handlers.rules.calendar import day_of
from storage.models import Event
from storage.proceedings import Evidence, Progress
from tests.flows.findings import (
    FINANCE,
    HEAD,
    LIAISON,
    NUMBER,
    OFFICE,
    OTHER,
    actions,
    applied,
    assigned,
    finding,
    forget,
    seed,
)  # fmt: skip
from tests.flows.harness import Rehearsal
from tests.flows.snapshots import once

WORDS = "已修订《采购管理办法》，12月上党委会审议，完成60%"


def reports(world: Rehearsal) -> list[Progress]:
    with world.session() as session:
        rows = list(session.scalars(select(Progress).order_by(Progress.id)))
        session.expunge_all()
        return rows


@once
async def newly_assigned(world: Rehearsal) -> None:
    await seed(world)
    await world.say(OFFICE, f"交办 {NUMBER} 恒信建设 责任人周涛 12月18日前")
    await world.say(OFFICE, "确认")
    forget(world)


async def test_received_begins_and_tells_nobody(world: Rehearsal) -> None:
    await newly_assigned(world)
    answer = await world.say(LIAISON, f"收到 {NUMBER}")
    assert "已交办 → 整改中" in answer and "12月18日 周五" in answer
    row = finding(world)
    assert row.state == "rectifying" and row.confirmed_at is not None
    assert not world.told(OFFICE) and not world.told(FINANCE)


async def test_received_again_changes_nothing(world: Rehearsal) -> None:
    await newly_assigned(world)
    await world.say(LIAISON, f"收到 {NUMBER}")
    before = finding(world).confirmed_at
    assert "确认收到" in await world.say(LIAISON, f"收到 {NUMBER}")
    assert finding(world).confirmed_at == before
    assert actions(world) == ["assign", "confirm_task"]


async def test_the_button_and_the_bare_word_do_the_same(world: Rehearsal) -> None:
    await newly_assigned(world)
    assert "已交办 → 整改中" in await world.click(HEAD, "收到")
    assert "确认收到" in await world.say(LIAISON, "知道了")


async def test_a_promise_is_only_written_down(world: Rehearsal) -> None:
    await newly_assigned(world)
    assert "11月27日 周五" in await world.say(LIAISON, "收到，周五前报")
    assert finding(world).state == "rectifying"
    with world.session() as session:
        (event,) = session.scalars(select(Event).where(Event.action == "promise"))
        assert event.matter == NUMBER and event.after == {"expect": "2026-11-27"}


async def test_received_without_any_task_is_a_friendly_word(world: Rehearsal) -> None:
    answer = await world.say(FINANCE, "知道了")
    assert answer and "WT-" not in answer


async def test_progress_is_kept_and_the_other_side_is_told(world: Rehearsal) -> None:
    await assigned(world)
    asked = await world.say(LIAISON, f"{NUMBER} 整改进展：{WORDS}")
    assert WORDS in asked and "完成度：60%" in asked and asked.endswith("回复“确认”提交，“取消”放弃")
    assert not reports(world)
    done = await world.say(LIAISON, "确认")
    assert NUMBER in done and "第1次进展" in done and "60%" in done
    (row,) = reports(world)
    assert (row.text, row.percent, row.by) == (WORDS, 60, LIAISON)
    for person in (OFFICE, FINANCE):
        (news,) = world.told(person)
        assert NUMBER in news and WORDS in news
    assert not world.told(OTHER)


async def test_the_first_progress_begins_the_rectification(world: Rehearsal) -> None:
    await newly_assigned(world)
    await world.say(LIAISON, f"{NUMBER} 整改进展：已开会部署")
    assert "已交办 → 整改中" in await world.say(LIAISON, "确认")
    assert finding(world).state == "rectifying" and finding(world).confirmed_at is not None
    assert actions(world) == ["assign", "confirm_task", "progress"]


async def test_progress_is_only_appended(world: Rehearsal) -> None:
    await assigned(world)
    for words in ("已清理一半 50%", "全部清理 90%"):
        await world.say(LIAISON, f"{NUMBER} 整改进展：{words}")
        done = await world.say(LIAISON, "确认")
    assert "第2次进展" in done and "50% → 90%" in done
    assert [row.percent for row in reports(world)] == [50, 90]


async def test_the_button_asks_for_the_words(world: Rehearsal) -> None:
    await newly_assigned(world)
    assert "请写进展" in await world.click(LIAISON, "填进展")
    asked = await world.say(LIAISON, "已收回3万8，还差4千")
    assert "已收回3万8，还差4千" in asked
    await world.say(LIAISON, "确认")
    assert reports(world)[0].text == "已收回3万8，还差4千"


async def test_several_tasks_are_asked_about(world: Rehearsal) -> None:
    await assigned(world)
    await assigned(world, "WT-2026-0125", due="12月10日")
    await world.turn_to("2026-11-23 11:00")  # what was shown last is forgotten after half an hour
    asked = await world.say(LIAISON, "整改进展：正在走流程")
    assert "1 WT-2026-0125" in asked and "2 WT-2026-0123" in asked
    assert NUMBER in await world.say(LIAISON, "2")
    await world.say(LIAISON, "确认")
    assert reports(world)[0].finding_id == finding(world).id


async def test_no_news_is_asked_for_its_reason(world: Rehearsal) -> None:
    await assigned(world)
    assert "原因" in await world.say(LIAISON, f"{NUMBER} 整改进展：没啥进展")
    assert "等法院判决" in await world.say(LIAISON, "等法院判决")


async def test_a_picture_is_kept_as_evidence(world: Rehearsal) -> None:
    await assigned(world)
    await world.say(LIAISON, f"{NUMBER} 整改进展")
    assert "图片收到了" in await world.picture(LIAISON)
    await world.say(LIAISON, "会议已开，见照片")
    await world.say(LIAISON, "确认")
    with world.session() as session:
        (row,) = session.scalars(select(Evidence))
        assert (row.kind, row.media_id, row.by) == ("image", "MEDIA1", LIAISON)


async def test_strangers_hear_the_one_sentence(world: Rehearsal) -> None:
    await assigned(world)
    hidden = await world.say(OTHER, f"{NUMBER} 整改进展：改好了")
    assert hidden == await world.say(OTHER, "WT-2026-0999 整改进展：改好了") == NOT_FOUND_OR_FORBIDDEN
    assert "责任单位填报" in await world.say(FINANCE, f"{NUMBER} 整改进展：改好了")
    assert not reports(world)


async def test_nothing_is_reported_while_it_waits_for_acceptance(world: Rehearsal) -> None:
    await applied(world)
    assert "已申请验收" in await world.say(LIAISON, f"{NUMBER} 整改进展：又补了一份")


async def test_the_same_message_three_times_reports_once(world: Rehearsal) -> None:
    await assigned(world)
    await world.say(LIAISON, f"{NUMBER} 整改进展：{WORDS}")
    said = [await world.say(LIAISON, "确认", key="t:same") for _ in range(3)]
    assert said[0] and len(reports(world)) == 1
    assert day_of(reports(world)[0].at).isoformat() == "2026-11-23"
