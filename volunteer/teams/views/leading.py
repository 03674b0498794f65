"""What leaders see of their teams, decide and write."""

from __future__ import annotations

from typing import Any

from flask import current_app, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user, login_required

from volunteer.core import transaction
from volunteer.core.errors import NotFound, Refused
from volunteer.core.i18n import gettext as _
from volunteer.core.i18n import ngettext
from volunteer.people import naming
from volunteer.people.models import ACCEPT, PUBLISH
from volunteer.teams import audiences, policy, queries, service, todos, tree
from volunteer.teams.forms import AnnounceForm, DecisionForm
from volunteer.teams.views import loading, pages


@pages.get("/my-teams")
@login_required
def mine() -> ResponseReturnValue:
    """The teams one leads, with all below them (R013), and those one belongs to."""
    led = tree.led(current_user.led_team_ids, after=request.args.get("after"))
    shown, more = led[: tree.PAGE], led[tree.PAGE :]
    paths = {line.team.id: line.team.path for line in shown}

    def may(team_id: int, right: str) -> bool:
        return bool(current_user.leads(paths[team_id], right))

    return render_template(
        "teams/mine.html",
        led=shown,
        todos=todos.of_teams(list(paths), may),
        may_accept={id for id in paths if may(id, ACCEPT)},
        may_publish={id for id in paths if may(id, PUBLISH)},
        teams=queries.of_person(current_user.id),
        next_url=url_for("teams.mine", after=shown[-1].team.path) if more else None,
    )


@pages.get("/teams/<int:team_id>/requests")
@login_required
def requests(team_id: int) -> ResponseReturnValue:
    return _requests_page(team_id)


@pages.post("/teams/<int:team_id>/requests/<int:membership_id>")
@login_required
def decide(team_id: int, membership_id: int) -> ResponseReturnValue:
    loading.load_for(policy.may_accept, team_id)
    if not queries.is_of_team(membership_id, team_id):
        raise service.NoSuchRequest
    form = DecisionForm()
    if form.validate_on_submit():
        accept = form.decision.data == "accept"
        try:
            service.decide(
                actor=current_user, membership_id=membership_id, accept=accept, reason=form.reason.data or ""
            )
            flash(_("已经同意，对方会收到消息。") if accept else _("已经答复，对方会看到原因。"), "success")
            return redirect(url_for("teams.requests", team_id=team_id), 303)
        except Refused as refusal:
            transaction.give_up()
            form.refuse(refusal)
            return _requests_page(team_id, form, membership_id), refusal.status
    return _requests_page(team_id, form, membership_id), 422


@pages.route("/teams/<int:team_id>/announce", methods=["GET", "POST"])
@login_required
def announce(team_id: int) -> ResponseReturnValue:
    team, _area = loading.load_for(policy.may_message, team_id)
    if team.closed_at is not None:
        raise NotFound
    form = AnnounceForm(data={"to": audiences.ALL})
    form.to.choices = audiences.of_team(team_id)
    status = 422 if form.is_submitted() else 200
    if form.validate_on_submit():
        try:
            told = service.announce(actor=current_user, team_id=team_id, text=form.text.data, to=form.to.data)
            flash(
                ngettext("发给了 %(count)s 个人。", "发给了 %(count)s 个人。", told) % {"count": told},
                "success",
            )
            return redirect(url_for("teams.team", team_id=team_id), 303)
        except Refused as refusal:
            transaction.give_up()
            form.refuse(refusal)
            status = refusal.status
    page = render_template(
        "teams/announce.html",
        team=team,
        form=form,
        left=service.left_today(team_id),
        most=current_app.config["TEAM_MESSAGES_PER_DAY"],
        member_count=queries.member_count(team_id),
    )
    return page, status


def _requests_page(team_id: int, form: DecisionForm | None = None, membership_id: int | None = None) -> str:
    team, area = loading.load_for(policy.may_see_requests, team_id)
    values: dict[str, Any] = {"form": form, "membership_id": membership_id}
    if form is not None:
        form.reason.id = f"reason-{membership_id}"  # the summary leads to the box of this applicant
    days = current_app.config["CONFIRM_DAYS"]
    names = naming.for_reader(current_user, team_path=team.path, area_path=area.path)
    return render_template(
        "teams/requests.html",
        team=team,
        area=area,
        requests=queries.requests(team.id, confirm_days=days, names=names),
        may_accept=policy.may_accept(current_user, team.path, area.path),
        **values,
    )
