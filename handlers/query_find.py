"""Lists of findings: what was asked for, what of it the person may see, and how it is listed (domain.md 5.1)."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import asdict, fields, replace
from datetime import date, timedelta
from typing import Any

from bot.errors import FOREIGN_UNIT, UserError
from bot.flow import Done, Turn
from handlers import access, query_lists, query_scope, query_words
from handlers.rules import categories, wording
from handlers.rules.calendar import day_of
from handlers.rules.permissions import Action
from storage import fulltext, people, searches, units
from storage.fulltext import Found
from storage.matters import Unit
from storage.searches import Scope, Wanted

OPEN = ("submitted", "need_more", "registered", "assigned", "rectifying", "ongoing", "pending_acceptance")
STATES: Mapping[str, tuple[str, ...]] = {
    "open": OPEN,
    "closed": ("closed",),
    "pending": ("pending_acceptance",),
    "in_hand": ("assigned", "rectifying", "ongoing"),
    "unassigned": ("submitted", "need_more", "registered"),
}
MOST = 200  # lines after “全部”; more would be a file
_KIND = {
    "overdue": "逾期问题",
    "open": "未销号问题",
    "closed": "已销号问题",
    "pending": "待验收问题",
    "in_hand": "在办问题",
    "unassigned": "待交办问题",
}
_HEADLESS = ("登记", "到期", "名下", "来源", "报送")  # such a subject wants 的 before its noun
_ORDERS = {"amount_desc": "amount", "overdue_days_desc": "overdue"}
_ORDER_WORDS = {"amount": "，按金额从大到小", "overdue": "，按逾期时间从长到短"}
_ADJECTIVES = ("类", *wording.SEVERITIES.values())
_UNASSIGNED = re.compile(r"(?:待|未|没有?|还没有?|尚未)交办")
_SUBMITTED = re.compile(r"我(?:们)?(?:刚才?|最近|之前|已)?(?:报|提交|上报|登记)")
_PER_UNIT = re.compile(r"(?:各|每个?|哪些|哪几家|哪家)(?:权属)?(?:单位|公司|企业|部门|家)|按单位|分单位")


def of_units(turn: Turn) -> Done:
    """By responsible unit, by source, by person, or one's own."""
    scope = scope_or_refuse(turn)
    wanted, subject = described(turn)
    if searches.count(turn.session, wanted, scope) == 0:
        mine = turn.meaning.slots.get("scope") == "mine" and not _SUBMITTED.search(turn.text)
        wanted, subject = _instead(turn, wanted, subject)
        if mine and searches.count(turn.session, wanted, scope) == 0:
            return Done(f"您名下现在没有整改任务，{turn.actor.unit_name}也没有。要看别的，发“逾期清单”或“统计”。")
    return list_of(turn, scope, wanted, subject, group=_grouped(turn), overdue=wanted.overdue_on is not None)


def by_time(turn: Turn) -> Done:
    """By the days on which findings were registered, or are due; with category and severity."""
    scope = scope_or_refuse(turn)
    wanted, subject = described(turn)
    return list_of(turn, scope, wanted, subject, group=_grouped(turn), overdue=wanted.overdue_on is not None)


def overdue(turn: Turn) -> Done:
    """What is overdue, the longest first; by unit when asked so."""
    scope = scope_or_refuse(turn)
    wanted, subject = described(turn, overdue=True)
    return list_of(turn, scope, wanted, subject, group=_grouped(turn), overdue=True)


def described(turn: Turn, *, overdue: bool = False) -> tuple[Wanted, str]:
    """Everything that narrows the list, and how to name what is left."""
    slots, wanted, subject = turn.meaning.slots, Wanted(), ""
    if slots.get("unit_text"):
        raise UserError(FOREIGN_UNIT)
    if slots.get("scope") == "mine" and not slots.get("person"):
        wanted, subject = _mine(turn, wanted)
    elif slots.get("unit") or slots.get("units"):
        codes, subject = units_wanted(turn)
        wanted = replace(wanted, units=codes)
    if slots.get("source_org"):
        source = _unit_named(turn, str(slots["source_org"]))
        wanted, subject = replace(wanted, source=source.code), f"{subject}{source.name}来源"
    if slots.get("person"):
        wanted = replace(wanted, people=_people(turn, str(slots["person"])))
        subject += f"{slots['person']}名下"
    wanted, subject = _in_time(turn, wanted, subject)
    wanted, subject = _of_kind(turn, wanted, subject)
    wanted, subject = _of_state(turn, wanted, subject, overdue=overdue)
    wanted, subject = _bounded(turn, wanted, subject)
    words = tuple(str(word) for word in slots.get("words") or ())
    sort = _ORDERS.get(str(slots.get("sort") or ""), "")
    said = f"，含“{'、'.join(words)}”" if words else ""
    return replace(wanted, words=words, sort=sort), f"{subject}{said}"


def _bounded(turn: Turn, wanted: Wanted, subject: str) -> tuple[Wanted, str]:
    """Overdue for more than so many days, and amounts from so much on."""
    slots, today = turn.meaning.slots, day_of(turn.now)
    days, least = slots.get("min_days"), slots.get("amount_min_yuan")
    if isinstance(least, int) and least > 0:
        wanted = replace(wanted, amount_from=least * 100)
        subject = f"{wording.money_fen(wanted.amount_from)}以上的{subject}"
    if isinstance(days, int) and days > 0 and wanted.overdue_on:
        wanted = replace(wanted, due_before=today - timedelta(days=days - 1))
        subject = f"超期{days}天以上的{subject}"
    return wanted, subject


def list_of(
    turn: Turn, scope: Scope, wanted: Wanted, subject: str, *, group: bool = False, overdue: bool = False,
    whole: bool = False,
) -> Done:  # fmt: skip
    """The total first, then eight lines; “全部” comes back here with `whole`."""
    found = fulltext.search(turn.session, wanted.words, wanted, scope) if wanted.words else None
    among = found.rows if found else None
    total = searches.count(turn.session, wanted, scope) if among is None else len(among)
    if total == 0:
        turn.recent.pop("list", None)
        return Done(f"没有查到{subject}。" if not overdue else f"现在没有{subject}。")
    heading = _heading(wanted, subject, total, found, late=overdue and not group)
    spec = {"kind": "findings", "wanted": packed(wanted), "subject": subject, "group": group, "overdue": overdue}
    turn.recent["found"] = spec
    if group:
        units_of = searches.by_unit(turn.session, wanted, scope, among)
        lines = [_unit_line(turn, *row, overdue=overdue) for row in units_of]
        turn.recent["numbers"] = []
    else:
        rows = searches.lines(turn.session, wanted, scope, MOST, among=among)
        money = bool(wanted.amount_from) or wanted.sort == "amount"
        lines = [query_words.line(turn, at, row, amount=money) for at, row in enumerate(rows, 1)]
        turn.recent["numbers"] = [row.number for row in rows]
        turn.recent.pop("listed", None)
    if not whole:
        return query_lists.first_page(turn, heading, lines, spec, more=total if not group else len(lines))
    done = query_lists.rest(turn, heading, lines)
    cut = f"\n先列{MOST}条，请按单位或时间缩小范围再查。" if total > MOST and not group else ""
    return Done(done.text + cut)


def _heading(wanted: Wanted, subject: str, total: int, found: Found | None, *, late: bool) -> str:
    order = _ORDER_WORDS.get(wanted.sort) or (_ORDER_WORDS["overdue"] if late and found is None else "")
    if found is not None and not found.every:
        return f"没有同时满足的{subject}；较相近的{total}条{order}："
    many = f"{total}条以上，先看较新的" if found is not None and found.capped else f"{total}条"
    return f"{subject}共{many}{order}："


def again(turn: Turn, spec: Mapping[str, Any]) -> Done:
    """The rest of a list, from the store and with the rights as they are now."""
    scope, wanted = scope_or_refuse(turn), still_allowed(turn, unpacked(spec["wanted"]))
    group, late = bool(spec["group"]), bool(spec["overdue"])
    return list_of(turn, scope, wanted, str(spec["subject"]), group=group, overdue=late, whole=True)


def still_allowed(turn: Turn, wanted: Wanted) -> Wanted:
    """What was asked for earlier, if its units may be asked for now, too."""
    if not all(allowed_unit(turn, units.get_unit(turn.session, code)) for code in wanted.units):
        raise UserError(FOREIGN_UNIT)
    return wanted


def scope_or_refuse(turn: Turn) -> Scope:
    """What the person may see; somebody who may see no list at all hears the one sentence."""
    scope, me = query_scope.scope_of(turn), turn.actor.userid
    if not access.in_own_unit(turn, Action.QUERY_LIST):
        own = Wanted(people=(me,))  # an employee who is responsible for something has at least that
        if searches.count(turn.session, own, scope) == 0:
            raise UserError(FOREIGN_UNIT)
    return scope


def allowed_unit(turn: Turn, unit: Unit) -> bool:
    """Whether the person may ask for the list of this unit at all (contract.md, Refusals)."""
    return bool(access.for_unit(turn, Action.QUERY_LIST, unit.code, unit.path)) or unit.code in query_scope.served(turn)


def units_wanted(turn: Turn) -> tuple[tuple[str, ...], str]:
    """The codes of the units that were asked for, and how to name them; refuses a foreign or unknown one."""
    slots = turn.meaning.slots
    said = list(slots.get("units") or ()) or [slots.get("unit") or "SELF"]
    if said == ["SELF"]:
        return _self_units(turn)
    asked = [_unit_named(turn, str(name)) for name in said]
    if not all(allowed_unit(turn, unit) for unit in asked):
        raise UserError(FOREIGN_UNIT)
    name = "、".join(unit.name for unit in asked)
    if not slots.get("include_sub") and all(unit.parent for unit in asked):
        return tuple(unit.code for unit in asked), name
    below = [code for unit in asked for code in units.subtree(turn.session, unit.path)]
    return tuple(dict.fromkeys(below)), f"{name}及下属单位"


def packed(wanted: Wanted) -> dict[str, Any]:
    """JSON-ready, to be kept between two messages."""
    return {
        key: value.isoformat() if isinstance(value, date) else value for key, value in asdict(wanted).items() if value
    }


def unpacked(values: Mapping[str, Any]) -> Wanted:
    known = {field.name: str(field.type) for field in fields(Wanted)}
    read: dict[str, Any] = {}
    for key, value in values.items():
        if key in known:
            read[key] = _day(value) if "date" in known[key] else tuple(value) if isinstance(value, list) else value
    return Wanted(**read)


def _self_units(turn: Turn) -> tuple[tuple[str, ...], str]:
    """One's own unit; for its head also what lies below."""
    own: dict[str, None] = {}
    for post in turn.actor.posts:
        below = post.role == "unit_head" or turn.meaning.slots.get("include_sub")
        own.update(dict.fromkeys(units.subtree(turn.session, post.path) if below else [post.unit]))
    return tuple(own), turn.actor.unit_name


def _mine(turn: Turn, wanted: Wanted) -> tuple[Wanted, str]:
    """What I submitted, or what I am responsible for."""
    if _SUBMITTED.search(turn.text):
        return replace(wanted, submitted_by=turn.actor.userid), "您报送"
    return replace(wanted, people=(turn.actor.userid,)), "您名下"


def _instead(turn: Turn, wanted: Wanted, subject: str) -> tuple[Wanted, str]:
    """When nothing was found: one's own unit's for 我名下, what a supervising department found for 审计部的问题."""
    if wanted.people == (turn.actor.userid,) and turn.meaning.slots.get("scope") == "mine":
        codes, name = _self_units(turn)
        return replace(wanted, people=(), units=codes), subject.replace("您名下的", name).replace("您名下", name)
    unit = units.get_unit(turn.session, wanted.units[0]) if len(wanted.units) == 1 else None
    if unit is not None and unit.supervision_type and not wanted.source:
        return replace(wanted, units=(), source=unit.code), subject.replace(unit.name, f"{unit.name}来源", 1)
    return wanted, subject


def _unit_named(turn: Turn, name: str) -> Unit:
    unit = units.find_by_name(turn.session, turn.actor.unit_name if name == "SELF" else name)
    if unit is None:
        raise UserError(FOREIGN_UNIT)
    return unit


def _people(turn: Turn, said: str) -> tuple[str, ...]:
    return tuple(person.userid for person in people.named(turn.session, said)) or (said,)


def _in_time(turn: Turn, wanted: Wanted, subject: str) -> tuple[Wanted, str]:
    slots = turn.meaning.slots
    first, last = _day(slots.get("date_from")), _day(slots.get("date_to"))
    due_first, due_last = _day(slots.get("due_from")), _day(slots.get("due_to"))
    if due_first or due_last:
        subject += f"{_window(turn, due_first, due_last)}到期"
        return replace(wanted, due_from=due_first, due_to=due_last, states=STATES["in_hand"]), subject
    if first or last:
        return replace(wanted, registered_from=first, registered_to=last), f"{subject}{_window(turn, first, last)}登记"
    return wanted, subject


def _of_kind(turn: Turn, wanted: Wanted, subject: str) -> tuple[Wanted, str]:
    slots = turn.meaning.slots
    if slots.get("category"):
        wanted = replace(wanted, category=str(slots["category"]))
        subject += f"{categories.name_of(wanted.category)}类"
    if slots.get("severity"):
        wanted = replace(wanted, severity=str(slots["severity"]))
        subject += f"{'的' if subject.endswith(_HEADLESS) else ''}{wording.severity_name(wanted.severity)}"
    return wanted, subject


def _of_state(turn: Turn, wanted: Wanted, subject: str, *, overdue: bool) -> tuple[Wanted, str]:
    slots = turn.meaning.slots
    status = "overdue" if overdue or slots.get("overdue") else str(slots.get("status") or "")
    if status == "overdue":
        wanted = replace(wanted, overdue_on=day_of(turn.now), states=())
    elif status in STATES:
        wanted = replace(wanted, states=STATES[status])
    elif _UNASSIGNED.search(turn.text):
        status, wanted = "unassigned", replace(wanted, states=STATES["unassigned"])
    noun = _KIND.get(status, "问题")
    joined = "" if not subject or subject.endswith(_ADJECTIVES) else "的"
    return wanted, f"{subject}{joined}{noun}"


def _grouped(turn: Turn) -> bool:
    return turn.meaning.slots.get("group_by") == "unit" or bool(_PER_UNIT.search(turn.text))


def _unit_line(turn: Turn, name: str, many: int, due: date | None, *, overdue: bool) -> str:
    if not overdue or due is None:
        return f"{name or '单位待定'}｜{many}条"
    longest = turn.calendar.workdays_between(due, day_of(turn.now))
    return f"{name or '单位待定'}｜{many}条｜最长逾期{longest}个工作日"


def _window(turn: Turn, first: date | None, last: date | None) -> str:
    today = day_of(turn.now)
    start = wording.short_day(first, today) if first else ""
    end = wording.short_day(last, today) if last else ""
    return f"{start}至{end}" if start and end and start != end else start or f"{end}前"


def _day(value: Any) -> date | None:
    if isinstance(value, date):
        return value
    return date.fromisoformat(value) if isinstance(value, str) and value else None
