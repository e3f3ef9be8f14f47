"""The clocks of a lead (domain.md 4.8, 6.5): they name number, term and days, and reach only who may know of it."""

from __future__ import annotations

from datetime import date

from bot.flow import Turn
from handlers import obligations, texts
from handlers.reminding import Kind, Notice
from handlers.rules import calendar, wording
from handlers.rules.lead_states import LEAD_ENDED, LeadState
from storage import leads, people, units
from storage.duties import Obligation
from storage.matters import Lead

LADDER = "lead"
ACK, DISPOSAL, REVIEW = "ack", "disposal", "review"
NAMES = {ACK: "受理告知", DISPOSAL: "处置意见", REVIEW: "暂存待查复看"}
_ACK_WORKDAYS, _DISPOSAL_MONTHS, _REVIEW_MONTHS = 15, 1, 6
MANAGER, HANDLERS = "disc_manager", ("disc_manager", "disc_handler")


def begin(turn: Turn, number: str, *, real_name: bool) -> None:
    """From the day of receipt: whether it is accepted is told to a named reporter, and a disposal is proposed."""
    today = calendar.day_of(turn.now)
    if real_name:
        due = calendar.statutory_deadline(today, _ACK_WORKDAYS, turn.calendar)
        _begin(turn, number, ACK, due)
    _begin(turn, number, DISPOSAL, calendar.statutory_deadline_in_months(today, _DISPOSAL_MONTHS, turn.calendar))


def half_a_year_on(turn: Turn) -> date:
    """When a lead that is shelved today is looked at again, unless another day is said."""
    return calendar.add_months(calendar.day_of(turn.now), _REVIEW_MONTHS)


def begin_review(turn: Turn, number: str, day: date) -> None:
    """A shelved lead is looked at again (domain.md 6.5)."""
    _begin(turn, number, REVIEW, day)


def _begin(turn: Turn, number: str, part: str, due: date) -> None:
    """Nothing but number, term and who is in charge stands in the obligation: it is read by more than the lead is."""
    obligations.begin(turn, LADDER, number, due, owner=_office(turn), source="S41", part=part)


def running(turn: Turn, number: str) -> list[Obligation]:
    """The clocks that have not been stopped."""
    return [row for row in obligations.open_of(turn, number) if row.ladder == LADDER]


def _office(turn: Turn) -> str:
    """The unit of the lead managers, or "" while there is none."""
    today = texts.today_of(turn)
    managers = people.userids_with(turn.session, (MANAGER,), today, stand_ins=False)
    posts = people.actor(turn.session, managers[0], today).own if managers else ()
    return next((post.unit for post in posts if post.role == MANAGER), "")


def concerned(turn: Turn, lead: Lead, person: str) -> bool:
    """He is written about, or belongs to the unit that it is about or below it (P7, domain.md 6.5)."""
    actor = people.actor(turn.session, person, texts.today_of(turn))
    if actor.name in f"{lead.subject}\n{lead.raw_text}\n{lead.desc}":
        return True
    unit = units.get_unit(turn.session, lead.unit) if lead.unit else None
    if unit is None:
        return False
    if unit.parent is None:  # the group itself: everybody is below it
        return any(post.unit == unit.code for post in actor.own)
    return any(post.path.startswith(unit.path) for post in actor.own)


def _people(turn: Turn, obligation: Obligation, audience: str) -> list[str]:
    """By their own posts: what a delegation lends shows nothing of leads (domain.md 2.1). Never anybody concerned."""
    lead, today = _lead(turn, obligation), texts.today_of(turn)
    if audience == "leader":
        named = people.leaders(turn.session, today)
    else:
        role = "office_director" if audience == "director" else MANAGER
        named = people.userids_with(turn.session, (role,), today, stand_ins=False)
    found = [person for person in named if not concerned(turn, lead, person)]
    if not found and audience == "handler":  # it is about the lead managers' own house: the director sees to it
        return _people(turn, obligation, "director")
    return found


def _lead(turn: Turn, obligation: Obligation) -> Lead:
    lead = leads.find(turn.session, obligation.matter)
    assert lead is not None  # its clocks begin with it, and leads are kept
    return lead


def _stands(turn: Turn, obligation: Obligation) -> bool:
    return LeadState(_lead(turn, obligation).state) not in LEAD_ENDED


def _line(turn: Turn, obligation: Obligation, day: date) -> str:
    left = wording.days_left(obligation.due, day, turn.calendar)
    return f"{obligation.matter}：{NAMES[obligation.part]}时限{wording.day(obligation.due, day)}，{left}"


def _words(turn: Turn, notice: Notice) -> str:
    if notice.role in ("director", "leader"):
        return _overdue(turn, notice)
    return f"{_line(turn, notice.obligation, notice.day)}。"


def _overdue(turn: Turn, notice: Notice) -> str:
    """S54: number, who is in charge, how long; no name and no matter."""
    row = notice.obligation
    office = f"（承办：{units.get_unit(turn.session, row.owner).name}）" if row.owner else ""
    return f"{row.matter}{office}{NAMES[row.part]}超期{(notice.day - row.due).days}天。"


def _no_tail(_turn: Turn, _notice: Notice) -> str:
    """Whom else it reached is not told (domain.md 6.5)."""
    return ""


KINDS = (
    Kind(
        ladder=LADDER,
        title="线索办理时限",
        law="实名反映15个工作日内告知受理情况，1个月内提出处置意见，暂存待查每6个月复看。",
        stands=_stands,
        people=_people,
        line=_line,
        words=_words,
        tail=_no_tail,
        apart=True,
    ),
)
