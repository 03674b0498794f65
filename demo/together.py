"""Who arranges with whom: standing sign-ups, pairs, stand-ins, swaps, the waiting list, companions, reports."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any, NamedTuple

from demo.arrangements import CALLS, GUTTERS, MARKET, READING, dates_of, leader
from demo.company import Company
from demo.programme import Date
from demo.timeline import Timeline
from demo.world import World
from volunteer.activities import service as activities
from volunteer.activities.service.signing.insuring import insure
from volunteer.activities.signing.companions import Guest
from volunteer.activities.together import regulars
from volunteer.attendance import service as attendance
from volunteer.core import clock

REGULAR, FULL = "w-green", "w-homework"
GUESTS = (Guest("小满", is_child=True), Guest("谷雨的奶奶"))
WAITING = 4
NEAR = dt.timedelta(hours=26)
AT_MARKET = {
    "理发": ("haircut", 3),
    "修伞磨刀": ("repair", 1),
    "登记引导": (None, 4),
    "照相": ("photography", 1),
}
CALLED = (
    "给 3 楼的周奶奶和 5 楼的伍爷爷打了电话，都挺好，伍爷爷的药周五要去拿。",
    "打了两个，陈奶奶没接，明天再打一次。",
)


def add(timeline: Timeline, world: World, company: Company) -> None:
    now, hour = world.now, dt.timedelta(hours=1)
    timeline.add(now - 30 * 24 * hour, _always_come, company)
    timeline.add(now - 30 * hour, _keep_reading_room, company)
    timeline.add(now - 29 * hour, _stand_at_market, company)
    timeline.add(now - 28 * hour, _climb_roof, company)
    timeline.add(now - 20 * hour, _bring_guests, company)
    timeline.add(now - 18 * hour, _make_calls, company)
    timeline.add(now - 3 * hour, _tell_of_calls, company)
    timeline.add(now - 2 * hour, _wait_for_place, company)
    timeline.add(now - dt.timedelta(minutes=2), _give_regular_places)


def _always_come(world: World, company: Company) -> None:
    """Three every week; one of them is away for three weeks."""
    people = [company.known, *company.some(2)]
    ids = [
        activities.begin_regular(actor=world.actor(person), series_id=world.series[REGULAR])
        for person in people
    ]
    until = world.plan.today + dt.timedelta(days=21)
    activities.pause_regular(actor=world.actor(people[-1]), regular_id=ids[-1], until=until)


def _give_regular_places(world: World) -> None:
    """What the scheduler does every minute."""
    for occurrence_id in regulars.due(clock.now()):
        activities.sign_up_regulars(occurrence_id)


def _keep_reading_room(world: World, company: Company) -> None:
    """Four mornings: a pair, somebody who looks for a stand-in, a swap and a question to the known volunteer."""
    first, second, third, fourth = [row for row in dates_of(world, READING) if row.shift == 0][:4]
    _share(world, company, first)
    places = _sign_up(world, second, company.take(second, 3, fits=company.is_member, with_known=True))
    activities.ask_stand_in(
        actor=world.actor(places[-1].person),
        occurrence_id=second.id,
        note="那天要陪孩子打疫苗，开门登记就行。",
    )
    _ask_swap(world, company, third, places[0])
    [asker] = _sign_up(world, fourth, company.take(fourth, 1))
    partner = world.people[company.known]
    activities.ask_partner(actor=world.actor(asker.person), occurrence_id=fourth.id, person_id=partner)


def _ask_swap(world: World, company: Company, date: Any, theirs: Place) -> None:
    """Of two teammates."""
    others = company.take(date, 2, fits=company.is_member)
    places = [place for place in _sign_up(world, date, others) if place.person != theirs.person]
    activities.ask_swap(
        actor=world.actor(places[0].person),
        occurrence_id=date.id,
        their_sign_up_id=theirs.id,
        note="我那天临时要出差，跟您换一天行吗？",
    )


def _share(world: World, company: Company, date: Any) -> None:
    """Two who agreed: either of them comes."""
    holder, partner = company.take(date, 2)
    [place] = _sign_up(world, date, [holder])
    activities.ask_partner(actor=world.actor(holder), occurrence_id=date.id, person_id=world.people[partner])
    activities.answer_partner(actor=world.actor(partner), sign_up_id=place.id, agrees=True)


def _stand_at_market(world: World, company: Company) -> None:
    """Who can cut hair cuts hair; one post stays as good as full, another nearly empty."""
    date = dates_of(world, MARKET)[0]
    for post in regulars.positions(world.series[MARKET]):
        skill, count = AT_MARKET[post.name]

        def fits(person: int, skill: str | None = skill) -> bool:
            return skill is None or skill in world.plan.people[person].skills

        _sign_up(world, date, company.take(date, count, fits=fits), position_id=post.id)


def _climb_roof(world: World, company: Company) -> None:
    """Five go up, three of them have their insurance entered."""
    date = dates_of(world, GUTTERS)[0]
    places = _sign_up(world, date, company.take(date, 5))
    insure(
        actor=leader(world),
        occurrence_id=date.id,
        person_ids=[world.people[place.person] for place in places[:3]],
        insurer="中国人保",
        policy_number="DEMO-2019-000173",
    )


def _bring_guests(world: World, company: Company) -> None:
    date = _coming(world, REGULAR)
    for person in company.take(date, 1):
        activities.sign_up(actor=world.actor(person), occurrence_id=date.id, companions=GUESTS)


def _make_calls(world: World, company: Company) -> None:
    """A task of these days: four take it; one report is confirmed, one waits for the leader."""
    date = dates_of(world, CALLS)[0]
    _sign_up(world, date, [company.known, *company.some(3)])


def _tell_of_calls(world: World, company: Company) -> None:
    date = dates_of(world, CALLS)[0]
    for person, minutes, note in zip(company.some(2), (40, 25), CALLED, strict=True):
        written = attendance.report_task(
            actor=world.actor(person),
            occurrence_id=date.id,
            did_on=clock.local(date.starts_at).date(),
            minutes=minutes,
            note=note,
        )
        if minutes == 40:
            attendance.confirm_task(
                actor=leader(world), occurrence_id=date.id, report_id=written.id, minutes=minutes
            )


def _wait_for_place(world: World, company: Company) -> None:
    """A full date: some wait, then one signs off, and the first in line has a place offered."""
    date = _coming(world, FULL)
    for person in company.take(date, WAITING, with_known=True):
        activities.join_line(actor=world.actor(person), occurrence_id=date.id)
    leaves = next(row for row in _planned(world, FULL) if row.starts_at == date.starts_at).sign_ups[-1]
    activities.sign_off(actor=world.actor(leaves), occurrence_id=date.id, reason="家里来了客人。")


def _coming(world: World, code: str) -> Any:
    """The first planned date that is not the next day's: those near the start have no waiting list."""
    at = next(row.starts_at for row in _planned(world, code) if row.starts_at > world.now + NEAR)
    return next(row for row in dates_of(world, code) if row.starts_at == at)


def _planned(world: World, code: str) -> list[Date]:
    return next(series.dates for series in world.programme if series.fact.code == code)


class Place(NamedTuple):
    person: int
    id: int


def _sign_up(
    world: World, date: Any, people: Sequence[int], *, position_id: int | None = None
) -> list[Place]:
    return [
        Place(
            person,
            activities.sign_up(actor=world.actor(person), occurrence_id=date.id, position_id=position_id),
        )
        for person in people
    ]
