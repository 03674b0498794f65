"""Who may take part, in a series or one of its positions, changed; nobody is dropped for it (R022).

The change is made, and given up again while somebody who no longer fits is to be seen first.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user, login_required

from volunteer.activities import managed, service
from volunteer.activities.models import Position
from volunteer.activities.planning import fitting, requirements, who_form, who_parts
from volunteer.activities.planning.fitting import Misfit
from volunteer.activities.planning.post_form import PostLimitsForm
from volunteer.activities.planning.series_form import UNITS
from volunteer.activities.planning.who_form import LimitsForm
from volunteer.activities.service.planning.positions import AlreadyClosed
from volunteer.activities.signing import chains
from volunteer.activities.views import meanwhile, pages
from volunteer.activities.views.positions import offer_needs, series_of
from volunteer.core import i18n, transaction
from volunteer.core.database import db
from volunteer.core.errors import Refused
from volunteer.core.i18n import gettext as _

AnyForm = LimitsForm | PostLimitsForm


@pages.route("/series/<int:series_id>/limits", methods=["GET", "POST"])
@login_required
def limits(series_id: int) -> ResponseReturnValue:
    """The page also names who does not fit as it is."""
    if request.method == "POST":
        managed.hold(series_id)
    row = managed.series(current_user, series_id)
    form = _series_form(row)
    is_stale = meanwhile.is_stale(form)
    if not is_stale and form.validate_on_submit():
        try:
            misfits = service.change_limits(actor=current_user, series_id=series_id, **_chosen(form))
            if misfits and not request.form.get("seen"):
                transaction.give_up()
                return _series_page(row, form, misfits, is_preview=True)
            flash(_("条件改好了，以后报名按新的来。"), "success")
            if row.most_companions and form.is_dangerous.data:
                flash(_("有危险的活动不能带同伴，“同伴”也改成 0 了。"), "info")
            return redirect(url_for("activities.limits", series_id=series_id), 303)
        except Refused as refusal:
            form.refuse(refusal)
    if form.is_submitted():
        transaction.give_up()
    misfits = fitting.who_no_longer_fits(series_id)
    return _series_page(row, form, misfits), meanwhile.status(form, is_stale)


@pages.route("/positions/<int:position_id>/limits", methods=["GET", "POST"])
@login_required
def position_limits(position_id: int) -> ResponseReturnValue:
    series_id = series_of(position_id)
    if request.method == "POST":
        managed.hold(series_id)
    row = managed.series(current_user, series_id)
    position = db.session.get_one(Position, position_id)
    if position.closed_at is not None:
        raise AlreadyClosed
    name, form = position.label, _position_form(position, row)
    is_stale = meanwhile.is_stale(form)
    if not is_stale and form.validate_on_submit():
        try:
            misfits = service.change_position_limits(
                actor=current_user, position_id=position_id, **_chosen(form)
            )
            if misfits and not request.form.get("seen"):
                transaction.give_up()
                return _position_page(row, name, form, misfits)
            flash(_("“%(name)s”的要求改好了，以后报名按新的来。", name=name), "success")
            return redirect(url_for("activities.positions", series_id=row.id), 303)
        except Refused as refusal:
            form.refuse(_at_age(refusal))
    if form.is_submitted():
        transaction.give_up()
    return _position_page(row, name, form), meanwhile.status(form, is_stale)


def _chosen(form: AnyForm) -> dict[str, Any]:
    return {
        "limits": form.limits(),
        "wanted": form.requirements(),
        "sex_reason": form.sex_reason.data or "",
    }


def _series_form(row: Any) -> LimitsForm:
    asked = requirements.of_series(row.id) if row.has_requirements else []
    form = LimitsForm(data=who_form.shown(row, asked))
    form.sex_before = row.sex_needed
    offer_needs(form, row, asked)
    return form


def _position_form(position: Position, row: Any) -> PostLimitsForm:
    asked = requirements.of_positions([position.id])[position.id]
    form = PostLimitsForm(data=who_form.shown(position, asked))
    form.sex_before = position.sex_needed
    offer_needs(form, row, asked)
    return form


def _at_age(refusal: Refused) -> Refused:
    """What speaks of a position in the large form speaks here of its age."""
    if refusal.field == "positions":
        refusal.field = "minimum_age"
    return refusal


def _series_page(row: Any, form: LimitsForm, misfits: Sequence[Misfit], *, is_preview: bool = False) -> str:
    series = url_for("activities.series", series_id=row.id)
    return _page(
        form,
        misfits,
        is_preview=is_preview,
        heading=_("谁能参加"),
        back=(i18n.label(row.title, row.title_en), series),
        unchanged=url_for("activities.limits", series_id=row.id),
        series=row,
        others=chains.others(row.id),
    )


def _position_page(row: Any, name: str, form: PostLimitsForm, misfits: Sequence[Misfit] = ()) -> str:
    positions = url_for("activities.positions", series_id=row.id)
    return _page(
        form,
        misfits,
        is_preview=bool(misfits),
        heading=_("岗位“%(name)s”的要求", name=name),
        back=(_("岗位"), positions),
        unchanged=positions,
        series=row,
        others=(),
    )


def _page(form: AnyForm, misfits: Sequence[Misfit], **shown: Any) -> str:
    return render_template(
        "activities/arranging/limits.html",
        form=form,
        misfits=misfits,
        who_parts=who_parts.parts(form),
        units=UNITS,
        mark=meanwhile.mark(form),
        **shown,
    )
