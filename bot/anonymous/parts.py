"""One part of a report in its envelope: for all who may ever read it, and later for fewer."""

from __future__ import annotations

from collections.abc import Collection

from bot.sealing import contents, envelope
from bot.sealing.contents import Part


def seal(public: Collection[bytes], part: Part, record: str) -> bytes:
    """For the holders of these public keys, bound to the record."""
    return envelope.seal(public, part.to_bytes(), contents.context("part", record))


def only_for(part: bytes, readers: Collection[str]) -> bytes | None:
    """The envelope for these keys only; None when it was sealed to none of them."""
    held = envelope.recipients_of(part)
    if not set(held) & set(readers):
        return None
    return envelope.strike(part, [name for name in held if name not in readers])
