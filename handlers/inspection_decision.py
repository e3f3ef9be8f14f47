"""A proposed joint inspection is approved or not; who takes part is told, the plans it replaces end (S39, S40)."""

from __future__ import annotations

import re

from bot.errors import Overtaken
from bot.flow import Ask, Done, Reply, Turn
from bot.messages import Card, CardKind
from handlers import choosing, gathering_people, gathering_rights, inspection_words, item_duties, meeting_words, texts
from storage import inspections, items
from storage.gatherings import Inspection

WHICH, REASON, CONFIRM = "inspection_which", "inspection_reason", "inspection_confirm"
_SAYS = re.compile(r"\w")
_NUMBER = re.compile(r"LJ[-－—_ ]?(20\d\d)[-－—_ ]?(\d{1,5})", re.IGNORECASE)


def group(number: str) -> str:
    """Under which the cards that ask for a decision are closed together."""
    return f"{number}:decide"


def number_in(turn: Turn) -> str:
    said = str(turn.meaning.slots.get("number") or "")
    if said.startswith("LJ-"):
        return said
    found = _NUMBER.search(turn.text)
    return f"LJ-{found[1]}-{int(found[2]):04d}" if found else ""


def start(turn: Turn) -> Reply:
    """approve and decline share the way to the proposal."""
    turn.draft["decision"] = str(turn.meaning.slots.get("action"))
    turn.draft["reason"] = str(turn.meaning.slots.get("reason") or "")[:300]
    number = number_in(turn)
    if number:
        return _open(turn, number)
    waiting = [row for row in inspections.going(turn.session) if row.state == "proposed"]
    waiting = [row for row in waiting if gathering_rights.may_see_inspection(turn, row)]
    if not waiting:
        return Done("现在没有等您批准的联合检查。")
    if len(waiting) == 1:
        return _open(turn, waiting[0].number)
    turn.draft["choices"] = [row.number for row in waiting[: choosing.SHOWN]]
    lines = texts.options([inspection_words.line(turn, row) for row in waiting[: choosing.SHOWN]])
    return Ask(f"是哪一项联合检查？\n{lines}\n回复序号或编号即可。", WHICH)


def take_which(turn: Turn) -> Reply:
    choices: list[str] = turn.draft.get("choices") or []
    at = texts.chosen(turn, choices)
    number = number_in(turn) or (choices[at] if at is not None else "")
    return _open(turn, number) if number else Ask("请回复序号或编号；不办了回复“取消”。", WHICH)


def _check(turn: Turn, row: Inspection) -> None:
    if not gathering_rights.may_decide_inspection(turn):
        raise gathering_rights.refuse(turn, "联合检查由办公室主任或领导小组批准。")
    if row.state != "proposed":
        who = choosing.names(turn, [row.decided_by]) if row.decided_by else ""
        raise Overtaken(
            f"{row.number} {inspection_words.STATES[row.state]}{f'（{who}）' if who else ''}，不用再批。", keep=False
        )


def _open(turn: Turn, number: str) -> Reply:
    row = gathering_rights.get_inspection(turn, number)
    _check(turn, row)
    draft = turn.draft
    draft["number"] = number
    turn.recent["numbers"] = [number]
    if draft["decision"] == "decline" and not draft.get("reason"):
        return Ask(f"{number} 不同意的理由是什么？", REASON)
    after = "已批准" if draft["decision"] == "approve" else "未批准"
    lines = [f"请确认 {inspection_words.line(turn, row)}", f"状态：待批准 → {after}"]
    rests = inspection_words.basis_words(row.basis)
    lines += [f"依据：{rests}"] if rests else []
    lines += [f"理由：{draft['reason']}"] if draft["decision"] == "decline" else []
    lines += [f"并入计划：{'、'.join(row.items)}，原计划取消"] if row.items and draft["decision"] == "approve" else []
    card = Card(
        CardKind.BUTTONS, "联合检查", facts=(("检查", row.topic), ("状态", after)), buttons=meeting_words.BUTTONS
    )
    return Ask("\n".join([*lines, texts.CONFIRM]), CONFIRM, card)


def take_reason(turn: Turn) -> Reply:
    words = str(turn.meaning.slots.get("reason") or turn.text.strip())[:300]
    turn.draft["reason"] = words if _SAYS.search(words) else ""
    return _open(turn, turn.draft["number"])


def take_confirm(turn: Turn) -> Reply:
    row = gathering_rights.get_inspection(turn, turn.draft["number"])
    if turn.meaning.intent != "confirm":
        return Ask(f"{row.number} 没有办理。{texts.CONFIRM}", CONFIRM)
    _check(turn, row)
    return Done(approve(turn, row) if turn.draft["decision"] == "approve" else _decline(turn, row))


def approve(turn: Turn, row: Inspection) -> str:
    """Approve it: what it replaces ends, an entry of the plan follows it, who takes part hears of it."""
    _decide(turn, row, "approve_inspection", "approved", row.reason)
    for number in row.items:
        _replace(turn, row, number)
    plan = _plan(turn, row)
    text = f"联合检查 {inspection_words.line(turn, row)}已批准，请{gathering_people.names(turn, row.orgs)}组成检查组。"
    text += f"\n完成后由{gathering_people.name(turn, row.orgs[0])}回复“{plan} 完成”。" if plan else ""
    told = gathering_people.tell(turn, [*_participants(turn, row), *texts.office_staff(turn)], text, row.number)
    return f"{row.number} {row.topic}：待批准 → 已批准。{gathering_people.told_words(turn, told)}"


def _participants(turn: Turn, row: Inspection) -> list[str]:
    """Heads and staff of the bodies that go together, and who proposed it; not the unit that is looked at."""
    people = [
        one for org in row.orgs for one in (*gathering_people.heads(turn, org), *gathering_people.staff(turn, org))
    ]
    return list(dict.fromkeys([*people, row.proposed_by]))


def _decide(turn: Turn, row: Inspection, action: str, state: str, reason: str) -> None:
    done = inspections.change(
        turn.session, turn.entry(action, reason), row, state=state, decided_by=turn.actor.userid, decided_at=turn.now,
        reason=reason,
    )  # fmt: skip
    if not done:
        raise Overtaken(f"{row.number} 刚刚被办理过，请重新查看。", keep=False)
    turn.close_cards(group(row.number), f"{inspection_words.STATES[state]}，{turn.actor.name} {choosing.stamp(turn)}")


def _replace(turn: Turn, row: Inspection, number: str) -> None:
    item = items.find(turn.session, number)
    if item is None or item.state != "open":
        return
    items.change(turn.session, turn.entry("merge_item", row.number), item, state="cancelled", note=f"并入 {row.number}")
    item_duties.end(turn, item, met=False)


def _plan(turn: Turn, row: Inspection) -> str:
    """Its entry in the plan, with the first body leading; none while it has no end."""
    if row.ends is None:
        return ""
    item = items.add(
        turn.session, turn.entry("plan_inspection", row.number), number=item_duties.new_number(turn, "plan"),
        kind="plan", state="open", text=f"{row.topic}（{row.number}）", owner=row.orgs[0], helpers=list(row.orgs[1:]),
        unit=row.units[0] if len(row.units) == 1 else None, begins=row.begins, due=row.ends, refs=[],
        made_by=turn.actor.userid, made_at=turn.now,
    )  # fmt: skip
    item_duties.begin(turn, item)
    inspections.change(turn.session, turn.entry("plan_inspection"), row, items=[*row.items, item.number])
    return item.number


def _decline(turn: Turn, row: Inspection) -> str:
    reason = str(turn.draft["reason"])
    _decide(turn, row, "decline_inspection", "declined", reason)
    text = f"{row.number} {row.topic}未批准，理由：{reason}。" + ("\n各自的检查计划照旧。" if row.items else "")
    told = gathering_people.tell(turn, [row.proposed_by, *texts.office_staff(turn)], text, row.number)
    return f"{row.number} {row.topic}：待批准 → 未批准。{gathering_people.told_words(turn, told)}"


STEPS = {WHICH: take_which, REASON: take_reason, CONFIRM: take_confirm}
