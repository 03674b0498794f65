"""Whether a person may take a place: one answer for the list, the page and the service, on plain values.

The names stand in `states`, the sentences in `refusals`; `docs/signing-up.md` holds the table.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import NamedTuple, Protocol

from volunteer.activities.models import CANCELLED as STATE_CANCELLED
from volunteer.activities.models import FEMALE
from volunteer.activities.models import UNDECIDED as STATE_UNDECIDED
from volunteer.activities.signing import refusals, states
from volunteer.activities.signing.refusals import NoPlace
from volunteer.core import formats
from volunteer.core.errors import Refused
from volunteer.people.rules import age_on, is_minor

# So near the start nothing is offered any more: a free place is for the first who comes.
LAST_HOUR = dt.timedelta(hours=1)


class Terms(Protocol):
    """What a date or one of its positions asks of a person."""

    @property
    def minimum_age(self) -> int: ...
    @property
    def sex_needed(self) -> str | None: ...
    @property
    def minimum_minutes(self) -> int: ...
    @property
    def members_only(self) -> bool: ...


class Date(Terms, Protocol):
    """A date with what its series asks; `has_line`: somebody waits who could take a free place."""

    @property
    def state(self) -> str: ...
    @property
    def starts_at(self) -> dt.datetime: ...
    @property
    def ends_at(self) -> dt.datetime: ...
    @property
    def is_flexible(self) -> bool: ...
    @property
    def opens_at(self) -> dt.datetime | None: ...
    @property
    def newcomers_until(self) -> dt.datetime | None: ...
    @property
    def closes_at(self) -> dt.datetime | None: ...
    @property
    def is_dangerous(self) -> bool: ...
    @property
    def places_left(self) -> int: ...
    @property
    def has_line(self) -> bool: ...


class Post(Terms, Protocol):
    """A position of a date."""

    @property
    def is_open(self) -> bool: ...
    @property
    def places_left(self) -> int: ...


@dataclass(frozen=True, slots=True)
class Line:
    """A place on the waiting list: how many are before, or, once a place is offered, until when."""

    ahead: int = 0
    offer_until: dt.datetime | None = None


class Who(NamedTuple):
    """How the person stands to the date; nobody in particular has no birthday and is asked for nothing.

    A tuple, since the list makes one for each row and a frozen dataclass takes four times as long.
    """

    born_on: dt.date | None = None
    sex: str | None = None
    is_member: bool = False
    is_signed_up: bool = False
    shares: bool = False  # a place that stands in the partner's name
    is_blocked: bool = False
    has_guardian: bool = True  # a guardian's consent that stands (R008)
    has_come: bool = False  # to an earlier date of this activity
    minutes: int = 0  # of service so far
    untrained: str = ""  # trainings and qualifications that are lacking on the day, in words
    unskilled: str = ""
    line: Line | None = None
    clash: NoPlace | None = None  # with what the person does at that time or on that day
    team: str = ""


@dataclass(frozen=True, slots=True)
class Availability:
    """Whether a person may sign up; the refusal carries the reason in words."""

    state: str
    refusal: Refused | None = None

    @property
    def is_free(self) -> bool:
        return self.refusal is None

    @property
    def can_wait(self) -> bool:
        return self.state in states.CAN_WAIT


_FREE = Availability(states.FREE)


def availability(
    date: Date,
    who: Who,
    *,
    now: dt.datetime,
    starts_on: dt.date,
    today: dt.date,
    position: Post | None = None,
    wanted: int = 1,
    is_kept: bool = False,
    is_standing: bool = False,
    has_hours: bool = True,
) -> Availability:
    """What a sign-up would meet, the most final reason first.

    `starts_on` is the local date of the start. `wanted` counts the person and the companions.
    `is_kept`: a place is kept for the person already (an offer, or it is handed over), so that
    neither the hours of signing up nor the places are asked for. `is_standing`: a standing sign-up,
    which is made before signing up opens; without `has_hours` nobody asks whether it is open or closed.
    """
    return (
        _of_date(date, now)
        or _of_place(date, who, now, is_kept)
        or _of_person(date, who, starts_on, today)
        or (None if position is None else _of_terms(position, who, starts_on))
        or (
            None
            if is_kept or who.line is not None or not has_hours
            else _of_hours(date, who, now, is_standing)
        )
        or (None if who.clash is None else _no(who.clash))
        or (None if is_kept else _of_places(date, position, who, wanted, now))
        or _FREE
    )


def _no(refusal: NoPlace) -> Availability:
    return Availability(refusal.state, refusal)


def deadline(date: Date) -> dt.datetime:
    """Until then one may sign up and off: the start, or the end of what is done at any time before it."""
    return date.ends_at if date.is_flexible else date.starts_at


def refuse_when_over(date: Date, now: dt.datetime) -> None:
    """Cancelled, or too late to change anything here."""
    if date.state == STATE_CANCELLED:
        raise refusals.Cancelled
    if deadline(date) <= now:
        raise refusals.Over if date.is_flexible else refusals.Begun


def is_last_hour(date: Date, now: dt.datetime) -> bool:
    return deadline(date) - now <= LAST_HOUR


def _of_date(date: Date, now: dt.datetime) -> Availability | None:
    if date.state == STATE_CANCELLED:
        return _no(refusals.Cancelled())
    if date.state == STATE_UNDECIDED:
        return _no(refusals.Undecided())
    if date.is_flexible:
        return _no(refusals.Over()) if date.ends_at <= now else None
    return _no(refusals.Begun()) if date.starts_at <= now else None


def _of_place(date: Date, who: Who, now: dt.datetime, is_kept: bool) -> Availability | None:
    """What the person has here already."""
    if who.is_signed_up:
        return _no(refusals.AlreadySignedUp())
    if who.shares:
        return _no(refusals.SharesPlace())
    if who.line is None or is_kept:
        return None
    if who.line.offer_until is not None:
        until = formats.moment(who.line.offer_until)
        return _no(refusals.OfferWaits(until=until))
    if is_last_hour(date, now) and date.places_left > 0:
        return None
    return _no(refusals.AlreadyWaiting(place=who.line.ahead + 1))


def _of_person(date: Date, who: Who, starts_on: dt.date, today: dt.date) -> Availability | None:
    """R008, R009, R020, R022, R027."""
    if date.is_dangerous and _is_child(who, today):
        return _no(refusals.TooDangerous())
    found = _of_terms(date, who, starts_on)
    if found is not None:
        return found
    if not who.has_guardian and _is_child(who, today):
        return _no(refusals.NeedsGuardian())
    if who.untrained:
        return _no(refusals.NeedsTraining(what=who.untrained))
    if who.unskilled:
        return _no(refusals.NeedsSkill(what=who.unskilled))
    if who.is_blocked:
        return _no(refusals.Blocked())
    return None


def _is_child(who: Who, today: dt.date) -> bool:
    return who.born_on is not None and is_minor(who.born_on, today)


def _of_terms(terms: Terms, who: Who, starts_on: dt.date) -> Availability | None:
    if terms.members_only and not who.is_member:
        return _no(refusals.MembersOnly(team=who.team))
    if who.born_on is None:
        return None
    if terms.minimum_age and age_on(who.born_on, starts_on) < terms.minimum_age:
        return _no(refusals.TooYoung(age=terms.minimum_age))
    if terms.sex_needed and who.sex != terms.sex_needed:
        return _no(_wrong_sex(terms.sex_needed, who.sex))
    if who.minutes < terms.minimum_minutes:
        return _no(_needs_hours(terms.minimum_minutes, who.minutes))
    return None


def _wrong_sex(needed: str, sex: str | None) -> NoPlace:
    if sex is None:
        return refusals.SexUnknown()
    return refusals.WomenOnly() if needed == FEMALE else refusals.MenOnly()


def _needs_hours(needed: int, so_far: int) -> NoPlace:
    return refusals.NeedsHours(
        needed=formats.minutes(needed), so_far=formats.minutes(so_far), more=formats.minutes(needed - so_far)
    )


def _of_hours(date: Date, who: Who, now: dt.datetime, is_standing: bool) -> Availability | None:
    """When signing up opens, for whom first, and when it closes."""
    if date.opens_at is not None and now < date.opens_at and not is_standing:
        return _no(refusals.NotOpen(when=formats.moment(date.opens_at)))
    if date.newcomers_until is not None and now < date.newcomers_until and who.has_come and not is_standing:
        until = formats.moment(date.newcomers_until)
        return _no(refusals.NewcomersFirst(until=until))
    if date.closes_at is not None and date.closes_at <= now:
        return _no(refusals.Closed(when=formats.moment(date.closes_at)))
    return None


def _of_places(
    date: Date, position: Post | None, who: Who, wanted: int, now: dt.datetime
) -> Availability | None:
    """Nobody passes by who waits, until the last hour."""
    if position is not None and not position.is_open:
        return _no(refusals.PositionClosed())
    near = is_last_hour(date, now)
    post_left = date.places_left if position is None else position.places_left
    left = min(date.places_left, post_left)
    if left <= 0 or (date.has_line and not near):
        if near:
            return _no(refusals.FullLate())
        if position is not None and post_left <= 0 < date.places_left:
            return _no(refusals.PositionFull())
        return _no(refusals.Full())
    return _no(refusals.TooFew(left=left)) if left < wanted else None
