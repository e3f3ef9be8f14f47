"""A file on its way out: made whole, uploaded once for a row, held as long as it takes, forgotten when it is over."""

from __future__ import annotations

import asyncio
import shutil
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from bot import making
from bot.making import Maker, NotMadeError
from bot.messages import Attachment, Chart, ChartKind, Series
from bot.parcels import LEASE, Outcome, Uploaded
from storage.models import Outbox
from tests.engine.world import (
    RETRY,
    START,
    UNKNOWN,
    Call,
    Channel,
    Real,
    back_date,
    claimed,
    due_again,
    kicking,
    marked,
    owe,
    parcel,
    rows,
    senders_on,
    states,
    until,
)
from tests.stores import Store

CHART = Chart("图.png", ChartKind.BARS, "各单位", ("甲",), (Series("条", (1.0,), ("1",)),))
UPLOADED = Uploaded("k" * 64, "MEDIA")


def owe_file(store: Store, person: str) -> None:
    with store.session() as session:
        row = {"person": person, "kind": "attachment", "body": {"path": "x", "name": "x.xlsx", "image": False}}
        session.add(Outbox(**row, not_before=Real()(), created_at=START))
        session.commit()


async def test_an_upload_is_written_down_for_its_claim_alone(store: Store) -> None:
    owe_file(store, "a")
    first, second = senders_on(store, Channel(), 2).all
    (parcel,) = await claimed(first)
    assert parcel.uploaded is None
    before = rows(store)[0].lease_until
    back_date(store, timedelta(seconds=60), "lease_until")
    for _ in range(2):  # MariaDB does not count a row that stays as it was, unless it is asked to
        assert await first._keep(parcel, UPLOADED)
    after = rows(store)[0].lease_until
    assert before is not None and after is not None and after >= before
    back_date(store, LEASE + timedelta(seconds=5), "lease_until")
    (taken,) = await claimed(second)
    assert taken.uploaded == UPLOADED
    assert not await first._keep(parcel, Uploaded("other", "OTHER"))
    assert rows(store)[0].media_id == "MEDIA"
    await marked(second, [(taken, Outcome("sent", msgid="m"))])
    assert not await second._keep(taken, UPLOADED)
    (row,) = rows(store)
    assert (row.state, row.media_id, row.media_key) == ("sent", "", "")


@pytest.mark.parametrize("outcome", [RETRY, UNKNOWN])
async def test_it_is_known_to_the_next_try_and_forgotten_with_a_dead_letter(store: Store, outcome: Outcome) -> None:
    owe_file(store, "a")
    (sender,) = senders_on(store, Channel()).all
    (parcel,) = await claimed(sender)
    assert await sender._keep(parcel, UPLOADED)
    await marked(sender, [(parcel, outcome)])
    due_again(store)
    (again,) = await claimed(sender)
    assert again.uploaded == UPLOADED
    await marked(sender, [(again, Outcome("dead", error="errcode 40008"))])
    row = rows(store, "a")[0]
    assert (row.state, row.media_id, row.media_key) == ("dead", "", "")


async def test_a_file_is_held_by_who_makes_it_however_long_it_takes(store: Store) -> None:
    """Two processes, and a file that is no large one: nobody else makes it, too, when its lease would have lapsed."""
    channel, real, done = Channel(), Real(), asyncio.Event()

    async def answering(_call: Call) -> Outcome:
        await done.wait()
        return Outcome("sent", msgid="m")

    channel.answering = answering
    owe_file(store, "a")
    async with senders_on(store, channel, 2, real=real, renew_seconds=0.02) as senders:
        await kicking(senders, lambda: len(channel.calls) == 1)
        for _ in range(3):
            real.forward(seconds=80)
            await until(lambda: (rows(store)[0].lease_until or START) > real() + LEASE - timedelta(seconds=10))
            senders.kick()
        done.set()
        await kicking(senders, lambda: states(store, "a") == ["sent"])
    assert len(channel.calls) == 1 and rows(store)[0].attempts == 1


async def test_what_fails_after_the_call_may_have_arrived(sqlite: Store) -> None:
    """A fault of ours in the sending is doubt, not a file that was not made."""

    class Client:
        async def send(self, *_arguments: object, **_more: object) -> None:
            raise RuntimeError("after the request")

    from bot.channel import WeComChannel

    channel = WeComChannel(Client())  # type: ignore[arg-type]
    owe(sqlite, "a", "一")
    (sender,) = senders_on(sqlite, channel).all  # type: ignore[arg-type]
    outcome = await sender._call(parcel("a", CHART))
    assert outcome.state == "unknown"
    channel.close()


async def test_it_is_made_once_for_all_and_never_seen_half_written(monkeypatch: pytest.MonkeyPatch) -> None:
    maker, made, content = Maker(), [], making._content

    def counted(message: Any) -> bytes:
        made.append(message)
        return content(message)

    monkeypatch.setattr(making, "_content", counted)

    async def size(at: int) -> int:
        async with maker.made(f"p{at}", CHART) as (file, _):
            return len(await asyncio.to_thread(Path(file.path).read_bytes))

    assert len(set(await asyncio.gather(*(size(at) for at in range(30))))) == 1
    assert len(made) == 1
    shutil.rmtree(maker._home.name)  # as who sweeps old temporary files does
    assert await size(0) > 0
    maker.close()


async def test_a_missing_attachment_is_final_and_a_full_disk_is_not(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    maker = Maker(tmp_path)

    def full(_message: object) -> bytes:
        raise FileNotFoundError(2, "a font is missing")

    monkeypatch.setattr(making, "_content", full)
    for message, final in ((Attachment("gone.pdf", "x.pdf"), True), (CHART, False)):
        with pytest.raises(NotMadeError) as caught:
            async with maker.made("a", message):
                raise AssertionError("there is nothing to send")
        assert caught.value.final is final
    maker.close()
