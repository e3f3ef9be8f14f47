"""Slots of meetings: called, moved, cancelled, their agenda, papers and minutes, what they decide (S28-S31)."""

# ruff: noqa: E501 - word lists and patterns read better one entry a line

from __future__ import annotations

import re
from datetime import date, timedelta
from typing import Any

from bot.understanding import describe, errands, numerals, spans
from bot.understanding.lazily import lazy
from bot.understanding.orders import future
from bot.understanding.reading import Reading

Slots = dict[str, Any]

_KINDS = (
    ("year_start", r"年初|开年|岁初"), ("mid_year", r"年中|半年会"), ("consultation", r"会商"), ("ad_hoc", r"临时|紧急会|碰头|急会"), ("joint_meeting", r"联席"),
)  # fmt: skip
_CLOCK = lazy(
    r"(?P<p>上午|下午{1,2}|下(?=[\d两三四五六])|晚上|早上|中午|傍晚|今晚|明早|早|晚)?\s*(?P<h>\d{1,2}|[一二三四五六七八九十两]{1,3})\s*(?:[:点时](?!间|候|限))\s*(?:(?P<m>[0-5]\d|\d(?=分))分?|(?P<half>半)|(?P<q>[一三])刻)?"
)
_PLACE = lazy(
    r"(?:地点|会场)(?:改|换|调整|定|设|放|安排|是|为|在|到|至|成|:|\s)+(?P<a>[^,。;\s]{2,16})|(?P<w>[一-龥\d]{0,8}(?:会议室|报告厅|会堂|礼堂|多功能厅|会议中心|接待室|活动室))|(?:在|到|换|改)\s*(?P<f>[一-龥]{0,5}[一二三四五六七八九十\d]{1,3}楼[^,。;\s]{0,8})|(?P<v>腾讯会议|视频会议?|线上(?:会议)?|钉钉会议|电话会议?)"
)
_LED_IN = lazy(
    r"^(?:地点|会场|会议(?!室|中心|厅)|仍|还是|就|定|开会|改|换|调(?!度)|挪|移|放|设|安排|在|到|至|为|成|是|[上下]午|\d{1,2}[:点时]\d{0,2}|[一二三四五六七八九十两]{1,3}点|半|:)+"
)
_MOVES = lazy(
    r"(?:改|换|挪|移|调|调整|推迟|推|延期?|提前|变更)(?:到|在|至|为|成)|改期|推迟|延期|(?:会议?|◇)[^,。;]{0,4}提前|换地方|换个地方"
)
_CANCELS = lazy(r"取消|停开|作废|撤销|撤了|黄了|不(?:召)?开(?:了|会)|不搞了|先不开|不办了")
_NOT_NOW = lazy(
    r"[?]|(?:吗|么|没|没有|呢)[\s。!,]*$|什么时候|啥时候|几号|几点|哪天|何时|谁|哪[些几家个里儿]|在哪|多少|几次|怎么样"
)
_TOPICS = lazy(r"议题(?:有|是|为|如下|定为|增加|加上?|补充|改为|[一二两三四五六七八九几\d]+(?:个|项)|:|\s|,(?=\d))*")
_STOP = lazy(r"[。\n]|[,;\s]+(?=结论|结果|意见|地点|时间|材料|参会|请|要求|会议室|在)")
_HEAD = lazy(r"^[^:\n]{0,30}[:]\s*|^[^,\n]{0,24}?(?:如下|情况是|内容是)[,\s]*")
_TODO = lazy(r"[,;。\s]*待办(?:事项)?(?:\d+项|[一二三四五六七八九]项)?\s*[:,]\s*")
_OUTCOME = lazy(r"(?:结论|结果|意见|会商意见|达成一致|一致意见|决定|议定)(?:是|为|:|,|\s)*")
_WHAT = (
    ("papers", r"(?:谁|哪[些几家个])[^。;]{0,10}(?:没|未|还差|欠)[^,。;]{0,4}(?:交|报|提交|报送)|(?:材料|报告)[^,。;]{0,8}(?:交|报|收)(?:上来|上|齐)?(?:了|过)?(?:没|吗|多少|几)|收齐|(?:还差|缺)谁"),
    ("agenda", r"议题|议程|研究什么|讨论什么|讲什么|说什么|什么内容|开什么"),
    ("when", r"什么时候|啥时候|几号|几点|哪天|何时|时间|在哪|哪[里儿]|地点|多会儿|会场|哪个会议室"),
    ("list", r"有哪些|哪几个|清单|列表|台账|几次|多少次|记录|纪要|近期|最近|安排"),
)  # fmt: skip


def clock(r: Reading, from_: int = 0) -> tuple[int, int] | None:
    """Hour and minute of 下午2点半, 14:30; the first one behind `from_`."""
    for m in _CLOCK.finditer(r.flat, from_):
        hour = int(m["h"]) if m["h"].isdecimal() else numerals.parse_numeral(m["h"])
        if hour is None or hour > 23 or (":" in m[0] and not m["m"]):
            continue
        if m["p"] and m["p"].startswith(("下", "晚上", "傍晚", "今晚", "晚")) and hour < 12:
            hour += 12
        minute = int(m["m"]) if m["m"] else 30 if m["half"] else {"一": 15, "三": 45}.get(m["q"] or "", 0)
        if minute < 60:
            return hour, minute
    return None


def moment(r: Reading) -> Slots:
    """`time` of a day with its hour, `date` of a day alone; of several days the last that has one (原定…改到…)."""
    days = [
        d
        for d in r.dates
        if d.kind == "day" and not (d.days and (d.workdays or r.flat[d.start : d.end].endswith("内")))
    ]
    days = [d for d in days if not re.match(r"\s*(?:之?前|以前)", r.flat[d.end :])] or days
    moved = _MOVES.search(r.flat)
    days = [d for d in days if moved and d.start >= moved.start()] or days
    if not days:
        return {}
    day = days[0].toward(r.today, "future")
    at = clock(r, day.end) or clock(r, 0)
    if at and at[0] < 12 and r.flat[day.start : day.end].endswith("晚"):
        at = (at[0] + 12, at[1])
    return {"time": f"{day.first.isoformat()}T{at[0]:02d}:{at[1]:02d}"} if at else {"date": day.first.isoformat()}


def place(r: Reading) -> Slots:
    hits = list(_PLACE.finditer(r.flat, r.start))
    if not hits:
        return {}
    group = next(g for g in ("a", "w", "f", "v") if hits[-1][g])
    start, end = hits[-1].span(group)
    start += max(r.flat[start : end - 2].rfind(c) for c in "在到为成是换") + 1
    while (m := _LED_IN.match(r.flat[start:end])) and m.end() < end - start:
        start += m.end()
    return {"place": describe.trim(r, start, end)}


def named(r: Reading) -> Slots:
    """`number` or `numbers` of the meetings named."""
    values = [n.value for n in r.numbers if n.value.startswith("HY-")]
    return {} if not values else {"number": values[0]} if len(values) == 1 else {"numbers": values}


def topics(r: Reading) -> list[str]:
    """What stands behind 议题, one entry a topic; topics that are counted (议题一…) each behind its word."""
    heads = list(_TOPICS.finditer(r.flat, r.start))
    heads = [m for m in heads if not re.match(r"(?:征集|收集|有哪些|是什么|[?]|呢|清单|吗|都|谁)", r.flat[m.end() :])]
    out: list[str] = []
    for m in heads:
        stop = _STOP.search(r.flat, m.end())
        end = stop.start() if stop and len(heads) == 1 and not r.items else len(r.flat)
        following = [h.start() for h in heads if h.start() > m.start()]
        out += _parts(r, m.end(), min([end, *following]))
    return out


def _parts(r: Reading, start: int, end: int) -> list[str]:
    inside = [(a, min(b, end)) for a, b in r.items if start - 4 <= a < end]
    if not inside:
        cut = r"[;\n]" if re.search(r"[;\n]", r.flat[start:end]) else r"、" if "、" in r.flat[start:end] else r"[,;\n]"
        at, inside = start, []
        for m in [*re.compile(cut).finditer(r.flat, start, end), None]:
            inside.append((at, m.start() if m else end))
            at = m.end() if m else end
    told = [describe.trim(r, a, b).rstrip("。；，、") for a, b in inside]
    return [t for t in told if len(t) >= 2]


def _said(r: Reading) -> Slots:
    """`desc`: what stands behind the head of the message, else the whole message."""
    head = _HEAD.match(r.flat[r.start :])
    start = r.start + head.end() if head and len(r.body) - head.end() >= 2 else r.start
    words = describe.trim(r, start, len(r.flat))
    return {"desc": words} if len(words) >= 2 else {}


def decided(r: Reading) -> list[Slots]:
    """What a meeting decides: one {"text", "org", "helpers", "due"} a sentence."""
    head = re.match(
        r"[^:,\n]{0,24}?(?:意见|决定|事项|要求|明确|决议|议定|议决|定了)(?:如下|有|是|为|\d+[条项]|[一二三四五六七八九]+[条项])*\s*(?:[:,\s]\s*|(?=由|责成|请|让))",
        r.body,
    )
    start = r.start + (head.end() if head else 0)
    return [e for e in (errands.errand(r, a, b) for a, b in errands.entries(r, start)) if e["text"]]


def _material_due(r: Reading, day: date) -> Slots:
    """提前一周收材料, 会前5个工作日交材料, 材料1月8日前交."""
    ahead = re.search(r"(?:提前|会前)\s*(\d+|[一二三四五六七八九十两半]+)\s*(周|天|日|个?工作日|个?星期|个?月)", r.flat)
    if ahead and re.search(r"材料|报告", r.flat):
        count = 0 if ahead[1] == "半" else errands.numeral(ahead[1])
        if "工作日" in ahead[2]:
            return {"material_due": spans.add_workdays(day, -count, r.is_workday).isoformat()}
        size = 30 if "月" in ahead[2] else 7 if ahead[2] in ("周", "个星期", "星期") else 1
        return {"material_due": (day - timedelta(days=count * size or 15)).isoformat()}
    papers = [
        d
        for d in r.dates
        if d.kind in ("day", "end") and (d.before or re.search(r"材料[^,。;]{0,4}$", r.flat[: d.start]))
    ]
    due = papers[-1].toward(r.today, "future").last if papers and "材料" in r.flat else None
    return {"material_due": due.isoformat()} if due and due < day else {}


def _create(r: Reading, out: Slots) -> Slots:
    out = {**out, "action": "create", **moment(r), **place(r)}
    when = out.get("time") or out.get("date")
    if when:
        out.update(_material_due(r, date.fromisoformat(when[:10])))
    if told := topics(r):
        out["topics"] = told
    return out


def _consult(r: Reading, out: Slots) -> Slots:
    """登记会商：审计部、财务部，议题两金压降，结论…"""
    out = {**_create(r, out), "meeting_type": "consultation"}
    hits = errands.named(r, r.start, len(r.flat)) or list(r.unit_hits)
    listed = [
        h
        for h in r.units.short(r.flat, r.start, len(r.flat))
        if re.search(r"(?:^|会商|部|[、和与及,:])\s*$", r.flat[r.start : h.start])
        and re.match(r"\s*(?:[、,和与及]|会商|就|一起)", r.flat[h.end :])
    ]
    hits += [h for h in listed if not any(x.start < h.end and h.start < x.end for x in hits)]
    orgs = list(
        dict.fromkeys(r.units.name(h.codes[0]) for h in sorted(hits, key=lambda h: h.start) if len(h.codes) == 1)
    )
    outcome = _OUTCOME.search(r.flat, r.start)
    about = re.search(
        r"(?:就|围绕|研究|讨论|针对)(?P<t>[^,。;]{2,30}?)(?:进行|开展|组织|召开)?(?:了)?(?:专题)?(?:会商|[,。;]|$)|会商了?(?P<u>[^,。;:]{2,24})",
        r.flat[r.start :],
    )
    if "topics" not in out and about:
        group = "t" if about["t"] else "u"
        out["topics"] = [describe.trim(r, r.start + about.start(group), r.start + about.end(group))]
    todo = _TODO.search(r.flat, outcome.end() if outcome else r.start)
    desc = describe.trim(r, outcome.end(), todo.start() if todo else len(r.flat)) if outcome else ""
    said = {"desc": desc} if len(desc) >= 2 else _said(r)
    listed_items = [errands.errand(r, a, b) for a, b in errands.entries(r, todo.end())] if todo else []
    items = [entry for entry in listed_items if entry["text"]]
    return {**out, **({"orgs": orgs} if orgs else {}), **({"items": items} if items else {}), **said}


_CONCLUDES = lazy(
    r"(?:会议?|会商|例会|◇)(?:今天|昨天|今早|上午|下午|刚刚?|刚才|都|也|已经?|顺利|如期|按时|按期|,|\s)*(?:开完|开过|开好|召开(?:完|过|毕|结束)?|结束|开毕|完毕|办完|举行)(?:了|完毕|完成|毕|啦|完|结束)*|散会|^会(?:议)?(?:刚刚?|已经?|都)*散|^(?:本次|这次|年初|年中|领导小组)*会?议?纪要"
)
_PAPERS = lazy(
    r"(?:监督(?:工作)?情况报告|会议材料|汇报材料|上会材料|参会材料|年[初中]会(?:议)?(?:的)?材料|年度监督(?:工作)?报告)"
)
_SET_ON = lazy(
    r"(?:安排|定|放|召开|开会时间|(?:^|\n|会议)时间:\s*)(?:在|于|是|为)?\s*(?:20\d\d年)?\d{1,2}月\d{1,2}[日号]?(?!\d|[日号]|\s*(?:之?前|以前))"
)
_ASKED_FOR = lazy(
    r"(?:交|报送|提交|报)[^,。]{0,12}(?:报告|材料|情况|总结|议题)|征集|收集|(?:材料|报告|议题|总结|汇报)[^。]{0,22}前(?:报|交)"
)
_DECIDES = lazy(
    r"^(?:◇|\s|会议|会上|本次会议|经研究|经会议研究|研究|,)*(?:处置意见|处理意见|会议决定|议定事项|决定事项|会议议定|会议要求|会议明确|议决事项|形成决议|决议|会上定了|会议定了|研究决定|决定)(?:如下|有|是|为|\d+[条项]|[一二三四五六七八九]+[条项])*\s*(?:[:,\s]|由|责成|请|让|(?=[^?吗谁哪]{2,40}(?:牵头|负责|配合|月底|年底|\d月|季度)))"
)


def _masked(r: Reading) -> str:
    """The message proper with every meeting's number as ◇."""
    flat = r.flat
    for n in r.numbers:
        if n.value.startswith("HY-"):
            flat = flat[: n.start] + "◇" * (n.end - n.start) + flat[n.end :]
    return re.sub("◇+", "◇", flat[r.start :])


def action(r: Reading) -> str:
    """What is done to a meeting: the narrower words first, a question where nothing else is said."""
    flat, body = r.flat, _masked(r)
    asked = bool(_NOT_NOW.search(body))
    if re.search(
        r"(?<!不[得准许能可]|谢绝)请个?假|不能参会|参加不了|去不了|无法参会|代我参|替我(?:开(?!了)|参|去)|不能参加|没法参加|来不了|到不了会",
        flat,
    ):
        return "leave"
    if re.search(
        r"材料(?:清单|目录|包)|(?:准备|要|带).{0,4}材料|材料.{0,4}(?:发我|给我|有哪些)|会议材料发", flat
    ) and not re.search(r"收材料|请各|谁|没交", flat):
        return "materials"
    if _DECIDES.search(body):
        return "decide"
    if not asked and re.search(r"会商", flat) and re.search(r"登记|记录|结论|会商[:了]|进行了?|开展了?", flat):
        return "create"
    if not asked and _CANCELS.search(flat):
        return "cancel"
    if not asked and _CONCLUDES.search(body):
        return "conclude"
    collects = re.search(r"前|提醒|之前|征集|收集", flat) and not re.search(r"提前(?:\d|一|两|半)|会前", flat)
    if _ASKED_FOR.search(flat) and collects and not asked and not _SET_ON.search(flat):
        return "collect"
    if (
        not asked
        and _PAPERS.search(flat)
        and not _SET_ON.search(flat)
        and (
            ":" in body
            or re.search(r"交|提交|报送|上交|已(?:经)?报|报了|在这|如下|见附|附件|发你|发过去|请收|请查收", body)
        )
    ):
        return "paper"
    if not asked and _MOVES.search(flat) and (moment(r) or place(r) or clock(r) or any(d.days for d in r.dates)):
        return "change"
    if moment(r) and not asked:
        return "create"
    return "agenda" if topics(r) and not asked else "query"


def meeting(r: Reading) -> Slots:
    out: Slots = named(r)
    kind = next((name for name, pattern in _KINDS if re.search(pattern, r.flat)), None)
    if kind:
        out["meeting_type"] = kind
    what = action(r)
    out["action"] = what
    if what == "create":
        return _consult(r, out) if kind == "consultation" else _create(r, out)
    if what == "collect":
        due = future(r)
        return {**out, **({"due": due.isoformat()} if due else {})}
    if what == "change":
        return {**out, **_changed(r)}
    if what in ("conclude", "paper"):
        return {**out, **(_said(r) if len(r.body) >= 12 and re.search(r"[:,。]|如下", r.body) else {})}
    if what == "agenda":
        return {**out, "topics": topics(r)}
    if what == "decide":
        return {**out, "items": decided(r)}
    if what == "query":
        asked = next((name for name, pattern in _WHAT if re.search(pattern, r.flat)), None)
        return {**out, **({"what": asked} if asked else {})}
    return out


def _changed(r: Reading) -> Slots:
    """The new time, place, or how long it is put off (`days`)."""
    out = {**moment(r), **place(r)}
    if not out and (at := clock(r)):
        return {"clock": f"{at[0]:02d}:{at[1]:02d}"}
    lengths = [d for d in r.dates if d.days and not d.back]
    if lengths and "time" not in out and ("date" not in out or lengths[0].kind == "day"):
        out.pop("date", None)
        out["days"] = (-1 if "提前" in r.flat else 1) * (lengths[0].days or 0)
    return out
