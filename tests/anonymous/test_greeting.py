"""Whoever opens the app's window, or taps the menu, is answered in the response and leaves nothing (anonymity.md)."""

from __future__ import annotations

import logging
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio

from bot.anonymous import desk, words
from bot.clock import real_now
from bot.messages import Kind
from storage import audits
from tests.anonymous.probe import found_in
from tests.anonymous.test_path import everything
from tests.anonymous.world import Anonymous, anonymous
from tests.stores import Store

PERSON = "canary77person"
HELLO, COLLEAGUE = "请联系管理员。", "我能做：填表（enter）"


@pytest_asyncio.fixture
async def world(store: Store, tmp_path: Path) -> AsyncIterator[Anonymous]:
    made = anonymous(store, tmp_path)
    yield made
    made.path.close()


def _folder(world: Anonymous) -> Path:
    """Where the main store's files lie."""
    return Path(world.bot.store.url.removeprefix("sqlite:///")).parent


EVENTS: list[tuple[Kind, dict[str, Any], str]] = [
    (Kind.ENTER, {}, HELLO),
    (Kind.SUBSCRIBE, {}, HELLO),
    (Kind.ENTER, {"event_key": "机密★1年"}, HELLO),  # no words of anybody's: the gate of secrecy keeps nothing either
    (Kind.UNSUBSCRIBE, {}, ""),
    (Kind.OTHER, {"wire_kind": "LOCATION", "details": {"Latitude": "36.8", "Longitude": "118.0"}}, ""),
    (Kind.OTHER, {"wire_kind": "view", "event_key": "https://example.com/"}, ""),
    (Kind.OTHER, {"wire_kind": "scancode_push", "event_key": "x"}, ""),
    (Kind.MENU_CLICK, {"event_key": "匿名反映"}, words.notice("offline")),
]


@pytest.mark.parametrize(("kind", "fields", "said"), EVENTS)
async def test_events_before_the_first_word_leave_no_trace(
    world: Anonymous, caplog: pytest.LogCaptureFixture, kind: Kind, fields: dict[str, Any], said: str
) -> None:
    caplog.set_level(logging.DEBUG)
    before = everything(world)
    for _ in range(2):  # and the platform's repeat
        assert await world.event(PERSON, kind, key=f"e:{PERSON}", **fields) == said
    await world.bot.deliver()
    assert everything(world) == before
    assert world.bot.channel.calls == []
    assert PERSON not in caplog.text
    if world.bot.store.name == "sqlite":
        assert found_in(_folder(world), {"an account": PERSON, "a callback": f"e:{PERSON}"}) == []


async def test_an_ordinary_message_is_found_by_the_same_search(world: Anonymous) -> None:
    before = everything(world)
    await world.say(PERSON, "填表")
    assert everything(world) != before
    if world.bot.store.name == "sqlite":
        assert found_in(_folder(world), {"an account": PERSON}) != []


async def test_one_greeting_a_day_whatever_the_number_of_openings(world: Anonymous) -> None:
    assert await world.event(PERSON, Kind.ENTER) == HELLO
    assert await world.event(PERSON, Kind.ENTER) == ""
    assert await world.event("wang", Kind.ENTER) == COLLEAGUE
    world.bot.clock.at += timedelta(days=1)
    assert await world.event(PERSON, Kind.ENTER) == HELLO


async def test_memory_holds_nobodys_account(world: Anonymous) -> None:
    await world.event(PERSON, Kind.ENTER, key="e:one")
    greeter = world.bot.dispatcher._greeter
    assert len(greeter._greeted) == 1
    assert PERSON not in repr(greeter.__dict__) and "e:one" not in repr(greeter._greeted)
    key = greeter._key
    world.bot.clock.at += timedelta(days=1)
    await world.event("wang", Kind.ENTER)
    assert greeter._key != key and len(greeter._greeted) == 1


async def test_after_a_report_nobody_is_greeted_in_his_quiet_hour(world: Anonymous) -> None:
    await world.report(PERSON, "食堂承包商每月给后勤科长送两条烟")
    assert await world.event(PERSON, Kind.ENTER) == ""


async def test_a_store_out_of_reach_greets_nobody_and_names_nobody(
    sqlite: Store, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    world = anonymous(sqlite, tmp_path)
    world.bot.turns.close()
    assert await world.event(PERSON, Kind.ENTER) == ""
    assert "no greeting" in caplog.text and PERSON not in caplog.text
    world.path.close()


def test_after_a_restart_a_process_that_lived_lately_counts_though_nobody_left_a_row(sqlite: Store) -> None:
    real = real_now()
    with sqlite.session() as session:
        assert not desk._was_served_lately(session)
        audits.add(session, real, real - timedelta(hours=2), 0, 0, {})
        assert not desk._was_served_lately(session)
        audits.add(session, real, real - timedelta(minutes=80), 0, 0, {})  # it may have lived until now
        assert desk._was_served_lately(session)
