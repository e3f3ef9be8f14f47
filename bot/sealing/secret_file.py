"""A few random bytes in a file of their own, beside the database and outside every backup."""

from __future__ import annotations

import os
import secrets
from contextlib import suppress
from pathlib import Path

from bot.errors import ConfigError

LENGTH = 32


def load(path: Path, key: str, *, create: bool = True) -> bytes:
    """The 32 bytes; a missing file is made (0600). create=False where a new one would lose what the old one opens.

    key: the setting's name, for the one line of ConfigError. Two processes that start at once get the same.
    """
    try:
        if create and not path.exists():
            _make(path)
        if path.stat().st_mode & 0o077:
            raise ConfigError(f"{key}: others may read it, run: chmod 600")
        content = path.read_bytes()
    except OSError as error:
        raise ConfigError(f"{key}: {error.strerror or type(error).__name__}") from None
    if len(content) != LENGTH:
        raise ConfigError(f"{key}: must hold {LENGTH} bytes")
    return content


def _make(path: Path) -> None:
    """Whole or not at all: written aside, then linked under its name, which fails when another was faster."""
    path.parent.mkdir(parents=True, exist_ok=True)
    aside = path.with_name(f".{path.name}.{secrets.token_hex(8)}")
    descriptor = os.open(aside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(secrets.token_bytes(LENGTH))
            file.flush()
            os.fsync(file.fileno())
        with suppress(FileExistsError):
            os.link(aside, path)
    finally:
        aside.unlink()
