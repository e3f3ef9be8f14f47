"""Workbooks with a source on their way through the channel: made, sent, and nothing of them left (bot/channel.py)."""

from __future__ import annotations

from pathlib import Path
from typing import Any, cast

import pytest
from sqlalchemy.exc import OperationalError

from bot.books import Books
from bot.channel import WeComChannel
from bot.errors import UserError
from bot.messages import Attachment, Outgoing, Workbook
from bot.wecom.client import WeComClient
from bot.wecom.outcomes import Delivered

BOOK = Workbook("台账.xlsx", (), ("ledger", {"kind": "ledger"}))


class Client:
    """Keeps what it is given, as it lay on the disk at that moment."""

    def __init__(self) -> None:
        self.sent: list[tuple[str, bytes]] = []

    async def send(self, person: str, message: Outgoing, *, duplicate_check: bool) -> Delivered:
        assert isinstance(message, Attachment)
        self.sent.append((message.name, Path(message.path).read_bytes()))
        return Delivered(msgid="m1")


class Made:
    """Stands where `Books` stands: writes, or fails as the store or the rights do."""

    def __init__(self, fault: Exception | None = None) -> None:
        self.fault = fault
        self.paths: list[Path] = []

    async def write(self, person: str, book: Workbook, path: Path) -> None:
        self.paths.append(path)
        path.write_bytes(b"half" if self.fault else b"whole")
        if self.fault:
            raise self.fault


def _channel(made: Made) -> tuple[WeComChannel, Client]:
    client = Client()
    return WeComChannel(cast(WeComClient, client), books=cast(Books, made)), client


async def test_it_is_made_sent_and_gone() -> None:
    made = Made()
    channel, client = _channel(made)
    outcome = await channel.deliver("hx_ban", BOOK, "", fence=False)
    assert (outcome.state, client.sent) == ("sent", [("台账.xlsx", b"whole")])
    assert not made.paths[0].exists()
    channel._folder.cleanup()


@pytest.mark.parametrize(
    ("fault", "state"),
    [
        (UserError.hidden(), "dead"),
        (OperationalError("select", {}, Exception()), "retry"),
        (OSError(28, "full"), "retry"),
    ],
)
async def test_what_cannot_be_made_is_tried_again_or_given_up(fault: Exception, state: str) -> None:
    made = Made(fault)
    channel, client = _channel(made)
    outcome: Any = await channel.deliver("hx_ban", BOOK, "", fence=False)
    assert (outcome.state, client.sent) == (state, [])
    assert not made.paths[0].exists()
    channel._folder.cleanup()
