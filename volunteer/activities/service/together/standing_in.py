"""Find somebody to take one's place, or to swap: ask, take, decline, take back.

Until somebody has taken it the place stays with who holds it.
"""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from flask import current_app

from volunteer.activities import messages, rules
from volunteer.activities.models import (
    ACCEPTED,
    AGREED,
    BY_STAND_IN,
    BY_SWAP,
    DECLINED,
    LEFT,
    OFFERED,
    OPEN,
    STAND_IN,
    SWAP,
    WAITING,
    StandIn,
    Waiting,
)
from volunteer.activities.service.signing.passing_on import pass_on
from volunteer.activities.service.together import held_places, pairing
from volunteer.activities.signing import refusals, standing
from volunteer.activities.signing.availability import deadline, refuse_when_over
from volunteer.activities.together import refusals as no
from volunteer.activities.together import stand_ins
from volunteer.audit import service as audit
from volunteer.core import clock
from volunteer.core.database import db
from volunteer.core.errors import NotDone, NotFound
from volunteer.outbox import service as outbox
from volunteer.people.identity import Actor
from volunteer.teams import queries as teams
from volunteer.teams.models import MEMBER

LONGEST_NOTE = 200


def ask_stand_in(*, actor: Actor, occurrence_id: int, person_id: int | None = None, note: str = "") -> int:
    """Look for whoever may sign up, or ask one person; the request's id.

    While others wait for a place of this date, it is theirs to be offered: signing off
    does that. Only when it is late may one look for somebody all the same.
    """
    row = _own_free_place(actor, occurrence_id)
    if person_id == actor.id:
        raise no.NotWithOneself
    if person_id is not None:
        held_places.refuse_unknown(occurrence_id, person_id)
    if _line_is_first(row):
        raise no.SomebodyWaits
    request = _keep(row, kind=STAND_IN, asked_person_id=person_id, note=note)
    _record("stand_in_asked", actor, row, request.id, asked=person_id)
    if person_id is not None:
        _tell("stand_in_asked", request.id, to=person_id, about=row, actor=actor, note=request.note)
    else:
        _call_out(row, request.id)
    return int(request.id)


def ask_swap(*, actor: Actor, occurrence_id: int, their_sign_up_id: int, note: str = "") -> int:
    """Offer one's own place for that of a teammate on another date of the team; the request's id."""
    row = _own_free_place(actor, occurrence_id)
    theirs = held_places.place_of(their_sign_up_id)
    if theirs is None or theirs.person_id == actor.id or not _are_teammates(actor, row, theirs):
        raise no.ChooseSwap
    refuse_when_over(theirs, clock.now())
    if _is_not_free(theirs):
        raise no.ChooseSwap
    request = _keep(
        row, kind=SWAP, asked_person_id=theirs.person_id, their_sign_up_id=their_sign_up_id, note=note
    )
    _record("swap_asked", actor, row, request.id, asked=theirs.person_id)
    yours_at = messages.moments(theirs.starts_at, theirs.ends_at)
    _tell("swap_asked", request.id, to=theirs.person_id, about=row, actor=actor, yours_at=yours_at)
    return int(request.id)


def accept_stand_in(*, actor: Actor, stand_in_id: int) -> None:
    """Take the place, or swap: all checks of a sign-up, under lock; of two takers one wins."""
    asked = _for(actor, stand_in_id)
    _lock(actor, asked)
    request = stand_ins.one(stand_in_id)
    if request is None or request.their_sign_up_id != asked.their_sign_up_id:
        raise no.StandInGone
    if request.holder_id == actor.id:
        raise refusals.AlreadySignedUp
    if request.kind == SWAP:
        _swap(actor, request)
    else:
        _take(actor, request)


def decline_stand_in(*, actor: Actor, stand_in_id: int) -> None:
    """Who was asked by name says no; the asker hears of it and may ask somebody else."""
    request = _for(actor, stand_in_id)
    if request.asked_person_id != actor.id:
        raise NotFound
    _end(stand_in_id, DECLINED, actor)
    _record("stand_in_declined", actor, request, stand_in_id)
    word = "swap_declined" if request.kind == SWAP else "stand_in_declined"
    _tell(word, stand_in_id, to=request.holder_id, about=request, actor=actor)


def withdraw_stand_in(*, actor: Actor, stand_in_id: int) -> None:
    """The asker comes after all."""
    request = stand_ins.one(stand_in_id)
    if request is None or request.holder_id != actor.id:
        raise NotFound
    _end(stand_in_id, LEFT, actor)
    _record("stand_in_withdrawn", actor, request, stand_in_id)


def _take(actor: Actor, request: Any) -> None:
    refuse_when_over(request, clock.now())
    if _line_is_first(request, but=actor.id):
        raise no.LineFirst
    place = held_places.place_of(request.sign_up_id)
    pass_on(actor=actor, sign_up_id=request.sign_up_id, to_person_id=actor.id, way=BY_STAND_IN)
    pairing.tell_place_gone(place, to=actor.id)
    _end(request.id, ACCEPTED, actor)
    _record("stand_in_found", actor, request, request.id, before=request.holder_id)
    _tell("stand_in_found", request.id, to=request.holder_id, about=request, actor=actor)


def _swap(actor: Actor, request: Any) -> None:
    """Both or neither: one transaction, both people and both dates locked."""
    mine, theirs = held_places.place_of(request.their_sign_up_id), held_places.place_of(request.sign_up_id)
    if mine is None or theirs is None or mine.person_id != actor.id:
        raise no.StandInGone
    for row in (mine, theirs):
        refuse_when_over(row, clock.now())
    if _is_not_free(mine) or _is_not_free(theirs):
        raise no.NotYoursAlone
    pass_on(
        actor=actor,
        sign_up_id=theirs.sign_up_id,
        to_person_id=actor.id,
        way=BY_SWAP,
        gives_up=[mine.occurrence_id],
    )
    try:
        pass_on(
            actor=actor,
            sign_up_id=mine.sign_up_id,
            to_person_id=request.holder_id,
            way=BY_SWAP,
            gives_up=[theirs.occurrence_id],
        )
    except NotDone as refusal:  # it concerns the other one, and undoes the first half with it
        raise no.SwapCannotBe(reason=refusal.message) from refusal
    pairing.tell_place_gone(theirs, to=actor.id)
    pairing.tell_place_gone(mine, to=request.holder_id)
    _end(request.id, ACCEPTED, actor)
    _record("swapped", actor, theirs, request.id, other_sign_up=mine.sign_up_id)
    _tell_swapped(actor, request, mine, theirs)


def _tell_swapped(actor: Actor, request: Any, mine: Any, theirs: Any) -> None:
    """The asker now comes to what was the other's date."""
    yours_at = messages.moments(theirs.starts_at, theirs.ends_at)
    _tell("swap_done", request.id, to=request.holder_id, about=mine, actor=actor, yours_at=yours_at)


def _lock(actor: Actor, request: Any) -> None:
    """People, then dates, by id: as everybody does who changes a place that is held."""
    standing.lock_people({actor.id, request.holder_id})
    dates = [request.occurrence_id, request.their_occurrence_id]
    held_places.lock_dates([id for id in dates if id is not None])


def _for(actor: Actor, stand_in_id: int) -> Any:
    """An open request that the actor may answer: by name, or one that is open to all."""
    row = db.session.get(StandIn, stand_in_id)
    if row is None or row.asked_person_id not in (None, actor.id):
        raise NotFound
    request = stand_ins.one(stand_in_id)
    if request is None:
        raise no.StandInGone
    return request


def _own_free_place(actor: Actor, occurrence_id: int) -> Any:
    row = held_places.own_place(actor, occurrence_id)
    if _is_not_free(row):
        raise no.NotYoursAlone
    if any(request.sign_up_id == row.sign_up_id for request in stand_ins.of_date(occurrence_id)):
        raise no.AlreadyLooking
    return row


def _is_not_free(row: Any) -> bool:
    """Shared with a partner, or with companions who came along: not one place for one person."""
    return bool(row.partner_state == AGREED or row.places > 1)


def _are_teammates(actor: Actor, mine: Any, theirs: Any) -> bool:
    return (
        mine.team_id == theirs.team_id
        and mine.occurrence_id != theirs.occurrence_id
        and teams.state_of(actor.id, mine.team_id) == MEMBER
        and teams.state_of(theirs.person_id, mine.team_id) == MEMBER
    )


def _line_is_first(row: Any, *, but: int | None = None) -> bool:
    """Somebody else than `but` waits for the date, and it is not late yet."""
    hours = current_app.config["LATE_SIGN_OFF_HOURS"]
    if rules.is_late(clock.now(), deadline(row), hours):
        return False
    live = sa.select(Waiting.id).where(
        Waiting.occurrence_id == row.occurrence_id,
        Waiting.state.in_((WAITING, OFFERED)),
        Waiting.person_id != (but or 0),
    )
    return db.session.scalar(live.limit(1)) is not None


def _keep(row: Any, **values: Any) -> StandIn:
    values["note"] = values["note"].strip()[:LONGEST_NOTE]
    request = StandIn(sign_up_id=row.sign_up_id, state=OPEN, asked_at=clock.now(), **values)
    db.session.add(request)
    db.session.flush()
    return request


def _end(stand_in_id: int, state: str, actor: Actor) -> None:
    """The database counts: what was answered meanwhile is not answered again."""
    ended: Any = db.session.execute(
        sa.update(StandIn)
        .where(StandIn.id == stand_in_id, StandIn.state == OPEN)
        .values(state=state, answered_at=clock.now(), answered_by_id=actor.id)
    )
    if ended.rowcount != 1:
        raise no.StandInGone


def _call_out(row: Any, stand_in_id: int) -> None:
    """Open to all: those who know the activity hear of it, in the inbox alone; the page names the asker."""
    payload = messages.told(row, sign_up_id=row.sign_up_id)
    outbox.tell(
        *(
            outbox.Note(
                key=f"stand_in_wanted:{stand_in_id}:{person_id}",
                kind="stand_in_wanted",
                person_id=person_id,
                payload=payload,
                useful_until=deadline(row),
            )
            for person_id in stand_ins.likely(row=row, now=clock.now())
        )
    )


def _record(act: str, actor: Actor, row: Any, stand_in_id: int, **details: Any) -> None:
    audit.record(
        actor_id=actor.id,
        act=act,
        kind="occurrence",
        id=row.occurrence_id,
        sign_up=row.sign_up_id,
        stand_in=stand_in_id,
        **details,
    )


def _tell(kind: str, stand_in_id: int, *, to: int, about: Any, actor: Actor, **more: Any) -> None:
    held_places.tell(kind, key=f"{kind}:{stand_in_id}", to=to, about=about, actor=actor, **more)
