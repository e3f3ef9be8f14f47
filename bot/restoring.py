"""Back from a backup into an empty store, of whatever database: proved before, proved after, all of it or nothing."""

from __future__ import annotations

import os
import secrets
import shutil
import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import Connection, Engine
from sqlalchemy.orm import Session

from bot import backup
from bot.backup import Manifest, Place
from bot.config import Anonymity
from bot.errors import BackupError
from bot.files import Depot, make_folder
from storage import chain, claims, neutral, refill, schema
from storage.chain import Proof
from storage.vault import Vault


@dataclass(frozen=True, slots=True)
class Restored:
    """What came back. proof: of the ledger as it stands in the store now."""

    manifest: Manifest
    proof: Proof


def restore(engine: Engine, place: Place, folder: Path) -> Restored:
    """Fill the empty store, the file of reports and the folder of files, and bring the schema to the newest revision.

    Raises BackupError, or SQLAlchemyError when the store refuses a row. Nothing of the store stands then; files that
    nothing names may lie there, and the reports if the commit itself failed: the next try takes them for its own.
    """
    manifest = backup.read(folder)
    _refuse(engine, manifest)
    anonymous = _aside(place.anonymous, folder) if manifest.anonymous else None
    try:
        _bring_files(place.files, folder)
        schema.upgrade(engine, manifest.revision)
        _fill(engine, manifest, folder, place.anonymous, anonymous)
    except sqlite3.Error as error:
        raise BackupError(f"{folder}: {type(error).__name__}") from None
    except OSError as error:
        raise BackupError(f"{error.filename or folder}: {error.strerror or type(error).__name__}") from None
    finally:
        if anonymous is not None:
            anonymous.unlink(missing_ok=True)
    schema.upgrade(engine)
    return Restored(manifest, _prove(engine, manifest))


def _refuse(engine: Engine, manifest: Manifest) -> None:
    """Whatever would end in a mixture, before anything is changed."""
    if not schema.known(manifest.revision):
        raise BackupError(f"备份的表结构是{manifest.revision}，比本程序新：请用备份时的版本（{manifest.program}）")
    present = schema.present(engine)
    if present == refill.UNDER_WAY:
        raise BackupError("store.url: 上一次恢复中途断了：请删掉这个数据库，新建一个空的再恢复")
    with engine.connect().execution_options(reading=True) as connection:
        if (table := neutral.filled(connection)) is not None:
            raise BackupError(f"store.url: 库里已有内容（{table}），只能恢复到空库")
    if present not in (None, manifest.revision):
        raise BackupError(f"store.url: 空表是{present}的，备份是{manifest.revision}的：请用一个没有表的空库")


def _aside(target: Path, folder: Path) -> Path:
    """The reports beside their place, on the same disk. What lies there already must be this very file, or empty."""
    source = folder / backup.ANONYMOUS
    try:
        if target.exists() and backup.digest_of(target) != backup.digest_of(source) and Vault(target).numbers():
            raise BackupError(f"anonymity.file: {target} 里已有反映，只能恢复到空文件")
        make_folder(target.resolve().parent)
        aside = target.with_name(f".{target.name}.{secrets.token_hex(4)}")
        with source.open("rb") as reading, os.fdopen(os.open(aside, os.O_WRONLY | os.O_CREAT, 0o600), "wb") as writing:
            shutil.copyfileobj(reading, writing)
            writing.flush()
            os.fsync(writing.fileno())
    except (OSError, sqlite3.Error) as error:
        raise BackupError(f"anonymity.file: {getattr(error, 'strerror', '') or type(error).__name__}") from None
    return aside


def _bring_files(directory: Path, folder: Path) -> None:
    depot = Depot(directory)
    for sha256, name in backup.listed(folder):
        if name.startswith(f"{backup.FILES}/") and not depot.holds(sha256):
            came = depot.incoming(secrets.token_hex(8))
            shutil.copyfile(folder / name, came)
            depot.keep(came, came.read_bytes())


def _fill(engine: Engine, manifest: Manifest, folder: Path, target: Path, anonymous: Path | None) -> None:
    def fill(connection: Connection) -> None:
        with neutral.opened(folder / backup.STORE) as store:
            counts = neutral.load(store, connection)
        if counts != manifest.tables:
            raise BackupError("store.url: 行数与备份不符")
        if anonymous is not None:
            anonymous.replace(target)  # last of all before the commit

    try:
        refill.refill(engine, fill)
    except ValueError as error:
        raise BackupError(f"{folder / backup.STORE}: 有本程序不认识的表或列（{error}）") from None


def _prove(engine: Engine, manifest: Manifest) -> Proof:
    """Of the ledger, with the newest schema around it; what the old machine had in hand is void."""
    with engine.begin() as connection, Session(connection) as session:
        claims.free(session)
        proof = chain.walk(session)
    if proof.broken is None and (proof.count, proof.head) != (manifest.ledger_seq, manifest.ledger_digest):
        raise BackupError("store.url: 链头与备份不符")
    return proof


def to_bring(settings: Anonymity) -> Iterator[str]:
    """What no backup holds and the new machine needs, in plain words, with what is there already."""
    for key, path, loss in (
        ("pepper_file", settings.pepper_file, "没有它，旧的回执码都查不到反映"),
        ("desk_key_file", settings.desk_key_file, "没有它，机器人打不开实名线索的内容"),
    ):
        yield f"  anonymity.{key}（{path}）：{'已在' if path.exists() else f'还没有。{loss}'}"
    for path in settings.reading_keys:
        yield f"  anonymity.reading_keys（{path}）：{'已在' if path.exists() else '还没有。没有它，聊天里不能阅看反映'}"
    yield "  企业微信的密钥等环境变量；受理人各自保管的密钥文件不在服务器上，不用搬"
