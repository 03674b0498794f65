"""Pictures of activities: no metadata, by who manages, seen by everybody, gone when removed."""

from __future__ import annotations

import io

import pytest
import sqlalchemy as sa
from PIL import Image

from tests import make
from volunteer.activities.models import ActivityPhoto
from volunteer.activities.service.planning import photos
from volunteer.core import files
from volunteer.core.errors import NotFound


def picture() -> bytes:
    """A photograph that says where it was taken."""
    exif = Image.Exif()
    exif[0x010E] = "PLANTED WORDS"
    exif.get_ifd(0x8825)[1] = "N"
    out = io.BytesIO()
    Image.new("RGB", (64, 48), "green").save(out, "JPEG", exif=exif)
    return out.getvalue()


@pytest.fixture
def hall(db):
    team = make.team()
    return make.leader(team), make.occurrence(make.series(team))


def add(leader, date, data=None, caption="护河队在桔苑桥下"):
    prepared = files.prepare(io.BytesIO(data or picture()))
    return photos.add_photo(
        actor=make.actor(leader), occurrence_id=date.id, prepared=prepared, caption=caption
    )


def test_what_the_camera_wrote_is_gone(hall, client):
    assert b"PLANTED WORDS" in picture()
    photo = add(*hall)
    answer = client.get(f"/photos/{photo.id}")
    assert answer.status_code == 200
    assert b"PLANTED WORDS" not in answer.data
    assert not Image.open(io.BytesIO(answer.data)).getexif()


def test_everybody_sees_it_on_the_page(hall, client):
    photo = add(*hall)
    page = client.get(f"/activities/{hall[1].id}").text
    assert f"/photos/{photo.id}" in page
    assert "护河队在桔苑桥下" in page


def test_only_who_manages_adds_and_removes(hall):
    photo = add(*hall)
    stranger = make.person()
    with pytest.raises(NotFound):
        add(stranger, hall[1])
    with pytest.raises(NotFound):
        photos.remove_photo(actor=make.actor(stranger), occurrence_id=hall[1].id, photo_id=photo.id)
    assert make.db.session.scalar(sa.select(sa.func.count()).select_from(ActivityPhoto)) == 1


def test_a_photo_of_another_activity_is_not_removed_from_here(hall):
    photo = add(*hall)
    leader = make.leader(make.team())
    own = make.occurrence(make.series(make.team()))
    with pytest.raises(NotFound):
        photos.remove_photo(actor=make.actor(leader), occurrence_id=own.id, photo_id=photo.id)


def test_a_removed_one_is_gone(hall, client):
    photo = add(*hall)
    photos.remove_photo(actor=make.actor(hall[0]), occurrence_id=hall[1].id, photo_id=photo.id)
    assert client.get(f"/photos/{photo.id}").status_code == 404
    assert make.db.session.scalar(sa.select(sa.func.count()).select_from(files.StoredFile)) == 0


def test_a_pdf_is_no_picture(hall):
    with pytest.raises(photos.NoPicture):
        add(*hall, data=b"%PDF-1.4 nothing")
    with pytest.raises(photos.NoPicture):
        photos.add_photo(actor=make.actor(hall[0]), occurrence_id=hall[1].id, prepared=None)


def test_there_is_a_limit(hall, monkeypatch):
    monkeypatch.setattr(photos, "MOST", 1)
    add(*hall)
    with pytest.raises(photos.TooManyPhotos):
        add(*hall)


def test_the_form_keeps_the_caption(hall, client_for):
    leader = client_for(hall[0])
    address = f"/activities/{hall[1].id}/photos"
    page = leader.post(address, data={"caption": "桥下"})
    assert page.status_code == 422
    assert 'value="桥下"' in page.text
    sent = {"caption": "桥下", "file": (io.BytesIO(picture()), "a.jpg")}
    page = leader.post(address, data=sent, content_type="multipart/form-data", follow_redirects=True)
    assert "桥下" in page.text
    assert make.db.session.scalar(sa.select(sa.func.count()).select_from(ActivityPhoto)) == 1
