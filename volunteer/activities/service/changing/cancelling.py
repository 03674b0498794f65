"""Cancel dates for good and tell everybody: one, a whole day's, or those that an edit leaves without a day."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from volunteer.activities.changing import arrivals
from volunteer.activities.models import CANCELLED, Occurrence, Series
from volunteer.activities.planning import refusals as series_refusals
from volunteer.activities.service.changing import telling
from volunteer.activities.service.changing.telling import News
from volunteer.activities.service.signing import waiting
from volunteer.activities.signing import refusals
from volunteer.activities.together import stand_ins
from volunteer.core import clock
from volunteer.core.database import db
from volunteer.outbox import service as outbox

LONGEST_REASON = 300


def refuse_settled(occurrence: Occurrence) -> None:
    """What is cancelled or has its hours recorded is not touched."""
    if occurrence.state == CANCELLED:
        raise refusals.Cancelled
    if occurrence.recorded_at is not None:
        raise series_refusals.AlreadyRecorded


def refuse_history(date: Any) -> None:
    """Cancelling is for what is to come: what is over, or goes on with people who came, has its roll call.

    Of a date or a row with its columns.
    """
    now = clock.now()
    if date.ends_at <= now:
        raise series_refusals.CancelledTooLate
    if date.starts_at <= now and arrivals.among([date.id]):
        raise series_refusals.TaskBegun if date.is_flexible else series_refusals.SomebodyCame


def cleaned(reason: str) -> str:
    """The reason as it is kept; without one nothing is cancelled."""
    if not reason.strip():
        raise series_refusals.NotComplete("reason")
    return reason.strip()[:LONGEST_REASON]


def news_of(occurrence: Occurrence, series: Series) -> News:
    return News(
        occurrence.id, series.title, series.title_en, occurrence.starts_at, occurrence.ends_at, occurrence.place
    )  # fmt: skip


def cancel(dates: Sequence[tuple[Occurrence, Series]], *, reason: str, key: str | None = None) -> int:
    """Cancel locked dates; returns how many people were told.

    Each person gets one message for each date, with `key` one for all of them together.
    The numbers stay used (R061), sign-ups stay as history, the waiting list ends and
    nobody is looked for as a stand-in any more.
    """
    now = clock.now()
    for occurrence, _series in dates:
        occurrence.state, occurrence.cancelled_reason = CANCELLED, reason
        occurrence.sequence += 1
        occurrence.changed_at = now
    db.session.flush()
    for occurrence, _series in dates:
        outbox.cancel(f"remind:{occurrence.id}:")
        waiting.give_up_all(occurrence.id, reason=reason)
    stand_ins.lapse([occurrence.id for occurrence, _series in dates])
    news = [news_of(occurrence, series) for occurrence, series in dates]
    if key is not None:
        return telling.tell(telling.CANCELLED, news, key=f"cancelled:{key}", reason=reason)
    return sum(
        telling.tell(
            telling.CANCELLED,
            [one],
            key=f"cancelled:{one.occurrence_id}:{occurrence.sequence}",
            reason=reason,
        )
        for one, (occurrence, _series) in zip(news, dates, strict=True)
    )
