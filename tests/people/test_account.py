"""What people change about their accounts, and staff about others': passwords, language, roles."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from tests import make
from volunteer.audit.models import AuditEntry
from volunteer.core.errors import NotAllowed, Stale, TooManyAttempts
from volunteer.outbox.models import Message
from volunteer.people import identity, passwords, queries, rules, service
from volunteer.people.models import (
    AUDITOR,
    COMMUNITY_STAFF,
    COUNTER_CLERK,
    LEADER,
    SUBDISTRICT_STAFF,
    SYSTEM_ADMIN,
    Grant,
    SignInSession,
)

OLD, NEW = "tree-7-lamp", "boat-9-river"


def acts(db):
    return list(db.session.scalars(sa.select(AuditEntry.act).order_by(AuditEntry.id)))


def test_a_new_password_ends_other_sign_ins_and_tells_the_person(db, client_for):
    person = make.person(password=OLD)
    client_for(person)
    actor = make.actor(person)
    service.change_password(actor=actor, prepared=service.prepare_password(actor=actor, current=OLD, new=NEW))
    assert db.session.scalars(sa.select(SignInSession)).all() == []
    assert {message.kind for message in db.session.scalars(sa.select(Message))} == {"password_changed"}
    assert acts(db) == ["password_changed"]
    db.session.commit()
    with pytest.raises(service.WrongPassword):
        service.prepare_password(actor=actor, current=OLD, new=NEW)


def test_a_wrong_current_password_is_refused_and_counted(app, db):
    actor = make.actor(make.person(password=OLD))
    for _ in range(app.config["SIGN_IN_ATTEMPTS"]):
        with pytest.raises(service.WrongPassword):
            service.prepare_password(actor=actor, current="wrong", new=NEW)
    with pytest.raises(TooManyAttempts):
        service.prepare_password(actor=actor, current=OLD, new=NEW)


def test_a_weak_new_password_is_refused_at_its_own_field(db):
    actor = make.actor(make.person(password=OLD))
    with pytest.raises(passwords.PasswordTooCommon) as refusal:
        service.prepare_password(actor=actor, current=OLD, new="123456789")
    assert refusal.value.field == "new_password"


def test_of_two_changes_prepared_at_once_the_second_is_refused(db):
    actor = make.actor(make.person(password=OLD))
    first = service.prepare_password(actor=actor, current=OLD, new=NEW)
    second = service.prepare_password(actor=actor, current=OLD, new="lake-3-cloud")
    service.change_password(actor=actor, prepared=first)
    with pytest.raises(Stale):
        service.change_password(actor=actor, prepared=second)


def test_language_and_type_size_stay_with_the_person(db):
    person = make.person()
    service.set_language(actor=make.actor(person), language="en")
    service.set_elder_mode(actor=make.actor(person), elder_mode=True)
    actor = make.actor(person)
    assert (actor.language, actor.elder_mode) == ("en", True)


def test_a_language_nobody_speaks_here_is_refused(db):
    person = make.person()
    with pytest.raises(rules.UnknownChoice):
        service.set_language(actor=make.actor(person), language="fr")
    assert person.language == "zh_Hans"


def test_a_profile_replaces_the_one_before(db):
    actor = make.actor(make.person())
    service.save_profile(actor=actor, skills=["repair", "music"], slots=[(0, "morning")])
    service.save_profile(actor=actor, skills=["haircut"], slots=[])
    assert queries.skills_of(actor.id) == ["haircut"]
    assert queries.slots_of(actor.id) == []


def test_an_unknown_skill_leaves_the_profile_as_it_was(db):
    actor = make.actor(make.person())
    service.save_profile(actor=actor, skills=["repair"], slots=[(0, "morning")])
    with pytest.raises(rules.UnknownChoice):
        service.save_profile(actor=actor, skills=["flying"], slots=[])
    assert queries.skills_of(actor.id) == ["repair"]


def test_a_disabled_person_is_signed_out_and_nobody_any_more(db, client_for):
    area = make.community()
    person, staff = make.person(area), make.staff(COMMUNITY_STAFF, area)
    client_for(person)
    service.disable(actor=make.actor(staff), person_id=person.id, reason="本人要求")
    assert db.session.scalars(sa.select(SignInSession)).all() == []
    with pytest.raises(LookupError):
        identity.load(person.id)
    with pytest.raises(service.AlreadyDisabled):
        service.disable(actor=make.actor(staff), person_id=person.id, reason="本人要求")
    service.enable(actor=make.actor(staff), person_id=person.id, reason="本人要求")
    assert identity.load(person.id).id == person.id


def test_strangers_neighbours_and_colleagues_may_not_disable(db):
    area = make.community()
    person, colleague = make.person(area), make.staff(COUNTER_CLERK, area)
    staff = make.staff(COMMUNITY_STAFF, area)
    elsewhere = make.staff(COMMUNITY_STAFF, make.community())
    for actor, victim in [
        (person, staff),
        (elsewhere, person),
        (staff, colleague),
        (staff, staff),
        (person, person),
    ]:
        with pytest.raises(NotAllowed):
            service.disable(actor=make.actor(actor), person_id=victim.id, reason="本人要求")
    assert person.status == "active"


def test_nobody_there_to_disable(db):
    staff = make.staff(COMMUNITY_STAFF, make.community())
    with pytest.raises(service.NoSuchPerson):
        service.disable(actor=make.actor(staff), person_id=10**15, reason="本人要求")


def test_a_role_counts_at_the_next_look_and_is_given_once(db):
    root = make.subdistrict()
    community = make.community(root)
    admin, person = make.staff(SYSTEM_ADMIN, root), make.person(community)
    for _ in range(2):
        service.grant_role(
            actor=make.actor(admin), person_id=person.id, role=COMMUNITY_STAFF, area_id=community.id
        )
    assert make.actor(person).has_role_over(community.path, COMMUNITY_STAFF)
    assert acts(db) == ["role_granted"]
    service.revoke_role(
        actor=make.actor(admin), person_id=person.id, role=COMMUNITY_STAFF, area_id=community.id
    )
    assert make.actor(person).roles == ()
    assert acts(db) == ["role_granted", "role_revoked"]


@pytest.mark.parametrize(
    ("granter", "role", "may"),
    [
        (SYSTEM_ADMIN, SYSTEM_ADMIN, True),
        (SYSTEM_ADMIN, AUDITOR, True),
        (SUBDISTRICT_STAFF, COMMUNITY_STAFF, True),
        (SUBDISTRICT_STAFF, SUBDISTRICT_STAFF, False),
        (SUBDISTRICT_STAFF, AUDITOR, False),
        (COMMUNITY_STAFF, COUNTER_CLERK, True),
        (COMMUNITY_STAFF, COMMUNITY_STAFF, False),
        (COUNTER_CLERK, COUNTER_CLERK, False),
        (AUDITOR, COUNTER_CLERK, False),
    ],
)
def test_who_may_give_which_role(db, granter, role, may):
    area = make.subdistrict()
    actor, person = make.actor(make.staff(granter, area)), make.person(area)
    if may:
        service.grant_role(actor=actor, person_id=person.id, role=role, area_id=area.id)
    else:
        with pytest.raises(NotAllowed):
            service.grant_role(actor=actor, person_id=person.id, role=role, area_id=area.id)
    assert (make.actor(person).roles != ()) is may


def test_nobody_gives_a_role_to_oneself(db):
    root = make.subdistrict()
    admin = make.staff(SYSTEM_ADMIN, root)
    with pytest.raises(NotAllowed):
        service.grant_role(actor=make.actor(admin), person_id=admin.id, role=AUDITOR, area_id=root.id)


def test_a_role_over_a_team_is_not_given_here(db):
    root = make.subdistrict()
    admin, person = make.staff(SYSTEM_ADMIN, root), make.person(root)
    with pytest.raises(service.UnknownScope):
        service.grant_role(actor=make.actor(admin), person_id=person.id, role=LEADER, area_id=root.id)
    with pytest.raises(service.UnknownScope):
        service.grant_role(actor=make.actor(admin), person_id=person.id, role=AUDITOR, area_id=10**15)
    assert db.session.scalars(sa.select(Grant.person_id)).all() == [admin.id]
