"""What the applicant sees with the receipt: the state, the reason, and at the end the way in."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

import sqlalchemy as sa
from flask_babel import lazy_gettext as _l

from volunteer.core import clock, crypto
from volunteer.core.database import db
from volunteer.core.errors import NotFound, Refused
from volunteer.people import service as people
from volunteer.people.models import ACTIVE, Person
from volunteer.teams import intake_rules
from volunteer.teams.models import ACCEPTED, REFUSED, WAITING, Application, Intake, Team
from volunteer.teams.service.intake.applying import RECEIPT


class NoSuchReceipt(NotFound):
    sentence = _l("没有找到这张回执。请检查链接是不是完整，或者问问志愿服务队的队长。")


class NoPasswordHere(Refused):
    sentence = _l("这张回执不能再设密码。已经设过的，请直接登录；忘了密码，请到社区服务台重设。")


@dataclass(frozen=True)
class Receipt:
    """`number` is shown only to whom the acceptance has registered, never to who was known before."""

    application: Application
    intake: Intake
    team: Team
    number: str | None
    may_set_password: bool
    person_id: int | None

    @property
    def stage(self) -> str:
        """'waiting', 'refused', 'forgotten' (refused long ago), 'welcome' (sets a password now), 'ready', 'member'.

        'member' is all that is said to who had a record before; the old way in still opens.
        """
        if self.application.state == WAITING:
            return "waiting"
        if self.application.state == REFUSED:
            return "refused" if self.application.form_hash is not None else "forgotten"
        if self.may_set_password:
            return "welcome"
        return "member" if self.number is None else "ready"


def receipt(token: str) -> Receipt:
    """The receipt of a link."""
    statement = (
        sa.select(Application, Intake, Team, Person.number, Person.status, Person.password_hash)
        .join(Intake, Intake.id == Application.intake_id)
        .join(Team, Team.id == Intake.team_id)
        .outerjoin(Person, sa.and_(Person.id == Application.person_id, Application.is_new_person))
        .where(Application.receipt_hash == crypto.look_up_hash(RECEIPT, token))
    )
    row = db.session.execute(statement).first()
    if row is None:
        raise NoSuchReceipt
    application, intake, team, number, status, password_hash = row
    is_own = application.state == ACCEPTED and application.is_new_person and status == ACTIVE
    return Receipt(
        application,
        intake,
        team,
        number if is_own else None,
        is_own and password_hash is None and _is_fresh(application),
        application.person_id if is_own else None,
    )


def set_first_password(*, token: str, password: str, password_hash: str | None = None) -> int:
    """Give the accepted applicant a password, once; gives the person's id.

    `password_hash` saves hashing here, where a writer may be waiting. Whoever was
    registered before has another way in, and the receipt opens none.
    """
    found = receipt(token)
    if not found.may_set_password or found.person_id is None:
        raise NoPasswordHere
    if not people.set_first_password(
        person_id=found.person_id, password=password, password_hash=password_hash
    ):
        raise NoPasswordHere
    return found.person_id


def _is_fresh(application: Application) -> bool:
    assert application.decided_at is not None, "it was accepted"
    return application.decided_at + dt.timedelta(days=intake_rules.PASSWORD_DAYS) > clock.now()
