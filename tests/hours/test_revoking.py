"""A certificate is revoked by staff, with a reason; anybody who checks it reads since when. The demo's are marked."""

from __future__ import annotations

from typing import Any

import pytest
import sqlalchemy as sa

from tests import make
from tests.hours.test_certificate import check, issue, served
from volunteer.areas.models import Area
from volunteer.audit.models import AuditEntry
from volunteer.core import clock
from volunteer.core.errors import NotFound
from volunteer.hours import service
from volunteer.hours.service.revoking import AlreadyRevoked, NoReason
from volunteer.outbox.models import Message

pytestmark = pytest.mark.usefixtures("any_date")
REASON = "名字写错了，重新开一张"


@pytest.fixture
def at(db: Any) -> Any:
    found = served(0)
    found.area = db.session.get_one(Area, found.person.area_id)
    found.staff = make.staff("community_staff", found.area)
    found.made = issue(found.person)
    return found


def revoke(at: Any, by: Any, reason: str = REASON) -> Any:
    return service.revoke_certificate(actor=make.actor(by), certificate_id=at.made.id, reason=reason)


def test_staff_revoke_it_and_the_holder_and_whoever_checks_are_told(at: Any) -> None:
    revoke(at, at.staff)
    found = check(at.made.check_code)
    assert (found.state, found.revoked_at) == ("revoked", clock.now())
    entry = make.db.session.scalars(
        sa.select(AuditEntry).where(AuditEntry.act == "certificate_revoked")
    ).one()
    assert REASON in str(entry.details)
    told = make.db.session.scalars(sa.select(Message).where(Message.kind == "certificate_revoked")).first()
    assert told is not None
    assert (told.person_id, told.payload["reason"]) == (at.person.id, REASON)


def test_why_it_was_revoked_is_for_the_holder_and_for_staff_alone(
    at: Any, client: Any, client_for: Any
) -> None:
    revoke(at, at.staff)
    for person, address in (
        (at.person, "/certificates"),
        (at.person, f"/certificates/{at.made.id}"),
        (at.staff, f"/certificates?person={at.person.id}"),
    ):
        assert REASON in client_for(person).get(address).text
    page = client.get(f"/check?code={at.made.check_code}").text
    assert ("作废" in page, REASON in page) == (True, False)


def test_it_is_revoked_once(at: Any) -> None:
    revoke(at, at.staff)
    with pytest.raises(AlreadyRevoked):
        revoke(at, at.staff)


def test_without_a_reason_it_stays_as_it_is(at: Any) -> None:
    with pytest.raises(NoReason):
        revoke(at, at.staff, " ")
    assert at.made.revoked_at is None


def test_only_staff_of_the_area_and_nobody_an_own_one(at: Any, db: Any) -> None:
    auditor = make.staff("auditor", at.area)
    stranger = make.staff("community_staff", make.community())
    for by in (at.person, at.leader, auditor, stranger):
        with pytest.raises(NotFound):
            revoke(at, by)
    make.grant(at.person, "community_staff", area=at.area)
    with pytest.raises(NotFound):
        revoke(at, at.person)
    assert at.made.revoked_at is None


def test_the_whole_way_on_pages(at: Any, client: Any, client_for: Any) -> None:
    url = f"/certificates/{at.made.id}"
    holder, staff = client_for(at.person), client_for(at.staff)
    assert "作废这张证明" not in holder.get(url).text
    assert holder.post(f"{url}/revoke", data={"reason": REASON}).status_code == 404
    assert "作废这张证明" in staff.get(url).text
    empty = staff.post(f"{url}/revoke", data={"reason": ""})
    assert empty.status_code == 422
    assert "请写一句为什么作废" in empty.text
    assert staff.post(f"{url}/revoke", data={"reason": REASON}).status_code == 303
    paper = holder.get(url).text
    assert "2026年11月21日作废" in paper
    assert 'class="paper-stamp"' in paper
    assert "2026年11月21日把这张证明作废了" in client.get(f"/check?code={at.made.check_code}").text
    assert staff.post(f"{url}/revoke", data={"reason": REASON}).status_code == 409


def test_a_certificate_of_the_demo_says_so_on_the_paper_itself(at: Any, app: Any, client_for: Any) -> None:
    url = f"/certificates/{at.made.id}"
    assert "演示" not in client_for(at.person).get(url).text
    app.config["DEMO"] = True
    try:
        paper = client_for(at.person).get(url).text.partition('<article class="paper certificate">')[2]
    finally:
        app.config["DEMO"] = False
    assert "演示" in paper
    assert "不能当证明" in paper
