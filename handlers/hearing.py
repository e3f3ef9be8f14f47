"""Who hears of a finding: only those who may see it, each once, and never the speaker himself."""

from __future__ import annotations

from collections.abc import Iterable

from bot.flow import Turn
from bot.messages import Outgoing
from handlers import access, parties
from handlers.rules.calendar import day_of
from handlers.rules.permissions import Action
from storage import people
from storage.matters import Finding


def able(turn: Turn, persons: Iterable[str], finding: Finding, action: Action = Action.VIEW_FULL) -> list[str]:
    """Those of them who may do `action` with it; the speaker left out."""
    others = dict.fromkeys(person for person in persons if person and person != turn.actor.userid)
    return [person for person in others if access.person_may(turn, person, action, finding)]


def tell(
    turn: Turn, persons: Iterable[str], finding: Finding, message: Outgoing | str, *, push_key: str = ""
) -> list[str]:
    """Owe `message` to those who may see the finding; who that is. push_key: its beginning, once for each person."""
    told = able(turn, persons, finding)
    for person in told:
        key = f"{push_key}|{person}|{finding.number}" if push_key else None
        turn.tell(person, message, matter=finding.number, push_key=key)
    return told


def source_staff(turn: Turn, finding: Finding, action: Action) -> list[str]:
    """The source's people who may do `action`; the office's when the source has nobody for it."""
    day = day_of(turn.now)
    staff = people.userids_with(turn.session, parties.SOURCE_STAFF, day, finding.source)
    office = people.userids_with(turn.session, parties.OFFICE, day)
    return able(turn, staff, finding, action) or able(turn, office, finding, action)
