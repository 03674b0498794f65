"""How to reach the wisher, for the claimer and the staff in charge (R120)."""

from __future__ import annotations

from flask import redirect, request
from flask.typing import ResponseReturnValue
from flask_login import current_user

from volunteer.core.errors import NotFound
from volunteer.wishes import policy, service
from volunteer.wishes.views import pages, signed_in
from volunteer.wishes.views.desk import desk_page
from volunteer.wishes.views.reasons import home_of
from volunteer.wishes.views.wall import visible, wish_page


@pages.route("/wishes/<int:wish_id>/contact", methods=["GET", "POST"])
@signed_in
def contact(wish_id: int) -> ResponseReturnValue:
    """Showing how to reach the wisher is written down, so it is a POST; a GET only leads back."""
    row = visible(wish_id)
    if not policy.may_see_contact(current_user, row.area_path, row.claimer_id):
        raise NotFound
    if request.method == "GET":
        return redirect(home_of(row), 303)
    found = service.see_contact(actor=current_user, wish_id=wish_id)
    if policy.is_in_charge(current_user, row.area_path) and row.claimer_id != current_user.id:
        return desk_page(wish_id, contact=found)
    return wish_page(wish_id, contact=found)
