"""Days and periods as people say them: 下周五, 11月底, 三季度末, 5个工作日内, 2026.7.1-2026.9.30."""

# ruff: noqa: E501 - word lists and patterns read better one entry a line

from __future__ import annotations

import re
from calendar import monthrange
from dataclasses import replace
from datetime import date, timedelta

from bot.understanding import numerals
from bot.understanding.lazily import lazy
from bot.understanding.spans import DateHit, Workday, add_months, add_workdays, month_days, quarter_days

_N = r"(?:\d{1,3}|[一二两三四五六七八九十百俩仨半廿]{1,4})"
_MON = r"(?:元(?=月)|1[0-2]|0?[1-9]|十[一二]?|[一二三四五六七八九正腊])"
_DAY = r"(?:3[01]|[12]\d|0?[1-9]|三十一?|二?十[一二三四五六七八九]?|[一二三四五六七八九]|廿[一二三四五六七八九]?)"
_YEAR = r"(?:(?:20)?[0-3]\d|二[零〇]二[一二三四五六七八九零〇]|今|本|去|上|明|前|后|当|同)"
_UNITS = r"(?:个?工作日|个?自然日|天|日|个?礼拜|个?星期|周|个?半?月|个?季度|年|月)"
_WEEKDAYS = {c: i for i, row in enumerate(("一1", "二2", "三3", "四4", "五5", "六6", "日天末7")) for c in row}
_NEARBY = {"大前": -3, "前": -2, "昨": -1, "今": 0, "当": 0, "明": 1, "后": 2, "大后": 3, "次": 1}

_PATTERN = lazy(
    rf"""(?P<full>(?<![\d.])(?P<fy>20\d\d|(?:20)?\d\d(?=年)|二[零〇]二[一二三四五六七八九零〇])\s*[-/.年]\s*(?P<fm>{_MON})\s*[-/.月]\s*(?P<fd>{_DAY})(?!\d|\.\d)(?:\s*[日号])?)
    |(?P<packed>(?<!\d)(?P<py>20[123]\d)(?P<pm>0[1-9]|1[0-2])(?P<pd>0[1-9]|[12]\d|3[01])(?!\d))
    |(?P<since>自?从?(?:今年|本年)(?:初)?以来|年初(?:以来|至今|到现在)|年内|今年到现在)
    |(?P<quarters>(?:(?P<sy>{_YEAR})年(?:度|的)?)?(?:前(?P<sn>[一二两三四1234])个?季度|(?P<sa>[一二三四1234])(?:季度)?\s*[到至\-~]\s*(?P<sb>[一二三四1234])季度))
    |(?P<recent>(?:最近|近|过去|(?<!提)前|这)(?:的)?(?P<rn>{_N})(?P<ru>{_UNITS})(?:来|以来|内|里|份)?)
    |(?P<months>(?:(?P<ry>{_YEAR})年\s*)?(?<![\d.])(?P<ra>{_MON})月?(?:份)?\s*[到至\-~]\s*(?P<rb>{_MON})月(?:份)?(?!{_DAY}))
    |(?P<half>(?:(?P<hy>{_YEAR})年(?:度|的)?)?(?P<ha>上|下)半年(?P<he>末|底)?)
    |(?P<quarter>(?:(?P<qy>{_YEAR})年(?:度|的)?|(?P<qy2>20\d\d)[\s\-]*)?(?:(?<![每四各0-9])(?<![一二两三四几\d半]个)(?:第\s*)?(?P<qn>[一二三四1234])季度?|q(?P<qq>[1234])(?!\d)|(?P<qr>上上|(?<![不赶加算跟])上一?个?|本|这一?个?|下一?个?|当|该)季度?)(?(qq)|(?<=[季度]))(?P<qe>末|底|初)?)
    |(?P<week>(?P<wr>上上|下下|(?<![不赶加算跟])上|下|本|这|当)(?:一?个)?(?:周|星期|礼拜)(?:(?P<wd>[一二三四五六日天末1-7](?![个天月年]|[到至](?=\s*[一二三四五六日天末\d])))|(?P<we>末|内|底)|(?!年|期间|边|转|报|会|例|知|岁)))
    |(?P<bareweek>(?<![一二两三四五六七八九十\d每几半])(?<![一二两三四五六七八九十\d每几半]个)(?:周|星期|礼拜)(?P<bd>[一二三四五六日天末])(?![个天月年周]|期|[到至](?=\s*[一二三四五六日天末\d])))
    |(?P<dayspan>(?:(?P<xy>{_YEAR})年\s*)?(?<![\d.])(?P<xm>{_MON})月(?P<xa>{_DAY})[日号]?\s*[-~到至]\s*(?P<xb>{_DAY})[日号](?=\s*(?:登|录|之间|期间|新增|报的|的问题|报上来|(?:上报|提交|发现|查出来?|检查)的)))
    |(?P<monthday>(?:(?P<my>{_YEAR})年\s*)?(?:(?<![\d.])|(?<=[\s,;:。、]\d\.)|(?<=^\d\.))(?P<mm>{_MON})月(?:份)?(?P<md>{_DAY})(?![\d份个月]|[百千万]|点|\s*[-~到至]\s*\d{1, 2}月)(?:[日号])?)
    |(?P<month>(?:(?P<ny>{_YEAR})年(?:度|的)?\s*)?(?:(?<![\d.])(?P<nm>{_MON})月(?:份)?|(?P<nr>上上|(?<![不赶加算跟])上|本|这|下|当|该)(?:一?个)?月(?:份)?(?!{_DAY}[日号]))(?P<ne>底|末|初|上旬|中旬|下旬|中(?![午国]))?)
    |(?P<relday>(?P<lr>(?<![不赶加算跟])上|本|这|下|当)(?:一?个)?月(?P<ld>{_DAY})(?:[日号]))
    |(?P<monthend>(?<![个\d一二三四五六七八九十本这下当该])(?<![^不赶加算跟]上)(?<!^上)月(?P<ce>底|末|初|中(?!旬)))
    |(?P<yearend>(?:(?P<ey>{_YEAR})年?)?(?:年底|年末|岁末)|(?P<ey2>{_YEAR})(?:底|末)(?=前|之前)|(?P<ey3>今|明|去)年(?:底|末|终)|年前(?=完|改|必|要|把|搞|弄|交|整|到))
    |(?P<year>(?<!\d)(?P<yy>20[0-3]\d|[0-3]\d(?=年度)|二[零〇]二[一二三四五六七八九零〇]|今|本|去|上|明|前|后)年(?:度|全年|里)?(?!\d|底|末|前|级|终))
    |(?P<feast>(?:(?P<ty>{_YEAR})年(?:的)?)?(?P<tf>元旦|圣诞|国庆|五一(?=节|假|前|长|劳)|劳动节|平安夜)(?:节|劳动节)?(?P<tw>期间|假期|长假|小长假|黄金周|(?:那|这)?[几七五三753]天(?:假|里|长假)?)?(?P<tb>前一?[天日]|的?前一天|前夕|之前|以前|前)?)
    |(?P<near>(?P<nw>大前|大后|前|昨|今|明|后|当|次)(?:天|日|儿(?!子)|晚|早|夜|下午|上午))
    |(?P<after>(?P<an>{_N}(?:个半)?)(?P<au>{_UNITS})(?P<ab>之?内|以内|之?后|以后|过后|之?前|以前|前))
    |(?P<within>(?:再?给我?们?|还要|需要?|限期?|限时|延期?|延长|宽限|推迟|往后推|顺延|推|缓|晚)(?:个)?(?P<tn>{_N}(?:个半)?)(?P<tu>{_UNITS}))
    |(?P<dotspan>(?<![\d.\-/a-z第])(?P<ua>1[0-2]|0?[1-9])[./](?P<ub>3[01]|[12]\d|0?[1-9])\s*[-~到至]\s*(?P<uc>1[0-2]|0?[1-9])[./](?P<ud>3[01]|[12]\d|0?[1-9])(?![\d./%\-]|\s*[万亿元吨千百个倍米平块折分%]))
    |(?P<dotted>(?<![\d.\-/a-z第])(?P<om>1[0-2]|0?[1-9])(?P<os>[./-])(?P<od>3[01]|[12]\d|0?[1-9])(?![\d./%\-]|\s*[万亿元吨千百个倍米平块折分%月]))
    |(?P<dayonly>(?<![\d.\-月第a-z年/])(?P<zd>3[01]|[12]\d|0?[1-9])[号日](?=之?前|以前|到期|截止|完成|交|报|那天|以内|晚|早|上午|下午|$|[,。]))
    |(?P<length>(?<![一二两三四五六七八九几\d.第])(?P<gn>{_N}(?:个半)?)(?P<gu>个?工作日|天|个?礼拜|个?星期|周(?![一二三四五六日末年岁边])|个?半?月(?!\d)|个季度|年(?!度|初|底|末|级|以)))
    """,
    re.X,
)
_HINT = lazy(r"[\d年月日周季天号]|星期|礼拜|昨|明|今|年底|月底|元旦|圣诞|国庆|五一|劳动|平安夜|q")
_SEAM = lazy(r"\s*(?:到|至|-|~|直到)\s*$")
_FUTURE = lazy(
    r"\s*(?:之前|以前|前(?![置期任述往后台景三两一几半列者沿端面])|之内|以内|内(?![部容控])|底前|完成(?!率)|到期|截止|止|交|整改到位|办结|报)"
)
_PAST_HEAD = lazy(r"(?:发现时间|发生时间|发现|检查|自|从|当时)[是为:：在于\s]*$")
_LABEL_HEAD = lazy(r"(?:天|日|时候?|期|限|前)[^:\n]{0,4}:\s*$")  # a line of a form: 哪天查的：11.19
_FUTURE_HEAD = lazy(
    r"(?:时限|期限|截止|延期?至|延期?到|延至|推到|推迟到|改到|到期日?|完成时间|最晚|最迟|务必|拟延至|之前|限)[是为:在于到\s]*$"
)


def _int(text: str | None) -> int:
    if not text:
        return 0
    if text.isdecimal():
        return int(text)
    return {"俩": 2, "仨": 3, "正": 1, "元": 1, "腊": 12, "廿": 20}.get(
        text, numerals.parse_numeral(text.replace("廿", "二十")) or 0
    )


def _year(text: str | None, today: date) -> int:
    """The year that a word or a figure means; the present one for None."""
    if text is None:
        return today.year
    offset = {"今": 0, "本": 0, "当": 0, "同": 0, "去": -1, "上": -1, "明": 1, "前": -2, "后": 2}.get(text)
    if offset is not None:
        return today.year + offset
    digits = numerals.parse_digits(text) or str(today.year)
    return int(digits) + (2000 if len(digits) == 2 else 0)


class _Reader:
    """Turns one match into days; `today` and the working calendar are the only outside facts."""

    def __init__(self, flat: str, today: date, is_workday: Workday) -> None:
        self.flat, self.today, self.is_workday = flat, today, is_workday

    def read(self, m: re.Match[str]) -> DateHit | None:
        kind = m.lastgroup
        groups = ("full", "packed", "since", "quarters", "recent", "months", "half", "quarter", "week", "bareweek", "dayspan", "monthday", "month",
                  "relday", "monthend", "yearend", "year", "feast", "near", "after", "within", "dotspan", "dotted", "dayonly", "length")  # fmt: skip
        kind = next(g for g in groups if m[g] is not None)
        try:
            hit: DateHit | None = getattr(self, "_" + kind)(m)
        except ValueError:  # 2月30日: no such day, so nothing is understood
            return None
        if hit is None:
            return None
        before = bool(_FUTURE.match(self.flat, hit.end)) or hit.before
        if (
            before
            and hit.kind == "period"
            and re.match(r"\s*(?:之前|以前|前)", self.flat[hit.end :])
            and kind in ("month", "quarter", "week", "year")
        ):
            return replace(hit, before=True)
        return replace(hit, before=before)

    def _hit(
        self, m: re.Match[str], first: date, last: date | None = None, kind: str = "day", **more: object
    ) -> DateHit:
        return DateHit(m.start(), m.end(), first, first if last is None else last, kind, **more)  # type: ignore[arg-type]

    def _full(self, m: re.Match[str]) -> DateHit:
        return self._hit(m, date(_year(m["fy"], self.today), _int(m["fm"]), _int(m["fd"])))

    def _packed(self, m: re.Match[str]) -> DateHit:
        return self._hit(m, date(int(m["py"]), int(m["pm"]), int(m["pd"])))

    def _since(self, m: re.Match[str]) -> DateHit:
        return self._hit(m, date(self.today.year, 1, 1), self.today, "period")

    def _length_of(self, number: str, unit: str, back: bool) -> tuple[date, int | None, bool]:
        """Where a length from today leads, its days (15 for half a month), and whether they are working days."""
        half_more = number.endswith("个半") or unit == "个半月"
        half = number == "半" or unit == "半月"
        count = _int(number.removesuffix("个半")) if number != "半" else 0
        sign = -1 if back else 1
        unit = unit.replace("个", "").replace("半", "")
        if unit == "工作日":
            return add_workdays(self.today, sign * count, self.is_workday), count, True
        if unit in ("天", "日", "自然日", "周", "星期", "礼拜"):
            days = count * (7 if unit in ("周", "星期", "礼拜") else 1)
            return self.today + timedelta(days=sign * days), days, False
        months = {"月": 1, "季度": 3, "年": 12}[unit]
        if unit == "月" and (half or half_more):
            days = 15 + count * 30
            return add_months(self.today, sign * count) + timedelta(days=sign * 15), days, False
        total = count * months + (months // 2 if half or half_more else 0)
        return add_months(self.today, sign * total), total * 30, False

    def _recent(self, m: re.Match[str]) -> DateHit | None:
        if m["recent"].startswith("前") and m["ru"] in ("天", "日") and _int(m["rn"]) == 0:
            return None
        first, days, _ = self._length_of(m["rn"], m["ru"], True)
        return self._hit(m, first, self.today, "period", days=days, back=True) if days else None

    def _quarters(self, m: re.Match[str]) -> DateHit:
        year = _year(m["sy"], self.today)
        low, high = (1, _int(m["sn"])) if m["sn"] else (_int(m["sa"]), _int(m["sb"]))
        return self._hit(m, quarter_days(year, low)[0], quarter_days(year, high)[1], "period", yearless=m["sy"] is None)

    def _months(self, m: re.Match[str]) -> DateHit:
        year = _year(m["ry"], self.today)
        first, last = month_days(year, _int(m["ra"]))[0], month_days(year, _int(m["rb"]))[1]
        return self._hit(m, first, last, "period", yearless=m["ry"] is None)

    def _half(self, m: re.Match[str]) -> DateHit:
        year = _year(m["hy"], self.today)
        first, last = (
            (date(year, 1, 1), date(year, 6, 30)) if m["ha"] == "上" else (date(year, 7, 1), date(year, 12, 31))
        )
        return self._hit(m, last, None, "end") if m["he"] else self._hit(m, first, last, "period")

    def _quarter(self, m: re.Match[str]) -> DateHit:
        now = (self.today.month - 1) // 3 + 1
        if m["qr"]:
            word = m["qr"].replace("一", "").replace("个", "")
            number = now + {"上上": -2, "上": -1, "下": 1}.get(word, 0)
            first, last = quarter_days(self.today.year, number)
            fixed = True
        else:
            said = m["qy"] or m["qy2"]
            first, last = quarter_days(_year(said, self.today), _int(m["qn"] or m["qq"]))
            fixed = said is not None
        if m["qe"] in ("末", "底"):
            return self._hit(m, last, None, "end", yearless=not fixed)
        return self._hit(m, first, last, "period", yearless=not fixed)

    def _monday(self, word: str) -> date:
        weeks = {"上上": -2, "上": -1, "下": 1, "下下": 2}.get(word, 0)
        return self.today - timedelta(days=self.today.weekday()) + timedelta(weeks=weeks)

    def _week(self, m: re.Match[str]) -> DateHit:
        monday = self._monday(m["wr"])
        if m["wd"]:
            return self._hit(m, monday + timedelta(days=_WEEKDAYS[m["wd"]]))
        return self._hit(m, monday, monday + timedelta(days=6), "period")

    def _bareweek(self, m: re.Match[str]) -> DateHit:
        day = self._monday("本") + timedelta(days=_WEEKDAYS[m["bd"]])
        past = bool(_PAST_HEAD.search(self.flat[: m.start()])) or bool(
            re.match(r"\s*(?:发现|检查|查到|查出|的时候)", self.flat[m.end() :])
        )
        if past and day > self.today:
            day -= timedelta(weeks=1)
        elif not past and day < self.today:
            day += timedelta(weeks=1)
        return self._hit(m, day)

    def _monthday(self, m: re.Match[str]) -> DateHit:
        return self._hit(m, date(_year(m["my"], self.today), _int(m["mm"]), _int(m["md"])), yearless=m["my"] is None)

    def _dayspan(self, m: re.Match[str]) -> DateHit:
        return self._span(m, (_year(m["xy"], self.today), m["xm"], m["xa"]), (m["xm"], m["xb"]), m["xy"] is None)

    def _dotspan(self, m: re.Match[str]) -> DateHit:
        return self._span(m, (self.today.year, m["ua"], m["ub"]), (m["uc"], m["ud"]), True)

    def _span(self, m: re.Match[str], begin: tuple[int, str, str], end: tuple[str, str], yearless: bool) -> DateHit:
        """From a day to a later one of the same year. Raises ValueError where it is no later one."""
        first, last = date(begin[0], _int(begin[1]), _int(begin[2])), date(begin[0], _int(end[0]), _int(end[1]))
        if last < first:
            raise ValueError("ends before it begins")
        return self._hit(m, first, last, "period", yearless=yearless)

    def _relday(self, m: re.Match[str]) -> DateHit:
        first, _ = month_days(self.today.year, self.today.month + {"上": -1, "下": 1}.get(m["lr"], 0))
        return self._hit(m, first.replace(day=_int(m["ld"])))

    def _month(self, m: re.Match[str]) -> DateHit:
        if m["nr"]:
            offset = {"上上": -2, "上": -1, "下": 1}.get(m["nr"], 0)
            first, last = month_days(self.today.year, self.today.month + offset)
            fixed = True
        else:
            first, last = month_days(_year(m["ny"], self.today), _int(m["nm"]))
            fixed = m["ny"] is not None
        return self._part(m, first, last, m["ne"], not fixed)

    def _part(self, m: re.Match[str], first: date, last: date, part: str | None, yearless: bool) -> DateHit:
        if part in ("底", "末"):
            return self._hit(m, last, None, "end", yearless=yearless)
        bounds = {"初": (1, 10), "上旬": (1, 10), "中旬": (11, 20), "中": (11, 20), "下旬": (21, last.day)}
        low, high = bounds.get(part or "", (1, last.day))
        return self._hit(m, first.replace(day=low), first.replace(day=high), "period", yearless=yearless)

    def _monthend(self, m: re.Match[str]) -> DateHit:
        first, last = month_days(self.today.year, self.today.month)
        return self._part(m, first, last, m["ce"], False)

    def _yearend(self, m: re.Match[str]) -> DateHit:
        return self._hit(m, date(_year(m["ey"] or m["ey2"] or m["ey3"], self.today), 12, 31), None, "end")

    def _year(self, m: re.Match[str]) -> DateHit:
        year = _year(m["yy"], self.today)
        return self._hit(m, date(year, 1, 1), date(year, 12, 31), "period")

    def _feast(self, m: re.Match[str]) -> DateHit:
        """元旦前一天, 圣诞节前: the last day before it; lunar feasts need a calendar and are left out."""
        month, day = {"元旦": (1, 1), "圣诞": (12, 25), "平安夜": (12, 24), "国庆": (10, 1)}.get(m["tf"], (5, 1))
        until, open_year = bool(m["tb"]), m["ty"] is None
        first = date(_year(m["ty"], self.today), month, day)
        if m["tw"] and not until:  # the days off, of which the calendar may make one more or less
            last = first + timedelta(days={"国庆": 7, "元旦": 3}.get(m["tf"], 5) - 1)
            return self._hit(m, first, last, "period", yearless=open_year)
        if open_year and until and first < self.today:
            first = first.replace(year=first.year + 1)
        return self._hit(m, first - timedelta(days=until), yearless=open_year, before=until)

    def _near(self, m: re.Match[str]) -> DateHit:
        return self._hit(m, self.today + timedelta(days=_NEARBY[m["nw"]]))

    def _after(self, m: re.Match[str]) -> DateHit | None:
        back = m["ab"].endswith("前")
        day, days, work = self._length_of(m["an"], m["au"], back)
        if days is None or days == 0 or (m["au"] in ("年", "月", "日") and m["an"].isdecimal() and m["au"] != "年"):
            return None
        return self._hit(m, day, kind="day", days=days, workdays=work, before=not back, back=back)

    def _within(self, m: re.Match[str]) -> DateHit | None:
        return self._measured(m, m["tn"], m["tu"])

    def _length(self, m: re.Match[str]) -> DateHit | None:
        return self._measured(m, m["gn"], m["gu"])

    def _measured(self, m: re.Match[str], number: str, unit: str) -> DateHit | None:
        if unit in ("日", "月") and not number.endswith("个半"):
            return None
        day, days, work = self._length_of(number, unit, False)
        return self._hit(m, self.today, day, "length", days=days, workdays=work) if days else None

    def _dotted(self, m: re.Match[str]) -> DateHit | None:
        """12.5 is a day only where the words around it say so; 12/5 a little more freely."""
        tail, head = self.flat[m.end() :], self.flat[: m.start()]
        alone = not head.strip() and not tail.strip(" 。,!日号")
        said = bool(
            re.match(r"\s*[日号]|\s*(?:之前|以前|前|到期|截止|止|完成|发现|检查)", tail)
            or _FUTURE_HEAD.search(head)
            or _PAST_HEAD.search(head)
            or re.search(r"(?:到|至|时间|日期|月份|于|在)[:是为\s]*$", head)
            or (not tail.strip(" ").strip("。")[:1].strip("\n") and _LABEL_HEAD.search(head))
        )
        if not (said or alone):
            return None
        end = m.end() + (1 if tail[:1] in ("日", "号") else 0)
        return replace(self._hit(m, date(self.today.year, int(m["om"]), int(m["od"])), yearless=True), end=end)

    def _dayonly(self, m: re.Match[str]) -> DateHit:
        day = self.today.replace(day=1)
        number = _int(m["zd"])
        if number > monthrange(day.year, day.month)[1]:
            raise ValueError("no such day")
        hit = day.replace(day=number)
        return self._hit(m, add_months(hit, 1) if hit < self.today else hit)


def find(flat: str, today: date, is_workday: Workday) -> list[DateHit]:
    """Every day and period in order of the text; assumed years are the nearest unless the words say which way."""
    if not _HINT.search(flat):
        return []
    reader = _Reader(flat, today, is_workday)
    hits: list[DateHit] = []
    at = 0
    while found := _PATTERN.search(flat, at):
        hit = reader.read(found)
        at = found.start() + 1 if hit is None else max(hit.end, found.start() + 1)
        if hit is not None:
            hits.append(_directed(hit, flat, today))
    return _joined(hits, flat)


def _directed(hit: DateHit, flat: str, today: date) -> DateHit:
    head = flat[max(0, hit.start - 8) : hit.start]
    if hit.before or _FUTURE_HEAD.search(head):
        return hit.toward(today, "future")
    if _PAST_HEAD.search(head):
        return hit.toward(today, "past")
    return hit


def _joined(hits: list[DateHit], flat: str) -> list[DateHit]:
    """`7月1日至9月30日` is one period, not two days."""
    out: list[DateHit] = []
    for hit in hits:
        last = out[-1] if out else None
        spanning = (
            last is not None and hit.kind != "length" and last.kind in ("day", "period") and hit.first >= last.first
        )
        if last is not None and spanning and _SEAM.fullmatch(flat[last.end : hit.start]):
            assumed = last.yearless and hit.yearless
            out[-1] = replace(last, end=hit.end, last=hit.last, kind="period", yearless=assumed, before=hit.before)
        else:
            out.append(hit)
    return out
