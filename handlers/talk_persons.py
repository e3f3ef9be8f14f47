"""Who is called to a talk, and who holds it: names become accounts, and what is not plain is asked (domain.md P5)."""

from __future__ import annotations

from bot.errors import UserError
from bot.flow import Turn
from handlers import colleagues, parties, talk_reading, talk_words, texts
from storage import people, units

MOST = 5


def absorb(turn: Turn) -> None:
    """Take the names of the message, or the choice among those that were shown."""
    draft, options = turn.draft, turn.draft.get("person_options")
    if options:
        at = texts.chosen(turn, [talk_words.person(turn, one) for one in options])
        if at is not None:
            draft["persons"] = [*draft.get("persons", ()), options[at]]
            draft["names"] = draft.get("names", [])[1:]
            draft.pop("person_options")
            return
    said = talk_reading.names(turn)
    host = draft.get("host_name")
    said = [name for name in said if name != host or len(said) == 1]
    if said:
        draft.update(names=said, persons=[])
        draft.pop("person_options", None)


def question(turn: Turn, unit: str) -> str:
    """Settle the names of the draft one by one; what has to be asked, or "" when all of them are plain."""
    draft = turn.draft
    while draft.get("names"):
        asked = _settle(turn, unit, draft["names"][0])
        if asked:
            return asked
        draft["names"] = draft["names"][1:]
    if draft.get("persons"):
        draft["persons"] = list(dict.fromkeys(draft["persons"]))[:MOST]
        return ""
    heads = _heads(turn, unit)
    if len(heads) == 1:
        draft["persons"] = heads
        return ""
    name = units.get_unit(turn.session, unit).name
    if not heads:
        return f"{name}没有登记负责人，约谈谁？请回复姓名。"
    draft.update(names=[""], person_options=heads)
    return f"{name}有{len(heads)}位负责人，约谈哪一位？\n{_listed(turn, heads)}"


def _settle(turn: Turn, unit: str, name: str) -> str:
    """Take the one of this name in the unit; otherwise ask, and never take a namesake elsewhere (P5)."""
    same = [person.userid for person in people.named(turn.session, name)] if name else []
    here = [one for one in same if people.belongs_to(turn.session, one, unit, texts.today_of(turn))]
    if len(here) == 1:
        turn.draft["persons"] = [*turn.draft.get("persons", ()), here[0]]
        return ""
    unit_name = units.get_unit(turn.session, unit).name
    if here:
        turn.draft["person_options"] = here
        return f"{unit_name}有{len(here)}位{name}，是哪一位？\n{_listed(turn, here)}"
    options = list(dict.fromkeys([*_heads(turn, unit), *same]))
    if not options:
        return f"没有查到叫{name}的在职人员。{unit_name}约谈谁？请回复姓名。"
    turn.draft["person_options"] = options
    return f"{unit_name}没有叫{name}的人，约谈谁？\n{_listed(turn, options)}"


def _heads(turn: Turn, unit: str) -> list[str]:
    """The unit's own heads: a small branch is not answered for by the unit above it here."""
    return people.userids_with(turn.session, parties.HEADS, texts.today_of(turn), unit, stand_ins=False)


def _listed(turn: Turn, accounts: list[str]) -> str:
    return texts.options([talk_words.person(turn, one) for one in accounts])


def absorb_host(turn: Turn) -> None:
    """`我主持`, `由何敏主持`."""
    said = talk_reading.host(turn)
    if said in ("我", "本人"):
        turn.draft.update(host=turn.actor.userid, host_name="")
    elif said:
        turn.draft.update(host_name=said)
        turn.draft.pop("host", None)


def host(turn: Turn) -> str:
    """The account of who holds it: as said, otherwise the director. Raises for a name that is not plain."""
    draft = turn.draft
    if draft.get("host"):
        return str(draft["host"])
    name = draft.get("host_name")
    if not name:
        own = people.userids_with(turn.session, ("office_director",), texts.today_of(turn), stand_ins=False)
        draft["host"] = own[0] if own else turn.actor.userid
        return str(draft["host"])
    found = [person.userid for person in people.named(turn.session, name)]
    if len(found) != 1:
        draft.pop("host_name")
        told = "、".join(colleagues.described(turn, one) for one in found)
        raise UserError(f"叫{name}的有{len(found)}位（{told}），主持人请带上单位再说一次。")
    draft["host"] = found[0]
    return found[0]
