"""The indicators of domain.md 7.4 as people read them: a name, the value and its parts, and one line of 口径."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from handlers.rules import wording
from handlers.rules.metrics import Ratio
from storage.figures import Tally


@dataclass(frozen=True, slots=True)
class Share:
    """One indicator that is a share of two counts. deep: it looks at more than a peer's card shows.

    by_event: a quarter or a period asks when it came due or happened, not when it was registered.
    """

    name: str
    formula: str
    of: Callable[[Tally], Ratio]
    deep: bool = False
    by_event: bool = False

    def number(self, row: Tally) -> float | None:
        """In percent; None where there is nothing to divide by."""
        ratio = self.of(row)
        return 100 * ratio.numerator / ratio.denominator if ratio.denominator else None

    def shown(self, row: Tally) -> str:
        return value(self, row)

    def line(self, row: Tally) -> str:
        return f"{self.name}{value(self, row)}"


@dataclass(frozen=True, slots=True)
class Count:
    """A figure that is a sum: findings, people, money (fen).  beside: what follows in a line of a list."""

    name: str
    formula: str
    of: Callable[[Tally], int]
    unit: str = "条"
    beside: Callable[[Tally], str] = lambda _row: ""
    deep: bool = False
    by_event: bool = False

    def number(self, row: Tally) -> float:
        return float(self.of(row))

    def amount(self, number: float) -> str:
        return wording.money_fen(round(number)) if self.unit == "元" else f"{number:g}{self.unit}"

    def shown(self, row: Tally) -> str:
        return f"{self.amount(self.of(row))}{self.beside(row)}"

    def line(self, row: Tally) -> str:
        return self.shown(row)

    def sentence(self, row: Tally, subject: str) -> str:
        return f"{subject}{self.name}{self.shown(row)}。"


Measure = Share | Count
SHARES: dict[str, Share] = {
    "closure_rate": Share("销号率", "已销号÷应整改（按轮次）", lambda t: Ratio(t.closed, t.counted)),
    "completion_rate": Share(
        "整改完成率", "（待验收+已销号）÷应整改（按轮次）", lambda t: Ratio(t.pending + t.closed, t.counted)
    ),
    "on_time_rate": Share(
        "到期销号率", "期内到期、按时提交验收并通过的÷期内到期（时限含批准的延期）",
        lambda t: Ratio(t.due_met, t.due_in), deep=True, by_event=True,
    ),
    "overdue_rate": Share(
        "逾期率", "逾期÷已到期；已提交验收的不算逾期，持续整改单列", lambda t: Ratio(t.overdue, t.come_due)
    ),
    "overdue_in_hand": Share(
        "在办逾期占比", "逾期÷在办（待验收不算在办），与逾期率不同", lambda t: Ratio(t.overdue, t.in_hand)
    ),
    "extension_rate": Share("延期率", "批准过延期的÷应整改", lambda t: Ratio(t.extended, t.counted), deep=True),
    "return_rate": Share(
        "退回率", "退回次数÷验收次数", lambda t: Ratio(t.returned, t.returned + t.accepted), deep=True
    ),
    "reopening_rate": Share(
        "重启率", "近12个月重启÷同期销号", lambda t: Ratio(t.reopened, t.closed_year), deep=True
    ),
    "repeat_rate": Share("重复发生率", "重复发生÷当期登记", lambda t: Ratio(t.repeats, t.findings), deep=True),
    "unreported_rate": Share(
        "进展未报率", "持续整改中本季未报进展的÷持续整改", lambda t: Ratio(t.unreported, t.ongoing), deep=True
    ),
}  # fmt: skip
FORMULAS = {
    "mean_days": "提交验收日－交办日，自然日，只算最终通过的",
    "amount": "只计确定金额，约数单列",
    "recovered": "只计确定金额",
    "accountability": "各问题最终一轮登记的问责人次之和",
    "new": "按归属季度计新登记，含补报；与在办是两个口径",
    "in_hand": "此刻已交办、整改中和持续整改，不限登记时间；待验收不算",
    "summary": "销号率=已销号÷应整改；逾期率=逾期÷已到期",
}


def _vague(row: Tally) -> str:
    return f"；另有{row.vague}条金额不确定，未计入" if row.vague else ""


def _late(row: Tally) -> str:
    return f"，其中补报{row.late}条" if row.late else ""


COUNTS: dict[str, Count] = {
    "summary": Count(
        "问题数", "问题数按轮次计，为应整改的", lambda t: t.counted,
        beside=lambda t: f"｜销号率{value(SHARES['closure_rate'], t)}",
    ),
    "amount": Count("涉及金额", FORMULAS["amount"], lambda t: t.amount_fen, "元", _vague),
    "recovered": Count("挽回金额", FORMULAS["recovered"], lambda t: t.recovered_fen, "元"),
    "accountability": Count("问责", FORMULAS["accountability"], lambda t: t.accountability, "人次"),
    "new": Count("新登记", FORMULAS["new"], lambda t: t.findings, beside=_late, deep=True),
    "in_hand": Count("在办", FORMULAS["in_hand"], lambda t: t.in_hand),
}  # fmt: skip
FORMULA = "口径：{}。"
LEAST = 3  # units with fewer do not stand in a ranking of their own (domain.md 7.5)
OTHERS = "其他"


def find_measure(metric: str) -> Measure | None:
    """What is counted or divided under this name; None for a plain count of findings."""
    return SHARES.get(metric) or (COUNTS.get(metric) if metric != "summary" else None)


def measure_of(metric: str) -> Measure:
    """The same; a question without a name of its own is about how many findings there are."""
    return find_measure(metric) or COUNTS["summary"]


def value(share: Share, tally: Tally) -> str:
    """`25.0%（2/8）`, or `—（0/0）`."""
    ratio = share.of(tally)
    return f"{ratio.text}（{ratio.numerator}/{ratio.denominator}）"


def one(metric: str, tally: Tally, subject: str) -> str:
    """The one figure that was asked for, with what is said beside it."""
    share = SHARES[metric]
    beside = ""
    if metric == "on_time_rate" and tally.due_pending:
        beside = f"；另有{tally.due_pending}条待验收，未计入分子"
    if metric == "overdue_rate" and tally.ongoing:
        beside = f"；另有持续整改{tally.ongoing}条，不计入"
    if metric in ("closure_rate", "completion_rate") and tally.again:
        beside = f"；含重启{tally.again}轮"
    return f"{subject}{share.name}{value(share, tally)}{beside}。"


def summary(tally: Tally, subject: str) -> str:
    """Counts, overdue, the two shares, and the money; five lines with the 口径."""
    waiting = tally.counted - tally.closed - tally.pending - tally.in_hand
    rest = f"，待交办{waiting}" if waiting else ""
    late = f"其中补报{tally.late}条。" if tally.late else ""
    again = f"其中重启{tally.again}轮。" if tally.again else ""
    kept = f"持续整改{tally.ongoing}条，不计入逾期率。" if tally.ongoing else ""
    lines = [
        f"{subject.removesuffix('问题')}问题共登记{tally.counted}条：已销号{tally.closed}，待验收{tally.pending}，"
        f"在办{tally.in_hand}{rest}。{late}{again}",
        f"逾期{tally.overdue}条（已到期{tally.come_due}条，逾期率{SHARES['overdue_rate'].of(tally).text}）。{kept}",
        f"销号率{SHARES['closure_rate'].of(tally).text}，整改完成率{SHARES['completion_rate'].of(tally).text}。",
    ]
    if tally.amount_fen or tally.vague:
        lines.append(COUNTS["amount"].sentence(tally, ""))
    return "\n".join(lines)


def merged(rows: list[Tally]) -> tuple[list[Tally], Tally | None, int]:
    """Units that stand for themselves, all others as one, and how many those are."""
    large = [row for row in rows if row.counted >= LEAST]
    small = [row for row in rows if row.counted < LEAST]
    if not small:
        return large, None, 0
    names = [name for name in Tally.__slots__ if name != "name"]
    return large, Tally(OTHERS, **{name: sum(getattr(row, name) for row in small) for name in names}), len(small)


def best_first(rows: list[Tally], measure: Measure) -> list[Tally]:
    """The highest first; one without a denominator comes last."""

    def rank(row: Tally) -> tuple[bool, float, str]:
        number = measure.number(row)
        return number is None, -(number or 0.0), row.name

    return sorted(rows, key=rank)
