"""Dates of one series, behind and before us, and what hangs on them: sign-ups, doors, hours, answers."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

from tests import make
from tests.world.rows import credit, keep
from volunteer.activities import service as activities
from volunteer.activities.models import SignUpBlock
from volunteer.activities.planning.plans import Post
from volunteer.activities.service import feeding
from volunteer.attendance.models import CheckIn, Door, WallScreen
from volunteer.core import clock, crypto, files
from volunteer.hours.models import Batch, Certificate, Roster, ServiceRecord

if TYPE_CHECKING:
    from tests.world import World


def fill(world: World) -> None:
    series = make.series(world.team, person_in_charge=world.leader)
    world.begun = make.occurrence(series, starts_at=clock.now() - dt.timedelta(hours=3))
    world.coming = make.occurrence(series)
    world.edited = make.occurrence(series, place="河边", edited="place")
    world.asked = make.occurrence(series, asks="holiday", state="undecided")
    world.task, world.task_report = make.task_report(series, world.owner)
    world.feed_token = feeding.make_feed(actor=make.actor(world.people["resident"]))
    world.ids |= {"series_id": series.id, **_together(world, series), **_arranged(world)}
    _hours(world, series)
    _paper_and_blocks(world)
    _presence(world)


def _together(world: World, series: Any) -> dict[str, int]:
    """The member has a standing sign-up, and a place of which the resident is asked to take a part or all."""
    owner, resident = world.owner, world.people["resident"]
    return {
        "regular_id": make.regular(series, owner).id,
        "sign_up_id": (place := make.pair(make.occurrence(series), owner, resident)).id,
        "stand_in_id": make.stand_in(place, resident).id,
    }


def _arranged(world: World) -> dict[str, int]:
    """A position of a series, and a template that the leader keeps."""
    leader = make.actor(world.leader)
    series = make.series(world.team)
    world.posted = make.occurrence(series)
    world.template = activities.keep_as_template(actor=leader, series_id=series.id, name="扫除").id
    position = activities.add_position(actor=leader, series_id=series.id, post=Post("引导员", 2))
    return {"position_id": position.id}


def _hours(world: World, series: Any) -> None:
    """The member's hours and a certificate of them, the leader's own, and what waits for an answer."""
    day, now = dt.timedelta(days=1), clock.now()
    batch = _batch(world, series, world.owner, now - day, minutes=120, points=500)
    world.own = _batch(world, series, world.leader, now - 2 * day, minutes=60)
    certificate = keep(
        Certificate(
            number=f"Z2026-00{world.tag}", check_code=f"ABCDEF{world.tag}", person_id=world.owner.id,
            area_id=world.a.id, from_on=clock.today(), until_on=clock.today(), certified_minutes=120,
            record_count=1, issued_at=now,
        )
    )  # fmt: skip
    world.ids |= {
        "batch_id": batch.id,
        "certificate_id": certificate.id,
        "objection_id": make.objection(world.begun, world.owner).id,
        "proposal_id": make.proposal(world.begun, world.leader, world.owner).id,
    }


def _batch(
    world: World, series: Any, person: Any, starts_at: dt.datetime, *, minutes: int, points: int = 0
) -> Batch:
    """The leader called the roll, and one person stands on it."""
    now = clock.now()
    occurrence = make.occurrence(series, starts_at=starts_at, recorded_at=now)
    batch: Batch = keep(Batch(occurrence_id=occurrence.id, recorded_at=now, recorded_by_id=world.leader.id))
    keep(
        ServiceRecord(
            batch_id=batch.id, occurrence_id=occurrence.id, person_id=person.id, attendance="present",
            source="leader",
            hours_transfer_id=credit("hours", person.id, minutes, f"service:{batch.id}:{person.id}"),
            points_transfer_id=credit("points", person.id, points, f"earn:{batch.id}:{person.id}") if points else None,
        )
    )  # fmt: skip
    return batch


def _paper_and_blocks(world: World) -> None:
    """A printed sheet, a batch with the photo of one, and somebody whose sign-ups are stopped."""
    now, leader = clock.now(), world.leader
    sheet = keep(Roster(occurrence_id=world.begun.id, printed_at=now, printed_by_id=leader.id))
    photo = files.keep(files.Prepared(b"a photo", files.JPEG), by_id=leader.id)
    world.own.photo_id = photo.id
    world.blocked = make.person(world.a)
    keep(SignUpBlock(person_id=world.blocked.id, cause="staff", note="先谈一谈", blocked_at=now))
    world.ids |= {"roster_id": sheet.id, "photo_id": make.photo(world.coming, leader).id}


def _presence(world: World) -> None:
    """An open door, somebody who came, and a screen on the wall."""
    date, leader, now = world.coming, world.leader, clock.now()
    world.door = keep(
        Door(occurrence_id=date.id, secret="s", code="123456", made_at=now, made_by_id=leader.id)
    )
    came = keep(
        CheckIn(
            occurrence_id=date.id, person_id=world.owner.id, came_at=now, came_way="qr", came_by_id=leader.id,
        )
    )  # fmt: skip
    world.screen_token = crypto.token()
    screen = keep(
        WallScreen(
            area_id=world.a.id, place=date.place, made_at=now, made_by_id=world.people["staff"].id,
            token_hash=crypto.look_up_hash("wall-screen", world.screen_token),
        )
    )  # fmt: skip
    world.ids |= {"check_in_id": came.id, "screen_id": screen.id}
