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
from bot.parcels import Uploaded
from bot.wecom.client import WeComClient
from bot.wecom.errors_table import rejected
from bot.wecom.outcomes import Delivered, NotSent
from tests.engine.world import kept, parcel

BOOK = Workbook("台账.xlsx", (), ("ledger", {"kind": "ledger"}))


class Client:
    """Keeps what it is given, as it lay on the disk at that moment."""

    def __init__(self) -> None:
        self.sent: list[tuple[str, bytes]] = []
        self.ids: list[str] = []
        self.gone = False  # WeCom does not keep what was uploaded before

    async def send(
        self, person: str, message: Outgoing, *, media_id: str = "", before: Any = None, **_more: Any
    ) -> Any:
        assert isinstance(message, Attachment)
        if media_id and self.gone:
            return rejected(40007)
        if before is not None:
            try:
                await before("new")
            except NotSent as failure:
                return failure
        self.ids.append(media_id or "new")
        self.sent.append((message.name, Path(message.path).read_bytes()))
        return Delivered(msgid="m1")


class Made:
    """Stands where `Books` stands: writes, or fails as the store or the rights do."""

    def __init__(self, fault: Exception | None = None) -> None:
        self.fault = fault
        self.says = "as before"
        self.paths: list[Path] = []

    async def write(self, person: str, book: Workbook, path: Path) -> str:
        self.paths.append(path)
        path.write_bytes(b"half" if self.fault else b"whole")
        if self.fault:
            raise self.fault
        return self.says


def _channel(made: Made) -> tuple[WeComChannel, Client]:
    client = Client()
    return WeComChannel(cast(WeComClient, client), books=cast(Books, made)), client


async def test_it_is_made_sent_and_gone() -> None:
    made = Made()
    channel, client = _channel(made)
    outcome = await channel.deliver(parcel("hx_ban", BOOK), kept)
    assert (outcome.state, client.sent) == ("sent", [("台账.xlsx", b"whole")])
    assert not made.paths[0].exists()
    channel.close()


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
    outcome: Any = await channel.deliver(parcel("hx_ban", BOOK), kept)
    assert (outcome.state, client.sent) == (state, [])
    assert not made.paths[0].exists()
    channel.close()


@pytest.mark.parametrize(
    ("says", "gone", "sent"),
    [
        ("as before", False, "known"),
        ("something else", False, "new"),  # a right was taken away, or the store has changed: another file
        ("as before", True, "new"),
    ],
)
async def test_a_second_try_sends_what_was_uploaded_if_it_says_the_same(says: str, gone: bool, sent: str) -> None:
    made = Made()
    channel, client = _channel(made)
    made.says, client.gone = says, gone
    outcome = await channel.deliver(parcel("hx_ban", BOOK, uploaded=Uploaded("as before", "known")), kept)
    assert (outcome.state, client.ids) == ("sent", [sent])
    channel.close()


async def test_what_another_process_took_up_meanwhile_is_not_sent() -> None:
    async def taken(_uploaded: Uploaded) -> bool:
        return False

    channel, client = _channel(Made())
    outcome = await channel.deliver(parcel("hx_ban", BOOK), taken)
    assert (outcome.state, client.sent) == ("retry", [])
    channel.close()
