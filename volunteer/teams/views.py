"""Pages of teams: looking for one, joining, leaving, and what leaders decide."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user, login_required

from volunteer.areas import queries as areas
from volunteer.areas.models import Area
from volunteer.core import formats, transaction
from volunteer.core.database import db
from volunteer.core.errors import NotAllowed, NotFound, Refused
from volunteer.core.i18n import gettext as _
from volunteer.teams import policy, queries, rules, service, todos
from volunteer.teams.forms import DecisionForm
from volunteer.teams.models import Team

pages = Blueprint("teams", __name__)


@pages.get("/teams")
def list_teams() -> ResponseReturnValue:
    communities = areas.communities()
    chosen = next((area for area in communities if area.code == request.args.get("community")), None)
    lines = queries.teams_near(
        area_path=current_user.area_path,
        person_id=current_user.id,
        within=chosen.path if chosen else None,
        after=request.args.get("after"),
    )
    lines, more = lines[: queries.PAGE], lines[queries.PAGE :]
    next_url = None
    if more:
        code = chosen.code if chosen else None
        next_url = url_for("teams.list_teams", community=code, after=lines[-1].cursor)
    return render_template(
        "teams/list.html",
        lines=lines,
        communities=communities,
        chosen=chosen,
        kinds=rules.KIND_LABELS,
        next_url=next_url,
    )


@pages.get("/teams/<int:team_id>")
def team(team_id: int) -> ResponseReturnValue:
    return _team_page(team_id)


@pages.post("/teams/<int:team_id>/join")
@login_required
def join(team_id: int) -> ResponseReturnValue:
    try:
        service.request_to_join(actor=current_user, team_id=team_id)
    except NotFound:
        raise
    except Refused as refusal:
        transaction.give_up()
        return _team_page(team_id, problem=refusal), refusal.status
    flash(_("申请已经交给队长，有了答复会在“消息”里告诉您。"), "success")
    return redirect(url_for("teams.team", team_id=team_id), 303)


@pages.post("/teams/<int:team_id>/leave")
@login_required
def leave(team_id: int) -> ResponseReturnValue:
    _load(team_id)
    try:
        service.leave(actor=current_user, team_id=team_id)
    except Refused as refusal:
        transaction.give_up()
        return _team_page(team_id, problem=refusal), refusal.status
    flash(_("您已经退出，从前的服务记录都还在。"), "success")
    return redirect(url_for("teams.team", team_id=team_id), 303)


@pages.get("/teams/<int:team_id>/requests")
@login_required
def requests(team_id: int) -> ResponseReturnValue:
    return _requests_page(team_id)


@pages.post("/teams/<int:team_id>/requests/<int:membership_id>")
@login_required
def decide(team_id: int, membership_id: int) -> ResponseReturnValue:
    team, area = _load_for_requests(team_id)
    if not policy.may_manage(current_user, team.path, area.path):
        raise NotAllowed
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


@pages.get("/my-teams")
@login_required
def mine() -> ResponseReturnValue:
    return render_template(
        "teams/mine.html",
        led=queries.led(current_user.led_team_ids),
        todos=todos.of_teams(current_user.led_team_ids),
        teams=queries.of_person(current_user.id),
    )


def _load(team_id: int) -> tuple[Team, Area]:
    team = db.session.get(Team, team_id)
    if team is None:
        raise service.NoSuchTeam
    return team, db.session.get_one(Area, team.area_id)


def _load_for_requests(team_id: int) -> tuple[Team, Area]:
    team, area = _load(team_id)
    if not policy.may_see_requests(current_user, team.path, area.path):
        raise NotFound
    return team, area


def _team_page(team_id: int, problem: Refused | None = None) -> str:
    team, area = _load(team_id)
    state = queries.state_of(current_user.id, team.id) if current_user.is_authenticated else None
    return render_template(
        "teams/team.html",
        team=team,
        area=area,
        kind=rules.KIND_LABELS[team.kind],
        member_count=queries.member_count(team.id),
        leaders=[formats.masked_name(name) for name in queries.leader_names(team.id)],
        state=state,
        problem=problem,
        may_manage=policy.may_manage(current_user, team.path, area.path),
    )


def _requests_page(team_id: int, form: DecisionForm | None = None, membership_id: int | None = None) -> str:
    team, area = _load_for_requests(team_id)
    values: dict[str, Any] = {"form": form, "membership_id": membership_id}
    return render_template(
        "teams/requests.html", team=team, area=area, requests=queries.requests(team.id), **values
    )
