"""Who answers for an activity (R019): of its team, and of the team's leader when that person goes."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import sqlalchemy as sa
from flask_babel import lazy_gettext as _l

from volunteer.activities.changing.settings_messages import IN_CHARGE
from volunteer.activities.models import LIVE, Series
from volunteer.audit import service as audit
from volunteer.core import clock
from volunteer.core.database import constant, db
from volunteer.core.errors import Refused
from volunteer.core.i18n import ngettext
from volunteer.outbox import service as outbox
from volunteer.people.models import ACTIVE, DEPUTY, LEADER, Grant, Person
from volunteer.people.personal import before_closing, release
from volunteer.teams import parting
from volunteer.teams.models import MEMBER, Membership

TEAM = "team"


class StillInCharge(Refused):
    sentence = _l("活动“%(title)s”还写着由您负责，队里也没有别的队长。请先请社区给这支队伍安排一位队长。")


def of_team_still(person_id: int, team_id: int) -> bool:
    """An account in use that belongs to the team, leads it, or is staff."""
    is_member = sa.exists().where(
        Membership.team_id == team_id,
        Membership.person_id == Person.id,
        Membership.state == constant(MEMBER),
    )
    statement = sa.select(Person.id).where(
        Person.id == person_id, Person.status == constant(ACTIVE), sa.or_(is_member, leads(team_id))
    )
    return db.session.scalar(statement) is not None


def leads(team_id: Any) -> sa.ColumnElement[bool]:
    """Of a person of the statement around: leader or deputy of that team, or staff."""
    return sa.exists().where(
        Grant.person_id == Person.id, sa.or_(Grant.scope_kind != constant(TEAM), Grant.scope_id == team_id)
    )


@before_closing
def refuse_without_successor(person_id: int) -> Iterable[Refused]:
    """R019: an activity has somebody in charge."""
    return [
        StillInCharge(title=series.label)
        for series in _of(person_id)
        if _successor(series.team_id, person_id) is None
    ]


def hand_over(person_id: int, by: int | None) -> None:
    """Live activities of the person are in the charge of the team's leader from now on."""
    for series in _locked(person_id):
        successor = _successor(series.team_id, person_id)
        if successor is not None:
            _give(series, successor, by=by)
    db.session.flush()


def hand_over_in_team(person_id: int, team_id: int) -> None:
    """The same of one team, which the person leaves; refused where nobody could take them over."""
    found = _locked(person_id, Series.team_id == team_id)
    successor = _successor(team_id, person_id) if found else None
    for series in found:
        if successor is None:
            raise StillInCharge(title=series.label)
        _give(series, successor, by=person_id)
    db.session.flush()


def _of(person_id: int, *which: Any) -> list[Series]:
    return list(db.session.scalars(_mine(person_id, *which)))


def _locked(person_id: int, *which: Any) -> list[Series]:
    """The same to write on: somebody may be editing one of them, and is waited for."""
    locked = _mine(person_id, *which).with_for_update(key_share=True)
    return list(db.session.scalars(locked.execution_options(populate_existing=True)))


def _mine(person_id: int, *which: Any) -> sa.Select[Series]:
    mine = sa.select(Series).where(Series.person_in_charge_id == person_id, Series.state == LIVE, *which)
    return mine.order_by(Series.id)


def _successor(team_id: int, person_id: int) -> int | None:
    return db.session.scalar(
        sa.select(Grant.person_id)
        .join(Person, Person.id == Grant.person_id)
        .where(
            Grant.scope_kind == TEAM,
            Grant.scope_id == team_id,
            Grant.role.in_((LEADER, DEPUTY)),
            Grant.person_id != person_id,
            Person.status == ACTIVE,
        )
        .order_by(Grant.role != LEADER, Grant.id)
        .limit(1)
    )


def _give(series: Series, successor: int, *, by: int | None) -> None:
    before, series.person_in_charge_id = series.person_in_charge_id, successor
    audit.record(
        actor_id=by,
        act="person_in_charge_changed",
        kind="series",
        id=series.id,
        before=before,
        after=successor,
    )
    said = {"series_id": series.id, "title": series.title, "title_en": series.title_en}
    key = f"charge-left:{series.id}:{before}:{successor}:{clock.now().isoformat()}"
    outbox.tell(outbox.Note(key=key, kind=IN_CHARGE, person_id=successor, payload=said, by_email=True))


def _words(count: int) -> str | None:
    words = ngettext(
        "由您负责的 %(num)s 项活动，会改由队长负责。", "由您负责的 %(num)s 项活动，会改由队长负责。", count
    )
    return words % {"num": count} if count else None


release(lambda person_id: _words(len(_of(person_id))), hand_over)
parting.register(
    lambda person_id, team_id: _words(len(_of(person_id, Series.team_id == team_id))), hand_over_in_team
)
