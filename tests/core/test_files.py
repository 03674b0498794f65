"""Uploaded files: cleaned or refused, encrypted, found again unchanged, and swept when nothing points at them."""

from __future__ import annotations

import contextlib
import datetime as dt
import io
import os
import struct
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from PIL import ExifTags, Image, PngImagePlugin

from volunteer.core import clock, files, pictures
from volunteer.core.database import db as database
from volunteer.core.transaction import transaction

PLACE = b"Lugu Street 12"
PDF = b"%PDF-1.7\n1 0 obj << /OpenAction << /S /JavaScript /JS (app.alert(1)) >> >> endobj\n%%EOF\n"


@pytest.fixture(autouse=True)
def folder(app: Flask, tmp_path: Path) -> Iterator[Path]:
    """A folder of this test's own."""
    before = app.config["FILES_DIR"]
    app.config["FILES_DIR"] = str(tmp_path / "kept")
    yield tmp_path / "kept"
    app.config["FILES_DIR"] = before


def photo(size: tuple[int, int] = (300, 200), *, orientation: int = 1) -> bytes:
    """A JPEG as a telephone makes it: red at the left, blue at the right, with place, camera and comment."""
    picture = Image.new("RGB", size, "red")
    picture.paste("blue", (size[0] // 2, 0, size[0], size[1]))
    exif = Image.Exif()
    exif[ExifTags.Base.Make] = "Telephone"
    exif[ExifTags.Base.Orientation] = orientation
    exif.get_ifd(ExifTags.IFD.GPSInfo).update({1: "N", 2: (28.0, 13.0, 30.5), 3: "E", 4: (112.0, 52.0, 1.0)})
    out = io.BytesIO()
    picture.save(out, "JPEG", exif=exif, comment=PLACE, xmp=b"<x:xmpmeta>" + PLACE + b"</x:xmpmeta>")
    return out.getvalue()


def saved(picture: Image.Image, kind: str, **more: Any) -> bytes:
    out = io.BytesIO()
    picture.save(out, kind, **more)
    return out.getvalue()


def prepare(data: bytes) -> files.Prepared:
    return files.prepare(io.BytesIO(data))


def traces(data: bytes) -> list[str]:
    """What a picture still tells besides its pixels."""
    picture = Image.open(io.BytesIO(data))
    found = [str(tag) for tag in picture.getexif()] + [str(t) for t in picture.getexif().get_ifd(0x8825)]
    found += [name for name in ("comment", "xmp", "exif", "icc_profile", "Author") if name in picture.info]
    return found + (["words"] if PLACE in data or b"Telephone" in data else [])


def test_the_place_and_the_camera_are_gone_from_a_photo(app):
    assert traces(photo())
    assert traces(prepare(photo()).data) == []


def test_control_saving_what_was_opened_would_keep_the_words(app):
    """Pillow carries comments and XMP over by itself, so the copy onto an empty picture is needed."""
    opened = Image.open(io.BytesIO(photo()))
    assert "words" in traces(saved(opened, "JPEG"))


def test_a_photo_is_turned_upright_before_the_turn_is_forgotten(app):
    upright = Image.open(io.BytesIO(prepare(photo((300, 200), orientation=6)).data))
    assert upright.size == (200, 300)
    red, _green, blue = upright.getpixel((100, 20))
    assert red > 200 > blue


def test_a_large_photo_is_made_smaller_and_a_small_one_is_not_blown_up(app):
    assert Image.open(io.BytesIO(prepare(photo((4000, 1000))).data)).size == (2000, 500)
    assert Image.open(io.BytesIO(prepare(photo((300, 200))).data)).size == (300, 200)


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGB", "RGBA", "I;16"])
def test_png_of_every_kind_becomes_a_plain_jpeg(app, mode):
    words = PngImagePlugin.PngInfo()
    words.add_text("Author", PLACE.decode())
    data = saved(Image.new("RGBA", (40, 30), (0, 200, 0, 128)).convert("RGB").convert("L").convert(mode)
                 if mode == "I;16" else Image.new("RGBA", (40, 30), (0, 200, 0, 128)).convert(mode),
                 "PNG", pnginfo=words)  # fmt: skip
    kept = prepare(data)
    assert kept.media_type == files.JPEG
    assert traces(kept.data) == []


def test_webp_and_cmyk_are_taken(app):
    assert prepare(saved(Image.new("RGB", (40, 30)), "WEBP")).media_type == files.JPEG
    assert prepare(saved(Image.new("CMYK", (40, 30)), "JPEG")).media_type == files.JPEG


@pytest.mark.parametrize(
    "data",
    [
        b"MZ\x90\x00" + bytes(200),
        b"<html><script>alert(1)</script>",
        b"<svg xmlns='http://www.w3.org/2000/svg'/>",
        b"GIF89a" + bytes(50),
        b"\x00\x00\x00\x18ftypheic" + bytes(50),
        b"PK\x03\x04" + bytes(50),
        b"",
    ],
    ids=["exe", "html", "svg", "gif", "heic", "zip", "empty"],
)
def test_everything_else_is_refused_whatever_it_is_called(app, folder, data):
    with pytest.raises(files.WrongKind):
        prepare(data)
    assert not folder.exists()


@pytest.mark.parametrize("data", [photo()[:400], b"\xff\xd8\xff" + b"MZ" * 300, b"RIFF\0\0\0\0WEBPVP8 "])
def test_what_only_begins_like_a_picture_is_refused(app, data):
    with pytest.raises(files.BadFile):
        prepare(data)


def bomb(side: int) -> bytes:
    """A PNG of a few bytes that says it is enormous."""

    def chunk(name: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))

    head = struct.pack(">IIBBBBB", side, side, 8, 0, 0, 0, 0)
    body = zlib.compress(bytes(1000))
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", body) + chunk(b"IEND", b"")


@pytest.mark.parametrize("side", [6400, 12_000, 60_000])
def test_a_picture_that_would_fill_the_memory_is_refused_before_it_is_decoded(app, side, monkeypatch):
    monkeypatch.setattr(Image.Image, "load", lambda self: pytest.fail("decoded"))
    with pytest.raises(files.TooManyPixels):
        prepare(bomb(side))


def test_a_picture_with_thousands_of_scans_is_refused(app):
    with pytest.raises(files.BadFile):
        prepare(photo() + b"\xff\xda\x00\x08" * (pictures.MOST_SCANS + 1))


def test_a_file_that_is_too_large_is_refused(app):
    with pytest.raises(files.TooLarge) as refused:
        prepare(b"%PDF-" + bytes(files.LARGEST_BYTES))
    assert "7 MB" in refused.value.message


def test_a_file_is_kept_encrypted_and_only_for_our_own_eyes(app, folder):
    row = files.keep(prepare(PDF), by_id=1)
    (path,) = [path for path in folder.rglob("*") if path.is_file()]
    assert path.name == row.stored_name
    assert b"PDF" not in path.read_bytes()
    assert path.stat().st_mode & 0o777 == 0o600
    assert folder.stat().st_mode & 0o777 == path.parent.stat().st_mode & 0o777 == 0o700
    assert files.read(row) == PDF
    assert row.byte_count == len(PDF)


def test_a_pdf_is_only_saved_never_opened_here_and_a_picture_is_shown_in_a_sandbox(app):
    with app.test_request_context():
        paper = files.response(files.keep(prepare(PDF), by_id=1), called="proof-1")
        picture = files.response(files.keep(prepare(photo()), by_id=1), called="proof-2")
    assert paper.headers["Content-Disposition"] == 'attachment; filename="proof-1.pdf"'
    assert picture.headers["Content-Disposition"] == 'inline; filename="proof-2.jpg"'
    for answer in (paper, picture):
        assert answer.headers["Content-Security-Policy"].startswith("sandbox;")
        assert answer.headers["Cache-Control"] == "no-store"


def test_a_lost_or_exchanged_file_is_a_humane_404(app, folder):
    row, other = files.keep(prepare(PDF), by_id=1), files.keep(prepare(PDF + b"%"), by_id=1)
    mine, theirs = (folder / name[:2] / name for name in (row.stored_name, other.stored_name))
    mine.write_bytes(theirs.read_bytes())
    with pytest.raises(files.FileLost):
        files.read(row)
    mine.write_bytes(b"rubbish")
    with pytest.raises(files.FileLost):
        files.read(row)
    mine.unlink()
    with pytest.raises(files.FileLost) as lost:
        files.read(row)
    assert lost.value.status == 404


@contextlib.contextmanager
def undone() -> Iterator[None]:
    """A transaction that fails at its end."""
    with contextlib.suppress(RuntimeError), transaction():
        yield
        raise RuntimeError


def kept(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.rglob("*") if path.is_file())


def test_the_file_goes_when_its_row_goes_but_not_when_that_is_undone(app, folder):
    with transaction():
        row_id, name = (row := files.keep(prepare(PDF), by_id=1)).id, row.stored_name
    with undone():
        files.remove(row_id)
    assert kept(folder) == [name]
    with transaction():
        files.remove(row_id)
        assert kept(folder) == [name]
    assert kept(folder) == []
    assert database.session.scalar(sa.select(sa.func.count()).select_from(files.StoredFile)) == 0


def test_the_sweep_removes_what_no_row_names_after_a_day(app, folder):
    with transaction():
        row = files.keep(prepare(PDF), by_id=1)
        name = row.stored_name
    with undone():
        files.keep(prepare(PDF), by_id=1)
    for path in folder.rglob("*"):
        if path.is_file():
            os.utime(path, (clock.now().timestamp(),) * 2)
    assert len(kept(folder)) == 2
    assert files.sweep(clock.now() + dt.timedelta(hours=23)) == 0
    assert files.sweep(clock.now() + dt.timedelta(hours=25)) == 1
    assert kept(folder) == [name]
    assert files.sweep(clock.now() + dt.timedelta(hours=25)) == 0
