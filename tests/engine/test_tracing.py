"""Lines of the log tell which turn and row they belong to, and never tie two people together."""

from __future__ import annotations

import io
import json
import logging
import time
from collections.abc import Iterator
from typing import Any

import pytest

from bot import tracing
from bot.dispatcher import Dispatcher
from bot.logs import JsonLine, TextLine
from bot.parcels import Outcome
from bot.tracing import MOST, Origins
from tests.engine.small import FLOWS, Small
from tests.engine.world import Call


@pytest.fixture
def lines() -> Iterator[io.StringIO]:
    """What a production's handler would write, as JSON."""
    written = io.StringIO()
    handler = logging.StreamHandler(written)
    handler.setFormatter(JsonLine())
    logging.getLogger("jiandu").addHandler(handler)
    yield written
    logging.getLogger("jiandu").removeHandler(handler)


def events(written: io.StringIO) -> list[dict[str, Any]]:
    return [json.loads(line) for line in written.getvalue().splitlines()]


async def _broken(_call: Call) -> Outcome:
    raise RuntimeError


async def test_a_turn_and_the_sending_of_its_answer_bear_one_id(bots: Small, lines: io.StringIO) -> None:
    await bots.say("li", "填表")
    assert await bots.dispatcher.receive(bots.inbound("li", "炸"), time.monotonic() - 1) is None  # by the outbox
    bots.channel.answering = _broken
    await bots.deliver()
    said = events(lines)
    (failed,) = [line for line in said if line["event"].startswith("turn failed")]
    sent = [line for line in said if line["event"].startswith("channel failed")]
    assert len(failed["turn"]) == 10 and "row" not in failed
    mine = [line for line in sent if line.get("turn") == failed["turn"]]
    assert len(mine) == 1 and mine[0]["row"].isdigit()
    others = [line for line in sent if line not in mine]  # the administrator hears of it
    assert others and all("turn" not in line and line["row"].isdigit() for line in others)


async def test_two_turns_have_two_ids_and_between_them_there_is_none(bot: Small, lines: io.StringIO) -> None:
    for _ in range(2):
        await bot.say("li", "填表")
        await bot.say("li", "炸")
    logging.getLogger("jiandu").error("something else")
    *failed, last = events(lines)
    assert len({line["turn"] for line in failed}) == len(failed) == 2
    assert "turn" not in last


class Private:
    """An anonymous path that takes everything and says so in the log, as the real one never does."""

    async def hear(self, inbound: object, is_talking: object) -> str:
        logging.getLogger("jiandu").error("heard")
        return "收到"


async def test_the_anonymous_path_has_no_id(bot: Small, lines: io.StringIO) -> None:
    bot.dispatcher = Dispatcher(bot.world, FLOWS, private=Private(), origins=bot.origins)
    assert await bot.say("li", "填表") == "收到"
    (line,) = events(lines)
    assert line["event"] == "heard" and set(line) == {"at", "level", "logger", "event"}
    assert bot.origins._turns == {}


def test_a_line_of_text_bears_them_at_its_end() -> None:
    record = logging.LogRecord("jiandu.x", logging.ERROR, "", 0, "lost code=%s", ("A",), None)
    assert not TextLine().format(record).endswith("=7")
    with tracing.under(row="7", turn=""):
        assert TextLine().format(record).endswith("jiandu.x lost code=A row=7")
    assert tracing.current() == {}


def test_origins_are_bounded() -> None:
    origins = Origins()
    with tracing.under(turn="a"):
        for row in range(MOST + 5):
            origins.note(row)
    assert len(origins._turns) == MOST and origins.of(0) == "" and origins.of(MOST) == "a"
