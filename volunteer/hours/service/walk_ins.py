"""Who came without having signed up: no way round the rules for minors, nor to somebody's whole name.

What is dangerous gives no hours to anybody under 18, signed up or not: it may have become so later.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from flask_babel import lazy_gettext as _l

from volunteer.core import formats
from volunteer.core.errors import Refused
from volunteer.hours.models import ABSENT, EXCUSED
from volunteer.hours.planned import Planned
from volunteer.hours.service.credit import Mark
from volunteer.people.queries import with_guardian
from volunteer.people.rules import is_minor


class TooDangerous(Refused):
    """R009: who could not sign up is not added afterwards either."""

    sentence = _l("这项活动有危险，%(name)s未满 18 周岁，不能加进名单。")


class NoHoursInDanger(Refused):
    """R009: signed up, or sharing a place, before the activity was said to be dangerous."""

    sentence = _l("这项活动有危险，%(name)s未满 18 周岁，不能记时长。这位请记“请假”。")


class NeedsGuardian(Refused):
    """R008."""

    sentence = _l("%(name)s未满 18 周岁，还没有监护人同意，不能加进名单。请监护人先到社区服务台登记。")


def called(person: Any) -> str:
    """By name who signed up; a walk-in is masked until recorded (R142)."""
    return str(person.name if person.sign_up_id is not None else formats.masked_name(person.name))


def refuse_minors(plan: Planned, marks: Sequence[Mark], people: Mapping[int, Any]) -> None:
    """Anybody under 18 on that day in what is dangerous; walk-ins without a guardian's consent; mostly nobody."""
    came = [people[mark.person_id] for mark in marks if mark.attendance not in (EXCUSED, ABSENT)]
    minors = [person for person in came if is_minor(person.born_on, plan.day)]
    if plan.is_dangerous and minors:
        refusal = TooDangerous if minors[0].sign_up_id is None else NoHoursInDanger
        raise refusal(name=called(minors[0]))
    walk_ins = [person for person in minors if person.sign_up_id is None]
    agreed = with_guardian([person.id for person in walk_ins]) if walk_ins else ()
    for person in walk_ins:
        if person.id not in agreed:
            raise NeedsGuardian(name=called(person))
