"""Recruiting many: the QR to show, the list to accept in one go, paper forms and slips. For who accepts members."""

from __future__ import annotations

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user, login_required

from volunteer.areas import queries as areas
from volunteer.areas.models import Area
from volunteer.core import inputs, scanned, transaction
from volunteer.core.database import db
from volunteer.core.errors import NotAllowed, Refused
from volunteer.core.i18n import gettext as _
from volunteer.core.i18n import ngettext
from volunteer.teams import intake_queries as queries
from volunteer.teams import policy
from volunteer.teams.intake_flags import FLAGS
from volunteer.teams.intake_forms import AnswerForm, IntakeForm, PaperForm
from volunteer.teams.models import Intake, Team
from volunteer.teams.service import intake as service
from volunteer.teams.views import loading, pages

COUNT_SECONDS = 10
COUNTS = 360  # an hour of looking; then the page is opened anew, so that it does not keep a sign-in alive


@pages.route("/teams/<int:team_id>/intakes", methods=["GET", "POST"])
@login_required
def intakes(team_id: int) -> ResponseReturnValue:
    team, area = loading.load_for_requests(team_id)
    form = IntakeForm()
    status = 422 if form.is_submitted() else 200
    if form.is_submitted():
        _only_who_accepts(team, area)
    if form.validate_on_submit():
        try:
            made = service.open_intake(
                actor=current_user, team_id=team_id, title=form.title.data, length=form.length.data
            )
            return redirect(url_for("teams.intake", team_id=team_id, intake_id=made.id), 303)
        except Refused as refusal:
            transaction.give_up()
            form.refuse(refusal)
            status = refusal.status
    page = render_template(
        "teams/intakes.html",
        team=team,
        form=form,
        intakes=queries.of_team(team_id),
        may_accept=policy.may_accept(current_user, team.path, area.path),
        is_open=service.is_open,
    )
    return page, status


@pages.get("/teams/<int:team_id>/intakes/<int:intake_id>")
@login_required
def intake(team_id: int, intake_id: int) -> ResponseReturnValue:
    """The QR to hold up, and how many forms have come."""
    found, team, area = _load(team_id, intake_id)
    left = _number(request.args.get("left"), most=COUNTS, otherwise=COUNTS)
    is_open = service.is_open(found, team)
    return render_template(
        "teams/intake.html",
        team=team,
        intake=found,
        counts=queries.counts([intake_id])[intake_id],
        is_open=is_open,
        picture=_picture(found),
        may_accept=policy.may_accept(current_user, team.path, area.path),
        left=left - 1 if is_open and left > 1 else 0,
        seconds=COUNT_SECONDS,
    )


@pages.get("/teams/<int:team_id>/intakes/<int:intake_id>/poster")
@login_required
def intake_poster(team_id: int, intake_id: int) -> ResponseReturnValue:
    found, team, area = _load(team_id, intake_id)
    return render_template(
        "teams/intake_poster.html",
        team=team,
        area=area,
        intake=found,
        picture=_picture(found),
        address=_address(found),
    )


@pages.post("/teams/<int:team_id>/intakes/<int:intake_id>/close")
@login_required
def close_intake(team_id: int, intake_id: int) -> ResponseReturnValue:
    _found, team, area = _load(team_id, intake_id)
    _only_who_accepts(team, area)
    service.close_intake(actor=current_user, intake_id=intake_id)
    flash(_("招募结束了。已经交来的表都还在，请逐一答复。"), "success")
    return redirect(url_for("teams.intake", team_id=team_id, intake_id=intake_id), 303)


@pages.route("/teams/<int:team_id>/intakes/<int:intake_id>/applications", methods=["GET", "POST"])
@login_required
def applications(team_id: int, intake_id: int) -> ResponseReturnValue:
    found, team, area = _load(team_id, intake_id)
    form = AnswerForm()
    if not form.is_submitted():
        return _list_page(found, team, area, form)
    _only_who_accepts(team, area)
    if not form.validate():
        return _list_page(found, team, area, form), 422
    try:
        outcome = _answer(form, intake_id)
    except Refused as refusal:
        transaction.give_up()
        form.refuse(refusal)
        return _list_page(found, team, area, form), refusal.status
    for sentence, kind in _told(outcome):
        flash(sentence, kind)
    return redirect(url_for("teams.applications", team_id=team_id, intake_id=intake_id), 303)


@pages.route("/teams/<int:team_id>/intakes/<int:intake_id>/paper", methods=["GET", "POST"])
@login_required
def paper_form(team_id: int, intake_id: int) -> ResponseReturnValue:
    """Type in a form that somebody filled in by hand."""
    found, team, area = _load(team_id, intake_id)
    _only_who_accepts(team, area)
    form = PaperForm()
    form.area.choices = {community.id: community.label for community in areas.communities()}
    status = 422 if form.is_submitted() else 200
    if not form.is_submitted() and area.id in form.area.choices:
        form.area.data = area.id
    if form.validate_on_submit():
        try:
            service.enter_paper_form(
                actor=current_user,
                intake_id=intake_id,
                form=form.filled(),
                has_consented=form.consent.data,
            )
            flash(_("收下了。可以接着录下一份。"), "success")
            return redirect(url_for("teams.paper_form", team_id=team_id, intake_id=intake_id), 303)
        except Refused as refusal:
            transaction.give_up()
            form.refuse(refusal)
            status = refusal.status
    return render_template("teams/intake_paper.html", team=team, intake=found, form=form), status


@pages.get("/teams/<int:team_id>/intakes/<int:intake_id>/slips")
@login_required
def intake_slips(team_id: int, intake_id: int) -> ResponseReturnValue:
    """Volunteer numbers on paper, for those who have no phone."""
    found, team, area = _load(team_id, intake_id)
    _only_who_accepts(team, area)
    return render_template("teams/intake_slips.html", team=team, intake=found, slips=queries.slips(intake_id))


def _load(team_id: int, intake_id: int) -> tuple[Intake, Team, Area]:
    team, area = loading.load_for_requests(team_id)
    found = db.session.get(Intake, intake_id)
    if found is None or found.team_id != team_id:
        raise service.NoSuchIntake
    return found, team, area


def _only_who_accepts(team: Team, area: Area) -> None:
    if not policy.may_accept(current_user, team.path, area.path):
        raise NotAllowed


def _list_page(found: Intake, team: Team, area: Area, form: AnswerForm) -> str:
    after = _number(request.args.get("after"), most=2**62, otherwise=0)
    lines = queries.waiting(found.id, reader_id=current_user.id, after=after or None)
    shown, more = lines[: queries.PAGE], lines[queries.PAGE :]
    next_url = None
    if more:
        next_url = url_for("teams.applications", team_id=team.id, intake_id=found.id, after=shown[-1].id)
    return render_template(
        "teams/intake_applications.html",
        team=team,
        intake=found,
        form=form,
        lines=sorted(shown, key=lambda line: not line.asks_for_a_look),
        ready=[line.id for line in shown if line.may_come_in],
        chosen=set(_ids("chosen")),
        first_answer_by_on=min((line.answer_by_on for line in shown), default=None),
        counts=queries.counts([found.id])[found.id],
        flags=FLAGS,
        has_slips=bool(queries.slips(found.id)),
        may_accept=policy.may_accept(current_user, team.path, area.path),
        next_url=next_url,
    )


def _answer(form: AnswerForm, intake_id: int) -> service.Outcome:
    if form.decision.data == "refuse":
        return service.refuse(
            actor=current_user,
            intake_id=intake_id,
            application_ids=_ids("chosen"),
            reason=form.reason.data or "",
        )
    ids = _ids("shown" if form.decision.data == "all" else "chosen")
    return service.accept(actor=current_user, intake_id=intake_id, application_ids=ids)


def _told(outcome: service.Outcome) -> list[tuple[str, str]]:
    """What became of the list, in sentences."""
    told = []
    if count := len(outcome.accepted):
        sentence = ngettext(
            "已经同意 %(num)s 位，他们现在是队员了。", "已经同意 %(num)s 位，他们现在是队员了。", count
        )
        told.append((sentence % {"num": count}, "success"))
    if count := len(outcome.refused):
        sentence = ngettext(
            "已经答复 %(num)s 位，他们会在回执上看到原因。",
            "已经答复 %(num)s 位，他们会在回执上看到原因。",
            count,
        )
        told.append((sentence % {"num": count}, "success"))
    if count := len(outcome.decided_before):
        sentence = ngettext(
            "有 %(num)s 位别人刚刚答复过，没有重复办理。",
            "有 %(num)s 位别人刚刚答复过，没有重复办理。",
            count,
        )
        told.append((sentence % {"num": count}, "message"))
    if outcome.own:
        told.append((_("您本人或您孩子的申请还等着，请另一位队长或社区工作人员来答复。"), "warning"))
    if count := len(outcome.for_the_desk):
        sentence = ngettext(
            "有 %(num)s 位还等着：账户停用，或者缺监护人同意。请社区工作人员来办。",
            "有 %(num)s 位还等着：账户停用，或者缺监护人同意。请社区工作人员来办。",
            count,
        )
        told.append((sentence % {"num": count}, "warning"))
    return told


def _ids(name: str) -> list[int]:
    """Ticked ids; what is not a number is left out."""
    return [
        int(text)
        for text in request.form.getlist(name)
        if text.isascii() and text.isdigit() and len(text) < 19
    ]


def _number(text: str | None, *, most: int, otherwise: int) -> int:
    try:
        return inputs.whole_number(text, least=0, most=most)
    except inputs.BadNumber:
        return otherwise


def _address(found: Intake) -> str:
    return scanned.outside_address("teams.apply", token=found.token)


def _picture(found: Intake) -> Any:
    return scanned.picture(_address(found), scale=8)
