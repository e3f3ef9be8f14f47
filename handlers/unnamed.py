"""Anonymous reports on the side of the flows: who may have one, how it stands, and the lead that it becomes (2.6)."""

from __future__ import annotations

import re
import secrets
from collections.abc import Collection, Sequence
from datetime import UTC, datetime, time

from bot.flow import Struck, Turn
from handlers import lead_circle, lead_contents, lead_terms, recusals, texts
from handlers.rules import numbering, recusal
from handlers.rules.calendar import SHANGHAI
from handlers.rules.lead_states import LEAD_ENDED, reporter_view
from handlers.rules.recusal import ABOVE, Decision
from storage import conversations, leads, outbox, people, seen
from storage.vault import Report

_NUMBER = re.compile(r"XS\s?-?\s?\d{4}\s?-?\s?[0-9A-Z]{4}", re.IGNORECASE)
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


def own_lead(turn: Turn, person: str, text: str) -> str:
    """The number in the text, if he reported that lead under his name and it is not over; otherwise ""."""
    for said in _NUMBER.findall(text):
        number = numbering.canonical(said.replace(" ", "").upper())
        lead = leads.find(turn.session, number) if number else None
        if lead is not None and lead_contents.is_reporter(turn, lead, person) and lead.state not in LEAD_ENDED:
            return lead.number
    return ""


def unname(turn: Turn, person: str, number: str) -> None:
    """His name off the lead, and the lead off what was said to him; the ledger keeps what it has (2.6-10)."""
    lead = leads.find(turn.session, number)
    if lead is None or not lead_contents.is_reporter(turn, lead, person):
        return
    lead_contents.unname(lead)
    turn.session.flush()
    for part in (lead_terms.ACK, lead_terms.FEEDBACK):
        lead_terms.stop(turn, number, part)
    conversations.forget(turn.session, person)
    seen.forget_words(turn.session, person)
    for matter in (number, turn.veiled(person, number)):
        outbox.forget_matter(turn.session, person, matter)
    turn.record(number, "lead_unnamed")


def file(turn: Turn, reports: Sequence[Report]) -> None:
    """Leads of those reports that are none yet, without words, reporter or hour; who may have them hears how many."""
    heard: dict[str, int] = {}
    known = leads.known(turn.session, [report.lead for report in reports])
    for report in reports:
        if report.lead not in known:
            for person in _file(turn, report):
                heard[person] = heard.get(person, 0) + 1
    for person, count in heard.items():
        turn.tell(person, f"有{count}件新的不记名反映待受理，发“线索清单”查看编号。")


def _file(turn: Turn, report: Report) -> list[str]:
    """Only the day is known, so that is when it was reported."""
    day = datetime.combine(report.day, time.min, SHANGHAI).astimezone(UTC)
    decided = _decision(turn, report.struck)
    leads.add(
        turn.session, apart=recusals.apart(turn, decided), number=report.lead, state="reported", reporter="", desc="",
        raw_text="", real_name=False,
        reported_at=day, **recusals.columns(decided),
    )  # fmt: skip
    turn.record(report.lead, "report_lead", after={"state": "reported", "channel": "anonymous"})
    recusals.record(turn, report.lead, decided)
    lead = leads.find(turn.session, report.lead)
    assert lead is not None
    lead_terms.begin(turn, report.lead, real_name=False)
    return lead_circle.managers(turn, lead)


def _decision(turn: Turn, kept_out: Collection[str]) -> Decision:
    return recusal.decide(recusals.members(turn), recusal.Report(""), kept_out=kept_out)


def _shown(turn: Turn, person: str) -> str:
    """`李强（纪委办主任）`."""
    actor = people.actor(turn.session, person, texts.today_of(turn))
    title = next((post.title or post.unit_name for post in actor.own), "")
    return f"{actor.name}（{title}）" if title else actor.name
