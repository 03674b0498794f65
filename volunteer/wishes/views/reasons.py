"""A page that asks for a reason before something is undone."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from volunteer.core import transaction
from volunteer.core.errors import Refused
from volunteer.wishes import policy
from volunteer.wishes.forms import ReasonForm


def home_of(row: Any) -> str:
    """Where somebody goes after a deed: staff to the desk's page of the wish, others to the public one."""
    endpoint = "wishes.verify" if policy.is_in_charge(current_user, row.area_path) else "wishes.wish"
    return url_for(endpoint, wish_id=row.id)


def with_reason(
    row: Any,
    deed: Callable[..., object],
    *,
    title: str,
    lead: str,
    button: str,
    done: str,
    back: str,
) -> ResponseReturnValue:
    """A page that asks for a reason before something is undone."""
    form = ReasonForm()
    status = 422 if form.is_submitted() else 200
    if form.validate_on_submit():
        try:
            deed(actor=current_user, wish_id=row.id, reason=form.reason.data)
            flash(done, "success")
            return redirect(back, 303)
        except Refused as refusal:
            transaction.give_up()
            form.refuse(refusal)
            status = refusal.status
    page = render_template(
        "wishes/reason.html", form=form, wish=row, title=title, lead=lead, button_text=button, back=back
    )
    return page, status
