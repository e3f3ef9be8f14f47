"""Groups of any size whose people are owed so many pushes on one day: member units, or findings that are due."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from pathlib import Path

from sqlalchemy import insert
from sqlalchemy.orm import Session

from bot.almanac import Almanac
from bot.clock import CHINA
from bot.config import Policy
from bot.flow import Lexicon, Turn, WorkingDays
from handlers import rectification
from handlers.rules.calendar import Calendar
from storage import findings
from storage.database import open_engine
from storage.matters import Finding
from storage.people import Actor
from storage.types import table_of

DUE = date(2026, 12, 31)
EVE = datetime(2026, 12, 30, 18, 0, tzinfo=CHINA)  # when findings are staged: of their ladders, the due day is next
EACH = 3  # pushes of one finding: the responsible person, the liaison, a copy for the head
TOGETHER = 60  # findings of one unit
UNIT_HEADINGS = ("编码", "名称", "上级编码", "类型", "别名", "监督类型", "季度报送")
PEOPLE_HEADINGS = ("账号", "姓名", "单位编码", "角色", "职务", "起", "止")
OFFICE = [
    ("zuzhang", "陆正", "HX", "leading_group", "党委书记（组长）", "", ""),
    ("zhuren", "何敏", "JB", "office_director", "监督办主任", "", ""),
    ("ban", "李敏", "JB", "office_staff", "监督办专员", "", ""),
]

Lines = list[tuple[str, ...]]


def write(folder: Path, what: str, pushes: int) -> None:
    """The two files that `org import` reads. what: "units" or "findings"."""
    folder.mkdir(parents=True, exist_ok=True)
    units, people = _quarter(pushes) if what == "units" else _rectification(pushes)
    head = [("HX", "恒信集团", "", "集团", "", "", "否"), ("JB", "监督办", "HX", "部门", "", "", "否")]
    _save(folder / "单位.csv", UNIT_HEADINGS, [*head, *units])
    _save(folder / "人员.csv", PEOPLE_HEADINGS, [*OFFICE, *people])


def _quarter(pushes: int) -> tuple[Lines, Lines]:
    """Half as many member units, with half of these as liaisons and as many heads: each of them has two units."""
    half = max(1, pushes // 4)
    units: Lines = [(f"U{at:05d}", f"恒信{at:05d}部", "HX", "部门", "", "functional", "是") for at in range(2 * half)]
    people: Lines = []
    for at in range(2 * half):
        people.append((f"l{at % half:05d}", f"联络{at % half:05d}", f"U{at:05d}", "member_liaison", "专员", "", ""))
        people.append((f"h{at % half:05d}", f"负责{at % half:05d}", f"U{at:05d}", "member_head", "部长", "", ""))
    return units, people


def _rectification(pushes: int) -> tuple[Lines, Lines]:
    """A third as many findings, each with a responsible person of its own; a liaison and a head for every sixty."""
    count = max(1, pushes // EACH)
    units: Lines = []
    people: Lines = []
    for at in range(-(-count // TOGETHER)):
        units.append((f"U{at:05d}", f"恒信{at:05d}公司", "HX", "权属企业", "", "", "否"))
        people.append((f"l{at:05d}", f"联络{at:05d}", f"U{at:05d}", "unit_liaison", "专员", "", ""))
        people.append((f"h{at:05d}", f"负责{at:05d}", f"U{at:05d}", "unit_head", "经理", "", ""))
    people += [
        (f"r{at:05d}", f"责任{at:05d}", f"U{at // TOGETHER:05d}", "resp_person", "", "", "") for at in range(count)
    ]
    return units, people


def _save(path: Path, headings: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([headings, *rows])


def stage_findings(url: str, pushes: int) -> None:
    """Findings in rectification that are all due on one day, with the ladders that they would have by then."""
    engine = open_engine(url)
    try:
        with engine.begin() as connection, Session(connection, join_transaction_mode="create_savepoint") as session:
            turn = turn_of(session, EVE, Almanac(Policy(), Calendar).look(session, EVE))
            session.execute(insert(table_of(Finding)), [_finding(at) for at in range(max(1, pushes // EACH))])
            for at in range(max(1, pushes // EACH)):
                finding = findings.find(session, _number(at))
                assert finding is not None
                rectification.plan(turn, finding)
            session.commit()
    finally:
        engine.dispose()


def turn_of(session: Session, now: datetime, calendar: WorkingDays) -> Turn:
    """A turn of the machine's own."""
    return Turn(session, Actor("system", "系统"), now, calendar, Policy(), Lexicon())


def _number(at: int) -> str:
    return f"WT-2026-{at:05d}"


def _finding(at: int) -> dict[str, object]:
    code = f"U{at // TOGETHER:05d}"
    return {
        "number": _number(at), "state": "rectifying", "source": "JB", "source_name": "监督办", "quarter": "2026Q4",
        "title": f"第{at}号账户备用金未清", "desc": "备用金未清。", "raw_text": "备用金未清。", "unit": code,
        "unit_name": f"恒信{code[1:]}公司", "unit_path": f"/HX/{code}/", "resp_person": f"r{at:05d}", "due": DUE,
        "submitted_by": "ban", "submitted_at": EVE, "assigned_by": "ban", "assigned_at": EVE,
    }  # fmt: skip
