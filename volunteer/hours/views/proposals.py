"""Hours that wait for approval: the list, one with its evidence, yes and no (R036, R038, R039)."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user, login_required

from volunteer.core import files, transaction
from volunteer.core.database import db
from volunteer.core.errors import NotAllowed, NotFound, Refused
from volunteer.core.i18n import gettext as _
from volunteer.core.i18n import label
from volunteer.hours import planned, policy, to_answer, words
from volunteer.hours.forms import RefusalForm
from volunteer.hours.models import WAITING, Proposal
from volunteer.hours.planned import Planned
from volunteer.hours.service import approving
from volunteer.hours.views import pages
from volunteer.people import naming
from volunteer.people.models import Person


@pages.get("/desk/proposals")
@login_required
def proposals() -> ResponseReturnValue:
    paths = policy.answering_paths(current_user)
    if not paths:
        raise NotAllowed
    rows = db.session.execute(to_answer.proposals_waiting(paths).limit(200)).all()
    return render_template("hours/proposals.html", rows=rows, words=words, label=label)


@pages.route("/desk/proposals/<int:proposal_id>", methods=["GET", "POST"])
@login_required
def proposal(proposal_id: int) -> ResponseReturnValue:
    row, plan = _load(proposal_id)
    form = RefusalForm()
    status = 422 if form.is_submitted() else 200
    if form.validate_on_submit():
        try:
            return _decide(proposal_id, form)
        except Refused as refusal:
            transaction.give_up()
            form.refuse(refusal)
            status = refusal.status
        row, plan = _load(proposal_id)
    return _page(row, plan, form), status


def _decide(proposal_id: int, form: RefusalForm) -> ResponseReturnValue:
    if request.form.get("decision") != "approve":
        approving.refuse(actor=current_user, proposal_id=proposal_id, answer=form.answer.data or "")
        flash(_("没有批准，提交的人会收到理由。"), "success")
        return redirect(url_for("hours.proposals"), 303)
    batch = approving.approve(actor=current_user, proposal_id=proposal_id)
    if batch is None:
        flash(_("您批准了，还要街道再批一次。"), "success")
        return redirect(url_for("hours.proposals"), 303)
    flash(_("批准了，时长已经记上。"), "success")
    return redirect(url_for("hours.batch", batch_id=batch.id), 303)


@pages.get("/desk/proposals/<int:proposal_id>/evidence")
@login_required
def evidence(proposal_id: int) -> ResponseReturnValue:
    row, _plan = _load(proposal_id)
    if row.evidence_id is None:
        raise NotFound
    stored = db.session.get_one(files.StoredFile, row.evidence_id)
    return files.response(stored, called=f"evidence-{proposal_id}")


def _load(proposal_id: int) -> tuple[Proposal, Planned]:
    """The proposal, for staff over the team's area."""
    row = db.session.get(Proposal, proposal_id)
    plan = planned.load(row.occurrence_id) if row else None
    if row is None or plan is None:
        raise NotFound
    if not policy.may_approve(current_user, area_path=plan.area_path, is_high=False):
        raise NotFound
    return row, plan


def _page(row: Proposal, plan: Planned, form: RefusalForm) -> str:
    people, extension = approving.people_of(row), approving.extension_of(row)
    plan = replace(plan, extra_minutes=extension.minutes)
    lines: list[tuple[Any, Any, int]] = []
    for mark in approving.marks_of(row):
        if mark.person_id in people and mark.attendance:
            credited = plan.credited(mark.attendance, mark.off_minutes)
            minutes = mark.minutes if mark.minutes is not None else credited
            lines.append((people[mark.person_id], words.ATTENDANCES[mark.attendance], minutes))
    given = approving.approvers(row.id)
    is_high = approving.is_high(row, plan, len(given))
    return render_template(
        "hours/proposal.html",
        proposal=row,
        plan=plan,
        lines=lines,
        extension=extension,
        is_open=row.state == WAITING,
        given=len(given),
        is_high=is_high,
        may_approve=policy.may_approve(current_user, area_path=plan.area_path, is_high=is_high),
        proposer=db.session.get_one(Person, row.proposed_by_id),
        names=naming.for_reader(current_user, team_path=plan.team_path, area_path=plan.area_path),
        form=form,
        words=words,
    )
