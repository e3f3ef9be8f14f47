"""收到 and 知道了: a task is confirmed without ado, and a promised day is written down (T5)."""

from __future__ import annotations

from datetime import date

from bot.flow import Ask, Done, Flow, Reply, Turn
from handlers import choosing, task_card, tasks
from handlers.rules import quarters, wording
from handlers.rules.calendar import day_of
from storage import moves
from storage.matters import Finding

_FRIENDLY = "好的。有需要随时发“帮助”。"


def start(turn: Turn) -> Reply:
    expected = turn.meaning.slots.get("expect")
    if expected:
        turn.draft["expect"] = str(expected)
    numbers = choosing.numbers(turn)
    if numbers:
        return Done("\n".join(_confirm(turn, tasks.reportable(turn, number)) for number in numbers))
    return _without_number(turn)


def _without_number(turn: Turn) -> Reply:
    open_tasks = tasks.open_tasks(turn)
    waiting = [finding for finding in open_tasks if finding.state == "assigned"]
    only = choosing.single(turn, waiting) or choosing.single(turn, open_tasks)
    if only is not None:
        return Done(_confirm(turn, only))
    if waiting:
        return choosing.ask_which(turn, waiting, "which", "收到的是哪一条？")
    return Done(_promise(turn, f"{quarters.quarter_of(day_of(turn.now))}:{turn.actor.unit}") or _FRIENDLY)


def take_which(turn: Turn) -> Reply:
    number = choosing.chosen(turn)
    if number is None:
        return Ask("请回复序号或编号；不办了回复“取消”。", "which")
    return Done(_confirm(turn, tasks.reportable(turn, number)))


def _confirm(turn: Turn, finding: Finding) -> str:
    choosing.touched(turn, finding)
    promised = _promise(turn, finding.number)
    if finding.state == "assigned":
        tasks.begin(turn, finding)
        task_card.acknowledged(turn, finding)
        return (
            f"{finding.number}：已交办 → 整改中，{choosing.due_words(turn, finding)}前完成。{promised}有进展随时发来。"
        )
    if finding.state not in moves.IN_HAND:
        return f"{finding.number} 现在是“{tasks.label(finding)}”，不用再确认。"
    when = (
        f"已于{wording.moment(finding.confirmed_at, day_of(turn.now))}确认收到" if finding.confirmed_at else "已在整改"
    )
    return f"{finding.number} {when}，{choosing.due_words(turn, finding)}前完成。{promised}"


def _promise(turn: Turn, matter: str) -> str:
    """The promised day goes to the ledger; nothing else hangs on it yet."""
    said = turn.draft.get("expect")
    if not said:
        return ""
    turn.record(matter, "promise", after={"expect": said})
    return f"已记下您预计{wording.day(date.fromisoformat(said), day_of(turn.now))}前办好。"


FLOW = Flow(
    name="acknowledgement", title="确认收到", intents=("ack_reminder",), start=start, steps={"which": take_which}
)
