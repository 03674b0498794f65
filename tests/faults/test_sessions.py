"""Copied cookies are worth nothing once a sign-in has ended, on every worker process of the real server.

Each deed that must end sign-ins is done while four workers serve; then the
copied cookie is sent twenty times, many at once, so that every worker sees it.
The controls take the guard out (nothing is ever ended) and must find the
copied cookie alive.
"""

from __future__ import annotations

import asyncio
import http.client
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from flask import Flask

from tests import make
from tests.faults import browser, server, unguarded
from tests.faults.browser import Visitor
from tests.safety.conftest import PASSWORD, code_of, enrol
from volunteer.areas.models import Area
from volunteer.core import crypto
from volunteer.core.database import db
from volunteer.core.transaction import transaction
from volunteer.people import service as people
from volunteer.people import sessions
from volunteer.people.models import COMMUNITY_STAFF, SYSTEM_ADMIN, Person
from volunteer.safety import service as safety

pytestmark = pytest.mark.thorough

TIMES = 20
IN, OUT = 200, 302  # what /me answers to somebody signed in, and to nobody


@dataclass
class Stage:
    """A running server, somebody with two signed-in browsers, and an administrator."""

    app: Flask
    port: int
    person_id: int
    area_id: int
    admin_id: int
    here: Visitor
    elsewhere: Visitor
    secret: str

    def post(self, visitor: Visitor, path: str, **fields: str) -> None:
        db.session.remove()  # what this process has read must not keep the workers from writing
        answer = asyncio.run(browser.post(self.port, visitor, path, visitor.body(crypto.token(), fields)))
        assert answer.status == 303, (path, answer.status, answer.page[-3000:].decode())

    def replay(self, cookie: str) -> Counter[int]:
        """The statuses of /me for the cookie, sent twenty times, eight at once."""
        with ThreadPoolExecutor(8) as pool:
            return Counter(pool.map(lambda _: self._get("/me", cookie), range(TIMES)))

    def _get(self, path: str, cookie: str) -> int:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        try:
            connection.request("GET", path, headers={"Cookie": cookie})
            answer = connection.getresponse()
            answer.read()
            return answer.status
        finally:
            connection.close()


Deed = Callable[[Stage], str]  # does the deed and names the cookie that must be dead


def sign_out(stage: Stage) -> str:
    stage.post(stage.here, "/sign-out")
    return stage.here.cookie


def new_password(stage: Stage) -> str:
    new = "boat-9-river"
    stage.post(stage.here, "/me/password", password=PASSWORD, new_password=new, again=new)
    return stage.elsewhere.cookie


def forgotten_password(stage: Stage) -> str:
    with transaction():
        code = safety.give_code(actor=make.actor(_person(stage.admin_id)), person_id=stage.person_id)
    number = _person(stage.person_id).number
    new = "boat-9-river"
    stage.post(stage.elsewhere, "/reset", account=number, slip_code=code, new_password=new, again=new)
    return stage.here.cookie


def second_factor_changed(stage: Stage) -> str:
    stage.post(stage.here, "/me/second-factor/app/new")
    with transaction():
        secret = db.session.get_one(safety_models().TotpSecret, stage.person_id).next_secret or ""
    stage.post(stage.here, "/me/second-factor/app", one_time_code=code_of(secret))
    return stage.elsewhere.cookie


def second_factor_removed_at_the_counter(stage: Stage) -> str:
    with transaction():
        safety.remove_at_counter(actor=make.actor(_person(stage.admin_id)), person_id=stage.person_id)
    return stage.here.cookie


def demoted(stage: Stage) -> str:
    with transaction():
        people.revoke_role(
            actor=make.actor(_person(stage.admin_id)),
            person_id=stage.person_id,
            role=COMMUNITY_STAFF,
            area_id=stage.area_id,
            reason="不在社区工作了",
        )
    return stage.here.cookie


def disabled(stage: Stage) -> str:
    with transaction():
        people.disable(
            actor=make.actor(_person(stage.admin_id)), person_id=stage.person_id, reason="长期不在本地居住"
        )
    return stage.elsewhere.cookie


def ended_one_by_one(stage: Stage) -> str:
    with transaction():
        listed = sessions.listed(stage.person_id, "")
    token = _token(stage.app, stage.elsewhere.cookie)
    (key,) = [one.key for one in listed if one.key == sessions._key(sessions.hash_token(token))]
    stage.post(stage.here, "/me/sign-ins/end", sign_in=key)
    return stage.elsewhere.cookie


DEEDS: tuple[Deed, ...] = (
    sign_out,
    new_password,
    forgotten_password,
    second_factor_changed,
    second_factor_removed_at_the_counter,
    demoted,
    disabled,
    ended_one_by_one,
)
# A disabled account is refused by its state as well: there the missing guard would not show.
WITH_ONE_GUARD = tuple(deed for deed in DEEDS if deed is not disabled)


def safety_models() -> Any:
    from volunteer.safety import models

    return models


def _person(person_id: int) -> Person:
    return db.session.get_one(Person, person_id)


def _token(app: Flask, cookie: str) -> str:
    serializer: Any = app.session_interface.get_signing_serializer(app)  # type: ignore[attr-defined]
    return str(serializer.loads(cookie.partition("=")[2])["_user_id"])


def _stage(house: Flask, port: int) -> Stage:
    area: Area = make.community()
    person = make.staff(COMMUNITY_STAFF, area, password=PASSWORD)
    admin = make.staff(SYSTEM_ADMIN, area)
    secret, _ = enrol(person)
    here, elsewhere = browser.sign_in(house, [person, person])
    made = Stage(house, port, person.id, area.id, admin.id, here, elsewhere, secret)
    db.session.remove()
    return made


@pytest.fixture
def served(house: Flask, fresh_url: str, tmp_path: Path) -> Iterator[server.Server]:
    with server.running(fresh_url, tmp_path / "log", workers=4) as running:
        yield running


def test_a_copied_cookie_is_dead_on_every_worker(house, served):
    for deed in DEEDS:
        stage = _stage(house, served.port)
        assert stage.replay(stage.here.cookie) == stage.replay(stage.elsewhere.cookie) == {IN: TIMES}
        cookie = deed(stage)
        assert stage.replay(cookie) == {OUT: TIMES}, deed.__name__


def test_control_when_nothing_is_ended_the_cookie_lives(house, fresh_url, tmp_path, monkeypatch):
    unguarded.sign_ins_never_end(monkeypatch.setattr)
    guards = {"entry": "tests.faults.unguarded:app", "UNGUARDED": unguarded.SIGN_INS}
    with server.running(fresh_url, tmp_path / "log", workers=4, **guards) as running:
        for deed in WITH_ONE_GUARD:
            stage = _stage(house, running.port)
            cookie = deed(stage)
            assert stage.replay(cookie) == {IN: TIMES}, deed.__name__


def test_a_cookie_that_was_planted_before_the_sign_in_stays_nobodys(house, served):
    """Session fixation: the attacker knows the cookie with which the victim comes to sign in."""
    person = make.person(password=PASSWORD)
    number = person.number
    db.session.remove()
    planted = browser._visitor(house, 0, "known-to-the-attacker")
    form = {"account": number, "password": PASSWORD}
    answer = asyncio.run(browser.post(served.port, planted, "/sign-in", planted.body("x" * 22, form)))
    assert answer.status == 303
    stage = _stage(house, served.port)
    assert stage.replay(planted.cookie) == {OUT: TIMES}
