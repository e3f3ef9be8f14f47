"""Receipt codes: what a code derives, slowly, and with a secret that no copy of the database holds (anonymity.md)."""

from __future__ import annotations

import re
import secrets
import unicodedata
from dataclasses import dataclass, field
from pathlib import Path

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.argon2 import Argon2id
from cryptography.hazmat.primitives.kdf.hkdf import HKDFExpand

from bot.sealing import secret_file
from bot.sealing.pairs import Pair

MEMORY_KIB = 64 * 1024
PASSES = 3
PEPPER_LENGTH = secret_file.LENGTH
SALT_LENGTH = 16
CROCKFORD = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
TAG_LENGTH = 5
_CODE = re.compile(r"[0-9]{4}(?:-[0-9]{4}){3}")
_BETWEEN = re.compile(r"[\s\-‐-―−－—_.·・]+")


@dataclass(frozen=True, slots=True)
class Receipt:
    """What one code gives. lookup, tag and mailbox.public may be stored; the code and mailbox.private never."""

    lookup: bytes = field(repr=False)
    mailbox: Pair = field(repr=False)
    tag: str = field(repr=False)


def new_code() -> str:
    """16 random digits, `4821-7390-5512-6047`."""
    return _grouped(f"{secrets.randbelow(10**16):016d}")


def parse(text: str) -> str | None:
    """A code as people copy it (full width, blanks, any hyphens, ungrouped) in the form of `new_code`, or None.

    It takes the code alone: finding one in a sentence is the gate's work (bot.understanding.gates.receipt_code).
    """
    digits = _BETWEEN.sub("", unicodedata.normalize("NFKC", text[:200]))
    return _grouped(digits) if re.fullmatch(r"[0-9]{16}", digits) else None


def derive(code: str, pepper: bytes, salt: bytes) -> Receipt:
    """What the code (in the form of `parse`) stands for; about 0.2 s of one core and 64 MiB.

    salt: one for the installation, for the code alone must find the row; it lies beside the rows. Raises ValueError.
    """
    if not _CODE.fullmatch(code) or len(pepper) != PEPPER_LENGTH or len(salt) < SALT_LENGTH:
        raise ValueError("not a code, pepper and salt")
    slow = Argon2id(salt=salt, length=32, iterations=PASSES, lanes=1, memory_cost=MEMORY_KIB, secret=pepper)
    root = slow.derive(code.encode())
    return Receipt(_expand(root, b"lookup", 32), Pair(_expand(root, b"mailbox", 32)), _tag(_expand(root, b"tag", 4)))


def derive_dummy(pepper: bytes, salt: bytes) -> Receipt:
    """As `derive`, for a code that nobody was given: it costs the same, and its lookup value is found nowhere."""
    return derive(new_code(), pepper, salt)


def derive_any(text: str, pepper: bytes, salt: bytes) -> Receipt:
    """As `derive` for whatever somebody typed: what is no code at all costs the same and is found nowhere."""
    code = parse(text)
    return derive(code, pepper, salt) if code is not None else derive_dummy(pepper, salt)


def new_salt() -> bytes:
    return secrets.token_bytes(SALT_LENGTH)


def load_pepper(path: Path, *, create: bool = True) -> bytes:
    """The pepper; a missing file is made. create=False where receipts exist: a new pepper would lose them all.

    Raises ConfigError with one line.
    """
    return secret_file.load(path, "anonymity.pepper_file", create=create)


def _grouped(digits: str) -> str:
    return "-".join(digits[at : at + 4] for at in range(0, 16, 4))


def _expand(root: bytes, use: bytes, length: int) -> bytes:
    return HKDFExpand(SHA256(), length, b"jiandu/receipt/" + use).derive(root)


def _tag(source: bytes) -> str:
    number = int.from_bytes(source, "big")
    return "".join(CROCKFORD[number >> 5 * at & 31] for at in reversed(range(TAG_LENGTH)))
