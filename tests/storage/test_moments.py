"""What an SQLite file holds of a moment is SQLAlchemy's own form: other programs and older files read the same."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import pytest
from sqlalchemy.dialects import sqlite

from storage.sqlite_dialect import TurnsDialect
from storage.types import Utc

CHINA = timezone(timedelta(hours=8))


@pytest.mark.parametrize(
    "moment",
    [
        datetime(2026, 11, 23, 10, 0, tzinfo=CHINA),
        datetime(2026, 1, 2, 3, 4, 5, 6, tzinfo=UTC),
        datetime(1, 1, 1, tzinfo=UTC),
        datetime(9999, 12, 31, 23, 59, 59, 999999, tzinfo=UTC),
        None,
    ],
)
def test_a_moment_is_written_as_sqlalchemy_writes_it(moment: datetime | None) -> None:
    dialect = TurnsDialect()
    ours = Utc().dialect_impl(dialect).bind_processor(dialect)
    theirs = sqlite.DATETIME().bind_processor(sqlite.dialect())  # type: ignore[no-untyped-call]
    assert ours is not None and theirs is not None
    naive = None if moment is None else moment.astimezone(UTC).replace(tzinfo=None)
    assert ours(moment) == theirs(naive)
