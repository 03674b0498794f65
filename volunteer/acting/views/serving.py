"""The counter: finding somebody who stands there, and what may be done for that person."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from flask import render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import lazy_gettext as _l
from flask_login import current_user, login_required

from volunteer.acting import policy
from volunteer.acting.queries import number_by_card
from volunteer.acting.views import pages
from volunteer.acting.views.loading import open_served, served
from volunteer.core import inputs, transaction
from volunteer.core.errors import NotAllowed
from volunteer.core.formkey import without_form_key
from volunteer.people import queries
from volunteer.people.policy import may_see_record
from volunteer.people.service import access

MOST_FOUND = 20


@dataclass(frozen=True)
class Hit:
    """Somebody found, masked; where the reader goes on from here, nowhere for the own record."""

    person: queries.Found
    href: str | None


@pages.route("/desk/serve", methods=["GET", "POST"])
@login_required
@without_form_key
def find_served() -> ResponseReturnValue:
    """What is searched for is posted, for names and phones do not belong into addresses; nothing is stored."""
    paths = policy.serving_paths(current_user)
    if not paths:
        raise NotAllowed
    transaction.give_up()  # a POST, but it only reads: nobody waits for it
    text = inputs.clean(request.form.get("q", ""), longest=200)
    number = number_by_card(text)
    found = queries.find(number or text, area_paths=paths, exact=True, limit=MOST_FOUND + 1)
    return render_template(
        "acting/find_served.html",
        text=number or text,
        hits=[Hit(person, _href(person)) for person in found[:MOST_FOUND]],
        has_more=len(found) > MOST_FOUND,
    )


@pages.get("/desk/people/<int:person_id>/serve")
@login_required
def serve(person_id: int) -> ResponseReturnValue:
    """What the counter may do for this person; of somebody under 18 the number alone (条例 36)."""
    person, area = served(person_id)
    if is_open := access.may_open(current_user, person):
        person, area = open_served(person_id, page="serve")
    return render_template(
        "acting/serve.html", person=person, area=area, is_open=is_open, deeds=_deeds(person_id)
    )


def _deeds(person_id: int) -> list[tuple[Any, Any, str]]:
    """What, a word beside it, and where."""
    return [
        (
            _l("邻里卡和六位密码"),
            _l("做卡、再打印、挂失、换密码"),
            url_for("acting.card", person_id=person_id),
        ),
        (
            _l("谁来帮忙办事，换大字"),
            _l("登记帮办人、去掉帮办人、换大字"),
            url_for("acting.desk_helpers", person_id=person_id),
        ),
        (_l("代报名，先选活动"), _l("在活动那一页填居民的编号"), url_for("activities.home")),
        (_l("给居民兑换的物品"), _l("扫邻里卡或取货码"), url_for("points.counter")),
    ]


def _href(person: queries.Found) -> str | None:
    """Whoever may open the record finds everything there; nobody serves themselves."""
    if may_see_record(current_user, person.area.path):
        return url_for("people.record", person_id=person.id)
    is_own = person.id == current_user.id
    return None if is_own else url_for("acting.serve", person_id=person.id)
