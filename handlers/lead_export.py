"""The ledger of leads as Excel: number, state, dates, bodies, clocks; no words, no reporter (domain.md 2.4, 7.1).

The manager has all that he is not kept out of, the accountability body what went to it, the director and the leading
group counts alone; everybody else hears the one sentence.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import date, timedelta
from typing import Any

from bot.errors import LEADS_CLOSED, UserError
from bot.flow import Done, Flow, Reply, Turn
from bot.messages import Cell, Form, Shade, Sheet, Workbook
from handlers import export_pages, forbidden, lead_access, lead_steps, lead_terms, texts, unnamed_answer
from handlers.ledger_columns import COLOURS, OVERDUE, SOON
from handlers.rules import lead_permissions, quarters, small_counts
from handlers.rules.calendar import SHANGHAI, day_of
from handlers.rules.lead_permissions import LeadAction, LeadRelation, Sight
from handlers.rules.lead_states import DISPOSALS, LEAD_LABELS, RESULTS
from storage import leads
from storage.duties import Obligation
from storage.matters import Lead
from storage.people import Actor

BOOK = "leads"
_SOON = timedelta(days=7)
_MEANWHILE = (Sheet("说明", ("说明",), (("程序正在更新，请过几分钟重新导出。",),), (40,)),)
_HEADINGS = ("线索编号", "台账序号", "状态", "报告日期", "受理日期", "去向", "处置方式", "结果类别", "结案日期",
             "在办时限", "最近时限", "时限状态")  # fmt: skip
_WIDTHS = (15, 9, 11, 14, 12, 22, 12, 18, 12, 40, 12, 11)
_FORMS = (Form.TEXT, Form.COUNT, Form.PLAIN, Form.DATE, Form.DATE, Form.PLAIN, Form.PLAIN, Form.PLAIN, Form.DATE,
          Form.PLAIN, Form.DATE, Form.PLAIN)  # fmt: skip
_NONE = "尚未确定"


def start(turn: Turn) -> Reply:
    """`导出线索台账`, `导出线索处置情况统计`; the file is made as it goes out."""
    seen = _sight(turn)
    slots = turn.meaning.slots
    counted = seen is Sight.TOTALS or slots.get("report") == "stats"
    if seen is Sight.NONE or (counted and seen is Sight.FULL):
        raise UserError(LEADS_CLOSED, counts=True)
    quarter = str(slots.get("quarter") or "")
    found = _within(turn, seen, quarter)
    kind = "stats" if counted else "ledger"
    name = "线索处置情况统计" if counted else "线索台账"
    asked = {"kind": kind, "quarter": quarter}
    at = turn.now.astimezone(SHANGHAI)
    turn.tell(turn.actor.userid, Workbook(f"{name}{at:%Y%m%d-%H%M}.xlsx", _MEANWHILE, (BOOK, asked)), urgent=True)
    turn.record("leads", "leads_exported", after={**asked, "count": len(found)})
    count = "只列合计，小数以“*”代替" if counted else f"共{len(found)}件，不含内容和反映人"
    return Done(f"{name}{count}，马上发给您。请勿外传；导出已留痕。")


def book(turn: Turn, asked: Mapping[str, Any]) -> Iterator[Sheet]:
    """The sheets, with the rights and the store as they are when the file goes out."""
    seen, quarter = _sight(turn), str(asked.get("quarter") or "")
    counted = seen is Sight.TOTALS or asked["kind"] == "stats"
    if seen is Sight.NONE or (counted and seen is Sight.FULL):
        raise UserError(LEADS_CLOSED)
    found = _within(turn, seen, quarter)
    if counted:
        yield from _counts(turn, found)
    else:
        shade = Shade(11, {OVERDUE: COLOURS[OVERDUE], SOON: COLOURS[SOON]}, (0, 10, 11))
        yield Sheet(
            "线索台账", _HEADINGS, _rows(turn, found), _WIDTHS, _FORMS, shade, export_pages.watermark(turn)
        )  # fmt: skip
    yield _explained(turn, len(found), quarter, counted=counted)


def _sight(turn: Turn) -> Sight:
    """What the matrix gives him at most, whichever lead it is."""
    return lead_permissions.sight(LeadAction.EXPORT, turn.actor.posts, LeadRelation(transferred=True))


def _within(turn: Turn, seen: Sight, quarter: str) -> list[Lead]:
    """Those of which he may have anything, in the ledger's order; never one that he is kept out of (S41)."""
    if seen is Sight.FULL:
        found = leads.handled_or_sent(turn.session, [], turn.actor.userid, lead_access.bodies_of(turn.actor))
    else:
        found = leads.every(turn.session)
    kept = [lead for lead in found if lead_access.verdict(turn, lead, LeadAction.EXPORT) is not Sight.NONE]
    return [lead for lead in kept if not quarter or quarters.quarter_of(day_of(lead.reported_at)) == quarter]


def _rows(turn: Turn, found: Iterable[Lead]) -> Iterator[tuple[Cell, ...]]:
    today = texts.today_of(turn)
    for lead in found:
        seq = lead_access.verdict(turn, lead, LeadAction.VIEW_SEQ) is Sight.FULL
        clocks = sorted(lead_terms.running(turn, lead.number), key=lambda row: row.due)
        yield (
            lead.number, lead.ledger_seq if seq else None, lead_steps.label(lead), _reported(lead),
            _day(lead.accepted_at), _bodies(turn, lead, whole=seq), DISPOSALS.get(lead.disposal),
            RESULTS.get(lead.result_class), _day(lead.closed_at), _clocks(clocks),
            clocks[0].due if clocks else None, _timing(clocks[0].due, today) if clocks else None,
        )  # fmt: skip


def _reported(lead: Lead) -> Cell:
    """Of what came without a name no finer than the week."""
    day = day_of(lead.reported_at)
    if not unnamed_answer.is_unnamed(lead):
        return day
    monday = day - timedelta(days=day.weekday())
    return f"{monday.isoformat()}当周"


def _day(moment: Any) -> Cell:
    return day_of(moment) if moment is not None else None


def _bodies(turn: Turn, lead: Lead, *, whole: bool) -> str | None:
    """Where it went; a body is told of itself alone."""
    mine = lead_access.bodies_of(turn.actor)
    shown = [where for where in lead.destinations or () if whole or where in mine]
    return "、".join(lead_access.body_name(turn, where) for where in shown) or None


def _clocks(rows: list[Obligation]) -> str | None:
    return "；".join(f"{lead_terms.NAMES[lead_terms.part_of(row)]} {row.due.isoformat()}" for row in rows) or None


def _timing(due: date, today: date) -> str | None:
    if due < today:
        return OVERDUE
    return SOON if due - today <= _SOON else None


def _counts(turn: Turn, found: list[Lead]) -> Iterator[Sheet]:
    """By state, body, way of disposal and result; a small count is not told."""
    tables: tuple[tuple[str, Iterable[str], Callable[[Lead], list[str]]], ...] = (
        ("按状态", LEAD_LABELS.values(), lambda lead: [lead_steps.label(lead)]),
        ("按处置方式", (*DISPOSALS.values(), _NONE), lambda lead: [DISPOSALS.get(lead.disposal, _NONE)]),
        ("按结果", (*RESULTS.values(), _NONE), lambda lead: [RESULTS.get(lead.result_class, _NONE)]),
        ("按去向", ("纪检监察机构", "追责部门", "职能部门", "外部", _NONE), _kinds_of_body),
    )
    total = str(len(found)) if len(found) >= forbidden.SMALL else small_counts.HIDDEN
    for title, names, of in tables:
        told = Counter(name for lead in found for name in of(lead))
        shown = small_counts.masked({name: told[name] for name in names}, forbidden.SMALL)
        rows = [(name, _number(count)) for name, count in shown.items()]
        rows.append(("合计（件）", _number(total)))
        yield Sheet(
            title, (title.removeprefix("按"), "件数"), tuple(rows), (24, 10), footer=export_pages.watermark(turn)
        )


def _kinds_of_body(lead: Lead) -> list[str]:
    """Each kind once, though it went to two departments."""
    names = {"disc": "纪检监察机构", "acct": "追责部门", "external": "外部"}
    return list(dict.fromkeys(names.get(where, "职能部门") for where in lead.destinations or ())) or [_NONE]


def _number(shown: str) -> Cell:
    return int(shown) if shown.isdecimal() else shown


def _explained(turn: Turn, many: int, quarter: str, *, counted: bool) -> Sheet:
    scope = quarters.short_name(quarter) if quarter else "全部"
    rows: tuple[tuple[Cell, ...], ...] = (
        ("范围", f"{scope}报告的线索，不含本人应当回避的"),
        ("生成时间", export_pages.stamp(turn)),
        ("导出人", f"{turn.actor.name}（{turn.actor.unit_name}）"),
        ("件数", "见各表合计" if counted else many),
        ("内容", "不含线索内容、被反映人和反映人；不记名反映的报告日期只到周"),
        ("小数", f"单格小于{forbidden.SMALL}的以“*”代替；只剩一格时另隐一格，防止用合计推算；一件多个去向的各计一次"),
        ("使用要求", "内部资料，请勿外传"),
    )
    return Sheet("口径说明", ("项目", "说明"), rows, (16, 80), footer=export_pages.watermark(turn), about=True)


def _help(actor: Actor) -> str | None:
    return "导出线索台账：“导出线索台账”；统计发“导出线索处置情况统计”" if actor.has("disc_manager") else None


FLOW = Flow(
    name="lead_export",
    title="导出线索台账",
    intents=("export_leads",),
    start=start,
    books={BOOK: book},
    aside=True,
    secret=True,
    help=_help,
)
