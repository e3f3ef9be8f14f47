"""Lists of findings: what was asked for, what of it the person may see, and how it is listed (domain.md 5.1)."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import Any

from bot.errors import FOREIGN_UNIT, UserError
from bot.flow import Done, Turn
from handlers import access, query_lists, query_scope, query_wanted, query_words
from handlers.query_wanted import Parts
from handlers.rules.calendar import day_of
from handlers.rules.permissions import Action
from storage import fulltext, people, searches, units
from storage.fulltext import Found
from storage.grants import Scope
from storage.searches import Wanted

MOST = 200  # lines after “全部”; more would be a file
_ORDER_WORDS = {"amount": "，按金额从大到小", "overdue": "，按逾期时间从长到短"}
_PER_UNIT = re.compile(r"(?:各|每个?|哪些|哪几家|哪家)(?:权属)?(?:单位|公司|企业|部门|家)|按单位|分单位")

_PER_PERSON = re.compile(r"(?:每个?|各)(?:整改)?责任人|(?:按|分)(?:整改)?责任人|哪个(?:整改)?责任人")


def of_units(turn: Turn) -> Done:
    """By responsible unit, by source, by person, or one's own."""
    scope = scope_or_refuse(turn)
    wanted, parts = query_wanted.described(turn)
    if searches.count(turn.session, wanted, scope) == 0:
        wanted, parts = _instead(turn, wanted, parts)
        if query_wanted.mine(turn) and searches.count(turn.session, wanted, scope) == 0:
            return Done(f"您名下现在没有整改任务，{turn.actor.unit_name}也没有。要看别的，发“逾期清单”或“统计”。")
    return list_of(turn, scope, wanted, parts, group=_grouped(turn))


def by_time(turn: Turn) -> Done:
    """By the days on which findings were registered, or are due; with category and severity."""
    scope = scope_or_refuse(turn)
    wanted, parts = query_wanted.described(turn)
    return list_of(turn, scope, wanted, parts, group=_grouped(turn))


def overdue(turn: Turn) -> Done:
    """What is overdue, the longest first; by unit when asked so."""
    scope = scope_or_refuse(turn)
    wanted, parts = query_wanted.described(turn, overdue=True)
    return list_of(turn, scope, wanted, parts, group=_grouped(turn))


def list_of(turn: Turn, scope: Scope, wanted: Wanted, parts: Parts, *, group: str = "", whole: bool = False) -> Done:
    """The total first, then eight lines; “全部” comes back here with `whole`. What cannot narrow it is said.

    group: "unit" or "person" for a line each of how many there are, "" for a line a finding.
    """
    overdue, subject = wanted.overdue_on is not None, query_wanted.named(parts)
    found = fulltext.search(turn.session, wanted.words, wanted, scope) if wanted.words else None
    among = found.rows if found else None
    total = searches.count(turn.session, wanted, scope) if among is None else len(among)
    spec = {"kind": "findings", "wanted": query_wanted.packed(wanted), "parts": parts, "group": group}
    turn.recent["found"] = spec
    if total == 0:
        turn.recent.pop("list", None)
        nothing = f"没有查到{subject}。" if not overdue else f"现在没有{subject}。"
        return _cautious(parts, Done(nothing + _below(turn, scope, wanted, parts)))
    heading = _heading(wanted, subject, total, found, late=overdue and not group)
    if group:
        lines = _grouped_lines(turn, wanted, scope, among, group)
        turn.recent["numbers"] = []
    else:
        rows = searches.lines(turn.session, wanted, scope, MOST, among=among)
        money = wanted.amount_from is not None or wanted.amount_to is not None or wanted.sort == "amount"
        lines = [query_words.line(turn, at, row, amount=money) for at, row in enumerate(rows, 1)]
        turn.recent["numbers"] = [row.number for row in rows]
        turn.recent.pop("listed", None)
    if not whole:
        more = total if not group else len(lines)
        return _cautious(parts, query_lists.first_page(turn, heading, lines, spec, more=more))
    done = query_lists.rest(turn, heading, lines)
    cut = f"\n先列{MOST}条，请按单位或时间缩小范围再查。" if total > MOST and not group else ""
    return Done(done.text + cut)


def _below(turn: Turn, scope: Scope, wanted: Wanted, parts: Parts) -> str:
    """Where the unit that was asked for has none: how many there are below it, and what to say to see them."""
    if len(wanted.units) != 1 or wanted.words or "who" not in parts:
        return ""
    unit = units.get_unit(turn.session, wanted.units[0])
    below = tuple(code for code in units.subtree(turn.session, unit.path) if code != unit.code)
    many = searches.count(turn.session, replace(wanted, units=below), scope) if below else 0
    said = query_wanted.named({**parts, "who": f"{unit.name}及下属单位"})
    return f"下属单位有{many}条，发“{said}”查看。" if many else ""


def _cautious(parts: Parts, done: Done) -> Done:
    caution = query_wanted.caution(parts)
    return Done(f"{caution}\n{done.text}") if caution else done


def _heading(wanted: Wanted, subject: str, total: int, found: Found | None, *, late: bool) -> str:
    order = _ORDER_WORDS.get(wanted.sort) or (_ORDER_WORDS["overdue"] if late and found is None else "")
    if found is not None and not found.every:
        return f"没有同时满足的问题（{subject}）；较相近的{total}条{order}："
    many = f"{total}条以上，先看较新的" if found is not None and found.capped else f"{total}条"
    return f"{subject}共{many}{order}："


def again(turn: Turn, spec: Mapping[str, Any]) -> Done:
    """The rest of a list, from the store and with the rights as they are now."""
    scope = scope_or_refuse(turn)
    wanted = query_wanted.still_allowed(turn, query_wanted.unpacked(spec["wanted"]))
    return list_of(turn, scope, wanted, dict(spec.get("parts") or {}), group=group_kept(spec["group"]), whole=True)


def scope_or_refuse(turn: Turn) -> Scope:
    """What the person may see; somebody who may see no list at all hears the one sentence."""
    scope, me = query_scope.scope_of(turn), turn.actor.userid
    if not access.in_own_unit(turn, Action.QUERY_LIST):
        own = Wanted(people=(me,))  # an employee who is responsible for something has at least that
        if searches.count(turn.session, own, scope) == 0:
            raise UserError(FOREIGN_UNIT)
    return scope


def _instead(turn: Turn, wanted: Wanted, parts: Parts) -> tuple[Wanted, Parts]:
    """When nothing was found: one's own unit's for 我名下, what a supervising department found for 审计部的问题."""
    if wanted.people == (turn.actor.userid,) and turn.meaning.slots.get("scope") == "mine":
        codes, name = query_wanted.self_units(turn)
        return replace(wanted, people=(), units=codes), {**parts, "who": name}
    unit = units.get_unit(turn.session, wanted.units[0]) if len(wanted.units) == 1 else None
    if unit is not None and unit.supervision_type and not wanted.source:
        rest = {name: said for name, said in parts.items() if name != "who"}
        return replace(wanted, units=(), source=unit.code), {**rest, "source": f"{unit.name}来源"}
    return wanted, parts


def _grouped(turn: Turn) -> str:
    if (said := turn.meaning.slots.get("group_by")) in ("unit", "person"):
        return str(said)
    return "unit" if _PER_UNIT.search(turn.text) else "person" if _PER_PERSON.search(turn.text) else ""


def group_kept(kept: Any) -> str:
    """The group of a list that was shown; one kept before there were persons says only whether it had units."""
    return kept if isinstance(kept, str) else "unit" if kept else ""


def _grouped_lines(turn: Turn, wanted: Wanted, scope: Scope, among: Sequence[int] | None, group: str) -> list[str]:
    if group == "unit":
        named = searches.by_unit(turn.session, wanted, scope, among)
        return [_group_line(turn, name or "单位待定", many, due, wanted) for name, many, due in named]
    counted = searches.by_person(turn.session, wanted, scope, among)
    nobody = {"": "责任人待定", None: "您看不到责任人的"}
    return [
        _group_line(turn, people.name_of(turn.session, who) if who else nobody[who], many, due, wanted)
        for who, many, due in counted
    ]


def _group_line(turn: Turn, name: str, many: int, due: date | None, wanted: Wanted) -> str:
    if wanted.overdue_on is None or due is None:
        return f"{name}｜{many}条"
    return f"{name}｜{many}条｜最长逾期{turn.calendar.workdays_between(due, day_of(turn.now))}个工作日"
