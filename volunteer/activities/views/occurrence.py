"""One occurrence: everybody may read it; people sign up and off; who leads it sees and changes it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any

from flask import current_app, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from volunteer.acting import policy as acting
from volunteer.acting import queries as acting_queries
from volunteer.acting.rules import SIGN_UP
from volunteer.activities import about, details, parts, policy, rules, service
from volunteer.activities.forms import SignOffForm, SignUpAnotherForm, WardSignOffForm
from volunteer.activities.models import PUBLISHED
from volunteer.activities.signing import chains, companions, lateness, leaving, place, states
from volunteer.activities.signing.availability import deadline
from volunteer.activities.signing.forms import CapacityForm
from volunteer.activities.views import pages, typed
from volunteer.core import clock, transaction
from volunteer.core.errors import NotFound, Refused
from volunteer.core.i18n import gettext as _
from volunteer.people import naming
from volunteer.people import queries as people


@pages.get("/activities/<int:occurrence_id>")
def occurrence(occurrence_id: int) -> ResponseReturnValue:
    return date_page(occurrence_id)


@pages.post("/activities/<int:occurrence_id>/sign-up-another")
def sign_up_another(occurrence_id: int) -> ResponseReturnValue:
    """For somebody who stands at the counter or beside the leader (R018)."""
    if not current_user.is_authenticated:
        return sign_in_first(occurrence_id)
    form = SignUpAnotherForm()
    row = details.occurrence(occurrence_id)
    form.offer_positions(place.of_date(occurrence_id))
    if not policy.may_offer_to_sign_up_others(current_user, **_scope(row)):
        raise NotFound
    if form.validate_on_submit() and (person_id := _the_one(form)) is not None:
        if form.leaves.data:
            transaction.give_up()
            there = url_for("activities.take_off", occurrence_id=occurrence_id, person_id=person_id)
            return redirect(there, 303)
        try:
            _sign_up_another(occurrence_id, person_id, form)
            return to_date(occurrence_id, helped=person_id)
        except Refused as refusal:
            form.refuse(refusal)
    transaction.give_up()
    return date_page(occurrence_id, another=form), 422


def _sign_up_another(occurrence_id: int, person_id: int, form: SignUpAnotherForm) -> None:
    """A place, or, with the other button, one in the line."""
    who = {"actor": current_user, "occurrence_id": occurrence_id, "person_id": person_id}
    if form.waits.data:
        service.join_line(**who, position_id=form.position)
    else:
        service.sign_up(**who, position_id=form.position, override_reason=form.override_reason.data or "")


def _the_one(form: SignUpAnotherForm) -> int | None:
    """The only person who matches what was typed or scanned; otherwise the form says why not."""
    if (holder_id := acting_queries.person_by_card(form.who.data)) is not None:
        return holder_id
    found = people.find(form.who.data, exact=True, limit=2)
    if len(found) == 1:
        return found[0].id
    problem = (
        _("没有找到这位志愿者，请核对后再试。") if not found else _("有几位志愿者符合，请改用志愿者编号。")
    )
    form.who.errors = [*form.who.errors, problem]
    return None


@pages.post("/activities/<int:occurrence_id>/sign-off")
def sign_off(occurrence_id: int) -> ResponseReturnValue:
    if not current_user.is_authenticated:
        return sign_in_first(occurrence_id)
    form = SignOffForm()
    if form.validate_on_submit():
        try:
            service.sign_off(actor=current_user, occurrence_id=occurrence_id, reason=form.reason.data or "")
            flash(_("已经取消报名，名额空出来了。"), "success")
            return to_date(occurrence_id)
        except Refused as refusal:
            if refusal.status != 422:
                return refused(occurrence_id, refusal)
            form.refuse(refusal)
    transaction.give_up()
    return date_page(occurrence_id, sign_off=form), 422


@pages.post("/activities/<int:occurrence_id>/wards/<int:person_id>/sign-up")
def sign_up_ward(occurrence_id: int, person_id: int) -> ResponseReturnValue:
    """For somebody who asked the visitor to act for them."""
    if not current_user.is_authenticated:
        return sign_in_first(occurrence_id)
    check_may_act_for(person_id)
    try:
        service.sign_up(
            actor=current_user,
            occurrence_id=occurrence_id,
            person_id=person_id,
            position_id=typed.position_id(),
        )
    except Refused as refusal:
        return refused(occurrence_id, refusal)
    flash(_("替他报好名了，他会收到消息。"), "success")
    return to_date(occurrence_id)


@pages.post("/activities/<int:occurrence_id>/wards/<int:person_id>/sign-off")
def sign_off_ward(occurrence_id: int, person_id: int) -> ResponseReturnValue:
    if not current_user.is_authenticated:
        return sign_in_first(occurrence_id)
    check_may_act_for(person_id)
    form = WardSignOffForm()
    if form.validate_on_submit():
        reason = form.ward_reason.data or ""
        try:
            service.sign_off(
                actor=current_user, occurrence_id=occurrence_id, person_id=person_id, reason=reason
            )
            flash(_("替他取消了报名，他会收到消息。"), "success")
            return to_date(occurrence_id)
        except Refused as refusal:
            if refusal.status != 422:
                return refused(occurrence_id, refusal)
            form.ward_reason.errors = [refusal.message]
    transaction.give_up()
    return date_page(occurrence_id, ward_off=form, ward_id=person_id), 422


def check_may_act_for(person_id: int) -> None:
    if not acting.may_act_for(current_user, person_id, SIGN_UP):
        raise NotFound


def refused(occurrence_id: int, refusal: Refused, **forms: Any) -> ResponseReturnValue:
    """The page as it is now, with the reason on top."""
    if refusal.status == 403:
        raise refusal
    problem = refusal.message
    transaction.give_up()
    return date_page(occurrence_id, problem=problem, **forms), refusal.status


def to_date(occurrence_id: int, **more: Any) -> ResponseReturnValue:
    return redirect(url_for("activities.occurrence", occurrence_id=occurrence_id, **more), 303)


def sign_in_first(occurrence_id: int) -> ResponseReturnValue:
    transaction.give_up()
    target = url_for("activities.occurrence", occurrence_id=occurrence_id)
    return redirect(url_for("people.sign_in", next=target), 303)


def _scope(row: Any) -> dict[str, Any]:
    return {"team_path": row.team_path, "area_path": row.area_path}


def date_page(occurrence_id: int, *, problem: str | None = None, **forms: Any) -> str:
    """The page for whoever asks; `forms` are those that were filled in wrongly."""
    now = clock.now()
    row = details.occurrence(occurrence_id)
    own = place.of(row, current_user, now)
    posts = place.of_date(occurrence_id) if row.has_positions else []
    may_manage = policy.may_manage(current_user, **_scope(row))
    sees_people = policy.may_see_participants(current_user, **_scope(row))
    late_hours = current_app.config["LATE_SIGN_OFF_HOURS"]
    is_repeating = rules.is_repeating(row)
    asked = parts.Asked(row, current_user, now, forms, own.is_member)
    another = _offer(row, now, forms, posts)
    helped = request.args.get("helped", "") if current_user.is_authenticated else ""
    is_listed = another is not None and not sees_people  # who sees all of them has it beside each name
    entered = leaving.entered(current_user, row, now) if is_listed or helped else []
    return render_template(
        "activities/occurrence.html",
        about=about.of_date(row, current_user, now),
        cards=parts.cards(asked),
        links=parts.links(asked),
        occurrence=row,
        own=own,
        typed_guests=forms.get("guests"),
        problem=problem,
        is_over=row.ends_at <= now,
        has_begun=deadline(row) <= now,
        is_late=lateness.is_near(row, now),
        is_excused=own.state == states.MINE and _is_excused(row, now),
        late_hours=late_hours,
        category=rules.CATEGORIES.get(row.category, row.category),
        repeats=_repeats(row) if is_repeating else None,
        next_dates=details.next_of_activity(row.series_id, now=max(now, row.starts_at), but=occurrence_id)
        if is_repeating
        else [],
        may_manage=may_manage,
        may_call_roll=policy.may_call_roll(current_user, **_scope(row))
        and parts.stage(row, now) == parts.TAKES_PLACE,
        participants=details.participants(occurrence_id) if sees_people else None,
        names=naming.for_reader(current_user, **_scope(row)),
        along=companions.of_occurrence(occurrence_id) if sees_people and row.most_companions else {},
        in_line=details.in_line(occurrence_id) if sees_people and row.is_waited_for else [],
        capacity_form=(forms.get("capacity") or CapacityForm.of(row, posts)) if may_manage else None,
        posts=posts,
        sign_off_form=forms.get("sign_off") or SignOffForm(formdata=None),
        another=another,
        entered=entered,
        helped=next((one for one in entered if str(one.person_id) == helped), None),
        may_take_off=may_manage and row.state == PUBLISHED and deadline(row) > now,
        left=leaving.of_date(occurrence_id) if row.was_left and leaving.may_see(current_user, row) else [],
        wards=_wards(row, now),
        ward_off=forms.get("ward_off") or WardSignOffForm(formdata=None),
        ward_id=forms.get("ward_id"),
    )


def _is_excused(row: Any, now: dt.datetime) -> bool:
    """Near the start, but it was moved just now: the reader's own sign-off is not late."""
    is_late = lateness.is_late(row, occurrence_id=row.id, person_id=current_user.id, now=now)
    return lateness.is_near(row, now) and not is_late


def _repeats(row: Any) -> str:
    return about.repeats(row, row.series_id, chains.following(row.series_id, row.ends_on))


def _wards(row: Any, now: Any) -> list[tuple[acting_queries.Pair, str]]:
    """Those whom the visitor may sign up, each with how they stand; none when nothing can be done."""
    if row.state != PUBLISHED or deadline(row) <= now:
        return []
    wards = acting.acts_for(current_user, SIGN_UP)
    stand = details.standing_among(row.id, [ward.person_id for ward in wards])
    return [(ward, stand.get(ward.person_id, "")) for ward in wards]


def _offer(
    row: Any, now: Any, forms: dict[str, Any], posts: Sequence[place.Post]
) -> SignUpAnotherForm | None:
    """The form to sign somebody else up, or to put them in line, where it could succeed."""
    is_open = row.state == PUBLISHED and deadline(row) > now
    if not is_open or not policy.may_offer_to_sign_up_others(current_user, **_scope(row)):
        return None
    form: SignUpAnotherForm = forms.get("another") or SignUpAnotherForm(formdata=None)
    form.offer_positions(posts)
    return form
