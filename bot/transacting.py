"""How turns run inside a transaction that turns.py begins and ends: each undone alone, small writes beside them.

Quickly first: savepoints are said in plain words, and a turn that has the transaction to itself needs none. What then
cannot be told apart raises `Unclear`, and all of it runs once more, carefully: in savepoints that SQLAlchemy keeps.
"""

from __future__ import annotations

import asyncio
import logging
import threading
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from functools import partial
from typing import Any, Generic, Protocol, TypeVar

from sqlalchemy import Connection
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from bot.store_faults import is_deadlock, is_out_of_order
from bot.understanding import search_words
from storage import fulltext
from storage.prepared import release_point, set_point, settle, undo_point

T = TypeVar("T")
Work = Callable[[Session], T]
Rescue = Callable[[Session, Exception], T]
Small = Callable[[Session], None]
_FAILED = 3  # psycopg's TransactionStatus.INERROR: PostgreSQL refuses everything but a rollback
INFO = {fulltext.CUT: search_words.terms}  # findings are kept and asked for by the same words

log = logging.getLogger("jiandu.turns")


class SmallForRows(Protocol):
    """A small write that takes many rows at once as well as one."""

    def __call__(self, session: Session, rows: list[int]) -> None: ...


@dataclass(eq=False, slots=True)
class Job(Generic[T]):
    """One turn waiting for the store, and what became of it."""

    work: Work[T]
    rescue: Rescue[T] | None
    loop: asyncio.AbstractEventLoop
    future: asyncio.Future[T]
    value: Any = None
    error: Exception | None = None


@dataclass(eq=False, slots=True)
class Later:
    """Small writes that ride along with the next batch instead of paying for a commit of their own."""

    lock: threading.Lock = field(default_factory=threading.Lock)
    works: list[Small] = field(default_factory=list)
    rows: dict[SmallForRows, list[int]] = field(default_factory=dict)

    def take(self) -> list[Small]:
        with self.lock:
            works, self.works = self.works, []
            gathered, self.rows = self.rows, {}
        return works + [partial(work, rows=rows) for work, rows in gathered.items()]

    def put_back(self, works: list[Small]) -> None:
        with self.lock:
            self.works[:0] = works


class Lost(Exception):
    """The open transaction is gone with everything in it before it was committed; `again`: it may be run once more."""

    def __init__(self, again: bool) -> None:
        super().__init__("transaction lost")
        self.again = again


class Unclear(Exception):
    """A quick run failed in a way that concerns more than one job: nothing of it stands, run it carefully."""


class Undone(Exception):
    """The turn that a transaction was for raised `cause`, and nothing of it stands."""

    def __init__(self, cause: Exception) -> None:
        super().__init__("undone")
        self.cause = cause


class InDoubt(Exception):
    """COMMIT went out and its answer never came."""


def _is_open(connection: Connection) -> bool:
    """Whether our transaction is still open: a lost connection took it along, and so does SQLite's full disk.

    SQLite would go on without one: every savepoint would commit by itself, and the COMMIT at the end do nothing.
    """
    if connection.invalidated or not connection.in_transaction():
        return False
    return bool(getattr(connection.connection.driver_connection, "in_transaction", True))


def stands(connection: Connection) -> bool:
    """Whether a COMMIT would write something: PostgreSQL answers that of a failed transaction by rolling it back."""
    if not _is_open(connection):
        return False
    told = getattr(connection.connection.driver_connection, "info", None)
    return getattr(told, "transaction_status", None) != _FAILED


def _joined(connection: Connection) -> Session:
    """A session of the open transaction, which neither commits nor begins anything by itself."""
    session = Session(bind=connection, join_transaction_mode="rollback_only", expire_on_commit=False, info=INFO)
    settle(session)
    return session


@dataclass(eq=False, slots=True)
class _Sessions:
    """The sessions of one transaction's turns: one that a turn left without an entity serves the next turn, too."""

    connection: Connection
    spare: Session | None = None

    def take(self) -> Session:
        session, self.spare = self.spare, None
        if session is None:
            return _joined(self.connection)
        session.info.clear()
        session.info.update(INFO)
        settle(session)
        return session

    def give_back(self, session: Session) -> None:
        """After a turn that went well."""
        clean = len(session.identity_map) == 0 and not session.in_nested_transaction()  # and it was flushed
        if clean and session.autoflush:
            self.spare = session
        else:
            session.close()

    def close(self) -> None:
        if self.spare is not None:
            self.spare.close()


def _is_the_stores(connection: Connection, error: Exception) -> bool:
    """Whether the failure is the database's own, and no turn's."""
    return is_deadlock(error) or is_out_of_order(error) or connection.invalidated


def _lost(connection: Connection, error: Exception) -> Lost:
    return Lost(is_deadlock(error) or connection.invalidated)


def together(connection: Connection, works: list[Small], jobs: list[Job[Any]]) -> None:
    """Run many jobs in one transaction, each in a savepoint, so that a failing one harms no other. Raises Unclear."""
    sessions = _Sessions(connection)
    if works:
        _ride_along(sessions, works)
    for job in jobs:
        _tried(job, partial(_at_a_point, sessions))
    sessions.close()


def _write_small(session: Session, works: list[Small]) -> None:
    """All of them, down to the flush: what fails of them later would look like a turn's fault."""
    for work in works:
        work(session)
    session.flush()


def _ride_along(sessions: _Sessions, works: list[Small]) -> None:
    """Without a savepoint: where one fails, all that was begun is run again. Raises Lost or Unclear."""
    session = sessions.take()
    try:
        _write_small(session, works)
    except Exception as error:
        if _is_the_stores(sessions.connection, error):
            raise _lost(sessions.connection, error) from error
        raise Unclear from error
    sessions.give_back(session)


def _at_a_point(sessions: _Sessions, work: Work[T]) -> T:
    """The value of `work`. Raises what it raised, its writes undone; Lost or Unclear when nothing is left to undo."""
    connection = sessions.connection
    try:
        set_point(connection)
    except Exception as error:
        raise _lost(connection, error) from error
    session = sessions.take()
    try:
        value = work(session)
        session.flush()
        release_point(connection)
    except Exception as error:
        if _is_the_stores(connection, error):
            raise _lost(connection, error) from error
        if not connection.in_transaction():  # a flush that fails rolls back all that its session has joined
            raise Unclear from error
        _undo(connection)
        session.close()
        raise
    sessions.give_back(session)
    return value


def _undo(connection: Connection) -> None:
    try:
        undo_point(connection)
    except Exception as error:  # what is half written must not stand with the rest
        raise _lost(connection, error) from error


def whole(connection: Connection, works: list[Small], work: Work[T]) -> T:
    """The value of the one `work` that this transaction is for, without a savepoint: a failure undoes the transaction.

    Raises Undone where `work` failed, Unclear where a small write did, Lost.
    """
    session, riding = _joined(connection), True
    try:
        if works:
            _write_small(session, works)
        riding = False
        value = work(session)
        session.flush()
    except Exception as error:
        if _is_the_stores(connection, error):
            raise _lost(connection, error) from error
        raise Unclear if riding else Undone(error) from error
    if not stands(connection):  # it got over a failure that had undone the transaction
        raise Unclear
    session.close()
    return value


def _tried(job: Job[Any], inside: Callable[[Work[Any]], Any]) -> None:
    """Run a job by way of `inside`; its failure is noted, and rescued in a second run."""
    try:
        job.value, job.error = inside(job.work), None
        return
    except (Lost, Unclear):
        raise
    except Exception as error:
        job.error = error
    if job.rescue is None:
        return
    rescue, cause = job.rescue, job.error
    try:
        job.value, job.error = inside(lambda session: rescue(session, cause)), None
    except (Lost, Unclear):
        raise
    except Exception as error:
        job.error = error


def carefully(connection: Connection, works: list[Small], jobs: list[Job[Any]]) -> None:
    """The same in savepoints that SQLAlchemy keeps: whatever fails, what failed is known. Raises Lost only."""
    _ride(connection, works)
    for job in jobs:
        _tried(job, partial(_inside_savepoint, connection))


def _inside_savepoint(connection: Connection, work: Work[T]) -> T:
    """The value of `work`. Raises what it raised, its writes undone, or Lost when there is nothing left to undo to."""
    session = Session(bind=connection, join_transaction_mode="create_savepoint", expire_on_commit=False, info=INFO)
    try:
        settle(session)
        value = work(session)
        session.commit()
    except Exception as error:
        if _is_the_stores(connection, error) or not _is_open(connection):
            with suppress(SQLAlchemyError):  # MariaDB drops the savepoint with the transaction: rolling back fails
                session.close()
            raise _lost(connection, error) from error
        session.close()
        raise
    session.close()
    return value


def _ride(connection: Connection, works: list[Small]) -> None:
    """Run the small writes together; when one fails, singly, and the failing one is dropped: it would always fail."""
    if not works or _rides_well(connection, works):
        return
    for work in works:
        if not _rides_well(connection, [work]):
            log.error("small write dropped")


def _rides_well(connection: Connection, works: list[Small]) -> bool:
    try:
        _inside_savepoint(connection, lambda session: _write_small(session, works))
    except Lost:
        raise
    except Exception as error:
        log.warning("small write failed: %s", type(error).__name__)
        return False
    return True
