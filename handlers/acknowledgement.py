"""收到, 周五前报, 已办: the answers to a reminder; a task is confirmed without ado (T5, domain.md 6.7)."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date

from bot.errors import UserError
from bot.flow import Ask, Done, Flow, Reply, Turn
from handlers import access, choosing, done_said, heard, owed, promises, reminded, task_card, tasks
from handlers.owed import Matter
from handlers.rules import quarters, wording
from handlers.rules.calendar import day_of
from storage import answers, moves
from storage.duties import AnswerGiven
from storage.matters import Finding

_FRIENDLY = "好的。有需要随时发“帮助”。"
_ALL = re.compile(r"全部|都是?|所有|每[件条项]")


def start(turn: Turn) -> Reply:
    _take(turn)
    slots, numbers = turn.meaning.slots, choosing.numbers(turn)
    if numbers:
        return _settle(turn, [_named(turn, number) for number in numbers])
    if slots.get("number"):
        return _settle(turn, [_other(turn, str(slots["number"]))])
    return _without_number(turn)


def _take(turn: Turn) -> None:
    slots = turn.meaning.slots
    if slots.get("expect"):
        turn.draft["expect"] = str(slots["expect"])
    if slots.get("done"):
        turn.draft["done"] = True


def _named(turn: Turn, number: str) -> Matter:
    """His own task; of another finding he may be asked only what he was reminded of, such as an acceptance."""
    finding = access.get_visible(turn, number)
    if not heard.was_told(turn, number):
        finding = tasks.reportable(turn, number)
    return reminded.find(turn, number) or owed.of_finding(turn, finding)


def _other(turn: Turn, number: str) -> Matter:
    """A lead or another number: only of one that he was reminded of (domain.md 2.5)."""
    found = reminded.find(turn, number)
    if found is None:
        raise UserError.hidden()
    return found


def _without_number(turn: Turn) -> Reply:
    """What was said last counts: the newest task card, or the newest reminder."""
    open_tasks, reminder = tasks.open_tasks(turn), heard.last(turn)
    waiting = [finding for finding in open_tasks if finding.state == "assigned"]
    newest = max((finding.assigned_at for finding in waiting if finding.assigned_at), default=None)
    if reminder.listed and newest is None and not turn.draft:
        return Done(_FRIENDLY)  # 知道了 to the morning's list
    if reminder.at is not None and (newest is None or newest <= reminder.at):
        found = [one for matter in reminder.matters if (one := reminded.find(turn, matter))]
        if found:
            return _which_of(turn, found)
    only = choosing.single(turn, waiting) or choosing.single(turn, open_tasks)
    if only is not None:
        return _settle(turn, [owed.of_finding(turn, only)])
    if waiting:
        return choosing.ask_which(turn, waiting, "which", "收到的是哪一条？")
    report = owed.find(turn, f"{quarters.quarter_of(day_of(turn.now))}:{turn.actor.unit}")
    if report is not None and turn.draft.keys() & {"expect", "done"}:
        return _settle(turn, [report])
    return Done(_FRIENDLY)


def _which_of(turn: Turn, found: Sequence[Matter]) -> Reply:
    """收到 is about all of a message; a promised day and 已办 are about one of it, or plainly about all."""
    shown = set(choosing.recent(turn))
    meant = [one for one in found if one.key in shown]
    if len(found) == 1 or not turn.draft.keys() & {"expect", "done"} or _ALL.search(turn.text):
        return _settle(turn, found)
    if len(meant) == 1 and len(shown) == 1:
        return _settle(turn, meant)
    turn.draft["choices"] = [one.key for one in found]
    lines = [f"{at} {one.label}" for at, one in enumerate(found[: choosing.SHOWN], 1)]
    return Ask("\n".join(["您说的是哪一件？", *lines, "回复序号或编号；都是就回“都是”。"]), "which")


def take_which(turn: Turn) -> Reply:
    choices = [str(choice) for choice in turn.draft.get("choices", ())]
    chosen = choices if _ALL.fullmatch(turn.text.strip("。！! ")) else [choosing.chosen(turn)]
    found = [one for matter in chosen if matter and (one := _again(turn, matter, choices))]
    if not found:
        return Ask("请回复序号或编号；不办了回复“取消”。", "which")
    return _settle(turn, found)


def _again(turn: Turn, matter: str, choices: Sequence[str]) -> Matter | None:
    if matter in choices:
        return reminded.find(turn, matter)
    return _named(turn, matter) if matter.startswith("WT-") else None


def _settle(turn: Turn, found: Sequence[Matter]) -> Reply:
    """The answer goes to each of them."""
    if turn.draft.get("done"):
        return Done(done_said.answered(turn, found))
    said = turn.draft.get("expect")
    until = date.fromisoformat(said) if said else None
    running = [one for one in found if one.mine and not one.ended]
    fault = promises.fault(turn, until, running) if until is not None and running else ""
    if fault:
        turn.draft["matters"] = [one.key for one in found]
        return Ask(fault, "when")
    return Done("\n".join(_answered(turn, one, until) for one in found))


def take_when(turn: Turn) -> Reply:
    """Another day, for the same matters."""
    slots = turn.meaning.slots
    said = slots.get("expect") or slots.get("date") or slots.get("due") or slots.get("new_due")
    if not said:
        return Ask(promises.AGAIN, "when")
    turn.draft["expect"] = str(said)
    matters = list(turn.draft["matters"])
    found = [one for matter in matters if (one := reminded.find(turn, matter))]
    return _settle(turn, found) if found else Done(_FRIENDLY)


def _answered(turn: Turn, matter: Matter, until: date | None) -> str:
    if matter.finding is not None:
        choosing.touched(turn, matter.finding)
    begun = _begin(turn, matter.finding) if matter.finding is not None else ""
    if not matter.mine and not matter.ended:
        return f"好的。{matter.label}由责任单位办理，有进展会告诉您。"
    if until is not None and not matter.ended:
        return begun + promises.keep(turn, matter, until)
    if not begun:
        _acknowledge(turn, matter)
    return begun or _received(turn, matter)


def _begin(turn: Turn, finding: Finding) -> str:
    """T5: a task that nobody had confirmed yet."""
    if finding.state != "assigned":
        return ""
    tasks.begin(turn, finding)
    if finding.state == "assigned":
        return ""  # a unit that assists, or somebody above, does not begin it
    task_card.acknowledged(turn, finding)
    _keep(turn, finding.number)
    due = choosing.due_words(turn, finding)
    return f"{finding.number}：已交办 → 整改中，{due}前完成。有进展随时发来。"


def _acknowledge(turn: Turn, matter: Matter) -> None:
    """收到 keeps others from urging for a working day; of what nobody reminded him there is nothing to keep."""
    if matter.ended or not heard.was_told(turn, matter.key):
        return
    _keep(turn, matter.key)
    turn.record(matter.key, "acknowledge")


def _keep(turn: Turn, matter: str) -> None:
    answers.add(turn.session, AnswerGiven(person=turn.actor.userid, matter=matter, kind="ack", at=turn.now))


def _received(turn: Turn, matter: Matter) -> str:
    if matter.ended:
        return matter.ended
    finding, today = matter.finding, day_of(turn.now)
    if finding is None or finding.state not in moves.IN_HAND:
        term = f"，时限{wording.day(matter.term, today)}" if matter.term else ""
        return f"好的，已记下：{matter.label}{term}。"
    number, due = finding.number, choosing.due_words(turn, finding)
    at = finding.confirmed_at
    when = f"已于{wording.moment(at, today)}确认收到" if at else "已在整改"
    return f"{number} {when}，{due}前完成。"


FLOW = Flow(
    name="acknowledgement",
    title="回复提醒",
    intents=("ack_reminder",),
    start=start,
    steps={"which": take_which, "when": take_when},
    daily=promises.lapse,
)
