"""The indicators of domain.md 7.4 once more, by loops straight from its Chinese text; nothing of the program is used.

Takes plain dicts, gives (numerator, denominator).
"""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

Row = dict[str, Any]
Pair = tuple[int, int]


def rows_of_a(rows: list[Row], t: date) -> list[Row]:
    """截至 t 已登记且非 {rejected, merged, converted_to_lead, withdrawn, nature=tendency} 的问题轮次."""
    out = []
    for row in rows:
        if row["state"] in ("submitted", "need_more"):
            continue  # 未登记
        if row["state"] in ("rejected", "merged", "converted_to_lead", "withdrawn"):
            continue
        if row["nature"] == "tendency" or row["registered"] > t:
            continue
        out.append(row)
    return out


def is_due(row: Row, t: date) -> bool:
    """有效时限 < t; 持续整改单列, and what is not yet given to anybody has no 有效时限."""
    if row["state"] in ("ongoing", "registered") or row["due"] is None:
        return False
    return bool(row["due"] < t)


def closure(rows: list[Row], t: date) -> Pair:
    up = down = 0
    for row in rows_of_a(rows, t):
        down += 1
        if row["state"] == "closed":
            up += 1
    return up, down


def completion(rows: list[Row], t: date) -> Pair:
    up = down = 0
    for row in rows_of_a(rows, t):
        down += 1
        if row["state"] == "closed":
            up += 1
        if row["state"] == "pending_acceptance":
            up += 1
    return up, down


def due_closure(rows: list[Row], t: date, first: date, last: date) -> Pair:
    up = down = 0
    for row in rows_of_a(rows, t):
        if is_due(row, t) and first <= row["due"] and row["due"] <= last:
            down += 1
            if row["state"] == "closed" and row["applied"] is not None and not row["applied"] > row["due"]:
                up += 1
    return up, down


def due_waiting(rows: list[Row], t: date, first: date, last: date) -> int:
    many = 0
    for row in rows_of_a(rows, t):
        if row["state"] == "pending_acceptance" and is_due(row, t) and first <= row["due"] <= last:
            many += 1
    return many


def overdue(rows: list[Row], t: date) -> Pair:
    up = down = 0
    for row in rows_of_a(rows, t):
        if is_due(row, t):
            down += 1
            if row["state"] == "assigned" or row["state"] == "rectifying":
                up += 1
    return up, down


def overdue_of_in_hand(rows: list[Row], t: date) -> Pair:
    down = 0
    for row in rows_of_a(rows, t):
        if row["state"] in {"assigned", "rectifying", "ongoing"}:
            down += 1
    return overdue(rows, t)[0], down


def unreported(rows: list[Row], t: date) -> Pair:
    up = down = 0
    for row in rows_of_a(rows, t):
        if row["state"] == "ongoing":
            down += 1
            if not row["reported"]:
                up += 1
    return up, down


def days(rows: list[Row], t: date) -> list[int]:
    """提交验收日 − 交办日, 仅终轮通过."""
    out = []
    for row in rows_of_a(rows, t):
        if row["final"] and row["state"] == "closed" and row["applied"] and row["assigned"]:
            out.append(row["applied"].toordinal() - row["assigned"].toordinal())
    return out


def extension(rows: list[Row], t: date) -> Pair:
    up = down = 0
    for row in rows_of_a(rows, t):
        down += 1
        if row["extended"]:
            up += 1
    return up, down


def returns(rows: list[Row], t: date) -> Pair:
    up = down = 0
    for row in rows_of_a(rows, t):
        for _ in range(row["returned"]):
            up += 1
            down += 1
        for _ in range(row["accepted"]):
            down += 1
    return up, down


def reopening(rows: list[Row], t: date) -> Pair:
    """12 个月内被重启 ÷ 同期销号: walking the twelve months day by day."""
    window, day = set(), t
    while (day.year, day.month, day.day) > (t.year - 1, t.month, t.day if (t.month, t.day) != (2, 29) else 28):
        window.add(day)
        day -= timedelta(days=1)
    up = down = 0
    for row in rows_of_a(rows, t):
        if row["cycle"] >= 2 and row["started"] in window:
            up += 1
        if row["state"] == "closed" and row["closed"] in window:
            down += 1
    return up, down


def repeats(rows: list[Row], t: date) -> Pair:
    seen: dict[str, bool] = {}
    for row in rows_of_a(rows, t):
        if row["cycle"] == 1:
            seen[row["number"]] = row["is_repeat"]
    up = 0
    for again in seen.values():
        if again:
            up += 1
    return up, len(seen)


def money(rows: list[Row], t: date) -> tuple[int, int, int]:
    """Σ amount（仅确定值）, amount_text 单列条数, Σ 挽回: a finding's once."""
    total = vague = back = 0
    for row in rows_of_a(rows, t):
        if not row["final"]:
            continue
        if row["amount_fen"] is not None:
            total += row["amount_fen"]
        elif row["amount_text"]:
            vague += 1
        if row["recovered_fen"] is not None:
            back += row["recovered_fen"]
    return total, vague, back


def held_to_account(rows: list[Row], t: date) -> int:
    many = 0
    for row in rows_of_a(rows, t):
        if row["final"] and row["accountability"]:
            many += row["accountability"]
    return many


def one_decimal(up: int, down: int) -> str:
    """保留 1 位小数，四舍五入；分母为 0 显示“—”. By whole numbers only."""
    if down == 0:
        return "—"
    thousandths = (up * 2000 + down) // (2 * down)
    return f"{thousandths // 10}.{thousandths % 10}%"
