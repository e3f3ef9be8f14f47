"""Makes contents of different lengths look alike: padded with zeros to one of a few sizes (anonymity.md)."""

from __future__ import annotations

from bisect import bisect_left

BUCKETS = (512, 2048, 8192, 32768, 131072, 524288, 2097152, 4194304)  # few, so that many reports share one
_LENGTH = 4
LONGEST = BUCKETS[-1] - _LENGTH


def bucket(length: int, least: int = 0) -> int:
    """The padded size of a content of `length` bytes, `least` or more. Raises ValueError when none is large enough."""
    if length > LONGEST:
        raise ValueError("content too long to be sealed")
    return BUCKETS[bisect_left(BUCKETS, max(length + _LENGTH, least))]


def pad(content: bytes, least: int = 0) -> bytes:
    """Length, content, zeros; `least` bytes or more. Raises ValueError when it is too long."""
    size = bucket(len(content), least)
    return (len(content).to_bytes(_LENGTH, "big") + content).ljust(size, b"\0")


def unpad(padded: bytes) -> bytes:
    """The content. Raises ValueError for what `pad` never made."""
    length = int.from_bytes(padded[:_LENGTH], "big")
    content, rest = padded[_LENGTH : _LENGTH + length], padded[_LENGTH + length :]
    if len(padded) not in BUCKETS or len(content) != length or rest.strip(b"\0"):
        raise ValueError("not padded by us")
    return content
