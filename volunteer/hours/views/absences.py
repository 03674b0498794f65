"""Absences: one's own, and staff's list of those who may not sign up because of too many (R027)."""

from __future__ import annotations

from flask import current_app, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user, login_required

from volunteer.activities.policy import block_paths, may_decide_block, may_decide_blocks_somewhere
from volunteer.activities.signing import blocks
from volunteer.core import clock, inputs, transaction
from volunteer.core.errors import NotAllowed, NotFound, Refused
from volunteer.core.i18n import gettext as _
from volunteer.hours import blocked, no_shows
from volunteer.hours.forms import BlockForm, DecideBlockForm
from volunteer.hours.views import pages


@pages.get("/my-no-shows")
@login_required
def my_no_shows() -> ResponseReturnValue:
    """Who wrote down that one did not come, and when; objections are made from here (R045)."""
    year = clock.today().year
    absences = no_shows.of_person(current_user.id, year)
    return render_template(
        "hours/my_no_shows.html",
        absences=absences,
        standing=sum(absence.counts for absence in absences),
        year=year,
        limit=current_app.config["NO_SHOW_LIMIT"],
        stops=current_app.config["NO_SHOW_BLOCKS"],
        block=blocks.live(current_user.id),
    )


@pages.route("/desk/blocks", methods=["GET", "POST"])
@login_required
def blocked_people() -> ResponseReturnValue:
    """Who may not sign up, why, and what was written down; stop somebody by hand."""
    if not block_paths(current_user):
        raise NotAllowed
    if request.method == "GET":
        return _page()
    if not may_decide_blocks_somewhere(current_user):
        raise NotAllowed
    form = BlockForm()
    status = 422
    if form.validate_on_submit():
        try:
            person_id = blocked.person_called(form.number.data or "")
            blocks.block_by_hand(actor=current_user, person_id=person_id, reason=form.reason.data or "")
            flash(_("已经暂停，本人会收到消息。"), "success")
            return redirect(url_for("hours.blocked_people"), 303)
        except NotFound:
            form.refuse(blocked.NobodyCalledSo())
        except Refused as refusal:
            form.refuse(refusal)
            status = refusal.status
    transaction.give_up()
    return _page(form=form), status


@pages.post("/desk/blocks/<int:person_id>")
@login_required
def decide_block(person_id: int) -> ResponseReturnValue:
    """Let somebody sign up again, or leave it as it is; both with a reason that the person reads."""
    area_path = blocked.area_path(person_id)
    if area_path is None or not may_decide_block(current_user, person_id=person_id, area_path=area_path):
        raise NotFound
    form = DecideBlockForm()
    status = 422
    if form.validate_on_submit():
        try:
            reason = form.reason.data or ""
            if request.form.get("decision") == "lift":
                blocks.lift(actor=current_user, person_id=person_id, reason=reason)
                flash(_("已经恢复，本人会收到消息。"), "success")
            else:
                blocks.keep(actor=current_user, person_id=person_id, reason=reason)
                flash(_("先不恢复，本人会看到原因。"), "success")
            return redirect(url_for("hours.blocked_people"), 303)
        except Refused as refusal:
            form.refuse(refusal)
            status = refusal.status
    transaction.give_up()
    return _page(deciding=person_id, decision=form), status


def _page(
    form: BlockForm | None = None, deciding: int | None = None, decision: DecideBlockForm | None = None
) -> str:
    mark = request.args.get("after")
    after = inputs.whole_number(mark, least=0, most=10**17) if mark else None
    rows, next_mark = blocked.rows(block_paths(current_user), after=after)
    return render_template(
        "hours/blocks.html",
        rows=rows,
        next_url=url_for("hours.blocked_people", after=next_mark) if next_mark else None,
        form=form or BlockForm(formdata=None),
        deciding=deciding,
        decision=decision or DecideBlockForm(formdata=None),
        may_decide=lambda row: may_decide_block(
            current_user, person_id=row.person_id, area_path=row.area_path
        ),
        may_block=may_decide_blocks_somewhere(current_user),
    )
