"""Laying dates over a rule, on plain values."""

from __future__ import annotations

import datetime as dt

from volunteer.activities.changing import editing
from volunteer.activities.changing.editing import (
    CANCEL,
    CAPACITY,
    KEEP,
    MOVE,
    PLACE,
    TIME,
    Dated,
    Look,
    Target,
)

DAY = dt.timedelta(days=1)
FIRST = dt.date(2026, 12, 1)


def moment(day: dt.date, hour: int = 15) -> dt.datetime:
    return dt.datetime.combine(day, dt.time(hour), tzinfo=dt.UTC)


def date(n: int, *, hour: int = 15, **more: object) -> Dated:
    """The n-th day from the first, with its own id."""
    day = FIRST + n * DAY
    look = Look(moment(day, hour), moment(day, hour + 1), "广场", 10)
    return Dated(**{"id": n, "number": n, "original_on": day, "shift": 0, "look": look} | more)  # type: ignore[arg-type]


def target(n: int, *, hour: int = 15, shift: int = 0) -> Target:
    day = FIRST + n * DAY
    return Target(day, shift, day, {"starts_at": moment(day, hour), "ends_at": moment(day, hour + 1)})


def lay(
    dates: list[Dated], targets: list[Target], place: str = "广场", capacity: int = 10
) -> editing.Outcome:
    return editing.lay(dates, targets, place=place, capacity=capacity)


def test_a_date_whose_day_the_rule_still_gives_stays_on_it() -> None:
    outcome = lay([date(0, people=3, taken=3)], [target(0, hour=9)])
    [change] = outcome.changes
    assert (change.is_lost, change.is_moved, change.after and change.after.starts_at) == (
        False,
        True,
        moment(FIRST, 9),
    )
    assert outcome.made == ()


def test_own_fields_stay_and_the_others_follow() -> None:
    own = date(0, own=frozenset({TIME, CAPACITY}))
    [change] = lay([own], [target(0, hour=9)], place="二楼", capacity=3).changes
    assert change.after == Look(own.look.starts_at, own.look.ends_at, "二楼", 10)
    [change] = lay([date(0, own=frozenset({PLACE}))], [target(0)], place="二楼").changes
    assert change.after
    assert change.after.place == "广场"


def test_a_date_moved_by_hand_stays_wherever_the_rule_goes() -> None:
    outcome = lay([date(0, own=frozenset({TIME}), people=1, taken=1)], [target(1)])
    [change] = outcome.changes
    assert (change.is_lost, change.is_moved, change.target) == (False, False, None)
    assert [made.original_on for made in outcome.made] == [FIRST + DAY]


def test_who_has_people_gets_the_nearest_day_before_the_empty_ones() -> None:
    outcome = lay([date(0), date(7, people=2, taken=2)], [target(8)])
    offers = {change.date.id: change.offer and change.offer.original_on for change in outcome.changes}
    assert offers == {0: None, 7: FIRST + 8 * DAY}
    assert [change.date.id for change in outcome.dropped] == [0]


def test_of_two_days_equally_near_it_is_the_later_one() -> None:
    [change] = lay([date(3, people=1, taken=1)], [target(2), target(4)]).changes
    assert change.offer
    assert change.offer.original_on == FIRST + 4 * DAY


def test_the_own_shift_comes_first_however_near_the_other_is() -> None:
    [change] = lay([date(0, people=1, taken=1)], [target(1, shift=1), target(5)]).changes
    assert change.offer
    assert change.offer.key == (FIRST + 5 * DAY, 0)


def test_nothing_is_moved_by_more_than_a_month() -> None:
    [change] = lay([date(0, people=1, taken=1)], [target(32)]).changes
    assert change.offer is None
    assert change.is_lost


def test_what_is_chosen_for_a_date_that_lost_its_day() -> None:
    outcome = lay([date(0, people=1, taken=1)], [target(1)])
    kept, moved, cancelled = (outcome.chosen({0: choice}) for choice in (KEEP, MOVE, CANCEL))
    assert (kept.changes[0].is_moved, len(kept.made)) == (False, 1)
    assert (moved.changes[0].is_moved, len(moved.made)) == (True, 0)
    assert (cancelled.changes[0].is_cancelled, cancelled.changes[0].after, len(cancelled.made)) == (
        True,
        None,
        1,
    )
    assert not kept.changes[0].is_cancelled


def test_to_move_where_no_day_is_free_is_to_stay() -> None:
    [change] = lay([date(0, people=1, taken=1)], []).chosen({0: MOVE}).changes
    assert (change.choice, change.after and change.after.starts_at) == (KEEP, moment(FIRST))


def test_who_only_waits_is_not_left_out() -> None:
    assert lay([date(0, waiting=1)], []).changes[0].is_lost
    assert lay([date(0)], []).changes[0].is_dropped


def test_a_date_left_out_comes_back_on_its_own_day_only() -> None:
    back, gone = lay([date(0, is_gone=True), date(1, is_gone=True)], [target(0), target(2)]).changes
    assert back.after is not None
    assert (gone.after, gone.is_dropped) == (None, False)


def test_the_digest_changes_with_what_is_shown() -> None:
    one = lay([date(0, people=1, taken=1)], [target(0, hour=9)])
    more = lay([date(0, people=2, taken=2)], [target(0, hour=9)])
    other = lay([date(0, people=1, taken=1)], [target(0, hour=10)])
    assert len({one.shown, more.shown, other.shown}) == 3
    assert one.shown == lay([date(0, people=1, taken=1)], [target(0, hour=9)]).shown
    lost = lay([date(0, people=1, taken=1)], [target(1)])
    assert lost.shown == lost.chosen({0: CANCEL}).shown
