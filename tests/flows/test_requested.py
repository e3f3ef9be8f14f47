"""What another system asks for is carried out as in chat, with the same rights and refusals (issue 3, shared store)."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from sqlalchemy import func, insert, select, text
from sqlalchemy.orm import Session

from bot.errors import NOT_FOUND_OR_FORBIDDEN
from bot.requests import NOT_TEXT, Requests
from handlers import requested
from handlers.registry import FLOWS
from storage import conversations, events
from storage.models import Event, Outbox, Request
from storage.types import table_of
from tests.flows.findings import (
    DIRECTOR,
    FINANCE,
    HEAD,
    LIAISON,
    NUMBER,
    OFFICE,
    OTHER,
    applied,
    assigned,
    finding,
    forget,
    seed,
)  # fmt: skip
from tests.flows.harness import Rehearsal
from tests.fuzz.watching import alarm
from tests.stores import Store

ASKED_AT = datetime(2026, 11, 23, 1, 55, tzinfo=UTC)
ADMIN = "hx_admin"


@pytest_asyncio.fixture
async def world(store: Store, tmp_path: Path) -> AsyncIterator[Rehearsal]:
    rehearsal = Rehearsal(tmp_path, url=store.url)
    await rehearsal.start()
    yield rehearsal
    await rehearsal.stop()


@pytest_asyncio.fixture
async def plain(tmp_path: Path) -> AsyncIterator[Rehearsal]:
    """SQLite alone, where the store is not the point."""
    rehearsal = Rehearsal(tmp_path)
    await rehearsal.start()
    yield rehearsal
    await rehearsal.stop()


def worker(world: Rehearsal) -> Requests:
    return Requests(world.world, FLOWS, requested, world.sender.kick)


async def ask(world: Rehearsal, person: str, action: str, matter: str = "", **facts: Any) -> Request:
    """Insert a request, let it be carried out, and read what became of it."""
    request = await insert_request(world, person, action, matter, facts)
    await worker(world).tick()
    await world.settle()
    return look(world, request)


async def insert_request(world: Rehearsal, person: str, action: str, matter: str, facts: Any, **more: Any) -> int:
    def work(session: Session) -> int:
        serial = (session.execute(select(func.count()).select_from(Request)).scalar() or 0) + 1
        values = {
            "system": "oa", "reference": f"OA-{serial}", "person": person, "action": action, "matter": matter,
            "facts": facts, "asked_at": ASKED_AT,
        }  # fmt: skip
        result = session.execute(insert(table_of(Request)).values(values | more))
        return int(result.inserted_primary_key[0])  # type: ignore[attr-defined]

    return await world.turns.run(work)


def look(world: Rehearsal, request: int) -> Request:
    with world.session() as session:
        row = session.get(Request, request)
        assert row is not None
        session.expunge(row)
        return row


def history(world: Rehearsal, number: str) -> list[Event]:
    with world.session() as session:
        return [event for event in events.history(session, number) if event.foreign_to]


async def test_a_progress_report_is_carried_out_as_in_chat(world: Rehearsal) -> None:
    await assigned(world)
    done = await ask(world, LIAISON, "submit_progress", NUMBER, text="已收回3万元", percent=60, recovered_fen=3_000_000)
    assert (done.state, done.matter) == ("done", NUMBER), done.outcome
    assert "第1次进展" in done.outcome
    assert done.done_at == datetime(2026, 11, 23, 2, 0, tzinfo=UTC)
    event = history(world, NUMBER)[-1]
    assert (event.actor, event.foreign_to, event.action, event.message_key) == (
        LIAISON,
        "oa",
        "progress",
        f"q:{done.id}",
    )
    assert event.after is not None and event.after["progress"][0]["percent"] == 60
    assert any("已收回3万元" in words for words in world.told(FINANCE)), "the source hears of it as in chat"
    mine = world.told(LIAISON)
    assert len(mine) == 1 and mine[0].startswith("oa以您的名义办理了填报进展：")
    with world.session() as session:
        talk = conversations.peek(session, LIAISON)
        assert talk is not None and talk.frames == []


async def test_a_finding_is_submitted_and_its_number_written_back(world: Rehearsal) -> None:
    """T1, T2: the finance liaison's submission registers at once, as in chat."""
    done = await ask(
        world, FINANCE, "submit_finding", desc="备用金7个月未清，部门内无人对账", unit="JS", amount_fen=4_200_050,
        found_on="2026-11-20", severity="important",
    )  # fmt: skip
    assert done.state == "done", done.outcome
    assert "已登记 WT-2026-0001" in done.outcome and done.matter == "WT-2026-0001"
    row = finding(world, "WT-2026-0001")
    assert (row.unit, row.amount_fen, row.severity, row.submitted_by) == ("JS", 4_200_050, "important", FINANCE)
    assert (row.found_at, row.source) == (date(2026, 11, 20), "HX-CW")
    assert [event.action for event in history(world, row.number)] == ["submit", "register"]
    assert any(row.number in words for words in world.told(OFFICE))


async def test_the_whole_life_by_requests(world: Rehearsal) -> None:
    """T4, T7, T9, T8 and T10 by five requests, each in the name of who may do it."""
    await seed(world, amount_fen=4_200_000)
    done = await ask(world, OFFICE, "assign", NUMBER, unit="恒信建设", resp_person=LIAISON, due="2026-12-18")
    assert done.state == "done" and "已登记 → 已交办" in done.outcome
    assert (finding(world).resp_person, finding(world).due) == (LIAISON, date(2026, 12, 18))
    assert any(NUMBER in words for words in world.told(LIAISON))
    later = await ask(world, LIAISON, "apply_extension", NUMBER, due="2026-12-31", reason="供应商资料没有到齐")
    assert later.state == "done" and "12月31日" in later.outcome
    blocked = await ask(
        world, HEAD, "apply_acceptance", NUMBER, measures="已清理", evidence="回单", root_cause="制度缺失"
    )
    assert (blocked.state, blocked.outcome) == ("refused", f"{NUMBER} 的延期申请还在审批，批复之前不能申请验收。")
    await world.say(OFFICE, f"{NUMBER} 延期申请不批准，理由：材料应能按期备齐")
    await world.say(OFFICE, "确认")
    put = await ask(
        world, HEAD, "apply_acceptance", NUMBER, measures="已全部清理并入账", evidence="银行回单〔2026〕7号",
        root_cause="制度缺失", recovered_fen=4_200_000,
    )  # fmt: skip
    assert put.state == "done" and "待验收" in put.outcome, put.outcome
    assert finding(world).recovered_fen == 4_200_000
    back = await ask(world, FINANCE, "return", NUMBER, reason="缺会议纪要", due="2026-12-10")
    assert back.state == "done" and "第1次退回" in back.outcome
    assert finding(world).due == date(2026, 12, 10)
    await ask(world, LIAISON, "apply_acceptance", NUMBER, measures="已补会议纪要", evidence="会议纪要3份")
    end = await ask(world, FINANCE, "accept", NUMBER, opinion="整改到位")
    assert end.state == "done" and "待验收 → 已销号" in end.outcome, end.outcome
    assert finding(world).state == "closed"
    assert {event.foreign_to for event in history(world, NUMBER)} == {"oa"}


async def test_what_happens_before_registration(world: Rehearsal) -> None:
    """T2, T3, T1b, T12 in the names of submitter and office."""
    await seed(world, state="submitted")
    back = await ask(world, OFFICE, "ask_more", NUMBER, reason="缺发现时间")
    assert back.state == "done" and finding(world).state == "need_more", back.outcome
    more = await ask(world, FINANCE, "complete", NUMBER, text="发现时间是11月18日")
    assert more.state == "done" and finding(world).state == "submitted", more.outcome
    assert finding(world).found_at == date(2026, 11, 18)
    done = await ask(world, OFFICE, "register", NUMBER, category="CW02", found_on="2026-11-17")
    assert done.state == "done" and finding(world).state == "registered", done.outcome
    assert (finding(world).category, finding(world).found_at) == ("CW02", date(2026, 11, 17))
    for number, action, facts, state in (
        ("WT-2026-0201", "reject", {"reason": "不属于监督事项"}, "rejected"),
        ("WT-2026-0202", "merge", {"target": NUMBER, "reason": "重复反映"}, "merged"),
    ):
        await seed(world, number, state="submitted")
        row = await ask(world, OFFICE, action, number, **facts)
        assert row.state == "done" and finding(world, number).state == state, row.outcome
    await seed(world, "WT-2026-0203", state="submitted")
    gone = await ask(world, FINANCE, "withdraw", "WT-2026-0203", reason="录重了")
    assert gone.state == "done" and finding(world, "WT-2026-0203").state == "withdrawn", gone.outcome


async def test_a_withdrawal_after_registration_waits_for_the_director(world: Rehearsal) -> None:
    """T12: what needs somebody else's consent in chat needs it by a request, too."""
    await seed(world)
    asked = await ask(world, OFFICE, "withdraw", NUMBER, reason="录重了")
    assert asked.state == "done" and finding(world).state == "registered", asked.outcome
    assert any(NUMBER in words for words in world.told(DIRECTOR))


async def test_the_same_refusals_as_in_chat(world: Rehearsal) -> None:
    """S49, 2.5: what is hidden and what does not exist read alike; who may not hears who may."""
    await assigned(world)
    for person, number in ((OTHER, NUMBER), (OTHER, "WT-2026-0999"), (LIAISON, "XS-2026-7K3M"), (LIAISON, "0123")):
        refused = await ask(world, person, "submit_progress", number, text="制度已修订")
        assert (refused.state, refused.outcome) == ("refused", NOT_FOUND_OR_FORBIDDEN)
    in_chat = await world.say(LIAISON, f"同意销号 {NUMBER}")
    refused = await ask(world, LIAISON, "accept", NUMBER)
    assert (refused.state, refused.outcome) == ("refused", in_chat)
    in_chat = await world.say(LIAISON, f"交办 {NUMBER} 恒信物流")
    refused = await ask(world, LIAISON, "assign", NUMBER, unit="WL")
    assert (refused.state, refused.outcome) == ("refused", in_chat)
    assert history(world, NUMBER) == [] and finding(world).state == "rectifying"
    assert world.told(LIAISON) == []


async def test_what_the_flow_still_asks_refuses_the_request(world: Rehearsal) -> None:
    await applied(world)
    refused = await ask(world, FINANCE, "accept", NUMBER, opinion="同意，但要补会议纪要")
    assert refused.state == "refused" and "附条件的同意不能销号" in refused.outcome
    refused = await ask(world, FINANCE, "submit_finding", desc="备用金7个月未清")
    assert refused.state == "refused" and "单位" in refused.outcome


async def test_what_reads_like_a_lead_is_left_to_the_person(world: Rehearsal) -> None:
    """2.4: leads are not open to requests, not even as findings."""
    refused = await ask(world, FINANCE, "submit_finding", desc="恒信物流采购涉嫌围标串标", unit="WL")
    assert (refused.state, refused.outcome) == ("refused", requested.AS_A_LEAD)
    with world.session() as session:
        assert session.scalars(select(Event).where(Event.foreign_to == "oa")).all() == []


@pytest.mark.parametrize(
    ("action", "matter", "facts", "words"),
    [
        ("delete", NUMBER, {}, requested.UNKNOWN_ACTION),
        ("submit_lead", "", {"desc": "收受回扣"}, requested.UNKNOWN_ACTION),
        ("decide_extension", NUMBER, {"decision": "approve"}, requested.UNKNOWN_ACTION),
        ("submit_finding", NUMBER, {"desc": "备用金未清"}, requested.NO_MATTER),
        ("submit_progress", NUMBER, {}, "facts 里缺 text。"),
        ("submit_progress", NUMBER, {"text": "  "}, "facts 里的 text 应是不空的文字，最多4000字。"),
        ("submit_progress", NUMBER, {"text": "已修订", "percent": 101}, "facts 里的 percent 应是0到100的整数。"),
        ("submit_progress", NUMBER, {"text": "已修订", "recovered_fen": -1}, "以分计的整数"),
        ("submit_progress", NUMBER, {"text": "已修订", "done": True}, "facts 里有不认识的项：done。"),
        ("assign", NUMBER, {"unit": "没有这家"}, "facts 里的 unit 应是现有单位的代码或全称。"),
        ("assign", NUMBER, {"resp_person": "nobody"}, "facts 里的 resp_person 应是人员名册里的账号。"),
        ("assign", NUMBER, {"due": "2026/12/18"}, "facts 里的 due 应是日期，如 2026-12-18。"),
        ("submit_progress", NUMBER, ["text"], "facts 不是 JSON 对象。"),
        ("withdraw", NUMBER, {"reason": "重复登记\ud800"}, NOT_TEXT),
        ("submit_progress", NUMBER, {"text": "已修订\0"}, NOT_TEXT),
        ("submit_progress", NUMBER, {"text": "已修订", "\udc80": 1}, NOT_TEXT),
    ],
)
async def test_a_malformed_request_is_told_what_is_wrong(
    plain: Rehearsal, action: str, matter: str, facts: Any, words: str
) -> None:
    await assigned(plain)
    request = await insert_request(plain, OFFICE, action, matter, facts)
    await worker(plain).tick()
    row = look(plain, request)
    assert row.state == "refused" and words in row.outcome


async def test_a_person_who_is_not_listed_asks_for_nothing(world: Rehearsal) -> None:
    await assigned(world)
    refused = await ask(world, "nobody", "submit_progress", NUMBER, text="已修订")
    assert (refused.state, refused.outcome) == ("refused", "这个账号不在本单位的人员名册里。")
    assert (await ask(world, LIAISON.upper(), "submit_progress", NUMBER, text="已修订")).state == "done"


async def test_his_own_conversation_goes_on_untouched(world: Rehearsal) -> None:
    await assigned(world)
    asked = await world.say(LIAISON, f"{NUMBER} 整改进展：制度已修订，60%")
    assert (await ask(world, LIAISON, "submit_progress", NUMBER, text="已收回3万元")).state == "done"
    assert await world.say(LIAISON, "继续") == asked
    assert "第2次进展" in await world.say(LIAISON, "确认")


async def test_a_secrecy_mark_is_stopped_and_nothing_of_it_is_kept(world: Rehearsal) -> None:
    """P6, S53."""
    await assigned(world)
    refused = await ask(world, LIAISON, "submit_progress", NUMBER, text="机密★10年 某事项已整改")
    assert refused.state == "refused" and "国家秘密" in refused.outcome
    assert refused.facts == {}
    with world.session() as session:
        assert [(e.actor, e.after) for e in events.history(session, "secrecy")] == [("system", None)]


async def test_two_workers_carry_a_request_out_once(world: Rehearsal) -> None:
    await assigned(world)
    request = await insert_request(world, LIAISON, "submit_progress", NUMBER, {"text": "已收回3万元"})
    first, second = worker(world), worker(world)
    await first.tick()
    await second.tick()
    assert look(world, request).state == "done"
    assert [event.action for event in history(world, NUMBER)] == ["progress"]


async def test_quiet_hours_hold_for_requests_too(world: Rehearsal) -> None:
    """6.7: what is owed to others at night waits for the morning."""
    await assigned(world)
    await world.turn_to("2026-11-24 22:30")
    forget(world)
    assert (await ask(world, LIAISON, "submit_progress", NUMBER, text="已收回3万元")).state == "done"
    assert world.told(FINANCE) == world.told(LIAISON) == []
    await world.turn_to("2026-11-25 09:00")
    assert any("已收回3万元" in words for words in world.told(FINANCE))


async def test_the_director_of_a_restricted_finding_may_ask_and_others_may_not(world: Rehearsal) -> None:
    """S8: rights are those of the person, not of the system."""
    await seed(world, visibility="restricted")
    hidden = await ask(world, OFFICE, "assign", NUMBER, unit="JS", resp_person=LIAISON)
    assert (hidden.state, hidden.outcome) == ("refused", NOT_FOUND_OR_FORBIDDEN)
    seen = await ask(world, DIRECTOR, "assign", NUMBER, unit="JS", resp_person=LIAISON, due="2026-12-18")
    assert seen.state == "refused" and "受限可见" in seen.outcome


async def test_the_person_is_not_answered_in_chat(world: Rehearsal) -> None:
    await assigned(world)
    await ask(world, OTHER, "submit_progress", NUMBER, text="已收回3万元")
    await ask(world, LIAISON, "submit_progress", NUMBER, text="已收回3万元")
    with world.session() as session:
        rows = session.scalars(select(Outbox).where(Outbox.person.in_((OTHER, LIAISON)), Outbox.answer)).all()
        mine = [row for row in rows if row.state != "cancelled" and "已收回3万元" in str(row.body)]
    assert mine == []


@pytest.mark.parametrize(
    "facts",
    [
        "[" * 50_000,
        '{"desc": ' + '{"a": ' * 900 + "1" + "}" * 901,
        '{"desc": "' + "1" * 200_000 + '"}',
        '{"desc": "\\ud800"}',
        '{"a": 1e999}',
        '"12345678 ' + "a 1 " * 20_000 + '"',
    ],
    ids=range(6),
)
async def test_facts_that_are_none_are_refused_at_once(plain: Rehearsal, facts: str) -> None:
    """What was nested too deeply was tried five times and given up; 200 000 digits held up everybody for an hour,
    and 20 000 single ones apart for a minute."""
    row = {
        "system": "oa",
        "reference": "R-1",
        "person": FINANCE,
        "action": "submit_finding",
        "matter": "",
        "facts": facts,
        "at": ASKED_AT.isoformat(" "),
    }
    words = "INSERT INTO requests (system, reference, person, action, matter, facts, asked_at)"
    words += " VALUES (:system, :reference, :person, :action, :matter, :facts, :at)"
    await plain.turns.run(lambda session: session.execute(text(words), row) and None)
    with alarm():
        await worker(plain).tick()
    with plain.session() as session:
        assert session.execute(text("SELECT state FROM requests")).scalar() == "refused"
