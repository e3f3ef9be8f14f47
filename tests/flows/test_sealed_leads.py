"""A copy of the database opens no lead by name: neither its words nor who reported it (anonymity.md, Named leads)."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Literal

import pytest
from sqlalchemy import MetaData, select, text
from sqlalchemy.orm import Session

from bot.sealing import pairs
from bot.sealing.safe import Safe
from handlers import lead_contents
from storage import events, leads, sealing_keys
from storage.matters import Lead, LeadNote
from storage.sealing_keys import OfficerKey
from tests.flows.harness import Rehearsal
from tests.flows.leads import (
    DIRECTOR,
    ELEMENTS,
    FINANCE,
    MANAGER,
    WORKER,
    actions,
    contents,
    done,
    lead,
    reported,
)

CANARIES = ("废铁", "过磅单", "库管", "恒信能源", "恒能", "核对地磅", "附复印件", "查明属实", "夜里拉走")
NAMED = "实名反映：恒信能源库管夜里拉走废铁，有过磅单，37.5万元"


def rows(world: Rehearsal) -> list[tuple[str, str]]:
    """Every row of every table as a thief reads it."""
    known = MetaData()
    with world.engine.connect() as connection:
        known.reflect(connection)
        return [
            (name, repr(tuple(row)))
            for name, table in known.tables.items()
            for row in connection.execute(select(table))
        ]


async def whole_life(world: Rehearsal) -> str:
    """Reported by name, looked at, accepted, handed on with words at every step, answered."""
    number = await reported(world, NAMED, by=WORKER)
    await done(world, MANAGER, f"{number}受理")
    assert "夜里拉走" in await world.say(MANAGER, f"查看{number}内容")
    await done(world, DIRECTOR, f"{number}移送纪检，{ELEMENTS}，附件清单：附复印件3张")
    await done(world, MANAGER, f"签收{number}")
    await done(world, MANAGER, f"{number}处置意见：初步核实，先核对地磅")
    await done(world, MANAGER, f"{number}办结，结果谈话提醒")
    await done(world, MANAGER, f"{number}反馈反映人：查明属实，已要求退款")
    await world.settle()
    return number


@pytest.fixture
async def told(world: Rehearsal) -> str:
    return await whole_life(world)


async def test_no_table_holds_a_word_of_it(world: Rehearsal, told: str) -> None:
    organisation = {"units", "people", "posts", "aliases", "unit_aliases"}
    found = [(name, word) for name, row in rows(world) if name not in organisation for word in CANARIES if word in row]
    assert not found


async def test_nor_do_the_files_of_the_store(world: Rehearsal, told: str) -> None:
    files = [path for path in Path(str(world.engine.url.database)).parent.glob("store.db*") if path.is_file()]
    whole = b"".join(path.read_bytes() for path in files)
    assert told.encode() in whole  # positive control: what is not secret is found
    secret = ("废铁", "过磅单", "库管", "核对地磅", "附复印件", "查明属实", "夜里拉走")
    assert not [word for word in secret for code in ("utf-8", "utf-16-le", "gb18030") if word.encode(code) in whole]
    assert not [word for word in secret if word.encode("unicode_escape") in whole]


async def test_nothing_names_its_reporter_beside_it(world: Rehearsal, told: str) -> None:
    beside = [(name, row) for name, row in rows(world) if WORKER in row and (told in row or "lead" in row)]
    assert not beside
    assert {"report_lead", "lead_viewed", "lead_feed_back"} <= set(actions(world, told))


async def test_its_reporter_is_told_all_the_same(world: Rehearsal, told: str) -> None:
    heard = "\n".join(world.told(WORKER))
    assert f"您反映的线索 {told} 已受理" in heard and f"{told} 有结果反馈" in heard
    assert "查明属实" in await world.say(WORKER, f"查 {told}")
    assert await world.say(FINANCE, f"查 {told}") == "未查询到该编号，或您无权查看。"
    asked = await world.say(MANAGER, f"查看{told}的反映人，理由：反馈结果")
    assert "反映人：" in asked and "理由" in asked


async def test_another_key_opens_nothing_and_does_not_break(world: Rehearsal, told: str) -> None:
    world.safe = world.world.safe = Safe.new()
    assert "打不开" in await world.say(MANAGER, f"查看{told}内容")
    assert await world.say(WORKER, f"查 {told}") == "未查询到该编号，或您无权查看。"
    assert "WT-" not in await world.say(WORKER, "确认")


async def test_a_repeat_hears_the_same_words_and_a_late_answer_goes_out_in_clear(world: Rehearsal) -> None:
    first = await world.say(WORKER, NAMED, key="m:once")
    assert "夜里拉走" in first
    assert await world.say(WORKER, NAMED, key="m:once") == first
    await world.restart()
    assert await world.say(WORKER, NAMED, key="m:once") == first
    done_ = await world.say(WORKER, "确认")
    assert "已登记线索 XS-" in done_


async def test_the_officers_keys_open_it_when_the_desks_is_lost(world: Rehearsal) -> None:
    mine, theirs, above = pairs.new_pair(), pairs.new_pair(), pairs.new_pair()
    keys = (
        (MANAGER, "lead_manager", mine), (MANAGER, "identity", theirs), ("上级纪检监察机构", "superior", above),
    )  # fmt: skip

    def register(session: Session) -> None:
        for officer, kind, pair in keys:
            key = OfficerKey(
                key_id=pair.key_id, officer=officer, kind=kind, public_key=pair.public.hex(),
                created_on=datetime(2026, 11, 23, tzinfo=UTC).date(),
            )  # fmt: skip
            sealing_keys.add(session, key)

    await world.turns.run(register)
    number = await reported(world, NAMED, by=WORKER)
    row = lead(world, number)
    assert row.sealed is not None and row.identity is not None
    for pair in (mine, above):
        opened = Safe(pair).open("lead", number, row.sealed)
        assert opened is not None and "废铁" in opened
    for pair in (theirs, above):
        opened = Safe(pair).open("identity", number, row.identity)
        assert opened is not None and WORKER in opened
    assert Safe(mine).open("identity", number, row.identity) is None  # contents and identity are apart
    assert Safe(theirs).open("lead", number, row.sealed) is None


async def test_leads_from_before_are_sealed_in_the_night(world: Rehearsal) -> None:
    def old(session: Session) -> None:
        leads.add(
            session, number="XS-2026-0M0M", state="reported", reporter=WORKER, desc="库管倒卖废铁",
            raw_text="库管倒卖废铁", subject="库管", unit="NY", unit_name="恒信能源", amount_fen=100, real_name=True,
            reported_at=datetime(2026, 11, 20, tzinfo=UTC),
        )  # fmt: skip
        row = leads.find(session, "XS-2026-0M0M")
        assert row is not None
        session.add(LeadNote(lead_id=row.id, kind="reason", by=MANAGER, at=row.reported_at, body="过磅单不全"))
        events.add(session, at=row.reported_at, actor="system", matter=row.number, action="arranged")

    await world.turns.run(old)
    assert "倒卖废铁" in await world.say(MANAGER, "查看XS-2026-0M0M内容")  # read in clear until then
    await world.turn_to("2026-11-24 08:00")
    with world.session() as session:
        row = session.scalars(select(Lead)).one()
        assert row.sealed is not None and (row.desc, row.raw_text, row.subject, row.unit) == ("", "", "", None)
        assert lead_contents.reporter(world.world.turn(session), row) == WORKER != row.reporter
        assert lead_contents.notes(world.world.turn(session), row, "reason") == ["过磅单不全"]
    assert (contents(world, "XS-2026-0M0M").unit_name, contents(world, "XS-2026-0M0M").amount_fen) == ("恒信能源", 100)
    assert not [word for name, row in rows(world) if name.startswith("lead") for word in CANARIES if word in row]


async def test_after_a_week_no_moment_leads_from_a_lead_to_its_reporter(world: Rehearsal, told: str) -> None:
    joined = text(
        "SELECT o.person FROM outbox o JOIN leads l ON o.created_at = l.reported_at"
        " UNION SELECT o.person FROM outbox o JOIN events e ON o.created_at = e.at WHERE o.matter LIKE '~%'"
    )
    with world.engine.connect() as connection:
        assert WORKER in connection.execute(joined).scalars().all()  # within the week it does
    await world.turn_to("2026-12-04 09:00")
    with world.engine.connect() as connection:
        assert WORKER not in connection.execute(joined).scalars().all()


async def test_who_was_struck_off_gets_no_key_when_old_leads_are_sealed(world: Rehearsal) -> None:
    mine = pairs.new_pair()

    def old(session: Session) -> None:
        key = OfficerKey(
            key_id=mine.key_id, officer=MANAGER, kind="lead_manager", public_key=mine.public.hex(),
            created_on=datetime(2026, 11, 23, tzinfo=UTC).date(),
        )  # fmt: skip
        sealing_keys.add(session, key)
        for number, struck in (("XS-2026-0M0M", [MANAGER]), ("XS-2026-0M0N", [])):
            leads.add(
                session, number=number, state="reported", reporter=WORKER, desc="倒卖废铁", raw_text="倒卖废铁",
                recused=struck, reported_at=datetime(2026, 11, 20, tzinfo=UTC),
            )  # fmt: skip
            events.add(session, at=world.clock(), actor="system", matter=number, action="arranged")

    await world.turns.run(old)
    await world.turn_to("2026-11-24 08:00")
    opened = {}
    for number in ("XS-2026-0M0M", "XS-2026-0M0N"):
        row = lead(world, number)
        assert row.sealed is not None
        opened[number] = Safe(mine).open("lead", number, row.sealed)
    assert opened["XS-2026-0M0M"] is None and "废铁" in str(opened["XS-2026-0M0N"])


async def test_no_gap_in_the_serials_tells_a_manager_of_a_lead_about_him(world: Rehearsal) -> None:
    await reported(world, NAMED, by=WORKER)
    await reported(world, "报告问题线索：纪委办公室张伟收受恒信能源礼品，有转账记录", by=FINANCE)
    await reported(world, "报告问题线索：恒信物流调度员虚报油费，有加油记录", by=FINANCE)
    listed = await world.say(MANAGER, "线索清单")
    assert [line.split(".")[0] for line in listed.splitlines()[1:]] == ["1", "2"]


async def test_a_list_opens_each_lead_once(world: Rehearsal, monkeypatch: pytest.MonkeyPatch) -> None:
    numbers = {await reported(world, NAMED, by=WORKER), await reported(world, NAMED, by=FINANCE)}
    opened: list[str] = []
    whole = Safe.open

    def counting(self: Safe, kind: Literal["lead", "note", "identity"], number: str, sealed: str) -> str | None:
        opened.extend([number] if kind == "lead" else [])
        return whole(self, kind, number, sealed)

    monkeypatch.setattr(Safe, "open", counting)
    listed = await world.say(MANAGER, "线索清单")
    assert all(number in listed for number in numbers)
    assert sorted(opened) == sorted(numbers)
