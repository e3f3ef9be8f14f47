"""Who may have a lead at all: the chain as it stands today, the decision, and who is kept out of it (S26, S41)."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from bot.flow import Turn
from handlers import lead_contents, subjects, texts
from handlers.rules import mentions, recusal
from handlers.rules.mentions import Member
from handlers.rules.recusal import LEADER, ORDINARY, Decision, Report
from storage import events, people, staffing, units
from storage.events import Entry
from storage.matters import Lead
from storage.people import Actor

ABOVE = "leading_group"  # managed by the superior body; of the director, a leader too, S26 says otherwise
_HEADS = "member_head"  # on the chain only where a functional department gets a lead
_FIRST_CHAIN = tuple(role for role in recusal.CHAIN if role != _HEADS)
NOTHING = lead_contents.Contents("", "")  # what is said by a lead that cannot be opened here
_CIRCLE = frozenset({"office_director", "office_staff", "disc_manager", "disc_handler"})


def members(turn: Turn, *, heads: bool = False) -> list[Member]:
    """Everybody on the handling chain today, by his own posts: a delegation lends nothing of leads (2.1)."""
    today = texts.today_of(turn)
    roles = recusal.CHAIN if heads else _FIRST_CHAIN
    named = people.userids_with(turn.session, roles, today, stand_ins=False)
    leaders = set(people.leaders(turn.session, today))
    return [_member(turn, people.actor(turn.session, one, today), leaders) for one in named]


def _member(turn: Turn, actor: Actor, leaders: Collection[str]) -> Member:
    called = {unit.code: (unit.name, *unit.aliases) for unit in turn.lexicon.units}
    own = actor.own
    return Member(
        actor.userid, actor.name, frozenset(post.role for post in own), tuple(post.title for post in own if post.title),
        bodies=tuple(dict.fromkeys(name for post in own for name in called.get(post.unit, (post.unit_name,)))),
        units=tuple(post.unit for post in own), paths=tuple(post.path for post in own),
        above=any(post.role == ABOVE for post in own) and not actor.has(*_CIRCLE), leader=actor.userid in leaders,
    )  # fmt: skip


def report(
    turn: Turn, chain: Collection[Member], subject: str, written: str, unit: str | None, answers: Mapping[str, str]
) -> Report:
    """What is decided upon. Names of units in which nobody of the chain sits tell their people from ours."""
    ours = {code for member in chain for code in member.units}
    elsewhere = (unit for unit in turn.lexicon.units if unit.code not in ours)
    return Report(
        written, subject, staffing.path_of(turn.session, unit or ""),
        about_superior=subjects.superior(f"{subject}\n{written}", turn.group_name, accused=True),
        answers=dict(answers), elsewhere=frozenset(name for one in elsewhere for name in (one.name, *one.aliases)),
    )  # fmt: skip


def decide(
    turn: Turn, subject: str, written: str, unit: str | None, answers: Mapping[str, str] | None = None
) -> Decision:
    """About a lead that is being reported; its questions are for the writer."""
    chain = members(turn)
    return recusal.decide(chain, report(turn, chain, subject, written, unit, answers or {}))


def decide_quietly(turn: Turn, subject: str, written: str, unit: str | None) -> Decision:
    """The same where the writer is not there to be asked: whoever may be meant is struck off."""
    chain = members(turn)
    return recusal.cautious(chain, report(turn, chain, subject, written, unit, {}))


def for_destinations(turn: Turn, lead: Lead, destinations: Collection[str]) -> Decision:
    """Who of the bodies that it goes to may have it. What was struck off before stays so."""
    chain = members(turn, heads=any(where.startswith("func:") for where in destinations))
    contents = lead_contents.read(turn, lead) or NOTHING
    asked = report(turn, chain, contents.subject, contents.written, contents.unit, {})
    kept_out = {member.userid for member in chain if barred(turn, lead, member.userid)}
    return recusal.cautious(chain, asked, destinations, kept_out=kept_out)


def apart(turn: Turn, decision: Decision) -> bool:
    """Whether a lead manager must not even learn that there is one (anonymity.md, promised 3)."""
    managers = people.userids_with(turn.session, ("disc_manager",), texts.today_of(turn), stand_ins=False)
    return decision.route != ORDINARY or any(person in decision.struck for person in managers)


def columns(decision: Decision) -> dict[str, Any]:
    """What the lead's row remembers of it."""
    return {"route": decision.route, "recused": list(decision.struck), "in_place": _in_place(decision)}


def _in_place(decision: Decision) -> list[str]:
    return list(decision.handlers) if decision.route == LEADER else []


def keepers(turn: Turn, decision: Decision) -> list[str]:
    """Who may look up the reporter, with a reason (2.4): the lead managers that are not struck off."""
    named = people.userids_with(turn.session, ("disc_manager",), texts.today_of(turn), stand_ins=False)
    return [person for person in named if person not in decision.struck]


def record(turn: Turn, number: str, decision: Decision) -> None:
    """Rule, hashes and counts: the ledger is read by more people than the lead is. By the program, not the reporter."""
    after = decision.entry(lead_contents.marks(turn))
    events.append(turn.session, Entry(turn.now, "system", "lead_recusal"), number, None, after)


def barred(turn: Turn, lead: Lead, userid: str) -> bool:
    """Whether this lead is kept from him: he was struck off, he is written of, or he sits in the unit it is about.

    Costs the same whatever the lead is: what is absent and what is forbidden take the same way (2.5).
    """
    actor = turn.actor if userid == turn.actor.userid else people.actor(turn.session, userid, texts.today_of(turn))
    contents = lead_contents.read(turn, lead) or NOTHING
    path = staffing.path_of(turn.session, contents.unit)
    struck = userid in (lead.recused or ()) or (len(actor.name) > 1 and actor.name in contents.written)
    return struck or _sits_in(actor, path) or _outside(lead, actor)


def _sits_in(actor: Actor, path: str) -> bool:
    if path.strip("/").count("/") == 0:  # the group itself: everybody is below it
        return bool(path) and any(post.path == path for post in actor.posts)
    return any(post.path.startswith(path) for post in actor.posts)


def _outside(lead: Lead, actor: Actor) -> bool:
    """One that goes past office and discipline body is theirs neither when they were appointed later."""
    return lead.route != ORDINARY and actor.userid not in (lead.in_place or ()) and actor.has(*_CIRCLE)


def question(turn: Turn, asked: mentions.Mention) -> str:
    """`您写的“章维”是不是指张伟（纪检监察室主任）？`: to the writer, who knows whom he means."""
    actor = people.actor(turn.session, asked.userid, texts.today_of(turn))
    title = next((post.title or post.unit_name for post in actor.own), "")
    return f"您写的“{asked.words}”是不是指{actor.name}（{title}）？"


def unit_name(turn: Turn, code: str) -> str:
    return units.get_unit(turn.session, code).name
