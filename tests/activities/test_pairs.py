"""Two people who share a place."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
import sqlalchemy as sa

from tests import make
from volunteer.activities import reminders, service
from volunteer.activities.changing import messages
from volunteer.activities.models import Occurrence, Series, SignUp
from volunteer.activities.signing import of_another, refusals, standing, states
from volunteer.activities.together import pairs
from volunteer.activities.together import refusals as no
from volunteer.audit.models import AuditEntry
from volunteer.core import clock, formats
from volunteer.core.errors import NotFound
from volunteer.outbox.models import Message
from volunteer.reports import books
from volunteer.teams.models import Team


def date(**more: Any) -> Occurrence:
    return make.occurrence(make.series(takes_pairs=True), **more)


@pytest.fixture
def asked(db: Any) -> Any:
    """(date, who holds the place, the partner, the sign-up) before the answer."""
    occurrence, holder, partner = date(), make.person(name="王桂兰"), make.person(name="李大明")
    place = make.sign_up(occurrence, holder)
    service.ask_partner(actor=make.actor(holder), occurrence_id=occurrence.id, person_id=partner.id)
    db.session.commit()
    return occurrence, holder, partner, place.id


def kinds(db: Any, person: Any) -> list[str]:
    statement = sa.select(Message.kind).where(Message.person_id == person.id, Message.channel == "inbox")
    return list(db.session.scalars(statement.order_by(Message.id)))


def test_the_partner_is_asked_and_agrees(db: Any, asked: Any) -> None:
    occurrence, holder, partner, id_ = asked
    assert pairs.of(occurrence.id) == {}
    service.answer_partner(actor=make.actor(partner), sign_up_id=id_, agrees=True)
    assert pairs.of(occurrence.id) == {id_: (holder.id, partner.id)}
    assert db.session.get_one(Occurrence, occurrence.id).taken == 1
    assert kinds(db, partner) == ["pair_asked"]
    assert kinds(db, holder) == ["pair_agreed"]
    payload = db.session.scalars(sa.select(Message.payload).where(Message.kind == "pair_asked")).first()
    assert (payload["who"], payload["who_number"]) == ("王*", holder.number)


def test_the_partner_declines(db: Any, asked: Any) -> None:
    occurrence, holder, partner, id_ = asked
    service.answer_partner(actor=make.actor(partner), sign_up_id=id_, agrees=False)
    assert pairs.of(occurrence.id) == {}
    assert db.session.get_one(SignUp, id_, populate_existing=True).partner_id is None
    assert kinds(db, holder) == ["pair_declined"]


@pytest.mark.parametrize("by", ["holder", "partner"])
def test_either_ends_it_and_the_other_hears_of_it(db: Any, asked: Any, by: str) -> None:
    occurrence, holder, partner, id_ = asked
    service.answer_partner(actor=make.actor(partner), sign_up_id=id_, agrees=True)
    ender, other = (holder, partner) if by == "holder" else (partner, holder)
    service.end_pair(actor=make.actor(ender), sign_up_id=id_)
    assert pairs.of(occurrence.id) == {}
    assert kinds(db, other)[-1] == "pair_ended"
    acts = db.session.scalars(sa.select(AuditEntry.act).where(AuditEntry.act.startswith("pair")))
    assert sorted(acts) == ["pair_agreed", "pair_asked", "pair_ended"]


def test_when_the_place_is_given_back_the_partner_hears_of_it(db: Any, asked: Any) -> None:
    occurrence, holder, partner, id_ = asked
    service.answer_partner(actor=make.actor(partner), sign_up_id=id_, agrees=True)
    service.sign_off(actor=make.actor(holder), occurrence_id=occurrence.id)
    assert kinds(db, partner)[-1] == "pair_place_gone"
    assert pairs.of(occurrence.id) == {}


def test_both_are_reminded(db: Any, asked: Any) -> None:
    occurrence, holder, partner, id_ = asked
    service.answer_partner(actor=make.actor(partner), sign_up_id=id_, agrees=True)
    at = reminders.evening_before(occurrence.starts_at)
    with clock.fixed(at):
        due = reminders.due(at)
        assert sorted(reminder.person_id for reminder in due) == sorted((holder.id, partner.id))
        assert reminders.write_due(at) > 0
        assert reminders.write_due(at) == 0


def test_a_partner_who_was_only_asked_is_not_reminded(db: Any, asked: Any) -> None:
    occurrence, holder, _partner, _id = asked
    at = reminders.evening_before(occurrence.starts_at)
    with clock.fixed(at):
        assert [reminder.person_id for reminder in reminders.due(at)] == [holder.id]


def test_a_partner_with_a_place_of_the_own_is_no_partner_there(db: Any, asked: Any) -> None:
    occurrence, _holder, partner, id_ = asked
    service.answer_partner(actor=make.actor(partner), sign_up_id=id_, agrees=True)
    make.sign_up(occurrence, partner)
    assert pairs.of(occurrence.id) == {}


def test_who_shares_a_place_is_shown_so_and_takes_no_other(db: Any, asked: Any) -> None:
    occurrence, _holder, partner, id_ = asked
    actor = make.actor(partner)
    assert standing_of(occurrence, partner) == states.FREE
    service.answer_partner(actor=actor, sign_up_id=id_, agrees=True)
    assert standing_of(occurrence, partner) == states.SHARED
    refused(db, refusals.SharesPlace, service.sign_up, actor=actor, occurrence_id=occurrence.id)
    refused(db, refusals.SharesPlace, service.join_line, actor=actor, occurrence_id=occurrence.id)
    refused(
        db, of_another.PersonSharesPlace, service.sign_up,
        actor=leader(db, occurrence), occurrence_id=occurrence.id, person_id=partner.id,
    )  # fmt: skip
    service.end_pair(actor=actor, sign_up_id=id_)
    service.sign_up(actor=actor, occurrence_id=occurrence.id)
    assert standing_of(occurrence, partner) == states.MINE


def test_one_person_shares_one_place_of_a_date(db: Any, asked: Any) -> None:
    occurrence, _holder, partner, id_ = asked
    third, fourth = make.person(), make.person()
    second = make.sign_up(occurrence, third).id
    make.sign_up(occurrence, fourth)
    service.ask_partner(actor=make.actor(third), occurrence_id=occurrence.id, person_id=partner.id)
    service.answer_partner(actor=make.actor(partner), sign_up_id=id_, agrees=True)
    actor = make.actor(partner)
    refused(db, no.SharesAlready, service.answer_partner, actor=actor, sign_up_id=second, agrees=True)
    refused(
        db, no.HoldsPlaceAlready, service.ask_partner,
        actor=make.actor(fourth), occurrence_id=occurrence.id, person_id=partner.id,
    )  # fmt: skip


def test_a_shared_place_collides_like_one_of_the_own(db: Any, asked: Any) -> None:
    """R025: with what is signed up for later, and with another place that is shared."""
    occurrence, _holder, partner, id_ = asked
    at_once = date(starts_at=occurrence.starts_at)
    other = make.person()
    second = make.sign_up(at_once, other).id
    service.ask_partner(actor=make.actor(other), occurrence_id=at_once.id, person_id=partner.id)
    service.answer_partner(actor=make.actor(partner), sign_up_id=id_, agrees=True)
    actor = make.actor(partner)
    refused(db, refusals.Overlaps, service.sign_up, actor=actor, occurrence_id=at_once.id)
    refused(db, refusals.Overlaps, service.join_line, actor=actor, occurrence_id=at_once.id)
    refused(db, no.OverlapsHere, service.answer_partner, actor=actor, sign_up_id=second, agrees=True)


def test_who_agrees_waits_no_longer(db: Any) -> None:
    occurrence = date(capacity=1)
    holder, partner, next_one = make.person(), make.person(), make.person()
    place = make.sign_up(occurrence, holder).id
    for person in (partner, next_one):
        service.join_line(actor=make.actor(person), occurrence_id=occurrence.id)
    service.change_capacity(actor=leader(db, occurrence), occurrence_id=occurrence.id, capacity=2)
    assert standing_of(occurrence, partner) == states.OFFERED
    service.ask_partner(actor=make.actor(holder), occurrence_id=occurrence.id, person_id=partner.id)
    service.answer_partner(actor=make.actor(partner), sign_up_id=place, agrees=True)
    assert standing_of(occurrence, partner) == states.SHARED
    assert standing_of(occurrence, next_one) == states.OFFERED
    assert books.check().faults == []


def test_a_standing_sign_up_leaves_who_shares_a_place_in_peace(db: Any) -> None:
    series = make.series(recurrence="FREQ=WEEKLY", regular_places=2, takes_pairs=True)
    occurrence = make.occurrence(series, starts_at=clock.now() + dt.timedelta(days=5))
    holder, partner = make.person(), make.person()
    place = make.sign_up(occurrence, holder).id
    service.ask_partner(actor=make.actor(holder), occurrence_id=occurrence.id, person_id=partner.id)
    service.answer_partner(actor=make.actor(partner), sign_up_id=place, agrees=True)
    make.regular(series, partner)
    assert service.sign_up_regulars(occurrence.id) == 0
    assert kinds(db, partner) == ["pair_asked"]


def leader(db: Any, occurrence: Occurrence) -> Any:
    series = db.session.get_one(Series, occurrence.series_id)
    return make.actor(make.leader(db.session.get_one(Team, series.team_id)))


def standing_of(occurrence: Occurrence, person: Any) -> str:
    found = standing.load(occurrence_id=occurrence.id, person_id=person.id)
    return standing.availability(found, clock.now()).state


def test_a_closed_account_leaves_the_place_with_the_other(db: Any, asked: Any) -> None:
    from volunteer.activities.together.personal import end_pairs, pairs_in_words

    occurrence, _holder, partner, id_ = asked
    service.answer_partner(actor=make.actor(partner), sign_up_id=id_, agrees=True)
    assert "1" in (pairs_in_words(partner.id) or "")
    end_pairs(partner.id, None)
    row = db.session.get_one(SignUp, id_)
    assert (row.partner_id, row.partner_state, row.state) == (None, None, "signed_up")


# Refusals


def refused(db: Any, refusal: type[Exception], deed: Any, **arguments: Any) -> None:
    db.session.commit()
    before = db.session.scalar(sa.select(sa.func.count()).select_from(AuditEntry))
    with pytest.raises(refusal):
        deed(**arguments)
    db.session.rollback()
    assert db.session.scalar(sa.select(sa.func.count()).select_from(AuditEntry)) == before


def test_an_activity_that_takes_no_pairs(db: Any) -> None:
    occurrence, holder = make.occurrence(), make.person()
    make.sign_up(occurrence, holder)
    refused(
        db, no.NoPairs, service.ask_partner,
        actor=make.actor(holder), occurrence_id=occurrence.id, person_id=make.person().id,
    )  # fmt: skip


def test_without_a_place_nobody_is_asked(db: Any) -> None:
    refused(
        db, refusals.NotSignedUp, service.ask_partner,
        actor=make.actor(make.person()), occurrence_id=date().id, person_id=make.person().id,
    )  # fmt: skip


def test_not_oneself_nor_who_is_there_already_nor_a_second_one(db: Any, asked: Any) -> None:
    occurrence, holder, _partner, _id = asked
    other = date()
    make.sign_up(other, holder)
    there = make.sign_up(other).person_id
    ask = {"actor": make.actor(holder), "occurrence_id": other.id}
    refused(db, no.NotWithOneself, service.ask_partner, **ask, person_id=holder.id)
    refused(db, no.HoldsPlaceAlready, service.ask_partner, **ask, person_id=there)
    refused(db, no.NobodyOfThatNumber, service.ask_partner, **ask, person_id=987654321)
    again = {**ask, "occurrence_id": occurrence.id}
    refused(db, no.AlreadyPaired, service.ask_partner, **again, person_id=make.person().id)


def test_who_is_busy_at_that_time_may_not_agree(db: Any, asked: Any) -> None:
    occurrence, _holder, partner, id_ = asked
    make.sign_up(make.occurrence(starts_at=occurrence.starts_at), partner)
    refused(
        db, no.OverlapsHere, service.answer_partner,
        actor=make.actor(partner), sign_up_id=id_, agrees=True,
    )  # fmt: skip


def test_who_is_too_young_may_not_agree(db: Any) -> None:
    occurrence = make.occurrence(make.series(takes_pairs=True, minimum_age=60))
    holder, partner = make.person(), make.person()
    place = make.sign_up(occurrence, holder)
    service.ask_partner(actor=make.actor(holder), occurrence_id=occurrence.id, person_id=partner.id)
    refused(
        db, refusals.TooYoung, service.answer_partner,
        actor=make.actor(partner), sign_up_id=place.id, agrees=True,
    )  # fmt: skip


def test_a_full_date_and_closed_sign_up_are_no_matter(db: Any) -> None:
    occurrence = date(capacity=1, closes_at=clock.now())
    holder, partner = make.person(), make.person()
    place = make.sign_up(occurrence, holder)
    service.ask_partner(actor=make.actor(holder), occurrence_id=occurrence.id, person_id=partner.id)
    service.answer_partner(actor=make.actor(partner), sign_up_id=place.id, agrees=True)
    assert pairs.of(occurrence.id)


def test_a_stranger_neither_answers_nor_ends(db: Any, asked: Any) -> None:
    _occurrence, holder, _partner, id_ = asked
    stranger = make.actor(make.person())
    refused(db, NotFound, service.answer_partner, actor=stranger, sign_up_id=id_, agrees=True)
    refused(db, NotFound, service.end_pair, actor=stranger, sign_up_id=id_)
    refused(db, NotFound, service.answer_partner, actor=make.actor(holder), sign_up_id=id_, agrees=True)


def test_once_the_place_is_gone_there_is_nothing_to_answer(db: Any, asked: Any) -> None:
    occurrence, holder, partner, id_ = asked
    service.sign_off(actor=make.actor(holder), occurrence_id=occurrence.id)
    refused(
        db, no.NotAskedAnyMore, service.answer_partner,
        actor=make.actor(partner), sign_up_id=id_, agrees=True,
    )  # fmt: skip


def test_once_it_has_begun(db: Any, asked: Any) -> None:
    occurrence, _holder, partner, id_ = asked
    actor = make.actor(partner)
    with clock.fixed(occurrence.starts_at):
        refused(db, refusals.Begun, service.answer_partner, actor=actor, sign_up_id=id_, agrees=True)


def test_within_the_window_of_a_task_the_partner_still_hears_of_it(db: Any) -> None:
    now = clock.now()
    started = now - dt.timedelta(days=2)
    task = make.series(takes_pairs=True, kind="flexible", window_days=7)
    occurrence = make.occurrence(task, starts_at=started, is_flexible=True)
    occurrence.ends_at = clock.at_local(clock.today() + dt.timedelta(days=4), formats.LAST_SECOND)
    holder, partner = make.person(), make.person()
    make.sign_up(occurrence, holder)
    service.ask_partner(actor=make.actor(holder), occurrence_id=occurrence.id, person_id=partner.id)
    states_ = db.session.scalars(sa.select(Message.state).where(Message.person_id == partner.id))
    assert "expired" not in set(states_)


def test_a_partner_is_still_concerned_by_a_message_about_several_dates(db: Any) -> None:
    occurrence, holder, partner = date(), make.person(), make.person()
    make.pair(occurrence, holder, partner, state="agreed")
    payload = {"occurrence_ids": [occurrence.id]}
    assert messages.is_one_still_on(payload, holder.id)
    assert messages.is_one_still_on(payload, partner.id)
    assert not messages.is_one_still_on(payload, make.person().id)
