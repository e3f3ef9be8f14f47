"""Joint inspections: proposed, merged from plans that would meet, approved, looked up (domain.md S39, S40)."""

from __future__ import annotations

from bot.flow import Done, Flow, Reply, Turn
from handlers import (
    choosing,
    gathering_people,
    gathering_rights,
    inspection_decision,
    inspection_proposal,
    inspection_words,
)
from storage import inspections
from storage.gatherings import Inspection
from storage.people import Actor


def start(turn: Turn) -> Reply:
    action = str(turn.meaning.slots.get("action") or "")
    if action in ("approve", "decline"):
        return inspection_decision.start(turn)
    if action in ("propose", "merge"):
        return inspection_proposal.start(turn)
    return _query(turn)


def _query(turn: Turn) -> Done:
    number = inspection_decision.number_in(turn)
    if number:
        return _show(turn, gathering_rights.get_inspection(turn, number))
    if not gathering_rights.may_propose(turn):
        raise gathering_rights.shut(turn)
    found = [row for row in inspections.going(turn.session) if gathering_rights.may_see_inspection(turn, row)]
    turn.recent["numbers"] = [row.number for row in found]
    if not found:
        return Done("现在没有您可以查看的联合检查。提议如“采购类共性问题建议组织联合检查”。")
    lines = [f"{at} {_line(turn, row)}" for at, row in enumerate(found[: choosing.SHOWN], 1)]
    more = [f"另有{len(found) - choosing.SHOWN}项。"] if len(found) > choosing.SHOWN else []
    return Done("\n".join([f"联合检查{len(found)}项：", *lines, *more]))


def _line(turn: Turn, row: Inspection) -> str:
    return f"{inspection_words.line(turn, row)}（{inspection_words.STATES[row.state]}）"


def _show(turn: Turn, row: Inspection) -> Done:
    turn.recent["numbers"] = [row.number]
    lines = [_line(turn, row), f"检查对象：{gathering_people.names(turn, row.units)}"]
    rests = inspection_words.basis_words(row.basis)
    lines += [f"依据：{rests}"] if rests else []
    lines += [f"理由：{row.reason}"] if row.reason else []
    lines += [f"有关计划：{'、'.join(row.items)}"] if row.items else []
    return Done("\n".join(lines))


def _help(actor: Actor) -> str | None:
    if actor.has("office_director", "leading_group"):
        return "联合检查：联合检查有哪些"
    if actor.has(*gathering_people.MEMBERS, "office_staff"):
        return "联合检查：采购类共性问题建议组织联合检查"
    return None


FLOW = Flow(
    name="joint_inspection",
    title="联合检查",
    intents=("joint_inspection",),
    start=start,
    steps={**inspection_proposal.STEPS, **inspection_decision.STEPS},
    help=_help,
)
