"""The demo goes through the services and leaves books without a fault."""

from __future__ import annotations

import datetime as dt
import io
from pathlib import Path
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
from volunteer.activities.models import (
    Companion,
    Insurance,
    MenuItem,
    Occurrence,
    Position,
    Regular,
    Series,
    SeriesShift,
    SeriesTheme,
    SignUp,
    SignUpBlock,
    StandIn,
    Waiting,
)
from volunteer.areas.models import Area
from volunteer.attendance.models import CheckIn, TaskReport, WallScreen
from volunteer.audit import service as audit
from volunteer.core import clock, installation
from volunteer.core.database import db
from volunteer.hours.models import Objection, Proposal, Rating, Roster, ServiceRecord
from volunteer.ledger.models import Seal, Transfer
from volunteer.people.models import Person
from volunteer.people.sessions import is_right_password
from volunteer.points.models import Order
from volunteer.reports import books, figures, public
from volunteer.teams.models import Application, Membership, Team
from volunteer.wishes.models import Wish

pytestmark = pytest.mark.thorough

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
    assert counted(Series) == 15
    assert counted(Application, Application.state == "waiting") == 12
    assert counted(Wish) == 10
    assert counted(Wish, Wish.state == "published") == 2
    assert counted(Order, Order.state == "held") >= 1
    assert counted(Seal) > 50
    result = books.check()
    assert result.faults == []
    assert result.counts["records"] > 500
    assert audit.check()[2] == []


def shown(model: Any, column: Any) -> dict[str, int]:
    """How many rows there are of each state."""
    return {
        str(value): count
        for value, count in db.session.execute(sa.select(column, sa.func.count()).group_by(column))
    }


def test_every_thing_that_can_be_arranged_can_be_looked_at(app: Flask) -> None:
    load.load("small", quiet())
    assert shown(Series, Series.kind)["flexible"] == 1
    assert {"keep", "skip", "after", "ask"} <= set(shown(Series, Series.on_holiday))
    assert counted(Series, Series.lunar == "9-9", Series.offset == "days:-3") == 1
    assert counted(SeriesShift) == 1
    assert counted(Occurrence, Occurrence.state == "undecided") == 1
    assert counted(Position, Position.has_requirements.is_(True)) == 3
    assert counted(SeriesTheme) == 2
    assert counted(MenuItem) == 1
    assert shown(Regular, Regular.state) == {"running": 2, "paused": 1}
    assert shown(SignUp, SignUp.partner_state).keys() >= {"asked", "agreed"}
    assert shown(StandIn, StandIn.kind) == {"stand_in": 1, "swap": 1}
    assert shown(Waiting, Waiting.state) == {"offered": 1, "waiting": 3}
    assert counted(Companion) == 2
    assert counted(SignUpBlock, SignUpBlock.cause == "no_shows") == 1
    assert counted(WallScreen) == 1
    assert shown(TaskReport, TaskReport.state) == {"reported": 1, "confirmed": 1}


def test_attendance_stands_as_it_does_on_a_working_day(app: Flask) -> None:
    """Some are insured, some are in, one batch was made by the door, and somebody has to answer."""
    load.load("small", quiet())
    is_dangerous = sa.select(Series.id).where(Series.is_dangerous.is_(True))
    risky = sa.select(Occurrence.id).where(Occurrence.series_id.in_(is_dangerous))
    assert counted(Insurance) < counted(SignUp, SignUp.occurrence_id.in_(risky))
    assert counted(Insurance) > 0
    assert counted(CheckIn, CheckIn.left_at.is_(None)) >= 4
    assert counted(CheckIn, CheckIn.left_at.is_not(None)) >= 4
    assert counted(ServiceRecord, ServiceRecord.source == "auto") >= 4
    assert counted(Roster) == 1
    assert shown(Proposal, Proposal.state) == {"waiting": 1}
    assert shown(Objection, Objection.state) == {"open": 1}
    assert counted(Rating) == 4


MOMENTS = (  # midnight, holidays, the days between the years
    dt.datetime(2026, 2, 13, 10, 0),
    dt.datetime(2026, 9, 30, 20, 0),
    dt.datetime(2026, 12, 31, 23, 50),
    dt.datetime(2027, 1, 1, 0, 10),
)


@pytest.mark.parametrize("moment", MOMENTS)
def test_it_loads_at_any_moment(app: Flask, moment: dt.datetime) -> None:
    with clock.fixed(clock.at_local(moment.date(), moment.time())):
        load.load("small", quiet())
        assert books.check().faults == []
        assert counted(Waiting, Waiting.state == "offered") == 1


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
    assert all(role in printed for role in signins.SHOWS)
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


def test_a_database_without_our_tables_is_told_what_to_run(tmp_path: Path) -> None:
    empty = create_app(
        {
            "DATABASE_URL": f"sqlite:///{tmp_path / 'empty.sqlite3'}",
            "SECRET_KEY": SECRET,
            "LOG_LEVEL": "ERROR",
        }
    )
    with empty.app_context(), pytest.raises(click.ClickException, match="flask --app app db upgrade"):
        load.run(size="small", if_empty=False)


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
