"""Who may manage activities and act for others."""

from __future__ import annotations

from typing import Any

import pytest

from volunteer.activities import policy
from volunteer.people.identity import Actor, Anonymous, Role

HERE, ELSEWHERE = "/1/2/", "/1/3/"


def somebody(*roles: Role) -> Actor:
    import datetime as dt

    return Actor(1, "V1", "陈小明", 2, HERE, dt.date(1970, 5, 4), roles=roles)


def over(name: str, path: str = HERE) -> Actor:
    return somebody(Role(name, "area", 2, path))


PUBLISHING = frozenset({"publish"})
LEADER = somebody(Role("leader", "team", 7, rights=PUBLISHING))
DEPUTY = somebody(Role("deputy", "team", 7, rights=PUBLISHING))
WHO_CALLS_THE_ROLL = somebody(Role("deputy", "team", 7, rights=frozenset({"record"})))
DEPUTY_WITHOUT = somebody(Role("deputy", "team", 7, rights=frozenset({"message"})))
OTHER_LEADER = somebody(Role("leader", "team", 8, rights=PUBLISHING))


@pytest.mark.parametrize(
    ("actor", "manages", "sees", "acts"),
    [
        (Anonymous(), False, False, False),
        (somebody(), False, False, False),
        (LEADER, True, True, True),
        (DEPUTY, True, True, True),
        (WHO_CALLS_THE_ROLL, False, True, False),
        (DEPUTY_WITHOUT, False, False, False),
        (OTHER_LEADER, False, False, False),
        (over("community_staff"), True, True, True),
        (over("community_staff", ELSEWHERE), False, False, False),
        (over("subdistrict_staff", "/1/"), True, True, True),
        (over("counter_clerk"), False, False, True),
        (over("counter_clerk", ELSEWHERE), False, False, False),
        (over("auditor"), False, True, False),
        (over("system_admin", "/1/"), True, True, True),
    ],
)
def test_who_may_do_what(actor: Any, manages: bool, sees: bool, acts: bool) -> None:
    scope = {"team_path": "/7/", "area_path": HERE}
    assert policy.may_manage(actor, **scope) is manages
    assert policy.may_create_series(actor, **scope) is manages
    assert policy.may_see_participants(actor, **scope) is sees
    assert policy.may_act_for_another(actor, **scope, person_area_path=HERE) is acts


def test_staff_act_for_people_of_their_area_at_any_activity() -> None:
    clerk = over("counter_clerk")
    assert policy.may_act_for_another(clerk, team_path="/9/", area_path=ELSEWHERE, person_area_path=HERE)
    assert not policy.may_act_for_another(clerk, team_path="/9/", area_path=HERE, person_area_path=ELSEWHERE)
