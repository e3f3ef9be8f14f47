"""Figures that are not about findings: quarter reports of the member units, and terms of leads (domain.md 7.4)."""

from __future__ import annotations

from bot.errors import FOREIGN_UNIT, LEADS_CLOSED, UserError
from bot.flow import Done, Turn
from handlers import access, lead_access, lead_terms, quarter_figures
from handlers.metric_words import FORMULA
from handlers.rules import quarters as periods
from handlers.rules import reporting, wording
from handlers.rules.calendar import day_of
from handlers.rules.lead_permissions import LeadAction, Sight
from handlers.rules.permissions import Action
from handlers.rules.reporting import LeadTerm
from storage import leads, obligations

FEWEST_LEADS = 5  # fewer are not counted before anybody (contract.md, small counts)
_LEADS = ("disc_manager", "office_director")
_SHOWN = 8


def of_units(turn: Turn) -> Done:
    """On-time reporting of a quarter, for those who may see all units; from the snapshot once it is frozen."""
    if not access.for_unit(turn, Action.QUERY_UNSUBMITTED):
        raise UserError(FOREIGN_UNIT)
    today = day_of(turn.now)
    quarter = str(turn.meaning.slots.get("quarter") or periods.quarter_of(today))
    snapshot = quarter_figures.frozen(turn, quarter)
    owed = list(snapshot.reports) if snapshot else quarter_figures.reports(turn, quarter)
    streaks = list(snapshot.streaks) if snapshot else quarter_figures.zero_streaks(turn, quarter)
    on_time, there = reporting.on_time_submit_rate(owed), reporting.submit_rate(owed, today)
    lines = [
        f"{periods.short_name(quarter)}报送：应报{len(owed)}家，已报{there.numerator}家，按期{on_time.numerator}家。",
        f"按期报送率{on_time.text}，报送率{there.text}，零报告占比{reporting.zero_share(owed, today).text}。",
    ]
    if snapshot:
        lines[0] += f"（按季度报告定稿数据，截至{wording.short_day(snapshot.t, today)}）"
    if streaks:
        more = f"等{len(streaks)}家" if len(streaks) > _SHOWN else ""
        lines.append(f"连续三个季度及以上零报告：{'、'.join(streaks[:_SHOWN])}{more}（仅提示）。")
    return Done("\n".join([*lines, FORMULA.format("按期、已报÷应报（报送率含迟报）；零报告÷已报")]))


def of_leads(turn: Turn) -> Done:
    """Disposals proposed in time, for the lead manager and the director, of the leads whose state they may see."""
    if not any(post.role in _LEADS for post in turn.actor.own):
        raise UserError(LEADS_CLOSED, counts=True)
    rate = reporting.lead_rate(_terms(turn), day_of(turn.now))
    turn.record("leads", "lead_figures_viewed")
    note = FORMULA.format(f"按期提出处置意见÷已到期；到期不足{FEWEST_LEADS}件不显示")
    if rate.denominator < FEWEST_LEADS:
        return Done(f"到期线索不足{FEWEST_LEADS}件，不显示比率。\n{note}")
    return Done(f"线索按期处置率{rate.text}。\n{note}")


def _terms(turn: Turn) -> list[LeadTerm]:
    found = []
    for row in obligations.of_part(turn.session, lead_terms.LADDER, lead_terms.DISPOSAL):
        lead = leads.find(turn.session, row.matter)
        if lead is not None and lead_access.verdict(turn, lead, LeadAction.VIEW_STATUS) is Sight.FULL:
            done = day_of(row.ended_at) if row.state == "met" and row.ended_at is not None else None
            found.append(LeadTerm(row.due, done))
    return found
