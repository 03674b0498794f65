"""What is arranged for a series after it was published: positions and limits."""

from __future__ import annotations

from typing import Any

import wtforms
from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import lazy_gettext as _l
from flask_login import current_user, login_required

from volunteer.activities import details, policy, service
from volunteer.activities.models import Position
from volunteer.activities.planning import fitting, plan_words, plans, requirements, who_parts
from volunteer.activities.planning.plans import Post
from volunteer.activities.planning.post_form import PositionForm
from volunteer.activities.planning.series_form import UNITS
from volunteer.activities.planning.who_form import LimitsForm, needs_choices
from volunteer.activities.service.planning import positions as positions_of
from volunteer.activities.views import pages
from volunteer.core import transaction
from volunteer.core.database import db
from volunteer.core.errors import NotFound, Refused
from volunteer.core.forms import Form, WholeNumber, required
from volunteer.core.i18n import gettext as _
from volunteer.core.i18n import ngettext
from volunteer.credentials import queries as credentials


class QuotaForm(Form):
    quota = WholeNumber(_l("改成几个人"), least=1, most=100_000, validators=[required()])
    with_dates = wtforms.BooleanField(_l("已经排好的日期也照着改"), default=True)


def managed(series_id: int) -> Any:
    """The series, for who manages it; nobody else learns that there is such a page."""
    row = details.series(series_id)
    if not policy.may_manage(current_user, team_path=row.team_path, area_path=row.area_path):
        raise NotFound
    return row


def known(row: Any) -> Any:
    return needs_choices(credentials.known_names(row.area_path))


@pages.route("/series/<int:series_id>/positions", methods=["GET", "POST"])
@login_required
def positions(series_id: int) -> ResponseReturnValue:
    row = managed(series_id)
    form = PositionForm()
    form.needs.choices = known(row)
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
    )


def _quota_form(position: Position) -> QuotaForm:
    return QuotaForm(formdata=None, data={"quota": position.capacity, "with_dates": True})


@pages.post("/positions/<int:position_id>/quota")
@login_required
def change_quota(position_id: int) -> ResponseReturnValue:
    row = managed(series_of(position_id))
    form = QuotaForm()
    if form.validate_on_submit():
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
    fresh.needs.choices = known(row)
    return _positions_page(row, fresh, form, position_id), 422


@pages.post("/positions/<int:position_id>/end")
@login_required
def end_position(position_id: int) -> ResponseReturnValue:
    row = managed(series_of(position_id))
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


@pages.route("/series/<int:series_id>/limits", methods=["GET", "POST"])
@login_required
def limits(series_id: int) -> ResponseReturnValue:
    """Change who may come; before it is done the page says who no longer fits, and nobody is dropped (R022)."""
    row = managed(series_id)
    form = _limits_form(row)
    if form.validate_on_submit():
        wanted = form.requirements()
        brings = row.most_companions
        coming = fitting.who_no_longer_fits(series_id, form.limits(), wanted)
        if coming and not request.form.get("seen"):
            transaction.give_up()
            return render_template(
                "activities/arranging/limits.html", form=form, series=row, misfits=coming, is_preview=True
            )
        try:
            service.change_limits(
                actor=current_user,
                series_id=series_id,
                limits=form.limits(),
                wanted=wanted,
                sex_reason=form.sex_reason.data or "",
            )
            flash(_("条件改好了，以后报名按新的来。"), "success")
            if brings and form.limits().is_dangerous:
                flash(_("有危险的活动不能带同伴，“同伴”也改成 0 了。"), "info")
            return redirect(url_for("activities.limits", series_id=series_id), 303)
        except Refused as refusal:
            form.refuse(refusal)
    if form.is_submitted():
        transaction.give_up()
    page = render_template(
        "activities/arranging/limits.html",
        form=form,
        series=row,
        misfits=fitting.who_no_longer_fits(series_id),
        is_preview=False,
        who_parts=who_parts.parts(form),
        units=UNITS,
    )
    return page, 422 if form.errors else 200


def _limits_form(row: Any) -> LimitsForm:
    asked = requirements.of_series(row.id) if row.has_requirements else []
    values = {name: getattr(row, name) or None for name in fitting.LIMITS}
    values["sex_needed"] = row.sex_needed or ""
    form = LimitsForm(data={**values, "needs": [f"{one.kind}:{one.name}" for one in asked]})
    form.sex_before = row.sex_needed
    offered = {choice.value: choice for choice in known(row)}
    own = {f"{one.kind}:{one.name}": requirements.words([one]) for one in asked}
    form.needs.choices = [
        *((value, text) for value, text in own.items() if value not in offered),
        *((choice.value, choice.label) for choice in offered.values()),
    ]
    return form
