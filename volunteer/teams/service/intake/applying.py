"""Filling in the form: by oneself with the phone, or a leader with a paper form in hand.

The form looks nobody up. Whether a phone is registered already is found out when
the leader opens the list; who applies sees the same answer in the same time (R004).
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from flask import current_app
from flask_babel import lazy_gettext as _l

from volunteer.areas.models import COMMUNITY, Area
from volunteer.audit import service as audit
from volunteer.core import clock, crypto
from volunteer.core.database import db, insert
from volunteer.core.errors import NotFound, Refused
from volunteer.people import documents, finding, phones, rules
from volunteer.people import service as people
from volunteer.people.identity import Actor
from volunteer.teams import policy
from volunteer.teams.intake_rules import GuardianWords
from volunteer.teams.models import WAITING, Application, Intake, Team
from volunteer.teams.service.intake.loading import NoSuchIntake, of_intake
from volunteer.workdays import queries as workdays

FORM, RECEIPT, INTAKE = "application", "receipt", "intake"  # purposes of keyed hashes
_WAITING = sa.text("state = 'waiting'")


class IntakeOver(Refused):
    sentence = _l("这次招募已经结束。想加入的话，可以直接注册，再到队伍的页面上申请。")


class GuardianMissing(Refused):
    """R007: at a meeting the guardian is often there; the form has room for them."""

    sentence = _l("未满 14 周岁需要监护人同意：请监护人填上姓名和手机号，并打勾同意。")
    status = 422
    field = "guardian_name"


class UnknownCommunity(Refused):
    sentence = _l("请从列出的社区里选。")
    status = 422
    field = "area"


@dataclass(frozen=True)
class Form:
    """What somebody wrote; the phones as people write them."""

    name: str
    born_on: dt.date
    area_id: int
    phone: str | None = None
    sex: str | None = None
    skills: tuple[str, ...] = ()
    guardian: GuardianWords | None = None
    language: str = "zh_Hans"


def by_token(token: str) -> tuple[Intake, Team]:
    """The intake of a QR code and its team; one that is over is found too."""
    hashed = crypto.look_up_hash(INTAKE, token)
    intake = db.session.scalars(sa.select(Intake).where(Intake.token_hash == hashed)).first()
    if intake is None:
        raise NoSuchIntake
    return intake, db.session.get_one(Team, intake.team_id)


def is_open(intake: Intake, team: Team) -> bool:
    return intake.closes_at > clock.now() and team.closed_at is None


def apply(*, token: str, form: Form, has_consented: bool) -> str:
    """Hand in one's own form; gives the token of the receipt.

    The same form again, while it waits for an answer, gives the same receipt. Another
    form with the same phone is another application, which the leader sees marked.
    """
    intake, team = by_token(token)
    if not is_open(intake, team):
        raise IntakeOver
    if not has_consented:
        raise people.ConsentNeeded
    _id, receipt = _keep(intake, form, applied_by=None)
    return receipt


def enter_paper_form(*, actor: Actor, intake_id: int, form: Form, has_consented: bool) -> int:
    """Type in what somebody wrote and signed on paper; also after the intake is over. Gives the id."""
    intake = db.session.get(Intake, intake_id)
    if intake is None:
        raise NoSuchIntake
    team, area_path = of_intake(intake)
    if not policy.may_accept(actor, team.path, area_path):
        raise NotFound
    if not has_consented:
        raise people.ConsentNeeded
    return _keep(intake, form, applied_by=actor.id)[0]


def _keep(intake: Intake, form: Form, *, applied_by: int | None) -> tuple[int, str]:
    """Write the form, or find that it waits already: one statement either way. Gives id and receipt."""
    row = _row(intake, form, applied_by)
    statement = insert(Application).values(**row)
    statement = statement.on_conflict_do_update(
        index_elements=["intake_id", "form_hash"],
        index_where=_WAITING,
        set_={"form_hash": statement.excluded.form_hash},
    ).returning(Application.id, Application.receipt)
    application_id, receipt = db.session.execute(statement).one()
    act = "application_received" if receipt == row["receipt"] else "application_repeated"
    audit.record(actor_id=applied_by, act=act, kind="application", id=application_id, intake=intake.id)
    return application_id, receipt


def _row(intake: Intake, form: Form, applied_by: int | None) -> dict[str, Any]:
    now, today, receipt = clock.now(), clock.today(), crypto.token()
    born_on = rules.birth_date(form.born_on, today)
    phone = phones.normalise(form.phone) if form.phone else None
    return {
        "intake_id": intake.id,
        "name": rules.name(form.name),
        "phone": phone,
        "phone_hash": phones.phone_hash(phone) if phone else None,
        "form_hash": _form_hash(form.name, born_on, phone),
        "sex": documents.known_sex(form.sex) if form.sex else None,
        "born_on": born_on,
        "area_id": _community(form.area_id),
        "language": form.language,
        "skills": " ".join(rules.skills(list(form.skills))),
        "guardian": _guardian(form.guardian, born_on, today, wards_phone=phone),
        "notice_version": rules.NOTICE_VERSION,
        "applied_at": now,
        "applied_by_id": applied_by,
        "answer_by_on": workdays.working_days_after(today, current_app.config["CONFIRM_DAYS"]),
        "receipt": receipt,
        "receipt_hash": crypto.look_up_hash(RECEIPT, receipt),
        "state": WAITING,
        "is_new_person": False,
    }


def _form_hash(name: str, born_on: dt.date, phone: str | None) -> str:
    """What makes a form the same form when it is sent again."""
    return crypto.look_up_hash(FORM, f"{phone or ''}|{finding.spelling(name)}|{born_on.isoformat()}")


def _community(area_id: int) -> int:
    area = db.session.get(Area, area_id)
    if area is None or area.level != COMMUNITY:
        raise UnknownCommunity
    return area.id


def _guardian(
    words: GuardianWords | None, born_on: dt.date, today: dt.date, *, wards_phone: str | None
) -> str | None:
    """A guardian is kept for minors only; under 14 there must be one, with a phone other than the child's."""
    if words is None or not rules.is_minor(born_on, today):
        if rules.needs_guardian(born_on, today):
            raise GuardianMissing
        return None
    phone = _guardian_phone(words.phone)
    if phone == wards_phone:
        raise people.WardsOwnPhone
    return GuardianWords(rules.name(words.name), rules.relation(words.relation), phone).as_text()


def _guardian_phone(text: str) -> str:
    try:
        return phones.normalise(text)
    except phones.NotAMobilePhone as refusal:
        refusal.field = "guardian_phone"
        raise
