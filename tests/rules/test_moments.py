"""A day and an hour of a meeting as people say them."""

from __future__ import annotations

from datetime import date, time

import pytest

from handlers.rules import moments


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("下午2点半", time(14, 30)), ("上午九点", time(9)), ("14:30开会", time(14, 30)), ("晚上7点一刻", time(19, 15)),
        ("下午三点三刻", time(15, 45)), ("十一点", time(11)), ("中午12点", time(12)), ("15时20分", time(15, 20)),
        ("三楼会议室", None), ("开两个小时", None), ("改期", None), ("25点", None), ("时间改到周五", None),
    ],
)  # fmt: skip
def test_an_hour(words: str, expected: time | None) -> None:
    assert moments.parse_clock(words) == expected


TODAY = date(2026, 11, 23)


@pytest.mark.parametrize(
    ("day", "words", "expected"),
    [
        (date(2026, 1, 15), "1月15日", date(2027, 1, 15)), (date(2026, 11, 23), "今天", TODAY),
        (date(2026, 12, 1), "12月1日", date(2026, 12, 1)), (date(2026, 1, 15), "2026年1月15日", date(2026, 1, 15)),
        (date(2024, 2, 29), "2月29日", date(2024, 2, 29)), (date(2026, 11, 22), "11月22日", date(2027, 11, 22)),
    ],
)  # fmt: skip
def test_a_day_without_its_year_lies_ahead(day: date, words: str, expected: date) -> None:
    assert moments.ahead(day, TODAY, words) == expected


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("三楼会议室", "三楼会议室"), ("下午2点半，三楼会议室", "三楼会议室"), ("地点改成五楼", "五楼"),
        ("换到五楼", "五楼"), ("地点：视频会议", "视频会议"), ("在报告厅", "报告厅"), ("下午3点", ""),
    ],
)  # fmt: skip
def test_a_place(words: str, expected: str) -> None:
    assert moments.parse_place(words) == expected


def test_the_nearer_working_day_comes_first() -> None:
    saturday, sunday = date(2026, 12, 19), date(2026, 12, 20)
    friday, monday = date(2026, 12, 18), date(2026, 12, 21)
    assert moments.rest_day_note(saturday, lambda _: False, friday, monday) == (friday, monday)
    assert moments.rest_day_note(sunday, lambda _: False, friday, monday) == (monday, friday)
    assert moments.rest_day_note(friday, lambda _: True, friday, friday) == ()
