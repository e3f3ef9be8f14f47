"""What in a PDF acts on its own: scripts, launched programs, attached files. Best effort, bounded, no PDF library."""

from __future__ import annotations

import re
import zlib

SCRIPT = "PDF里带有脚本或会启动程序的内容，请重新打印成PDF"
ATTACHED = "PDF里夹带了其他文件，请单独上传"

_ESCAPED = re.compile(rb"#([0-9A-Fa-f]{2})")
_ACTS = re.compile(rb"/(?:JavaScript|JS|Launch|RichMedia)(?=[\s/<>\[\](%]|$)")
# Invoices and bank slips carry their own data as XML (电子凭证会计数据标准): nobody can run that.
_ATTACHED = re.compile(rb"/EmbeddedFile(?=[\s/<>\[\](%]|$)")
_XML = re.compile(rb"/Subtype\s*/(?:text|application)/(?:[\w.-]+\+)?xml")
_NEAR = 2000  # bytes before the word in which its dictionary begins
_PART = 1024 * 1024  # what is unpacked of one object stream
_ALL = 32 * 1024 * 1024


def fault(content: bytes) -> str:
    """Why this PDF is refused, or an empty string."""
    outside, streams = _apart(content)
    unpacked = 0
    for words in [outside, *streams]:
        text = words if words is outside else _unpacked(words)
        unpacked += len(text)
        found = _fault(_ESCAPED.sub(lambda m: bytes([int(m[1], 16)]), text))
        if found:
            return found
        if unpacked > _ALL + len(outside):
            break
    return ""


def _fault(text: bytes) -> str:
    if _ACTS.search(text):
        return SCRIPT
    for found in _ATTACHED.finditer(text):
        start = max(0, found.start() - _NEAR)
        around = text[max(start, text.rfind(b"<<", start, found.start())) : found.end() + 200].split(b">>")[0]
        if not _XML.search(around):
            return ATTACHED
    return ""


def _apart(content: bytes) -> tuple[bytes, list[bytes]]:
    """What stands between the streams, and the object streams, in which more of it may be packed."""
    between, packed, at = [], [], 0
    while (start := content.find(b"stream", at)) >= 0:
        end = content.find(b"endstream", start)
        if end < 0:
            break
        head = content[at:start]
        between.append(head)
        if b"/ObjStm" in head[head.rfind(b"obj") + 1 :][-2000:] or b"ObjStm" in head[-400:]:
            packed.append(content[start + 6 : end])
        at = end + len(b"endstream")
    between.append(content[at:])
    return b"\n".join(between), packed


def _unpacked(stream: bytes) -> bytes:
    try:
        return zlib.decompressobj().decompress(stream.lstrip(b"\r\n"), _PART)
    except zlib.error:
        return stream[:_PART]
