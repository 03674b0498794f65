"""Two records of one person, and every row of the database to compare before and after."""

from __future__ import annotations

import datetime as dt
import json
from collections import Counter
from typing import Any

import pytest
import sqlalchemy as sa
from flask import current_app

from tests import make
from volunteer.core import clock
from volunteer.core.database import Secret
from volunteer.core.database import db as database
from volunteer.hours import my_time
from volunteer.hours import service as hours
from volunteer.people.models import Person
from volunteer.privacy import service
from volunteer.privacy.models import Merge

REASON = "本人带证件来核对过"
GROWING = {"audit_entry", "message", "transfer", "account", "merge"}  # rows are added, none is changed


def contents() -> dict[str, Counter[str]]:
    """Every row of every table as it lies in the database, but for the count of changes of a person."""
    database.session.commit()
    found = {}
    for table in database.metadata.sorted_tables:
        columns = [
            sa.type_coerce(column, sa.Text) if isinstance(column.type, Secret) else column
            for column in table.columns
            if (table.name, column.name) != ("person", "version")
        ]
        rows = database.session.execute(sa.select(*columns))
        found[table.name] = Counter(json.dumps(list(row), default=str, ensure_ascii=False) for row in rows)
    return found


def differences(before: dict[str, Counter[str]], after: dict[str, Counter[str]]) -> dict[str, Any]:
    """What is missing or changed, and what is new where nothing may be new."""
    found = {}
    for name in before:
        gone, new = before[name] - after[name], after[name] - before[name]
        if gone or (new and name not in GROWING):
            found[name] = (gone, new)
    return found


def time_of(person_id: int) -> my_time.MyTime:
    with current_app.test_request_context():
        return my_time.my_time(person_id)


class Two:
    """Two records of one person in one community, and somebody of the staff."""

    def __init__(self) -> None:
        make.earning_rule(20)
        self.area = make.community()
        self.kept, self.gone = make.person(self.area), make.person(self.area)
        self.staff = make.actor(make.staff("community_staff", self.area))
        self.team = make.team(self.area)
        self.leader = make.actor(make.leader(self.team))

    def merge(self) -> Merge:
        row = service.merge(actor=self.staff, kept_id=self.kept.id, gone_id=self.gone.id, reason=REASON)
        database.session.commit()
        return row

    def serve(self, person: Person, *, days_ago: int = 1, **marks: str) -> Any:
        """The person was present at an activity, and perhaps others by their attendance."""
        starts = clock.at_local(clock.today() - dt.timedelta(days=days_ago), dt.time(9, 0))
        occurrence = make.occurrence(make.series(self.team), starts_at=starts)
        lines = [hours.Mark(person.id, "present")]
        lines += [hours.Mark(getattr(self, name).id, how) for name, how in marks.items()]
        batch = hours.record(actor=self.leader, occurrence_id=occurrence.id, marks=lines)
        database.session.commit()
        return batch


def refused(two: Two, refusal: type[Exception], **arguments: Any) -> None:
    before = contents()
    values = {"actor": two.staff, "kept_id": two.kept.id, "gone_id": two.gone.id, "reason": REASON}
    with pytest.raises(refusal):
        service.merge(**(values | arguments))
    database.session.rollback()
    assert contents() == before
