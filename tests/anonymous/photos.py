"""Pictures as phones make them: with all that they write beside the pixels, each mark one that a search finds."""

from __future__ import annotations

import struct
from io import BytesIO

from PIL import ExifTags, Image, PngImagePlugin

CAMERA = "canaryphone P60 Pro"
PLACE = "canaryplace36N118E"
COMMENT = "canarycomment by gallery"
PROFILE = "canaryprofile of a display"
PACKET = "canarypacket rdf:xmp"
HIDDEN = (36.0, 48.0, 12.3456)  # degrees, minutes, seconds: what a map needs
MARKS = (CAMERA, PLACE, COMMENT, PROFILE, PACKET)
SIZE = (64, 48)
THUMBNAIL = b"\xff\xd8\xff\xe0canarythumbnail\xff\xd9"


def scene(size: tuple[int, int] = SIZE) -> Image.Image:
    """Red above left, green above right, blue below left, white below right: so that turning it shows."""
    image = Image.new("RGB", size, "white")
    half = size[0] // 2, size[1] // 2
    image.paste((255, 0, 0), (0, 0, *half))
    image.paste((0, 160, 0), (half[0], 0, size[0], half[1]))
    image.paste((0, 0, 255), (0, half[1], half[0], size[1]))
    return image


def exif(turn: int = 1) -> Image.Exif:
    """Camera, time, place and a thumbnail, as a phone writes them. turn: how it was held, 1 to 8."""
    told = Image.Exif()
    told[ExifTags.Base.Make] = CAMERA
    told[ExifTags.Base.Orientation] = turn
    told[ExifTags.Base.DateTime] = "2026:11:23 10:04:05"
    place = told.get_ifd(ExifTags.IFD.GPSInfo)
    place[ExifTags.GPS.GPSLatitude] = HIDDEN
    place[ExifTags.GPS.GPSAreaInformation] = PLACE
    return told


def jpeg(turn: int = 1, size: tuple[int, int] = SIZE, *, progressive: bool = False) -> bytes:
    """With EXIF, GPS, comment, profile, XMP, a thumbnail, and a second picture after the end, as some phones put it."""
    out = BytesIO()
    scene(size).save(
        out, "JPEG", exif=exif(turn), comment=COMMENT.encode(), icc_profile=PROFILE.encode(), xmp=PACKET.encode(),
        quality=92, progressive=progressive,
    )  # fmt: skip
    whole = out.getvalue()
    extra = b"\xff\xe2" + struct.pack(">H", len(THUMBNAIL) + 2) + THUMBNAIL
    return whole[:2] + extra + whole[2:] + THUMBNAIL


def png() -> bytes:
    """With a comment in each of the three kinds of text chunks, EXIF, a profile, and bytes after the end."""
    notes = PngImagePlugin.PngInfo()
    notes.add_text("Comment", COMMENT)
    notes.add_text("Author", CAMERA, zip=True)
    notes.add_itxt("XML:com.adobe.xmp", PACKET)
    out = BytesIO()
    scene().save(out, "PNG", pnginfo=notes, exif=exif(), icc_profile=PROFILE.encode())
    return out.getvalue() + THUMBNAIL


def saved(image: Image.Image, form: str, **options: object) -> bytes:
    """The image in this format."""
    out = BytesIO()
    image.save(out, form, **options)
    return out.getvalue()
