"""One live claim for each wish; given back, taken back, and seen through."""

from __future__ import annotations

import datetime as dt
import threading
from typing import Any

import pytest
import sqlalchemy as sa

from tests import make
from tests.conftest import NOW, SECRET
from tests.wishes.conftest import Village
from tests.wishes.test_collecting import told
from volunteer import create_app
from volunteer.audit.models import AuditEntry
from volunteer.core import clock
from volunteer.core.database import db as database
from volunteer.core.errors import NotFound
from volunteer.core.transaction import reading, transaction
from volunteer.people import identity
from volunteer.people.models import COMMUNITY_STAFF
from volunteer.wishes import rules, service
from volunteer.wishes.models import Claim, Wish


def claims(db: Any) -> list[tuple[int, str]]:
    statement = sa.select(Claim.person_id, Claim.state).order_by(Claim.id)
    return [tuple(row) for row in db.session.execute(statement)]


def test_a_volunteer_claims_a_wish_and_has_three_days_to_get_in_touch(db: Any, village: Village) -> None:
    wish = make.wish(village.grid, wisher_id=village.wisher.id)
    claim = service.claim(actor=make.actor(village.volunteer), wish_id=wish.id)
    assert claim.contact_by == clock.now() + dt.timedelta(days=3)
    assert (wish.state, claims(db)) == ("claimed", [(village.volunteer.id, "active")])
    assert told(db, "wish_claimed") == [village.wisher.id]
    assert told(db, "wish_claimed_staff") == [village.staff.id]
    assert told(db, "wish_assigned") == []


def test_of_two_claims_one_wins(db: Any, village: Village) -> None:
    wish = make.wish(village.grid)
    service.claim(actor=make.actor(village.volunteer), wish_id=wish.id)
    with pytest.raises(rules.AlreadyClaimed):
        service.claim(actor=make.actor(make.person(village.community)), wish_id=wish.id)
    assert claims(db) == [(village.volunteer.id, "active")]


def test_of_many_claims_at_once_one_wins(fresh_url: str) -> None:
    """Threads with connections of their own, all waiting for the same moment."""
    settings = {"DATABASE_URL": fresh_url, "SECRET_KEY": SECRET, "LOG_LEVEL": "ERROR"}
    app, results = create_app(settings), []
    with app.app_context():
        wish_id = make.wish().id
        people = [make.person().id for _n in range(6)]
        database.session.remove()
    barrier = threading.Barrier(len(people))

    def claim(person_id: int) -> None:
        with app.app_context(), clock.fixed(NOW):
            with reading():
                actor = identity.load(person_id)
            barrier.wait(30)
            try:
                with transaction():
                    service.claim(actor=actor, wish_id=wish_id)
                results.append("claimed")
            except rules.AlreadyClaimed:
                results.append("too late")
            finally:
                database.session.remove()

    threads = [threading.Thread(target=claim, args=(person_id,), daemon=True) for person_id in people]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert sorted(results) == ["claimed"] + ["too late"] * 5
    with app.app_context():
        assert len(claims(database)) == 1
        database.session.remove()
        database.engine.dispose()


def test_the_database_knows_at_most_one_live_claim(db: Any, village: Village) -> None:
    wish = make.wish(village.grid, state="claimed", claimer=village.volunteer)
    db.session.add(
        Claim(
            wish_id=wish.id,
            person_id=village.wisher.id,
            state="active",
            claimed_at=NOW,
            claimed_by_id=village.wisher.id,
            contact_by=NOW,
        )
    )
    with pytest.raises(sa.exc.IntegrityError):
        db.session.flush()


def test_a_lost_lock_is_caught_by_the_deciding_write(
    db: Any, village: Village, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The wish looks free to this claimer, though somebody has taken it in between."""
    wish = make.wish(village.grid)
    monkeypatch.setattr(rules, "after", lambda verb, state: "claimed")
    db.session.execute(sa.update(Wish).where(Wish.id == wish.id).values(state="claimed"))
    with pytest.raises(rules.AlreadyClaimed):
        service.claim(actor=make.actor(village.volunteer), wish_id=wish.id)
    assert claims(db) == []


def test_nobody_claims_their_own_wish(db: Any, village: Village) -> None:
    wish = make.wish(village.grid, wisher_id=village.wisher.id)
    with pytest.raises(service.OwnWish):
        service.claim(actor=make.actor(village.wisher), wish_id=wish.id)
    with pytest.raises(service.OwnWish):
        service.claim(actor=make.actor(village.staff), wish_id=wish.id, person_id=village.wisher.id)
    assert (wish.state, claims(db)) == ("published", [])


@pytest.mark.parametrize(
    ("changes", "refusal"),
    [
        ({"phone": None, "phone_hash": None}, service.ClaimerWithoutPhone),
        ({"born_on": dt.date(2010, 1, 1)}, service.ClaimerTooYoung),
        ({"status": "disabled"}, service.ClaimerInactive),
    ],
)
def test_who_may_not_claim(db: Any, village: Village, changes: Any, refusal: type[Exception]) -> None:
    wish = make.wish(village.grid)
    someone = make.person(village.community)
    for name, value in changes.items():
        setattr(someone, name, value)
    db.session.commit()
    with pytest.raises(refusal):
        service.claim(actor=make.actor(village.staff), wish_id=wish.id, person_id=someone.id)
    assert (wish.state, claims(db)) == ("published", [])


def test_staff_who_asked_put_a_claim_in_somebodys_name(db: Any, village: Village) -> None:
    wish = make.wish(village.grid)
    claim = service.claim(actor=make.actor(village.staff), wish_id=wish.id, person_id=village.volunteer.id)
    assert (claim.person_id, claim.claimed_by_id) == (village.volunteer.id, village.staff.id)
    assert told(db, "wish_assigned") == [village.volunteer.id]
    assert told(db, "wish_claimed_staff") == []


def test_only_staff_in_charge_assign(db: Any, village: Village) -> None:
    wish = make.wish(village.grid)
    for someone in (village.other_staff, village.wisher):
        with pytest.raises(NotFound):
            service.claim(actor=make.actor(someone), wish_id=wish.id, person_id=village.volunteer.id)
    with pytest.raises(NotFound):
        service.claim(actor=make.actor(village.staff), wish_id=wish.id, person_id=10**15)
    with pytest.raises(NotFound):
        service.claim(actor=make.actor(village.staff), wish_id=10**15)
    assert (wish.state, claims(db)) == ("published", [])


@pytest.mark.parametrize("state", ["collected", "refused", "referred", "fulfilled", "closed", "taken_down"])
def test_only_a_wish_on_the_wall_is_claimed(db: Any, village: Village, state: str) -> None:
    wish = make.wish(village.grid, state=state)
    before = claims(db)
    with pytest.raises(rules.REFUSALS[state]):
        service.claim(actor=make.actor(village.volunteer), wish_id=wish.id)
    assert (wish.state, claims(db)) == (state, before)


def test_a_cancelled_claim_brings_the_wish_back_with_its_history(db: Any, village: Village) -> None:
    wish = make.wish(village.grid, wisher_id=village.wisher.id)
    actor = make.actor(village.volunteer)
    service.claim(actor=actor, wish_id=wish.id)
    with pytest.raises(service.ReasonMissing):
        service.cancel_claim(actor=actor, wish_id=wish.id, reason=" ")
    with pytest.raises(service.NotTheClaimer):
        service.cancel_claim(actor=make.actor(village.wisher), wish_id=wish.id, reason="来不了")
    service.cancel_claim(actor=actor, wish_id=wish.id, reason="出差")
    assert (wish.state, claims(db)) == ("published", [(village.volunteer.id, "cancelled")])
    assert told(db, "wish_returned") == [village.wisher.id]
    assert told(db, "wish_returned_staff") == [village.staff.id]
    service.claim(actor=actor, wish_id=wish.id)
    assert claims(db) == [(village.volunteer.id, "cancelled"), (village.volunteer.id, "active")]
    assert told(db, "wish_claimed") == [village.wisher.id] * 2


def test_staff_revoke_a_claim_with_a_reason_that_the_claimer_reads(db: Any, village: Village) -> None:
    wish = make.wish(village.grid, state="claimed", claimer=village.volunteer)
    for someone in (village.other_staff, village.volunteer):
        with pytest.raises(NotFound):
            service.revoke_claim(actor=make.actor(someone), wish_id=wish.id, reason="超期")
    with pytest.raises(service.ReasonMissing):
        service.revoke_claim(actor=make.actor(village.staff), wish_id=wish.id, reason="")
    service.revoke_claim(actor=make.actor(village.staff), wish_id=wish.id, reason="超期没联系。")
    assert (wish.state, claims(db)) == ("published", [(village.volunteer.id, "revoked")])
    assert told(db, "wish_claim_ended") == [village.volunteer.id]
    with pytest.raises(rules.OnTheWall):
        service.revoke_claim(actor=make.actor(village.staff), wish_id=wish.id, reason="再来")


def test_getting_in_touch_is_noted_once_by_claimer_or_staff(db: Any, village: Village) -> None:
    wish = make.wish(village.grid, state="claimed", claimer=village.volunteer)
    with pytest.raises(service.NotTheClaimer):
        service.get_in_touch(actor=make.actor(village.wisher), wish_id=wish.id)
    claim = service.get_in_touch(actor=make.actor(village.volunteer), wish_id=wish.id)
    assert claim.contacted_at == NOW
    with pytest.raises(service.AlreadyInTouch):
        service.get_in_touch(actor=make.actor(village.staff), wish_id=wish.id)


def test_contact_data_is_for_the_active_claimer_and_staff_in_charge_and_each_look_is_recorded(
    db: Any, village: Village
) -> None:
    wish = make.wish(village.grid, state="claimed", claimer=village.volunteer, wisher_id=village.wisher.id)
    for someone in (village.volunteer, village.staff):
        contact = service.see_contact(actor=make.actor(someone), wish_id=wish.id)
        assert (contact.name, contact.phone) == ("王桂兰", "13800138000")
    for someone in (village.other_staff, make.person(village.community)):
        with pytest.raises(NotFound):
            service.see_contact(actor=make.actor(someone), wish_id=wish.id)
    seen = sa.select(AuditEntry.actor_id).where(AuditEntry.act == "wish_contact_seen").order_by(AuditEntry.id)
    assert list(db.session.scalars(seen)) == [village.volunteer.id, village.staff.id]


@pytest.mark.parametrize("state", ["fulfilled", "confirmed", "closed"])
def test_who_has_fulfilled_a_wish_no_longer_sees_the_contact_data(
    db: Any, village: Village, state: str
) -> None:
    wish = make.wish(village.grid, state=state, claimer=village.volunteer)
    with pytest.raises(NotFound):
        service.see_contact(actor=make.actor(village.volunteer), wish_id=wish.id)


def test_overdue_claims_are_told_once_to_claimer_and_staff(db: Any, village: Village) -> None:
    wish = make.wish(village.grid, state="claimed", claimer=village.volunteer)
    make.wish(village.grid, state="fulfilled", claimer=village.volunteer)
    in_touch = make.wish(village.grid, state="claimed", claimer=village.volunteer)
    service.get_in_touch(actor=make.actor(village.staff), wish_id=in_touch.id)
    assert service.tell_overdue(NOW + dt.timedelta(days=3)) == 0
    late = NOW + dt.timedelta(days=3, seconds=1)
    assert service.tell_overdue(late) == 3  # inbox and e-mail of the claimer, inbox of staff
    assert told(db, "wish_contact_reminder") == [village.volunteer.id]
    assert told(db, "wish_contact_overdue") == [village.staff.id]
    assert service.tell_overdue(late + dt.timedelta(days=1)) == 0
    service.revoke_claim(actor=make.actor(village.staff), wish_id=wish.id, reason="超期")
    assert service.tell_overdue(late + dt.timedelta(days=2)) == 0


def test_the_nearest_staff_are_told_and_the_subdistrict_where_there_are_none(
    db: Any, village: Village
) -> None:
    boss = make.staff("subdistrict_staff", village.subdistrict)
    lonely = make.community(village.subdistrict)
    service.claim(actor=make.actor(village.volunteer), wish_id=make.wish(lonely).id)
    assert told(db, "wish_claimed_staff") == [boss.id]
    colleague = make.staff(COMMUNITY_STAFF, village.community)
    service.claim(actor=make.actor(village.volunteer), wish_id=make.wish(village.grid).id)
    assert told(db, "wish_claimed_staff") == sorted([boss.id, village.staff.id, colleague.id])
