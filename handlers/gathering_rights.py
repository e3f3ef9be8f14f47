"""Who may call, see and decide what stands around meetings, plans and joint inspections (domain.md S28-S31, S39, S56).

What is absent and what is forbidden take the same way and raise the same words (domain.md 2.5).
"""

from __future__ import annotations

from collections.abc import Iterable

from bot.errors import UserError
from bot.flow import Turn
from handlers import texts
from handlers.gathering_people import MEMBERS
from storage import lookup, people
from storage.gatherings import Inspection, Item, Meeting

OFFICE = ("office_staff", "office_director")
TOP = (*OFFICE, "leading_group")
NOTHING_HERE = "会议和计划只对有关人员开放。需要了解请联系{office}。"


def is_leader(turn: Turn) -> bool:
    return turn.actor.userid in people.leaders(turn.session, texts.today_of(turn))


def takes_part(turn: Turn) -> bool:
    """Whether he has anything to do with meetings, plans and joint inspections at all."""
    return turn.actor.has(*TOP, *MEMBERS, "unit_head", "unit_liaison", "acct_staff")


def may_call(turn: Turn, kind: str) -> bool:
    """S29, S31, S28: the office; for a special one its director or the group's leader; members among themselves."""
    if kind == "ad_hoc":
        return turn.actor.has("office_director") or is_leader(turn)
    if kind in ("joint_meeting", "consultation"):
        return turn.actor.has(*OFFICE, *MEMBERS)
    return turn.actor.has(*OFFICE) or is_leader(turn)


def may_manage(turn: Turn, meeting: Meeting) -> bool:
    """Change it, call it off, enter what was decided: the office, who called it, the leader of the group."""
    called = turn.actor.userid == meeting.called_by and may_call(turn, meeting.kind)
    return turn.actor.has(*OFFICE) or called or is_leader(turn)


def may_see_papers(turn: Turn, meeting: Meeting) -> bool:
    """The office and the group; who is invited, and who stands in for him."""
    actor, invited = turn.actor, set(meeting.invited)
    if actor.has(*TOP) or (actor.userid in {*invited, meeting.called_by} and takes_part(turn)):
        return True
    return any(post.lent_by in invited for post in actor.posts)


def may_see_meeting(turn: Turn, meeting: Meeting) -> bool:
    """The same, and the members, who owe it their material."""
    if may_see_papers(turn, meeting):
        return True
    return meeting.papers_due is not None and meeting.kind in ("year_start", "mid_year", "ad_hoc") and _member(turn)


def may_collect(turn: Turn) -> bool:
    return turn.actor.has(*OFFICE)


def may_hand_in(turn: Turn, unit: str) -> bool:
    return any(post.unit == unit and post.role in MEMBERS for post in turn.actor.posts)


def may_see_item(turn: Turn, item: Item) -> bool:
    """The office and the group; who is to do it or help; who made it. The unit that is looked at does not (S40)."""
    if turn.actor.has(*TOP) or (turn.actor.userid in (item.person, item.made_by) and takes_part(turn)):
        return True
    return _belongs(turn, (item.owner, *item.helpers))


def may_report_done(turn: Turn, item: Item) -> bool:
    return may_steer(turn, item) or turn.actor.userid == item.person or _belongs(turn, (item.owner,))


def may_steer(turn: Turn, item: Item) -> bool:
    """Confirm it, move it, call it off: the office; an audit plan is the audit department's own (S13, S15)."""
    if turn.actor.has(*OFFICE):
        return True
    return item.kind == "audit" and any(
        p.role in ("audit_staff", "member_head") and p.unit == item.owner for p in turn.actor.posts
    )


def may_plan(turn: Turn, owner: str) -> bool:
    """The office for every body, everybody else for his own department."""
    return turn.actor.has(*OFFICE) or any(p.unit == owner and p.role in MEMBERS for p in turn.actor.posts)


def may_see_coverage(turn: Turn) -> bool:
    return turn.actor.has(*TOP, "audit_staff")


def may_propose(turn: Turn) -> bool:
    return turn.actor.has(*TOP, *MEMBERS)


def may_decide_inspection(turn: Turn) -> bool:
    """S39: the leading group or the office's director."""
    return turn.actor.has("office_director", "leading_group")


def may_see_inspection(turn: Turn, row: Inspection) -> bool:
    own = turn.actor.userid == row.proposed_by and may_propose(turn)
    return turn.actor.has(*TOP) or own or _belongs(turn, row.orgs)


def get_meeting(turn: Turn, number: str) -> Meeting:
    row, real = lookup.by_number(turn.session, Meeting, number)
    seen = row is not None and may_see_meeting(turn, row)
    if row is None or not (real and seen):
        raise UserError.hidden()
    return row


def get_item(turn: Turn, number: str) -> Item:
    row, real = lookup.by_number(turn.session, Item, number)
    seen = row is not None and may_see_item(turn, row)
    if row is None or not (real and seen):
        raise UserError.hidden()
    return row


def get_inspection(turn: Turn, number: str) -> Inspection:
    row, real = lookup.by_number(turn.session, Inspection, number)
    seen = row is not None and may_see_inspection(turn, row)
    if row is None or not (real and seen):
        raise UserError.hidden()
    return row


def refuse(turn: Turn, words: str) -> UserError:
    """One polite sentence with the way out; ends what was begun."""
    return UserError(f"{words}需要的话请联系{texts.office_contact(turn)}。", keep=False)


def shut(turn: Turn) -> UserError:
    """For somebody who has nothing to do with it: the same whether there is anything or not."""
    return UserError(NOTHING_HERE.format(office=texts.office_contact(turn)), keep=False)


def _member(turn: Turn) -> bool:
    return turn.actor.has(*MEMBERS)


def _belongs(turn: Turn, units: Iterable[str]) -> bool:
    return any(post.unit in units and post.role != "employee" for post in turn.actor.posts)
