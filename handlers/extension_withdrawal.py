"""Who applied for a later date takes the application back while nobody has decided it (T10)."""

from __future__ import annotations

import re

from bot.errors import Overtaken, UserError
from bot.flow import Ask, Done, Reply, Turn
from bot.messages import Card, CardKind
from handlers import access, choosing, extension_decision, judging, naming, tasks, texts
from handlers.rules import wording
from handlers.rules.calendar import day_of
from handlers.rules.states import ENDED
from storage import moves
from storage.matters import Finding
from storage.proceedings import Extension

_BACK = re.compile(
    r"(?:撤回|撤销|收回|取消|不要|不用)[^，。；]{0,16}延期|延期(?:申请)?(?:我)?(?:要|想)?(?:撤回|撤销|收回|不要了|不用了)"
)


def asked(turn: Turn) -> bool:
    """`撤回0123的延期申请` begins with the same words as an application."""
    return _BACK.search(turn.text) is not None


def start(turn: Turn) -> Reply:
    numbers = naming.said(turn)
    if numbers:
        return _open(turn, numbers[0])
    mine = [finding for finding in moves.with_pending_extension(turn.session) if _own(turn, finding)]
    if not mine:
        return Done("您没有在等批复的延期申请。")
    if len(mine) == 1:
        return _open(turn, mine[0].number)
    return choosing.ask_which(turn, mine, "which_back", "撤回哪一条的延期申请？")


def take_which(turn: Turn) -> Reply:
    number = choosing.chosen(turn)
    return _open(turn, number) if number else Ask("请回复序号或编号；不办了回复“取消”。", "which_back")


def _pending(turn: Turn, finding: Finding) -> Extension | None:
    return next((row for row in moves.extensions_of(turn.session, finding) if row.state == "pending"), None)


def _own(turn: Turn, finding: Finding) -> bool:
    row = _pending(turn, finding)
    return row is not None and row.by == turn.actor.userid


def _checked(turn: Turn, finding: Finding) -> Extension:
    if finding.state in ENDED:
        raise Overtaken(f"{finding.number} 现在是“{tasks.label(finding)}”，延期申请不用撤回了。", keep=False)
    row = _pending(turn, finding)
    if row is None:
        raise Overtaken(extension_decision.settled(turn, finding), keep=False)
    if row.by != turn.actor.userid:
        who = choosing.names(turn, [row.by])
        raise UserError(f"{finding.number} 的延期是{who}申请的，由本人撤回。", keep=False)
    return row


def _open(turn: Turn, number: str) -> Ask:
    finding = access.get_visible(turn, number)
    row = _checked(turn, finding)
    turn.draft["number"] = number
    choosing.touched(turn, finding)
    new = wording.day(row.new_due, day_of(turn.now))
    lines = [f"请确认撤回 {number} 延至{new}的申请：", "申请：待批复 → 已撤回"]
    lines += [f"时限仍是{choosing.due_words(turn, finding)}。", texts.CONFIRM]
    card = Card(CardKind.BUTTONS, title="撤回延期申请", facts=(("编号", number),), buttons=judging.BUTTONS)
    return Ask("\n".join(lines), "back", card)


def take_confirm(turn: Turn) -> Reply:
    if turn.meaning.intent != "confirm":
        return Ask("没有撤回。" + texts.CONFIRM + "。", "back")
    finding = access.get_visible(turn, turn.draft["number"])  # his post may have ended since
    moves.lock(turn.session, finding)
    row = _checked(turn, finding)
    # The store knows no fifth outcome: what its own applicant ended was taken back.
    ended = {"state": "rejected", "decided_by": turn.actor.userid, "decided_at": turn.now}
    change = moves.Altered(row, ended, {"state": "pending"})
    if not moves.keep(turn.session, finding, turn.entry("withdraw_extension"), change):
        raise Overtaken(extension_decision.settled(turn, finding), keep=False)
    turn.close_cards(extension_decision.group(finding), f"{turn.actor.name}已于{choosing.stamp(turn)}撤回申请")
    choosing.touched(turn, finding)
    return Done(f"{finding.number} 的延期申请：待批复 → 已撤回，时限仍是{choosing.due_words(turn, finding)}。")
