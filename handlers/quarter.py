"""A member unit's report for a quarter: information, a declaration of no findings, and taking that back (S32)."""

from __future__ import annotations

import re
from datetime import date

from bot.errors import UserError
from bot.flow import Ask, Done, Flow, Reply, Turn
from bot.messages import Button, Card, CardKind, Style
from handlers import quarter_state, texts
from handlers.quarter_state import HEAD, LIAISON, Standing, matter_of
from handlers.quarter_task import daily, find_member, own_units, touch
from handlers.rules import quarters as periods
from handlers.rules import wording
from handlers.rules.calendar import day_of
from storage import people, quarters, units
from storage.people import Actor

__all__ = ["FLOW", "touch"]  # a flow that registers a finding calls `quarter.touch`

INFO, NONE, WITHDRAW = "info", "none", "withdraw"
NOT_YOURS = "季度监督工作由成员单位的联络员或负责人报送。您发现了问题，可以直接发“报送问题：…”。"
NOTHING_TO_CORRECT = "现在没有正在填写的内容。已登记的要更正，请带编号说明，或联系{office}。"
LEAST = 6  # characters that may add something to it
MOST = 2000  # characters of information in one message

_TAKES_BACK = re.compile(r"撤[回销掉]|收回|作废|取消.{0,6}申报")
_WORK = re.compile(r"检查|监督|审计|培训|整改|会议|召开|开了|开展|发现|查了|抽查|约谈|成果|\d\s*[次家个项人]")
_PREFIX = re.compile(r"^\s*[^：:，。]{0,30}(?:监督)?工作信息(?:报送)?\s*(?:[：:]\s*|$)")


def start(turn: Turn) -> Reply:
    intent, slots = turn.meaning.intent, turn.meaning.slots
    if intent == "correct" and slots.get("target") != "declare_no_issue":
        return Done(NOTHING_TO_CORRECT.format(office=texts.office_contact(turn)))
    turn.draft["act"] = {"correct": WITHDRAW, "declare_no_issue": NONE}.get(intent, INFO)
    if turn.draft["act"] == NONE and _TAKES_BACK.search(turn.text):
        turn.draft["act"] = WITHDRAW
    if turn.draft["act"] == INFO:
        turn.draft.update(text=_info_text(turn), none=bool(slots.get("no_issue")))
    if (said := _said_quarter(turn)) is not None:
        turn.draft["quarter"] = said
    mine = own_units(turn)
    if not mine:
        raise UserError(NOT_YOURS)
    asked = slots.get("org") or slots.get("unit") or "SELF"
    named = [unit for unit in mine if unit.name == asked]
    if asked != "SELF" and not named and units.find_by_name(turn.session, asked) and slots.get("org"):
        raise UserError(f"您只能为{'、'.join(unit.name for unit in mine)}报送。")
    if named or len(mine) == 1:
        turn.draft["unit"] = (named or mine)[0].code
    return _next(turn)


def take_unit(turn: Turn) -> Reply:
    mine = own_units(turn)
    at = texts.chosen(turn, [unit.name for unit in mine])
    if at is not None:
        turn.draft["unit"] = mine[at].code
    return _next(turn)


def take_quarter(turn: Turn) -> Reply:
    both = _both_quarters(turn)
    at = texts.chosen(turn, [periods.short_name(quarter) for quarter in both])
    said = both[at] if at is not None else _said_quarter(turn)
    if said in both:
        turn.draft["quarter"] = said
    return _next(turn)


def take_text(turn: Turn) -> Reply:
    turn.draft["text"] = _PREFIX.sub("", turn.text).strip()[:MOST]
    return _next(turn)


def take_confirm(turn: Turn) -> Reply:
    intent = turn.meaning.intent
    if intent == "confirm":
        return _commit(turn)
    if intent == "deny":
        return Done("好的，没有提交。需要时再发给我。")
    if intent != "submit_quarter_info" and (said := _said_quarter(turn)) is not None:
        turn.draft["quarter"] = said
    elif intent in ("submit_quarter_info", "correct") and turn.draft["act"] == INFO and _PREFIX.search(turn.text):
        turn.draft["text"] = _info_text(turn)
    elif _adds(turn):
        turn.draft["text"] = f"{turn.draft['text']}；{turn.text.strip()}"[:MOST]
        return Ask(f"已补上。{_confirmation(turn, _standing(turn))}", "confirm", _card(turn))
    else:
        again = "；要改内容，重发“监督工作信息：…”" if turn.draft["act"] == INFO else ""
        return Ask(f"这一项还没提交{again}。\n{_confirmation(turn, _standing(turn))}", "confirm", _card(turn))
    return _next(turn)


def _adds(turn: Turn) -> bool:
    """More of the information in a second message: shown again before it counts."""
    if turn.draft["act"] != INFO or turn.meaning.intent in ("chitchat", "greeting", "correct", "select"):
        return False
    return len(turn.text.strip()) >= LEAST and _WORK.search(turn.text) is not None


def _next(turn: Turn) -> Reply:
    """Ask for what is still open, then for the confirmation."""
    draft = turn.draft
    if "unit" not in draft:
        labels = [unit.name for unit in own_units(turn)]
        return Ask(f"请问为哪个部门报送？\n{texts.options(labels)}", "unit")
    if "quarter" not in draft and not _settle_quarter(turn):
        labels = [periods.short_name(quarter) for quarter in _both_quarters(turn)]
        return Ask(f"请问是哪个季度？\n{texts.options(labels)}", "quarter")
    if periods.quarter_start(draft["quarter"]) > day_of(turn.now):
        return Done(f"{periods.short_name(draft['quarter'])}还没开始，到时再报即可。")
    state = _standing(turn)
    if (obstacle := _obstacle(turn, state)) is not None:
        return Done(obstacle)
    if draft["act"] == INFO and not draft["text"]:
        return Ask(f"请写{state.label}的监督工作信息：检查次数、方式、成果，一两句即可。", "text")
    return Ask(_confirmation(turn, state), "confirm", _card(turn))


def _said_quarter(turn: Turn) -> str | None:
    """The quarter that the words name; 本季度 and silence leave it open."""
    slots = turn.meaning.slots
    if not quarter_state.names_quarter(turn.text):
        return None
    if slots.get("quarter"):
        return str(slots["quarter"])
    first = slots.get("date_from") or slots.get("due_from")
    return periods.quarter_of(date.fromisoformat(first)) if isinstance(first, str) else None


def _settle_quarter(turn: Turn) -> bool:
    """The quarter that is meant without a word; False when two may be meant and it must be asked."""
    unit = turn.draft["unit"]
    current = periods.quarter_of(day_of(turn.now))
    if turn.draft["act"] == WITHDRAW:
        declared = [q for q in (current, periods.previous_quarter(current)) if _declared(turn, unit, q)]
        if len(declared) == 2:
            return False
        turn.draft["quarter"] = (declared or [current])[0]
        return True
    if quarter_state.still_meant(turn, unit) is not None:
        return False
    turn.draft["quarter"] = current
    return True


def _declared(turn: Turn, unit: str, quarter: str) -> bool:
    task = quarters.find(turn.session, unit, quarter)
    return task is not None and task.none_at is not None


def _both_quarters(turn: Turn) -> list[str]:
    current = periods.quarter_of(day_of(turn.now))
    return [periods.previous_quarter(current), current]


def _obstacle(turn: Turn, state: Standing) -> str | None:
    """Why the act makes no sense as things stand now."""
    act = turn.draft["act"]
    if act == WITHDRAW:
        return None if state.none_at else f"{state.label}没有“无问题”申报，不用撤回。\n{_still(turn, state)}"
    if act == NONE and state.findings:
        numbers = quarters.findings_of(turn.session, state.unit, state.quarter)
        shown = "、".join(numbers[:3]) + ("等" if len(numbers) > 3 else "")
        return f"{state.label}已报问题{len(numbers)}条（{shown}），不能再申报无问题。\n{_still(turn, state)}"
    if act == NONE and state.none_at:
        who = people.name_of(turn.session, state.none_by)
        return f"{who}已于{quarter_state.moment_word(state.none_at)}申报{state.label}无问题。\n{_still(turn, state)}"
    return None


def _confirmation(turn: Turn, state: Standing) -> str:
    draft = turn.draft
    until = quarter_state.until(state.deadline, day_of(turn.now), turn.calendar)
    if draft["act"] == WITHDRAW:
        lines = [f"请确认撤回：{state.label}“无问题”申报。", "撤回后请报送问题，或重新申报。"]
    elif draft["act"] == NONE:
        lines = [
            f"请确认申报：{state.label}无问题？（{until}）",
            "请核对没有在检、待定的项目；申报后仍可补报。",
        ]
    else:
        more = "（补充，原有内容保留）" if state.info_at else ""
        lines = [f"请确认报送：{state.label}监督工作信息{more}", draft["text"], until]
        lines += ["同时申报：本季度无问题"] if _with_none(turn, state) else []
    return "\n".join([*lines, texts.CONFIRM])


def _card(turn: Turn) -> Card:
    state = _standing(turn)
    title = {NONE: "确认申报无问题", WITHDRAW: "确认撤回申报"}.get(turn.draft["act"], "确认报送监督工作信息")
    facts = (
        ("单位", state.name),
        ("季度", periods.short_name(state.quarter)),
        ("截止", wording.day(state.deadline, day_of(turn.now))),
    )
    style = Style.PLAIN if turn.draft["act"] == WITHDRAW else Style.STRONG
    buttons = (Button("确认提交", "确认", style), Button("取消", "取消"))
    return Card(CardKind.BUTTONS, title, facts=facts, buttons=buttons)


def _commit(turn: Turn) -> Done:
    draft = turn.draft
    unit = find_member(turn, draft["unit"])
    if unit is None or unit.code not in {one.code for one in own_units(turn)}:
        return Done(NOT_YOURS)
    task = quarters.ensure(turn.session, unit.code, draft["quarter"], periods.deadline(draft["quarter"], turn.calendar))
    quarters.lock(turn.session, task)
    before = quarter_state.standing(turn, unit, draft["quarter"], task)
    if (obstacle := _obstacle(turn, before)) is not None:
        return Done(obstacle)  # the world moved on between the question and the answer
    matter = matter_of(unit.code, draft["quarter"])
    if draft["act"] == INFO:
        quarters.keep_info(turn.session, task, draft["text"], turn.actor.userid, turn.now)
        turn.record(matter, "quarter_info", after={"text": draft["text"]})
    if draft["act"] == NONE or _with_none(turn, before):
        if not quarters.declare_none(turn.session, task, turn.actor.userid, turn.now):
            return Done(_obstacle(turn, quarter_state.standing(turn, unit, draft["quarter"], task)) or "已申报过。")
        turn.record(matter, "quarter_none", after={"none": True})
    if draft["act"] == WITHDRAW:
        quarters.withdraw_none(turn.session, task)
        turn.record(matter, "quarter_none_withdrawn", before={"by": before.none_by}, after={"none": False})
    state = touch(turn, unit.code, draft["quarter"]) or before
    return Done(_answer(turn, before, state))


def _answer(turn: Turn, before: Standing, state: Standing) -> str:
    told = _tell_colleagues(turn, before, state)
    if turn.draft["act"] == WITHDRAW:
        changed = f"：{_word(before)} → {_word(state)}" if _word(before) != _word(state) else f"，仍是{_word(state)}"
        first = f"已撤回{state.label}“无问题”申报{changed}。"
    elif before.submitted_at is not None and state.submitted_at is not None:
        first = f"已补充{state.label}监督工作信息。"
    else:
        what = "监督工作信息" if turn.draft["act"] == INFO else "无问题申报"
        first = "" if state.submitted_at else f"已收到{state.label}{what}（{quarter_state.moment_word(turn.now)}）。"
    return "\n".join(line for line in (first, _still(turn, state), told) if line)


def _still(turn: Turn, state: Standing) -> str:
    """Where it stands: the proof, or what is missing and by when."""
    if state.submitted_at is not None:
        return f"{quarter_state.proof(state, turn.calendar)}\n{state.label}：{quarter_state.content(state)}。"
    until = quarter_state.until(state.deadline, day_of(turn.now), turn.calendar)
    return f"还差：{'；'.join(state.missing)}。\n{until}。"


def _word(state: Standing) -> str:
    return "已报送" if state.submitted_at else "未报齐"


def _with_none(turn: Turn, state: Standing) -> bool:
    """Whether the information said in passing that nothing was found, and nothing speaks against it."""
    return bool(turn.draft.get("none")) and turn.draft["act"] == INFO and not state.findings and not state.none_at


def _tell_colleagues(turn: Turn, before: Standing, state: Standing) -> str:
    """The head answers for what his liaison declares (S27); a withdrawal concerns both."""
    act, today, name = turn.draft["act"], day_of(turn.now), turn.actor.name
    chiefs = quarter_state.heads(turn, state.unit, today)
    declared = state.none_at is not None and before.none_at is None
    if act != WITHDRAW and (not declared or turn.actor.userid in chiefs):
        return ""
    others = chiefs if declared else [*chiefs, before.none_by]
    others = [person for person in dict.fromkeys(others) if person and person != turn.actor.userid]
    what = "申报" if declared else "撤回申报"
    way_out = "如不符，请回复“撤回无问题申报”。" if declared else "请报送问题，或重新申报。"
    for person in others:
        turn.tell(person, f"{name}已{what}：{state.label}无问题（{quarter_state.moment_word(turn.now)}）。\n{way_out}",
                  matter=matter_of(state.unit, state.quarter))  # fmt: skip
    return f"已告知{texts.names(turn, others)}。" if others else ""


def _info_text(turn: Turn) -> str:
    """All that stands behind the prefix, not only the part that was understood."""
    if _PREFIX.search(turn.text):
        return _PREFIX.sub("", turn.text).strip()[:MOST]
    return str(turn.meaning.slots.get("desc") or "").strip()[:MOST]


def _standing(turn: Turn) -> Standing:
    unit = find_member(turn, turn.draft["unit"])
    if unit is None:
        raise UserError(NOT_YOURS)
    return quarter_state.standing(turn, unit, turn.draft["quarter"])


def _help(actor: Actor) -> str | None:
    return "季度报送：“监督工作信息：…”“本季度无问题”“我报了没”" if actor.has(LIAISON, HEAD) else None


FLOW = Flow(
    name="quarter",
    title="季度报送",
    intents=("submit_quarter_info", "declare_no_issue"),
    start=start,
    steps={
        "unit": take_unit,
        "quarter": take_quarter,
        "text": take_text,
        "confirm": take_confirm,
    },
    daily=daily,
    help=_help,
)
