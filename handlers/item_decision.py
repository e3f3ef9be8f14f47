"""A single thing to be done, entered by the office without a meeting: completed, confirmed, told (domain.md S30)."""

from __future__ import annotations

from bot.flow import Ask, Done, Reply, Turn
from bot.messages import Card, CardKind
from handlers import decisions, gathering_people, gathering_rights, item_duties, meeting_words, texts

TEXT, DETAILS, CONFIRM = "todo_text", "todo_details", "todo_confirm"


def start(turn: Turn) -> Reply:
    _check(turn)
    _take(turn)
    return _next(turn)


def _check(turn: Turn) -> None:
    if not turn.actor.has(*gathering_rights.OFFICE):
        raise gathering_rights.refuse(turn, "待办由监督办公室登记。")


def _take(turn: Turn) -> None:
    slots = turn.meaning.slots
    if decisions.take_message(turn) or not slots.get("text"):
        return
    decisions.take(turn, [{key: slots.get(key) for key in ("text", "org", "helpers", "due")}])


def _next(turn: Turn, lead: str = "") -> Ask:
    if not turn.draft.get("items"):
        return Ask("待办什么事？如“恒信资本专项核查，审计部牵头，3月底前”。", TEXT)
    lacking = decisions.lacking(turn)
    if lacking:
        return Ask(lacking, DETAILS)
    lines = [f"{lead}请确认登记待办：", *decisions.lines(turn), "要改就重新说；" + texts.CONFIRM]
    card = Card(CardKind.BUTTONS, "登记待办", desc=f"{len(turn.draft['items'])}项", buttons=meeting_words.BUTTONS)
    return Ask("\n".join(lines), CONFIRM, card)


def take_text(turn: Turn) -> Reply:
    _take(turn)
    words = turn.text.strip(" 。，")
    if not turn.draft.get("items") and len(words) > 1:
        decisions.take(turn, [{"text": words}])
        decisions.complete(turn)
    return _next(turn)


def take_details(turn: Turn) -> Reply:
    decisions.complete(turn)
    return _next(turn)


def take_confirm(turn: Turn) -> Reply:
    if turn.meaning.intent != "confirm":
        before = dict(turn.draft)
        _take(turn)
        return _next(turn, "" if turn.draft != before else "还没有登记。\n")
    _check(turn)
    made = decisions.enter(turn, "")
    told = decisions.announce(turn, made, "")
    turn.recent["numbers"] = [item.number for item in made]
    lines = [f"已登记{len(made)}项待办：", *(item_duties.line(turn, item) for item in made)]
    lines += [gathering_people.told_words(turn, told), decisions.unstaffed(turn, made)]
    return Done("\n".join(line for line in lines if line))


STEPS = {TEXT: take_text, DETAILS: take_details, CONFIRM: take_confirm}
