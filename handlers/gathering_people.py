"""Who is who around meetings, plans and joint inspections: a unit's heads and staff, the leading group, who is told."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from bot.flow import Turn
from bot.messages import Outgoing
from handlers import choosing, parties, texts
from handlers.rules import wording
from storage import delegations, people, surveys, units
from storage.gatherings import Meeting
from storage.matters import Unit

STAFF = ("audit_staff", "member_liaison", "union_staff", "disc_manager", "acct_staff", "unit_liaison")
MEMBERS = ("member_head", "member_liaison", "audit_staff", "union_staff", "disc_manager")
ORDINARY = ("year_start", "mid_year")
_NAMED = 3  # so many names, then how many they are


def heads(turn: Turn, unit: str) -> list[str]:
    """Who answers for the unit; where nobody is its head, its staff."""
    return people.userids_with(turn.session, parties.HEADS, texts.today_of(turn), unit) or staff(turn, unit)


def staff(turn: Turn, unit: str) -> list[str]:
    """Who does the work there; where there is none, its heads."""
    today = texts.today_of(turn)
    return people.userids_with(turn.session, STAFF, today, unit) or people.userids_with(
        turn.session, parties.HEADS, today, unit
    )


def unstaffed(turn: Turn, codes: Iterable[str]) -> str:
    """`采购部、风控部没有登记人员，请线下通知。`, or ""."""
    nobody = [code for code in codes if not heads(turn, code)]
    more = f"等{len(nobody)}家" if len(nobody) > _NAMED else ""
    return f"{names(turn, nobody[:_NAMED])}{more}没有登记人员，请线下通知。" if nobody else ""


def leading(turn: Turn) -> list[str]:
    return people.userids_with(turn.session, ("leading_group",), texts.today_of(turn))


def member_heads(turn: Turn) -> list[str]:
    return people.userids_with(turn.session, ("member_head",), texts.today_of(turn))


def usual_guests(turn: Turn) -> list[str]:
    """The leading group, its office, the heads of the members (S24-S27)."""
    everybody = [*leading(turn), *texts.directors(turn), *texts.office_staff(turn), *member_heads(turn)]
    return list(dict.fromkeys(everybody))


def guests_of(turn: Turn, orgs: Iterable[str]) -> list[str]:
    """The heads of these units and the office: whom a joint meeting of members brings together."""
    there = [person for code in orgs for person in heads(turn, code)]
    return list(dict.fromkeys([*there, *texts.office_staff(turn)]))


def paper_units(turn: Turn, meeting: Meeting) -> list[Unit]:
    """Which units owe material for it: the members; for a joint meeting those whose people are invited."""
    members = units.member_units(turn.session, texts.today_of(turn))
    if meeting.kind in (*ORDINARY, "ad_hoc"):
        return members
    invited = set(meeting.invited)
    return [unit for unit in members if invited.intersection(heads(turn, unit.code))]


def coming(turn: Turn, meeting: Meeting) -> list[str]:
    """Who is invited and has not asked leave, with those who stand in for him today."""
    today = texts.today_of(turn)
    there = [person for person in meeting.invited if person not in meeting.absences]
    return list(dict.fromkeys([*there, *(one for p in there for one in delegations.stand_ins(turn.session, p, today))]))


def name(turn: Turn, unit: str) -> str:
    """The unit's name; what is no code stays as it is."""
    try:
        return units.get_unit(turn.session, unit).name
    except LookupError:
        return unit


def names(turn: Turn, codes: Iterable[str]) -> str:
    return "、".join(name(turn, code) for code in codes)


def codes_of(turn: Turn, said: Iterable[str]) -> list[str]:
    """Codes of the units of these names, `SELF` being the speaker's own; a name of nobody is left out."""
    found = []
    for one in said:
        unit = units.find_by_name(turn.session, turn.actor.unit_name if one == "SELF" else one)
        found += [unit.code] if unit is not None else []
    return list(dict.fromkeys(found))


def named_in(turn: Turn) -> list[str]:
    """Codes of the departments that the words name, in their order: 审计部、财务部参加."""
    found: dict[str, int] = {}
    text = turn.text
    spoken = [(word, unit.code) for unit in turn.lexicon.units for word in (unit.name, *unit.aliases) if len(word) > 1]
    for word, code in sorted(spoken, key=lambda one: -len(one[0])):
        at = text.find(word)
        if at >= 0:
            found.setdefault(code, at)
            text = text.replace(word, "\0" * len(word))
    departments = {unit.code for unit in units.all_units(turn.session, texts.today_of(turn)) if unit.kind == "部门"}
    return sorted(departments.intersection(found), key=lambda code: found[code])


def tell(
    turn: Turn, persons: Iterable[str], message: Outgoing | str, matter: str, *, urgent: bool = False
) -> list[str]:
    """Tell each of them once, the speaker not; who that is."""
    told = [person for person in dict.fromkeys(persons) if person != turn.actor.userid]
    for person in told:
        turn.tell(person, message, matter=matter, urgent=urgent)
    return told


def told_words(turn: Turn, told: Sequence[str], *, urgent: bool = False) -> str:
    """`已告知陆正、高远等4人`, and when it reaches them if that is not now (domain.md 6.7)."""
    if not told:
        return ""
    more = f"等{len(told)}人" if len(told) > _NAMED else ""
    hold = turn.now if urgent else turn.calendar.may_send(turn.now)
    when = f"（免打扰时段，{wording.moment(hold, texts.today_of(turn))}送达）" if hold > turn.now else ""
    return f"已告知{choosing.names(turn, list(told)[:_NAMED])}{more}{when}。"


def audit_unit(turn: Turn) -> str:
    """The department whose people audit, when there is exactly one; else ""."""
    found = surveys.units_with(turn.session, ("audit_staff",), texts.today_of(turn))
    return next(iter(found)) if len(found) == 1 else ""
