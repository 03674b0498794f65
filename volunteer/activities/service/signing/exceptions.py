"""What a sign-up meets, and what of it may be passed with a reason: the hours of signing up, and the day's limits."""

from __future__ import annotations

import datetime as dt
from typing import Any

from flask_babel import lazy_gettext as _l

from volunteer.activities import policy
from volunteer.activities.signing import refusals, standing
from volunteer.activities.signing.of_another import worded
from volunteer.activities.signing.refusals import NoPlace
from volunteer.activities.signing.standing import Standing
from volunteer.people.identity import Actor


class SayWhyAfterClosing(refusals.Closed):
    sentence = _l("报名已经在%(when)s截止。您是负责人，确实要加他，请写明理由。")
    field = "override_reason"


class SayWhyBeforeOpening(refusals.NotOpen):
    sentence = _l("报名还没有开始，%(when)s开放。您是负责人，确实要先给他报，请写明理由。")
    field = "override_reason"


_SAY_WHY: dict[type[NoPlace], type[NoPlace]] = {
    refusals.Closed: SayWhyAfterClosing,
    refusals.NotOpen: SayWhyBeforeOpening,
}
_LIMITS = (refusals.DayLimit, refusals.TooLittleRest)


def may_pass_limits(actor: Actor, row: Any) -> bool:
    """Who signs others up by office may let them do more in a day or rest less, with a reason."""
    return policy.may_act_for_another(
        actor, team_path=row.team_path, area_path=row.area_path, person_area_path=row.person_area_path
    )


def check(actor: Actor, found: Standing, now: dt.datetime, *, reason: str, **asked: Any) -> bool:
    """Refuse for the first reason there is; says whether anything was passed by who may.

    Whoever manages the date may pass its hours for another, and who signs others up by office the limits
    of the day. `asked` goes to `standing.availability`.
    """
    open_to: dict[str, Any] = {}
    while True:
        answer = standing.availability(found, now, **asked, **open_to)
        if answer.refusal is None:
            return bool(open_to)
        kind = type(answer.refusal)
        way = _may_be_passed(kind, actor, found)
        if way is None or not reason.strip():
            raise _said(answer.refusal, actor, found, asks=way is not None)
        open_to[way] = False


def _may_be_passed(kind: type, actor: Actor, found: Standing) -> str | None:
    """Which question of `standing.availability` is not asked then."""
    if kind in _LIMITS and may_pass_limits(actor, found):
        return "has_limits"
    is_hers = policy.may_manage(actor, team_path=found.team_path, area_path=found.area_path)
    return "has_hours" if kind in _SAY_WHY and is_hers and actor.id != found.who.id else None


def _said(refusal: Any, actor: Actor, found: Standing, *, asks: bool) -> Any:
    kind = _SAY_WHY.get(type(refusal)) if asks else None
    return worded(refusal, actor, found.who.id) if kind is None else kind(**refusal.values)
