"""An officer's private key in a file of his own, wrapped by his passphrase (anonymity.md, Keys and reading)."""

from __future__ import annotations

import json
import os
import secrets
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.argon2 import Argon2id

from bot.errors import JianduError
from bot.sealing.pairs import Pair

VERSION = 1  # says the costs as well, so that no altered file can lower them
MEMORY_KIB, PASSES = 128 * 1024, 4
SHORTEST = 12  # characters of a passphrase
LARGEST = 16_384


class BadKeyFile(JianduError):
    """A key file that cannot be read, written or opened; one line for people, nothing secret in it."""


@dataclass(frozen=True, slots=True)
class Owned:
    """A key pair, and whose it is. kind: one of storage.sealing_keys.KINDS."""

    pair: Pair
    officer: str
    kind: str
    made_on: date


def check_passphrase(passphrase: str) -> None:
    """Raises BadKeyFile when it is too easy to guess for a file that may be stolen."""
    words = _normal(passphrase)
    if len(words) < SHORTEST or len(set(words)) < SHORTEST // 2:
        raise BadKeyFile(f"口令太短或太简单：至少{SHORTEST}个字，不要重复同几个字")


def wrap(owned: Owned, passphrase: str) -> bytes:
    """The file's content; about 0.6 s. What stands in it in clear is authenticated together with the key."""
    salt, nonce = secrets.token_bytes(16), secrets.token_bytes(12)
    head = {
        "jiandu_key": VERSION, "key_id": owned.pair.key_id, "officer": owned.officer, "kind": owned.kind,
        "made_on": owned.made_on.isoformat(), "public": owned.pair.public.hex(),
        "salt": salt.hex(), "nonce": nonce.hex(),
    }  # fmt: skip
    wrapped = AESGCM(_stretch(passphrase, salt)).encrypt(nonce, owned.pair.private, _canonical(head))
    return json.dumps(head | {"wrapped": wrapped.hex()}, ensure_ascii=False, indent=1).encode() + b"\n"


def unwrap(content: bytes, passphrase: str) -> Owned:
    """Raises BadKeyFile: the same words for a wrong passphrase and an altered file, since nothing tells them apart."""
    head, wrapped = _parse(content)
    try:
        salt, nonce = bytes.fromhex(head["salt"]), bytes.fromhex(head["nonce"])
        pair = Pair(AESGCM(_stretch(passphrase, salt)).decrypt(nonce, wrapped, _canonical(head)))
        made_on = date.fromisoformat(head["made_on"])
    except (InvalidTag, ValueError, KeyError):
        raise BadKeyFile("口令不对，或者密钥文件被改动") from None
    return Owned(pair, head["officer"], head["kind"], made_on)


def save(path: Path, content: bytes) -> None:
    """A new file that only its owner reads, on the disk when this returns. Raises BadKeyFile."""
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
    except FileExistsError:
        raise BadKeyFile(f"{path}：文件已经存在，请换一个名字") from None
    except OSError as error:
        raise BadKeyFile(f"{path}：写不了（{type(error).__name__}）") from None


def load(path: Path, passphrase: str) -> Owned:
    """Raises BadKeyFile."""
    try:
        if path.stat().st_size > LARGEST:
            raise BadKeyFile(f"{path}：不是密钥文件")
        content = path.read_bytes()
    except OSError as error:
        raise BadKeyFile(f"{path}：读不了（{type(error).__name__}）") from None
    return unwrap(content, passphrase)


def refuse_place(path: Path, forbidden: Iterable[Path]) -> None:
    """Raises BadKeyFile when the file would lie where the program keeps, and backs up, its data."""
    place = path.resolve()
    if any(place.is_relative_to(folder.resolve()) for folder in forbidden):
        raise BadKeyFile(f"{path}：密钥不能放在程序的数据目录里，请用 --out 指定U盘等位置")


def _parse(content: bytes) -> tuple[dict[str, str], bytes]:
    """What stands in clear, and the wrapped key."""
    try:
        read = json.loads(content)
        wrapped = bytes.fromhex(read.pop("wrapped"))
        known = read["jiandu_key"] == VERSION and all(isinstance(v, str) for k, v in read.items() if k != "jiandu_key")
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        known = False
    if not known:
        raise BadKeyFile("不是密钥文件，或版本不同")
    return read, wrapped


def _stretch(passphrase: str, salt: bytes) -> bytes:
    slow = Argon2id(salt=salt, length=32, iterations=PASSES, lanes=1, memory_cost=MEMORY_KIB)
    return slow.derive(_normal(passphrase).encode())


def _normal(passphrase: str) -> str:
    """The same passphrase from any input method: full width is half width."""
    return unicodedata.normalize("NFKC", passphrase).strip()


def _canonical(head: dict[str, str] | dict[str, object]) -> bytes:
    return json.dumps(head, sort_keys=True, ensure_ascii=True, separators=(",", ":")).encode()
