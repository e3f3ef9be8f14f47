"""The windows of a year in which the leading group meets; until it is planned, two ladders stand (domain.md S29)."""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, time, timedelta

from bot.flow import Turn
from handlers import obligations, texts
from handlers.rules import calendar, moments, wording
from storage import meetings
from storage.gatherings import Meeting

MATTER = "leading_group"
WINDOW, LATE = "meeting_window", "meeting_late"
LADDERS = (WINDOW, LATE)
_BARE = 24  # characters of 定在1月15日下午2点半
_ONLY_DAY = re.compile(
    r"(?:就|那就)?(?:定|安排|放)?(?:在|到|于)?"
    r"[\d年月日号周星期一二三四五六七八九十\-/.:：点半时分刻上下午早晚中明后天本这 ，,]+(?:开|召开|开会|吧|。)?"
)
_AHEAD = timedelta(days=60)  # so long before its first day a window is watched


@dataclass(frozen=True, slots=True)
class Window:
    """One kind's time in one year."""

    kind: str
    year: int
    first: date
    last: date

    @property
    def part(self) -> str:
        return f"{self.year}-{self.kind}"

    @property
    def months(self) -> str:
        """`1–2月`."""
        return (
            f"{self.first.month}–{self.last.month}月" if self.first.month < self.last.month else f"{self.last.month}月"
        )


def of_year(turn: Turn, kind: str, year: int) -> Window:
    begins, ends = turn.policy.year_start_months if kind == "year_start" else turn.policy.mid_year_months
    first = date(year, begins, 1)
    return Window(kind, year, first, calendar.add_months(date(year, ends, 1), 1) - timedelta(days=1))


def parse(turn: Turn, part: str) -> Window:
    """The window of `2027-year_start`."""
    year, _, kind = part.partition("-")
    return of_year(turn, kind, int(year))


def near(turn: Turn) -> list[Window]:
    """Those of this year and the next that are not over, soonest first."""
    today = texts.today_of(turn)
    found = [of_year(turn, kind, year) for year in (today.year, today.year + 1) for kind in ("year_start", "mid_year")]
    return sorted((window for window in found if window.last >= today), key=lambda window: window.first)


def standing(turn: Turn, window: Window) -> Meeting | None:
    """The meeting that is planned or was held in it."""
    since = calendar.at(window.first, time.min)
    return meetings.standing(turn.session, window.kind, since, calendar.at(window.last + timedelta(days=1), time.min))


def keep(turn: Turn) -> None:
    """Daily, and after a meeting was planned, moved or called off: both obligations stand until one is planned."""
    today = texts.today_of(turn)
    waits = {(row.ladder, row.part) for row in obligations.open_of(turn, MATTER)}
    for window in near(turn):
        if standing(turn, window) is not None:
            _end(turn, waits, window, met=True)
        elif window.first - _AHEAD <= today:
            _begin(turn, waits, window)
    for kind in ("year_start", "mid_year"):
        over = of_year(turn, kind, today.year)
        if over.last < today:
            _end(turn, waits, over, met=standing(turn, over) is not None)
        _end(turn, waits, of_year(turn, kind, today.year - 1), met=False)


def _begin(turn: Turn, waits: Collection[tuple[str, str]], window: Window) -> None:
    for ladder, due in ((WINDOW, window.first), (LATE, window.last)):
        if (ladder, window.part) not in waits:
            obligations.begin(turn, ladder, MATTER, due, owner="office", source="S29", part=window.part)


def _end(turn: Turn, waits: Collection[tuple[str, str]], window: Window, *, met: bool) -> None:
    for ladder in LADDERS:
        if (ladder, window.part) in waits:
            obligations.end(turn, ladder, MATTER, part=window.part, met=met)


def awaited(turn: Turn, day: date | None) -> str:
    """The kind that a bare date means: of the window in which it lies, while no meeting stands there."""
    for window in near(turn):
        if day is not None and window.first <= day <= window.last and standing(turn, window) is None:
            return window.kind
    return ""


def only_a_day(turn: Turn) -> bool:
    """Whether the message is nothing but a day in a window that waits: the answer to its reminder (S29)."""
    said = str(turn.meaning.slots.get("time") or turn.meaning.slots.get("date") or "")
    if not said or len(turn.text.strip()) > _BARE or not turn.actor.has("office_staff", "office_director"):
        return False
    day = moments.ahead(date.fromisoformat(said[:10]), texts.today_of(turn), turn.text)
    return bool(_ONLY_DAY.fullmatch(turn.text.strip())) and bool(awaited(turn, day))


def not_planned(window: Window) -> str:
    label = "年初" if window.kind == "year_start" else "年中"
    return f"{label}领导小组会议尚未安排（窗口{window.months}）"


def term(turn: Turn, window: Window, day: date) -> str:
    """`窗口2月28日 周日截止，还剩10个工作日`."""
    left = wording.days_left(window.last, day, turn.calendar)
    return f"窗口{wording.day(window.last, day)}截止，{left}"
