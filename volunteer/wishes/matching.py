"""Who could fulfil a wish: suggestions with their reasons, and the best assignment of many wishes.

Plain values only. Everything that a score is made of is a `Reason`, and `say`
puts it into words, so that whoever decides can see why a person stands where
they stand. Nothing here decides: staff and volunteers do.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from flask_babel import lazy_gettext as _l

from volunteer.core.i18n import gettext as _
from volunteer.wishes.assignment import assign

__all__ = [
    "Candidate",
    "PartOfDay",
    "Reason",
    "Slot",
    "Suggestion",
    "WishNeed",
    "assign",
    "say",
    "score",
    "steps_between",
    "suggest",
]

PartOfDay = Literal["morning", "afternoon", "evening"]
Slot = tuple[int, PartOfDay]  # 0 is Monday
Kind = Literal["skill", "distance", "free_time", "load"]

# The most points for each kind; together 100.
SKILL_POINTS, DISTANCE_POINTS, FREE_TIME_POINTS, LOAD_POINTS = 40, 30, 20, 10
POINTS_LOST_PER_STEP = 6
_PARTS_OF_DAY: tuple[PartOfDay, ...] = ("morning", "afternoon", "evening")


@dataclass(frozen=True, slots=True)
class WishNeed:
    """`area_path` holds the ids from the sub-district down to the grid: '/1/5/22/'."""

    wish_id: int
    area_path: str
    skills: frozenset[str] = frozenset()
    slots: frozenset[Slot] = frozenset()


@dataclass(frozen=True, slots=True)
class Candidate:
    """`capacity` is how many wishes a person looks after at a time; `active_claims` how many now."""

    person_id: int
    area_path: str
    skills: frozenset[str] = frozenset()
    slots: frozenset[Slot] = frozenset()
    active_claims: int = 0
    capacity: int = 1


@dataclass(frozen=True, slots=True)
class Reason:
    """One part of a score. What `count` and `of` count depends on the kind; see `say`."""

    kind: Kind
    points: int
    count: int
    of: int = 0
    skills: tuple[str, ...] = ()
    slots: tuple[Slot, ...] = ()


@dataclass(frozen=True, slots=True)
class Suggestion:
    person_id: int
    score: int
    reasons: tuple[Reason, ...]


def score(need: WishNeed, candidate: Candidate) -> Suggestion:
    """At most 100 points. What the wish does not ask for gives neither points nor a reason."""
    reasons = [_distance(need.area_path, candidate.area_path), _load(candidate)]
    if need.slots:
        reasons.insert(1, _free_time(need.slots, candidate.slots))
    if need.skills:
        reasons.insert(0, _skill(need.skills, candidate.skills))
    return Suggestion(candidate.person_id, sum(reason.points for reason in reasons), tuple(reasons))


def suggest(need: WishNeed, candidates: Iterable[Candidate], limit: int = 5) -> list[Suggestion]:
    """The best `limit` who have room for another wish, best first; equal scores by person id."""
    scored = [
        score(need, candidate) for candidate in candidates if candidate.active_claims < candidate.capacity
    ]
    return sorted(scored, key=lambda suggestion: (-suggestion.score, suggestion.person_id))[:limit]


def say(reason: Reason) -> str:
    """The reason as a sentence for staff, in their language."""
    if reason.kind == "skill":
        return _say_skill(reason)
    if reason.kind == "distance":
        return _say_distance(reason)
    if reason.kind == "free_time":
        if not reason.slots:
            return _("空闲时间和心愿人的对不上。")
        return _("都有空的时间：%(slots)s。", slots=_listed(_say_slot(slot) for slot in reason.slots))
    if not reason.count:
        return _("手上没有别的心愿。")
    return _("手上有 %(count)s 个心愿，最多可以接 %(most)s 个。", count=reason.count, most=reason.of)


def steps_between(one: str, other: str) -> int:
    """How many steps up and down the area tree lie between two places."""
    ones, others = _ids(one), _ids(other)
    return len(ones) + len(others) - 2 * _shared(ones, others)


def _skill(wanted: frozenset[str], offered: frozenset[str]) -> Reason:
    shared = tuple(sorted(wanted & offered))
    return Reason("skill", SKILL_POINTS * len(shared) // len(wanted), len(shared), len(wanted), skills=shared)


def _distance(one: str, other: str) -> Reason:
    steps = steps_between(one, other)
    points = max(0, DISTANCE_POINTS - POINTS_LOST_PER_STEP * steps)
    return Reason("distance", points, steps, _shared(_ids(one), _ids(other)))


def _free_time(wanted: frozenset[Slot], offered: frozenset[Slot]) -> Reason:
    """One shared time is worth half, the rest goes by the share of the wished times."""
    shared = tuple(sorted(wanted & offered, key=lambda slot: (slot[0], _PARTS_OF_DAY.index(slot[1]))))
    half = FREE_TIME_POINTS // 2
    points = half + half * len(shared) // len(wanted) if shared else 0
    return Reason("free_time", points, len(shared), len(wanted), slots=shared)


def _load(candidate: Candidate) -> Reason:
    free = max(0, candidate.capacity - candidate.active_claims)
    points = LOAD_POINTS * free // candidate.capacity if candidate.capacity > 0 else 0
    return Reason("load", points, candidate.active_claims, candidate.capacity)


def _ids(path: str) -> list[str]:
    return path.strip("/").split("/")


def _shared(ones: list[str], others: list[str]) -> int:
    shared = 0
    for one, other in zip(ones, others, strict=False):
        if one != other:
            break
        shared += 1
    return shared


_SAME = (_l("不在同一个街道。"), _l("在同一个街道。"), _l("在同一个社区。"), _l("在同一个网格。"))
_WEEKDAYS = (_l("周一"), _l("周二"), _l("周三"), _l("周四"), _l("周五"), _l("周六"), _l("周日"))


def _say_skill(reason: Reason) -> str:
    if not reason.skills:
        return _("没有登记心愿需要的技能。")
    if reason.count == reason.of:
        return _("会心愿需要的：%(skills)s。", skills=_listed(reason.skills))
    return _(
        "会心愿需要的 %(of)s 项里的 %(count)s 项：%(skills)s。",
        of=reason.of,
        count=reason.count,
        skills=_listed(reason.skills),
    )


def _say_distance(reason: Reason) -> str:
    """`of` is the depth of the smallest area that both share."""
    return str(_SAME[min(reason.of, len(_SAME) - 1)])


def _say_slot(slot: Slot) -> str:
    weekday, part = _WEEKDAYS[slot[0]], slot[1]
    if part == "morning":
        return _("%(weekday)s上午", weekday=weekday)
    if part == "afternoon":
        return _("%(weekday)s下午", weekday=weekday)
    return _("%(weekday)s晚上", weekday=weekday)


def _listed(items: Iterable[str]) -> str:
    first, *rest = items
    for item in rest:
        first = _("%(items)s、%(item)s", items=first, item=item)
    return first
