"""Days and periods said on Monday 2026-11-23, and what no sentence may do to them."""

# ruff: noqa: E501 - word lists and tables read better one entry a line

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.understanding import dates, spans, text
from tests.understanding.samples import TODAY, workday

DAYS = [
    ("下周五", "2026-12-04"), ("上周五", "2026-11-20"), ("本周五", "2026-11-27"), ("周五前报", "2026-11-27"), ("11月底", "2026-11-30"), ("月底前", "2026-11-30"), ("三季度末", "2026-09-30"),
    ("年底前", "2026-12-31"), ("明年一季度末", "2027-03-31"), ("后天", "2026-11-25"), ("大前天", "2026-11-20"), ("半个月后", "2026-12-08"), ("5个工作日内", "2026-11-30"), ("12月5日前补", "2026-12-05"),
    ("12.5", "2026-12-05"), ("2026/12/15", "2026-12-15"), ("昨天", "2026-11-22"), ("三个月内", "2027-02-23"), ("11月20日检查发现", "2026-11-20"), ("往后推到明年1月底", "2027-01-31"),
    ("这个月底", "2026-11-30"), ("预计下周三能闭环", "2026-12-02"), ("2027年1月15日", "2027-01-15"), ("半年后", "2027-05-23"), ("5号前", "2026-12-05"), ("二零二六年十二月五日", "2026-12-05"),
    ("26年12月5日", "2026-12-05"), ("10天内", "2026-12-03"), ("延期至12.20", "2026-12-20"), ("上上周三", "2026-11-11"), ("昨晚", "2026-11-22"), ("十二月二十号之前", "2026-12-20"), ("周三", "2026-11-25"),
    ("两个月内", "2027-01-23"), ("下个月15号", "2026-12-15"), ("礼拜五", "2026-11-27"), ("下星期一", "2026-11-30"), ("2026年11月18日", "2026-11-18"), ("20261215", "2026-12-15"), ("2026-11-18", "2026-11-18"),
]  # fmt: skip
PERIODS = [
    ("这个月", "2026-11-01", "2026-11-30"), ("上个月新登记", "2026-10-01", "2026-10-31"), ("上季度", "2026-07-01", "2026-09-30"), ("最近仨月", "2026-08-23", "2026-11-23"), ("去年那条", "2025-01-01", "2025-12-31"),
    ("2026.7.1-2026.9.30", "2026-07-01", "2026-09-30"), ("三季度各单位", "2026-07-01", "2026-09-30"), ("今年以来", "2026-01-01", "2026-11-23"), ("本周到期", "2026-11-23", "2026-11-29"), ("下下周", "2026-12-07", "2026-12-13"),
    ("2026年第三季度", "2026-07-01", "2026-09-30"), ("2025年度审计", "2025-01-01", "2025-12-31"), ("前三季度", "2026-01-01", "2026-09-30"), ("7月到9月", "2026-07-01", "2026-09-30"), ("7-9月", "2026-07-01", "2026-09-30"),
    ("上半年", "2026-01-01", "2026-06-30"), ("2026q3", "2026-07-01", "2026-09-30"), ("下月初", "2026-12-01", "2026-12-10"), ("9月1日到10月15日", "2026-09-01", "2026-10-15"), ("去年四季度", "2025-10-01", "2025-12-31"),
    ("11.9-11.20登的", "2026-11-09", "2026-11-20"), ("11月9-20日登的", "2026-11-09", "2026-11-20"), ("去年11月9日至20日登的", "2025-11-09", "2025-11-20"), ("近半年", "2026-05-23", "2026-11-23"), ("10月份", "2026-10-01", "2026-10-31"),
]  # fmt: skip
LENGTHS = [
    ("能不能宽限半个月", 15, False),
    ("回函期15个工作日", 15, True),
    ("一周", 7, False),
    ("一个半月", 45, False),
    ("超期20天", 20, False),
    ("延期两周", 14, False),
]
NOTHING = [
    "28.6万",
    "文号恒建发〔2026〕45号",
    "完成率60%",
    "第12条",
    "2026-0123",
    "每季度报一次",
    "2月30日",
    "13月5日",
    "一车一卡",
    "周转材料",
    "日常检查",
    "三五天",
]


@pytest.mark.parametrize(("said", "day"), DAYS)
def test_day(said: str, day: str) -> None:
    hits = dates.find(text.flatten(said), TODAY, workday)
    assert [h.last.isoformat() for h in hits] == [day]
    assert hits[0].kind in ("day", "end")


@pytest.mark.parametrize(("said", "first", "last"), PERIODS)
def test_period(said: str, first: str, last: str) -> None:
    hits = dates.find(text.flatten(said), TODAY, workday)
    assert [(h.first.isoformat(), h.last.isoformat(), h.kind) for h in hits] == [(first, last, "period")]


@pytest.mark.parametrize(("said", "days", "working"), LENGTHS)
def test_length(said: str, days: int, working: bool) -> None:
    hits = dates.find(text.flatten(said), TODAY, workday)
    assert [(h.kind, h.days, h.workdays) for h in hits] == [("length", days, working)]


@pytest.mark.parametrize("said", NOTHING)
def test_nothing(said: str) -> None:
    assert dates.find(text.flatten(said), TODAY, workday) == []


def test_a_day_without_year_goes_where_the_words_point() -> None:
    hit = dates.find("1月15日前", TODAY, workday)[0]
    assert hit.last == date(2027, 1, 15)
    hit = dates.find("发现时间12月20日", TODAY, workday)[0]
    assert hit.first == date(2025, 12, 20)


def test_working_days_follow_the_calendar() -> None:
    holiday = {date(2026, 11, 24), date(2026, 11, 25)}
    hit = dates.find("3个工作日内", TODAY, lambda d: d.weekday() < 5 and d not in holiday)[0]
    assert hit.last == date(2026, 11, 30)


@given(st.dates(date(2000, 1, 1), date(2039, 12, 31)))
def test_written_days_come_back(day: date) -> None:
    for shape in (
        day.isoformat(),
        f"{day.year}年{day.month}月{day.day}日",
        f"{day.year}/{day.month}/{day.day}",
        f"{day.year}.{day.month}.{day.day}",
    ):
        assert [h.first for h in dates.find(shape, TODAY, workday)] == [day]


@given(st.dates(date(2020, 1, 1), date(2035, 12, 31)), st.integers(1, 60))
def test_workdays_land_on_workdays(day: date, count: int) -> None:
    end = spans.add_workdays(day, count, workday)
    assert workday(end)
    assert sum(workday(day + timedelta(days=i + 1)) for i in range((end - day).days)) == count


@given(
    st.dates(date(2020, 1, 1), date(2035, 12, 31)),
    st.sampled_from(["下周五", "月底", "三个月内", "年底前", "明年一季度末", "12月31日前", "2月28日前"]),
)
def test_deadlines_are_never_behind(today: date, said: str) -> None:
    assert all(h.last >= today for h in dates.find(said, today, workday))


@given(st.text(max_size=40))
def test_never_raises(said: str) -> None:
    dates.find(text.flatten(said), TODAY, workday)


@pytest.mark.parametrize("said", ["赶不上月底", "赶不上周五", "算上月底"])
def test_what_follows_not_in_time_is_not_last_month(said: str) -> None:
    """赶不上|月底 holds no 上月底."""
    assert not [d for d in dates.find(said, TODAY, workday) if d.first < TODAY]
