"""Who is to do what by when, out of one sentence: 恒信资本专项核查，审计部牵头财务部配合，3月底前."""

# ruff: noqa: E501 - word lists and patterns read better one entry a line

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from bot.understanding import describe, numerals, spans
from bot.understanding.lazily import lazy
from bot.understanding.names import UnitHit
from bot.understanding.plainwords import LEADING
from bot.understanding.reading import Reading

Slots = dict[str, Any]
Span = tuple[int, int]

_LEAD = rf"(?:{LEADING}|主办|负责|承办|组织(?!部)|承担|为主|主抓|抓总|抓好?|落实|办理|来办|来干|来做|去办)(?:负责|落实|办理|组织|实施|一下|好)*"
_HELP = r"(?:配合|协办|协助|参与|参加|会同|协同|帮忙|帮衬|搭把手|打下手|敲边鼓|跟着(?:配合|协助|干|办)?)(?:落实|办理|一下|好)*"
_MANNER = r"(?:来|去|也|共同|一起|一块|具体|主要|单位|部门|等|各自|\s)*"
_LEADS_AFTER, _HELPS_AFTER = lazy(rf"\s?{_MANNER}{_LEAD}"), lazy(rf"\s?{_MANNER}{_HELP}")
_LEADS_BEFORE = lazy(
    r"(?:牵头|主责|主办|责任|承办|负责)(?:单位|部门|人)?\s*[:是为由]*\s*$|(?:由|责成|请|让|安排|交|交给|交由|指定)\s*$"
)
_HELPS_BEFORE = lazy(r"(?:配合|协助|协办|会同|参与)(?:单位|部门)?\s*[:是为由有]*\s*$|(?:请|由)?[和与跟同]\s*$")
_LED_IN = lazy(
    r"(?:由|责成|请|让|安排|交给|交由|交|指定|牵头(?:单位|部门)?[:是为]?|责任(?:单位|部门)[:是为]?|配合(?:单位|部门)?[:是为]?|会同|协办(?:单位|部门)?[:是为]?)\s*$"
)
_ENDS_LIST = lazy(r"(?:牵头|主责|责任|配合|协办)(?:单位|部门)?\s*[:是为]\s*$|(?:责成|会同)\s*$")
_JOINT = lazy(r"[\s、,和与及跟同]{0,2}")
_DUE_BEFORE = lazy(r"(?:要求|务必|争取|力争|预计|最迟|最晚|限|截止|截至|时限|期限|完成时间|在|于|到|[:是为\s])+$")
_DUE_AFTER = lazy(
    r"(?:底|之?前|以前|之?内|以内|必须|要|须|完成(?!率)|办结|办完|做完|弄完|搞定|结束|到位|落实到位|出(?:报告|结果|结论)|(?:报|提交|交|拿出|上报)(?:报告|结果|结论|情况|材料|方案)?|截止|为止|止|\s)+"
)
_CUT = lazy(r"[,。;!\n]|\s{2,}|(?<=[一-龥])\s(?=[一-龥])")
_ENTRY = lazy(
    r"[;。\n]+|(?:^|(?<=[\s,;。:\n]))(?:\d{1,2}[.、)](?!\d)|[①②③④⑤⑥⑦⑧⑨]|[(]?[一二三四五六七八九][)、.]|第?[一二三四五六七八九](?:是|项)[,:]?)"
)
_EDGE = " \t\n,。;:!?、-的了"
_EVERY = (
    (lazy(r"每(?:个)?月|按月|月月"), 1), (lazy(r"每(?:个)?季度?|按季度?"), 3), (lazy(r"每半年|半年一次|一年两次|每年两次"), 6),
    (lazy(r"每(?:两|二)年|(?:两|二)年一[次轮]"), 24), (lazy(r"每三年|三年一[次轮]"), 36), (lazy(r"每五年|五年一[次轮]"), 60), (lazy(r"每(?:一)?年|一年一[次轮]|按年|年年"), 12),
)  # fmt: skip


def entries(r: Reading, start: int) -> list[Span]:
    """The sentences of a list, or the one there is: parted by semicolons, full stops, lines and counting marks."""
    out, at = [], start
    for m in _ENTRY.finditer(r.flat, start):
        out.append((at, m.start()))
        at = m.end()
    out.append((at, len(r.flat)))
    return [(a, b) for a, b in out if len(r.flat[a:b].strip(_EDGE)) >= 3]


def named(r: Reading, start: int, end: int) -> list[UnitHit]:
    """The units between two places, short names too where a word for a doer stands beside them: 采购牵头审计配合."""
    hits = [h for h in r.unit_hits if start <= h.start < end]
    for hit in reversed(r.units.short(r.flat, start, end)):
        if any(h.start < hit.end and hit.start < h.end for h in hits):
            continue
        follows = any(
            h.start >= hit.end and re.fullmatch(r"[\s、和与及跟同]{1,2}", r.flat[hit.end : h.start]) for h in hits
        )
        acts = _LEADS_AFTER.match(r.flat, hit.end) or _HELPS_AFTER.match(r.flat, hit.end)
        if follows or acts or _ENDS_LIST.search(r.flat[start : hit.start]):
            hits.append(hit)
    return sorted(hits, key=lambda h: h.start)


def _groups(r: Reading, start: int, end: int) -> list[list[UnitHit]]:
    """Units named side by side: 审计部、财务部."""
    out: list[list[UnitHit]] = []
    for hit in named(r, start, end):
        if len(hit.codes) != 1:
            continue
        if (
            out
            and _JOINT.fullmatch(r.flat[out[-1][-1].end : hit.start])
            and not _HELPS_BEFORE.search(r.flat[: hit.start])
        ):
            out[-1].append(hit)
        else:
            out.append([hit])
    return out


def doers(r: Reading, start: int, end: int) -> tuple[list[str], list[str], list[Span]]:
    """Who leads, who helps, and the places in the sentence that say so."""
    leads: list[str] = []
    helps: list[str] = []
    told: list[Span] = []
    for group in _groups(r, start, end):
        first, last = group[0].start, group[-1].end
        head = r.flat[start:first]
        leading, helping = _LEADS_AFTER.match(r.flat, last), _HELPS_AFTER.match(r.flat, last)
        if not (leading or helping or _LEADS_BEFORE.search(head) or _HELPS_BEFORE.search(head)):
            continue
        names = [r.units.name(h.codes[0]) for h in group]
        helps_only = helping or (not leading and not _LEADS_BEFORE.search(head))
        (helps if helps_only else leads).extend(names)
        into = _LED_IN.search(head)
        tail = helping or leading
        told.append((first - len(into[0]) if into else first, tail.end() if tail else last))
    return leads, helps, told


def due(r: Reading, start: int, end: int) -> tuple[Slots, list[Span]]:
    """`due` of the last day told (the end of a period where no day is), `quarter` of a quarter, and their places."""
    hits = [d for d in r.dates if start <= d.start < end and not d.back]
    told = [_with_particles(r, d.start, d.end, start) for d in hits]
    hits = [d.toward(r.today, "future") for d in hits]
    chosen = [d for d in hits if d.kind in ("day", "end")] or hits
    out: Slots = {"due": chosen[-1].last.isoformat()} if chosen else {}
    for hit, (first, last) in zip(hits, told, strict=True):
        if hit.days is None and re.search(r"季度?|q[1-4]", r.flat[first:last]):
            out["quarter"] = spans.quarter_of(hit.last)
    return out, told


def _with_particles(r: Reading, first: int, last: int, start: int) -> Span:
    before, after = _DUE_BEFORE.search(r.flat[start:first]), _DUE_AFTER.match(r.flat, last)
    return (start + before.start() if before else first, after.end() if after else last)


def _content(r: Reading, start: int, end: int, told: list[Span]) -> int:
    """How many characters of a clause say what is to be done."""
    left = "".join("" if any(a <= at < b for a, b in told) else r.flat[at] for at in range(start, end))
    return len(re.sub(r"[\s,。;:、!()的了吧请要并且则就]|前|每年|每季度|一次|一轮|每半年", "", left))


def what(r: Reading, start: int, end: int, told: list[Span]) -> str:
    """The clauses that say what is to be done, without who and when at their edges."""
    at, clauses = start, []
    for m in [*_CUT.finditer(r.flat, start, end), None]:
        stop = m.start() if m else end
        if stop > at and _content(r, at, stop, told) >= 2:
            clauses.append((at, stop))
        elif clauses and stop > at:
            break
        at = m.end() if m else end
    if not clauses:
        return ""
    return _peeled(r, clauses[0][0], clauses[-1][1], told)


def _peeled(r: Reading, start: int, end: int, told: list[Span]) -> str:
    while True:
        while start < end and r.flat[start] in _EDGE:
            start += 1
        while end > start and r.flat[end - 1] in _EDGE:
            end -= 1
        head = next((b for a, b in told if a <= start < b < end), None)
        tail = next((a for a, b in told if start < a < end <= b), None)
        if head is None and tail is None:
            return describe.trim(r, start, end)
        start, end = head or start, tail or end


def errand(r: Reading, start: int, end: int, besides: Sequence[Span] = ()) -> Slots:
    """`text`, `org`, `helpers`, `due` (and `quarter`, `person`) of one sentence; what is not said is left out.
    besides: places that say nothing of the thing itself."""
    leads, helps, told = doers(r, start, end)
    when, days = due(r, start, end)
    people = [p for p in r.people if start <= p.start < end and (p.known or p.label)]
    told += [_named(r, p.start, p.end, start) for p in people]
    if not leads and (first := _opening(r, start, end, helps)):
        leads, told = [r.units.name(first.codes[0])], [*told, (first.start, first.end)]
    out: Slots = {"text": what(r, start, end, sorted([*told, *days, *besides])), **when}
    if leads:
        out["org"] = leads[0]
    rest = list(dict.fromkeys([*leads[1:], *helps]))
    if rest:
        out["helpers"] = [name for name in rest if name != out.get("org")]
    if people:
        out["person"] = people[0].name
    return out


def _named(r: Reading, first: int, last: int, start: int) -> Span:
    before = re.search(r"(?:责任人|承办人|负责人|由|请|让)[:是为]?\s*$", r.flat[start:first])
    after = re.match(rf"\s?(?:同志)?{_MANNER}{_LEAD}", r.flat[last:])
    return (start + before.start() if before else first, last + after.end() if after else last)


def _opening(r: Reading, start: int, end: int, helps: list[str]) -> UnitHit | None:
    """审计部对恒信资本开展核查: a department that opens the sentence does it."""
    for hit in r.departments():
        if start <= hit.start < end and len(hit.codes) == 1 and r.units.name(hit.codes[0]) not in helps:
            return hit if not r.flat[start : hit.start].strip(_EDGE) or _own_clause(r, hit, start, end) else None
    return None


def _own_clause(r: Reading, hit: UnitHit, start: int, end: int) -> bool:
    head, tail = r.flat[start : hit.start], r.flat[hit.end : end]
    return bool(re.search(r"[,;:]\s*$", head)) and bool(re.match(r"\s*(?:[,;。]|$)", tail))


def months(flat: str) -> int:
    """How many months lie between two of what comes again (每年一次 is 12); 0 for once."""
    return next((count for pattern, count in _EVERY if pattern.search(flat)), 0)


def numeral(text: str) -> int:
    return int(text) if text.isdecimal() else numerals.parse_numeral(text) or 0
