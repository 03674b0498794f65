"""What somebody holds of dates and gives back: all of it when the account is closed, else what has not begun yet."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

from volunteer.activities.models import (
    OFFERED,
    PUBLISHED,
    SIGNED_UP,
    WAITING,
    Occurrence,
    Series,
    SignUp,
    Waiting,
)
from volunteer.activities.service.signing import waiting
from volunteer.activities.service.signing.signing_off import withdraw
from volunteer.activities.service.together import held_places, pairing
from volunteer.activities.signing import leaving
from volunteer.activities.signing.availability import deadline
from volunteer.activities.together.personal import (
    end_pairs,
    lock_dates_of,
    regulars_in_words,
    stop_regulars,
)
from volunteer.audit import service as audit
from volunteer.core import clock
from volunteer.core.database import db
from volunteer.core.i18n import ngettext
from volunteer.people.personal import release, release_coming


def open_places(person_id: int) -> Any:
    """Places whose hours are not recorded yet."""
    return (
        sa.select(
            SignUp.id.label("sign_up_id"),
            SignUp.occurrence_id,
            SignUp.person_id,
            SignUp.position_id,
            SignUp.places,
            Occurrence.starts_at,
            Occurrence.ends_at,
            Occurrence.is_flexible,
            Occurrence.place,
            Series.id.label("series_id"),
            Series.title,
            Series.title_en,
            Series.team_id,
            Series.person_in_charge_id,
        )
        .join(Occurrence, Occurrence.id == SignUp.occurrence_id)
        .join(Series, Series.id == Occurrence.series_id)
        .where(
            SignUp.person_id == person_id,
            SignUp.state == SIGNED_UP,
            Occurrence.state == PUBLISHED,
            Occurrence.recorded_at.is_(None),
        )
        .order_by(SignUp.occurrence_id)
    )


def _open_words(person_id: int) -> str | None:
    count = len(db.session.execute(open_places(person_id)).all())
    words = ngettext(
        "您报了名、还没有记时长的 %(num)s 场活动会退掉，名额让给别人。",
        "您报了名、还没有记时长的 %(num)s 场活动会退掉，名额让给别人。",
        count,
    )
    return words % {"num": count} if count else None


def sign_off_all(person_id: int, by: int | None, *which: Any) -> None:
    """Give back every place that has not become hours, and leave every line; `which` narrows the places."""
    lock_dates_of((person_id,))
    now = clock.now()
    for row in db.session.execute(open_places(person_id).where(*which)).all():
        place = held_places.place_of(row.sign_up_id)
        withdraw(row)
        waiting.fill(row.occurrence_id)
        if place is not None and deadline(place) > now:
            pairing.tell_place_gone(place)
        audit.record(
            actor_id=by,
            act="signed_off",
            kind="occurrence",
            id=row.occurrence_id,
            person=person_id,
            sign_up=row.sign_up_id,
        )
    waiting.leave_all(person_id)
    db.session.expire_all()


def _is_coming() -> sa.ColumnElement[bool]:
    """What has begun stays: those hours were served while all was in order."""
    return SignUp.occurrence_id.in_(sa.select(Occurrence.id).where(Occurrence.starts_at > clock.now()))


def sign_off_coming(person_id: int, by: int | None) -> None:
    """Give coming places back, and tell who leads: they would still count on the person."""
    lock_dates_of((person_id,))
    rows = db.session.execute(open_places(person_id).where(_is_coming())).all()
    sign_off_all(person_id, by, _is_coming())
    leaving.tell_given_back(rows, person_id=person_id, by=by)


def _shared_coming(person_id: int) -> list[int]:
    mine = sa.select(SignUp.id).where(SignUp.partner_id == person_id, SignUp.state == SIGNED_UP, _is_coming())
    return list(db.session.scalars(mine.order_by(SignUp.id)))


def end_coming_pairs(person_id: int, by: int | None) -> None:
    """Who holds the place comes alone, and hears of it."""
    lock_dates_of((person_id,))
    who = leaving.who(person_id)
    for sign_up_id in _shared_coming(person_id):
        if (place := held_places.place_of(sign_up_id)) is not None:
            key = f"pair-left:{sign_up_id}:{person_id}:{clock.now().timestamp():.6f}"
            held_places.tell("pair_ended", key=key, to=place.person_id, about=place, actor=None, **who)
    end_pairs(person_id, by, _is_coming())


def _coming_words(person_id: int) -> str | None:
    count = len(db.session.execute(open_places(person_id).where(_is_coming())).all())
    words = ngettext("报了名、还没开始的 %(num)s 场会退掉。", "报了名、还没开始的 %(num)s 场会退掉。", count)
    return words % {"num": count} if count else None


def _lines_words(person_id: int) -> str | None:
    mine = sa.select(sa.func.count(Waiting.id)).where(
        Waiting.person_id == person_id, Waiting.state.in_((WAITING, OFFERED))
    )
    count = db.session.scalar(mine) or 0
    words = ngettext("在排队的 %(num)s 场不再等了。", "在排队的 %(num)s 场不再等了。", count)
    return words % {"num": count} if count else None


def _pairs_words(person_id: int) -> str | None:
    count = len(_shared_coming(person_id))
    words = ngettext(
        "答应搭档的 %(num)s 场，会只剩对方一个人。", "答应搭档的 %(num)s 场，会只剩对方一个人。", count
    )
    return words % {"num": count} if count else None


release(_open_words, sign_off_all)
release_coming(_coming_words, sign_off_coming)
release_coming(_lines_words, lambda person_id, _by: waiting.leave_all(person_id))
release_coming(regulars_in_words, stop_regulars)
release_coming(_pairs_words, end_coming_pairs)
