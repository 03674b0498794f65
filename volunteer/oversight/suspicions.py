"""The list of findings: what nobody has checked yet, the rows behind one, and that somebody has looked."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from flask_babel import lazy_gettext as _l

from volunteer.activities.models import Occurrence, Series
from volunteer.areas.models import Area
from volunteer.areas.queries import ids_within
from volunteer.audit import service as audit
from volunteer.core import clock
from volunteer.core.database import COUNT_ROWS, db, insert_if_new
from volunteer.core.errors import NotFound, Refused
from volunteer.hours.models import Batch, ServiceRecord
from volunteer.ledger.models import Transfer
from volunteer.oversight import bounds, findings, policy
from volunteer.oversight.findings import Kind
from volunteer.oversight.models import SuspicionReview
from volunteer.people import reasons
from volunteer.people.identity import Actor
from volunteer.people.models import Person
from volunteer.teams.models import Team

PAGE = 50
MOST_COUNTED = 100


class AboutOneself(Refused):
    """R150."""

    sentence = _l("这一条说的是您自己，请让别的工作人员来核对。")


class AlreadyChecked(Refused):
    sentence = _l("别人刚刚核对过这一条了。")


@dataclass(frozen=True, slots=True)
class Cursor:
    """The last row of a page; the next one begins after it."""

    at: dt.datetime
    subject_id: int
    mark_id: int


def kind_of(key: str) -> Kind:
    if key not in findings.KINDS:
        raise NotFound
    return findings.KINDS[key]


def counts(paths: bounds.Paths) -> dict[str, int]:
    """How many of each kind are not checked, at most MOST_COUNTED; one statement."""
    columns = [
        sa.select(sa.func.count())
        .select_from(_unchecked(kind, paths)[0].limit(MOST_COUNTED).subquery())
        .scalar_subquery()
        .label(kind.key)
        for kind in findings.KINDS.values()
    ]
    return dict(db.session.execute(sa.select(*columns)).one()._mapping)


def open_findings(kind: Kind, paths: bounds.Paths, *, after: Cursor | None = None) -> list[Any]:
    """Not checked yet, newest first, one row more than a page when there is a next one."""
    statement, found = _unchecked(kind, paths)
    if after is not None:
        place = sa.tuple_(found.c.at, found.c.subject_id, found.c.mark_id)
        statement = statement.where(place < sa.tuple_(after.at, after.subject_id, after.mark_id))
    statement = statement.order_by(found.c.at.desc(), found.c.subject_id.desc(), found.c.mark_id.desc())
    return list(db.session.execute(statement.limit(PAGE + 1)))


def checked(kind: Kind, actor: Actor, paths: bounds.Paths, *, before: int | None = None) -> list[Any]:
    """What was checked, newest first: about people of the areas, and what one checked oneself."""
    reviewer = sa.orm.aliased(Person)
    statement = (
        sa.select(SuspicionReview, Person.name, Person.number, reviewer.name.label("reviewer_name"))
        .join(Person, Person.id == SuspicionReview.person_id)
        .join(reviewer, reviewer.id == SuspicionReview.reviewed_by_id)
        .where(
            SuspicionReview.kind == kind.key,
            sa.or_(Person.area_id.in_(ids_within(paths)), SuspicionReview.reviewed_by_id == actor.id),
        )
        .order_by(SuspicionReview.id.desc())
        .limit(PAGE + 1)
    )
    if before is not None:
        statement = statement.where(SuspicionReview.id < before)
    return list(db.session.execute(statement))


def finding(kind: Kind, paths: bounds.Paths, *, subject_id: int, mark_id: int) -> Any:
    """One finding as the tables hold it now, checked or not; `NotFound` when there is none any more."""
    found = kind.query(paths).subquery()
    row = db.session.execute(
        sa.select(found, Person.name, Person.number, SuspicionReview.note, SuspicionReview.reviewed_at)
        .join(Person, Person.id == found.c.person_id)
        .outerjoin(SuspicionReview, _reviewed(kind, found))
        .where(found.c.subject_id == subject_id, found.c.mark_id == mark_id)
    ).first()
    if row is None:
        raise NotFound
    return row


def rows_behind(kind: Kind, row: Any) -> Sequence[Any]:
    """The batches or records that make the finding, the last recorded first."""
    columns = (
        Batch.id,
        Batch.recorded_at,
        Batch.reversed_at,
        Batch.reversed_reason,
        Occurrence.starts_at,
        Occurrence.ends_at,
        Series.title,
        Series.title_en,
        Team.path.label("team_path"),
        Team.name.label("team_name"),
        Team.name_en.label("team_name_en"),
        Area.path.label("area_path"),
    )
    statement = (
        sa.select(*columns, (Transfer.amount if kind.has_records else sa.null()).label("minutes"))
        .select_from(Batch)
        .join(Occurrence, Occurrence.id == Batch.occurrence_id)
        .join(Series, Series.id == Occurrence.series_id)
        .join(Team, Team.id == Series.team_id)
        .join(Area, Area.id == Team.area_id)
    )
    if kind.has_records:
        statement = statement.join(ServiceRecord, ServiceRecord.batch_id == Batch.id)
        statement = statement.join(Transfer, Transfer.id == ServiceRecord.hours_transfer_id)
    statement = statement.where(kind.behind(row)).order_by(Batch.recorded_at.desc(), Batch.id.desc())
    return db.session.execute(statement.limit(findings.MOST_ROWS)).all()


def check_off(*, actor: Actor, kind: Kind, subject_id: int, mark_id: int, note: str) -> None:
    """Staff of the area write down what came out; nobody for a finding about oneself (R150). Once for each finding."""
    paths = policy.checking_paths(actor)
    if not paths:
        raise NotFound
    row = finding(kind, paths, subject_id=subject_id, mark_id=mark_id)
    if row.person_id == actor.id:
        raise AboutOneself
    values = {
        "kind": kind.key,
        "subject_id": subject_id,
        "mark_id": mark_id,
        "person_id": row.person_id,
        "note": reasons.check(note, about=[row.person_id]),
        "reviewed_at": clock.now(),
        "reviewed_by_id": actor.id,
    }
    written: Any = db.session.execute(insert_if_new(SuspicionReview), values, execution_options=COUNT_ROWS)
    if written.rowcount != 1:
        raise AlreadyChecked
    audit.record(
        actor_id=actor.id,
        act="suspicion_checked",
        kind="person",
        id=row.person_id,
        of_kind=kind.key,
        subject=subject_id,
        mark=mark_id,
    )


def _unchecked(kind: Kind, paths: bounds.Paths) -> tuple[Any, Any]:
    found = kind.query(paths).subquery()
    statement = (
        sa.select(found, Person.name, Person.number)
        .join(Person, Person.id == found.c.person_id)
        .where(~sa.exists().where(_reviewed(kind, found)))
    )
    return statement, found


def _reviewed(kind: Kind, found: Any) -> Any:
    return sa.and_(
        SuspicionReview.kind == kind.key,
        SuspicionReview.subject_id == found.c.subject_id,
        SuspicionReview.mark_id == found.c.mark_id,
    )
