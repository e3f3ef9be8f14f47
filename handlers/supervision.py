"""Key supervision (重点督办) is put on a finding and taken off again; its unit's head hears of it (domain.md S45)."""

from __future__ import annotations

from bot.errors import Overtaken, UserError
from bot.flow import Ask, Done, Flow, Reply, Turn
from bot.messages import Card, CardKind
from handlers import access, choosing, hearing, judging, naming, parties, rectification, tasks, texts
from handlers.rules.calendar import day_of
from handlers.rules.permissions import Action
from handlers.rules.states import ENDED
from storage import moves
from storage.matters import Finding
from storage.people import Actor

MEANS = "提醒加密一档，进入周清单。"  # S45
_KNOWN_TO_UNIT = (*moves.IN_HAND, "pending_acceptance")


def start(turn: Turn) -> Reply:
    turn.draft["on"] = turn.meaning.slots.get("on", True) is not False
    found = naming.meant(turn, naming.shown_last(turn, Action.SUPERVISE), "要督办哪一条？")
    return _open(turn, found) if isinstance(found, str) else found


def take_which(turn: Turn) -> Reply:
    number = naming.answered(turn)
    return _open(turn, number) if isinstance(number, str) else number


def _open(turn: Turn, number: str) -> Reply:
    finding = access.get_visible(turn, number)
    _check(turn, finding)
    turn.draft["number"] = number
    choosing.touched(turn, finding)
    before, after = _words(not turn.draft["on"]), _words(turn.draft["on"])
    lines = [f"请确认 {number}（{choosing.title(finding)}，{finding.unit_name or '责任单位待定'}）："]
    lines += [f"督办：{before} → {after}", *([MEANS] if turn.draft["on"] else []), texts.CONFIRM]
    facts = (("编号", number), ("督办", f"{before} → {after}"))
    card = Card(CardKind.BUTTONS, title="重点督办", facts=facts, buttons=judging.BUTTONS)
    return Ask("\n".join(lines), "confirm", card)


def _words(on: bool) -> str:
    return "重点督办" if on else "一般"


def _check(turn: Turn, finding: Finding) -> None:
    if not access.allowed(turn, Action.SUPERVISE, finding):
        office = texts.office_contact(turn)
        raise UserError(f"重点督办由来源部门或监督办公室设定。需要的话请联系{office}。", keep=False)
    if finding.state in ENDED:
        raise UserError(f"{finding.number} 现在是“{tasks.label(finding)}”，不用督办。", keep=False)
    if finding.key_supervised == turn.draft["on"]:
        words = "已经是重点督办" if turn.draft["on"] else "现在不是重点督办"
        raise Overtaken(f"{finding.number} {words}，不用再设。", keep=False)


def take_confirm(turn: Turn) -> Reply:
    if turn.meaning.intent != "confirm":
        return Ask("没有办理。" + texts.CONFIRM + "。", "confirm")
    finding, on = choosing.get(turn, turn.draft["number"]), turn.draft["on"]
    moves.lock(turn.session, finding)
    _check(turn, finding)
    moves.keep(turn.session, finding, turn.entry("supervise"), key_supervised=on)
    if finding.state in moves.IN_HAND:
        rectification.plan(turn, finding)
    told = _tell(turn, finding, on)
    choosing.touched(turn, finding)
    heard = f"{heard}。" if (heard := choosing.told(turn, told)) else ""
    meaning = f"\n{MEANS}" if on else ""
    return Done(f"{finding.number}：{_words(not on)} → {_words(on)}。{heard}{meaning}{naming.rest(turn)}")


def _tell(turn: Turn, finding: Finding, on: bool) -> list[str]:
    if finding.state not in _KNOWN_TO_UNIT:
        return []  # the unit does not have it yet
    due = choosing.due_words(turn, finding)
    head = f"{finding.number} {choosing.title(finding)}"
    words = f"{head}已列为重点督办，时限{due}，请抓紧整改。" if on else f"{head}不再重点督办，时限仍是{due}。"
    return hearing.tell(turn, parties.heads(turn.session, finding, day_of(turn.now)), finding, words)


def _help(actor: Actor) -> str | None:
    return "重点督办：0123列为重点督办" if actor.has("office_staff", "office_director") else None


FLOW = Flow(
    name="supervision",
    title="重点督办",
    intents=("supervise",),
    start=start,
    steps={"which": take_which, "confirm": take_confirm},
    help=_help,
)
