"""What lies inside the envelopes of a report, and the contexts that bind each to its record and its use."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Literal

Use = Literal["manifest", "part", "reply", "identity", "lead", "note"]
PICTURES = ("jpeg", "png")


def context(use: Use, record: str) -> bytes:
    """What `seal` and `open_` are given. record: the record's random key, so that no blob passes for another's."""
    return f"jiandu/{use}/{record}".encode()


@dataclass(frozen=True, slots=True)
class Part:
    """One message of a report or one reply. Its kind is sealed with it: from outside a picture and a text are alike."""

    kind: str
    body: bytes

    @classmethod
    def of_text(cls, text: str) -> Part:
        return cls("text", text.encode())

    @property
    def text(self) -> str:
        return self.body.decode(errors="replace") if self.kind == "text" else ""

    def to_bytes(self) -> bytes:
        return self.kind.encode() + b"\n" + self.body

    @classmethod
    def from_bytes(cls, content: bytes) -> Part:
        """Raises ValueError for an unknown kind."""
        kind, _, body = content.partition(b"\n")
        if (name := kind.decode(errors="replace")) not in ("text", *PICTURES):
            raise ValueError("unknown kind of content")
        return cls(name, body)


@dataclass(frozen=True, slots=True)
class Manifest:
    """What the reader sees before the content, to say whether he is in conflict: whom it names, how much there is.

    named: names with posts as people read them, `李强（纪委办主任）`.
    """

    named: tuple[str, ...]
    parts: int

    def to_bytes(self) -> bytes:
        return json.dumps({"named": list(self.named), "parts": self.parts}, ensure_ascii=False).encode()

    @classmethod
    def from_bytes(cls, content: bytes) -> Manifest:
        """Raises ValueError for what is no manifest."""
        try:
            read = json.loads(content)
            return cls(tuple(str(name) for name in read["named"]), int(read["parts"]))
        except (KeyError, TypeError, ValueError, OverflowError, RecursionError):
            raise ValueError("not a manifest") from None
