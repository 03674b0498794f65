"""Asking again some days after a wish came true (R126)."""

from __future__ import annotations

import datetime as dt

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from volunteer.core import clock, inputs, transaction
from volunteer.core.errors import NotAllowed, NotFound, Refused
from volunteer.core.i18n import gettext as _
from volunteer.wishes import policy, queries, service
from volunteer.wishes.forms import FollowUpForm
from volunteer.wishes.views import pages, signed_in


@pages.get("/desk/follow-ups")
@signed_in
def follow_ups() -> ResponseReturnValue:
    paths = policy.desk_paths(current_user)
    if not paths:
        raise NotAllowed
    rows = queries.follow_ups(paths, after=_after())
    more = rows[queries.PAGE - 1] if len(rows) > queries.PAGE else None
    return render_template(
        "wishes/follow_ups.html",
        follow_ups=rows[: queries.PAGE],
        next_url=url_for("wishes.follow_ups", due_on=more.due_on.isoformat(), after=more.follow_up_id)
        if more
        else None,
        sees_names=bool(policy.charge_paths(current_user)),
        today=clock.today(),
    )


def _after() -> tuple[dt.date, int] | None:
    day, id_ = request.args.get("due_on"), request.args.get("after")
    if not day or not id_:
        return None
    return inputs.date(day), inputs.whole_number(id_, least=1, most=2**62)


@pages.route("/desk/follow-ups/<int:follow_up_id>", methods=["GET", "POST"])
@signed_in
def follow_up(follow_up_id: int) -> ResponseReturnValue:
    row = queries.follow_up(follow_up_id)
    if row is None or not policy.is_in_charge(current_user, row.area_path):
        raise NotFound
    form = FollowUpForm()
    status = 422 if form.is_submitted() else 200
    if form.validate_on_submit():
        try:
            service.follow_up(
                actor=current_user,
                follow_up_id=follow_up_id,
                result="satisfied" if form.result.data == "satisfied" else "problem",
                note=form.reason.data or "",
                to_wall=form.result.data == "reopen",
            )
            flash(_("回访记下了。"), "success")
            return redirect(url_for("wishes.follow_ups"), 303)
        except Refused as refusal:
            transaction.give_up()
            form.refuse(refusal)
            status = refusal.status
    return render_template("wishes/follow_up.html", form=form, wish=row), status
