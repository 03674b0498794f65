"""A new wish: a resident's own or, at the counter, somebody else's."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import lazy_gettext as _l
from flask_login import current_user

from volunteer.acting import policy as acting
from volunteer.acting.queries import Pair
from volunteer.acting.rules import WISH
from volunteer.core import inputs, transaction
from volunteer.core.database import db
from volunteer.core.errors import NotFound, Refused
from volunteer.core.i18n import gettext as _
from volunteer.people.models import ACTIVE, Person
from volunteer.people.rules import as_volunteer_number
from volunteer.people.sessions import CARD
from volunteer.wishes import policy, queries, rules, service
from volunteer.wishes.forms import CardWishForm, StaffWishForm, WardWishForm, WishForm, choices
from volunteer.wishes.views import pages, signed_in


class NoSuchNumber(Refused):
    sentence = _l("没有找到这个志愿者编号。心愿人没有注册的话，可以不填。")
    status = 422
    field = "wisher_number"


class NoPhone(Refused):
    sentence = _l("他没有登记电话，请填一个能联系到他的电话。")
    status = 422
    field = "contact_phone"


class NoAddress(Refused):
    sentence = _l("他没有登记住址，请填一下志愿者该去哪里。")
    status = 422
    field = "address"


@pages.route("/wishes/new", methods=["GET", "POST"])
@signed_in
def new() -> ResponseReturnValue:
    ward = _ward(request.form.get("ward") if request.method == "POST" else request.args.get("for"))
    form = WardWishForm() if ward else _form()
    status = 422 if form.is_submitted() else 200
    if form.validate_on_submit():
        try:
            wish = service.collect(
                actor=current_user,
                **form.words(),
                **_contact(form, ward),
                private_note=form.private_note.data or "",
                note_way=form.note_way(),
                consent_version=rules.CONSENT_VERSION if form.consent.data else None,
                **({"ward_id": ward.person_id} if ward else _other(form)),
            )
            flash(_("心愿 %(number)s 记下了。工作人员核实以后公布。", number=wish.number), "success")
            return redirect(url_for(_after(form, ward)), 303)
        except Refused as refusal:
            transaction.give_up()
            form.refuse(refusal)
            status = refusal.status
    page = render_template(
        "wishes/new.html",
        form=form,
        for_staff=isinstance(form, StaffWishForm),
        by_card=isinstance(form, CardWishForm),
        ward=ward,
    )
    return page, status


def _ward(text: str | None) -> Pair | None:
    """For whom it is, when not for oneself: somebody who gave that right, else nobody (404)."""
    if not text:
        return None
    person_id = inputs.whole_number(text, least=1, most=2**62)
    found = (ward for ward in acting.acts_for(current_user, WISH) if ward.person_id == person_id)
    if (ward := next(found, None)) is None:
        raise NotFound
    return ward


def _contact(form: WishForm, ward: Pair | None) -> dict[str, Any]:
    """What was typed; of a ward and by card, what is registered where nothing was. Nobody sees it there."""
    typed = {name: form[name].data or "" for name in ("contact_name", "contact_phone", "address")}
    if ward is None and not isinstance(form, CardWishForm):
        return typed
    person = db.session.get_one(Person, ward.person_id if ward else current_user.id)
    known = {
        "contact_name": person.name,
        "contact_phone": (person.phone or "").removeprefix("+86"),
        "address": person.address or "",
    }
    found = {name: typed[name] or known[name] for name in typed}
    if ward is not None and not found["contact_phone"]:
        raise NoPhone
    if ward is not None and not found["address"]:
        raise NoAddress
    return found  # by card without a phone: the community passes on what there is to say


def _after(form: WishForm, ward: Pair | None) -> str:
    if ward is not None:
        return "acting.wards"
    return "wishes.mine" if _is_own(form) else "wishes.desk"


def _form() -> WishForm:
    """Staff get more questions; a resident finds the own name and phone filled in, but for a card's borrowed phone."""
    if current_user.way == CARD:
        return CardWishForm()
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
    """Whose number was typed; of an account that has ended it is as unknown as any other."""
    if not text:
        return None
    named = Person.number == as_volunteer_number(text)
    found = db.session.scalar(sa.select(Person.id).where(named, Person.status == ACTIVE))
    if found is None:
        raise NoSuchNumber
    return found
