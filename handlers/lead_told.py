"""What a named reporter is told of his lead: three states, that it was accepted, and the answer he fetches himself."""

from __future__ import annotations

from bot.flow import Turn
from handlers import lead_contents
from handlers.rules import wording
from handlers.rules.calendar import day_of
from handlers.rules.lead_states import LeadState, reporter_view
from storage import lead_moves
from storage.matters import Lead

FEEDBACK = "feedback"  # the kind of the note that answers him
_ELSEWHERE = "不属于本渠道受理，请向12388或有关主管部门反映。"
_MORE = "材料不足以受理，请补充后再报。"


def three_states(turn: Turn, lead: Lead) -> str:
    """`已移送（11月25日 周三），未办结`: 已收到, 已移送 or 已办结, and no more (S42)."""
    seen = reporter_view(lead.state)
    slips = lead_moves.slips_of(turn.session, lead)
    if seen != "已移送" or not slips:
        return seen
    return f"{seen}（{wording.day(day_of(slips[0].sent_at), day_of(turn.now))}），未办结"


def answer(turn: Turn, lead: Lead) -> str:
    """The feedback that waits for him, if he reported under his name (S42)."""
    mine = lead.real_name and lead_contents.is_reporter(turn, lead, turn.actor.userid)
    told = lead_contents.notes(turn, lead, FEEDBACK) if mine else []
    return f"\n反馈：{told[-1]}" if told else ""


def accepted(turn: Turn, lead: Lead) -> None:
    """检举控告规则: within 15 working days; only to who gave his name."""
    if lead.real_name:
        _tell(turn, lead, f"您反映的线索 {lead.number} 已受理，将按规定办理。")


def not_accepted(turn: Turn, lead: Lead, kind: str) -> None:
    """Why not, in the words of its class; of a repeated report nothing is told again (domain.md 3.5.1)."""
    if lead.real_name and kind != "repeat":
        why = _MORE if kind == "more" else _ELSEWHERE
        _tell(turn, lead, f"您反映的线索 {lead.number} 不予受理：{why}")


def fed_back(turn: Turn, lead: Lead) -> None:
    """That there is an answer; its words he fetches himself."""
    if lead.real_name and LeadState(lead.state) is not LeadState.NOT_ACCEPTED:
        _tell(turn, lead, f"您反映的线索 {lead.number} 有结果反馈，发“查 {lead.number}”查看。")


def _tell(turn: Turn, lead: Lead, words: str) -> None:
    """Discreetly: the store must not show who is told of which lead."""
    person = lead_contents.reporter(turn, lead)
    if person:
        turn.tell(person, words, matter=lead.number, discreet=True)
