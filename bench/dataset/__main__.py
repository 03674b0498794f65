"""Fill the empty database of DATABASE_URL."""

import argparse
import datetime as dt
from itertools import chain
from typing import Any

import sqlalchemy as sa

from bench.dataset import activities, people, served, shelf_and_wall
from bench.dataset.size import FULL, SMALL, Rows, Size
from volunteer.activities.models import Occurrence, Series, SignUp
from volunteer.areas.models import Area
from volunteer.core import clock
from volunteer.core.database import db
from volunteer.core.transaction import transaction
from volunteer.hours.models import Batch, EarningRule, ServiceRecord
from volunteer.outbox.models import Message
from volunteer.people.models import Grant, NumberSeries, Person
from volunteer.teams.models import Membership, Team


def fill(size: Size = FULL) -> None:
    """Fill the migrated, empty database of the current app."""
    now = clock.now()
    with transaction():
        for table, rows in _tables(size, now):
            _insert(table, rows)
    with transaction():
        _insert(ServiceRecord, served.records(size, now))
    shelf_and_wall.fill(size.first_plain, orders=size.orders, wishes=size.wishes)


def _insert(model: Any, rows: Rows) -> None:
    db.session.execute(sa.insert(model.__table__), list(rows))


def _tables(size: Size, now: dt.datetime) -> list[tuple[Any, Rows]]:
    return [
        (Area, people.areas()),
        (Person, people.people(size, now)),
        (Team, people.teams(size, now)),
        (Grant, chain(people.leaders(size, now), people.staff(size, now))),
        (NumberSeries, iter([{"kind": "volunteer", "next_number": size.volunteers + 1}])),
        (Membership, people.memberships(size, now)),
        (Series, activities.series(size, now)),
        (Occurrence, activities.occurrences(size, now)),
        (SignUp, activities.past_sign_ups(size, now)),
        (EarningRule, served.earning_rule(now)),
        (Batch, served.batches(size, now)),
        (Message, served.messages(size, now)),
    ]


def main() -> None:
    from volunteer import create_app
    from volunteer.core import migrations

    parser = argparse.ArgumentParser(description="Fill the empty database of DATABASE_URL for measurements.")
    parser.add_argument("--small", action="store_true", help="a few rows of each kind")
    size = SMALL if parser.parse_args().small else FULL
    with create_app().app_context():
        migrations.upgrade()
        fill(size)


if __name__ == "__main__":
    main()
