"""The demo goes through the services and leaves books without a fault."""

from __future__ import annotations

import io
from typing import Any

import click
import pytest
import sqlalchemy as sa
from flask import Flask
from rich.console import Console

from demo import facts, load, signins
from demo.start import prepare
from tests import make
from tests.conftest import SECRET
from volunteer import create_app
from volunteer.activities.models import Occurrence, Series, SignUp
from volunteer.areas.models import Area
from volunteer.audit import service as audit
from volunteer.core import installation
from volunteer.core.database import db
from volunteer.ledger.models import Seal, Transfer
from volunteer.people.models import Person
from volunteer.people.sessions import is_right_password
from volunteer.points.models import Order
from volunteer.reports import books, figures, public
from volunteer.teams.models import Application, Membership, Team
from volunteer.wishes.models import Wish

assert public  # registers the figures


def quiet() -> Console:
    return Console(file=io.StringIO(), width=120)


def counted(model: Any, *conditions: Any) -> int:
    return db.session.scalar(sa.select(sa.func.count()).select_from(model).where(*conditions)) or 0


def fingerprint() -> dict[str, Any]:
    """What two loads of the same demo have in common; pick-up codes and password salts are random."""
    transfers = sa.select(Transfer.kind, sa.func.count(), sa.func.sum(Transfer.amount)).group_by(
        Transfer.kind
    )
    return {
        "people": db.session.scalars(sa.select(Person.name).order_by(Person.number)).all(),
        "transfers": {kind: (count, int(total)) for kind, count, total in db.session.execute(transfers)},
        "wishes": db.session.execute(
            sa.select(Wish.number, Wish.state, Wish.public_text).order_by(Wish.number)
        ).all(),
        "sign-ups": counted(SignUp),
        "occurrences": db.session.scalars(
            sa.select(Occurrence.starts_at).order_by(Occurrence.starts_at)
        ).all(),
        "orders": db.session.execute(sa.select(Order.number, Order.state).order_by(Order.number)).all(),
    }


def test_the_small_demo_is_one_community_whose_books_are_right(app: Flask) -> None:
    load.load("small", quiet())
    assert counted(Person) == 60
    assert counted(Area, Area.level == "community") == 1
    assert counted(Team) == 4
    assert counted(Membership, Membership.way == "recruitment") == 14
    assert counted(Series) == 6
    assert counted(Application, Application.state == "waiting") == 12
    assert counted(Wish) == 10
    assert counted(Wish, Wish.state == "published") == 2
    assert counted(Order, Order.state == "held") >= 1
    assert counted(Seal) > 50
    result = books.check()
    assert result.faults == []
    assert result.counts["records"] > 500
    assert audit.check()[2] == []


def test_two_loads_give_the_same(app: Flask, fresh_url: str) -> None:
    load.load("small", quiet())
    first = fingerprint()
    other = create_app({"DATABASE_URL": fresh_url, "SECRET_KEY": SECRET, "LOG_LEVEL": "ERROR"})
    with other.app_context():
        load.load("small", quiet())
        second = fingerprint()
        db.session.remove()
        db.engine.dispose()
    assert first == second


def test_a_printed_sign_in_is_right(app: Flask) -> None:
    load.load("small", quiet())
    console = quiet()
    signins.show(console)
    printed = console.file.getvalue()  # type: ignore[attr-defined]
    person = db.session.scalars(sa.select(Person).where(Person.number == "V00000001")).one()
    assert person.number in printed
    assert signins.PASSWORD in printed
    assert is_right_password(signins.PASSWORD, person.password_hash)


def test_a_database_with_people_is_refused_and_left_as_it_is(app: Flask) -> None:
    make.person()
    with pytest.raises(click.ClickException, match="people already"):
        load.run(size="small", if_empty=False)
    load.run(size="small", if_empty=True)
    assert counted(Person) == 1
    assert installation.fact(installation.DEMO) is None


def test_an_interrupted_load_is_not_gone_on_with(app: Flask) -> None:
    installation.note(installation.DEMO, installation.LOADING)
    db.session.commit()
    for if_empty in (False, True):
        with pytest.raises(click.ClickException, match="interrupted"):
            load.run(size="small", if_empty=if_empty)
    assert counted(Person) == 0


def test_production_takes_no_invented_people(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(app.config, "PRODUCTION", True)
    with pytest.raises(click.ClickException, match="PRODUCTION"):
        load.run(size="small", if_empty=False)
    assert counted(Person) == 0


def test_make_run_loads_an_empty_database_once(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LINLI_DEMO_SIZE", "small")
    assert prepare(app, quiet()) is True
    assert counted(Person) == 60
    assert prepare(app, quiet()) is True
    assert counted(Person) == 60


def test_make_run_leaves_an_own_database_alone(app: Flask) -> None:
    make.person()
    assert prepare(app, quiet()) is False
    assert counted(Person) == 1
    assert installation.fact(installation.DEMO) is None


@pytest.mark.proof
@pytest.mark.timeout(900)
def test_the_full_demo_gives_the_published_figures(app: Flask) -> None:
    load.load("full", quiet())
    published, shown = facts.figures(), figures.values()
    for key in (
        "communities",
        "grids",
        "volunteers",
        "teams",
        "wishes_collected",
        "wishes_fulfilled",
        "blood_donors",
    ):
        assert shown[key] == published[key], key
    assert shown["recruited"] == published["recruited_firefly"]
    assert shown["activities_held"] >= published["activities_held"]
    assert books.check().faults == []
    assert audit.check()[2] == []
