"""Slots of what leads and the office go through: transfers, dispositions, meetings, interviews, joint inspections."""

# ruff: noqa: E501 - word lists and patterns read better one entry a line

from __future__ import annotations

import re
from datetime import date, timedelta

from bot.understanding import describe, numerals
from bot.understanding.orders import Slots, days_of, future, with_reason
from bot.understanding.reading import Reading
from bot.understanding.submission import numbered, place

_TRANSFER = re.compile(r"移送|移交|转交|转送|转|编号|^xs|按.{0,4}处理")

_TARGETS = (
    ("disc", r"纪检|纪委|监委|派驻|案管"),
    ("acct", r"追责|责任追究|违规经营投资"),
    ("external", r"公安|检察|司法|上级"),
    ("office", r"监督办|领导小组办公室|办公室"),
)


def transfer(r: Reading) -> Slots:
    out = numbered(r)
    mark = re.search(r"(?:移送|移交|转交|转送|转给|转至|转到|转办|转|移给|移至|交给|送交)(?:至|给|到)?", r.flat)
    tail = r.flat[mark.end() :] if mark else r.flat
    for name, pattern in _TARGETS[:3]:
        if re.match(rf"[^,。;]{{0,10}}(?:{pattern})", tail):
            out["target"] = name
            break
    else:
        functional = [h for h in r.departments() if mark and 0 <= h.start - mark.end() <= 1]
        if functional:
            out["target"] = "func:" + r.units.name(functional[0].codes[0])
        elif re.search(r"纪检|纪委", r.flat) or not out or not mark:
            out["target"] = "disc"
    if not out.get("number") and not out.get("numbers"):
        said = describe.reason(r, re.compile(r"移送|移交|转交|转纪|转追|一下$"))
        if said:
            out["desc"] = said
        out.setdefault("target", "disc")
        return out
    return with_reason(r, out, _TRANSFER)


_DISPOSALS = (
    ("prelim_verify", r"初步核实|初核"), ("talk_inquiry", r"谈话函询|函询"), ("shelved", r"暂存"), ("filed", r"立案"), ("concluded", r"了结"),
)  # fmt: skip


def decide_lead(r: Reading) -> Slots:
    out = numbered(r)
    flat = r.flat
    for name, pattern in _DISPOSALS:
        if re.search(pattern, flat):
            out["disposal"] = name
            break
    if re.search(r"退回|不属于|不予受理|不受理|打回", flat):
        out["decision"] = "return" if not re.search(r"不予受理", flat) or re.search(r"退回", flat) else "reject"
    elif re.search(r"了结", flat):
        out["decision"] = "close"
    elif re.search(r"办结|核查终结|结案", flat):
        out["decision"] = "closed"
    elif re.search(r"受理|收下|接收", flat):
        out["decision"] = "accept"
    if re.search(r"澄清", flat):
        out["clarify"] = True
    if (
        re.search(r"追责那边|反向衔接|违规追责.{0,6}(?:再|跟|要不要)|推送追责|党内警告|党纪|政务处分", flat)
        and out.get("decision") == "closed"
    ):
        out["backflow"] = True
    holder = [p for p in r.people if p.label in ("承办人", "经办人", "负责人", "由", "交给")]
    if holder:
        out["person"] = holder[0].name
    if out.get("disposal") == "shelved":
        later = [d for d in r.dates if d.kind in ("day", "end")]
        if later:
            out["remind_at"] = later[0].toward(r.today, "future").last.isoformat()
    else:
        out.update(days_of(r))
    return with_reason(r, out, re.compile(r"退回|受理|核实|了结|暂存|函询|立案|办结|承办|^xs"))


_CLOCK = re.compile(
    r"(?P<p>上午|下午|晚上|早上|中午|傍晚|今晚|明早)?\s*(?P<h>\d{1,2}|[一二三四五六七八九十两]{1,3})\s*(?:[:点时])\s*(?:(?P<m>\d{1,2})分?|(?P<half>半)|(?P<q>[一三])刻)?"
)


def clock(r: Reading, from_: int = 0) -> tuple[int, int] | None:
    """Hour and minute of 下午2点半, 14:30; the first one behind `from_`."""
    for m in _CLOCK.finditer(r.flat, from_):
        hour = int(m["h"]) if m["h"].isdecimal() else numerals.parse_numeral(m["h"])
        if hour is None or hour > 23 or (":" in m[0] and not m["m"]):
            continue
        if m["p"] in ("下午", "晚上", "傍晚", "今晚") and hour < 12:
            hour += 12
        minute = int(m["m"]) if m["m"] else 30 if m["half"] else {"一": 15, "三": 45}.get(m["q"] or "", 0)
        if minute < 60:
            return hour, minute
    return None


def _moment(r: Reading) -> Slots:
    days = [d for d in r.dates if d.kind == "day" and d.days is None]
    if not days:
        return {}
    day = days[0].toward(r.today, "future")
    at = clock(r, day.end)
    return {"time": f"{day.first.isoformat()}T{at[0]:02d}:{at[1]:02d}"} if at else {"date": day.first.isoformat()}


def meeting(r: Reading) -> Slots:
    flat, out = r.flat, {}
    for kind, pattern in (
        ("year_start", r"年初"),
        ("mid_year", r"年中"),
        ("ad_hoc", r"临时|紧急会|碰头"),
        ("joint", r"联席"),
    ):
        if re.search(pattern, flat):
            out["meeting_type"] = kind
            break
    if re.search(r"请假|不能参会|参加不了|去不了|无法参会|代我参", flat):
        return {**out, "action": "leave"}
    if re.search(r"材料(?:清单|目录)|要.{0,4}材料|材料.{0,4}(?:发我|给我|有哪些)", flat):
        return {**out, "action": "materials"}
    asked = re.search(r"什么时候|几点|哪天|几号|在哪|吗|[?]|啥时候", flat)
    if (
        re.search(r"(?:交|报送|提交|报)[^,。]{0,12}(?:报告|材料|情况|总结|议题)|征集", flat)
        and re.search(r"前|提醒|之前", flat)
        and not asked
        and not re.search(r"提前(?:\d|一|两|半)", flat)
    ):
        out["action"] = "collect"
        due = future(r)
        return {**out, **({"due": due.isoformat()} if due else {})}
    moment = _moment(r)
    if moment and not asked:
        out = {**out, "action": "create", **moment}
        where = re.search(r"(?:在)?(?P<w>[一-龥\d]{0,8}(?:会议室|报告厅|会堂|礼堂|多功能厅))", flat)
        if where:
            out["place"] = r.raw[where.start("w") : where.end("w")]
        ahead = re.search(r"提前\s*(\d+|[一二三两半]+)\s*(周|天|个?工作日|个月)", flat)
        if ahead and "time" in out:
            count = int(ahead[1]) if ahead[1].isdecimal() else numerals.parse_numeral(ahead[1]) or 0
            day = date.fromisoformat(out["time"][:10]) - timedelta(days=count * (7 if ahead[2] == "周" else 1))
            out["material_due"] = day.isoformat()
    return out


def interview(r: Reading) -> Slots:
    out = place(r)
    if re.search(r"要不要|该不该|是否|需不需要|应不应该|够不够|会被|会不会", r.flat):
        return {**out, "action": "evaluate"}
    if r.people:
        out["person"] = r.people[0].name
    moment = _moment(r)
    return {**out, **moment, **({"action": "create"} if moment or r.people else {})}


def joint(r: Reading) -> Slots:
    out = place(r)
    orgs = [r.units.name(h.codes[0]) for h in r.departments() if len(h.codes) == 1]
    if out.get("unit") in orgs:
        del out["unit"]
    if orgs:
        out["orgs"] = list(dict.fromkeys(orgs))
    if r.category:
        out["category"] = r.category
    merged = re.search(r"合到一起|合并|都要去|一起去|并到一起|重复检查|拼", r.flat)
    out["action"] = "merge" if merged else "propose"
    return out
