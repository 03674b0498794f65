"""The books against a model of plain Python: thousands of random steps (see story.py, telling.py and model.py).

The control: the same stories over a service with one guard taken out must
fail, for each guard.
"""

from __future__ import annotations

import datetime as dt
import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import run_state_machine_as_test

from tests.conftest import SECRET
from tests.ledger.story import Story
from tests.ledger.telling import START
from volunteer import create_app
from volunteer.core import clock
from volunteer.core.database import db
from volunteer.ledger import check, seals, service, triggers
from volunteer.ledger.models import POINTS, Account, Transfer

pytestmark = pytest.mark.thorough


@pytest.fixture
def books(fresh_url: str) -> Iterator[Flask]:
    """A database of its own, since each story ends with a real rollback."""
    app = create_app({"DATABASE_URL": fresh_url, "SECRET_KEY": SECRET, "LOG_LEVEL": "ERROR"})
    with app.app_context():
        yield app
        db.session.remove()
        db.engine.dispose()


def _tell(examples: int, steps: int, **more: Any) -> None:
    """Run the machine at this size."""
    run_state_machine_as_test(
        Story,
        settings=settings(
            max_examples=examples,
            stateful_step_count=steps,
            deadline=None,
            database=None,
            print_blob=True,
            suppress_health_check=list(HealthCheck),
            **more,
        ),
    )


def _sweep() -> None:
    """What was rolled back still lies about in PostgreSQL's tables and would slow down the rest."""
    db.session.remove()
    if db.engine.dialect.name == "postgresql":
        with db.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.exec_driver_sql("VACUUM ANALYZE transfer, account, seal")


def _run(database_kind: str, least: int) -> None:
    """Tell stories until there were enough steps, and say how many of which kind."""
    Story.steps.clear()
    began = time.monotonic()
    while Story.steps.total() < least:
        _tell(examples=min(30, (least - Story.steps.total()) // 80 + 1), steps=100)
        _sweep()
    kinds = ", ".join(f"{name} {count:,}" for name, count in sorted(Story.steps.items()))
    seconds = time.monotonic() - began
    print(f"\n{Story.steps.total():,} steps on {database_kind} in {seconds:.0f} s ({kinds})")
    assert len(Story.steps) == 14
    # Every kind of step was really told; how often is left to chance.
    assert min(Story.steps.values()) >= least // 1000


# A step on PostgreSQL is several round trips: the quick suite takes fewer of them there.
QUICK = {"sqlite": 20_000, "postgresql": 8_000}
LONG = {"sqlite": 100_000, "postgresql": 30_000}


def test_thousands_of_steps_agree_with_the_model(books, database_kind):
    _run(database_kind, least=QUICK[database_kind])


@pytest.mark.proof
@pytest.mark.timeout(3600)
def test_long_many_more_steps_agree_with_the_model(books, database_kind):
    _run(database_kind, least=LONG[database_kind])


def _execute(statements: list[str]) -> None:
    for statement in statements:
        db.session.connection().exec_driver_sql(statement)
    db.session.commit()


def _unlimited() -> None:
    dialect = db.session.connection().dialect.name
    _execute(triggers.drop_no_overdraft(dialect))


def _ignore_debits(monkeypatch: pytest.MonkeyPatch) -> None:
    leg = service._leg
    monkeypatch.setattr(
        service, "_leg", lambda column, sign, ids: leg(column, sign and 1 if sign > 0 else 0, ids)
    )


def _no_once_guard(monkeypatch: pytest.MonkeyPatch) -> None:
    """A reversal without its look and without its unique keys."""
    monkeypatch.setattr(service, "_reversed_already", lambda ids: False)
    monkeypatch.setattr(service, "_earlier", lambda movements: {})
    if db.session.connection().dialect.name == "sqlite":
        _rebuild_transfer_without_keys()
    else:
        _execute(
            [
                "ALTER TABLE transfer DROP CONSTRAINT uq_transfer_key",
                "ALTER TABLE transfer DROP CONSTRAINT uq_transfer_reverses",
            ]
        )


def _rebuild_transfer_without_keys() -> None:
    """SQLite cannot drop a constraint: a table without any takes the place of the real one."""
    _execute(
        [
            "DROP TRIGGER transfer_no_overdraft",
            "ALTER TABLE transfer RENAME TO transfer_before",
            "CREATE TABLE transfer (id INTEGER PRIMARY KEY, book, debit_account_id, credit_account_id, amount, "
            "kind, key, operation, reverses_id, happened_at, recorded_at, recorded_by_id, memo)",
            *triggers.no_overdraft("sqlite"),
        ]
    )


def _no_reversal_look(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(service, "_reversed_already", lambda ids: False)


def _no_lending(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(service, "_lend_missing", lambda *args, **kwargs: None)


def _keys_do_not_matter(monkeypatch: pytest.MonkeyPatch) -> None:
    row = service._row
    counter = iter(range(10**9))
    monkeypatch.setattr(service, "_earlier", lambda movements: {})
    monkeypatch.setattr(
        service,
        "_row",
        lambda movement, now, by: {**row(movement, now, by), "key": f"{movement.key}#{next(counter)}"},
    )


def _contents_do_not_matter(monkeypatch: pytest.MonkeyPatch) -> None:
    def earlier(movements: Any) -> dict[str, int]:
        keys = [movement.key for movement in movements]
        return {
            key: id_
            for id_, key in db.session.execute(
                sa.select(Transfer.id, Transfer.key).where(Transfer.key.in_(keys))
            )
        }

    monkeypatch.setattr(service, "_earlier", earlier)


def _pay_back_all(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is owed is repaid without asking how much there is; the trigger gone as well."""
    _unlimited()
    monkeypatch.setattr(service, "_by_owner", lambda accounts: _too_rich(accounts))


def _too_rich(accounts: dict[int, int]) -> dict[int, int]:
    totals = service.balances(accounts.values())
    return {owner: totals[id_] if totals[id_] < 0 else totals[id_] + 5 for owner, id_ in accounts.items()}


def _seals_forget_a_day(monkeypatch: pytest.MonkeyPatch) -> None:
    digests = seals._digests
    monkeypatch.setattr(seals, "_digests", lambda *span: (d for n, d in enumerate(digests(*span)) if n != 1))


def _overdraft_allowed(monkeypatch: pytest.MonkeyPatch) -> None:
    _unlimited()


Breaker = Callable[[pytest.MonkeyPatch], None]


@pytest.mark.parametrize(
    "broken",
    [
        _ignore_debits,
        _no_once_guard,
        _no_reversal_look,
        _no_lending,
        _keys_do_not_matter,
        _contents_do_not_matter,
        _pay_back_all,
        _overdraft_allowed,
        _seals_forget_a_day,
    ],
    ids=lambda broken: broken.__name__.strip("_"),
)
def test_control_a_broken_service_is_caught(books, monkeypatch, broken: Breaker):
    broken(monkeypatch)
    with pytest.raises((AssertionError, sa.exc.DBAPIError, pytest.fail.Exception)) as caught:
        _tell(60, 60, phases=[Phase.generate], report_multiple_bugs=False)
    print(f"\n{type(caught.value).__name__}: {str(caught.value)[:150]}")


def test_control_an_edit_past_the_service_is_caught(books):
    """Somebody with the file changes an amount after the day was sealed."""
    with clock.fixed(START):
        issue = service.account(book=POINTS, owner_kind=service.SYSTEM, owner_id=0, purpose=service.ISSUE)
        main = service.account(book=POINTS, owner_kind=service.PERSON, owner_id=1)
        service.move(service.Movement(POINTS, issue, main, 10, "earned", "a", "a", START), recorded_by=None)
    with clock.fixed(START + dt.timedelta(days=2)):
        assert seals.seal_days() == 1
    assert check.check().faults == []
    for statement in triggers.drop_append_only("transfer", db.session.connection().dialect.name):
        db.session.connection().exec_driver_sql(statement)
    db.session.execute(sa.update(Transfer).values(amount=11))
    assert [fault.split(":")[1].strip() for fault in check.check().faults] == [
        "the day's transfers were changed"
    ]
    assert db.session.scalar(sa.select(sa.func.count()).select_from(Account)) == 2
