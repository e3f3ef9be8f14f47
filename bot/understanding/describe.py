"""The words that must be kept: description, reason and opinion as exact pieces of the message."""

from __future__ import annotations

import re

from bot.understanding.lazily import lazy
from bot.understanding.reading import Reading

_LEAD_IN = lazy(
    r"(?:(?:我|俺|我们|这边|这里|现在|再|帮我|帮忙|请|麻烦|来|要|想|需要|给你|还|今天|刚才|另外)*\s*)(?:(?>补报|提交|提供|报送|上报|登记|登|报告|报|录入|录|发现|反馈|新增|反映|举报|检举|记|提|汇报|实名|匿名|保密)(?:了|个|一个|一条|一件|一下|下|如下|几个|的)*\s*)*"
    r"(?:苗头性|倾向性|重大|\d+月份?的|实名|职工)?(?:问题线索|问题|线索|情况|监督工作信息|工作信息|苗头)?(?:一件|一条|一个|如下|报告|反映|举报|上报|登记|提交|录入)?(?:个事|一下|件事|个情况)?\s*[:;,]\s*"
)
_START_WORDS = lazy(
    r"(?:报告问题线索一?件?|报送问题|报告问题|问题线索|上报问题|提交问题|问题上报|登记?一?个?问题|发现一?个问题|发现问题如下|报一?[个条件]|有个?问题|帮我录入|补报一条|问题|线索|举报|匿名反映|匿名举报|匿名|实名反映|实名举报|保密反映|保密举报|紧急情况更新|紧急报告|紧急情况|紧急|十万火急|加急|特急|急|重大情况报告|重大风险|重大情况|突发"
    r"|整改进展|进展填报|进度同步一下哈?|进度更新|监督工作信息|本季度监督工作信息)\s*[:!,\s]+\s*"
)
_POLITE = lazy(
    r"(?:[\s,。;]+(?:麻烦|请|帮忙|谢谢|辛苦|劳烦|烦请)?|麻烦|请|帮忙|劳烦|烦请)(?:帮忙?|给)?(?:我|他们|它)?(?:先(?:上账|挂账|记账|立项)[吧哈了呗]?|(?:上账|挂账|记账|立项)[吧哈呗]|先?(?:记一笔|上一笔|挂上|登上|录上|立一条|登一条|记一条|录一条|立个项|挂个账)[吧哈了呗]?|登记一下|登一下|录一下|录系统|登记|录入系统|按规定移交|按重大问题登记|处理一下|核实一下|记录一下|备案|谢谢|辛苦了?|特此报[送告])[\s。!,]*$"
)
_EDGE = " \t\n,。;:!?、·-"
_NUMBER_TAIL = r"(?:号|那个|那条|这个|这条|的|问题)*"
_SPLIT = lazy(r"[,。;!?\n]|\s+")


def trim(r: Reading, start: int, end: int) -> str:
    """raw[start:end] without edges of blanks and punctuation."""
    while start < end and r.flat[start] in _EDGE:
        start += 1
    while end > start and r.flat[end - 1] in " \t\n,;:、。":
        end -= 1
    return r.raw[start:end]


def body_start(r: Reading) -> int:
    """Behind the command that opens the message (报送问题：, 发现个问题, 匿名反映：)."""
    at = r.start
    for pattern in (_LEAD_IN, _START_WORDS):
        found = pattern.match(r.flat, at)
        if found and found.end() > at and len(r.flat) - found.end() >= 2:
            at = found.end()
    return at


def finding(r: Reading) -> str | None:
    """The description of a finding: the command, a leading source and a leading unit fall away."""
    if "desc" in r.form:
        return trim(r, *r.form["desc"])
    start, end = body_start(r), len(r.flat)
    polite = _POLITE.search(r.flat, start)
    end = polite.start() if polite and polite.start() - start >= 4 else end
    for hit in r.unit_hits:
        if (
            start <= hit.start <= start + 24
            and not r.units.is_department(hit.codes[0])
            and re.fullmatch(r"[^,。;\n]{0,24}?(?:[,:]|发现|检查|[\s])?\s*|", r.flat[start : hit.start])
        ):
            after = hit.end
            lead = r.flat[start : hit.start]
            skip = re.match(r"(?:[的里]|在(?![线建用册职岗途库校逃]))?\s*[,:]?\s*", r.flat[after:])
            after += skip.end() if skip else 0
            if end - after >= 4 and (
                not lead.strip() or re.search(r"(?:[,:\s]|发现|检查)$", lead) or lead.endswith(("去", "说", "报"))
            ):
                start = after
            break
    return trim(r, start, end) or None


def whole(r: Reading) -> str | None:
    """The message behind its command; units and names stay (leads, urgent and anonymous reports)."""
    if "desc" in r.form:
        return trim(r, *r.form["desc"])
    start, end = body_start(r), len(r.flat)
    polite = _POLITE.search(r.flat, start)
    end = polite.start() if polite and polite.start() - start >= 4 else end
    return trim(r, start, end) or None


def without_numbers(r: Reading) -> str | None:
    """The message without numbers of matters and commands at its edges (progress, opinions)."""
    start, end = r.start, len(r.flat)
    changed = True
    meant = [(n.start, n.end) for n in r.numbers] + [(ref.start, ref.end) for ref in r.refs if ref.acting]
    while changed:
        changed = False
        for first, last in meant:
            if first <= start + 3 and last > start and not r.flat[start:first].strip(_EDGE + "(的问题"):
                tail = re.match(_NUMBER_TAIL + r"[\s,:。、]*", r.flat[last:])
                start, changed = last + (tail.end() if tail else 0), True
            if last >= end - 6 and first < end and not r.flat[last:end].strip(_EDGE + ")号问题的那条个"):
                end, changed = first, True
                while end > start and r.flat[end - 1] in _EDGE + "(":
                    end -= 1
        lead = re.match(
            r"(?:整改进展|整改情况|进展填报|填报进展|进展更新|更新进展|进度同步一下哈?|同步一下|进度更新|进展如下|汇报一下进展|上传整改佐证|整改进度|报进展|进展|进度|同步)(?:一下|哈|:|[\s,])*",
            r.flat[start:end],
        )
        if lead and lead.end():
            start, changed = start + lead.end(), True
    return trim(r, start, end) or None


_LABEL_REASON = lazy(
    r"(?:理由|原因|因为|事由)(?:是|为|:|如下|\s)*|(?:退回|打回|不通过|不予通过|驳回)\s*:\s*(?=[^\s]{4})|(?<=[,。;:\s\dA-Za-z])(?:因|由于|主要是)(?=[^此而公素])"
)
_BEGGED = lazy(
    r"[,。;\s](?:现|特|故|为此|拟)?(?:申请|妥否|当否|恳请|敬请|请予|请批|请领导|望批|望予|特此)"
)  # where a reason ends
_OF_IT = lazy(r"不[充够足成]|太|很|过于|欠|站不住|牵强|勉强")  # 理由不充分: said of the reason itself
_LABEL_BASIS = lazy(r"(?:依据|根据|凭)(?:是|为|:|\s)+")


def _before_number(r: Reading, start: int) -> int:
    """The text's end, or where the number begins with which it ends: 延期不批，理由不充分 0012."""
    ends = [n.start for n in r.numbers if n.start > start + 1 and not r.flat[n.end :].strip(" ,。;!号条的")]
    return ends[0] if ends else len(r.flat)


def reason(r: Reading, command: re.Pattern[str]) -> str | None:
    """What stands behind 原因/理由, else the longest run of clauses that hold neither the command nor only a number."""
    if "reason" in r.form:
        return trim(r, *r.form["reason"])
    said = _LABEL_REASON.search(r.flat, r.start)
    if said and len(r.flat) - said.end() >= 2:
        begged = _BEGGED.search(r.flat, said.end())
        start = said.start() if _OF_IT.match(r.flat, said.end()) else said.end()
        return trim(r, start, begged.start() if begged else _before_number(r, said.end()))
    best: tuple[int, int] | None = None
    run: tuple[int, int] | None = None
    for start, end in _clauses(r):
        if _is_content(r, start, end, command):
            run = (run[0], end) if run else (start, end)
            if best is None or run[1] - run[0] > best[1] - best[0]:
                best = run
        else:
            run = None
    if best is None:
        return None
    words = trim(r, *best)
    return words if len(words) >= 3 else None


def basis(r: Reading) -> str | None:
    """The rule that was broken: 违反《…》第十二条; or what stands behind 依据是."""
    if "basis" in r.form:
        return trim(r, *r.form["basis"])
    book = re.search(
        r"(?:违反|不符合|依据|按照|根据|违背)了?[^,。;《]{0,12}(?P<b>《[^》]{2,40}》(?:(?:的)?第?[零一二三四五六七八九十百\d、\-至和]+[条款章项]+(?:第?[零一二三四五六七八九十\d]+[款项])?)?)",
        r.flat,
    )
    if book:
        return r.raw[book.start("b") : book.end("b")]
    said = _LABEL_BASIS.search(r.flat, r.start)
    if said:
        stop = _SPLIT.search(r.flat, said.end())
        return trim(r, said.end(), stop.start() if stop else len(r.flat)) or None
    if told := re.search(
        r"(?:依据|根据)(?!是|为|:)(?P<b>[^,。;《》\n]{2,20}?(?:报告|结果|意见|通报|决定|纪要|函|通知))(?=[,。;\s]|$)",
        r.flat,
    ):
        return r.raw[told.start("b") : told.end("b")]
    return None


def _clauses(r: Reading) -> list[tuple[int, int]]:
    out, at = [], r.start
    for m in _SPLIT.finditer(r.flat, r.start):
        if (
            m[0] == ","
            and m.start()
            and r.flat[m.start() - 1].isdecimal()
            and r.flat[m.end() : m.end() + 1].isdecimal()
        ):
            continue
        if m.start() > at:
            out.append((at, m.start()))
        at = m.end()
    if at < len(r.flat):
        out.append((at, len(r.flat)))
    return out


def _is_content(r: Reading, start: int, end: int, command: re.Pattern[str]) -> bool:
    if command.search(r.flat, start, end):
        return False
    left = r.flat[start:end]
    for n in r.numbers:
        if n.start >= start and n.end <= end:
            left = left.replace(r.flat[n.start : n.end], "")
    for d in r.dates:
        if d.start >= start and d.end <= end:
            left = left.replace(r.flat[d.start : d.end], "")
    return len(re.sub(r"[\s号前内吧呢了的那个条请编]|领导|谢谢|可以|一下|编号|之", "", left)) >= 2
