"""Slots of questions: which matters, which period, which figure, in which form."""

# ruff: noqa: E501 - word lists and patterns read better one entry a line

from __future__ import annotations

import re
from datetime import date
from typing import Any

from bot.understanding import filters, names, numerals, search_words, spans, wordings
from bot.understanding.lazily import lazy
from bot.understanding.names import UnitHit
from bot.understanding.reading import Reading
from bot.understanding.submission import numbered, place

Slots = dict[str, Any]

_SELF = lazy(
    r"(?:我们|咱们?|我|本|俺们?)(?:公司|单位|部门|部|厂|司|站|所|院|场|矿|店|段|这边|这儿|这里|分公司|中心)|我们(?:的|这|有|还)|(?:^|[\s,])(?:我们|咱们?)|我司"
)
_ASKER = lazy(r"(?:我是|我们是|俺是|我在|我们|咱们|俺们)$")
_FIELDS = (
    ("measures", "措施"),
    ("person", "责任人|谁负责|谁在办"),
    ("due", "时限|期限|到期|几号"),
    ("progress", "进展|进度"),
    ("evidence", "佐证|材料"),
    ("amount", "金额|多少钱"),
)
_LAST = lazy(r"(?:我)?(?:刚才|刚刚|方才|上一?[条个次]|刚)(?:我)?(?:报|提交|登记|发|录)?的?(?:那|这)?[条个]?")
_NARROWS = frozenset(
    {"person", "category", "scope", "severity", "source_org", "marks", "not_kept", "amount_min_yuan", "amount_max_yuan"}
)
_SUMS = ("amount_min_yuan", "amount_max_yuan", "amount_over", "amount_under")
_UNIT_LIKE = lazy(
    r"(?:公司|集团|酒店|企业|中心|单位|基地|学校|[业厂院部所处局店站队社会行科室港矿运本流源化工电气钢贸])$"
)
_LATE_FOR = lazy(r"(?:超期|逾期|超过?|过期|拖)(?:了|超过)?\s*$")
_EVERYBODY = frozenset({"全部", "所有", "集团", "全集团", "各单位", "整个集团"})
_METRICS = (
    ("lead_rate", r"线索.{0,6}(?:处置率|及时率|按[期时]处置)"), ("zero_share", r"零报告"), ("on_time_submit_rate", r"(?:按[期时])?报送率|(?:按[期时]|准时|及时)(?:报送|报上来|[上交]报|交)[^,。]{0,6}(?:占|比|率|百分之)|(?:按[期时]|准时|及时)报送|报送及时率"),
    ("overdue_in_hand", r"在办(?:问题)?(?:的|中)?逾期(?:的)?(?:占比|比例|率)"), ("overdue_rate", r"逾期率|超期率"), ("on_time_rate", r"到期(?:整改|销号)率|按[期时](?:整改|完成|销号)?率|整改及时率|及时率"), ("completion_rate", r"整改完成率"),
    ("reopening_rate", r"重启率|反弹率"), ("extension_rate", r"延期率|展期率"), ("return_rate", r"退回率|驳回率"), ("repeat_rate", r"重复(?:发生)?率|屡查屡犯率|重复发生(?!的?(?:问题|事项|[有多几共]|$))"), ("unreported_rate", r"未报率"),
    ("mean_days", r"(?:平均|中位数?)(?:的)?(?:整改)?(?:天数|时长|用时|时间|要?多少天|要?几天)|整改(?:天数|用时|时长)"), ("recovered", r"挽回|追回|挽损"), ("amount", r"(?:问题|事项)的(?:总|涉及)?金额(?=$|[是有多合一共?。])|涉及金额|涉案金额|总金额|金额(?:合计|总额|总数|一共)"), ("accountability", r"问责(?:了)?(?:人次|人数|多少|几)"),
    ("closure_rate", r"整改率|销号率|完成率|办结率"), ("new", r"新登记|新增(?:的)?(?:问题)?(?:有?多少|有?几|数)"), ("in_hand", r"在办(?:的)?(?:问题)?(?:数|有?多少|有?几)"),
    ("common_issues", r"共性"), ("category_share", r"哪一?类|各占|各类[^,。]{0,6}(?:比|占)|(?:分类|类别)[^,。]{0,4}(?:占比|分布|比例|构成|比重)|(?:占比|比重|构成|分布)"), ("trend", r"趋势|走势|曲线|折线"), ("ranking", r"排名|排行|排个?[名队]|最多|最少|倒数"),
)  # fmt: skip
_GROUPS = (
    ("person", r"谁(?:的)?(?:手[里上头]|名下|那[里儿])[^,。;]{0,10}最[多少]|(?:按|分)(?:整改)?责任人|(?:每个?|各)(?:整改)?责任人|哪个(?:整改)?责任人"),
    ("source", r"(?:按|分|各)(?:问题)?来源"), ("category", r"(?:按|分)(?:问题)?(?:类别|分类|类型)|分类别|各类别"), ("quarter", r"(?:按|分|各|逐)(?:个)?季度?(?:来)?(?:统计|看|对比|比较|算)?$|按季度|逐季|趋势|走势|曲线|折线"), ("state", r"(?:按|分|各)状态|状态(?:分布|构成|占比)"),
)  # fmt: skip
_TOP = lazy(
    r"(?:前|top\s*|倒数(?:后|第)?|最[低高差好少多]的?|最[一-龥]{1,3}的(?=[一二三四五六七八九十两\d]{1,2}[个条类家]))(\d{1,2}|[一二三四五六七八九十两]{1,2})(?!个?(?:季度|月|年|天))"
)
_BY_UNIT = lazy(
    r"各(?:权属)?(?:企业|单位|公司|部门)|各[^,。各]{0,4}公司|(?<!有)(?:哪个|哪家|哪几家)(?:单位|公司|部门)?|哪几个(?:单位|公司|部门)|哪些(?:单位|公司|部门)|有哪几家(?:单位|公司|部门)|各家|按单位|分单位|谁家|单位名单|单位排|排名|排个?[名队]"
)


def _self(r: Reading) -> bool:
    return bool(_SELF.search(r.body)) or bool(re.search(r"我(?:名下|手[上里]|的(?:任务|整改|问题))", r.body))


def _of_the_asker(r: Reading, hit: UnitHit) -> bool:
    """我是驾校的, 我们七河想跟青山岭比比: who asks, beside what he asks about."""
    return bool(_ASKER.search(r.flat[: hit.start])) and bool(
        re.match(r"(?:公司)?(?:这边|那边)?(?:的|想|跟|和)", r.flat[hit.end :])
    )


def where(r: Reading) -> Slots:
    """`unit` (SELF for one's own), `units`, `unit_text` for a name that stands in no lexicon, and `include_sub`."""
    hits = r.company()
    out: Slots = {}
    theirs = [h for h in hits if not _of_the_asker(r, h)]
    if theirs and len(theirs) < len(hits) and len(codes := {h.codes for h in theirs}) == 1:
        out = {"unit": r.units.name(codes.pop()[0])}
    elif hits:
        out = place(r)
    elif _self(r):
        out = {"unit": "SELF"}
    elif not r.departments() and (other := names.stranger(r.body)) and not re.search(r"^(?:各|全|所有)", other):
        out = {"unit_text": other}
    elif r.departments() and not hits:
        out = place(r)
    if names.includes_sub(r.flat) and out:
        out["include_sub"] = True
    return out


def asked_about(r: Reading) -> Slots:
    """`unit` alone: the one company asked about, and not the asker's own."""
    return {name: value for name, value in where(r).items() if name == "unit" and value != "SELF"}


def period(r: Reading) -> Slots:
    """`date_from`/`date_to`: the period said, in the past; 今年 and 今年以来 end today."""
    for hit in r.dates:
        if hit.kind == "length":
            continue
        hit = hit.toward(r.today, "past")
        first, last = hit.first, hit.last
        if hit.kind == "end":
            if not re.search(r"末|底", r.flat[hit.start : hit.end]):
                continue
            return {"date_from": min(r.today, last).isoformat(), "date_to": last.isoformat()}
        if re.match(r"\s*(?:以来|至今|到现在|起|开始|以后|之后|过后)", r.flat[hit.end :]) or re.search(
            r"以来$", r.flat[hit.start : hit.end]
        ):
            last = r.today
        return {"date_from": first.isoformat(), "date_to": last.isoformat()}
    return {}


def due_period(r: Reading) -> Slots:
    """`due_from`/`due_to`: one day said alone is that day, a day with 前 or 内 counts from today."""
    for hit in r.dates:
        hit = hit.toward(r.today, "future")
        until = hit.days is not None or bool(re.match(r"\s*(?:之前|以前|前|之?内|以内)", r.flat[hit.end :]))
        first = hit.first if hit.kind in ("period", "day") and not until else min(r.today, hit.last)
        return {"due_from": first.isoformat(), "due_to": hit.last.isoformat()}
    return {}


def by_number(r: Reading) -> Slots:
    out = numbered(r)
    if not out and _LAST.search(r.flat):
        out["ref"] = "last_submitted_by_me"
    fields = [name for name, pattern in _FIELDS if re.search(pattern, r.flat)]
    if fields and re.search(r"看|查|的|是", r.flat):
        out["fields"] = fields
    return out


def _no_unit_that_found_it(out: Slots) -> None:
    """审计部发现的 is not about 审计部."""
    if "source_org" in out and out.get("unit") == out["source_org"]:
        del out["unit"]


def by_unit(r: Reading) -> Slots:
    out: Slots = {**where(r), **filters.of(r)}
    source = [h for h in r.departments() if len(h.codes) == 1]
    if source and re.search(r"报上来|报来|报的|提交的|登记的|移交|发现的|查出的|提的|报送的|报过来", r.flat):
        out["source_org"] = r.units.name(source[0].codes[0])
    _no_unit_that_found_it(out)
    if r.people:
        out["person"] = r.people[0].name
        if out.get("unit") == "SELF":
            del out["unit"]
    if not r.unit_hits and not out.keys() & _NARROWS and out.get("unit") != "SELF":
        said = wordings.list_of(r.body)
        if said and (words := filters.about(r.flat)):
            out["words"] = words
        elif said and said not in _EVERYBODY and not re.search(r"\d|金额", said):
            out["unit_text"] = said
            if not _UNIT_LIKE.search(said):
                out["words"] = search_words.asked(said)  # 备用金的问题有哪些: perhaps no unit at all
    out.update(period(r))
    return out


def by_time(r: Reading) -> Slots:
    out: Slots = {**where(r), **filters.of(r)}
    _no_unit_that_found_it(out)
    if out.get("unit") == "SELF" and not re.search(r"我|咱|本(?:公司|单位|部门)", r.flat):
        del out["unit"]
    due = re.search(r"到期|截止|该完成|应完成|到时限|要完成", r.flat)
    out.update(due_period(r) if due else period(r))
    if "unit_text" in out and not re.search(r"公司|集团", out["unit_text"]):
        del out["unit_text"]
    return out


def overdue(r: Reading) -> Slots:
    out: Slots = {**where(r), **{k: v for k, v in filters.of(r).items() if k != "overdue"}}
    _no_unit_that_found_it(out)
    if out.get("status") == "open":
        del out["status"]
    if re.search(
        r"按(?:超期|逾期)?(?:天数|时间|时长)|(?:天数|时间)(?:最)?(?:长|多|排)|排序?$|从(?:长到短|多到少|高到低)|拖得?最?[久长]的?(?:放|排|列|在)(?:最)?前",
        r.flat,
    ):
        out["sort"] = "overdue_days_desc"
    if _BY_UNIT.search(r.flat):
        out["group_by"] = "unit"
    long = [hit for hit in r.dates if hit.kind == "length" and hit.days]
    if long and not out.keys() & {"min_days", "max_days"} and _LATE_FOR.search(r.flat[: long[0].start]):
        out["min_days"] = long[0].days
    if re.search(r"登记|发现|报的|报送|上报|新增", r.flat):
        out.update(period(r))
    elif span := next((hit for hit in r.dates if hit.kind == "period"), None):
        span = span.toward(r.today, "past")
        out |= {"due_from": span.first.isoformat(), "due_to": span.last.isoformat()}
    if re.search(r"整改不力|拖拉|老赖", r.flat):
        out["weak"] = True
    if r.people:
        out["person"] = r.people[0].name
    return out


def quarter(r: Reading) -> str | None:
    for hit in r.dates:
        if (
            hit.kind in ("period", "end")
            and re.search(r"季度?|q[1-4]", r.flat[hit.start : hit.end])
            and hit.days is None
        ) and spans.quarter_of(hit.first) == spans.quarter_of(hit.last):
            return spans.quarter_of(hit.toward(r.today, "past").first)
    return None


def _quarters(r: Reading) -> list[str]:
    """Every quarter that is named, in time's order."""
    found = set()
    for hit in r.dates:
        named = hit.kind in ("period", "end") and re.search(r"季度?|q[1-4]", r.flat[hit.start : hit.end])
        if named and hit.days is None and spans.quarter_of(hit.first) == spans.quarter_of(hit.last):
            found.add(spans.quarter_of(hit.toward(r.today, "past").first))
    return sorted(found)


def _years(r: Reading) -> list[str]:
    """Every whole year that is named, in time's order."""
    whole = [hit for hit in r.dates if hit.kind == "period" and (hit.first.month, hit.first.day) == (1, 1)]
    return sorted({str(hit.first.year) for hit in whole if hit.last in (date(hit.first.year, 12, 31), r.today)})


def stats(r: Reading) -> Slots:
    out: Slots = {k: v for k, v in where(r).items() if k in ("unit", "units", "include_sub") and v != "SELF"}
    if _self(r) and re.search(r"我们|咱|本单位|我公司|我司", r.flat):
        out["unit"] = "SELF"
    out["metric"] = next((name for name, pattern in _METRICS if re.search(pattern, r.flat)), "summary")
    named = quarter(r)
    compared = re.search(r"(?:和|跟|与|同|比|较|环比)", r.flat) and re.search(r"比|降|升|增|变化|对比", r.flat)
    among = re.search(r"(?:各|每个?|几个|所有)[一-龥]{1,6}|单位之间|之间", r.flat)
    several = _quarters(r)
    if compared and len(several) == 2:
        out["compare"] = several
    elif compared and len(years := _years(r)) == 2:
        out["compare"] = years
    elif compared and named and named != spans.quarter_of(r.today) and not among:
        out["compare"] = [named, spans.quarter_of(r.today)]
    elif named:
        out["quarter"] = named
    else:
        out.update(_span(r))
    group = next((name for name, pattern in _GROUPS if re.search(pattern, r.flat)), None)
    if group and not (group == "quarter" and out["metric"] == "trend"):
        if group != "person" or out["metric"] in ("summary", "ranking"):
            out["group_by"] = group
        if out.get("group_by") == "person":  # a person's work is what is in his hands
            closed = re.search(r"已?销(?:了|号)|改完|完成|办完", r.flat)
            late = re.search(filters.LATE, r.flat)
            out["metric"] = "summary"
            out |= {"status": "closed"} if closed else {"overdue": True} if late else {"status": "open"}
    elif _BY_UNIT.search(r.flat):
        out["group_by"] = "unit"
        if out["metric"] == "ranking":
            out["metric"] = "closure_rate" if re.search(r"整改|销号", r.flat) else "summary"
    out.update(filters.of_figures(r))
    _no_unit_that_found_it(out)
    if top := _TOP.search(r.flat):
        out["top"] = int(top[1]) if top[1].isdecimal() else numerals.parse_numeral(top[1]) or 5
    if re.search(r"最低|最少|最差|倒数|从[低少]到[高多]", r.flat):
        out["sort"] = "least_first"
    if out.keys() & {"top", "sort"} and "group_by" not in out and re.search(r"单位|公司|企业|部门|名|家", r.flat):
        out["group_by"] = "unit"
    if re.search(r"图(?!书|纸)|曲线|折线", r.flat):
        out["chart"] = True
    return out


def _span(r: Reading) -> Slots:
    for hit in r.dates:
        if hit.kind != "period":
            continue
        whole = hit.first.month == 1 and hit.first.day == 1 and hit.last in (date(hit.first.year, 12, 31), r.today)
        if whole and "以来" not in r.flat:
            return {"year": hit.first.year}
        return period(r)
    return {}


def unsubmitted(r: Reading) -> Slots:
    out: Slots = {"quarter": quarter(r) or spans.quarter_of(r.today)}
    orgs = [h for h in r.departments() if len(h.codes) == 1]
    if orgs:
        out["org"] = r.units.name(orgs[0].codes[0])
    elif re.search(r"(?:^|[^一-龥])我|我们?部门|我(?:们|部|这|是不是)?.{0,4}(?:报|交)|本部门|咱", r.body):
        out["org"] = "SELF"
    return out


def export(r: Reading) -> Slots:
    flat = r.flat
    kinds = (
        ("bulletin", "通报"),
        ("unit_sheet", "整改情况(?:单|表|清单)|单位.{0,6}情况(?:单|表|清单)"),
        ("overdue_list", "(?:逾期|超期)[^,。]{0,6}(?:清单|列表|明细|名单)"),
        ("ledger", "台账|清单|明细|列表"),
        ("quarter_summary", "季度.{0,12}(?:汇总|总结|报告|情况)|汇总报告|监督情况"),
        ("overdue_list", "逾期|超期"),
        ("unit_sheet", "单位.{0,6}(?:情况|清单)"),
    )
    out: Slots = {}
    out["report"] = next((name for name, pattern in kinds if re.search(pattern, flat)), "ledger")
    if named := quarter(r):
        out["quarter"] = named
    else:
        out.update(_span(r))
    excel = re.search(r"excel|xlsx|表格|电子表", flat)
    word = re.search(r"word|docx|公文|文档|报告|通报", flat)
    out["format"] = (
        "xlsx" if excel or (out["report"] in ("ledger", "overdue_list", "unit_sheet") and not word) else "docx"
    )
    if re.search(r"去掉|脱敏|隐(?:去|掉|了|藏)|抹(?:去|掉|了)|打码|删掉|不含|遮住|匿去", flat):
        out["redact"] = True
    out.update({k: v for k, v in where(r).items() if k in ("unit", "units", "include_sub") and v != "SELF"})
    if (hits := r.departments()) and out.get("unit") == r.units.name(hits[0].codes[0]):
        out["source_org"] = out.pop("unit")  # 审计部台账: what it reported (S44)
    if r.category:
        out["category"] = r.category
    narrowing = filters.of(r)
    return out | {name: narrowing[name] for name in ("severity", "marks", *_SUMS) if name in narrowing}


def export_leads(r: Reading) -> Slots:
    """The ledger of leads, or the counts of a quarter (domain.md 7.1)."""
    named = quarter(r)
    return {"report": "stats" if "统计" in r.flat else "ledger"} | ({"quarter": named} if named else {})


_TOPICS = (
    ("commands", r"指令|命令|菜单|大全"), ("finding_vs_lead", r"(?:线索|问题)[^,。]{0,3}(?:和|与|跟|同)[^,。]{0,3}(?:问题|线索)|区别"), ("deadline", r"截止|几号|什么时候(?:报|交)|哪天(?:报|交)|报送(?:时间|期限)|最晚"),
    ("extension", r"延期|宽限|展期"), ("acceptance", r"销号|验收"), ("anonymous", r"匿名|保密"), ("progress", r"进展|进度"), ("quarter", r"季度(?:报送|信息)|监督工作信息"), ("submit_lead", r"线索|举报|反映"), ("assign", r"交办|派单|责任人"), ("submit_finding", r"问题"),
)  # fmt: skip


def help_topic(r: Reading) -> Slots:
    topic = next((name for name, pattern in _TOPICS if re.search(pattern, r.flat)), None)
    out: Slots = {"topic": topic} if topic else {}
    if topic == "deadline":
        out["quarter"] = quarter(r) or spans.quarter_of(r.today)
    return out
