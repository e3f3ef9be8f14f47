"""Corrections before anything is confirmed: which field, which new value (金额改成12.86万, 不对 是二公司)."""

# ruff: noqa: E501 - word lists and patterns read better one entry a line

from __future__ import annotations

import re
from typing import Any

from bot.understanding import amounts, categories, describe, spans
from bot.understanding.lazily import lazy
from bot.understanding.reading import Reading
from bot.understanding.submission import numbered, place

Slots = dict[str, Any]

_FIELDS = (
    ("due", r"整改时限|整改期限|时限|期限|截止(?:时间|日期)?|完成(?:时间|日期)|到期"), ("found_at", r"发现(?:时间|日期)?|检查(?:时间|日期)|时间|日期"), ("amount_yuan", r"金额|钱数?|款|数额|数字"),
    ("unit", r"责任单位|整改单位|单位|公司"), ("person", r"责任人|负责人|名字|姓名|人名|(?<![个有人])人(?!家)"), ("category", r"类别|分类|归类|类型(?!.{0,3}整改)"), ("rect_type", r"整改类型|整改方式|立行立改|持续整改|分阶段"),
    ("severity", r"严重程度|程度|定级|等级|级别|重大|一般问题"), ("basis", r"依据|违反"), ("percent", r"进度|完成度|百分比|完成率"), ("desc", r"描述|内容|表述|措辞|说法"), ("reason", r"理由|原因"), ("number", r"编号"),
)  # fmt: skip
_PIVOT = lazy(
    r"(?:调成|调整成|调为|定为|划为|改成|改为|改到|改一下为|换成|更改为|更正为|修改为|调整为|应该算是?|应算|该算|算作|算成|归到|归为|归入|应该是|应为|应是|实际是|其实是|是(?!不是)|为|填成|变成)(?:了)?[:\s]*"
)
_NOT = lazy(r"(?:不是|而不是|并非|不叫)\s*$")
FIELD_IS = lazy(
    r"(?:整改时限|整改期限|时限|期限|发现时间|发现日期|金额|涉及金额|责任单位|单位|责任人|类别|问题类别|严重程度|完成时间|截止时间)(?:就|应该|应当|其实)?(?:是|为|改|:|写|填)?.{1,24}$"
)
# 夏磊的磊字不对，应为夏垒
_SPELT = lazy(
    r"(?P<o>[一-龥])[一-龥]{1,2}的[一-龥]{1,3}字?(?:不对|错了?|写错了?|打错了?)[,\s]*(?:应该?为|应是|应该是|是|改成|改为)(?P<n>(?P=o)[一-龥]{1,2})(?=[,。;\s]|$)"
)
_VOID = lazy(r"不作数|不算(?:数|了)?|作废|报(?:错|早|岔|漏)了")
_CUE = lazy(
    r"写岔|说岔|填岔|多打|少打|多写|少写|写串|调成|调为|定为|改成|改为|改到|更正|写错|说错|打错|填错|搞错|弄错|不对|应该是|应为|错了|修改|换成|记错|有误|不是|实际是|其实是|调整为|输错|应是"
)


def read(r: Reading) -> Slots:
    """`field` and `value` (normalised), with the value's own slot beside it; only `field` when no value was said."""
    out = numbered(r)
    if r.has("NO_ISSUE") and (r.has("WITHDRAW") or _VOID.search(r.flat)):
        return {"target": "declare_no_issue", "quarter": _quarter(r)}
    if source := _source(r):
        return source
    named = next((name for name, pattern in _FIELDS if re.search(pattern, _cue_head(r))), None)
    name, value = _value(r, named)
    if name is None:
        return {**out, **({"field": named} if named else {})}
    out["field"] = name
    if value is not None:
        out["value"] = value
        if name in ("amount_yuan", "amount_text", "unit", "person", "due", "found_at", "percent", "category"):
            out[name] = value
    return out


def _source(r: Reading) -> Slots | None:
    """The special report that a finding is said to come from (0123来源报告改成BG-2026-0003)."""
    reports = [n.value for n in r.numbers if n.value.startswith("BG-")]
    if not reports or not re.search(r"来源|报告|出处|所属|挂|归|关联|§", r.flat):
        return None
    meant = [n.value for n in r.numbers if n.value.startswith("WT-")]
    if not meant and not r.acted_on:
        return None
    about: Slots = {} if not meant else {"number": meant[0]} if len(meant) == 1 else {"numbers": meant}
    return {**about, "field": "source_ref", "value": reports[-1]}


def _cue_head(r: Reading) -> str:
    """The part that names the field: before the pivot; the whole when nothing stands there."""
    pivot = _PIVOT.search(r.flat, r.start)
    head = r.flat[r.start : pivot.start()] if pivot else r.body
    return head if head.strip(" ,。不对错了说写") else ""


def _value(r: Reading, named: str | None) -> tuple[str | None, Any]:
    after = _pivot_end(r)
    if named == "amount_yuan" or (named is None and _amounts(r)):
        chosen = _last_fit(_amounts(r), after)
        if chosen is None:
            bare = re.search(r"(\d[\d,]*(?:\.\d{1,2})?)\s*$", r.flat.rstrip(" 。"))
            return (named, amounts.parse_amount(bare[1] + "元")) if bare else (named, None)
        return ("amount_text", chosen.text) if chosen.yuan is None else ("amount_yuan", chosen.yuan)
    if named in ("due", "found_at") or (named is None and r.dates):
        days = [d for d in r.dates if d.kind in ("day", "end") and not _NOT.search(r.flat[: d.start])]
        chosen_day = _last_fit(days, after)
        if chosen_day is not None:
            field = named or ("due" if chosen_day.before or chosen_day.first > r.today else "found_at")
            return field, chosen_day.toward(r.today, "future" if field == "due" else "past").last.isoformat()
        return named, None
    if named == "percent":
        return named, r.percent
    return _words(r, named, after)


def _words(r: Reading, named: str | None, after: int) -> tuple[str | None, Any]:
    hits = [h for h in r.unit_hits if not _NOT.search(r.flat[: h.start]) and h.start >= after] or [
        h for h in r.unit_hits if not _NOT.search(r.flat[: h.start])
    ]
    if named == "unit" or (named is None and hits):
        if hits and len(hits[-1].codes) == 1:
            return "unit", r.units.name(hits[-1].codes[0])
        found = place(r)
        return "unit", found.get("unit")
    tail = describe.trim(r, after, len(r.flat)) if after else ""
    if named == "person" or (named is None and r.people):
        who = [p for p in r.people if p.start >= after and not _NOT.search(r.flat[: p.start])]
        if who:
            return "person", who[0].name
        said = re.match(r"[一-龥]{2,4}(?=$|[,，。;；\s(（])", tail)
        return ("person", said[0]) if said else (named, None)
    if named == "category":
        guess = categories.named(tail) or (categories.suggest(tail) or (None,))[0]
        return named, guess
    if named is None and after and re.match(r"(?:重大|重要|较大|一般)(?:问题|$|[\s,。])", tail):
        named = "severity"
    if named == "severity":
        return named, "major" if "重大" in tail or "严重" in tail else "important" if re.search(
            "重要|较大", tail
        ) else "general" if "一般" in tail else None
    if named == "rect_type":
        return named, next(
            (n for n, w in (("immediate", "立行立改"), ("phased", "分阶段"), ("ongoing", "持续")) if w in r.flat), None
        )
    if named in ("desc", "basis", "reason", "number"):
        return named, tail or None
    if spelt := _SPELT.search(r.flat, r.start):
        return "person", r.raw[spelt.start("n") : spelt.end("n")]
    renamed = re.search(r"[一-龥]{2,4}\s*(?:应该|其实|实际)?是\s*(?P<n>[一-龥]{2,3})(?=[,。\s]|$)", r.flat[r.start :])
    if renamed and r.people:
        return "person", renamed["n"]
    return named, None


def _pivot_end(r: Reading) -> int:
    """Where the new value may begin: behind the last 改成/应该是/是 that 不 does not negate."""
    end = 0
    for m in _PIVOT.finditer(r.flat, r.start):
        if not r.flat[: m.start()].endswith(("不", "而不", "还")):
            end = m.end()
    return end


def _amounts(r: Reading) -> list[amounts.Amount]:
    return [a for a in r.amounts if not _NOT.search(r.flat[max(0, a.start - 5) : a.start])]


def _last_fit(found: list[Any], after: int) -> Any:
    behind = [f for f in found if f.start >= after - 2]
    return behind[0] if behind else (found[-1] if found else None)


def _quarter(r: Reading) -> str:
    for hit in r.dates:
        if hit.kind in ("period", "end") and re.search(r"季度?|q[1-4]", r.flat[hit.start : hit.end]):
            return spans.quarter_of(hit.toward(r.today, "past").first)
    return spans.quarter_of(r.today)


_FOUND = lazy(
    r"(?:(?:补充|更正|纠正|修改|说明)(?:一?下|一点)?|对了|哦|噢|不对)?[\s,:。]*(?:这(?:个|条|是)?)?(?P<is>(?:应该|其实|就)?是)?(?:在)?\0+(?:份|里|中|间|的时候|时|左右|那会儿?)?(?:检查|审计|巡察|抽查)?(?:时|中)?(?:发现|查出|查到|检查)(?:来)?(?P<de>的)?(?P<q>问题)?[了吧。\s]*"
)


def found_then(r: Reading) -> Slots | None:
    """是三季度发现的, 三季度末发现的: when the finding at hand was found; None for a question (三季度发现的问题)."""
    hits = [d for d in r.dates if d.kind in ("day", "end", "period")]
    if len(hits) != 1 or r.numbers or r.departments():
        return None
    hit = hits[0].toward(r.today, "past")
    found = _FOUND.fullmatch((r.flat[: hit.start] + "\0" * (hit.end - hit.start) + r.flat[hit.end :])[r.start :])
    if not found or not (found["is"] or (found["de"] and not found["q"])):
        return None
    quarter = spans.quarter_of(hit.last)
    if hit.kind in ("day", "end") and hit.last <= r.today:
        day = hit.last.isoformat()
        return {"field": "found_at", "value": day, "found_at": day, "found_quarter": quarter}
    if hit.first <= r.today and spans.quarter_of(hit.first) == quarter:
        return {"field": "found_quarter", "value": quarter, "found_quarter": quarter}
    return None


def sounds_like(r: Reading) -> bool:
    """Whether the words correct something at all."""
    return bool(_CUE.search(r.body))
