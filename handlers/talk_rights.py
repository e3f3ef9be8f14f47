"""Who may know of a talk, prepare it, decide on it; whoever is called to it only gets the notice (S46, S8)."""

from __future__ import annotations

from collections.abc import Iterable

from bot.errors import UserError
from bot.flow import Turn
from handlers import access, talk_count, talk_words, texts
from handlers.rules.permissions import Action, Verdict, Way
from storage import people
from storage.gatherings import Talk

_KNOWING = (Way.FULL, Way.DRAFT, Way.NOTICE)
OFFICE = ("office_director", "office_staff")


def verdict(turn: Turn) -> Verdict:
    """What the matrix says of the speaker: decides, prepares, is told, or has nothing to do with it."""
    return access.for_unit(turn, Action.TALK)


def may_know(turn: Turn) -> bool:
    """One of the office, or of the leading group."""
    return verdict(turn).way in _KNOWING


def must_know(turn: Turn) -> None:
    """Raises the one sentence for everybody else."""
    if not may_know(turn):
        raise UserError(talk_words.FIXED, keep=False)


def must_act(turn: Turn) -> bool:
    """Whether he decides (True) or prepares it for the director (False); raises for everybody else."""
    must_know(turn)
    mine = verdict(turn)
    if not mine and mine.way is not Way.DRAFT:
        raise UserError(f"约谈由监督办公室主任决定，请联系{texts.office_contact(turn)}。", keep=False)
    return bool(mine)


def knows(turn: Turn, person: str, talk: Talk) -> bool:
    """Whether one of the office or the leading group may know of it.

    Not if it is about himself (P7), nor if only what is restricted speaks for it and he may not read that (S8).
    """
    return not concerned(turn, person, talk.unit, talk.persons) and may_read(turn, person, talk)


def concerned(turn: Turn, person: str, unit: str, called: Iterable[str]) -> bool:
    """He is called himself, or belongs to the very unit."""
    own = people.actor(turn.session, person, texts.today_of(turn)).own
    return person in called or any(post.unit == unit for post in own)


def may_read(turn: Turn, person: str, talk: Talk) -> bool:
    grounds = talk.grounds
    if not grounds or any(ground.get("open") for ground in grounds) or talk.made_by == person:
        return True
    return talk_count.may_read(turn, person, {number for ground in grounds for number in ground["numbers"]})


def office(turn: Turn, unit: str, called: Iterable[str] = ()) -> list[str]:
    """The director and the staff, without whom it concerns; each once, the director first."""
    named = list(called)
    held = [one for role in OFFICE for one in people.userids_with(turn.session, (role,), texts.today_of(turn))]
    return [one for one in dict.fromkeys(held) if not concerned(turn, one, unit, named)]


def hearers(turn: Turn, talk: Talk) -> list[str]:
    """Those of the office who may know of it, but for the speaker."""
    found = office(turn, talk.unit, talk.persons)
    return [one for one in found if one != turn.actor.userid and may_read(turn, one, talk)]


def directors(turn: Turn, talk: Talk) -> list[str]:
    """Who decides on it."""
    return [one for one in hearers(turn, talk) if one in texts.directors(turn)]
