"""When whom to remind: every ladder as one readable table, and the rungs of one matter worked out from its lines.

A line reads `NAME OFFSET CLOCK AUDIENCE FORM [FLAG …]`:

- OFFSET: `-15d` days before the deadline (a rest day moves to the working day before it), `-3w` working days, counted
  from the last working day that is left, `0f` the day itself (a rest day moves on to the next working day), `half` the
  middle between the beginning and the deadline;
- AUDIENCE: names joined by `+`, one with `~` only gets a copy;
- FORM: `single`, a message of its own, or `digest`, a line of the morning's digest;
- flags: `merge` left out when the next rung falls at most one working day after it ·
  `long` only when there are more than 30 days from the beginning to the deadline · `every=3w` comes again every three
  working days · `cooling` silent for a while after progress was reported.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import cache

from handlers.rules.calendar import Workdays, at, day_of

DIGEST_AT = time(8, 40)  # domain.md 6.7
FORMS = ("single", "digest")
LONG_DAYS = 30  # domain.md 6.3: half-way only when there are more than these from the beginning to the deadline
_JITTER_SECONDS = 300  # WeCom asks to keep off the full and half hours; 0-5 minutes spread the load (domain.md 6.7)
_FLAGS = ("merge", "long", "cooling")
_OFFSET = re.compile(r"half|([+-]?\d{1,3})([dwf])")
_EVERY = re.compile(r"every=(\d{1,2})w")
_NAME = re.compile(r"[\w+\-]{1,16}")
_AUDIENCE = re.compile(r"~?[a-z_]+(?:\+~?[a-z_]+)*")


@dataclass(frozen=True, slots=True)
class Rung:
    """One line of a ladder. offset: days from the deadline, None for the middle; unit: d, w or f of them."""

    name: str
    offset: int | None
    unit: str
    clock: time
    audience: tuple[str, ...]
    form: str
    copied: frozenset[str] = frozenset()
    merge: bool = False
    long: bool = False
    cooling: bool = False
    every: int = 0


@dataclass(frozen=True, slots=True)
class RungAt:
    """A rung of one matter. at: aware, UTC, without the person's own minutes."""

    rung: Rung
    at: datetime

    @property
    def name(self) -> str:
        return self.rung.name


_ITEM = (
    "T-3  -3w 09:10 owner single",
    "T-0   0w 09:10 owner+~head single",
    "+1    1w 09:10 owner+head single",
    "+3    3w 09:10 owner+head+office single",
    "+5    5w 08:40 office digest",
    "+6    6w 08:40 owner+head digest every=3w",
    "+10  10w 09:10 director single",
    "+20  20w 08:40 leading digest",
)

LADDERS: Mapping[str, tuple[str, ...]] = {
    # contract.md "Quarter-end pushes, exactly"; domain.md 6.2
    "quarter": (
        "T-15 -15d 09:10 liaison single",
        "T-7   -7d 09:10 liaison single merge",
        "T-3   -3w 09:10 liaison+~head single",
        "T-1   -1w 09:10 liaison+head single",
        "D      0w 09:10 liaison+head single",
        "D-16   0w 16:10 liaison+head single",
        "+1     1w 09:10 liaison+head single",
        "+3     3w 09:10 liaison+head single",
    ),
    "quarter_office": (  # one list of all that have not submitted
        "D      0w 09:10 office single",
        "+3     3w 09:10 office single",
        "+5     5w 09:10 director single",
        "+10   10w 09:10 leading single",
    ),
    # S35: the quarter's report to the leading group
    "summary": (
        "T-3   -3w 09:10 office single",
        "T-0    0w 09:10 office single",
        "+1     1w 09:10 office+~director single",
        "+3     3w 09:10 director single",
    ),
    # domain.md 6.3
    "rectification": (
        "half half 08:40 resp digest long",
        "T-7   -7d 08:40 resp+liaison digest merge",
        "T-3   -3w 09:10 resp+liaison single",
        "T-0    0w 09:10 resp+liaison+~head single",
        "+1     1w 09:10 resp+head single",
        "+3     3w 09:10 resp+head+source single",
        "+5     5w 08:40 office digest",
        "+6     6w 08:40 resp+head digest every=3w cooling",
        "+10   10w 09:10 director single",
        "+20   20w 08:40 leading digest",
    ),
    # domain.md 6.3: one notch denser, for key supervision and major findings
    "dense": (
        "half half 08:40 resp+liaison digest",
        "T-15 -15d 08:40 resp+liaison digest merge",
        "T-7   -7d 09:10 resp+liaison single merge",
        "T-3   -3w 09:10 resp+liaison+~head single",
        "T-1   -1w 09:10 resp+liaison+~head single",
        "T-0    0w 09:10 resp+liaison+head single",
        "+1     1w 09:10 resp+head+source single",
        "+3     3w 09:10 resp+head+source single",
        "+3o    3w 08:40 office digest",
        "+5     5w 09:10 director single",
        "+5r    5w 08:40 resp+head digest every=2w cooling",
        "+10   10w 08:40 leading digest",
        "+20   20w 08:40 leading digest",
    ),
    "confirm": ("+2     0w 09:10 resp+liaison single",),
    "acceptance": ("+5     0w 09:10 judge single", "+10    5w 09:10 judge+~office single"),
    "troubled": ("+1     1w 08:40 leading digest",),
    "milestone": ("T-0    0w 09:10 resp+liaison single",),
    "objection": ("+1     1w 09:10 source single",),
    "tendency": ("T-0    0f 09:10 source single",),
    "review": ("T-0    0w 09:10 source+office single",),
    "report": ("+3     0w 09:10 submitter single every=3w",),
    "promise": ("T-0    0f 09:10 owner single",),  # a rest day that was promised is asked for on the next working day
    # domain.md 6.4, S29-S31
    "meeting_window": ("T-15 -15d 09:10 office single", "T-0    0f 09:10 office single"),
    "meeting_late": ("T-10 -10w 09:10 director single",),
    "meeting": ("T-15 -15d 09:10 heads single", "T-1   -1d 09:10 invited single"),
    "papers": ("T-3   -3w 09:10 head single", "T-0    0w 09:10 head+~office single"),
    "minutes": ("T-0    0w 09:10 office single",),
    "item": ("T-7   -7d 08:40 owner digest merge", *_ITEM),
    "plan": ("T-15 -15d 09:10 owner single", *_ITEM),
    "audit": ("T-15 -15w 09:10 owner single", "T-5   -5w 09:10 owner single", *_ITEM[1:]),
    "talk": ("T-1   -1w 09:10 talked+host single",),
    "talk_report": (
        "T-3   -3w 09:10 talked single",
        "T-0    0w 09:10 talked+~office single",
        "+1     1w 09:10 talked+office single",
        "+3     3w 09:10 director single",
    ),
    # domain.md 6.5, S54
    "lead": (
        "T-7   -7d 09:10 handler single merge",
        "T-3   -3w 09:10 handler single",
        "T-0    0w 09:10 handler single",
        "+1     1w 09:10 handler single",
        "+30   30f 09:10 director+leader single",
    ),
    "lead_step": (  # domain.md 3.5.1: triage and signature, terms of days
        "T-0    0w 09:10 handler single",
        "+1     1w 09:10 handler single",
        "+3     3w 09:10 handler+director single",
    ),
}


@cache
def parse_rung(line: str) -> Rung:
    """One line as a rung; ValueError names the word that does not fit."""
    words = line.split()
    if len(words) < 5:
        raise ValueError(f"a rung needs a name, an offset, a time, an audience and a form: {line!r}")
    name, offset, clock, audience, form, *flags = words
    found = _OFFSET.fullmatch(offset)
    if not _NAME.fullmatch(name) or found is None or not _AUDIENCE.fullmatch(audience) or form not in FORMS:
        raise ValueError(f"not a rung of a ladder: {line!r}")
    names = audience.split("+")
    return Rung(
        name,
        int(found[1]) if found[1] else None,
        found[2] or "d",
        time.fromisoformat(clock),
        tuple(one.lstrip("~") for one in names),
        form,
        frozenset(one[1:] for one in names if one.startswith("~")),
        merge="merge" in flags,
        long="long" in flags,
        cooling="cooling" in flags,
        every=_every(flags, line),
    )


def _every(flags: Iterable[str], line: str) -> int:
    """After how many working days it comes again; a word that is no flag is a fault."""
    days = 0
    for flag in flags:
        again = _EVERY.fullmatch(flag)
        if again and int(again[1]) > 0:
            days = int(again[1])
        elif flag not in _FLAGS:
            raise ValueError(f"unknown word {flag!r} in {line!r}")
    return days


def lines(ladder: str, overrides: Mapping[str, Sequence[str]]) -> tuple[str, ...]:
    """The ladder's lines: the office's own of `[policy.ladders]`, otherwise those of the table."""
    own = overrides.get(ladder)
    return tuple(own) if own is not None else LADDERS[ladder]


def check(overrides: Mapping[str, Sequence[str]]) -> None:
    """ValueError for a ladder that is not there, a line that cannot be read, or a name that stands twice."""
    for ladder, own in overrides.items():
        if ladder not in LADDERS:
            raise ValueError(f"there is no ladder {ladder!r}")
        known = {name for line in LADDERS[ladder] for name in parse_rung(line).audience}
        names = [parse_rung(line).name for line in own]
        strangers = {name for line in own for name in parse_rung(line).audience} - known
        if strangers:
            raise ValueError(f"{ladder}: nobody is called {sorted(strangers)[0]!r} there")
        if len(set(names)) != len(names):
            raise ValueError(f"{ladder}: two rungs have one name")


def rungs(lines: Iterable[str], due: date, calendar: Workdays, begins: datetime | None = None) -> list[RungAt]:
    """The ladder of one matter, soonest first; rungs that are not after `begins` (aware) are left out.

    A deadline on a rest day stays as it is, only the reminders move. Of two at one moment the ladder's later one stays.
    """
    kept: list[tuple[Rung, date]] = []
    for rung in reversed([parse_rung(line) for line in lines]):
        day = _day(rung, due, calendar, begins)
        if day is None or (rung.merge and kept and _joins(day, kept[-1][1], calendar)):
            continue
        if not any(other.clock == rung.clock and day == theirs for other, theirs in kept):
            kept.append((rung, day))
    placed = [RungAt(rung, at(day, rung.clock).astimezone(UTC)) for rung, day in reversed(kept)]
    return sorted((one for one in placed if begins is None or one.at > begins), key=lambda one: one.at)


def again(rung: Rung, moment: datetime, calendar: Workdays) -> datetime | None:
    """When a rung comes the next time after it came at `moment`; None for one that comes once."""
    if not rung.every:
        return None
    return at(calendar.add_workdays(day_of(moment), rung.every), rung.clock).astimezone(UTC)


def jitter(person: str, key: str) -> timedelta:
    """The person's own delay of one push, 0 to 5 minutes: the same whenever it is asked."""
    digest = hashlib.sha256(f"{person}\0{key}".encode()).digest()
    return timedelta(seconds=int.from_bytes(digest[:8], "big") % _JITTER_SECONDS)


def _joins(day: date, following: date, calendar: Workdays) -> bool:
    return following <= calendar.add_workdays(day, 1)


def _day(rung: Rung, due: date, calendar: Workdays, begins: datetime | None) -> date | None:
    first = day_of(begins) if begins is not None else None
    if rung.long and first is not None and (due - first).days <= LONG_DAYS:
        return None
    if rung.offset is None:
        return calendar.roll_back(first + (due - first) // 2) if first is not None and first < due else None
    if rung.unit == "d":
        return calendar.roll_back(due + timedelta(days=rung.offset))
    if rung.unit == "f":
        return calendar.roll_forward(due + timedelta(days=rung.offset))
    # Counted from the last working day that is left, so that "T-3" really leaves three working days.
    return calendar.add_workdays(calendar.roll_back(due), rung.offset)
