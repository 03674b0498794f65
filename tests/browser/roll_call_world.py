"""A date that is just over, with three people signed up, and leaders whose browsers are signed in already."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

from flask.sessions import SecureCookieSessionInterface
from playwright.sync_api import Page

from tests import make
from tests.browser.conftest import World
from volunteer.core import clock, crypto
from volunteer.core.database import db
from volunteer.hours.models import Batch, ServiceRecord
from volunteer.people.models import Person, SignInSession
from volunteer.people.sessions import hash_token


@dataclass
class Held:
    occurrence_id: int
    url: str
    leader_id: int
    deputy_id: int
    people: list[int]


def held(world: World, names: tuple[str, ...] = ("陈桂芳", "王建国", "李秀英")) -> Held:
    with world.app.app_context():
        team = make.team()
        leader, deputy = make.leader(team), make.leader(team)
        occurrence = make.occurrence(
            make.series(team, capacity=60), starts_at=clock.now() - dt.timedelta(hours=3)
        )
        people = [make.sign_up(occurrence, make.person(name=name)).person_id for name in names]
        url = f"{world.address}/activities/{occurrence.id}/roll-call"
        made = Held(occurrence.id, url, leader.id, deputy.id, people)
        db.session.remove()
    return made


def sign_in(world: World, page: Page, person_id: int) -> None:
    """Put the cookie of a fresh sign-in into the browser."""
    with world.app.app_context():
        token, now = crypto.token(), clock.now()
        assert db.session.get(Person, person_id) is not None
        db.session.add(
            SignInSession(
                token_hash=hash_token(token), person_id=person_id, created_at=now, last_seen_at=now,
                second_factor_at=now,
            )
        )  # fmt: skip
        db.session.commit()
        serializer = SecureCookieSessionInterface().get_signing_serializer(world.app)
        assert serializer is not None
        cookie = serializer.dumps({"_user_id": token, "_fresh": True})
        db.session.remove()
    page.context.add_cookies([{"name": "linli", "value": str(cookie), "url": world.address}])


def recorded(world: World) -> dict[int, str]:
    """Person → attendance, over all batches; more rows than people would be a double."""
    with world.app.app_context():
        rows: list[Any] = db.session.query(ServiceRecord.person_id, ServiceRecord.attendance).all()
        assert db.session.query(Batch).count() <= 1
        assert len(rows) == len({row[0] for row in rows})
        db.session.remove()
    return {row[0]: row[1] for row in rows}
