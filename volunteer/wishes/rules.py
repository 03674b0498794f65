"""What may become of a wish, and what each refusal says. Plain values only.

A problem found at the follow-up visit brings a confirmed wish back: to the
same volunteer (`resume`) or, when staff decide so, to the wall (`reopen`);
docs/decisions/wish-after-a-problem.md tells why staff choose.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from flask_babel import lazy_gettext as _l

from volunteer.core.errors import Refused
from volunteer.core.i18n import gettext as _
from volunteer.people.rules import ADULT_FROM
from volunteer.people.rules import is_minor as is_minor  # asked here too, by the same rule
from volunteer.wishes import models as m
from volunteer.wishes.matching import PartOfDay, Slot

CONSENT_VERSION = "2026-11"  # of the words on the form that asks for consent to publication
CLAIMS_AT_A_TIME = 3  # who looks after so many wishes is not suggested for another
PARTS: tuple[PartOfDay, ...] = ("morning", "afternoon", "evening")
CONFIRM_WAYS = ("phone", "visit", "counter")

# Where staff look for a wish: one tab each, in the order of the work.
TABS: dict[str, tuple[str, ...]] = {
    "collected": (m.COLLECTED,),
    "published": (m.PUBLISHED,),
    "claimed": (m.CLAIMED,),
    "fulfilled": (m.FULFILLED,),
    "confirmed": (m.CONFIRMED,),
    "closed": (m.CLOSED,),
    "aside": (m.REFUSED, m.REFERRED, m.TAKEN_DOWN),
}
# What everybody may know of: being or having been on the wall (R118, R128).
PUBLIC_STATES = (m.PUBLISHED, m.CLAIMED, m.FULFILLED, m.CONFIRMED, m.CLOSED)
DONE_STATES = (m.FULFILLED, m.CONFIRMED, m.CLOSED)


class StillToVerify(Refused):
    sentence = _l("这个心愿还在核实，公布以后才能办这一步。")


class NotVerified(Refused):
    sentence = _l("这个心愿没有通过核实。需要重新办理，请先由工作人员退回到待核实。")


class Referred(Refused):
    sentence = _l("这个心愿已经转介到别的渠道办理。")


class OnTheWall(Refused):
    sentence = _l("这个心愿在心愿墙上，现在没有人认领。")


class AlreadyClaimed(Refused):
    sentence = _l("这个心愿已经有人认领了。心愿墙上还有别的心愿在等您。")


class AlreadyFulfilled(Refused):
    sentence = _l("这个心愿已经送到，正在等心愿人确认。")


class AlreadyConfirmed(Refused):
    sentence = _l("心愿人已经确认收到，接下来由工作人员回访。")


class AlreadyClosed(Refused):
    sentence = _l("这个心愿已经办结了。")


class TakenDown(Refused):
    sentence = _l("这个心愿已经从心愿墙上撤下了。")


REFUSALS: dict[str, type[Refused]] = {
    m.COLLECTED: StillToVerify,
    m.REFUSED: NotVerified,
    m.REFERRED: Referred,
    m.PUBLISHED: OnTheWall,
    m.CLAIMED: AlreadyClaimed,
    m.FULFILLED: AlreadyFulfilled,
    m.CONFIRMED: AlreadyConfirmed,
    m.CLOSED: AlreadyClosed,
    m.TAKEN_DOWN: TakenDown,
}


@dataclass(frozen=True)
class Transition:
    sources: tuple[str, ...]
    target: str


TRANSITIONS: dict[str, Transition] = {
    "publish": Transition((m.COLLECTED,), m.PUBLISHED),
    "refuse": Transition((m.COLLECTED,), m.REFUSED),
    "refer": Transition((m.COLLECTED,), m.REFERRED),
    "amend": Transition((m.PUBLISHED,), m.PUBLISHED),
    "claim": Transition((m.PUBLISHED,), m.CLAIMED),
    "get_in_touch": Transition((m.CLAIMED,), m.CLAIMED),
    "cancel_claim": Transition((m.CLAIMED,), m.PUBLISHED),
    "revoke_claim": Transition((m.CLAIMED,), m.PUBLISHED),
    "fulfil": Transition((m.CLAIMED,), m.FULFILLED),
    "deny": Transition((m.FULFILLED,), m.CLAIMED),
    "confirm": Transition((m.FULFILLED,), m.CONFIRMED),
    "close": Transition((m.CONFIRMED,), m.CLOSED),
    "resume": Transition((m.CONFIRMED,), m.CLAIMED),
    "reopen": Transition((m.CONFIRMED,), m.PUBLISHED),
    "take_down": Transition((m.COLLECTED, m.PUBLISHED, m.CLAIMED), m.TAKEN_DOWN),
    "restore": Transition((m.REFUSED, m.REFERRED, m.TAKEN_DOWN), m.COLLECTED),
}


def after(verb: str, state: str) -> str:
    """The state that follows; a verb that does not fit the state is refused by the state's name."""
    transition = TRANSITIONS[verb]
    if state not in transition.sources:
        raise REFUSALS[state]
    return transition.target


def may_follow(verb: str, state: str) -> bool:
    """Whether the verb fits the state: to show a button or not."""
    return state in TRANSITIONS[verb].sources


class TooDear(Refused):
    sentence = _l("约 %(price)s 元，超过了上限 %(ceiling)s 元。请转介到别的渠道，不要公布在心愿墙上。")
    field = "price_yuan"


def check_price(price_yuan: int | None, ceiling: int) -> None:
    """R117: dearer wishes are referred elsewhere."""
    if price_yuan is not None and price_yuan > ceiling:
        raise TooDear(price=price_yuan, ceiling=ceiling)


class FulfilledInFuture(Refused):
    sentence = _l("实现的日期不能晚于今天。")
    field = "fulfilled_on"


class FulfilledBeforeClaim(Refused):
    sentence = _l("实现的日期不能早于认领的那天（%(claimed_on)s）。")
    field = "fulfilled_on"


def check_fulfilled_on(fulfilled_on: dt.date, *, claimed_on: dt.date, today: dt.date) -> None:
    if fulfilled_on > today:
        raise FulfilledInFuture
    if fulfilled_on < claimed_on:
        raise FulfilledBeforeClaim(claimed_on=claimed_on.isoformat())


def adults_born_by(today: dt.date) -> dt.date:
    """Whoever was born on this day or before is of age today."""
    try:
        return today.replace(year=today.year - ADULT_FROM)
    except ValueError:  # 29 February in a common year
        return today.replace(year=today.year - ADULT_FROM, day=28)


def wish_number(n: int) -> str:
    return f"{n:04d}"


def wanted_slots(weekday: int | None, part: str | None) -> frozenset[Slot]:
    """The times that suit the wisher: a weekday alone means the whole day, a part alone any day."""
    if weekday is None and part is None:
        return frozenset()
    weekdays = range(7) if weekday is None else (weekday,)
    return frozenset((day, one) for day in weekdays for one in PARTS if part in (None, one))


WEEKDAYS = (_l("周一"), _l("周二"), _l("周三"), _l("周四"), _l("周五"), _l("周六"), _l("周日"))
_ANY_DAY = {"morning": _l("上午有空"), "afternoon": _l("下午有空"), "evening": _l("晚上有空")}


def free_time(weekday: int | None, part: str | None) -> str:
    """'周三下午有空', or nothing when the wisher did not say."""
    if weekday is None:
        return str(_ANY_DAY[part]) if part else ""
    day = str(WEEKDAYS[weekday])
    if part == "morning":
        return _("%(weekday)s上午有空", weekday=day)
    if part == "afternoon":
        return _("%(weekday)s下午有空", weekday=day)
    if part == "evening":
        return _("%(weekday)s晚上有空", weekday=day)
    return _("%(weekday)s有空", weekday=day)
