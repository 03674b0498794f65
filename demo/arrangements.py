"""Series that show what can be arranged: shifts, positions, a task of the week, danger, a holiday to decide.

All of the Firefly team; who takes part stands in `together` and `doors`.
"""

from __future__ import annotations

import datetime as dt
from typing import Any

import sqlalchemy as sa

from demo import facts
from demo.plan import FIREFLY, HOME, STAFF
from demo.programme import known_calendar
from demo.timeline import Timeline
from demo.world import World
from volunteer.activities import service as activities
from volunteer.activities.models import ASK, FLEXIBLE, SKIP, Occurrence
from volunteer.activities.planning.plans import Plan, Post
from volunteer.activities.planning.requirements import Requirement
from volunteer.activities.repeating.recurrence import Rule, Shift
from volunteer.core import clock
from volunteer.core.database import db
from volunteer.people.identity import Actor

READING, MARKET, CALLS, GUTTERS, PATROL, CLOTHES, ENTRANCE, STAGE = (
    "a-reading-room", "a-market", "a-calls", "a-gutters", "a-patrol", "a-winter-clothes", "a-entrance", "a-stage",
)  # fmt: skip
PUBLISHED = dt.timedelta(days=12)
BEGAN = dt.timedelta(minutes=40)  # today's date, so long before now
QUARTER = 15
_DAY = dt.timedelta(days=1)
_WEEKDAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
POSTS = (
    Post("理发", 4, name_en="Haircuts", requirements=(Requirement("skill", "haircut"),)),
    Post("修伞磨刀", 3, name_en="Umbrellas and knives", requirements=(Requirement("skill", "repair"),)),
    Post("登记引导", 6, name_en="Welcome desk", minimum_age=16),
    Post("照相", 1, name_en="Photographs", requirements=(Requirement("skill", "photography"),)),
)
THEMES = ("读一本薄薄的书", "给远方写一封信")


def add(timeline: Timeline, world: World) -> None:
    for code, rule, more in _series(world):
        timeline.add(world.now - PUBLISHED, _publish, code, rule, more)
    timeline.add(world.now - dt.timedelta(days=6), _set_themes)
    timeline.add(world.now - dt.timedelta(days=5), _keep_template)


def leader(world: World) -> Actor:
    return world.actor(world.plan.teams[FIREFLY].leader)


def dates_of(world: World, code: str) -> list[Any]:
    """All dates of a series, shifts included, the first one first."""
    statement = sa.select(Occurrence.id, Occurrence.starts_at, Occurrence.ends_at, Occurrence.shift)
    rows = db.session.execute(statement.where(Occurrence.series_id == world.series[code]))
    return sorted(rows, key=lambda row: (row.starts_at, row.id))


def began_today(world: World) -> dt.time:
    """When the date began that is going on: at a full quarter of an hour, not before midnight."""
    now = clock.local(world.now)
    minutes = max(0, (now.hour * 60 + now.minute - BEGAN // dt.timedelta(minutes=1)) // QUARTER * QUARTER)
    return dt.time(minutes // 60, minutes % 60)


def _series(world: World) -> list[tuple[str, Rule, dict[str, Any]]]:
    today = world.plan.today
    tomorrow, yesterday = today + _DAY, today - _DAY
    soon = tomorrow + dt.timedelta(days=2)
    sunday = soon + dt.timedelta(days=(6 - soon.weekday()) % 7)
    return [
        (
            READING,
            _rule(
                READING,
                tomorrow,
                rrule="FREQ=WEEKLY;BYDAY=TU,TH",
                shifts=(Shift(dt.time(14), 150),),
                on_holiday=SKIP,
            ),
            {"takes_pairs": True, "minimum_people": 2},
        ),
        (MARKET, _rule(MARKET, soon, rrule="FREQ=MONTHLY;BYDAY=2SU"), {"positions": POSTS}),
        (CALLS, _rule(CALLS, yesterday, rrule=_weekly(yesterday)), {"kind": FLEXIBLE, "window_days": 7}),
        (GUTTERS, _rule(GUTTERS, sunday), {"is_dangerous": True}),
        (PATROL, _rule(PATROL, *_next_holiday(tomorrow), on_holiday=ASK), {}),
        (CLOTHES, _rule(CLOTHES, today, start=began_today(world)), {}),
        (ENTRANCE, _rule(ENTRANCE, today - 2 * _DAY), {}),
        (STAGE, _rule(STAGE, today - 3 * _DAY), {}),
    ]


def _rule(
    code: str, starts_on: dt.date, rrule: str | None = None, *, start: dt.time | None = None, **more: Any
) -> Rule:
    words = facts.arranged()[code]
    return Rule(starts_on, start or words.start, words.minutes, rrule, **more)


def _weekly(day: dt.date) -> str:
    return f"FREQ=WEEKLY;BYDAY={_WEEKDAYS[day.weekday()]}"


def _next_holiday(after: dt.date) -> tuple[dt.date, str]:
    """The next public holiday and the rule of its weekday: that date waits for somebody to decide."""
    calendar = known_calendar(after, after + dt.timedelta(days=365))
    day = next(day for ahead in range(1, 365) if calendar.is_holiday(day := after + ahead * _DAY))
    return day, _weekly(day)


def _publish(world: World, code: str, rule: Rule, more: dict[str, Any]) -> None:
    words, by = facts.arranged()[code], leader(world)
    row = activities.create_series(
        actor=by,
        team_id=world.teams[FIREFLY],
        plan=Plan(
            title=words.title,
            title_en=words.title_en,
            category=words.category,
            content=words.content,
            place=words.place,
            risk_statement=words.risk,
            person_in_charge_id=by.id,
            rule=rule,
            capacity=words.capacity,
            **more,
        ),
        code=code,
    )
    world.series[code] = row.id
    world.learn_occurrences(code)


def _set_themes(world: World) -> None:
    """Of this month and the next, as of the day on which the demo is loaded."""
    first = world.plan.today.replace(day=1)
    following = (first + dt.timedelta(days=32)).replace(day=1)
    activities.set_themes(
        actor=leader(world),
        series_id=world.series["w-homework"],
        texts=dict(zip((first, following), THEMES, strict=True)),
    )


def _keep_template(world: World) -> None:
    activities.keep_as_template(
        actor=world.on_duty(STAFF, HOME),
        series_id=world.series["w-chess"],
        name="陪老人的下午（两小时，八个人）",
    )
