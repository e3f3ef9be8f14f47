"""Lists of findings: what was asked for, what of it the person may see, and how it is listed (domain.md 5.1)."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import asdict, fields, replace
from datetime import date, timedelta
from typing import Any

from bot.errors import FOREIGN_UNIT, UserError
from bot.flow import Done, Turn
from handlers import query_lists, query_scope, query_words
from handlers.rules import categories, wording
from handlers.rules.calendar import day_of
from handlers.rules.permissions import Action, may
from handlers.rules.relations import Facts, relation_of
from storage import people, searches, units
from storage.matters import Unit
from storage.searches import Scope, Wanted

OPEN = ("submitted", "need_more", "registered", "assigned", "rectifying", "ongoing", "pending_acceptance")
STATES: Mapping[str, tuple[str, ...]] = {
    "open": OPEN,
    "closed": ("closed",),
    "pending": ("pending_acceptance",),
    "in_hand": ("assigned", "rectifying", "ongoing"),
}
MOST = 200  # lines after “全部”; more would be a file
_KIND = {
    "overdue": "逾期问题",
    "open": "未销号问题",
    "closed": "已销号问题",
    "pending": "待验收问题",
    "in_hand": "在办问题",
}
_PER_UNIT = re.compile(r"(?:各|每个?|哪些|哪几家|哪家)(?:权属)?(?:单位|公司|企业|部门|家)|按单位|分单位")


def of_units(turn: Turn) -> Done:
    """By responsible unit, by source, by person, or one's own."""
    slots = turn.meaning.slots
    scope = scope_or_refuse(turn)
    wanted, subject = Wanted(), ""
    if slots.get("source_org"):
        source = _unit_named(turn, slots["source_org"])
        wanted, subject = replace(wanted, source=source.code), f"{source.name}来源"
    if slots.get("person"):
        wanted, subject = replace(wanted, people=_people(turn, slots["person"])), f"{subject}{_person(turn)}名下"
    if slots.get("unit") or not subject:
        wanted, name = _with_unit(turn, wanted)
        subject = f"{name}{subject}" if not subject else f"{subject}（{name}）"
    return list_of(turn, scope, *_narrowed(turn, wanted, subject))


def by_time(turn: Turn) -> Done:
    """By the days on which findings were registered, or are due; with category and severity."""
    slots = turn.meaning.slots
    scope = scope_or_refuse(turn)
    wanted, subject = Wanted(), ""
    if slots.get("unit"):
        wanted, subject = _with_unit(turn, wanted)
    if slots.get("source_org"):
        source = _unit_named(turn, slots["source_org"])
        wanted, subject = replace(wanted, source=source.code), f"{subject}{source.name}来源"
    first, last = _day(slots.get("date_from")), _day(slots.get("date_to"))
    due_first, due_last = _day(slots.get("due_from")), _day(slots.get("due_to"))
    wanted = replace(wanted, registered_from=first, registered_to=last, due_from=due_first, due_to=due_last)
    if due_first or due_last:
        wanted = replace(wanted, states=STATES["in_hand"])
        subject += f"{_window(turn, due_first, due_last)}到期"
    elif first or last:
        subject += f"{_window(turn, first, last)}登记"
    wanted, subject = _narrowed(turn, wanted, subject)
    return list_of(turn, scope, wanted, subject, group=_grouped(turn))


def overdue(turn: Turn) -> Done:
    """What is overdue, the longest first; by unit when asked so."""
    slots, today = turn.meaning.slots, day_of(turn.now)
    scope = scope_or_refuse(turn)
    wanted, subject = Wanted(overdue_on=today), ""
    if slots.get("unit"):
        wanted, subject = _with_unit(turn, wanted)
    if slots.get("source_org"):
        source = _unit_named(turn, slots["source_org"])
        wanted, subject = replace(wanted, source=source.code), f"{source.name}来源"
    if slots.get("person"):
        wanted, subject = replace(wanted, people=_people(turn, slots["person"])), f"{_person(turn)}名下"
    days = slots.get("min_days")
    if isinstance(days, int) and days > 0:
        wanted = replace(wanted, due_before=today - timedelta(days=days - 1))
        subject += f"超期{days}天以上的"
    if slots.get("category"):
        wanted, subject = _of_category(wanted, subject, slots["category"])
    return list_of(turn, scope, wanted, f"{subject}逾期问题", group=_grouped(turn), overdue=True)


def list_of(
    turn: Turn, scope: Scope, wanted: Wanted, subject: str, *, group: bool = False, overdue: bool = False,
    whole: bool = False,
) -> Done:  # fmt: skip
    """The total first, then eight lines; “全部” comes back here with `whole`."""
    subject = subject or "问题"
    total = searches.count(turn.session, wanted, scope)
    if total == 0:
        turn.recent.pop("list", None)
        return Done(f"没有{subject}。" if subject.endswith("问题") else f"没有查到{subject}的问题。")
    heading = f"{subject}共{total}条" + ("，按逾期时间从长到短：" if overdue and not group else "：")
    spec = {"kind": "findings", "wanted": packed(wanted), "subject": subject, "group": group, "overdue": overdue}
    if group:
        lines = [_unit_line(turn, *row, overdue=overdue) for row in searches.by_unit(turn.session, wanted, scope)]
        turn.recent["numbers"] = []
    else:
        rows = searches.lines(turn.session, wanted, scope, MOST)
        lines = [query_words.line(turn, at, row) for at, row in enumerate(rows, 1)]
        turn.recent["numbers"] = [row.number for row in rows]
    if not whole:
        return query_lists.first_page(turn, heading, lines, spec, more=total if not group else len(lines))
    done = query_lists.rest(turn, heading, lines)
    cut = f"\n先列{MOST}条，请按单位或时间缩小范围再查。" if total > MOST and not group else ""
    return Done(done.text + cut)


def again(turn: Turn, spec: Mapping[str, Any]) -> Done:
    """The rest of a list, from the store and with the rights as they are now."""
    scope = scope_or_refuse(turn)
    group, late = bool(spec["group"]), bool(spec["overdue"])
    return list_of(turn, scope, unpacked(spec["wanted"]), str(spec["subject"]), group=group, overdue=late, whole=True)


def scope_or_refuse(turn: Turn) -> Scope:
    """What the person may see; somebody who may see no list at all hears the one sentence."""
    scope, me = query_scope.scope_of(turn), turn.actor.userid
    if not any(_may_list(turn, Facts(unit=post.unit, resp_person=me)) for post in turn.actor.posts):
        own = Wanted(people=(me,))  # an employee who is responsible for something has at least that
        if searches.count(turn.session, own, scope) == 0:
            raise UserError(FOREIGN_UNIT)
    return scope


def _may_list(turn: Turn, facts: Facts) -> bool:
    me = turn.actor.userid
    return any(may(Action.QUERY_LIST, [post], relation_of(me, post, facts)) for post in turn.actor.posts)


def allowed_unit(turn: Turn, unit: Unit) -> bool:
    """Whether the person may ask for the list of this unit at all (contract.md, Refusals)."""
    if _may_list(turn, Facts(unit=unit.code, unit_path=unit.path, resp_person=turn.actor.userid)):
        return True
    return unit.code in query_scope.served(turn)


def units_wanted(turn: Turn) -> tuple[tuple[str, ...], str]:
    """The codes of the units that were asked for, and how to name them; refuses a foreign or unknown one."""
    slots = turn.meaning.slots
    name = slots.get("unit") or "SELF"
    if name == "SELF":
        return _self_units(turn)
    unit = _unit_named(turn, name)
    if not allowed_unit(turn, unit):
        raise UserError(FOREIGN_UNIT)
    if slots.get("include_sub") or unit.parent is None:
        return tuple(units.subtree(turn.session, unit.path)), f"{unit.name}及下属单位"
    return (unit.code,), unit.name


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


def _with_unit(turn: Turn, wanted: Wanted) -> tuple[Wanted, str]:
    codes, name = units_wanted(turn)
    return replace(wanted, units=codes), name


def _unit_named(turn: Turn, name: str) -> Unit:
    unit = units.find_by_name(turn.session, turn.actor.unit_name if name == "SELF" else name)
    if unit is None:
        raise UserError(FOREIGN_UNIT)
    return unit


def _people(turn: Turn, said: str) -> tuple[str, ...]:
    if said in ("SELF", "me"):
        return (turn.actor.userid,)
    accounts = tuple(person.userid for person in people.named(turn.session, said))
    return accounts or (said,)


def _person(turn: Turn) -> str:
    said = str(turn.meaning.slots["person"])
    return "您" if said in ("SELF", "me") else people.name_of(turn.session, said)


def _narrowed(turn: Turn, wanted: Wanted, subject: str) -> tuple[Wanted, str]:
    """Status, category, severity and quarter, as far as they were said."""
    slots = turn.meaning.slots
    noun = "问题"
    status = str(slots.get("status") or "")
    if status == "overdue":
        wanted, noun = replace(wanted, overdue_on=day_of(turn.now)), _KIND["overdue"]
    elif status in STATES:
        wanted, noun = replace(wanted, states=STATES[status]), _KIND[status]
    if slots.get("category"):
        wanted, subject = _of_category(wanted, subject, slots["category"])
    if slots.get("severity"):
        wanted = replace(wanted, severity=str(slots["severity"]))
        subject += wording.severity_name(wanted.severity)
    return wanted, f"{subject}{noun}" if not subject.endswith(
        ("登记", "到期", "名下", "来源")
    ) else f"{subject}的{noun}"


def _of_category(wanted: Wanted, subject: str, category: Any) -> tuple[Wanted, str]:
    code = str(category)
    return replace(wanted, category=code), f"{subject}{categories.name_of(code)}类"


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
