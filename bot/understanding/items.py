"""Slots of things to be done by a day: the year's and the audit plan, what meetings decide, their list and coverage (S15, S30, S56)."""

# ruff: noqa: E501 - word lists and patterns read better one entry a line

from __future__ import annotations

import re
from datetime import date
from typing import Any

from bot.understanding import describe, errands
from bot.understanding.lazily import lazy
from bot.understanding.names import UnitHit
from bot.understanding.posts import span
from bot.understanding.reading import Reading

Slots = dict[str, Any]

_ADDS = r"(?:登记|新增|录入|录|列入|纳入|加入|加到|加|下达|制定|定|报|增加|补充|添加|添|新建|建|记|放进|写进|排进|安排)"
_HEAD = lazy(
    rf"(?:请|帮我?|麻烦|我们?|要|再|给|把|将|往|在|一下|下|{_ADDS}|(?:20\d\d|今|明|本|后)年(?:度)?的?|里|中|一?[条项个]|[\s,])*"
    r"(?:年度(?:监督|工作|检查|重点)*(?:工作)?计划|监督(?:检查|工作)?计划|检查计划|(?:内部)?审计(?:工作|项目)?计划|内审计划|季度(?:监督|工作)?计划|工作计划|计划|交办事项|交办任务|[待代]办(?:事项|任务)?|督办事项|任务|事项)"
    rf"(?:{_ADDS}|里|中|上|一下|项目|条目|再|了|如下|[一两三\d]?[条个项]|是|为)*\s*[:,\s]*"
)
LISTED = lazy(
    r"(?:清单|列表|台账|明细|一览|(?:都)?有?(?:哪些|什么|啥|几[条个项件]|多少)|发我|给我看?|看看|看一?下|列出来|呢|[?]|情况|进度|进展|完成没|没完成的?|逾期的?|还剩.{0,6}|怎么样了?|咋样了?|到哪了?)[了吗啊呀的都\s?。!]*$|^(?:请|帮我|给我|麻烦|想|要|我要|再|看看|看一?下|看|查一?下|查看?|列一?下|列出|拉一?下|打开|显示|我们?的?|本部门的?|[\s,])*(?:20\d\d年|今年|明年|去年|本年)?(?:度)?的?(?:未完成|没完成|没办完?|逾期|全部|所有|今日|今天|本周|我的|会议|的)*(?![^,。]{0,8}(?:同意|批准|研究|确定|落实|审定|听取|按|照|制定|编制|完成|取消|办结))[^,。:;]{0,8}(?:计划|待办|代办事项|交办事项|督办事项|交办任务)[\s。!]*$"
)
_TAIL = lazy(
    rf"[\s,。;]*(?:请|麻烦|把|将|也|都|帮我?)?{_ADDS}(?:到|进|为)?(?:20\d\d年|今年|明年|本年|后年)?(?:度)?的?(?:年度|监督|审计|检查|工作)*(?:计划|待办)(?:事项|里|中)?(?:吧|了|一下|[\s。!])*$"
)
_INTO = lazy(
    rf"{_ADDS}(?:到|进|为|至)?(?:20\d\d年|今年|明年|本年|后年|我们的?)?(?:度)?的?(?:年度|内部|监督|审计|检查|工作|重点)*(?:计划|待办)(?:事项|里|中|当中)?"
)
_TAKING = lazy(r"\s*(?:请|麻烦|帮我?)?(?:把|将)")
_VISIT = lazy(r"(?:检查|审计|巡察|督查|督导|调研|抽查|核查|巡查|盘点|摸底|审(?=一次|一下|[\s,。]|$)|查)")
_DONE = lazy(
    r"已经?(?:全部|都|按要求)?(?:落实|做|弄|搞)|(?:已经?|都|全部|均)?(?:完成|办好|办完|办结|办妥|搞定|落实(?:到位|了|完)|做完|弄完|搞完|干完|做好|弄好|结了|了结|交差|闭环|完事|齐活|到位|ok|办了|已办)"
)
_NOT_DONE = lazy(
    r"没(?:有)?完成|未完成|没办|未办|还没|没做|完不成|不能完成|没弄|尚未|没落实|未落实|还差|[?]|吗|没[\s。?]*$"
)
_CANCELS = lazy(r"取消|撤销|作废|撤掉|撤了|删掉|删了|删除|不做了|不办了|不用(?:做|办)了?|不搞了")
_MOVES = lazy(
    r"(?:改|延|推|挪|调|移|顺延|延期|推迟|调整|宽限|延长)(?:期|迟)?(?:到|至|为|在|成)|改期|延期|推迟|顺延|宽限|提前到|延长|往后(?:推|延|挪)|缓(?:一缓|到)?"
)
_COVERAGE = lazy(
    r"(?:审计|检查|监督|巡察|内审|经责)?[^,。;]{0,6}(?:覆盖率|覆盖面|覆盖了?(?:多少|几|哪)|覆盖到|全覆盖|覆盖情况)|(?:哪[些家几个]|谁|还有)[^,。;]{0,12}(?:没|未)(?:有)?(?:被)?(?:审计|检查|审|查|巡察)(?:过|到)|没审[\s?。呢]*$"
)


def named(r: Reading) -> Slots:
    values = [n.value for n in r.numbers if n.value[:2] in ("DB", "JH")]
    return {} if not values else {"number": values[0]} if len(values) == 1 else {"numbers": values}


def kind(r: Reading) -> str | None:
    if re.search(r"审计(?:工作|项目)?计划|内审计划|经责计划", r.flat) or (r.numbers and "审计计划" in r.flat):
        return "audit"
    if re.search(r"计划", r.flat):
        return "plan"
    return "decision" if re.search(r"交办事项|交办任务|督办事项|会议?(?:待办|议定)|议定事项", r.flat) else None


def action(r: Reading) -> str:
    if _COVERAGE.search(r.flat) and not named(r):
        return "coverage"
    if visit(r):
        return "create"
    told = bool(named(r)) or bool(re.search(r"[待代]办|交办事项|计划", r.body))
    if told and _CANCELS.search(r.flat) and not HEAD_COLON.match(r.body):
        return "cancel"
    if told and not HEAD_COLON.match(r.body):
        if _MOVES.search(r.flat) and any(not d.back for d in r.dates) and (not _asks(r) or _PLEADS.search(r.body)):
            return "move"
        if _DONE.search(r.flat) and not _NOT_DONE.search(r.flat) and (named(r) or not creates(r)):
            return "done"
    if LISTED.search(r.body) and len(r.body.strip()) <= 26 and not named(r) and ":" not in r.body:
        return "list"
    if named(r):
        return "list"
    return "create" if creates(r) else "list"


HEAD_COLON = lazy(_HEAD.pattern.removesuffix(r"[:,\s]*") + r"[:]\s*\S")


_PLEADS = lazy(r"能不能|能否|可否|可不可以|可以|想|申请|行不行")


def _asks(r: Reading) -> bool:
    return r.has("ASK") or bool(re.search(r"[?]|吗|清单|列表|哪些|看看|查一?下|给我看", r.body))


def visit(r: Reading) -> bool:
    """财务部12月要去恒信能源检查资金: who looks at whom, in days to come, and nothing found yet."""
    return bool(_GOES.search(r.body)) and bool(targets(r))


def targets(r: Reading) -> list[UnitHit]:
    """The companies that are looked at, short names too behind 去, 到, 对."""
    hits = [h for h in r.company() if len(h.codes) == 1]
    return hits or [
        h
        for h in r.units.short(r.flat, r.start, len(r.flat))
        if re.search(r"(?:去|到|赴|前往|对|进驻)\s*$", r.flat[: h.start]) and len(h.codes) == 1
    ]


_GOES = lazy(
    r"(?:要|计划|拟|准备|打算|将|安排|想|定于|预计|会)?(?:去|到|赴|前往|对|进驻|进场)[^,。;]{1,16}?(?:开展|进行|做|搞|组织|的)?[^,。;]{0,10}(?:检查|审计|巡察|督查|督导|调研|抽查|核查|巡查|盘点)"
)


def creates(r: Reading) -> bool:
    head = _HEAD.match(r.body)
    return bool((head and len(r.body) - head.end() >= 4) or _TAIL.search(r.body) or _taken(r))


def _taken(r: Reading) -> re.Match[str] | None:
    """把恒信物流内控审计列入明年审计计划，审计部负责."""
    return _INTO.search(r.flat, r.start) if _TAKING.match(r.body) else None


def _create(r: Reading) -> Slots:
    taken = _taken(r)
    head = None if taken or (visit(r) and not HEAD_COLON.match(r.body)) else _HEAD.match(r.body)
    take = _TAKING.match(r.body) if taken else None
    start = r.start + (head.end() if head else take.end() if take else 0)
    tail = _TAIL.search(r.flat, start)
    end = tail.start() if tail and tail.start() - start >= 4 else len(r.flat)
    out: Slots = {
        "action": "create",
        "kind": kind(r) or ("plan" if visit(r) else "decision"),
        **errands.errand(r, start, end, [taken.span()] if taken else []),
    }
    if "due" not in out and (year := re.search(r"(20\d\d|明|今|本)年", r.flat[r.start : start])):
        out["due"] = f"{_year(year[1], r.today)}-12-31"
    elif "quarter" not in out and (quarter := errands.due(r, r.start, start)[0].get("quarter")):
        out["quarter"] = quarter
    if visit(r):
        return {**out, **_visit(r, out)}
    companies = [r.units.name(h.codes[0]) for h in r.company() if len(h.codes) == 1]
    if companies and companies[0] != out.get("org") and companies[0] not in out.get("helpers", ()):
        out["unit"] = companies[0]
    if every := errands.months(r.flat):
        out["months"] = every
    refs = [n.value for n in r.numbers if n.value.startswith("WT-")]
    return {**out, **({"refs": refs} if refs else {})}


def _year(said: str, today: date) -> int:
    return int(said) if said.isdecimal() else today.year + (said == "明")


def _visit(r: Reading, told: Slots) -> Slots:
    """Who goes to whom from when to when, to look at what."""
    hits = targets(r)
    out: Slots = {"inspection": True, "unit": r.units.name(hits[-1].codes[0])}
    doers = [h for h in r.departments() if len(h.codes) == 1] or hits[:-1]
    if "org" not in told or told["org"] == out["unit"]:
        own = re.search(r"(?:^|[\s,])(?:我们?|咱们?|本)(?:部门?|这边|单位|公司)?", r.body)
        if doers:
            out["org"] = r.units.name(doers[0].codes[0])
        elif own:
            out["org"] = "SELF"
    said = _VISIT.search(r.flat, hits[-1].end)
    start = said.start() if said else hits[-1].end
    lead = re.match(r"\s*(?:的|开展|进行|做|搞|组织)*", r.flat[hits[-1].end : start])
    between = r.flat[hits[-1].end + (lead.end() if lead else 0) : start].strip()
    words = describe.trim(r, start - len(between) if 0 < len(between) <= 10 else start, len(r.flat))
    days = span(r)
    return {
        **out,
        **({"text": words} if len(words) >= 2 else {}),
        **days,
        **({"due": days["to"]} if "to" in days else {}),
    }


def _done_words(r: Reading) -> Slots:
    """What was done, behind the colon or the comma."""
    mark = re.search(
        r"(?:完成|办好|办完|办结|办妥|搞定|落实|做完|弄完|做好|弄好|结了|了结|闭环|到位|已办|办了)[^,:。;]{0,6}[:,。;]\s*",
        r.flat,
    )
    words = describe.trim(r, mark.end(), len(r.flat)) if mark else ""
    if len(words) < 2:
        words = (describe.without_numbers(r) or "") if len(r.body) >= 18 else ""
    return {"desc": words} if len(words) >= 2 else {}


def item(r: Reading) -> Slots:
    what = action(r)
    if what == "create":
        return _create(r)
    out: Slots = {"action": what, **named(r)}
    if what == "coverage":
        year = re.search(r"(20\d\d|[今明去本])年", r.flat)
        offset = {"今": 0, "本": 0, "明": 1, "去": -1}
        said = r.today.year if not year else int(year[1]) if year[1].isdecimal() else r.today.year + offset[year[1]]
        return {**out, "year": said}
    if what == "done":
        return {**out, **_done_words(r)}
    if what == "move":
        lengths = [d.days for d in r.dates if d.days and not d.back and d.kind == "length"]
        due = errands.due(r, r.start, len(r.flat))[0].get("due")
        return {**out, **({"days": lengths[0]} if lengths else {"due": due} if due else {}), **_reason(r)}
    if what == "cancel":
        return {**out, **_reason(r)}
    told = describe.without_numbers(r) if named(r) and _TOLD.search(r.flat) and not _asks(r) else None
    return {**out, **_listed(r), **({"desc": told} if told else {})}


_TOLD = lazy(r"进展|进度|正在|目前|还差|已")  # how it stands, without being done


def _reason(r: Reading) -> Slots:
    words = describe.reason(r, re.compile(r"取消|撤|作废|删|改到|延|推|挪|调|^db|^jh|[待代]办|计划"))
    return {"reason": words} if words else {}


def _listed(r: Reading) -> Slots:
    out: Slots = {}
    if (said := kind(r)) and not named(r):
        out["kind"] = said
    if re.search(r"我(?!们?集团)|咱|本(?:部门|单位|公司)", r.body):
        out["scope"] = "mine"
    if re.search(r"逾期|超期|过期", r.flat):
        out["overdue"] = True
    elif re.search(r"没(?:有)?(?:完成|办|做)|未(?:完成|办|做)|在办|还剩|没弄完", r.flat):
        out["status"] = "open"
    if year := re.search(r"(20\d\d|[今明去本])年", r.flat):
        offset = {"今": 0, "本": 0, "明": 1, "去": -1}
        out["year"] = int(year[1]) if year[1].isdecimal() else r.today.year + offset[year[1]]
    units = [r.units.name(h.codes[0]) for h in r.unit_hits if len(h.codes) == 1]
    return {**out, **({"unit": units[0]} if units else {})}
