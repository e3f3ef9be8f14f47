"""Anonymous reports on the side of the flows: who may have one, how it stands, and the lead that it becomes (2.6)."""

from __future__ import annotations

import secrets
from collections.abc import Collection, Sequence
from datetime import UTC, datetime, time

from bot.flow import Struck, Turn
from handlers import lead_circle, recusals, texts
from handlers.rules import numbering, recusal
from handlers.rules.calendar import SHANGHAI
from handlers.rules.lead_states import reporter_view
from handlers.rules.recusal import ABOVE, Decision
from storage import leads, people
from storage.vault import Report

_FIRST = frozenset({"disc_manager", "office_director"})  # to whom a new lead comes; behind them the leader


def chain(turn: Turn) -> list[str]:
    """Everybody to whom a new report may ever come."""
    return [one.userid for one in recusals.members(turn) if one.leader or one.roles & _FIRST]


def struck(turn: Turn, text: str) -> Struck:
    """Whom the words strike off: nobody can be asked later, so whoever may be meant is."""
    found = recusals.decide_quietly(turn, "", text, None)
    shown = (_shown(turn, person) for person in found.struck)
    return Struck(frozenset(found.struck), tuple(shown), found.route == ABOVE)


def handlers(turn: Turn, kept_out: Collection[str]) -> list[str]:
    """To whom a report comes that strikes off these; nobody: the superior body alone opens it."""
    return list(_decision(turn, kept_out).handlers)


def state(turn: Turn, number: str) -> str:
    """已收到, 已移送 or 已办结 (S42)."""
    lead = leads.find(turn.session, number)
    return reporter_view(lead.state) if lead is not None else reporter_view("reported")


def new_number(turn: Turn) -> str:
    """`XS-2026-7K3M`, which no lead has."""
    while True:
        number = numbering.lead_number(texts.today_of(turn).year, secrets.choice)
        if leads.find(turn.session, number) is None:
            return number


def file(turn: Turn, reports: Sequence[Report]) -> None:
    """Leads of those reports that are none yet, without words, reporter or hour; who may have them hears how many."""
    heard: dict[str, int] = {}
    for report in reports:
        if leads.find(turn.session, report.lead) is None:
            for person in _file(turn, report):
                heard[person] = heard.get(person, 0) + 1
    for person, count in heard.items():
        turn.tell(person, f"有{count}件新的不记名反映待受理，发“线索清单”查看编号。")


def _file(turn: Turn, report: Report) -> list[str]:
    """Only the day is known, so that is when it was reported."""
    day = datetime.combine(report.day, time.min, SHANGHAI).astimezone(UTC)
    decided = _decision(turn, report.struck)
    leads.add(
        turn.session, number=report.lead, state="reported", reporter="", desc="", raw_text="", real_name=False,
        reported_at=day, **recusals.columns(decided),
    )  # fmt: skip
    turn.record(report.lead, "report_lead", after={"state": "reported", "channel": "anonymous"})
    recusals.record(turn, report.lead, decided)
    lead = leads.find(turn.session, report.lead)
    assert lead is not None
    return lead_circle.managers(turn, lead)


def _decision(turn: Turn, kept_out: Collection[str]) -> Decision:
    return recusal.decide(recusals.members(turn), recusal.Report(""), kept_out=kept_out)


def _shown(turn: Turn, person: str) -> str:
    """`李强（纪委办主任）`."""
    actor = people.actor(turn.session, person, texts.today_of(turn))
    title = next((post.title or post.unit_name for post in actor.own), "")
    return f"{actor.name}（{title}）" if title else actor.name
