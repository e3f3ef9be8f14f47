"""What narrows any question about findings, whether a list, a figure or a chart answers it."""

# ruff: noqa: E501 - word lists and patterns read better one entry a line

from __future__ import annotations

import re
from typing import Any

from bot.understanding import amounts, search_words
from bot.understanding.lazily import lazy
from bot.understanding.reading import Reading

Slots = dict[str, Any]

OPEN = r"还?挂[着起](?:的|哪|几|多少|没)|(?:没|未|还没|尚未)(?:有)?(?:销号?|弄完|改完|完成|整改|办结|办完|改|搞完|结(?=的|$|[,。?!])|闭环|了结|处理完?|解决|清零|摘牌|清掉)|在办|整改中|待整改|在途"
CLOSED = r"已(?:经)?(?:销号|办结|完成|整改完|闭环)|(?<![没未有])(?:销号|办结|改完|完成)了?的|(?:多少|几[条个件项])(?:已经?)?(?:销号|办结|改完|完成)了?$"
_UNASSIGNED = r"(?:待|等|还没|没|未|尚未|需要?|该)(?:有)?(?:交办|分办|派单|指派|分派)"
_PENDING = r"(?:待|等着?|等待|申请了?)(?:我)?(?:验收|销号)|验收中"
_STATES = (("open", OPEN), ("closed", CLOSED), ("unassigned", _UNASSIGNED), ("pending", _PENDING))
LATE = r"逾期|超期|过期"
_MARKS = (
    ("repeat", r"屡查屡犯(?!率)|重复发生的?(?=问题|事项|[有多几共]|$)|(?:重复|反复)(?:出现|发生)的"), ("key", r"(?:重点|挂牌)督办"), ("again", r"(?:重启|重新打开|反弹)(?:过|了)?的"),
)  # fmt: skip
_URGENT = lazy(r"(?:紧急|突发)的?(?:问题|事项)")
_MINE = lazy(
    r"我们?报(?:上来)?的|我(?:名下|手[上里]|的(?:问题|任务|整改)|负责|(?:最近|刚才?|近期)?(?:报的|提交的|登记的|上报的|报了哪|报过哪))|(?:给|派给)我的"
)
_FOUND_BY = lazy(r"\s*(?:部)?(?:[报登提记](?:上来|进来|来)|报送|上报|报|发现|查出|查到|检查|提出|提交|登记|来源)")
_ABOUT = lazy(r"(?:涉及|关于|有关|提到|说到|写到|包含)(?:了|到)?(?P<what>[一-龥a-z0-9]{2,10}?)(?:的|方面|问题)")
_MONEY = r"(?:[\d.,]{1,15}\s{0,2}[千百十万亿wk]{0,4}|[一二两三四五六七八九十百千万亿]{1,12})\s{0,2}(?:元|块钱?|万元)?"
_NOT_MONEY = r"(?![\d.,]|\s*[天日个年月季条件家项人次号])"
_OVER = lazy(
    rf"(?<!不)(?P<strict>超过?|大于|高于|多于|逾)(?:了)?\s*(?P<a>{_MONEY}){_NOT_MONEY}|(?<!未)(?:不低于|不少于|不小于|达到?|上)(?:了)?\s*(?P<b>{_MONEY}){_NOT_MONEY}|(?P<c>{_MONEY})\s*(?:及|或者?)?以上"
)
_UNDER = lazy(
    rf"(?:不超过?|不高于|不大于|不多于|至多|最多)\s*(?P<a>{_MONEY}){_NOT_MONEY}|(?<!不)(?P<strict>低于|小于|少于|不到|不足|不满|未达到?|没到)\s*(?P<b>{_MONEY}){_NOT_MONEY}|(?P<c>{_MONEY})\s*(?:及|或者?)?(?:以下|以内|之内)"
)
_BETWEEN = lazy(rf"(?P<a>{_MONEY})\s*(?:到|至|-|~|—|～)\s*(?P<b>{_MONEY})(?:之间|以内|的?(?=问题)|的|{_NOT_MONEY})")
_DAYS = lazy(
    r"(?:(?P<few>不到|不足|不超过|少于|没到)|(?:逾期|超期|过期|拖|超|大于|多于|长达)(?:了|超过|过)*)\s*(?P<n>\d{1,4})\s*(?:个?工作日|天|日)(?P<in>以内|之内|以下|内)?(?:以上|多)?|(?<![\d月])(?P<m>\d{1,4})\s*天(?:(?P<within>以内|之内|以下)|以上|多)"
)


def of(r: Reading) -> Slots:
    """State, category, severity, whose, how late, how much money, marks, and by whom it was found."""
    out: Slots = {}
    state = next((name for name, pattern in _STATES if re.search(pattern, r.flat)), None)
    if state:
        out["status"] = state
    out.update(_kind(r))
    if _MINE.search(r.flat):
        out["scope"] = "mine"
    if re.search(r"几个|几条|几件|几项|多少(?!钱)|一共|总数|数量", r.flat):
        out["want_count"] = True
    if re.search(LATE, r.flat):
        out["overdue"] = True
    return out | bounds(r)


def of_figures(r: Reading) -> Slots:
    """The same where a figure is asked for: there a state counts only where it says which findings are meant, and
    not in 逾期率 or 没销号的几个、超期的几个."""
    out = _kind(r) | bounds(r)
    which = [name for name, pattern in _STATES if re.search(rf"(?:{pattern})(?:的|问题)", r.flat)]
    late = re.search(rf"(?:{LATE})[^,。]{{0,8}}?(?:的(?!率|占比|比例)|问题(?!率|占))", r.flat)
    said = sum(bool(re.search(pattern, r.flat)) for _, pattern in (*_STATES, ("overdue", LATE)))
    if said == 1 and late:
        out["overdue"] = True
    elif said == 1 and which:
        out["status"] = which[0]
    if "overdue" not in out:
        out.pop("min_days", None)
        out.pop("max_days", None)
    if r.people and re.search(r"名下|负责|手[上里头]|承办|那[边儿里](?:还)?挂", r.flat):
        out["person"] = r.people[0].name
    if (about := _ABOUT.search(r.flat)) and "category" not in out and about["what"] not in ("金额", "单位", "哪些"):
        out["words"] = search_words.asked(about["what"])
    return out


def _kind(r: Reading) -> Slots:
    out: Slots = {}
    if r.category:
        out["category"] = r.category
    if re.search(r"重大", r.flat):
        out["severity"] = "major"
    elif re.search(r"重要问题|较大问题", r.flat):
        out["severity"] = "important"
    elif re.search(r"一般(?:性)?(?:的)?问题", r.flat):
        out["severity"] = "general"
    if marks := [name for name, pattern in _MARKS if re.search(pattern, r.flat)]:
        out["marks"] = marks
    if _URGENT.search(r.flat):
        out["not_kept"] = "紧急"
    if source := source_of(r):
        out["source_org"] = source
    return out


def source_of(r: Reading) -> str:
    """The department that found them: 审计部发现的, 来源是审计部; "" when none is said to."""
    for hit in r.departments():
        after, before = r.flat[hit.end :], r.flat[: hit.start]
        if len(hit.codes) == 1 and (_FOUND_BY.match(after) or re.search(r"来源(?:于|是|为)?\s*$", before)):
            return r.units.name(hit.codes[0])
    return ""


def found_by(r: Reading) -> list[tuple[int, int]]:
    """Where 发现, 报来 and the like stand behind a department, as places in `flat`."""
    found = [(hit.end, _FOUND_BY.match(r.flat[hit.end :])) for hit in r.departments()]
    return [(end, end + match.end()) for end, match in found if match]


def about(flat: str) -> list[str]:
    """The words of the text that are asked for in 涉及围标的问题."""
    found = _ABOUT.search(flat)
    return search_words.asked(found["what"]) if found else []


def bounds(r: Reading) -> Slots:
    """`amount_min_yuan`, `amount_max_yuan` (`amount_over`, `amount_under` where the sum itself is left out), whole
    yuan; `min_days`, `max_days` of what is overdue."""
    out = _amounts(r)
    days = _DAYS.search(without_amounts(r.body))
    if days and re.search(rf"{LATE}|拖", r.body):
        out["max_days" if days["few"] or days["in"] or days["within"] else "min_days"] = int(days["n"] or days["m"])
    return out


def _amounts(r: Reading) -> Slots:
    for found in _BETWEEN.finditer(r.body):
        unit = re.sub(r"[\d.,\s]", "", found["b"])
        first = found["a"] if re.search(r"[千百十万亿wk元块]", found["a"]) else found["a"].strip() + unit
        least, most = _yuan(r, first), _yuan(r, found["b"])
        if least is not None and most is not None and least < most:
            return {"amount_min_yuan": least, "amount_max_yuan": most}
    out: Slots = {}
    for name, strict, pattern in (
        ("amount_min_yuan", "amount_over", _OVER),
        ("amount_max_yuan", "amount_under", _UNDER),
    ):
        for found in pattern.finditer(r.body):
            said = next(part for part in (found["a"], found["b"], found["c"]) if part)
            if (yuan := _yuan(r, said)) is not None:
                out |= {name: yuan} | ({strict: True} if found["strict"] else {})
                break
    return out


def _yuan(r: Reading, said: str) -> int | None:
    said = said.strip()
    if not re.search(r"[万亿千百wk元块]", said) and "金额" not in r.body:
        return None
    hits = amounts.find(said if said[-1:] in "元块钱" else f"{said}元", f"{said}元")
    return int(hits[0].yuan) if len(hits) == 1 and hits[0].yuan else None


def without_amounts(text: str) -> str:
    """The text without bounds on money."""
    return _UNDER.sub(" ", _OVER.sub(" ", _BETWEEN.sub(_gone, text)))


def _gone(found: re.Match[str]) -> str:
    return " " if re.search(r"[千百万亿wk元块]", found["b"]) else found[0]


def without_bounds(text: str) -> str:
    """The text without any bound."""
    return _DAYS.sub(" ", without_amounts(text))


def without_kinds(text: str) -> str:
    """The text without marks, and without what no list can be narrowed by."""
    for _, pattern in _MARKS:
        text = re.sub(pattern, " ", text)
    return _URGENT.sub(" ", text)
