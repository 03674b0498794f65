"""The table of states: each is reached through the service, with a sentence in three languages.

`docs/signing-up.md` names them all; a state that is added without a line there, or
without a way to reach it here, fails.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests import make
from volunteer.activities import cards, service
from volunteer.activities import queries as lists
from volunteer.activities.models import (
    Occurrence,
    OccurrencePosition,
    Position,
    SeriesRequirement,
    SignUpBlock,
)
from volunteer.activities.signing import readers, standing, states
from volunteer.core import clock, i18n
from volunteer.core.errors import Refused
from volunteer.people.models import Person

HOUR = dt.timedelta(hours=1)
DOCS = Path(__file__).resolve().parents[2] / "docs" / "signing-up.md"
State = Callable[[Any], tuple[Occurrence, Person, dict[str, Any]]]
STATES: dict[str, State] = {}


def state(name: str) -> Callable[[State], State]:
    def keep(build: State) -> State:
        STATES[name] = build
        return build

    return keep


def date(*, series: dict[str, Any] | None = None, **more: Any) -> Occurrence:
    more.setdefault("starts_at", clock.at_local(clock.today() + dt.timedelta(days=3), dt.time(15)))
    return make.occurrence(make.series(**(series or {})), **more)


def position(occurrence: Occurrence, *, taken: int = 0, is_open: bool = True) -> int:
    row = Position(series_id=occurrence.series_id, name="登记", capacity=1)
    make._keep(row)
    make._keep(
        OccurrencePosition(
            occurrence_id=occurrence.id, position_id=row.id, capacity=1, taken=taken, is_open=is_open
        )
    )
    return int(row.id)


def full(**more: Any) -> Occurrence:
    occurrence = date(capacity=1, **more)
    make.sign_up(occurrence)
    return occurrence


@state("free")
def _free(db):
    return date(), make.person(), {}


@state("cancelled")
def _cancelled(db):
    return date(state="cancelled"), make.person(), {}


@state("undecided")
def _undecided(db):
    return date(state="undecided", asks="holiday"), make.person(), {}


@state("begun")
def _begun(db):
    return date(starts_at=clock.now()), make.person(), {}


@state("over")
def _over(db):
    return date(starts_at=clock.now() - 2 * HOUR, is_flexible=True), make.person(), {}


@state("mine")
def _mine(db):
    occurrence, person = date(), make.person()
    make.sign_up(occurrence, person)
    return occurrence, person, {}


@state("shared")
def _shared(db):
    occurrence, person = date(), make.person()
    make.pair(occurrence, make.person(), person, state="agreed")
    return occurrence, person, {}


@state("waiting")
def _waiting(db):
    occurrence, person = full(), make.person()
    for waits in (make.person(), person):
        service.join_line(actor=make.actor(waits), occurrence_id=occurrence.id)
    return occurrence, person, {}


@state("offered")
def _offered(db):
    occurrence, first, person = date(capacity=1), make.person(), make.person()
    service.sign_up(actor=make.actor(first), occurrence_id=occurrence.id)
    service.join_line(actor=make.actor(person), occurrence_id=occurrence.id)
    service.sign_off(actor=make.actor(first), occurrence_id=occurrence.id)
    return occurrence, person, {}


@state("too_dangerous")
def _too_dangerous(db):
    return date(series={"is_dangerous": True}), make.person(born_on=dt.date(2010, 1, 1)), {}


@state("too_young")
def _too_young(db):
    return date(series={"minimum_age": 60}), make.person(), {}


@state("needs_guardian")
def _needs_guardian(db):
    return date(), make.person(born_on=dt.date(2010, 1, 1)), {}


@state("wrong_sex")
def _wrong_sex(db):
    return date(series={"sex_needed": "female"}), make.person(sex="male"), {}


@state("members_only")
def _members_only(db):
    return date(series={"members_only": True}), make.person(), {}


@state("needs_training")
def _needs_training(db):
    occurrence = date(series={"has_requirements": True})
    make._keep(SeriesRequirement(series_id=occurrence.series_id, kind="training", name="急救培训"))
    return occurrence, make.person(), {}


@state("needs_skill")
def _needs_skill(db):
    from volunteer.people.rules import SKILLS

    occurrence = date(series={"has_requirements": True})
    make._keep(SeriesRequirement(series_id=occurrence.series_id, kind="skill", name=next(iter(SKILLS))))
    return occurrence, make.person(), {}


@state("needs_hours")
def _needs_hours(db):
    return date(series={"minimum_minutes": 600}), make.person(), {}


@state("blocked")
def _blocked(db):
    person = make.person()
    make._keep(SignUpBlock(person_id=person.id, cause="no_shows", blocked_at=clock.now()))
    return date(), person, {}


@state("not_open")
def _not_open(db):
    return date(opens_at=clock.now() + HOUR), make.person(), {}


@state("newcomers_first")
def _newcomers_first(db):
    occurrence, person = date(newcomers_until=clock.now() + HOUR), make.person()
    series = db.session.get(make.Series, occurrence.series_id)
    make.sign_up(make.occurrence(series, starts_at=clock.now() - 30 * HOUR), person)
    return occurrence, person, {}


@state("closed")
def _closed(db):
    return date(closes_at=clock.now()), make.person(), {}


@state("overlaps")
def _overlaps(db):
    occurrence, person = date(), make.person()
    make.sign_up(date(starts_at=occurrence.starts_at + HOUR, series={"title": "义诊理发"}), person)
    return occurrence, person, {}


@state("day_limit")
def _day_limit(db):
    occurrence, person = date(), make.person()
    make.sign_up(date(starts_at=occurrence.starts_at - 8 * HOUR, series={"duration_minutes": 400}), person)
    return occurrence, person, {}


@state("too_little_rest")
def _too_little_rest(db):
    occurrence, person = date(series={"rest_minutes": 90}), make.person()
    make.sign_up(date(starts_at=occurrence.ends_at + HOUR), person)
    return occurrence, person, {}


@state("position_closed")
def _position_closed(db):
    occurrence = date(series={"has_positions": True})
    return occurrence, make.person(), {"position_id": position(occurrence, is_open=False)}


@state("position_full")
def _position_full(db):
    occurrence = date(series={"has_positions": True})
    return occurrence, make.person(), {"position_id": position(occurrence, taken=1)}


@state("too_few")
def _too_few(db):
    from volunteer.activities.signing.companions import Guest

    return date(series={"most_companions": 3}, capacity=2), make.person(), {"companions": [Guest("小李")] * 2}


@state("full")
def _full(db):
    return full(), make.person(), {}


@state("full_late")
def _full_late(db):
    return full(starts_at=clock.now() + HOUR), make.person(), {}


@pytest.mark.parametrize("name", sorted(STATES))
def test_each_state_is_reached_through_the_service_with_its_sentence(app, db, name):
    occurrence, person, more = STATES[name](db)
    db.session.commit()
    found = standing.load(
        occurrence_id=occurrence.id, person_id=person.id, position_id=more.get("position_id")
    )
    answer = standing.availability(found, clock.now(), wanted=1 + len(more.get("companions", ())))
    assert answer.state == name
    if name in ("free", "offered"):  # pressing the button takes what is offered
        assert service.sign_up(actor=make.actor(person), occurrence_id=occurrence.id, **more)
        return
    with pytest.raises(Refused) as raised:
        service.sign_up(actor=make.actor(person), occurrence_id=occurrence.id, **more)
    assert answer.refusal is not None
    assert type(raised.value) is type(answer.refusal)
    for language in ("zh_Hans", "zh_Hant", "en"):
        with app.test_request_context(), i18n.speaking(language):
            assert len(raised.value.message) > 5
            assert "%(" not in raised.value.message
            assert all(cards.tag(name, 0))


OF_A_POSITION = {
    "position_closed",
    "position_full",
    "too_few",
}  # of the form alone: the list asks for neither
NOT_LISTED = {"cancelled", "undecided", "begun", "over"}  # not among what is coming


@pytest.mark.parametrize("name", sorted(set(STATES) - OF_A_POSITION - NOT_LISTED))
def test_the_list_says_the_same(db, name):
    occurrence, person, _more = STATES[name](db)
    db.session.commit()
    now, actor = clock.now(), make.actor(person)
    page = lists.upcoming(now=now, person_id=person.id, age=56, show=lists.ALL)
    rows = [row for row in page.rows if row.id == occurrence.id]
    own = readers.own_dates(actor, rows, now)
    answer = cards._standing(rows[0], readers.reader(actor, rows, own, now), now, clock.today())
    found = standing.load(occurrence_id=occurrence.id, person_id=person.id)
    assert answer == standing.availability(found, now) or (
        answer.state == name and type(answer.refusal) is type(standing.availability(found, now).refusal)
    )
    assert answer.state == name


def test_every_state_has_a_scenario_and_a_line_in_the_docs():
    assert set(STATES) == set(states.STATES)
    written = re.findall(r"^\| `(\w+)` \|", DOCS.read_text("utf-8"), re.MULTILINE)
    assert written == list(states.STATES), "the table follows the order of the rules"
