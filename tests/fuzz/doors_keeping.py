"""What an administrator is handed: a configuration, a backup to restore, sealed files that travelled."""

# ruff: noqa: E501 - samples read better one kind a line

from __future__ import annotations

import asyncio
import hashlib
import json
import os
import secrets
import shutil
import sqlite3
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, closing
from pathlib import Path
from typing import Any

from sqlalchemy.exc import SQLAlchemyError
from typer.testing import CliRunner

from bot import backup, config, restoring
from bot.backup import Place
from bot.errors import BackupError, ConfigError
from bot.sealing import bundle, envelope, lead_bundle, pairs, reader
from bot.sealing.bundle import BadBundle, Item, Reply
from bot.sealing.commands import app
from bot.sealing.contents import Manifest, Part, context
from bot.sealing.lead_bundle import LeadItem
from storage import neutral
from storage.vault import Report, Vault
from tests.engines import open_quickly
from tests.flows.findings import assigned
from tests.flows.harness import Rehearsal
from tests.fuzz import dice as dices
from tests.fuzz.dice import Dice
from tests.fuzz.running import Door, Knock
from tests.fuzz.samples import ROOT
from tests.fuzz.watching import Fault, LogWatch
from tests.sealing.reports import item


@asynccontextmanager
async def _settings(folder: Path, _log: LogWatch) -> AsyncIterator[Knock]:
    good = (ROOT / "config.toml").read_text("utf-8")
    lines = [line for line in good.splitlines() if "=" in line and not line.startswith("#")]
    path = folder / "config.toml"

    async def knock(dice: Dice) -> str:
        mark = dices.canary(dice)
        said = good if dice.random() < 0.5 else "\n".join(dice.sample(lines, 5))
        said += dice.choice(
            (
                "",
                f'\n[wecom]\nsecret = "{mark}"\ntoken = 5\n',
                "\ningest = 5\n",
                "\n[ingest]\nkeys = 7\n",
                "\n[ingest.keys]\nerp = 'x'\n",
                "\n[policy]\nladders = 5\n",
            )
        )
        if dice.random() < 0.3:
            said = (
                dice.choice(("x = ", "[policy.", "ingest = "))
                + dice.choice(("[" * 3000, "{a=" * 2000, "1e999", "9" * 5000, "2026-13-01", "''''"))
                + "\n"
                + said
            )
        path.write_bytes(dices.raw(dice, said.encode()) if dice.random() < 0.8 else said.encode())
        try:
            config.load(path)
        except ConfigError as fault:
            if mark in str(fault) or "\n" in str(fault):
                raise Fault("a secret, or more than a line, is said back") from None
            return "refused"
        return "loaded"

    yield knock


@asynccontextmanager
async def _backups(folder: Path, _log: LogWatch) -> AsyncIterator[Knock]:
    """Refused in one line and nothing stands, or restored whole: never a mixture, never an exception of another kind."""
    world = Rehearsal(folder)
    await world.start()
    await assigned(world)
    await world.stop()
    world.engine.dispose()
    Vault(folder / "anonymous.db").prepare()
    engine = open_quickly(f"sqlite:///{folder}/store.db")
    good = folder / "kept"
    backup.make(engine, Place(folder / "anonymous.db", folder / "files"), good)
    engine.dispose()
    blank = folder / "blank.db"
    _blank(blank)
    bad, target = folder / "bad", folder / "target"

    async def knock(dice: Dice) -> str:
        shutil.rmtree(bad, ignore_errors=True)
        shutil.rmtree(target, ignore_errors=True)
        shutil.copytree(good, bad)
        target.mkdir()
        shutil.copy(blank, target / "store.db")
        _spoil(dice, bad)
        if dice.random() < 0.5:
            _sign_anew(bad)
        if dice.random() < 0.5:
            try:
                backup.prove(bad, backup.read(bad))
            except BackupError as fault:
                str(fault).encode()
                return "not proved"
            return "proved"
        return await asyncio.to_thread(_restored, bad, target)

    yield knock


def _blank(path: Path) -> None:
    from storage import schema
    from storage.database import open_engine

    engine = open_engine(f"sqlite:///{path}")
    schema.upgrade(engine)
    engine.dispose()


def _restored(bad: Path, target: Path) -> str:
    engine = open_quickly(f"sqlite:///{target}/store.db")
    try:
        restoring.restore(engine, Place(target / "anonymous.db", target / "files"), bad)
        return "restored"
    except (BackupError, SQLAlchemyError, OSError) as fault:  # what the command turns into one line
        str(fault).encode()
        with engine.connect() as connection:
            if (left := neutral.filled(connection)) is not None and "链头" not in str(fault):
                raise Fault(f"refused, and {left} is filled") from fault
        return type(fault).__name__
    finally:
        engine.dispose()


def _spoil(dice: Dice, bad: Path) -> None:
    files = [path for path in bad.rglob("*") if path.is_file()]
    hit = dice.choice(files)
    match dice.randrange(7):
        case 0:
            hit.write_bytes(dices.raw(dice, hit.read_bytes(), 10_000_000))
        case 1:
            hit.unlink()
        case 2:
            manifest = bad / backup.MANIFEST
            manifest.write_bytes(dices.as_json(dice, json.loads(manifest.read_text())))
        case 3:
            sums = bad / backup.SUMS
            sums.write_bytes(dices.raw(dice, sums.read_bytes() + dice.choice((b"", b"0" * 64 + b"  files/../../x\n"))))
        case 4:
            hit.unlink()
            hit.mkdir()
        case _:
            _rewrite(dice, bad / backup.STORE)


def _rewrite(dice: Dice, store: Path) -> None:
    """What a file that is sound SQLite may hold all the same."""
    with closing(sqlite3.connect(store)) as file:
        names = [row[0] for row in file.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        name = dice.choice(names)
        columns = [row[1] for row in file.execute(f'PRAGMA table_info("{name}")')]
        column = dice.choice(columns)
        value = dice.choice((None, b"\xff\xfe", "\0", "x" * 5000, -(2**62), 1e308, "9999-99-99", "[", "{}", "NaN"))
        statement = dice.choice((
            f'UPDATE "{name}" SET "{column}" = ?', f'DELETE FROM "{name}" WHERE ? IS NOT 0', f'ALTER TABLE "{name}" ADD COLUMN "strange ""x" DEFAULT 1',
            f'ALTER TABLE "{name}" DROP COLUMN "{column}"', f'ALTER TABLE "{name}" RENAME TO "x""y"', "CREATE TABLE alembic_version (version_num)",
            f'CREATE VIEW v AS SELECT * FROM "{name}"', f'ALTER TABLE "{name}" RENAME COLUMN "{column}" TO "{column}2"',
        ))  # fmt: skip
        try:
            file.execute(statement, (value,) if "?" in statement else ())
            file.commit()
        except sqlite3.Error:
            return


def _sign_anew(bad: Path) -> None:
    """List and manifest say what is there: another backup, as far as anybody can tell."""
    sums, manifest = bad / backup.SUMS, bad / backup.MANIFEST
    try:
        said: dict[str, Any] = json.loads(manifest.read_text())
        lines = [line.split("  ", 1)[1] for line in sums.read_text().splitlines()]
        sums.write_text("".join(f"{hashlib.sha256((bad / name).read_bytes()).hexdigest()}  {name}\n" for name in lines))
        said["sums"] = hashlib.sha256(sums.read_bytes()).hexdigest()
        with neutral.opened(bad / backup.STORE) as store:
            said["tables"] = neutral.counts(store)
        manifest.write_text(json.dumps(said))
    except (OSError, ValueError, IndexError, TypeError, RecursionError, sqlite3.Error):
        return


@asynccontextmanager
async def _bundles(folder: Path, _log: LogWatch) -> AsyncIterator[Knock]:
    """`keys deliver` and `unseal`: whatever the file is, one line and nothing that a terminal obeys."""
    Rehearsal(folder).turns.close()
    mine, mailbox = pairs.new_pair(), pairs.new_pair()
    record = secrets.token_hex(16)
    report = item(record, [mine], mailbox, Part.of_text("内容\x1b[31m"), named=("李强（主任）",))
    vault = Vault(folder / "anonymous.db")
    vault.prepare()
    vault.write([Report(record, b"l" * 32, "7K3MQ", report.day, report.mailbox, report.manifest, "XS-2026-7K3M")], ())
    reply = Reply(record, envelope.seal([mailbox.public], b"text\nx", context("reply", record)))
    path, number = folder / "a.bundle", "XS-2026-7K3M"
    environment = {
        "JIANDU_STORE__URL": f"sqlite:///{folder}/store.db", "JIANDU_ANONYMITY__FILE": f"{folder}/anonymous.db",
        "JIANDU_ANONYMITY__PEPPER_FILE": f"{folder}/p", "JIANDU_ANONYMITY__DESK_KEY_FILE": f"{folder}/d", "JIANDU_FILES__DIRECTORY": f"{folder}/f",
    }  # fmt: skip
    clean: dict[str, str | None] = {name: None for name in os.environ if name.startswith("JIANDU_")}

    def lead(dice: Dice) -> LeadItem:
        said = dices.as_json(dice, {"subject": "张三", "raw_text": "内容", "amount_fen": 5, "userid": "hx_ban"})
        use = dice.choice(("lead", "identity", "note", "x"))
        kind = dice.choice(("", "reason", "\x1b"))
        bound = (
            context("lead", f"{number}/{kind}" if kind else number)
            if use != "note"
            else context("note", f"{number}/{kind}")
        )
        bound = context("identity", f"{number}/{kind}" if kind else number) if use == "identity" else bound
        return LeadItem(number, ((use, kind, envelope.seal([mine.public], said, bound)),))

    def spoilt(dice: Dice, write: Any, rows: list[Any]) -> None:
        path.unlink(missing_ok=True)
        write(path, rows)
        lines = path.read_text().splitlines()
        for at in range(len(lines)):
            if dice.random() < (0.1 if at == 0 else 0.5):
                lines[at] = (
                    dices.as_json(dice, json.loads(lines[at])).decode("utf-8", "surrogateescape").replace("\n", " ")
                )
        said = ("\n".join(lines) + "\n").encode("utf-8", "surrogateescape")
        path.write_bytes(said if dice.random() < 0.8 else dices.raw(dice, said))

    def shown(lines: list[str]) -> str:
        said = "\n".join(lines)
        said.encode()
        if any(ord(char) < 32 and char not in "\n\t" for char in said):
            raise Fault("a terminal would obey this")
        return "shown"

    async def knock(dice: Dice) -> str:
        way = dice.randrange(4)
        bundle.kind_of(path) if path.exists() else None
        try:
            if way == 0:
                spoilt(dice, bundle.write_replies, [reply, reply])
                bundle.read_replies(path)
                if dice.random() < 0.1:
                    return await asyncio.to_thread(_delivered, path)
                return "read"
            if way == 1:
                strange = Item(
                    record,
                    report.day,
                    report.tag,
                    mailbox.public,
                    _sealed(dice, mine.public, record, "manifest"),
                    (_sealed(dice, mine.public, record, "part"),),
                )
                spoilt(dice, bundle.write, [dice.choice((report, strange))])
                for one in bundle.read(path):
                    if (seen := reader.manifest(one, [mine])) is not None:
                        shown(reader.manifest_lines(one, seen) + reader.content_lines(reader.parts(one, [mine]), []))
                return "read"
            spoilt(dice, lead_bundle.write, [lead(dice)])
            return shown(
                [line for one in lead_bundle.read(path) for line in (one.number, *lead_bundle.lines(one, [mine]))]
            )
        except BadBundle as fault:
            return shown([str(fault)])[:0] + "refused"

    def _delivered(file: Path) -> str:
        end = CliRunner().invoke(app, ["keys", "deliver", str(file)], env=clean | environment)
        if end.exception is not None and not isinstance(end.exception, SystemExit):
            raise end.exception
        return f"delivered {end.exit_code}"

    yield knock


def _sealed(dice: Dice, public: bytes, record: str, use: Any) -> bytes:
    good = Manifest(("李强\x1b",), 2).to_bytes() if use == "manifest" else b"text\n\x1b[2Jx"
    said = dices.as_json(dice, json.loads(good)) if use == "manifest" else dices.raw(dice, good)
    blob = envelope.seal([public], said, context(use, record))
    return blob if dice.random() < 0.7 else dices.raw(dice, blob)


DOORS = (
    Door("settings", 15, _settings, 20_000),
    Door("backups", 6, _backups, 1000),
    Door("bundles", 30, _bundles, 10_000),
)
