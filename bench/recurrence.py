"""The coming weeks of 10,000 series, worked out and written, against python-dateutil that only works them out.

    python -m bench.recurrence [--database postgresql] [--series 10000]

In one run and in turns: the job that makes dates (who is due, the rules, the
holidays, rows with numbers and times, the audit log, commits of 300 series each),
and `rrulestr(…).between(…)` for the same rules from the same first days over the same
weeks. The rules are those that communities were found to use; dateutil is spared
the lunar ones and the holidays. The figure is the median of the rounds' ratios, of processor
time on SQLite, where nothing else works for us. Aim: at most 1.5. Before anything is
measured, the dates of every series without a holiday policy are compared.
"""

from __future__ import annotations

import argparse
import contextlib
import datetime as dt
import os
import random
import statistics
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import sqlalchemy as sa
from dateutil.rrule import rrulestr

from bench.dataset.people import areas
from volunteer import create_app
from volunteer.activities.models import Occurrence, Series
from volunteer.activities.service.repeating import generating
from volunteer.areas.models import Area
from volunteer.core import clock, migrations
from volunteer.core.database import db
from volunteer.jobs import tasks
from volunteer.people.models import Person
from volunteer.teams.models import Team

AIM = 1.5
ROUNDS = 7
# Of a hundred series: how they recur. Saturdays lead, then other days of the week, then days of the month.
KINDS = {
    "FREQ=WEEKLY;BYDAY=SA": 24,
    "FREQ=MONTHLY;BYDAY=1SA": 18,
    "FREQ=WEEKLY;BYDAY=FR": 9,
    "FREQ=WEEKLY;BYDAY=MO": 9,
    "FREQ=MONTHLY;BYMONTHDAY=5,20": 7,
    "FREQ=WEEKLY;BYDAY=MO,SA": 6,
    "FREQ=MONTHLY;BYMONTHDAY=28": 5,
    "FREQ=MONTHLY;BYMONTHDAY=9": 4,
    "FREQ=MONTHLY;BYDAY=-1FR": 4,
    "FREQ=MONTHLY;BYDAY=1SA,3SA": 3,
    "FREQ=MONTHLY;INTERVAL=2;BYMONTHDAY=20": 2,
    "FREQ=MONTHLY;INTERVAL=3;BYDAY=2SA": 3,
    "FREQ=YEARLY;BYMONTH=3;BYMONTHDAY=5": 2,
    "FREQ=YEARLY;BYMONTH=12;BYMONTHDAY=5": 2,
    "9-9": 1,
    "12-8": 1,
}
POLICIES = ["keep"] * 6 + ["skip"] * 2 + ["after", "before"]
NOW = dt.datetime(2026, 11, 21, 2, tzinfo=dt.UTC)
Rules = dict[int, tuple[str, dt.date]]


def fill(count: int) -> None:
    """So many series, begun within the last year, none of which has a date yet."""
    dice = random.Random(9)
    db.session.execute(sa.insert(Area), list(areas()))
    person = {
        "id": 1, "number": "V00000001", "name": "负责人", "name_hash": "-", "area_id": 2,
        "born_on": dt.date(1970, 5, 4), "registered_at": NOW,
    }  # fmt: skip
    db.session.execute(sa.insert(Person.__table__), [person])
    team = {
        "id": 1, "name": "志愿服务队", "kind": "volunteer", "area_id": 2, "path": "/1/", "code": "t-1",
        "founded_at": NOW,
    }  # fmt: skip
    db.session.execute(sa.insert(Team.__table__), [team])
    rows = []
    for id_ in range(1, count + 1):
        rule = dice.choices(list(KINDS), list(KINDS.values()))[0]
        rows.append(
            {
                "id": id_, "code": f"s-{id_}", "team_id": 1, "area_id": 2, "category": "环境整治",
                "title": "周末卫生大扫除", "place": "社区广场", "person_in_charge_id": 1,
                "recurrence": rule if rule.startswith("FREQ") else None,
                "lunar": None if rule.startswith("FREQ") else rule,
                "on_holiday": dice.choice(POLICIES), "on_makeup": dice.choice(POLICIES),
                "starts_on": (NOW - dt.timedelta(days=dice.randint(1, 350))).date(),
                "start_time": dt.time(dice.randint(7, 19), dice.choice([0, 30])),
                "duration_minutes": 120, "capacity": 20, "opens_days": dice.choice([None, 7]),
                "renewed_until": (NOW + dt.timedelta(days=200)).date(), "created_at": NOW,
            }
        )  # fmt: skip
    db.session.execute(sa.insert(Series.__table__), rows)
    db.session.commit()


def rules() -> Rules:
    columns = sa.select(Series.id, Series.recurrence, Series.starts_on)
    rows = db.session.execute(columns.where(Series.recurrence.is_not(None)))
    return {id_: (recurrence, starts_on) for id_, recurrence, starts_on in rows}


def by_dateutil(of: Rules) -> dict[int, list[dt.date]]:
    """What the library gives from now to the last day that is made ahead."""
    first, last = clock.local(NOW).replace(tzinfo=None), generating.horizon(clock.today())
    end = dt.datetime.combine(last, dt.time(23, 59))
    midnight = dt.time()
    return {
        id_: [
            day.date()
            for day in rrulestr(text, dtstart=dt.datetime.combine(start, midnight)).between(first, end)
        ]
        for id_, (text, start) in of.items()
    }


def same_dates(wanted: dict[int, list[dt.date]]) -> int:
    """How many series were compared; raises where one without a policy has other dates."""
    rows = db.session.execute(
        sa.select(Occurrence.series_id, Occurrence.original_on)
        .join(Series, Series.id == Occurrence.series_id)
        .where(
            Series.on_holiday == "keep", Series.on_makeup == "keep", Occurrence.original_on > clock.today()
        )
        .order_by(Occurrence.series_id, Occurrence.original_on)
    )
    found: dict[int, list[dt.date]] = {}
    for series_id, day in rows:
        found.setdefault(series_id, []).append(day)
    compared = [id_ for id_ in found if id_ in wanted]
    for id_ in compared:
        assert found[id_] == wanted[id_], (id_, found[id_], wanted[id_])
    return len(compared)


def forget() -> None:
    """Every series as before its dates were made."""
    db.session.execute(sa.delete(Occurrence))
    db.session.execute(sa.update(Series.__table__).values(made_until=None, last_number=0))
    db.session.commit()
    if db.engine.dialect.name == "postgresql":
        with db.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.exec_driver_sql("VACUUM ANALYZE occurrence, series")


def measure() -> tuple[list[float], list[float], int]:
    """Seconds of each round for us and for dateutil, and how many dates we made."""
    of = rules()
    watch = time.process_time if db.engine.dialect.name == "sqlite" else time.perf_counter
    db.session.commit()
    ours, theirs = [], []
    for round_ in range(ROUNDS + 1):  # the first one warms up
        forget()
        began = watch()
        tasks.extend_series()
        made = watch()
        wanted = by_dateutil(of)
        done = watch()
        if round_ == 0:
            print(f"{same_dates(wanted):,} series without a policy have the dates of dateutil")
            db.session.commit()
        else:
            ours.append(made - began)
            theirs.append(done - made)
    count = db.session.scalar(sa.select(sa.func.count()).select_from(Occurrence)) or 0
    db.session.commit()
    return ours, theirs, count


@contextlib.contextmanager
def _url(database: str) -> Iterator[str]:
    with tempfile.TemporaryDirectory() as folder:
        if database == "sqlite":
            yield f"sqlite:///{Path(folder) / 'series.sqlite3'}"
            return
        from tests import postgres
        from tests.conftest import create_database

        with postgres.server() as server:
            create_database(server, "series")
            yield f"{server}/series"


def main() -> None:
    words = argparse.ArgumentParser(description=__doc__)
    words.add_argument("--database", default="sqlite", choices=("sqlite", "postgresql"))
    words.add_argument("--series", type=int, default=10_000)
    given = words.parse_args()
    with _url(given.database) as url:
        app = create_app({"DATABASE_URL": url, "SECRET_KEY": "b" * 40, "LOG_LEVEL": "ERROR"})
        with app.app_context(), clock.fixed(NOW):
            migrations.upgrade()
            fill(given.series)
            ours, theirs, count = measure()
            db.session.remove()
            db.engine.dispose()
    ratio = statistics.median(mine / other for mine, other in zip(ours, theirs, strict=True))
    print(f"{given.series:,} series, {count:,} dates, {given.database}, load {os.getloadavg()[0]:.1f}")
    print(f"made and written {statistics.median(ours):.2f} s ({min(ours):.2f} to {max(ours):.2f})")
    print(f"dateutil alone   {statistics.median(theirs):.2f} s ({min(theirs):.2f} to {max(theirs):.2f})")
    print(f"ratio {ratio:.2f}, aim at most {AIM}: {'yes' if ratio <= AIM else 'NO'}")


if __name__ == "__main__":
    main()
