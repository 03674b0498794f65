"""One person with a value that gives them away in every place that can hold one, and a search for them."""

from __future__ import annotations

import datetime as dt
import json
from typing import Any

import sqlalchemy as sa

from tests import make
from volunteer.acting.models import Card, Delegation, Receipt
from volunteer.core import clock, crypto
from volunteer.core.database import db
from volunteer.credentials.models import Credential
from volunteer.outbox.models import Message
from volunteer.people import finding, phones
from volunteer.people.models import Consent, Guardian, Person, PersonSkill, RecordAccess
from volunteer.privacy.models import RightsRequest
from volunteer.safety.models import Passkey, ResetRequest, TotpSecret
from volunteer.teams.models import Application, Intake
from volunteer.wishes.models import Wish

VALUES = {
    "name": "欧阳金丝雀",
    "phone": "13987651234",
    "document": "44030819620504123X",
    "address": "金丝雀路七弄九号",
    "email": "canary@example.cn",
    "school": "金丝雀实验小学",
    "guardian": "司徒监护人",
}


def planted() -> Person:
    """The person, with a row in each table that can carry the values; committed."""
    area = make.community()
    phone = phones.normalise(VALUES["phone"])
    person = make.person(
        area,
        phone=phone,
        name=VALUES["name"],
        email=VALUES["email"],
        address=VALUES["address"],
        school=VALUES["school"],
        sex="female",
        document_kind="id_card",
        document=VALUES["document"],
        document_hash=crypto.look_up_hash("document", VALUES["document"]),
        password_hash="argon",
        pin_hash="argon",
        born_on=dt.date(1962, 5, 4),
    )
    other = make.person(area)
    team = make.team(area)
    make.member(team, person)
    for row in _rows(person, other, area.id, team.id):
        db.session.add(row)
    db.session.commit()
    return person


def _rows(person: Person, other: Person, area_id: int, team_id: int) -> list[Any]:
    now = clock.now()
    words = f"{VALUES['name']}，{VALUES['phone']}，{VALUES['address']}，{VALUES['school']}"
    mine = {"person_id": person.id}
    intake = Intake(
        team_id=team_id, title="招募", token=crypto.token(), token_hash=crypto.token()[:20], opened_at=now,
        opened_by_id=other.id, closes_at=now,
    )  # fmt: skip
    db.session.add(intake)
    db.session.flush()
    form = {
        "intake_id": intake.id, "name": VALUES["name"], "phone": person.phone, "phone_hash": person.phone_hash,
        "born_on": person.born_on, "area_id": area_id, "notice_version": "1", "applied_at": now,
        "answer_by_on": clock.today(), "skills": words[:200], "guardian": json.dumps([VALUES["guardian"]]),
    }  # fmt: skip
    return [
        Guardian(ward_id=person.id, name=VALUES["guardian"], relation="parent", phone=person.phone,
                 recorded_at=now, recorded_by_id=other.id),
        Consent(**mine, kind="photo", notice_version="1", given_at=now, way="self"),
        PersonSkill(**mine, skill="haircut"),
        RecordAccess(**mine, asked_by_id=other.id, reason=words, asked_at=now),
        TotpSecret(**mine, secret=VALUES["email"], created_at=now),
        Passkey(**mine, credential_id=words, credential_hash="c", public_key="k", sign_count=0,
                name=VALUES["name"], created_at=now),
        ResetRequest(account=VALUES["phone"], asked_at=now),
        Delegation(**mine, helper_id=other.id, relation="daughter", way="self", given_at=now),
        Receipt(**mine, acted_by_id=other.id, act="signed_up", object_kind="occurrence", details={"why": words},
                acted_at=now),
        Card(**mine, token=VALUES["name"], token_hash="t", issued_at=now, issued_by_id=other.id),
        RightsRequest(**mine, kind="correct", wanted=words, asked_at=now, due_on=clock.today(), reason=words),
        Message(key="canary", kind="team_accepted", **mine, channel="inbox", payload={"reason": words},
                state="sent", not_before=now, created_at=now, problem=VALUES["email"]),
        Credential(**mine, kind="training", name="急救", content=words, unit="红十字会",
                   happened_on=clock.today(), recorded_at=now, recorded_by_id=other.id),
        Application(**form, **mine, receipt=words, receipt_hash="r1", state="accepted", reason=words),
        Application(**form, receipt=words, receipt_hash="r2", state="waiting", form_hash="f"),
        Wish(number="K1", area_id=area_id, wisher_id=person.id, kind="company", public_text=words[:200],
             wisher_words=VALUES["name"], contact_name=VALUES["name"], contact_phone=VALUES["phone"],
             address=VALUES["address"], private_note=words, consent_version="1", consent_at=now,
             collected_at=now, collected_by_id=other.id, verified_how=words[:100], decision_reason=words),
    ]  # fmt: skip


def found_in_tables() -> dict[str, list[str]]:
    """Where which value is found, in any column of any table, encrypted ones opened."""
    found: dict[str, list[str]] = {}
    spellings = {**VALUES, "phone": VALUES["phone"]}
    for table in db.metadata.sorted_tables:
        for row in db.session.execute(sa.select(table)):
            for name, value in row._mapping.items():
                text = json.dumps(value, ensure_ascii=False, default=str) if value is not None else ""
                for kind, canary in spellings.items():
                    if canary in text:
                        found.setdefault(kind, []).append(f"{table.name}.{name}")
    found |= _look_up_hashes()
    return found


def _look_up_hashes() -> dict[str, list[str]]:
    """The keyed hashes by which they could be found."""
    hashes = {
        "name": finding.name_hash(VALUES["name"]),
        "phone": phones.phone_hash(phones.normalise(VALUES["phone"])),
        "document": crypto.look_up_hash("document", VALUES["document"]),
    }
    found: dict[str, list[str]] = {}
    for table in db.metadata.sorted_tables:
        for column in table.columns:
            if isinstance(column.type, sa.String) and "hash" in column.name:
                for kind, value in hashes.items():
                    if db.session.scalar(sa.select(sa.func.count()).where(column == value)):
                        found.setdefault(kind, []).append(f"{table.name}.{column.name}")
    return found
