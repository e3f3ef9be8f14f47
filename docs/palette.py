"""Screenshots as small palette PNGs, several side by side; with the standard library alone."""

from __future__ import annotations

import struct
import zlib
from collections import Counter
from collections.abc import Sequence

SIGNATURE = b"\x89PNG\r\n\x1a\n"
Pixels = list[bytes]  # one row of RGB triples after the other
MOST = 256
GAP = b"\xd8\xdc\xe3"


def beside(pictures: Sequence[bytes], gap: int = 24) -> bytes:
    """One palette PNG with the PNGs (8 bits, RGB or RGBA, of one height) from left to right."""
    rows = [_rows(picture) for picture in pictures]
    joined = [(GAP * gap).join(row) for row in zip(*rows, strict=True)]
    return _palette_png(joined)


def _rows(picture: bytes) -> Pixels:
    width, height, channels, packed = 0, 0, 3, b""
    at = len(SIGNATURE)
    while at < len(picture):
        length, kind = struct.unpack(">I4s", picture[at : at + 8])
        body = picture[at + 8 : at + 8 + length]
        if kind == b"IHDR":
            width, height, depth, colour = struct.unpack(">IIBB", body[:10])
            assert depth == 8 and colour in (2, 6)
            channels = 4 if colour == 6 else 3
        elif kind == b"IDAT":
            packed += body
        at += length + 12
    return _unfiltered(zlib.decompress(packed), width * channels, height, channels)


def _unfiltered(data: bytes, stride: int, height: int, channels: int) -> Pixels:
    rows, above = [], bytearray(stride)
    for at in range(height):
        start = at * (stride + 1)
        line = bytearray(data[start + 1 : start + 1 + stride])
        _FILTERS[data[start]](line, above, channels)
        above = line
        rows.append(_rgb(line) if channels == 4 else bytes(line))
    return rows


def _rgb(line: bytearray) -> bytes:
    out = bytearray(len(line) // 4 * 3)
    for channel in range(3):
        out[channel::3] = line[channel::4]
    return bytes(out)


def _none(_line: bytearray, _above: bytearray, _step: int) -> None:
    return


def _sub(line: bytearray, _above: bytearray, step: int) -> None:
    for at in range(step, len(line)):
        line[at] = (line[at] + line[at - step]) & 255


def _up(line: bytearray, above: bytearray, _step: int) -> None:
    for at, over in enumerate(above):
        line[at] = (line[at] + over) & 255


def _average(line: bytearray, above: bytearray, step: int) -> None:
    for at, over in enumerate(above):
        left = line[at - step] if at >= step else 0
        line[at] = (line[at] + (left + over) // 2) & 255


def _paeth(line: bytearray, above: bytearray, step: int) -> None:
    for at, over in enumerate(above):
        left, corner = (line[at - step], above[at - step]) if at >= step else (0, 0)
        guess = left + over - corner
        to_left, to_over, to_corner = abs(guess - left), abs(guess - over), abs(guess - corner)
        nearest = left if to_left <= to_over and to_left <= to_corner else over if to_over <= to_corner else corner
        line[at] = (line[at] + nearest) & 255


_FILTERS = (_none, _sub, _up, _average, _paeth)


def _palette_png(rows: Pixels) -> bytes:
    """The most frequent colours as they are; every other one as the nearest of them."""
    counts = Counter(pixel for row in rows for pixel in _pixels(row))
    chosen = [colour for colour, _ in counts.most_common(MOST)]
    place = {colour: at for at, colour in enumerate(chosen)}
    for colour in counts:
        if colour not in place:
            place[colour] = _nearest(colour, chosen)
    lines = b"".join(b"\x00" + bytes(place[pixel] for pixel in _pixels(row)) for row in rows)
    head = struct.pack(">IIBBBBB", len(rows[0]) // 3, len(rows), 8, 3, 0, 0, 0)
    parts = ((b"IHDR", head), (b"PLTE", b"".join(chosen)), (b"IDAT", zlib.compress(lines, 9)), (b"IEND", b""))
    return SIGNATURE + b"".join(_chunk(kind, body) for kind, body in parts)


def _pixels(row: bytes) -> list[bytes]:
    return [bytes(pixel) for pixel in zip(row[::3], row[1::3], row[2::3], strict=True)]


def _nearest(colour: bytes, chosen: Sequence[bytes]) -> int:
    red, green, blue = colour
    return min(
        range(len(chosen)),
        key=lambda at: (chosen[at][0] - red) ** 2 + (chosen[at][1] - green) ** 2 + (chosen[at][2] - blue) ** 2,
    )


def _chunk(kind: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))
