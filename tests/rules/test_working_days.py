"""Loading the calendar's data."""

from __future__ import annotations

import subprocess
import sys
from datetime import date, timedelta
from pathlib import Path

import pytest

from bot import working_days
from tests.rules.conftest import build

NOTICE_2026_OFF = [  # 国务院办公厅, as domain.md 6.1 quotes it
    (date(2026, 1, 1), date(2026, 1, 3)),
    (date(2026, 2, 15), date(2026, 2, 23)),
    (date(2026, 4, 4), date(2026, 4, 6)),
    (date(2026, 5, 1), date(2026, 5, 5)),
    (date(2026, 6, 19), date(2026, 6, 21)),
    (date(2026, 9, 25), date(2026, 9, 27)),
    (date(2026, 10, 1), date(2026, 10, 7)),
]
NOTICE_2026_AT_WORK = [(1, 4), (2, 14), (2, 28), (5, 9), (9, 20), (10, 10)]


def test_2026_is_the_official_notice_day_by_day() -> None:
    days = working_days.load(2026, 2026).days
    off = {first + timedelta(days=n) for first, last in NOTICE_2026_OFF for n in range((last - first).days + 1)}
    at_work = {date(2026, month, day) for month, day in NOTICE_2026_AT_WORK}
    assert len(days) == 365
    for day, is_workday in days.items():
        assert is_workday is (day in at_work or (day.weekday() < 5 and day not in off)), day


def test_the_library_knows_2004_to_2026() -> None:
    data = working_days.load(2003, 2028)
    assert data.known_years == frozenset(range(2004, 2027))
    assert set(data.statutory) == {2003, 2027, 2028}


def test_a_year_without_a_notice_rests_on_the_law() -> None:
    statutory = working_days.load(2027, 2027).statutory[2027]
    wanted = [
        (1, 1),
        (2, 5),
        (2, 6),
        (2, 7),
        (2, 8),
        (4, 5),
        (5, 1),
        (5, 2),
        (6, 9),
        (9, 15),
        (10, 1),
        (10, 2),
        (10, 3),
    ]
    assert {date(2027, month, day) for month, day in wanted} <= statutory
    assert all(day.year == 2027 for day in statutory)
    assert build(2027, 2027).uncertain_years(2027, 2027) == (2027,)


def test_the_groups_own_days_win_and_stay_outside_the_official_ones() -> None:
    own = {date(2026, 7, 1): False, date(2027, 2, 14): True}
    data = working_days.load(2026, 2027, own)
    assert data.days[date(2026, 7, 1)] is False
    assert data.days[date(2027, 2, 14)] is True
    assert data.known_years == {2026}


def test_a_year_becomes_known_when_it_is_whole_or_said_to_be_maintained() -> None:
    whole = {date(2027, 1, 1) + timedelta(days=n): n % 7 < 5 for n in range(365)}
    assert working_days.load(2026, 2028, whole).known_years == {2026, 2027}
    assert working_days.load(2026, 2028, {}, frozenset({2028, 2040})).known_years == {2026, 2028}


@pytest.mark.parametrize("module", ["bot.working_days"])
def test_importing_warns_of_nothing(module: str) -> None:
    command = [sys.executable, "-W", "error", "-c", f"import {module}"]
    done = subprocess.run(command, capture_output=True, check=False, cwd=Path(__file__).parents[2])
    assert done.returncode == 0, done.stderr.decode()
    assert done.stderr == b""
