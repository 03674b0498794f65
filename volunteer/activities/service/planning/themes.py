"""The words of a month, '本月主题：…' (R063)."""

from __future__ import annotations

import datetime as dt

import sqlalchemy as sa
from flask_babel import lazy_gettext as _l

from volunteer.activities import managed
from volunteer.activities.models import SeriesTheme
from volunteer.audit import service as audit
from volunteer.core import clock
from volunteer.core.database import db
from volunteer.core.errors import Refused
from volunteer.people.identity import Actor

LONGEST = 120
MONTHS = 12


class ThemeTooLong(Refused):
    sentence = _l("主题最多 %(longest)s 个字，请写短一点。")
    status = 422


class NotAMonth(Refused):
    sentence = _l("只能写这个月和后面 %(months)s 个月的主题。")
    status = 422


def months() -> list[dt.date]:
    """The first days of the months whose words can be set: this one and those that follow."""
    first = clock.today().replace(day=1)
    return [dt.date(*_month(first, ahead), 1) for ahead in range(MONTHS)]


def _month(first: dt.date, ahead: int) -> tuple[int, int]:
    year, month = divmod(first.year * 12 + first.month - 1 + ahead, 12)
    return year, month + 1


def of_series(series_id: int) -> dict[dt.date, SeriesTheme]:
    """By the month's first day."""
    rows = db.session.scalars(sa.select(SeriesTheme).where(SeriesTheme.series_id == series_id))
    return {row.month: row for row in rows}


def set_themes(*, actor: Actor, series_id: int, texts: dict[dt.date, str]) -> int:
    """Set the words of these months; an empty text takes them away. Returns how many changed."""
    managed.locked_series(actor, series_id)
    allowed = set(months())
    known = of_series(series_id)
    changed = 0
    for month, text in sorted(texts.items()):
        if month not in allowed:
            raise NotAMonth(months=MONTHS - 1)
        text = text.strip()
        if len(text) > LONGEST:
            raise ThemeTooLong(longest=LONGEST)
        changed += _set(series_id, month, text, known.get(month))
    db.session.flush()
    if changed:
        audit.record(actor_id=actor.id, act="themes_set", kind="series", id=series_id, months=changed)
    return changed


def _set(series_id: int, month: dt.date, text: str, row: SeriesTheme | None) -> bool:
    if row is None:
        if text:
            db.session.add(SeriesTheme(series_id=series_id, month=month, text=text))
        return bool(text)
    if row.text == text:
        return False
    if text:
        row.text, row.text_en = text, None
    else:
        db.session.delete(row)
    return True
