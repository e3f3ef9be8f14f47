"""What a file really is: real documents pass under any name, what acts on its own is refused with a reason."""

from __future__ import annotations

import io
import struct
import tracemalloc
import zipfile
import zlib
from collections.abc import Mapping

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot import file_types, office_types, pdf_types
from bot.file_types import judge
from tests.fuzz.watching import alarm

JPEG = b"\xff\xd8\xff\xe0\x00\x10JFIF" + bytes(40)
PNG = b"\x89PNG\r\n\x1a\n" + bytes(40)
PDF = b"%PDF-1.7\n1 0 obj\n<< /Type /Catalog /Pages 2 0 R >>\nendobj\ntrailer\n<< /Root 1 0 R >>\n%%EOF\n"
TYPES = '<Types><Override PartName="/word/document.xml" ContentType="application/x.document.main+xml"/></Types>'


def boxed(parts: Mapping[str, str | bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as box:
        for name, content in parts.items():
            box.writestr(name, content)
    return out.getvalue()


def docx(more: dict[str, str | bytes] | None = None) -> bytes:
    return boxed({"[Content_Types].xml": TYPES, "word/document.xml": "<w:document/>", **(more or {})})


def xlsx() -> bytes:
    book, out = openpyxl.Workbook(), io.BytesIO()
    assert book.active is not None
    book.active.append(["编号", "金额"])
    book.save(out)
    return out.getvalue()


def compound(streams: dict[str, bytes], storages: tuple[str, ...] = ()) -> bytes:
    """A minimal compound file ([MS-CFB]): every stream of 4096 bytes or more, one FAT sector, a flat directory."""
    free, end, special = 0xFFFFFFFF, 0xFFFFFFFE, 0xFFFFFFFD
    names = ["Root Entry", *storages, *streams]
    directory_sectors = -(-len(names) // 4)
    fat = [special, *range(2, directory_sectors + 1), end]
    body, starts = b"", {}
    for name, content in streams.items():
        padded = content.ljust(4096, b"\x00")
        sectors = -(-len(padded) // 512)
        starts[name] = (len(fat), len(padded))
        fat += [*range(len(fat) + 1, len(fat) + sectors), end]
        body += padded.ljust(sectors * 512, b"\x00")
    assert len(fat) <= 128
    entries = b""
    for at, name in enumerate(names):
        start, size = starts.get(name, (end, 0))
        kind = 5 if at == 0 else 2 if name in streams else 1
        right = at + 1 if 0 < at < len(names) - 1 else free
        child = 1 if at == 0 and len(names) > 1 else free
        label = name.encode("utf-16-le")
        entries += label.ljust(64, b"\x00") + struct.pack("<HBB", len(label) + 2, kind, 1)
        entries += struct.pack("<III", free, right, child) + bytes(36) + struct.pack("<IQ", start, size)
    entries = entries.ljust(directory_sectors * 512, b"\x00")
    head = office_types.OLE + bytes(16) + struct.pack("<HHHHH", 0x3E, 3, 0xFFFE, 9, 6) + bytes(6)
    head += struct.pack("<IIIIIIIII", 0, 1, 1, 0, 4096, end, 0, end, 0) + struct.pack("<109I", 0, *[free] * 108)
    return head + struct.pack("<128I", *(fat + [free] * (128 - len(fat)))) + entries + body


def record(kind: int, body: bytes) -> bytes:
    return struct.pack("<HH", kind, len(body)) + body


WORD = compound({"WordDocument": struct.pack("<HHHHHH", 0xA5EC, 0xC1, 0, 0, 0, 0)})
SHEETS = record(0x809, bytes(16)) + record(0x85, bytes(4) + b"\x00\x00" + b"\x06\x00Sheet1") + record(0x0A, b"")
EXCEL = compound({"Workbook": SHEETS})
POWERPOINT = compound({"PowerPoint Document": b"\x0f\x00\xe8\x03"})


@pytest.mark.parametrize(
    ("content", "name", "kept", "media_type"),
    [
        (JPEG, "回单.jpg", "回单.jpg", "image/jpeg"),
        (JPEG, "", "", "image/jpeg"),
        (PNG, "图.PNG", "图.PNG", "image/png"),
        (b"GIF89a" + bytes(20), "动图.gif", "动图.gif", "image/gif"),
        (b"BM" + bytes(12) + b"\x28\x00\x00\x00" + bytes(40), "a.bmp", "a.bmp", "image/bmp"),
        (b"RIFF\x10\x00\x00\x00WEBPVP8 ", "a.webp", "a.webp", "image/webp"),
        (b"\x00\x00\x00\x18ftypheic" + bytes(20), "a.heic", "a.heic", "image/heic"),
        (b"II*\x00" + bytes(20), "扫描.tif", "扫描.tif", "image/tiff"),
        (PDF, "制度.pdf", "制度.pdf", "application/pdf"),
        (docx(), "制度.docx", "制度.docx", office_types._OOXML["word/document.xml"][1]),
        (xlsx(), "台账.xlsx", "台账.xlsx", office_types._OOXML["xl/workbook.xml"][1]),
        (boxed({"OFD.xml": "<ofd/>", "Doc_0/Document.xml": "<d/>"}), "发票.ofd", "发票.ofd", "application/ofd"),
        (
            boxed({"mimetype": "application/vnd.oasis.opendocument.text", "content.xml": "<a/>"}),
            "说明.odt", "说明.odt", "application/vnd.oasis.opendocument.text",
        ),
        (WORD, "旧制度.doc", "旧制度.doc", "application/msword"),
        (WORD, "金山.wps", "金山.wps", "application/msword"),
        (EXCEL, "旧台账.xls", "旧台账.xls", "application/vnd.ms-excel"),
        (EXCEL, "金山.et", "金山.et", "application/vnd.ms-excel"),
        (POWERPOINT, "汇报.ppt", "汇报.ppt", "application/vnd.ms-powerpoint"),
        ("编号,金额\n1,4.2万\n".encode("gb18030"), "表.csv", "表.csv", "text/csv"),
        ("情况说明：已清理。".encode(), "说明.txt", "说明.txt", "text/plain"),
        ("情况说明".encode("utf-16"), "说明.txt", "说明.txt", "text/plain"),
        (b"MZ\xb5\xa5\xce\xbb,1\n", "MZ.csv", "MZ.csv", "text/csv"),
        (rb"{\rtf1\ansi hello}", "a.rtf", "a.rtf", "application/rtf"),
        # a name that lies about a harmless content is put right
        (PDF, "回单.jpg", "回单.pdf", "application/pdf"),
        (JPEG, "照片.exe", "照片.jpg", "image/jpeg"),
        (JPEG, "3.5万回单", "3.5万回单.jpg", "image/jpeg"),
        (xlsx(), "台账.xls", "台账.xlsx", office_types._OOXML["xl/workbook.xml"][1]),
    ],
)  # fmt: skip
def test_harmless_files_pass(content: bytes, name: str, kept: str, media_type: str) -> None:
    found = judge(content, name)
    assert (found.refusal, found.name, found.media_type) == ("", kept, media_type)


MACRO_TYPES = TYPES.replace("x.document.main", "vnd.ms-word.document.macroEnabled.main")


@pytest.mark.parametrize(
    ("content", "name", "reason"),
    [
        (b"", "空.txt", file_types.EMPTY),
        (b"   \n\n  \t", "空.txt", file_types.EMPTY),
        (b"MZ\x90\x00" + bytes(80), "回单.pdf", file_types.PROGRAM),
        (b"\x7fELF\x02\x01" + bytes(80), "回单.jpg", file_types.PROGRAM),
        (b"\xcf\xfa\xed\xfe" + bytes(80), "a", file_types.PROGRAM),
        (b"#!/bin/sh\nrm -rf /\n", "说明.txt", file_types.PROGRAM),
        (b"@echo off\r\ndel *.*\r\n", "清理.bat", file_types.PROGRAM),
        (b"WScript.Echo 1\r\n", "a.VBS", file_types.PROGRAM),
        (b"L\x00\x00\x00\x01\x14\x02\x00" + bytes(80), "快捷方式.pdf", file_types.PROGRAM),
        (boxed({"META-INF/MANIFEST.MF": "Main-Class: A", "A.class": b"\xca\xfe"}), "a.jar", file_types.PROGRAM),
        (boxed({"回单.jpg": JPEG}), "材料.zip", file_types.ARCHIVE),
        (boxed({"回单.jpg": JPEG}), "材料.docx", file_types.ARCHIVE),
        (b"Rar!\x1a\x07\x01\x00" + bytes(20), "材料.rar", file_types.ARCHIVE),
        (b"7z\xbc\xaf\x27\x1c" + bytes(20), "材料.7z", file_types.ARCHIVE),
        (b"\x1f\x8b\x08" + bytes(20), "a.gz", file_types.ARCHIVE),
        (b"a.txt".ljust(257, b"\x00") + b"ustar\x00" + bytes(250), "a.tar", file_types.ARCHIVE),
        (docx({"word/vbaProject.bin": b"\xd0\xcf"}), "制度.docx", office_types.MACROS),
        (boxed({"[Content_Types].xml": MACRO_TYPES, "word/document.xml": "<w/>"}), "制度.docm", office_types.MACROS),
        (boxed({"[Content_Types].xml": TYPES, "xl/workbook.xml": "<w/>", "xl/macrosheets/s.xml": "<x/>"}), "a.xlsx",
         office_types.MACROS),
        (docx({"word/embeddings/tool.exe": b"MZ"}), "a.docx", office_types.EMBEDDED),
        (docx({"word/embeddings/oleObject1.bin": "\x01Ole10Native".encode("utf-16-le")}), "a.docx",
         office_types.EMBEDDED),
        (compound({"WordDocument": bytes(12)}, ("Macros",)), "旧.doc", office_types.MACROS),
        (compound({"Workbook": SHEETS}, ("_VBA_PROJECT_CUR",)), "旧.xls", office_types.MACROS),
        (compound({"Workbook": record(0x809, bytes(16)) + record(0x85, bytes(4) + b"\x00\x01" + b"\x06\x00Macro1")}),
         "宏表.xls", office_types.MACROS),
        (compound({"PowerPoint Document": b"\x1f\x00\xff\x03\x14\x00\x00\x00\x02\x00\x00\x04\x0c\x00\x00\x00"
                   + bytes(4) + b"\x01\x00\x00\x00"}), "宏.ppt", office_types.MACROS),
        (compound({"WordDocument": bytes(12), "\x01Ole10Native": bytes(20)}), "旧.doc", office_types.EMBEDDED),
        (compound({"EncryptedPackage": bytes(20), "EncryptionInfo": bytes(20)}), "密.docx", office_types.LOCKED),
        (compound({"WordDocument": struct.pack("<HHHHHH", 0xA5EC, 0xC1, 0, 0, 0, 256)}), "密.doc", office_types.LOCKED),
        (compound({"Workbook": record(0x809, bytes(16)) + record(0x2F, bytes(54))}), "密.xls", office_types.LOCKED),
        (compound({"__properties_version1.0": bytes(20)}), "邮件.msg", file_types.UNKNOWN),
        (office_types.OLE + b"\xff" * 600, "坏.doc", office_types.DAMAGED),
        (docx()[:120], "坏.docx", office_types.DAMAGED),
        (PDF + b"<< /S /JavaScript /JS (app.alert\\(1\\)) >>", "a.pdf", pdf_types.SCRIPT),
        (PDF + b"<< /S /J#61vaScript >>", "a.pdf", pdf_types.SCRIPT),
        (PDF + b"<< /S /Launch /F (cmd.exe) >>", "a.pdf", pdf_types.SCRIPT),
        (PDF + b"<< /Type /ObjStm /N 1 >>\nstream\n" + zlib.compress(b"1 0 << /S /JavaScript >>") + b"\nendstream",
         "a.pdf", pdf_types.SCRIPT),
        (PDF + b"<< /Type /EmbeddedFile /Length 4 >>\nstream\nMZ..\nendstream", "a.pdf", pdf_types.ATTACHED),
        (b"<!DOCTYPE html><html><script>1</script></html>", "页.html", file_types.WEB_PAGE),
        (b"\xef\xbb\xbf  <svg onload='x()'/>", "图.txt", file_types.WEB_PAGE),
        (b"plain words", "a.svg", file_types.WEB_PAGE),
        (rb"{\rtf1{\object\objemb{\*\objdata 0105}}}", "a.rtf", file_types.OBJECTS),
        (b"\x00\x00\x00\x18ftypmp42" + bytes(20), "录像.mp4", file_types.SOUND),
        (b"#!AMR\n" + bytes(20), "录音.amr", file_types.SOUND),
        (b"\x01\x02\x03\x04\x05\x06\x07\x80\x81", "a.bin", file_types.UNKNOWN),
    ],
)  # fmt: skip
def test_what_acts_on_its_own_or_cannot_be_read_is_refused(content: bytes, name: str, reason: str) -> None:
    found = judge(content, name)
    assert found.refusal == reason
    assert len(found.refusal) <= 60  # `evidence.refused`


def test_scripts_by_chance_inside_a_picture_of_a_pdf_do_not_count() -> None:
    scan = PDF + b"<< /Filter /DCTDecode >>\nstream\n" + b"\x9c/JS /Launch " + b"\nendstream\n"
    assert judge(scan, "扫描.pdf").refusal == ""


def test_the_xml_data_of_an_invoice_may_stay_in_its_pdf() -> None:
    invoice = PDF + b"<< /Type /EmbeddedFile /Subtype /text#2Fxml /Length 3 >>\nstream\n<a/>\nendstream"
    assert judge(invoice, "发票.pdf").refusal == ""


def test_an_object_stream_that_unpacks_to_gigabytes_is_read_in_part() -> None:
    bomb = zlib.compress(bytes(64 * 1024 * 1024), 9)
    content = PDF + b"<< /Type /ObjStm >>\nstream\n" + bomb + b"\nendstream\n"
    assert judge(content, "a.pdf").refusal == ""


def test_a_pdf_full_of_one_word_is_judged_in_time_that_grows_with_its_size() -> None:
    """For every word all that stands before it was searched and copied: 224 KB took 3 s."""
    with alarm():
        assert (
            judge(b"%PDF-1.4\n<< /Subtype /text#2Fxml " + b"/EmbeddedFile " * 200_000, "a.pdf").refusal
            == pdf_types.ATTACHED
        )
        assert judge(b"%PDF-1.4\n" + b"<< /Subtype /text/xml /EmbeddedFile >> " * 200_000, "a.pdf").refusal == ""


def test_a_zip_bomb_is_refused_without_unpacking_it() -> None:
    parts: dict[str, str | bytes] = {"[Content_Types].xml": TYPES, "word/document.xml": bytes(48 * 1024 * 1024)}
    content = boxed(parts)
    tracemalloc.start()
    found = judge(content, "a.docx")
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert found.refusal == office_types.BOMB
    assert peak < 8 * 1024 * 1024


def test_a_locked_package_is_refused() -> None:
    content = bytearray(docx())
    for at in [place for place in range(len(content) - 4) if content[place : place + 4] == b"PK\x01\x02"]:
        content[at + 8] |= 1
    assert judge(bytes(content), "a.docx").refusal == office_types.LOCKED


@given(
    st.binary(max_size=400), st.sampled_from([b"", b"PK\x03\x04", office_types.OLE, b"%PDF-1.4\n", b"BM", b"{\\rtf"])
)
def test_no_bytes_make_it_raise(tail: bytes, head: bytes) -> None:
    found = judge(head + tail, "文件.docx")
    assert found.refusal or found.media_type


@given(st.text(max_size=60))
def test_no_name_makes_it_raise(name: str) -> None:
    assert judge(JPEG, name).media_type == "image/jpeg"
