"""The office's safe: what is said of leads lies sealed in the store, and this process can open it (docs/sealing.md).

Its key is a file beside the database and outside every backup, so a copy of the database opens nothing. The same
envelope is sealed to the officers' own keys, so that they can open it when that file is lost.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import secrets
from collections.abc import Collection
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any, Literal

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDFExpand
from sqlalchemy.orm import Session

from bot.sealing import envelope, secret_file
from bot.sealing.contents import context
from bot.sealing.envelope import Unsealable
from bot.sealing.pairs import Pair, new_pair
from storage import sealing_keys

MARK = "s1."  # how sealed words begin in a column of text
_NONCE = 12
_HEX = 32  # of a mark
_KINDS = {"lead": sealing_keys.LEAD_MANAGER, "note": sealing_keys.LEAD_MANAGER, "identity": sealing_keys.IDENTITY}

Use = Literal["lead", "note", "identity"]


@dataclass(frozen=True)
class Safe:
    """`bot.flow.LeadSafe` with its key."""

    pair: Pair = field(repr=False)

    @classmethod
    def at(cls, path: Path, *, create: bool = True) -> Safe:
        """Of the key in this file. create=False where leads are sealed: a new key would open none of them.

        Raises ConfigError with one line.
        """
        return cls(Pair(secret_file.load(path, "anonymity.desk_key_file", create=create)))

    @classmethod
    def new(cls) -> Safe:
        """Of a key that only this process ever has."""
        return cls(new_pair())

    def seal(self, session: Session, use: Use, record: str, words: str, officers: Collection[str]) -> str:
        """Into a column: to this process, to the officers' keys for this use, and to every superior body's."""
        theirs = [key.public for key in sealing_keys.recipients(session, officers, _KINDS[use])]
        return sealed_text(envelope.seal([self.pair.public, *theirs], words.encode(), context(use, record)))

    def open(self, use: Use, record: str, kept: str) -> str | None:
        """Out of a column; None when it was not sealed by this safe for this use and record, or was altered."""
        try:
            return envelope.open_([self.pair], unsealed_text(kept), context(use, record)).decode()
        except (Unsealable, ValueError):
            return None

    def is_sealed(self, kept: str) -> bool:
        """Whether these are sealed words, whoever sealed them."""
        return kept.startswith(MARK)

    def open_nothing(self) -> None:
        """Costs what `open` costs: where nothing is to be opened it must not show (domain.md 2.5)."""
        self.open("lead", "nothing", self._nothing)

    def mark(self, words: str) -> str:
        """32 hex digits that stand for these words to whoever holds the key, and for nothing to anybody else."""
        return hmac.new(self._key(b"mark"), words.encode(), hashlib.sha256).hexdigest()[:_HEX]

    def hide(self, value: Any) -> str:
        """A JSON value for the engine's own tables, which are read again in a moment; not for officers."""
        nonce = secrets.token_bytes(_NONCE)
        plain = json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()
        return sealed_text(nonce + AESGCM(self._rest).encrypt(nonce, plain, b"jiandu/rest"))

    def show(self, hidden: str) -> Any:
        """The inverse of `hide`. Raises ValueError for what this key did not hide."""
        blob = unsealed_text(hidden)
        try:
            return json.loads(AESGCM(self._rest).decrypt(blob[:_NONCE], blob[_NONCE:], b"jiandu/rest"))
        except InvalidTag:
            raise ValueError("not hidden by this key") from None

    @cached_property
    def _rest(self) -> bytes:
        return self._key(b"rest")

    @cached_property
    def _nothing(self) -> str:
        return sealed_text(envelope.seal([self.pair.public], b"{}", context("lead", "nothing")))

    def _key(self, use: bytes) -> bytes:
        return HKDFExpand(SHA256(), 32, b"jiandu/desk/" + use).derive(self.pair.private)


def sealed_text(blob: bytes) -> str:
    """An envelope as it stands in a column of text."""
    return MARK + base64.b64encode(blob).decode()


def unsealed_text(kept: str) -> bytes:
    """The inverse of `sealed_text`. Raises ValueError for what is not sealed words."""
    if not kept.startswith(MARK):
        raise ValueError("not sealed")
    return base64.b64decode(kept[len(MARK) :], validate=True)
