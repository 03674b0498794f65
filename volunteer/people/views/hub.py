"""What can be done from a person's page: pages of several slices, linked as far as they are there."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from flask import current_app, url_for
from flask_babel import lazy_gettext as _l
from flask_login import current_user

from volunteer.areas.models import Area
from volunteer.people import policy, staff_queries
from volunteer.people.models import ACTIVE, DISABLED, WAITING, Person
from volunteer.people.service import access


@dataclass(frozen=True)
class Act:
    """A link, or a button that posts at once (`is_button`)."""

    text: Any
    href: str
    is_button: bool = False


def acts(person: Person, area: Area) -> list[Act]:
    """What the reader may do with this person's record, the usual first."""
    works_here = policy.may_reveal(current_user, area.path)
    lives = works_here and person.status in (ACTIVE, WAITING)
    serves = lives and current_user.id != person.id
    restores = serves and _may_restore(person.id)
    lets_in = restores and not policy.helps(current_user, person.id)
    offers = (
        (serves and person.verified_at is None, "people.verify", _l("核对身份证件")),
        (serves and access.is_minor(person), "people.guardian", _l("登记监护人同意")),
        (serves and person.status == WAITING, "people.reject", _l("退回这份登记")),
        (serves and person.status == ACTIVE, "activities.home", _l("代报名，先选活动")),
        (serves, "acting.card", _l("邻里卡和六位密码")),
        (serves, "acting.desk_helpers", _l("谁来帮忙办事，换大字")),
        (True, "credentials.of_person", _l("培训、资格和表彰")),
        (restores, "privacy.correct_for", _l("更正登记的信息")),
        (serves, "privacy.record_consents", _l("代改同意的事")),
        (lives, "people.slip", _l("打印这位居民的编号条")),
        (lives, "people.move", _l("搬家，换社区")),
        (works_here, "privacy.duplicates", _l("查重复登记")),
        (serves, "privacy.close_for", _l("本人要求注销账户")),
        (lets_in, "safety.counter_reset", _l("重设登录密码")),
        (lets_in and person.has_second_factor, "safety.counter_remove_factor", _l("清掉第二步验证")),
    )
    found = (_act(endpoint, text, person.id) for may, endpoint, text in offers if may)
    return [act for act in found if act is not None]


def _may_restore(person_id: int) -> bool:
    """A colleague is helped in again only by somebody who may give each of the colleague's roles."""
    return all(
        policy.may_grant(current_user, role, path, person_id)
        for role, path in staff_queries.roles_of(person_id)
    )


def status_act(person: Person, area: Area) -> Act | None:
    """Disabling or enabling; both pages ask for a reason."""
    if not may_disable(person, area):
        return None
    if person.status == DISABLED:
        return _act("people.enable", _l("重新启用账户"), person.id)
    lives = person.status in (ACTIVE, WAITING)
    return _act("people.disable", _l("停用账户"), person.id) if lives else None


def may_disable(person: Person, area: Area) -> bool:
    return policy.may_disable(current_user, person.id, area.path, staff_queries.roles_of(person.id))


def _act(endpoint: str, text: Any, person_id: int) -> Act | None:
    """None when no slice of this installation has such a page."""
    if endpoint not in current_app.view_functions:
        return None
    rule = next(current_app.url_map.iter_rules(endpoint))
    values: dict[str, Any] = {"person_id": person_id} if "person_id" in rule.arguments else {}
    if rule.arguments - set(values):
        return None
    is_button = "GET" not in (rule.methods or set())
    return Act(text, url_for(endpoint, **values), is_button)
