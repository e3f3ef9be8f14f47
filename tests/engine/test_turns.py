"""The door to the store: group commit, savepoints, what happens when a commit fails."""

from __future__ import annotations

import asyncio
import sqlite3
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime

import pytest
from sqlalchemy import Engine, event, insert, make_url, select, text, update
from sqlalchemy.exc import DBAPIError, IntegrityError, OperationalError, SQLAlchemyError
from sqlalchemy.orm import Session

from bot.errors import OutcomeUnknown, StoreUnavailable
from bot.turns import Turns
from storage import counters
from storage.database import open_engine
from storage.models import Counter, Event, Refusal
from tests.engine import deaf
from tests.stores import Store

NOW = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)
PORTS = {"postgresql": 5432, "mariadb": 3306}


def _write(person: str) -> Callable[[Session], str]:
    def work(session: Session) -> str:
        session.execute(insert(Refusal).values(person=person, at=NOW))
        return person

    return work


def _quietly(person: str) -> Callable[[Session], None]:
    def work(session: Session) -> None:
        _write(person)(session)

    return work


def _misfit(session: Session) -> None:
    session.execute(text("INSERT INTO nowhere VALUES (1)"))


def _people(store: Store) -> list[str]:
    with store.session() as session:
        return sorted(session.scalars(select(Refusal.person)))


@contextmanager
def _commits(engine: Engine) -> Iterator[list[int]]:
    count = [0]

    def note(_connection: object) -> None:
        count[0] += 1

    event.listen(engine, "commit", note)
    yield count
    event.remove(engine, "commit", note)


async def _hold(turns: Turns) -> tuple[threading.Event, asyncio.Task[None]]:
    """Occupy SQLite's writer, so that what follows is waiting together."""
    begun, release = threading.Event(), threading.Event()

    def work(_session: Session) -> None:
        begun.set()
        assert release.wait(10)

    task = asyncio.create_task(turns.run(work))
    assert await asyncio.to_thread(begun.wait, 10)
    return release, task


async def _together(turns: Turns, *works: Callable[[Session], object]) -> list[object]:
    """Run all works in one batch."""
    release, held = await _hold(turns)
    jobs = [asyncio.create_task(turns.run(work)) for work in works]
    await asyncio.sleep(0)
    release.set()
    await held
    return await asyncio.gather(*jobs, return_exceptions=True)


async def test_turns_that_wait_together_share_one_commit(sqlite: Store) -> None:
    turns = sqlite.turns()
    with _commits(turns.engine) as commits:
        names = [f"p{number:02}" for number in range(50)]
        assert await _together(turns, *[_write(name) for name in names]) == names
    assert commits == [2]  # the one that held the writer, and the fifty
    assert _people(sqlite) == names


async def test_nobody_is_answered_before_the_commit(store: Store) -> None:
    turns = store.turns()
    for name in ("a", "b", "c"):
        await turns.run(_write(name))
        assert name in _people(store)


def _fail(_session: Session) -> None:
    raise RuntimeError


async def test_a_failing_turn_harms_no_other_of_its_batch(sqlite: Store) -> None:
    turns = sqlite.turns()

    def half(session: Session) -> None:
        _write("half")(session)
        raise RuntimeError

    def broken(session: Session) -> None:
        session.add(Counter(name="same", value=1))
        session.flush()
        session.execute(insert(Counter).values(name="same", value=2))

    with _commits(turns.engine) as commits:
        results = await _together(turns, _write("a"), half, _write("b"), broken, _write("c"))
    assert [results[0], results[2], results[4]] == ["a", "b", "c"]
    assert isinstance(results[1], RuntimeError)
    assert isinstance(results[3], IntegrityError)
    assert commits == [2]
    assert _people(sqlite) == ["a", "b", "c"]
    with sqlite.session() as session:
        assert session.scalars(select(Counter.name)).all() == []


def _take(session: Session) -> None:
    """An entity that is left to the flush: where it fails, it rolls back all that its session has joined."""
    session.add(Counter(name="taken", value=1))


async def test_a_flush_that_fails_harms_no_other_of_its_batch(sqlite: Store) -> None:
    turns = sqlite.turns()
    await turns.run(_take)
    turns.later(_quietly("later"))
    results = await _together(turns, _write("a"), _take, _write("b"))
    assert [results[0], results[2]] == ["a", "b"]
    assert isinstance(results[1], IntegrityError)
    assert _people(sqlite) == ["a", "b", "later"]


async def test_what_a_failing_turn_leaves_is_rescued_and_rides_along(store: Store) -> None:
    """Alone, the turn is the whole transaction: with it went the small writes, and they come again."""
    turns = store.turns()
    await turns.run(_take)
    turns.later(_quietly("later"))

    def rescue(session: Session, error: Exception) -> str:
        assert isinstance(error, IntegrityError)
        return _write("rescued")(session)

    assert await turns.run(_take, rescue) == "rescued"
    turns.later(_quietly("still"))
    with pytest.raises(IntegrityError):
        await turns.run(_take)
    assert _people(store) == ["later", "rescued", "still"]


async def test_a_failure_that_is_got_over_undoes_nothing_unseen(store: Store) -> None:
    """Whoever is answered has his row: a turn whose transaction was undone under it is run again, or fails."""
    turns = store.turns()
    await turns.run(_take)

    def gets_over(session: Session) -> str:
        _write("before")(session)
        try:
            _take(session)
            session.flush()
        except IntegrityError:
            session.expunge_all()
        return "answered"

    turns.later(_quietly("later"))
    with pytest.raises(SQLAlchemyError):
        await turns.run(gets_over)
    assert await turns.run(_write("next")) == "next"
    assert _people(store) == ["later", "next"]


async def test_what_undid_the_whole_commit_unseen_makes_no_turn_run_twice(sqlite: Store) -> None:
    """Behind it SQLite would go on without a transaction, and each savepoint would commit by itself."""
    turns = sqlite.turns()
    await turns.run(_take)

    def undoes_all(session: Session) -> None:
        with suppress(SQLAlchemyError):
            session.execute(text("INSERT OR ROLLBACK INTO counters (name, value) VALUES ('taken', 2)"))

    results = await _together(turns, _write("a"), undoes_all, _write("b"))
    assert [results[0], results[2]] == ["a", "b"]
    assert _people(sqlite) == ["a", "b"]


async def test_the_rescue_stands_in_a_savepoint_of_its_own(store: Store) -> None:
    turns = store.turns()

    def half(session: Session) -> str:
        _write("lost")(session)
        raise RuntimeError

    def rescue(session: Session, error: Exception) -> str:
        assert isinstance(error, RuntimeError)
        return _write("rescued")(session)

    assert await turns.run(half, rescue) == "rescued"
    assert _people(store) == ["rescued"]


async def test_a_failing_rescue_raises_and_leaves_nothing(store: Store) -> None:
    turns = store.turns()

    def rescue(session: Session, _error: Exception) -> str:
        _write("rescued")(session)
        raise LookupError

    with pytest.raises(LookupError):
        await turns.run(lambda session: (_write("lost")(session), 1 / 0)[0], rescue)
    assert _people(store) == []
    assert await turns.run(_write("next")) == "next"


@contextmanager
def _failing_commits(engine: Engine, times: int) -> Iterator[list[int]]:
    left = [times]

    def refuse(_connection: object) -> None:
        if left[0] > 0:
            left[0] -= 1
            raise OperationalError("COMMIT", None, Exception("disk I/O error"))

    event.listen(engine, "commit", refuse)
    yield left
    event.remove(engine, "commit", refuse)


async def test_after_a_failed_commit_each_turn_is_tried_alone(sqlite: Store) -> None:
    turns = sqlite.turns()
    release, held = await _hold(turns)
    jobs = [asyncio.create_task(turns.run(_write(name))) for name in ("a", "b", "c")]
    await asyncio.sleep(0)
    with _failing_commits(turns.engine, 3):  # the holder's own, the batch's, and the first of the three alone
        release.set()
        results = await asyncio.gather(held, *jobs, return_exceptions=True)
    assert isinstance(results[0], StoreUnavailable)
    assert isinstance(results[1], StoreUnavailable)
    assert results[2:] == ["b", "c"]
    assert _people(sqlite) == ["b", "c"]


async def test_a_store_that_does_not_commit_is_unavailable(store: Store) -> None:
    turns = store.turns()
    turns.later(_quietly("later"))
    with _failing_commits(turns.engine, 1), pytest.raises(StoreUnavailable):
        await turns.run(_write("a"))
    assert _people(store) == []
    assert await turns.run(_write("b")) == "b"
    assert _people(store) == ["b", "later"]  # what rides along is not lost with the batch


async def test_small_writes_ride_along_with_the_next_batch(sqlite: Store) -> None:
    turns = sqlite.turns()
    for name in ("x", "y"):
        turns.later(_quietly(name))
    with _commits(turns.engine) as commits:
        await turns.run(_write("a"))
    assert commits == [1]
    assert _people(sqlite) == ["a", "x", "y"]


async def test_a_small_write_that_fails_blocks_nobody(store: Store) -> None:
    turns = store.turns()
    turns.later(_fail)
    turns.later(_misfit)
    turns.later(_quietly("later"))
    assert await turns.run(_write("a")) == "a"
    assert await turns.run(_write("b")) == "b"
    assert _people(store) == ["a", "b", "later"]


async def test_a_small_write_that_fails_at_the_flush_is_no_turns_fault(store: Store) -> None:
    turns = store.turns()
    await turns.run(_take)
    turns.later(_take)  # an entity whose key is taken: nothing fails before it is flushed
    assert [await turns.run(_write(person)) for person in ("a", "b")] == ["a", "b"]
    assert _people(store) == ["a", "b"]


async def test_a_turn_leaves_nothing_to_the_next_of_its_commit(sqlite: Store) -> None:
    """Where it left its session as it found it, the next one has the same."""
    turns = sqlite.turns()

    def leaves(session: Session) -> None:
        session.info["left"] = True
        session.begin_nested()
        session.execute(insert(Refusal).values(person="left", at=NOW))

    def finds(session: Session) -> tuple[object, bool, bool]:
        return session.info.get("left"), session.in_nested_transaction(), session.autoflush

    def marks(session: Session) -> None:
        session.info["left"] = True

    assert (await _together(turns, leaves, finds, marks, finds))[1::2] == [(None, False, True)] * 2


async def test_closing_finishes_what_was_accepted(store: Store) -> None:
    turns = store.turns()
    jobs = [asyncio.create_task(turns.run(_write(f"p{number}"))) for number in range(9)]
    await asyncio.sleep(0)
    await asyncio.to_thread(turns.close)
    assert len(await asyncio.gather(*jobs)) == 9
    assert len(_people(store)) == 9
    with pytest.raises(StoreUnavailable):
        await turns.run(_write("late"))


async def test_closing_writes_what_was_to_ride_along(store: Store) -> None:
    turns = store.turns()
    turns.later(_fail)
    turns.later(_quietly("later"))
    turns.close()
    assert _people(store) == ["later"]


async def test_a_reader_looks_beside_the_writer(store: Store) -> None:
    turns = store.turns()
    await turns.run(_write("before"))
    begun, release = threading.Event(), threading.Event()

    def slow(session: Session) -> None:
        _write("during")(session)
        begun.set()
        assert release.wait(10)

    writing = asyncio.create_task(turns.run(slow))
    await asyncio.to_thread(begun.wait, 10)
    names = await asyncio.wait_for(turns.read(lambda session: list(session.scalars(select(Refusal.person)))), 5)
    release.set()
    await writing
    assert names == ["before"]


async def test_sixty_turns_at_once_issue_sixty_numbers(store: Store) -> None:
    doors = [store.turns()] if store.name == "sqlite" else [store.turns(), store.turns()]
    jobs = [doors[n % len(doors)].run(lambda session: counters.next_value(session, "WT-2026")) for n in range(60)]
    assert sorted(await asyncio.gather(*jobs)) == list(range(1, 61))


async def test_a_number_that_was_rolled_back_is_issued_again(store: Store) -> None:
    turns = store.turns()
    assert await turns.run(lambda session: counters.next_value(session, "WT-2026")) == 1
    with pytest.raises(ZeroDivisionError):
        await turns.run(lambda session: counters.next_value(session, "WT-2026") / 0)
    assert await turns.run(lambda session: counters.next_value(session, "WT-2026")) == 2
    assert await turns.run(lambda session: counters.next_value(session, "WT-2027")) == 1


async def test_a_deadlock_is_run_again(server: Store) -> None:
    """Two turns lock two rows crosswise: the database kills one, and both are done in the end."""
    turns = server.turns()
    await turns.run(lambda session: session.execute(insert(Counter), [{"name": n, "value": 0} for n in "ab"]) and None)
    both = threading.Barrier(2)
    tries: list[str] = []

    def crosswise(first: str, second: str) -> Callable[[Session], str]:
        def work(session: Session) -> str:
            tries.append(first)
            for name in (first, second):
                session.execute(update(Counter).where(Counter.name == name).values(value=Counter.value + 1))
                if name == first and tries.count(first) == 1:
                    both.wait(10)
            return first

        return work

    rescued: list[Exception] = []

    def rescue(_session: Session, error: Exception) -> str:
        rescued.append(error)
        return "rescued"

    jobs = [turns.run(crosswise("a", "b"), rescue), turns.run(crosswise("b", "a"), rescue)]
    assert await asyncio.wait_for(asyncio.gather(*jobs), 20) == ["a", "b"]
    assert rescued == []
    assert len(tries) == 3
    with server.session() as session:
        assert session.scalars(select(Counter.value)).all() == [2, 2]


async def test_a_lost_connection_is_a_store_out_of_reach_once(server: Store) -> None:
    turns = server.turns()
    kill = {
        "postgresql": "SELECT pg_terminate_backend(:id)", "mariadb": "KILL CONNECTION :id",
    }[server.name]  # fmt: skip
    own = {"postgresql": "SELECT pg_backend_pid()", "mariadb": "SELECT CONNECTION_ID()"}[server.name]

    def cut(session: Session) -> None:
        _write("lost")(session)
        number = session.execute(text(own)).scalar_one()
        with server.session() as other:
            other.execute(text(kill.replace(":id", str(int(number)))))
        session.execute(text("SELECT 1"))

    def rescue(session: Session, _error: Exception) -> None:
        _write("rescued")(session)

    with pytest.raises(StoreUnavailable):
        await turns.run(cut, rescue)
    assert await turns.run(_write("next")) == "next"
    assert _people(server) == ["next"]


@pytest.mark.parametrize("passes", [True, False])
async def test_a_commit_without_an_answer_is_in_doubt(server: Store, passes: bool) -> None:
    """It stands, or it does not: whoever asked cannot know, and must not be told that it failed."""
    address = make_url(server.url)
    with deaf.Line(address.host or "", address.port or PORTS[server.name], passes=passes) as line:
        through = address.set(host="127.0.0.1", port=line.port).render_as_string(hide_password=False)
        turns = Turns(open_engine(through))
        server.doors.append(turns)
        assert await turns.run(_write("before")) == "before"
        line.cut_at(b"COMMIT")
        with pytest.raises(OutcomeUnknown):
            await turns.run(_write("doubtful"))
        assert turns.doubts == 1
        assert await turns.run(_write("after")) == "after"
    assert _people(server) == sorted(["before", "after", *(["doubtful"] if passes else [])])


class _Full(Exception):
    """As the drivers say it."""

    def __init__(self, code: int, **said: object) -> None:
        super().__init__(code)
        self.__dict__.update(said)


FULL = (_Full(0, sqlstate="53100"), _Full(0, sqlstate="25006"), _Full(13, sqlite_errorcode=13), _Full(1114))


@pytest.mark.parametrize("said", FULL, ids=("postgresql-full", "postgresql-read-only", "sqlite-full", "mariadb-full"))
async def test_a_disk_that_is_full_is_no_failure_of_the_turn(sqlite: Store, said: Exception) -> None:
    """It would be kept under a code, for an administrator to carry out: who reports is to send again, and can."""
    turns, rescued = sqlite.turns(), []

    def work(_session: Session) -> None:
        raise OperationalError("INSERT", None, said)

    with pytest.raises(StoreUnavailable):
        await turns.run(work, lambda _session, error: rescued.append(error))
    assert rescued == []


@pytest.mark.parametrize(("code", "doubtful"), [(sqlite3.SQLITE_IOERR_FSYNC, True), (sqlite3.SQLITE_FULL, False)])
async def test_a_commit_whose_sync_failed_is_in_doubt(sqlite: Store, code: int, doubtful: bool) -> None:
    """It is written, and stands after a crash; of a full disk the commit's own page is what was not written."""
    turns = sqlite.turns()

    def refuse(_connection: object) -> None:
        raise OperationalError("COMMIT", None, _Full(0, sqlite_errorcode=code))

    event.listen(turns.engine, "commit", refuse)
    with pytest.raises(OutcomeUnknown if doubtful else StoreUnavailable) as raised:
        await turns.run(_write("a"))
    event.remove(turns.engine, "commit", refuse)
    assert isinstance(raised.value, OutcomeUnknown) is doubtful


async def test_a_full_disk_leaves_no_half_batch(sqlite: Store) -> None:
    """SQLite rolls the whole transaction back by itself then: nothing may go on as if a savepoint still stood."""
    turns = sqlite.turns()

    def fill(session: Session) -> None:
        pages = session.execute(text("PRAGMA page_count")).scalar_one()
        session.execute(text(f"PRAGMA max_page_count={pages + 4}"))
        for _ in range(200):
            session.execute(
                insert(Event).values(at=NOW, actor="a", matter="m", action="x", reason="长" * 3000, message_key="")
            )

    def relax(session: Session) -> None:
        session.execute(text("PRAGMA max_page_count=1000000"))

    def rescue(session: Session, error: Exception) -> str:
        assert isinstance(error, DBAPIError)
        return _write("rescued")(session)

    results = await _together(turns, _write("a"), fill, relax, _write("b"))
    assert results[0] == "a"
    assert isinstance(results[1], DBAPIError | StoreUnavailable)
    assert results[3] == "b"
    assert _people(sqlite) == ["a", "b"]
    with sqlite.session() as session:
        assert session.scalars(select(Event.id)).all() == []
