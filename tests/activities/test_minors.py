"""Who is not yet 18: no sign-up before a guardian's consent (R008), never for what is dangerous (R009)."""

from __future__ import annotations

import datetime as dt

import pytest
import sqlalchemy as sa
from hypothesis import example, given
from hypothesis import strategies as st

from tests import make
from tests.activities.test_rules import date
from tests.people.test_minors import anniversary
from volunteer.activities import service
from volunteer.activities.models import Occurrence, SignUp
from volunteer.activities.signing import availability as rules
from volunteer.activities.signing import refusals, states
from volunteer.core import clock
from volunteer.people.models import COMMUNITY_STAFF, COUNTER_CLERK

TODAY = dt.date(2026, 11, 21)
YOUTH = dt.date(2010, 1, 1)
DAY = dt.timedelta(days=1)


def availability(born_on, today, *, is_dangerous=False, has_guardian=True):
    return rules.availability(
        date(starts_at=dt.datetime.combine(today + 60 * DAY, dt.time(8), dt.UTC), is_dangerous=is_dangerous),
        rules.Who(born_on=born_on, has_guardian=has_guardian),
        now=dt.datetime.combine(today, dt.time(8), dt.UTC),
        starts_on=today + 60 * DAY,
        today=today,
    )


@given(st.dates(dt.date(1990, 1, 1), dt.date(2050, 12, 31)), st.booleans(), st.booleans())
@example(dt.date(2008, 2, 29), True, True)
@example(dt.date(2008, 2, 29), False, False)
def test_the_gate_opens_on_the_eighteenth_birthday_to_the_day(born_on, is_dangerous, has_guardian):
    birthday = anniversary(born_on, 18)
    how = {"is_dangerous": is_dangerous, "has_guardian": has_guardian}
    is_open = has_guardian and not is_dangerous
    assert availability(born_on, birthday - DAY, **how).is_free is is_open
    assert availability(born_on, birthday, **how).is_free


def test_dangerous_is_said_before_the_missing_guardian():
    found = availability(YOUTH, TODAY, is_dangerous=True, has_guardian=False)
    assert (found.state, type(found.refusal)) == (states.TOO_DANGEROUS, refusals.TooDangerous)
    found = availability(YOUTH, TODAY, has_guardian=False)
    assert (found.state, type(found.refusal)) == (states.NEEDS_GUARDIAN, refusals.NeedsGuardian)
    assert availability(None, TODAY, is_dangerous=True).is_free  # nobody in particular


def places(db):
    taken = db.session.scalar(sa.select(sa.func.sum(Occurrence.taken)))
    return taken, db.session.scalar(sa.select(sa.func.count()).select_from(SignUp))


def helpers(area, occurrence, youth):
    """Everybody who may sign another up."""
    from volunteer.activities.models import Series
    from volunteer.teams.models import Team

    series = make.db.session.get_one(Series, occurrence.series_id)
    team = make.db.session.get_one(Team, series.team_id)
    return [make.leader(team), make.staff(COMMUNITY_STAFF, area), make.staff(COUNTER_CLERK, area)]


@pytest.mark.parametrize(
    ("is_dangerous", "has_guardian", "refusal"),
    [
        (False, False, refusals.NeedsGuardian),
        (True, True, refusals.TooDangerous),
        (True, False, refusals.TooDangerous),
    ],
)
def test_nobody_signs_a_minor_up_past_the_gate(db, is_dangerous, has_guardian, refusal):
    area = make.community()
    youth = make.person(area, born_on=YOUTH)
    if has_guardian:
        make.guardian(youth)
    occurrence = make.occurrence(make.series(make.team(area), is_dangerous=is_dangerous))
    for who in (youth, *helpers(area, occurrence, youth)):
        actor = make.actor(who)
        with pytest.raises(refusal):
            service.sign_up(actor=actor, occurrence_id=occurrence.id, person_id=youth.id)
        db.session.rollback()
        assert places(db) == (0, 0)


def test_with_the_guardians_consent_the_same_sign_up_succeeds(db):
    youth, occurrence = make.person(born_on=YOUTH), make.occurrence()
    make.guardian(youth)
    service.sign_up(actor=make.actor(youth), occurrence_id=occurrence.id)
    assert places(db) == (1, 1)


def test_a_withdrawn_consent_closes_the_gate_again(db):
    youth, occurrence = make.person(born_on=YOUTH), make.occurrence()
    make.guardian(youth, withdrawn=True)
    with pytest.raises(refusals.NeedsGuardian):
        service.sign_up(actor=make.actor(youth), occurrence_id=occurrence.id)


def test_adults_sign_up_for_what_is_dangerous(db):
    person, occurrence = make.person(), make.occurrence(make.series(is_dangerous=True))
    service.sign_up(actor=make.actor(person), occurrence_id=occurrence.id)
    assert places(db) == (1, 1)


@pytest.mark.parametrize(("today", "is_open"), [("2026-02-28", False), ("2026-03-01", True)])
def test_somebody_of_29_february_is_grown_up_on_1_march(db, today, is_open):
    person = make.person(born_on=dt.date(2008, 2, 29))
    with clock.fixed(clock.at_local(dt.date.fromisoformat(today), dt.time(23, 59))):
        occurrence = make.occurrence(make.series(is_dangerous=True))
        actor = make.actor(person)
        if is_open:
            service.sign_up(actor=actor, occurrence_id=occurrence.id)
        else:
            with pytest.raises(refusals.TooDangerous):
                service.sign_up(actor=actor, occurrence_id=occurrence.id)


def test_the_pages_say_what_is_missing(client_for, count_statements):
    youth = make.person(born_on=YOUTH)
    occurrence = make.occurrence()
    dangerous = make.occurrence(make.series(is_dangerous=True, title="防汛巡堤"))
    client = client_for(youth)
    page = client.get(f"/activities/{occurrence.id}").text
    assert "要先有监护人同意" in page
    assert f"/activities/{occurrence.id}/sign-up" not in page
    home = client.get("/").text
    assert "要监护人同意" in home
    assert "这项活动有危险" in client.get("/?show=all").text
    assert "有危险，满 18 周岁才能参加" in client.get(f"/activities/{dangerous.id}").text
    make.guardian(youth)
    assert f"/activities/{occurrence.id}/sign-up" in client.get(f"/activities/{occurrence.id}").text
    answer = client.post(f"/activities/{dangerous.id}/sign-up")
    assert answer.status_code == 409
    assert "未满 18 周岁不能参加" in answer.text
