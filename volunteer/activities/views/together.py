"""People help each other with their places: partners, stand-ins, swaps, signing a teammate up."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import current_app, flash, render_template, request
from flask.typing import ResponseReturnValue
from flask_login import current_user, login_required

from volunteer.acting import queries as acting
from volunteer.activities import details, rules, service
from volunteer.activities.models import StandIn
from volunteer.activities.signing.availability import deadline
from volunteer.activities.signing.refusals import NotSignedUp
from volunteer.activities.together import pairs, stand_ins, teammates
from volunteer.activities.together import refusals as no
from volunteer.activities.together.forms import PartnerForm, StandInForm, SwapForm
from volunteer.activities.views import pages
from volunteer.activities.views.occurrence import date_page, to_date
from volunteer.core import clock, throttle, transaction
from volunteer.core.database import db
from volunteer.core.errors import NotFound, Refused
from volunteer.core.i18n import gettext as _
from volunteer.people import queries as people

NAMINGS = 20  # in a quarter of an hour: the answer to a right number differs from that to a wrong one


@pages.before_request
def count_namings() -> None:
    """Before the request's own transaction begins."""
    naming = {"activities.ask_partner", "activities.ask_stand_in", "activities.sign_up_teammate"}
    if request.method != "POST" or request.endpoint not in naming or not current_user.is_authenticated:
        return
    if request.form.get("who", "").strip():
        throttle.count("teammate", str(current_user.id), limit=NAMINGS)


@pages.get("/activities/<int:occurrence_id>/find-somebody")
@login_required
def find_somebody(occurrence_id: int) -> ResponseReturnValue:
    """For who holds a place: a stand-in, a swap, a partner."""
    if _own_place(occurrence_id) is None:
        return to_date(occurrence_id)
    return _find_page(occurrence_id)


@pages.post("/activities/<int:occurrence_id>/stand-in")
@login_required
def ask_stand_in(occurrence_id: int) -> ResponseReturnValue:
    form = StandInForm()
    form.offer(_teammates(occurrence_id))

    def deed() -> None:
        person_id = None if form.is_empty else named(form)
        note = form.note.data or ""
        service.ask_stand_in(actor=current_user, occurrence_id=occurrence_id, person_id=person_id, note=note)
        flash(_("发出去了。有人接之前，这一班还是您的。"), "success")

    return _ask(occurrence_id, form, deed, "stand_in")


@pages.post("/activities/<int:occurrence_id>/swap")
@login_required
def ask_swap(occurrence_id: int) -> ResponseReturnValue:
    form = SwapForm()
    form.offer(_swappable(occurrence_id))

    def deed() -> None:
        if not form.theirs.data:
            raise no.ChooseSwap
        service.ask_swap(
            actor=current_user, occurrence_id=occurrence_id, their_sign_up_id=int(form.theirs.data)
        )
        flash(_("问过他了，他答应了才换。在那之前，您还是来这一场。"), "success")

    return _ask(occurrence_id, form, deed, "swap")


@pages.post("/activities/<int:occurrence_id>/partner")
@login_required
def ask_partner(occurrence_id: int) -> ResponseReturnValue:
    form = PartnerForm()
    form.offer(_teammates(occurrence_id))

    def deed() -> None:
        service.ask_partner(actor=current_user, occurrence_id=occurrence_id, person_id=named(form))
        flash(_("问过他了，等他答应。"), "success")

    return _ask(occurrence_id, form, deed, "partner")


@pages.post("/sign-ups/<int:sign_up_id>/partner/answer")
@login_required
def answer_partner(sign_up_id: int) -> ResponseReturnValue:
    agrees = request.form.get("agrees") == "1"
    occurrence_id = _occurrence_of(sign_up_id)
    return _answer(
        occurrence_id,
        lambda: service.answer_partner(actor=current_user, sign_up_id=sign_up_id, agrees=agrees),
        _("搭档说好了。谁来，你们俩商量。") if agrees else _("好的，已经告诉他了。"),
    )


@pages.post("/sign-ups/<int:sign_up_id>/partner/end")
@login_required
def end_pair(sign_up_id: int) -> ResponseReturnValue:
    occurrence_id = _occurrence_of(sign_up_id)
    return _answer(
        occurrence_id,
        lambda: service.end_pair(actor=current_user, sign_up_id=sign_up_id),
        _("搭档取消了，也告诉了对方。"),
    )


@pages.post("/stand-ins/<int:stand_in_id>/accept")
@login_required
def accept_stand_in(stand_in_id: int) -> ResponseReturnValue:
    row, occurrence_id = _stand_in(stand_in_id)
    said = _("换好了。现在您来的是这一场。") if row.kind == "swap" else _("谢谢您！这一班归您了，到时候见。")
    return _answer(
        occurrence_id,
        lambda: service.accept_stand_in(actor=current_user, stand_in_id=stand_in_id),
        said,
    )


@pages.post("/stand-ins/<int:stand_in_id>/decline")
@login_required
def decline_stand_in(stand_in_id: int) -> ResponseReturnValue:
    row, occurrence_id = _stand_in(stand_in_id)
    if row.asked_person_id != current_user.id:
        raise NotFound
    return _answer(
        occurrence_id,
        lambda: service.decline_stand_in(actor=current_user, stand_in_id=stand_in_id),
        _("好的，已经告诉他了。"),
    )


@pages.post("/stand-ins/<int:stand_in_id>/withdraw")
@login_required
def withdraw_stand_in(stand_in_id: int) -> ResponseReturnValue:
    _row, occurrence_id = _stand_in(stand_in_id)
    return _answer(
        occurrence_id,
        lambda: service.withdraw_stand_in(actor=current_user, stand_in_id=stand_in_id),
        _("收回了，这一班还是您来。"),
    )


def named(form: Any) -> int:
    """Out of the list, by card, by number or by whole phone; the typed one goes before the list."""
    text = (form.who.data or "").strip()
    if not text and form.teammate.data:
        return int(form.teammate.data)
    holder_id = acting.person_by_card(text) if text else None
    if holder_id is not None:
        return holder_id
    found = people.credentials(text) if text else None
    if found is None or not found.is_active:
        raise no.NobodyOfThatNumber
    return found.person_id


def _teammates(occurrence_id: int) -> list[Any]:
    """To choose from, for who is of the team; others type a number."""
    row = details.occurrence(occurrence_id)
    if not teammates.is_member(current_user.id, row.team_id):
        return []
    return teammates.to_choose(row.team_id, but=current_user.id)


def _swappable(occurrence_id: int) -> list[Any]:
    row = details.occurrence(occurrence_id)
    if not teammates.is_member(current_user.id, row.team_id):
        return []
    return stand_ins.swappable(
        team_id=row.team_id, occurrence_id=occurrence_id, person_id=current_user.id, now=clock.now()
    )


def _stand_in(stand_in_id: int) -> tuple[Any, int]:
    """The request and its date, for whom it concerns: the asker, whom it names, or everybody."""
    row = db.session.get(StandIn, stand_in_id)
    place = pairs.place_of(row.sign_up_id) if row is not None else None
    if row is None or place is None:
        raise NotFound
    if place.person_id != current_user.id and row.asked_person_id not in (None, current_user.id):
        raise NotFound
    return row, place.occurrence_id


def _occurrence_of(sign_up_id: int) -> int:
    """Where the two whom the place concerns go back to."""
    place = pairs.place_of(sign_up_id)
    if place is None or current_user.id not in (place.person_id, place.partner_id):
        raise NotFound
    return int(place.occurrence_id)


def _ask(occurrence_id: int, form: Any, deed: Callable[[], None], name: str) -> ResponseReturnValue:
    """Ask; refused, the page with what was typed."""
    status = 422
    if form.validate_on_submit():
        try:
            deed()
            return to_date(occurrence_id)
        except Refused as refusal:
            form.refuse(refusal)
            status = refusal.status
    transaction.give_up()
    if _own_place(occurrence_id) is None:  # given back meanwhile, or never held
        return date_page(occurrence_id, problem=NotSignedUp().message), NotSignedUp.status
    return _find_page(occurrence_id, **{name: form}), status


def _answer(occurrence_id: int, deed: Callable[[], None], said: str) -> ResponseReturnValue:
    """Do it; refused, the sentence stands on the date's page."""
    try:
        deed()
    except Refused as refusal:
        problem = refusal.message
        transaction.give_up()
        return date_page(occurrence_id, problem=problem), refusal.status
    flash(said, "success")
    return to_date(occurrence_id)


def _own_place(occurrence_id: int) -> Any | None:
    places = pairs.concerning(occurrence_id, current_user.id)
    return next((place for place in places if place.person_id == current_user.id), None)


def _find_page(occurrence_id: int, **forms: Any) -> str:
    now = clock.now()
    row, own = details.occurrence(occurrence_id), _own_place(occurrence_id)
    assert own is not None, "asked by who calls"
    chosen = {"stand_in": StandInForm, "swap": SwapForm, "partner": PartnerForm}
    shown = {name: forms.get(name) or make(formdata=None) for name, make in chosen.items()}
    mates = _teammates(occurrence_id)
    shown["stand_in"].offer(mates)
    shown["partner"].offer(mates)
    shown["swap"].offer(_swappable(occurrence_id))
    hours = current_app.config["LATE_SIGN_OFF_HOURS"]
    return render_template(
        "activities/together/find.html",
        occurrence=row,
        own=own,
        is_late=rules.is_late(now, deadline(row), hours),
        is_looking=any(one.sign_up_id == own.id for one in stand_ins.of_date(occurrence_id)),
        late_hours=hours,
        **shown,
    )
