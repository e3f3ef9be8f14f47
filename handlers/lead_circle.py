"""Who has to do with a lead now: managers, handler, the people of a body that it goes to; never who is struck off."""

from __future__ import annotations

from collections.abc import Iterable

from bot.flow import Turn
from handlers import lead_access, recusals, texts
from handlers.rules.lead_permissions import LeadAction
from handlers.rules.recusal import ORDINARY
from storage import lead_moves, people
from storage.matters import Lead, LeadSlip

MANAGER, DIRECTOR, HANDLERS = "disc_manager", "office_director", ("disc_manager", "disc_handler")
STAFF, OFFICE = "office_staff", "office"  # who registers, and the body that they are


def holders(turn: Turn, lead: Lead, *roles: str) -> list[str]:
    """Who holds one of the roles by his own post, and is not kept out of this lead."""
    named = people.userids_with(turn.session, roles, texts.today_of(turn), stand_ins=False)
    return [person for person in named if not recusals.barred(turn, lead, person)]


def directors(turn: Turn, lead: Lead) -> list[str]:
    """The office's director, or who has it in his place."""
    found = holders(turn, lead, DIRECTOR) if lead.route == ORDINARY else []
    return found or in_place(turn, lead)


def managers(turn: Turn, lead: Lead) -> list[str]:
    """The lead managers; where it is about their own house the director sees to it (6.5)."""
    found = holders(turn, lead, MANAGER) if lead.route == ORDINARY else []
    return found or directors(turn, lead)


def in_place(turn: Turn, lead: Lead) -> list[str]:
    """Who has it in the place of those who are named; without any, the leader of the leading group."""
    kept = [person for person in lead.in_place or () if not recusals.barred(turn, lead, person)]
    return kept or leaders(turn, lead)


def leaders(turn: Turn, lead: Lead) -> list[str]:
    named = people.leaders(turn.session, texts.today_of(turn))
    return [person for person in named if not recusals.barred(turn, lead, person)]


def in_charge(turn: Turn, lead: Lead) -> list[str]:
    """Its handler while he may have it, else its managers."""
    if lead.handler and lead_access.person_may(turn, lead.handler, LeadAction.VIEW_STATUS, lead):
        return [lead.handler]
    return managers(turn, lead)


def of_body(turn: Turn, lead: Lead, where: str) -> list[str]:
    """The people of a body that it goes to; where all of them are struck off, their superior."""
    if where in ("disc", "external"):
        return managers(turn, lead)
    if where == OFFICE:
        return (holders(turn, lead, STAFF) if lead.route == ORDINARY else []) or directors(turn, lead)
    if where == "acct":
        return holders(turn, lead, "acct_staff") or directors(turn, lead)
    code = where.removeprefix("func:")
    named = people.userids_with(turn.session, ("member_head",), texts.today_of(turn), code, stand_ins=False)
    return [person for person in named if not recusals.barred(turn, lead, person)] or directors(turn, lead)


def own_slip(turn: Turn, lead: Lead, states: Iterable[str]) -> LeadSlip | None:
    """The slip in one of these states that is the speaker's to answer: as one of the body, or in the place of one.

    What went to another authority is answered on paper, and entered by the lead's managers.
    """
    found = [slip for slip in lead_moves.slips_now(turn.session, lead).values() if slip.state in set(states)]
    return next((slip for slip in found if turn.actor.userid in of_body(turn, lead, slip.destination)), None)


def house(turn: Turn, lead: Lead, where: str = "disc") -> str:
    """The code of the unit that is in charge there, or "": what S54 names instead of a person."""
    if where.startswith("func:"):
        return where.removeprefix("func:")
    role = {"acct": "acct_staff", OFFICE: STAFF}.get(where, MANAGER)
    named = of_body(turn, lead, where)
    posts = people.actor(turn.session, named[0], texts.today_of(turn)).own if named else ()
    return next((post.unit for post in posts if post.role == role), "")


def tell(turn: Turn, lead: Lead, persons: Iterable[str], words: str) -> list[str]:
    """Say it to all of them but the speaker. words: number, step and day; never a name and never the matter (6.5)."""
    told = [person for person in dict.fromkeys(persons) if person != turn.actor.userid]
    for person in told:
        turn.tell(person, words, matter=lead.number)
    return told
