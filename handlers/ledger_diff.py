"""An exported ledger that comes back: what differs from the store, cell by cell (domain.md 7.6). Nothing is dropped.

A cell is compared with what the export would write into it now, so an untouched file has no difference.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

from bot.errors import UserError
from bot.flow import Turn
from bot.messages import Cell, bare, safe
from handlers import classification, entries, export_pages, intake_rows, ledger_columns, ledger_instead, query_scope
from handlers.ledger_columns import AMOUNT, LEDGER, NUMBER, ROUND, STATE, Column, Round
from handlers.rules import categories, tags, wording
from handlers.rules.calendar import day_of
from storage import exports, findings, searches
from storage.matters import Finding
from storage.searches import Wanted

Lines = Sequence[Sequence[str]]
_COLUMNS: Mapping[str, Column] = {column.heading: column for column in LEDGER}
_NEEDED = {NUMBER.heading, ROUND.heading, STATE.heading}
_LONGEST = 4000  # characters that are read of a cell (bot/sheets.py)
_SHOWN = 24
_CHOICES: Mapping[str, Mapping[str, str]] = {
    "severity": wording.SEVERITIES, "nature": wording.NATURES, "supervision_type": wording.SUPERVISION_TYPES,
    "method": tags.METHODS,
}  # fmt: skip
_UNKNOWN = "未查询到该编号，或您无权查看"


@dataclass(slots=True)
class Difference:
    """What a ledger says otherwise than the store. changes: number -> fields as `handlers/entries.py` keeps them.

    rows: how many lines were compared. closed: cells that no ledger changes; faults: what cannot be read; both as
    lines for people.
    """

    rows: int = 0
    changes: dict[str, entries.Changes] = field(default_factory=dict)
    before: dict[str, dict[str, Any]] = field(default_factory=dict)
    shown: list[str] = field(default_factory=list)
    closed: list[str] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)


def find(sheets: Sequence[tuple[str, Lines]]) -> Lines | None:
    """The sheet that is an exported ledger, by its columns."""
    return next((lines for _, lines in sheets if lines and set(lines[0]) >= _NEEDED), None)


def compare(turn: Turn, lines: Lines) -> Difference:
    """Every line of the sheet against the store, with the speaker's rights."""
    found, headings = Difference(), list(lines[0])
    found.faults += [
        f"列“{name[:12]}”不认识，没有读" for name in headings if name and name not in _COLUMNS
    ]  # fmt: skip
    rows = _rows(found, headings, lines)
    scope = query_scope.export_scope(turn)
    allowed = frozenset(searches.ids(turn.session, Wanted(), scope)) if scope else frozenset[int]()
    numbers = list(dict.fromkeys(cells[NUMBER.heading] for _, cells in rows))
    for start in range(0, len(numbers), exports.PAGE):
        page = findings.load(turn.session, numbers[start : start + exports.PAGE])
        known = {number: row for number, row in page.items() if row.id in allowed}
        beside = exports.beside(turn.session, [row.id for row in known.values()])
        wanted = set(numbers[start : start + exports.PAGE])
        names = export_pages.Names(turn)
        for at, cells in rows:
            if (number := cells[NUMBER.heading]) not in wanted:
                continue
            if number not in known:
                found.faults.append(f"第{at}行 {number[:20]}：{_UNKNOWN}")
                continue
            rounds = ledger_columns.rounds_of(known[number], beside, day_of(turn.now), turn.calendar, names)
            row = next((one for one in rounds if str(one.seq) == cells[ROUND.heading]), None)
            if row is None:
                found.faults.append(f"第{at}行 {number}：没有第“{cells[ROUND.heading][:6]}”轮")
            else:
                _compare_row(turn, found, at, row, cells)
    return found


def _rows(found: Difference, headings: list[str], lines: Lines) -> list[tuple[int, dict[str, str]]]:
    """Lines with a number, as Excel counts them; each number and round once."""
    rows: list[tuple[int, dict[str, str]]] = []
    seen: dict[tuple[str, str], int] = {}
    for at, line in enumerate(lines[1:], start=2):
        cells = dict.fromkeys(_NEEDED, "") | dict(zip(headings, line, strict=False))
        if not any(line):
            continue
        found.rows += 1
        key = cells[NUMBER.heading], cells[ROUND.heading]
        if not key[0]:
            found.faults.append(f"第{at}行：没有问题编号")
        elif key in seen:
            found.faults.append(f"第{at}行 {key[0][:20]}：与第{seen[key]}行重复，没有读")
        else:
            seen[key] = at
            rows.append((at, cells))
    return rows


def _compare_row(turn: Turn, found: Difference, at: int, row: Round, cells: Mapping[str, str]) -> None:
    finding, differing = row.finding, dict[Column, tuple[str, str]]()
    for heading, column in _COLUMNS.items():
        if heading in cells:
            was, now = as_read(column.value(row)), _plain(cells[heading])
            if was != now and bare(was) != now:
                differing[column] = (was, now)
    if not differing:
        return
    reason = "往轮不能改" if row.past else _refusal_of(turn, finding, differing)
    said: entries.Changes = {}
    for column, (was, now) in differing.items():
        if not column.field or reason:
            why = reason if column.field else ledger_instead.of(turn, row, column, bare(now))
            why = f"（{why}）" if why else ""
            found.closed.append(f"{finding.number} {column.heading}：{_short(was)} → {_short(now)}{why}")
            continue
        try:
            name, value = _value(turn, column, bare(now), cells)
        except UserError as fault:
            found.faults.append(f"第{at}行 {finding.number} {column.heading}“{_short(now)}”：{fault.wording}")
        else:
            said[name] = value
    changes = entries.different(finding, said)
    if changes:
        found.changes[finding.number] = changes
        found.before[finding.number] = {name: entries.now(finding, name) for name in changes}
        found.shown += [f"{finding.number} {line}" for line in entries.lines(turn, finding, changes)]


def _refusal_of(turn: Turn, finding: Finding, differing: Mapping[Column, Any]) -> str:
    """Asked only where something could be changed."""
    return refusal(turn, finding) if any(column.field for column in differing) else ""


def refusal(turn: Turn, finding: Finding) -> str:
    """Why the speaker may change nothing of the entry, or ""."""
    try:
        classification.check(turn, finding)
    except UserError:
        return "由登记部门或监督办公室更正，或已办结"
    return ""


def as_read(cell: Cell) -> str:
    """What a reader of the file finds in a cell that holds this."""
    if cell is None:
        return ""
    if isinstance(cell, date):
        return cell.isoformat()
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return _plain(str(safe(cell)).strip()[:_LONGEST])


def _plain(text: str) -> str:
    """Line ends as Excel and WPS leave them."""
    return text.replace("_x000D_", "").replace("\r\n", "\n").strip()


def _short(text: str) -> str:
    flat = " ".join(text.split())
    return (flat if len(flat) <= _SHOWN else f"{flat[: _SHOWN - 1]}…") or "空"


def _value(turn: Turn, column: Column, cell: str, cells: Mapping[str, str]) -> tuple[str, Any]:
    """The field and its new value. Raises UserError for what it cannot hold."""
    name = column.field
    if name in ("amount", "amount_text"):
        return "amount", _amount(name, cell, cells)
    if not cell:
        raise UserError("不能清空")
    return name, _READERS[name](turn, name, cell)


def _amount(name: str, cell: str, cells: Mapping[str, str]) -> list[Any]:
    """A certain sum in yuan, or the words of an uncertain one: never both."""
    other = cells.get(AMOUNT.heading if name == "amount_text" else ledger_columns.AMOUNT_TEXT.heading, "")
    if cell and other:
        raise UserError("金额和金额说明只能填一个")
    if not cell and not other:
        raise UserError("不能清空，请在聊天里更正")
    if name == "amount_text" or not cell:
        text = cell if name == "amount_text" else other
        return ["text", text[:60]] if text else ["fen", _fen(other)]
    return ["fen", _fen(cell)]


def _fen(cell: str) -> int:
    try:
        fen = Decimal(cell.replace(",", "").replace("，", "")).scaleb(2)
    except InvalidOperation:
        raise UserError("不是数字") from None
    if not fen.is_finite() or fen < 0 or fen != fen.to_integral_value() or fen >= Decimal(10**17):
        raise UserError("应为不小于0、最多两位小数的元")
    return int(fen)


def _title(_turn: Turn, _name: str, cell: str) -> str:
    if len(cell) > 30:
        raise UserError("超过30字")
    return cell


def _category(_turn: Turn, _name: str, cell: str) -> str:
    code = categories.find_code(cell)
    if code is None:
        raise UserError("没有这个类别")
    return code


def _choice(_turn: Turn, name: str, cell: str) -> str:
    for code, label in _CHOICES[name].items():
        if cell in (code, label):
            return code
    raise UserError(f"可以是：{'、'.join(_CHOICES[name].values())}")


def _day(turn: Turn, _name: str, cell: str) -> str:
    day = intake_rows.day_in(cell) if re.search(r"\d", cell) else None
    if day is None:
        raise UserError("看不懂，请写成 2026-11-20")
    if day > day_of(turn.now):
        raise UserError("晚于今天")
    return day.isoformat()


_READERS: Mapping[str, Callable[[Turn, str, str], Any]] = {
    "title": _title, "category": _category, "severity": _choice, "nature": _choice, "supervision_type": _choice,
    "method": _choice, "found_at": _day, "occurred_at": _day,
}  # fmt: skip
