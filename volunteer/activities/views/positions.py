"""Positions of a series, arranged after it was published."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import wtforms
from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import lazy_gettext as _l
from flask_login import current_user, login_required

from volunteer.activities import managed, service
from volunteer.activities.models import Position
from volunteer.activities.planning import plan_words, plans, requirements, who_parts
from volunteer.activities.planning.plans import Post
from volunteer.activities.planning.post_form import PositionForm
from volunteer.activities.planning.requirements import Requirement
from volunteer.activities.planning.series_form import UNITS
from volunteer.activities.planning.who_form import needs_choices
from volunteer.activities.service.planning import positions as positions_of
from volunteer.activities.signing import chains
from volunteer.activities.views import meanwhile, pages
from volunteer.core import transaction
from volunteer.core.database import db
from volunteer.core.errors import NotFound, Refused
from volunteer.core.forms import Form, WholeNumber, required
from volunteer.core.i18n import gettext as _
from volunteer.core.i18n import ngettext
from volunteer.credentials import queries as credentials


class QuotaForm(Form):
    quota = WholeNumber(_l("改成几个人"), least=1, most=plans.MOST_PLACES, validators=[required()])
    with_dates = wtforms.BooleanField(_l("已经排好的日期也照着改"), default=True)


def offer_needs(form: Any, row: Any, asked: Sequence[Requirement] = ()) -> None:
    """What can be asked for in the area of the series, and what is asked for already."""
    form.needs.choices = needs_choices(credentials.known_names(row.area_path), asked)


@pages.route("/series/<int:series_id>/positions", methods=["GET", "POST"])
@login_required
def positions(series_id: int) -> ResponseReturnValue:
    row = managed.series(current_user, series_id)
    form = PositionForm()
    offer_needs(form, row)
    if form.validate_on_submit():
        try:
            service.add_position(actor=current_user, series_id=series_id, post=_post(form))
            flash(_("岗位加好了，后面的场次都有它。"), "success")
            return redirect(url_for("activities.positions", series_id=series_id), 303)
        except Refused as refusal:
            form.refuse(_at_name(refusal))
    if form.is_submitted():
        transaction.give_up()
    return _positions_page(row, form), 422 if form.errors else 200


def _post(form: PositionForm) -> Post:
    limits = form.limits()
    return Post(
        name=form.name.data,
        capacity=form.capacity.data or 0,
        minimum_age=limits.minimum_age,
        sex_needed=limits.sex_needed,
        minimum_minutes=limits.minimum_minutes,
        members_only=limits.members_only,
        requirements=form.requirements(),
        sex_reason=form.sex_reason.data or "",
    )


def _at_name(refusal: Refused) -> Refused:
    """Refusals about positions speak of the rows of the large form; here there is one, by its name."""
    if refusal.field == "positions":
        refusal.field = "capacity" if isinstance(refusal, plans.PositionTooLarge) else "name"
    return refusal


def _positions_page(
    row: Any, form: PositionForm, quota: QuotaForm | None = None, quota_of: int | None = None
) -> str:
    rows = positions_of.of_series(row.id)
    wanted = requirements.of_positions([position.id for position in rows])
    shown = [(position, plan_words.post(position, wanted[position.id])) for position in rows]
    return render_template(
        "activities/arranging/positions.html",
        series=row,
        form=form,
        who_parts=who_parts.parts(form),
        units=UNITS,
        positions=shown,
        quota=quota,
        quota_of=quota_of,
        quota_forms={position.id: _quota_form(position) for position in rows},
        mark=meanwhile.mark,
        others=chains.others(row.id),
    )


def _quota_form(position: Position) -> QuotaForm:
    return QuotaForm(formdata=None, data={"quota": position.capacity, "with_dates": True})


@pages.post("/positions/<int:position_id>/quota")
@login_required
def change_quota(position_id: int) -> ResponseReturnValue:
    series_id = series_of(position_id)
    managed.hold(series_id)
    row = managed.series(current_user, series_id)
    form = QuotaForm(data={"quota": db.session.get_one(Position, position_id).capacity})
    is_stale = meanwhile.is_stale(form)
    if not is_stale and form.validate_on_submit():
        try:
            left = service.change_quota(
                actor=current_user,
                position_id=position_id,
                capacity=form.quota.data or 0,
                with_dates=form.with_dates.data,
            )
            if left:
                flash(
                    ngettext(
                        "改好了。有 %(count)s 场报这个岗位的人已经更多，那几场没有改。",
                        "改好了。有 %(count)s 场报这个岗位的人已经更多，那几场没有改。",
                        left,
                    )
                    % {"count": left},
                    "warning",
                )
            else:
                flash(_("名额改好了。"), "success")
            return redirect(url_for("activities.positions", series_id=row.id), 303)
        except Refused as refusal:
            refusal.field = "quota"
            form.refuse(refusal)
    transaction.give_up()
    fresh = PositionForm(formdata=None)
    offer_needs(fresh, row)
    return _positions_page(row, fresh, form, position_id), meanwhile.status(form, is_stale)


@pages.post("/positions/<int:position_id>/end")
@login_required
def end_position(position_id: int) -> ResponseReturnValue:
    row = managed.series(current_user, series_of(position_id))
    try:
        service.end_position(actor=current_user, position_id=position_id)
        flash(_("这个岗位不再招人了，已经报上的照旧。"), "success")
    except Refused as refusal:
        transaction.give_up()
        flash(refusal.message, "error")
    return redirect(url_for("activities.positions", series_id=row.id), 303)


def series_of(position_id: int) -> int:
    position = db.session.get(Position, position_id)
    if position is None:
        raise NotFound
    return position.series_id
