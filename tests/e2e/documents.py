"""Real files, made here: a picture that a browser can show, a Word document, one with a macro, and an Excel sheet."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Sequence

import openpyxl

_MAIN = "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument"
_TYPES = (
    '<?xml version="1.0"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
    '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    f'<Override PartName="/word/document.xml" ContentType="{_MAIN}"/></Types>'
)
_RELATIONS = (
    '<?xml version="1.0"?><Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
    f'<Relationship Id="rId1" Type="{_OFFICE}" Target="word/document.xml"/></Relationships>'
)
_WORDS = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"


def picture(note: str) -> bytes:
    """A grey square of 8 x 8 points as a baseline JPEG; `note`, its comment, makes every one a file of its own."""
    one_code = bytes((1, *[0] * 15, 0))  # one code of one bit: "no difference", and "end of block"
    return b"".join(
        (
            b"\xff\xd8",
            _segment(0xE0, b"JFIF\x00\x01\x01\x00\x00\x01\x00\x01\x00\x00"),
            _segment(0xFE, note.encode()),
            _segment(0xDB, bytes((0, *[16] * 64))),
            _segment(0xC0, bytes((8, 0, 8, 0, 8, 1, 1, 0x11, 0))),
            _segment(0xC4, b"\x00" + one_code),
            _segment(0xC4, b"\x10" + one_code),
            _segment(0xDA, bytes((1, 1, 0, 0, 63, 0))),
            b"\x3f\xff\xd9",
        )
    )


def _segment(marker: int, body: bytes) -> bytes:
    return bytes((0xFF, marker)) + (len(body) + 2).to_bytes(2, "big") + body


def document(words: str, *, macro: bool = False) -> bytes:
    """A Word document of one paragraph; macro: with a VBA project inside."""
    body = f"<w:body><w:p><w:r><w:t>{words}</w:t></w:r></w:p></w:body>"
    parts: dict[str, str | bytes] = {
        "[Content_Types].xml": _TYPES,
        "_rels/.rels": _RELATIONS,
        "word/document.xml": f'<?xml version="1.0"?><w:document xmlns:w="{_WORDS}">{body}</w:document>',
    }
    if macro:
        parts["word/vbaProject.bin"] = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(512)
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as box:
        for name, content in parts.items():
            box.writestr(name, content)
    return out.getvalue()


def sheet(*rows: Sequence[str | float | None]) -> bytes:
    """An Excel workbook with these rows on its only sheet."""
    book, out = openpyxl.Workbook(), io.BytesIO()
    assert book.active is not None
    for row in rows:
        book.active.append(list(row))
    book.save(out)
    return out.getvalue()
