"""Put up a screen at a place, and take it down."""

from __future__ import annotations

from volunteer.areas.models import Area
from volunteer.attendance import policy, refusals
from volunteer.attendance.models import WallScreen
from volunteer.audit import service as audit
from volunteer.core import clock, crypto, i18n
from volunteer.core.database import db
from volunteer.core.errors import NotFound
from volunteer.people.identity import Actor

LONGEST_PLACE = 200


def make_screen(
    *, actor: Actor, area_id: int, place: str, language: str = i18n.DEFAULT, shows_code: bool = False
) -> str:
    """A screen for one place, as the dates name it; the secret of its address, which is stored nowhere."""
    area = db.session.get(Area, area_id)
    if area is None or not policy.may_manage_screen(actor, area.path):
        raise NotFound
    place = place.strip()
    if not 0 < len(place) <= LONGEST_PLACE:
        raise refusals.NoSuchPlace
    token = crypto.token()
    screen = WallScreen(
        area_id=area_id,
        place=place,
        language=language if language in i18n.LANGUAGES else i18n.DEFAULT,
        shows_code=shows_code,
        token_hash=hash_token(token),
        made_at=clock.now(),
        made_by_id=actor.id,
    )
    db.session.add(screen)
    db.session.flush()
    audit.record(
        actor_id=actor.id,
        act="screen_made",
        kind="wall_screen",
        id=screen.id,
        area=area_id,
        place=place,
        shows_code=shows_code,
    )
    return token


def revoke_screen(*, actor: Actor, screen_id: int) -> None:
    """The address shows nothing any more; the second time changes nothing."""
    screen = db.session.get(WallScreen, screen_id, with_for_update=True)
    area = db.session.get(Area, screen.area_id) if screen is not None else None
    if screen is None or area is None or not policy.may_manage_screen(actor, area.path):
        raise NotFound
    if screen.revoked_at is None:
        screen.revoked_at = clock.now()
        audit.record(actor_id=actor.id, act="screen_revoked", kind="wall_screen", id=screen_id)


def hash_token(token: str) -> str:
    return crypto.look_up_hash("wall-screen", token)
