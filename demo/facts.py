"""The facts of `demo/lugu` and the words of `demo/words`, read from their tables."""

from __future__ import annotations

import csv
import datetime as dt
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from volunteer.activities.repeating.recurrence import Rule, dates_between

HERE = Path(__file__).resolve().parent


@dataclass(frozen=True)
class AreaFact:
    code: str
    parent: str
    level: str
    name: str
    name_en: str


@dataclass(frozen=True)
class TeamFact:
    code: str
    area: str
    kind: str
    name: str
    name_en: str
    focus: str


@dataclass(frozen=True)
class Activity:
    """A series to be published: a reported one, or a weekly one of our own."""

    code: str
    area: str
    team: str
    category: str
    title: str
    title_en: str
    content: str
    place: str
    risk: str
    starts: dt.datetime  # wall clock of the sub-district
    minutes: int
    recurrence: str | None
    lunar: str | None
    capacity: int
    attended: int | None  # as reported
    least: int  # our own guess: so many take part at least
    most: int
    offset: str | None = None
    on_holiday: str = "keep"
    on_makeup: str = "keep"
    most_companions: int = 0
    regular_places: int = 0


@dataclass(frozen=True)
class Words:
    """What is said about a series that shows one thing that can be arranged; when it is stands in the code."""

    category: str
    title: str
    title_en: str
    content: str
    place: str
    risk: str
    start: dt.time
    minutes: int
    capacity: int


@dataclass(frozen=True)
class WishWords:
    """An invented wish: what hangs on the wall, and who wished it."""

    kind: str
    area: str
    text: str
    wisher: str
    price_yuan: int | None
    skill: str | None
    weekday: int | None
    part: str | None


@dataclass(frozen=True)
class Goods:
    code: str
    name: str
    name_en: str
    price_points: int


def rows(path: str) -> list[dict[str, str]]:
    """The rows of one of our tables, by its path inside `demo/`."""
    with (HERE / path).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@lru_cache(maxsize=1)
def areas() -> tuple[AreaFact, ...]:
    return tuple(
        AreaFact(row["code"], row["parent"], row["level"], row["name_zh"], row["name_en"])
        for row in rows("lugu/areas.csv")
    )


def communities() -> tuple[AreaFact, ...]:
    return tuple(area for area in areas() if area.level == "community")


@lru_cache(maxsize=1)
def teams() -> tuple[TeamFact, ...]:
    return tuple(
        TeamFact(row["code"], row["area"], row["kind"], row["name_zh"], row["name_en"], row["focus"])
        for row in rows("lugu/teams.csv")
    )


@lru_cache(maxsize=1)
def figures() -> dict[str, int]:
    """The published figures by key."""
    return {row["key"]: int(row["value"]) for row in rows("lugu/figures.csv")}


@lru_cache(maxsize=1)
def reported() -> tuple[Activity, ...]:
    """The activities of the reports, with words of our own for what the reports leave out."""
    words = {row["code"]: row for row in rows("words/activities.csv")}
    return tuple(_activity(row | words[row["code"]]) for row in rows("lugu/activities.csv"))


def weekly(first_week: dt.date) -> tuple[Activity, ...]:
    """Our own weekly activities, the first one in the week of `first_week`."""
    return tuple(_weekly(row, first_week) for row in rows("words/weekly.csv"))


def yearly(before: dt.date) -> tuple[Activity, ...]:
    """Our own activities of the Chinese calendar, begun with their last date before that day."""
    return tuple(_yearly(row, before) for row in rows("words/yearly.csv"))


@lru_cache(maxsize=1)
def arranged() -> dict[str, Words]:
    """The words of the series of `demo/arrangements.py`, by code."""
    return {
        row["code"]: Words(
            category=row["category"],
            title=row["title"],
            title_en=row["title_en"],
            content=row["content"],
            place=row["place"],
            risk=row["risk"],
            start=dt.time.fromisoformat(row["start"]),
            minutes=int(row["minutes"]),
            capacity=int(row["capacity"]),
        )
        for row in rows("words/arranged.csv")
    }


@lru_cache(maxsize=1)
def wishes() -> tuple[WishWords, ...]:
    return tuple(
        WishWords(
            kind=row["kind"],
            area=row["area"],
            text=row["text"],
            wisher=row["wisher"],
            price_yuan=_number(row["price_yuan"]),
            skill=row["skill"] or None,
            weekday=_number(row["weekday"]),
            part=row["part"] or None,
        )
        for row in rows("words/wishes.csv")
    )


@lru_cache(maxsize=1)
def goods() -> tuple[Goods, ...]:
    return tuple(
        Goods(row["code"], row["name"], row["name_en"], int(row["price_points"]))
        for row in rows("words/goods.csv")
    )


def _activity(row: dict[str, str]) -> Activity:
    starts, ends = dt.datetime.fromisoformat(row["starts"]), dt.datetime.fromisoformat(row["ends"])
    return Activity(
        code=row["code"],
        area=row["area"],
        team=row["team"],
        category=row["category"],
        title=row["title_zh"],
        title_en=row["title_en"],
        content=row["content"],
        place=row["place"],
        risk=row["risk"],
        starts=starts,
        minutes=(ends - starts) // dt.timedelta(minutes=1),
        recurrence=row["recurrence"] or None,
        lunar=row["lunar"] or None,
        capacity=int(row["capacity"]),
        attended=_number(row["attended"]),
        least=int(row["least"]),
        most=int(row["most"]),
        on_holiday=row["on_holiday"],
    )


def _weekly(row: dict[str, str], first_week: dt.date) -> Activity:
    weekday = int(row["weekday"])
    first = first_week + dt.timedelta(days=(weekday - first_week.weekday()) % 7)
    day = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")[weekday]
    return _own(
        row,
        first,
        recurrence=f"FREQ=WEEKLY;BYDAY={day}",
        on_holiday=row["on_holiday"],
        on_makeup=row["on_makeup"],
        most_companions=int(row["most_companions"]),
        regular_places=int(row["regular_places"]),
    )


def _yearly(row: dict[str, str], before: dt.date) -> Activity:
    """A year of the Chinese calendar has 384 days at most."""
    begin = before - dt.timedelta(days=385)
    rule = Rule(begin, dt.time(), 1, lunar=row["lunar"], offset=row["offset"])
    last = dates_between(rule, begin, before)[-1]
    return _own(row, last, lunar=row["lunar"], offset=row["offset"])


def _own(row: dict[str, str], first: dt.date, **rule: Any) -> Activity:
    return Activity(
        code=row["code"],
        area=row["area"],
        team=row["team"],
        category=row["category"],
        title=row["title"],
        title_en=row["title_en"],
        content=row["content"],
        place=row["place"],
        risk=row["risk"],
        starts=dt.datetime.combine(first, dt.time.fromisoformat(row["start"])),
        minutes=int(row["minutes"]),
        capacity=int(row["capacity"]),
        attended=None,
        least=int(row["least"]),
        most=int(row["most"]),
        **{"recurrence": None, "lunar": None, **rule},
    )


def _number(text: str) -> int | None:
    return int(text) if text else None
