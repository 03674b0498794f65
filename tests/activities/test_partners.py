"""The partner of a pair takes part like who holds the place: wherever people of a date are asked about."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest
import sqlalchemy as sa
import vobject
from flask import current_app
from flask.testing import FlaskClient

from tests import make
from volunteer.activities import details, feeds, for_leaders, personal, service
from volunteer.activities import retention as kept  # noqa: F401 - how long the trace of a pair is
from volunteer.activities.models import EndedPair, Insurance, Occurrence, SignUp
from volunteer.activities.planning import fitting
from volunteer.activities.planning.fitting import Limits
from volunteer.activities.service import feeding
from volunteer.activities.service.signing import insuring
from volunteer.activities.signing import insurance
from volunteer.activities.together import personal as together_personal
from volunteer.activities.together import stand_ins
from volunteer.core import clock
from volunteer.outbox.models import Message
from volunteer.privacy.service import retention

SignIn = Callable[[Any], FlaskClient]
HOUR = dt.timedelta(hours=1)
YOUNG = dt.date(2010, 5, 5)


class Pair:
    """A date of a team in three hours, one place of which two people share."""

    def __init__(self, state: str = "agreed", **series: Any) -> None:
        self.team = make.team()
        self.leader = make.leader(self.team)
        self.series = make.series(self.team, takes_pairs=True, **series)
        self.date = make.occurrence(self.series, starts_at=clock.now() + 3 * HOUR)
        self.holder = make.member(self.team, make.person(name="赵桂兰"))
        self.partner = make.member(self.team, make.person(name="钱大明"))
        self.place = make.pair(self.date, self.holder, self.partner, state=state)
        make.db.session.commit()

    @property
    def both(self) -> list[int]:
        return [self.holder.id, self.partner.id]

    def kinds_told(self, someone: Any) -> list[str]:
        statement = sa.select(Message.kind).where(Message.person_id == someone.id, Message.channel == "inbox")
        return list(make.db.session.scalars(statement.order_by(Message.id)))


# --- R021


def test_the_partner_needs_insurance_too(db: Any, client_for: SignIn) -> None:
    pair = Pair(is_dangerous=True)
    week = {"first": clock.now(), "last": clock.now() + dt.timedelta(days=7)}
    assert insurance.uninsured(pair.date.id) == pair.both
    assert [row.id for row in insurance.entries(pair.date.id)] == pair.both
    assert [row.missing for row in insurance.uninsured_dates([pair.team.id], **week)] == [2]
    address = f"/activities/{pair.date.id}/insurance"
    assert "钱大明" in client_for(pair.leader).get(address).text
    insuring.insure(
        actor=make.actor(pair.leader), occurrence_id=pair.date.id, person_ids=pair.both,
        insurer="平安", policy_number="P-1",
    )  # fmt: skip
    assert insurance.uninsured(pair.date.id) == []
    assert insurance.uninsured_dates([pair.team.id], **week) == []
    assert db.session.scalar(sa.select(sa.func.count()).select_from(Insurance)) == 2


def test_who_is_only_asked_needs_none(db: Any) -> None:
    pair = Pair("asked", is_dangerous=True)
    assert insurance.uninsured(pair.date.id) == [pair.holder.id]
    assert [row.id for row in insurance.entries(pair.date.id)] == [pair.holder.id]


# --- who no longer fits (R009, R022)


def danger(pair: Pair) -> list[fitting.Misfit]:
    return service.change_limits(
        actor=make.actor(pair.leader), series_id=pair.series.id, limits=Limits(is_dangerous=True), wanted=()
    )


def test_a_partner_under_age_is_listed(db: Any, client_for: SignIn) -> None:
    pair = Pair()
    pair.partner.born_on = YOUNG
    (found,) = danger(pair)
    assert (found.person_id, found.is_partner, found.why) == (pair.partner.id, True, ("未满 18 周岁",))
    db.session.commit()
    page = client_for(pair.leader).get(f"/series/{pair.series.id}/limits").text
    assert "钱大明" in page
    assert " · 和别人共用名额" in page
    assert "赵桂兰" not in page


def test_companions_are_the_holders(db: Any) -> None:
    pair = Pair()
    pair.place.places = 2
    assert [(one.person_id, one.why) for one in danger(pair)] == [(pair.holder.id, ("带了同伴",))]


def test_while_a_task_can_still_be_given_back_its_people_are_listed(db: Any) -> None:
    pair = Pair(kind="flexible", window_days=7)
    pair.holder.born_on = YOUNG
    pair.date.is_flexible, pair.date.starts_at = True, clock.now() - HOUR
    pair.date.ends_at = clock.now() + HOUR
    assert [one.person_id for one in danger(pair)] == [pair.holder.id]
    pair.date.ends_at = clock.now()
    assert danger(pair) == []


# --- the own calendar (R066)


def feed_of(someone: Any) -> tuple[str, int]:
    """(status, sequence) of the only event."""
    with current_app.test_request_context():
        written = feeds.write(feeds.own(someone.id, clock.now()), name="我的志愿服务")
    event = vobject.readOne(written.decode()).vevent
    return event.status.value, int(event.sequence.value)


def test_a_shared_place_is_no_cancelled_one_for_an_older_sign_off(db: Any) -> None:
    date, holder, partner = make.occurrence(make.series(takes_pairs=True)), make.person(), make.person()
    place, me = make.sign_up(date, holder), make.actor(partner)
    service.sign_up(actor=me, occurrence_id=date.id)
    service.sign_off(actor=me, occurrence_id=date.id)
    assert feed_of(partner) == ("CANCELLED", 1)
    service.ask_partner(actor=make.actor(holder), occurrence_id=date.id, person_id=partner.id)
    service.answer_partner(actor=me, sign_up_id=place.id, agrees=True)
    assert feed_of(partner) == ("CONFIRMED", 2)
    service.sign_off(actor=make.actor(holder), occurrence_id=date.id)
    assert feed_of(partner) == ("CANCELLED", 3)


@pytest.mark.parametrize("by_holder", [True, False])
def test_a_pair_that_ended_is_struck_out_of_the_partners_calendar(db: Any, by_holder: bool) -> None:
    pair = Pair()
    feeding.make_feed(actor=make.actor(pair.partner))
    assert feed_of(pair.partner) == ("CONFIRMED", 0)
    service.end_pair(actor=make.actor(pair.holder if by_holder else pair.partner), sign_up_id=pair.place.id)
    assert feed_of(pair.partner) == ("CANCELLED", 1)
    assert feed_of(pair.holder) == ("CONFIRMED", 0)
    service.ask_partner(actor=make.actor(pair.holder), occurrence_id=pair.date.id, person_id=pair.partner.id)
    assert feed_of(pair.partner) == ("CANCELLED", 1)
    service.answer_partner(actor=make.actor(pair.partner), sign_up_id=pair.place.id, agrees=True)
    assert feed_of(pair.partner) == ("CONFIRMED", 2)


def test_a_pair_that_ended_is_struck_out_when_the_partner_may_come_no_more(db: Any) -> None:
    pair = Pair()
    feeding.make_feed(actor=make.actor(pair.partner))
    together_personal.end_pairs(pair.partner.id, None)
    assert feed_of(pair.partner) == ("CANCELLED", 1)


def test_no_trace_is_kept_of_who_was_only_asked_or_reads_no_calendar(db: Any) -> None:
    asked, unread = Pair("asked"), Pair()
    feeding.make_feed(actor=make.actor(asked.partner))
    feeding.make_feed(actor=make.actor(unread.partner))
    feeding.revoke_feed(actor=make.actor(unread.partner))
    for pair in (asked, unread):
        service.end_pair(actor=make.actor(pair.holder), sign_up_id=pair.place.id)
    assert ended_pairs() == 0


def test_the_trace_of_a_pair_goes_when_no_calendar_shows_the_date_any_more(db: Any) -> None:
    pair = Pair()
    feeding.make_feed(actor=make.actor(pair.partner))
    service.end_pair(actor=make.actor(pair.holder), sign_up_id=pair.place.id)
    last = pair.date.starts_at + feeds.LOOK_BACK
    assert retention.run("ended_pairs", last) == 0
    assert retention.run("ended_pairs", last + HOUR) == 1
    assert ended_pairs() == 0


def ended_pairs() -> int:
    return int(make.db.session.scalar(sa.select(sa.func.count()).select_from(EndedPair)) or 0)


# --- the place goes to somebody else


@pytest.mark.parametrize(("state", "kind"), [("agreed", "pair_place_gone"), ("asked", "pair_question_gone")])
def test_when_a_stand_in_takes_the_place_the_partner_hears_of_it(db: Any, state: str, kind: str) -> None:
    pair = Pair("asked")
    taker = make.person()
    id_ = service.ask_stand_in(actor=make.actor(pair.holder), occurrence_id=pair.date.id, person_id=taker.id)
    pair.place.partner_state = state
    db.session.commit()
    service.accept_stand_in(actor=make.actor(taker), stand_in_id=id_)
    assert pair.kinds_told(pair.partner) == [kind]


def test_the_stand_in_who_was_asked_as_partner_has_the_place_and_hears_nothing_more(db: Any) -> None:
    pair = Pair("asked")
    id_ = service.ask_stand_in(
        actor=make.actor(pair.holder), occurrence_id=pair.date.id, person_id=pair.partner.id
    )
    service.accept_stand_in(actor=make.actor(pair.partner), stand_in_id=id_)
    assert "pair_question_gone" not in pair.kinds_told(pair.partner)


def test_whoever_was_only_asked_is_told_so_when_the_place_is_given_back(db: Any) -> None:
    pair = Pair("asked")
    service.sign_off(actor=make.actor(pair.holder), occurrence_id=pair.date.id, reason="病了")
    assert pair.kinds_told(pair.partner) == ["pair_question_gone"]


@pytest.mark.parametrize(("later", "kinds"), [(HOUR, ["pair_place_gone"]), (4 * HOUR, [])])
def test_when_the_holder_closes_the_account_the_partner_hears_of_what_is_to_come(
    db: Any, later: dt.timedelta, kinds: list[str]
) -> None:
    pair = Pair()
    with clock.fixed(clock.now() + later):
        personal.sign_off_all(pair.holder.id, pair.holder.id)
        assert pair.kinds_told(pair.partner) == kinds
    assert feed_of(pair.partner) == ("CANCELLED", 1)


def test_whoever_shares_the_place_is_not_asked_to_stand_in_for_it_nor_to_swap(db: Any) -> None:
    pair = Pair()
    before = make.occurrence(pair.series, starts_at=clock.now() - 24 * HOUR)
    for someone in (pair.holder, pair.partner, third := make.member(pair.team)):
        make.sign_up(before, someone)
    row = SimpleNamespace(series_id=pair.series.id, team_id=pair.team.id, occurrence_id=pair.date.id)
    assert stand_ins.likely(row=row, now=clock.now()) == [third.id]
    own = make.occurrence(pair.series)
    make.sign_up(own, pair.partner)
    make.sign_up(pair.date, third)
    swap = {"team_id": pair.team.id, "occurrence_id": own.id, "now": clock.now()}
    assert stand_ins.swappable(person_id=pair.partner.id, **swap) == []
    assert len(stand_ins.swappable(person_id=make.person().id, **swap)) == 1


# --- lists


def test_the_leader_sees_with_whom_a_place_is_shared(db: Any, client_for: SignIn) -> None:
    pair = Pair()
    assert "和钱大明搭档" in client_for(pair.leader).get(f"/activities/{pair.date.id}").text
    pair.place.partner_state = "asked"
    db.session.commit()
    assert "钱大明" not in client_for(pair.leader).get(f"/activities/{pair.date.id}").text


def test_what_is_written_to_those_of_the_next_date_reaches_the_partner(db: Any) -> None:
    assert list(for_leaders.members_at_next_date((pair := Pair()).team.id)) == pair.both


def test_a_partner_found_by_name_is_one_of_the_date(db: Any) -> None:
    pair, stranger = Pair(), make.person()
    assert details.signed_up_among(pair.date.id, [*pair.both, stranger.id]) == set(pair.both)


def test_a_helper_sees_that_the_place_is_shared_and_is_not_offered_another(
    db: Any, client_for: SignIn
) -> None:
    pair = Pair()
    helper = make.helper(pair.partner, "sign_up")
    db.session.commit()
    page = client_for(helper).get(f"/activities/{pair.date.id}").text
    assert "钱*和人搭档" in page
    assert "替钱*报名" not in page


def test_a_partner_with_a_place_of_the_own_is_one_person(db: Any) -> None:
    """As older data has it."""
    pair = Pair(is_dangerous=True)
    make.sign_up(db.session.get_one(Occurrence, pair.date.id), pair.partner)
    assert insurance.uninsured(pair.date.id) == pair.both
    assert [row.id for row in insurance.entries(pair.date.id)] == pair.both
    assert list(for_leaders.members_at_next_date(pair.team.id)) == pair.both
    assert db.session.scalar(sa.select(sa.func.count()).select_from(SignUp)) == 2
