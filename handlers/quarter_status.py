"""Who has reported for the quarter and who has not, for the office; one's own state, for the member unit (S32)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from bot.errors import FOREIGN_UNIT, UserError
from bot.flow import Done, Flow, Turn
from handlers import access, quarter_state, query_lists
from handlers.quarter_state import Standing
from handlers.quarter_task import find_member
from handlers.rules import quarters as periods
from handlers.rules import wording
from handlers.rules.calendar import day_of
from handlers.rules.permissions import Action
from storage import units
from storage.matters import Unit
from storage.people import Actor

NO_DUTY = "{name}没有季度报送任务。"


def start(turn: Turn) -> Done:
    asked = turn.meaning.slots.get("org") or turn.meaning.slots.get("unit")
    if asked and asked != "SELF":
        unit = units.find_by_name(turn.session, asked)
        if unit is None or not _may_ask(turn, unit.code):
            raise UserError(FOREIGN_UNIT)
        return _one(turn, [unit])
    if asked != "SELF" and _may_ask(turn, None):
        return listed(turn, _quarter(turn, None))
    mine = _own(turn)
    if not mine and turn.actor.posts:
        return Done(NO_DUTY.format(name=turn.actor.unit_name))
    if not mine:
        raise UserError(FOREIGN_UNIT)
    return _one(turn, mine)


def listed(turn: Turn, quarter: str, *, whole: bool = False) -> Done:
    """The office's view: how many have, and which have not."""
    states = quarter_state.everybody(turn, quarter)
    done = [state for state in states if state.complete]
    owing = [state for state in states if not state.complete]
    heading = _heading(turn, quarter, len(states), done)
    if not states:
        return Done("还没有设置需要季度报送的成员单位。")
    if not owing:
        return Done(f"{heading}，全部报齐。")
    lines = [f"{at} {_owing(turn, state)}" for at, state in enumerate(owing, 1)]
    heading = f"{heading}，未报{len(owing)}家："
    turn.recent["numbers"] = []
    if whole:
        return query_lists.rest(turn, heading, lines)
    return query_lists.first_page(turn, heading, lines, {"kind": "unsubmitted", "quarter": quarter})


def again(turn: Turn, spec: Mapping[str, Any]) -> Done:
    """The rest of the list, as things stand now and if the person still may see it."""
    if not _may_ask(turn, None):
        raise UserError(FOREIGN_UNIT)
    return listed(turn, str(spec["quarter"]), whole=True)


def of_unit(turn: Turn, state: Standing) -> str:
    """One unit's state in at most three lines."""
    if state.submitted_at is not None:
        return f"{state.label}{quarter_state.proof(state, turn.calendar)}\n内容：{quarter_state.content(state)}。"
    there = quarter_state.content(state)
    lines = [
        f"{state.label}未报齐，{_term(turn, state)}。",
        f"已有：{there}。" if there else "",
        f"还差：{'；'.join(state.missing)}。" if state.missing else "内容已齐，等待确认入账。",
    ]
    return "\n".join(line for line in lines if line)


def _one(turn: Turn, asked: list[Unit]) -> Done:
    lines = []
    for unit in asked:
        member = find_member(turn, unit.code)
        if member is None:
            lines.append(NO_DUTY.format(name=unit.name))
        else:
            lines.append(of_unit(turn, quarter_state.standing(turn, member, _quarter(turn, unit.code))))
    return Done("\n".join(lines))


def _may_ask(turn: Turn, unit: str | None) -> bool:
    """About one unit, or about all of them."""
    return bool(access.for_unit(turn, Action.QUERY_UNSUBMITTED, unit or ""))


def _own(turn: Turn) -> list[Unit]:
    codes = {post.unit for post in turn.actor.posts if _may_ask(turn, post.unit)}
    return [unit for unit in units.member_units(turn.session, day_of(turn.now)) if unit.code in codes]


def _quarter(turn: Turn, unit: str | None) -> str:
    """The quarter that was named; else the last one while it is still owed, else this one."""
    slots: Any = turn.meaning.slots
    if slots.get("quarter") and quarter_state.names_quarter(turn.text):
        return str(slots["quarter"])
    return quarter_state.still_meant(turn, unit) or periods.quarter_of(day_of(turn.now))


def _heading(turn: Turn, quarter: str, total: int, done: list[Standing]) -> str:
    late = sum(state.late for state in done)
    came = f"已报{len(done)}家" + (f"（逾期{late}家）" if late else "")
    today, last = day_of(turn.now), periods.deadline(quarter, turn.calendar)
    left = quarter_state.time_left(last, today, turn.calendar)
    term = left if last == today else f"{wording.day(last, today)}截止，{left}"
    return f"{periods.short_name(quarter)}（{term}）：应报{total}家，{came}"


def _owing(turn: Turn, state: Standing) -> str:
    nobody = not quarter_state.liaisons(turn, state.unit, day_of(turn.now))
    there = quarter_state.content(state)
    marks = [f"已有{there}"] if there else []
    marks += ["未设联络员"] if nobody else []
    return f"{state.name}（{'，'.join(marks)}）" if marks else state.name


def _term(turn: Turn, state: Standing) -> str:
    today = day_of(turn.now)
    left = quarter_state.time_left(state.deadline, today, turn.calendar)
    return left if state.deadline == today else f"{wording.day(state.deadline, today)}截止，{left}"


def _help(actor: Actor) -> str | None:
    return "报送情况：“还有谁没报”" if actor.has("office_staff", "office_director", "leading_group") else None


FLOW = Flow(
    name="quarter_status", title="查报送情况", intents=("query_unsubmitted",), start=start, aside=True, help=_help
)
