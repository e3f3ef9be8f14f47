"""Who cannot be reached: his reminders go to the head of the unit instead, and the office hears of it (6.7)."""

from __future__ import annotations

from collections.abc import Sequence

from bot.flow import Turn
from handlers import access, kinds, parties, texts
from handlers.reminding import Kind
from handlers.rules.calendar import day_of
from handlers.rules.permissions import Action
from storage import findings, people, pushes
from storage import obligations as records
from storage.duties import Obligation, Push
from storage.models import Due

KIND = "undelivered"


def replaced(turn: Turn, kind: Kind, obligation: Obligation, found: dict[str, str]) -> dict[str, str]:
    """The people of a rung, with the unit's heads in the place of those whom no message reaches; else the office."""
    lost = people.out_of_reach(turn.session, found) if found else set()
    if not lost:
        return found
    kept = {person: role for person, role in found.items() if person not in lost}
    for person in _heads(turn, kind, obligation):
        if person not in lost:
            kept.setdefault(person, "head")
    return kept or dict.fromkeys(kind.people(turn, obligation, "office"), "office")


def on_due(turn: Turn, row: Due) -> None:
    """A message could not be delivered: what it reminded of goes to the head, what it told is told to the office."""
    person, lost = str(row.facts["person"]), pushes.of_message(turn.session, int(row.facts["outbox"]))
    heads = list(dict.fromkeys(head for push in lost for head in _pass_on(turn, push)))
    about = list(dict.fromkeys(push.matter for push in lost if push.matter != "digest"))
    if not lost:
        about = [str(row.facts.get("about") or "")]
        heads = _heads_of_finding(turn, about[0], person)
    _tell_office(turn, row, person, heads, [matter for matter in about if matter])


def _pass_on(turn: Turn, push: Push) -> list[str]:
    """The same rung to the heads, unless they had it themselves."""
    obligation = turn.session.get(Obligation, push.obligation) if push.obligation is not None else None
    if obligation is None or obligation.state != "open":
        return []
    kind, name = kinds.of(push.ladder), records.name_of(obligation)
    heads = [head for head in _heads(turn, kind, obligation) if head != push.person]
    heads = [head for head in heads if head not in people.out_of_reach(turn.session, heads)]
    now = turn.calendar.may_send(turn.now)
    rows = [
        {
            "key": f"{push.ladder}:{push.rung}|{head}|{name}|{push.day}", "obligation": obligation.id,
            "ladder": push.ladder, "rung": push.rung, "person": head, "matter": push.matter, "day": push.day,
            "role": "head", "form": "single", "at": now, "planned_at": now,
        }
        for head in heads
    ]  # fmt: skip
    pushes.add_all(turn.session, rows)
    return heads


def _heads(turn: Turn, kind: Kind, obligation: Obligation) -> list[str]:
    return kind.people(turn, obligation, "head")


def _heads_of_finding(turn: Turn, number: str, person: str) -> list[str]:
    """For a message about a finding that was no reminder: the heads of its unit look after it."""
    finding = findings.find(turn.session, number) if number.startswith("WT-") else None
    if finding is None:
        return []
    heads = [head for head in parties.heads(turn.session, finding, day_of(turn.now)) if head != person]
    told = [head for head in heads if access.person_may(turn, head, Action.VIEW_FULL, finding)]
    name = people.name_of(turn.session, person)
    for head in told:
        turn.tell(head, f"{name}收不到消息，{number} 有新情况请您留意。\n回复“查 {number}”看详情。", matter=number)
    return told


def _tell_office(turn: Turn, row: Due, person: str, heads: Sequence[str], about: Sequence[str]) -> None:
    """Once for each message: who, what about by its number alone, and who has it now."""
    name, passed = people.name_of(turn.session, person), texts.names(turn, list(heads))
    head = f"发给{name}的消息没有送达（账号停用或不在应用可见范围）。"
    what = f"涉及：{'、'.join(about[:3])}{'等' if len(about) > 3 else ''}。" if about else ""
    then = f"已改发{passed}。" if passed else "没有单位负责人可以改发，请安排人员接办。"
    for one in texts.office_staff(turn):
        if one != person:
            turn.tell(one, f"{head}\n{what}{then}", push_key=f"{KIND}:{row.matter}|{one}|{row.day}", matter=KIND)
