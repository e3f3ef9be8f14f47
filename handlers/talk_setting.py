"""The planned talk is written: by the director it stands, by the staff it is put before him (S46, 拟办)."""

from __future__ import annotations

from typing import Any

from bot.flow import Done, Reply, Turn
from handlers import (
    talk_choice,
    talk_count,
    talk_persons,
    talk_plan,
    talk_rights,
    talk_told,
    talk_watch,
    talk_words,
    texts,
)
from storage import talks
from storage.gatherings import Talk


def enter(turn: Turn) -> Reply:
    """By the director: it stands and people are told. By the staff: it is put before the director."""
    decides = talk_rights.must_act(turn)
    asked = talk_plan.timed(turn)  # time has gone on since the confirmation
    if asked is not None:
        return asked
    values: dict[str, Any] = {
        "persons": list(turn.draft["persons"]), "kind": talk_plan.kind_of(turn), "at": talk_plan.moment_of(turn),
        "place": turn.draft.get("place", ""), "host": talk_persons.host(turn),
    }  # fmt: skip
    return _decide(turn, values) if decides else _prepare(turn, values)


def _decide(turn: Turn, values: dict[str, Any]) -> Done:
    values |= {"state": "planned", "decided_by": turn.actor.userid, "decided_at": turn.now}
    number, before = turn.draft.get("number"), None
    if number:
        talk = talk_choice.get_known(turn, number)
        before = talk_told.Before.of(talk)
        action = "talk_change" if talk.state == "planned" else "talk"
        if not talks.change(turn.session, talk, turn.draft["state"], turn.entry(action), **values):
            raise talk_choice.overtaken(talk)
    else:
        talk = _new(turn, "talk", values)
    told = talk_told.planned(turn, talk, before, urgent=bool(turn.draft.get("urgent")))
    turn.recent["numbers"] = [talk.number]
    state = "改为" if before and before.planned else "已安排"
    return Done(f"{talk.number}：{state}{talk_words.when(turn, talk)}约谈{texts.names(turn, talk.persons)}。{told}")


def _prepare(turn: Turn, values: dict[str, Any]) -> Done:
    number = turn.draft.get("number")
    if number:
        talk = talk_choice.get_known(turn, number)
        if talk.state == "planned":
            return talk_told.proposed_move(turn, talk, values["at"])
        if not talks.change(turn.session, talk, turn.draft["state"], turn.entry("talk_prepare"), **values):
            raise talk_choice.overtaken(talk)
    else:
        talk = _new(turn, "talk_prepare", {"state": "suggested"} | values)
    turn.recent["numbers"] = [talk.number]
    return talk_told.prepared(turn, talk)


def _new(turn: Turn, action: str, values: dict[str, Any]) -> Talk:
    """Whatever speaks for it today is kept with it, so that it is not suggested tomorrow."""
    facts = talk_count.of_unit(turn, turn.draft["unit"])
    return talks.add(
        turn.session, turn.entry(action), number=talk_watch.new_number(turn), unit=turn.draft["unit"],
        grounds=talk_count.kept(turn, facts), made_by=turn.actor.userid, made_at=turn.now, **values,
    )  # fmt: skip
