"""The oracle's own calendar, typed by hand from the notices and walked day by day (domain.md 6.1)."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta, timezone

CHINA = timezone(timedelta(hours=8))
DAY = timedelta(days=1)


def span(first: str, last: str) -> set[date]:
    """Every day from `first` to `last`, both inclusive."""
    day, end = date.fromisoformat(first), date.fromisoformat(last)
    found = set()
    while day <= end:
        found.add(day)
        day += DAY
    return found


OFF = (
    span("2023-01-01", "2023-01-02") | span("2023-01-21", "2023-01-27") | span("2023-04-05", "2023-04-05")
    | span("2023-04-29", "2023-05-03") | span("2023-06-22", "2023-06-24") | span("2023-09-29", "2023-10-06")
    | span("2024-01-01", "2024-01-01") | span("2024-02-10", "2024-02-17") | span("2024-04-04", "2024-04-06")
    | span("2024-05-01", "2024-05-05") | span("2024-06-08", "2024-06-10") | span("2024-09-15", "2024-09-17")
    | span("2024-10-01", "2024-10-07")
    | span("2025-01-01", "2025-01-01") | span("2025-01-28", "2025-02-04") | span("2025-04-04", "2025-04-06")
    | span("2025-05-01", "2025-05-05") | span("2025-05-31", "2025-06-02") | span("2025-10-01", "2025-10-08")
    | span("2026-01-01", "2026-01-03") | span("2026-02-15", "2026-02-23") | span("2026-04-04", "2026-04-06")
    | span("2026-05-01", "2026-05-05") | span("2026-06-19", "2026-06-21") | span("2026-09-25", "2026-09-27")
    | span("2026-10-01", "2026-10-07")
    # 2027 has no notice yet: the days that the law gives, and weekends.
    | span("2027-01-01", "2027-01-03") | span("2027-02-05", "2027-02-08") | span("2027-04-05", "2027-04-05")
    | span("2027-05-01", "2027-05-02") | span("2027-06-09", "2027-06-09") | span("2027-09-15", "2027-09-15")
    | span("2027-10-01", "2027-10-03")
)  # fmt: skip
_MADE_UP = {
    2023: "01-28 01-29 04-23 05-06 06-25 10-07 10-08",
    2024: "02-04 02-18 04-07 04-28 05-11 09-14 09-29 10-12",
    2025: "01-26 02-08 04-27 09-28 10-11",
    2026: "01-04 02-14 02-28 05-09 09-20 10-10",
}
WORKED = {date.fromisoformat(f"{year}-{day}") for year, listed in _MADE_UP.items() for day in listed.split()}


def works(day: date) -> bool:
    """Whether people are at work: weekends that were made up for count, weekdays that were given off do not."""
    if day in WORKED:
        return True
    return day.weekday() < 5 and day not in OFF


def on_or_before(day: date) -> date:
    """`day`, or the last working day before it."""
    while not works(day):
        day -= DAY
    return day


def on_or_after(day: date) -> date:
    """`day`, or the first working day after it."""
    while not works(day):
        day += DAY
    return day


def walk(day: date, count: int) -> date:
    """The count-th working day after `day`, or before it when negative; `day` itself is not counted."""
    while count:
        step = DAY if count > 0 else -DAY
        day += step
        if works(day):
            count += -1 if count > 0 else 1
    return day


def working_days(first: date, last: date) -> int:
    """How many working days lie after `first`, up to and with `last`; negative when `last` comes first."""
    if last < first:
        return -working_days(last, first)
    count, day = 0, first
    while day < last:
        day += DAY
        count += works(day)
    return count


def moment(day: date, clock: str) -> datetime:
    """That day at `HH:MM`, Chinese time."""
    return datetime.combine(day, time.fromisoformat(clock), CHINA)


def quiet(at: datetime) -> bool:
    """Whether nothing may go out at that moment except what is urgent (domain.md 6.7)."""
    local = at.astimezone(CHINA)
    clock = local.time()
    night = clock >= time(20) or clock < time(8)
    return night or time(12) <= clock < time(13, 30) or not works(local.date())


def quarter_end(year: int, quarter: int) -> date:
    """The deadline of a quarter's report: its last day, moved forward to a working day (domain.md 6.2)."""
    first_after = date(year + quarter // 4, quarter % 4 * 3 + 1, 1)
    return on_or_before(first_after - DAY)
