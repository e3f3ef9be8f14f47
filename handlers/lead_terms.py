"""The clocks of a lead (domain.md 4.8, 6.5): they name number, term and days, and reach only who may know of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from bot.flow import Turn
from handlers import lead_circle, obligations, texts
from handlers.reminding import Kind, Notice
from handlers.rules import calendar, wording
from handlers.rules.lead_states import LEAD_ENDED, LeadState
from storage import leads, units
from storage.duties import Obligation
from storage.matters import Lead, LeadSlip

LADDER, STEP = "lead", "lead_step"
ACK, DISPOSAL, REVIEW, TRIAGE, SIGN, FEEDBACK = "ack", "disposal", "review", "triage", "sign", "feedback"
FLASH, REALTIME, PRELIM, VERIFY, FUNC = "flash", "realtime", "prelim", "verify", "func"
REGISTER, INQUIRY, INQUIRY_REPORT, PRELIM_DISC = "register", "inquiry", "inquiry_report", "prelim_disc"


@dataclass(frozen=True, slots=True)
class Term:
    """Its name for people, its length, its source. workdays or months; neither: the day is said."""

    name: str
    source: str
    workdays: int = 0
    months: int = 0
    ladder: str = LADDER


# domain.md 4.8 and 3.5.1; the accountability body's are those of 淄国资发〔2022〕23号 (4.2).
TERMS = {
    REGISTER: Term("登记", "S42", workdays=1, ladder=STEP),
    ACK: Term("受理告知", "S41", workdays=15),
    TRIAGE: Term("分办", "S43", workdays=5, ladder=STEP),
    SIGN: Term("签收", "S42", workdays=2, ladder=STEP),
    DISPOSAL: Term("处置意见", "S41", months=1),
    REVIEW: Term("暂存待查复看", "S41", months=6),
    INQUIRY: Term("函询回复", "S41", workdays=15),
    INQUIRY_REPORT: Term("函询情况报告", "S41", months=1),
    PRELIM_DISC: Term("初步核实", "S11"),
    FLASH: Term("快报", "S50", workdays=5),
    REALTIME: Term("实时报告", "S50", workdays=15),
    PRELIM: Term("初核报告", "S50", workdays=30),
    VERIFY: Term("核查", "S50", months=6),
    FUNC: Term("职能部门处理", "S43", workdays=20),
    FEEDBACK: Term("结果反馈", "S42", workdays=15),
}
NAMES = {part: term.name for part, term in TERMS.items()}
ACCT = (FLASH, REALTIME, PRELIM, VERIFY)


def begin(turn: Turn, number: str, *, real_name: bool) -> None:
    """From the day of receipt: registered, its named reporter told whether it is accepted, a disposal proposed."""
    lead = _get(turn, number)
    start(turn, lead, REGISTER, body=lead_circle.OFFICE)
    if real_name:
        start(turn, lead, ACK)
    start(turn, lead, DISPOSAL)


def start(
    turn: Turn, lead: Lead, part: str, *, since: date | None = None, due: date | None = None, body: str = "",
    slip: LeadSlip | None = None, extended: bool = False,
) -> date:  # fmt: skip
    """Begin a clock; the day on which it ends. since: the day it counts from, which is not counted (民法典 201, 203).

    Nothing but number, term and who is in charge stands in the obligation: it is read by more than the lead is.
    """
    term, first = TERMS[part], since or texts.today_of(turn)
    if due is None and term.months:
        due = calendar.statutory_deadline_in_months(first, term.months, turn.calendar)
    elif due is None:
        due = calendar.statutory_deadline(first, term.workdays, turn.calendar)
    owner = lead_circle.house(turn, lead, body or "disc")
    name = f"{part}-{slip.id}" if slip is not None else part
    obligations.begin(
        turn, term.ladder, lead.number, due, owner=owner, source=term.source, part=name, body=body, extended=extended
    )
    return due


def stop(turn: Turn, number: str, *parts: str, met: bool = True) -> list[str]:
    """End these clocks, whichever of them run; their names."""
    ended = [row for row in running(turn, number) if part_of(row) in parts or row.part in parts]
    for row in ended:
        obligations.end(turn, row.ladder, number, part=row.part, met=met)
    return [part_of(row) for row in ended]


def stop_all(turn: Turn, number: str, *, but: tuple[str, ...] = (), met: bool = True) -> None:
    for row in running(turn, number):
        if part_of(row) not in but:
            obligations.end(turn, row.ladder, number, part=row.part, met=met)


def months_on(day: date, months: int) -> date:
    return calendar.add_months(day, months)


def half_a_year_on(turn: Turn) -> date:
    """When a lead that is shelved today is looked at again, unless another day is said."""
    return calendar.add_months(texts.today_of(turn), TERMS[REVIEW].months)


def running(turn: Turn, number: str) -> list[Obligation]:
    """The clocks that have not been stopped."""
    return [row for row in obligations.open_of(turn, number) if row.ladder in (LADDER, STEP)]


def part_of(obligation: Obligation) -> str:
    return obligation.part.partition("-")[0]


def _get(turn: Turn, number: str) -> Lead:
    lead = leads.find(turn.session, number)
    assert lead is not None  # its clocks begin with it, and leads are kept
    return lead


def _people(turn: Turn, obligation: Obligation, audience: str) -> list[str]:
    """By their own posts: what a delegation lends shows nothing of leads (domain.md 2.1). Never anybody concerned."""
    lead, body = _get(turn, obligation.matter), str(obligation.facts.get("body") or "")
    if audience == "leader":
        return lead_circle.leaders(turn, lead)
    if audience == "director":
        return lead_circle.directors(turn, lead)
    if body:
        return lead_circle.of_body(turn, lead, body)
    if part_of(obligation) == TRIAGE:
        return lead_circle.directors(turn, lead)
    return lead_circle.in_charge(turn, lead)


def _stands(turn: Turn, obligation: Obligation) -> bool:
    ended = LeadState(_get(turn, obligation.matter).state) in LEAD_ENDED
    return not ended or part_of(obligation) == FEEDBACK


def _line(turn: Turn, obligation: Obligation, day: date) -> str:
    left = wording.days_left(obligation.due, day, turn.calendar)
    return f"{obligation.matter}：{NAMES[part_of(obligation)]}时限{wording.day(obligation.due, day)}，{left}"


def _words(turn: Turn, notice: Notice) -> str:
    if notice.role in ("director", "leader"):
        return _overdue(turn, notice)
    return f"{_line(turn, notice.obligation, notice.day)}。"


def _overdue(turn: Turn, notice: Notice) -> str:
    """S54: number, who is in charge, how long; no name and no matter."""
    row = notice.obligation
    office = f"（承办：{units.get_unit(turn.session, row.owner).name}）" if row.owner else ""
    return f"{row.matter}{office}{NAMES[part_of(row)]}超期{(notice.day - row.due).days}天。"


def _no_tail(_turn: Turn, _notice: Notice) -> str:
    """Whom else it reached is not told (domain.md 6.5)."""
    return ""


KINDS = tuple(
    Kind(
        ladder=ladder, title=title, law=law, stands=_stands, people=_people, line=_line, words=_words, tail=_no_tail,
        apart=True,
    )
    for ladder, title, law in (
        (LADDER, "线索办理时限", "实名反映15个工作日内告知受理情况，1个月内提出处置意见，暂存待查每6个月复看。"),
        (STEP, "线索流转时限", "报告后1个工作日内登记，受理后5个工作日内分办，移送后2个工作日内签收。"),
    )
)  # fmt: skip
