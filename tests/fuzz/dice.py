"""Everything that is thrown comes from here: the same seed, door and number give the same case on every machine."""

# ruff: noqa: E501 - samples read better one kind a line

from __future__ import annotations

import io
import json
import random
import zipfile
from collections.abc import Sequence
from typing import Any

Dice = random.Random

SNIPPETS = (
    "", " ", "\n", "\t", "\r\n", "\0", "\x01", "\x1b[31m", "\x7f", "\x85", "\u200b", "\u202e", "\ufeff", "\u2028", "\ufffe", "\uffff",
    "\U0001f600", "\U000e0001", "e\u0301", "ﷺ", "Å", "ß", "İ", "١٢٣", "〇", "四十二", "１２３", "0", "-1", "1e999", "NaN", "99999999999999999999",
    "1" * 400, "9" * 5000, "0x10", "=cmd|' /C calc'!A0", "@SUM(A1)", "'; DROP TABLE findings;--", "%s%n", "{0}", "{m}", "${x}", "../../etc/passwd",
    "<a href='x'>", "]]>", "<![CDATA[", "&amp;", "&#0;", "&lol;", "<!DOCTYPE x>", "<?xml?>", "</xml>", "|", "@all", "sys", "WT-2026-0001", "XS-2026-7K3M",
    "4821-7390-5512-6047", "2026-02-30", "0000-00-00", "9999-12-31", "12月32日", "1万亿亿", "约", "，", "。", "；", "：", "（", "”", "★", "null", "true",
)  # fmt: skip
HALVES = ("\ud800", "\udfff", "\udc80")  # of pairs: JSON can say them, UTF-8 cannot
BYTES = (
    b"\0", b"\xff", b"\xff\xfe", b"\xef\xbb\xbf", b"\x80", b"\xc0\xaf", b"\xed\xa0\x80", b"PK\x03\x04", b"PK\x05\x06", b"%PDF-", b"\x89PNG", b"\xff\xd8\xff",
    b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", b"\x7fELF", b"MZ\0", b"<<", b">>", b"stream", b"endstream", b"/EmbeddedFile ", b"/ObjStm", b"<x>", b"]]>", b"{", b"[" * 2000,
    b"\r\n\r\n", b"0" * 64, b"\x7f\xff\xff\xff", b"\xff\xff\xff\xff", b"\0" * 4096, b'"', b"\\ud800", b",", b"\n",
)  # fmt: skip


def dice_of(seed: int, door: str, number: int) -> Dice:
    return random.Random(f"{seed}/{door}/{number}")


def canary(dice: Dice) -> str:
    """A word that stands nowhere else: what is said must not be found in any log."""
    return "".join(dice.choice("bcdfghjklmnpqrstvwxz") for _ in range(14))


def raw(dice: Dice, sample: bytes, most: int = 200_000) -> bytes:
    """The sample with one to six things done to it."""
    out = bytearray(sample)
    for _ in range(dice.choice((1, 1, 1, 2, 3, 6))):
        at = dice.randrange(len(out) + 1)
        end = min(len(out), at + dice.choice((1, 1, 2, 4, 16, 64, 1000)))
        match dice.randrange(8):
            case 0 if out:
                out[min(at, len(out) - 1)] ^= 1 << dice.randrange(8)
            case 1:
                del out[at:end]
            case 2:
                out[at:at] = dice.choice(BYTES)
            case 3:
                out[at:end] = dice.randbytes(end - at)
            case 4:
                out[at:at] = out[at:end] * dice.choice((1, 2, 8, 200))
            case 5:
                del out[at:]
            case 6:
                out[at:end] = dice.choice(BYTES)
            case _:
                other = dice.randrange(len(out) + 1)
                out[at:end] = out[other : other + dice.choice((1, 8, 64))]
    return bytes(out[:most])


def words(dice: Dice, samples: Sequence[str], most: int = 2048) -> str:
    """A text somebody could have said, spoilt; or any Unicode at all. May hold half a pair."""
    if dice.random() < 0.12:
        return anything(dice, most if dice.random() < 0.02 else dice.choice((1, 4, 20, 100)))
    out = dice.choice(samples)
    for _ in range(dice.choice((0, 1, 1, 2, 4))):
        at, end = sorted((dice.randrange(len(out) + 1), dice.randrange(len(out) + 1)))
        match dice.randrange(7):
            case 0:
                out = out[:at] + dice.choice(SNIPPETS) + out[at:]
            case 1:
                out = out[:at] + out[end:]
            case 2:
                out = out[:at] + dice.choice(samples) + out[at:]
            case 3:
                out = out[:at] + out[at:end] * dice.choice((2, 3, 10, 100)) + out[end:]
            case 4:
                out = out[:at] + anything(dice, 3) + out[end:]
            case 5:
                out = out + dice.choice(("。", "\n", "；", "", " ")) + dice.choice(samples)
            case _:
                out = (out + dice.choice(SNIPPETS)) * dice.choice((1, 2, 30))
    return out[: most if dice.random() < 0.05 else dice.choice((30, 80, 150))]


def anything(dice: Dice, length: int) -> str:
    """Characters from everywhere, or one small piece again and again."""
    if dice.random() < 0.4:
        piece = dice.choice((*SNIPPETS, *HALVES)) or "我"
        return (piece * length)[:length]
    return "".join(_character(dice) for _ in range(length))


def _character(dice: Dice) -> str:
    kind = dice.random()
    if kind < 0.5:
        return chr(dice.randrange(0x4E00, 0x9FA6))
    if kind < 0.8:
        return chr(dice.randrange(0x20, 0x7F))
    if kind < 0.98:
        return chr(
            dice.choice(
                (
                    dice.randrange(0x100),
                    dice.randrange(0x3000),
                    dice.randrange(0xFE00, 0x10000),
                    dice.randrange(0x110000),
                )
            )
        )
    return dice.choice(HALVES)


def sound(text: str) -> str:
    """Without halves of pairs: what UTF-8 can carry."""
    return text.encode("utf-8", "replace").decode()


def value(dice: Dice, depth: int = 3) -> Any:
    """Any JSON value."""
    match dice.randrange(9 if depth else 7):
        case 0:
            return dice.choice((None, True, False))
        case 1:
            return dice.choice((0, -1, 1, 2**31, 2**63, 2**64, -(2**70), 10**30, 10**400))
        case 2:
            return dice.choice((0.5, -0.0, 1e308, -1e-320, float("inf"), float("-inf"), float("nan")))
        case 3 | 4:
            return dice.choice(SNIPPETS)
        case 5:
            return anything(dice, dice.choice((1, 10, 300)))
        case 6:
            return dice.choice(("", [], {}))
        case 7:
            return [value(dice, depth - 1) for _ in range(dice.randrange(4))]
        case _:
            return {
                dice.choice((*SNIPPETS[:40], "id", "errcode")): value(dice, depth - 1) for _ in range(dice.randrange(4))
            }


def structure(dice: Dice, sample: Any) -> Any:
    """A JSON value like the sample, with some of it changed, dropped or added."""
    if dice.random() < 0.05:
        return value(dice)
    if isinstance(sample, dict):
        out = {key: structure(dice, one) if dice.random() < 0.25 else one for key, one in sample.items()}
        if out and dice.random() < 0.25:
            del out[dice.choice(list(out))]
        if dice.random() < 0.15:
            out[dice.choice((*SNIPPETS[:60], "x"))] = value(dice)
        return out
    if isinstance(sample, list):
        return [structure(dice, one) for one in sample for _ in range(dice.choice((0, 1, 1, 1, 2)))]
    if isinstance(sample, str) and dice.random() < 0.7:
        return words(dice, (sample,), 500)
    return value(dice)


def as_json(dice: Dice, sample: Any) -> bytes:
    """The structure as bytes, sometimes spoilt as bytes besides, nested without end, or in another encoding."""
    said = json.dumps(structure(dice, sample), ensure_ascii=dice.random() < 0.5)
    way = dice.random()
    if way < 0.7:
        return said.encode("utf-8", "surrogatepass")
    if way < 0.92:
        return raw(dice, said.encode("utf-8", "replace"))
    if way < 0.95:
        return dice.choice(("[", '{"a":')).encode() * dice.choice((500, 5000, 30_000))
    return said.encode(dice.choice(("utf-16", "utf-32", "gb18030", "latin-1")), "replace")


def package(dice: Dice, sample: bytes) -> bytes:
    """A zip file with a part spoilt, left out, added or lied about; or spoilt as bytes."""
    if dice.random() < 0.35:
        return raw(dice, sample)
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(sample)) as old, zipfile.ZipFile(out, "w", dice.choice((0, 8, 8, 12, 14))) as new:
        names = old.namelist()
        hit = dice.choice(names)
        for name in names:
            content = old.read(name)
            if name == hit:
                if dice.random() < 0.15:
                    continue
                content = raw(dice, content)
            other = "" if dice.random() < 0.98 else sound(words(dice, (name,), 200)).replace("\0", "")
            new.writestr(other or name, content)
        if dice.random() < 0.3 and (added := dice.choice(PARTS)) not in new.namelist():
            new.writestr(added, dice.choice((b"", b"x", b"\0" * 100_000, b"MZ\0\0", b"<x/>")))
    made = out.getvalue()
    return made if dice.random() < 0.7 else raw(dice, made)


PARTS = (
    "../../x", "/etc/x", "xl/vbaProject.bin", "word/embeddings/oleObject1.bin", "META-INF/MANIFEST.MF", "mimetype", "a" * 60_000, "x.exe", "OFD.xml",
    "[Content_Types].xml", "xl/workbook.bin", "con", "AndroidManifest.xml", "\ud83d\ude00".encode("utf-16", "surrogatepass").decode("utf-16"),
)  # fmt: skip
