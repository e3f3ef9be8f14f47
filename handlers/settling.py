"""What the steps outside rectification share: who was faster, what ends with a finding, and who hears of it."""

from __future__ import annotations

from collections.abc import Iterable

from bot.errors import Overtaken
from bot.flow import Entry, Turn
from bot.messages import Outgoing
from handlers import access, choosing, obligations, parties, quarter_state, quarter_task, tasks, texts
from handlers.rules import wording
from handlers.rules.calendar import day_of
from handlers.rules.permissions import Action
from storage import events, moves, outbox, people
from storage.matters import Finding

# What the ledger calls a step -> the verb for people.
DEEDS = {
    "register": "登记", "ask_more": "退回补正", "complete": "补正", "reject": "决定不予登记", "merge": "并案",
    "withdraw": "撤销", "take_back": "撤回", "convert_to_lead": "转办", "assign": "交办", "accept": "验收",
    "return": "退回", "reopen": "重启", "classify": "更正",
}  # fmt: skip


def overtaken(turn: Turn, finding: Finding) -> Overtaken:
    """`WT-… 已由何敏于11月23日 周一 10:02登记，现在是“已登记”。` (domain.md 3.4, invariant 5)."""
    present = f"现在是“{tasks.label(finding)}”"
    history = events.history(turn.session, finding.number)
    last = next((event for event in reversed(history) if event.action in DEEDS), None)
    if last is None:
        return Overtaken(f"{finding.number} {present}，不能这样办理。", keep=False)
    when, verb = wording.moment(last.at, day_of(turn.now)), DEEDS[last.action]
    by = people.name_of(turn.session, last.actor)
    return Overtaken(f"{finding.number} 已由{by}于{when}{verb}，{present}。", keep=False)


def moved(turn: Turn, finding: Finding, new: str, entry: Entry, *pieces: moves.Piece, **values: object) -> None:
    """The move with its event; raises who was faster."""
    if not moves.move(turn.session, finding, finding.state, new, entry, *pieces, **values):
        raise overtaken(turn, finding)


def reason_said(turn: Turn) -> str:
    """The reason in an answer that was asked for one; "" for a bare 确认, 否 or a single sign."""
    words = str(turn.meaning.slots.get("reason") or turn.text).strip()
    return "" if len(words) < 2 or turn.meaning.intent in ("confirm", "deny") else words


def stamped(turn: Turn, verb: str) -> str:
    """What a closed card says: `已由李敏于11月23日 10:02登记`."""
    return f"已由{turn.actor.name}于{choosing.stamp(turn)}{verb}"


def end(turn: Turn, finding: Finding, text: str) -> str:
    """Reminders, pushes that wait for their hour and everybody's cards end with the finding; `text` greys the cards.

    Returns what is to be said of the source's quarter, if its report falls open again (S32).
    """
    obligations.end_all(turn, finding.number, met=False)
    grey(turn, finding, text)
    return quarter_line(turn, finding.source, finding.quarter)


def grey(turn: Turn, finding: Finding, text: str) -> None:
    """Every open card about the finding, whoever has it."""
    for group in outbox.open_groups(turn.session, f"{finding.number}:"):
        turn.close_cards(group, text)


def quarter_line(turn: Turn, source: str, quarter: str) -> str:
    """Bring the quarter's task in line after a finding came, went or moved to another quarter."""
    unit = quarter_task.find_member(turn, source)
    if unit is None:
        return ""
    before = quarter_state.standing(turn, unit, quarter).submitted_at
    state = quarter_task.touch(turn, source, quarter)
    if before is None or state is None or state.submitted_at is not None:
        return ""
    return f"\n{state.label}监督工作报送随之重新待报，还差：{'；'.join(state.missing)}。"


def sources(turn: Turn, finding: Finding) -> list[str]:
    """Its submitter and who follows it up for the source."""
    return [finding.submitted_by, *parties.trackers(turn.session, finding, day_of(turn.now))]


def office(turn: Turn, finding: Finding) -> list[str]:
    """The office's staff, or its director for what they may not see (S8)."""
    staff = able(turn, texts.office_staff(turn), finding)
    return staff or able(turn, texts.directors(turn), finding)


def able(turn: Turn, persons: Iterable[str], finding: Finding) -> list[str]:
    """Those who may read it, each once."""
    return [one for one in dict.fromkeys(persons) if access.person_may(turn, one, Action.VIEW_FULL, finding)]


def tell(turn: Turn, persons: Iterable[str], finding: Finding, message: Outgoing | str, group: str = "") -> list[str]:
    """Tell those who may read it, each once, but not the speaker; who that was."""
    told = [person for person in able(turn, persons, finding) if person != turn.actor.userid]
    for person in told:
        turn.tell(person, message, group=group, matter=finding.number)
    return told


def proof(turn: Turn, told: Iterable[str]) -> str:
    """`已告知刘洋。` or nothing."""
    heard = choosing.told(turn, list(dict.fromkeys(told)))
    return f"{heard}。" if heard else ""
