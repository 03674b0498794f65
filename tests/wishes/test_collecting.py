"""A wish is written down, verified, refused, referred, taken down and looked at again."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
import sqlalchemy as sa

from tests import make
from tests.wishes.conftest import Village
from volunteer.audit.models import AuditEntry
from volunteer.core.errors import NotFound, Stale
from volunteer.outbox.models import Message
from volunteer.people.models import SUBDISTRICT_STAFF, Person
from volunteer.wishes import publication, rules, service
from volunteer.wishes.models import Claim, Wish

WORDS: dict[str, Any] = {
    "kind": "company",
    "public_text": "想有人每周陪我说说话，下盘象棋。",
    "contact_name": "王桂兰",
    "contact_phone": "13800138000",
    "address": "麓山南路12号3栋401",
    "private_note": "按两下门铃",
    "note_way": "in_person",
    "consent_version": "2026-11",
}


def told(db: Any, kind: str) -> list[int]:
    statement = sa.select(Message.person_id).where(Message.kind == kind, Message.channel == "inbox")
    return list(db.session.scalars(statement.order_by(Message.person_id)))


def wish_count(db: Any) -> int:
    return int(db.session.scalar(sa.select(sa.func.count()).select_from(Wish)))


def test_a_resident_files_a_wish_in_the_own_area_and_it_waits(db: Any, village: Village) -> None:
    wish = service.collect(actor=make.actor(village.wisher), **WORDS)
    assert (wish.state, wish.area_id, wish.wisher_id) == ("collected", village.grid.id, village.wisher.id)
    assert (wish.number, wish.consent_version, wish.consent_by) == ("0001", "2026-11", "wisher")
    second = service.collect(actor=make.actor(village.wisher), **WORDS)
    assert second.number == "0002"


def test_what_could_tell_who_the_wisher_is_is_encrypted(db: Any, village: Village) -> None:
    service.collect(actor=make.actor(village.wisher), **WORDS)
    row = db.session.execute(
        sa.text("SELECT contact_name, contact_phone, address, private_note FROM wish")
    ).one()
    for stored, typed in zip(row, ("王桂兰", "13800138000", "麓山南路", "门铃"), strict=True):
        assert stored
        assert typed not in stored


@pytest.mark.parametrize("version", [None, ""])
def test_without_consent_nothing_is_filed(db: Any, village: Village, version: str | None) -> None:
    with pytest.raises(service.WithoutConsent):
        service.collect(actor=make.actor(village.wisher), **{**WORDS, "consent_version": version})
    assert wish_count(db) == 0


def test_staff_file_for_somebody_who_is_not_registered(db: Any, village: Village) -> None:
    wish = service.collect(
        actor=make.actor(village.staff),
        **WORDS,
        for_other=True,
        area_id=village.grid.id,
        wisher_words="一位老人",
    )
    assert (wish.wisher_id, wish.collected_by_id, wish.area_id) == (None, village.staff.id, village.grid.id)


def test_staff_file_only_for_their_own_communities(db: Any, village: Village) -> None:
    for actor, area in (
        (village.staff, village.elsewhere.id),
        (village.staff, None),
        (village.staff, 10**15),
        (village.volunteer, village.community.id),
    ):
        with pytest.raises(service.NotInYourArea):
            service.collect(actor=make.actor(actor), **WORDS, for_other=True, area_id=area)
    assert wish_count(db) == 0


def test_a_minor_needs_the_guardians_consent(db: Any, village: Village) -> None:
    child = make.person(village.grid, born_on=dt.date(2015, 1, 1))
    with pytest.raises(service.MinorNeedsGuardian):
        service.collect(actor=make.actor(child), **WORDS)
    given: dict[str, Any] = {"for_other": True, "area_id": village.grid.id, "wisher_id": child.id}
    with pytest.raises(service.MinorNeedsGuardian):
        service.collect(actor=make.actor(village.staff), **WORDS, **given)
    assert wish_count(db) == 0
    wish = service.collect(actor=make.actor(village.staff), **WORDS, **given, consent_by="guardian")
    assert wish.consent_by == "guardian"


def test_verified_words_go_to_the_wall_and_the_wisher_is_told(db: Any, village: Village) -> None:
    wish = make.wish(village.grid, state="collected", wisher_id=village.wisher.id)
    service.verify(
        actor=make.actor(village.staff),
        wish_id=wish.id,
        version=wish.version,
        how="上门看过",
        public_text="想有人陪着下盘象棋。",
        wisher_words="一位独居老人",
        price_yuan=None,
    )
    assert (wish.state, wish.public_text, wish.verified_how) == (
        "published",
        "想有人陪着下盘象棋。",
        "上门看过",
    )
    assert (wish.verified_by_id, wish.kind) == (village.staff.id, "company")
    assert told(db, "wish_published") == [village.wisher.id]


def test_nobody_verifies_a_wish_they_filed_for_themselves(db: Any, village: Village) -> None:
    wish = make.wish(village.community, state="collected", wisher_id=village.staff.id)
    actor = make.actor(village.staff)
    with pytest.raises(service.VerifiesOwnWish):
        service.verify(actor=actor, wish_id=wish.id, how="上门看过")
    for deed in (service.refuse, service.refer):
        with pytest.raises(service.VerifiesOwnWish):
            deed(actor=actor, wish_id=wish.id, reason="不想")
    assert wish.state == "collected"


def test_staff_of_another_community_do_not_find_the_wish(db: Any, village: Village) -> None:
    wish = make.wish(village.grid, state="collected")
    for someone in (village.other_staff, village.volunteer, village.wisher):
        with pytest.raises(NotFound):
            service.verify(actor=make.actor(someone), wish_id=wish.id, how="上门看过")
    subdistrict_staff = make.staff(SUBDISTRICT_STAFF, village.subdistrict)
    service.verify(actor=make.actor(subdistrict_staff), wish_id=wish.id, how="上门看过")
    assert wish.state == "published"


def test_a_wish_is_not_published_without_saying_how_it_was_verified(db: Any, village: Village) -> None:
    wish = make.wish(village.grid, state="collected")
    with pytest.raises(service.HowMissing):
        service.verify(actor=make.actor(village.staff), wish_id=wish.id, how=" ")
    assert (wish.state, wish.verified_at) == ("collected", None)


@pytest.mark.parametrize(
    ("words", "refusal", "field"),
    [
        ({"public_text": "王桂兰想下棋"}, publication.NamesTheWisher, "public_text"),
        ({"wisher_words": "13800138000"}, publication.HoldsPhone, "wisher_words"),
        ({"wisher_words": "住麓山南路"}, publication.HoldsAddress, "wisher_words"),
        ({"public_text": "陪我去透析"}, publication.SpeaksOfHealth, "public_text"),
        ({"price_yuan": 301}, rules.TooDear, "price_yuan"),
    ],
)
def test_words_that_give_somebody_away_and_dear_wishes_stay_off_the_wall(
    db: Any, village: Village, words: Any, refusal: type[Exception], field: str
) -> None:
    wish = make.wish(village.grid, state="collected")
    with pytest.raises(refusal) as refused:
        service.verify(actor=make.actor(village.staff), wish_id=wish.id, how="上门看过", **words)
    assert refused.value.field == field  # type: ignore[attr-defined]
    db.session.rollback()
    db.session.refresh(wish)
    assert (wish.state, wish.wisher_words, wish.price_yuan) == ("collected", "一位独居老人", None)
    assert told(db, "wish_published") == []


def test_a_dear_wish_is_referred_elsewhere_with_a_note(db: Any, village: Village) -> None:
    wish = make.wish(village.grid, state="collected", price_yuan=4000, wisher_id=village.wisher.id)
    with pytest.raises(service.ReasonMissing):
        service.refer(actor=make.actor(village.staff), wish_id=wish.id, reason="  ")
    service.refer(actor=make.actor(village.staff), wish_id=wish.id, reason="已报区慈善会。")
    assert (wish.state, wish.decision_reason) == ("referred", "已报区慈善会。")
    assert told(db, "wish_referred") == [village.wisher.id]


def test_a_refusal_needs_a_reason_which_the_wisher_reads(db: Any, village: Village) -> None:
    wish = make.wish(village.grid, state="collected", wisher_id=village.wisher.id)
    with pytest.raises(service.ReasonMissing):
        service.refuse(actor=make.actor(village.staff), wish_id=wish.id, reason="")
    service.refuse(actor=make.actor(village.staff), wish_id=wish.id, reason="这件事物业会办。")
    assert told(db, "wish_refused") == [village.wisher.id]
    payload = db.session.scalar(sa.select(Message.payload).where(Message.kind == "wish_refused"))
    assert payload["reason"] == "这件事物业会办。"


def test_of_two_staff_who_edit_at_once_the_second_is_told(db: Any, village: Village) -> None:
    wish = make.wish(village.grid)
    seen = wish.version
    actor = make.actor(village.staff)
    service.amend(actor=actor, wish_id=wish.id, version=seen, public_text="想下盘象棋。")
    with pytest.raises(Stale):
        service.amend(actor=actor, wish_id=wish.id, version=seen, public_text="想下盘围棋。")
    assert wish.public_text == "想下盘象棋。"


def test_published_words_can_be_corrected_but_not_made_to_give_somebody_away(
    db: Any, village: Village
) -> None:
    wish = make.wish(village.grid)
    actor = make.actor(village.staff)
    with pytest.raises(publication.NamesTheWisher):
        service.amend(actor=actor, wish_id=wish.id, public_text="王奶奶想下棋")
    db.session.rollback()
    service.amend(actor=actor, wish_id=wish.id, public_text="想下盘象棋。", price_yuan=20)
    assert (wish.state, wish.public_text, wish.price_yuan) == ("published", "想下盘象棋。", 20)


def test_the_wisher_may_withdraw_and_the_claimer_is_told(db: Any, village: Village) -> None:
    wish = make.wish(village.grid, state="claimed", wisher_id=village.wisher.id, claimer=village.volunteer)
    for stranger in (village.volunteer, village.other_staff):
        with pytest.raises(NotFound):
            service.take_down(actor=make.actor(stranger), wish_id=wish.id, reason="不要了")
    with pytest.raises(service.ReasonMissing):
        service.take_down(actor=make.actor(village.wisher), wish_id=wish.id, reason="")
    service.take_down(actor=make.actor(village.wisher), wish_id=wish.id, reason="女儿回来了。")
    claim = db.session.scalars(sa.select(Claim)).one()
    assert (wish.state, claim.state, claim.reason) == ("taken_down", "revoked", "女儿回来了。")
    assert told(db, "wish_claim_ended") == [village.volunteer.id]


def test_what_was_put_aside_can_be_looked_at_again(db: Any, village: Village) -> None:
    for state in ("refused", "referred", "taken_down"):
        wish = make.wish(village.grid, state=state, decision_reason="弄错了")
        service.restore(actor=make.actor(village.staff), wish_id=wish.id)
        assert (wish.state, wish.decision_reason, wish.verified_at) == ("collected", None, None)
    with pytest.raises(rules.StillToVerify):
        service.restore(actor=make.actor(village.staff), wish_id=wish.id)


def test_every_deed_is_written_down_without_names(db: Any, village: Village) -> None:
    wish = service.collect(actor=make.actor(village.wisher), **WORDS)
    service.verify(actor=make.actor(village.staff), wish_id=wish.id, how="上门看过")
    service.take_down(actor=make.actor(village.staff), wish_id=wish.id, reason="不要了")
    entries = db.session.scalars(
        sa.select(AuditEntry).where(AuditEntry.object_kind == "wish").order_by(AuditEntry.id)
    ).all()
    assert [(entry.act, entry.actor_id) for entry in entries] == [
        ("wish_collect", village.wisher.id),
        ("wish_publish", village.staff.id),
        ("wish_take_down", village.staff.id),
    ]
    written = " ".join(str(entry.details) for entry in entries)
    assert not any(secret in written for secret in ("王桂兰", "138", "麓山", "门铃"))


def test_a_closed_account_files_no_wish(db: Any, village: Village) -> None:
    actor = make.actor(village.wisher)
    db.session.get_one(Person, village.wisher.id).status = "closed"
    db.session.commit()
    with pytest.raises(NotFound):
        service.collect(actor=actor, **WORDS)
    assert wish_count(db) == 0
