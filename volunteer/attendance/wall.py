"""The board of a screen: today's dates at its place, with who is here, who has left, who is awaited.

A family name and a star, as on public notices; children have no name at all.
"""

from __future__ import annotations

import datetime as dt
import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import sqlalchemy as sa

from volunteer.activities.models import AGREED, CANCELLED, PUBLISHED, SIGNED_UP, Occurrence, Series, SignUp
from volunteer.areas.models import Area
from volunteer.attendance import codes, queries, rules, standing
from volunteer.attendance.models import CheckIn, WallScreen
from volunteer.attendance.service.screens import hash_token
from volunteer.core import clock, formats, scanned
from volunteer.core.database import constant, db
from volunteer.core.i18n import gettext as _
from volunteer.people.models import Person
from volunteer.people.rules import is_minor

STAYS = dt.timedelta(minutes=60)  # on the board after its end
MOST_DATES = 3
FEW = 12
NAMES = {1: 36, 2: 16, 3: 9}  # in one column, by how many dates share the board
SOON, RUNNING, ENDING, OVER, OFF = "soon", "running", "ending", "over", "off"
_TOKEN = re.compile(r"[A-Za-z0-9_-]{22}\Z")


@dataclass(frozen=True)
class Column:
    """Some names, as many as there is room for, and how many people they stand for."""

    title: str
    kind: str
    count: int
    names: list[str]
    more: int


@dataclass(frozen=True)
class Section:
    """One date."""

    row: Any
    state: str
    words: str
    columns: list[Column]
    picture: str | None = None  # the code with which people check in now
    has_no_door: bool = False  # the code is wanted and it is time, but nobody has opened the door

    @property
    def is_small(self) -> bool:
        """Few enough people for larger letters."""
        return sum(column.count for column in self.columns) <= FEW


@dataclass(frozen=True)
class Board:
    sections: list[Section]
    later: list[Any]
    next_date: Any | None  # only when there is nothing today

    @property
    def has_code(self) -> bool:
        return any(section.picture for section in self.sections)


def by_token(token: str) -> WallScreen | None:
    """The screen of this address; none for an ended or unknown one."""
    if not _TOKEN.match(token):
        return None
    statement = sa.select(WallScreen).where(
        WallScreen.token_hash == hash_token(token), WallScreen.revoked_at.is_(None)
    )
    return db.session.scalars(statement).first()


def board(screen: WallScreen, now: dt.datetime) -> Board:
    """Four statements, however many people there are; one more with codes, or on a day without any date."""
    tomorrow = clock.start_of(clock.local(now).date() + dt.timedelta(days=1))
    rows = [
        row
        for row in db.session.execute(
            _dates(screen).where(Occurrence.starts_at < tomorrow, Occurrence.ends_at > now - STAYS).limit(50)
        )
        if not (row.state == CANCELLED and row.ends_at <= now)
    ]
    if not rows:
        coming = _dates(screen).where(Occurrence.starts_at >= tomorrow, Occurrence.state == PUBLISHED)
        return Board([], [], db.session.execute(coming.limit(1)).first())
    shown, later = rows[:MOST_DATES], rows[MOST_DATES:]
    came = _came(shown)
    awaited = _awaited(shown)
    room = NAMES[len(shown)]
    sections = [_section(row, came[row.id], awaited[row.id], now, room) for row in shown]
    return Board(_with_codes(sections, now) if screen.shows_code else sections, later[:6], None)


def _with_codes(sections: Sequence[Section], now: dt.datetime) -> list[Section]:
    """Where people can check in now, with the code of an opened door."""
    ids = [one.row.id for one in sections if standing.refusal_of_date(one.row, now) is None]
    secrets = queries.secrets_of(ids)
    return [
        replace(
            one,
            picture=_picture(secrets.get(one.row.id), one.row.id, now),
            has_no_door=one.row.id not in secrets,
        )
        if one.row.id in ids
        else one
        for one in sections
    ]


def _picture(secret: str | None, occurrence_id: int, now: dt.datetime) -> str | None:
    if secret is None:
        return None
    mark = codes.rotating(secret, occurrence_id, now)
    address = scanned.outside_address("attendance.arrive", occurrence_id=occurrence_id, mark=mark)
    return scanned.picture(address, scale=8)


def _dates(screen: WallScreen) -> Any:
    path = sa.select(Area.path).where(Area.id == screen.area_id).scalar_subquery()
    return (
        sa.select(
            Occurrence.id,
            Occurrence.state,
            Occurrence.starts_at,
            Occurrence.ends_at,
            Occurrence.recorded_at,
            Occurrence.is_flexible,
            Series.title,
            Series.title_en,
        )
        .join(Series, Series.id == Occurrence.series_id)
        .join(Area, Area.id == Series.area_id)
        .where(
            Occurrence.place == screen.place,
            Occurrence.state.in_((PUBLISHED, CANCELLED)),
            Occurrence.is_flexible.is_(False),
            Area.path.startswith(path),
        )
        .order_by(Occurrence.starts_at, Occurrence.id)
    )


def _came(rows: Sequence[Any]) -> Mapping[int, dict[int, Any]]:
    """Date → person → the last coming, in the order of coming."""
    statement = (
        sa.select(
            CheckIn.occurrence_id,
            CheckIn.person_id,
            CheckIn.left_at,
            Person.name,
            Person.display_name,
            Person.born_on,
        )
        .join(Person, Person.id == CheckIn.person_id)
        .where(CheckIn.occurrence_id.in_([row.id for row in rows]), CheckIn.void_at.is_(None))
        .order_by(CheckIn.id)
    )
    found: dict[int, dict[int, Any]] = defaultdict(dict)
    for mark in db.session.execute(statement):
        found[mark.occurrence_id][mark.person_id] = mark
    return found


def _awaited(rows: Sequence[Any]) -> Mapping[int, list[Any]]:
    """Date → who holds its places, with the partner who may come instead."""
    partner = sa.case((SignUp.partner_state == AGREED, SignUp.partner_id)).label("partner_id")
    statement = (
        sa.select(
            SignUp.occurrence_id,
            SignUp.person_id,
            partner,
            Person.name,
            Person.display_name,
            Person.born_on,
        )
        .join(Person, Person.id == SignUp.person_id)
        .where(SignUp.occurrence_id.in_([row.id for row in rows]), SignUp.state == constant(SIGNED_UP))
        .order_by(SignUp.id)
    )
    found: dict[int, list[Any]] = defaultdict(list)
    for person in db.session.execute(statement):
        found[person.occurrence_id].append(person)
    return found


def _section(row: Any, came: Mapping[int, Any], signed_up: list[Any], now: dt.datetime, room: int) -> Section:
    state = state_of(row, now)
    if state == OFF:
        return Section(row, state, _("今天取消了"), [])
    here = [mark for mark in came.values() if mark.left_at is None]
    gone = [mark for mark in came.values() if mark.left_at is not None]
    missing = [one for one in signed_up if came.keys().isdisjoint((one.person_id, one.partner_id))]
    here_title = _("快结束了，记得签退") if state == ENDING else _("在这里")
    missing_title = _("等您来") if state == SOON else _("还没到")
    columns = [
        _column(here_title, "ending" if state == ENDING else "here", here, now, room),
        _column(missing_title, "missing", missing, now, room // 2),
        _column(_("先走了") if state != OVER else _("回家了"), "gone", gone, now, room // 2),
    ]
    shown = [one for one in columns if one.count] or columns[:1]
    return Section(row, state, _words(row, state, now), shown)


def state_of(row: Any, now: dt.datetime) -> str:
    if row.state == CANCELLED:
        return OFF
    if now < row.starts_at:
        return SOON
    if now >= row.ends_at:
        return OVER
    return ENDING if row.ends_at - now <= rules.SOON_OVER else RUNNING


def _words(row: Any, state: str, now: dt.datetime) -> str:
    if state == SOON:
        return _("还有 %(time)s开始", time=formats.minutes(_minutes(row.starts_at - now)))
    if state == OVER:
        return _("结束了，辛苦大家")
    if state == ENDING:
        return _("还有 %(time)s结束", time=formats.minutes(_minutes(row.ends_at - now)))
    return _("正在进行")


def _minutes(length: dt.timedelta) -> int:
    return max(1, round(length.total_seconds() / 60))


def _column(title: str, kind: str, people: Sequence[Any], now: dt.datetime, room: int) -> Column:
    names = list(_names(people, clock.local(now).date()))
    return Column(title, kind, len(people), names[:room], len(people) - room if len(names) > room else 0)


def _names(people: Iterable[Any], today: dt.date) -> Iterable[str]:
    for person in people:
        yield public_name(person, today)


def public_name(person: Any, today: dt.date) -> str:
    """As on public notices (R044): the name chosen for them, else the family name and a star; children without."""
    if is_minor(person.born_on, today):
        return _("小志愿者")
    return str(person.display_name or formats.masked_name(person.name))
