"""A picture is drawn anew: its pixels come along and nothing else, and no picture holds the program up."""

from __future__ import annotations

import os
import random
import struct
import time
import zlib
from io import BytesIO

import pytest
from PIL import Image

from bot.anonymous import pixels
from bot.anonymous.pixels import TooLarge, Unreadable, redraw
from bot.sealing import padding
from bot.sealing.contents import Part
from tests.anonymous import photos

CORNERS = {"red": (255, 0, 0), "green": (0, 160, 0), "blue": (0, 0, 255), "white": (255, 255, 255)}


def seen(part: Part) -> Image.Image:
    """As an officer opens it; without anything but pixels."""
    image = Image.open(BytesIO(part.body))
    image.load()
    assert image.format == part.kind.upper()
    assert not image.getexif()
    assert set(image.info) <= {"jfif", "jfif_version", "jfif_unit", "jfif_density"}
    return image


def corners(image: Image.Image) -> list[str]:
    """The colours above left, above right, below left, below right."""
    found = []
    for x, y in ((0.25, 0.25), (0.75, 0.25), (0.25, 0.75), (0.75, 0.75)):
        red, green, blue = image.getpixel((int(image.width * x), int(image.height * y)))  # type: ignore[misc]
        distance = {name: sum(abs(a - b) for a, b in zip((red, green, blue), colour, strict=True))
                    for name, colour in CORNERS.items()}  # fmt: skip
        found.append(min(distance, key=lambda name: distance[name]))
    return found


def segments(body: bytes) -> list[int]:
    """The markers of a JPEG up to its scan."""
    found, at = [], 2
    while body[at + 1] != 0xDA:
        found.append(body[at + 1])
        at += 2 + struct.unpack(">H", body[at + 2 : at + 4])[0]
    return found


def chunks(body: bytes) -> list[bytes]:
    """The names of a PNG's chunks."""
    found, at = [], 8
    while at < len(body):
        found.append(body[at + 4 : at + 8])
        at += 12 + struct.unpack(">I", body[at : at + 4])[0]
    return found


def marks_in(body: bytes) -> list[str]:
    """Which marks stand in it, in clear or as EXIF writes them."""
    known = [*photos.MARKS, "canary", "2026:11:23"]
    return [mark for mark in known if mark.encode() in body or mark.encode("utf-16-le") in body]


def test_the_photos_hold_what_is_looked_for() -> None:
    assert marks_in(photos.jpeg()) == [*photos.MARKS, "canary", "2026:11:23"]
    raw = photos.png()
    assert {b"tEXt", b"zTXt", b"iTXt", b"eXIf", b"iCCP"} <= set(chunks(raw[: raw.rindex(b"IEND") + 8]))


@pytest.mark.parametrize("progressive", [False, True])
def test_of_a_photo_only_the_pixels_are_left(progressive: bool) -> None:
    part = redraw(photos.jpeg(progressive=progressive))
    assert part.kind == "jpeg" and marks_in(part.body) == []
    assert set(segments(part.body)) == {0xE0, 0xDB, 0xC0, 0xC4}  # JFIF, tables, frame
    assert part.body.endswith(b"\xff\xd9")
    assert corners(seen(part)) == ["red", "green", "blue", "white"]


def test_of_a_screenshot_only_the_pixels_are_left() -> None:
    part = redraw(photos.png())
    assert part.kind == "png" and marks_in(part.body) == []
    assert set(chunks(part.body)) == {b"IHDR", b"IDAT", b"IEND"}
    assert seen(part).tobytes() == photos.scene().tobytes()


@pytest.mark.parametrize(
    ("turn", "expected"),
    [
        (1, ["red", "green", "blue", "white"]),
        (2, ["green", "red", "white", "blue"]),
        (3, ["white", "blue", "green", "red"]),
        (4, ["blue", "white", "red", "green"]),
        (5, ["red", "blue", "green", "white"]),
        (6, ["blue", "red", "white", "green"]),
        (7, ["white", "green", "blue", "red"]),
        (8, ["green", "white", "red", "blue"]),
        (99, ["red", "green", "blue", "white"]),
    ],
)
def test_it_stands_upright_whatever_way_the_phone_was_held(turn: int, expected: list[str]) -> None:
    image = seen(redraw(photos.jpeg(turn)))
    assert corners(image) == expected
    assert image.size == (photos.SIZE if turn not in (5, 6, 7, 8) else photos.SIZE[::-1])


def test_what_is_see_through_hides_nothing() -> None:
    image = photos.scene().convert("RGBA")
    image.putalpha(0)
    shown = seen(redraw(photos.saved(image, "PNG")))
    assert shown.mode == "RGB" and shown.getextrema() == ((255, 255), (255, 255), (255, 255))


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGBA"])
def test_every_mode_of_a_png_is_read(mode: str) -> None:
    shown = seen(redraw(photos.saved(photos.scene().convert(mode), "PNG")))
    assert shown.mode == "RGB" and corners(shown)[3] == "white"


def test_grey_of_sixteen_bits_keeps_its_light_parts() -> None:
    assert seen(redraw(photos.saved(Image.new("I;16", (8, 8), 40000), "PNG"))).getpixel((1, 1)) == (156, 156, 156)


def test_the_colours_of_print_are_read() -> None:
    red, green, blue = seen(redraw(photos.saved(Image.new("CMYK", (8, 8), (0, 255, 255, 0)), "JPEG"))).getpixel((1, 1))  # type: ignore[misc]
    assert red > 240 and green < 20 and blue < 20


def test_a_sharp_photo_is_drawn_smaller() -> None:
    shown = seen(redraw(photos.jpeg(6, (6000, 4000))))
    assert shown.width < shown.height and shown.width * shown.height <= pixels.KEPT_PIXELS
    assert corners(shown) == ["blue", "red", "white", "green"]


def test_a_long_screenshot_stays_readable() -> None:
    shown = seen(redraw(photos.saved(Image.new("RGB", (1080, 20000), "white"), "PNG")))
    assert shown.width > 850


@pytest.mark.parametrize(("form", "size"), [("PNG", (1300, 1300)), ("JPEG", (3000, 3000))])
def test_what_does_not_fit_the_largest_bucket_is_made_to_fit(form: str, size: tuple[int, int]) -> None:
    noise = Image.frombytes("RGB", size, os.urandom(3 * size[0] * size[1]))
    part = redraw(photos.saved(noise, form))
    assert part.kind == "jpeg" and len(part.to_bytes()) <= padding.LONGEST
    seen(part)


def _png_of(width: int, height: int, body: bytes = b"") -> bytes:
    def chunk(name: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))

    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", body) + chunk(b"IEND", b"")


def _with_size(content: bytes, width: int, height: int) -> bytes:
    at = content.index(b"\xff\xc0") + 5
    return content[:at] + struct.pack(">HH", height, width) + content[at + 4 :]


def _scans(many: int) -> bytes:
    """A progressive JPEG that says its last scan again and again."""
    whole = photos.saved(photos.scene((2000, 2000)), "JPEG", progressive=True)
    last = whole[whole.rindex(b"\xff\xda") : -2]
    return whole[:-2] + last * many + b"\xff\xd9"


@pytest.mark.parametrize(
    "bomb",
    [
        _png_of(30000, 30000, zlib.compress(bytes(10_000_000))),
        _png_of(2**31 - 1, 2**31 - 1),
        _with_size(photos.jpeg(), 60000, 60000),
        _scans(20_000),
        b"\xff\xd8" + b"\xff\xe1\x00\x02" * 1_000_000 + photos.jpeg()[2:],
        photos.jpeg() + bytes(pixels.MOST_BYTES),
    ],
    ids=["png of 900 megapixels", "png beyond counting", "jpeg of 3600 megapixels", "scans", "segments", "bytes"],
)
def test_a_bomb_is_refused_by_its_header(bomb: bytes) -> None:
    began = time.process_time()
    with pytest.raises(TooLarge):
        redraw(bomb)
    assert time.process_time() - began < 1


WHOLE = photos.jpeg()


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"canary no picture",
        b"\xff\xd8\xff",
        WHOLE[: WHOLE.rindex(b"\xff\xda") + 40],
        photos.png()[:200],
        _png_of(0, 0),
        _png_of(100, 100),
        b"%PDF-1.7 canary",
        b"<svg xmlns='http://www.w3.org/2000/svg'/>",
        photos.saved(photos.scene(), "GIF"),
        photos.saved(photos.scene(), "WEBP"),
        photos.saved(photos.scene(), "TIFF"),
        b"\xff\xd8\xff" + random.Random(7).randbytes(5000),
    ],
)
def test_what_is_no_whole_picture_is_refused_without_a_word_of_it(content: bytes) -> None:
    with pytest.raises(Unreadable) as refused:
        redraw(content)
    assert refused.value.args == () and refused.value.__cause__ is None and refused.value.__context__ is None


def test_broken_exif_does_not_spoil_the_picture() -> None:
    broken = WHOLE.replace(b"II*\x00", b"XX*\x00").replace(b"MM\x00*", b"XX\x00*")
    assert broken != WHOLE
    assert corners(seen(redraw(broken)))[3] == "white"
