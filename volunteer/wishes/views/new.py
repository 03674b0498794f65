"""A new wish: a resident's own or, at the counter, somebody else's."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import lazy_gettext as _l
from flask_login import current_user

from volunteer.core import transaction
from volunteer.core.database import db
from volunteer.core.errors import Refused
from volunteer.core.i18n import gettext as _
from volunteer.people.models import Person
from volunteer.people.rules import as_volunteer_number
from volunteer.wishes import policy, queries, rules, service
from volunteer.wishes.forms import StaffWishForm, WishForm, choices
from volunteer.wishes.views import pages, signed_in


class NoSuchNumber(Refused):
    sentence = _l("没有找到这个志愿者编号。心愿人没有注册的话，可以不填。")
    status = 422
    field = "wisher_number"


@pages.route("/wishes/new", methods=["GET", "POST"])
@signed_in
def new() -> ResponseReturnValue:
    form = _form()
    status = 422 if form.is_submitted() else 200
    if form.validate_on_submit():
        try:
            wish = service.collect(
                actor=current_user,
                **form.words(),
                contact_name=form.contact_name.data,
                contact_phone=form.contact_phone.data,
                address=form.address.data,
                private_note=form.private_note.data or "",
                consent_version=rules.CONSENT_VERSION if form.consent.data else None,
                **_other(form),
            )
            flash(_("心愿 %(number)s 记下了。工作人员核实以后公布。", number=wish.number), "success")
            return redirect(url_for("wishes.mine" if _is_own(form) else "wishes.desk"), 303)
        except Refused as refusal:
            transaction.give_up()
            form.refuse(refusal)
            status = refusal.status
    return render_template("wishes/new.html", form=form, for_staff=isinstance(form, StaffWishForm)), status


def _form() -> WishForm:
    """Staff get more questions; a resident finds the own name and phone filled in."""
    if policy.may_collect_for_others(current_user):
        form = StaffWishForm()
        areas = queries.collecting_areas(policy.charge_paths(current_user))
        form.area.choices = choices((area.id, area.label) for area in areas)
        return form
    known: dict[str, Any] = {}
    if request.method == "GET":
        phone = db.session.get_one(Person, current_user.id).phone or ""
        known = {"contact_name": current_user.name, "contact_phone": phone.removeprefix("+86")}
    return WishForm(data=known)


def _is_own(form: WishForm) -> bool:
    return not isinstance(form, StaffWishForm) or form.for_whom.data == "self"


def _other(form: WishForm) -> dict[str, Any]:
    """What only a wish filed for somebody else has."""
    if not isinstance(form, StaffWishForm) or form.for_whom.data == "self":
        return {}
    return {
        "for_other": True,
        "area_id": form.area.data,
        "wisher_id": _wisher_id(form.wisher_number.data or ""),
        "wisher_words": form.wisher_words.data or "",
        "consent_by": form.consent_by.data,
    }


def _wisher_id(text: str) -> int | None:
    if not text:
        return None
    number = as_volunteer_number(text)
    found = db.session.scalar(sa.select(Person.id).where(Person.number == number)) if number else None
    if found is None:
        raise NoSuchNumber
    return found
