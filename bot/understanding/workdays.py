"""What the office says of the calendar: 春节2月5号到11号放假，2月14号补班; 9月20日是不是工作日; 2027年的日历维护了吗."""

# ruff: noqa: E501 - word lists and patterns read better one entry a line

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from bot.understanding import numerals
from bot.understanding.lazily import lazy
from bot.understanding.reading import Reading
from bot.understanding.submission import place

Slots = dict[str, Any]

_MON = r"(?:1[0-2]|0?[1-9]|十[一二]?|[一二三四五六七八九])"
_DAY = r"(?:3[01]|[12]\d|0?[1-9]|三十一?|二?十[一二三四五六七八九]?|[一二三四五六七八九])"
_WEEKDAY = r"(?:\s*[(]?(?:周|星期|礼拜)[一二三四五六日天][)]?)?"
_TO = r"\s*起?\s*(?:到|至|-|~|直到)\s*"
_TOKEN = lazy(
    rf"(?:(?P<y>20\d\d|(?:\d\d|今|明|后|本|去)(?=年))年?\s*[-/.]?\s*)?(?<![\d.])(?P<m>{_MON})\s*[月/.-]\s*(?P<d>{_DAY})[日号]?(?!\d|[个天]){_WEEKDAY}(?:{_TO}(?:(?:20\d\d|今|明|本)年?[-/.]?)?(?:(?P<m2>{_MON})\s*[月/.-]\s*)?(?P<d2>{_DAY})(?:[日号]|(?![\d天个])){_WEEKDAY})?"
    rf"|(?P<more>(?<=[、和及与,\s]){_DAY}[日号]{_WEEKDAY}(?:{_TO}{_DAY}[日号]{_WEEKDAY})?)"
)
_YEAR = lazy(r"(?P<y>20\d\d|今|明|后|本)年(?!底|初|末)")
_ON = r"(?:调休|加班|正常|照常|照旧|恢复|补)?(?:上班|到岗|在岗)|补班|调班|不(?:再)?(?:放假|休息|休)(?!日)|(?:算|是|为|成|按|设为|定为|记)(?:个)?工作日(?!历)|(?<!个)(?<!的)工作日(?!历|内)|要上班|开工"
_OFF = r"不(?:用|算|需要?|必)?上班|不(?:算|是)(?:个)?工作日|非工作日|放(?:\d+|[一二三四五六七八九十]+)天假|放假|高温(?:休)?假|疗休养|厂休|休假|集中休|公休|休息(?:日|天)?|停工|停产检修|歇业|歇(?:[一二两三四五六七\d]+)?天|调休|轮休|休(?=[\s,。;、]|$)|节假日|法定假|放(?=[\s,。;、]|$)"
_WORD = lazy(rf"(?P<off>{_OFF})|(?P<on>{_ON})")
_LEADS = lazy(r"(?:的)?(?:时间|日期|安排|日子|天)?\s*[:为是]")
_FEASTS = lazy(
    r"元旦|春节|过年|清明|劳动节|五一|端午|中秋|国庆|十一(?=放|长|黄|假)|妇女节|青年节|元宵|除夕|开斋节|古尔邦节|三月三|泼水节|藏历年|建党节|建军节"
)
_OWN_NAME = lazy(
    r"厂休|厂庆|司庆|矿休|高温(?:休)?假|集中(?:休假|放假|休息)|检修(?:停产|放假)?|停产检修|年休|轮休|疗休养|企业自定"
)
_OWN = lazy(
    r"全公司|全集团|全厂|全矿|本公司|我们?公司|咱们?公司|本集团|(?:我|咱)们?集团|公司(?:统一|自行|内部|自己|集中|规定|决定|安排|全体)|集团(?:统一|自行|内部|自己|集中|规定|决定|安排|全体|公司)|公司放|集团放|我们自己|咱们?自己|厂里|单位自己|企业自行|内部(?:调休|放假|休)|自己(?:加|放|定)"
)
_ASKED = lazy(
    r"(?:算|是|属于)(?:个)?(?:工作日|休息日|节假日|假期|上班日)[^,。;]{0,2}[?吗么不呢]|(?:是不是|是否|算不算)(?:个)?(?:工作日|休息日|节假日|假期|上班日)|(?:上不上|要不要来?上|用不用上)班|(?:用上|需要上|要上|上)班(?:吗|么|不|呢|[?])|(?:要不要|用不用|需不需要|是否需?要?|是不是要?)上班|是[^,。;]{1,5}还是[^,。;]{2,5}(?:日|天|假|班|息)?[?呢\s。]*$|(?:放不放|放|休不休|休|休息)假?(?:吗|么|不|[?])|(?:是不是|是否|会不会)(?:要)?(?:放假|休息|休)"
)
_PRIVATE = lazy(
    r"(?<![帮给])我(?!们|司|公司|单位|厂|想|要|来)|请假|请个?假|休年假|年假|婚假|产假|病假|事假|探亲|工资|加班费|加班工资|考勤|补助|津贴|没发|未发|不发|拖欠|代理|替我|离职|入职|出差|值班|发现|检查|审计(?!部)|问题|整改|线索|举报|反映|报送|最近的|还剩|剩余|截止|原为|→|延期|验收|销号|会议|开会|食堂|班车|№|¶|§|提醒|催"
)
_FILLER = lazy(
    r"20\d\d年?|[今明后本]年|全体|职工|员工|人员|各单位|各部门|各公司|全?集团|全?公司|我们?|咱们?|本|厂里?|全厂|办公室|通知|根据|按照?|国务院|国办|放假安排|安排|日历|工作日历|调整|设置?|记|登记|录入?|维护|更新|一下|共|计|连|\d+天|[一二三四五六七八九十]+天|(?:周|星期|礼拜)[一二三四五六日天]|正常|照常|统一|集中|期间|其中|另外|以及|还有|并|请|麻烦|帮我?|帮忙|把|将|都|全|也|要|至|到|和|与|及|跟|年|月|日|号|的|为|是|成|作|算|了|吧|哈|啊|呢|因为?|由于|搞|定|改|加|法定|节假?|假期?|长假|黄金周|时间|日期|后|前|起|[\s,。;:、()\-~!.\"·]"
)
_KEEP = lazy(
    r"(?:工作)?日历|放假安排|节假日(?:安排|表|数据)?|调休安排|放假通知|假期安排|假日安排|工作日(?:安排|表|数据|历)"
)
_ABOUT_YEAR = lazy(
    r"维护|导入|录|更新|有没有|有了|有吗|全不全|齐|好了|配|建|看|查|缺|[?]|吗|没|哪[些天几]|是什么|怎么|什么样|情况|完整|导进|上传|补上|设"
)
_IMPORT = lazy(r"导入|导进|上传|导一?下|录入|批量|怎么录|导上")


@dataclass(frozen=True, slots=True)
class _Days:
    start: int
    end: int
    first: date
    last: date


def _number(text: str) -> int:
    return int(text) if text.isdecimal() else numerals.parse_numeral(text) or 0


def _year(text: str | None, today: date) -> int | None:
    if not text:
        return None
    offset = {"今": 0, "本": 0, "明": 1, "后": 2, "去": -1}.get(text)
    return today.year + offset if offset is not None else int(text) + (2000 if len(text) == 2 else 0)


def _toward(month: int, day: int, today: date) -> int:
    """The year in which that day comes next."""
    return today.year + ((month, day) < (today.month, today.day))


def _tokens(r: Reading) -> list[_Days]:
    """Days and spans of days told, in order; a day without its month belongs to the month told before."""
    said = _YEAR.search(r.flat, r.start)
    default = _year(said["y"], r.today) if said else None
    out: list[_Days] = []
    month = 0
    for m in _TOKEN.finditer(r.flat, r.start):
        try:
            if m["more"] is None:
                month = _number(m["m"])
                first = _number(m["d"])
                year = _year(m["y"], r.today) or default or _toward(month, first, r.today)
                default = default or (year if m["y"] else None)
                until = (_number(m["m2"]) if m["m2"] else month, _number(m["d2"])) if m["d2"] else (month, first)
            elif month and out:
                year, days = out[-1].last.year, [_number(d) for d in re.findall(_DAY + "(?=[日号])", m["more"])]
                first, until = days[0], (month, days[-1])
            else:
                continue
            begin, end = date(year, month, first), date(year + (until[0] < month), *until)
        except (ValueError, IndexError):
            continue
        month = until[0]
        if begin <= end <= begin + timedelta(days=60):
            out.append(_Days(m.start(), m.end(), begin, end))
    spoken = [d.toward(r.today, "future") for d in r.dates if d.kind in ("day", "period") and d.days is None]
    near = [
        _Days(d.start, d.end, d.first, d.last)
        for d in spoken
        if (d.last - d.first).days <= 13 and not _FEASTS.match(r.flat, d.start)
    ]
    out += [d for d in near if not any(t.start < d.end and d.start < t.end + 3 for t in out)]  # 12月26号这个周六
    out = out or _feast(r)
    return sorted(out, key=lambda t: t.start)


def _feast(r: Reading) -> list[_Days]:
    """元旦放假三天: a feast of the solar calendar and how long it lasts."""
    days = [d.toward(r.today, "future") for d in r.dates if d.kind == "day" and not d.before]
    lasting = [d.days for d in r.dates if d.kind == "length" and d.days]
    if len(days) != 1 or len(lasting) != 1 or not _FEASTS.match(r.flat, days[0].start):
        return []
    return [_Days(days[0].start, days[0].end, days[0].first, days[0].first + timedelta(days=lasting[0] - 1))]


def _governed(r: Reading, tokens: list[_Days]) -> list[tuple[_Days, re.Match[str]]]:
    """Every span with the word that says what it is: the one behind it, or one that leads on to it (上班：…)."""
    marks = list(_WORD.finditer(r.flat, r.start))
    out: list[tuple[_Days, re.Match[str]]] = []
    for token in tokens:
        before = [m for m in marks if m.end() <= token.start + 1]
        after = [m for m in marks if m.start() >= token.end]
        leading = before[-1] if before and _LEADS.match(r.flat, before[-1].end()) else None
        near = after[0] if after and not re.search(r"[;。\n]", r.flat[token.end : after[0].start()]) else None
        chosen = leading or near or (before[-1] if before else None) or (after[0] if after else None)
        if chosen is not None:
            out.append((token, chosen))
    return out


def _entry(r: Reading, token: _Days, word: re.Match[str], feast: str) -> Slots:
    said = word[0]
    works = word["on"] is not None
    if said == "调休":  # a rest day that is swapped is worked, a working day that is swapped is free
        works = token.first.weekday() >= 5
    name = ("补班" if re.search(r"补班|调班|调休|补", said) else "") if works else feast
    return {"from": token.first.isoformat(), "to": token.last.isoformat(), "workday": works, "name": name}


def _name(r: Reading, token: _Days, word: re.Match[str]) -> str:
    own = _OWN_NAME.search(r.flat, r.start)
    high = max(token.end, word.end())
    named = [m for m in _FEASTS.finditer(r.flat, r.start) if m.start() <= high]
    if named:
        return {"过年": "春节", "五一": "劳动节", "十一": "国庆"}.get(named[-1][0], named[-1][0])
    return own[0] if own else ""


def told(r: Reading) -> list[Slots]:
    """What each day named is: [{"from", "to", "workday", "name"}]; empty when no day is told what it is."""
    return [_entry(r, token, word, _name(r, token, word)) for token, word in _governed(r, _tokens(r))]


def asks_day(r: Reading) -> date | None:
    """The day of which it is asked whether people work on it."""
    days = [d for d in r.dates if d.kind == "day" and d.days is None and not _FEASTS.match(r.flat, d.start)]
    if len(days) != 1 or not _ASKED.search(r.body):
        return None
    near = [days[0], days[0].toward(r.today, "future")]
    return min((d.first for d in near), key=lambda day: abs(day - r.today))


def asks_year(r: Reading) -> int | None:
    """The year whose calendar is asked for or is to be brought in."""
    kept = _KEEP.search(r.body)
    if not kept or _FEASTS.search(r.body) or not _ABOUT_YEAR.search(r.body) or len(r.body.strip()) > 32:
        return None
    said = _YEAR.search(r.flat, r.start)
    if said is None and "日历" not in r.body:
        return None
    return (_year(said["y"], r.today) if said else None) or r.today.year + (r.today.month >= 11)


def speaks(r: Reading) -> bool:
    """Whether the message keeps the calendar or asks about it, and reports, asks for leave or chats nothing else."""
    if not _WORD.search(r.body) and not _KEEP.search(r.body):
        return False
    if _PRIVATE.search(r.body) or r.people or r.amounts or _numbered(r):
        return False
    if asks_year(r) is not None or asks_day(r) is not None:
        return True
    days = told(r)
    return bool(days) and not re.search(r"[?]|吗|怎么|什么|谁|没|未(?!来)|哪", r.body) and _left(r) <= 10


def _numbered(r: Reading) -> bool:
    """Whether a matter is named; 10号 beside a day is none."""
    return any(not any(t.start <= n.start < t.end for t in _tokens(r)) for n in r.numbers)


def _left(r: Reading) -> int:
    """How many characters say something else than days, feasts and what they are."""
    rest = r.flat
    for start, end in [(t.start, t.end) for t in _tokens(r)] + [(d.start, d.end) for d in r.dates]:
        rest = rest[:start] + " " * (end - start) + rest[end:]
    for pattern in (_FEASTS, _OWN_NAME, _WORD, _OWN, _FILLER):
        rest = pattern.sub("", rest[r.start :] if len(rest) == len(r.flat) else rest)
    return len(rest.replace(" ", ""))


def slots(r: Reading) -> Slots:
    if (year := asks_year(r)) is not None:
        return {"year": year, **({"import": True} if _IMPORT.search(r.body) else {"query": "year"})}
    if (day := asks_day(r)) is not None:
        return {"query": "day", "date": day.isoformat()}
    days = told(r)
    own = bool(_OWN.search(r.body) or _OWN_NAME.search(r.body))
    return {"days": days, **({"own": True} if own else {}), **{k: v for k, v in place(r).items() if k == "unit"}}
