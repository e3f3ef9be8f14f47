"""The slow oracle: walks the year moment by moment and says who must be reminded of what (domain.md 6, contract.md).

Written from the text, never from the program; it imports nothing of the program.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime

from tests.year import days, mornings, tables
from tests.year.group import DEPARTMENTS, Group
from tests.year.mornings import COOLING, Owed
from tests.year.people import Matter, People
from tests.year.story import END, QUARTERS, START, Event
from tests.year.tables import Rung, RungDay

CLOCKS = ("08:40", "09:10", "16:10")


@dataclass(frozen=True, slots=True, order=True)
class Expected:
    """A reminder that must exist exactly once."""

    ladder: str
    rung: str
    person: str
    matter: str
    day: date
    form: str
    clock: str
    role: str
    copied: bool


@dataclass(slots=True)
class Year:
    """What the oracle expects of the whole year."""

    pushes: list[Expected] = field(default_factory=list)
    digests: set[tuple[str, date]] = field(default_factory=set)


class Oracle:
    """`tell` runs through the story and returns everything that has to be said."""

    def __init__(self, group: Group) -> None:
        self._people = People(group)
        self._matters: dict[str, Matter] = {}
        self._owed: dict[str, dict[str, Owed]] = {}
        self._reports: dict[tuple[str, str], Owed] = {}  # (unit, quarter)
        self._lists: dict[str, Owed] = {}  # quarter: what the office and those above it get
        self._windows = [
            (name, one)
            for year in (2026, 2027)
            for first, last in ((1, 2), (6, 7))
            for name, ladder, day in (
                ("meeting_window", tables.MEETING_WINDOW, date(year, first, 1)),
                ("meeting_late", tables.MEETING_LATE, date(year, last + 1, 1) - days.DAY),
            )
            for one in tables.climb(ladder, START.date(), day)
        ]
        self._summaries = [  # nobody makes a report final in this year
            (f"quarter_summary:{year}Q{number}", one)
            for year, number in QUARTERS
            if (end := days.quarter_end(year, number)) >= START.date()
            for one in tables.climb(tables.SUMMARY, end, days.walk(end, 10))
        ]
        self._submitted: set[tuple[str, str]] = set()
        self._said: set[tuple[str, str, str, str, date]] = set()
        self._year = Year()

    def tell(self, story: list[Event]) -> Year:
        waiting = list(story)
        day = START.date()
        while day < END.date():
            self._open_quarter(day)
            for clock in CLOCKS:
                now = days.moment(day, clock)
                while waiting and waiting[0].at < now:
                    event = waiting.pop(0)
                    getattr(self, f"_on_{event.what}")(event)
                if days.works(day):
                    self._moment(now, clock)
            day += days.DAY
        return self._year

    # What happens.

    def _on_assign(self, event: Event) -> None:
        assert event.due is not None
        today = event.at.date()
        matter = Matter(
            event.matter, event.source, event.unit, event.person, event.submitter, event.by, event.due, today,
            event.severity == "major", event.key,
        )  # fmt: skip
        self._matters[event.matter] = matter
        self._owed[event.matter] = {}
        self._begin_round(matter, event.at)

    def _begin_round(self, matter: Matter, at: datetime) -> None:
        self._begin(matter, "rectification", self._ladder(matter), at, matter.due)
        self._begin(matter, "confirm", tables.CONFIRM, at, days.walk(at.date(), 2))

    def _ladder(self, matter: Matter) -> tuple[Rung, ...]:
        return tables.DENSE if matter.key or matter.major else tables.RECTIFICATION

    def _begin(
        self, matter: Matter, ladder: str, rungs: tuple[Rung, ...], at: datetime, due: date, begun: date | None = None
    ) -> None:
        """The whole ladder for this due date; what is past already is not caught up on, what recurs goes on."""
        start = begun or at.date()
        ahead = []
        for one in tables.climb(rungs, start, due):
            while one.at <= at and one.rung.every:
                one = self._again(one)
            if one.at > at:
                ahead.append(one)
        self._owed[matter.number][ladder] = Owed(ladder, start, due, ahead)

    @staticmethod
    def _again(one: RungDay) -> RungDay:
        return RungDay(one.rung, days.moment(days.walk(one.day, one.rung.every), one.rung.clock))

    def _begin_work(self, matter: Matter) -> None:
        if matter.state == "assigned":
            matter.state = "rectifying"
            self._owed[matter.number].pop("confirm", None)

    def _on_confirm(self, event: Event) -> None:
        self._begin_work(self._matters[event.matter])

    def _on_progress(self, event: Event) -> None:
        matter = self._matters[event.matter]
        self._begin_work(matter)
        matter.reported = event.at.date()

    def _on_ask(self, event: Event) -> None:
        """Until it is decided the old date counts. The third one goes to the leading group's list."""
        matter = self._matters[event.matter]
        matter.asked, matter.asked_on = event.due, event.at.date()
        if matter.extensions == 2:
            self._begin(matter, "troubled", tables.TROUBLED, event.at, event.at.date())

    def _on_grant(self, event: Event) -> None:
        matter = self._matters[event.matter]
        assert event.due is not None
        matter.asked, matter.due = None, event.due
        matter.extensions += 1
        self._begin(matter, "rectification", self._ladder(matter), event.at, matter.due)

    def _on_refuse(self, event: Event) -> None:
        self._matters[event.matter].asked = None

    def _on_supervise(self, event: Event) -> None:
        matter = self._matters[event.matter]
        if not (matter.key or matter.major):
            matter.key = True
            begun = self._owed[matter.number]["rectification"].begun  # the term is still the same
            self._begin(matter, "rectification", self._ladder(matter), event.at, matter.due, begun)

    def _on_reassign(self, event: Event) -> None:
        """The date stays; from now on others are reminded. Who has it only now has his own two days to confirm it."""
        matter = self._matters[event.matter]
        anew = matter.state == "assigned" and matter.resp != event.person
        matter.unit, matter.resp = event.unit, event.person
        if anew:
            self._begin(matter, "confirm", tables.CONFIRM, event.at, days.walk(event.at.date(), 2))

    def _on_restrict(self, event: Event) -> None:
        self._matters[event.matter].restricted = True

    def _on_withdraw(self, event: Event) -> None:
        self._end(event, "withdrawn")

    def _end(self, event: Event, state: str) -> None:
        self._matters[event.matter].state = state
        self._owed[event.matter].clear()

    def _on_apply(self, event: Event) -> None:
        """Done as far as the unit goes: the acceptor's days run."""
        matter = self._matters[event.matter]
        self._begin_work(matter)
        matter.reported = matter.applied_on = event.at.date()
        matter.state = "pending"
        self._owed[event.matter].pop("rectification", None)
        self._begin(matter, "acceptance", tables.ACCEPTANCE, event.at, days.walk(event.at.date(), 5))

    def _on_accept(self, event: Event) -> None:
        self._end(event, "closed")

    def _on_return(self, event: Event) -> None:
        matter = self._matters[event.matter]
        assert event.due is not None
        matter.state, matter.due = "rectifying", event.due
        matter.returns += 1
        self._owed[event.matter].pop("acceptance", None)
        self._begin(matter, "rectification", self._ladder(matter), event.at, matter.due)
        if matter.returns == 2:
            self._begin(matter, "troubled", tables.TROUBLED, event.at, event.at.date())

    def _on_reopen(self, event: Event) -> None:
        matter = self._matters[event.matter]
        assert event.due is not None
        matter.state, matter.due, matter.assigned_on = "assigned", event.due, event.at.date()
        matter.cycle += 1
        matter.returns = matter.extensions = 0
        matter.reported = None
        self._begin_round(matter, event.at)

    def _on_report(self, event: Event) -> None:
        self._submitted.add((event.unit, event.matter))

    def _open_quarter(self, day: date) -> None:
        """A quarter is owed from its first day; the one in which the story begins, from then."""
        for year, number in QUARTERS:
            first = date(year, number * 3 - 2, 1)
            if day != max(first, START.date()) or day > days.quarter_end(year, number):
                continue
            name, due = f"{year}Q{number}", days.quarter_end(year, number)
            for unit in DEPARTMENTS:
                self._reports[unit, name] = Owed("quarter", first, due, tables.climb(tables.QUARTER, first, due))
            self._lists[name] = Owed("quarter_office", first, due, tables.climb(tables.QUARTER_OFFICE, first, due))

    # What has to be said.

    def _moment(self, now: datetime, clock: str) -> None:
        day = now.date()
        for (unit, quarter), owed in self._reports.items():
            for one in owed.rungs:
                if one.at == now and (unit, quarter) not in self._submitted:
                    self._say(owed.ladder, one.rung, f"{quarter}:{unit}", now, clock, self._of_unit(unit, day))
        for quarter, owed in self._lists.items():
            late = [unit for unit in DEPARTMENTS if (unit, quarter) not in self._submitted]
            for one in owed.rungs:
                if one.at == now and late:
                    self._say(owed.ladder, one.rung, f"{quarter}:office", now, clock, self._of_matter(None, day))
        for name, one in self._windows:
            if one.at == now:
                self._say(name, one.rung, "leading_group", now, clock, self._of_matter(None, day))
        for name, one in self._summaries:
            if one.at == now:
                self._say("summary", one.rung, name, now, clock, self._of_matter(None, day))
        for matter in self._matters.values():
            for owed in list(self._owed[matter.number].values()):
                self._climb(matter, owed, now, clock)
        if clock == "08:40":
            for matter in self._matters.values():
                called = mornings.called(self._people, matter, self._owed[matter.number], day)
                self._year.digests.update((person, day) for person in called)

    def _climb(self, matter: Matter, owed: Owed, now: datetime, clock: str) -> None:
        for one in [one for one in owed.rungs if one.at == now]:
            owed.rungs.remove(one)
            if one.rung.every:
                owed.rungs.append(self._again(one))
                if matter.reported and days.working_days(matter.reported, now.date()) <= COOLING:
                    continue
            self._say(owed.ladder, one.rung, matter.number, now, clock, self._of_matter(matter, now.date()))

    def _say(
        self, ladder: str, rung: Rung, matter: str, now: datetime, clock: str, who: Callable[[str], list[str]]
    ) -> None:
        """Each person once, in the first of the line's audiences that he is in; the same thing once a day, for ever."""
        for name in rung.people:
            role, copied = name.removeprefix("~"), name.startswith("~")
            for person in who(role):
                key = ladder, rung.name, person, matter, now.date()
                if key in self._said:
                    continue
                self._said.add(key)
                self._year.pushes.append(
                    Expected(ladder, rung.name, person, matter, now.date(), rung.form, clock, role, copied)
                )
                if rung.form == "digest":
                    self._year.digests.add((person, now.date()))

    def _of_matter(self, matter: Matter | None, day: date) -> Callable[[str], list[str]]:
        if matter is None:
            everybody = {"office": self._people.office(day), "director": self._people.director(day)}
            return lambda role: everybody.get(role) or self._people.leading(day)
        return lambda role: self._people.who(role, matter, day)

    def _of_unit(self, unit: str, day: date) -> Callable[[str], list[str]]:
        return lambda role: self._people.holders((f"member_{role}",), unit, day)
