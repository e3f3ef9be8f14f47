"""Office documents by what is in them, packages (zip) and compound files (OLE): no macros, passwords or programs."""

from __future__ import annotations

import io
import re
import struct
import zipfile

import olefile

OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
MACROS = "含有宏，请另存为不带宏的文件"
LOCKED = "文件加了密码，请去掉密码"
DAMAGED = "文件已损坏，打不开"
BINARY = "二进制工作簿不收，请另存为.xlsx"
BOMB = "解压后过大"
EMBEDDED = "文件里嵌有其他程序或文件，请单独上传"

_MOST_ENTRIES = 20_000
_MOST_UNPACKED = 600 * 1024 * 1024  # a workbook of 20 MB unpacks to a few hundred
_MOST_RATIO = 300
_PART = 256 * 1024  # what is read of a part that says what the package is
_OBJECT = 4 * 1024 * 1024  # what is read of an embedded object
_MOST_OBJECTS = 60
_OOXML = {
    "word/document.xml": ("docx", "application/vnd.openxmlformats-officedocument.wordprocessingml.document"),
    "xl/workbook.xml": ("xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
    "xl/workbook.bin": ("xlsb", "application/vnd.ms-excel.sheet.binary.macroEnabled.12"),
    "ppt/presentation.xml": ("pptx", "application/vnd.openxmlformats-officedocument.presentationml.presentation"),
}
_ALSO = {"docx": ("dotx", "wps"), "xlsx": ("xltx", "et"), "pptx": ("potx", "ppsx", "dps")}
_ODF = {"text": "odt", "spreadsheet": "ods", "presentation": "odp"}
_MACRO_PARTS = re.compile(r"vba(?:project|data)|macrosheets/|/activex/|^basic/|^scripts/", re.IGNORECASE)
_PROGRAM_PARTS = re.compile(r"META-INF/MANIFEST\.MF$|^AndroidManifest\.xml$|^classes\.dex$|^Payload/")
_OBJECT_PARTS = re.compile(r"embeddings/[^/]*\.(?:bin|ole)$", re.IGNORECASE)
_PROGRAM_NAMES = re.compile(r"\.(?:exe|dll|scr|com|bat|cmd|ps1|vbs|js|jar|msi|hta|lnk|docm|xlsm|pptm)$", re.IGNORECASE)
_NATIVE = "Ole10Native".encode("utf-16-le")  # an object that holds any file
# A PowerPoint 97 document names its project in VBAInfoContainer / VBAInfoAtom with fHasMacros = 1 ([MS-PPT] 2.4.10).
_PPT_MACROS = re.compile(
    rb"\x1f\x00\xff\x03\x14\x00\x00\x00\x02\x00\x00\x04\x0c\x00\x00\x00.{4}\x01\x00\x00\x00", re.DOTALL
)
_FILEPASS, _BOUNDSHEET = 0x2F, 0x85  # [MS-XLS] 2.4.117, 2.4.28

Kind = tuple[tuple[str, ...], str]


def package(content: bytes, archive: str, program: str) -> Kind | str:
    """The endings and the type of a package, or why it is refused. Reads a few bounded parts of it only."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as box:
            return _package(box, len(content), archive, program)
    except (zipfile.BadZipFile, NotImplementedError, OSError, EOFError, RuntimeError):
        return DAMAGED


def _package(box: zipfile.ZipFile, size: int, archive: str, program: str) -> Kind | str:
    entries = box.infolist()
    unpacked = sum(entry.file_size for entry in entries)
    if len(entries) > _MOST_ENTRIES or unpacked > min(_MOST_UNPACKED, max(size, 100_000) * _MOST_RATIO):
        return BOMB
    names = [entry.filename.replace("\\", "/") for entry in entries]
    kind = _what(box, set(names))
    if kind is None:
        return program if any(_PROGRAM_PARTS.search(name) for name in names) else archive
    if any(entry.flag_bits & 1 for entry in entries):
        return LOCKED
    if kind[0][0] == "xlsb":
        return BINARY
    if _has_macros(box, names):
        return MACROS
    return EMBEDDED if _holds_programs(box, names) else kind


def _what(box: zipfile.ZipFile, names: set[str]) -> Kind | None:
    if "[Content_Types].xml" in names:
        for part, (ending, media_type) in _OOXML.items():
            if part in names:
                return (ending, *_ALSO.get(ending, ())), media_type
    if "OFD.xml" in names:  # GB/T 33190: what invoices and official papers come as
        return ("ofd",), "application/ofd"
    if "mimetype" in names and not box.getinfo("mimetype").flag_bits & 1:
        said = _read(box, "mimetype", 128).decode("ascii", "replace")
        found = re.fullmatch(r"application/vnd\.oasis\.opendocument\.(text|spreadsheet|presentation)\s*", said)
        return ((_ODF[found[1]],), said.strip()) if found else None
    return None


def _has_macros(box: zipfile.ZipFile, names: list[str]) -> bool:
    if any(_MACRO_PARTS.search(name) for name in names):
        return True
    types = _read(box, "[Content_Types].xml", _PART) if "[Content_Types].xml" in names else b""
    return b"macroenabled" in types.lower() or b"vbaproject" in types.lower()


def _holds_programs(box: zipfile.ZipFile, names: list[str]) -> bool:
    if any(_PROGRAM_NAMES.search(name) for name in names):
        return True
    objects = [name for name in names if _OBJECT_PARTS.search(name)]
    return len(objects) > _MOST_OBJECTS or any(_NATIVE in _read(box, name, _OBJECT) for name in objects)


def _read(box: zipfile.ZipFile, name: str, most: int) -> bytes:
    with box.open(name) as part:
        return part.read(most)


def compound(content: bytes, unknown: str) -> Kind | str:
    """The endings and the type of a compound file, or why it is refused."""
    try:
        with olefile.OleFileIO(content) as box:
            return _compound(box, content, unknown)
    except (OSError, olefile.OleFileError, struct.error, ValueError, IndexError):
        return DAMAGED


def _compound(box: olefile.OleFileIO, content: bytes, unknown: str) -> Kind | str:
    paths = [[part.lower() for part in path] for path in box.listdir(streams=True, storages=True)]
    parts = {part for path in paths for part in path}
    if {"encryptedpackage", "encryptioninfo"} & parts:
        return LOCKED
    if any(part.startswith("_vba_project") for part in parts) or {"vba", "macros"} & parts:
        return MACROS
    if any("ole10native" in part for part in parts):
        return EMBEDDED
    if ["worddocument"] in paths:
        return LOCKED if _word_locked(box) else (("doc", "wps", "dot"), "application/msword")
    if ["workbook"] in paths or ["book"] in paths:
        stream = "Workbook" if ["workbook"] in paths else "Book"
        return _sheet_fault(box, stream) or (("xls", "et", "xlt"), "application/vnd.ms-excel")
    if ["powerpoint document"] in paths:
        kind = ("ppt", "dps", "pps"), "application/vnd.ms-powerpoint"
        return MACROS if _PPT_MACROS.search(content) else kind
    return unknown


def _word_locked(box: olefile.OleFileIO) -> bool:
    head = box.openstream("WordDocument").read(12)
    return len(head) == 12 and bool(head[11] & 0x01)  # FibBase.fEncrypted ([MS-DOC] 2.5.2)


def _sheet_fault(box: olefile.OleFileIO, name: str) -> str:
    """Password and Excel 4 macro sheets stand in the workbook's first records, before the sheets themselves."""
    stream = box.openstream(name)
    for _ in range(50_000):
        head = stream.read(4)
        if len(head) < 4:
            return ""
        kind, length = struct.unpack("<HH", head)
        body = stream.read(length)
        if kind == _FILEPASS:
            return LOCKED
        if kind == _BOUNDSHEET and len(body) > 5 and body[5] == 1:
            return MACROS
        if kind == 0x0A:  # end of the globals
            return ""
    return ""
