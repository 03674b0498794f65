"""What the private note may say of health or hardship has a consent of its own (R144)."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
import sqlalchemy as sa

from tests import make
from tests.wishes.conftest import Village
from tests.wishes.test_pages import ClientFor, parsed
from volunteer.acting.rules import WISH
from volunteer.audit.models import AuditEntry
from volunteer.core import clock
from volunteer.people import rules as people_rules
from volunteer.people.models import Consent, Person
from volunteer.privacy.service import consents
from volunteer.wishes import noted, service
from volunteer.wishes.models import Wish

NOTE = "膝盖不好，家里低保"
OWN = {
    "public_text": "想学用手机", "kind": "service", "contact_name": "王桂兰", "contact_phone": "13800138000",
    "address": "麓山南路12号", "private_note": NOTE, "consent": "y",
}  # fmt: skip
FOR_OTHER = {**OWN, "for_whom": "other", "consent_by": "wisher", "wisher_words": "一位老人"}
HIDDEN = "心愿人没有同意给人看，或者已经收回"


def given(db: Any, person: Person) -> list[tuple[str, str, int | None]]:
    rows = db.session.execute(
        sa.select(Consent.kind, Consent.way, Consent.recorded_by_id)
        .where(Consent.person_id == person.id)
        .order_by(Consent.id)
    )
    return [tuple(row) for row in rows]


def collected(village: Village) -> Wish:
    """The wisher's own, with a consent to its note."""
    words: dict[str, Any] = {**OWN, "consent_version": "1", "note_way": people_rules.SELF}
    del words["consent"]
    return service.collect(actor=make.actor(village.wisher), **words)


def switch_on(db: Any, person: Person) -> None:
    for kind in noted.KINDS:
        consents.give(actor=make.actor(person), person_id=person.id, kind=kind)
    db.session.commit()


def only_wish(db: Any) -> Wish | None:
    return db.session.scalars(sa.select(Wish)).one_or_none()


def test_without_the_box_a_note_is_refused_at_its_field_and_kept(
    db: Any, client_for: ClientFor, village: Village
) -> None:
    page = parsed(client_for(village.wisher).post("/wishes/new", data=OWN), 422)
    assert NOTE in page
    assert 'id="note_consent-error"' in page
    assert only_wish(db) is None


def test_the_box_is_not_ticked_beforehand(client_for: ClientFor, village: Village) -> None:
    page = parsed(client_for(village.wisher).get("/wishes/new"))
    assert 'name="note_consent"' in page
    assert "checked" not in page.partition('name="note_consent"')[2].partition(">")[0]


def test_the_box_is_for_this_wish_alone(db: Any, client_for: ClientFor, village: Village) -> None:
    visitor = client_for(village.wisher)
    assert visitor.post("/wishes/new", data={**OWN, "note_consent": "y"}).status_code == 303
    assert given(db, village.wisher) == []
    wish = only_wish(db)
    assert wish is not None
    assert wish.note_way == "self"
    assert NOTE in parsed(client_for(village.staff).post(f"/wishes/{wish.id}/contact"))
    parsed(visitor.post("/wishes/new", data=OWN), 422)  # the next one asks again


def test_where_both_switches_stand_nothing_more_is_asked(
    db: Any, client_for: ClientFor, village: Village
) -> None:
    switch_on(db, village.wisher)
    assert client_for(village.wisher).post("/wishes/new", data=OWN).status_code == 303
    wish = only_wish(db)
    assert wish is not None
    assert NOTE in parsed(client_for(village.staff).post(f"/wishes/{wish.id}/contact"))


def test_an_older_note_stays_hidden_when_another_wish_is_filed(
    db: Any, client_for: ClientFor, village: Village
) -> None:
    """Who withdrew meant it: what staff or a helper tick for a new wish says nothing of the old one."""
    older = collected(village)
    switch_on(db, village.wisher)
    for kind in noted.KINDS:
        consents.withdraw(actor=make.actor(village.wisher), person_id=village.wisher.id, kind=kind)
    db.session.commit()
    data = {**FOR_OTHER, "area": str(village.elsewhere.id), "wisher_number": village.wisher.number}
    assert (
        client_for(village.other_staff)
        .post("/wishes/new", data={**data, "note_consent": "in_person"})
        .status_code
        == 303
    )
    assert not any(consents.has_consented(village.wisher.id, kind) for kind in noted.KINDS)
    assert HIDDEN in parsed(client_for(village.staff).post(f"/wishes/{older.id}/contact"))


def test_what_is_agreed_to_after_a_withdrawal_is_shown(
    db: Any, client_for: ClientFor, village: Village
) -> None:
    switch_on(db, village.wisher)
    consents.withdraw(actor=make.actor(village.wisher), person_id=village.wisher.id, kind="health")
    db.session.execute(sa.update(Consent).values(withdrawn_at=clock.now() - dt.timedelta(seconds=1)))
    wish = collected(village)
    assert NOTE in parsed(client_for(village.staff).post(f"/wishes/{wish.id}/contact"))


@pytest.mark.parametrize("who", ["wisher", "staff"])
def test_the_wisher_or_staff_take_the_words_back(
    db: Any, client_for: ClientFor, village: Village, who: str
) -> None:
    wish = collected(village)
    visitor, way = client_for(getattr(village, who)), f"/wishes/{wish.id}/take-back-note"
    page = "/wishes" if who == "wisher" else "/desk/wishes"
    assert way in parsed(visitor.get(f"{page}/{wish.id}"))
    assert visitor.post(way).status_code == 303
    assert visitor.post(way).status_code == 303  # the second time changes nothing
    assert way not in parsed(visitor.get(f"{page}/{wish.id}"))
    db.session.refresh(wish)
    assert (wish.private_note, wish.note_way, wish.state) == ("", None, "collected")
    assert db.session.scalar(sa.select(sa.func.count()).where(AuditEntry.act == "wish_note_taken_back")) == 1


@pytest.mark.parametrize("who", ["volunteer", "other_staff"])
def test_nobody_else_takes_them_back(db: Any, client_for: ClientFor, village: Village, who: str) -> None:
    wish = collected(village)
    service.verify(actor=make.actor(village.staff), wish_id=wish.id, how="上门看过")
    visitor = client_for(getattr(village, who))
    assert visitor.post(f"/wishes/{wish.id}/take-back-note").status_code == 404
    db.session.refresh(wish)
    assert wish.private_note == NOTE


def test_without_a_note_nothing_is_asked_and_nothing_given(
    db: Any, client_for: ClientFor, village: Village
) -> None:
    data = {**OWN, "private_note": "", "note_consent": "y"}
    assert client_for(village.wisher).post("/wishes/new", data=data).status_code == 303
    assert given(db, village.wisher) == []


def test_a_helper_says_how_the_ward_agreed(db: Any, client_for: ClientFor, village: Village) -> None:
    helper = make.helper(village.wisher, WISH)
    visitor, data = client_for(helper), {**OWN, "ward": str(village.wisher.id)}
    assert 'id="note_consent-error"' in parsed(visitor.post("/wishes/new", data=data), 422)
    assert visitor.post("/wishes/new", data={**data, "note_consent": "in_person"}).status_code == 303
    wish = only_wish(db)
    assert wish is not None
    assert (wish.note_way, wish.collected_by_id) == ("in_person", helper.id)
    assert given(db, village.wisher) == []


@pytest.mark.parametrize("way", ["self", "import", "x"])
def test_for_others_only_the_ways_of_the_counter(
    db: Any, client_for: ClientFor, village: Village, way: str
) -> None:
    data = {**FOR_OTHER, "area": str(village.grid.id), "note_consent": way}
    parsed(client_for(village.staff).post("/wishes/new", data=data), 422)
    assert only_wish(db) is None


def test_of_somebody_not_registered_the_way_stands_on_the_wish(
    db: Any, client_for: ClientFor, village: Village
) -> None:
    visitor, data = client_for(village.staff), {**FOR_OTHER, "area": str(village.grid.id)}
    assert 'id="note_consent-error"' in parsed(visitor.post("/wishes/new", data=data), 422)
    assert visitor.post("/wishes/new", data={**data, "note_consent": "on_paper"}).status_code == 303
    wish = only_wish(db)
    assert wish is not None
    assert wish.note_way == "on_paper"
    assert NOTE in parsed(visitor.post(f"/wishes/{wish.id}/contact"))


@pytest.mark.parametrize("kind", ["health", "hardship"])
def test_withdrawn_nobody_sees_the_note_any_more(
    db: Any, client_for: ClientFor, village: Village, kind: str
) -> None:
    wish = collected(village)
    switch_on(db, village.wisher)
    service.verify(actor=make.actor(village.staff), wish_id=wish.id, how="上门看过")
    service.claim(actor=make.actor(village.volunteer), wish_id=wish.id)
    readers = [client_for(village.staff), client_for(village.volunteer)]
    for reader in readers:
        assert NOTE in parsed(reader.post(f"/wishes/{wish.id}/contact"))
    consents.withdraw(actor=make.actor(village.wisher), person_id=village.wisher.id, kind=kind)
    db.session.commit()
    for reader in readers:
        page = parsed(reader.post(f"/wishes/{wish.id}/contact"))
        assert NOTE not in page
        assert HIDDEN in page
    assert HIDDEN in parsed(readers[0].get(f"/desk/wishes/{wish.id}"))


def test_an_older_note_that_nobody_agreed_to_is_hidden(client_for: ClientFor, village: Village) -> None:
    wish = make.wish(village.grid, private_note=NOTE, note_way=None)
    page = parsed(client_for(village.staff).post(f"/wishes/{wish.id}/contact"))
    assert NOTE not in page
    assert HIDDEN in page
