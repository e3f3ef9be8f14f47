"""The change that a reopening makes: a new round with nothing of the old one's ends, its people and reminders (T11)."""

from __future__ import annotations

from datetime import date

from bot.errors import Overtaken
from bot.flow import Turn
from handlers import hearing, ongoing, parties, proposals, rectification, stages, task_card, tasks
from handlers.rules.calendar import day_of
from storage import moves
from storage.matters import Finding
from storage.proceedings import Cycle


def open_round(turn: Turn, finding: Finding, person: str, kind: str, due: date) -> list[str]:
    """Open the next round for `person` by `due`; who was told. Raises when somebody was faster.

    What the round before had at its end stands in its row of `cycles` and in the ledger; the finding starts afresh.
    """
    draft, before = turn.draft, moves.cycle_of(turn.session, finding)
    reason, basis = draft["reason"], draft["basis"]
    opened = Cycle(seq=finding.cycle + 1, started_at=turn.now, reopen_reason=reason, reopen_basis=basis)
    pieces: list[moves.Piece] = [*proposals.settled(turn, finding, "agreed"), opened]
    pieces += stages.of_draft(draft, kind, due)
    moved = moves.move(
        turn.session, finding, "closed", "assigned", turn.entry("reopen", f"{reason}；依据：{basis}"), *pieces,
        cycle=finding.cycle + 1, resp_person=person, due=due, rect_type=kind, assigned_by=turn.actor.userid,
        assigned_at=turn.now, confirmed_at=None, applied_at=None, closed_at=None, returned=0, root_cause="",
        accountability="", accountability_status="", accountability_count=None, institution_fix="",
        spot_check=False, **ongoing.review_of(turn, kind),
    )  # fmt: skip
    if not moved:
        raise Overtaken(f"{finding.number} 刚刚有人办理过，现在是“{tasks.label(finding)}”。", keep=False)
    rectification.plan(turn, finding)
    stages.plan(turn, finding)
    ongoing.plan_review(turn, finding)
    turn.close_cards(proposals.group(finding, finding.cycle - 1), f"已由{turn.actor.name}重启")
    return _tell(turn, finding, before.closed_by if before else "")


def _tell(turn: Turn, finding: Finding, acceptor: str) -> list[str]:
    """The responsible unit by its task card; whoever accepted it before, who follows it up, and who proposed it."""
    words = f"原因：{turn.draft['reason']}"
    told = task_card.send(turn, finding, f"重启（第{finding.cycle}轮）", note=words)
    others = [acceptor, *parties.trackers(turn.session, finding, day_of(turn.now)), turn.draft.get("proposer", "")]
    head = f"{finding.number} 已由{turn.actor.name}重启，进入第{finding.cycle}轮整改。"
    news = f"{head}\n{words}；依据：{turn.draft['basis']}"
    return told + hearing.tell(turn, [one for one in others if one not in told], finding, news)
