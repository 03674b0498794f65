"""Where somebody is: asked only of who agreed, turned into metres, stored and logged nowhere."""

from __future__ import annotations

from typing import Any

import pytest
import sqlalchemy as sa

from tests import make
from tests.attendance.scene import Scene
from volunteer.core.database import db as database
from volunteer.privacy.service import consents

HERE = {"latitude": "28.200123", "longitude": "112.900456"}
NEAR = {"latitude": "28.201023", "longitude": "112.900456"}  # a hundred metres to the north


@pytest.fixture
def scene(app, client_for):
    made = Scene()
    answer = client_for(made.leader).post(f"/activities/{made.date.id}/door/place", data=HERE)
    assert answer.status_code == 303
    return made


def agree(someone: Any) -> None:
    consents.give(actor=make.actor(someone), person_id=someone.id, kind="location")
    database.session.commit()


def come(client: Any, scene: Scene, **more: str) -> Any:
    client.get(f"/in/{scene.date.id}/{scene.mark()}")
    return client.post(f"/check-in/{scene.date.id}", data={"do": "in", **more})


def test_who_agreed_leaves_a_distance_and_no_place(scene, client_for, caplog, capsys):
    me = scene.person()
    agree(me)
    phone = client_for(me)
    phone.get(f"/in/{scene.date.id}/{scene.mark()}")
    page = phone.get(f"/check-in/{scene.date.id}")
    assert "geolocation=(self)" in page.headers["Permissions-Policy"]
    assert "data-place" in page.get_data(as_text=True)
    assert come(phone, scene, **NEAR).status_code == 303
    assert scene.rows()[0].distance_metres == 100
    logged = caplog.text + "".join(capsys.readouterr())
    for coordinate in NEAR.values():
        assert coordinate not in everything_stored()
        assert coordinate not in logged


def test_without_consent_nothing_is_asked_and_nothing_kept(scene, client_for):
    phone = client_for(scene.person())
    phone.get(f"/in/{scene.date.id}/{scene.mark()}")
    page = phone.get(f"/check-in/{scene.date.id}")
    assert "geolocation=()" in page.headers["Permissions-Policy"]
    assert "data-place" not in page.get_data(as_text=True)
    come(phone, scene, **NEAR)  # even when the phone sends it all the same
    assert scene.rows()[0].distance_metres is None
    assert NEAR["latitude"] not in everything_stored()


def test_consent_that_was_taken_back_is_none(scene, client_for):
    me = scene.person()
    agree(me)
    consents.withdraw(actor=make.actor(me), person_id=me.id, kind="location")
    database.session.commit()
    come(client_for(me), scene, **NEAR)
    assert scene.rows()[0].distance_metres is None


def test_without_a_placed_door_nobody_is_asked(app, client_for):
    scene = Scene()
    me = scene.person()
    agree(me)
    phone = client_for(me)
    phone.get(f"/in/{scene.date.id}/{scene.mark()}")
    assert "data-place" not in phone.get(f"/check-in/{scene.date.id}").get_data(as_text=True)
    come(phone, scene, **NEAR)
    assert scene.rows()[0].distance_metres is None


@pytest.mark.parametrize("sent", [{}, {"latitude": "north"}, {"latitude": "nan", "longitude": "nan"}])
def test_a_phone_that_does_not_say_checks_in_all_the_same(scene, client_for, sent):
    me = scene.person()
    agree(me)
    assert come(client_for(me), scene, **sent).status_code == 303
    assert scene.rows()[0].distance_metres is None


def test_the_doors_place_is_encrypted_and_can_be_forgotten(scene, client_for):
    assert scene.door.latitude == "28.20012"
    assert "28.2001" not in everything_stored()
    client_for(scene.leader).post(f"/activities/{scene.date.id}/door/place", data={"forget": "1"})
    database.session.expire_all()
    assert scene.door.latitude is None


def test_only_who_leads_places_the_door(scene, client_for):
    answer = client_for(scene.person()).post(f"/activities/{scene.date.id}/door/place", data={"forget": "1"})
    assert answer.status_code == 404
    database.session.expire_all()
    assert scene.door.latitude is not None


def everything_stored() -> str:
    """Every value of every table, as it lies in the database."""
    found = []
    for name in sa.inspect(database.session.connection()).get_table_names():
        found += [str(tuple(row)) for row in database.session.execute(sa.text(f'SELECT * FROM "{name}"'))]
    return "\n".join(found)
