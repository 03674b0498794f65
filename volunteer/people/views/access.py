"""Minors' records: asking to open one, and answering somebody else's request (条例 36)."""

from __future__ import annotations

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user, login_required

from volunteer.areas.models import Area
from volunteer.core import inputs, transaction
from volunteer.core.database import db
from volunteer.core.errors import NotAllowed, NotFound, Refused
from volunteer.core.i18n import gettext as _
from volunteer.people import access_queries, policy
from volunteer.people.desk_forms import DecisionForm, ReasonForm
from volunteer.people.models import WAITING, Person
from volunteer.people.service import access
from volunteer.people.views import pages
from volunteer.people.views.loading import record_of


@pages.route("/desk/people/<int:person_id>/access", methods=["GET", "POST"])
@login_required
def ask_access(person_id: int) -> ResponseReturnValue:
    person, _area = record_of(person_id)
    form = ReasonForm()
    if form.validate_on_submit():
        try:
            access.ask(actor=current_user, person_id=person_id, reason=form.reason.data)
            flash(_("申请已经记下，等另一位工作人员答复。有了答复会在“消息”里告诉您。"), "success")
            return redirect(url_for("people.record", person_id=person_id), 303)
        except Refused as refusal:
            transaction.give_up()
            form.refuse(refusal)
            return closed_record(record_of(person_id)[0], form, refusal.status)
    return closed_record(person, form, 422 if form.is_submitted() else 200)


@pages.get("/desk/access-requests")
@login_required
def access_requests() -> ResponseReturnValue:
    """What waits within the reader's areas, the longest first, and what became of the reader's own."""
    return _requests_page()


@pages.post("/desk/access-requests/<int:access_id>")
@login_required
def decide_access(access_id: int) -> ResponseReturnValue:
    if not access_queries.may_decide(current_user, access_id):
        raise NotFound
    form = DecisionForm()
    if not form.validate_on_submit():
        return _requests_page(form=form), 422
    approve = form.decision.data == "approve"
    try:
        access.decide(actor=current_user, access_id=access_id, approve=approve)
    except Refused as refusal:
        transaction.give_up()
        form.refuse(refusal)
        return _requests_page(form=form), refusal.status
    flash(_("已经同意，对方会收到消息。") if approve else _("已经答复不同意，对方会收到消息。"), "success")
    return redirect(url_for("people.access_requests"), 303)


def closed_record(person: Person, form: ReasonForm | None = None, status: int = 200) -> ResponseReturnValue:
    """All that is shown of a minor without approval: the number, and how to ask."""
    area = db.session.get_one(Area, person.area_id)
    page = render_template(
        "people/access_ask.html",
        number=person.number,
        person_id=person.id,
        form=form or ReasonForm(),
        is_waiting=access.is_waiting(current_user.id, person.id),
        is_needed=not access.may_open(current_user, person),
        may_settle=person.status == WAITING and policy.may_check_identity(current_user, person.id, area.path),
    )
    return page, status


def _requests_page(form: DecisionForm | None = None) -> str:
    paths = policy.directory_paths(current_user)
    if not paths:
        raise NotAllowed
    mark = request.args.get("after")
    after = inputs.whole_number(mark, least=1, most=2**62) if mark else None
    lines = access_queries.waiting(current_user, paths, after=after)
    shown, more = lines[: access_queries.PAGE], lines[access_queries.PAGE :]
    return render_template(
        "people/access_requests.html",
        lines=shown,
        own=access_queries.own(current_user) if after is None else [],
        form=form,
        next_url=url_for("people.access_requests", after=shown[-1].id) if more else None,
    )
