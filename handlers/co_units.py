"""Units that assist with a rectification: named by whoever may assign, told, and let in to read and report."""

from __future__ import annotations

from bot.errors import UserError
from bot.flow import Ask, Done, Flow, Reply, Turn
from bot.messages import Card, CardKind
from handlers import access, assignment, choosing, hearing, judging, naming, parties, tasks, texts
from handlers.rules.calendar import day_of
from handlers.rules.permissions import Action, Way
from handlers.rules.states import ENDED, UNREGISTERED
from storage import events, moves, sides, units
from storage.matters import Finding, Unit
from storage.people import Actor
from storage.proceedings import CoUnit


def start(turn: Turn) -> Reply:
    _take(turn)
    found = naming.meant(turn, naming.shown_last(turn, Action.ASSIGN), "给哪一条加配合单位？")
    return _open(turn, found) if isinstance(found, str) else found


def take_which(turn: Turn) -> Reply:
    number = naming.answered(turn)
    return _open(turn, number) if isinstance(number, str) else number


def _take(turn: Turn) -> None:
    slots = turn.meaning.slots
    named = slots.get("orgs") or [slots[key] for key in ("unit",) if slots.get(key)]
    if named:
        turn.draft["orgs"] = [str(name) for name in named]
    if slots.get("remove"):
        turn.draft["remove"] = True


def _open(turn: Turn, number: str) -> Reply:
    finding = access.get_visible(turn, number)
    _check(turn, finding)
    turn.draft["number"] = number
    choosing.touched(turn, finding)
    return _next(turn, finding)


def _check(turn: Turn, finding: Finding) -> None:
    verdict = access.allowed(turn, Action.ASSIGN, finding)
    if not verdict or verdict.way is Way.WITHIN_UNIT:
        office = texts.office_contact(turn)
        raise UserError(f"配合单位由监督办公室或来源部门确定。需要的话请联系{office}。", keep=False)
    if finding.state in ENDED | UNREGISTERED:
        label = tasks.label(finding)
        raise UserError(f"{finding.number} 现在是“{label}”，不能定配合单位。", keep=False)


def _next(turn: Turn, finding: Finding) -> Reply:
    draft, now = turn.draft, sides.co_units_of(turn.session, finding)
    here = {row.unit for row in now}
    if not draft.get("orgs"):
        return Ask(f"{finding.number}（{choosing.title(finding)}）请哪几个单位或部门配合？", "details")
    named = [unit for name in draft["orgs"] if (unit := units.find_by_name(turn.session, name))]
    wanted = [unit for unit in named if (unit.code in here) is bool(draft.get("remove"))]
    why_not = "" if draft.get("remove") else unfit(turn, finding, wanted)
    if not wanted or why_not:
        draft.pop("orgs")
        said = why_not or f"{'、'.join(unit.name for unit in named)}{'已是' if here else '不是'}配合单位，没有变动。"
        return Ask(f"{said}换一个单位，或回复“取消”。", "details")
    draft["codes"] = [unit.code for unit in wanted]
    after = _after(now, wanted, bool(draft.get("remove")))
    change = f"{_named([row.unit_name for row in now])} → {_named(after)}"
    lines = [f"请确认 {finding.number}（{choosing.title(finding)}）的配合单位：", change]
    lines += [f"责任单位不变：{finding.unit_name or '待定'}。", texts.CONFIRM]
    card = Card(CardKind.BUTTONS, title="配合单位", facts=(("编号", finding.number), ("配合", change)),
                buttons=judging.BUTTONS)  # fmt: skip
    return Ask("\n".join(lines), "confirm", card)


def _after(now: list[CoUnit], wanted: list[Unit], remove: bool) -> list[str]:
    codes = {unit.code for unit in wanted}
    return [row.unit_name for row in now if row.unit not in codes] + ([] if remove else [u.name for u in wanted])


def _named(names: list[str]) -> str:
    return "、".join(names) if names else "无"


def unfit(turn: Turn, finding: Finding, wanted: list[Unit]) -> str:
    """Why these cannot assist, or ""."""
    if finding.visibility == "restricted":
        return f"{finding.number} 为受限可见，不能加配合单位。"
    if any(unit.code == finding.unit for unit in wanted):
        return f"{finding.unit_name}是责任单位，不用再列为配合单位。"
    gone = [unit.name for unit in wanted if not assignment.in_being(unit, day_of(turn.now))]
    return f"{'、'.join(gone)}已停用。" if gone else ""


def take_details(turn: Turn) -> Reply:
    _take(turn)
    return _next(turn, choosing.get(turn, turn.draft["number"]))


def take_confirm(turn: Turn) -> Reply:
    finding = choosing.get(turn, turn.draft["number"])
    if turn.meaning.intent != "confirm":
        _take(turn)
        return _next(turn, finding)
    moves.lock(turn.session, finding)
    _check(turn, finding)
    again = _next(turn, finding)  # somebody may have named them in the meantime
    if not isinstance(again, Ask) or again.step != "confirm":
        return again
    before = [row.unit_name for row in sides.co_units_of(turn.session, finding)]
    told = _drop(turn, finding) if turn.draft.get("remove") else add(turn, finding, turn.draft["codes"])
    after = [row.unit_name for row in sides.co_units_of(turn.session, finding)]
    choosing.touched(turn, finding)
    heard = f"{heard}。" if (heard := choosing.told(turn, told)) else ""
    return Done(f"{finding.number} 配合单位：{_named(before)} → {_named(after)}。{heard}{naming.rest(turn)}")


def add(turn: Turn, finding: Finding, codes: list[str]) -> list[str]:
    """Name them and tell their people; who was told."""
    rows = [
        CoUnit(unit=unit.code, unit_name=unit.name, unit_path=unit.path, by=turn.actor.userid, at=turn.now)
        for unit in (units.get_unit(turn.session, code) for code in codes)
    ]
    moves.keep(turn.session, finding, turn.entry("add_co_units"), *rows)
    told: list[str] = []
    due = choosing.due_words(turn, finding)
    for row in rows:
        words = (
            f"{finding.number} {choosing.title(finding)}：请{row.unit_name}配合整改。\n"
            f"责任单位{finding.unit_name or '待定'}，时限{due}。可回复“{finding.number} 整改进展：…”填报配合情况。"
        )
        told += hearing.tell(turn, _people(turn, row.unit), finding, words)
    return list(dict.fromkeys(told))


def _people(turn: Turn, unit: str) -> list[str]:
    day = day_of(turn.now)
    nearest = [parties.nearest(turn.session, roles, unit, day) for roles in (parties.LIAISONS, parties.HEADS)]
    return [person for found in nearest for person in found]


def _drop(turn: Turn, finding: Finding) -> list[str]:
    """They lose the sight of it with this turn, so they only hear that it is over."""
    rows = [row for row in sides.co_units_of(turn.session, finding) if row.unit in turn.draft["codes"]]
    told: list[str] = []
    for row in rows:
        people_there = hearing.able(turn, _people(turn, row.unit), finding)
        was = {column.key: events.plain(getattr(row, column.key)) for column in row.__table__.columns}
        turn.session.delete(row)
        turn.session.flush()
        turn.record(finding.number, "drop_co_units", before={"co_units": [was]}, after={"co_units": []})
        for person in people_there:
            turn.tell(person, f"{finding.number} 不再需要{row.unit_name}配合，谢谢。", matter=finding.number)
        told += people_there
    return list(dict.fromkeys(told))


def _help(actor: Actor) -> str | None:
    return "配合单位：0123请财务部配合" if actor.has(*parties.OFFICE, "audit_staff") else None


FLOW = Flow(
    name="co_units",
    title="配合单位",
    intents=("co_units",),
    start=start,
    steps={"which": take_which, "details": take_details, "confirm": take_confirm},
    help=_help,
)
