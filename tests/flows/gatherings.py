"""Meetings, items and joint inspections of the transcripts: said and confirmed, and read from the store."""

from __future__ import annotations

from storage import events, inspections, items, meetings, obligations
from storage.gatherings import Inspection, Item, Meeting
from tests.flows.harness import Rehearsal
from tests.flows.snapshots import once

OFFICE, DIRECTOR, LEADER, HEAD, FINANCE, AUDIT = (
    "hx_ban", "hx_zhuren", "hx_zuzhang", "hx_caiwufz", "hx_caiwu", "hx_shenji",
)  # fmt: skip
DISCIPLINE, UNION, WORKER, UNIT_HEAD = "hx_jiwei", "hx_gonghui", "hx_zhigong", "hx_jianshe"
EVERYBODY = (OFFICE, DIRECTOR, LEADER, HEAD, FINANCE, AUDIT, DISCIPLINE, UNION, WORKER, UNIT_HEAD)
CONFIRM = "回复“确认”提交，“取消”放弃"
HIDDEN = "未查询到该编号，或您无权查看。"
YEAR_START = "定一下：领导小组年初会议2027年1月15日下午2点半，三楼会议室，提前一周收材料"
NUMBER = "HY-2026-0001"


async def confirmed(world: Rehearsal, person: str, *said: str) -> str:
    """Say these, the last of which must lead to a confirmation, and confirm; the answer to that."""
    asked = ""
    for words in said:
        asked = await world.say(person, words)
    assert asked.endswith(CONFIRM), asked
    answer = await world.say(person, "确认")
    assert CONFIRM not in answer, answer
    return answer


@once
async def called(world: Rehearsal) -> None:
    """The year-start meeting stands; nobody's news of it is left unread."""
    assert NUMBER in await confirmed(world, OFFICE, YEAR_START)
    forget(world)


def forget(world: Rehearsal) -> None:
    for person in EVERYBODY:
        world.told(person)


def news(world: Rehearsal, person: str, part: str) -> list[str]:
    """What of the news since the last look names `part`."""
    return [words for words in world.told(person) if part in words]


def meeting(world: Rehearsal, number: str = NUMBER) -> Meeting:
    with world.session() as session:
        found = meetings.get(session, number)
        session.expunge(found)
        return found


def item(world: Rehearsal, number: str) -> Item:
    with world.session() as session:
        found = items.find(session, number)
        assert found is not None
        session.expunge(found)
        return found


def inspection(world: Rehearsal, number: str) -> Inspection:
    with world.session() as session:
        found = inspections.find(session, number)
        assert found is not None
        session.expunge(found)
        return found


def owed(world: Rehearsal, matter: str) -> dict[str, str]:
    """What is still owed about a matter: ladder and part -> due day."""
    with world.session() as session:
        rows = obligations.open_of(session, matter)
        return {obligations.name_of(row).replace(matter, row.ladder): row.due.isoformat() for row in rows}


def actions(world: Rehearsal, matter: str) -> list[str]:
    with world.session() as session:
        return [event.action for event in events.history(session, matter)]
