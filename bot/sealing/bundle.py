"""Sealed records as a file that travels: exported for the offline reader, its replies on the way back; JSON lines.

The first line says what it is, `{"bundle": "reports", "version": 1}`. Lines are sorted by the records' random keys.
"""

from __future__ import annotations

import base64
import binascii
import json
import os
import re
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any, cast

from bot.errors import JianduError
from bot.sealing import envelope, pairs

REPORTS, REPLIES, LEADS = "reports", "replies", "leads"
VERSION = 1
LARGEST = 1 << 30
_WORD = re.compile(r"[0-9A-Za-z]{1,64}")


class BadBundle(JianduError):
    """The file is none of ours; one line for people, without anything of its content."""


@dataclass(frozen=True, slots=True)
class Item:
    """One report as it travels. mailbox: the public key that replies are sealed to; manifest, parts: envelopes.

    day: the Monday of the week it came in: officers learn no more of when (anonymity.md).
    """

    record: str
    day: date
    tag: str
    mailbox: bytes
    manifest: bytes
    parts: tuple[bytes, ...]

    @property
    def size(self) -> int:
        """Bytes of all that is sealed, padding included."""
        return len(self.manifest) + sum(len(part) for part in self.parts)

    def is_for(self, key_id: str) -> bool:
        """Whether the holder of this key may have it: what names him is not even exported to him."""
        return key_id in envelope.recipients_of(self.manifest)


def monday(day: date) -> date:
    """The first day of its week."""
    return day - timedelta(days=day.weekday())


@dataclass(frozen=True, slots=True)
class Reply:
    """An answer for the record, sealed to its mailbox."""

    record: str
    sealed: bytes


def write(path: Path, items: Iterable[Item]) -> None:
    """A new file that only its owner reads. Raises OSError, FileExistsError among them."""
    rows: list[dict[str, Any]] = [
        {
            "record": item.record,
            "day": item.day.isoformat(),
            "tag": item.tag,
            "mailbox": item.mailbox.hex(),
            "manifest": pack(item.manifest),
            "parts": [pack(part) for part in item.parts],
        }
        for item in items
    ]
    write_lines(path, REPORTS, rows)


def write_replies(path: Path, replies: Iterable[Reply]) -> None:
    """As `write`."""
    write_lines(path, REPLIES, [{"record": reply.record, "sealed": pack(reply.sealed)} for reply in replies])


def read(path: Path) -> list[Item]:
    """Raises BadBundle."""
    return [_item(path, number, row) for number, row in read_lines(path, REPORTS)]


def read_replies(path: Path) -> list[Reply]:
    """Raises BadBundle."""
    return [_reply(path, number, row) for number, row in read_lines(path, REPLIES)]


def kind_of(path: Path) -> str:
    """Which of the kinds the file says it is; "" for none. Raises BadBundle where it cannot be read."""
    for kind in (REPORTS, REPLIES, LEADS):
        with suppress(BadBundle):
            next(read_lines(path, kind), None)
            return kind
    return ""


def write_lines(path: Path, kind: str, rows: Iterable[Mapping[str, Any]]) -> None:
    """Each row has its `record`. Raises OSError, FileExistsError among them."""
    head = {"bundle": kind, "version": VERSION}
    lines = [head, *sorted(rows, key=lambda row: str(row["record"]))]
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        file.writelines(json.dumps(line) + "\n" for line in lines)


def read_lines(path: Path, kind: str) -> Iterator[tuple[int, Mapping[str, Any]]]:
    """The rows with the numbers of their lines. Raises BadBundle."""
    try:
        if path.stat().st_size > LARGEST:
            raise BadBundle(f"{path.name}：文件太大")
        lines = path.read_text(encoding="utf-8").splitlines()
    except OSError as error:
        raise BadBundle(f"{path}：读不了（{type(error).__name__}）") from None
    except UnicodeDecodeError:
        raise BadBundle(f"{path.name}：不是导出的密件文件") from None
    if not lines or _json(lines[0]) != {"bundle": kind, "version": VERSION}:
        raise BadBundle(f"{path.name}：不是导出的密件文件，或版本不同")
    for number, line in enumerate(lines[1:], 2):
        if line.strip():
            yield number, _object(path, number, line)


def _object(path: Path, number: int, line: str) -> Mapping[str, Any]:
    read = _json(line)
    if not isinstance(read, dict):
        raise broken(path, number)
    return read


def _json(line: str) -> object:
    """None for what is no JSON."""
    try:
        return cast(object, json.loads(line))
    except (ValueError, RecursionError):
        return None


def _item(path: Path, number: int, row: Mapping[str, Any]) -> Item:
    try:
        parts = tuple(unpack(part) for part in row["parts"])
        mailbox, day = bytes.fromhex(row["mailbox"]), date.fromisoformat(row["day"])
        if len(mailbox) != pairs.LENGTH:
            raise ValueError("not a public key")
        return Item(_text(row["record"]), day, _text(row["tag"]), mailbox, unpack(row["manifest"]), parts)
    except (KeyError, TypeError, ValueError):
        raise broken(path, number) from None


def _reply(path: Path, number: int, row: Mapping[str, Any]) -> Reply:
    try:
        return Reply(_text(row["record"]), unpack(row["sealed"]))
    except (KeyError, TypeError, ValueError):
        raise broken(path, number) from None


def broken(path: Path, number: int) -> BadBundle:
    """What is raised for a line that is none of ours."""
    return BadBundle(f"{path.name}：第{number}行损坏")


def _text(value: object) -> str:
    if not isinstance(value, str) or not _WORD.fullmatch(value):
        raise ValueError("not a short word")
    return value


def pack(blob: bytes) -> str:
    """An envelope as it stands in a line."""
    return base64.b64encode(blob).decode()


def unpack(value: object) -> bytes:
    """The inverse of `pack`. Raises ValueError."""
    try:
        return base64.b64decode(value, validate=True) if isinstance(value, str) else _refuse()
    except binascii.Error:
        return _refuse()


def _refuse() -> bytes:
    raise ValueError("not base64")
