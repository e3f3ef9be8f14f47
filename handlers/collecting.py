"""The office has every member unit hand something in by a day, without a meeting: one item for each unit (S30)."""

from __future__ import annotations

import re
from datetime import date

from bot.flow import Ask, Done, Reply, Turn
from bot.messages import Card, CardKind
from handlers import gathering_people, gathering_rights, item_duties, meeting_words, texts
from handlers.rules import moments, wording
from storage import items, units

DETAILS, CONFIRM = "collect_details", "collect_confirm"
_WHAT = re.compile(
    r"(?:交|报送|提交|上报|报)(?P<what>(?!材料通知)[^，,。；;前]{2,40}(?:报告|材料|情况|总结|清单|台账|计划))"
)
_ALL = re.compile(r"各(?:成员)?单位|各部门|所有|全部")
_DAYS = ("due", "date", "new_due", "date_to")


def start(turn: Turn) -> Reply:
    if not gathering_rights.may_collect(turn):
        raise gathering_rights.refuse(turn, "收集材料由监督办公室发起。")
    _take(turn)
    return _next(turn)


def _take(turn: Turn) -> None:
    slots, draft = turn.meaning.slots, turn.draft
    day = moments.said(slots, *_DAYS)
    if day:
        draft["due"] = texts.ahead(turn, day)
    found = _WHAT.search(turn.text)
    if found:
        draft["what"] = found["what"].strip()
    orgs = gathering_people.codes_of(turn, slots.get("orgs") or ()) or gathering_people.named_in(turn)
    if orgs and not _ALL.search(turn.text):
        draft["orgs"] = orgs


def _next(turn: Turn, lead: str = "") -> Ask:
    draft, today = turn.draft, texts.today_of(turn)
    if not draft.get("what"):
        return Ask("收集什么材料？如“年度监督工作情况报告”。", DETAILS)
    if not draft.get("due"):
        return Ask(f"{draft['what']}，哪天前交？", DETAILS)
    due = date.fromisoformat(draft["due"])
    if due < today:
        draft.pop("due")
        return Ask("截止日要不早于今天。哪天前交？", DETAILS)
    asked = _asked(turn)
    note = meeting_words.rest_day(turn, due)
    lines = [f"{lead}请确认收集：{draft['what']}", f"截止：{wording.day(due, today)}"]
    lines += [f"⚠ {note}要改直接说。"] if note else []
    lines += [f"报送单位：{gathering_people.names(turn, asked)}（{len(asked)}家），到期前自动提醒未交的", texts.CONFIRM]
    facts = (("材料", draft["what"]), ("截止", wording.day(due, today)), ("单位", f"{len(asked)}家"))
    return Ask(
        "\n".join(lines), CONFIRM, Card(CardKind.BUTTONS, "收集材料", facts=facts, buttons=meeting_words.BUTTONS)
    )


def _asked(turn: Turn) -> list[str]:
    members = [unit.code for unit in units.member_units(turn.session, texts.today_of(turn))]
    return [code for code in turn.draft.get("orgs") or members if code]


def take_details(turn: Turn) -> Reply:
    _take(turn)
    words = turn.text.strip(" 。，")
    if not turn.draft.get("what") and 2 <= len(words) <= 40:
        turn.draft["what"] = words
    return _next(turn)


def take_confirm(turn: Turn) -> Reply:
    if turn.meaning.intent != "confirm":
        before = dict(turn.draft)
        _take(turn)
        return _next(turn, "" if turn.draft != before else "还没有通知。\n")
    if not gathering_rights.may_collect(turn):
        raise gathering_rights.refuse(turn, "收集材料由监督办公室发起。")
    return _commit(turn)


def _commit(turn: Turn) -> Done:
    draft, due, told = turn.draft, date.fromisoformat(turn.draft["due"]), []
    asked = _asked(turn)
    for unit in asked:
        row = items.add(
            turn.session, turn.entry("collect"), number=item_duties.new_number(turn, "collect"), kind="collect",
            state="open", text=draft["what"], owner=unit, helpers=[], due=due, refs=[], made_by=turn.actor.userid,
            made_at=turn.now,
        )  # fmt: skip
        item_duties.begin(turn, row)
        who = dict.fromkeys([*gathering_people.heads(turn, unit), *gathering_people.staff(turn, unit)])
        text = f"{row.number} 请{gathering_people.name(turn, unit)}于{item_duties.due_words(turn, row)}前报送"
        text += f"{draft['what']}。\n回复“会议材料：”加内容即可。"
        told += gathering_people.tell(turn, who, text, row.number)
    heard = gathering_people.told_words(turn, list(dict.fromkeys(told)))
    when = wording.day(due, texts.today_of(turn))
    lines = [f"已请{len(asked)}家单位报送{draft['what']}，{when}截止。{heard}", gathering_people.unstaffed(turn, asked)]
    return Done("\n".join([*filter(None, lines), "发“谁还没交材料”看进度。"]))


STEPS = {DETAILS: take_details, CONFIRM: take_confirm}
