"""Who gave a place back or was taken off a date, and who is told of it when that was late (R026)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from flask_babel import lazy_gettext as _l
from sqlalchemy.orm import aliased

from volunteer.activities import in_charge, messages, policy
from volunteer.activities.models import (
    ACCEPTED,
    BY_OTHER,
    OFFERED,
    SIGNED_UP,
    WAITING,
    WITHDRAWN,
    Occurrence,
    SignUp,
    StandIn,
    Waiting,
)
from volunteer.activities.planning import staffing
from volunteer.activities.policy import Visitor
from volunteer.activities.signing.availability import deadline
from volunteer.core import crypto, formats
from volunteer.core.database import constant, db
from volunteer.outbox import service as outbox
from volunteer.outbox.kinds import register
from volunteer.people import naming
from volunteer.people.identity import Actor
from volunteer.people.models import Person

TAKE_BACK = dt.timedelta(minutes=30)  # so long whoever typed a wrong number may take the sign-up back
MOST_ENTERED = 20
LEFT_LATE, GIVEN_BACK = "activity_left_late", "activity_places_given_back"


def of_date(occurrence_id: int) -> list[Any]:
    """Who has left and did not come back, the latest last; whose place went to a stand-in is not among them."""
    again = aliased(SignUp)
    came_back = sa.exists().where(
        again.occurrence_id == SignUp.occurrence_id,
        again.person_id == SignUp.person_id,
        again.id > SignUp.id,
    )
    is_asked_again = sa.exists().where(  # the date was cancelled and is held after all
        Waiting.occurrence_id == SignUp.occurrence_id,
        Waiting.person_id == SignUp.person_id,
        Waiting.state == constant(OFFERED),
    )
    was_handed_on = sa.exists().where(
        sa.or_(StandIn.sign_up_id == SignUp.id, StandIn.their_sign_up_id == SignUp.id),
        StandIn.state == constant(ACCEPTED),
    )
    statement = (
        sa.select(
            SignUp.id,
            SignUp.withdrawn_at,
            SignUp.withdrawn_late,
            SignUp.reason,
            Person.number,
            Person.name,
            Person.born_on,
        )
        .join(Person, Person.id == SignUp.person_id)
        .where(
            SignUp.occurrence_id == occurrence_id,
            SignUp.state == constant(WITHDRAWN),
            ~came_back,
            ~is_asked_again,
            ~was_handed_on,
        )
        .order_by(SignUp.withdrawn_at, SignUp.id)
    )
    return list(db.session.execute(statement))


def may_see(actor: Visitor, row: Any) -> bool:
    """Why somebody left is for those who have to do without."""
    scope = {"team_path": row.team_path, "area_path": row.area_path}
    return policy.may_manage(actor, **scope) or policy.may_call_roll(actor, **scope)


@dataclass(frozen=True, slots=True)
class Entered:
    """Somebody whom the reader has signed up or put in line, named as the reader may see it."""

    person_id: int
    name: str
    number: str
    waits: bool


def entered(actor: Actor, row: Any, now: dt.datetime) -> list[Entered]:
    """Those of a date whom the reader can still take off it, the latest first."""
    scope = {"team_path": row.team_path, "area_path": row.area_path}
    by_office = policy.may_offer_to_sign_up_others(actor, **scope)
    rows = _entered_by(row.id, actor.id, since=None if by_office else now - TAKE_BACK)
    names = names_of(actor, row, [one.person_id for one in rows])
    return [Entered(one.person_id, *names[one.person_id], one.state != SIGNED_UP) for one in rows]


def _entered_by(occurrence_id: int, actor_id: int, *, since: dt.datetime | None) -> Sequence[Any]:
    parts = [
        sa.select(table.person_id, table.state, at.label("entered_at")).where(
            table.occurrence_id == occurrence_id,
            table.state.in_(states),
            by_id == actor_id,
            table.person_id != actor_id,
            *() if since is None else (at >= since,),
        )
        for table, at, by_id, states in (
            (SignUp, SignUp.signed_up_at, SignUp.signed_up_by_id, (SIGNED_UP,)),
            (Waiting, Waiting.joined_at, Waiting.joined_by_id, (WAITING, OFFERED)),
        )
    ]
    both = sa.union_all(*parts).subquery()
    return db.session.execute(
        sa.select(both).order_by(both.c.entered_at.desc(), both.c.person_id).limit(MOST_ENTERED)
    ).all()


def names_of(actor: Visitor, row: Any, person_ids: Sequence[int]) -> dict[int, tuple[str, str]]:
    """Name, as the reader may know it, and number."""
    names = naming.for_reader(actor, team_path=row.team_path, area_path=row.area_path)
    statement = sa.select(Person.id, Person.name, Person.number, Person.born_on)
    rows = db.session.execute(statement.where(Person.id.in_(person_ids))) if person_ids else ()
    return {one.id: (names.of(one.name, one.born_on), one.number) for one in rows}


def may_take_back(actor: Actor, sign_up: Any, now: dt.datetime) -> bool:
    """Whoever has just signed somebody else up: a number is soon mistyped."""
    return bool(
        sign_up.way == BY_OTHER
        and sign_up.signed_up_by_id == actor.id
        and now - sign_up.signed_up_at <= TAKE_BACK
    )


def place_of(occurrence_id: int, person_id: int) -> Any | None:
    """The sign-up that somebody holds at a date."""
    statement = sa.select(
        SignUp.id, SignUp.way, SignUp.signed_up_by_id, SignUp.signed_up_at, SignUp.places
    ).where(
        SignUp.occurrence_id == occurrence_id,
        SignUp.person_id == person_id,
        SignUp.state == constant(SIGNED_UP),
    )
    return db.session.execute(statement).first()


def who(person_id: int) -> dict[str, str]:
    """How a message names the person: masked, with the number."""
    person = db.session.execute(sa.select(Person.name, Person.number).where(Person.id == person_id)).one()
    return {"who": formats.masked_name(person.name), "who_number": person.number}


def tell_late(row: Any, *, actor: Actor, reason: str) -> None:
    """Tell whoever publishes for the team, and who is in charge; `row` is that of the sign-up that is given back.

    The name is masked and the reason sealed; the mail says no reason, for it may be about somebody's health.
    """
    date = db.session.execute(
        sa.select(Occurrence.taken, Occurrence.capacity).where(Occurrence.id == row.occurrence_id)
    ).one()
    said = messages.told(row, **who(row.person_id), taken=date.taken, capacity=date.capacity)
    sealed = {"reason_sealed": crypto.encrypt(reason.strip())} if reason.strip() else {}
    until, told = deadline(row), []
    for person_id in receivers(row):
        if person_id not in (actor.id, row.person_id):
            key = f"left-late:{row.sign_up_id}:{person_id}"
            told += notes(key, LEFT_LATE, person_id, inbox=said | sealed, mail=said, useful_until=until)
    outbox.tell(*told)


def tell_given_back(rows: Sequence[Any], *, person_id: int, by: int | None) -> None:
    """Somebody's coming places were all given back at once: each series is one note, with its dates."""
    theirs = who(person_id)
    of_series: dict[int, list[Any]] = {}
    for row in sorted(rows, key=lambda row: row.starts_at):
        of_series.setdefault(row.series_id, []).append(row)
    told = []
    for dates in of_series.values():
        payload = messages.told(dates[0], **theirs)
        payload["starts_at"] = [messages.moments(date.starts_at, date.ends_at) for date in dates]
        until = max(deadline(date) for date in dates)
        told += [
            outbox.Note(
                key=f"given-back:{dates[0].sign_up_id}:{receiver}", kind=GIVEN_BACK, person_id=receiver,
                payload=payload, by_email=True, useful_until=until,
            )
            for receiver in receivers(dates[0]) if receiver not in (by, person_id)
        ]  # fmt: skip
    outbox.tell(*told)


def notes(
    key: str,
    kind: str,
    person_id: int,
    *,
    inbox: dict[str, Any],
    mail: dict[str, Any],
    useful_until: dt.datetime,
) -> list[outbox.Note]:
    """One thing told twice: in the inbox with all of it, by mail without what is for one person's eyes."""
    how: dict[str, Any] = {"key": key, "kind": kind, "person_id": person_id, "useful_until": useful_until}
    short = {"is_short": True} if inbox != mail else {}
    return [
        outbox.Note(**how, payload=inbox),
        outbox.Note(**how, payload=mail | short, only_email=True),
    ]


def receivers(row: Any) -> list[int]:
    """Who is in charge of the date and still of its team, then whoever may publish for it."""
    leading = staffing.publishers({row.team_id}).get(row.team_id, [])
    first = [row.person_in_charge_id] if in_charge.of_team_still(row.person_in_charge_id, row.team_id) else []
    return list(dict.fromkeys([*first, *leading]))


register(
    GIVEN_BACK,
    subject=_l("有人来不了了：%(title)s"),
    body=_l(
        "%(who)s（%(who_number)s）来不了了，“%(title)s”的报名替他退了：%(starts_at)s。有人候补的，会先问他们。"
    ),
    endpoint="activities.occurrence",
    link_values=("occurrence_id",),
)
register(
    LEFT_LATE,
    subject=_l("临时有人来不了：%(title)s"),
    body=_l(
        "%(who)s（%(who_number)s）临时取消了“%(title)s”（%(starts_at)s）的报名。"
        "现在报了 %(taken)s 人，一共 %(capacity)s 个名额。"
    ),
    also=(
        ("reason_sealed", _l("原因：%(reason)s")),
        ("is_short", _l("原因请登录后在“消息”里看。")),
    ),
    endpoint="activities.occurrence",
    link_values=("occurrence_id",),
)
