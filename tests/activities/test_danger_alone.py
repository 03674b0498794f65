"""Where it is dangerous everybody signs up for oneself: not at publication, not later, nobody along (R009, R021)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient

from tests import make
from tests.activities.test_plans import plan
from volunteer.activities import service
from volunteer.activities.models import Series
from volunteer.activities.planning import fitting, plans
from volunteer.activities.planning.fitting import Limits
from volunteer.activities.signing import companions
from volunteer.audit.models import AuditEntry

SignIn = Callable[[Any], FlaskClient]
GUEST = companions.Guest("小李")


def test_it_is_not_published_with_companions() -> None:
    with pytest.raises(plans.DangerousWithCompanions) as raised:
        plans.refuse_senseless(plan(is_dangerous=True, most_companions=1))
    assert raised.value.field == "most_companions"
    plans.refuse_senseless(plan(is_dangerous=True))


def test_switched_on_later_nobody_else_is_brought_and_who_has_somebody_is_listed(db: Any) -> None:
    team = make.team()
    leader = make.actor(make.leader(team))
    series = make.series(team, most_companions=2)
    occurrence, alone, two = make.occurrence(series), make.person(), make.person()
    service.sign_up(actor=make.actor(alone), occurrence_id=occurrence.id)
    service.sign_up(actor=make.actor(two), occurrence_id=occurrence.id, companions=[GUEST])
    (misfit,) = service.change_limits(
        actor=leader, series_id=series.id, limits=Limits(is_dangerous=True), wanted=[]
    )
    assert (misfit.person_id, misfit.why) == (two.id, ("带了同伴",))
    assert db.session.scalar(sa.select(Series.most_companions)) == 0
    entry = db.session.scalars(sa.select(AuditEntry).where(AuditEntry.act == "limits_changed")).one()
    assert entry.details["before"] == {"is_dangerous": False, "most_companions": 2}
    with pytest.raises(companions.NobodyAlongHere):
        service.change_companions(actor=make.actor(alone), occurrence_id=occurrence.id, companions=[GUEST])
    service.change_companions(actor=make.actor(two), occurrence_id=occurrence.id, companions=[])
    assert fitting.who_no_longer_fits(series.id) == []


def test_without_danger_companions_stay_allowed(db: Any) -> None:
    team = make.team()
    series = make.series(team, most_companions=2)
    service.change_limits(
        actor=make.actor(make.leader(team)), series_id=series.id, limits=Limits(minimum_age=20), wanted=[]
    )
    assert db.session.scalar(sa.select(Series.most_companions)) == 2


def test_the_page_offers_nobody_along(db: Any, client_for: SignIn) -> None:
    date = make.occurrence(make.series(is_dangerous=True, most_companions=2))  # from before that was refused
    assert "companion_name" not in client_for(make.person()).get(f"/activities/{date.id}").text


def test_the_page_says_that_companions_are_switched_off(db: Any, client_for: SignIn) -> None:
    team = make.team()
    series = make.series(team, most_companions=2)
    visitor, page = client_for(make.leader(team)), f"/series/{series.id}/limits"
    answer = visitor.post(page, data={"is_dangerous": "y"}, follow_redirects=True)
    assert "“同伴”也改成 0 了" in answer.text
    assert "“同伴”也改成" not in visitor.post(page, data={"is_dangerous": "y"}, follow_redirects=True).text
