"""Those whom the person helps: what may be done for each, and how."""

from __future__ import annotations

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user, login_required

from volunteer.acting import queries, service
from volunteer.acting.forms import TypeSizeForm
from volunteer.acting.views import pages
from volunteer.core.errors import NotFound
from volunteer.core.i18n import gettext as _
from volunteer.people.rules import UnknownChoice


@pages.get("/me/acting-for")
@login_required
def wards() -> ResponseReturnValue:
    return render_template(
        "acting/wards.html",
        wards=queries.wards(current_user.id),
        orders=queries.latest_orders_by(current_user.id),
    )


@pages.post("/me/acting-for/<int:delegation_id>/type-size")
@login_required
def ward_type_size(delegation_id: int) -> ResponseReturnValue:
    """Large type is switched on by the helper, not searched for by the elder."""
    ward = next((one for one in queries.wards(current_user.id) if one.id == delegation_id), None)
    if ward is None:
        raise NotFound
    form = TypeSizeForm()
    if not form.validate_on_submit():
        raise UnknownChoice
    is_large = form.large.data == "1"
    service.set_type_size(actor=current_user, person_id=ward.person_id, is_large=is_large)
    flash(_("换好了，他下次打开就是大字。") if is_large else _("换好了，他下次打开就是标准字。"), "success")
    return redirect(url_for("acting.wards"), 303)
