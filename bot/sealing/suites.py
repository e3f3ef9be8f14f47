"""The cryptography behind each suite byte. A suite is never changed, only another added (SM2/SM3/SM4 would be 2)."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from types import MappingProxyType
from typing import Protocol

from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hpke import AEAD, KDF, KEM, Suite


class Cipher(Protocol):
    """One suite. Keys are raw bytes. `unwrap` and `decrypt` raise InvalidTag or ValueError for anything false."""

    wrapped_length: int
    nonce_length: int
    tag_length: int

    def new_key(self) -> bytes: ...
    def wrap(self, content_key: bytes, public: bytes, info: bytes) -> bytes: ...
    def unwrap(self, wrapped: bytes, private: bytes, info: bytes) -> bytes: ...
    def encrypt(self, content_key: bytes, nonce: bytes, plaintext: bytes, associated: bytes) -> bytes: ...
    def decrypt(self, content_key: bytes, nonce: bytes, ciphertext: bytes, associated: bytes) -> bytes: ...


class HpkeX25519:
    """Suite 1: HPKE (RFC 9180, base mode: X25519, HKDF-SHA256, AES-256-GCM) wraps; AES-256-GCM seals."""

    wrapped_length = 32 + 32 + 16  # the ephemeral public key, the content key, the tag
    nonce_length = 12
    tag_length = 16

    def __init__(self) -> None:
        self._hpke = Suite(KEM.X25519, KDF.HKDF_SHA256, AEAD.AES_256_GCM)

    def new_key(self) -> bytes:
        return secrets.token_bytes(32)

    def wrap(self, content_key: bytes, public: bytes, info: bytes) -> bytes:
        return self._hpke.encrypt(content_key, X25519PublicKey.from_public_bytes(public), info)

    def unwrap(self, wrapped: bytes, private: bytes, info: bytes) -> bytes:
        return self._hpke.decrypt(wrapped, X25519PrivateKey.from_private_bytes(private), info)

    def encrypt(self, content_key: bytes, nonce: bytes, plaintext: bytes, associated: bytes) -> bytes:
        return AESGCM(content_key).encrypt(nonce, plaintext, associated)

    def decrypt(self, content_key: bytes, nonce: bytes, ciphertext: bytes, associated: bytes) -> bytes:
        return AESGCM(content_key).decrypt(nonce, ciphertext, associated)


NEWEST = 1  # what is sealed today; older ones are only opened
SUITES: Mapping[int, Cipher] = MappingProxyType({1: HpkeX25519()})
