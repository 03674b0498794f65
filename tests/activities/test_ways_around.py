"""Ways around the rules that somebody dishonest would try."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
import sqlalchemy as sa

from tests import make
from volunteer.activities import check, feeds, mine, personal, personal_places, service
from volunteer.activities.models import Occurrence, Series, SignUp, Waiting
from volunteer.activities.signing import companions, refusals
from volunteer.activities.together import refusals as no
from volunteer.core import clock
from volunteer.people.personal import releases
from volunteer.privacy.service import merging

HOUR, DAY = dt.timedelta(hours=1), dt.timedelta(days=1)


def waits(db: Any, occurrence: Occurrence, person: Any, **more: Any) -> Waiting:
    row = Waiting(
        occurrence_id=occurrence.id,
        person_id=person.id,
        joined_at=clock.now(),
        joined_by_id=person.id,
        **more,
    )
    db.session.add(row)
    db.session.commit()
    return row


# A place that is shared is a place


def test_who_agreed_to_share_a_place_is_busy_then(db: Any) -> None:
    shared = make.occurrence(make.series(takes_pairs=True))
    partner = make.person()
    make.pair(shared, make.person(), partner, state="agreed")
    other = make.occurrence(starts_at=shared.starts_at + HOUR)
    with pytest.raises(refusals.Overlaps):
        service.sign_up(actor=make.actor(partner), occurrence_id=other.id)
    db.session.rollback()
    assert db.session.get_one(Occurrence, other.id).taken == 0


def test_a_shared_place_counts_towards_the_day(db: Any) -> None:
    morning = clock.at_local(clock.today() + DAY, dt.time(8, 0))
    shared = make.occurrence(make.series(takes_pairs=True, duration_minutes=300), starts_at=morning)
    partner = make.person()
    make.pair(shared, make.person(), partner, state="agreed")
    other = make.occurrence(make.series(duration_minutes=300), starts_at=morning + 6 * HOUR)
    with pytest.raises(refusals.DayLimit):
        service.sign_up(actor=make.actor(partner), occurrence_id=other.id)
    db.session.rollback()


def test_nobody_shares_two_places_at_one_time(db: Any) -> None:
    series = make.series(takes_pairs=True)
    partner = make.person()
    make.pair(make.occurrence(series), make.person(), partner, state="agreed")
    second = make.pair(make.occurrence(series), make.person(), partner)
    with pytest.raises(no.OverlapsHere):
        service.answer_partner(actor=make.actor(partner), sign_up_id=second.id, agrees=True)
    db.session.rollback()


def test_who_was_only_asked_or_whose_pair_gave_the_place_back_is_free(db: Any) -> None:
    series = make.series(takes_pairs=True)
    partner = make.person()
    make.pair(make.occurrence(series), make.person(), partner)
    gone = make.occurrence(series)
    holder = make.person()
    make.pair(gone, holder, partner, state="agreed")
    db.session.commit()
    service.sign_off(actor=make.actor(holder), occurrence_id=gone.id)
    assert service.sign_up(actor=make.actor(partner), occurrence_id=make.occurrence(series).id)


def test_the_list_says_so_too(db: Any) -> None:
    shared = make.occurrence(make.series(takes_pairs=True))
    partner = make.person()
    make.pair(shared, make.person(), partner, state="agreed")
    found = mine.own(person_id=partner.id, first=shared.starts_at, last=shared.ends_at)
    assert [(row.id, row.is_shared) for row in found] == [(shared.id, True)]


# Past the waiting list


def test_a_stand_in_asked_for_early_does_not_pass_by_the_line(db: Any) -> None:
    occurrence, friend = make.occurrence(capacity=1), make.person()
    request = make.stand_in(make.sign_up(occurrence), friend)
    waits(db, occurrence, make.person())
    with pytest.raises(no.LineFirst):
        service.accept_stand_in(actor=make.actor(friend), stand_in_id=request.id)
    db.session.rollback()
    with clock.fixed(occurrence.starts_at - 2 * HOUR):  # late: somebody who comes is better than nobody
        service.accept_stand_in(actor=make.actor(friend), stand_in_id=request.id)


def test_who_waits_alone_may_stand_in(db: Any) -> None:
    occurrence, friend = make.occurrence(capacity=1), make.person()
    request = make.stand_in(make.sign_up(occurrence), friend)
    waits(db, occurrence, friend)
    service.accept_stand_in(actor=make.actor(friend), stand_in_id=request.id)
    assert check.check().faults == []


# Company where it is dangerous


@pytest.mark.parametrize("is_child", [False, True])
@pytest.mark.parametrize("changes", [False, True])
def test_nobody_comes_along_where_it_is_dangerous(db: Any, changes: bool, is_child: bool) -> None:
    occurrence = make.occurrence(make.series(is_dangerous=True, most_companions=2))
    actor = make.actor(make.person())
    guests = [companions.Guest("小宝", is_child=is_child)]
    if changes:
        service.sign_up(actor=actor, occurrence_id=occurrence.id)
        db.session.commit()
    deed = service.change_companions if changes else service.sign_up
    with pytest.raises(companions.NobodyAlongHere):
        deed(actor=actor, occurrence_id=occurrence.id, companions=guests)
    db.session.rollback()
    assert db.session.get_one(Occurrence, occurrence.id).taken == int(changes)


# A series that ended does not come back


def test_ending_a_series_again_later_does_not_bring_its_dates_back(db: Any) -> None:
    team = make.team()
    leader = make.actor(make.leader(team))
    series = make.series(team, recurrence="FREQ=WEEKLY")
    service.extend([series.id])
    first_end = clock.today() + 8 * DAY
    service.end_series(actor=leader, series_id=series.id, on=first_end, reason="不办了")
    service.end_series(actor=leader, series_id=series.id, on=first_end + 300 * DAY, reason="不办了")
    assert db.session.get_one(Series, series.id).ends_on == first_end - DAY


# Accounts that close or are merged while the line moves


def test_a_place_offered_while_the_account_closes_is_free_again(
    db: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Between looking and locking the offer is made: what was read before the lock is not trusted."""
    occurrence, person = make.occurrence(capacity=1), make.person()
    row = waits(db, occurrence, person)
    lock = personal_places.waiting.lock

    def offered_meanwhile(occurrence_id: int) -> None:
        lock(occurrence_id)
        if db.session.scalar(sa.select(Waiting.state).where(Waiting.id == row.id)) == "waiting":
            service.signing.waiting.fill(occurrence_id)

    monkeypatch.setattr(personal_places.waiting, "lock", offered_meanwhile)
    personal.sign_off_all(person.id, None)
    db.session.commit()
    assert db.session.get_one(Occurrence, occurrence.id, populate_existing=True).held == 0
    assert check.check().faults == []


def test_dates_are_locked_by_id_when_an_account_closes(db: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    early, late, person = make.occurrence(capacity=1), make.occurrence(), make.person()
    shared = make.occurrence(make.series(takes_pairs=True))
    make.pair(shared, make.person(), person, state="agreed")
    make.sign_up(early)
    make.sign_up(late, person)
    waits(db, early, person)
    locked: list[int] = []
    monkeypatch.setattr(personal_places.waiting, "lock", locked.append)
    for step in releases():
        if step.deed.__module__.startswith(personal.__name__):
            step.deed(person.id, None)
    assert list(dict.fromkeys(locked)) == sorted([early.id, late.id, shared.id])


def test_a_pair_that_is_one_person_is_no_pair(db: Any) -> None:
    area = make.community()
    staff = make.actor(make.staff("community_staff", area))
    kept, gone = make.person(area), make.person(area)
    place = make.pair(make.occurrence(make.series(takes_pairs=True)), kept, gone, state="agreed")
    db.session.commit()
    merging.merge(actor=staff, kept_id=kept.id, gone_id=gone.id, reason="核对过")
    db.session.commit()
    row = db.session.get_one(SignUp, place.id, populate_existing=True)
    assert (row.person_id, row.partner_id, row.partner_state) == (kept.id, None, None)


# An empty choice beside an invented one


@pytest.mark.parametrize(("needs", "status"), [([""], 303), (["", "evil:x"], 422), (["x"], 422)])
def test_an_invented_choice_is_none(client_for: Any, db: Any, needs: list[str], status: int) -> None:
    team = make.team()
    leader = make.leader(team)
    series = make.series(team, person_in_charge=leader)
    db.session.commit()
    answer = client_for(leader).post(
        f"/series/{series.id}/limits", data={"needs": needs, "minimum_age": "0", "minimum_hours": "0"}
    )
    assert answer.status_code == status


# A feed with more dates than it holds


def test_a_busy_past_does_not_push_what_is_to_come_out_of_a_feed(
    db: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(feeds, "MOST", 2)
    series = make.series()
    past = [make.occurrence(series, starts_at=clock.now() - days * DAY) for days in (9, 8, 7)]
    coming = make.occurrence(series)
    assert [row.id for row in feeds.of_team(series.team_id, clock.now())] == [past[0].id, coming.id]
