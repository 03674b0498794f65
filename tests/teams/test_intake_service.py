"""Recruiting many at once: applying, accepting in one go, refusing, the receipt, forgetting."""

from __future__ import annotations

import datetime as dt

import pytest
import sqlalchemy as sa

from tests import make
from volunteer.core import clock
from volunteer.core.errors import NotFound
from volunteer.outbox.models import Message
from volunteer.people import passwords
from volunteer.people import service as people
from volunteer.people.models import (
    ACTIVE,
    COMMUNITY_STAFF,
    DISABLED,
    PUBLISH,
    WAITING,
    Consent,
    Grant,
    Guardian,
    Person,
    PersonSkill,
)
from volunteer.people.rules import NOTICE_VERSION
from volunteer.privacy.service import retention
from volunteer.teams import intake_queries as queries
from volunteer.teams import intake_rules
from volunteer.teams import retention as declared
from volunteer.teams.intake_flags import (
    AT_DESK,
    DOUBLE,
    GUARDIAN_AT_DESK,
    MINOR,
    NO_GUARDIAN,
    OVERDUE,
    OWN,
    PAPER,
    PHONE_SHARED,
    PHONE_TAKEN,
    REGISTERED,
)
from volunteer.teams.intake_rules import GuardianWords, Known
from volunteer.teams.models import Application, Membership
from volunteer.teams.service import TeamClosed
from volunteer.teams.service import intake as intakes
from volunteer.teams.service.membership import ReasonNeeded

GUARDIAN = GuardianWords("陈建国", "parent", "13912340000")
GOOD = "tree-7-lamp"


assert declared  # the kind of data that is forgotten


def count(model, *conditions):
    return make.db.session.scalar(sa.select(sa.func.count()).select_from(model).where(*conditions))


class Hall:
    """A team with a leader and an open intake."""

    def __init__(self, **more):
        self.community = make.community()
        self.team = make.team(self.community, **more)
        self.leader = make.leader(self.team)
        self.actor = make.actor(self.leader)
        self.intake = intakes.open_intake(actor=self.actor, team_id=self.team.id, title="春季招募会")
        make.db.session.commit()
        self._n = 0

    def form(self, **more):
        self._n += 1
        known = {
            "name": f"陈{chr(0x4E00 + self._n)}",
            "born_on": dt.date(1970, 1, 1) + dt.timedelta(days=self._n),
            "area_id": self.community.id,
            "phone": f"1381234{self._n:04d}",
            "sex": "female",
        }
        return intakes.Form(**(known | more))

    def apply(self, **more):
        """Gives the token of the receipt."""
        token = intakes.apply(token=self.intake.token, form=self.form(**more), has_consented=True)
        make.db.session.commit()
        return token

    def on_paper(self, **more):
        made = intakes.enter_paper_form(
            actor=self.actor, intake_id=self.intake.id, form=self.form(**more), has_consented=True
        )
        make.db.session.commit()
        return made

    def ids(self):
        return list(make.db.session.scalars(sa.select(Application.id).order_by(Application.id)))

    def accept(self, ids=None, actor=None):
        outcome = intakes.accept(
            actor=actor or self.actor,
            intake_id=self.intake.id,
            application_ids=self.ids() if ids is None else ids,
        )
        make.db.session.commit()
        return outcome

    def flags(self):
        return [set(line.flags) for line in queries.waiting(self.intake.id, reader_id=self.leader.id)]


@pytest.fixture
def hall(app):
    return Hall()


def test_an_intake_is_open_for_three_days_unless_said_otherwise(hall):
    assert hall.intake.closes_at == clock.now() + dt.timedelta(days=3)
    short = intakes.open_intake(actor=hall.actor, team_id=hall.team.id, title="下午场", length="3h")
    assert short.closes_at == clock.now() + dt.timedelta(hours=3)
    assert len(short.token) >= 22
    assert short.token not in str(make.db.session.execute(sa.text("SELECT * FROM intake")).all())


@pytest.mark.parametrize("title", ["", "  ", "长" * 81])
def test_an_intake_without_a_fitting_title_is_not_opened(hall, title):
    with pytest.raises(intakes.TitleNeeded):
        intakes.open_intake(actor=hall.actor, team_id=hall.team.id, title=title)


def test_only_who_accepts_members_opens_and_closes_an_intake(hall):
    publisher = make.leader(hall.team)
    grant = make.db.session.scalars(sa.select(Grant).where(Grant.person_id == publisher.id)).one()
    grant.rights = PUBLISH
    strangers = [publisher, make.person(hall.community), make.leader(make.team(hall.community))]
    strangers.append(make.staff(COMMUNITY_STAFF, make.community()))
    for stranger in strangers:
        actor = make.actor(stranger)
        with pytest.raises(NotFound):
            intakes.open_intake(actor=actor, team_id=hall.team.id, title="招募")
        with pytest.raises(NotFound):
            intakes.close_intake(actor=actor, intake_id=hall.intake.id)
    staff = make.actor(make.staff(COMMUNITY_STAFF, hall.community))
    assert intakes.close_intake(actor=staff, intake_id=hall.intake.id).closes_at == clock.now()


def test_a_closed_team_opens_no_intake(hall):
    hall.team.closed_at = clock.now()
    make.db.session.flush()
    with pytest.raises(TeamClosed):
        intakes.open_intake(actor=hall.actor, team_id=hall.team.id, title="招募")


def test_closing_twice_changes_nothing(hall):
    closed_at = intakes.close_intake(actor=hall.actor, intake_id=hall.intake.id).closes_at
    with clock.fixed(clock.now() + dt.timedelta(hours=1)):
        assert intakes.close_intake(actor=hall.actor, intake_id=hall.intake.id).closes_at == closed_at


def test_after_the_end_no_form_is_taken(hall):
    with clock.fixed(clock.now() + dt.timedelta(days=3)), pytest.raises(intakes.IntakeOver):
        hall.apply()
    hall.team.closed_at = clock.now()
    with pytest.raises(intakes.IntakeOver):
        hall.apply()
    assert count(Application) == 0


def test_an_unknown_code_leads_nowhere(hall):
    with pytest.raises(intakes.NoSuchIntake):
        intakes.apply(token="x" * 22, form=hall.form(), has_consented=True)


def test_an_application_is_kept_encrypted_with_its_consent_and_the_day_of_the_answer(hall):
    hall.apply(name="袁隆平", phone="138 1234 5678", skills=("company", "cooking"))
    row = make.db.session.scalars(sa.select(Application)).one()
    assert (row.name, row.phone, row.skills) == ("袁隆平", "+8613812345678", "company cooking")
    assert (row.notice_version, row.applied_at) == (NOTICE_VERSION, clock.now())
    assert row.answer_by_on == dt.date(2026, 12, 4)  # R010: ten working days
    stored = str(make.db.session.execute(sa.text("SELECT * FROM application")).all())
    for plain in ("袁隆平", "13812345678", row.receipt):
        assert plain not in stored


def test_without_consent_nothing_is_kept(hall):
    with pytest.raises(people.ConsentNeeded):
        intakes.apply(token=hall.intake.token, form=hall.form(), has_consented=False)
    assert count(Application) == 0


@pytest.mark.parametrize(
    ("born_on", "is_refused"),
    [(dt.date(2012, 11, 22), True), (dt.date(2012, 11, 21), False), (dt.date(2020, 2, 29), True)],
)
def test_below_14_a_guardian_is_needed_to_the_day(hall, born_on, is_refused):
    if is_refused:
        with pytest.raises(intakes.GuardianMissing):
            hall.apply(born_on=born_on)
        assert count(Application) == 0
    else:
        hall.apply(born_on=born_on)
    hall.apply(born_on=born_on, guardian=GUARDIAN)


def test_a_guardian_named_by_an_adult_is_not_kept(hall):
    hall.apply(guardian=GUARDIAN)
    assert make.db.session.scalars(sa.select(Application.guardian)).one() is None


def test_the_same_form_again_gives_the_same_receipt(hall):
    first = hall.apply(name="陈小明", phone="13812340001", born_on=dt.date(1970, 1, 1))
    again = hall.apply(name="陈小明", phone="+86 138 1234 0001", born_on=dt.date(1970, 1, 1))
    assert first == again
    assert count(Application) == 1


def test_another_form_with_the_same_phone_gets_a_receipt_of_its_own(hall):
    """Who knows a phone number only must not come to the receipt, and so to the password, of its owner."""
    first = hall.apply(name="陈小明", phone="13812340001")
    other = hall.apply(name="李大山", phone="13812340001")
    assert first != other
    assert hall.flags() == [set(), {PHONE_SHARED}]


def test_applying_does_the_same_work_for_known_and_unknown_phones(hall, count_statements):
    make.person(phone="+8613800000001")
    seen, token = count_statements(), hall.intake.token
    kinds = []
    for phone in ("13800000001", "13800000002", "13800000002"):
        form = hall.form(phone=phone, name="陈小明", born_on=dt.date(1980, 1, 1))
        make.db.session.commit()
        seen.clear()
        intakes.apply(token=token, form=form, has_consented=True)
        kinds.append([statement.split("(")[0] for statement in seen])
    assert kinds[0] == kinds[1] == kinds[2]
    assert not any("person" in statement for statement in kinds[0])


def test_accepting_registers_and_takes_into_the_team(hall):
    with clock.fixed(clock.now() - dt.timedelta(days=1)):
        hall.apply(name="袁隆平", phone="13812345678", skills=("company",), sex="male", language="en")
    outcome = hall.accept()
    assert len(outcome.accepted) == 1
    person = make.db.session.scalars(sa.select(Person).order_by(Person.id.desc())).first()
    assert (person.name, person.phone, person.sex) == ("袁隆平", "+8613812345678", "male")
    assert (person.status, person.language, person.password_hash) == (ACTIVE, "en", None)
    assert person.registered_by_id == hall.leader.id
    consent = make.db.session.scalars(sa.select(Consent).where(Consent.person_id == person.id)).one()
    assert (consent.way, consent.recorded_by_id, consent.kind) == ("self", None, "privacy")
    assert consent.given_at == clock.now() - dt.timedelta(days=1)
    membership = make.db.session.scalars(sa.select(Membership).where(Membership.person_id == person.id)).one()
    assert (membership.state, membership.way, membership.decided_by_id) == (
        "member",
        "recruitment",
        hall.leader.id,
    )
    assert count(PersonSkill, PersonSkill.person_id == person.id) == 1
    assert count(Message, Message.person_id == person.id, Message.kind == "team_accepted") >= 1
    assert hall.flags() == []


def test_a_paper_form_is_a_consent_on_paper_typed_by_the_leader(hall):
    hall.on_paper(name="李桂芳", phone=None)
    assert hall.flags() == [{PAPER}]
    hall.accept()
    person = make.db.session.scalars(sa.select(Person).order_by(Person.id.desc())).first()
    consent = make.db.session.scalars(sa.select(Consent).where(Consent.person_id == person.id)).one()
    assert (consent.way, consent.recorded_by_id) == ("on_paper", hall.leader.id)
    assert [(slip.name, slip.number) for slip in queries.slips(hall.intake.id)] == [("李桂芳", person.number)]


def test_a_paper_form_is_typed_by_who_accepts_only_and_also_after_the_end(hall):
    stranger = make.actor(make.person(hall.community))
    with pytest.raises(NotFound):
        intakes.enter_paper_form(
            actor=stranger, intake_id=hall.intake.id, form=hall.form(), has_consented=True
        )
    intakes.close_intake(actor=hall.actor, intake_id=hall.intake.id)
    hall.on_paper()
    assert count(Application) == 1


def test_106_at_once_need_no_more_statements_than_one(hall, count_statements):
    hall.apply()
    seen, ids = count_statements(), hall.ids()
    make.db.session.commit()
    seen.clear()
    hall.accept(ids)
    few = len(seen)
    for _ in range(105):
        hall.apply()
    ids = hall.ids()[1:]
    make.db.session.commit()
    seen.clear()
    assert len(hall.accept(ids).accepted) == 105
    assert len(seen) == few
    assert count(Membership, Membership.team_id == hall.team.id, Membership.way == "recruitment") == 106


def test_who_is_registered_already_is_only_taken_into_the_team(hall):
    known = make.person(hall.community, name="欧阳娜娜", phone="+8613812345678", born_on=dt.date(1980, 2, 3))
    before = count(Person)
    token = hall.apply(name="欧阳娜娜", phone="13812345678", born_on=dt.date(1980, 2, 4))
    assert hall.flags() == [{REGISTERED}]
    hall.accept()
    assert count(Person) == before
    assert count(Membership, Membership.person_id == known.id, Membership.state == "member") == 1
    receipt = intakes.receipt(token)
    assert (receipt.stage, receipt.number, receipt.may_set_password) == ("member", None, False)


def test_somebody_without_a_phone_is_found_by_name_birth_date_and_community(hall):
    known = make.person(hall.community, name="王桂兰", born_on=dt.date(1946, 5, 1))
    hall.apply(name="王桂兰", phone=None, born_on=dt.date(1946, 5, 1))
    assert hall.flags() == [{REGISTERED}]
    hall.accept()
    assert count(Membership, Membership.person_id == known.id) == 1


def test_a_phone_of_somebody_else_is_left_with_its_owner(hall):
    owner = make.person(hall.community, name="陈建国", phone="+8613812345678")
    token = hall.apply(name="李大山", phone="13812345678")
    assert hall.flags() == [{PHONE_TAKEN}]
    hall.accept()
    receipt = intakes.receipt(token)
    made = make.db.session.get_one(Person, receipt.person_id)
    assert made.id != owner.id
    assert made.phone is None
    assert count(Membership, Membership.person_id == owner.id) == 0


def test_one_person_with_two_forms_is_registered_once(hall):
    first = hall.apply(name="陈小明", phone="13812340001", born_on=dt.date(1970, 1, 1))
    second = hall.apply(name="陈小明", phone="13812340001", born_on=dt.date(1970, 1, 2))
    assert hall.flags() == [set(), {DOUBLE}]
    before = count(Person)
    hall.accept()
    assert count(Person) == before + 1
    assert intakes.receipt(first).stage == "welcome"
    assert intakes.receipt(second).stage == "member"


def test_a_couple_with_one_phone_are_two_people_and_one_has_the_phone(hall):
    hall.apply(name="陈小明", phone="13812340001")
    hall.apply(name="李大山", phone="13812340001")
    before = count(Person)
    lines = queries.waiting(hall.intake.id, reader_id=hall.leader.id)
    assert [PHONE_SHARED in line.flags for line in lines] == [False, True]
    hall.accept()
    assert count(Person) == before + 2
    assert count(Person, Person.phone_hash.is_not(None), Person.id > hall.leader.id) == 1


def test_minors_are_flagged_and_accepted(hall):
    """R008: active, but without a guardian no sign-up yet."""
    hall.apply(born_on=dt.date(2010, 1, 1))
    hall.apply(born_on=dt.date(2010, 1, 2), guardian=GUARDIAN)
    hall.apply(born_on=dt.date(2015, 1, 1), guardian=GUARDIAN)
    assert hall.flags() == [{MINOR, NO_GUARDIAN}, {MINOR}, {MINOR}]
    outcome = hall.accept()
    assert len(outcome.accepted) == 3
    made = make.db.session.scalars(sa.select(Person).order_by(Person.id.desc()).limit(3)).all()
    assert {person.status for person in made} == {ACTIVE}
    guardians = make.db.session.scalars(sa.select(Guardian)).all()
    assert [(row.name, row.relation, row.phone) for row in guardians] == [
        ("陈建国", "parent", "+8613912340000")
    ] * 2
    assert {row.recorded_by_id for row in guardians} == {hall.leader.id}
    assert count(Consent, Consent.kind == "guardian", Consent.way == "self") == 2


def test_nobody_accepts_the_own_application(hall):
    hall.apply(name=hall.leader.name, phone=hall.leader.phone, born_on=hall.leader.born_on)
    hall.apply()
    assert OWN in hall.flags()[0]
    outcome = hall.accept()
    assert (len(outcome.accepted), outcome.own) == (1, [hall.ids()[0]])
    another = make.actor(make.leader(hall.team))
    assert len(hall.accept([hall.ids()[0]], actor=another).accepted) == 1


def test_a_guardian_does_not_accept_the_own_child(hall):
    words = GuardianWords("陈建国", "parent", hall.leader.phone)
    hall.apply(born_on=dt.date(2014, 1, 1), guardian=words)
    assert hall.flags() == [{OWN, MINOR}]
    assert hall.accept().own == hall.ids()
    assert count(Guardian) == 0


def test_a_disabled_account_is_left_to_the_desk(hall):
    make.person(hall.community, name="陈小明", phone="+8613812345678", status=DISABLED)
    hall.apply(name="陈小明", phone="13812345678")
    assert hall.flags() == [{AT_DESK}]
    outcome = hall.accept()
    assert (outcome.accepted, outcome.for_the_desk) == ([], hall.ids())
    assert hall.flags() == [{AT_DESK}]


def test_a_child_without_guardian_is_left_to_the_desk(hall):
    hall.apply()
    row = make.db.session.scalars(sa.select(Application)).one()
    row.born_on = dt.date(2020, 1, 1)
    make.db.session.commit()
    assert hall.accept().for_the_desk == [row.id]


def test_the_guardians_phone_is_not_the_childs(hall):
    """R007: staff could reach nobody but the child."""
    own = GuardianWords("陈建国", "parent", "138 1234 5678")
    with pytest.raises(people.WardsOwnPhone):
        hall.apply(born_on=dt.date(2014, 1, 1), phone="13812345678", guardian=own)
    assert count(Application) == 0


def test_a_form_of_before_with_the_childs_phone_is_left_to_the_desk(hall):
    hall.apply(born_on=dt.date(2014, 1, 1), phone="13812345678", guardian=GUARDIAN)
    row = make.db.session.scalars(sa.select(Application)).one()
    row.guardian = GuardianWords("陈建国", "parent", row.phone).as_text()
    make.db.session.commit()
    assert hall.flags() == [{GUARDIAN_AT_DESK, MINOR}]
    assert hall.accept().for_the_desk == hall.ids()


def test_a_child_who_waits_for_a_guardian_is_left_to_the_desk_until_the_guardian_was_there(hall):
    child = make.person(
        hall.community, name="陈小明", phone="+8613812345678", born_on=dt.date(2014, 1, 1), status=WAITING
    )
    hall.apply(name="陈小明", phone="13812345678", born_on=dt.date(2014, 1, 1), guardian=GUARDIAN)
    assert hall.flags() == [{GUARDIAN_AT_DESK, MINOR}]
    assert hall.accept().for_the_desk == hall.ids()
    assert count(Membership, Membership.person_id == child.id) == 0
    child.status = ACTIVE
    make.guardian(child)
    assert hall.flags() == [{REGISTERED, MINOR}]
    assert hall.accept().accepted == hall.ids()


def test_a_guardian_on_the_form_of_a_registered_youth_is_not_lost(hall):
    """R008: the consent belongs into the record, and only the counter puts it there."""
    make.person(hall.community, name="陈小明", phone="+8613812345678", born_on=dt.date(2010, 1, 1))
    hall.apply(name="陈小明", phone="13812345678", born_on=dt.date(2010, 1, 1), guardian=GUARDIAN)
    assert hall.flags() == [{GUARDIAN_AT_DESK, MINOR}]
    assert hall.accept().for_the_desk == hall.ids()


def test_a_registered_youth_without_a_word_of_a_guardian_joins(hall):
    make.person(hall.community, name="陈小明", phone="+8613812345678", born_on=dt.date(2010, 1, 1))
    hall.apply(name="陈小明", phone="13812345678", born_on=dt.date(2010, 1, 1))
    assert hall.flags() == [{REGISTERED, MINOR, NO_GUARDIAN}]
    assert hall.accept().accepted == hall.ids()


def test_what_was_decided_meanwhile_is_told_and_the_others_go_through(hall):
    hall.apply()
    hall.apply()
    first, second = hall.ids()
    hall.accept([first])
    outcome = hall.accept()
    assert (outcome.accepted, outcome.decided_before) == ([second], [first])
    assert hall.accept().decided_before == [first, second]
    assert count(Membership, Membership.way == "recruitment") == 2


def test_nobody_chosen_is_nothing_done(hall):
    with pytest.raises(intakes.NobodyChosen):
        hall.accept([])
    other = Hall()
    other.apply()
    with pytest.raises(intakes.NobodyChosen):
        hall.accept(other.ids())


def test_strangers_do_not_decide(hall):
    hall.apply()
    strangers = [make.person(hall.community), make.leader(make.team(hall.community))]
    for stranger in [*strangers, make.staff(COMMUNITY_STAFF, make.community())]:
        actor = make.actor(stranger)
        with pytest.raises(NotFound):
            hall.accept(actor=actor)
        with pytest.raises(NotFound):
            intakes.refuse(actor=actor, intake_id=hall.intake.id, application_ids=hall.ids(), reason="人满了")
    assert len(hall.flags()) == 1


def test_a_closed_team_takes_nobody_in(hall):
    hall.apply()
    hall.team.closed_at = clock.now()
    make.db.session.commit()
    with pytest.raises(TeamClosed):
        hall.accept()


@pytest.mark.parametrize("reason", ["", "  ", "长" * 301])
def test_a_refusal_needs_a_reason(hall, reason):
    hall.apply()
    with pytest.raises(ReasonNeeded):
        intakes.refuse(actor=hall.actor, intake_id=hall.intake.id, application_ids=hall.ids(), reason=reason)
    assert len(hall.flags()) == 1


def test_the_refused_see_the_reason_and_may_apply_again(hall):
    form = {"name": "陈小明", "phone": "13812340001", "born_on": dt.date(1970, 1, 1)}
    token = hall.apply(**form)
    outcome = intakes.refuse(
        actor=hall.actor, intake_id=hall.intake.id, application_ids=hall.ids(), reason="这次人满了"
    )
    assert len(outcome.refused) == 1
    receipt = intakes.receipt(token)
    assert (receipt.stage, receipt.application.reason) == ("refused", "这次人满了")
    assert hall.apply(**form) != token
    again = intakes.refuse(
        actor=hall.actor, intake_id=hall.intake.id, application_ids=hall.ids()[:1], reason="又一次"
    )
    assert (again.refused, again.decided_before) == ([], hall.ids()[:1])


def test_the_receipt_sets_a_password_once(hall):
    token = hall.apply()
    with pytest.raises(intakes.NoPasswordHere):
        intakes.set_first_password(token=token, password=GOOD)
    hall.accept()
    receipt = intakes.receipt(token)
    assert receipt.stage == "welcome"
    with pytest.raises(passwords.WeakPassword):
        intakes.set_first_password(token=token, password="short")
    with pytest.raises(passwords.WeakPassword):
        intakes.set_first_password(token=token, password=receipt.number)
    person_id = intakes.set_first_password(token=token, password=GOOD)
    assert person_id == receipt.person_id
    assert intakes.receipt(token).stage == "ready"
    with pytest.raises(intakes.NoPasswordHere):
        intakes.set_first_password(token=token, password="other-8-moon")


def test_the_receipt_opens_nothing_after_a_month_or_for_a_disabled_account(hall):
    token = hall.apply()
    hall.accept()
    with clock.fixed(clock.now() + dt.timedelta(days=intake_rules.PASSWORD_DAYS)):
        assert intakes.receipt(token).stage == "ready"
        with pytest.raises(intakes.NoPasswordHere):
            intakes.set_first_password(token=token, password=GOOD)
    person = make.db.session.get_one(Person, intakes.receipt(token).person_id)
    person.status = DISABLED
    make.db.session.commit()
    assert intakes.receipt(token).stage == "member"
    with pytest.raises(intakes.NoPasswordHere):
        intakes.set_first_password(token=token, password=GOOD)


def test_an_unknown_receipt_is_not_found(hall):
    with pytest.raises(intakes.NoSuchReceipt):
        intakes.receipt("x" * 22)


def test_answered_applications_are_forgotten_after_a_month(hall):
    kept = hall.apply()
    gone, waiting = hall.apply(name="袁隆平", born_on=dt.date(2011, 1, 1), guardian=GUARDIAN), hall.apply()
    ids = hall.ids()
    hall.accept(ids[:1])
    intakes.refuse(actor=hall.actor, intake_id=hall.intake.id, application_ids=ids[1:2], reason="人满了")
    month = clock.now() + dt.timedelta(days=30)
    assert retention.run("applications", month) == 0
    assert retention.due(month + dt.timedelta(seconds=1))["applications"] == 2
    assert retention.run("applications", month + dt.timedelta(seconds=1)) == 2
    assert retention.run("applications", month + dt.timedelta(seconds=1)) == 0
    make.db.session.expire_all()
    row = make.db.session.get_one(Application, ids[1])
    assert (row.name, row.phone, row.phone_hash, row.form_hash, row.born_on, row.guardian) == (
        "",
        None,
        None,
        None,
        None,
        None,
    )
    assert (row.skills, row.sex, row.reason, row.receipt) == ("", None, None, "")
    assert intakes.receipt(gone).stage == "forgotten"
    assert intakes.receipt(kept).number is not None
    assert intakes.receipt(waiting).stage == "waiting"


def test_the_list_needs_as_many_statements_for_fifty_as_for_one(hall, count_statements):
    make.person(hall.community, phone="+8613812340003")
    hall.apply()
    seen, intake_id, leader_id = count_statements(), hall.intake.id, hall.leader.id
    seen.clear()
    queries.waiting(intake_id, reader_id=leader_id)
    few = len(seen)
    for _ in range(50):
        hall.apply()
    seen.clear()
    assert len(queries.waiting(intake_id, reader_id=leader_id)) == 51
    assert len(seen) == few == 4


def test_overdue_applications_are_found_for_staff_of_the_area(hall):
    """R010."""
    hall.apply()
    path = hall.community.path
    rows = lambda paths: make.db.session.execute(queries.overdue(paths)).all()  # noqa: E731 - asked three times
    assert rows([path]) == []
    with clock.fixed(clock.now() + dt.timedelta(days=14)):
        assert len(rows([path])) == 1
        assert rows([make.community().path]) == []
        assert hall.flags() == [{OVERDUE}]


def test_who_is_probably_the_same():
    one = Known("a", dt.date(1970, 1, 1), "p", "/1/2/")
    assert one.is_probably(Known("a", dt.date(1999, 1, 1), "p", "/1/3/"))
    assert one.is_probably(Known("b", dt.date(1970, 1, 1), "p", "/1/3/"))
    assert one.is_probably(Known("a", dt.date(1970, 1, 1), None, "/1/2/"))
    assert not one.is_probably(Known("b", dt.date(1999, 1, 1), "p", "/1/2/"))
    assert not one.is_probably(Known("a", dt.date(1970, 1, 1), "q", "/1/3/"))
    nobody = Known("a", dt.date(1970, 1, 1), None, "/1/2/")
    assert not nobody.is_probably(Known("b", dt.date(1970, 1, 1), None, "/1/2/"))
