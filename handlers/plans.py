"""The year's and the audit plan are entered, and checked for two bodies at one unit (domain.md S15, S40, S56)."""

from __future__ import annotations

import re
from datetime import date

from bot.flow import Ask, Done, Reply, Turn
from bot.messages import Button, Card, CardKind, Style
from handlers import (
    clashes,
    gathering_people,
    gathering_rights,
    inspection_proposal,
    inspection_words,
    item_duties,
    meeting_words,
    texts,
)
from handlers.rules import categories, moments, wording
from storage import inspections, items

DETAILS, CLASH, CONFIRM = "plan_details", "plan_clash", "plan_confirm"
MERGE, ANYWAY = "合并", "仍然登记"
_LABELS = [MERGE, ANYWAY]
_DAYS = ("due", "to", "date_to", "new_due", "date")
_HEAD = re.compile(r"^\s*(?:登记|新增|加入|列入)?(?:\d{4}年)?(?:年度)?(?:监督|审计|检查)?计划\s*[:：，,]?\s*")

_TERMS = {"半年": 6, "年": 12, "季度": 3, "季": 3, "月": 1, "两年": 24, "三年": 36, "2年": 24, "3年": 36}
_EVERY = re.compile(
    r"每(?:隔)?(?:(?P<count>\d{1,3})个月|(?:一|个)?(?P<term>半年|两年|三年|2年|3年|年(?!度)|季度|季|月))"
)
_YEAR = re.compile(r"(20\d\d)年")
_COMMON = re.compile(r"共性问题")


def start(turn: Turn) -> Reply:
    draft = turn.draft
    draft["kind"] = "audit" if turn.meaning.slots.get("kind") == "audit" else "plan"
    draft["visit"] = bool(turn.meaning.slots.get("inspection")) or draft["kind"] == "audit"
    if not gathering_rights.may_propose(turn):
        raise gathering_rights.refuse(turn, "计划由监督办公室和各监督部门登记。")
    _take(turn)
    return _next(turn)


def _take(turn: Turn) -> None:
    slots, draft = turn.meaning.slots, turn.draft
    owner = gathering_people.codes_of(turn, [str(slots["org"])] if slots.get("org") else [])
    helpers = slots.get("helpers") or ()
    unit = gathering_people.codes_of(turn, [str(slots["unit"])] if slots.get("unit") else [])
    if owner:
        draft["org"] = owner[0]
    if helpers:
        draft["helpers"] = gathering_people.codes_of(turn, [helpers] if isinstance(helpers, str) else helpers)
    if unit and unit != owner:
        draft["unit"] = unit[0]
    if slots.get("text"):
        draft["text"] = str(slots["text"]).strip(" ，。；")[:500]
    months = slots.get("months") or _months(turn.text)
    if isinstance(months, int) and 0 < months <= 120:
        draft["months"] = months
    _take_days(turn)
    _take_category(turn)


def _months(text: str) -> int:
    """每12个月, 每半年, 每年: after how many months it comes again (S15); 0 for once."""
    found = _EVERY.search(text)
    if found is None:
        return 0
    return int(found["count"]) if found["count"] else _TERMS[found["term"]]


def _take_days(turn: Turn) -> None:
    slots, draft, today = turn.meaning.slots, turn.draft, texts.today_of(turn)
    first, last = moments.said(slots, "from", "date_from"), moments.said(slots, *_DAYS)
    if last:
        draft["due"] = texts.ahead(turn, last)
    if first:
        begins = date.fromisoformat(first[:10])
        due = date.fromisoformat(draft["due"]) if draft.get("due") else begins
        draft["begins"] = (begins if begins >= today else begins.replace(year=due.year)).isoformat()
    named = _YEAR.search(turn.text)
    year = slots.get("year") or (int(named[1]) if named else 0)
    if not draft.get("due") and isinstance(year, int) and year >= today.year:
        draft["due"] = date(year, 12, 31).isoformat()


def _take_category(turn: Turn) -> None:
    """采购共性问题列入计划: the entry names the findings that it is about (S38)."""
    category = str(turn.meaning.slots.get("category") or _category(turn.text))
    if not category or not categories.is_category(category) or not turn.actor.has(*gathering_rights.TOP):
        return
    turn.draft["refs"] = inspections.numbers(turn.session, category, inspection_words.since(turn))
    turn.draft.setdefault("text", f"{categories.name_of(category)}类共性问题专项监督")


def _category(text: str) -> str:
    """The first level's code of 采购共性问题, by how its name begins; "" when no common fault is named."""
    if not _COMMON.search(text):
        return ""
    return next((code for code, name in categories.TOP.items() if name[:2] in text), "")


def _suppose(turn: Turn) -> None:
    """A department's own plan is its own; an audit plan the audit department's."""
    draft = turn.draft
    own = [post.unit for post in turn.actor.posts if post.role in gathering_people.MEMBERS]
    if not draft.get("org") and own and not turn.actor.has(*gathering_rights.OFFICE):
        draft["org"] = own[0]
    if not draft.get("org") and draft["kind"] == "audit":
        draft["org"] = gathering_people.audit_unit(turn)
    if len(draft.get("text") or "") in range(1, 5) and draft.get("unit"):  # 检查 alone tells nobody anything
        draft["text"] = gathering_people.name(turn, draft["unit"]) + draft["text"]
    if not draft.get("text") and draft.get("unit"):
        draft["text"] = gathering_people.name(turn, draft["unit"]) + ("审计" if draft["kind"] == "audit" else "检查")
    if draft.get("begins") and draft.get("due") and draft["begins"] > draft["due"]:
        draft["due"] = draft["begins"]


def _next(turn: Turn, lead: str = "") -> Reply:
    draft = turn.draft
    _suppose(turn)
    asked = _lacking(turn)
    if asked:
        return Ask(f"{lead}{asked}", DETAILS)
    if not gathering_rights.may_plan(turn, draft["org"]):
        name = gathering_people.name(turn, draft["org"])
        raise gathering_rights.refuse(turn, f"您只能登记本部门的计划，{name}的计划由该部门或监督办公室登记。")
    return _clash(turn) or _confirmation(turn, lead)


def _lacking(turn: Turn) -> str:
    draft = turn.draft
    if not draft.get("text"):
        return "计划做什么？如“二季度招采专项检查”。"
    if draft.get("due") and date.fromisoformat(draft["due"]) < texts.today_of(turn):
        draft.pop("due"), draft.pop("begins", None)
        return f"{draft['text'][:24]}：完成时间要不早于今天，哪天前完成？"
    asked = [] if draft.get("org") else ["由哪个部门牵头"]
    asked += [] if draft.get("due") else ["哪天前完成"]
    return f"{draft['text'][:24]}：{'，'.join(asked)}？" if asked else ""


def _span(turn: Turn) -> tuple[date, date]:
    due = date.fromisoformat(turn.draft["due"])
    return (date.fromisoformat(turn.draft["begins"]) if turn.draft.get("begins") else due), due


def _clash(turn: Turn) -> Ask | None:
    """The question whether to merge, once for each entry."""
    draft = turn.draft
    if draft.get("anyway") or not draft.get("unit") or not draft["visit"]:
        return None
    found = clashes.visits(turn, draft["unit"], *_span(turn), draft["org"])
    if not found:
        return None
    draft["others"] = [item.number for item in found]
    words = "；".join(clashes.words(turn, item, draft["unit"]) for item in found[:3])
    buttons = (Button(MERGE, MERGE, Style.STRONG), Button(ANYWAY, ANYWAY))
    facts = (("本计划", draft["text"]), ("另有", words))
    card = Card(CardKind.BUTTONS, "检查安排重叠", facts=facts, buttons=buttons)
    return Ask(f"{words}，是否合并？\n{texts.options(_LABELS)}", CLASH, card)


def take_clash(turn: Turn) -> Reply:
    at = texts.chosen(turn, _LABELS)
    if at is None and turn.meaning.intent in ("confirm", "deny"):
        at = 0 if turn.meaning.intent == "confirm" else 1
    if at is None:
        return Ask(f"请回复“{MERGE}”或“{ANYWAY}”；不办了回复“取消”。", CLASH)
    return _merge(turn) if at == 0 else _stay(turn)


def _stay(turn: Turn) -> Reply:
    turn.draft["anyway"] = True
    return _next(turn)


def _merge(turn: Turn) -> Reply:
    """The proposal of a joint inspection in the place of both; its own steps take it on."""
    draft = turn.draft
    begins, due = _span(turn)
    others = [item for number in draft["others"] if (item := items.find(turn.session, number)) is not None]
    draft["units"] = [draft["unit"]]
    draft["orgs"] = list(dict.fromkeys([draft["org"], *(item.owner for item in others)]))
    draft["begins"], draft["ends"] = begins.isoformat(), due.isoformat()
    inspection_proposal.take_plans(turn, others)
    return inspection_proposal.confirmation(turn)


def _confirmation(turn: Turn, lead: str = "") -> Ask:
    draft, today = turn.draft, texts.today_of(turn)
    begins, due = _span(turn)
    helping = f"，{gathering_people.names(turn, draft['helpers'])}配合" if draft.get("helpers") else ""
    lines = [f"{lead}请确认登记{item_duties.NAMES[draft['kind']]}：{draft['text']}"]
    lines.append(f"{gathering_people.name(turn, draft['org'])}牵头{helping}")
    lines.append(f"时间：{inspection_words.period(turn, begins if begins != due else None, due)}")
    lines += [f"每{draft['months']}个月一次，完成后自动排下一次"] if draft.get("months") else []
    lines += [f"对象：{gathering_people.name(turn, draft['unit'])}"] if draft.get("unit") else []
    lines += (
        [f"引用问题{len(draft['refs'])}条：{'、'.join(draft['refs'][:3])}{'等' if len(draft['refs']) > 3 else ''}"]
        if draft.get("refs")
        else []
    )
    note = meeting_words.rest_day(turn, due)
    lines += [f"⚠ {note}"] if note else []
    lines += [f"⚠ {words}" for words in _joint(turn)]
    facts = (
        ("事项", draft["text"]),
        ("牵头", gathering_people.name(turn, draft["org"])),
        ("时限", wording.day(due, today)),
    )
    card = Card(CardKind.BUTTONS, f"登记{item_duties.NAMES[draft['kind']]}", facts=facts, buttons=meeting_words.BUTTONS)
    return Ask("\n".join([*lines, "要改直接说；" + texts.CONFIRM]), CONFIRM, card)


def _joint(turn: Turn) -> list[str]:
    """A joint inspection that goes there as well is named; whoever wants to join asks the office."""
    draft = turn.draft
    if not draft.get("unit") or not draft["visit"]:
        return []
    found = clashes.joint(turn, draft["unit"], *_span(turn))
    name = gathering_people.name(turn, draft["unit"])
    return [f"{row.number} 已安排对{name}的联合检查，可联系监督办公室一并进行。" for row in found[:2]]


def take_details(turn: Turn) -> Reply:
    before = dict(turn.draft)
    _take(turn)
    _take_owner(turn)
    words = _HEAD.sub("", turn.text.strip(" 。，"))
    if not turn.draft.get("text") and turn.draft == before and 2 <= len(words) <= 60:
        turn.draft["text"] = words
    return _next(turn)


def _take_owner(turn: Turn) -> None:
    """采购部 said alone is the answer to 由哪个部门牵头, not the unit that is looked at."""
    slots, draft = turn.meaning.slots, turn.draft
    said = [str(one) for one in (*(slots.get("orgs") or ()), slots.get("unit")) if one]
    codes = gathering_people.codes_of(turn, said)
    if codes and not draft.get("org"):
        draft["org"] = codes[0]
        if draft.get("unit") == codes[0]:
            draft.pop("unit")


def take_confirm(turn: Turn) -> Reply:
    if turn.meaning.intent != "confirm":
        before = dict(turn.draft)
        _take(turn)
        return _next(turn, "" if turn.draft != before else "还没有登记。\n")
    again = _next(turn)
    return _commit(turn) if isinstance(again, Ask) and again.step == CONFIRM else again


def _commit(turn: Turn) -> Done:
    draft = turn.draft
    begins, due = _span(turn)
    row = items.add(
        turn.session, turn.entry("plan_item"), number=item_duties.new_number(turn, draft["kind"]), kind=draft["kind"],
        state="open", text=draft["text"], owner=draft["org"], helpers=draft.get("helpers") or [],
        unit=draft.get("unit"), begins=begins if draft.get("begins") else None, due=due,
        months=draft.get("months") or 0, refs=draft.get("refs") or [], made_by=turn.actor.userid, made_at=turn.now,
    )  # fmt: skip
    item_duties.begin(turn, row)
    told = item_duties.announce(turn, row)
    told += _tell_office(turn, row.number, told, item_duties.line(turn, row))
    turn.recent["numbers"] = [row.number]
    ahead = "到期前15个工作日起提醒" if row.kind == "audit" else "到期前15天起提醒"
    lines = [f"已登记{item_duties.NAMES[row.kind]} {item_duties.line(turn, row)}，{ahead}。"]
    lines[0] += gathering_people.told_words(turn, told)
    lines.append(gathering_people.unstaffed(turn, [row.owner, *row.helpers]))
    return Done("\n".join(line for line in lines if line))


def _tell_office(turn: Turn, number: str, told: list[str], line: str) -> list[str]:
    """The office keeps the whole plan together; it hears of two bodies at one unit that stay apart (S40)."""
    others = turn.draft.get("others") or []
    if not others:
        return []
    text = f"检查安排重叠：{line}，与{'、'.join(others)}为同一单位，未合并。"
    persons = [person for person in texts.office_staff(turn) if person not in told]
    return gathering_people.tell(turn, persons, text, number)


STEPS = {DETAILS: take_details, CLASH: take_clash, CONFIRM: take_confirm}
