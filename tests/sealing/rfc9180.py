"""HPKE's opening after the text of RFC 9180 (base mode, suite 1), with nothing but primitives: a second opinion."""

from __future__ import annotations

import hashlib
import hmac

from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

KEM = b"KEM" + (0x0020).to_bytes(2, "big")
SUITE = b"HPKE" + (0x0020).to_bytes(2, "big") + (0x0001).to_bytes(2, "big") + (0x0002).to_bytes(2, "big")


def _extract(suite: bytes, salt: bytes, label: bytes, keying: bytes) -> bytes:
    return hmac.new(salt or bytes(32), b"HPKE-v1" + suite + label + keying, hashlib.sha256).digest()


def _expand(suite: bytes, secret: bytes, label: bytes, info: bytes, length: int) -> bytes:
    labelled = length.to_bytes(2, "big") + b"HPKE-v1" + suite + label + info
    out, block, number = b"", b"", 1
    while len(out) < length:
        block = hmac.new(secret, block + labelled + bytes([number]), hashlib.sha256).digest()
        out, number = out + block, number + 1
    return out[:length]


def open_base(sealed: bytes, private: bytes, info: bytes) -> bytes:
    """`sealed` is enc | ciphertext. Raises InvalidTag."""
    enc, ciphertext = sealed[:32], sealed[32:]
    own = X25519PrivateKey.from_private_bytes(private)
    shared = own.exchange(X25519PublicKey.from_public_bytes(enc))
    prk = _extract(KEM, b"", b"eae_prk", shared)
    secret = _expand(KEM, prk, b"shared_secret", enc + own.public_key().public_bytes_raw(), 32)
    context = b"\0" + _extract(SUITE, b"", b"psk_id_hash", b"") + _extract(SUITE, b"", b"info_hash", info)
    root = _extract(SUITE, secret, b"secret", b"")
    key, nonce = _expand(SUITE, root, b"key", context, 32), _expand(SUITE, root, b"base_nonce", context, 12)
    return AESGCM(key).decrypt(nonce, ciphertext, b"")
