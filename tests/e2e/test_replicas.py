"""Three weeks with replicas that are killed one after another, on a platform that fails: each push once, and all.

Then a day on which they are restarted one after the other while people talk, and backed up, and nobody notices.
"""

from __future__ import annotations

import asyncio
import json
import secrets
import shutil
import sqlite3
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import closing
from datetime import datetime
from pathlib import Path

import pytest

from storage import schema
from storage.database import open_engine
from tests.e2e import month, rolling
from tests.e2e.month import START, Told
from tests.e2e.processes import ROOT, run_py
from tests.e2e.replicas import Killer, Replicas
from tests.e2e.rig import Row
from tests.stores import Databases

SETUPS = (("postgresql", 4), ("mariadb", 2))
FAULTS = (  # day about, since a call that is refused and then cut shows only the cut
    {"busy": 2, "http_500": 1, "reset_before": 1, "reset_after": 0, "only": "message/send"},
    {"busy": 0, "http_500": 1, "reset_before": 1, "reset_after": 3, "only": "message/send"},
)
PAUSE = (1.0, 2.5)  # seconds from a replica's return to the next one's death
LEAST_KILLS = 4
BRAKED, SILENCE = "2026-12-24", 1.5
EMPLOYEE = "hx_zhigong"
PAST = datetime(2026, 1, 1)  # noqa: DTZ001  # as the stores keep it


@pytest.fixture(scope="module")
def org(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return month.write_group(tmp_path_factory.mktemp("org"))


@pytest.fixture(scope="module")
def quiet(tmp_path_factory: pytest.TempPathFactory, org: Path) -> Told:
    """What one undisturbed run on SQLite tells from the same start."""
    return asyncio.run(month.quiet_run(tmp_path_factory.mktemp("quiet"), org))


def _named(setup: tuple[str, int]) -> str:
    return f"{setup[0]}-{setup[1]}"


@pytest.fixture(scope="module", params=SETUPS, ids=_named)
def replicas(
    request: pytest.FixtureRequest, databases: Databases, tmp_path_factory: pytest.TempPathFactory, org: Path
) -> Iterator[Replicas]:
    server, count = request.param
    database = f"jiandu_month_{secrets.token_hex(5)}"
    url = databases.blank(server, database)
    try:
        engine = open_engine(url)
        schema.upgrade(engine)
        month.people_in(engine, org)
        month.assign_all(engine)
        rolling.officers_in(engine)
        engine.dispose()
        running = Replicas(tmp_path_factory.mktemp("replicas"), url, count, clock=START.isoformat(), org=org)
        running.environment |= {"JIANDU_ANONYMITY__FLUSH_SECONDS": "3600", "JIANDU_POLICY__SIMILAR_PERCENT": "0"}
        try:
            running.start()
            yield running
        finally:
            running.close()
    finally:
        databases.drop(server, database)


def test_each_push_once_per_person_and_all_of_them(replicas: Replicas, quiet: Told) -> None:
    began = time.monotonic()
    with Killer(replicas, PAUSE, seed=len(replicas.bots)) as killer:
        for at, moment in enumerate(month.stops()):
            replicas.faults(**FAULTS[at % 2])
            if moment.startswith(BRAKED) and len(replicas.bots) == 4:  # it costs time: once is enough
                told_45009(replicas, killer, moment)
            else:
                replicas.turn_clock(moment)
            replicas.settle()
    print(f"{time.monotonic() - began:.0f} s, {len(killer.kills)} kills, turned by {replicas.door.turned_by}")
    assert len(killer.kills) >= LEAST_KILLS
    found = month.told(replicas.engine)
    assert found.pushes == quiet.pushes
    sent = replicas.rows("SELECT id, person, state, msgid FROM outbox WHERE kind != 'card_update'")
    assert [row for row in sent if row["state"] != "sent"] == []
    each_once(replicas, sent)
    assert [
        row["business_at"]
        for row in replicas.sends()
        if not month.may_arrive(datetime.fromisoformat(row["business_at"]))
    ] == []


def told_45009(replicas: Replicas, killer: Killer, moment: str) -> None:
    """One replica hears it, all are silent. The minute is taken out of the store, and who heard it out of memory."""
    replicas.faults()
    replicas.faults(frequency=1, only="message/send")
    replicas.turn_clock(moment)
    held = "SELECT count(*) AS n FROM brakes WHERE seconds >= 60"
    replicas.until(lambda: replicas.rows(held)[0]["n"] or None, "nobody was told 45009")
    before = len(replicas.sends())
    time.sleep(SILENCE)  # an absence cannot be waited for
    assert len(replicas.sends()) == before and replicas.rest()["messages"] > 0
    killer.kill_those_that_said("errcode 45009")
    replicas.write("UPDATE brakes SET until = :past", past=PAST)


def each_once(replicas: Replicas, sent: list[Row]) -> None:
    """By the stand-in's own record: a repeat carries the duplicate flag and has the words of what was taken before."""
    record = replicas.ask("/api/record", None, api="message/send")
    taken = {row["msgid"]: row for row in record if row["outcome"] == "accepted"}
    known = {row["msgid"] for row in sent}
    assert [(row["to"], row["at"], row["payload"]) for row in taken.values() if row["msgid"] not in known] == []
    assert len(known) == len(sent) and known <= set(taken)
    assert [row["to"] for row in taken.values() if row["dropped"]] == []
    for row in sent:
        assert taken[row["msgid"]]["to"] == [row["person"]]
    words = Counter((row["to"][0], json.dumps(row["payload"], sort_keys=True)) for row in taken.values())
    assert [text for text, count in words.items() if count > 1] == []
    repeats = [row for row in record if row["outcome"] == "duplicate"]
    assert len(repeats) >= 1
    assert all(row["payload"]["enable_duplicate_check"] == 1 and row["msgid"] in taken for row in repeats)


@pytest.mark.parametrize("replicas", SETUPS[:1], indirect=True, ids=_named, scope="module")
def test_nobody_notices_a_restart_of_one_after_the_other(replicas: Replicas, tmp_path: Path) -> None:
    """What was said is kept once, answered once, in one person's order; a finished report without a name is written."""
    replicas.faults()
    issued = replicas.ask("/api/expire_tokens", {})["issued"]  # all of them find it out
    talk = rolling.Talk(replicas)
    codes, receipt = asyncio.run(a_day(talk, tmp_path / "kept"))
    assert codes == [0] * len(replicas.bots) and talk.refused > 0
    assert replicas.ask("/api/expire_tokens", {})["issued"] == issued + 1
    kept = [row["raw_text"] for row in replicas.rows("SELECT raw_text FROM findings WHERE submitted_at IS NOT NULL")]
    assert [sum(words in text for text in kept) for words in talk.submitted] == [1] * len(talk.submitted)
    heard_once(replicas, talk)
    told = asyncio.run(talk.say(EMPLOYEE, f"查回执 {receipt}"))
    assert "已收到" in told, told
    restored_elsewhere(replicas, tmp_path, len(talk.submitted))


async def a_day(talk: rolling.Talk, kept: Path) -> tuple[list[int | None], str]:
    """A report without a name, then everybody talks at once while the replicas are backed up and restarted."""
    for words in ("匿名反映", "二公司的食堂采购没有招标"):
        await talk.say(EMPLOYEE, words)
    receipt = (await talk.say(EMPLOYEE, "写完了", 1)).split("回执码：")[1].split("\n")[0]
    assert reports(talk.replicas.folder / "anonymous.db") == 0
    over = asyncio.Event()
    async with asyncio.TaskGroup() as group:
        for person in rolling.SPEAKERS:
            group.create_task(talk.go_on(person, over))
        done = await asyncio.to_thread(run_py, "backup", str(kept), environment=talk.replicas.environment)
        assert done.returncode == 0, done.stdout + done.stderr
        codes = await rolling.restart_each(talk.replicas)
        over.set()
    assert reports(talk.replicas.folder / "anonymous.db") == 1
    return codes, receipt


def reports(path: Path) -> int:
    with closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True)) as file:
        found: int = file.execute("SELECT count(*) FROM reports").fetchone()[0]
    return found


def heard_once(replicas: Replicas, talk: rolling.Talk) -> None:
    """Each message stands in the store once, and its answer was read in the response or by a message, never by both."""
    people = "person IN ('hx_caiwu', 'hx_shenji', 'hx_jiwei', 'hx_gonghui')"
    owed = f"SELECT count(*) AS n FROM outbox WHERE {people} AND answer AND state = 'due'"
    replicas.until(lambda: replicas.rows(owed)[0]["n"] == 0 or None, "answers are still owed", 60)
    seen = {
        row["person"]: row["n"]
        for row in replicas.rows(f"SELECT person, count(*) AS n FROM seen WHERE {people} GROUP BY person")
    }
    sent = f"SELECT person, count(*) AS n FROM outbox WHERE {people} AND answer AND state = 'sent' GROUP BY person"
    later = {row["person"]: row["n"] for row in replicas.rows(sent)}
    for person in rolling.SPEAKERS:
        assert talk.delivered[person] == seen[person] == talk.answered[person] + later.get(person, 0), person


def restored_elsewhere(replicas: Replicas, folder: Path, most: int) -> None:
    """What was backed up beside two running replicas, on another machine with a copy of the program of its own."""
    there = folder / "elsewhere"
    there.mkdir()
    for part in ("bot", "handlers", "storage"):
        shutil.copytree(ROOT / part, there / part, ignore=shutil.ignore_patterns("__pycache__"))
    for name in ("run.py", "config.toml"):
        shutil.copy(ROOT / name, there / name)
    own = {name: value for name, value in replicas.environment.items() if "WECOM" in name}
    own["JIANDU_STORE__URL"] = f"sqlite:///{there}/store.db"
    for command in (("restore", str(folder / "kept")), ("verify",)):
        done = run_py(*command, environment=own, cwd=there, program=there)
        assert done.returncode == 0 and "通过" in done.stdout, done.stdout + done.stderr
    with closing(sqlite3.connect(there / "store.db")) as store:
        (count,) = store.execute("SELECT count(*) FROM findings").fetchone()
    assert len(month.COMPANIES) * month.EACH <= count <= len(month.COMPANIES) * month.EACH + most
