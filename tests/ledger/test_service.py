"""The books, written so that a bookkeeper could check them."""

from __future__ import annotations

import datetime as dt

import pytest
import sqlalchemy as sa

from volunteer.core import clock
from volunteer.ledger import check, seals, service
from volunteer.ledger.models import HOURS, POINTS, Account, Transfer
from volunteer.ledger.service import Movement, account, balance, move, reverse, settle_owed


def _issue(book: str = POINTS) -> int:
    return account(book=book, owner_kind="system", owner_id=0, purpose=service.ISSUE)


def _person(number: int, book: str = POINTS) -> int:
    return account(book=book, owner_kind="person", owner_id=number)


def _move(debit: int, credit: int, amount: int, key: str, book: str = POINTS) -> int:
    return move(
        Movement(book, debit, credit, amount, "test", key, f"op:{key}", clock.now()), recorded_by=None
    )


def test_an_account_is_opened_once(db):
    assert _person(7) == _person(7)
    assert db.session.scalar(sa.select(sa.func.count()).select_from(Account)) == 1


def test_balance_is_credits_minus_debits(db):
    issue, chen, liu = _issue(), _person(1), _person(2)
    movements = [(issue, chen, 50, "a"), (issue, liu, 20, "b"), (chen, liu, 15, "c")]
    for debit, credit, amount, key in movements:
        _move(debit, credit, amount, key)
    assert [balance(issue), balance(chen), balance(liu)] == [-70, 35, 35]
    assert check.book_totals() == {POINTS: 0}


def test_the_second_time_the_same_key_moves_nothing(db):
    issue, chen = _issue(), _person(1)
    assert _move(issue, chen, 50, "once") == _move(issue, chen, 50, "once")
    assert balance(chen) == 50


def test_the_same_key_with_another_amount_is_an_error(db):
    issue, chen = _issue(), _person(1)
    _move(issue, chen, 50, "once")
    with pytest.raises(service.KeyUsedDifferently):
        _move(issue, chen, 51, "once")
    assert balance(chen) == 50


def test_nobody_can_be_overdrawn_even_past_the_service(db):
    issue, chen = _issue(), _person(1)
    _move(issue, chen, 50, "in")
    db.session.commit()
    with pytest.raises(sa.exc.IntegrityError, match="overdraft"):
        _move(chen, issue, 51, "out")
    db.session.rollback()
    assert balance(chen) == 50


def test_a_transfer_cannot_mix_books(db):
    hours, points = _person(1, HOURS), _person(1, POINTS)
    with pytest.raises(sa.exc.IntegrityError):
        _move(_issue(HOURS), points, 5, "mixed", HOURS)
    db.session.rollback()
    assert hours != points


@pytest.mark.parametrize("amount", [0, -1])
def test_a_transfer_moves_something(db, amount):
    with pytest.raises(AssertionError):
        _move(_issue(), _person(1), amount, "nothing")


def test_a_reversal_mirrors_and_happens_once(db):
    issue, chen = _issue(), _person(1)
    id_ = _move(issue, chen, 50, "in")
    [mirror] = reverse([id_], operation="undo", memo="记错了", recorded_by=None)
    row = db.session.get_one(Transfer, mirror)
    assert (row.debit_account_id, row.credit_account_id, row.amount, row.reverses_id) == (
        chen,
        issue,
        50,
        id_,
    )
    assert balance(chen) == 0
    with pytest.raises(service.AlreadyReversed):
        reverse([id_], operation="again", memo="", recorded_by=None)


def test_what_was_spent_before_a_reversal_is_owed_and_paid_back_later(db):
    issue, chen, shop = (
        _issue(),
        _person(1),
        account(book=POINTS, owner_kind="system", owner_id=0, purpose="spent"),
    )
    earned = _move(issue, chen, 50, "in")
    _move(chen, shop, 40, "out")
    reverse([earned], operation="undo", memo="", recorded_by=None)
    owed = account(book=POINTS, owner_kind="person", owner_id=1, purpose=service.OWED)
    assert [balance(chen), balance(owed)] == [0, -40]
    _move(issue, chen, 30, "later")
    settle_owed(book=POINTS, owner_ids=[1], operation="later", recorded_by=None)
    assert [balance(chen), balance(owed)] == [0, -10]
    _move(issue, chen, 30, "last")
    settle_owed(book=POINTS, owner_ids=[1], operation="last", recorded_by=None)
    assert [balance(chen), balance(owed)] == [20, 0]
    assert check.check().faults == []


CHANGES = [
    "UPDATE transfer SET amount = 999",
    "UPDATE transfer SET memo = 'x'",
    "DELETE FROM transfer",
    "UPDATE seal SET digest = 'x'",
    "DELETE FROM seal",
    "UPDATE audit_entry SET act = 'x'",
    "DELETE FROM audit_entry",
    "UPDATE audit_seal SET digest = 'x'",
    "DELETE FROM audit_seal",
]


def _some_history(db) -> None:
    from volunteer.audit import service as audit

    with clock.fixed(clock.now() - dt.timedelta(days=2)):
        _move(_issue(), _person(1), 10, "old")
        audit.record(actor_id=None, act="tested", kind="test")
        db.session.flush()
    assert seals.seal_days() == 1
    assert audit.seal(clock.now()) == 1
    db.session.commit()


@pytest.mark.parametrize("statement", CHANGES)
def test_history_cannot_be_changed(db, statement):
    _some_history(db)
    with pytest.raises(sa.exc.DBAPIError, match="append-only"):
        db.session.execute(sa.text(statement))
    db.session.rollback()


@pytest.mark.parametrize("pragma", ["ON", "OFF"])
def test_replace_does_not_get_past_the_triggers(db, database_kind, pragma):
    if database_kind == "postgresql":
        statement = "TRUNCATE transfer CASCADE"
    else:
        columns = (
            "id, book, debit_account_id, credit_account_id, amount, kind, key, operation, happened_at, "
            "recorded_at, memo"
        )
        statement = (
            f"INSERT OR REPLACE INTO transfer ({columns}) SELECT id, book, debit_account_id, credit_account_id, "
            "999, kind, key, operation, happened_at, recorded_at, memo FROM transfer"
        )
    _some_history(db)
    connection = db.session.connection()
    if database_kind == "sqlite":
        connection.exec_driver_sql(f"PRAGMA recursive_triggers={pragma}")
    with pytest.raises(sa.exc.DBAPIError, match="append-only"):
        db.session.execute(sa.text(statement))
    db.session.rollback()
    if database_kind == "sqlite":
        db.session.connection().exec_driver_sql("PRAGMA recursive_triggers=ON")
    assert db.session.scalar(sa.select(sa.func.sum(Transfer.amount))) == 10


def test_a_sealed_day_shows_a_later_edit(db, database_kind):
    _some_history(db)
    assert check.check().faults == []
    drop = (
        "DROP TRIGGER transfer_no_update"
        if database_kind == "sqlite"
        else "ALTER TABLE transfer DISABLE TRIGGER USER"
    )
    db.session.execute(sa.text(drop))
    db.session.execute(sa.text("UPDATE transfer SET memo = 'changed'"))
    assert any("were changed" in fault for fault in check.check().faults)


def test_days_are_sealed_once_and_only_when_over(db):
    _move(_issue(), _person(1), 10, "today")
    assert seals.seal_days() == 0
    with clock.fixed(clock.now() + dt.timedelta(days=1)):
        assert seals.seal_days() == 1
        assert seals.seal_days() == 0


def test_an_audit_entry_changed_by_hand_is_found(db, database_kind):
    from volunteer.audit import service as audit

    _some_history(db)
    assert audit.check() == (1, 1, [])
    drop = (
        "DROP TRIGGER audit_entry_no_update"
        if database_kind == "sqlite"
        else "ALTER TABLE audit_entry DISABLE TRIGGER USER"
    )
    db.session.execute(sa.text(drop))
    db.session.execute(sa.text("UPDATE audit_entry SET act = 'other'"))
    assert audit.check()[2] != []
