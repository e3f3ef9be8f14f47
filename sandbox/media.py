"""Temporary media: what is uploaded, by the bot or by a member, and fetched by its id for three days (wecom.md 3.6)."""

from __future__ import annotations

import secrets
import time
from dataclasses import dataclass, field

from sandbox.errors import ApiError

LIFETIME = 3 * 24 * 3600
_MB = 1024 * 1024
MOST_BYTES = {"image": 10 * _MB, "voice": 2 * _MB, "video": 10 * _MB, "file": 20 * _MB}
_TYPES = {
    b"\xff\xd8\xff": "image/jpeg",
    b"\x89PNG\r\n\x1a\n": "image/png",
    b"GIF8": "image/gif",
    b"#!AMR": "audio/amr",
}


def content_type(data: bytes) -> str:
    """What the bytes themselves say; the name's ending is not trusted."""
    for head, name in _TYPES.items():
        if data.startswith(head):
            return name
    return "video/mp4" if data[4:8] == b"ftyp" else "application/octet-stream"


@dataclass(frozen=True, slots=True)
class Media:
    """One stored file."""

    id: str
    kind: str
    name: str
    data: bytes = field(repr=False)
    created_at: float

    @property
    def type(self) -> str:
        return content_type(self.data)

    @property
    def expired(self) -> bool:
        return time.time() - self.created_at > LIFETIME


class MediaStore:
    """Everything uploaded, in memory."""

    def __init__(self) -> None:
        self._media: dict[str, Media] = {}

    def add(self, kind: str, name: str, data: bytes) -> Media:
        """Raises ApiError when the kind, the size or the format is not allowed."""
        _check(kind, data)
        media = Media("3" + secrets.token_urlsafe(40), kind, name or "media", data, time.time())
        self._media[media.id] = media
        return media

    def get(self, media_id: str) -> Media:
        media = self._media.get(media_id)
        if media is None or media.expired:
            raise ApiError(40007)
        return media

    def clear(self) -> None:
        self._media.clear()


def _check(kind: str, data: bytes) -> None:
    if kind not in MOST_BYTES:
        raise ApiError(40004)
    if len(data) <= 5:
        raise ApiError(40006, "media must be larger than 5 bytes")
    if len(data) > MOST_BYTES[kind]:
        raise ApiError(45001)
    wanted = {"image": ("image/jpeg", "image/png"), "voice": ("audio/amr",), "video": ("video/mp4",)}.get(kind)
    if wanted and content_type(data) not in wanted:
        raise ApiError(40005, f"not a {kind} of an allowed format")
