"""Three weeks with replicas that are killed one after another, on a platform that fails: each push once, and all."""

from __future__ import annotations

import asyncio
import json
import secrets
import time
from collections import Counter
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import pytest

from storage import schema
from storage.database import open_engine
from tests.e2e import month
from tests.e2e.month import START, Told
from tests.e2e.replicas import Killer, Replicas
from tests.e2e.rig import Row
from tests.stores import Databases

SETUPS = (("postgresql", 2), ("postgresql", 4), ("mariadb", 2))
FAULTS = (  # day about, since a call that is refused and then cut shows only the cut
    {"busy": 2, "http_500": 1, "reset_before": 1, "reset_after": 0, "only": "message/send"},
    {"busy": 0, "http_500": 1, "reset_before": 1, "reset_after": 3, "only": "message/send"},
)
PAUSE = (1.0, 2.5)  # seconds from a replica's return to the next one's death
LEAST_KILLS = 4
BRAKED, SILENCE = "2026-12-24", 1.5
PAST = datetime(2026, 1, 1)  # noqa: DTZ001  # as the stores keep it


@pytest.fixture(scope="module")
def org(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return month.write_group(tmp_path_factory.mktemp("org"))


@pytest.fixture(scope="module")
def quiet(tmp_path_factory: pytest.TempPathFactory, org: Path) -> Told:
    """What one undisturbed run on SQLite tells from the same start."""
    return asyncio.run(month.quiet_run(tmp_path_factory.mktemp("quiet"), org))


@pytest.fixture(params=SETUPS, ids=lambda setup: f"{setup[0]}-{setup[1]}")
def replicas(request: pytest.FixtureRequest, databases: Databases, tmp_path: Path, org: Path) -> Iterator[Replicas]:
    server, count = request.param
    database = f"jiandu_month_{secrets.token_hex(5)}"
    url = databases.blank(server, database)
    try:
        engine = open_engine(url)
        schema.upgrade(engine)
        month.people_in(engine, org)
        month.assign_all(engine)
        engine.dispose()
        running = Replicas(tmp_path, url, count, clock=START.isoformat(), org=org)
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
    assert sorted(taken) == sorted(row["msgid"] for row in sent)
    assert [row["to"] for row in taken.values() if row["dropped"]] == []
    for row in sent:
        assert taken[row["msgid"]]["to"] == [row["person"]]
    words = Counter((row["to"][0], json.dumps(row["payload"], sort_keys=True)) for row in taken.values())
    assert [text for text, count in words.items() if count > 1] == []
    repeats = [row for row in record if row["outcome"] == "duplicate"]
    assert len(repeats) >= 1
    assert all(row["payload"]["enable_duplicate_check"] == 1 and row["msgid"] in taken for row in repeats)
