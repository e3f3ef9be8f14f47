"""The ledger, the list of what is overdue and a unit's sheet as Excel (domain.md 7.1, 7.6): the scope of 2.3 export."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from bot.errors import FOREIGN_UNIT, UserError
from bot.flow import Done, Turn
from bot.messages import Cell, Sheet, Workbook
from handlers import access, export_pages, ledger_columns, query_scope, query_wanted, texts
from handlers.ledger_columns import Column
from handlers.rules import quarters
from handlers.rules.calendar import SHANGHAI, day_of
from handlers.rules.permissions import Action
from storage import exports, searches, units
from storage.grants import Scope
from storage.searches import Wanted

BOOK, NAME = "ledger", "问题台账"
A_MINUTE = 40_000  # rows that are surely made within a minute (docs/decisions.md)
_NOBODYS = "台账由{office}、各监督部门和责任单位导出。需要的话请联系{contact}。"
_WHICH_UNIT = "要哪个单位的整改情况单？请带上单位，如“导出恒信建设整改情况单”。"
# What a process of the former version sends instead, while both run: it knows no source.
_MEANWHILE = (Sheet("说明", ("说明",), (("程序正在更新，请过几分钟重新导出。",),), (40,)),)


@dataclass(frozen=True, slots=True)
class _Paper:
    """One of the files: its name, its sheet's title and its columns."""

    name: str
    columns: tuple[Column, ...]


PAPERS: Mapping[str, _Paper] = {
    "ledger": _Paper(NAME, ledger_columns.LEDGER),
    "overdue_list": _Paper("逾期清单", ledger_columns.OVERDUE_LIST),
    "unit_sheet": _Paper("整改情况单", ledger_columns.UNIT_SHEET),
    "weekly": _Paper("逾期与督办清单", ledger_columns.OVERDUE_LIST),
}
KEY_SUPERVISED = Wanted(states=query_wanted.STATES["in_hand"], marks=("key",))


def ledger(turn: Turn) -> Done:
    """`导出台账`, with what narrows it: quarter, unit, 含下属, category, source, 逾期; `带流水` adds the changes."""
    overdue = any(word in turn.text for word in ("逾期", "超期"))
    return _owed(turn, "ledger", *_wanted(turn, overdue=overdue))


def overdue_list(turn: Turn) -> Done:
    """`导出逾期清单`, the longest overdue first."""
    return _owed(turn, "overdue_list", *_wanted(turn, overdue=True))


def unit_sheet(turn: Turn) -> Done:
    """`导出恒信建设整改情况单`: for the unit's own liaison and head, and for the office."""
    slots = turn.meaning.slots
    if not (slots.get("unit") or slots.get("units") or turn.actor.has("unit_head", "unit_liaison")):
        _check(turn)
        return Done(_WHICH_UNIT)
    codes, name = query_wanted.units_wanted(turn)
    codes = tuple(code for code in codes if _may_have(turn, code))
    if not codes:
        raise UserError(FOREIGN_UNIT)
    wanted, said = _in_time(turn, Wanted(units=codes))
    return _owed(turn, "unit_sheet", wanted, f"{name}{said}的问题", prefix=name)


def _may_have(turn: Turn, code: str) -> bool:
    """Whether all of what is about this unit may be his to take away, and not only what his department found."""
    path = units.get_unit(turn.session, code).path
    return bool(access.for_unit(turn, Action.EXPORT, code, path)) or code in query_scope.served(turn)


def _wanted(turn: Turn, *, overdue: bool) -> tuple[Wanted, str]:
    _check(turn)
    wanted, parts = query_wanted.described(turn, overdue=overdue)
    subject = query_wanted.named(parts)
    wanted, said = _in_time(turn, wanted)
    return wanted, f"{said}{'的' if said and not subject.startswith('逾期') else ''}{subject}"


def _in_time(turn: Turn, wanted: Wanted) -> tuple[Wanted, str]:
    slots = turn.meaning.slots
    if slots.get("quarter"):
        quarter = str(slots["quarter"])
        return replace(wanted, quarter=quarter), quarters.short_name(quarter)
    if isinstance(slots.get("year"), int):
        year = int(slots["year"])
        return replace(wanted, registered_from=date(year, 1, 1), registered_to=date(year, 12, 31)), f"{year}年登记"
    return wanted, ""


def _check(turn: Turn) -> Scope:
    scope = query_scope.export_scope(turn)
    if not scope:
        words = _NOBODYS.format(office=texts.OFFICE, contact=texts.office_contact(turn))
        raise UserError(words, keep=False)
    return scope


def _owed(turn: Turn, kind: str, wanted: Wanted, subject: str, *, prefix: str = "") -> Done:
    """The file is owed, not made: it is made as it goes out (docs/decisions.md). The entry stands at once."""
    scope = _check(turn)
    many, rows = searches.count(turn.session, wanted, scope), searches.rounds(turn.session, wanted, scope)
    if not many:
        return Done(f"没有可以导出的{subject}。")
    trail, large = kind == "ledger" and "流水" in turn.text, rows > turn.policy.large_lines
    file = owed_file(turn, kind, wanted, subject, prefix=prefix, trail=trail)
    turn.tell(turn.actor.userid, file, urgent=True, apart=large)
    after = {"report": kind, "filter": query_wanted.packed(wanted), "count": rows, "trail": trail}
    turn.record("export", "exported", after=after)
    return Done(_said(f"{prefix}{PAPERS[kind].name}", many, rows, large=large))


def owed_file(
    turn: Turn, kind: str, wanted: Wanted, subject: str, *, prefix: str = "", trail: bool = False
) -> Workbook:
    """What makes the file as it goes out, under the name of this moment."""
    asked = {"kind": kind, "wanted": query_wanted.packed(wanted), "subject": subject, "trail": trail}
    name = f"{prefix}{PAPERS[kind].name}{turn.now.astimezone(SHANGHAI):%Y%m%d-%H%M}.xlsx"
    return Workbook(name, _MEANWHILE, (BOOK, asked))


def _said(name: str, many: int, rows: int, *, large: bool) -> str:
    """How many, and when it comes."""
    count = f"共{many}条" + (f"（{rows}行，重启的一轮一行）" if rows != many else "")
    if large:
        minutes = -(-rows // A_MINUTE)
        return f"正在生成{name}，{count}，约{minutes}分钟内发给您。内部资料，导出已留痕。"
    return f"{name}{count}，马上发给您。内部资料，请勿外传；导出已留痕。"


def book(turn: Turn, asked: Mapping[str, Any]) -> Iterator[Sheet]:
    """The sheets, with the rights and the store as they are when the file goes out."""
    scope = query_scope.export_scope(turn)
    if not scope:
        raise UserError.hidden()
    wanted = query_wanted.still_allowed(turn, query_wanted.unpacked(asked["wanted"]))
    if wanted.overdue_on is not None:
        wanted = replace(wanted, overdue_on=day_of(turn.now))
    kind, paper = str(asked["kind"]), PAPERS[str(asked["kind"])]
    by_due = kind in ("overdue_list", "weekly")
    found = searches.ids(turn.session, wanted, scope, by_due=by_due)
    rows = searches.rounds(turn.session, wanted, scope)
    yield _sheet(turn, paper.name, paper, found, last_only=by_due)
    if kind == "weekly":
        yield _sheet(turn, "重点督办", paper, searches.ids(turn.session, KEY_SUPERVISED, scope), last_only=True)
    yield export_pages.explained(turn, wanted, scope, str(asked["subject"]), (len(found), rows))
    if asked.get("trail"):
        yield export_pages.trail(turn, found)


def _sheet(turn: Turn, title: str, paper: _Paper, ids: list[int], *, last_only: bool) -> Sheet:
    columns = paper.columns
    return Sheet(
        title, tuple(column.heading for column in columns), cells(turn, ids, columns, last_only=last_only),
        tuple(column.width for column in columns), tuple(column.form for column in columns),
        ledger_columns.shade(columns), export_pages.watermark(turn),
    )  # fmt: skip


def cells(
    turn: Turn, ids: list[int], columns: tuple[Column, ...], *, last_only: bool = False
) -> Iterator[tuple[Cell, ...]]:
    """A row a round. last_only: only the present one."""
    today, names = day_of(turn.now), export_pages.Names(turn)
    for findings, beside in exports.pages(turn.session, ids):
        for finding in findings:
            for row in ledger_columns.rounds_of(finding, beside, today, turn.calendar, names):
                if not (last_only and row.past):
                    yield ledger_columns.cells(row, columns)
