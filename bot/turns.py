"""Runs turns on the store's threads: savepoints, group commit, one retry for a batch that failed."""

from __future__ import annotations

import asyncio
import logging
import queue
import random
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, field
from functools import partial
from typing import Any, Generic, Protocol, TypeVar

from sqlalchemy import Connection, Engine
from sqlalchemy.exc import DBAPIError, SQLAlchemyError
from sqlalchemy.orm import Session

from bot.errors import OutcomeUnknown, StoreUnavailable
from bot.store_faults import is_deadlock, is_out_of_order, may_stand
from bot.understanding import search_words
from storage import fulltext
from storage.prepared import settle

T = TypeVar("T")
Work = Callable[[Session], T]
Rescue = Callable[[Session, Exception], T]
Small = Callable[[Session], None]
BATCH = 64  # turns that share one commit; more would only delay the first of them
ATTEMPTS = 6  # of a transaction that the database asks to run again
_INFO = {fulltext.CUT: search_words.terms}  # findings are kept and asked for by the same words

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
    error: BaseException | None = None


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


class _Lost(Exception):
    """The open transaction is gone with everything in it; `again` when the database asks to run it once more."""

    def __init__(self, again: bool) -> None:
        super().__init__("deadlock" if again else "transaction lost")
        self.again = again


class _InDoubt(Exception):
    """COMMIT went out and its answer never came."""


def _stands(connection: Connection) -> bool:
    """Whether our transaction is still open: a lost connection took it along, and so does SQLite's full disk.

    SQLite would go on without one: every savepoint would commit by itself, and the COMMIT at the end do nothing.
    """
    if connection.invalidated:
        return False
    return bool(getattr(connection.connection.driver_connection, "in_transaction", True))


def _run_one(connection: Connection, job: Job[Any]) -> None:
    """Run a job inside a savepoint of the open transaction; its failure is noted, and rescued in a second one."""
    try:
        job.value, job.error = _inside_savepoint(connection, job.work), None
        return
    except _Lost:
        raise
    except Exception as error:
        job.error = error
    if job.rescue is None:
        return
    rescue, cause = job.rescue, job.error
    try:
        job.value, job.error = _inside_savepoint(connection, lambda session: rescue(session, cause)), None
    except _Lost:
        raise
    except Exception as error:
        job.error = error


def _inside_savepoint(connection: Connection, work: Work[T]) -> T:
    """The value of `work`. Raises what it raised, its writes undone, or _Lost when there is nothing left to undo to."""
    session = Session(bind=connection, join_transaction_mode="create_savepoint", expire_on_commit=False, info=_INFO)
    try:
        settle(session)
        value = work(session)
        session.commit()
    except Exception as error:
        if (again := is_deadlock(error)) or is_out_of_order(error) or not _stands(connection):
            with suppress(SQLAlchemyError):  # MariaDB drops the savepoint with the transaction: rolling back fails
                session.close()
            raise _Lost(again) from error
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
    def all_of_them(session: Session) -> None:
        for work in works:
            work(session)

    try:
        _inside_savepoint(connection, all_of_them)
    except _Lost:
        raise
    except Exception as error:
        log.warning("small write failed: %s", type(error).__name__)
        return False
    return True


class Turns:
    """The one door to the store. `run` writes, `read` looks, `later` rides along; all in threads, never in the loop.

    On SQLite one writer thread takes the waiting jobs together and commits once for all (nobody is answered before
    COMMIT); elsewhere a few threads hold a connection each.
    """

    def __init__(self, engine: Engine, threads: int = 4) -> None:
        self._engine = engine
        self._later = Later()
        self._single = engine.dialect.name == "sqlite"
        self._queue: queue.SimpleQueue[Job[Any] | None] = queue.SimpleQueue()
        self._readers = ThreadPoolExecutor(2, "store-read")
        self._writers = ThreadPoolExecutor(threads, "store-write")
        self._thread: threading.Thread | None = None
        self._closed = False
        self.failing = False  # whether a transaction could not be committed, and no write was proven since
        self.doubts = 0  # how many nobody knows of whether they were
        if self._single:
            self._thread = threading.Thread(target=self._write_loop, name="store-write", daemon=True)
            self._thread.start()

    @property
    def engine(self) -> Engine:
        return self._engine

    async def run(self, work: Work[T], rescue: Rescue[T] | None = None) -> T:
        """The value of `work`, committed. Raises what it raised, or StoreUnavailable when nothing could be committed
        (OutcomeUnknown when nobody can say whether it was).

        rescue: runs in a second savepoint of the same transaction when `work` raised, and its value is returned.
        """
        if self._closed:
            raise StoreUnavailable
        loop = asyncio.get_running_loop()
        job: Job[T] = Job(work, rescue, loop, loop.create_future())
        if self._single:
            self._queue.put(job)
        else:
            self._writers.submit(self._run_alone, job)
        return await job.future

    async def prove(self, write: Work[Any]) -> None:
        """Run a `write`: when it was committed, the store takes writes again. A turn without changes proves nothing."""
        await self.run(write)
        self.failing = False

    async def read(self, work: Work[T]) -> T:
        """The value of a `work` that changes nothing, on a connection of its own beside the writer."""
        return await asyncio.get_running_loop().run_in_executor(self._readers, self._read, work)

    async def look(self, work: Work[T]) -> T:
        """As `read`, for what takes seconds: on a thread of its own, so that nobody's short look waits behind it."""
        return await asyncio.to_thread(self._read, work)

    def later(self, work: Small) -> None:
        """Let `work` ride along with the next batch. Nobody waits for it, and it is dropped when it fails."""
        with self._later.lock:
            self._later.works.append(work)

    def gather(self, work: SmallForRows, row: int) -> None:
        """As `later`, but what comes together before the next batch is one call with all its rows."""
        with self._later.lock:
            self._later.rows.setdefault(work, []).append(row)

    def close(self) -> None:
        """Finish what was accepted, then stop the threads."""
        self._closed = True
        if self._thread is not None:
            self._queue.put(None)
            self._thread.join(timeout=30)
        self._writers.shutdown(wait=True)
        self._readers.shutdown(wait=True)
        self._flush_later()
        self._engine.dispose()

    def _read(self, work: Work[T]) -> T:
        connection = self._engine.connect().execution_options(reading=True)
        with connection, Session(bind=connection, autoflush=False, expire_on_commit=False, info=_INFO) as session:
            return work(session)

    def _write_loop(self) -> None:
        while True:
            first = self._queue.get()
            if first is None:
                return
            batch, stop = [first], False
            while len(batch) < BATCH and not self._queue.empty():
                job = self._queue.get()
                if job is None:
                    stop = True
                    break
                batch.append(job)
            self._run_batch(batch)
            if stop:
                return

    def _run_batch(self, batch: list[Job[Any]]) -> None:
        if not self._commit(batch) and len(batch) > 1:
            for job in batch:
                self._commit([job])
        self._answer(batch)

    def _run_alone(self, job: Job[Any]) -> None:
        self._commit([job])
        self._answer([job])

    def _commit(self, jobs: list[Job[Any]]) -> bool:
        """One transaction for all `jobs`; True when it was committed. A deadlock is run again, a few times."""
        works = self._later.take()
        for attempt in range(ATTEMPTS):
            try:
                self._transact(works, jobs)
                return True
            except Exception as error:
                again = error.again if isinstance(error, _Lost) else is_deadlock(error)
                if again and attempt < ATTEMPTS - 1:
                    time.sleep(random.uniform(0, 0.005 * 2**attempt))  # so that the same two do not meet again
                    continue
                log.error("commit failed: %s", type(error.__cause__ or error).__name__)
                self._later.put_back(works)
                doubtful = isinstance(error, _InDoubt)
                self.failing, self.doubts = True, self.doubts + doubtful
                for job in jobs:
                    job.value, job.error = None, OutcomeUnknown() if doubtful else StoreUnavailable()
                return False
        return False

    def _transact(self, works: list[Small], jobs: list[Job[Any]]) -> None:
        said = False
        try:
            with self._engine.connect() as connection, connection.begin():
                _ride(connection, works)
                for job in jobs:
                    _run_one(connection, job)
                if not _stands(connection):
                    raise _Lost(again=False)
                said = True
        except DBAPIError as error:
            if said and may_stand(error):
                raise _InDoubt from error
            raise

    def _flush_later(self) -> None:
        if self._later.works or self._later.rows:
            self._commit([])

    @staticmethod
    def _answer(jobs: list[Job[Any]]) -> None:
        by_loop: dict[asyncio.AbstractEventLoop, list[Job[Any]]] = {}
        for job in jobs:
            by_loop.setdefault(job.loop, []).append(job)
        for loop, mine in by_loop.items():
            try:
                loop.call_soon_threadsafe(_resolve, mine)
            except RuntimeError:  # the loop is gone: nobody waits any more
                log.warning("answers without a listener: %d", len(mine))


def _resolve(jobs: list[Job[Any]]) -> None:
    for job in jobs:
        if job.future.done():
            continue
        if job.error is not None:
            job.future.set_exception(job.error)
        else:
            job.future.set_result(job.value)
