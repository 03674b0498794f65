"""Who comes along with a sign-up: each takes a place, none earns hours. Names are for who leads only."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from flask_babel import lazy_gettext as _l

from volunteer.activities.models import Companion, SignUp
from volunteer.core.database import db
from volunteer.core.errors import Refused

LONGEST_NAME = 40
MOST = 19  # a sign-up takes twenty places at most

_TABLE: Any = Companion.__table__


@dataclass(frozen=True, slots=True)
class Guest:
    """Somebody who comes along."""

    name: str
    is_child: bool = False


class TooManyCompanions(Refused):
    sentence = _l("这一场每人最多带 %(most)s 位。")
    status = 422
    field = "companions"


class NoCompanions(TooManyCompanions):
    sentence = _l("这一场不能带人，请让同来的人自己报名。")


class CompanionNeedsName(Refused):
    sentence = _l("请写上一起来的人的名字，负责人好准备。")
    status = 422
    field = "companions"


class NobodyAlongHere(Refused):
    """R009 and R021: nobody knows how old those are who come along, and they are not insured."""

    sentence = _l("这项活动有危险，不能带人来。请让同来的人自己报名。")
    status = 422
    field = "companions"


def check(guests: Sequence[Guest], date: Any) -> None:
    """Refuse more than the activity allows, those without a name, and anybody where it is dangerous."""
    most = date.most_companions
    if date.is_dangerous and guests:
        raise NobodyAlongHere
    if len(guests) > most:
        raise TooManyCompanions(most=most) if most else NoCompanions
    if not all(guest.name.strip() for guest in guests):
        raise CompanionNeedsName


def write(sign_up_id: int, guests: Sequence[Guest]) -> None:
    """Keep these and no others with the sign-up."""
    forget(sign_up_id)
    add(sign_up_id, guests)


def add(sign_up_id: int, guests: Sequence[Guest]) -> None:
    rows = [
        {
            "sign_up_id": sign_up_id,
            "name": guest.name.strip()[:LONGEST_NAME],
            "is_child": guest.is_child,
        }
        for guest in guests
    ]
    if rows:
        db.session.execute(sa.insert(_TABLE), rows)


def forget(sign_up_id: int) -> None:
    """They do not come: their names are nobody's business any more."""
    db.session.execute(sa.delete(_TABLE).where(_TABLE.c.sign_up_id == sign_up_id))


def of(sign_up_ids: Collection[int]) -> Mapping[int, list[Guest]]:
    """Who comes along with each of these sign-ups, in one statement."""
    found: dict[int, list[Guest]] = {id_: [] for id_ in sign_up_ids}
    if not found:
        return found
    statement = (
        sa.select(Companion.sign_up_id, Companion.name, Companion.is_child)
        .where(Companion.sign_up_id.in_(found))
        .order_by(Companion.sign_up_id, Companion.id)
    )
    for row in db.session.execute(statement):
        found[row.sign_up_id].append(Guest(row.name, row.is_child))
    return found


def of_occurrence(occurrence_id: int) -> Mapping[int, list[Guest]]:
    """By person, who comes along to a date."""
    statement = (
        sa.select(SignUp.person_id, Companion.name, Companion.is_child)
        .join(SignUp, SignUp.id == Companion.sign_up_id)
        .where(SignUp.occurrence_id == occurrence_id, SignUp.state == "signed_up")
        .order_by(SignUp.id, Companion.id)
    )
    found: dict[int, list[Guest]] = {}
    for row in db.session.execute(statement):
        found.setdefault(row.person_id, []).append(Guest(row.name, row.is_child))
    return found
