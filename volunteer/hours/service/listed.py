"""The list that is handed in: its people, locked, and what cannot be taken as it was marked."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import sqlalchemy as sa
from flask_babel import lazy_gettext as _l
from sqlalchemy.orm import aliased

from volunteer.activities.models import AGREED, SIGNED_UP, SignUp
from volunteer.core.database import db
from volunteer.core.errors import Refused
from volunteer.hours import rules
from volunteer.hours.models import LATE, LEFT_EARLY
from volunteer.hours.planned import Planned
from volunteer.hours.service.credit import Mark
from volunteer.hours.service.walk_ins import called
from volunteer.people.models import CLOSED, MERGED, Person

_own, _shared = aliased(SignUp), aliased(SignUp)  # a place of one's own, and one shared as a pair
# Built once: putting a statement together costs more here than running it.
_PEOPLE = (
    sa.select(
        Person.id, Person.name, Person.born_on, sa.func.coalesce(_own.id, _shared.id).label("sign_up_id")
    )
    .outerjoin(
        _own,
        sa.and_(
            _own.occurrence_id == sa.bindparam("occurrence_id"),
            _own.person_id == Person.id,
            _own.state == SIGNED_UP,
        ),
    )
    .outerjoin(
        _shared,
        sa.and_(
            _shared.occurrence_id == sa.bindparam("occurrence_id"),
            _shared.partner_id == Person.id,
            _shared.partner_state == AGREED,
            _shared.state == SIGNED_UP,
        ),
    )
    .where(Person.id.in_(sa.bindparam("ids", expanding=True)), Person.status.not_in((CLOSED, MERGED)))
    .order_by(Person.id)
    .with_for_update(of=Person, key_share=True)
)


class NobodyMarked(Refused):
    sentence = _l("名单上还没有人。请先把到场的人加进来。")


class MarkedTwice(Refused):
    sentence = _l("同一个人在名单上出现了两次，请去掉一个。")


class UnknownPerson(Refused):
    sentence = _l("名单上有一位还没有登记，或者已经注销。请先到社区服务台登记。")


class BadOffMinutes(Refused):
    sentence = _l("%(name)s：请填迟到或早走了多少分钟，1 到 %(most)s 之间。")
    status = 422


class Undecided(Refused):
    """R033."""

    sentence = _l("%(name)s还没有选怎么记。请先选一项，再记录。")
    status = 422


def lock_people(occurrence_id: int, marks: Sequence[Mark]) -> Mapping[int, Any]:
    """Names and sign-ups of those on the list; locked, so that nobody's day is filled from two sides."""
    ids = sorted({mark.person_id for mark in marks})
    rows = db.session.execute(_PEOPLE, {"ids": ids, "occurrence_id": occurrence_id})
    return {row.id: row for row in rows}


def refuse_bad_marks(plan: Planned, marks: Sequence[Mark], people: Mapping[int, Any]) -> None:
    if not marks:
        raise NobodyMarked
    if len({mark.person_id for mark in marks}) < len(marks):
        raise MarkedTwice
    for mark in marks:
        if mark.person_id not in people:
            raise UnknownPerson
        if not mark.attendance:
            raise Undecided(name=called(people[mark.person_id]))
        assert mark.attendance in rules.ATTENDANCES
        assert mark.minutes is None or 0 <= mark.minutes <= plan.most_minutes, "cut to the plan before"
        if mark.attendance in (LATE, LEFT_EARLY) and not 1 <= mark.off_minutes <= plan.minutes:
            raise BadOffMinutes(name=called(people[mark.person_id]), most=plan.minutes)
