"""Questions by words of the field (去年采购方面围标的), and what narrows or re-orders the list that was just shown."""

# ruff: noqa: E501 - word lists and patterns read better one entry a line

from __future__ import annotations

import re
from functools import cache
from typing import Any

from bot.understanding import categories, concepts, filters, queries, reading, search_words
from bot.understanding.lazily import lazy
from bot.understanding.reading import Reading

Slots = dict[str, Any]

_END = r"(?:都?有?哪些|(?:一共|总共|共)?都?有?几[条个件项家]|(?:一共|总共|共)?有?多少[条个件项家]?)?[\s呢吗么吧啊呀了?。!,~]*"
_LEAD = r"(?:那么?|然后|再|请|麻烦|帮我|帮忙|给我|我想|想|要|[\s,])*"
_AMONG = lazy(
    rf"{_LEAD}(?:其中|这?里面?头?|那里面|这(?:些|几条|里)(?:里面?|当中|中)|上面(?:这些|的)?(?:里面?|当中)?)(?:有|是|属于)?(?P<what>.+?)的?(?:问题)?(?:有?哪些|有没有|有吗|有几[条个]|多少[条个]?)?{_END}"
)
_ONLY = lazy(
    rf"{_LEAD}(?:只|仅|就|光)(?:给我)?(?:看|要|留|列|查|显示|保留)(?P<what>.{{1,24}}?)(?:的问题|的|问题)?(?:就行|就好)?{_END}"
)
_AND = lazy(r"(?:那么?)?(?P<what>[^,。\n]{1,14}?)的?呢[?。\s]*")
_HOW_MANY = lazy(rf"{_LEAD}(?:一共|总共|共)?(?:是|有)?(?:多少|几)[条个件项](?:问题)?{_END}")
_BY_GROUP = lazy(
    rf"{_LEAD}(?:改成?|换成?)?(?:(?:按|分)(?:个|家|照)?|各(?:个|家)?)(?P<what>责任人|单位|企业|公司|部门|来源|类别|分类|类型|状态|季度?)(?:来|给我)?(?:看看?|分|列)?(?:一下)?{_END}"
)
_DRAWN = lazy(
    rf"{_LEAD}(?:(?:换|改|变|画|做|弄)成|换个?|改用?|用)(?:一?[个张])?(?P<what>饼|圆饼|柱状?|柱形|条形|折线|曲线|趋势|走势|排名|图)(?:状|形|线)?图?(?:表)?(?:看看?|表示|显示)?{_END}"
)
_BY_DAYS = lazy(
    rf"{_LEAD}(?:改)?按(?:照)?(?:逾期|超期)?(?:的)?(?:天数|时间|时长|长短)(?:长短|大小)?(?:从[长多高]到[短少低])?(?:来|给我)?(?:排|列)(?:个?序|一?下|一排)?{_END}"
)
_BY_AMOUNT = lazy(
    rf"{_LEAD}(?:改)?按(?:照)?(?:涉及)?(?:的)?(?:金额|钱数|钱)(?:大小|多少|高低)?(?:从[大多高]到[小少低])?(?:来|给我)?(?:排|列)(?:个?序|一?下|一排)?{_END}"
)
_SEARCH = lazy(
    rf"{_LEAD}(?:(?P<open>搜一?下|搜索一?下?|搜搜|检索一?下?|搜|哪些问题(?:提到|涉及|说到|写到)了?)|(?P<whose>[^,。]{{0,12}}?)(?:有没有|有无|是否有|查一?下|查查|查询|找一?下|找找|看看有没有|看一?下|看看|列一?下|列出))(?P<what>.+?)(?P<tail>(?:方面|有关|相关|类似)?的(?:问题|情况|事|事项|记录)?|问题)?{_END}"
)
_PHRASE = lazy(rf"(?P<what>.+?)(?:的(?:问题|情况|事)?|问题都?有哪些){_END}")
_DECIDED = lazy(
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
_POINTED = frozenset({"刚才", "刚刚", "方才", "那条", "这条", "那个", "这个", "上一条", "上一个", "报的", "刚报"})
_ASPECTS = frozenset({"进展", "进度", "状态", "情况", "结果", "时限", "期限", "责任人", "金额"})
_FIGURES = frozenset({"METRIC", "CHART", "COUNT2"})  # of these, what asks for a figure
_GROUPED = lazy(
    r"(?:按|分|各|逐)(?:个|家)?(?:权属)?(?:单位|企业|公司|部门|来源|类别|分类|类型|状态|季度?)(?:来)?(?:统计|看|分|列|算|排)?"
)
_COUNTS = lazy(r"多少[条个件项]?|几[条个件项]|哪些")
_AGAINST = lazy(r"(?:比|和|跟|与|同).{0,24}(?:多|少|升|降|增|减|高|低|好|差|变化|对比|比一?比|比较)")
_REPORTS = ("PERSONAL", "DISCOVER", "AMOUNT", "EXTEND", "ACCEPTANCE", "ACCEPT", "REJECT", "DONE", "STATUS_Q", "TODUE")
_EMPTY = lazy(
    r"有没有|有无|是否有|是否|哪些|哪几[个条家]?|哪家|哪个|什么样?|怎么样|多少|几[个条件项家]|有关|相关|关于|涉及|方面|领域|类似|存在|出现|提到|说到|写到|包含|含有"
    r"|查一?下|查查|查询|看一?下|看看|找一?下|找找|列一?下|列出来?|拉一?下|搜一下|搜索?一?下?|检索一?下?|告诉我|给我|帮我|麻烦|目前|现在|当前|最近|近期|所有|全部|全集团|集团"
    r"|(?:报上来|报来|提交|登记|上报|报送|移交|查出|报过来|发现|报)的|以来|以后|之后|过后|至今|期间|的?(?:问题|情况|事项|事儿?|记录|台账|清单|明细|列表|单子)"
    r"|(?:及|和|以及|连同|含|包括)?(?:其|它的?)?(?:下属|所属|下面|子公司|权属)(?:的)?(?:单位|公司|企业|各单位)?|各?(?:权属企业|单位|公司|部门)|全级次"
    r"|(?:没|未|还没|尚未)(?:有)?(?:销号?|弄完|改完|完成|整改|办结|办完|改|解决)|在办|整改中|待整改|在途|已(?:经)?(?:销号|办结|完成|整改完?)|(?:销号|办结|改完|完成)了$|(?:待|未|没|等)(?:交办|分办|验收|销号)"
    r"|重大|重要|一般|严重|逾期|超期|过期|整改完?|以上|及以上|以下|超过?|大于|高于|不低于|不少于|多于|达到|金额|其中|里面|只看|只要|我们|我的|本单位|本公司|咱们?|并且|而且|比较?|多了|少了|还是|增加|减少|上升|下降|变化|对比|[我您你请和与跟同及或按且]"
)


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
    return _filtered(r) or (None if listed else _narrowed(r) or _compared(r) or _searched(r, loose=False))


def loose(r: Reading) -> tuple[str, Slots] | None:
    """The same for 查一下虚假发票, which nothing else explains."""
    return _searched(r, loose=True) if _short(r) else None


def _short(r: Reading) -> bool:
    body = r.body.strip()
    return not (r.numbers or r.refs or len(body) > 40 or re.search(r"[\n;:]", body))


def _filtered(r: Reading) -> tuple[str, Slots] | None:
    """金额50万以上的问题有哪些, 审计部发现的逾期问题, 50万以上的问题各单位销号率排名: nothing but filters."""
    body, figures = r.body.strip(), any(r.has(name) for name in _FIGURES)
    blocks = {name for name in (*_OTHERS, "PERSONAL", "DISCOVER") if r.has(name)} - _FIGURES
    source, money = filters.source_of(r), filters.bounds(r).keys() & {"amount_min_yuan", "amount_max_yuan"}
    if source:
        blocks -= {"DISCOVER", "PERSONAL"}
    asks = bool(_COUNTS.search(body))
    said = filters.of(r)
    found = (source or (said.get("scope") == "mine" and "status" in said)) and not figures
    if not money and not (found and (asks or "overdue" in said)):
        return None
    if blocks or _narrowed(r) or _residue(r, body):
        return None
    if figures or _GROUPED.search(body):
        return "query_stats", queries.stats(r)
    if not (asks or re.search(rf"(?:问题|的|清单|台账){_END}$", body)):
        return None
    late = bool(re.search("逾期|超期", r.flat))
    slots = queries.overdue(r) if late else queries.by_unit(r)
    slots.pop("unit_text", None)
    slots.pop("want_count", None)
    return "query_overdue" if late else _kind(slots), slots


def _compared(r: Reading) -> tuple[str, Slots] | None:
    """今年比去年问题多了还是少了: two quarters or years side by side."""
    if not _AGAINST.search(r.flat) or any(r.has(name) for name in _OTHERS if name not in _FIGURES):
        return None
    slots = queries.stats(r)
    return (
        ("query_stats", slots) if len(slots.get("compare") or ()) == 2 and _residue(r, r.body.strip()) == [] else None
    )


def _narrowed(r: Reading) -> tuple[str, Slots] | None:
    """What goes on top of the last list, by `narrow`: "among" (其中物流的, 只看重大的), "other" (物流的呢, which may also
    take the place of another unit), "order" (按金额排)."""
    body = r.body.strip()
    for pattern, order in ((_BY_DAYS, "overdue_days_desc"), (_BY_AMOUNT, "amount_desc")):
        if pattern.fullmatch(body):
            return "query_by_unit", {"narrow": "order", "sort": order}
    if _HOW_MANY.fullmatch(body):
        return "query_by_unit", {"narrow": "count"}
    if grouped := _BY_GROUP.fullmatch(body):
        return "query_by_unit", {"narrow": "group", "group_by": _GROUP_NAMES.get(grouped["what"][:2], "unit")}
    if drawn := _DRAWN.fullmatch(body):
        return "query_by_unit", {"narrow": "chart", "form": _FORMS.get(drawn["what"][0], "")}
    plain = _AMONG.fullmatch(body) or _ONLY.fullmatch(body)
    found = plain or _AND.fullmatch(body)
    if found is None or any(r.has(name) for name in _OTHERS if name not in ("METRIC", "NUM")):
        return None
    said, words = _said(r, found["what"]), _residue(r, found["what"])
    if plain is None and not said and not body.rstrip("?。 ").endswith("的呢"):
        again = reading.read(f"{found['what']}的呢", r.units, r.folk, r.today, r.roles, r.is_workday)
        return _narrowed(again)  # 物流 alone is a word like any other, 物流的 is a unit
    if not said and (not plain or not words):
        return None
    if words and plain is None:
        return None
    quarter = queries.quarter(r)
    said |= ({"words": words} if words else {}) | ({"quarter": quarter} if quarter else {})
    return "query_by_unit", {"narrow": "among" if plain else "other", **said}


_GROUP_NAMES = {
    "责任": "person",
    "来源": "source",
    "类别": "category",
    "分类": "category",
    "类型": "category",
    "状态": "state",
    "季": "quarter",
    "季度": "quarter",
}
_FORMS = {
    "饼": "pie",
    "圆": "pie",
    "柱": "bars",
    "条": "bars",
    "排": "bars",
    "折": "line",
    "曲": "line",
    "趋": "line",
    "走": "line",
}


def _said(r: Reading, what: str) -> Slots:
    out = queries.by_unit(r)
    out.pop("unit_text", None)
    out.pop("want_count", None)
    if "category" not in out and "unit" not in out and (named := _category(what)):
        out["category"] = named
    if "severity" not in out and re.fullmatch(r"一般|重要|较大", what.strip()):
        out["severity"] = "general" if what.strip() == "一般" else "important"
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
    if _POINTED & set(words) and set(words) <= _POINTED | _ASPECTS:
        return "query_by_number", {
            "ref": "this",
            **queries.by_number(r),
        }  # 查一下刚才那条的进展: a matter, and no words of one
    slots = queries.by_unit(r)
    for name in ("unit_text", "want_count"):
        slots.pop(name, None)
    if slots.get("unit") == "SELF" and not re.search(r"我|咱|本(?:公司|单位|部门)", r.flat):
        del slots["unit"]
    if "category" in slots and not _generic(r):
        del slots["category"]  # 围标问题 is a word of the text and no class of its own
    return "query_overdue" if "overdue" in slots else _kind(slots), {**slots, "words": words}


def _generic(r: Reading) -> str:
    """The name of a whole category in 采购方面, 工程类, 财务上的问题; "" when the word is narrower than its category."""
    found = re.search(rf"({_GENERIC})(?:类|方面|领域|上的?(?=事|问题)|(?=问题))", r.flat)
    return found[0] if found else ""


def _residue(r: Reading, what: str) -> list[str]:
    """The words of `what` that no other slot holds."""
    flat, at = r.flat, r.flat.find(what, r.start)
    spans = [(d.start, d.end) for d in r.dates] + [(h.start, h.end) for h in r.unit_hits]
    spans += [(p.start, p.end) for p in r.people] + filters.found_by(r)
    for start, end in spans:
        flat = flat[:start] + " " * (end - start) + flat[end:]
    rest = flat[at : at + len(what)]
    if r.category:
        rest = rest.replace(_generic(r), " ") if _generic(r) else rest
    elif _category(what):
        return []
    rest = _GROUPED.sub(" ", filters.without_kinds(filters.without_bounds(rest)))
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
    "MAJOR", "ALL", "STATE", "FINDING", "METRIC", "CHART", "COUNT2",
)  # fmt: skip
_SAY_NOTHING = "还有 那边 这边 那儿 这儿 新 时 拖 想 啥 类 方面 问题 大 小 多 少 长 没 没有 未 上 下 中 里 事 人 家 条 件 项 年 月 日 谁 哪 几 看 查 找 搜 列 给 要 再 只 去 来 说 还 不 无 再看"
_HOLLOW = frozenset(_SAY_NOTHING.split())
