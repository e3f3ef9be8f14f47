"""Money in a sentence: exact amounts as whole yuan, uncertain ones as the words that were said."""

from __future__ import annotations

import re
from dataclasses import dataclass

from bot.understanding import numerals
from bot.understanding.lazily import lazy

_HAN = f"[{numerals.CHARS}]"
_D = "[一二两三四五六七八九壹贰叁肆伍陆柒捌玖]"
_ARABIC = r"(?:\d{1,3}(?:,\d{3})+(?!\d)(?:\.\d+)?|\d+(?:\.\d+)?)"
_UNIT = r"(?:万?元整|万?圆整|万?元人民币|万?元|块钱|块|圆|人民币|rmb)"

# What stands directly before and after a figure and makes it uncertain (contract.md "Amounts").
_BEFORE = lazy(
    r"(?:大概是?|大约|约合?|差不多|将近|接近|估计得?有?|估摸着?|粗估|预计|可能|也就|少说|不少于|最多|至多|至少|起码|不到|不足|不超过|不低于|超过|超出|超|逾|近|好像是?|应该有|高达|突破|过|小)"
    r"(?:在|有|为|人民币|个)?\s*$"
)
_AFTER = lazy(
    r"\s*(?:左右|上下|以上|以下|以内|之内|出头|开外|不到|不等|多一?点|多(?!少|余|次|个|项|笔|条|家|人)|余(?!额|款|下|料))"
)
# A word of measure after the figure says that things are counted, not money.
_THINGS = lazy(
    r"\s*[多余来]?\s*(?:个|人|吨|次|平|户|股|份|册|条|名|米|公里|里|辆|台|套|小时|度|千瓦|字|件|项|批|家|年|月|日|天|号|点|分钟|页|亩|头|箱|桶|升|立方|方|棵|站|只|张|把|本|粒|步|行|倍"
    r"|k?m(?![a-z])|kg|kw|欧|美元|美金|港币|港元|日元|英镑)"
)
_RANGE = lazy(
    rf"(?<!\d){_ARABIC}\s*[wk万千百亿]?元?\s*(?:-|~|到|至|、|或者?)\s*{_ARABIC}\s*(?:[万千百亿w]{{1,2}}|(?=元|块))"
    rf"|{_HAN}{{1,4}}(?:到|至|或){_HAN}{{1,4}}(?:[万亿]|(?<=[万亿])|(?=\s*(?:元|块)))"
    rf"|(?:{_D}?[十百千万])?(?:一二|一两|两三|二三|三四|三五|四五|五六|六七|七八|八九)(?:[十百千]?[万亿]|[十百千]?(?=\s*(?:元|块|千块|万)))"
)
_VAGUE = lazy(
    rf"(?:{_HAN}|\d){{0,12}}几[十百千]?(?:[万亿]|(?=\s*(?:元|块)))|[数上好成][十百千]*(?:[万亿]|[百千十](?=元|块))"
    rf"|(?:{_D}|\d)?[百十千]来[万亿块]|(?:{_D}|\d)?[百千万]把块|(?<=过)亿|(?:{_D}|\d+)[百千万]来(?=块)"
)
_FIGURE = lazy(
    rf"{_ARABIC}(?:\s*(?:千万|百万|十万|[万亿千百wk])(?![a-z])(?:零?\d+[千百万](?:\d+百?)?|零?\d+(?![\d.%]))*)?(?:零?{_D}[百千]?(?=元|块))?"
    rf"|{_HAN}{{1,24}}"
)
_TAIL = lazy(
    rf"\s*(?P<more>[多余来](?!少|额))?\s*(?P<scale>万亿|(?<=[多余来])[万亿]|万(?=元|块)|亿(?=元))?\s*(?P<unit>{_UNIT})?"
)
_CENTS = lazy(rf"(?:[\d零]|{_D})角(?:(?:[\d零]|{_D})分)?|(?:\d|{_D})毛|(?<=块)(?:\d|{_D})(?=$|[\s,。;、!?)了吧])")
_LABEL = lazy(
    r"(?:金额|款额|款|总额|标的额?|钱|合计|共计|总计|一共|总共|绩效|罚款?|少发了?|多发了?|少了|多付了?|少收了?|短了|亏了|报销了?|差额|价|余额|损失|涉及|支出|付了?|花了?|欠|差|清回来?|追回|收回|各|成|为|改到)"
    r"(?:是|为|有|各|了|成|:|\s)*[¥$]?\s*$"
)
_SCALE = {
    "十": 10,
    "百": 100,
    "千": 1000,
    "万": 10**4,
    "w": 10**4,
    "k": 1000,
    "亿": 10**8,
    "千万": 10**7,
    "百万": 10**6,
    "十万": 10**5,
}
_MIXED = lazy(r"[\s零]*(\d[\d,]*(?:\.\d+)?)\s*(千万|百万|十万|[万亿千百wk])?")
_HINT = lazy(r"[\d万亿元块圆¥$千百]|rmb")
_SURE = lazy(r"[万亿萬億]|\dw$")


@dataclass(frozen=True, slots=True)
class Amount:
    """One amount: `yuan` when exact (a float only when there are 角 or 分), otherwise None and `text` counts."""

    start: int
    end: int
    yuan: int | float | None
    text: str


def _whole(fen: int) -> int | float:
    return fen // 100 if fen % 100 == 0 else fen / 100


def _scaled(figure: str, scale: int) -> int:
    """The figure times the scale, in fen; below a fen it is rounded half up."""
    whole, _, part = figure.replace(",", "").partition(".")
    unit = int("1" + "0" * len(part))
    return (int(whole + part) * scale * 200 + unit) // (2 * unit)


def _fen(text: str) -> int | None:
    """Fen of `12万5千`, `4万2`, `2,360万`, `1500000.00`, `3亿2000万` or a Chinese numeral; None if it is none."""
    text = text.strip()
    if not text[:1].isdecimal():
        value = numerals.parse_numeral(text)
        return None if value is None else value * 100
    total, at, last = 0, 0, 0
    while at < len(text):
        part = _MIXED.match(text, at)
        if part is None:
            rest = numerals.parse_numeral(text[at:].lstrip("零"))
            return None if rest is None else total + rest * 100
        scale = _SCALE.get(part[2] or "", 1)
        if last and part[2] is None:  # 4万2: one unit below the last; 4万2000 is spelt out
            scale = last // 10 if len(part[1]) == 1 else 1
        if last and scale >= last:
            return None
        total += _scaled(part[1], scale)
        last, at = scale, part.end()
    return total


def _cents(text: str) -> int:
    """角 and 分 after a whole number of yuan (3块5 counts as 5 角), in fen."""
    values = [int(c) if c.isdecimal() else numerals.DIGITS[c] for c in text if c not in "角分毛"]
    return values[0] * 10 + (values[1] if len(values) > 1 else 0)


def _close(flat: str, raw: str, start: int, end: int, exact: bool) -> Amount | None:
    """The amount whose figure is flat[start:end], with what hedges it; None when it is not money."""
    figure, head = flat[start:end], flat[max(0, start - 10) : start]
    tail = _TAIL.match(flat, end)
    more, scale, unit = (tail["more"], tail["scale"], tail["unit"]) if tail else (None, None, None)
    if unit == "块" and tail and re.match(r"[地田砖石屏板钢牌]", flat[tail.end() :]):
        return None
    mark = head.rstrip().endswith(("¥", "$", "人民币", "rmb"))
    money = bool(unit or mark or scale)
    if not money and (_THINGS.match(flat, end) or re.match(r"\s*[%‰]", flat[end:])):
        return None
    labelled = bool(_LABEL.search(head))
    if not money and not _SURE.search(figure) and not (labelled and _plain(figure, flat, end)):
        return None
    close = tail.end() if tail and (unit or more or scale) else end
    cents = _CENTS.match(flat, close) if unit in ("元", "块", "圆") and exact else None
    close = cents.end() if cents else close
    after = _AFTER.match(flat, close)
    close = after.end() if after else close
    before = _BEFORE.search(head)
    begin = start - (len(head) - before.start()) if before else start
    doubled = bool(scale and figure[-1] == scale[0])  # 46.5万万元: a slip of the finger, not 465 亿
    if not exact or before or after or more or doubled:
        return Amount(begin, close, None, raw[begin:close].strip())
    fen = _fen(figure)
    if fen is None:
        return Amount(start, close, None, raw[start:close].strip())
    factor = {"万": 10**4, "亿": 10**8, "万亿": 10**12}.get(scale or "", 1) * (10**4 if (unit or "")[:1] == "万" else 1)
    return Amount(start, close, _whole(fen * factor + (_cents(cents[0]) if cents else 0)), raw[start:close].strip())


def _plain(figure: str, flat: str, end: int) -> bool:
    """A figure without 万 or 元 behind a label of money: a bare number, or 4千."""
    if re.match(r"\s*[年月日天号%‰\-/:.]|\s*(?:工作日|处|起|宗|间|单|笔)|[a-z]", flat[end:]):
        return False
    if figure[0].isdecimal():
        return len(figure) >= 3 or figure[-1] in "千百k"
    return len(figure) >= 2 and figure[0] not in "十百千" and bool(re.search("[百千]", figure))


def _starts_inside(flat: str, start: int) -> bool:
    """The figure is the tail of a longer code or decimal: 12.5, a12, 第12, 记-0456."""
    head = flat[max(0, start - 2) : start]
    return bool(re.search(r"[\d][.,:/\-]$|[a-z\d*]$|第$|[〔\[(]$|[一-龥]-$", head)) and not head.endswith("rmb")


def find(flat: str, raw: str | None = None) -> list[Amount]:
    """Every amount of money in order. `flat` is a flattened text (text.flatten), `raw` the words to quote."""
    if not _HINT.search(flat) and "亿" not in flat:
        return []
    raw = flat if raw is None else raw
    out: list[Amount] = []
    work = flat
    for pattern, exact in ((_RANGE, False), (_VAGUE, False), (_FIGURE, True)):
        for found in pattern.finditer(work):
            start, end = found.span()
            while start < end and exact and flat[start:end].strip() != flat[start:end]:
                end -= 1
            if start == end or _starts_inside(flat, start) or (exact and _idle(flat, start, end)):
                continue
            amount = _close(flat, raw, start, end, exact)
            if amount is not None:
                out.append(amount)
                work = work[: amount.start] + "\0" * (amount.end - amount.start) + work[amount.end :]
    return sorted(out, key=lambda a: a.start)


def _idle(flat: str, start: int, end: int) -> bool:
    """万一, 千万别, 万不得已, 一百一十, 合到一块: words that only look like a figure."""
    figure = flat[start:end]
    if figure[0] in "万亿萬億" or flat.startswith("火急", end):
        return True
    if figure in ("千万", "百万", "千", "百", "十") and not re.match(r"\s*[多余]?[元块]", flat[end:]):
        return True
    if figure == "一" and re.search(r"[到在搁凑合]$", flat[:start]) and re.match(r"块(?!钱)", flat[end:]):
        return True  # 合到一块
    return (
        not figure[0].isdecimal() and len(figure) == 1 and not re.match(r"\s*(?:元|块钱|块[^一-龥])", flat[end:] + " ")
    )


def parse_amount(text: str) -> int | float:
    """The one exact amount that `text` says; ValueError when there is none, several, or an uncertain one."""
    found = find(text)
    if len(found) != 1 or found[0].yuan is None:
        raise ValueError("not one exact amount")
    return found[0].yuan
