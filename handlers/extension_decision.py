"""Deciding an extension: who may by its number and length, and what then becomes of the date and its ladder (T10)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from bot.errors import Overtaken, UserError
from bot.flow import Ask, Done, Flow, Reply, Turn
from bot.messages import Card, CardKind
from handlers import access, choosing, judging, naming, ongoing, parties, rectification, stages, task_card, texts
from handlers.rules import wording
from handlers.rules.calendar import day_of
from handlers.rules.permissions import Action
from storage import moves, people
from storage.matters import Finding
from storage.proceedings import Extension


def group(finding: Finding) -> str:
    return f"{finding.number}:ext:{finding.cycle}"


def number_of_next(turn: Turn, finding: Finding) -> int:
    """Which extension the next one would be; refused ones do not count."""
    return 1 + sum(row.state == "approved" for row in moves.extensions_of(turn.session, finding))


def may_decide(turn: Turn, person: str, finding: Finding, new_due: date) -> bool:
    return _may_decide(turn, person, finding, new_due, moves.extensions_of(turn.session, finding))


def _may_decide(turn: Turn, person: str, finding: Finding, new_due: date, rows: Sequence[Extension]) -> bool:
    no = 1 + sum(row.state == "approved" for row in rows)
    if any(row.state == "pending" and row.by == person for row in rows):
        return False  # nobody decides what he applied for himself
    if no >= turn.policy.leading_group_extension and not people.actor(turn.session, person, day_of(turn.now)).has(
        "leading_group"
    ):
        return False
    days = (new_due - (finding.due or new_due)).days
    return access.person_may(turn, person, Action.APPROVE_EXT, finding, extension_no=no, extension_days=days)


def deciders(turn: Turn, finding: Finding, new_due: date, rows: Sequence[Extension] | None = None) -> list[str]:
    """Who is asked: the nearest who may, and not everybody above him as well. rows: the cycle's, if known."""
    day = day_of(turn.now)
    source = people.userids_with(turn.session, parties.SOURCE_STAFF, day, finding.source)
    circles = (
        list(dict.fromkeys(source + people.userids_with(turn.session, ("office_staff",), day))),
        texts.directors(turn),
        people.userids_with(turn.session, ("leading_group",), day),
    )
    rows = moves.extensions_of(turn.session, finding) if rows is None else rows
    able = ([one for one in circle if _may_decide(turn, one, finding, new_due, rows)] for circle in circles)
    return next((found for found in able if found), [])


def start(turn: Turn) -> Reply:
    slots, draft = turn.meaning.slots, turn.draft
    draft["decision"] = {"reject": "rejected", "convert_ongoing": "converted_ongoing"}.get(
        str(slots.get("decision")), "approved"
    )
    if slots.get("new_due"):
        draft["new_due"] = str(slots["new_due"])
    if slots.get("reason"):
        draft["words"] = str(slots["reason"])
    numbers = choosing.numbers(turn)
    if numbers:
        naming.one_by_one(turn)
        return _open(turn, numbers[0])
    waiting = _waiting(turn)
    only = choosing.single(turn, waiting)
    if only is not None:
        return _open(turn, only.number)
    if not waiting:
        return Done("现在没有等您批的延期申请。")
    return choosing.ask_which(turn, waiting, "which", "是哪一条的延期？")


def _waiting(turn: Turn) -> list[Finding]:
    pending = moves.with_pending_extension(turn.session)
    return [f for f in pending if (row := _pending(turn, f)) and may_decide(turn, turn.actor.userid, f, row.new_due)]


def _pending(turn: Turn, finding: Finding) -> Extension | None:
    return next((row for row in moves.extensions_of(turn.session, finding) if row.state == "pending"), None)


def take_which(turn: Turn) -> Reply:
    number = choosing.chosen(turn)
    return _open(turn, number) if number else Ask("请回复序号或编号；不办了回复“取消”。", "which")


def _open(turn: Turn, number: str) -> Reply:
    finding = access.get_visible(turn, number)
    row, new = _checked(turn, finding)
    turn.draft["number"] = number
    choosing.touched(turn, finding)
    old = choosing.due_words(turn, finding)
    change = {
        "approved": f"同意：{old} → {wording.day(new, day_of(turn.now))}{_counted(turn, finding)}",
        "rejected": f"不同意，仍按{old}整改{_because(turn)}",
        "converted_ongoing": f"转持续整改，下次进展期限{wording.day(new, day_of(turn.now))}",
    }[turn.draft["decision"]]
    head = f"请确认批复 {number}（{choosing.title(finding)}）的延期申请："
    words = "\n".join([head, change, f"申请理由：{row.reason}", texts.CONFIRM])
    facts = (("编号", number), ("批复", change))
    return Ask(words, "confirm", Card(CardKind.BUTTONS, title="批复延期", facts=facts, buttons=judging.BUTTONS))


def _checked(turn: Turn, finding: Finding) -> tuple[Extension, date]:
    """The pending application and the date that would count; or why the speaker cannot decide it."""
    row = _pending(turn, finding)
    if row is None or finding.state not in moves.IN_HAND:
        raise Overtaken(settled(turn, finding), keep=False)
    said = turn.draft.get("new_due")
    new = date.fromisoformat(said) if said and turn.draft["decision"] != "rejected" else row.new_due
    if turn.draft["decision"] == "converted_ongoing" and not said:  # from now on it is the quarter's node that counts
        new = ongoing.first_node(day_of(turn.now), turn.calendar, turn.policy.immediate_days)
    if not may_decide(turn, turn.actor.userid, finding, new):
        who = choosing.names(turn, deciders(turn, finding, new)) or texts.office_contact(turn)
        raise UserError(f"{finding.number} 的这次延期由{who}批复，您不能办理。", keep=False)
    if turn.draft["decision"] == "approved" and finding.due is not None and new <= finding.due:
        words = f"{wording.day(new, day_of(turn.now))}不晚于现在的时限{choosing.due_words(turn, finding)}"
        raise UserError(f"{words}，不是延期。请带上更晚的日期，或回复“不同意延期 {finding.number}”。", keep=False)
    if turn.draft["decision"] != "rejected" and new < day_of(turn.now):
        raise UserError(f"{wording.day(new, day_of(turn.now))}已经过了，请带上新的日期再批。", keep=False)
    return row, new


def settled(turn: Turn, finding: Finding) -> str:
    rows = [row for row in moves.extensions_of(turn.session, finding) if row.decided_at is not None]
    if not rows or rows[-1].decided_at is None:
        return f"{finding.number} 没有等批的延期申请。"
    if rows[-1].decided_by == rows[-1].by:
        return f"{finding.number} 的延期申请已由申请人撤回，没有等批的延期申请。"
    result = {"approved": "同意", "rejected": "不同意"}.get(rows[-1].state, "转持续整改")
    by, when = people.name_of(turn.session, rows[-1].decided_by), wording.moment(rows[-1].decided_at, day_of(turn.now))
    return f"该延期申请已由{by}于{when}批复：{result}。"


def take_confirm(turn: Turn) -> Reply:
    if turn.meaning.intent == "deny":
        return Done("好的，没有批复，申请仍在等候。")
    if turn.meaning.intent != "confirm":
        if turn.meaning.slots.get("new_due") or turn.meaning.slots.get("date"):
            turn.draft["new_due"] = str(turn.meaning.slots.get("new_due") or turn.meaning.slots["date"])
        return _open(turn, turn.draft["number"])
    finding = choosing.get(turn, turn.draft["number"])
    moves.lock(turn.session, finding)
    row, new = _checked(turn, finding)
    old, decision = choosing.due_words(turn, finding), turn.draft["decision"]
    if not _carry_out(turn, finding, row, new):
        raise Overtaken(settled(turn, finding), keep=False)
    words = f"不同意延期，仍按{old}整改{_because(turn)}"
    if decision != "rejected":
        words = f"时限{old} → {wording.day(new, day_of(turn.now))}{_late(turn, row)}"
        rectification.plan(turn, finding)
        stages.plan(turn, finding)
        ongoing.plan_review(turn, finding)
    told = _tell(turn, finding, words)
    choosing.touched(turn, finding)
    return Done(f"{finding.number}：{words}。{choosing.told(turn, told)}。")


def _because(turn: Turn) -> str:
    return f"，理由：{turn.draft['words']}" if turn.draft.get("words") else ""


def _counted(turn: Turn, finding: Finding) -> str:
    """What an approval does to a finding that is overdue already (8.2-7)."""
    today = day_of(turn.now)
    if finding.due is None or finding.due >= today:
        return ""
    return f"（{wording.days_left(finding.due, today, turn.calendar)}，批准后停止升级，逾期天数照记）"


def _late(turn: Turn, row: Extension) -> str:
    """The days that were overdue stay in the record: the application keeps its old date and its decision's day."""
    today = day_of(turn.now)
    if row.old_due is None or row.old_due >= today:
        return ""
    late = turn.calendar.workdays_between(row.old_due, today)
    return f"，原时限逾期{late}个工作日照记"


def _carry_out(turn: Turn, finding: Finding, row: Extension, new: date) -> bool:
    """False when somebody decided it, or moved the finding, a moment before."""
    decision, by = turn.draft["decision"], turn.actor.userid
    decided = {"state": decision, "decided_by": by, "decided_at": turn.now, "new_due": new}
    entry = turn.entry("decide_extension", turn.draft.get("words") or row.reason)
    change = moves.Altered(row, decided, {"state": "pending"})
    if decision == "rejected":
        return moves.keep(turn.session, finding, entry, change)
    kind: dict[str, Any] = {}
    if decision == "converted_ongoing":
        kind = {"rect_type": "ongoing", **ongoing.review_of(turn, "ongoing")}
    state = "ongoing" if kind else finding.state
    follow = stages.moved(turn, finding, finding.due, new)
    return moves.move(turn.session, finding, finding.state, state, entry, change, *follow, due=new, **kind)


def _tell(turn: Turn, finding: Finding, words: str) -> list[str]:
    stamp = choosing.stamp(turn)
    turn.close_cards(group(finding), f"已由{turn.actor.name}于{stamp}批复")
    if turn.draft["decision"] != "rejected":
        task_card.close(turn, finding, f"已于{stamp}批准延期")
        return task_card.send(turn, finding, "延期获批")
    told = [
        person
        for person in parties.unit_side(turn.session, finding, day_of(turn.now))
        if access.person_may(turn, person, Action.VIEW_FULL, finding)
    ]
    for person in told:
        turn.tell(person, f"{finding.number} 的延期申请：{words}。", matter=finding.number)
    return told


FLOW = Flow(
    name="extension_decision",
    title="批复延期",
    intents=("decide_extension",),
    start=start,
    steps={"which": take_which, "confirm": take_confirm},
)
