"""Who would hear of an act of urging now, and who not: every person once, within the limits of fatigue."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from bot.flow import Turn
from handlers import urging_cases, urging_words
from handlers.rules import fatigue
from handlers.rules.calendar import day_of
from handlers.rules.fatigue import Limit, Said
from handlers.urging_cases import Case
from handlers.urging_words import Held, Reach
from storage import answers, urges


@dataclass(frozen=True, slots=True)
class Plan:
    """Whom an act reaches, whom not and why. again: the first day on which one of those may be urged."""

    reaches: list[Reach]
    held: list[Held]
    again: date | None

    def copied(self, cc: object) -> list[str]:
        """The heads who get a copy when the speaker wants it so."""
        urged = {reach.person for reach in self.reaches}
        heads = (head for reach in self.reaches for case in reach.cases for head in case.heads)
        return [head for head in dict.fromkeys(heads) if head not in urged] if cc == "unit_head" else []


def made(turn: Turn, found: Sequence[Case]) -> Plan:
    """Read from the store as it is now."""
    history = _History.of(turn, [case.matter for case in found])
    held = [Held("", case.label, case.settled) for case in found if case.settled]
    mine: dict[str, list[Case]] = {}
    counts: dict[str, dict[str, int]] = {}
    days = []
    for case, person in [(one, person) for one in found for person in one.persons]:
        said = history.said(person, case.matter)
        limit = fatigue.hindrance(said, history.today, turn.calendar)
        if limit is None:
            mine.setdefault(person, []).append(case)
            counts.setdefault(person, {})[case.matter] = len(said.urged) + 1
            continue
        why = urging_words.why(limit, said, history.today)
        held.append(Held(person, case.label, why, often=limit is Limit.OFTEN))
        days.append(fatigue.next_day(said, history.today, turn.calendar))
    reaches = [Reach(person, tuple(cases), counts[person]) for person, cases in mine.items()]
    return Plan(reaches, held, min(days, default=None))


def of_shown(turn: Turn, targets: Iterable[tuple[str, str]], named: str = "") -> Plan:
    """What was shown before (matter and person), as far as it still stands. named: the account that was asked for."""
    shown: dict[str, list[str]] = {}
    for matter, person in targets:
        shown.setdefault(matter, []).append(person)
    cases = [urging_cases.again(turn, matter) for matter in sorted(shown)]  # locked in one order by everybody
    return made(turn, [urging_cases.narrowed(case, shown[case.matter], named) for case in cases if case is not None])


@dataclass(frozen=True, slots=True)
class _History:
    """What was said about these matters; today: the day on which an urging arrives."""

    today: date
    urged: dict[tuple[str, str], list[date]]
    received: dict[tuple[str, str], date]
    promised: dict[tuple[str, str], date]

    @classmethod
    def of(cls, turn: Turn, matters: list[str]) -> _History:
        urged = urges.about(turn.session, matters)
        arrived = {pair: [day_of(turn.calendar.may_send(at)) for at in moments] for pair, moments in urged.items()}
        received = {pair: day_of(at) for pair, at in answers.received(turn.session, matters).items()}
        return cls(urging_cases.arrival(turn), arrived, received, answers.promised(turn.session, matters))

    def said(self, person: str, matter: str) -> Said:
        pair = (person, matter)
        return Said(self.urged.get(pair, ()), self.received.get(pair), self.promised.get(pair))
