"""Micro-wishes of the last year: collected, verified, claimed, fulfilled and followed up; a few still open."""

from __future__ import annotations

import datetime as dt
import random
from collections.abc import Callable
from dataclasses import dataclass

from demo import facts, names
from demo.plan import HOME, SEED, STAFF, Plan, known_on
from demo.timeline import Timeline
from demo.world import World
from volunteer.core import clock
from volunteer.people.identity import Actor
from volunteer.wishes import service as wishes
from volunteer.wishes.rules import CONSENT_VERSION

OPEN_AT_THE_END = 4  # one claimed, two on the wall, one to verify: the last rows of the table
FIRST, LAST = 310, 13  # days ago: when the first and the last fulfilled wish was collected
NOT_VISITED_YET = dt.timedelta(days=5)  # follow-ups of the last days are still to be made
PROBLEMS = {20: "鞋码小了一号，换一双再来。", 44: "修好两天又松了，再看一看。"}
HOW = ("电话核实，社区网格员上门看过", "入户走访时核实", "和本人通过电话", "楼栋长陪同上门核实")
NOTES = {
    "goods": (
        "送到家里，当场拆开试了，很合用。",
        "和邻居一起送去的，老人家泡了茶。",
        "放学时交到孩子手里，笑得合不拢嘴。",
    ),
    "service": (
        "一个上午弄好了，临走把工具收拾干净。",
        "修好了，还教了怎么用。",
        "办好了，约好下个月再来看看。",
    ),
    "company": ("一起待了一下午，说好下次再来。", "走得慢，聊得多，送到家门口才走。", "约好以后每周都来。"),
}
STREETS = ("谷苑路", "枫林小区", "桐梓坡路", "麓景家园", "东方红路", "青山新村")
Moments = dict[str, dt.datetime]


@dataclass
class Story:
    """One wish with those who have to do with it."""

    place: int  # in the table, from 1
    words: facts.WishWords
    area: str
    contact_name: str
    contact_phone: str
    address: str
    wisher: int | None
    claimer: int
    is_assigned: bool
    moments: Moments
    wish_id: int = 0
    follow_up_id: int = 0


def plan(the_plan: Plan, now: dt.datetime) -> list[Story]:
    """What becomes of each wish, and when."""
    rng = random.Random(SEED + 3)
    table = facts.wishes()
    fulfilled = the_plan.size.wishes - OPEN_AT_THE_END
    chosen = [*table[:fulfilled], *table[-OPEN_AT_THE_END:]]
    return [_story(rng, the_plan, now, place, words, fulfilled) for place, words in enumerate(chosen, 1)]


def _story(
    rng: random.Random, the_plan: Plan, now: dt.datetime, place: int, words: facts.WishWords, fulfilled: int
) -> Story:
    codes = the_plan.size.communities
    area = words.area if words.area in codes else HOME if words.area else codes[place % len(codes)]
    moments = _moments(rng, now, place, fulfilled)
    neighbours = _adults(the_plan, area, moments["collect"])
    wisher, claimer = rng.sample(neighbours, 2)
    born_on = dt.date(rng.randint(1940, 1990), 1, 1)
    registered = place % 6 == 0
    return Story(
        place,
        words,
        area,
        contact_name=the_plan.people[wisher].name if registered else names.name(rng, born_on),
        contact_phone=the_plan.people[wisher].phone if registered else names.phone(9000 + place),
        address=f"{rng.choice(STREETS)}{rng.randint(2, 98)}号{rng.randint(1, 12)}栋{rng.randint(101, 604)}",
        wisher=wisher if registered else None,
        claimer=claimer,
        is_assigned=place % 5 == 0,
        moments=moments,
    )


def _adults(the_plan: Plan, area: str, moment: dt.datetime) -> list[int]:
    day = clock.local(moment).date()
    return [
        person
        for person, who in enumerate(the_plan.people)
        if who.community == area
        and who.is_adult_on(day)
        and known_on(who, the_plan.today) < day
        and person not in the_plan.staff
    ]


def _moments(rng: random.Random, now: dt.datetime, place: int, fulfilled: int) -> Moments:
    """When each step is taken; a step that would lie in the future is not taken yet."""

    def ago(days: int, hour: int) -> dt.datetime:
        day = clock.local(now).date() - dt.timedelta(days=days)
        return clock.at_local(day, dt.time(hour, rng.randrange(60)))

    if place > fulfilled:
        return _open_moments(ago, place - fulfilled)
    collected = FIRST - (FIRST - LAST) * (place - 1) // max(fulfilled - 1, 1)
    claimed = collected - 1 - rng.randint(1, 3)
    done = claimed - rng.randint(2, 5)
    confirmed = done - 1
    followed_up = confirmed - 7 - rng.randint(1, 4)
    steps = {
        "collect": ago(collected, 9),
        "verify": ago(collected - 1, 15),
        "claim": ago(claimed, 12),
        "get_in_touch": ago(claimed, 19),
        "fulfil": ago(done, 17),
        "confirm": ago(confirmed, 10),
        "follow_up": ago(followed_up, 14),
    }
    if place == fulfilled:
        del steps["confirm"], steps["follow_up"]  # the wisher has not answered yet
    visits_until = now - NOT_VISITED_YET
    return {
        name: moment
        for name, moment in steps.items()
        if moment < (visits_until if name == "follow_up" else now)
    }


def _open_moments(ago: Callable[[int, int], dt.datetime], place: int) -> Moments:
    if place == 1:
        return {"collect": ago(8, 9), "verify": ago(7, 15), "claim": ago(4, 8)}  # and has not called yet
    if place == OPEN_AT_THE_END:
        return {"collect": ago(1, 16)}
    return {"collect": ago(8 - place, 10), "verify": ago(6 - place, 15)}


def add(timeline: Timeline, stories: list[Story]) -> None:
    for story in stories:
        for name, moment in story.moments.items():
            timeline.add(moment, _STEPS[name], story)
        if story.place in PROBLEMS and "follow_up" in story.moments:
            _add_second_try(timeline, story)


def _add_second_try(timeline: Timeline, story: Story) -> None:
    """The visit found a problem: the same volunteer comes again, and then all is well."""
    begin = story.moments["follow_up"]
    for days, step in ((3, _fulfil), (4, _confirm), (12, _close)):
        timeline.add(begin + dt.timedelta(days=days), step, story)


def _staff(world: World, story: Story) -> Actor:
    return world.on_duty(STAFF, story.area)


def _collect(world: World, story: Story) -> None:
    words = story.words
    wish = wishes.collect(
        actor=_staff(world, story),
        for_other=True,
        area_id=world.areas[story.area],
        wisher_id=None if story.wisher is None else world.people[story.wisher],
        kind=words.kind,
        public_text=words.text,
        wisher_words=words.wisher,
        price_yuan=words.price_yuan,
        wanted_skill=words.skill,
        wanted_weekday=words.weekday,
        wanted_part=words.part,
        contact_name=story.contact_name,
        contact_phone=story.contact_phone,
        address=story.address,
        consent_version=CONSENT_VERSION,
    )
    story.wish_id = wish.id


def _verify(world: World, story: Story) -> None:
    wishes.verify(actor=_staff(world, story), wish_id=story.wish_id, how=HOW[story.place % len(HOW)])


def _claim(world: World, story: Story) -> None:
    if story.is_assigned:
        person_id = world.people[story.claimer]
        wishes.claim(actor=_staff(world, story), wish_id=story.wish_id, person_id=person_id)
    else:
        wishes.claim(actor=world.actor(story.claimer), wish_id=story.wish_id)


def _get_in_touch(world: World, story: Story) -> None:
    wishes.get_in_touch(actor=world.actor(story.claimer), wish_id=story.wish_id)


def _fulfil(world: World, story: Story) -> None:
    notes = NOTES[story.words.kind]
    wishes.fulfil(
        actor=world.actor(story.claimer),
        wish_id=story.wish_id,
        fulfilled_on=clock.today(),
        note=notes[story.place % len(notes)],
    )


def _confirm(world: World, story: Story) -> None:
    wisher = _staff(world, story) if story.wisher is None else world.actor(story.wisher)
    story.follow_up_id = wishes.confirm(actor=wisher, wish_id=story.wish_id, how="phone").id


def _follow_up(world: World, story: Story) -> None:
    if story.place in PROBLEMS:
        wishes.follow_up(
            actor=_staff(world, story),
            follow_up_id=story.follow_up_id,
            result="problem",
            note=PROBLEMS[story.place],
        )
    else:
        _close(world, story)


def _close(world: World, story: Story) -> None:
    wishes.follow_up(
        actor=_staff(world, story),
        follow_up_id=story.follow_up_id,
        result="satisfied",
        note="电话回访，很满意。",
    )


_STEPS = {
    "collect": _collect,
    "verify": _verify,
    "claim": _claim,
    "get_in_touch": _get_in_touch,
    "fulfil": _fulfil,
    "confirm": _confirm,
    "follow_up": _follow_up,
}
