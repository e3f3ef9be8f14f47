"""How fast what is owed is delivered: `python -m bench.delivery`, many rows to many people, from due to sent.

The platform answers in 20 ms, the store is real. `--pace 0` takes WeCom's limits away, so that the store is measured.
A database of a server is made for the run and dropped after it.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import secrets
import statistics
import tempfile
import time
from bisect import bisect_left
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import Engine, create_engine, func, insert, make_url, select, text
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from bot.parcels import Keep, Outcome, Parcel
from bot.sender import Sender
from bot.turns import Turns
from bot.wecom.limits import UNLIMITED, Rates
from storage import schema
from storage.database import open_engine
from storage.models import Outbox

ANSWER_SECONDS = 0.02
SERVERS = {
    "postgresql": os.environ.get("TEST_POSTGRESQL", "postgresql+psycopg://root@127.0.0.1/postgres"),
    "mariadb": os.environ.get("TEST_MARIADB", "mysql+pymysql://root@127.0.0.1/"),
}


@dataclass(slots=True)
class Platform:
    """Answers after a while, and notes when."""

    moments: list[float] = field(default_factory=list)

    async def deliver(self, parcel: Parcel, keep: Keep) -> Outcome:
        await asyncio.sleep(ANSWER_SECONDS)
        self.moments.append(time.perf_counter())
        return Outcome("sent", msgid=f"m{len(self.moments)}")


@dataclass(frozen=True, slots=True)
class Measured:
    seconds: float
    cpu: float
    rows: int
    half: float  # by then half of the rows were sent
    p99: float
    densest: int

    def __str__(self) -> str:
        pace, cost = self.rows / self.seconds, self.cpu / self.rows * 1e6
        return (
            f"{self.seconds:6.2f} s  {pace:6.0f} rows/s  cpu {cost:5.0f} µs/row"
            f"  p50 {self.half:6.2f} s  p99 {self.p99:6.2f} s  at most {self.densest} in a second"
        )


def main() -> None:
    options = _options()
    rates = replace(Rates(), per_second=options.pace) if options.pace else UNLIMITED
    for name in options.stores:
        with _store(name) as engine:
            print(f"{name:11}", asyncio.run(_measure(engine, options, rates)), flush=True)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bench.delivery", description=__doc__)
    parser.add_argument("--rows", type=int, default=10_000)
    parser.add_argument("--people", type=int, default=5_000)
    parser.add_argument("--senders", type=int, default=1, help="processes as far as the store can tell")
    parser.add_argument("--pace", type=int, default=Rates().per_second, help="calls a second; 0: no limits at all")
    parser.add_argument("--stores", nargs="*", default=["sqlite", "postgresql", "mariadb"])
    return parser.parse_args()


@contextmanager
def _store(name: str) -> Iterator[Engine]:
    """An empty store of the newest schema; nothing where no server answers."""
    database = f"jiandu_bench_{secrets.token_hex(4)}"
    with tempfile.TemporaryDirectory() as folder:
        if name == "sqlite":
            url = f"sqlite:///{Path(folder) / database}.db"
        else:
            _administer(name, f"CREATE DATABASE {database}")
            url = make_url(SERVERS[name]).set(database=database).render_as_string(hide_password=False)
        engine = open_engine(url)
        try:
            schema.upgrade(engine)
            yield engine
        finally:
            engine.dispose()
            if name != "sqlite":
                _administer(name, f"DROP DATABASE {database}{' WITH (FORCE)' if name == 'postgresql' else ''}")


def _administer(name: str, statement: str) -> None:
    engine = create_engine(SERVERS[name], isolation_level="AUTOCOMMIT", connect_args={"connect_timeout": 3})
    try:
        with engine.connect() as connection:
            connection.execute(text(statement))
    except SQLAlchemyError as error:
        raise SystemExit(f"no {name} server answers: {type(error).__name__}") from None
    finally:
        engine.dispose()


async def _measure(engine: Engine, options: argparse.Namespace, rates: Rates) -> Measured:
    _owe(engine, options.rows, options.people)
    platform = Platform()
    doors = [Turns(open_engine(engine.url.render_as_string(hide_password=False))) for _ in range(options.senders)]
    senders = [Sender(turns, _now, platform, rates) for turns in doors]
    began, cpu = time.perf_counter(), time.process_time()
    running = [asyncio.create_task(sender.run()) for sender in senders]
    while len(platform.moments) < options.rows:
        await asyncio.sleep(0.05)
    for sender in senders:
        await sender.stop()
    spent = time.process_time() - cpu
    await asyncio.gather(*running)
    for turns in doors:
        turns.close()
    _check(engine, options.rows, len(platform.moments))
    late = sorted(moment - began for moment in platform.moments)
    p99, densest = late[int(len(late) * 0.99)], max(bisect_left(late, at + 1.0) - here for here, at in enumerate(late))
    return Measured(late[-1], spent, options.rows, statistics.median(late), p99, densest)


def _owe(engine: Engine, rows: int, people: int) -> None:
    """Everybody's first push, then everybody's second one, as a quarter's end owes them."""
    moment = datetime.now(UTC)
    owed = [
        {
            "person": f"p{at % people}", "kind": "text", "body": {"content": f"第{at}条：四季度监督工作信息今天到期。"},
            "state": "due", "not_before": moment, "created_at": moment, "push_key": f"bench|{at}", "matter": "2026Q4",
        }
        for at in range(rows)
    ]  # fmt: skip
    with engine.begin() as connection:
        connection.execute(insert(Outbox.__table__), owed)  # type: ignore[arg-type]
        if engine.dialect.name == "postgresql":
            connection.execute(text("ANALYZE outbox"))


def _check(engine: Engine, rows: int, calls: int) -> None:
    with Session(engine) as session:
        sent = session.scalar(select(func.count()).select_from(Outbox).where(Outbox.state == "sent"))
    if (sent, calls) != (rows, rows):
        raise SystemExit(f"{rows} owed, {calls} calls, {sent} marked as sent")


def _now() -> datetime:
    return datetime.now(UTC)


if __name__ == "__main__":
    main()
