"""Calling a meeting: asked for what is missing, confirmed, then everybody invited is told (domain.md S28-S31)."""

from __future__ import annotations

from bot.errors import UserError
from bot.flow import Ask, Done, Reply, Turn
from bot.messages import Card, CardKind
from handlers import (
    decisions,
    gathering_people,
    gathering_rights,
    meeting_draft,
    meeting_duties,
    meeting_windows,
    meeting_words,
    texts,
)
from handlers.gathering_people import ORDINARY
from handlers.rules import numbering, wording
from storage import counters, meetings
from storage.gatherings import Meeting

DETAILS, CONFIRM, ITEMS = "call_details", "call_confirm", "call_items"
FIX = "要改直接说，如“改到1月18日下午3点”；" + texts.CONFIRM
_ASK_MOMENT = "哪天几点开？在哪里？如“1月15日下午2点半，三楼会议室”。"


def start(turn: Turn) -> Reply:
    meeting_draft.absorb(turn)
    return _next(turn)


def take_details(turn: Turn) -> Reply:
    kinds = turn.draft.pop("kinds", [])
    at = texts.chosen(turn, [meeting_words.name(kind) for kind in kinds]) if kinds else None
    if at is not None:
        turn.draft["kind"] = kinds[at]
    else:
        meeting_draft.absorb(turn)
    return _next(turn)


def _next(turn: Turn, lead: str = "") -> Reply:
    draft = turn.draft
    meeting_draft.suppose(turn)
    if not draft.get("kind"):
        return _ask_kind(turn)
    if not gathering_rights.may_call(turn, draft["kind"]):
        raise _refused(turn, draft["kind"])
    if draft["kind"] in meeting_draft.MEMBERS_ONLY and not draft.get("orgs"):
        return Ask(f"{meeting_words.name(draft['kind'])}有哪些单位参加？", DETAILS)
    if not draft.get("day") or not draft.get("clock"):
        return Ask(lead + _asked(turn), DETAILS)
    fault = meeting_draft.fault(turn)
    if fault and not draft.get("day"):
        return Ask(f"{fault}{_ASK_MOMENT}", DETAILS)
    _refuse_second(turn)
    lacking = decisions.lacking(turn) if _with_items(turn) else ""
    return Ask(lacking, ITEMS) if lacking else _confirmation(turn, lead + (f"{fault}\n" if fault else ""))


def _ask_kind(turn: Turn) -> Reply:
    kinds = [kind for kind in meeting_words.KINDS if gathering_rights.may_call(turn, kind)]
    if not kinds:
        raise gathering_rights.refuse(turn, "会议由监督办公室安排。")
    turn.draft["kinds"] = kinds
    return Ask(f"是哪一类会议？\n{texts.options([meeting_words.name(kind) for kind in kinds])}", DETAILS)


def _refused(turn: Turn, kind: str) -> Exception:
    if kind == "ad_hoc":
        who = f"监督办公室主任或{texts.group_leader(turn)}"
        return gathering_rights.refuse(turn, f"临时会议由{who}发起。")
    return gathering_rights.refuse(turn, f"{meeting_words.name(kind)}由监督办公室安排。")


def _asked(turn: Turn) -> str:
    draft, day = turn.draft, meeting_draft.day_of(turn.draft)
    where = "" if draft.get("place") else "在哪里？"
    if day is None:
        return f"{meeting_words.name(draft['kind'])}{_ASK_MOMENT}"
    return f"{meeting_words.name(draft['kind'])}，{wording.day(day, texts.today_of(turn))}。几点开？{where}"


def _refuse_second(turn: Turn) -> None:
    """The two ordinary meetings stand once a year (S29)."""
    draft, day = turn.draft, meeting_draft.day_of(turn.draft)
    if draft["kind"] not in ORDINARY or day is None:
        return
    there = meeting_windows.standing(turn, meeting_windows.of_year(turn, draft["kind"], day.year))
    if there is not None:
        words = f"{meeting_words.line(turn, there)}，已经安排了。\n要改期请说“{there.number} 改到…”。"
        raise UserError(words, keep=False)


def _with_items(turn: Turn) -> bool:
    """Items that were said beside a conclusion (S28)."""
    if meeting_draft.past(turn.draft) and turn.draft.get("said_items"):
        decisions.take(turn, turn.draft.pop("said_items"))
    return bool(turn.draft.get("items"))


def take_items(turn: Turn) -> Reply:
    decisions.complete(turn)
    return _next(turn)


def _confirmation(turn: Turn, lead: str = "") -> Ask:
    draft, today = turn.draft, texts.today_of(turn)
    kind, at, held = draft["kind"], meeting_draft.moment(draft), meeting_draft.past(draft)
    lines = [f"{lead}请确认登记{meeting_words.name(kind)}{'记录' if held else ''}："]
    lines.append(f"时间：{meeting_words.when(turn, at)}{'' if held else _rest(turn)}")
    if not held or draft.get("place"):
        lines.append(f"地点：{draft.get('place') or '待定'}")
    lines.append(f"议题：{meeting_words.agenda(meeting_draft.agenda(draft))}")
    due = None if held else meeting_draft.papers_due(turn)
    if due is not None:
        note = meeting_words.rest_day(turn, due)
        lines.append(f"材料：{wording.day(due, today)}前报送监督情况报告{f'（{note}）' if note else ''}")
    lines.append(f"参会：{_guests_words(turn)}")
    if held:
        lines += [f"结论：{draft['conclusion']}", *decisions.lines(turn)]
    facts = (
        ("会议", meeting_words.name(kind)),
        ("时间", meeting_words.when(turn, at)),
        ("地点", draft.get("place") or "待定"),
    )
    card = Card(CardKind.BUTTONS, title="登记会议", facts=facts, buttons=meeting_words.BUTTONS)
    return Ask("\n".join([*lines, FIX]), CONFIRM, card)


def _rest(turn: Turn) -> str:
    day = meeting_draft.day_of(turn.draft)
    note = meeting_words.rest_day(turn, day) if day else ""
    return f"\n⚠ {note}" if note else ""


def _guests(turn: Turn) -> list[str]:
    if turn.draft["kind"] in meeting_draft.MEMBERS_ONLY:
        return gathering_people.guests_of(turn, turn.draft["orgs"])
    return gathering_people.usual_guests(turn)


def _guests_words(turn: Turn) -> str:
    if turn.draft["kind"] in meeting_draft.MEMBERS_ONLY:
        return gathering_people.names(turn, turn.draft["orgs"])
    heads = len(gathering_people.member_heads(turn))
    return f"领导小组、监督办公室、成员单位负责人，共{len(_guests(turn))}人（其中单位负责人{heads}人）"


def take_confirm(turn: Turn) -> Reply:
    if turn.meaning.intent == "confirm":
        again = _next(turn)  # rights, and whether somebody was faster
        return _commit(turn) if isinstance(again, Ask) and again.step == CONFIRM else again
    before = dict(turn.draft)
    meeting_draft.absorb(turn)
    return _next(turn, "" if turn.draft != before else "还没有登记。\n")


def _commit(turn: Turn) -> Done:
    meeting = _add(turn)
    turn.recent["numbers"] = [meeting.number]
    if meeting.state == "held":
        return _recorded(turn, meeting)
    asked = meeting_duties.begin(turn, meeting)
    urgent = meeting.kind == "ad_hoc"
    text = meeting_words.invitation(turn, meeting)
    told = gathering_people.tell(turn, meeting.invited, text, meeting.number, urgent=urgent)
    for unit in asked:
        gathering_people.tell(
            turn, gathering_people.heads(turn, unit), meeting_words.paper_call(turn, meeting), meeting.number
        )
    lines = [f"已登记 {meeting_words.line(turn, meeting)}。", gathering_people.told_words(turn, told, urgent=urgent)]
    if asked:
        staffed = [unit for unit in asked if gathering_people.heads(turn, unit)]
        lines.append(f"材料通知已发{len(staffed)}家成员单位，发“谁还没交材料”看进度。")
        lines.append(gathering_people.unstaffed(turn, asked))
    return Done("\n".join(line for line in lines if line))


def _add(turn: Turn) -> Meeting:
    draft, held = turn.draft, meeting_draft.past(turn.draft)
    year = texts.today_of(turn).year
    number = numbering.serial_number(numbering.MEETING, year, counters.next_value(turn.session, f"HY-{year}"))
    return meetings.add(
        turn.session, turn.entry("call_meeting"), number=number, kind=draft["kind"],
        state="held" if held else "planned", at=meeting_draft.moment(draft), place=draft.get("place") or "",
        agenda=meeting_draft.agenda(draft), invited=_guests(turn), absences={},
        papers_due=None if held else meeting_draft.papers_due(turn), called_by=turn.actor.userid, made_at=turn.now,
        held_at=turn.now if held else None, conclusion=draft.get("conclusion") or "",
    )  # fmt: skip


def _recorded(turn: Turn, meeting: Meeting) -> Done:
    """What members conferred about, with what is to be done (S28)."""
    made = decisions.enter(turn, meeting.number)
    name = meeting_words.name(meeting.kind)
    text = f"{name}记录 {meeting.number}\n议题：{meeting_words.agenda(meeting.agenda)}\n结论：{meeting.conclusion}"
    told = gathering_people.tell(turn, meeting.invited, text, meeting.number)
    lines = [f"已登记{name}记录 {meeting.number}" + (f"，待办{len(made)}项：" if made else "。")]
    lines += [decisions.line(turn, item) for item in made]
    told = list(dict.fromkeys([*told, *decisions.announce(turn, made, meeting.number)]))
    return Done("\n".join([*lines, *filter(None, [gathering_people.told_words(turn, told)])]))


STEPS = {DETAILS: take_details, CONFIRM: take_confirm, ITEMS: take_items}
