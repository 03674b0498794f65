"""The list of people to be told after a breach."""

from __future__ import annotations

from flask import render_template
from flask.typing import ResponseReturnValue
from flask_login import current_user, login_required

from volunteer.areas import queries as areas
from volunteer.core import clock, csv_export, transaction
from volunteer.core.errors import NotAllowed, Refused
from volunteer.core.i18n import gettext as _
from volunteer.oversight import breaches, policy
from volunteer.oversight.forms import BreachForm
from volunteer.oversight.views import pages
from volunteer.people import sessions


@pages.route("/desk/breach", methods=["GET", "POST"])
@login_required
def breach() -> ResponseReturnValue:
    paths = policy.breach_paths(current_user)
    if not paths:
        raise NotAllowed
    if (answer := sessions.require_confirmed()) is not None:
        return answer
    form = BreachForm()
    form.area.choices = {area.id: area.label for area in areas.within_paths(paths)}
    if form.validate_on_submit():
        try:
            return _export(form)
        except Refused as refusal:
            transaction.give_up()
            form.refuse(refusal)
    page = render_template("oversight/breach.html", form=form)
    return page, 422 if form.is_submitted() else 200


def _export(form: BreachForm) -> ResponseReturnValue:
    kinds = "、".join(str(breaches.KINDS[kind]) for kind in form.kinds.data)
    found = breaches.affected(
        actor=current_user,
        breach=breaches.Breach(
            who=form.who.data,
            area_id=form.area.data,
            kinds=form.kinds.data,
            reason=form.reason.data,
            account=form.account.data or "",
            since=form.since.data,
            until=form.until.data,
        ),
    )
    head = [
        _("志愿者编号"),
        _("姓名"),
        _("电话"),
        _("邮箱"),
        _("监护人"),
        _("监护人电话"),
        _("社区"),
        _("涉及的信息"),
    ]
    rows = (
        [one.number, one.name, one.phone, one.email, one.guardian, one.guardian_phone, one.area_name, kinds]
        for one in found
    )
    return csv_export.response(head, rows, file_name=f"breach-{clock.today():%Y%m%d}.csv")
