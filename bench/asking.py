"""How long the questions of chat take on many findings, and how that grows: `python -m bench.asking`.

The very query functions of the chat path, one process; the stores are filled by bench/filling.py and asked in turn, so
that what else the machine does falls on all alike. `--rows 20000 100000 1000000`; `--store postgresql` (or
mariadb) makes a database of its own beside that of `--url` and drops it.
"""

from __future__ import annotations

import argparse
import secrets
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from sqlalchemy import create_engine, make_url, text
from sqlalchemy.orm import Session

from bench import filling
from bench.filling import TODAY, UNITS
from bot.understanding import search_words
from storage import common_faults, findings, fulltext, lookup, moves, schema, searches
from storage import figures as counts
from storage.database import open_engine
from storage.figures import Moments
from storage.grants import Grant, Scope
from storage.matters import Finding
from storage.searches import Wanted

ALL = Scope(full=(Grant(None, None),))
LINES = 200  # of a list, as handlers/query_find.py reads them
SERVERS = {
    "postgresql": "postgresql+psycopg://root@127.0.0.1/postgres",
    "mariadb": "mysql+pymysql://root@127.0.0.1/",
}
QUICKLY = ("PRAGMA synchronous=OFF", "PRAGMA cache_size=-400000")  # while a store is filled

Ask = Callable[[Session, int], object]


def unit_scope(at: int) -> Scope:
    """What a unit's liaison sees, who is responsible for something himself."""
    unit = _unit(at)
    own = Grant(False, None, _person(at), unit, f"/G/{unit}/", own_unit=True)
    return Scope(full=(own, Grant(None, None, _person(at), own=True)), peer=(Grant(False, False),))


def by_number(session: Session, at: int) -> object:
    number = filling.number(at)
    return lookup.by_number(session, Finding, number), findings.find(session, number)


def overdue_list(session: Session, at: int) -> object:
    return _list(session, Wanted(units=(_unit(at),), overdue_on=TODAY), ALL)


def own_overdue(session: Session, at: int) -> object:
    return _list(session, Wanted(units=(_unit(at),), overdue_on=TODAY), unit_scope(at))


def all_overdue(session: Session, _at: int) -> object:
    return _list(session, Wanted(overdue_on=TODAY), ALL)


def filtered(session: Session, at: int) -> object:
    """A category's findings of a month, of the whole group."""
    first = date(2026, at % 9 + 1, 1)
    return _list(session, Wanted(category="CG", registered_from=first, registered_to=date(2026, first.month, 28)), ALL)


def filtered_of_unit(session: Session, at: int) -> object:
    return _list(session, Wanted(units=(_unit(at),), registered_from=date(2026, 1, 1)), unit_scope(at))


def peers(session: Session, at: int) -> object:
    """Another category of the whole group, as a unit's liaison sees it: cards only, but for his own."""
    return _list(session, Wanted(category=("CW01", "CG02", "GC02")[at % 3]), unit_scope(at))


def search(session: Session, at: int) -> object:
    """A year's findings of one unit with a frequent word: the search that must walk the most."""
    wanted = Wanted(units=(_unit(at),), registered_from=date(2026, 1, 1))
    return fulltext.search(session, search_words.asked("备用金未清"), wanted, ALL)


def broad_search(session: Session, _at: int) -> object:
    return fulltext.search(session, search_words.asked("采购合同未经审批"), Wanted(), ALL)


def rare_search(session: Session, _at: int) -> object:
    return fulltext.search(session, (filling.RARE,), Wanted(), ALL)


def figures(session: Session, at: int) -> object:
    return counts.tally(session, Wanted(quarter=f"2026Q{at % 4 + 1}"), ALL, Moments(TODAY))


def deep_figures(session: Session, at: int) -> object:
    """With extensions, acceptances, rounds and reports beside each (S32: 延期率, 退回率)."""
    return counts.tally(session, Wanted(quarter=f"2026Q{at % 4 + 1}"), ALL, Moments(TODAY), deep=True)


def figures_by_unit(session: Session, at: int) -> object:
    return counts.by_group(session, Wanted(quarter=f"2026Q{at % 4 + 1}"), ALL, Moments(TODAY), "unit")


def on_time(session: Session, _at: int) -> object:
    """到期销号率 of a quarter: by the days on which something came due, whenever it was registered."""
    moments = Moments(TODAY, (date(2026, 7, 1), date(2026, 9, 30)))
    return counts.tally(session, Wanted(due_from=moments.window[0], due_to=moments.window[1]), ALL, moments, deep=True)


def tasks(session: Session, at: int) -> object:
    """A person's 待办, and the list that names them."""
    wanted = Wanted(people=(_person(at),), states=moves.IN_HAND)
    return moves.in_hand(session, _person(at)), _list(session, wanted, unit_scope(at))


def alike(session: Session, at: int) -> object:
    return fulltext.alike(session, "备用金长期未清", _unit(at), "CW01", ALL)


def common(session: Session, _at: int) -> object:
    """The working day's look for what four quarters have in common (S37)."""
    return common_faults.found(session, ("2026Q1", "2026Q4"), common_faults.EVERYTHING_PLAIN, 3, 5)


QUESTIONS: dict[str, Ask] = {
    "by number": by_number,
    "overdue list of a unit": overdue_list,
    "the same for its liaison": own_overdue,
    "overdue list of the group": all_overdue,
    "a category's month": filtered,
    "a unit's year": filtered_of_unit,
    "a category, peers' cards": peers,
    "search in a unit and year": search,
    "search for frequent words": broad_search,
    "search for a rare word": rare_search,
    "figures of a quarter": figures,
    "the same, deep": deep_figures,
    "the same, by unit": figures_by_unit,
    "what came due in a quarter": on_time,
    "a person's tasks": tasks,
    "an alike finding": alike,
    "common faults of four quarters": common,
}


def _unit(at: int) -> str:
    return f"U{at % UNITS:03d}"


def _person(at: int) -> str:
    return f"p{at % filling.PEOPLE}"


def _list(session: Session, wanted: Wanted, scope: Scope) -> object:
    return searches.count(session, wanted, scope), searches.lines(session, wanted, scope, LINES)


@dataclass(frozen=True, slots=True)
class Spent:
    """Milliseconds by the clock and of this process's CPU, which is all that SQLite needs: median and p99."""

    p50: float
    p99: float
    cpu: float
    cpu_p99: float

    @classmethod
    def of(cls, times: Sequence[tuple[float, float]]) -> Spent:
        clock, burnt = zip(*times, strict=True)
        return cls(statistics.median(clock), _late(clock), statistics.median(burnt), _late(burnt))

    @property
    def words(self) -> str:
        return f"{self.p50:.1f}, {self.p99:.1f} ({self.cpu:.1f}, {self.cpu_p99:.1f})"


@contextmanager
def store(kind: str, url: str, folder: Path, rows: int) -> Iterator[Session]:
    """A reading session on a store of its own with so many findings."""
    with _place(kind, url, folder, rows) as address:
        engine = open_engine(address)
        schema.upgrade(engine)
        began = time.monotonic()
        with engine.connect() as connection:
            if kind == "sqlite":
                for pragma in QUICKLY:
                    connection.connection.driver_connection.execute(pragma)  # type: ignore[union-attr]
            with Session(bind=connection) as session:
                filling.fill(session, rows)
                session.commit()
        engine.dispose()
        print(f"{rows} findings on {kind} in {time.monotonic() - began:.0f} s", file=sys.stderr)
        with engine.connect().execution_options(reading=True) as connection, Session(bind=connection) as session:
            session.info[fulltext.CUT] = search_words.terms
            yield session
        engine.dispose()


@contextmanager
def _place(kind: str, url: str, folder: Path, rows: int) -> Iterator[str]:
    if kind == "sqlite":
        yield f"sqlite:///{folder}/asking-{rows}.db"
        return
    with blank(kind, url) as address:
        yield address


@contextmanager
def blank(kind: str, url: str) -> Iterator[str]:
    """The URL of an empty database of our own on that server; dropped afterwards."""
    name, options = f"jiandu_bench_{secrets.token_hex(4)}", ""
    if kind == "mariadb":
        options = " CHARACTER SET utf8mb4 COLLATE utf8mb4_bin"
    server = create_engine(url, isolation_level="AUTOCOMMIT")
    with server.connect() as connection:
        connection.execute(text(f"CREATE DATABASE {name}{options}"))
    try:
        yield make_url(url).set(database=name).render_as_string(hide_password=False)
    finally:
        with server.connect() as connection:
            force = " WITH (FORCE)" if kind == "postgresql" else ""
            connection.execute(text(f"DROP DATABASE {name}{force}"))
        server.dispose()


def measure(sessions: Sequence[Session], questions: dict[str, Ask], times: int) -> dict[str, list[Spent]]:
    """What each question took in each store; the stores are asked in turn."""
    found = {}
    for name, ask in questions.items():
        spent: list[list[tuple[float, float]]] = [[] for _ in sessions]
        for at in range(-1, times):
            for session, mine in zip(sessions, spent, strict=True):
                session.expunge_all()
                begun, burnt = time.perf_counter(), time.thread_time()
                ask(session, max(at, 0))
                if at >= 0:  # the first compiles
                    mine.append(((time.perf_counter() - begun) * 1000, (time.thread_time() - burnt) * 1000))
        found[name] = [Spent.of(mine) for mine in spent]
    return found


def _late(times: Sequence[float]) -> float:
    return sorted(times)[min(len(times) - 1, len(times) * 99 // 100)]


def page(found: dict[str, list[Spent]], sizes: Sequence[int], *, server: bool = False) -> str:
    """A table: each size's times, and how many times the smallest one, by median CPU (clock of a server)."""

    def work(one: Spent) -> float:
        return one.p50 if server else one.cpu

    heads = [f"at {size:,}".replace(",", " ") for size in sizes] + [f"× {size // sizes[0]}" for size in sizes[1:]]
    lines = ["| p50, p99 (CPU: p50, p99), ms | " + " | ".join(heads) + " |", "|---" + "|---:" * len(heads) + "|"]
    for name, times in found.items():
        cells = [one.words for one in times] + [f"{work(one) / work(times[0]):.1f}" for one in times[1:]]
        lines.append(f"| {name} | " + " | ".join(cells) + " |")
    return "\n".join(lines)


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m bench.asking", description=__doc__)
    parser.add_argument("--rows", type=int, nargs="+", default=[20_000, 100_000, 1_000_000])
    parser.add_argument("--times", type=int, default=100, help="each question is asked")
    parser.add_argument("--store", choices=("sqlite", *SERVERS), default="sqlite")
    parser.add_argument("--url", default="", help="of a server at which a database may be made")
    parser.add_argument("--only", default="", help="the questions whose names hold this")
    options = parser.parse_args()
    questions = {name: ask for name, ask in QUESTIONS.items() if options.only in name}
    url = options.url or SERVERS.get(options.store, "")
    with tempfile.TemporaryDirectory(prefix="jiandu-asking-") as folder, ExitStack() as stores:
        sessions = [stores.enter_context(store(options.store, url, Path(folder), rows)) for rows in options.rows]
        print(page(measure(sessions, questions, options.times), options.rows, server=options.store != "sqlite"))
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
