"""The roll call on paper: print the list with row codes, afterwards type the exceptions alone."""

from __future__ import annotations

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user, login_required

from volunteer.activities.signing import leaving
from volunteer.core import clock, inputs, scanned, transaction, uploads
from volunteer.core.database import db
from volunteer.core.errors import NotFound, Refused
from volunteer.core.formkey import without_form_key
from volunteer.core.i18n import gettext as _
from volunteer.hours import queries, service, sheets, words
from volunteer.hours.comparing import compare
from volunteer.hours.models import Roster
from volunteer.hours.planned import Planned
from volunteer.hours.service import approving, printing
from volunteer.hours.service.limits import NeedsApproval
from volunteer.hours.sheets import Sheet
from volunteer.hours.views import pages
from volunteer.hours.views.roll_call import plan_to_record

LEAST_BLANK_ROWS = 6  # for those who come without having signed up
ROWS_OF_A_PAGE = 16
uploads.expect(pages, {"hours.roster_entry", "hours.propose_sheet"})


@pages.route("/activities/<int:occurrence_id>/roster", methods=["GET", "POST"])
@login_required
def roster(occurrence_id: int) -> ResponseReturnValue:
    """How the paper goes there and back; the button makes the sheet, since it gives out row codes."""
    plan = plan_to_record(occurrence_id)
    if request.method == "POST":
        try:
            made = service.print_roster(actor=current_user, occurrence_id=occurrence_id)
            return redirect(url_for("hours.roster_sheet", roster_id=made.id), 303)
        except Refused as refusal:
            transaction.give_up()
            return _start_page(plan, problem=refusal.message), refusal.status
    return _start_page(plan)


@pages.get("/rosters/<int:roster_id>")
@login_required
def roster_sheet(roster_id: int) -> ResponseReturnValue:
    """The sheet as it was printed, to print it again."""
    row, plan = _load(roster_id)
    people = queries.people_ever(rows := printing.rows_of(row.id))
    listed = [(number, people.get(person_id)) for number, person_id in rows.items()]
    address = scanned.outside_address("hours.roster_entry", roster_id=row.id)
    return render_template(
        "hours/roster_sheet.html",
        roster=row,
        plan=plan,
        rows=listed,
        left=leaving.of_date(plan.id),
        blank_rows=max(LEAST_BLANK_ROWS, ROWS_OF_A_PAGE - len(listed)),
        qr=scanned.picture(address, scale=3),
        address=address,
    )


@pages.route("/rosters/<int:roster_id>/entry", methods=["GET", "POST"])
@login_required
def roster_entry(roster_id: int) -> ResponseReturnValue:
    """Type the exceptions; the second page shows everybody's minutes, its button records them."""
    row, plan = _load(roster_id)
    if request.method == "GET":
        if plan.recorded_at and (batch_id := queries.live_batch_id(plan.id)):
            return redirect(url_for("hours.batch", batch_id=batch_id))
        return _entry_page(row, plan, None)
    sheet = _read(row, plan)
    if not sheet.is_right:
        return _entry_page(row, plan, sheet), 422
    if plan.recorded_at is None and request.form.get("shown", "") != sheet.call.shown:
        note = _("名单有变化，合计跟着变了。请看一眼，再按一次。")
        return _preview_page(row, plan, sheet, note=note), 422
    try:
        paper = service.Paper(row.id, uploads.sent())
        batch = service.record(
            actor=current_user,
            occurrence_id=plan.id,
            marks=sheet.call.marks(),
            extension=sheet.call.extension,
            paper=paper,
        )
        flash(_("记好了，每个人都会收到消息。"), "success")
        return redirect(url_for("hours.batch", batch_id=batch.id), 303)
    except Refused as refusal:
        transaction.give_up()
        needs = isinstance(refusal, NeedsApproval)
        page = _preview_page(*_load(roster_id), sheet, problem=refusal.message, needs=needs)
        return page, refusal.status


@pages.post("/rosters/<int:roster_id>/propose")
@login_required
def propose_sheet(roster_id: int) -> ResponseReturnValue:
    """Hand the sheet in for approval (R036, R038): its photo is the evidence."""
    row, plan = _load(roster_id)
    sheet = _read(row, plan)
    if not sheet.is_right:
        return _entry_page(row, plan, sheet), 422
    reason = request.form.get("approval_reason", "")
    try:
        approving.propose(
            actor=current_user,
            occurrence_id=plan.id,
            marks=sheet.call.marks(),
            extension=sheet.call.extension,
            reason=inputs.clean(reason, longest=300),
            evidence=uploads.sent(),
        )
        flash(_("已经交给社区，批准以后自动记上，结果会告诉您。"), "success")
        return redirect(url_for("activities.occurrence", occurrence_id=plan.id), 303)
    except Refused as refusal:
        transaction.give_up()
        page = _preview_page(
            *_load(roster_id), sheet, problem=refusal.message, needs=True, reason=reason[:300]
        )
        return page, refusal.status


@pages.post("/rosters/<int:roster_id>/preview")
@login_required
@without_form_key
def roster_preview(roster_id: int) -> ResponseReturnValue:
    """What the typed exceptions come to; nothing is stored."""
    row, plan = _load(roster_id)
    sheet = _read(row, plan)
    if not sheet.is_right or "back" in request.form:
        return _entry_page(row, plan, sheet)
    return _preview_page(row, plan, sheet)


def _load(roster_id: int) -> tuple[Roster, Planned]:
    row = db.session.get(Roster, roster_id)
    if row is None:
        raise NotFound
    return row, plan_to_record(row.occurrence_id)


def _read(row: Roster, plan: Planned) -> Sheet:
    return sheets.read(plan, row, request.form, current_user)


def _start_page(plan: Planned, problem: str = "") -> str:
    return render_template(
        "hours/roster.html", plan=plan, last=printing.latest(plan.id), problem=problem, now=clock.now()
    )


def _entry_page(row: Roster, plan: Planned, sheet: Sheet | None) -> str:
    return render_template("hours/roster_entry.html", roster=row, plan=plan, sheet=sheet)


def _preview_page(row: Roster, plan: Planned, sheet: Sheet, **more: Any) -> str:
    batch_id = queries.live_batch_id(plan.id) if plan.recorded_at else None
    if batch_id is not None:
        compare(sheet.call, batch_id)
    return render_template(
        "hours/roster_preview.html",
        roster=row,
        plan=sheet.call.plan if plan.recorded_at is None else plan,
        sheet=sheet,
        call=sheet.call,
        batch_id=batch_id,
        words=words,
        **more,
    )
