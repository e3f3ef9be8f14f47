"""Runs turns on the store's threads: savepoints, group commit, one retry for a batch that failed."""

from __future__ import annotations

import asyncio
import logging
import queue
import random
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any, TypeVar

from sqlalchemy import Connection, Engine
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from bot import transacting
from bot.errors import OutcomeUnknown, StoreUnavailable
from bot.store_faults import is_deadlock, may_stand
from bot.transacting import INFO, InDoubt, Job, Later, Lost, Rescue, Small, SmallForRows, Unclear, Undone, Work

T = TypeVar("T")
BATCH = 64  # turns that share one commit; more would only delay the first of them
ATTEMPTS = 6  # of a transaction that the database asks to run again

log = logging.getLogger("jiandu.turns")


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
        self._kept: Connection | None = None
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

        rescue: runs when `work` raised and everything of it was undone, and its value is returned. It may be a
        transaction of its own, so that somebody else may have been faster.
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
        if self._kept is not None:
            self._kept.close()
        self._engine.dispose()

    def _read(self, work: Work[T]) -> T:
        for _ in range(ATTEMPTS - 1):
            try:
                return self._look(work)
            except DBAPIError as error:
                if not error.connection_invalidated:
                    raise
        return self._look(work)

    def _look(self, work: Work[T]) -> T:
        connection = self._engine.connect().execution_options(reading=True)
        with connection, Session(bind=connection, autoflush=False, expire_on_commit=False, info=INFO) as session:
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
        """One transaction for all `jobs`; True when it was committed.

        A deadlock is run again, a few times, and so is what a lost connection took with it before its COMMIT.
        """
        works = self._later.take()
        for attempt in range(ATTEMPTS):
            try:
                try:
                    self._transact(works, jobs)
                except Unclear:
                    self._transact(works, jobs, careful=True)
                return True
            except Exception as error:
                again = error.again if isinstance(error, Lost) else is_deadlock(error)
                if again and attempt < ATTEMPTS - 1:
                    time.sleep(random.uniform(0, 0.005 * 2**attempt))  # so that the same two do not meet again
                    continue
                log.error("commit failed: %s", type(error.__cause__ or error).__name__)
                self._later.put_back(works)
                doubtful = isinstance(error, InDoubt)
                self.failing, self.doubts = True, self.doubts + doubtful
                for job in jobs:
                    job.value, job.error = None, OutcomeUnknown() if doubtful else StoreUnavailable()
                return False
        return False

    def _transact(self, works: list[Small], jobs: list[Job[Any]], *, careful: bool = False) -> None:
        if careful:
            self._inside(lambda connection: transacting.carefully(connection, works, jobs))
        elif len(jobs) != 1:
            self._inside(lambda connection: transacting.together(connection, works, jobs))
        else:
            self._transact_alone(works, jobs[0])

    def _transact_alone(self, works: list[Small], job: Job[Any]) -> None:
        """The one turn is the whole transaction, its rescue a second one: two round trips less than with savepoints."""
        job.error = self._failure_of(job, works, job.work)
        if job.error is not None and job.rescue is not None:
            rescue, cause = job.rescue, job.error
            job.error = self._failure_of(job, works, lambda session: rescue(session, cause))
        if job.error is not None and works:  # nothing of the turn stands, the small writes are to
            try:
                self._inside(lambda connection: transacting.whole(connection, works, lambda _session: None))
            except Exception as error:
                log.warning("small writes wait: %s", type(error).__name__)
                self._later.put_back(works)

    def _failure_of(self, job: Job[Any], works: list[Small], work: Work[Any]) -> Exception | None:
        try:
            job.value = self._inside(lambda connection: transacting.whole(connection, works, work))
        except Undone as undone:
            return undone.cause
        return None

    def _inside(self, run: Callable[[Connection], T]) -> T:
        """The value of `run` in a transaction that is committed. Raises what it raised, or InDoubt."""
        said = False
        try:
            with self._connected() as connection, connection.begin():
                value = run(connection)
                if not transacting.stands(connection):
                    raise Lost(again=False)
                said = True
            return value
        except DBAPIError as error:
            if said and may_stand(error):
                raise InDoubt from error
            raise

    @contextmanager
    def _connected(self) -> Iterator[Connection]:
        """A connection for one transaction. The one writer of SQLite keeps his, until something goes wrong on it."""
        if not self._single:
            with self._engine.connect() as connection:
                yield connection
            return
        kept, self._kept = self._kept or self._engine.connect(), None
        try:
            yield kept
        except BaseException:
            kept.close()
            raise
        self._kept = kept

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
        if isinstance(job.error, StopIteration):  # no future takes one, and its caller would wait for ever
            job.future.set_exception(RuntimeError("StopIteration"))
        elif job.error is not None:
            job.future.set_exception(job.error)
        else:
            job.future.set_result(job.value)
