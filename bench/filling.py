"""A store with any number of findings, as years of work leave it: chronological, nearly all of them closed.

Rows go through the same tables, triggers and words as always; what an index costs is paid once, after the rows. Of a
large store every fourth week is made once here and then copied within the database, with other numbers.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from typing import Any

from sqlalchemy import Column, ColumnElement, Connection, Index, String, cast, func, insert, select, text
from sqlalchemy.orm import Session

from bot.understanding import search_words
from storage import fulltext, schema
from storage.matters import Finding, FindingWords, Unit
from storage.migrations import fulltext as words_index
from storage.proceedings import Acceptance, CoUnit, Cycle, Extension, Progress
from storage.types import table_of

TODAY = date(2026, 11, 23)
UNITS = 200
PEOPLE = 500
RARE = "围标"
PAGE = 1_000
MADE = 50_000  # findings that are made, not copied, at the least
_SERIAL = 10_000_000  # so that all numbers are of one length
_BEGIN = datetime(2023, 1, 1, 2, 0, tzinfo=UTC)
_SPAN = datetime(2026, 11, 23, 2, 0, tzinfo=UTC) - _BEGIN
_THINGS = (
    "备用金", "工程款", "采购合同", "废旧物资", "差旅费", "招标文件", "食堂采购", "公务用车", "安全隐患", "应收账款",
    "库存煤炭", "租赁合同",
)  # fmt: skip
_FAULTS = (
    "长期未清", "未经审批", "化整为零", "账实不符", "重复报销", "倒签", "超付", "无台账", "未招标", "先开工后立项",
)  # fmt: skip
_CATEGORIES = ("CW01", "CW02", "CG01", "CG02", "GC02", "YX04", "MZ03", "AQ")
# How old, in days, and what became of so many in a thousand.
_FATES: tuple[tuple[int, dict[str, int]], ...] = (
    (15, {"submitted": 150, "need_more": 30, "registered": 220, "assigned": 400, "rectifying": 200}),
    (180, {"closed": 430, "rectifying": 350, "assigned": 70, "ongoing": 40, "pending_acceptance": 80, "rejected": 15,
           "merged": 5, "withdrawn": 5, "converted_to_lead": 5}),
    (10_000, {"closed": 955, "rectifying": 12, "ongoing": 5, "pending_acceptance": 2, "rejected": 15, "merged": 5,
              "withdrawn": 4, "converted_to_lead": 2}),
)  # fmt: skip
_UNDER_WAY = ("assigned", "rectifying", "ongoing", "pending_acceptance", "closed")
_TABLES = (Finding, FindingWords, Cycle, Acceptance, Extension, Progress, CoUnit)

Row = dict[str, Any]


@dataclass(slots=True)
class _Page:
    """The rows of some findings and of what lies beside them."""

    rows: dict[type[Any], list[Row]] = field(default_factory=lambda: {table: [] for table in _TABLES})

    def add(self, table: type[Any], **values: Any) -> None:
        self.rows[table].append(values)


def fill(session: Session, rows: int, seed: int = 1) -> None:
    """`rows` findings of four years in 200 units, with rounds, decisions and words; one in 2 000 holds the rare word.

    For an empty store; the caller commits. On MariaDB the indexes are gone meanwhile for everybody.
    """
    codes = [f"U{at:03d}" for at in range(UNITS)]
    for code in codes:
        session.add(Unit(code=code, name=code, kind="权属企业", path=f"/G/{code}/", aliases=[], quarterly=False))
    session.flush()
    connection = session.connection()
    indexes = _without_indexes(connection) if rows > PAGE else []
    chance, times = random.Random(seed), max(1, rows // MADE)
    for start in range(0, rows, PAGE * times):
        many = min(PAGE, -(-(rows - start) // times))
        _write(connection, _page(chance, start, many, _BEGIN + _SPAN * (start / rows), _SPAN * (times / rows), codes))
        for copy in range(1, times):
            _copy(connection, start + 1, min(many, rows - start - copy * many), copy * many)
    for index in indexes:
        index.create(connection)
    if indexes and connection.dialect.name != "sqlite":
        for statement in words_index.statements(connection.dialect.name):
            connection.execute(text(statement))
    _learn_sizes(connection)


def _without_indexes(connection: Connection) -> list[Index]:
    """Those of findings, but for the numbers' own; that of the words where it is one of the table's."""
    indexes = sorted(table_of(Finding).indexes, key=lambda one: str(one.name))
    for index in indexes:
        index.drop(connection)
    if connection.dialect.name != "sqlite":
        where = " ON finding_words" if connection.dialect.name != "postgresql" else ""
        connection.execute(text(f"DROP INDEX {words_index.INDEX}{where}"))
    return indexes


def _learn_sizes(connection: Connection) -> None:
    if connection.dialect.name == "sqlite":
        schema.learn_sizes(connection)
    elif connection.dialect.name == "postgresql":
        connection.execute(text("ANALYZE"))
    else:
        connection.execute(text(f"ANALYZE TABLE {', '.join(table.__tablename__ for table in _TABLES)}"))


def _page(
    chance: random.Random, start: int, many: int, moment: datetime, step: timedelta, codes: Sequence[str]
) -> _Page:
    page = _Page()
    for at in range(many):
        _one(page, chance, start + at, moment + step * at, codes)
    return page


def _write(connection: Connection, page: _Page) -> None:
    for table, values in page.rows.items():
        if values:
            connection.execute(insert(table_of(table)), values)


def _copy(connection: Connection, first: int, many: int, shift: int) -> None:
    """Of `many` findings from the row `first` on, and of what lies beside them, one more each, `shift` rows further."""
    for model in _TABLES:
        table = table_of(model)
        key = table.c.id if model is Finding else table.c.finding_id
        columns = [column for column in table.c if column.name != "id" or model is Finding]
        values = [_shifted(column, key, shift) for column in columns]
        query = select(*values).where(key.between(first, first + many - 1)).order_by(key)
        connection.execute(table.insert().from_select([column.name for column in columns], query))


def _shifted(column: Column[Any], key: Column[Any], shift: int) -> ColumnElement[Any]:
    if column is key:
        return key + shift
    if column.name == "number":
        return func.substr(column, 1, len("WT-2026-")) + cast(key + shift + _SERIAL, String)
    return column


def _one(page: _Page, chance: random.Random, at: int, moment: datetime, codes: Sequence[str]) -> None:
    moment = moment.replace(microsecond=0)
    unit, source, state = chance.choice(codes), chance.choice(codes[:12]), _fate(chance, moment)
    begun, closed = state in _UNDER_WAY, state == "closed"
    rare = RARE if chance.randrange(2_000) == 0 else ""
    desc = f"{chance.choice(_THINGS)}{chance.choice(_FAULTS)}{rare}，涉及{chance.randrange(1, 90)}笔"
    cycle = 2 if begun and chance.randrange(50) == 0 else 1
    assigned = moment + timedelta(days=3) if begun else None
    over = moment + timedelta(days=chance.randrange(20, 150)) if closed or state == "pending_acceptance" else None
    page.add(
        Finding, id=at + 1, number=f"WT-{moment.year}-{_SERIAL + at + 1}", state=state, source=source,
        source_name=source, quarter=f"{moment.year}Q{(moment.month + 2) // 3}", desc=desc, raw_text=desc,
        title=desc[:60], category=chance.choice(_CATEGORIES), unit=unit, unit_name=unit, unit_path=f"/G/{unit}/",
        resp_person=f"p{chance.randrange(PEOPLE)}" if begun else None,
        due=moment.date() + timedelta(chance.randrange(20, 200)) if begun else None, applied_at=over,
        assigned_at=assigned, closed_at=over if closed else None, cycle=cycle, late=chance.randrange(20) == 0,
        submitted_by=f"p{chance.randrange(PEOPLE)}", submitted_at=moment, basis=f"制度第{chance.randrange(40)}条",
        root_cause=chance.choice(("", "制度缺失", "执行不力", "监督不到位")), is_repeat=chance.randrange(30) == 0,
        amount_fen=chance.choice((None, chance.randrange(10**8))), nature=_seldom(chance, 100, "tendency", "mgmt"),
        severity=_seldom(chance, 20, "major", "general"), visibility=_seldom(chance, 30, "restricted", "normal"),
    )  # fmt: skip
    page.add(FindingWords, finding_id=at + 1, words=f"{_tokens(desc)} {_tokens(unit)}", scheme=fulltext.SCHEME)
    if assigned is not None:
        _beside(page, chance, page.rows[Finding][-1])
    if chance.randrange(50) == 0:
        helper = chance.choice([code for code in codes[:20] if code != unit])
        page.add(
            CoUnit, finding_id=at + 1, unit=helper, unit_name=helper, unit_path=f"/G/{helper}/", by="p1", at=moment
        )


def _beside(page: _Page, chance: random.Random, row: Row) -> None:
    """Rounds, acceptances, an extension now and then, a report of what is in hand."""
    key, cycle, moment = row["id"], row["cycle"], row["assigned_at"]
    for seq in range(1, cycle + 1):
        done = row["closed_at"] if seq == cycle else moment
        told = {"unit": row["unit"], "unit_name": row["unit"], "due": row["due"], "applied_at": done} if done else {}
        blank = {"unit": "", "unit_name": "", "due": None, "applied_at": None}
        page.add(Cycle, finding_id=key, seq=seq, started_at=moment, closed_at=done, **(blank | told))
        if done is not None:
            page.add(Acceptance, finding_id=key, cycle=seq, at=done, by="p2", result="accepted")
    if chance.randrange(20) == 0:
        page.add(
            Extension, finding_id=key, cycle=cycle, at=moment, by="p1", old_due=row["due"], new_due=row["due"],
            reason="等", state="approved",
        )  # fmt: skip
    if row["closed_at"] is None:
        page.add(Progress, finding_id=key, cycle=cycle, at=moment, by="p1", text="正在整改")


def _fate(chance: random.Random, moment: datetime) -> str:
    age = (TODAY - moment.date()).days
    shares = next(shares for days, shares in _FATES if age < days)
    return chance.choices(list(shares), list(shares.values()))[0]


def _seldom(chance: random.Random, one_in: int, then: str, otherwise: str) -> str:
    return then if chance.randrange(one_in) == 0 else otherwise


@lru_cache(maxsize=50_000)
def _tokens(said: str) -> str:
    return " ".join(fulltext.token(word) for word in search_words.terms(said))


def number(at: int) -> str:
    """Of one of the first findings, counted from 0."""
    return f"WT-{_BEGIN.year}-{_SERIAL + at + 1}"
