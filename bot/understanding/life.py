"""Slots of a finding's whole life: registering, merging, objecting, supervising, milestones, evidence, its history."""

from __future__ import annotations

import re
from typing import Any

from bot.understanding import categories, describe, numerals
from bot.understanding.lazily import lazy
from bot.understanding.reading import Reading
from bot.understanding.submission import money, numbered, place, when_found

Slots = dict[str, Any]

_ORDINAL = lazy(
    rf"(?:节点|阶段|里程碑)\s?(?P<m>\d|[一二三四五六七八九])(?![\d个])|(?:第\s?|(?<!\d))\s?(?P<n>\d{{1,2}}|[{numerals.CHARS}]{{1,2}}|首|头一?)\s?(?:个|份|张|步|条)?(?:节点|阶段|步|里程碑|佐证|附件|照片|图|张|份|个)"
)
_INTO = lazy(r"(?:到|入|至|进|给|归到|并于|保留|留下?|只留|以)[\s:]*(?:问题|编号)?$")


def about(r: Reading) -> Slots:
    """`number` or `numbers` of the findings meant (reports and leads do not count)."""
    values = list(dict.fromkeys(n.value for n in r.numbers if n.value.startswith("WT-")))
    return {} if not values else {"number": values[0]} if len(values) == 1 else {"numbers": values}


def _reasoned(r: Reading, out: Slots, command: str) -> Slots:
    """With `reason`: what is labelled so, else the clauses that hold no command, else a last short clause (…，重复)."""
    pattern = re.compile(command)
    words = describe.reason(r, pattern)
    if words is None:
        last = re.search(r"[,;:。]\s*(?P<w>[^,;:。\n]{2,})[。!\s]*$", r.flat[r.start :])
        if last and not pattern.search(last["w"]) and not any(n.end > r.start + last.start() for n in r.numbers):
            words = describe.trim(r, r.start + last.start("w"), r.start + last.end("w"))
    return {**out, "reason": _unnumbered(r, words)} if words else out


_AFTER_NUMBER = lazy(r"(?:号|这[条个](?:问题)?|那[条个](?:问题)?|问题|的|[\s,:、])*")


def _unnumbered(r: Reading, words: str) -> str:
    """The words without the matter that opens them: 0123有出入."""
    start = r.raw.find(words)
    end = start + len(words)
    spots = [(n.start, n.end) for n in r.numbers] + [(f.start, f.end) for f in r.refs if f.acting]
    for first, last in spots:
        tail = _AFTER_NUMBER.match(r.flat, last)
        behind = tail.end() if tail else last
        if first == start and end - behind >= 2:
            return describe.trim(r, behind, end)
    return words


def _told(r: Reading, start: int, key: str, out: Slots) -> Slots:
    words = describe.trim(r, start, len(r.flat))
    return {**out, key: words} if len(words) >= 2 else out


def orgs(r: Reading) -> list[str]:
    """Companies and departments named, each once; an ambiguous name is left out."""
    return list(dict.fromkeys(r.units.name(h.codes[0]) for h in r.unit_hits if len(h.codes) == 1))


def register(r: Reading) -> Slots:
    out = {**about(r), **{k: v for k, v in place(r).items() if k == "unit"}, **_found_on(r)}
    said = re.search(r"(?:类别|分类|归到|归入|归为|划到|划为|归)(?:是|为|:|到|入|\s)*(?P<c>[^,。;\s]{2,12})", r.flat)
    code = (categories.named(said["c"]) or (categories.suggest(said["c"]) or (None,))[0]) if said else r.category
    return {**out, **({"category": code} if code else {})}


def _found_on(r: Reading) -> Slots:
    return {k: v for k, v in when_found(r).items() if k == "found_at"}


def _elements(r: Reading) -> Slots:
    """What an addition says of unit, money and the day of finding."""
    said = {**place(r), **money(r), **_found_on(r)}
    return {k: v for k, v in said.items() if k in ("unit", "amount_yuan", "amount_text", "found_at")}


def ask_more(r: Reading) -> Slots:
    found = re.search(
        r"(?:补充|补正|补齐|补全|补一下|补上|补报|补写|补个)(?:材料|完整)?(?:一下|下)?[\s,:]*(?P<w>[^\s,:。][^。]*)?",
        r.flat,
    )
    labelled = describe.reason(r, re.compile(r"退回|打回|补正|补充|补全|补齐|补一下|补上|^wt|^(?:让|请|叫)"))
    if labelled:
        return {**about(r), "reason": _unnumbered(r, labelled)}
    out = about(r)
    return (
        _told(r, found.start("w"), "reason", out)
        if found and found["w"] and found["w"][0] != "№" and not _is_number(r, found.start("w"))
        else out
    )


def _is_number(r: Reading, at: int) -> bool:
    return any(n.start <= at < n.end for n in r.numbers)


def complete(r: Reading) -> Slots:
    """`desc`: what is added, behind the command and the number."""
    mark = re.search(
        r"(?:补正|补充|补上|补齐|补全|补一下)[^,。:;]{0,16}?(?:\s*[:,]\s*|如下\s+)|^[^:]{0,20}[:]\s*", r.flat[r.start :]
    )
    if mark:
        return _told(r, r.start + mark.end(), "desc", {**about(r), **_elements(r)})
    words = describe.without_numbers(r)
    return {**about(r), **_elements(r), **({"desc": words} if words else {})}


def reject(r: Reading) -> Slots:
    return _reasoned(
        r, about(r), r"不(?:予|同意|能|该|应|用|要|给)?(?:登|受理|立项|纳入)|没必要|不收|别登|无需登|暂不登|^wt"
    )


def merge(r: Reading) -> Slots:
    """`number` ends in `target`; without a direction both stand in `numbers` and nothing is guessed."""
    findings = [n for n in r.numbers if n.value.startswith("WT-")]
    values = list(dict.fromkeys(n.value for n in findings))
    targets = [n.value for n in findings if _INTO.search(r.flat[: n.start])]
    out: Slots = {}
    if targets:
        rest = [v for v in values if v != targets[-1]]
        out = {"target": targets[-1], **({"number": rest[0]} if len(rest) == 1 else {"numbers": rest} if rest else {})}
    else:
        out = about(r)
    return _reasoned(r, out, r"并案|并到|并入|并至|并掉|归并|合并|合到|合入|归到|归入|^并|^wt")


def decide_withdraw(r: Reading) -> Slots:
    refused = re.search(r"不(?:同意|批|准|予|能|可以?|允许|得)|驳回|否决|别撤", r.flat)
    out = {**about(r), "decision": "reject" if refused else "approve"}
    return _reasoned(r, out, r"撤|^wt|不批|同意")


def objection(r: Reading) -> Slots:
    head = re.search(r"(?:异议|申诉)[^:,。;]{0,12}[:]\s*", r.flat)
    if head and len(r.flat) - head.end() >= 2:
        return _told(r, head.end(), "reason", about(r))
    out = _reasoned(r, about(r), r"(?:提|有)[^,。]{0,4}(?:异议|申诉)|^申诉|^异议|^wt")
    if "reason" not in out and (words := describe.without_numbers(r)) and re.search(r"不|没|误|错|差|冤|失实", words):
        out["reason"] = _unnumbered(r, words)
    return out


def answer_objection(r: Reading) -> Slots:
    out = about(r)
    if re.search(r"不成立|不(?:予)?采纳|驳回|不(?:予)?支持|维持|不予|不认可|不足|不充分|不属实|核实无误", r.flat):
        out["decision"] = "dismissed"
    elif re.search(r"成立|采纳|支持|属实|有(?:道)?理|认可|更正|核减|同意", r.flat):
        out["decision"] = "upheld"
    head = re.search(r"(?:异议|申诉)[^:,。;]{0,10}[:]\s*", r.flat)
    if head and len(r.flat) - head.end() >= 2:
        return _told(r, head.end(), "reason", out)
    return _reasoned(r, out, r"异议|申诉|^wt|^采纳$|^不予采纳$|^驳回$")


def suggest(r: Reading) -> Slots:
    out = about(r)
    mark = re.search(r"建议|提醒|提请|请", r.flat)
    hits = [h for h in r.unit_hits if len(h.codes) == 1 and (mark is None or h.start >= mark.end() - 1)]
    if hits:
        out["target_org"] = r.units.name(hits[0].codes[0])
        return _told(r, hits[0].end, "desc", out)
    return out


def supervise(r: Reading) -> Slots:
    off = re.search(
        r"取消|撤销|解除|不再|不用|无需|不需要|摘|撤牌|去掉|移出|移除|撤下|停止|结束|退出|别(?:再)?", r.flat
    )
    return {**about(r), "on": not off}


def evidence(r: Reading) -> Slots:
    asked = re.search(
        r"(?:看|查|发我|给我|发给我|发过来|调|列|打开|下载|拿来|翻|瞧|瞅)|[有是](?:哪些|几|什么|多少|没有)|呢|吗|[?]|在哪",
        r.flat,
    )
    given = re.search(
        r"(?:这|上面|刚才|刚刚|前面|以上|上述|下面|刚|那|照片|相片|图片?|文件|截图|扫描件|附件)[^,。;]{0,14}(?:是|算|作为|当|做|归到?|属于|用作)|(?:给|往|为)[^,。]{0,14}(?:加|添|补|传|挂|放)|(?:见|如|在|放|搁|发|传)(?:这|上|下|附|图|群|你|过去|过来|给你)|这[^,。;]{0,8}(?:给|放|归)",
        r.flat,
    )
    out: Slots = {**(about(r) or {"ref": "this"})}
    out["action"] = "give" if given and not (asked and asked.end() > given.end()) else "show"
    return {**out, **_index(r)} if out["action"] == "show" else out


def _index(r: Reading) -> Slots:
    spots = [(f.start, f.end) for f in r.refs if f.acting and not r.numbers]
    for m in _ORDINAL.finditer(r.flat, r.start):
        if any(start <= m.start() < end for start, end in spots):
            continue
        if m["m"]:
            return {"index": int(m["m"]) if m["m"].isdecimal() else numerals.parse_numeral(m["m"])}
        value = 1 if m["n"][0] in "首头" else int(m["n"]) if m["n"].isdecimal() else numerals.parse_numeral(m["n"])
        if (value and m[0][0] in "第首头") or re.search(r"(?:节点|阶段|步|里程碑)$", m[0]):
            return {"index": value}
    return {}


_MARK = lazy(
    r"^[\s,;、。:]*(?:(?:[(]?\d{1,2}[.、)](?!\d)|[①②③④⑤⑥⑦⑧⑨]|[(]?[一二三四五六七八九][)、.])|第?[一二三四五六七八九\d]个?(?:节点|步|阶段|里程碑)(?:是|为|:|,)?)?[\s,:]*"
)
_EDGES = lazy(
    r"^(?:之?前|以前|底前|底|之?内|以内|止|左右|要|须|争取|力争|计划|完成(?=[:,])|[\s,:、的是为在于到至]|[(（)）])+|(?:[\s,:、;。()]|在|于|到|至|截止|截至|时间|时限)+$"
)
_CUT = lazy(r"[,;。、\n:]|\s+(?=[①②③④⑤⑥⑦⑧⑨])|(?<=[^\d])(?=\d{1,2}[.、)](?!\d))")


def _stripped(r: Reading, start: int, end: int) -> str:
    """The words of an entry without its mark, its day's particles and punctuation."""
    head = _MARK.match(r.flat[start:end])
    start += head.end() if head else 0
    while (m := _EDGES.search(r.flat[start:end])) and m.end() > m.start():
        start, end = (start + m.end(), end) if m.start() == 0 else (start, start + m.start())
        if start >= end:
            return ""
    return describe.trim(r, start, end)


def milestones(r: Reading) -> list[Slots]:
    """Every day told, with the words beside it: 12月20日前|完成清理, 完成清理|12月20日前, or the next clause."""
    hits = [d for d in r.dates if d.kind in ("day", "end", "period")]
    cuts = [(m.start(), m.end()) for m in _CUT.finditer(r.flat, r.start)]
    out: list[Slots] = []
    for at, hit in enumerate(hits):
        limit = hits[at + 1].start if at + 1 < len(hits) else len(r.flat)
        low = max([r.start, *(end for _, end in cuts if end <= hit.start), *(d.end for d in hits[:at])])
        stops = [start for start, _ in cuts if start >= hit.end]
        high = min([limit, *stops])
        after = min([limit, *(start for start, _ in cuts if start > high)])
        name = _stripped(r, hit.end, high) or _stripped(r, low, hit.start) or _stripped(r, min(high + 1, after), after)
        out.append({"name": name, "due": hit.toward(r.today, "future").last.isoformat()})
    return out


def milestone(r: Reading) -> Slots:
    out = about(r)
    done = re.search(
        r"(?:节点|阶段|步|里程碑)[^。;:]{0,10}(?:完成|办结|做完|搞定|到位|达成|结束|弄完|干完|完了|改完|弄好|办好|利索|妥了)|(?:完成|做完|弄完|搞定|达成)了?[^,。;]{0,4}第?[\d一二三四五六七八九两首]个?(?:节点|阶段|步|里程碑)",
        r.flat,
    )
    parts = milestones(r)
    if parts and not (done and len(parts) == 1 and "分" not in r.flat[: done.start()]):
        return {**out, "action": "set", "milestones": parts}
    return {**out, "action": "done" if done else "set", **_index(r)}


def co_units(r: Reading) -> Slots:
    off = re.search(r"去掉|取消|不用|不再|撤掉|移除|退出|删掉", r.flat)
    return {**about(r), "orgs": orgs(r), **({"remove": True} if off else {})}


def batch(r: Reading) -> Slots:
    return {
        "action": "template" if re.search(r"模[板版]|样表|空表|(?:现成|空白|空)的?(?:表|excel)", r.flat) else "import"
    }


def special_status(r: Reading) -> Slots:
    values = [n.value for n in r.numbers if n.value.startswith("BG-")]
    return {"number": values[0]} if len(values) == 1 else {"numbers": values} if values else {}


def trail(r: Reading) -> Slots:
    """The finding, or the lead, whose history is asked for."""
    return about(r) or numbered(r)


def spot_check(r: Reading) -> Slots:
    return numbered(r)
