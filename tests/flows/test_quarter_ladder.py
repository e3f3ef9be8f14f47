"""The quarter-end reminders, person by person, against the table of contract.md written out here by hand."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

from sqlalchemy import select

from bot.messages import Text
from storage.matters import QuarterTask
from storage.models import Due, Outbox
from tests.flows.harness import CHINA, Rehearsal

# contract.md, "Quarter-end pushes, exactly". In the sample group four units have a liaison, one of them a head.
LIAISONS = ("hx_caiwu", "hx_shenji", "hx_jiwei", "hx_gonghui")
HEAD = "hx_caiwufz"
OFFICE = "hx_ban"
Q4_LIAISON = [
    "2026-12-16 09:10", "2026-12-24 09:10", "2026-12-28 09:10", "2026-12-30 09:10",
    "2026-12-31 09:10", "2026-12-31 16:10", "2027-01-04 09:10", "2027-01-06 09:10",
]  # fmt: skip
Q4_HEAD = [
    "2026-12-28 09:10", "2026-12-30 09:10", "2026-12-31 09:10", "2026-12-31 16:10", "2027-01-04 09:10",
    "2027-01-06 09:10",
]  # fmt: skip
Q4_OFFICE = ["2026-12-31 09:10", "2027-01-06 09:10"]
DIRECTOR, LEADER = "hx_zhuren", "hx_zuzhang"
# 2026Q3: T-7 would fall one working day before T-3, so it is dropped (domain.md 6.2).
Q3_LIAISON = [
    "2026-09-15 09:10", "2026-09-24 09:10", "2026-09-29 09:10", "2026-09-30 09:10", "2026-09-30 16:10",
    "2026-10-08 09:10", "2026-10-10 09:10",
]  # fmt: skip
Q3_HEAD = [
    "2026-09-24 09:10", "2026-09-29 09:10", "2026-09-30 09:10", "2026-09-30 16:10", "2026-10-08 09:10",
    "2026-10-10 09:10",
]  # fmt: skip
Q3_OFFICE = ["2026-09-30 09:10", "2026-10-10 09:10"]
Q3_ABOVE = {DIRECTOR: ["2026-10-13 09:10"], LEADER: ["2026-10-20 09:10"]}
Q4_ABOVE = {DIRECTOR: ["2027-01-08 09:10"], LEADER: ["2027-01-15 09:10"]}
JITTER = timedelta(minutes=5)

Table = dict[str, list[str]]
Q4: Table = {**dict.fromkeys(LIAISONS, Q4_LIAISON), HEAD: Q4_HEAD, OFFICE: Q4_OFFICE, **Q4_ABOVE}
Q3: Table = {**dict.fromkeys(LIAISONS, Q3_LIAISON), HEAD: Q3_HEAD, OFFICE: Q3_OFFICE, **Q3_ABOVE}


def moment(said: str) -> datetime:
    return datetime.fromisoformat(said).replace(tzinfo=CHINA)


@asynccontextmanager
async def rehearsal(path: Path, start: str) -> AsyncIterator[Rehearsal]:
    world = Rehearsal(path, moment(start))
    await world.start()
    try:
        yield world
    finally:
        await world.stop()


def pushes(world: Rehearsal) -> dict[str, list[tuple[datetime, str]]]:
    """What was delivered under a key of the ladder, by person, in order of time."""
    with world.session() as session:
        rows = session.scalars(select(Outbox).where(Outbox.push_key.startswith("quarter")).order_by(Outbox.sent_at))
        found: dict[str, list[tuple[datetime, str]]] = {}
        for row in rows.all():
            if row.state == "cancelled":
                continue
            assert row.state == "sent" and row.sent_at is not None, row.push_key
            found.setdefault(row.person, []).append((row.sent_at.astimezone(CHINA), str(row.body["content"])))
    delivered = [sent for sent in world.channel.sent if isinstance(sent.message, Text)]
    for person, mine in found.items():
        words = [sent.message.content for sent in delivered if sent.person == person and isinstance(sent.message, Text)]
        assert all(words.count(text) == 1 for _, text in mine), "delivered once, and every reminder worded for itself"
    return found


def assert_table(world: Rehearsal, table: Table) -> None:
    found = pushes(world)
    assert set(found) == set(table)
    for person, planned in table.items():
        times = [at for at, _ in found[person]]
        assert len(times) == len(planned), (person, times)
        for at, said in zip(times, planned, strict=True):
            assert moment(said) <= at <= moment(said) + JITTER, (person, said, at)


async def test_fourth_quarter_person_by_person(tmp_path: Path) -> None:
    async with rehearsal(tmp_path, "2026-12-10 09:00") as world:
        await world.turn_to("2027-01-20 12:00")
        assert_table(world, Q4)
        assert_wording(*([text for _, text in pushes(world)[person]] for person in ("hx_caiwu", HEAD, OFFICE)))


async def test_fourth_quarter_with_a_restart_in_the_middle(tmp_path: Path) -> None:
    async with rehearsal(tmp_path, "2026-12-10 09:00") as world:
        for stop in ("2026-12-26 11:00", "2026-12-31 09:11", "2027-01-04 09:00"):
            await world.turn_to(stop)
            await world.restart()
        await world.turn_to("2027-01-20 12:00")
        assert_table(world, Q4)


async def test_third_quarter_person_by_person(tmp_path: Path) -> None:
    async with rehearsal(tmp_path, "2026-09-10 09:00") as world:
        await world.turn_to("2026-10-25 12:00")
        assert_table(world, Q3)


def assert_wording(liaison: list[str], head: list[str], office: list[str]) -> None:
    """What, until when, how many working days, how often; and never a name of ours."""
    assert liaison[0].splitlines()[0] == "财务部2026年四季度监督工作待报，12月31日 周四截止，还剩11个工作日。"
    assert liaison[0].endswith("（第1次提醒）") and "回复“本季度无问题”可直接申报" in liaison[0]
    assert "还剩3个工作日" in liaison[2] and liaison[2].endswith("（第3次提醒，已抄送单位负责人）")
    assert "还剩1个工作日" in liaison[3]
    assert "今天截止（12月31日 周四 24:00前）" in liaison[4] and "今天截止" in liaison[5]
    assert "应于2026年12月31日 周四报送，已逾期1个工作日" in liaison[6]
    assert "已逾期3个工作日" in liaison[7] and "监督办" in liaison[7]
    assert head[0].startswith("【抄送】财务部") and "已提醒联络员刘洋" in head[0]
    assert office[0].startswith("2026年四季度监督工作报送，今天截止：应报10家，还有10家未报。")
    assert "党委组织部（未设联络员）" in office[0] and "等10家" in office[0]
    assert "已逾期3个工作日" in office[1]
    everything = "".join(liaison + head + office)
    assert "T-" not in everything and "Q4" not in everything and "quarter" not in everything


async def test_submission_in_the_middle_stops_it_at_once(tmp_path: Path) -> None:
    async with rehearsal(tmp_path, "2026-12-15 09:00") as world:
        await world.turn_to("2026-12-28 10:00")
        await world.say("hx_caiwu", "监督工作信息：开展专项检查2次，发现的问题已整改")
        await world.say("hx_caiwu", "确认")
        await world.say("hx_caiwu", "本季度无问题")
        assert "已报送（2026-12-28 10:00），按期。" in await world.say("hx_caiwu", "确认")
        await world.turn_to("2027-01-06 12:00")
        table = {person: moments for person, moments in Q4.items() if person not in Q4_ABOVE}
        assert_table(world, table | {"hx_caiwu": Q4_LIAISON[:3], HEAD: Q4_HEAD[:1]})
        with world.session() as session:
            rows = session.scalars(select(Due).where(Due.matter == "2026Q4:HX-CW")).all()
            assert {row.state for row in rows} == {"done", "cancelled"}


async def test_submission_between_the_rung_and_its_jitter(tmp_path: Path) -> None:
    """A reminder that is owed but not out yet is not sent any more."""
    async with rehearsal(tmp_path, "2026-12-15 09:00") as world:
        await world.turn_to("2026-12-24 09:10")
        waiting = [person for person in LIAISONS if len(pushes_due(world, person)) == 1]
        assert waiting, "at least one of four has some jitter"
        person = waiting[0]
        await world.say(person, "监督工作信息：检查1次")
        await world.say(person, "确认")
        await world.say(person, "本季度无问题")
        assert "已报送" in await world.say(person, "确认")
        await world.turn_to("2026-12-24 12:00")
        assert_table(world, {one: Q4_LIAISON[: 1 if one == person else 2] for one in LIAISONS})


def pushes_due(world: Rehearsal, person: str) -> list[str]:
    with world.session() as session:
        query = select(Outbox.push_key).where(Outbox.person == person, Outbox.state == "due")
        return [key for key in session.scalars(query) if key]


async def test_a_rung_missed_while_down_comes_late_once_and_says_so(tmp_path: Path) -> None:
    async with rehearsal(tmp_path, "2026-12-10 09:00") as world:
        await world.turn_to("2026-12-20 12:00")
        at = moment("2026-12-29 10:00").astimezone(UTC)  # T-7 and T-3 passed while nothing ran
        await world.turns.run(lambda session: world.clock.set(session, at, 0.0))
        await world.restart()
        await world.turn_to("2026-12-29 11:00")
        mine = pushes(world)["hx_caiwu"]
        assert len(mine) == 2
        assert mine[1][1].startswith("（补发，原定12月28日 周一 09:10）") and "还剩2个工作日" in mine[1][1]
        assert mine[1][0] == moment("2026-12-29 10:00")


async def test_late_submission_is_told_to_those_who_heard_of_the_delay(tmp_path: Path) -> None:
    async with rehearsal(tmp_path, "2026-12-31 09:00") as world:
        await world.turn_to("2027-01-06 10:00")
        for person in (HEAD, OFFICE):
            world.told(person)
        await world.say("hx_caiwu", "监督工作信息：检查1次")
        await world.say("hx_caiwu", "2026年四季度")
        await world.say("hx_caiwu", "确认")
        await world.say("hx_caiwu", "2026年四季度无问题")
        answer = await world.say("hx_caiwu", "确认")
        assert "已报送（2027-01-06 10:00），逾期3个工作日。" in answer
        for person in (HEAD, OFFICE):
            assert any("财务部2026年四季度监督工作已补报" in text for text in world.told(person)), person
        with world.session() as session:
            task = session.scalars(select(QuarterTask).where(QuarterTask.unit == "HX-CW")).first()
            assert task is not None and task.submitted_at is not None
