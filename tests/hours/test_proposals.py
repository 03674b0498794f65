"""Hours above the day's limit or recorded late: proposed with a reason, approved by others (R036, R038, R039)."""

from __future__ import annotations

import datetime as dt
import io

import pytest
import sqlalchemy as sa
from PIL import Image

from tests import make
from volunteer.areas.models import Area
from volunteer.core import clock, files
from volunteer.core.errors import NotFound
from volunteer.hours import service
from volunteer.hours.models import APPROVED, REFUSED, Batch, Proposal, ServiceRecord
from volunteer.hours.service import Mark, approving, proposed
from volunteer.hours.service.limits import TooLate, TooMuchInADay
from volunteer.outbox.models import Message


def picture() -> files.Prepared:
    out = io.BytesIO()
    Image.new("RGB", (8, 8)).save(out, "JPEG")
    return files.prepare(io.BytesIO(out.getvalue()))


class Hall:
    """A team in a community below a sub-district, each with two of the staff; a date of so many hours."""

    def __init__(self, *, hours: int = 9, ago: dt.timedelta = dt.timedelta(hours=10)) -> None:
        street = make.subdistrict()
        self.area: Area = make.community(street)
        self.team = make.team(self.area)
        self.leader = make.leader(self.team)
        self.staff = make.staff("community_staff", self.area)
        self.colleague = make.staff("community_staff", self.area)
        self.street = make.staff("subdistrict_staff", street)
        starts_at = clock.now() - ago
        self.date = make.occurrence(
            make.series(self.team), starts_at=starts_at, ends_at=starts_at + dt.timedelta(hours=hours)
        )
        self.volunteer = make.person(self.area)
        self.marks = [Mark(self.volunteer.id, "present")]

    def propose(self, *, by=None, reason="汛期值守了一整天", evidence=None):
        return approving.propose(
            actor=make.actor(by or self.leader),
            occurrence_id=self.date.id,
            marks=self.marks,
            reason=reason,
            evidence=evidence,
        )

    def approve(self, proposal, by):
        return approving.approve(actor=make.actor(by), proposal_id=proposal.id)


@pytest.fixture
def long_day(db):
    return Hall()


@pytest.fixture
def late(db, app):
    return Hall(hours=2, ago=dt.timedelta(days=app.config["BACKFILL_DAYS"], hours=3))


def batches() -> list[Batch]:
    return list(make.db.session.scalars(sa.select(Batch)))


def test_above_eight_hours_is_not_recorded_without_approval(long_day):
    with pytest.raises(TooMuchInADay):
        service.record(
            actor=make.actor(long_day.leader), occurrence_id=long_day.date.id, marks=long_day.marks
        )
    proposal = long_day.propose()
    assert batches() == []
    batch = long_day.approve(proposal, long_day.staff)
    assert (batch.proposal_id, batch.recorded_by_id) == (proposal.id, long_day.leader.id)
    assert proposal.state == APPROVED
    record = make.db.session.scalars(sa.select(ServiceRecord)).one()
    assert record.source == "leader"


def test_above_twelve_hours_needs_the_sub_district_as_well(db):
    hall = Hall(hours=13, ago=dt.timedelta(hours=14))
    proposal = hall.propose()
    assert proposal.approvals_needed == 2
    assert hall.approve(proposal, hall.staff) is None
    assert batches() == []
    with pytest.raises(approving.OwnHours):
        hall.approve(proposal, hall.staff)
    with pytest.raises(approving.SubdistrictDecides):
        hall.approve(proposal, hall.colleague)
    assert hall.approve(proposal, hall.street) is not None


def test_what_is_recorded_late_needs_reason_and_evidence_and_is_marked_for_ever(late):
    with pytest.raises(TooLate):
        service.record(actor=make.actor(late.leader), occurrence_id=late.date.id, marks=late.marks)
    with pytest.raises(approving.NoReason):
        late.propose(reason=" ", evidence=picture())
    with pytest.raises(approving.NoEvidence):
        late.propose()
    assert make.db.session.scalar(sa.select(sa.func.count()).select_from(Proposal)) == 0
    proposal = late.propose(evidence=picture())
    late.approve(proposal, late.staff)
    record = make.db.session.scalars(sa.select(ServiceRecord)).one()
    assert record.source == "back_filled"


def test_what_is_older_than_thirty_days_is_the_sub_district_s(db, app):
    hall = Hall(hours=2, ago=dt.timedelta(days=app.config["BACKFILL_LIMIT_DAYS"], hours=3))
    proposal = hall.propose(evidence=picture())
    with pytest.raises(approving.SubdistrictDecides):
        hall.approve(proposal, hall.staff)
    assert batches() == []
    assert hall.approve(proposal, hall.street) is not None


def test_nobody_approves_what_they_proposed_or_stand_on(long_day):
    proposal = long_day.propose(by=long_day.staff)
    with pytest.raises(approving.OwnHours):
        long_day.approve(proposal, long_day.staff)
    long_day.marks = [Mark(long_day.colleague.id, "present")]
    proposal = long_day.propose()
    with pytest.raises(approving.OwnHours):
        long_day.approve(proposal, long_day.colleague)
    assert batches() == []


def test_leaders_and_strangers_do_not_approve(long_day):
    proposal = long_day.propose()
    stranger = make.staff("community_staff", make.community())
    for by in (long_day.leader, long_day.volunteer, stranger):
        with pytest.raises(NotFound):
            long_day.approve(proposal, by)
    assert batches() == []


def test_who_may_not_approve_locks_nobody(long_day, monkeypatch):
    proposal = long_day.propose()

    def lock(*_arguments, **_named):
        raise AssertionError("asked the policy too late")

    monkeypatch.setattr(approving, "lock_people", lock)
    leader = make.actor(long_day.leader)
    with pytest.raises(NotFound):
        approving.approve(actor=leader, proposal_id=proposal.id)
    with pytest.raises(NotFound):
        approving.refuse(actor=leader, proposal_id=proposal.id, answer="不行")


def test_what_needs_no_approval_is_not_proposed(db):
    hall = Hall(hours=2, ago=dt.timedelta(hours=3))
    with pytest.raises(approving.NotNeeded):
        hall.propose()
    assert batches() == []
    assert make.db.session.scalar(sa.select(sa.func.count()).select_from(Proposal)) == 0


def test_a_no_tells_why_and_ends_it(long_day):
    proposal = long_day.propose()
    with pytest.raises(approving.NoAnswer):
        approving.refuse(actor=make.actor(long_day.staff), proposal_id=proposal.id, answer="")
    approving.refuse(actor=make.actor(long_day.staff), proposal_id=proposal.id, answer="人数对不上")
    assert proposal.state == REFUSED
    with pytest.raises(approving.AlreadyAnswered):
        long_day.approve(proposal, long_day.street)
    told = make.db.session.scalars(
        sa.select(Message).where(Message.kind == "proposal_refused", Message.person_id == long_day.leader.id)
    ).first()
    assert told is not None
    assert told.payload["answer"] == "人数对不上"


def test_a_second_proposal_takes_the_place_of_the_first(long_day):
    first = long_day.propose()
    second = long_day.propose(reason="名单改了")
    make.db.session.refresh(first)
    assert first.state == REFUSED
    assert proposed.waiting_for(long_day.date.id).id == second.id


def test_the_whole_way_on_pages(long_day, client_for):
    make.sign_up(long_day.date, long_day.volunteer)
    leader = client_for(long_day.leader)
    address = f"/activities/{long_day.date.id}/roll-call"
    marked = {f"mark-{long_day.volunteer.id}": "present"}
    page = leader.post(address, data=marked)
    assert page.status_code == 409
    assert "交上级批准" in page.text
    page = leader.post(f"{address}/propose", data={**marked, "approval_reason": ""})
    assert page.status_code == 422
    assert "交上级批准" in page.text
    sent = {**marked, "approval_reason": "汛期值守", "evidence": (io.BytesIO(picture().data), "a.jpg")}
    page = leader.post(f"{address}/propose", data=sent, content_type="multipart/form-data")
    assert page.status_code == 303
    assert "还在等批准" in leader.get(address).text
    staff = client_for(long_day.staff)
    row = make.db.session.scalars(sa.select(Proposal)).one()
    assert "汛期值守" in staff.get("/desk/proposals").text
    assert "汛期值守" in staff.get(f"/desk/proposals/{row.id}").text
    assert staff.get(f"/desk/proposals/{row.id}/evidence").content_type == "image/jpeg"
    refused = staff.post(f"/desk/proposals/{row.id}", data={"decision": "refuse"})
    assert refused.status_code == 422
    assert '<details class="more" open>' in refused.text
    assert staff.post(f"/desk/proposals/{row.id}", data={"decision": "approve"}).status_code == 303
    assert len(batches()) == 1
    assert leader.get(f"/desk/proposals/{row.id}").status_code == 404


def test_what_the_sub_district_decides_is_said_on_the_page(db, client_for):
    hall = Hall(hours=13, ago=dt.timedelta(hours=14))
    proposal = hall.propose()
    hall.approve(proposal, hall.staff)
    make.db.session.commit()
    answer = client_for(hall.colleague).post(f"/desk/proposals/{proposal.id}", data={"decision": "approve"})
    assert answer.status_code == 409
    assert "这一步要由街道批准" in answer.text
    assert batches() == []


def test_what_is_recorded_without_it_ends_the_proposal(long_day):
    proposal = long_day.propose()
    service.record(
        actor=make.actor(long_day.leader),
        occurrence_id=long_day.date.id,
        marks=[Mark(long_day.volunteer.id, "late", 120)],
    )
    make.db.session.refresh(proposal)
    assert proposal.state == REFUSED
    with pytest.raises(approving.AlreadyAnswered):
        long_day.approve(proposal, long_day.staff)


def test_the_database_holds_one_waiting_proposal_for_each_date(long_day):
    first = long_day.propose()
    copy = {column.name: getattr(first, column.name) for column in Proposal.__table__.columns}
    with pytest.raises(sa.exc.IntegrityError):
        make.db.session.execute(sa.insert(Proposal).values({**copy, "id": first.id + 1}))
