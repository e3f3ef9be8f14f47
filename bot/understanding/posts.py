"""Slots of who holds which post and who stands in for whom: appointments, delegates, sub-offices (domain.md 2.1, S61)."""

# ruff: noqa: E501 - word lists and patterns read better one entry a line

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

from bot.understanding import people
from bot.understanding.lazily import lazy
from bot.understanding.reading import Reading
from bot.understanding.spans import DateHit

Slots = dict[str, Any]

# What the posts are called -> the role of domain.md 2.1; None: the unit's kind decides.
_ROLES: tuple[tuple[str, str], ...] = (
    ("sub_office", r"(?:子级|下级|分级|二级|子)(?:监督)?办公室"), ("unit_liaison", r"整改联络员|责任单位联络员"), ("member_liaison", r"(?:成员单位|报送|填报|监督)联络员"),
    ("liaison", r"联络员|联系人"), ("audit_staff", r"审计人员|内审人员|审计员|审计干部"), ("disc_manager", r"线索管理员"), ("disc_handler", r"承办人|纪检承办"), ("acct_staff", r"追责(?:经办|人员|专员)"),
    ("office_director", r"(?:监督办|办公室)主任"), ("office_staff", r"(?:监督办|办公室)(?:的)?(?:专人|工作人员|人员|经办)|专人"), ("leading_group", r"领导小组(?:成员|组长|副组长)?"), ("union_staff", r"工会(?:干部|工作人员|人员|专员)"),
    ("log_auditor", r"日志审查员"), ("sys_admin", r"系统管理员|管理员"), ("head", r"(?:主要)?负责人|负责同志|一把手|部长|总?经理|书记|主任"),
)  # fmt: skip
_REMOVE = lazy(
    r"免去|免职|免掉|不再|卸任|不(?:担任|是|当|做)|取消|撤销|撤掉|去掉|停用|离职|退休|辞职|辞去|调离|调走|调出|离岗|走人|不干|收回"
)
_MOVE = lazy(r"调到|调任|调往|调去|转任|改任|轮岗到|调整到|调至|转到|调岗到")
_FROM = lazy(r"\s*(?:起|开始|以后|之后|后)")
_UNTIL = lazy(r"(?:到|至|截止|截至|直到)[\s是为]*$")
_STARTS = lazy(r"(?:自|从|打)\s*$")


def _days(r: Reading) -> list[DateHit]:
    return [d.toward(r.today, "future") for d in r.dates if d.kind in ("day", "end", "period")]


def span(r: Reading) -> Slots:
    """`from`/`to`: 下周, 11月30日到12月4日, 明天起到下周五, 12月1日起; a day alone is one day."""
    hits = _days(r)
    if not hits:
        return {}
    if len(hits) >= 2:
        last = hits[-1].last
        if last < hits[0].first and re.search(r"周|星期|礼拜", r.flat[hits[-1].start : hits[-1].end]):
            last += timedelta(days=7)  # 下周一到周三
        return {"from": hits[0].first.isoformat(), "to": last.isoformat()}
    hit = hits[0]
    until = re.match(r"\s*(?:到|至|-|~)\s*(\d{1,2})[日号]", r.flat[hit.end :])
    if until and hit.kind == "day" and hit.first.day < int(until[1]) <= 28 + 3 * (hit.first.month != 2):
        return {
            "from": hit.first.isoformat(),
            "to": (hit.first + timedelta(days=int(until[1]) - hit.first.day)).isoformat(),
        }
    if hit.kind == "period":
        return {"from": max(hit.first, r.today).isoformat(), "to": hit.last.isoformat()}
    if _UNTIL.search(r.flat[: hit.start]) or hit.before:
        return {"to": hit.last.isoformat()}
    if _FROM.match(r.flat, hit.end) or _STARTS.search(r.flat[: hit.start]):
        return {"from": hit.first.isoformat()}
    return {"from": hit.first.isoformat(), "to": hit.last.isoformat()}


def delegate(r: Reading) -> Slots:
    ended = re.search(r"取消|撤|结束|停|终止|解除|收回|不用|不必|无需|甭|别(?!人|的)|关闭|到此", r.flat)
    out: Slots = {"action": "end" if ended else "set"}
    if who := people.in_post(r.flat, r.raw, r.people):
        named = [
            p
            for p in r.people
            if re.search(r"(?:代理人|由|让|请|委托|授权|指定|找|交给|叫)(?:是|为|:|给|\s)*$", r.flat[: p.start])
        ]
        out["person"] = named[0].name if named else who
    return {**out, **span(r)} if not ended else out


def _role(r: Reading) -> str | None:
    """The post named, by its identifier; a liaison or a head of a department is the member unit's, else the unit's."""
    name = next((name for name, pattern in _ROLES if re.search(pattern, r.flat)), None)
    if name not in ("liaison", "head"):
        return name
    if not r.unit_hits:
        return None
    kind = "member" if not r.company() else "unit"
    return f"{kind}_{name}"


def appoint(r: Reading) -> Slots:
    moved, removed = _MOVE.search(r.flat), _REMOVE.search(r.flat)
    out: Slots = {"action": "move" if moved else "remove" if removed else "appoint"}
    if who := people.in_post(r.flat, r.raw, r.people):
        out["person"] = who
    units = [h for h in (r.company() or r.departments()) if len(h.codes) == 1]
    if units:
        behind = [h for h in units if moved and h.start >= moved.end()]
        out["unit"] = r.units.name((behind or units)[0].codes[0])
    if role := _role(r):
        out["role"] = role
    if (days := span(r)) and out["action"] != "remove":
        return {
            **out,
            **(days if ("to" in days and len(_days(r)) > 1) or set(days) == {"to"} else {"from": days["from"]}),
        }
    if days:
        out["to"] = days.get("from", days.get("to"))
    return out


def sub_office(r: Reading) -> Slots:
    off = re.search(r"停用|关闭|关掉|撤销|取消|停掉|停|关|撤", r.flat)
    out: Slots = {"action": "off" if off else "on"}
    units = [h for h in r.company() if len(h.codes) == 1]
    if units:
        out["unit"] = r.units.name(units[0].codes[0])
    return {**out, **({"person": r.people[0].name} if r.people else {})}
