"""A picture drawn anew from its pixels: nothing of what phone, camera or program wrote beside them comes along.

A plain save would keep much of that: a JPEG's comment, an ICC profile. So the pixels are copied into a fresh image, and
that is written. Whatever could make decoding endless is refused by its header, before any decoder sees it.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator
from io import BytesIO

from PIL import ExifTags, Image

from bot.sealing import padding
from bot.sealing.contents import Part

FORMATS = ("JPEG", "PNG")  # what picture messages hold (wecom.md 3.6); each further decoder is one more to attack
MOST_BYTES = 20 * 1024 * 1024
MOST_PIXELS = {"jpeg": 50_000_000, "png": 30_000_000}  # a sharp phone's photo; a long screenshot
KEPT_PIXELS = 16_000_000  # more are drawn smaller
ROOM = padding.LONGEST - len("jpeg\n")  # bytes of a picture that the largest bucket takes
QUALITY = 85
_STEP = 0.7  # of both sides, when it does not fit
_MOST_SEGMENTS, _MOST_SCANS = 2000, 40  # of a JPEG; a progressive one has about ten scans, a bomb thousands
_COARSE = 2500  # a JPEG whose shorter side stays as long as that is decoded at a half of it at once, or less
_PNG = b"\x89PNG\r\n\x1a\n"
_MARKER = re.compile(rb"\xff[^\x00\xff\xd0-\xd7]")  # in a scan, what is no marker has a zero behind it
_SCAN, _END = 0xDA, 0xD9
_FRAMES = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}
_TURNS = {
    2: Image.Transpose.FLIP_LEFT_RIGHT, 3: Image.Transpose.ROTATE_180, 4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE, 6: Image.Transpose.ROTATE_270, 7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}  # fmt: skip


class Unreadable(Exception):
    """No JPEG or PNG, or a damaged one. It never says more: the text of a decoder's error may hold anything."""


class TooLarge(Exception):
    """More bytes or pixels than are taken."""


def redraw(content: bytes) -> Part:
    """A new JPEG or PNG of the same picture, upright, RGB on white, small enough to be sealed.

    Takes up to some 350 MB for a moment and a few seconds of one core. Raises Unreadable or TooLarge, without a cause.
    """
    _check(content)
    drawn: Image.Image | None = None
    try:
        drawn = _drawn(content)
        return _written(drawn, as_png=content.startswith(_PNG) and len(content) <= ROOM)
    except TooLarge:
        raise
    except Exception:  # decoders raise many kinds, and their words may quote the picture
        drawn = None
    raise Unreadable


def _check(content: bytes) -> None:
    """By the headers alone, so that no bomb reaches a decoder."""
    if len(content) > MOST_BYTES:
        raise TooLarge
    if content.startswith(_PNG) and content[12:16] == b"IHDR":
        kind, sizes = "png", [(int.from_bytes(content[16:20], "big"), int.from_bytes(content[20:24], "big"))]
    elif content.startswith(b"\xff\xd8\xff"):
        kind, sizes = "jpeg", list(_frames(content))
    else:
        raise Unreadable
    if not sizes:
        raise Unreadable
    if max(width * height for width, height in sizes) > MOST_PIXELS[kind]:
        raise TooLarge


def _frames(content: bytes) -> Iterator[tuple[int, int]]:
    """The size that each frame header of a JPEG gives. Raises TooLarge when there are too many parts in it."""
    at, scans = 2, 0
    for _ in range(_MOST_SEGMENTS):
        found = _MARKER.search(content, at)
        if found is None or content[found.end() - 1] == _END:
            return
        kind, at = content[found.end() - 1], found.end()
        if kind in _FRAMES:
            yield int.from_bytes(content[at + 5 : at + 7], "big"), int.from_bytes(content[at + 3 : at + 5], "big")
        scans += kind == _SCAN
        if scans > _MOST_SCANS:
            break
        at += int.from_bytes(content[at : at + 2], "big")
    raise TooLarge


def _drawn(content: bytes) -> Image.Image:
    """A fresh image with these pixels and nothing else, upright."""
    with Image.open(BytesIO(content), formats=FORMATS) as opened:
        if opened.width * opened.height > MOST_PIXELS["jpeg"]:
            raise TooLarge
        turn = _turn(opened)
        opened.draft("RGB", (_COARSE, _COARSE))
        opened.load()
        seen = _smaller(_opaque(opened), math.sqrt(KEPT_PIXELS / (opened.width * opened.height)))
        fresh = Image.new("RGB", seen.size)
        fresh.paste(seen)
    return fresh.transpose(_TURNS[turn]) if turn in _TURNS else fresh


def _opaque(opened: Image.Image) -> Image.Image:
    """As RGB. What is see-through may hide something: it becomes white."""
    seen = _eight_bits(opened)
    if not seen.has_transparency_data:
        return seen if seen.mode == "RGB" else seen.convert("RGB")
    layer = seen if seen.mode == "RGBA" else seen.convert("RGBA")
    white = Image.new("RGB", layer.size, "white")
    white.paste(layer, mask=layer.getchannel("A"))
    return white


def _turn(opened: Image.Image) -> int:
    """How the camera was held (EXIF); upright when that cannot be read."""
    try:
        return int(opened.getexif().get(ExifTags.Base.Orientation, 1))
    except Exception:
        return 1


def _eight_bits(opened: Image.Image) -> Image.Image:
    """Grey of 16 bits is made 8 by shifting: converting it would cut the light parts off."""
    if not opened.mode.startswith("I"):
        return opened
    return opened.convert("I").point(lambda value: value * (1 / 256)).convert("L")


def _smaller(image: Image.Image, scale: float) -> Image.Image:
    if scale >= 1:
        return image
    size = max(1, int(image.width * scale)), max(1, int(image.height * scale))
    return image.resize(size, Image.Resampling.LANCZOS, reducing_gap=2.0)


def _written(image: Image.Image, *, as_png: bool) -> Part:
    if as_png and len(body := _saved(image, "PNG")) <= ROOM:
        return Part("png", body)
    while len(body := _saved(image, "JPEG", quality=QUALITY)) > ROOM:
        image = _smaller(image, _STEP)
    return Part("jpeg", body)


def _saved(image: Image.Image, form: str, **options: int) -> bytes:
    out = BytesIO()
    image.save(out, form, **options)
    return out.getvalue()
