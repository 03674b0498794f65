"""How many points an hour earns: one rule for the whole installation, from a day on (R100)."""

from __future__ import annotations

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user, login_required

from volunteer.core import clock, transaction
from volunteer.core.errors import NotAllowed, Refused
from volunteer.core.i18n import gettext as _
from volunteer.hours import policy, rates, service
from volunteer.hours.forms import RateForm
from volunteer.hours.views import pages
from volunteer.people.sessions import require_confirmed


@pages.get("/desk/points-rule")
@login_required
def earning() -> ResponseReturnValue:
    """Staff look; who may, sets the next one."""
    if not policy.may_see_rates(current_user):
        raise NotAllowed
    return _page(RateForm(valid_from=clock.today()))


@pages.post("/desk/points-rule")
@login_required
def set_earning() -> ResponseReturnValue:
    if not policy.may_set_rates(current_user):
        raise NotAllowed
    if (answer := require_confirmed()) is not None:
        return answer
    form = RateForm()
    status = 422
    if form.validate_on_submit():
        try:
            _set(form)
            flash(_("积分规则记下了，从那天起记录的时长照它算。"), "success")
            return redirect(url_for("hours.earning"), 303)
        except Refused as refusal:
            form.refuse(refusal)
            status = refusal.status
    transaction.give_up()
    return _page(form), status


def _set(form: RateForm) -> None:
    points, since = form.points_per_hour.data, form.valid_from.data
    assert points is not None, "the form requires it"
    assert since is not None, "the form requires it"
    service.set_rate(
        actor_id=current_user.id,
        points_per_hour=points,
        valid_from=since,
        most_minutes_per_activity=form.most.data or 0,
    )


def _page(form: RateForm) -> str:
    return render_template(
        "hours/rates.html", form=form, rates=rates.listed(), may_set=policy.may_set_rates(current_user)
    )
