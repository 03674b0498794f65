"""Who is hit by a breach, with kinds of data and contacts, so that they can be told (R152; PIPL 57)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from flask_babel import lazy_gettext as _l

from volunteer.areas import queries as areas
from volunteer.areas.models import Area
from volunteer.audit import service as audit
from volunteer.audit.models import AuditEntry
from volunteer.core import clock
from volunteer.core.database import db
from volunteer.core.errors import NotAllowed, Refused
from volunteer.credentials.models import Credential
from volunteer.oversight import led, policy
from volunteer.people import queries as people
from volunteer.people import rules
from volunteer.people.identity import Actor
from volunteer.people.models import ACTIVE, DISABLED, WAITING, Guardian, Person
from volunteer.wishes.models import Wish

EVERYBODY, OPENED = "area", "account"
WHO: dict[str, Any] = {
    EVERYBODY: _l("一个区域的全部居民，例如数据库或备份丢失"),
    OPENED: _l("某个账号看过的居民，例如工作人员或队长的账号被盗"),
}
KINDS: dict[str, Any] = {
    "name": _l("姓名"),
    "phone": _l("电话"),
    "email": _l("邮箱"),
    "document": _l("证件号码"),
    "born_on": _l("出生日期"),
    "address": _l("住址"),
    "school": _l("学校"),
    "guardian": _l("监护人的姓名和电话"),
    "health": _l("健康和困难情况"),
    "hours": _l("服务记录和积分"),
    "password": _l("登录信息"),
}
CHUNK = 500


class NobodyFound(Refused):
    sentence = _l("没有找到这个账号，请核对编号或手机号。")
    status = 422
    field = "account"


@dataclass(frozen=True)
class Breach:
    """What happened: everybody of the area, or those whose records `account` opened in the time."""

    who: str
    area_id: int
    kinds: Sequence[str]
    reason: str
    account: str = ""
    since: dt.date | None = None
    until: dt.date | None = None


@dataclass(frozen=True)
class Affected:
    """One person to be told; a child's contact is the guardian's."""

    number: str
    name: str
    phone: str | None
    email: str | None
    guardian: str | None
    guardian_phone: str | None
    area_name: str


def affected(*, actor: Actor, breach: Breach) -> Iterator[Affected]:
    """Everybody hit, with contacts; the act itself is written to the log first."""
    area = db.session.get(Area, breach.area_id)
    if area is None or not any(area.path.startswith(path) for path in policy.breach_paths(actor)):
        raise NotAllowed
    condition: sa.ColumnElement[bool] = Person.area_id.in_(areas.ids_within([area.path]))
    if breach.who == OPENED:
        condition = sa.and_(condition, Person.id.in_(_opened_by(_account(breach.account), breach)))
    count = db.session.scalar(sa.select(sa.func.count()).select_from(Person).where(condition, _known())) or 0
    audit.record(
        actor_id=actor.id,
        act="breach_exported",
        kind="area",
        id=area.id,
        who=breach.who,
        kinds=sorted(breach.kinds),
        people=count,
        reason=breach.reason,
    )
    return _each(condition)


def _account(text: str) -> int:
    found = people.credentials(text)
    if found is None:
        raise NobodyFound
    return found.person_id


def _opened_by(account_id: int, breach: Breach) -> Any:
    """The ids of whose records, proofs and wishes' contacts the account opened, or who stood on its teams' lists."""
    of = {kind: _ids_of(kind, account_id, breach) for kind in ("person", "credential", "wish")}
    return sa.union(
        of["person"],
        sa.select(Credential.person_id).where(Credential.id.in_(of["credential"])),
        sa.select(Wish.wisher_id).where(Wish.id.in_(of["wish"]), Wish.wisher_id.is_not(None)),
        *led.people_of_teams(account_id, *_span(breach)),
    )


def _ids_of(kind: str, account_id: int, breach: Breach) -> Any:
    statement = sa.select(AuditEntry.object_id).where(
        AuditEntry.actor_id == account_id, AuditEntry.object_kind == kind
    )
    start, end = _span(breach)
    if start is not None:
        statement = statement.where(AuditEntry.happened_at >= start)
    if end is not None:
        statement = statement.where(AuditEntry.happened_at < end)
    return statement


def _span(breach: Breach) -> tuple[dt.datetime | None, dt.datetime | None]:
    """From the first moment of the first day to the last of the last, as far as they are known."""
    after = breach.until + dt.timedelta(days=1) if breach.until else None
    return clock.start_of(breach.since) if breach.since else None, clock.start_of(after) if after else None


def _known() -> sa.ColumnElement[bool]:
    """Closed and merged records name nobody any more."""
    return Person.status.in_((ACTIVE, DISABLED, WAITING))


def _each(condition: sa.ColumnElement[bool]) -> Iterator[Affected]:
    after = 0
    while True:
        statement = (
            sa.select(Person, Area.name.label("area_name"))
            .join(Area, Area.id == Person.area_id)
            .where(condition, _known(), Person.id > after)
            .order_by(Person.id)
            .limit(CHUNK)
        )
        rows = db.session.execute(statement).all()
        minors = [row.Person.id for row in rows if rules.is_minor(row.Person.born_on, clock.today())]
        guardians = {
            guardian.ward_id: guardian
            for guardian in db.session.scalars(
                sa.select(Guardian).where(Guardian.ward_id.in_(minors)).order_by(Guardian.id)
            )
        }
        for row in rows:
            yield _line(row.Person, row.area_name, guardians.get(row.Person.id))
        if len(rows) < CHUNK:
            return
        after = rows[-1].Person.id
        db.session.expire_all()


def _line(person: Person, area_name: str, guardian: Guardian | None) -> Affected:
    return Affected(
        number=person.number,
        name=person.name,
        phone=person.phone,
        email=person.email,
        guardian=guardian.name if guardian else None,
        guardian_phone=guardian.phone if guardian else None,
        area_name=area_name,
    )
