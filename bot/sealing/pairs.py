"""Key pairs of suite 1 (X25519), as raw bytes; a key's id follows from its public half."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from functools import cached_property

from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey

LENGTH = 32


def key_id(public: bytes) -> str:
    """Eight bytes in hex. Nobody can register another key under the id of this one."""
    return hashlib.sha256(b"jiandu/key/1" + public).hexdigest()[:16]


@dataclass(frozen=True)
class Pair:
    """A private key with its public half; neither is ever printed."""

    private: bytes = field(repr=False)

    def __post_init__(self) -> None:
        if len(self.private) != LENGTH:
            raise ValueError("not a private key")

    @cached_property
    def public(self) -> bytes:
        return X25519PrivateKey.from_private_bytes(self.private).public_key().public_bytes_raw()

    @cached_property
    def key_id(self) -> str:
        return key_id(self.public)


def new_pair() -> Pair:
    return Pair(X25519PrivateKey.generate().private_bytes_raw())
