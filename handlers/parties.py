"""Who is who around a finding today: the responsible side, those who follow it up, those who may accept."""

from __future__ import annotations

from datetime import date

from sqlalchemy.orm import Session

from storage import delegations, people, units
from storage.matters import Finding, Unit

# A department that has to rectify something has no heads and liaisons of its own kind: its member ones serve.
LIAISONS = ("unit_liaison", "member_liaison")
HEADS = ("unit_head", "member_head")
OFFICE = ("office_staff", "office_director")
ACCEPTING = ("audit_staff", "union_staff", "member_liaison", "member_head", *OFFICE)  # 2.3 accept
SOURCE_STAFF = ("audit_staff", "disc_manager", "union_staff", "acct_staff", "member_liaison", "member_head", *OFFICE)


def in_unit(actor: people.Actor, path: str) -> bool:
    """Whether one of his own appointments is in the unit at `path` or below it."""
    return bool(path) and any(post.path.startswith(path) for post in actor.own)


def serves(session: Session, actor: people.Actor, unit: Unit) -> bool:
    """In the unit or below it, or in a unit above it short of the group: a small branch is run from there."""
    if in_unit(actor, unit.path):
        return True
    above = unit
    while above.parent is not None:
        if any(post.unit == above.code for post in actor.own):
            return True
        above = units.get_unit(session, above.parent)
    return False


def nearest(session: Session, roles: tuple[str, ...], unit: str, day: date) -> list[str]:
    """The unit's holders of `roles`; a unit without any is served by the next one above it, never by the group."""
    here = units.get_unit(session, unit)
    while here.parent is not None:
        found = people.userids_with(session, roles, day, here.code)
        if found:
            return found
        here = units.get_unit(session, here.parent)
    return []


def liaisons(session: Session, finding: Finding, day: date) -> list[str]:
    return nearest(session, LIAISONS, finding.unit, day) if finding.unit else []


def heads(session: Session, finding: Finding, day: date) -> list[str]:
    return nearest(session, HEADS, finding.unit, day) if finding.unit else []


def responsible(session: Session, finding: Finding, day: date) -> list[str]:
    """The responsible person and who stands in for him, or the unit's heads once he has left it (domain.md 6.7)."""
    who = finding.resp_person
    if who and finding.unit and serves(session, people.actor(session, who, day), units.get_unit(session, finding.unit)):
        return [who, *delegations.stand_ins(session, who, day)]
    return heads(session, finding, day)


def unit_side(session: Session, finding: Finding, day: date) -> list[str]:
    """Responsible person, liaisons and heads, each once."""
    everybody = responsible(session, finding, day) + liaisons(session, finding, day) + heads(session, finding, day)
    return list(dict.fromkeys(everybody))


def trackers(session: Session, finding: Finding, day: date) -> list[str]:
    """Who follows it up for the source: its submitter or assigner there, else the source's staff (domain.md 6.3)."""
    staff = people.userids_with(session, SOURCE_STAFF, day, finding.source)
    known = [person for person in (finding.submitted_by, finding.assigned_by) if person in staff] or staff[:1]
    standing = [other for person in known for other in delegations.stand_ins(session, person, day)]
    return list(dict.fromkeys([*known, *standing]))


def other_side(session: Session, finding: Finding, day: date) -> list[str]:
    """Those who hear of progress: who follows it up, and who assigned it while he is still in office."""
    told = trackers(session, finding, day)
    if finding.assigned_by and people.actor(session, finding.assigned_by, day).posts:
        told = [*told, finding.assigned_by]
    return list(dict.fromkeys(told))


def judges(session: Session, finding: Finding, day: date) -> list[str]:
    """Who may have to accept it: the source's staff; the office for a spot check, a major one, or for want of any."""
    staff = people.userids_with(session, SOURCE_STAFF, day, finding.source)
    office = people.userids_with(session, OFFICE, day)
    wanted = finding.severity == "major" or finding.spot_check or not staff
    return list(dict.fromkeys(staff + (office if wanted else [])))


def audited(session: Session, finding: Finding, day: date) -> bool:
    """Whether internal audit found it: its source has auditors (S16)."""
    return bool(people.userids_with(session, ("audit_staff",), day, finding.source))
