"""The callback cipher of WeCom, our own implementation (wecom.md 1.3, 1.4): signature, AES-256-CBC, block 32."""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import secrets
import struct

from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

BLOCK = 32


class CipherError(ValueError):
    """A signature or ciphertext that the other side must not have produced."""


def signature(token: str, timestamp: str, nonce: str, encrypted: str) -> str:
    """SHA-1 over the four parts sorted bytewise; a signature only, no secrecy hangs on SHA-1 here."""
    parts = sorted(part.encode() for part in (token, timestamp, nonce, encrypted))
    return hashlib.sha1(b"".join(parts)).hexdigest()  # noqa: S324 - the protocol's own choice


class Envelope:
    """Seals and opens what travels between WeCom and one app."""

    def __init__(self, token: str, aes_key: str, receive_id: str) -> None:
        self._token = token
        self._key = base64.b64decode(aes_key + "=")
        if len(aes_key) != 43 or len(self._key) != 32:
            raise ValueError("EncodingAESKey must have 43 characters")
        self._receive_id = receive_id.encode()

    def sign(self, timestamp: str, nonce: str, encrypted: str) -> str:
        return signature(self._token, timestamp, nonce, encrypted)

    def seal(self, message: bytes, random16: bytes | None = None) -> str:
        """Plaintext bytes -> base64 ciphertext."""
        head = (random16 or secrets.token_bytes(16)) + struct.pack(">I", len(message))
        plain = head + message + self._receive_id
        pad = BLOCK - len(plain) % BLOCK
        encryptor = self._cipher().encryptor()
        sealed = encryptor.update(plain + bytes([pad]) * pad) + encryptor.finalize()
        return base64.b64encode(sealed).decode()

    def open(self, encrypted: str) -> bytes:
        """base64 ciphertext -> plaintext bytes. Raises CipherError for anything that is not exactly right."""
        try:
            sealed = base64.b64decode(encrypted, validate=True)
        except (binascii.Error, ValueError) as error:
            raise CipherError("not base64") from error
        if not sealed or len(sealed) % 16:
            raise CipherError("not whole AES blocks")
        decryptor = self._cipher().decryptor()
        plain = _unpad(decryptor.update(sealed) + decryptor.finalize())
        return self._content(plain)

    def verify(self, claimed: str, timestamp: str, nonce: str, encrypted: str) -> None:
        """Raises CipherError unless the signature is ours."""
        if not hmac.compare_digest(self.sign(timestamp, nonce, encrypted).encode(), claimed.encode()):
            raise CipherError("wrong signature")

    def _content(self, plain: bytes) -> bytes:
        if len(plain) < 20:
            raise CipherError("too short")
        (length,) = struct.unpack(">I", plain[16:20])
        if length > len(plain) - 20:
            raise CipherError("length out of bounds")
        if not hmac.compare_digest(plain[20 + length :], self._receive_id):
            raise CipherError("another receiver")
        return plain[20 : 20 + length]

    def _cipher(self) -> Cipher[modes.CBC]:
        return Cipher(algorithms.AES(self._key), modes.CBC(self._key[:16]))


def _unpad(plain: bytes) -> bytes:
    pad = plain[-1]
    if not 1 <= pad <= BLOCK or pad > len(plain) or plain[-pad:] != bytes([pad]) * pad:
        raise CipherError("wrong padding")
    return plain[:-pad]
