"""The envelope of a sealed content: whoever holds one of the recipients' private keys opens it, nobody else.

    suite byte | count of recipients | { key id (8 bytes) | wrapped content key } … | nonce | ciphertext

The recipients lie outside the authenticated data, so that a wrap can be struck off without the content key. Suite and
context are inside: of the wraps and of the content.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from cryptography.exceptions import InvalidTag

from bot.errors import JianduError
from bot.sealing import padding, pairs
from bot.sealing.pairs import Pair
from bot.sealing.suites import NEWEST, SUITES, Cipher

_ID = 8
_MOST = 255


class Unsealable(JianduError):
    """Not opened: another suite, truncated, altered, another context, or none of these keys. It never says which."""

    def __init__(self) -> None:
        super().__init__("sealed content cannot be opened")


@dataclass(frozen=True, slots=True)
class _Wrap:
    key_id: bytes
    wrapped: bytes


@dataclass(frozen=True, slots=True)
class _Parts:
    suite: int
    wraps: Sequence[_Wrap]
    rest: bytes  # nonce and ciphertext

    @property
    def cipher(self) -> Cipher:
        return SUITES[self.suite]

    def to_bytes(self) -> bytes:
        wraps = b"".join(wrap.key_id + wrap.wrapped for wrap in self.wraps)
        return bytes([self.suite, len(self.wraps)]) + wraps + self.rest


def seal(recipients: Iterable[bytes], plaintext: bytes, context: bytes) -> bytes:
    """The envelope of `plaintext` for the holders of these public keys, padded, bound to `context`.

    Wraps stand in the order of their ids, whatever order was given. Raises ValueError when there is no recipient, a
    public key is none, or the content is longer than padding.LONGEST.
    """
    by_id = {bytes.fromhex(pairs.key_id(public)): public for public in recipients}
    if not 0 < len(by_id) <= _MOST:
        raise ValueError("one to 255 recipients are needed")
    cipher = SUITES[NEWEST]
    content_key, nonce = cipher.new_key(), secrets.token_bytes(cipher.nonce_length)
    wraps = [
        _Wrap(name, cipher.wrap(content_key, public, _info(NEWEST, name, context)))
        for name, public in sorted(by_id.items())
    ]
    sealed = cipher.encrypt(content_key, nonce, padding.pad(plaintext), _associated(NEWEST, context))
    return _Parts(NEWEST, wraps, nonce + sealed).to_bytes()


def open_(private_keys: Iterable[Pair], blob: bytes, context: bytes) -> bytes:
    """The plaintext, by the first of the keys that is a recipient's. Raises Unsealable, and nothing else."""
    parts = _parse(blob)
    mine = {bytes.fromhex(pair.key_id): pair for pair in private_keys}
    for wrap in parts.wraps:
        if wrap.key_id in mine:
            return _open_one(parts, wrap, mine[wrap.key_id], context)
    raise Unsealable


def recipients_of(blob: bytes) -> tuple[str, ...]:
    """The key ids, in hex, that the envelope was sealed to and not struck off. Raises Unsealable for no envelope."""
    return tuple(wrap.key_id.hex() for wrap in _parse(blob).wraps)


def strike(blob: bytes, key_ids: Iterable[str]) -> bytes:
    """The envelope without the wraps of `key_ids` (hex); needs no key. Ids that it does not have are passed over.

    Raises ValueError when nobody could open it any more, Unsealable for no envelope.
    """
    parts, struck = _parse(blob), {bytes.fromhex(name) for name in key_ids}
    left = [wrap for wrap in parts.wraps if wrap.key_id not in struck]
    if not left:
        raise ValueError("no recipient would be left")
    return replace(parts, wraps=left).to_bytes()


def _parse(blob: bytes) -> _Parts:
    if len(blob) < 2 or blob[0] not in SUITES:
        raise Unsealable
    suite, count = blob[0], blob[1]
    cipher = SUITES[suite]
    step = _ID + cipher.wrapped_length
    end = 2 + count * step
    if not count or len(blob) < end + cipher.nonce_length + padding.BUCKETS[0] + cipher.tag_length:
        raise Unsealable
    wraps = [_Wrap(blob[at : at + _ID], blob[at + _ID : at + step]) for at in range(2, end, step)]
    return _Parts(suite, wraps, blob[end:])


def _open_one(parts: _Parts, wrap: _Wrap, pair: Pair, context: bytes) -> bytes:
    cipher, split = parts.cipher, parts.cipher.nonce_length
    try:
        content_key = cipher.unwrap(wrap.wrapped, pair.private, _info(parts.suite, wrap.key_id, context))
        nonce, sealed = parts.rest[:split], parts.rest[split:]
        return padding.unpad(cipher.decrypt(content_key, nonce, sealed, _associated(parts.suite, context)))
    except (InvalidTag, ValueError):
        raise Unsealable from None


def _info(suite: int, key_id: bytes, context: bytes) -> bytes:
    return b"jiandu/wrap" + bytes([suite]) + key_id + context


def _associated(suite: int, context: bytes) -> bytes:
    return b"jiandu/content" + bytes([suite]) + context
