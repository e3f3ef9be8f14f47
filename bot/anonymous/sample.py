"""The demonstration's keys: made once, in a folder of its own, so that an anonymous report can be tried at once.

Never for a real group: there every officer makes his key himself, and the superior body keeps its own.
"""

from __future__ import annotations

import os
import secrets
import shutil
from collections.abc import Sequence
from datetime import date
from pathlib import Path

from sqlalchemy import Engine
from sqlalchemy.orm import Session

from bot.clock import CHINA, real_now
from bot.sealing import keyring, pairs
from bot.sealing.keyring import Owned
from storage import sealing_keys
from storage.sealing_keys import OfficerKey

SUPERIOR = "上级纪委（演示）"


def ready(store: Path, fresh: bool) -> Path:
    """The demonstration's store, and its passphrase where a real one would come from: the environment. fresh: anew."""
    keys = store.with_name("demo-keys")
    if fresh:
        for path in store.parent.glob("demo*.db*"):
            path.unlink(missing_ok=True)
        for folder in (store.with_name("demo-files"), keys):
            shutil.rmtree(folder, ignore_errors=True)
    keys.mkdir(parents=True, exist_ok=True)
    kept = keys / "passphrase"
    if not kept.exists():
        kept.touch(mode=0o600)
        kept.write_text(secrets.token_hex(16), encoding="ascii")
    os.environ["JIANDU_PASSPHRASE"] = kept.read_text(encoding="ascii")
    return store


def prepare(engine: Engine, files: Sequence[Path]) -> None:
    """A reading key for each officer whose key file is wanted (`hx_jiwei.json`), and a superior body's."""
    today = real_now().astimezone(CHINA).date()
    for path in files:
        if not path.exists():
            _make(engine, path, path.stem, sealing_keys.READING, today)
    if files and not (above := files[0].with_name("superior.json")).exists():
        _make(engine, above, SUPERIOR, sealing_keys.SUPERIOR, today)


def _make(engine: Engine, path: Path, officer: str, kind: str, today: date) -> None:
    owned = Owned(pairs.new_pair(), officer, kind, today)
    name, public = owned.pair.key_id, owned.pair.public.hex()
    with engine.begin() as connection, Session(bind=connection) as session:
        key = OfficerKey(key_id=name, officer=officer, kind=kind, public_key=public, created_on=today, retired_on=None)
        sealing_keys.add(session, key)
        keyring.save(path, keyring.wrap(owned, os.environ["JIANDU_PASSPHRASE"]))
