"""A backup: one folder with the store's rows, the anonymous file and the files, and a manifest that proves all of it.

    manifest.json   versions, counts, the ledger's head, and the SHA-256 of the list below
    SHA256SUMS      every other file, as `sha256sum -c` reads it
    store.db        the rows of the main store, of whatever database (storage/neutral.py)
    anonymous.db    the sealed reports, where there are any
    files/ab/cd/…   what people sent, by content

Neither secrets nor private keys: the pepper, the desk's key, officers' key files and WeCom's credentials stay outside.
"""

from __future__ import annotations

import hashlib
import os
import re
import secrets
import shutil
import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Literal, TextIO

from pydantic import BaseModel, ConfigDict, ValidationError
from sqlalchemy import Engine
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from bot.clock import real_now
from bot.errors import BackupError
from bot.files import make_folder
from storage import chain, files, neutral, schema
from storage.database import open_reader
from storage.vault import Vault

VERSION = "0.1.0"  # of the program; tests compare it with pyproject.toml
MANIFEST, SUMS, STORE, ANONYMOUS, FILES = "manifest.json", "SHA256SUMS", "store.db", "anonymous.db", "files"
_LINE = re.compile(
    rf"([0-9a-f]{{64}})  ({re.escape(STORE)}|{re.escape(ANONYMOUS)}|{FILES}/[0-9a-f]{{2}}/[0-9a-f]{{2}}/[0-9a-f]{{64}})"
)
_ALL_FILES = "SELECT sha256, size FROM files ORDER BY sha256"
_CHUNK = 1024 * 1024
_BYTES_OF_A_HASH = 64


class Manifest(BaseModel):
    """What a backup says of itself. tables: rows by name. missing: files that were not whole on the disk any more.

    ledger_seq, ledger_digest: the chain's last link, 0 and "" before the first. sums: the SHA-256 of the list.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)
    format: Literal[1] = 1
    program: str = VERSION
    revision: str
    dialect: str
    taken_at: datetime
    tables: dict[str, int]
    ledger_seq: int
    ledger_digest: str
    anonymous: bool
    files: int
    bytes: int
    missing: tuple[str, ...] = ()
    sums: str

    @property
    def rows(self) -> int:
        return sum(self.tables.values())


@dataclass(frozen=True, slots=True)
class Place:
    """What of an installation goes into a backup beside the store. anonymous: the file of sealed reports."""

    anonymous: Path
    files: Path


def make(engine: Engine, place: Place, target: Path) -> Manifest:
    """Copy the running store into the new folder `target`: it appears whole, or not at all.

    The store comes first: what the anonymous file has beyond it is filed at the next start (bot/anonymous/batch.py).
    Raises BackupError.
    """
    if target.exists() and (not target.is_dir() or any(target.iterdir())):
        raise BackupError(f"{target}: 已经存在，而且不是空文件夹")
    aside = target.resolve().with_name(f".{target.resolve().name}.{secrets.token_hex(4)}.partial")
    try:
        aside.mkdir(mode=0o700)
        manifest = _fill(engine, place, aside)
        _write(aside / MANIFEST, manifest.model_dump_json(indent=2) + "\n")
        _sync(aside)
        aside.replace(target)
    except OSError as error:
        raise BackupError(f"{target}: {error.strerror or type(error).__name__}") from None
    except sqlite3.Error as error:
        raise BackupError(f"{target}: {type(error).__name__}") from None
    finally:
        shutil.rmtree(aside, ignore_errors=True)
    return manifest


def _fill(engine: Engine, place: Place, folder: Path) -> Manifest:
    with neutral.snapshot(engine) as connection:
        revision = schema.of(connection)
        if revision is None:
            raise BackupError("store.url: 这个库里还没有表，没有可备份的内容")
        tables = neutral.export(connection, folder / STORE)
    anonymous = place.anonymous.is_file()
    if anonymous:
        Vault(place.anonymous).copy_to(folder / ANONYMOUS)
    with _new(folder / SUMS) as sums, neutral.opened(folder / STORE) as store:
        for name in (STORE, ANONYMOUS)[: 1 + anonymous]:
            sums.write(f"{digest_of(folder / name)}  {name}\n")
        seq, digest = _head(store) if "links" in tables else (0, "")
        count, size, missing = 0, 0, []
        for sha256, length in store.execute(_ALL_FILES) if "files" in tables else ():
            if _copy(place.files / files.place(sha256), folder / FILES / files.place(sha256), sha256):
                sums.write(f"{sha256}  {FILES}/{files.place(sha256)}\n")
                count, size = count + 1, size + length
            else:
                missing.append(sha256)
    return Manifest(
        revision=revision, dialect=engine.dialect.name, taken_at=real_now(), tables=tables, ledger_seq=seq,
        ledger_digest=digest, anonymous=anonymous, files=count, bytes=size, missing=tuple(missing),
        sums=digest_of(folder / SUMS),
    )  # fmt: skip


def _head(store: sqlite3.Connection) -> tuple[int, str]:
    return store.execute("SELECT seq, digest FROM links ORDER BY seq DESC LIMIT 1").fetchone() or (0, "")


def _copy(source: Path, target: Path, sha256: str) -> bool:
    """Whole and with this content, or not at all; its times are those of the copy."""
    if len(sha256) != _BYTES_OF_A_HASH or not source.is_file():
        return False
    make_folder(target.parent)
    seen = hashlib.sha256()
    with source.open("rb") as reading, os.fdopen(_create(target), "wb") as writing:
        while chunk := reading.read(_CHUNK):
            seen.update(chunk)
            writing.write(chunk)
    if seen.hexdigest() == sha256:
        return True
    target.unlink()
    return False


def digest_of(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _create(path: Path) -> int:
    return os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)


def _new(path: Path) -> TextIO:
    return os.fdopen(_create(path), "w", encoding="ascii")


def _write(path: Path, words: str) -> None:
    with _new(path) as file:
        file.write(words)


def _sync(folder: Path) -> None:
    """Everything in it is on the disk, not only in the system's memory."""
    for path, _, names in os.walk(folder):
        for name in [*names, "."]:
            handle = os.open(Path(path, name), os.O_RDONLY)
            try:
                os.fsync(handle)
            finally:
                os.close(handle)


def read(folder: Path) -> Manifest:
    """The manifest of a folder in which every file is what the list says, and every table counts what it should.

    Raises BackupError with one line. Whoever changes files, list and manifest together makes another backup: of that
    only a digest of the ledger that was noted elsewhere tells (`run.py verify --expect`).
    """
    try:
        manifest = Manifest.model_validate_json((folder / MANIFEST).read_bytes())
        _compare(folder, manifest)
    except ValidationError as error:
        wrong = ".".join(str(part) for part in error.errors()[0]["loc"])
        raise BackupError(f"{folder / MANIFEST}: 读不懂{f'（{wrong}）' if wrong else ''}") from None
    except OSError as error:
        raise BackupError(f"{error.filename or folder}: {error.strerror or type(error).__name__}") from None
    except sqlite3.Error as error:
        raise BackupError(f"{folder / STORE}: 不是完好的数据文件（{type(error).__name__}）") from None
    return manifest


def _compare(folder: Path, manifest: Manifest) -> None:
    if digest_of(folder / SUMS) != manifest.sums:
        raise BackupError(f"{folder / SUMS}: 与备份时不同")
    wanted, count = {STORE, ANONYMOUS} if manifest.anonymous else {STORE}, 0
    for digest, name in listed(folder):
        if digest_of(folder / name) != digest:
            raise BackupError(f"{folder / name}: 与备份时不同")
        if name in wanted:
            wanted.remove(name)
        elif name == f"{FILES}/{files.place(digest)}":
            count += 1
        else:
            raise BackupError(f"{folder / SUMS}: 读不懂")
    if wanted or count != manifest.files:
        raise BackupError(f"{folder / SUMS}: 缺了文件")
    with neutral.opened(folder / STORE) as store:
        if not neutral.sound(store):
            raise BackupError(f"{folder / STORE}: 不是完好的数据文件")
        if neutral.counts(store) != manifest.tables:
            raise BackupError(f"{folder / STORE}: 行数与备份时不同")


def listed(folder: Path) -> Iterator[tuple[str, str]]:
    """SHA-256 and name of every file, the name always inside the folder."""
    with (folder / SUMS).open(encoding="ascii", errors="replace") as lines:
        for line in lines:
            found = _LINE.fullmatch(line.rstrip("\n"))
            if found is None:
                raise BackupError(f"{folder / SUMS}: 读不懂")
            yield found[1], found[2]


def prove(folder: Path, manifest: Manifest, expect: str = "") -> chain.Proof:
    """Walk the ledger's chain in the copy itself, without any store. Raises BackupError when its head is another."""
    engine = open_reader(f"sqlite:///{folder / STORE}")
    try:
        with Session(engine) as session:
            proof = chain.walk(session, expect)
    except OperationalError:
        words = f"备份的表结构（{manifest.revision}）较旧，留痕要恢复以后用 run.py verify 验证"
        raise BackupError(f"{folder / STORE}: {words}") from None
    finally:
        engine.dispose()
    if proof.broken is None and (proof.count, proof.head) != (manifest.ledger_seq, manifest.ledger_digest):
        raise BackupError(f"{folder / STORE}: 链头与备份时不同")
    return proof
