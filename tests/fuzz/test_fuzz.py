"""A fixed number of cases of each door, and planted faults: what must be caught is caught and can be played again."""

from __future__ import annotations

import asyncio
import logging
import re
import signal
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from aiohttp import web

from bot.turns import Turns
from tests.flows.harness import Rehearsal
from tests.fuzz import dice as dices
from tests.fuzz import running
from tests.fuzz.dice import Dice, dice_of
from tests.fuzz.doors import DOORS
from tests.fuzz.running import Door, Journal, Knock, Tally, play
from tests.fuzz.samples import ROOT
from tests.fuzz.watching import Fault, LogWatch, Stuck, Tables, alarm, differing

CASES = {"parser": 400, "evidence": 200, "words": 30, "tables": 40, "backups": 10}
OTHERS = 60
SEED = 2026


@pytest.mark.parametrize("door", DOORS, ids=lambda door: door.name)
def test_every_door_holds(door: Door, tmp_path: Path) -> None:
    tally = asyncio.run(play(door, SEED, 0, CASES.get(door.name, OTHERS), tmp_path))
    assert tally.faults == []
    assert tally.cases == CASES.get(door.name, OTHERS) == sum(tally.ends.values())


def test_the_same_seed_makes_the_same_case() -> None:
    for make in (
        lambda dice: dices.as_json(dice, {"a": ["x", 1]}),
        lambda dice: dices.raw(dice, b"abc"),
        lambda dice: dices.words(dice, ("您好",)),
    ):
        assert make(dice_of(7, "x", 3)) == make(dice_of(7, "x", 3))
        assert len({make(dice_of(7, "x", number)) for number in range(40)}) > 20


def _door(knock: Callable[[Path], Knock]) -> Door:
    @asynccontextmanager
    async def opened(folder: Path, _log: LogWatch) -> AsyncIterator[Knock]:
        yield knock(folder)

    return Door("planted", 1, opened)


def _played(door: Door, folder: Path, cases: int = 3) -> Tally:
    return asyncio.run(play(door, 7, 0, cases, folder))


def test_a_parser_that_raises_is_told_with_the_command_that_plays_it_again(tmp_path: Path) -> None:
    def knock(_folder: Path) -> Knock:
        async def parse(dice: Dice) -> str:
            if dice.random() < 0.5:
                raise RecursionError("too deep")
            return "parsed"

        return parse

    tally = _played(_door(knock), tmp_path, 8)
    failed = [number for number in range(8) if dice_of(7, "planted", number).random() < 0.5]
    assert failed and tally.ends["parsed"] == 8 - len(failed)
    told = [re.search(r'make fuzz ARGS="--door planted --seed 7 --case (\d+)"', one) for one in tally.faults]
    assert [int(one[1]) for one in told if one] == failed
    assert all("RecursionError" in one for one in tally.faults)


@pytest.mark.parametrize(
    ("said", "found"),
    [
        (lambda log, _: log.error("turn failed code=%s", "1A2B"), "logged as an error"),
        (lambda log, mark: log.debug("heard %s", mark), "words of the message in the log"),
        (lambda log, _: log.info("Traceback (most recent call last)"), "traceback in the log"),
        (lambda log, _: log.error("x", exc_info=ValueError("x")), "logged as an error"),
    ],
)
def test_what_must_not_be_logged_is_found(said: Callable[[logging.Logger, str], None], found: str) -> None:
    with LogWatch().listening() as watch:
        said(logging.getLogger("jiandu.planted"), "canarycanary")
        (fault,) = watch.take(["canarycanary"])
    assert found in fault
    with LogWatch().listening() as watch:
        logging.getLogger("jiandu.planted").warning("refused: %s", "cipher")
        logging.getLogger("aiohttp.server").error("x", exc_info=web.RequestPayloadError("bad gzip"))
        assert watch.take(["canarycanary"]) == []


def test_a_changed_row_is_found(tmp_path: Path) -> None:
    world = Rehearsal(tmp_path)
    tables = Tables(tmp_path / "store.db")
    before, counts, version = tables.contents(), tables.counts(), tables.version()
    assert differing(before, tables.contents()) == [] and version == tables.version()
    with world.engine.begin() as connection:
        connection.exec_driver_sql("UPDATE units SET name = 'x' WHERE code = 'WL'")
    assert differing(before, tables.contents()) == ["units"] and version != tables.version()
    assert tables.counts() == counts
    world.turns.close()
    tables.close()


def test_a_case_without_end_is_ended_even_inside_a_regular_expression() -> None:
    with pytest.raises(Stuck), alarm(0.3):
        re.match(r"(a+)+$", "a" * 40 + "b")
    assert signal.getitimer(signal.ITIMER_REAL) == (0.0, 0.0)


def test_a_slow_case_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(running, "SLOW_SECONDS", 0.05)

    def knock(_folder: Path) -> Knock:
        async def slow(_dice: Dice) -> str:
            until = time.process_time() + running.SLOW_SECONDS + 0.1
            while time.process_time() < until:
                pass
            return "done"

        return slow

    (told,) = _played(_door(knock), tmp_path, 1).faults
    assert "of CPU time" in told


def test_the_web_doors_see_a_500(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The store is taken away behind the running service's back: the alerts' door answers 503, which is none of its."""
    door = next(door for door in DOORS if door.name == "alerts")
    monkeypatch.setattr(Turns, "run", _refusing(Turns.run))
    tally = asyncio.run(play(door, SEED, 0, 20, tmp_path))
    assert any("status 5" in fault for fault in tally.faults)


def _refusing(run: Callable[..., object]) -> Callable[..., object]:
    async def failing(self: Turns, work: Callable[..., object], rescue: object = None) -> object:
        if "Ingest" in getattr(work, "__qualname__", ""):
            raise ZeroDivisionError
        return await run(self, work, rescue)  # type: ignore[misc]

    return failing


def test_the_case_that_killed_a_process_is_known(tmp_path: Path) -> None:
    journal = tmp_path / "journal"
    killed = (
        "import os, sys; from pathlib import Path; from tests.fuzz.running import Journal\n"
        "journal = Journal(Path(sys.argv[1])); journal.note(41); journal.note(1234); os.abort()"
    )
    done = subprocess.run([sys.executable, "-c", killed, str(journal)], cwd=ROOT, check=False)
    assert done.returncode == -signal.SIGABRT
    assert Journal.read(journal) == 1234


def test_a_state_that_changed_fails_the_block(tmp_path: Path) -> None:
    @asynccontextmanager
    async def opened(folder: Path, _log: LogWatch) -> AsyncIterator[Knock]:
        world = Rehearsal(folder)
        tables = Tables(folder / "store.db")
        before = tables.contents()

        async def knock(_dice: Dice) -> str:
            with world.engine.begin() as connection:
                connection.exec_driver_sql("UPDATE posts SET role = 'sys_admin' WHERE id = 1")
            return "heard"

        yield knock
        world.turns.close()
        if changed := differing(before, tables.contents()):
            raise Fault(f"rows were changed in {changed}")

    (told,) = asyncio.run(play(Door("planted", 1, opened), 7, 0, 1, tmp_path)).faults
    assert "rows were changed in ['posts']" in told
