"""Staff's page of one person: masked, in scope, with full values as an act of their own."""

from __future__ import annotations

import datetime as dt

import pytest
import sqlalchemy as sa

from tests import make
from volunteer.audit.models import AuditEntry
from volunteer.core import clock, crypto
from volunteer.core.errors import NotFound
from volunteer.outbox.models import Message
from volunteer.people import queries, reasons, service
from volunteer.people.models import (
    AUDITOR,
    COMMUNITY_STAFF,
    COUNTER_CLERK,
    DISABLED,
    SUBDISTRICT_STAFF,
    SYSTEM_ADMIN,
    WAITING,
    Consent,
    Person,
    SignInSession,
)

SECRETS = {
    "name": "欧阳若兰",
    "phone": "+8613812345678",
    "document": "440308199901011230",
    "address": "麓山南路12号3栋401",
    "school": "麓谷第三小学",
    "email": "ruolan@example.org",
}


def full_person(area, **more):
    """Somebody of whom everything is known."""
    phone = SECRETS["phone"]
    more = {"phone_hash": crypto.look_up_hash("phone", phone), "document_kind": "id_card", **SECRETS, **more}
    return make.person(area, **more)


def entries(db, act):
    found = sa.select(AuditEntry).where(AuditEntry.act == act).order_by(AuditEntry.id)
    return list(db.session.scalars(found))


def confirm(db, client):
    """The person has proved a moment ago to be the same one."""
    db.session.execute(sa.update(SignInSession).values(confirmed_at=clock.now()))
    db.session.commit()
    return client


def test_the_page_shows_nothing_whole(client_for):
    area = make.community()
    person = full_person(area)
    page = client_for(make.staff(COMMUNITY_STAFF, area)).get(f"/desk/people/{person.id}").text
    for secret in SECRETS.values():
        assert secret.removeprefix("+86") not in page
    assert "若兰" not in page
    for shown in ("欧*", "138****5678", "440308********1230", "已登记", person.number):
        assert shown in page


def test_the_page_says_who_verified_consented_and_works_here(client_for, db):
    area = make.community(name="麓源社区")
    staff = make.staff(COMMUNITY_STAFF, area)
    person = make.person(area, verified_at=clock.now(), verified_by_id=staff.id)
    make.grant(person, COUNTER_CLERK, area=area)
    team = make.team(area, name="麓源护河队")
    make.member(team, person)
    db.session.add(
        Consent(
            person_id=person.id, kind="privacy", notice_version="2026-11", given_at=clock.now(), way="on_paper",
            recorded_by_id=staff.id,
        )
    )  # fmt: skip
    make.guardian(person)
    db.session.commit()
    page = client_for(staff).get(f"/desk/people/{person.id}").text
    for shown in (
        f"周* {staff.number}", "兑换点值班员", "麓源护河队", "2026-11", "签了纸质同意书", "父亲或母亲",
    ):  # fmt: skip
        assert shown in page
    assert "陈大明" not in page


@pytest.mark.parametrize(
    ("role", "page", "reveal"),
    [
        (COMMUNITY_STAFF, 200, 200),
        (SUBDISTRICT_STAFF, 200, 200),
        (SYSTEM_ADMIN, 200, 200),
        (AUDITOR, 200, 404),
        (COUNTER_CLERK, 404, 404),
        (None, 404, 404),
    ],
)
def test_who_opens_the_page_and_who_sees_it_whole(client_for, role, page, reveal):
    area = make.community()
    person = make.person(area)
    client = client_for(make.staff(role, area) if role else make.person(area))
    assert client.get(f"/desk/people/{person.id}").status_code == page
    assert client.get(f"/desk/people/{person.id}/reveal").status_code == reveal


def test_outside_of_the_own_area_nobody_is_there(client_for, db):
    root = make.subdistrict()
    area, other = make.community(root), make.community(root)
    person, client = make.person(other), client_for(make.staff(COMMUNITY_STAFF, area))
    for path in ("", "/reveal", "/move", "/disable", "/enable", "/access"):
        assert client.get(f"/desk/people/{person.id}{path}").status_code == 404
    form = {"fields": ["name"], "reason": "counter", "area": area.id}
    for path in ("/reveal", "/move", "/disable", "/enable", "/access"):
        assert client.post(f"/desk/people/{person.id}{path}", data=form).status_code == 404
    assert client.get(f"/desk/people/{10**15}").status_code == 404
    assert db.session.scalars(sa.select(AuditEntry.act)).all() == []


def test_the_chosen_values_stand_in_the_answer_alone(client_for, db):
    area = make.community()
    person, staff = full_person(area), make.staff(COMMUNITY_STAFF, area)
    client = client_for(staff)
    address = f"/desk/people/{person.id}/reveal"
    answer = client.post(address, data={"fields": ["name", "address"], "reason": "counter"})
    assert answer.status_code == 200
    assert answer.headers["Cache-Control"] == "no-store"
    assert SECRETS["name"] in answer.text
    assert SECRETS["address"] in answer.text
    assert "13812345678" not in answer.text
    entry = entries(db, "person_revealed")[0]
    assert (entry.actor_id, entry.object_id) == (staff.id, person.id)
    assert entry.details == {"fields": ["name", "address"], "reason": "counter"}
    assert SECRETS["name"] not in client.get(address).text


def test_a_form_that_comes_twice_shows_nothing_the_second_time(client_for, db):
    area = make.community()
    person, client = full_person(area), client_for(make.staff(COMMUNITY_STAFF, area))
    form = {"fields": ["name"], "reason": "counter", "form_key": crypto.token()}
    first = client.post(f"/desk/people/{person.id}/reveal", data=form)
    second = client.post(f"/desk/people/{person.id}/reveal", data=form, follow_redirects=True)
    assert SECRETS["name"] in first.text
    assert SECRETS["name"] not in second.text
    assert len(entries(db, "person_revealed")) == 1


@pytest.mark.parametrize(
    ("form", "sentence"),
    [
        ({"fields": [], "reason": "counter"}, "请选要看哪几项"),
        ({"fields": ["name"], "reason": ""}, "请选一个原因"),
        ({"fields": ["name"], "reason": "other"}, "请在下面写明原因"),
        ({"fields": ["name"], "reason": "curiosity"}, "请看一看下面几处"),
        ({"fields": ["password_hash"], "reason": "counter"}, "请看一看下面几处"),
        ({"fields": ["name"], "reason": "other", "words": "长" * 201}, "最多 200 个字"),
        ({"fields": ["name"], "reason": "other", "words": "他的电话 13812345678"}, "不要写电话号码"),
    ],
)
def test_without_a_sound_reason_nothing_is_shown(client_for, db, form, sentence):
    area = make.community()
    person, client = full_person(area), client_for(make.staff(COMMUNITY_STAFF, area))
    answer = client.post(f"/desk/people/{person.id}/reveal", data=form)
    assert answer.status_code == 422
    assert sentence in answer.text
    assert SECRETS["name"] not in answer.text
    assert entries(db, "person_revealed") == []


def test_a_document_is_shown_to_those_only_who_confirmed_who_they_are(client_for, db):
    area = make.community()
    person, client = full_person(area), client_for(make.staff(COMMUNITY_STAFF, area))
    db.session.execute(
        sa.update(SignInSession).values(second_factor_at=clock.now() - dt.timedelta(minutes=30))
    )
    db.session.commit()
    form = {"fields": ["name", "document"], "reason": "check"}
    answer = client.post(f"/desk/people/{person.id}/reveal", data=form)
    assert answer.status_code == 303
    assert "/confirm" in answer.location
    assert entries(db, "person_revealed") == []
    assert "name" not in answer.location
    answer = confirm(db, client).post(f"/desk/people/{person.id}/reveal", data=form)
    assert SECRETS["document"] in answer.text


def test_so_many_an_hour_and_no_more(client_for, db, app, monkeypatch):
    monkeypatch.setitem(app.config, "REVEALS_PER_HOUR", 2)
    area = make.community()
    person, staff = full_person(area), make.staff(COMMUNITY_STAFF, area)
    client, form = client_for(staff), {"fields": ["name"], "reason": "counter"}
    address = f"/desk/people/{person.id}/reveal"
    assert [client.post(address, data=form).status_code for _ in range(3)] == [200, 200, 429]
    assert len(entries(db, "person_revealed")) == 2
    assert client_for(make.staff(COMMUNITY_STAFF, area)).post(address, data=form).status_code == 200
    with clock.fixed(clock.now() + dt.timedelta(minutes=61)):
        assert client.post(address, data=form).status_code == 200


def test_what_is_not_registered_is_not_offered(client_for):
    area = make.community()
    person = make.person(area)
    page = client_for(make.staff(COMMUNITY_STAFF, area)).get(f"/desk/people/{person.id}/reveal").text
    assert 'value="phone"' in page
    assert 'value="address"' not in page
    assert 'value="guardian"' not in page


def test_reasons_may_name_a_volunteer_but_no_phone():
    assert reasons.check(" 和 V00001234 是一家人 ") == "和 V00001234 是一家人"
    for text in ("", " ", "\u200b"):
        with pytest.raises(reasons.ReasonNeeded):
            reasons.check(text)
    for text in ("电话13812345678", "440308199901011230", "0731 88881234"):
        with pytest.raises(reasons.NumberInReason):
            reasons.check(text)


def test_after_moving_house_one_is_found_in_the_new_place(client_for, db):
    root = make.subdistrict()
    old, new = make.community(root), make.community(root, name="桔苑社区")
    person, staff = make.person(old, name="刘奶奶"), make.staff(SUBDISTRICT_STAFF, root)
    answer = client_for(staff).post(f"/desk/people/{person.id}/move", data={"area": new.id})
    assert answer.status_code == 303
    assert [found.id for found in queries.directory(area_paths=[new.path], text="刘奶")] == [person.id]
    assert queries.directory(area_paths=[old.path], text="刘奶") == []
    entry = entries(db, "person_moved")[0]
    assert entry.details == {"before": {"area": old.id}, "after": {"area": new.id}}
    told = db.session.scalars(sa.select(Message)).one()
    assert (told.person_id, told.kind, told.payload["area"]) == (person.id, "person_moved", "桔苑社区")


def test_nobody_is_moved_out_of_or_into_somebody_elses_area(client_for, db):
    root = make.subdistrict()
    mine, other = make.community(root), make.community(root)
    grid, staff = make.grid(mine), make.staff(COMMUNITY_STAFF, mine)
    person, stranger = make.person(mine), make.person(other)
    client = client_for(staff)
    assert client.post(f"/desk/people/{person.id}/move", data={"area": other.id}).status_code == 422
    with pytest.raises(NotFound):
        service.move(actor=make.actor(staff), person_id=person.id, area_id=other.id)
    with pytest.raises(NotFound):
        service.move(actor=make.actor(staff), person_id=stranger.id, area_id=mine.id)
    assert (person.area_id, stranger.area_id) == (mine.id, other.id)
    assert entries(db, "person_moved") == []
    assert client.post(f"/desk/people/{person.id}/move", data={"area": grid.id}).status_code == 303
    with pytest.raises(service.SameArea):
        service.move(actor=make.actor(staff), person_id=person.id, area_id=grid.id)


def test_an_account_is_closed_and_opened_with_a_reason(client_for, db):
    area = make.community()
    person, staff = make.person(area), make.staff(COMMUNITY_STAFF, area)
    theirs, client = client_for(person), client_for(staff)
    assert client.post(f"/desk/people/{person.id}/disable", data={"reason": " "}).status_code == 422
    assert theirs.get("/me").status_code == 200
    answer = client.post(f"/desk/people/{person.id}/disable", data={"reason": "家里人说他搬走了"})
    assert answer.status_code == 303
    assert "/sign-in" in theirs.get("/me").location
    entry = entries(db, "person_disabled")[0]
    assert entry.details["reason"] == "家里人说他搬走了"
    assert (entry.details["before"], entry.details["after"]) == ({"status": "active"}, {"status": "disabled"})
    assert "重新启用账户" in client.get(f"/desk/people/{person.id}").text
    answer = client.post(f"/desk/people/{person.id}/disable", data={"reason": "再来一次"})
    assert answer.status_code == 409
    assert client.post(f"/desk/people/{person.id}/enable", data={"reason": "又回来了"}).status_code == 303
    assert db.session.get_one(Person, person.id).status == "active"
    assert "/sign-in" in theirs.get("/me").location  # the old sign-in stays ended


def test_a_child_without_guardian_waits_again_when_enabled(db):
    area = make.community()
    staff = make.staff(COMMUNITY_STAFF, area)
    child = make.person(area, born_on=dt.date(2014, 1, 1), status=DISABLED)
    service.enable(actor=make.actor(staff), person_id=child.id, reason="家长来办")
    assert db.session.get_one(Person, child.id).status == WAITING


def test_nobody_disables_oneself_or_a_colleague(client_for, db):
    area = make.community()
    staff, colleague = make.staff(COMMUNITY_STAFF, area), make.staff(COUNTER_CLERK, area)
    client = client_for(staff)
    for victim in (staff, colleague):
        address = f"/desk/people/{victim.id}/disable"
        assert client.get(address).status_code == 404
        assert client.post(address, data={"reason": "不想要了"}).status_code == 404
        assert db.session.get_one(Person, victim.id).status == "active"
    assert "停用账户" not in client.get(f"/desk/people/{staff.id}").text


def test_the_hub_links_only_what_is_there(client_for, app, monkeypatch):
    area = make.community()
    person, client = make.person(area), client_for(make.staff(COMMUNITY_STAFF, area))
    assert f"/desk/people/{person.id}/move" in client.get(f"/desk/people/{person.id}").text
    view = app.view_functions["people.move"]
    monkeypatch.delitem(app.view_functions, "people.move")
    assert f"/desk/people/{person.id}/move" not in client.get(f"/desk/people/{person.id}").text
    assert view is not None


def test_the_directory_leads_to_the_page(client_for):
    area = make.community()
    person = make.person(area)
    assert f"/desk/people/{person.id}" in client_for(make.staff(AUDITOR, area)).get("/desk/people").text


def test_the_page_needs_as_many_statements_however_much_there_is(client_for, db, count_statements):
    area = make.community()
    person, staff = make.person(area), make.staff(COMMUNITY_STAFF, area)
    client = client_for(staff)
    client.get(f"/desk/people/{person.id}")
    seen = count_statements()
    seen.clear()
    client.get(f"/desk/people/{person.id}")
    few = len(seen)
    for _ in range(5):
        make.member(make.team(area), person)
        db.session.add(
            Consent(
                person_id=person.id, kind="photo", notice_version="1", given_at=clock.now(), way="self",
                recorded_by_id=staff.id,
            )
        )  # fmt: skip
    make.grant(person, COUNTER_CLERK, area=area)
    seen.clear()
    client.get(f"/desk/people/{person.id}")
    assert len(seen) == few <= 20
