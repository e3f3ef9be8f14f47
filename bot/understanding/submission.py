"""Slots of what people submit: findings, leads, urgent matters, progress, quarter information, anonymous words."""

# ruff: noqa: E501 - word lists and patterns read better one entry a line

from __future__ import annotations

import re
from typing import Any

from bot.understanding import amounts, categories, describe, forms, people, spans
from bot.understanding import text as texts
from bot.understanding.lazily import lazy
from bot.understanding.reading import Reading

Slots = dict[str, Any]

_TOTAL = lazy(
    r"(?:[加合][拢起]来?|[拢统]共|拢总|总共加起来|合计|共计|总计|一共|总共|累计|总额|总金额|共|合并|加起来|合到一块儿?|合在一起|凑到一块)(?:金额|涉及|是|为|约|:|\s|有|损失)*$"
)
_EACH = lazy(r"一[份笔张个单项家条]|分别|其中一|另一|第[一二三]笔|各")
_REPEAT = lazy(
    r"又犯|又是[它他她]|才[查整]改?过|刚查过|算重复|属重复|老毛病|旧病复发|照旧|又出现|再次|老问题|说过一回|反复|屡查屡犯|屡犯|上次也|之前也|以前也|重复发生|还是老|又有|又发生|反弹|(?:跟|和)(?:上[次回]|去年|以前|之前)[^,。]{0,6}一个样|第二次|第三次|多次指出|刚(?:说|讲|提|点|批评|通报)[过完了]|(?:说|讲|提|点)(?:了|过)(?:好?几|多少|[两三四五]|不止一)[回次遍]|(?:说|讲|提)过(?:他们|它们|一[回次遍])|才(?:讲|说|提|批评)过|一模一样的(?:事|问题|毛病)|(?:跟|和|同)(?:去年|前年|上半年|上季度|上[次回])[^,。;标]{0,8}一模一样|(?:去年|前年|上半年|上季度|上[次回])[^,。;]{0,8}(?:就|已经?)(?:提|说|讲|指出)过|又(?:没|是|给|把|让|在|开始|露天|堆|乱|忘|冒|不)|还是(?:老样子|那样|没改)|跟(?:上[回次]|WT|wt)[^,。;]{0,14}(?:一回事|一样|一个样)"
)
_RECT = (("immediate", lazy(r"立行立改|立即整改|当场(?:整改|改正|纠正|要求补)|已(?:经)?(?:当场|立即)?(?:改正|删除?|整改完|整改到位|纠正)|马上改|即知即改|边查边改|已删|(?:当天|当场|当时|立马|马上|随即|现场)(?:就|已经?|都|给)*(?:撤|删|改|纠正|整改|补|清理|拆|换|下架|处理)[了掉下完好正]")), ("ongoing", lazy(r"持续整改|长期整改|长期坚持")), ("phased", lazy(r"分阶段|分步|分期整改|阶段性整改")))  # fmt: skip
_SEVERITY = (("major", lazy(r"(?:按|属|属于|定为|列为)?重大(?:[。,;!]|$|问题|违规|缺陷|隐患|损失|风险)|特别严重|性质严重|情节严重|严重程度[:是为\s]*(?:重大|严重)")), ("important", lazy(r"(?:按|属|属于)?(?:重要|较大|较重)(?:问题|缺陷|隐患)|严重程度[:是为\s]*(?:重要|较大|较重)")), ("general", lazy(r"一般(?:问题|性问题|缺陷|隐患)|轻微|严重程度[:是为\s]*一般")))  # fmt: skip
_RULE = lazy(
    r"(?:违反|不符合|依据|按照|根据|违背)了?(?:[^,。;]{0,12}《[^》]*》|[^,。;]{2,16}?(?:办法|规定|制度|细则|条例|准则|规程))(?:第?[零一二三四五六七八九十百\d]+[条款章项])*"
)
_OF_OURS = lazy(r"自查(?:自[报纠改]|上报|发现)[^。]{0,12}?(?:我们|咱们?|本|我)(?:公司|厂|单位|司|站|库|所|部门)")
_TENDENCY = lazy(r"苗头性?|倾向性")
_QUARTER_WORD = lazy(r"季度?|q[1-4]")


def money(r: Reading, *, within: tuple[int, int] | None = None) -> Slots:
    """`amount_yuan`, or `amount_text` when it is uncertain; several without a total give `amounts` and no guess."""
    found = [a for a in r.amounts if within is None or (within[0] <= a.start < within[1])]
    found = [
        a
        for a in found
        if not re.search(
            r"(?:不是|而不是|并非|不足注册资本|注册资本(?:金)?)\s*$", r.flat[max(0, a.start - 8) : a.start]
        )
    ]
    if not found:
        return {}
    for amount in found:
        if _TOTAL.search(r.flat[max(0, amount.start - 10) : amount.start]):
            return _one(amount)
    if len(found) == 1:
        return _one(found[0])
    exact = [a.yuan for a in found if a.yuan is not None]
    if len(exact) < len(found):
        return {"amount_text": "、".join(a.text for a in found), "amounts": exact}
    if len(set(exact)) == 1:
        return {"amount_yuan": exact[0]}
    if _EACH.search(r.flat[max(0, found[0].start - 8) : found[-1].start]):
        return {"amount_yuan": sum(exact), "amounts": exact, "split": True}
    return {"amounts": exact}


def _one(amount: amounts.Amount) -> Slots:
    return {"amount_text": amount.text} if amount.yuan is None else {"amount_yuan": amount.yuan}


def place(r: Reading) -> Slots:
    """`unit`, or `units` for several companies; departments only where no company is named. Ambiguity sets neither."""
    hits = r.company()
    if "unit" in r.form:
        start, end = r.form["unit"]
        hits = [h for h in r.unit_hits if h.start < end and start < h.end] or hits
    elif not hits:
        hits = [h for h in r.departments() if not h.weak and _is_subject(r, h.start, h.end)]
    codes = list(dict.fromkeys(h.codes for h in hits))
    if not codes or any(len(c) > 1 for c in codes):
        return {}
    kept = [c[0] for c in codes if not _shadowed(r, c[0], [x[0] for x in codes])]
    if len(kept) == 1:
        return {"unit": r.units.name(kept[0])}
    return {"units": [r.units.name(c) for c in kept]}


def _shadowed(r: Reading, code: str, others: list[str]) -> bool:
    """A parent named only to say which child is meant: 恒信建设的二公司."""
    for hit in r.company():
        if hit.codes == (code,):
            for other in r.company():
                if (
                    other.codes[0] in others
                    and other.codes[0] != code
                    and r.units.by_code[other.codes[0]].parent == code
                ):
                    gap = r.flat[hit.end : other.start] if other.start >= hit.end else "x" * 9
                    if len(gap) <= 3 and not re.search(r"[、和及与跟同,]", gap):
                        return True
    return False


def _is_subject(r: Reading, start: int, end: int) -> bool:
    tail = r.flat[end:]
    if re.match(
        r"\s*(?:[:]|报[:\s]|(?:季度|日常|专项|年度|现场|例行|第?[一二三四]季度|[这那]边|\d+月\d*日?)?(?:发现|检查|审计|监测|抽查|反映|监督|提出|提供|移交|组织|牵头|这边|那边|先?登记|(?:讲|说)(?=[,:])|季度))",
        tail,
    ):
        return False
    return not re.search(r"(?:报|报给|反映给|通知|联合|会同|配合|给|向|请|由|来|到)\s*$", r.flat[:start])


def when_found(r: Reading) -> Slots:
    """`found_at` for a day, `found_quarter` for a quarter or a month; `late` for an earlier quarter that is made up for."""
    out: Slots = {}
    if "found_at" in r.form:
        start, end = r.form["found_at"]
        hits = [d for d in r.dates if start <= d.start < end and d.kind in ("day", "end", "period")]
    else:
        due = r.form.get("due", (-1, -1))
        hits = [
            d
            for d in r.dates
            if d.kind != "length" and not d.before and not due[0] <= d.start < due[1] and not _is_due(r, d)
        ]
    for hit in hits:
        hit = hit.toward(r.today, "past")
        if (
            (hit.kind == "day" or (hit.kind == "end" and ("found_at" in r.form or _found_by(r, hit))))
            and hit.first <= r.today
            and not re.match(r"\s*(?:签订?|印发|发布|起|开始|付款|采购的|入职)", r.flat[hit.end :])
        ):
            out.setdefault("found_at", hit.first.isoformat())
        elif hit.kind == "period" and "found_quarter" not in out and _one_quarter(hit) and _speaks_of_finding(r, hit):
            out["found_quarter"] = spans.quarter_of(hit.first)
    if re.search(
        r"补(?:报|录|登)|(?:漏|少)(?:报|登|录)|漏[了掉填]|当时(?:没|漏)|落下(?:了|没报)|(?:那会儿?|那时候?|忘了|没来得及|没顾上)(?:没)?[报登录上]",
        r.flat,
    ):
        out["late"] = True
    return out


def _found_by(r: Reading, hit: spans.DateHit) -> bool:
    """三季度末发现的: the end of a period as the day on which it was found."""
    return bool(re.match(r"(?:的时候|时)?(?:检查|审计|抽查)?(?:时|中)?(?:发现|查出|查到)", r.flat[hit.end :]))


def _one_quarter(hit: spans.DateHit) -> bool:
    return spans.quarter_of(hit.first) == spans.quarter_of(hit.last) and hit.days is None


def _speaks_of_finding(r: Reading, hit: spans.DateHit) -> bool:
    words = r.flat[hit.start : hit.end]
    if re.search(r"周|星期|礼拜|旬", words):
        return False
    if _QUARTER_WORD.search(words):
        return True
    return bool(re.search(r"(?:补报|补录|补一?条).{0,8}$", r.flat[: hit.start])) or bool(
        re.match(
            r"\s*(?:份的?|的)?(?:那会儿?|的时候|就|里)?(?:问题|检查|发现|审计|抽查|专项|查[到出着的]|看[到出见]|漏|那[次回])",
            r.flat[hit.end :],
        )
    )


def _is_due(r: Reading, hit: spans.DateHit) -> bool:
    return hit.first > r.today or bool(
        re.search(r"(?:时限|期限|截止|延期?至|到期|限)[:于在到是为\s]*$", r.flat[: hit.start])
    )


def when_due(r: Reading) -> Slots:
    """`due` as the last day that the words allow; a week's last working day is left to the flow's echo."""
    if "due" in r.form:
        start, end = r.form["due"]
        hits = [d for d in r.dates if start <= d.start < end]
    else:
        hits = [d for d in r.dates if d.before or _is_due(r, d)]
    hits = [d for d in hits if d.kind != "length"]
    return {"due": hits[0].toward(r.today, "future").last.isoformat()} if hits else {}


def finding(r: Reading) -> Slots:
    out: Slots = {**place(r), **money(r), **when_found(r)}
    if not out.keys() & {"unit", "units"} and not r.company() and _OF_OURS.search(r.flat):
        out["unit"] = "SELF"
    if described := describe.finding(r):
        out["desc"] = described
    row = forms_row(r)
    out.update(row)
    out.update(_form_money(r))
    if due := when_due(r).get("due"):
        out["due"] = due
    if category := _category(r, out.get("desc", "")):
        out.update(category)
    if basis := describe.basis(r):
        out["basis"] = basis
    for key, table in (("rect_type", _RECT), ("severity", _SEVERITY)):
        value = next((name for name, pattern in table if pattern.search(r.flat)), None)
        if value:
            out[key] = value
    if _TENDENCY.search(r.flat):
        out["nature"] = "tendency"
    if _REPEAT.search(r.flat):
        out["repeat_hint"] = True
    if r.numbers:
        out["related"] = r.numbers[0].value
    if named := _responsible(r):
        out["person"] = named
    if (sources := r.departments()) and out.get("unit") != (name := r.units.name(sources[0].codes[0])):
        out["source_org"] = name
    if re.search(r"围标|串标|涉嫌|嫌疑|造假|利益输送|怀疑", r.flat):
        out["lead_hint"] = True
    out.update(batch(r))
    out.update(_several(r))
    return out


def _form_money(r: Reading) -> Slots:
    if "amount" not in r.form:
        return {}
    start, end = r.form["amount"]
    found = money(r, within=(start, end))
    if found:
        return found
    bare = re.fullmatch(r"\s*(\d[\d,]*(?:\.\d{1,2})?)\s*", r.flat[start:end])
    return {"amount_yuan": amounts.parse_amount(bare[1] + "元")} if bare else {}


def forms_row(r: Reading) -> Slots:
    """The description of a one-line row of cells: the longest cell that is neither unit, date, sum nor category."""
    if r.form:
        return {}
    cells = forms.cells(r.flat, describe.body_start(r))
    best = ""
    for start, end in cells:
        taken = [h for h in r.unit_hits if start <= h.start < end and h.end - h.start >= end - start - 1]
        dated = any(start <= d.start < end for d in r.dates) or any(
            start <= a.start and a.end - a.start >= end - start - 2 for a in r.amounts
        )
        label = re.match(r"\s*(?:项目|地点|备注|联系人|责任人|单位|时间)\s*:", r.flat[start:end])
        if not taken and not dated and not label and categories.named(r.flat[start:end]) is None:
            words = describe.trim(r, start, end)
            best = words if len(words) > len(best) else best
    return {"desc": best} if best else {}


def _category(r: Reading, desc: str) -> Slots:
    if "category" in r.form:
        start, end = r.form["category"]
        said = r.flat[start:end]
        code = categories.named(said)
        guess = categories.suggest(said)
        if code or guess:
            second = guess[1] if guess and (code is None or guess[0] == code) else None
            return {"category": code or (guess[0] if guess else ""), **({"category2": second} if second else {})}
    if r.category and re.search(r"(?:方面|类)", r.flat):
        return {"category": r.category}
    bare = _RULE.sub("", texts.flatten(desc))  # the rule that was broken says less than what was done
    guess = categories.suggest(bare) or categories.suggest(texts.flatten(desc)) or categories.suggest(r.flat)
    if guess is None:
        return {}
    return {"category": guess[0], **({"category2": guess[1]} if guess[1] else {})}


def _responsible(r: Reading) -> str | None:
    if "person" in r.form:
        return people.in_field(r.flat, r.raw, r.people, r.form["person"])
    return next((p.name for p in r.people if p.label in ("责任人", "整改责任人", "负责人", "责任领导")), None)


def batch(r: Reading) -> Slots:
    found = re.search(r"(?:excel|xlsx?|表格|附件|登记表|明细表|汇总表|导入|批量)", r.flat)
    count = re.search(r"共?\s*(\d{1,4})\s*(?:条|项|个问题)", r.flat)
    if found and count:
        return {"batch": True, "count": int(count[1])}
    return {}


def _several(r: Reading) -> Slots:
    """A numbered list of findings: each with its own words and money."""
    if not r.items or {"done", "number"} & set(r.form):
        return {}
    items = []
    for start, end in r.items:
        stop = re.search(r"[\s。;,](?:单位|责任单位|以上|请)[:\s]?[^\d]{0,30}$", r.flat[start:end])
        item: Slots = {
            "desc": describe.trim(r, start, start + stop.start() if stop else end),
            **money(r, within=(start, end)),
        }
        if guess := categories.suggest(r.flat[start:end]):
            item["category"] = guess[0]
        inside = [h for h in r.company() if start <= h.start < end and len(h.codes) == 1]
        if inside and not stop:
            item["unit"] = r.units.name(inside[0].codes[0])
        items.append(item)
    return {"items": items, "multi": len(items)}


def numbered(r: Reading) -> Slots:
    """`number`, or `numbers` for several different ones."""
    values = list(dict.fromkeys(n.value for n in r.numbers))
    if not values:
        return {}
    return {"number": values[0]} if len(values) == 1 else {"numbers": values}
