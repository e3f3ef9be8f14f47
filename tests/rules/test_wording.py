"""Dates, terms, money, names and numbers as people read them."""

from __future__ import annotations

import random
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handlers.rules import categories, numbering, wording
from handlers.rules.calendar import Calendar

TODAY = date(2026, 12, 22)  # a Tuesday


def test_days() -> None:
    assert wording.day(date(2026, 12, 25), TODAY) == "12月25日 周五"
    assert wording.day(date(2027, 1, 3), TODAY) == "2027年1月3日 周日"
    assert wording.short_day(date(2026, 12, 25), TODAY) == "12月25日"
    assert wording.moment(datetime(2026, 12, 25, 8, 10, tzinfo=UTC), TODAY) == "12月25日 周五 16:10"


@pytest.mark.parametrize(
    ("due", "today", "text"),
    [
        (date(2026, 12, 25), TODAY, "还剩3个工作日"),
        (TODAY, TODAY, "今天到期"),
        (date(2026, 12, 17), TODAY, "已逾期3个工作日"),
        (date(2026, 12, 20), date(2026, 12, 18), "还剩2天，均为休息日"),
        (date(2026, 12, 18), date(2026, 12, 19), "已逾期，不足1个工作日"),
        (date(2026, 10, 10), date(2026, 9, 30), "还剩3个工作日"),
    ],
)
def test_days_left(due: date, today: date, text: str, calendar: Calendar) -> None:
    assert wording.days_left(due, today, calendar) == text


@pytest.mark.parametrize(
    ("yuan", "text"),
    [
        (0, "0元"),
        (300, "300元"),
        (9999, "9999元"),
        (10000, "1万元"),
        (42000, "4.2万元"),
        (128600, "12.86万元"),
        (23600000, "2360万元"),
        (120000000, "1.2亿元"),
        (100000000, "1亿元"),
        (123456, "12.3456万元"),
        (123456789, "12345.6789万元"),
        (Decimal("12345.67"), "12345.67元"),
        (Decimal("0.5"), "0.5元"),
        (-42000, "-4.2万元"),
    ],
)
def test_money(yuan: int | Decimal, text: str) -> None:
    assert wording.money(yuan) == text


@given(st.integers(-(10**16), 10**16))
def test_money_loses_no_digit(fen: int) -> None:
    text = wording.money_fen(fen)
    sizes = {"亿": 10**10, "万": 10**6}
    number = text.removesuffix("元").rstrip("亿万")
    assert Decimal(number) * sizes.get(text[-2], 100) == fen


def test_shares() -> None:
    assert wording.percent(6, 10) == "60.0%"
    assert wording.percent(2, 3) == "66.7%"
    assert wording.percent(1, 2000) == "0.1%"
    assert wording.percent(0, 5) == "0.0%"
    assert wording.percent(0, 0) == "—"


def test_names() -> None:
    assert wording.severity_name("major") == "重大"
    assert wording.rect_type_name("immediate") == "立行立改"
    assert wording.rect_type_name("") == "待交办时确定"
    assert wording.supervision_type_name("special") == "专项监督"
    assert wording.nature_name("mgmt") == "管理问题"


def test_categories() -> None:
    assert categories.name_of("CW01") == "财务资金·资金管理"
    assert categories.name_of("AQ") == "安全环保"
    assert categories.name_of("AQ99") == "安全环保"
    assert categories.name_of("??") == "其他"
    assert len(categories.TOP) == 15
    assert {categories.top_of(code) for code in categories.SUB} <= set(categories.TOP)
    for code in (*categories.TOP, *categories.SUB):
        assert categories.is_category(code)
        assert categories.find_code(categories.name_of(code)) == code
    assert categories.find_code("资金管理") == "CW01"
    assert categories.find_code("cw01") == "CW01"
    assert categories.find_code("天气") is None


def test_serial_numbers() -> None:
    assert numbering.serial_number("WT", 2026, 123) == "WT-2026-0123"
    assert numbering.serial_number("JJ", 2026, 9999) == "JJ-2026-9999"
    assert numbering.serial_number("BG", 2026, 10000) == "BG-2026-10000"
    assert numbering.parse_serial("WT-2026-12345") == ("WT", 2026, 12345)
    for prefix, serial in (("XS", 1), ("WT", 0), ("WT", -1)):
        with pytest.raises(ValueError, match="serial"):
            numbering.serial_number(prefix, 2026, serial)


@given(st.sampled_from(["WT", "JJ", "BG"]), st.integers(2000, 2099), st.integers(1, 10**6))
def test_serial_numbers_come_back(prefix: str, year: int, serial: int) -> None:
    number = numbering.serial_number(prefix, year, serial)
    assert numbering.is_number(number)
    assert numbering.parse_serial(number) == (prefix, year, serial)
    assert numbering.canonical(f" {number.lower()} ") == number
    assert numbering.prefix_of(number) == prefix


def test_no_lead_is_called_by_a_word() -> None:
    """A number that holds an insult, or the short form of 匿名, would be taken for that when it is asked for."""
    letters = iter("7NM3SB007K3M")
    assert numbering.lead_number(2026, lambda _: next(letters)) == "XS-2026-7K3M"


def test_lead_numbers() -> None:
    source = random.Random(7)
    numbers = {numbering.lead_number(2026, source.choice) for _ in range(500)}
    assert len(numbers) > 490
    assert all(numbering.is_number(number) for number in numbers)
    assert not any(letter in number[8:] for number in numbers for letter in "ILOU")
    assert numbering.canonical("xs-2026-7k3m") == "XS-2026-7K3M"
    assert numbering.canonical("XS-2026-lOi0") == "XS-2026-1010"


@pytest.mark.parametrize(
    "wrong",
    ["", "WT-2026-123", "WT-2026-0000", "WT-2026-00123", "wt-2026-0123", "XS-2026-7K3", "XS-2026-7KU3", "YY-2026-0001",
     "WT-26-0123", "WT-2026-0123\n", "WT-２０２６-0123"],
)  # fmt: skip
def test_what_is_no_number(wrong: str) -> None:
    assert not numbering.is_number(wrong)
    with pytest.raises(ValueError, match="not a number"):
        numbering.parse_serial(wrong)
    with pytest.raises(ValueError, match="not a number"):
        numbering.prefix_of(wrong)
