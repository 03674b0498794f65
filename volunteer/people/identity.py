"""Who is asking: read once per request, as plain values that every policy can ask.

Roles come from the tables at each request, so that a change of rights is in
force at the next one on every worker.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from typing import Any

import sqlalchemy as sa
from flask import Flask, current_app, g, session
from flask_login import AnonymousUserMixin, LoginManager, current_user

from volunteer.core import clock, mode
from volunteer.core.database import db
from volunteer.core.transaction import transaction
from volunteer.people import rules
from volunteer.people.identity_query import BY_ID, BY_TOKEN
from volunteer.people.models import STAFF_ROLES, SYSTEM_ADMIN, SignInSession
from volunteer.people.sessions import CARD, hash_token

login_manager = LoginManager()
TOUCH = dt.timedelta(minutes=10)
CARD_TOUCH = dt.timedelta(minutes=1)


@dataclass(frozen=True)
class Role:
    """A role over an area's subtree (`area_path`), or over a team and those below it with single rights."""

    name: str
    scope_kind: str
    scope_id: int
    area_path: str = ""
    rights: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Actor:
    """A signed-in person, or one on whose behalf a job or command acts."""

    id: int
    number: str
    name: str
    area_id: int
    area_path: str
    born_on: dt.date
    language: str = "zh_Hans"
    elder_mode: bool = False
    roles: tuple[Role, ...] = ()
    unread_count: int = 0
    notice_version: str | None = None  # of the privacy notice last agreed to
    token_hash: str = field(default="", repr=False)
    last_seen_at: dt.datetime | None = None
    confirmed_at: dt.datetime | None = None  # when the person last proved to be the same one
    way: str = ""  # how this sign-in began; with a card it carries no roles and ends soon

    is_authenticated = True
    is_active = True
    is_anonymous = False

    def get_id(self) -> str:
        return str(session.get("_user_id", ""))

    @property
    def is_staff(self) -> bool:
        return any(role.name in STAFF_ROLES for role in self.roles)

    @property
    def has_old_notice(self) -> bool:
        """Whether the privacy notice changed since the person agreed to it (R143)."""
        return self.notice_version not in (None, rules.NOTICE_VERSION)

    @property
    def led_team_ids(self) -> tuple[int, ...]:
        return tuple(sorted(role.scope_id for role in self.roles if role.scope_kind == "team"))

    @property
    def has_teams_to_lead(self) -> bool:
        return bool(self.led_team_ids)

    def has_role_over(self, area_path: str, *names: str) -> bool:
        """Whether one of the roles covers the area; a system administrator's covers every one."""
        return any(
            role.scope_kind == "area"
            and (role.name in names or role.name == SYSTEM_ADMIN)
            and area_path.startswith(role.area_path)
            for role in self.roles
        )

    def holds(self, *names: str) -> bool:
        """Whether one of the roles is held over any area; a system administrator holds every one."""
        return bool(self.scope_paths(*names))

    def leads(self, team_path: str, right: str = "") -> bool:
        """Whether a role with the right is held over the team or one above it in the tree (R013)."""
        return any(
            role.scope_kind == "team"
            and f"/{role.scope_id}/" in team_path
            and (not right or right in role.rights)
            for role in self.roles
        )

    def scope_paths(self, *names: str) -> tuple[str, ...]:
        """The area paths over which one of the roles is held; '' as prefix of all is never among them."""
        return tuple(
            sorted(
                {
                    role.area_path
                    for role in self.roles
                    if role.scope_kind == "area" and (role.name in names or role.name == SYSTEM_ADMIN)
                }
            )
        )


class Anonymous(AnonymousUserMixin):  # type: ignore[misc]
    """Nobody yet."""

    id = None
    name = ""
    language = None
    roles: tuple[Role, ...] = ()
    is_staff = False
    has_teams_to_lead = False
    led_team_ids: tuple[int, ...] = ()
    unread_count = 0
    has_old_notice = False
    area_path = ""
    way = ""

    @property
    def elder_mode(self) -> bool:
        """Chosen in this browser; a person's own choice is kept with the person."""
        return bool(session.get("elder_mode"))

    def has_role_over(self, area_path: str, *names: str) -> bool:
        return False

    def leads(self, team_path: str, right: str = "") -> bool:
        return False

    def scope_paths(self, *names: str) -> tuple[str, ...]:
        return ()


def init(app: Flask) -> None:
    login_manager.init_app(app)
    login_manager.session_protection = None  # the row in sign_in_session decides, not the address
    login_manager.anonymous_user = Anonymous
    login_manager.login_view = "people.sign_in"
    login_manager.login_message = None  # the sign-in page says itself why one came there
    login_manager.user_loader(load_by_token)

    @app.before_request
    def identify() -> None:
        """Read who is asking, in a transaction that only reads, before the view's own begins."""
        mode.set_reading(True)
        token = session.get("_user_id")
        actor = load_by_token(token) if token else None
        g._login_user = actor or Anonymous()  # so that flask-login does not look it up in a longer way
        if actor is not None:
            _touch(actor)

    @app.context_processor
    def visitor() -> dict[str, Any]:
        actor = current_user._get_current_object()  # templates ask it often; the proxy looks it up each time
        return {"actor": actor, "unread_count": actor.unread_count}


def load_by_token(token: str) -> Actor | None:
    """The person of a sign-in whose row still stands and is not too old; else nobody."""
    return _load(BY_TOKEN, hash_token(token), with_session=True)


def load(person_id: int) -> Actor:
    """An actor for jobs, commands and tests, by the person's id."""
    actor = _load(BY_ID, person_id, with_session=False)
    if actor is None:
        raise LookupError(f"no active person {person_id}")
    return actor


def _load(statement: Any, who: str | int, *, with_session: bool) -> Actor | None:
    row = db.session.execute(statement, {"who": who}).first()
    if row is None:
        return None
    way = row.way if with_session else ""
    actor = Actor(
        id=row.id,
        number=row.number,
        name=row.name,
        area_id=row.area_id,
        area_path=row.path,
        born_on=row.born_on,
        language=row.language,
        elder_mode=row.elder_mode or way == CARD,
        roles=() if way == CARD else _roles(row.grants),
        unread_count=row.unread_count,
        notice_version=row.notice_version,
        token_hash=row.token_hash if with_session else "",
        last_seen_at=row.last_seen_at if with_session else None,
        confirmed_at=row.confirmed_at if with_session else None,
        way=way,
    )
    is_nobody = with_session and (_lacks_second(actor, row) or _too_old(actor, row.last_seen_at))
    return None if is_nobody else actor


def _roles(text: str | None) -> tuple[Role, ...]:
    roles = []
    for part in sorted(filter(None, (text or "").split(","))):
        name, scope_kind, scope_id, path, rights = part.split(":")
        roles.append(Role(name, scope_kind, int(scope_id), path, frozenset(rights.split())))
    return tuple(roles)


def asks_staff_for_second() -> bool:
    """STAFF_SECOND_FACTOR; a demo's invented people have no phones to make codes with."""
    settings = current_app.config
    return bool(settings["STAFF_SECOND_FACTOR"] and not settings["DEMO"])


def _lacks_second(actor: Actor, row: Any) -> bool:
    """Between the password and the second step a sign-in is nobody's, and so is one from before a promotion."""
    if row.second_factor_at is not None or actor.way == CARD:  # the card and its PIN are two things already
        return False
    return bool(row.has_second_factor or (actor.is_staff and asks_staff_for_second()))


def _too_old(actor: Actor, last_seen_at: dt.datetime) -> bool:
    """R149: idle sign-ins end, sooner for staff."""
    settings = current_app.config
    if actor.way == CARD:
        return last_seen_at + dt.timedelta(minutes=settings["CARD_MINUTES"]) <= clock.now()
    longest = (
        dt.timedelta(minutes=settings["STAFF_IDLE_MINUTES"])
        if actor.is_staff
        else dt.timedelta(days=settings["SESSION_DAYS"])
    )
    return last_seen_at + longest < clock.now()


def _touch(actor: Actor) -> None:
    """Note that the sign-in is in use: at most every ten minutes, or each minute when it ends so soon."""
    now = clock.now()
    touch = CARD_TOUCH if actor.way == CARD else TOUCH
    if actor.last_seen_at is not None and actor.last_seen_at <= now - touch:
        with transaction():
            db.session.execute(
                sa.update(SignInSession)
                .where(SignInSession.token_hash == actor.token_hash)
                .values(last_seen_at=now)
            )
