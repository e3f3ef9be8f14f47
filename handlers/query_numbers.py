"""One matter or a few by their numbers: the whole for those who may read it, a peer's card, or the one refusal."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from bot.errors import NOT_FOUND_OR_FORBIDDEN, UserError
from bot.flow import Done, Turn
from handlers import access, lead_access, lead_told, probing, query_words, talk_query
from handlers.rules import wording
from handlers.rules.calendar import day_of
from handlers.rules.lead_permissions import Sight
from handlers.rules.lead_states import LEAD_LABELS, LeadState
from storage import findings, lookup, searches
from storage.matters import Finding, Urgent

MOST = 8  # numbers in one question


def show(turn: Turn, numbers: list[str], fields: tuple[str, ...] = ()) -> Done:
    """What the person may see of each; one that he may not see reads as one that does not exist."""
    wanted = list(dict.fromkeys(numbers))[:MOST]
    single = len(wanted) == 1
    answers = {number: _one(turn, number, fields, single=single) for number in wanted}
    if not any(answers.values()):
        raise UserError.hidden()
    for _ in [number for number, text in answers.items() if text is None]:
        probing.count(turn)  # domain.md 2.5, also among others
    turn.recent["numbers"] = [number for number, text in answers.items() if text is not None]
    turn.recent.pop("list", None)
    parts = [text if text is not None else f"{number}：{NOT_FOUND_OR_FORBIDDEN}" for number, text in answers.items()]
    more = f"\n一次最多查{MOST}个编号，其余请再发一次。" if len(dict.fromkeys(numbers)) > MOST else ""
    return Done("\n".join(parts) + more)


def last_submitted(turn: Turn) -> Done:
    """The number that the person submitted last, in this talk or ever; his own number and its state he may know."""
    number = str(turn.recent.get("submitted") or "")
    finding = findings.find(turn.session, number) if number.startswith("WT-") else None
    if number and finding is None:
        return show(turn, [number])
    finding = finding or searches.last_submitted(turn.session, turn.actor.userid)
    if finding is None or finding.submitted_by != turn.actor.userid:
        return Done("没有查到您提交的问题。要报送，发“报送问题：…”。")
    turn.recent["numbers"] = [finding.number]
    at = wording.moment(finding.submitted_at, day_of(turn.now))
    told = query_words.peer_state(finding.state)  # T3: of a lead the submitter is told nothing more
    return Done(f"{finding.number}｜{told}\n{query_words.title(finding)}\n提交于{at}")


def _one(turn: Turn, number: str, fields: tuple[str, ...], *, single: bool) -> str | None:
    readers: dict[str, Callable[[], str | None]] = {
        "WT": lambda: _finding(turn, number, fields, single=single),
        "XS": lambda: _lead(turn, number),
        "JJ": lambda: _urgent(turn, number),
        "YT": lambda: talk_query.by_number(turn, number),
    }
    reader = readers.get(number[:2])
    return reader() if reader else None


def _finding(turn: Turn, number: str, fields: tuple[str, ...], *, single: bool) -> str | None:
    found = access.look(turn, number)
    if found is None:
        return None
    finding, level = found
    if level != "full" and finding.state == "converted_to_lead":
        return _moved(turn, finding)
    if level == "peer":
        return query_words.peer_card(turn, finding)
    if fields:
        return query_words.fields(turn, finding, fields)
    return query_words.card(turn, finding) if single else query_words.short_card(turn, finding)


def _moved(turn: Turn, finding: Finding) -> str | None:
    """What became a lead, for those outside its circle: nothing, unless they had the task or submitted it (S49)."""
    known = bool(finding.assigned_at or finding.resp_person) or finding.submitted_by == turn.actor.userid
    return f"{finding.number}：{query_words.MOVED}。" if known else None


def _lead(turn: Turn, number: str) -> str | None:
    """Three states for its reporter, the state for the lead's own circle, nothing for anybody else (S42)."""
    found = lead_access.find(turn, number)
    if found is None:
        return None
    lead, sight = found
    today = day_of(turn.now)
    reported = f"{wording.moment(lead.reported_at, today)}报告。"
    if sight is Sight.FULL:
        return f"{number}｜{LEAD_LABELS[LeadState(lead.state)]}\n{reported}"
    return f"{number}｜{lead_told.three_states(turn, lead)}\n{reported}{lead_told.answer(turn, lead)}"


def _urgent(turn: Turn, number: str) -> str | None:
    report, real = lookup.by_number(turn.session, Urgent, number)
    mine = report is not None and report.reporter == turn.actor.userid
    if report is None or not real or not (mine or turn.actor.has("office_staff", "office_director")):
        return None
    today = day_of(turn.now)
    updates: list[dict[str, Any]] = report.updates
    where = f"｜{report.unit_name}" if report.unit_name else ""
    more = f"\n续报{len(updates)}次，最近：{updates[-1]['text']}" if updates else ""
    return f"{number}{where}｜{wording.moment(report.at, today)}报告\n{report.raw_text}{more}"
