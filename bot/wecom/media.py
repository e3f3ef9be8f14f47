"""Files to and from WeCom: what may be uploaded, and what a downloaded one was called (wecom.md 3.6)."""

from __future__ import annotations

import asyncio
import re
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal
from urllib.parse import unquote
from weakref import WeakValueDictionary

from bot.messages import Attachment
from bot.wecom.errors_table import rejected
from bot.wecom.transport import Transport, Upload

UploadKind = Literal["image", "file", "voice", "video"]
_Identity = tuple[str, str, bool, int, int]  # path, name, whether a picture, when it was written, bytes

_MEGABYTE = 1024 * 1024
_LIMITS: dict[UploadKind, int] = {
    "image": 10 * _MEGABYTE, "file": 20 * _MEGABYTE, "voice": 2 * _MEGABYTE, "video": 10 * _MEGABYTE,
}  # fmt: skip
_LEAST = 6  # bytes
_NAME = 80  # characters of a file name
_LIFE = 2 * 86400.0  # WeCom keeps an upload for three days
_UNWELCOME = re.compile(r'[\x00-\x1f\x7f"\\/:*?<>|]+')
_PLAIN = re.compile(r'filename="([^"]*)"|filename=([^;]+)', re.IGNORECASE)
_EXTENDED = re.compile(r"filename\*=(?:utf-8)''([^;]+)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Downloaded:
    """A file that a member sent, now on our disk. `name` is the member's word: show it, never open it as a path."""

    size: int
    content_type: str
    name: str = field(default="", repr=False)


async def upload(transport: Transport, path: Path, name: str, kind: UploadKind) -> str:
    """Upload and give the media id. Raises a Failure; a file that is missing or of a wrong size is Rejected."""
    try:
        content = await asyncio.to_thread(path.read_bytes)
    except OSError:
        content = b""
    if not _LEAST <= len(content) <= _LIMITS[kind]:
        raise rejected(45001 if content else 44001)
    answer = await transport.call("media/upload", query={"type": kind}, upload=Upload(clean_name(name), content))
    return str(answer.get("media_id", ""))


async def download(transport: Transport, media_id: str, to: Path, limit: int) -> Downloaded:
    """Fetch what a member sent and write it to `to` whole or not at all. Raises a Failure."""
    raw = await transport.download("media/get", {"media_id": media_id}, limit)
    part = to.with_name(to.name + ".part")
    await asyncio.to_thread(part.write_bytes, raw.content)
    await asyncio.to_thread(part.replace, to)
    return Downloaded(len(raw.content), raw.content_type, _name_in(raw.disposition))


def clean_name(name: str) -> str:
    """A file name that no header and no file system stumbles over; its ending stays."""
    cleaned = _UNWELCOME.sub("_", name).strip(" .") or "file"
    stem, dot, ending = cleaned.rpartition(".")
    if len(cleaned) <= _NAME or not dot or len(ending) > 10:
        return cleaned[:_NAME]
    return f"{stem[: _NAME - len(ending) - 1]}.{ending}"


@dataclass(slots=True)
class _Known:
    media_id: str
    until: float
    persons: set[str]  # to whom it went


class Uploads:
    """Remembers what was uploaded, so that a file for thirty people goes up once.

    Never for one person twice: WeCom takes the same id to the same person for a repeat, though it was asked for anew.
    """

    def __init__(self, transport: Transport, clock: Callable[[], float] = time.monotonic) -> None:
        self._transport = transport
        self._clock = clock
        self._known: dict[_Identity, _Known] = {}
        self._locks: WeakValueDictionary[_Identity, asyncio.Lock] = WeakValueDictionary()

    async def media_id(self, file: Attachment, person: str, *, fresh: bool = False) -> str:
        """The id for `file`; one that has changed on disk since, or `fresh`, goes up again."""
        key = await asyncio.to_thread(_identity, file)
        async with self._locks.setdefault(key, asyncio.Lock()):  # thirty at once wait for the first
            known = self._known.get(key)
            if known is None or fresh or person in known.persons or self._clock() >= known.until:
                known = await self._upload(file, key)
            known.persons.add(person)
            return known.media_id

    async def _upload(self, file: Attachment, key: _Identity) -> _Known:
        media_id = await upload(self._transport, Path(file.path), file.name, "image" if file.image else "file")
        now = self._clock()
        self._known = {k: v for k, v in self._known.items() if v.until > now}
        self._known[key] = known = _Known(media_id, now + _LIFE, set())
        return known


def _identity(file: Attachment) -> _Identity:
    try:
        found = Path(file.path).stat()
    except OSError:
        return file.path, file.name, file.image, 0, 0
    return file.path, file.name, file.image, found.st_mtime_ns, found.st_size


def _name_in(disposition: str) -> str:
    if found := _EXTENDED.search(disposition):
        return clean_name(unquote(_whole(found[1])))
    if found := _PLAIN.search(disposition):
        return clean_name(unquote(_whole(found[1] or found[2] or "")))
    return ""


def _whole(header: str) -> str:
    """aiohttp reads headers as UTF-8 and keeps stray bytes as surrogates, which no store takes."""
    return header.strip().encode("utf-8", "surrogateescape").decode("utf-8", "replace")
