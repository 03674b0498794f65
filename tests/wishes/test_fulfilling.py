"""From fulfilment to the closed case, and the ways back."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
import sqlalchemy as sa

from tests import make
from tests.conftest import NOW
from tests.wishes.conftest import Village
from tests.wishes.test_claiming import claims
from tests.wishes.test_collecting import told
from volunteer.core import clock
from volunteer.core.errors import NotFound
from volunteer.wishes import check, rules, service
from volunteer.wishes.models import Claim, FollowUp

TODAY = dt.date(2026, 11, 21)


def visits(db: Any) -> list[tuple[dt.date, str | None]]:
    return [
        tuple(row)
        for row in db.session.execute(sa.select(FollowUp.due_on, FollowUp.result).order_by(FollowUp.id))
    ]


def visit_of(db: Any, wish_id: int) -> int:
    return int(db.session.scalar(sa.select(sa.func.max(FollowUp.id)).where(FollowUp.wish_id == wish_id)))


def test_the_claimer_reports_the_day_and_the_wisher_is_asked(db: Any, village: Village) -> None:
    wish = make.wish(village.grid, state="claimed", claimer=village.volunteer, wisher_id=village.wisher.id)
    service.fulfil(
        actor=make.actor(village.volunteer), wish_id=wish.id, fulfilled_on=TODAY, note="下了三盘棋"
    )
    claim = db.session.scalars(sa.select(Claim)).one()
    assert (wish.state, wish.fulfilled_on) == ("fulfilled", TODAY)
    assert (claim.state, claim.fulfilled_note) == ("fulfilled", "下了三盘棋")
    assert told(db, "wish_fulfilled") == [village.wisher.id]
    assert told(db, "wish_to_confirm") == []


def test_staff_are_asked_where_the_wisher_has_no_account(db: Any, village: Village) -> None:
    wish = make.wish(village.grid, state="claimed", claimer=village.volunteer)
    service.fulfil(actor=make.actor(village.staff), wish_id=wish.id, fulfilled_on=TODAY)
    assert told(db, "wish_to_confirm") == [village.staff.id]


@pytest.mark.parametrize(
    ("day", "refusal"),
    [
        (TODAY + dt.timedelta(days=1), rules.FulfilledInFuture),
        (TODAY - dt.timedelta(days=1), rules.FulfilledBeforeClaim),
    ],
)
def test_fulfilment_is_neither_in_the_future_nor_before_the_claim(
    db: Any, village: Village, day: dt.date, refusal: type[Exception]
) -> None:
    wish = make.wish(village.grid, state="claimed", claimer=village.volunteer)
    with pytest.raises(refusal):
        service.fulfil(actor=make.actor(village.volunteer), wish_id=wish.id, fulfilled_on=day)
    assert (wish.state, wish.fulfilled_on) == ("claimed", None)


def test_only_the_claimer_or_staff_report_fulfilment(db: Any, village: Village) -> None:
    wish = make.wish(village.grid, state="claimed", claimer=village.volunteer, wisher_id=village.wisher.id)
    for someone in (village.wisher, village.other_staff):
        with pytest.raises(service.NotTheClaimer):
            service.fulfil(actor=make.actor(someone), wish_id=wish.id, fulfilled_on=TODAY)
    other = make.wish(village.grid)
    with pytest.raises(rules.OnTheWall):
        service.fulfil(actor=make.actor(village.staff), wish_id=other.id, fulfilled_on=TODAY)


def test_the_wisher_confirms_and_a_follow_up_falls_due_a_week_later(db: Any, village: Village) -> None:
    wish = make.wish(village.grid, state="fulfilled", claimer=village.volunteer, wisher_id=village.wisher.id)
    visit = service.confirm(actor=make.actor(village.wisher), wish_id=wish.id)
    assert (wish.state, wish.confirmed_at, visit.due_on) == ("confirmed", NOW, dt.date(2026, 11, 28))
    assert told(db, "wish_confirmed") == [village.volunteer.id]
    with pytest.raises(rules.AlreadyConfirmed):
        service.confirm(actor=make.actor(village.wisher), wish_id=wish.id)
    assert len(visits(db)) == 1


def test_staff_confirm_on_behalf_but_never_their_own_work(db: Any, village: Village) -> None:
    wish = make.wish(village.grid, state="fulfilled", claimer=village.staff)
    for deed in (
        lambda: service.confirm(actor=make.actor(village.staff), wish_id=wish.id, how="visit"),
        lambda: service.deny(actor=make.actor(village.staff), wish_id=wish.id, note="没有"),
    ):
        with pytest.raises(service.ConfirmsOwnWork):
            deed()
    with pytest.raises(NotFound):
        service.confirm(actor=make.actor(village.volunteer), wish_id=wish.id)
    assert (wish.state, visits(db)) == ("fulfilled", [])
    colleague = make.staff("subdistrict_staff", village.subdistrict)
    service.confirm(actor=make.actor(colleague), wish_id=wish.id, how="visit")
    assert wish.state == "confirmed"


def test_a_wisher_who_got_nothing_sends_the_claimer_once_more(db: Any, village: Village) -> None:
    wish = make.wish(village.grid, state="fulfilled", claimer=village.volunteer, wisher_id=village.wisher.id)
    with pytest.raises(service.ReasonMissing):
        service.deny(actor=make.actor(village.wisher), wish_id=wish.id, note="")
    service.deny(actor=make.actor(village.wisher), wish_id=wish.id, note="灯不亮")
    assert (wish.state, wish.fulfilled_on, claims(db)) == (
        "claimed",
        None,
        [(village.volunteer.id, "active")],
    )
    assert told(db, "wish_not_received") == [village.volunteer.id]
    service.fulfil(actor=make.actor(village.volunteer), wish_id=wish.id, fulfilled_on=TODAY)
    assert told(db, "wish_fulfilled") == [village.wisher.id]


def test_a_satisfied_wisher_closes_the_case(db: Any, village: Village) -> None:
    wish = make.wish(village.grid, state="confirmed", claimer=village.volunteer)
    visit_id = visit_of(db, wish.id)
    service.follow_up(actor=make.actor(village.staff), follow_up_id=visit_id, result="satisfied")
    assert (wish.state, visits(db)) == ("closed", [(dt.date(2026, 11, 28), "satisfied")])
    with pytest.raises(service.FollowUpDone):
        service.follow_up(actor=make.actor(village.staff), follow_up_id=visit_id, result="satisfied")


def test_a_problem_brings_the_wish_back_to_its_volunteer(db: Any, village: Village) -> None:
    wish = make.wish(village.grid, state="confirmed", claimer=village.volunteer)
    visit_id = visit_of(db, wish.id)
    with pytest.raises(service.ReasonMissing):
        service.follow_up(actor=make.actor(village.staff), follow_up_id=visit_id, result="problem")
    service.follow_up(actor=make.actor(village.staff), follow_up_id=visit_id, result="problem", note="又坏了")
    assert (wish.state, wish.fulfilled_on, wish.confirmed_at) == ("claimed", None, None)
    assert claims(db) == [(village.volunteer.id, "active")]
    assert told(db, "wish_not_received") == [village.volunteer.id]
    service.fulfil(actor=make.actor(village.volunteer), wish_id=wish.id, fulfilled_on=TODAY)
    service.confirm(actor=make.actor(village.staff), wish_id=wish.id, how="phone")
    assert [result for _due, result in visits(db)] == ["problem", None]


def test_a_problem_may_also_bring_the_wish_back_to_the_wall(db: Any, village: Village) -> None:
    wish = make.wish(village.grid, state="confirmed", claimer=village.volunteer)
    service.follow_up(
        actor=make.actor(village.staff),
        follow_up_id=visit_of(db, wish.id),
        result="problem",
        note="要换个人",
        to_wall=True,
    )
    assert (wish.state, claims(db)) == ("published", [(village.volunteer.id, "revoked")])
    assert told(db, "wish_claim_ended") == [village.volunteer.id]
    service.claim(actor=make.actor(make.person(village.grid)), wish_id=wish.id)
    assert check.check().faults == []


def test_follow_ups_are_for_staff_in_charge_who_did_not_do_it_themselves(db: Any, village: Village) -> None:
    for someone, wish in (
        (village.other_staff, make.wish(village.grid, state="confirmed")),
        (village.volunteer, make.wish(village.grid, state="confirmed")),
    ):
        with pytest.raises(NotFound):
            service.follow_up(
                actor=make.actor(someone), follow_up_id=visit_of(db, wish.id), result="satisfied"
            )
    for own in ({"claimer": village.staff}, {"wisher_id": village.staff.id}):
        wish = make.wish(village.grid, state="confirmed", **own)  # type: ignore[arg-type]
        with pytest.raises(service.ConfirmsOwnWork):
            service.follow_up(
                actor=make.actor(village.staff), follow_up_id=visit_of(db, wish.id), result="satisfied"
            )
        assert wish.state == "confirmed"
    with pytest.raises(NotFound):
        service.follow_up(actor=make.actor(village.staff), follow_up_id=10**15, result="satisfied")


def test_due_follow_ups_are_told_once(db: Any, village: Village) -> None:
    make.wish(village.grid, state="confirmed", claimer=village.volunteer)
    make.wish(village.grid, state="closed", claimer=village.volunteer)
    assert service.tell_due_follow_ups(NOW + dt.timedelta(days=6)) == 0
    assert service.tell_due_follow_ups(NOW + dt.timedelta(days=7)) == 1
    assert told(db, "wish_follow_up_due") == [village.staff.id]
    assert service.tell_due_follow_ups(NOW + dt.timedelta(days=8)) == 0


def test_a_whole_story_leaves_wishes_claims_and_follow_ups_in_agreement(db: Any, village: Village) -> None:
    staff, volunteer, wisher = (make.actor(one) for one in (village.staff, village.volunteer, village.wisher))
    wish = service.collect(
        actor=wisher, kind="goods", public_text="一盏台灯，约 120 元。", contact_name="王桂兰",
        contact_phone="13800138000", address="麓山南路12号", consent_version="2026-11", price_yuan=120,
    )  # fmt: skip
    service.verify(actor=staff, wish_id=wish.id, how="上门看过", wisher_words="一位小学生")
    service.claim(actor=volunteer, wish_id=wish.id)
    service.cancel_claim(actor=volunteer, wish_id=wish.id, reason="出差")
    service.claim(actor=staff, wish_id=wish.id, person_id=volunteer.id)
    service.get_in_touch(actor=volunteer, wish_id=wish.id)
    service.fulfil(actor=volunteer, wish_id=wish.id, fulfilled_on=clock.today(), note="送到了")
    visit = service.confirm(actor=wisher, wish_id=wish.id)
    assert check.check().faults == []
    service.follow_up(actor=staff, follow_up_id=visit.id, result="satisfied", note="很喜欢")
    result = check.check()
    assert (wish.state, result.faults) == ("closed", [])
