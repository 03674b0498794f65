"""Pictures that strangers send: decoded with limits and written anew from their pixels alone (R153)."""

from __future__ import annotations

import io
import warnings

from PIL import Image, ImageOps, UnidentifiedImageError

FORMATS = ("JPEG", "PNG", "WEBP")
LONGEST_SIDE = 2000
MOST_PIXELS = 40_000_000  # what a telephone makes; decoded it takes 160 MB at most
MOST_SCANS = (
    100  # a progressive JPEG has about ten; thousands of empty ones keep a processor busy for minutes
)
QUALITY = 88
_BEGINNINGS = (b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n")
_START_OF_SCAN = b"\xff\xda"


class Broken(Exception):
    """It says that it is a picture and cannot be decoded."""


class TooManyPixels(Exception):
    """Small as a file, enormous when decoded."""


def is_picture(data: bytes) -> bool:
    """By its first bytes, whatever it is called."""
    return data.startswith(_BEGINNINGS) or (data[:4] == b"RIFF" and data[8:12] == b"WEBP")


def cleaned(data: bytes) -> bytes:
    """The upright picture as JPEG, its longest side at most LONGEST_SIDE, without a trace of where it came from.

    The pixels are copied onto an empty picture: Pillow would carry comments and
    XMP over by itself when it saves what it has opened.
    """
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # the limits here are our own, and stricter
            opened = _opened(data)
            upright = ImageOps.exif_transpose(opened)
            return _written(_scaled(upright))
    except TooManyPixels:
        raise
    except Exception as error:  # decoders fail in their own ways on what somebody has twisted
        raise Broken from error


def _opened(data: bytes) -> Image.Image:
    try:
        picture = Image.open(io.BytesIO(data), formats=FORMATS)
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise TooManyPixels from error
    except UnidentifiedImageError as error:
        raise Broken from error
    if picture.width * picture.height > MOST_PIXELS:
        raise TooManyPixels
    if data.count(_START_OF_SCAN) > MOST_SCANS and picture.format != "PNG":
        raise Broken
    picture.draft("RGB", (LONGEST_SIDE, LONGEST_SIDE))  # a JPEG is then decoded smaller at once
    return picture


def _scaled(picture: Image.Image) -> Image.Image:
    """With true colours first: dots of a palette cannot be averaged."""
    wanted = "RGBA" if picture.has_transparency_data else "RGB"
    picture = picture if picture.mode == wanted else picture.convert(wanted)
    picture.thumbnail((LONGEST_SIDE, LONGEST_SIDE))
    return picture


def _written(picture: Image.Image) -> bytes:
    paper = Image.new("RGB", picture.size, "white")
    paper.paste(picture, mask=picture.getchannel("A") if picture.mode == "RGBA" else None)
    out = io.BytesIO()
    paper.save(out, "JPEG", quality=QUALITY, optimize=True)
    return out.getvalue()
