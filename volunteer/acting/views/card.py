"""What a scanned card opens: three big buttons, the PIN once, and a sign-in that ends soon."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import lazy_gettext as _l
from flask_login import current_user

from volunteer.acting import queries, rules
from volunteer.acting.forms import PinForm
from volunteer.acting.views import pages
from volunteer.core import i18n, throttle, transaction
from volunteer.core.errors import NotFound, Refused
from volunteer.core.formkey import without_form_key
from volunteer.people import pins, sessions


@dataclass(frozen=True)
class Door:
    icon: str
    text: Any
    endpoint: str
    values: dict[str, Any]

    @property
    def address(self) -> str:
        return url_for(self.endpoint, **self.values)


DOORS = {
    "activities": Door("calendar", _l("报名活动"), "activities.home", {"show": "open"}),
    "time": Door("clock", _l("我的时间和积分"), "hours.my_time", {}),
    "wish": Door("heart", _l("说个心愿"), "wishes.new", {}),
}


PINS_PER_ADDRESS = 100  # in a quarter of an hour, of all cards together; a community centre is one address


@pages.before_request
def count_pins() -> None:
    """Whoever found a box of cards does not try the commonest PINs on each of them."""
    if request.method == "POST" and request.endpoint == "acting.enter":
        throttle.count("pin-from", request.remote_addr or "", limit=PINS_PER_ADDRESS)


@pages.get("/card/<token>")
def open_card(token: str) -> ResponseReturnValue:
    holder = _holder(token)
    wanted = request.args.get("to")
    if wanted is None:
        return _speak(holder, "acting/open_card.html", token=token, doors=DOORS)
    door = _door(wanted)
    if current_user.way == sessions.CARD and current_user.id == holder.person_id:
        return redirect(door.address, 303)
    return _speak(holder, "acting/enter.html", token=token, to=wanted, door=door, form=PinForm(formdata=None))


@pages.post("/card/<token>")
@without_form_key
def enter(token: str) -> ResponseReturnValue:
    """Sign in with the card's PIN; a card of staff, an ended and an unknown one are answered alike (404)."""
    holder = _holder(token)
    wanted = request.form.get("to") or "activities"
    door = _door(wanted)
    form, status = PinForm(), 422
    if form.validate_on_submit():
        try:
            pins.check(person_id=holder.person_id, pin=form.pin.data)
            if _holder(token) != holder:  # ended while the PIN was compared
                raise NotFound
            sessions.begin(holder.person_id, way=sessions.CARD)
            return redirect(door.address, 303)
        except Refused as refusal:
            form.pin.errors = [refusal.message]
            status = refusal.status
    transaction.give_up()
    return _speak(holder, "acting/enter.html", token=token, to=wanted, door=door, form=form), status


def _holder(token: str) -> queries.Holder:
    holder = queries.holder_of(token) if rules.card_token(token) == token else None
    if holder is None:
        raise NotFound
    return holder


def _door(wanted: str) -> Door:
    if wanted not in DOORS:
        raise NotFound
    return DOORS[wanted]


def _speak(holder: queries.Holder, template: str, **values: Any) -> str:
    """In the card holder's language, whoever's phone it is."""
    with i18n.speaking(holder.language):
        return render_template(template, holder=holder, **values)
