"""What a file really is, by its bytes: harmless pictures and documents pass, the rest is refused with a reason."""

from __future__ import annotations

import codecs
import re
from dataclasses import dataclass, field

from bot import office_types, pdf_types
from bot.office_types import DAMAGED

LEAST = 6  # bytes; WeCom sends nothing smaller on (wecom.md 3.6)
EMPTY = "文件是空的"
PROGRAM = "是程序或脚本"
ARCHIVE = "压缩包请解压后分别上传"
WEB_PAGE = "网页或矢量图可能带脚本，请转成PDF或图片"
SOUND = "不收音频和视频"
OBJECTS = "文件里嵌有其他对象，请另存为PDF或.docx"
UNKNOWN = "格式认不出来，请转成图片、PDF或Office文件"

# Beginnings, longest knowledge first; (offset, bytes, ending, media type).
_PICTURES = (
    (0, b"\xff\xd8\xff", "jpg", "image/jpeg"),
    (0, b"\x89PNG\r\n\x1a\n", "png", "image/png"),
    (0, b"GIF87a", "gif", "image/gif"),
    (0, b"GIF89a", "gif", "image/gif"),
    (0, b"II*\x00", "tif", "image/tiff"),
    (0, b"MM\x00*", "tif", "image/tiff"),
    (8, b"WEBP", "webp", "image/webp"),
)
_HEIC = (b"heic", b"heix", b"hevc", b"heim", b"heis", b"mif1", b"msf1")
_PROGRAMS = (
    b"\x7fELF", b"#!", b"\xfe\xed\xfa\xce", b"\xfe\xed\xfa\xcf", b"\xce\xfa\xed\xfe", b"\xcf\xfa\xed\xfe",
    b"\xca\xfe\xba\xbe", b"L\x00\x00\x00\x01\x14\x02\x00", b"dex\n03", b"\x00asm", b"ITSF\x03\x00",
)  # fmt: skip
_ARCHIVES = (b"Rar!\x1a\x07", b"7z\xbc\xaf\x27\x1c", b"\x1f\x8b", b"\xfd7zXZ\x00", b"MSCF\x00", b"(\xb5/\xfd")
_BZIP = re.compile(rb"BZh[1-9]1AY&SY")
_SOUNDS = (
    b"#!AMR", b"OggS\x00", b"fLaC\x00", b"\xff\xfb", b"\x1aE\xdf\xa3", b"FLV\x01", b"0&\xb2u", b"ID3\x02", b"ID3\x03",
    b"ID3\x04",
)  # fmt: skip
_SCRIPT_NAMES = frozenset(
    ("bat", "cmd", "com", "ps1", "psm1", "vbs", "vbe", "js", "jse", "wsf", "wsh", "hta", "sh", "bash", "py", "pl", "rb",
     "php", "jsp", "asp", "aspx", "reg", "inf", "scf", "url", "lnk", "scr", "desktop", "application", "iqy", "slk")
)  # fmt: skip
_MARKUP = re.compile(rb"<(?:!doctype|html|head|body|script|svg|iframe|\?xml|\?php|%|!--)", re.IGNORECASE)
_BITMAP_HEADERS = (12, 40, 52, 56, 64, 108, 124)
_CONTROLS = re.compile(r"[\x00-\x08\x0b\x0e-\x1a\x1c-\x1f]")


@dataclass(frozen=True, slots=True)
class Judged:
    """What came of looking. refusal: why it is not taken, in words for the sender; empty when it is.

    name: as it was sent, its ending put right where it lied about a harmless content; empty stays empty.
    """

    media_type: str = ""
    name: str = field(default="", repr=False)
    refusal: str = ""


def judge(content: bytes, name: str) -> Judged:
    """Look at the whole content; bounded in time and memory whatever it is. Never raises."""
    if len(content) < LEAST or not content.strip(b"\x00 \t\r\n"):
        return Judged(refusal=EMPTY)
    refusal = _refused_at_once(content)
    if refusal:
        return Judged(refusal=refusal)
    try:
        found = _picture(content) or _document(content) or _text(content, ending_of(name))
    except Exception:  # a parser met something that its format does not allow: whatever it is, nobody can read it
        return Judged(refusal=DAMAGED)
    if isinstance(found, str):
        return Judged(refusal=found)
    endings, media_type = found
    return Judged(media_type, _put_right(name, endings))


def ending_of(name: str) -> str:
    """`PDF` in `回单.PDF ` is `pdf`; none: empty."""
    stem, dot, ending = name.strip(" .").rpartition(".")
    return ending.lower() if dot and stem else ""


def _put_right(name: str, endings: tuple[str, ...]) -> str:
    if not name or ending_of(name) in endings:
        return name
    stem, dot, ending = name.strip(" .").rpartition(".")
    plain = stem if dot and stem and re.fullmatch(r"[A-Za-z0-9]{1,5}", ending) else name.strip(" .")
    return f"{plain}.{endings[0]}"


def _refused_at_once(content: bytes) -> str:
    if content.startswith(_SOUNDS) or content[8:12] in (b"AVI ", b"WAVE"):
        return SOUND
    if content.startswith(_PROGRAMS) or (content.startswith(b"MZ") and b"\x00" in content[:64]):
        return PROGRAM
    if content.startswith(_ARCHIVES) or _BZIP.match(content) or content[257:262] == b"ustar":
        return ARCHIVE
    return ""


Kind = tuple[tuple[str, ...], str]


def _picture(content: bytes) -> Kind | str | None:
    for at, magic, ending, media_type in _PICTURES:
        if content.startswith(magic, at) and (ending != "webp" or content.startswith(b"RIFF")):
            return (ending, *{"jpg": ("jpeg",), "tif": ("tiff",)}.get(ending, ())), media_type
    if content[4:8] == b"ftyp":
        return (("heic", "heif"), "image/heic") if content[8:12] in _HEIC else SOUND
    if content.startswith(b"BM") and int.from_bytes(content[14:18], "little") in _BITMAP_HEADERS:
        return ("bmp",), "image/bmp"
    return None


def _document(content: bytes) -> Kind | str | None:
    if content.startswith(b"PK\x03\x04"):
        return office_types.package(content, ARCHIVE, PROGRAM)
    if content.startswith((b"PK\x05\x06", b"PK\x07\x08")):
        return ARCHIVE
    if content.startswith(office_types.OLE):
        return office_types.compound(content, UNKNOWN)
    if content[:16].lstrip(b"\xef\xbb\xbf \r\n\t").startswith(b"%PDF-"):
        return pdf_types.fault(content) or (("pdf",), "application/pdf")
    if content.startswith(b"{\\rtf"):
        return OBJECTS if re.search(rb"\\obj(?:data|ocx|emb|autlink)", content) else (("rtf", "doc"), "application/rtf")
    return None


def _text(content: bytes, ending: str) -> Kind | str:
    """Text that people can read, in an encoding that is met here; names of scripts and markup are refused."""
    words = _decoded(content)
    if words is None or _CONTROLS.search(words):
        return UNKNOWN
    if ending in _SCRIPT_NAMES:
        return PROGRAM
    if _MARKUP.match(words.lstrip("\ufeff \t\r\n")[:64].encode()) or ending in ("html", "htm", "svg", "xhtml", "mht"):
        return WEB_PAGE
    return (("csv",), "text/csv") if ending == "csv" else (("txt", "md", "log", "text"), "text/plain")


def _decoded(content: bytes) -> str | None:
    wide = content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
    for encoding in ("utf-16",) if wide else ("utf-8-sig", "gb18030"):
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    return None
