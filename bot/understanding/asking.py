"""Questions by words of the field (去年采购方面围标的), and what narrows or re-orders the list that was just shown."""

# ruff: noqa: E501 - word lists and patterns read better one entry a line

from __future__ import annotations

import re
from functools import cache
from typing import Any

from bot.understanding import amounts, categories, concepts, queries, search_words
from bot.understanding.reading import Reading

Slots = dict[str, Any]

_END = r"(?:都?有?哪些|都?有?几[条个]|多少[条个]?)?[\s呢吗么吧啊呀了?。!,~]*"
_LEAD = r"(?:那么?|然后|再|请|麻烦|帮我|帮忙|给我|我想|想|要|[\s,])*"
_AMONG = re.compile(
    rf"{_LEAD}(?:其中|这?里面?头?|那里面|这(?:些|几条|里)(?:里面?|当中|中)|上面(?:这些|的)?(?:里面?|当中)?)(?:有|是|属于)?(?P<what>.+?)的?(?:问题)?(?:有?哪些|有没有|有吗|有几[条个]|多少[条个]?)?{_END}"
)
_ONLY = re.compile(
    rf"{_LEAD}(?:只|仅|就|光)(?:给我)?(?:看|要|留|列|查|显示|保留)(?P<what>.{{1,24}}?)(?:的问题|的|问题)?(?:就行|就好)?{_END}"
)
_AND = re.compile(r"(?:那么?)?(?P<what>[^,。\n]{1,14})的呢[?。\s]*")
_BY_DAYS = re.compile(
    rf"{_LEAD}(?:改)?按(?:照)?(?:逾期|超期)?(?:的)?(?:天数|时间|时长|长短)(?:长短|大小)?(?:从[长多高]到[短少低])?(?:来|给我)?(?:排|列)(?:个?序|一?下|一排)?{_END}"
)
_BY_AMOUNT = re.compile(
    rf"{_LEAD}(?:改)?按(?:照)?(?:涉及)?(?:的)?(?:金额|钱数|钱)(?:大小|多少|高低)?(?:从[大多高]到[小少低])?(?:来|给我)?(?:排|列)(?:个?序|一?下|一排)?{_END}"
)
_SEARCH = re.compile(
    rf"{_LEAD}(?:(?P<open>搜一?下|搜索一?下?|搜搜|检索一?下?|搜|哪些问题(?:提到|涉及|说到|写到)了?)|(?P<whose>[^,。]{{0,12}}?)(?:有没有|有无|是否有|查一?下|查查|查询|找一?下|找找|看看有没有|看一?下|看看|列一?下|列出))(?P<what>.+?)(?P<tail>(?:方面|有关|相关|类似)?的(?:问题|情况|事|事项|记录)?|问题)?{_END}"
)
_PHRASE = re.compile(rf"(?P<what>.+?)(?:的(?:问题|情况|事)?|问题都?有哪些){_END}")
_DECIDED = re.compile(
    r"(?:(?P<verb>(?:暂?不)?(?:采纳|认可|确认))(?:为)?共性(?:问题)?(?P<which>[^,。:]{0,16})|共性(?:问题)?(?P<named>[^,。:]{0,16}?)(?P<late>(?:暂?不)?(?:采纳|认可)))(?:[\s,。:]*(?:理由|原因|因为)(?:是|为)?[\s:]*(?P<reason>.+)|[\s,。!吧了]*)",
    re.DOTALL,
)
# Names that people give a whole category; 围标, 费用 or 食堂 are words of the text as well.
_GENERIC = "财务资金|采购招标|物资采购|工程建设|项目建设|党的建设|公司治理|法人治理|投资与产权|资产管理|经营购销|合同管理|金融业务|科技创新|合规法务|法律合规|人力资源|劳动用工|安全环保|安全生产|民主管理|职工权益|网络安全|信息安全|信息数据|招投标|信息化|党建|党务|内控|财务|资金|采购|招标|招采|工程|基建|投资|资产|经营|购销|贸易|金融|科技|科研|合规|法务|人力|薪酬|人事|用工|安全|环保|民主|后勤|信息|数据|保密"
# A question of another kind, a deed or a report: not looked up by its words.
_OTHERS = (
    "MEETING", "INTERVIEW", "JOINT", "EXPORT", "HOW", "HELP", "LEAD", "LEAD_CMD", "LEADNUM", "METRIC", "WHO_NOT", "QUARTER_INFO",
    "SPECIAL", "TRANSFER", "RECEIPT_OF", "URGE", "ESCALATE", "OUT", "FINDING_CMD", "CORR", "SUSPECT", "EVENT", "ASSIGN", "COUNT2", "CHART",
    "R_WORKER", "NUM", "PROGRESS_CMD", "REOPEN", "WITHDRAW", "TENDENCY", "NO_ISSUE",
)  # fmt: skip
_REPORTS = ("PERSONAL", "DISCOVER", "AMOUNT", "EXTEND", "ACCEPTANCE", "ACCEPT", "REJECT", "DONE", "STATUS_Q", "TODUE")
_EMPTY = re.compile(
    r"有没有|有无|是否有|是否|哪些|哪几[个条家]?|哪家|哪个|什么样?|怎么样|多少|几[个条件项家]|有关|相关|关于|涉及|方面|领域|类似|存在|出现|提到|说到|写到|包含|含有"
    r"|查一?下|查查|查询|看一?下|看看|找一?下|找找|列一?下|列出来?|拉一?下|搜一下|搜索?一?下?|检索一?下?|告诉我|给我|帮我|麻烦|目前|现在|当前|最近|近期|所有|全部|全集团|集团"
    r"|(?:报上来|报来|提交|登记|上报|报送|移交|查出|报过来|发现|报)的|以来|至今|期间|的?(?:问题|情况|事项|事儿?|记录|台账|清单|明细|列表|单子)"
    r"|(?:及|和|以及|连同|含|包括)?(?:其|它的?)?(?:下属|所属|下面|子公司|权属)(?:的)?(?:单位|公司|企业|各单位)?|各?(?:权属企业|单位|公司|部门)|全级次"
    r"|(?:没|未|还没|尚未)(?:有)?(?:销号?|弄完|改完|完成|整改|办结|办完|改|解决)|在办|整改中|待整改|在途|已(?:经)?(?:销号|办结|完成|整改完?)|(?:待|未|没|等)(?:交办|分办|验收|销号)"
    r"|重大|重要|一般|严重|逾期|超期|过期|整改完?|以上|及以上|以下|超过?|大于|高于|不低于|不少于|多于|达到|金额|其中|里面|只看|只要|我们|我的|本单位|本公司|咱们?|并且|而且|[我您你请和与及或按且]"
)
_DAYS = re.compile(r"(?:逾期|超期|过期|拖)?(?:了|超过|超|大于|多于)*\s*(\d{1,4})\s*(?:个?工作日|天|日)(?:以上|多)?")
_MONEY = r"(?P<n>[\d.,]+\s*[千百十万亿wk]*|[一二两三四五六七八九十百千万亿]+)\s*(?:元|块钱?|万元)?"
_OVER = re.compile(
    rf"(?:(?:超过?|大于|高于|不低于|不少于|不小于|多于|达到?|逾|上)(?:了)?\s*{_MONEY}|{_MONEY.replace('?P<n>', '?P<m>')}\s*(?:及|或者?)?以上)(?!\s*[天日个年月季条件家项人次])"
)


def least_amount(r: Reading) -> int | None:
    """Whole yuan of 金额超过10万, 50万以上; None when no such bound is said."""
    for found in _OVER.finditer(r.body):
        said = (found["n"] or found["m"]).strip()
        if not re.search(r"[万亿千百wk]|元|块", found[0]) and "金额" not in r.body:
            continue
        hits = amounts.find(f"{said}元", f"{said}元")
        if len(hits) == 1 and hits[0].yuan:
            return int(hits[0].yuan)
    return None


def decided(r: Reading) -> Slots | None:
    """采纳共性问题 资金管理; 共性问题1不采纳，理由：已专项整治."""
    found = _DECIDED.fullmatch(r.body.strip())
    if found is None:
        return None
    verb = found["verb"] or found["late"]
    out: Slots = {"decision": "decline" if verb.startswith(("不", "暂不")) else "adopt"}
    which = (found["which"] or found["named"] or "").strip(" ,:第类的")
    out |= {"which": which} if which else {}
    reason = (found["reason"] or "").strip(" ,。")
    return out | ({"reason": reason} if reason else {})


def of(r: Reading, *, listed: bool = False) -> tuple[str, Slots] | None:
    """The question and its slots, or None when the message is none of these. listed: it asks for a list in so many
    words, so that only bounds on amounts and days make another question of it."""
    if not _short(r):
        return None
    return _bounded(r) or (None if listed else _narrowed(r) or _searched(r, loose=False))


def loose(r: Reading) -> tuple[str, Slots] | None:
    """The same for 查一下虚假发票, which nothing else explains."""
    return _searched(r, loose=True) if _short(r) else None


def _short(r: Reading) -> bool:
    body = r.body.strip()
    return not (r.numbers or r.refs or len(body) > 40 or re.search(r"[\n;:]", body))


def _bounded(r: Reading) -> tuple[str, Slots] | None:
    """金额50万以上的问题有哪些, 超期30天以上且金额50万以上的: nothing but filters, one of them a bound."""
    body, bounds = r.body.strip(), _bounds(r)
    if "amount_min_yuan" not in bounds or any(r.has(name) for name in (*_OTHERS, "PERSONAL", "DISCOVER")):
        return None
    if _narrowed(r) or not re.search(rf"(?:问题|的|清单|台账){_END}$", body) or _residue(r, body):
        return None
    slots = queries.by_unit(r)
    slots.pop("unit_text", None)
    slots.pop("want_count", None)
    return "query_overdue" if "overdue" in slots else _kind(slots), {**slots, **bounds}


def _narrowed(r: Reading) -> tuple[str, Slots] | None:
    """What goes on top of the last list, by `narrow`: "among" (其中物流的, 只看重大的), "other" (物流的呢, which may also
    take the place of another unit), "order" (按金额排)."""
    body = r.body.strip()
    for pattern, order in ((_BY_DAYS, "overdue_days_desc"), (_BY_AMOUNT, "amount_desc")):
        if pattern.fullmatch(body):
            return "query_by_unit", {"narrow": "order", "sort": order}
    plain = _AMONG.fullmatch(body) or _ONLY.fullmatch(body)
    found = plain or _AND.fullmatch(body)
    if found is None or any(r.has(name) for name in _OTHERS if name not in ("METRIC", "NUM")):
        return None
    said, words = _said(r, found["what"]), _residue(r, found["what"])
    if not said and (not plain or not words):
        return None
    if words and plain is None:
        return None
    return "query_by_unit", {"narrow": "among" if plain else "other", **said, **({"words": words} if words else {})}


def _said(r: Reading, what: str) -> Slots:
    out = queries.by_unit(r)
    out.pop("unit_text", None)
    out.pop("want_count", None)
    if "category" not in out and "unit" not in out and (named := _category(what)):
        out["category"] = named
    if "severity" not in out and re.fullmatch(r"一般|重要|较大", what.strip()):
        out["severity"] = "general" if what.strip() == "一般" else "important"
    return out | _bounds(r)


def _bounds(r: Reading) -> Slots:
    out: Slots = {}
    if (least := least_amount(r)) is not None:
        out["amount_min_yuan"] = least
    days = _DAYS.search(r.body)
    if days and re.search(r"逾期|超期|过期|拖", r.body):
        out["min_days"] = int(days[1])
    return out


def _category(what: str) -> str | None:
    name = next((name for name in categories.names() if what.startswith(name)), None)
    return categories.named(name) if name and len(what) - len(name) <= 2 else None


def _kind(slots: Slots) -> str:
    return "query_by_time" if "date_from" in slots else "query_by_unit"


def _searched(r: Reading, *, loose: bool) -> tuple[str, Slots] | None:
    """有没有虚假发票的问题, 去年采购方面围标的, 搜一下围标."""
    body = r.body.strip()
    if "," in body or any(r.has(name) for name in _OTHERS):
        return None
    found = _SEARCH.fullmatch(body)
    if found and not (loose or found["open"] or found["tail"]):
        found = None
    if found is None and any(r.has(name) for name in _REPORTS if name != "DISCOVER" or not r.departments()):
        return None
    narrows = bool(r.dates or r.category or r.unit_hits)
    found = found or (_PHRASE.fullmatch(body) if narrows and len(body) <= 30 else None)
    words = _residue(r, body) if found else []
    if not any(len(word) > 1 for word in words):
        return None
    slots = queries.by_unit(r)
    for name in ("unit_text", "want_count"):
        slots.pop(name, None)
    if slots.get("unit") == "SELF" and not re.search(r"我|咱|本(?:公司|单位|部门)", r.flat):
        del slots["unit"]
    if "category" in slots and not _generic(r):
        del slots["category"]  # 围标问题 is a word of the text and no class of its own
    return "query_overdue" if "overdue" in slots else _kind(slots), {**slots, **_bounds(r), "words": words}


def _generic(r: Reading) -> str:
    """The name of a whole category in 采购方面, 工程类, 财务上的问题; "" when the word is narrower than its category."""
    found = re.search(rf"({_GENERIC})(?:类|方面|领域|上的?(?=事|问题)|(?=问题))", r.flat)
    return found[0] if found else ""


def _residue(r: Reading, what: str) -> list[str]:
    """The words of `what` that no other slot holds."""
    flat, at = r.flat, r.flat.find(what, r.start)
    spans = [(d.start, d.end) for d in r.dates] + [(h.start, h.end) for h in r.unit_hits]
    spans += [(p.start, p.end) for p in r.people]
    for start, end in spans:
        flat = flat[:start] + " " * (end - start) + flat[end:]
    rest = flat[at : at + len(what)]
    if r.category:
        rest = rest.replace(_generic(r), " ") if _generic(r) else rest
    elif _category(what):
        return []
    rest = _DAYS.sub(" ", _OVER.sub(" ", rest))
    rest = re.sub(r"的(?=\s|$)", " ", _EMPTY.sub(" ", _asking_words().sub(" ", rest)))
    return [word for word in search_words.asked(rest) if word not in _HOLLOW]


@cache
def _asking_words() -> re.Pattern[str]:
    """What the concepts of questions are said with: 逾期, 没销号, 新登, 列出来."""
    table = concepts.table()
    said = {word for name in _ASKING for word in table[name].split() if len(word) > 1}
    return re.compile("|".join(sorted(map(re.escape, said), key=len, reverse=True)))


_ASKING = (
    "QUERY", "LIST", "COUNT", "OPEN", "CLOSED", "OVERDUE", "TIMEQ", "SELF_UNIT", "TODUE", "NAMED", "REPORTED_BY", "STATUS_WAITS", "UNIT_TYPE",
    "MAJOR", "ALL", "STATE", "FINDING",
)  # fmt: skip
_SAY_NOTHING = "还有 那边 这边 那儿 这儿 新 时 拖 想 啥 类 方面 问题 大 小 多 少 长 没 没有 未 上 下 中 里 事 人 家 条 件 项 年 月 日 谁 哪 几 看 查 找 搜 列 给 要 再 只 去 来 说 还 不 无 再看"
_HOLLOW = frozenset(_SAY_NOTHING.split())
