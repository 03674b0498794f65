"""The pages of trainings and qualifications, and who may open a proof."""

from __future__ import annotations

import datetime as dt
import io
from collections.abc import Callable
from typing import Any

import pytest
import sqlalchemy as sa
from PIL import Image

from tests import make
from volunteer.audit.models import AuditEntry
from volunteer.core import clock, crypto, files
from volunteer.core.database import db as database
from volunteer.credentials.models import Credential
from volunteer.outbox.models import Message
from volunteer.people.models import AUDITOR, CLOSED, COMMUNITY_STAFF, DEPUTY

SignIn = Callable[[Any], Any]
PDF = b"%PDF-1.7 a certificate"


def picture() -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (60, 40), "green").save(out, "JPEG", comment=b"Lugu Street 12")
    return out.getvalue()


def filled(**more: Any) -> dict[str, Any]:
    return {
        "kind": "qualification",
        "name": "救护员证",
        "unit": "红十字会",
        "happened_on": (clock.today() - dt.timedelta(days=3)).isoformat(),
        "form_key": crypto.token(),
        **more,
    }


def upload(data: bytes, name: str = "proof.jpg") -> dict[str, Any]:
    return {"file": (io.BytesIO(data), name)}


def send(client: Any, path: str, **more: Any) -> Any:
    return client.post(path, data=filled(**more), content_type="multipart/form-data")


def kept() -> list[Credential]:
    return list(database.session.scalars(sa.select(Credential).order_by(Credential.id)))


@pytest.fixture
def place(app):
    return make.community()


def test_a_person_hands_in_a_photo_and_sees_that_it_waits(client_for: SignIn, place) -> None:
    client = client_for(make.person(place))
    assert "这里还是空的" in client.get("/me/credentials").text
    answer = send(client, "/me/credentials/new", **upload(picture()))
    assert answer.status_code == 303
    page = client.get("/me/credentials").text
    assert "等工作人员确认" in page
    assert "救护员证" in page
    (row,) = kept()
    assert f'action="/me/credentials/{row.id}/take-back"' in page
    assert f'href="/credentials/{row.id}/proof"' in page
    proof = client.get(f"/credentials/{row.id}/proof")
    assert proof.mimetype == "image/jpeg"
    assert b"Lugu Street 12" not in proof.data
    assert proof.headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize(
    ("data", "name", "words"),
    [(b"MZ\x90\x00" * 50, "proof.jpg", "这里只收照片"), (b"\xff\xd8\xff broken", "a.jpg", "打不开")],
)
def test_a_bad_file_is_refused_in_words_and_what_was_typed_stays(
    client_for: SignIn, place, data: bytes, name: str, words: str
) -> None:
    answer = send(client_for(make.person(place)), "/me/credentials/new", **upload(data, name))
    assert answer.status_code == 422
    assert words in answer.text
    assert 'value="红十字会"' in answer.text
    assert kept() == []
    assert database.session.scalar(sa.select(sa.func.count()).select_from(files.StoredFile)) == 0


def test_without_a_file_the_page_asks_for_one(client_for: SignIn, place) -> None:
    answer = send(client_for(make.person(place)), "/me/credentials/new")
    assert answer.status_code == 422
    assert "请附上证书或奖状的照片" in answer.text


@pytest.mark.parametrize("hours", ["1,5", "0", "-1", "１", "1001", "x", "0.001"])
def test_learning_time_that_is_no_number_is_refused(client_for: SignIn, place, hours: str) -> None:
    staff, someone = make.staff(COMMUNITY_STAFF, place), make.person(place)
    path = f"/desk/people/{someone.id}/credentials/new"
    answer = send(client_for(staff), path, kind="training", learning_minutes=hours)
    assert answer.status_code == 422
    assert "请填小时数" in answer.text
    assert kept() == []


def test_staff_record_a_training_in_hours(client_for: SignIn, place) -> None:
    staff, someone = make.staff(COMMUNITY_STAFF, place), make.person(place)
    path = f"/desk/people/{someone.id}/credentials"
    answer = send(client_for(staff), f"{path}/new", kind="training", learning_minutes="1.5")
    assert answer.status_code == 303
    assert kept()[0].learning_minutes == 90
    page = client_for(staff).get(path).text
    assert "陈*" in page
    assert "陈小明" not in page


def test_what_a_closed_account_has_handed_in_waits_for_nobody(client_for: SignIn, place) -> None:
    holder = make.person(place)
    make.credential(holder, state="waiting", name="救护员证", proof=PDF)
    client = client_for(make.staff(COMMUNITY_STAFF, place))
    assert "救护员证" in client.get("/desk/credentials").text
    holder.status = CLOSED
    database.session.commit()
    assert "救护员证" not in client.get("/desk/credentials").text


def test_staff_confirm_from_the_list_and_the_person_is_told(client_for: SignIn, place) -> None:
    row = make.credential(make.person(place), state="waiting", name="救护员证", proof=PDF)
    other = make.credential(state="waiting", name="别处的")
    client = client_for(make.staff(COMMUNITY_STAFF, place))
    page = client.get("/desk/credentials").text
    assert f"/desk/credentials/{row.id}" in page
    assert "别处的" not in page
    assert client.get(f"/desk/credentials/{other.id}").status_code == 404
    decision = client.get(f"/desk/credentials/{row.id}").text
    assert decision.index('value="accept"') < decision.index('<details class="more">')
    assert "可不填" not in decision
    answer = client.post(
        f"/desk/credentials/{row.id}", data={"decision": "refuse", "form_key": crypto.token()}
    )
    assert answer.status_code == 422
    assert "请写明原因" in answer.text
    assert '<details class="more" open>' in answer.text
    answer = client.post(
        f"/desk/credentials/{row.id}", data={"decision": "accept", "form_key": crypto.token()}
    )
    assert answer.status_code == 303
    assert kept()[0].state == "valid"
    told = database.session.scalars(sa.select(Message.kind).where(Message.person_id == row.person_id)).all()
    assert told == ["credential_confirmed"]


def test_staff_withdraw_with_a_reason(client_for: SignIn, place) -> None:
    row = make.credential(make.person(place))
    client = client_for(make.staff(COMMUNITY_STAFF, place))
    path = f"/desk/credentials/{row.id}/withdraw"
    assert f'action="{path}"' in client.get(f"/desk/people/{row.person_id}/credentials").text
    answer = client.post(path, data={"form_key": crypto.token()})
    assert answer.status_code == 422
    assert "请写明原因" in answer.text
    answer = client.post(path, data={"reason": "记错了人", "form_key": crypto.token()})
    assert answer.status_code == 303
    assert "记错了人" in client.get(answer.location).text


def test_a_person_takes_back_what_waits(client_for: SignIn, place) -> None:
    someone = make.person(place)
    row = make.credential(someone, state="waiting", proof=PDF)
    client = client_for(someone)
    path = f"/me/credentials/{row.id}/take-back"
    assert client_for(make.person(place)).post(path, data={"form_key": crypto.token()}).status_code == 404
    assert client.post(path, data={"form_key": crypto.token()}).status_code == 303
    assert client.post(path, data={"form_key": crypto.token()}).status_code == 409
    assert client.get(f"/credentials/{row.id}/proof").status_code == 404


def opened() -> list[int | None]:
    statement = sa.select(AuditEntry.actor_id).where(AuditEntry.act == "proof_opened")
    return list(database.session.scalars(statement))


def test_the_proof_opens_for_the_person_and_for_staff_who_leave_a_row(client_for: SignIn, place) -> None:
    someone, staff = make.person(place), make.staff(COMMUNITY_STAFF, place)
    row = make.credential(someone, proof=PDF)
    path = f"/credentials/{row.id}/proof"
    assert client_for(someone).get(path).data == PDF
    assert opened() == []
    client = client_for(staff)
    asked = client.get(path)
    assert asked.mimetype == "text/html"
    assert opened() == []
    answer = client.post(path)
    assert answer.data == PDF
    assert answer.headers["Content-Disposition"] == f'attachment; filename="proof-{row.id}.pdf"'
    assert answer.headers["Content-Security-Policy"].startswith("sandbox")
    assert opened() == [staff.id]


def test_nobody_else_opens_a_proof_nor_learns_of_it(client_for: SignIn, place) -> None:
    someone = make.person(place)
    path = f"/credentials/{make.credential(someone, proof=PDF).id}/proof"
    team = make.team(place)
    make.member(team, someone)
    strangers = [
        make.person(place),
        make.leader(team),
        make.staff(AUDITOR, place),
        make.staff(COMMUNITY_STAFF, make.community()),
    ]
    for stranger in strangers:
        for method in ("get", "post"):
            answer = getattr(client_for(stranger), method)(path)
            assert answer.status_code == 404
            assert PDF not in answer.data
    assert opened() == []


def test_a_minors_proof_needs_the_approval_of_a_colleague(client_for: SignIn, place) -> None:
    child = make.person(place, born_on=dt.date(2012, 1, 1))
    row = make.credential(child, proof=PDF)
    client = client_for(make.staff(COMMUNITY_STAFF, place))
    assert client.post(f"/credentials/{row.id}/proof").status_code == 403
    assert client.get(f"/desk/people/{child.id}/credentials").status_code == 403
    assert opened() == []


def test_the_desk_counts_what_waits_and_what_runs_out(client_for: SignIn, place) -> None:
    make.credential(make.person(place), state="waiting")
    make.credential(
        make.person(place), kind="qualification", expires_on=clock.today() + dt.timedelta(days=50)
    )
    client = client_for(make.staff(COMMUNITY_STAFF, place))
    page = client.get("/desk").text
    assert "等确认的证书" in page
    assert "60 天内到期的资格" in page
    assert "急救培训" in client.get("/desk/credentials?tab=expiring").text


def test_lists_cost_the_same_statements_however_long(
    client_for: SignIn, place, count_statements: Callable[[], list[str]]
) -> None:
    someone, staff = make.person(place), make.staff(COMMUNITY_STAFF, place)
    soon = clock.today() + dt.timedelta(days=20)

    def more() -> None:
        for number in range(4):
            make.credential(someone, name=f"证{number}{crypto.token()}", expires_on=soon)
            make.credential(someone, name=f"等{number}{crypto.token()}", state="waiting")

    def statements(client: Any, path: str) -> int:
        before = len(count_statements())
        assert client.get(path).status_code == 200
        return len(count_statements()) - before

    pages = [
        (client_for(someone), "/me/credentials"),
        (client_for(staff), f"/desk/people/{someone.id}/credentials"),
        (client_for(staff), "/desk/credentials"),
        (client_for(staff), "/desk/credentials?tab=expiring"),
    ]
    for client, path in pages:
        client.get(path)
    more()
    few = [statements(client, path) for client, path in pages]
    more()
    assert [statements(client, path) for client, path in pages] == few


def training(*people: Any, **more: Any) -> dict[str, Any]:
    return {
        "name": "急救培训",
        "unit": "红十字会",
        "learning_minutes": "2",
        "happened_on": clock.today().isoformat(),
        "people": [str(person.id) for person in people],
        "form_key": crypto.token(),
        **more,
    }


def test_a_leader_records_one_training_for_the_members_who_were_there(client_for: SignIn, place) -> None:
    team = make.team(place)
    leader, one, other = make.leader(team), make.member(team), make.member(team)
    client, path = client_for(leader), f"/teams/{team.id}/training"
    page = client.get(f"{path}?all=1").text
    assert page.count("checked") == 2
    assert client.post(path, data=training(one)).status_code == 303
    assert [row.person_id for row in kept()] == [one.id]
    assert client.post(path, data=training(one, other)).status_code == 303
    assert [row.person_id for row in kept()] == [one.id, other.id]
    assert path in client.get(f"/teams/{team.id}").text


def test_without_people_or_with_strangers_or_oneself_nothing_is_recorded(client_for: SignIn, place) -> None:
    team = make.team(place)
    leader = make.leader(team)
    make.member(team)
    client, path = client_for(leader), f"/teams/{team.id}/training"
    for people in ([], [make.person(place)], [leader]):
        assert client.post(path, data=training(*people)).status_code == 422
    assert kept() == []


def test_a_deputy_without_the_right_to_record_has_no_such_page(client_for: SignIn, place) -> None:
    team = make.team(place)
    deputy = make.member(team)
    grant = make.grant(deputy, DEPUTY, team=team)
    grant.rights = "accept"
    database.session.commit()
    client = client_for(deputy)
    assert client.get(f"/teams/{team.id}/training").status_code == 404
    assert client.post(f"/teams/{team.id}/training", data=training()).status_code == 404
