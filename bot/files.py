"""The folder of files: each lies whole under the SHA-256 of its content, once, readable by our account only."""

from __future__ import annotations

import hashlib
import os
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

from storage import files

_INCOMING = ".incoming"
_PRIVATE_FOLDER, _PRIVATE_FILE = 0o700, 0o600
_HASH = 64  # characters of a SHA-256


class Depot:
    """`directory` is made when the first file comes; every method blocks and belongs into a thread."""

    def __init__(self, directory: Path) -> None:
        self.directory = directory

    def incoming(self, name: str) -> Path:
        """A path on the same file system for what is not yet checked; nobody else uses `name`."""
        folder = self.directory / _INCOMING
        make_folder(folder)
        return folder / name

    def path_of(self, sha256: str) -> Path:
        return self.directory / files.place(sha256)

    def holds(self, sha256: str) -> bool:
        return self.path_of(sha256).is_file()

    def keep(self, came: Path, content: bytes) -> str:
        """Move `came`, whose content this is, to its place, whole or not at all. Returns its SHA-256."""
        sha256 = hashlib.sha256(content).hexdigest()
        target = self.path_of(sha256)
        if target.is_file() and target.stat().st_size == len(content):
            os.utime(target)  # young again, so that no sweep takes it now
            came.unlink(missing_ok=True)
            return sha256
        make_folder(target.parent)
        came.chmod(_PRIVATE_FILE)
        _sync(came)
        came.replace(target)
        _sync(target.parent)
        return sha256

    def remove(self, sha256: str) -> None:
        self.path_of(sha256).unlink(missing_ok=True)

    def strays(self, known: set[str], older_than: float) -> Iterator[str]:
        """Files of ours that have no row and were not touched for so many seconds."""
        for path in self.directory.glob("??/??/*"):
            name = path.name
            if len(name) == _HASH and name not in known and _age(path) > older_than:
                yield name

    def clear_incoming(self, older_than: float) -> None:
        """Remove what a killed process left half-way."""
        for path in (self.directory / _INCOMING).glob("*"):
            if _age(path) > older_than:
                path.unlink(missing_ok=True)


def _age(path: Path) -> float:
    with suppress(OSError):
        return time.time() - path.stat().st_mtime
    return 0.0


def make_folder(folder: Path) -> None:
    """With all that lead to it, each for our account only."""
    missing = []
    while not folder.is_dir():
        missing.append(folder)
        folder = folder.parent
    for each in reversed(missing):
        with suppress(FileExistsError):
            each.mkdir(mode=_PRIVATE_FOLDER)


def _sync(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
