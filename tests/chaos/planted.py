"""`python -m tests.chaos.planted NAME serve …`: run.py with a fault of its own, which the judge must find."""

from __future__ import annotations

import itertools
import runpy
import sys
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from sqlalchemy import text
from sqlalchemy.orm import Session

from bot import channel, sender, transacting, turns
from storage import deliveries, seen


def no_commit() -> None:
    """One transaction of five is taken back though its people are answered."""
    count, transact = itertools.count(1), turns.Turns._transact

    def lossy(self: turns.Turns, works: Any, jobs: Any, **manner: Any) -> None:
        if next(count) % 5:
            transact(self, works, jobs, **manner)
            return
        with self.engine.connect() as connection, connection.begin() as transaction:
            transacting.together(connection, [], jobs)
            transaction.rollback()

    turns.Turns._transact = lossy  # type: ignore[method-assign]


def no_dedup() -> None:
    """What a callback said is carried out as often as it comes."""
    seen.find = lambda _session, _key: None  # type: ignore[assignment]
    seen.add = lambda *_arguments: None


def mark_first() -> None:
    """A message is marked as sent when it is claimed, and what came of the call is not looked at."""
    take = deliveries.take

    def marking(session: Session, rows: Any, real: Any, lease: Any) -> None:
        take(session, rows, real, lease)
        for row in rows:
            session.execute(text("UPDATE outbox SET state = 'sent' WHERE id = :id"), {"id": row.id})

    deliveries.take = marking


def no_fence() -> None:
    """A call whose outcome is unknown is repeated without WeCom's duplicate check."""
    deliver = sender.Sender._call

    async def bare(self: sender.Sender, parcel: Any) -> Any:
        object.__setattr__(parcel, "fence", False)
        return await deliver(self, parcel)

    sender.Sender._call = bare  # type: ignore[method-assign]


def upload_anew() -> None:
    """A file is uploaded once more for every try, so that WeCom takes the second for another one."""
    deliver = channel.WeComChannel.deliver

    async def forgetful(self: channel.WeComChannel, parcel: Any, keep: Any) -> Any:
        return await deliver(self, replace(parcel, uploaded=None), keep)

    channel.WeComChannel.deliver = forgetful  # type: ignore[method-assign]


PLANTED: dict[str, Callable[[], None]] = {
    "no-commit": no_commit, "no-dedup": no_dedup, "mark-first": mark_first, "no-fence": no_fence,
    "upload-anew": upload_anew,
}  # fmt: skip

if __name__ == "__main__":
    PLANTED[sys.argv[1]]()
    sys.argv[:] = ["run.py", *sys.argv[2:]]
    runpy.run_path("run.py", run_name="__main__")
