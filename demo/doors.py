"""Dates with a roll call to look at: one going on now, one recorded from its check-ins, one too long a day."""

from __future__ import annotations

import datetime as dt
from typing import Any

from demo import facts
from demo.arrangements import CLOTHES, ENTRANCE, STAGE, dates_of, leader
from demo.company import Company
from demo.plan import HOME, STAFF
from demo.timeline import Timeline
from demo.world import World
from volunteer.activities import service as activities
from volunteer.attendance import service as attendance
from volunteer.attendance.models import CARD, CODE, DOOR, QR
from volunteer.core import clock
from volunteer.hours import planned, roll_call
from volunteer.hours import service as hours
from volunteer.hours.lines import STAYED
from volunteer.hours.service.approving import propose
from volunteer.hours.service.objecting import object_to
from volunteer.hours.service.rating import rate_date, rate_people

MINUTE = dt.timedelta(minutes=1)
WAYS = (QR, DOOR, CODE, CARD)
# Who came to the entrance, in minutes from the planned start: too short, as planned, late, without leaving.
STAYS = ((70, 118), (-6, 121), (-4, 122), (18, 120), (-2, None), (-8, 123))
CAME_AGO = (44, 41, 37, 33, 12)
WHY_SO_LONG = "早上八点搭台，晚会散了才撤完，中午轮着吃饭没有停。"
OBJECTION = "我七点五十就到了，在门口帮着搬路锥，忙完才想起来扫码。请问问当天的队长。"
WORDS = ((5, "分工清楚，站一个半小时也不累。"), (4, "要是有个挡雨的棚子就更好了。"))


def add(timeline: Timeline, world: World, company: Company) -> None:
    now, day = world.now, dt.timedelta(days=1)
    for code, days, count in ((STAGE, 6, 6), (ENTRANCE, 5, len(STAYS)), (CLOTHES, 4, 7)):
        timeline.add(now - days * day, _sign_up, company, code, count)
    _add_entrance(timeline, world)
    _add_stage(timeline, world)
    _add_today(timeline, world)


def _sign_up(world: World, company: Company, code: str, count: int) -> None:
    date = _date(world, code)
    people = company.take(date, count, with_known=code != STAGE)
    world.there[code] = people
    for person in people:
        activities.sign_up(actor=world.actor(person), occurrence_id=date.id)


def _date(world: World, code: str) -> Any:
    return dates_of(world, code)[0]


def _planned(world: World, code: str, days_ago: int) -> dt.datetime:
    return clock.at_local(world.plan.today - dt.timedelta(days=days_ago), facts.arranged()[code].start)


def _add_entrance(timeline: Timeline, world: World) -> None:
    """Two days ago: recorded from the check-ins, somebody objects, some give stars."""
    begin = _planned(world, ENTRANCE, 2)
    timeline.add(begin - 60 * MINUTE, _open_door, ENTRANCE)
    for place, (came, left) in enumerate(STAYS):
        timeline.add(begin + came * MINUTE, _come, ENTRANCE, place)
        if left is not None:
            timeline.add(begin + left * MINUTE, _leave, ENTRANCE, place)
    timeline.add(begin + 170 * MINUTE, _record)
    timeline.add(begin + 6 * 60 * MINUTE, _rate)
    timeline.add(begin + 7 * 60 * MINUTE, _object)


def _add_stage(timeline: Timeline, world: World) -> None:
    begin = _planned(world, STAGE, 3)
    timeline.add(begin + 14 * 60 * MINUTE, _propose)


def _add_today(timeline: Timeline, world: World) -> None:
    """It began a while ago: five of seven are there, one has left, the list is printed, a screen hangs there."""
    now = world.now
    timeline.add(now - 100 * MINUTE, _print_list)
    timeline.add(now - 90 * MINUTE, _open_door, CLOTHES)
    for place, ago in enumerate(CAME_AGO, 1):  # the first is the known volunteer, still on the way
        timeline.add(now - ago * MINUTE, _come, CLOTHES, place)
    timeline.add(now - 4 * MINUTE, _leave, CLOTHES, 2)
    timeline.add(now - dt.timedelta(days=3), _hang_screen)


def _open_door(world: World, code: str) -> None:
    attendance.open_door(actor=leader(world), occurrence_id=_date(world, code).id)


def _come(world: World, code: str, place: int) -> None:
    _mark(world, code, place, attendance.check_in)


def _leave(world: World, code: str, place: int) -> None:
    _mark(world, code, place, attendance.check_out)


def _mark(world: World, code: str, place: int, deed: Any) -> None:
    """By the person's own phone, or by the leader who scans the card."""
    if place >= len(world.there[code]):
        return
    person, way = world.there[code][place], WAYS[place % len(WAYS)]
    actor = leader(world) if way == CARD else world.actor(person)
    deed(actor=actor, occurrence_id=_date(world, code).id, person_id=world.people[person], way=way)


def _record(world: World) -> None:
    """As the check-ins say; whoever forgot to leave stayed until the end."""
    plan = planned.load(_date(world, ENTRANCE).id)
    assert plan is not None
    call = roll_call.fresh(plan)
    for line in call.lines:
        if line.is_open:
            line.attendance = STAYED
    hours.record(actor=leader(world), occurrence_id=plan.id, marks=roll_call.settled(call).marks())


def _rate(world: World) -> None:
    date, people = _date(world, ENTRANCE), world.there[ENTRANCE]
    for person, (stars, words) in zip(people[2:], WORDS, strict=False):
        rate_date(actor=world.actor(person), occurrence_id=date.id, stars=stars, words=words)
    rate_people(
        actor=leader(world),
        occurrence_id=date.id,
        stars={world.people[person]: 5 for person in people[1:3]},
    )


def _object(world: World) -> None:
    """The one whose presence was too short to count."""
    person = world.actor(world.there[ENTRANCE][0])
    object_to(actor=person, occurrence_id=_date(world, ENTRANCE).id, text=OBJECTION)


def _propose(world: World) -> None:
    """Nine hours are more than a day may have (R036): community staff are asked."""
    marks = [hours.Mark(world.people[person], "present") for person in world.there[STAGE]]
    propose(actor=leader(world), occurrence_id=_date(world, STAGE).id, marks=marks, reason=WHY_SO_LONG)


def _print_list(world: World) -> None:
    hours.print_roster(actor=leader(world), occurrence_id=_date(world, CLOTHES).id)


def _hang_screen(world: World) -> None:
    place = facts.arranged()[CLOTHES].place
    attendance.make_screen(actor=world.on_duty(STAFF, HOME), area_id=world.areas[HOME], place=place)
