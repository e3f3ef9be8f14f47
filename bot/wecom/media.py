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

from bot.messages import Attachment
from bot.wecom.errors_table import rejected
from bot.wecom.transport import Transport, Upload

UploadKind = Literal["image", "file", "voice", "video"]

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


class Uploads:
    """Remembers what was uploaded, so that a file for thirty people goes up once."""

    def __init__(self, transport: Transport, clock: Callable[[], float] = time.monotonic) -> None:
        self._transport = transport
        self._clock = clock
        self._known: dict[tuple[str, str, bool, int, int], tuple[str, float]] = {}

    async def media_id(self, file: Attachment, *, fresh: bool = False) -> str:
        """The id for `file`; a file that has changed on disk since, or `fresh`, goes up again."""
        key = await asyncio.to_thread(_identity, file)
        known, until = self._known.get(key, ("", 0.0))
        if known and not fresh and self._clock() < until:
            return known
        media_id = await upload(self._transport, Path(file.path), file.name, "image" if file.image else "file")
        now = self._clock()
        self._known = {k: v for k, v in self._known.items() if v[1] > now}
        self._known[key] = (media_id, now + _LIFE)
        return media_id


def _identity(file: Attachment) -> tuple[str, str, bool, int, int]:
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
