"""The leader, or the tablet at the counter, reads cards: one field for coming and leaving."""

from __future__ import annotations

from typing import Any

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user, login_required

from volunteer.acting.queries import person_by_card
from volunteer.activities import details
from volunteer.attendance import queries, rules, service, standing
from volunteer.attendance.forms import CardForm
from volunteer.attendance.models import BY_LEADER, CARD
from volunteer.attendance.views import pages
from volunteer.core import clock, transaction
from volunteer.core.errors import NotFound, Refused
from volunteer.core.i18n import gettext as _
from volunteer.people import queries as people

MOST_FOUND = 20


@pages.route("/activities/<int:occurrence_id>/scan", methods=["GET", "POST"])
@login_required
def scan_cards(occurrence_id: int) -> ResponseReturnValue:
    date = service.date_to_lead(current_user, occurrence_id)
    form = CardForm()
    if not form.is_submitted():
        return _page(date, form)
    if form.validate() and (found := _who(form, occurrence_id)) is not None:
        person_id, way = found
        try:
            service.scan(actor=current_user, occurrence_id=occurrence_id, person_id=person_id, way=way)
            return _back(occurrence_id)
        except NotFound:
            form.who.errors = [_("没有找到这位志愿者，请核对后再试。")]
        except Refused as refusal:
            form.who.errors = [refusal.message]
    transaction.give_up()
    return _page(date, form), 422


@pages.post("/activities/<int:occurrence_id>/scan/<int:check_in_id>/take-back")
@login_required
def take_back(occurrence_id: int, check_in_id: int) -> ResponseReturnValue:
    date = service.date_to_lead(current_user, occurrence_id)
    try:
        service.take_back(actor=current_user, occurrence_id=occurrence_id, check_in_id=check_in_id)
    except Refused as refusal:
        problem = refusal.message
        transaction.give_up()
        return _page(date, CardForm(formdata=None), problem=problem), refusal.status
    flash(_("撤回了。"), "success")
    return _back(occurrence_id)


def _who(form: CardForm, occurrence_id: int) -> tuple[int, str] | None:
    """(person, way) of what was scanned or typed; otherwise the form says why not.

    Of several with the same name the one who is signed up is meant.
    """
    text = form.who.data or ""
    if (holder_id := person_by_card(text)) is not None:
        return holder_id, CARD
    ids = [one.id for one in people.find(text, exact=True, limit=MOST_FOUND)]
    if len(ids) > 1:
        ids = sorted(details.signed_up_among(occurrence_id, ids)) or ids
    if len(ids) == 1:
        return ids[0], BY_LEADER
    form.who.errors = [
        _("有几位志愿者符合，请改用志愿者编号。") if ids else _("没有找到这位志愿者，请核对后再试。")
    ]
    return None


def _back(occurrence_id: int) -> ResponseReturnValue:
    return redirect(url_for("attendance.scan_cards", occurrence_id=occurrence_id), 303)


def _page(date: Any, form: CardForm, *, problem: str | None = None) -> str:
    now = clock.now()
    is_here, came = queries.counts(date.id)
    marks = queries.latest(date.id)
    return render_template(
        "attendance/scan.html",
        date=date,
        form=form,
        problem=problem,
        closed=standing.refusal_of_date(date, now),
        now=now,
        marks=marks,
        is_fresh=bool(marks) and not form.errors and now - marks[0].at < rules.JUST_NOW,
        is_here=is_here,
        came=came,
    )
