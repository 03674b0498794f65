"""Everything that is held about a person can be taken along, and nothing of anybody else."""

from __future__ import annotations

import datetime as dt
import itertools
import json
import re
from typing import Any

import pytest
import sqlalchemy as sa

from tests import make
from tests.privacy.canaries import VALUES, planted
from volunteer.areas.models import Area
from volunteer.audit.models import AuditEntry
from volunteer.core import clock
from volunteer.core.database import UTC, Secret
from volunteer.core.database import db as database
from volunteer.ledger import service as ledger
from volunteer.people import personal
from volunteer.people.models import Person
from volunteer.privacy import queries, service
from volunteer.privacy.service import handing_out

_count = itertools.count(1000)


def taken(person: Person) -> dict[str, Any]:
    """The download, read back."""
    pieces = service.download(actor=make.actor(person))
    return dict(json.loads(b"".join(pieces)))


class Planter:
    """Rows with a value of its own in every column, with whatever they point at made alike."""

    def __init__(self, owner: Person) -> None:
        self.owner, self.stranger = owner, make.person(database.session.get_one(Area, owner.area_id))
        self.made: dict[str, dict[str, Any]] = {}

    def plant(self, kind: personal.Kind) -> dict[str, Any]:
        """A row of the kind that belongs to the owner; its values by column."""
        values = {
            column.name: self._value(kind.table, column, kind) for column in kind.table.columns
        } | self._belonging(kind)
        for name in kind.naming(personal.OWNER)[1:]:  # the others of a pair, who must be somebody else
            values[name] = self.stranger.id
        database.session.execute(sa.insert(kind.table).values(**values))
        return values

    def _belonging(self, kind: personal.Kind) -> dict[str, Any]:
        if kind.name == "account":
            return {"owner_kind": "person", "owner_id": self.owner.id, "continues_in_id": None, "floor": None}
        if kind.name == "transfer":
            ids = [make_account(self.owner.id, purpose) for purpose in ("main", "held")]
            return {
                "book": "points",
                "debit_account_id": ids[1],
                "credit_account_id": ids[0],
                "reverses_id": None,
            }
        if kind.name == "audit_entry":
            return {"object_kind": "person", "object_id": self.owner.id}
        if kind.name == "follow_up":
            return {"wish_id": self._row("wish", wisher_id=self.owner.id)["id"]}
        if kind.name in ("companion", "stand_in"):
            return {"sign_up_id": self._row("sign_up", person_id=self.owner.id)["id"]}
        return {}

    def _value(self, table: Any, column: Any, kind: personal.Kind | None) -> Any:
        role = kind.columns[column.name].role if kind and column.name in kind.columns else None
        if role == personal.OWNER:
            return self.owner.id
        if role in (personal.OTHER, personal.DOER):
            return self.stranger.id
        for key in column.foreign_keys:
            return self._pointed_at(table, key.column.table)
        return allowed(table, column.name) or plain(column)

    def _pointed_at(self, table: Any, target: Any) -> Any:
        if target.name == "person":
            return self.stranger.id
        if target.name == table.name:
            return None
        return self._row(target.name)["id"]

    def _row(self, name: str, **values: Any) -> dict[str, Any]:
        if name == "area":
            return {"id": self.owner.area_id}
        table = database.metadata.tables[name]
        row = {column.name: self._value(table, column, None) for column in table.columns}
        if name == "transfer":
            row |= self._belonging(next(kind for kind in personal.kinds() if kind.name == "transfer"))
        if name == "occurrence":
            row |= {"taken": 1, "held": 1, "capacity": 5, "ends_at": row["starts_at"] + dt.timedelta(hours=1)}
        row |= values
        database.session.execute(sa.insert(table).values(**row))
        return row


def make_account(owner_id: int, purpose: str) -> int:
    """An account that may go below zero, for a transfer out of nothing."""
    id = ledger.account(book="points", owner_kind="person", owner_id=owner_id, purpose=purpose)
    database.session.execute(sa.text("UPDATE account SET floor = NULL WHERE id = :id"), {"id": id})
    return id


def allowed(table: Any, name: str) -> Any:
    """The first value that a check constraint on the column allows."""
    for check in table.constraints:
        if isinstance(check, sa.CheckConstraint):
            text = str(check.sqltext)
            if words := re.match(rf"{name} IN \('([a-z_A-Z]+)'", text):
                return words[1]
            if number := re.match(rf"{name} BETWEEN (\d+)", text):
                return int(number[1]) + 1
    return {"quantity": 1, "price_points": 1}.get(name)


def plain(column: Any) -> Any:
    """A value of the column's type that no other column has."""
    n = next(_count)
    if isinstance(column.type, UTC):
        return clock.now() + dt.timedelta(seconds=n)
    if isinstance(column.type, sa.Date):
        return dt.date(2027, 1, 1) + dt.timedelta(days=n % 3000)
    if isinstance(column.type, sa.Time):
        return dt.time(n % 24, n % 60)
    if isinstance(column.type, sa.JSON):
        return {"planted": f"值{n}"}
    if isinstance(column.type, sa.Boolean):
        return True
    if isinstance(column.type, sa.Integer):
        return n
    assert isinstance(column.type, Secret | sa.String), column
    longest = getattr(column.type, "length", None) or 20
    return f"p{n}"[:longest]


def expected(kind: personal.Kind, values: dict[str, Any], numbers: dict[int, str]) -> dict[str, Any]:
    """What the download should say of a planted row, worked out apart from it."""
    found = {}
    for name, column in kind.columns.items():
        if column.left_out is None:
            value = values[name]
            if column.role != personal.VALUE:
                value = numbers[value]
            found[name] = value.isoformat() if isinstance(value, dt.date | dt.time) else value
    return found


@pytest.fixture
def person(app) -> Person:
    return make.person(make.community(), name="欧阳金")


def test_what_is_planted_in_every_column_is_found_again(person):
    """For each declared table; the person's own row is looked at in the next test."""
    planter = Planter(person)
    rows = {kind.name: planter.plant(kind) for kind in personal.owned() if kind.name != "person"}
    database.session.commit()
    numbers = {one.id: one.number for one in (person, planter.stranger)}
    tables = taken(person)["tables"]
    for kind in personal.owned():
        if kind.name != "person":
            wanted = expected(kind, rows[kind.name], numbers)
            if wanted:
                assert wanted in tables[kind.name]["rows"], kind.name


def test_the_test_above_sees_a_column_that_is_forgotten(person, monkeypatch):
    """The control: a download that loses one column, in one table, is found out."""
    rows_of = handing_out.rows_of

    def forgetful(kind: personal.Kind, ids: Any) -> Any:
        for row in rows_of(kind, ids):
            yield {name: value for name, value in row.items() if (kind.name, name) != ("receipt", "details")}

    monkeypatch.setattr(handing_out, "rows_of", forgetful)
    with pytest.raises(AssertionError, match="receipt"):
        test_what_is_planted_in_every_column_is_found_again(person)


def test_the_own_record_is_handed_out_in_the_open(app):
    person = planted()
    row = taken(person)["tables"]["person"]["rows"][0]
    for name in ("name", "email", "address", "school", "document"):
        assert row[name] == VALUES[name]
    assert row["phone"].endswith(VALUES["phone"])
    assert "password_hash" not in row
    assert "phone_hash" not in row


def test_every_column_is_handed_out_or_said_why_not(person):
    data = taken(person)
    for kind in personal.owned():
        for name, column in kind.columns.items():
            said = data["left_out"].get(f"{kind.name}.{name}")
            assert (said is None) == (column.left_out is None)
            assert said != ""


def test_nobody_else_is_inside(person):
    """Names, phones and words of others, in the same teams and beside the own rows, stay out."""
    other = make.person(
        database.session.get_one(Area, person.area_id), name="诸葛陌生人", email="other@example.cn"
    )
    team = make.team()
    make.member(team, person)
    make.member(team, other)
    make.wish(
        state="claimed", claimer=person, wisher_id=other.id, contact_name="司马心愿", private_note="门铃坏了"
    )
    text = json.dumps(taken(person), ensure_ascii=False)
    for value in ("诸葛", "other@example.cn", other.phone[3:], "司马心愿", "13800138000", "麓山南路", "门铃"):
        assert value not in text
    assert person.name in text


def test_what_was_done_for_others_is_listed_by_ids_alone(person):
    wish = make.wish(collected_by_id=person.id, contact_name="司马心愿")
    assert taken(person)["done"]["wish.collected_by_id"] == [wish.id]


def test_records_that_were_merged_are_inside(person):
    area = database.session.get_one(Area, person.area_id)
    gone = make.person(area, email="second@example.cn")
    staff = make.actor(make.staff("community_staff", area))
    service.merge(actor=staff, kept_id=person.id, gone_id=gone.id, reason="核对过")
    database.session.commit()
    rows = taken(person)["tables"]["person"]["rows"]
    assert {row["number"] for row in rows} == {person.number, gone.number}


def test_taking_it_along_stands_in_the_audit_log(person):
    taken(person)
    acts = database.session.scalars(sa.select(AuditEntry.act).where(AuditEntry.actor_id == person.id)).all()
    assert "data_downloaded" in acts


def test_the_page_counts_what_is_held(person, count_statements):
    make.member(make.team(), person)
    found = {held.words: held.count for held in queries.held_about(person.id)}
    assert found["参加的队伍"] == 1
    assert found["登记信息"] == 1
    assert "查找用的编码" not in found


def test_a_confirmed_person_gets_a_file_without_a_name(person, client_for):
    browser = client_for(person)
    assert "下载我的信息" in browser.get("/me/privacy/download").get_data(as_text=True)
    answer = browser.post("/me/privacy/download")
    assert answer.status_code == 200
    assert answer.headers["Content-Disposition"] == 'attachment; filename="linli-my-data-2026-11-21.json"'
    assert answer.headers["Cache-Control"] == "no-store"
    assert json.loads(answer.data)["tables"]["person"]["rows"][0]["name"] == "欧阳金"


def test_who_has_not_confirmed_is_asked_first(person, client_for):
    browser = client_for(person)
    with clock.fixed(clock.now() + dt.timedelta(minutes=11)):
        for method in ("get", "post"):
            answer = getattr(browser, method)("/me/privacy/download")
            assert answer.status_code == 303
            assert "/confirm" in answer.location
    acts = database.session.scalars(sa.select(AuditEntry.act)).all()
    assert "data_downloaded" not in acts


def test_the_page_of_the_own_data_opens(person, client_for):
    page = client_for(person).get("/me/privacy").get_data(as_text=True)
    assert "记着您的这些" in page
    assert "注销账户" in page
