"""A sealed report as the anonymous file would export it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from bot.sealing import envelope
from bot.sealing.bundle import Item
from bot.sealing.contents import Manifest, Part, context
from bot.sealing.pairs import Pair

DAY = date(2026, 11, 23)


def item(
    record: str, to: Sequence[Pair], mailbox: Pair, *parts: Part, named: tuple[str, ...] = (), tag: str = "7K3MQ"
) -> Item:
    publics = [pair.public for pair in to]
    manifest = Manifest(named, len(parts)).to_bytes()
    return Item(
        record, DAY, tag, mailbox.public,
        envelope.seal(publics, manifest, context("manifest", record)),
        tuple(envelope.seal(publics, part.to_bytes(), context("part", record)) for part in parts),
    )  # fmt: skip
