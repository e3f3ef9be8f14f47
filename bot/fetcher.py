"""Brings what people send to our disk while WeCom still has it, checks what it is, and tells the flow."""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any, Protocol

from sqlalchemy.orm import Session

from bot import file_types, sheets
from bot.clock import CHINA, real_now
from bot.conversation import index
from bot.files import Depot
from bot.flow import HIDDEN, Flow, Turn
from bot.gate import marked_name
from bot.metrics import FETCHED
from bot.understanding import gates
from bot.wecom.media import Downloaded
from bot.wecom.outcomes import Failure, NotSent, Rejected
from bot.world import World
from storage import fetches, files, people
from storage.models import Fetch

LEASE = timedelta(seconds=180)  # longer than the slowest download with its token refresh
AT_ONCE = 4
POLL_SECONDS = 1.0
LIFE = timedelta(days=3)  # wecom.md 3.6
LONGEST_WAIT = 900.0  # seconds between two tries
MAX_TURNS = 6  # how often the flow's own turn may fail
STOP_SECONDS = 2
FORGET_AFTER = timedelta(days=2)  # a file that nothing names any more, such as of a talk that was called off
STRAY_SECONDS = 86400.0
_GONE, _TOO_LARGE = 40007, 45001
EXPIRED = "已超过三天，企业微信不再保存"
SECRET_NAME = "文件名带有国家秘密标志"  # noqa: S105  the reason that is told
SECRET_TABLE = "表里有国家秘密标志，请改走机要渠道"  # noqa: S105  likewise
_TURN_FAILED = "turn failed"

log = logging.getLogger("jiandu.fetcher")


class Source(Protocol):
    """What the fetcher needs of `bot/wecom/client.py`; raises a Failure."""

    async def download(self, media_id: str, to: Path, max_bytes: int) -> Downloaded: ...


@dataclass(frozen=True, slots=True)
class _Taken:
    """A claimed row, detached. `attempt` tells this claim from a later one."""

    id: int
    attempt: int
    kind: str
    media_id: str = field(repr=False)
    name: str = field(repr=False)
    age: timedelta


@dataclass(frozen=True, slots=True)
class _Result:
    """What a try came to. state: stored / refused / dead / due (again after `wait` seconds). error: for people."""

    state: str
    error: str = ""
    wait: float = 0.0
    sha256: str = ""
    size: int = 0
    media_type: str = ""
    name: str = field(default="", repr=False)
    facts: dict[str, Any] = field(default_factory=dict, repr=False)  # what was read from it


class Fetcher:
    """A loop that claims what is owed, downloads it, and runs the flow's `on_fetched` in a turn of its own."""

    def __init__(
        self,
        world: World,
        flows: Sequence[Flow],
        source: Source,
        depot: Depot,
        max_bytes: int,
        told: Callable[[], None] = lambda: None,
    ) -> None:
        self._world = world
        self._handlers = {kind: step for flow in index(flows)[0].values() for kind, step in flow.on_fetched.items()}
        self._tables = frozenset(kind for flow in flows for kind in flow.tables)
        self._private = frozenset(kind for flow in flows if flow.secret for kind in flow.tables)
        self._source = source
        self._depot = depot
        self._max_bytes = max_bytes
        self._told = told
        self._knock = asyncio.Event()
        self._under_way: set[asyncio.Task[None]] = set()
        self._in_round = False
        self._stopping = False

    def kick(self) -> None:
        """A file may be owed now."""
        self._knock.set()

    async def run(self) -> None:
        """Fetch until `stop`; a failing store only delays."""
        while not self._stopping:
            if not await self._try_round():
                await self._wait()

    async def stop(self) -> None:
        """Let what is under way come to its end; what takes too long is fetched again by whoever comes next."""
        self._stopping = True
        self._knock.set()
        if self._under_way:
            _, late = await asyncio.wait(self._under_way, timeout=STOP_SECONDS)
            for task in late:
                task.cancel()

    async def idle(self, seconds: float) -> bool:
        """Wait until everything that may be tried has been tried once; False when that took longer."""
        loop = asyncio.get_running_loop()
        until = loop.time() + seconds
        while loop.time() < until:
            ready = await self._world.turns.read(lambda session: fetches.ready(session, real_now()))
            if ready == 0 and not (self._under_way or self._in_round):
                return True
            self.kick()
            await asyncio.sleep(0.005)
        return False

    async def sweep(self) -> int:
        """Remove files that no row names: of drafts that were never confirmed, or left by a kill. How many."""
        before = real_now() - FORGET_AFTER
        old = await self._world.turns.read(lambda session: files.unnamed(session, before))
        gone = [await self._world.turns.run(partial(self._drop, sha256=sha256, before=before)) for sha256 in old]
        known = await self._world.turns.read(files.known)
        return sum(gone) + await asyncio.to_thread(self._sweep_disk, known)

    def _drop(self, session: Session, sha256: str, before: datetime) -> bool:
        """The row's lock is held while the file goes, so that nobody takes it for being there."""
        dropped = files.drop(session, sha256, before)
        if dropped:
            self._depot.remove(sha256)
        return dropped

    def _sweep_disk(self, known: set[str]) -> int:
        strays = list(self._depot.strays(known, STRAY_SECONDS))
        for sha256 in strays:
            self._depot.remove(sha256)
        self._depot.clear_incoming(STRAY_SECONDS)
        return len(strays)

    async def _wait(self) -> None:
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self._knock.wait(), POLL_SECONDS)
        self._knock.clear()

    async def _try_round(self) -> int:
        self._in_round = True
        try:
            return await self._round()
        except Exception as error:
            log.error("round failed: %s", type(error).__name__)
            return 0
        finally:
            self._in_round = False

    async def _round(self) -> int:
        self._knock.clear()
        free, now = AT_ONCE - len(self._under_way), real_now()
        if free <= 0 or not await self._world.turns.read(lambda session: fetches.ready(session, now)):
            return 0
        taken = await self._world.turns.run(lambda session: self._claim(session, free))
        for one in taken:
            task = asyncio.create_task(self._carry_out(one))
            self._under_way.add(task)
            task.add_done_callback(self._ended)
        return len(taken)

    def _ended(self, task: asyncio.Task[None]) -> None:
        self._under_way.discard(task)
        self._knock.set()

    def _claim(self, session: Session, limit: int) -> list[_Taken]:
        if self._stopping:
            return []
        now = real_now()
        rows = fetches.claim(session, now, limit, LEASE)
        return [_Taken(row.id, row.attempts, row.kind, row.media_id, row.name, now - row.at) for row in rows]

    async def _carry_out(self, taken: _Taken) -> None:
        try:
            result = await self._try(taken)
            FETCHED.labels(result.state).inc()
            await self._world.turns.run(
                lambda session: self._settle(session, taken, result),
                lambda session, error: self._put_off(session, taken, error),
            )
        except Exception as error:  # the lease lapses, and it is tried again
            log.error("fetch failed id=%s error=%s", taken.id, type(error).__name__)
        self._told()

    async def _try(self, taken: _Taken) -> _Result:
        came = await asyncio.to_thread(self._depot.incoming, f"{taken.id}-{taken.attempt}-{Turn.token()}")
        try:
            try:
                got = await self._source.download(taken.media_id, came, self._max_bytes)
            except Failure as failure:
                return self._missed(taken, failure)
            name = taken.name or got.name
            return await asyncio.to_thread(self._check_and_keep, came, name, taken.kind)
        finally:
            came.unlink(missing_ok=True)
            came.with_name(came.name + ".part").unlink(missing_ok=True)

    def _check_and_keep(self, came: Path, name: str, kind: str) -> _Result:
        """What is refused does not stay on the disk (3.2 `evidence[]`, P6), nor does a sheet that may tell of leads."""
        if marked_name(name):
            return _Result("refused", SECRET_NAME)
        content = came.read_bytes()
        found = file_types.judge(content, name)
        if found.refusal:
            return _Result("refused", found.refusal, name=name)
        try:
            facts = {"table": sheets.read_any(came, found.name)} if kind in self._tables else {}
        except sheets.SheetError as error:
            return _Result("refused", str(error), name=name)
        if any(gates.secret_mark(cell) for _, lines in facts.get("table", ()) for line in lines for cell in line):
            return _Result("refused", SECRET_TABLE)
        if kind in self._private:
            return _Result("stored", name=found.name, facts={HIDDEN: self._world.safe.hide(facts)})
        sha256 = self._depot.keep(came, content)
        return _Result("stored", "", 0.0, sha256, len(content), found.media_type, found.name, facts)

    def _missed(self, taken: _Taken, failure: Failure) -> _Result:
        code = failure.errcode if isinstance(failure, Rejected) else 0
        if code == _TOO_LARGE:
            return _Result("refused", f"超过{self._max_bytes // (1024 * 1024)}MB", name=taken.name)
        if code == _GONE or taken.age > LIFE:
            log.error("file lost row=%s: %s", taken.id, failure)
            return _Result("dead", EXPIRED, name=taken.name)
        if isinstance(failure, Rejected) and failure.tell_admin:
            log.error("wecom errcode=%s advice=%s", failure.errcode, failure.advice)
        pause = failure.retry_after if isinstance(failure, NotSent | Rejected) else 0.0
        wait = pause or min(LONGEST_WAIT, 1.0 * 2 ** min(taken.attempt, 10))
        return _Result("due", str(failure), wait, name=taken.name)

    def _settle(self, session: Session, taken: _Taken, result: _Result) -> None:
        """The row, the file's row and what the flow makes of it stand or fall together."""
        row = self._held(session, taken)
        if row is None:
            return
        row.lease_until, row.error = None, result.error[:60]
        row.name = fetches.shortened(result.name)
        if result.state == "due":
            row.not_before = real_now() + timedelta(seconds=result.wait)
            return
        if result.state == "stored" and result.sha256:
            self._store(session, row, result)
        row.state, row.facts = result.state, {**row.facts, **result.facts}
        session.flush()
        self._handlers[row.kind](self._turn(session, row), row)

    def _store(self, session: Session, row: Fetch, result: _Result) -> None:
        """A row without its file must not be: whoever swept it away meanwhile has us fetch it again."""
        files.note(session, result.sha256, result.size, result.media_type, real_now())
        if not self._depot.holds(result.sha256):
            raise FileNotFoundError("swept away")
        row.sha256 = result.sha256

    @staticmethod
    def _held(session: Session, taken: _Taken) -> Fetch | None:
        """The claimed row, unless its lease ran out and another process has it."""
        row = session.get(Fetch, taken.id, with_for_update=True)
        return row if row is not None and row.state == "due" and row.attempts == taken.attempt else None

    def _turn(self, session: Session, row: Fetch) -> Turn:
        now = self._world.now()
        return self._world.turn(session, people.actor(session, row.person, now.astimezone(CHINA).date()), now)

    def _put_off(self, session: Session, taken: _Taken, error: Exception) -> None:
        """The turn failed: try again later, and in the end give up loudly."""
        log.error("fetched file's turn failed row=%s kind=%s error=%s", taken.id, taken.kind, type(error).__name__)
        row = self._held(session, taken)
        if row is None:
            return
        hopeless = row.error == _TURN_FAILED and row.attempts >= MAX_TURNS
        row.lease_until, row.error = None, _TURN_FAILED
        row.not_before = real_now() + timedelta(seconds=min(LONGEST_WAIT, 2.0 * 2 ** min(row.attempts, 10)))
        if hopeless:
            self._give_up(session, row)

    def _give_up(self, session: Session, row: Fetch) -> None:
        row.state = "dead"
        turn = self._turn(session, row)
        for admin in people.userids_with(session, ("sys_admin",), turn.now.astimezone(CHINA).date()):
            turn.tell(admin, f"有一份文件没有收进来（第{row.id}号）。请在服务器上运行 run.py check 查看。")
