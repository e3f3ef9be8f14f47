"""The calls that WeCom counts: found by the index."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from sqlalchemy import insert

from storage import sends
from storage.duties import Send
from tests.storage.plans import plans
from tests.stores import Store


def test_the_calls_of_a_second_are_not_sought_in_all_of_an_hour(store: Store) -> None:
    """Also before the server has looked at its tables: after a crash that may take it long."""
    now = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)
    with store.session() as session:
        rows = [{"person": f"p{at % 100}", "at": now - timedelta(milliseconds=70 * at)} for at in range(20_000)]
        session.execute(insert(Send), rows)
        session.commit()
        if session.get_bind().dialect.name == "mysql":
            return  # its EXPLAIN is a table of its own; it always keeps sizes
        (plan,) = plans(session, lambda session, _at: sends.since(session, now - timedelta(seconds=1)))
        assert "ix_sends_at" in plan, plan
        assert sends.since(session, now - timedelta(seconds=1)) == 15
