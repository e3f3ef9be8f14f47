"""An item is done, moved or called off: its own people report, the office confirms and steers (domain.md S30, S56)."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date
from typing import Any

from bot.errors import Overtaken
from bot.flow import Ask, Done, Reply, Turn
from bot.messages import Button, Card, CardKind, Style
from handlers import gathering_people, gathering_rights, item_choice, item_duties, meeting_words, texts
from handlers.rules import moments, wording
from storage import inspections, items, people
from storage.gatherings import Item

DONE_WHICH, DONE_CONFIRM = "done_which", "done_confirm"
OFF_WHICH, OFF_CONFIRM = "item_off_which", "item_off_confirm"
MOVE_WHICH, MOVE_DAY, MOVE_CONFIRM = "move_which", "move_day", "move_confirm"
STATES = {"open": "进行中", "done": "已办结", "cancelled": "已取消"}
_NOTE = re.compile(
    r"^\s*(?:(?:DB|JH)[-－]?\d{4}[-－]?\d+)?\s*(?:已经?|都)?(?:完成|办结|办完|做完|落实)(?:了|情况)?\s*[:：，,。]?\s*"
)
_SAYS = re.compile(r"\w")
_DAYS = ("due", "new_due", "date", "to", "date_to")


def _open_ones(turn: Turn, may: Callable[[Turn, Item], bool]) -> list[Item]:
    found = items.open_items(turn.session, ("decision", "plan", "audit"))
    return [item for item in found if gathering_rights.may_see_item(turn, item) and may(turn, item)]


def _went(turn: Turn, found: Item | Ask | None, go_on: Callable[[Turn, Item], Reply]) -> Reply:
    if isinstance(found, Ask):
        return found
    if found is None:
        if not gathering_rights.takes_part(turn):
            raise gathering_rights.shut(turn)
        return Done("现在没有您可以办理的待办和计划。")
    return go_on(turn, found)


def _still_open(item: Item) -> None:
    if item.state != "open":
        raise Overtaken(f"{item.number} {STATES[item.state]}，不用再办理。", keep=False)


def reported(item: Item) -> bool:
    """Its owner says that it is done; the office has not confirmed it yet."""
    return item.state == "open" and item.done_at is not None


def start_done(turn: Turn) -> Reply:
    note = str(turn.meaning.slots.get("desc") or "") or _NOTE.sub("", turn.text)
    turn.draft["note"] = "" if note == turn.text else note.strip()[:1000]
    found = item_choice.meant(turn, _open_ones(turn, gathering_rights.may_report_done), DONE_WHICH, "哪一项完成了？")
    return _went(turn, found, _open_done)


def take_done_which(turn: Turn) -> Reply:
    return item_choice.answered(turn, DONE_WHICH, _open_done)


def _open_done(turn: Turn, item: Item) -> Reply:
    if not gathering_rights.may_report_done(turn, item):
        raise gathering_rights.refuse(turn, f"{item.number} 由{gathering_people.name(turn, item.owner)}报告完成。")
    _still_open(item)
    if item.kind == "collect":
        raise gathering_rights.refuse(turn, f"{item.number} 请直接发“会议材料：”加内容。")
    if reported(item) and not _confirms(turn, item):
        raise Overtaken(f"{item.number} 已报告完成，等监督办公室确认。", keep=False)
    turn.draft["number"] = item.number
    turn.recent["numbers"] = [item.number]
    lines = [f"请确认 {item_duties.line(turn, item)}", f"状态：{_before(item)} → {_after(turn, item)}"]
    note = turn.draft.get("note") or (item.note if reported(item) else "")
    lines += [f"完成情况：{note}"] if note else []
    card = Card(CardKind.BUTTONS, "办结待办", facts=(("事项", item_duties.title(item)),), buttons=meeting_words.BUTTONS)
    return Ask("\n".join([*lines, texts.CONFIRM]), DONE_CONFIRM, card)


def _confirms(turn: Turn, item: Item) -> bool:
    """Whether his word ends it: the office's for what a meeting decided, a plan's own department for its plan."""
    return item.kind != "decision" or gathering_rights.may_steer(turn, item)


def _before(item: Item) -> str:
    return "已报告完成" if reported(item) else STATES[item.state]


def _after(turn: Turn, item: Item) -> str:
    return "已办结" if _confirms(turn, item) else "已报告完成，等监督办公室确认"


def take_done(turn: Turn) -> Reply:
    item = gathering_rights.get_item(turn, turn.draft["number"])
    if turn.meaning.intent != "confirm":
        turn.draft["note"] = turn.text.strip()[:1000] if _SAYS.search(turn.text) else turn.draft.get("note", "")
        return _open_done(turn, item)
    again = _open_done(turn, item)
    if not isinstance(again, Ask):
        return again
    return _finish(turn, item) if _confirms(turn, item) else _report(turn, item)


def _set(turn: Turn, action: str, item: Item, reason: str = "", **values: Any) -> None:
    if not items.change(turn.session, turn.entry(action, reason), item, **values):
        raise Overtaken(f"{item.number} 刚刚被改动过，请重新说一遍。", keep=False)


def _report(turn: Turn, item: Item) -> Done:
    note = turn.draft.get("note") or ""
    _set(turn, "report_item", item, done_by=turn.actor.userid, done_at=turn.now, note=note)
    item_duties.end(turn, item)
    said = f"：{note}" if note else ""
    who = f"{gathering_people.name(turn, item.owner)}{turn.actor.name}"
    buttons = (Button("确认办结", f"{item.number} 办结", Style.STRONG),)
    facts = (("事项", item_duties.title(item)), ("报告", f"{who}{said}"))
    note_words = f"没办完的，请说“{item.number} 改到”加新时限。"
    card = Card(CardKind.BUTTONS, f"待确认办结 {item.number}", facts=facts, note=note_words, buttons=buttons)
    told = gathering_people.tell(turn, texts.office_staff(turn), card, item.number)
    return Done(f"{item.number}：已报告完成，等监督办公室确认。{gathering_people.told_words(turn, told)}")


def _finish(turn: Turn, item: Item) -> Done:
    before = _before(item)
    values: dict[str, Any] = {"state": "done", "note": turn.draft.get("note") or item.note}
    if not reported(item):
        values |= {"done_by": turn.actor.userid, "done_at": turn.now}
    _set(turn, "finish_item", item, **values)
    item_duties.end(turn, item)
    following = item_duties.next_one(turn, item)
    ended = _end_inspections(turn, item)
    more = f"\n下一次：{item_duties.line(turn, following)}" if following else ""
    told = gathering_people.tell(
        turn, [*item_duties.parties(turn, item), *texts.office_staff(turn)],
        f"{item.number} {item_duties.title(item)}：已办结。{ended}{more}", item.number,
    )  # fmt: skip
    return Done(f"{item.number}：{before} → 已办结。{ended}{gathering_people.told_words(turn, told)}{more}")


def _end_inspections(turn: Turn, item: Item) -> str:
    """A joint inspection ends with the plan's entry that it had become (S39)."""
    ended = []
    for row in inspections.replacing(turn.session, item.number):
        if row.state == "approved" and inspections.change(
            turn.session, turn.entry("end_inspection"), row, state="done"
        ):
            ended.append(row.number)
    return f"{'、'.join(ended)} 同时办结。" if ended else ""


def start_off(turn: Turn) -> Reply:
    turn.draft["reason"] = str(turn.meaning.slots.get("reason") or turn.meaning.slots.get("desc") or "")[:300]
    found = item_choice.meant(turn, _open_ones(turn, gathering_rights.may_steer), OFF_WHICH, "要取消哪一项？")
    return _went(turn, found, _open_off)


def take_off_which(turn: Turn) -> Reply:
    return item_choice.answered(turn, OFF_WHICH, _open_off)


def _steer(turn: Turn, item: Item) -> None:
    if not gathering_rights.may_steer(turn, item):
        raise gathering_rights.refuse(turn, f"{item.number} 的改期和取消由监督办公室办理。")
    _still_open(item)


def _open_off(turn: Turn, item: Item) -> Reply:
    _steer(turn, item)
    turn.draft["number"] = item.number
    lines = [f"请确认取消 {item_duties.line(turn, item)}", f"状态：{_before(item)} → 已取消，不再提醒"]
    lines += [f"原因：{turn.draft['reason']}"] if turn.draft.get("reason") else []
    card = Card(CardKind.BUTTONS, "取消待办", facts=(("事项", item_duties.title(item)),), buttons=meeting_words.BUTTONS)
    return Ask("\n".join([*lines, texts.CONFIRM]), OFF_CONFIRM, card)


def take_off(turn: Turn) -> Reply:
    item = gathering_rights.get_item(turn, turn.draft["number"])
    if turn.meaning.intent != "confirm":
        return Ask(f"{item.number} 没有取消。{texts.CONFIRM}", OFF_CONFIRM)
    _steer(turn, item)
    reason, before = str(turn.draft.get("reason") or ""), _before(item)
    _set(turn, "cancel_item", item, reason, state="cancelled")
    item_duties.end(turn, item, met=False)
    why = f"原因：{reason}" if reason else ""
    text = f"{item.number} {item_duties.title(item)}：已取消，不再提醒。{why}"
    told = gathering_people.tell(turn, item_duties.parties(turn, item), text, item.number)
    return Done(f"{item.number}：{before} → 已取消。{gathering_people.told_words(turn, told)}")


def start_move(turn: Turn) -> Reply:
    _take_day(turn)
    found = item_choice.meant(turn, _open_ones(turn, gathering_rights.may_steer), MOVE_WHICH, "要改哪一项的时限？")
    return _went(turn, found, _open_move)


def _take_day(turn: Turn) -> None:
    slots = turn.meaning.slots
    day = moments.said(slots, *_DAYS)
    if day:
        turn.draft["due"] = texts.ahead(turn, day)


def take_move_which(turn: Turn) -> Reply:
    return item_choice.answered(turn, MOVE_WHICH, _open_move)


def take_move_day(turn: Turn) -> Reply:
    _take_day(turn)
    return _open_move(turn, gathering_rights.get_item(turn, turn.draft["number"]))


def _open_move(turn: Turn, item: Item) -> Reply:
    _steer(turn, item)
    turn.draft["number"] = item.number
    today = texts.today_of(turn)
    due = date.fromisoformat(turn.draft["due"]) if turn.draft.get("due") else None
    if due is None or due < today or (due == item.due and not reported(item)):
        turn.draft.pop("due", None)
        lead = "新时限要不早于今天，也不同于原时限。" if due else ""
        return Ask(
            f"{lead}{item.number} {item_duties.title(item)}（{wording.day(item.due, today)}）改到哪天？", MOVE_DAY
        )
    note = meeting_words.rest_day(turn, due)
    lines = [
        f"请确认 {item.number} {item_duties.title(item)}：",
        f"时限：{wording.day(item.due, today)} → {wording.day(due, today)}",
    ]
    lines += [f"⚠ {note}"] if note else []
    lines += [f"{people.name_of(turn.session, item.done_by)}报告的完成退回，继续办理"] if reported(item) else []
    card = Card(CardKind.BUTTONS, "更改时限", facts=(("事项", item_duties.title(item)),), buttons=meeting_words.BUTTONS)
    return Ask("\n".join([*lines, texts.CONFIRM]), MOVE_CONFIRM, card)


def take_move(turn: Turn) -> Reply:
    item = gathering_rights.get_item(turn, turn.draft["number"])
    if turn.meaning.intent != "confirm":
        _take_day(turn)
        return _open_move(turn, item)
    again = _open_move(turn, item)
    if not isinstance(again, Ask) or again.step != MOVE_CONFIRM:
        return again
    before = item_duties.due_words(turn, item)
    values: dict[str, Any] = {"due": date.fromisoformat(turn.draft["due"])}
    values |= {"done_by": "", "done_at": None} if reported(item) else {}
    _set(turn, "move_item", item, **values)
    item_duties.begin(turn, item)
    change = f"{item.number} 时限：{before} → {item_duties.due_words(turn, item)}。"
    told = gathering_people.tell(
        turn, item_duties.parties(turn, item), f"{change}{item_duties.title(item)}", item.number
    )
    return Done(f"{change}{gathering_people.told_words(turn, told)}")


STEPS = {
    DONE_WHICH: take_done_which, DONE_CONFIRM: take_done, OFF_WHICH: take_off_which, OFF_CONFIRM: take_off,
    MOVE_WHICH: take_move_which, MOVE_DAY: take_move_day, MOVE_CONFIRM: take_move,
}  # fmt: skip
