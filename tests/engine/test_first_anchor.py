"""Several processes of a rehearsal that start at once on an empty store agree on one anchor (contract.md)."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from threading import Barrier

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from bot.clock import rehearsal_clock
from storage.models import Anchor
from tests.stores import Databases, Store

START = datetime(2026, 12, 16, 1, 0, tzinfo=UTC)


def test_whoever_starts_in_the_same_moment_takes_over_the_anchor(databases: Databases) -> None:
    """On PostgreSQL; MariaDB answers such a moment with a deadlock, after which the whole turn is run again."""
    server = Store("postgresql", databases.url("postgresql"))
    engine = server.open()
    together = Barrier(4, timeout=20)

    def begin(_at: int) -> datetime:
        with engine.begin() as connection, Session(connection, join_transaction_mode="create_savepoint") as session:
            assert session.get(Anchor, 1) is None  # as all of them find it
            together.wait()
            clock = rehearsal_clock(session, START, 0.0)
            session.commit()
            return clock.business_at

    with ThreadPoolExecutor(4) as threads:
        assert set(threads.map(begin, range(4))) == {START}
    with server.session() as session:
        assert session.scalar(select(func.count()).select_from(Anchor)) == 1
    server.close()
