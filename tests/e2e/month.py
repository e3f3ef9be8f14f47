"""Three weeks around a quarter's end: the sample group with six more companies, and what one quiet run makes of it."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path

from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from bot import sheets
from bot.almanac import Almanac
from bot.config import Policy
from bot.flow import Lexicon, Turn
from handlers.rules.calendar import Calendar
from storage import calendar_days, counters, organisation
from storage.database import open_engine
from storage.duties import Push
from storage.models import Outbox
from storage.people import Actor
from tests.e2e.rig import HENGXIN
from tests.flows import harness
from tests.year import driver
from tests.year.story import Event

START = datetime(2026, 12, 18, 8, 0, tzinfo=harness.CHINA)
END = datetime(2027, 1, 8, 12, 0, tzinfo=harness.CHINA)
NOON = "09:16:00"  # the last of a day's pushes has had its minutes by then
AFTERNOON = "16:16:00"
COMPANIES = tuple(f"T{at:02}" for at in range(6))
SOURCES = (("HX-CW", "hx_caiwu"), ("HX-SJ", "hx_shenji"), ("HX-JW", "hx_jiwei"), ("HX-GH", "hx_gonghui"))
DUES = (*(date(2026, 12, day) for day in (21, 22, 23, 24, 25, 28, 30)), date(2027, 1, 4), date(2027, 1, 5))
EACH = 2  # findings a company


@dataclass(frozen=True, slots=True)
class Told:
    """What a run told: each push's end, and how many messages each person got on each day."""

    pushes: dict[str, str]
    messages: dict[tuple[str, str, str], int]


def write_group(folder: Path) -> Path:
    """The sample's sheets with the companies after it: each has a liaison, who does the work, and a head."""
    units = [f"{code},恒信{code}公司,HX,权属企业,,,否" for code in COMPANIES]
    people = [
        line
        for code in COMPANIES
        for line in (
            f"{code.lower()}l,联{code},{code},unit_liaison、resp_person,综合部,,",
            f"{code.lower()}h,负{code},{code},unit_head,总经理,,",
        )
    ]
    for name, more in (("单位.csv", units), ("人员.csv", people)):
        before = (HENGXIN / name).read_text(encoding="utf-8-sig").rstrip("\n")
        (folder / name).write_text("\n".join([before, *more, ""]), encoding="utf-8")
    return folder


def people_in(engine: Engine, org: Path) -> None:
    tables = sheets.read(org, ("单位", "人员"))
    with engine.begin() as connection, Session(bind=connection) as session:
        plan = organisation.compare(session, tables["单位"], tables["人员"])
        assert not plan.errors, plan.errors
        organisation.apply(session, plan, START.date())
        session.flush()


def assign_all(engine: Engine) -> None:
    """The findings, assigned at the start with their ladders, as T4 does it; the office has no calendar to ask for."""
    with engine.begin() as connection, Session(bind=connection) as session:
        calendar_days.maintain(session, END.year)
        days = Almanac(Policy(), Calendar).look(session, START)
        turn = Turn(session, Actor("hx_ban", "李敏"), START.astimezone(UTC), days, Policy(), Lexicon())
        for serial in range(len(COMPANIES) * EACH):
            driver.assign(turn, _assignment(serial))
            counters.next_value(session, f"WT-{START.year}")  # whoever submits next goes on from there
        session.flush()


def _assignment(serial: int) -> Event:
    code = COMPANIES[serial % len(COMPANIES)]
    source, submitter = SOURCES[serial % len(SOURCES)]
    due = DUES[(serial * 7 + serial // len(COMPANIES)) % len(DUES)]
    return Event(
        START, "assign", f"WT-2026-{serial + 1:04}", by="hx_ban", due=due, unit=code, person=f"{code.lower()}l",
        source=source, submitter=submitter, severity="major" if serial % 9 == 0 else "general",
    )  # fmt: skip


def told(engine: Engine) -> Told:
    with Session(engine) as session:
        pushes = dict(session.execute(select(Push.key, Push.state)).tuples().all())
        query = select(Outbox.person, Outbox.kind, Push.day).join(Push, Push.outbox_id == Outbox.id)
        messages: dict[tuple[str, str, str], int] = {}
        for person, kind, day in session.execute(query.group_by(Outbox.id, Outbox.person, Outbox.kind, Push.day)):
            messages[person, kind, day] = messages.get((person, kind, day), 0) + 1
    return Told(pushes, messages)


class Quiet(harness.Rehearsal):
    """The month in one process on SQLite, with a platform that takes everything."""

    def __init__(self, path: Path, org: Path) -> None:
        shutil.copy(harness._template(), path / "store.db")
        self.files = path / "files"
        self.engine = open_engine(f"sqlite:///{path}/store.db")
        people_in(self.engine, org)
        assign_all(self.engine)
        self.channel = harness.KeepingChannel()
        self._assemble(START)


async def quiet_run(path: Path, org: Path) -> Told:
    world = Quiet(path, org)
    await world.start()
    await world.turn_to(END)
    await world.settle()
    await world.stop()
    found = told(world.engine)
    world.engine.dispose()
    return found


def is_workday(day: date) -> bool:
    """In this month, by hand: no day of it is worked in another one's place."""
    return day.weekday() < 5 and day != date(2027, 1, 1)


def may_arrive(at: datetime) -> bool:
    """Outside 20:00-08:00 and 12:00-13:30, on a working day (contract.md)."""
    minutes = at.hour * 60 + at.minute
    return is_workday(at.date()) and 8 * 60 <= minutes < 20 * 60 and not 12 * 60 <= minutes < 13 * 60 + 30


def stops() -> list[str]:
    """Every working day after its morning's pushes, the quarter's last day also after its afternoon's."""
    days = [date.fromordinal(at) for at in range(START.toordinal(), END.toordinal() + 1)]
    moments = [f"{day}T{NOON}" for day in days if is_workday(day)]
    return sorted([*moments, f"2026-12-31T{AFTERNOON}"])
