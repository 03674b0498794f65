"""Giving roles and taking them back."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from flask_babel import lazy_gettext as _l

from volunteer.areas.models import Area
from volunteer.audit import service as audit
from volunteer.core import clock
from volunteer.core.database import COUNT_ROWS, db, insert
from volunteer.core.errors import NotAllowed, Refused
from volunteer.outbox import service as outbox
from volunteer.people import messages, policy, reasons, rules, sessions
from volunteer.people.identity import Actor
from volunteer.people.models import ACTIVE, RIGHTS, ROLES, STAFF_ROLES, SYSTEM_ADMIN, Grant, Person

AREA, TEAM = "area", "team"


class UnknownScope(Refused):
    sentence = _l("请从列出的角色和区域里选。")
    status = 422


class NotActive(Refused):
    sentence = _l("这个账户现在不能用，不能给它工作角色。")
    field = "account"


class TooYoungForRole(Refused):
    sentence = _l("工作角色只给满 18 周岁的人。")
    field = "account"


class LastAdmin(Refused):
    sentence = _l("这是最后一位系统管理员，现在不能收回或停用。请先让另一位同事也成为系统管理员。")


def grant_role(*, actor: Actor | None, person_id: int, role: str, area_id: int) -> None:
    """Give an adult a staff role over an area and tell the person; no actor means the command line.

    The second time changes nothing.
    """
    area = _guard(actor, person_id, role, area_id)
    person = db.session.scalars(sa.select(Person).where(Person.id == person_id).with_for_update()).first()
    if person is None or person.status != ACTIVE:
        raise NotActive
    if rules.is_minor(person.born_on, clock.today()):
        raise TooYoungForRole
    is_new = write_grant(
        actor_id=actor.id if actor else None,
        person_id=person_id,
        role=role,
        scope_kind=AREA,
        scope_id=area_id,
    )
    if is_new:
        _tell(messages.ROLE_GRANTED[role], person_id, area)


def revoke_role(*, actor: Actor | None, person_id: int, role: str, area_id: int, reason: str = "") -> None:
    """Take a staff role back: in force at once, since all sign-ins of the person end.

    The last system administrator of an area stays.
    """
    area = _guard(actor, person_id, role, area_id)
    details = {"reason": reasons.check(reason, about=[person_id])} if reason else {}
    if role == SYSTEM_ADMIN:
        keep_an_admin(person_id, area_id)
    if _delete(actor.id if actor else None, person_id, (role,), AREA, area_id, **details):
        _tell(messages.ROLE_REVOKED, person_id, area)


def keep_an_admin(person_id: int, area_id: int | None = None) -> None:
    """Refuse when an area would lose its last active system administrator.

    Asked before a role over the area, or without one all of the person's, goes.
    The grants are locked first and read after, so that two who revoke each other come one by one.
    """
    is_admin = sa.and_(Grant.role == SYSTEM_ADMIN, Grant.scope_kind == AREA)
    db.session.execute(sa.select(Grant.id).where(is_admin).order_by(Grant.id).with_for_update())
    rows = db.session.execute(
        sa.select(Grant.person_id, Grant.scope_id, Area.path)
        .join(Area, Area.id == Grant.scope_id)
        .join(Person, Person.id == Grant.person_id)
        .where(is_admin, Person.status == ACTIVE)
        .order_by(Grant.id)
    ).all()
    going = [row for row in rows if row.person_id == person_id and area_id in (None, row.scope_id)]
    staying = [row.path for row in rows if row not in going]
    if any(not any(row.path.startswith(path) for path in staying) for row in going):
        raise LastAdmin


def write_grant(
    *,
    actor_id: int | None,
    person_id: int,
    role: str,
    scope_kind: str,
    scope_id: int,
    rights: tuple[str, ...] = (),
) -> bool:
    """Write a grant whose permission was asked by the caller (a team's own policy, for example).

    Whether it is new: one that stands already is left as it is.
    """
    assert role in ROLES, "a known role"
    assert scope_kind in (AREA, TEAM), "a known scope"
    assert set(rights) <= set(RIGHTS), "known rights"
    row: dict[str, Any] = {
        "person_id": person_id,
        "role": role,
        "scope_kind": scope_kind,
        "scope_id": scope_id,
    }
    row["rights"] = " ".join(rights)
    statement = insert(Grant).values(**row, granted_at=clock.now(), granted_by_id=actor_id)
    result: Any = db.session.execute(statement.on_conflict_do_nothing(), execution_options=COUNT_ROWS)
    if result.rowcount != 1:
        return False
    held = _held(role, row["rights"])
    _note(actor_id, "role_granted", person_id, scope_kind, scope_id, before={}, after=held)
    return True


def revoke_team_roles(*, actor_id: int | None, person_id: int, team_id: int, roles: tuple[str, ...]) -> bool:
    """Take roles over a team back, if there are any; the caller has asked whether it may."""
    return _delete(actor_id, person_id, roles, TEAM, team_id)


def set_team_rights(
    *, actor_id: int | None, person_id: int, team_id: int, role: str, rights: tuple[str, ...]
) -> bool:
    """Give a leader or deputy exactly these rights; whether anything changed. The caller has asked whether it may."""
    assert set(rights) <= set(RIGHTS), "known rights"
    statement = sa.select(Grant).where(
        Grant.person_id == person_id,
        Grant.role == role,
        Grant.scope_kind == TEAM,
        Grant.scope_id == team_id,
    )
    grant = db.session.scalars(statement.with_for_update()).one()
    before, after = grant.rights.split(), [right for right in RIGHTS if right in rights]
    if set(before) == set(after):
        return False
    grant.rights = " ".join(after)
    db.session.flush()
    audit.record(
        actor_id=actor_id,
        act="role_rights_changed",
        kind="person",
        id=person_id,
        role=role,
        scope_kind=TEAM,
        scope_id=team_id,
        before={"rights": before},
        after={"rights": after},
    )
    return True


def revoke_all_team_roles(*, actor_id: int | None, team_id: int) -> int:
    """End every role over a team that closes; returns how many."""
    gone = db.session.execute(
        sa.delete(Grant)
        .where(Grant.scope_kind == TEAM, Grant.scope_id == team_id)
        .returning(Grant.person_id, Grant.role, Grant.rights)
    ).all()
    for person_id, role, rights in sorted(gone):
        note_revoked(actor_id, person_id, role, rights, TEAM, team_id)
    return len(gone)


def note_revoked(
    actor_id: int | None,
    person_id: int,
    role: str,
    rights: str,
    scope_kind: str,
    scope_id: int,
    **details: Any,
) -> None:
    """Write down that a role ended, with what it was; `rights` as the grant holds them."""
    held = _held(role, rights)
    _note(actor_id, "role_revoked", person_id, scope_kind, scope_id, before=held, after={}, **details)


def _guard(actor: Actor | None, person_id: int, role: str, area_id: int) -> Area:
    area = db.session.get(Area, area_id)
    if area is None or role not in STAFF_ROLES:
        raise UnknownScope
    if actor is not None and not policy.may_grant(actor, role, area.path, person_id):
        raise NotAllowed
    return area


def _delete(
    actor_id: int | None,
    person_id: int,
    roles: tuple[str, ...],
    scope_kind: str,
    scope_id: int,
    **details: Any,
) -> bool:
    """Whether there was one. Whoever loses a role through another is signed out everywhere."""
    gone = db.session.execute(
        sa.delete(Grant)
        .where(
            Grant.person_id == person_id,
            Grant.role.in_(roles),
            Grant.scope_kind == scope_kind,
            Grant.scope_id == scope_id,
        )
        .returning(Grant.role, Grant.rights)
    ).all()
    for role, rights in sorted(gone):
        note_revoked(actor_id, person_id, role, rights, scope_kind, scope_id, **details)
    if gone and actor_id != person_id:
        sessions.end_all(person_id)
    return bool(gone)


def _tell(kind: str, person_id: int, area: Area) -> None:
    key = f"role:{person_id}:{area.id}:{kind}:{clock.now().isoformat()}"
    payload = {"area": area.name, "area_en": area.name_en}
    outbox.tell(outbox.Note(key=key, kind=kind, person_id=person_id, payload=payload, by_email=True))


def _held(role: str, rights: str) -> dict[str, Any]:
    return {"role": role} | ({"rights": rights.split()} if rights else {})


def _note(
    actor_id: int | None, act: str, person_id: int, scope_kind: str, scope_id: int, **details: Any
) -> None:
    scope = {"scope_kind": scope_kind, "scope_id": scope_id}
    audit.record(actor_id=actor_id, act=act, kind="person", id=person_id, **scope, **details)
