"""Closing a team, with a successor where there is one (R015), and what leaving leaves alone (R014)."""

from __future__ import annotations

import datetime as dt

import pytest
import sqlalchemy as sa

from tests import make
from volunteer.activities import service as activities
from volunteer.activities.models import ASKS_HOLIDAY, ENDED, LIVE, UNDECIDED
from volunteer.audit.models import AuditEntry
from volunteer.core import clock
from volunteer.core.errors import NotAllowed
from volunteer.hours import paper
from volunteer.hours import service as hours
from volunteer.hours.models import Batch
from volunteer.hours.service.credit import Mark
from volunteer.outbox import kinds
from volunteer.outbox.models import Message
from volunteer.people.models import AUDITOR, COMMUNITY_STAFF, Grant
from volunteer.teams import closing, queries, service
from volunteer.teams.models import LEFT, MEMBER, REFUSED, Application, Intake, Membership

REASON = "队员都到新的队伍去了"


class World:
    """A team with a leader, a member and a weekly activity, and a team that could take over."""

    def __init__(self, db) -> None:
        self.db = db
        self.root = make.subdistrict()
        self.area = make.community(self.root)
        self.staff = make.actor(make.staff(COMMUNITY_STAFF, self.area))
        self.team, self.other = make.team(self.area, name="老队"), make.team(self.area, name="新队")
        self.leader, self.member = make.leader(self.team), make.member(self.team)

    def weekly(self, **more):
        until = clock.today() + dt.timedelta(days=300)
        return make.series(
            self.team, recurrence="FREQ=WEEKLY;BYDAY=SU", renewed_until=until,
            person_in_charge=self.leader, **more,
        )  # fmt: skip

    def close(self, **more):
        self.db.session.commit()
        return service.close(**{"actor": self.staff, "team_id": self.team.id, "reason": REASON, **more})

    def record(self, *people):
        """Yesterday's activity of the team, an hour and a half for each."""
        series = make.series(self.team, title="周五大扫除", person_in_charge=self.leader)
        yesterday = make.occurrence(series, starts_at=clock.now() - dt.timedelta(days=1))
        marks = [Mark(person.id, "present", 0) for person in people]
        hours.record(actor=make.actor(self.leader), occurrence_id=yesterday.id, marks=marks)
        self.db.session.commit()
        return series

    def certificate(self, person):
        today = clock.today()
        with clock.fixed(clock.now() + dt.timedelta(days=9)):  # the notice is over
            made = hours.issue_certificate(
                actor=make.actor(person), person_id=person.id, from_on=today.replace(day=1), until_on=today
            )
        return paper.sheet(made.id)


@pytest.fixture
def at(db):
    return World(db)


def acts(db):
    return list(db.session.scalars(sa.select(AuditEntry.act).order_by(AuditEntry.id)))


def told(db):
    rows = db.session.scalars(sa.select(Message).where(Message.channel == "inbox").order_by(Message.id))
    return {(row.person_id, row.kind) for row in rows}


def membership(db, team, person):
    statement = sa.select(Membership).where(Membership.team_id == team.id, Membership.person_id == person.id)
    return db.session.scalars(statement.order_by(Membership.id.desc())).first()


def untouched(at):
    at.db.session.rollback()
    at.db.session.expire_all()
    return (
        at.team.closed_at is None
        and queries.member_count(at.team.id) == 2
        and make.actor(at.leader).led_team_ids == (at.team.id,)
        and acts(at.db) == []
        and told(at.db) == set()
    )


def test_a_closed_team_says_since_when_and_why(at, client):
    done = at.close(successor_id=at.other.id)
    at.db.session.commit()
    assert (done.told, done.carried_over, done.handed_over) == (2, 0, 0)
    page = client.get(f"/teams/{at.team.id}").text
    assert "这支队伍已经关闭" in page
    assert "2026年11月21日" in page
    assert REASON in page
    assert f'href="/teams/{at.other.id}"' in page
    assert "老队" not in client.get("/teams").text


def test_memberships_roles_and_codes_end(at):
    service.invite(actor=make.actor(at.leader), team_id=at.team.id)
    token = service.invite(actor=make.actor(at.leader), team_id=at.team.id).token
    applicant = make.person()
    service.request_to_join(actor=make.actor(applicant), team_id=at.team.id)
    at.close()
    assert membership(at.db, at.team, at.member).state == LEFT
    refused = membership(at.db, at.team, applicant)
    assert (refused.state, refused.reason) == (REFUSED, REASON)
    assert make.actor(at.leader).led_team_ids == ()
    assert at.db.session.scalars(sa.select(Grant).where(Grant.scope_kind == "team")).all() == []
    with pytest.raises((service.InvitationGone, service.TeamClosed)):
        service.join_by_invitation(actor=make.actor(make.person()), token=token)
    assert told(at.db) >= {(at.member.id, "team_closed"), (applicant.id, "team_refused")}


def test_members_may_be_carried_over(at):
    waiting = at.member
    service.request_to_join(actor=make.actor(waiting), team_id=at.other.id)
    done = at.close(successor_id=at.other.id, carry_members=True)
    assert done.carried_over == 2
    assert queries.state_of(at.member.id, at.other.id) == MEMBER
    assert membership(at.db, at.other, at.leader).way == "successor"
    assert membership(at.db, at.team, at.leader).state == LEFT
    assert make.actor(at.leader).led_team_ids == ()
    assert (at.member.id, "team_carried_over") in told(at.db)
    message = at.db.session.scalars(sa.select(Message).where(Message.kind == "team_carried_over")).first()
    subject, body = kinds.render(message.kind, message.payload)
    assert subject == "老队并入了新队"
    assert REASON in body
    assert message.payload["team_id"] == at.other.id


def test_without_carrying_over_members_are_shown_the_successor(at):
    at.close(successor_id=at.other.id)
    assert told(at.db) == {(at.leader.id, "team_replaced"), (at.member.id, "team_replaced")}
    assert queries.member_count(at.other.id) == 0


def test_coming_dates_are_handed_over_or_cancelled_first(at):
    series = at.weekly()
    date = make.occurrence(series)
    make.sign_up(date, at.member)
    with pytest.raises(service.StillHasDates):
        at.close(successor_id=at.other.id)
    assert untouched(at)
    done = at.close(successor_id=at.other.id, hand_over=True)
    assert done.handed_over == 1
    at.db.session.expire_all()
    assert (series.team_id, series.state, date.taken) == (at.other.id, LIVE, 1)
    assert "series_handed_over" in acts(at.db)


def test_cancelled_dates_do_not_hold_the_team_open(at):
    series = at.weekly()
    date = make.occurrence(series)
    activities.cancel_occurrence(actor=make.actor(at.leader), occurrence_id=date.id, reason="人手不够")
    at.close()
    at.db.session.expire_all()
    assert (series.team_id, series.state) == (at.team.id, ENDED)
    assert series.id not in activities.series_to_extend(clock.now())


def test_a_series_without_dates_yet_goes_over_as_well(at):
    series, single = at.weekly(), make.series(at.team, person_in_charge=at.leader)
    make.occurrence(single, starts_at=clock.now() - dt.timedelta(days=3))
    assert at.close(successor_id=at.other.id, hand_over=True).handed_over == 1
    at.db.session.expire_all()
    assert (series.team_id, series.state) == (at.other.id, LIVE)
    assert (single.team_id, single.state) == (at.team.id, ENDED)


def test_a_series_whose_last_day_is_over_ends_with_the_team(at):
    yesterday = clock.today() - dt.timedelta(days=1)
    over, last_today = at.weekly(ends_on=yesterday), at.weekly(ends_on=clock.today())
    make.occurrence(over, starts_at=clock.now() - dt.timedelta(days=3))
    assert at.close(successor_id=at.other.id, hand_over=True).handed_over == 1
    at.db.session.expire_all()
    assert (over.team_id, over.state) == (at.team.id, ENDED)
    assert (last_today.team_id, last_today.state) == (at.other.id, LIVE)


def test_a_date_that_waits_for_a_decision_holds_the_team_open(at):
    series = at.weekly(
        ends_on=clock.today() - dt.timedelta(days=1)
    )  # its last date was moved behind the feast
    make.occurrence(series, state=UNDECIDED, asks=ASKS_HOLIDAY)
    with pytest.raises(service.StillHasDates):
        at.close(successor_id=at.other.id)
    assert at.close(successor_id=at.other.id, hand_over=True).handed_over == 1


def test_the_successors_leader_leads_what_was_handed_over(at, client_for):
    date = make.occurrence(at.weekly())
    heir = make.leader(at.other)
    at.close(successor_id=at.other.id, hand_over=True)
    at.db.session.commit()
    address = f"/activities/{date.id}/cancel"
    assert f'href="{address}"' in client_for(heir).get(f"/activities/{date.id}").text
    assert f'href="{address}"' not in client_for(at.leader).get(f"/activities/{date.id}").text


def test_a_successor_that_does_not_fit_is_refused(at):
    closed = make.team(at.area, closed_at=clock.now())
    elsewhere = make.team(make.community(at.root))
    for successor_id in [at.team.id, closed.id, elsewhere.id, 10**15]:
        with pytest.raises(service.UnknownSuccessor):
            at.close(successor_id=successor_id)
    assert untouched(at)


def test_a_team_does_not_hand_over_to_its_own_subtree(at):
    below = make.team(parent=at.team)
    with pytest.raises(service.UnknownSuccessor):
        at.close(successor_id=below.id)
    assert untouched(at)


def test_handing_over_needs_somebody_to_hand_over_to(at):
    for choice in [{"hand_over": True}, {"carry_members": True}]:
        with pytest.raises(service.SuccessorNeeded):
            at.close(**choice)
    assert untouched(at)


@pytest.mark.parametrize("reason", ["", "  ", "长" * 301])
def test_closing_needs_a_proper_reason(at, reason):
    with pytest.raises(service.ClosingReasonNeeded):
        at.close(reason=reason)
    assert untouched(at)


def test_open_teams_below_come_first(at):
    below = make.team(parent=at.team)
    with pytest.raises(service.StillHasTeamsBelow):
        at.close()
    assert untouched(at)
    below.closed_at = clock.now()
    at.db.session.commit()
    at.close()


def test_applications_are_answered_first(at, db):
    intake = make._keep(
        Intake(
            team_id=at.team.id, title="高校社团", token="t", token_hash="h", opened_at=clock.now(),
            opened_by_id=at.leader.id, closes_at=clock.now() + dt.timedelta(days=1),
        )
    )  # fmt: skip
    form = make._keep(
        Application(
            intake_id=intake.id, name="王", born_on=dt.date(2000, 1, 1), area_id=at.area.id, notice_version="1",
            applied_at=clock.now(), answer_by_on=clock.today(), receipt="r", receipt_hash="r",
        )
    )  # fmt: skip
    with pytest.raises(service.ApplicationsWaiting):
        at.close()
    assert untouched(at)
    form.state = "refused"
    at.close()
    db.session.expire_all()
    assert intake.closes_at == clock.now()


def test_closing_twice_is_refused(at):
    at.close()
    before = acts(at.db)
    with pytest.raises(service.ClosedForGood):
        at.close()
    assert acts(at.db) == before


def test_only_staff_of_the_area_close(at):
    people = [
        at.leader,
        at.member,
        make.staff(AUDITOR, at.area),
        make.staff(COMMUNITY_STAFF, make.community(at.root)),
    ]
    for person in people:
        with pytest.raises(NotAllowed):
            at.close(actor=make.actor(person))
    assert untouched(at)


def test_staff_close_from_the_page(at, client_for):
    make.occurrence(at.weekly(title="周日大扫除"))
    client = client_for(at.db.session.get_one(make.Person, at.staff.id))
    address = f"/teams/{at.team.id}/close"
    page = client.get(address).text
    assert "周日大扫除" in page
    assert "1 场" in page
    wrong = client.post(address, data={"reason": REASON, "successor": at.other.id})
    assert wrong.status_code == 409
    assert "后面还有 1 场活动" in wrong.text
    assert REASON in wrong.text
    form = {"reason": REASON, "successor": at.other.id, "hand_over": "y", "carry_members": "y"}
    assert client.post(address, data=form).location == f"/teams/{at.team.id}"
    assert queries.state_of(at.member.id, at.other.id) == MEMBER
    assert client.get(address).status_code == 409


def test_certificates_show_the_team_that_recorded(at, client_for):
    """R015: the original recorder, as it was called, and the issuer."""
    person = make.member(at.team, make.person(at.area))
    series = at.record(person)
    coming = make.occurrence(series)
    service.edit(actor=at.staff, team_id=at.team.id, kind="volunteer", name="改了名的队")
    at.close(successor_id=at.other.id, hand_over=True, carry_members=True)
    heir = make.leader(at.other)
    with clock.fixed(coming.ends_at):
        hours.record(actor=make.actor(heir), occurrence_id=coming.id, marks=[Mark(person.id, "present", 0)])
        at.db.session.commit()
        sheet = at.certificate(person)
        at.db.session.commit()
        assert [(line.title, line.team) for line in sheet.lines] == [
            ("周五大扫除", "老队"),
            ("周五大扫除", "新队"),
        ]
        page = client_for(person).get(f"/certificates/{sheet.certificate.id}").text
    assert "老队" in page
    assert "新队" in page
    assert "出具单位（盖章）：" + at.area.name in page


def test_what_was_recorded_before_batches_kept_a_team_shows_the_series_own(at):
    person = make.member(at.team, make.person(at.area))
    at.record(person)
    at.db.session.execute(sa.update(Batch).values(team_id=None, team_name=None))
    assert [line.team for line in at.certificate(person).lines] == ["老队"]


def test_leaving_keeps_hours_and_certificates(at):
    """R014."""
    person = make.member(at.team, make.person(at.area))
    at.record(person)
    service.leave(actor=make.actor(person), team_id=at.team.id)
    sheet = at.certificate(person)
    assert sheet.certificate.certified_minutes == 120
    assert [line.team for line in sheet.lines] == ["老队"]


def test_handlers_are_asked_in_their_order(monkeypatch):
    class Handler:
        def __init__(self, name):
            self.name = name

        def unfinished(self, team_id):
            return [closing.Unfinished(self.name, 1, "x", {})]

        def hand_over(self, *, actor_id, team_id, successor_id):
            return 2

        def wind_up(self, *, actor_id, team_id):
            seen.append(self.name)

    seen = []
    monkeypatch.setattr(closing, "_HANDLERS", [])
    closing.register(Handler("first"))
    closing.register(Handler("second"))
    assert [item.text for item in closing.unfinished(1)] == ["first", "second"]
    assert closing.hand_over(actor_id=1, team_id=1, successor_id=2) == 4
    closing.wind_up(actor_id=1, team_id=1)
    assert seen == ["first", "second"]


def test_closing_a_large_team_takes_no_more_statements(at, count_statements):
    def statements(team, size):
        for _ in range(size):
            make.member(team)
        make.occurrence(make.series(team, person_in_charge=at.leader))
        at.db.session.commit()
        seen = count_statements()
        seen.clear()
        service.close(
            actor=at.staff, team_id=team.id, reason=REASON, successor_id=at.other.id, hand_over=True,
            carry_members=True,
        )  # fmt: skip
        return len(seen)

    few = statements(make.team(at.area), 1)
    assert statements(make.team(at.area), 9) <= few
