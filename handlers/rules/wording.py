"""How dates, terms, money and shares are written for people: the same everywhere."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from decimal import ROUND_HALF_UP, Decimal

from handlers.rules.calendar import SHANGHAI, Workdays

_WEEKDAYS = "一二三四五六日"
_UNITS = ((Decimal(10**8), "亿元"), (Decimal(10**4), "万元"), (Decimal(1), "元"))
_MOST_DECIMALS = 4  # 1.2345万元 can be read at a glance; 1.23456789亿元 cannot

SEVERITIES: Mapping[str, str] = {"general": "一般", "important": "重要", "major": "重大"}
RECT_TYPES: Mapping[str, str] = {"immediate": "立行立改", "phased": "分阶段整改", "ongoing": "持续整改"}
SUPERVISION_TYPES: Mapping[str, str] = {
    "party": "党内监督",
    "special": "专项监督",
    "functional": "职能监督",
    "democratic": "民主监督",
}
NATURES: Mapping[str, str] = {
    "tendency": "苗头性、倾向性",
    "mgmt": "管理问题",
    "breach_rule": "违规",
    "discipline": "违纪",
    "duty_illegal": "职务违法",
    "crime": "涉嫌犯罪",
    "illegal_invest": "违规经营投资",
}


def weekday(day: date) -> str:
    return f"周{_WEEKDAYS[day.weekday()]}"


def short_day(day: date, today: date) -> str:
    """`12月25日`, with the year when it is not this one."""
    year = "" if day.year == today.year else f"{day.year}年"
    return f"{year}{day.month}月{day.day}日"


def day(day: date, today: date) -> str:
    """`12月25日 周五`, with the year when it is not this one."""
    return f"{short_day(day, today)} {weekday(day)}"


def moment(at: datetime, today: date) -> str:
    """`12月25日 周五 16:10`, in Shanghai."""
    local = at.astimezone(SHANGHAI)
    return f"{day(local.date(), today)} {local:%H:%M}"


def days_left(due: date, today: date, calendar: Workdays) -> str:
    """`还剩3个工作日`, `今天到期`, `已逾期3个工作日`; rest days in between are said rather than counted as nothing."""
    if due == today:
        return "今天到期"
    left = calendar.workdays_between(today, due)
    if due > today:
        return f"还剩{left}个工作日" if left else _rest_days_left((due - today).days)
    return f"已逾期{-left}个工作日" if left else "已逾期，不足1个工作日"


def _rest_days_left(days: int) -> str:
    return f"还剩{days}天，均为休息日"


def money(yuan: int | Decimal) -> str:
    """`4.2万元`, `300元`, `1.2亿元`: the largest unit that needs at most four decimals; no digit is rounded away."""
    amount = Decimal(yuan)
    sign, amount = ("-", -amount) if amount < 0 else ("", amount)
    for size, name in _UNITS:
        shown = amount / size
        if amount >= size and _decimals(shown) <= _MOST_DECIMALS:
            return f"{sign}{_plain(shown)}{name}"
    return f"{sign}{_plain(amount)}元"


def money_fen(fen: int) -> str:
    """The same for an amount in fen, as the store keeps it."""
    return money(Decimal(fen).scaleb(-2))


def percent(part: int, whole: int) -> str:
    """`33.3%`, rounded half up; `—` when there is nothing to divide by (domain.md 7.4)."""
    if whole == 0:
        return "—"
    share = (Decimal(part) * 100 / Decimal(whole)).quantize(Decimal("0.1"), ROUND_HALF_UP)
    return f"{share}%"


def points(one: str, other: str) -> Decimal:
    """The difference of two shares as `percent` writes them, in percentage points; neither may be `—`."""
    return Decimal(one.removesuffix("%")) - Decimal(other.removesuffix("%"))


def severity_name(severity: str) -> str:
    return SEVERITIES.get(severity, "待定")


def rect_type_name(rect_type: str) -> str:
    return RECT_TYPES.get(rect_type, "待交办时确定")


def supervision_type_name(supervision_type: str) -> str:
    return SUPERVISION_TYPES.get(supervision_type, "待定")


def nature_name(nature: str) -> str:
    return NATURES.get(nature, "待定")


def _decimals(value: Decimal) -> int:
    exponent = value.normalize().as_tuple().exponent
    return max(0, -exponent) if isinstance(exponent, int) else 0


def _plain(value: Decimal) -> str:
    """Without trailing zeros and without an exponent."""
    text = f"{value:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text
