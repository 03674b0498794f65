"""Two people at one stand-in, a swap while one signs off, the job for standing sign-ups run twice at once,
and one person who agrees to two shared places."""

from __future__ import annotations

import contextlib
import datetime as dt
import itertools
import threading
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from tests import make
from tests.faults.races import at_once, call, count, refusals, without_locks, won
from volunteer.activities import service
from volunteer.activities.models import Occurrence, SignUp
from volunteer.activities.service.signing import passing_on
from volunteer.activities.service.together import pairing, regular_dates, standing_in
from volunteer.activities.signing import refusals as activity_refusals
from volunteer.activities.together import refusals as no
from volunteer.core import clock
from volunteer.core.database import db

DAY = dt.timedelta(days=1)


def live(occurrence_id: int) -> list[int]:
    held = sa.select(SignUp.person_id).where(
        SignUp.occurrence_id == occurrence_id, SignUp.state == "signed_up"
    )
    return sorted(db.session.scalars(held))


def taken(occurrence_id: int) -> int:
    return int(db.session.scalar(sa.select(Occurrence.taken).where(Occurrence.id == occurrence_id)) or 0)


# One stand-in, two who take it


def sought(takers: int) -> tuple[int, list[Any]]:
    """(the date's id, the deeds of those who all want the one place)."""
    occurrence = make.occurrence(starts_at=clock.now() + 5 * DAY)
    request = make.stand_in(make.sign_up(occurrence))
    actors = [make.actor(make.person()) for _ in range(takers)]
    occurrence_id, request_id = occurrence.id, request.id
    return occurrence_id, [
        call(service.accept_stand_in, actor=actor, stand_in_id=request_id) for actor in actors
    ]


def test_of_several_takers_one_wins(house: Flask) -> None:
    occurrence_id, deeds = sought(6)
    answers = at_once(house, deeds)
    assert won(answers) == 1
    assert refusals(answers) == {no.StandInGone}
    assert (len(live(occurrence_id)), taken(occurrence_id)) == (1, 1)


def test_control_without_the_locks_the_place_goes_to_several(
    house: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    occurrence_id, deeds = sought(2)
    with without_locks(2) as wait_for_all:
        withdraw = passing_on._withdraw

        def wait_then_withdraw(given: Any) -> None:
            wait_for_all()
            withdraw(given)

        monkeypatch.setattr(passing_on, "_withdraw", wait_then_withdraw)
        monkeypatch.setattr(standing_in, "_end", lambda *arguments: None)  # the second guard
        at_once(house, deeds)
    assert (len(live(occurrence_id)), taken(occurrence_id)) == (2, 1)


# A swap while one of the two signs off


def swap() -> tuple[int, int, int, int, list[Any]]:
    """(first date, its holder, second date, its holder, the swap and the sign-off of the second)."""
    team = make.team()
    first, second = (
        make.occurrence(make.series(team), starts_at=clock.now() + days * DAY) for days in (5, 7)
    )
    one, other = make.member(team), make.member(team)
    mine, theirs = make.sign_up(first, one), make.sign_up(second, other)
    request = make.stand_in(mine, other, kind="swap", their_sign_up_id=theirs.id)
    ids = (first.id, one.id, second.id, other.id)
    request_id, answerer, leaver = request.id, make.actor(other), make.actor(other)
    return (
        *ids,
        [
            call(service.accept_stand_in, actor=answerer, stand_in_id=request_id),
            call(service.sign_off, actor=leaver, occurrence_id=ids[2]),
        ],
    )


def test_a_swap_while_one_signs_off_is_whole_or_not_at_all(house: Flask) -> None:
    for _ in range(5):
        first, one, second, other, deeds = swap()
        swapped, left = at_once(house, deeds)
        if isinstance(swapped, Exception):
            assert isinstance(swapped, no.StandInGone)
            assert (live(first), live(second)) == ([one], [])
        else:
            assert isinstance(left, activity_refusals.NotSignedUp)
            assert (live(first), live(second)) == ([other], [one])
        assert (taken(first), taken(second)) == (len(live(first)), len(live(second)))


def test_control_without_the_locks_a_swap_is_torn(house: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    """The sign-off comes between the look at the second place and its change."""
    first, one, second, other, (accept, leave) = swap()
    withdraw, calls = passing_on._withdraw, itertools.count(1)

    def interrupted(given: Any) -> None:
        if next(calls) == 2:
            _meanwhile(house, leave)
        withdraw(given)

    monkeypatch.setattr(passing_on, "_withdraw", interrupted)
    with without_locks(1):
        at_once(house, [accept])
    whole = (live(first), live(second)) in [([one], []), ([other], [one])]
    counted = (taken(first), taken(second)) == (len(live(first)), len(live(second)))
    assert not (whole and counted)


def _meanwhile(house: Flask, deed: Any) -> None:
    """In another thread and transaction, from beginning to end."""

    def run() -> None:
        with house.app_context():
            at_once(house, [deed])

    thread = threading.Thread(target=run)
    thread.start()
    thread.join(timeout=30)


def _wait_before(monkeypatch: pytest.MonkeyPatch, wait: Any, module: Any, name: str) -> None:
    """Everybody has looked before the first one writes."""
    deed = getattr(module, name)

    def waiting(*arguments: Any, **named: Any) -> Any:
        wait()
        return deed(*arguments, **named)

    monkeypatch.setattr(module, name, waiting)


# The job, twice at once


def regular_date(places: int) -> int:
    series = make.series(recurrence="FREQ=WEEKLY", regular_places=places)
    for _ in range(4):
        make.regular(series, make.person())
    occurrence = make.occurrence(series, starts_at=clock.now() + 5 * DAY)
    return int(occurrence.id)


def test_two_processes_sign_nobody_up_twice(house: Flask) -> None:
    occurrence_id = regular_date(places=2)
    answers = at_once(house, [call(service.sign_up_regulars, occurrence_id=occurrence_id)] * 4)
    assert sorted(answers) == [0, 0, 0, 2]
    assert (len(live(occurrence_id)), taken(occurrence_id)) == (2, 2)


def test_control_without_the_locks_more_than_their_places_are_theirs(
    house: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    occurrence_id = regular_date(places=2)
    in_line = regular_dates._in_line
    orders = iter((1, -1))  # the one from the front of the line, the other from its end
    monkeypatch.setattr(regular_dates, "_in_line", lambda *values: in_line(*values)[:: next(orders)])
    monkeypatch.setattr(db.session, "begin_nested", contextlib.nullcontext)  # on SQLite it is a lock as well
    with without_locks(2) as wait_for_all:
        _wait_before(monkeypatch, wait_for_all, regular_dates, "_take")
        at_once(house, [call(service.sign_up_regulars, occurrence_id=occurrence_id)] * 2)
    assert len(live(occurrence_id)) > 2


# One person who agrees to two shared places, or agrees while signing up elsewhere at that time


def shared_twice(*, same_date: bool) -> tuple[int, list[Any]]:
    """(the partner, the two deeds of which one has to be refused)."""
    partner = make.person()
    series = make.series(takes_pairs=True)
    first = make.occurrence(series, starts_at=clock.now() + 5 * DAY)
    second = first if same_date else make.occurrence(make.series(), starts_at=first.starts_at)
    one = make.pair(first, make.person(), partner)
    actor, agree = make.actor(partner), service.answer_partner
    if same_date:
        two = make.pair(first, make.person(), partner)
        other = call(agree, actor=actor, sign_up_id=two.id, agrees=True)
    else:
        other = call(service.sign_up, actor=actor, occurrence_id=second.id)
    return int(partner.id), [call(agree, actor=actor, sign_up_id=one.id, agrees=True), other]


def places_of(person_id: int) -> int:
    """Held and shared."""
    theirs = sa.or_(
        SignUp.person_id == person_id,
        sa.and_(SignUp.partner_id == person_id, SignUp.partner_state == "agreed"),
    )
    return count(SignUp, SignUp.state == "signed_up", theirs)


@pytest.mark.parametrize("same_date", [True, False])
def test_one_place_at_a_time_shared_or_own(house: Flask, same_date: bool) -> None:
    for _ in range(3):
        partner_id, deeds = shared_twice(same_date=same_date)
        answers = at_once(house, deeds)
        assert (won(answers), places_of(partner_id)) == (1, 1)
        assert refusals(answers) <= {no.SharesAlready, no.OverlapsHere, activity_refusals.Overlaps}


@pytest.mark.parametrize("same_date", [True, False])
def test_control_without_the_locks_one_person_has_two(
    house: Flask, monkeypatch: pytest.MonkeyPatch, same_date: bool
) -> None:
    partner_id, deeds = shared_twice(same_date=same_date)
    with without_locks(2) as wait_for_all:
        _wait_before(monkeypatch, wait_for_all, pairing, "_write")
        at_once(house, deeds)
    assert places_of(partner_id) == 2
