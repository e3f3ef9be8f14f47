"""Opens one exported report: first the manifest, then, for who is not in conflict, the content; answers are sealed."""

from __future__ import annotations

import os
import unicodedata
from collections.abc import Sequence
from pathlib import Path

from bot.sealing import bundle, envelope
from bot.sealing.bundle import Item, Reply
from bot.sealing.contents import PICTURES, Manifest, Part, context
from bot.sealing.envelope import Unsealable
from bot.sealing.pairs import Pair

NOBODY_NAMED = "没有认出人名"
SUFFIXES = {"jpeg": "jpg", "png": "png"}


def manifest(item: Item, keys: Sequence[Pair]) -> Manifest | None:
    """None when these keys have no wrap of it, or it was altered."""
    try:
        return Manifest.from_bytes(envelope.open_(keys, item.manifest, context("manifest", item.record)))
    except (Unsealable, ValueError):
        return None


def parts(item: Item, keys: Sequence[Pair]) -> list[Part | None]:
    """The content in its order; None stands for what cannot be opened."""
    return [_part(blob, keys, context("part", item.record)) for blob in item.parts]


def _part(blob: bytes, keys: Sequence[Pair], bound_to: bytes) -> Part | None:
    try:
        return Part.from_bytes(envelope.open_(keys, blob, bound_to))
    except (Unsealable, ValueError):
        return None


def reply(item: Item, text: str) -> Reply:
    """An answer that only the holder of the receipt code opens. Raises ValueError when it is too long."""
    sealed = envelope.seal([item.mailbox], Part.of_text(text).to_bytes(), context("reply", item.record))
    return Reply(item.record, sealed)


def manifest_lines(item: Item, seen: Manifest) -> list[str]:
    """What is shown before the question; nothing of the content."""
    kib, week = -(-item.size // 1024), bundle.monday(item.day)  # files of older versions have the day itself
    lines = [
        f"  标识：{item.tag}，收到：{week.month}月{week.day}日当周，大小：{kib} KB，{len(item.parts)}段",
        f"  提到的人：{'、'.join(plain(name) for name in seen.named) or NOBODY_NAMED}",
    ]
    if len(item.parts) < seen.parts:
        lines.append(f"  注意：登记时有{seen.parts}段，现在缺{seen.parts - len(item.parts)}段")
    return lines


def content_lines(opened: Sequence[Part | None], saved: Sequence[Path]) -> list[str]:
    """The texts, safe for a terminal; a picture is named by its file, or by how to get it."""
    files, lines = iter(saved), []
    for number, part in enumerate(opened, 1):
        if part is None:
            lines.append(f"[{number}] （这一段打不开：密钥不符，或内容被改动）")
        elif part.kind in PICTURES:
            kept = next(files, None)
            lines.append(f"[{number}] 图片：{kept if kept else '加 --save 文件夹 可以存出来看'}")
        else:
            lines.append(f"[{number}] {plain(part.text)}")
    return lines


def save_pictures(folder: Path, item: Item, opened: Sequence[Part | None]) -> list[Path]:
    """New files that only their owner reads, in the order of the content. Raises OSError."""
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    saved = []
    for number, part in enumerate(opened, 1):
        if part is not None and part.kind in PICTURES:
            path = folder / f"{item.tag}-{item.record[:8]}-{number}.{SUFFIXES[part.kind]}"
            with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
                file.write(part.body)
            saved.append(path)
    return saved


def plain(text: str) -> str:
    """A stranger's words without what a terminal obeys: control characters become �, invisible ones go."""
    shown = []
    for char in text.replace("\r\n", "\n"):
        category = unicodedata.category(char)
        if char in "\n\t" or not category.startswith("C"):
            shown.append(" " if category in ("Zl", "Zp") else char)
        elif category != "Cf":
            shown.append("�")
    return "".join(shown)
