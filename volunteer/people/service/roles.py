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
from volunteer.people import policy
from volunteer.people.identity import Actor
from volunteer.people.models import RIGHTS, ROLES, STAFF_ROLES, Grant

AREA, TEAM = "area", "team"


class UnknownScope(Refused):
    sentence = _l("请从列出的角色和区域里选。")
    status = 422


def grant_role(*, actor: Actor | None, person_id: int, role: str, area_id: int) -> None:
    """Give a staff role over an area; no actor means the command line. The second time changes nothing."""
    _guard(actor, person_id, role, area_id)
    write_grant(
        actor_id=actor.id if actor else None,
        person_id=person_id,
        role=role,
        scope_kind=AREA,
        scope_id=area_id,
    )


def revoke_role(*, actor: Actor | None, person_id: int, role: str, area_id: int) -> None:
    """Take a staff role back; in force at the person's next request."""
    _guard(actor, person_id, role, area_id)
    _delete(actor.id if actor else None, person_id, (role,), AREA, area_id)


def write_grant(
    *,
    actor_id: int | None,
    person_id: int,
    role: str,
    scope_kind: str,
    scope_id: int,
    rights: tuple[str, ...] = (),
) -> None:
    """Write a grant whose permission was asked by the caller (a team's own policy, for example)."""
    assert role in ROLES, "a known role"
    assert scope_kind in (AREA, TEAM), "a known scope"
    assert set(rights) <= set(RIGHTS), "known rights"
    row = {"person_id": person_id, "role": role, "scope_kind": scope_kind, "scope_id": scope_id}
    row["rights"] = " ".join(rights)
    statement = insert(Grant).values(**row, granted_at=clock.now(), granted_by_id=actor_id)
    result: Any = db.session.execute(statement.on_conflict_do_nothing(), execution_options=COUNT_ROWS)
    if result.rowcount == 1:
        _note(actor_id, "role_granted", person_id, role, scope_kind, scope_id)


def revoke_team_roles(*, actor_id: int | None, person_id: int, team_id: int, roles: tuple[str, ...]) -> None:
    """Take roles over a team back; the caller has asked whether it may."""
    _delete(actor_id, person_id, roles, TEAM, team_id)


def _guard(actor: Actor | None, person_id: int, role: str, area_id: int) -> None:
    area = db.session.get(Area, area_id)
    if area is None or role not in STAFF_ROLES:
        raise UnknownScope
    if actor is not None and not policy.may_grant(actor, role, area.path, person_id):
        raise NotAllowed


def _delete(
    actor_id: int | None, person_id: int, roles: tuple[str, ...], scope_kind: str, scope_id: int
) -> None:
    gone = db.session.scalars(
        sa.delete(Grant)
        .where(
            Grant.person_id == person_id,
            Grant.role.in_(roles),
            Grant.scope_kind == scope_kind,
            Grant.scope_id == scope_id,
        )
        .returning(Grant.role)
    ).all()
    for role in sorted(gone):
        _note(actor_id, "role_revoked", person_id, role, scope_kind, scope_id)


def _note(actor_id: int | None, act: str, person_id: int, role: str, scope_kind: str, scope_id: int) -> None:
    audit.record(
        actor_id=actor_id,
        act=act,
        kind="person",
        id=person_id,
        role=role,
        scope_kind=scope_kind,
        scope_id=scope_id,
    )
