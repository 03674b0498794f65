"""The one statement that reads who is asking: person, area, roles, unread messages, consent and the sign-in."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

from volunteer.areas.models import Area
from volunteer.outbox.models import EXPIRED, INBOX, Message
from volunteer.people.models import ACTIVE, Consent, Grant, Person, SignInSession
from volunteer.people.rules import PRIVACY

# Of the bare tables and built once: this is asked at every request.
_person: Any = Person.__table__.c
_area: Any = Area.__table__.c
_sign_in: Any = SignInSession.__table__.c
_grant: Any = Grant.__table__.c
_message: Any = Message.__table__.c
_consent: Any = Consent.__table__.c
_scope = Area.__table__.alias("scope")
_COMMA: Any = sa.literal_column("','")  # as a value it would be written into the statement anew each time
_GRANTS = (
    sa.select(
        sa.func.aggregate_strings(
            _grant.role
            + ":"
            + _grant.scope_kind
            + ":"
            + sa.cast(_grant.scope_id, sa.String)
            + ":"
            + sa.func.coalesce(_scope.c.path, "")
            + ":"
            + _grant.rights,
            _COMMA,
        )
    )
    .select_from(
        Grant.__table__.outerjoin(
            _scope, sa.and_(_scope.c.id == _grant.scope_id, _grant.scope_kind == "area")
        )
    )
    .where(_grant.person_id == _person.id)
    .scalar_subquery()
)
_UNREAD = (
    sa.select(sa.func.count())
    .where(
        _message.person_id == _person.id,
        _message.channel == INBOX,
        _message.read_at.is_(None),
        _message.state != EXPIRED,
    )
    .scalar_subquery()
)
_NOTICE = (
    sa.select(_consent.notice_version)
    .where(_consent.person_id == _person.id, _consent.kind == PRIVACY)
    .order_by(_consent.id.desc())
    .limit(1)
    .scalar_subquery()
)
_PERSON = sa.select(
    _person.id,
    _person.number,
    _person.name,
    _person.area_id,
    _area.path,
    _person.born_on,
    _person.language,
    _person.elder_mode,
    _GRANTS.label("grants"),
    _UNREAD.label("unread_count"),
    _NOTICE.label("notice_version"),
).where(_area.id == _person.area_id, _person.status == ACTIVE)
BY_ID = _PERSON.where(_person.id == sa.bindparam("who"))
BY_TOKEN = _PERSON.add_columns(
    _sign_in.token_hash,
    _sign_in.way,
    _sign_in.last_seen_at,
    _sign_in.second_factor_at,
    _person.has_second_factor,
    sa.func.coalesce(_sign_in.confirmed_at, _sign_in.second_factor_at).label("confirmed_at"),
).where(_sign_in.person_id == _person.id, _sign_in.token_hash == sa.bindparam("who"))
