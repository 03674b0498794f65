"""What a position asks for, changed; who holds it and no longer fits is named first, and nobody is dropped (R022)."""

from __future__ import annotations

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user, login_required

from volunteer.activities import service
from volunteer.activities.models import Position
from volunteer.activities.planning import requirements, who_parts
from volunteer.activities.planning.post_form import PostLimitsForm, shown
from volunteer.activities.planning.series_form import UNITS
from volunteer.activities.service.planning.positions import AlreadyClosed
from volunteer.activities.views import pages
from volunteer.activities.views.arranging import known, managed, series_of
from volunteer.core import transaction
from volunteer.core.database import db
from volunteer.core.errors import Refused
from volunteer.core.i18n import gettext as _


@pages.route("/positions/<int:position_id>/limits", methods=["GET", "POST"])
@login_required
def position_limits(position_id: int) -> ResponseReturnValue:
    """The change is made and, while somebody is to be seen first, given up again."""
    row = managed(series_of(position_id))
    position = db.session.get_one(Position, position_id)
    if position.closed_at is not None:
        raise AlreadyClosed
    name, form = position.label, _form(position, row)
    if form.validate_on_submit():
        try:
            misfits = service.change_position_limits(
                actor=current_user,
                position_id=position_id,
                limits=form.limits(),
                wanted=form.requirements(),
                sex_reason=form.sex_reason.data or "",
            )
            if misfits and not request.form.get("seen"):
                transaction.give_up()
                return _page(row, name, form, misfits=misfits)
            flash(_("“%(name)s”的要求改好了，以后报名按新的来。", name=name), "success")
            return redirect(url_for("activities.positions", series_id=row.id), 303)
        except Refused as refusal:
            form.refuse(_at_age(refusal))
    if form.is_submitted():
        transaction.give_up()
    return _page(row, name, form), 422 if form.errors else 200


def _form(position: Position, row: Any) -> PostLimitsForm:
    asked = requirements.of_positions([position.id])[position.id]
    form = PostLimitsForm(data=shown(position, asked))
    form.sex_before = position.sex_needed
    offered = {choice.value: choice.label for choice in known(row)}
    own = {f"{one.kind}:{one.name}": requirements.words([one]) for one in asked}
    form.needs.choices = [*(own | offered).items()]
    return form


def _at_age(refusal: Refused) -> Refused:
    """What speaks of a position in the large form speaks here of its age."""
    if refusal.field == "positions":
        refusal.field = "minimum_age"
    return refusal


def _page(row: Any, name: str, form: PostLimitsForm, misfits: Any = ()) -> str:
    return render_template(
        "activities/arranging/position_limits.html",
        series=row,
        name=name,
        form=form,
        misfits=misfits,
        who_parts=who_parts.parts(form),
        units=UNITS,
    )
