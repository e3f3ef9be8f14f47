"""What an assignment or a handing-on changes, and who is told: unit, person, date, round, stages (T2, T4, T6)."""

from __future__ import annotations

from bot.errors import Overtaken, UserError
from bot.flow import Entry, Turn
from handlers import (
    access,
    assignment,
    choosing,
    co_units,
    hearing,
    ongoing,
    parties,
    rectification,
    stages,
    task_card,
    tasks,
)
from handlers.rules.calendar import day_of
from handlers.rules.permissions import Action
from storage import moves, sides
from storage.matters import Finding, Unit
from storage.proceedings import Cycle


def assign(turn: Turn, finding: Finding, unit: Unit) -> list[str]:
    """T4, with T2 before it for what was only submitted; who was told."""
    kind, due = assignment.kind_and_due(turn, finding)
    requirement = assignment.requirement(turn, finding)
    if finding.state == "submitted":
        _register(turn, finding)
    plan = stages.of_draft(turn.draft, kind, due)
    _moved(
        turn, finding, "assigned", turn.entry("assign"), *_round(turn, finding), *plan,
        unit=unit.code, unit_name=unit.name, unit_path=unit.path, resp_person=turn.draft["person"], due=due,
        rect_type=kind, requirement=requirement, assigned_by=turn.actor.userid, assigned_at=turn.now,
        **ongoing.review_of(turn, kind),
    )  # fmt: skip
    _must_be_told(turn, finding)
    turn.close_cards(f"{finding.number}:new", f"已由{turn.actor.name}于{choosing.stamp(turn)}交办")
    rectification.plan(turn, finding)
    stages.plan(turn, finding)
    ongoing.plan_review(turn, finding)
    return task_card.send(turn, finding, "整改任务") + _partners(turn, finding)


def _partners(turn: Turn, finding: Finding) -> list[str]:
    """Units that were named as assisting with the assignment itself."""
    here = {row.unit for row in sides.co_units_of(turn.session, finding)}
    wanted = [unit for unit in assignment.partners(turn) if unit.code not in here | {finding.unit}]
    if not wanted or co_units.unfit(turn, finding, wanted):
        return []
    return co_units.add(turn, finding, [unit.code for unit in wanted])


def hand_on(turn: Turn, finding: Finding, unit: Unit) -> list[str]:
    """T6: the task and its reminders move; the former person, and a former unit, hear that theirs stop."""
    person, former = turn.draft["person"], finding.resp_person
    before = hearing.able(turn, parties.unit_side(turn.session, finding, day_of(turn.now)), finding)
    _moved(
        turn, finding, finding.state, turn.entry("reassign"), unit=unit.code, unit_name=unit.name,
        unit_path=unit.path, resp_person=person,
    )  # fmt: skip
    _must_be_told(turn, finding)
    name = choosing.names(turn, [person])
    task_card.close(turn, finding, f"已于{choosing.stamp(turn)}改派给{name}")
    rectification.plan(turn, finding)
    told = task_card.send(turn, finding, "整改任务（改派）")
    for one in dict.fromkeys([former or "", *before]):
        if one and one != person and one not in told:
            turn.tell(one, f"{finding.number} 已改派给{name}，您不再收到这条的提醒。", matter=finding.number)
            told.append(one)
    return told


def _register(turn: Turn, finding: Finding) -> None:
    """T2 on the way to T4; its guard wants a day of finding, which a submission without one had on its own day."""
    found = finding.found_at or day_of(finding.submitted_at)
    _moved(turn, finding, "registered", turn.entry("register"), found_at=found)


def _moved(turn: Turn, finding: Finding, new: str, entry: Entry, *pieces: moves.Piece, **values: object) -> None:
    if not moves.move(turn.session, finding, finding.state, new, entry, *pieces, **values):
        raise Overtaken(f"{finding.number} 刚刚有人办理过，现在是“{tasks.label(finding)}”。", keep=False)


def _round(turn: Turn, finding: Finding) -> list[Cycle]:
    """The first assignment opens the first round; later ones are opened by a reopening (T11)."""
    if moves.cycle_of(turn.session, finding) is not None:
        return []
    return [Cycle(seq=finding.cycle, started_at=turn.now)]


def _must_be_told(turn: Turn, finding: Finding) -> None:
    """S8: what the responsible person may not see cannot be handed to him in chat."""
    if not access.person_may(turn, turn.draft["person"], Action.VIEW_FULL, finding):
        raise UserError(
            f"{finding.number} 为受限可见，责任人无权查看，不能在这里交办，请由办公室主任另行安排。", keep=False
        )
