"""The quarter's task of a member unit as the store knows it: closed, opened again, planned day by day (S32)."""

from __future__ import annotations

from bot.flow import Turn
from handlers import access, quarter_ladder, quarter_state
from handlers.quarter_state import Standing, matter_of
from handlers.rules import quarters as periods
from handlers.rules.calendar import day_of
from handlers.rules.permissions import Action
from storage import quarters, units
from storage.matters import Unit


def touch(turn: Turn, unit_code: str, quarter: str) -> Standing | None:
    """Bring the task in line with the store after a finding of that source came or went.

    Closes it when both halves are there (reminders end in this very turn), opens it again when one fell away.
    None when the unit owes nothing for the quarter.
    """
    task = quarters.find(turn.session, unit_code, quarter)
    unit = find_member(turn, unit_code)
    if task is None or unit is None:
        return None
    quarters.lock(turn.session, task)
    state = quarter_state.standing(turn, unit, quarter, task)
    if state.complete and quarters.close(turn.session, task, turn.now):
        state = quarter_state.standing(turn, unit, quarter, task)
        _closed(turn, state)
    elif not state.complete and task.submitted_at is not None and quarters.reopen(turn.session, task):
        state = quarter_state.standing(turn, unit, quarter, task)
        turn.record(matter_of(unit_code, quarter), "quarter_reopened", before="submitted", after="open")
        quarter_ladder.plan(turn, quarter, [unit_code])
    return state


def daily(turn: Turn) -> None:
    """Today's quarter is planned for every member unit, and the last two are brought in line with the store."""
    quarter = periods.quarter_of(day_of(turn.now))
    deadline = periods.deadline(quarter, turn.calendar)
    tasks, opened = quarters.of_quarter(turn.session, quarter), []
    owing = units.member_units(turn.session, day_of(turn.now))
    for unit in owing:
        task = tasks.get(unit.code)
        if task is None or task.deadline != deadline:
            was = task.deadline if task is not None else None
            if quarters.ensure(turn.session, unit.code, quarter, deadline).deadline != was:
                opened.append(unit.code)
    if opened:
        turn.record(quarter, "quarter_opened", after={"deadline": deadline.isoformat(), "units": opened})
    touched = False
    for period in (periods.previous_quarter(quarter), quarter):
        states = quarter_state.everybody(turn, period, owing)
        for state in states:
            if state.complete != (state.submitted_at is not None):
                touch(turn, state.unit, period)
                touched = True
    if touched:
        states = quarter_state.everybody(turn, quarter, owing)
    if states:
        quarter_ladder.plan(turn, quarter, [state.unit for state in states if not state.complete], office=True)


def own_units(turn: Turn) -> list[Unit]:
    """The member units for which the speaker may report."""
    codes = {post.unit for post in turn.actor.posts if access.in_own_unit(turn, Action.SUBMIT_QUARTER, post)}
    return [unit for unit in units.member_units(turn.session, day_of(turn.now)) if unit.code in codes]


def find_member(turn: Turn, code: str) -> Unit | None:
    return units.find_member(turn.session, code, day_of(turn.now))


def _closed(turn: Turn, state: Standing) -> None:
    """The report is complete: no reminder any more, and those who were told of the delay hear of its end."""
    matter = matter_of(state.unit, state.quarter)
    after = {"on_time": not state.late, "findings": state.findings}
    turn.record(matter, "quarter_submitted", before="open", after=after)
    quarter_ladder.stop(turn, state.unit, state.quarter)
    if not state.late:
        return
    for person in _concerned(turn, state):
        if person != turn.actor.userid:
            turn.tell(
                person, f"{state.label}监督工作已补报。\n{quarter_state.proof(state, turn.calendar)}", matter=matter
            )


def _concerned(turn: Turn, state: Standing) -> list[str]:
    """The unit's heads and those above it who heard of the delay; not the liaison, who reports himself."""
    liaisons = quarter_state.liaisons(turn, state.unit, day_of(turn.now))
    told = quarter_ladder.heard_of_delay(turn, state.unit, state.quarter)
    return [person for person in told if person not in liaisons]
