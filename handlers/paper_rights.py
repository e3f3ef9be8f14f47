"""Who makes the office's papers, who makes them final, and who may read them (domain.md S35, S36, 2.1)."""

from __future__ import annotations

from bot.errors import UserError
from bot.flow import Turn
from handlers import texts
from storage import people, units

OFFICE = ("office_staff", "office_director")
_ALWAYS = (*OFFICE, "leading_group")
_MEMBERS = ("member_liaison", "member_head")


def must_be_office(turn: Turn, what: str) -> None:
    if not turn.actor.has(*OFFICE):
        raise UserError(f"{what}由监督办公室起草，需要的话请联系{texts.office_contact(turn)}。", keep=False)


def must_be_director(turn: Turn, what: str) -> None:
    """In person: a stand-in does not decide on papers (domain.md 2.1: 不能代理通报确认)."""
    if not any(post.role == "office_director" for post in turn.actor.own):
        names = texts.names(turn, _directors(turn)) or texts.OFFICE
        raise UserError(f"{what}要监督办公室主任本人确认，请联系{names}。", keep=False)


def _directors(turn: Turn) -> list[str]:
    return people.userids_with(turn.session, ("office_director",), texts.today_of(turn), stand_ins=False)


def directors(turn: Turn) -> list[str]:
    """Who decides, in person."""
    return _directors(turn)


def leading(turn: Turn) -> list[str]:
    """Who a quarter's report is for."""
    return people.userids_with(turn.session, ("leading_group",), texts.today_of(turn), stand_ins=False)


def reads_reports(turn: Turn) -> bool:
    return turn.actor.has(*_ALWAYS)


def members(turn: Turn) -> list[str]:
    """Who gets a bulletin: the liaisons and heads of the member units."""
    today = texts.today_of(turn)
    listed = [
        person
        for unit in units.member_units(turn.session, today)
        for person in people.userids_with(turn.session, _MEMBERS, today, unit.code)
    ]
    return list(dict.fromkeys(listed))


def reads_bulletins(turn: Turn) -> bool:
    """Whoever holds a post in a member unit, the office and the leading group."""
    codes = {unit.code for unit in units.member_units(turn.session, texts.today_of(turn))}
    return turn.actor.has(*_ALWAYS) or any(post.unit in codes for post in turn.actor.posts)
