"""周五前报: a promised day silences the reminders to that person about that matter; he is asked on the day (6.7)."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from datetime import date

from bot.flow import Turn
from handlers import obligations, owed, texts
from handlers.owed import PROMISE, Matter
from handlers.reminding import Kind, Notice
from handlers.rules import fatigue, wording
from handlers.rules.calendar import day_of
from storage import answers
from storage.duties import AnswerGiven, Obligation

SOURCE = "6.7"
AGAIN = "请说一个明天起的日期，如“周五前报”；今天就能办好的，办好后直接填报即可。"


def fault(turn: Turn, until: date, matters: Sequence[Matter]) -> str:
    """Why this day cannot be promised, or ""."""
    today = day_of(turn.now)
    if until <= today:
        return f"{wording.day(until, today)}{'就是今天' if until == today else '已经过了'}，不用登记。{AGAIN}"
    last = min((fatigue.last_promise(matter.term, today) for matter in matters), default=until)
    if until <= last:
        return ""
    return f"{wording.day(until, today)}太远了，最晚可以答应到{wording.day(last, today)}；需要更久请申请延期。"


def keep(turn: Turn, matter: Matter, until: date) -> str:
    """Written down in the place of an earlier one; what it means is said: it moves no deadline."""
    person, today = turn.actor.userid, day_of(turn.now)
    before = answers.find_promise(turn.session, person, matter.key)
    answers.add(turn.session, AnswerGiven(person=person, matter=matter.key, kind=PROMISE, until=until, at=turn.now))
    was = {"expect": before.until.isoformat()} if before is not None and before.until else None
    turn.record(matter.key, PROMISE, before=was, after={"expect": until.isoformat()})
    obligations.begin(
        turn, PROMISE, matter.key, until, owner=person, source=SOURCE, part=part_of(person), label=matter.label,
        verb=matter.verb,
    )  # fmt: skip
    return _said(turn, matter, until, today)


def _said(turn: Turn, matter: Matter, until: date, today: date) -> str:
    """`已记下：11月27日 周五前报。此前不再提醒您；时限仍是12月18日。`"""
    rest = ""
    if not turn.calendar.is_workday(until):
        asked = wording.day(turn.calendar.roll_forward(until), today)
        rest = f"（当天是休息日，{asked}问您）"
    words = f"已记下：{matter.label}，{wording.day(until, today)}前{matter.verb}{rest}。此前不再提醒您"
    if matter.term is None:
        return f"{words}，当天会问您。"
    term = wording.day(matter.term, today)
    if until <= matter.term:
        return f"{words}；时限仍是{term}。"
    return f"{words}；时限仍是{term}，过后照常计逾期、照常报告上级。要改时限请申请延期。"


def part_of(person: str) -> str:
    """Tells the promises of several people about one matter apart."""
    return hashlib.sha256(person.encode()).hexdigest()[:16]


def lapse(turn: Turn) -> None:
    """Every morning: what was promised for a day that is over, or about what is settled, silences nobody any more."""
    today = day_of(turn.now)
    for row in answers.standing(turn.session):
        kept = not owed.stands(turn, row.matter, row.person)
        asked = row.until is not None and turn.calendar.roll_forward(row.until) < today
        if not kept and not asked:
            continue
        answers.end(turn.session, row, turn.now)
        obligations.end(turn, PROMISE, row.matter, part=part_of(row.person), met=kept)
        said = {"person": row.person, "expect": row.until.isoformat() if row.until else None, "kept": kept}
        turn.record(row.matter, "promise_ended", after=said)


def _stands(turn: Turn, obligation: Obligation) -> bool:
    """The promise itself, for this very day, about what is still to be done."""
    row = answers.find_promise(turn.session, obligation.owner, obligation.matter)
    return row is not None and row.until == obligation.due and owed.stands(turn, obligation.matter, obligation.owner)


def _people(_turn: Turn, obligation: Obligation, _audience: str) -> list[str]:
    return [obligation.owner]


def _line(_turn: Turn, obligation: Obligation, day: date) -> str:
    label, verb = obligation.facts["label"], obligation.facts["verb"]
    return f"{label}：您答应{texts.echoed(obligation.due, day)}前{verb}"


def _words(_turn: Turn, notice: Notice) -> str:
    facts, due = notice.obligation.facts, notice.obligation.due
    asked = f"您答应{texts.echoed(due, notice.day)}前{facts['verb']}{facts['label']}，{facts['verb']}了吗？"
    return f"{asked}\n{facts['verb']}了回“已办”；要改日子请说，如“周五前{facts['verb']}”。"


def _tail(_turn: Turn, _notice: Notice) -> str:
    return "（按您答应的日期提醒）"


KINDS: tuple[Kind, ...] = (
    Kind(
        ladder=PROMISE,
        title="您答应的日期",
        law="您回复过预计办好的日期，当天请您说一声（提醒规则）。",
        stands=_stands,
        people=_people,
        line=_line,
        words=_words,
        tail=_tail,
    ),
)
