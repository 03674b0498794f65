"""What is held about people in the tables of attendance."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from flask_babel import lazy_gettext as _l

from volunteer.attendance.models import REFUSED, CheckIn, Door, TaskReport, WallScreen
from volunteer.core import files
from volunteer.core.database import db
from volunteer.people.models import Person
from volunteer.people.personal import (
    Moving,
    declare,
    did,
    doer,
    goes,
    internal,
    on_erasure,
    owner,
    rewritten,
    stays,
)


def settle_open(moving: Moving) -> None:
    """Both are here: the coming of the record that goes stays with it."""
    table: Any = CheckIn.__table__.c
    rows = db.session.execute(
        sa.select(table.id, table.person_id, table.occurrence_id).where(
            table.person_id.in_((moving.kept_id, moving.gone_id)),
            table.left_at.is_(None),
            table.void_at.is_(None),
        )
    ).all()
    kept = {row.occurrence_id for row in rows if row.person_id == moving.kept_id}
    gone = [row for row in rows if row.person_id == moving.gone_id]
    moving.leave(CheckIn, *(row.id for row in gone if row.occurrence_id in kept))


def settle_reports(moving: Moving) -> None:
    """Both reported the same day of one task: it was done once, and the kept record's report stands."""
    table: Any = TaskReport.__table__.c
    rows = db.session.execute(
        sa.select(table.id, table.person_id, table.occurrence_id, table.did_on).where(
            table.person_id.in_((moving.kept_id, moving.gone_id)), table.state != REFUSED
        )
    ).all()
    kept = {(row.occurrence_id, row.did_on) for row in rows if row.person_id == moving.kept_id}
    gone = [row for row in rows if row.person_id == moving.gone_id]
    moving.leave(TaskReport, *(row.id for row in gone if (row.occurrence_id, row.did_on) in kept))


declare(
    CheckIn,
    _l("签到和签退"),
    owner("person_id"),
    stays("id occurrence_id came_at came_way left_at left_way void_at"),
    goes("distance_metres"),
    internal(_l("用来查一部手机替很多人签到的标记"), "device key"),
    doer("came_by_id left_by_id void_by_id"),
    settle=settle_open,
)
declare(
    TaskReport,
    _l("弹性任务的完成情况"),
    owner("person_id"),
    stays("id occurrence_id did_on minutes reported_at state answered_at"),
    goes("note answer"),
    rewritten("file_id"),
    doer("answered_by_id"),
    settle=settle_reports,
)
did(Door, "made_by_id")
did(WallScreen, "made_by_id")


@on_erasure
def remove_pictures(person: Person) -> None:
    """The pictures handed in with task reports go, row and file."""
    mine = sa.select(TaskReport).where(TaskReport.person_id == person.id, TaskReport.file_id.is_not(None))
    pictures = []
    for row in db.session.scalars(mine.order_by(TaskReport.id)):
        pictures.append(row.file_id)
        row.file_id = None
    db.session.flush()
    for picture_id in pictures:
        if picture_id is not None:
            files.remove(picture_id)
