"""People with second factors, and browsers between the two steps."""

from __future__ import annotations

from typing import Any

import pyotp
import pytest
import sqlalchemy as sa

from tests import make
from volunteer.core import clock
from volunteer.core.database import db
from volunteer.people.models import COMMUNITY_STAFF, Person, SignInSession
from volunteer.safety import rules, service
from volunteer.safety.models import TotpSecret

PASSWORD = "tree-7-lamp"


def code_of(secret: str, *, later: int = 0) -> str:
    """What the app shows now, or so many half minutes later."""
    return str(pyotp.TOTP(secret).generate_otp(rules.step_at(clock.now()) + later))


def enrol(person: Person) -> tuple[str, list[str]]:
    """Give the person an app whose codes of the present half minute were not used: its secret, recovery codes."""
    service.offer(person.id)
    secret = db.session.get_one(TotpSecret, person.id).next_secret
    assert secret is not None
    codes = service.accept(person.id, code_of(secret), keep=None)
    db.session.get_one(TotpSecret, person.id).last_step = 0
    db.session.commit()
    return secret, codes


def sign_in(client: Any, person: Person, password: str = PASSWORD, **query: str) -> Any:
    form = {"account": person.number, "password": password}
    return client.post("/sign-in", data=form, query_string=query)


def second(client: Any, code: str) -> Any:
    return client.post("/sign-in/second-step", data={"one_time_code": code})


def is_signed_in(client: Any) -> bool:
    return bool(client.get("/me").status_code == 200)


def unconfirm() -> None:
    """As if every sign-in were from yesterday, with its second factor, and nothing proved since."""
    yesterday = clock.now() - clock.dt.timedelta(days=1)
    db.session.execute(sa.update(SignInSession).values(second_factor_at=yesterday, confirmed_at=None))
    db.session.commit()


@pytest.fixture
def resident(app: Any) -> Person:
    return make.person(password=PASSWORD)


@pytest.fixture
def staff(app: Any) -> Person:
    return make.staff(COMMUNITY_STAFF, make.community(), password=PASSWORD)
