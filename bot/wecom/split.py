"""Long text into parts that the wire takes: 2 048 bytes each, broken at line ends (wecom.md 3.2)."""

from __future__ import annotations

LIMIT = 2048  # bytes of UTF-8; WeCom cuts what is longer, without a word
_PAUSES = "。；！？，、;!?, "


def fits(text: str, limit: int = LIMIT) -> bool:
    """Whether `text` may go in one piece. A character is at most 4 bytes, so short text needs no counting."""
    return len(text) * 4 <= limit or len(text.encode("utf-8", "replace")) <= limit


def split_text(text: str, limit: int = LIMIT) -> list[str]:
    """Parts of at most `limit` bytes, none blank. Only white space at the breaks is lost; blank text gives no part.

    A line that is too long by itself is broken after a pause in its last third, else between two characters.
    """
    if limit < 4:
        raise ValueError("limit")  # no room for one character
    if fits(text, limit):
        return [text] if text.strip() else []
    parts: list[str] = []
    current = ""
    for line in text.split("\n"):
        for piece in _pieces(line, limit):
            joined = f"{current}\n{piece}" if current else piece
            if fits(joined, limit):
                current = joined
                continue
            parts.append(current)
            current = piece
    parts.append(current)
    return [part for part in (p.strip("\n") for p in parts) if part.strip()]


def cut(text: str, limit: int) -> str:
    """The longest beginning of `text` within `limit` bytes, at a character boundary."""
    return text.encode("utf-8", "replace")[:limit].decode("utf-8", "ignore")


def _pieces(line: str, limit: int) -> list[str]:
    pieces = []
    while not fits(line, limit):
        head = cut(line, limit)
        pause = max(head.rfind(mark) for mark in _PAUSES) + 1
        if pause * 3 > len(head) * 2:
            head = head[:pause]
        pieces.append(head)
        line = line[len(head) :]
    return [*pieces, line]
