"""Looking for a team, joining it and leaving it."""

from __future__ import annotations

from collections.abc import Callable

from flask import current_app, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user, login_required

from volunteer.areas import queries as areas
from volunteer.core import formats, transaction
from volunteer.core.database import db
from volunteer.core.errors import Refused
from volunteer.core.i18n import gettext as _
from volunteer.teams import parting, policy, queries, rules, service, tree
from volunteer.teams.models import MEMBER, REQUESTED, Team
from volunteer.teams.views import loading, pages


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
        may_found=bool(policy.founding_paths(current_user)),
    )


@pages.get("/teams/<int:team_id>")
def team(team_id: int) -> ResponseReturnValue:
    return _team_page(team_id)


@pages.post("/teams/<int:team_id>/join")
@login_required
def join(team_id: int) -> ResponseReturnValue:
    try:
        service.request_to_join(actor=current_user, team_id=team_id)
    except Refused as refusal:
        transaction.give_up()
        return _team_page(team_id, problem=refusal), refusal.status
    flash(_("申请已经交给队长，有了答复会在“消息”里告诉您。"), "success")
    return redirect(url_for("teams.team", team_id=team_id), 303)


@pages.post("/teams/<int:team_id>/leave")
@login_required
def leave(team_id: int) -> ResponseReturnValue:
    loading.load(team_id)
    try:
        service.leave(actor=current_user, team_id=team_id)
    except Refused as refusal:
        transaction.give_up()
        return _team_page(team_id, problem=refusal), refusal.status
    flash(_("您已经退出，从前的服务记录都还在。"), "success")
    return redirect(url_for("teams.team", team_id=team_id), 303)


def _team_page(team_id: int, problem: Refused | None = None) -> str:
    team, area = loading.load(team_id)
    state = queries.state_of(current_user.id, team.id) if current_user.is_authenticated else None
    answer_by_on = None
    if state == REQUESTED:
        days = current_app.config["CONFIRM_DAYS"]
        answer_by_on = queries.answer_by_of(current_user.id, team.id, confirm_days=days)
    return render_template(
        "teams/team.html",
        team=team,
        area=area,
        kind=rules.KIND_LABELS[team.kind],
        parent=tree.parent_of(team),
        below=tree.below(team),
        successor=db.session.get(Team, team.successor_id) if team.successor_id else None,
        member_count=queries.member_count(team.id),
        leaders=[formats.masked_name(name) for name in queries.leader_names(team.id)],
        state=state,
        answer_by_on=answer_by_on,
        leaves_behind=parting.in_words(current_user.id, team.id) if state == MEMBER else [],
        problem=problem,
        doors=_doors(team, area.path),
    )


def _doors(team: Team, area_path: str) -> list[tuple[str, str]]:
    """What the reader may do with the team, each with the page where it is done."""
    is_open = team.closed_at is None
    may_run = is_open and policy.may_found(current_user, area_path)
    asked: list[tuple[bool, str, str]] = [
        (_may(policy.may_see_requests, team, area_path) and is_open, _("入队申请"), "teams.requests"),
        (_may(policy.may_accept, team, area_path) and is_open, _("入队二维码"), "teams.invitations"),
        (_may(policy.may_see_requests, team, area_path) and is_open, _("招募报名表"), "teams.intakes"),
        (_may(policy.may_publish, team, area_path) and is_open, _("发起活动"), "activities.new_series"),
        (_may(policy.may_record, team, area_path) and is_open, _("培训签到"), "teams.training"),
        (_may(policy.may_message, team, area_path) and is_open, _("给队员发通知"), "teams.announce"),
        (_may(policy.may_see_people, team, area_path), _("队员和权限"), "teams.people"),
        (may_run, _("改名称和上级"), "teams.edit"),
        (may_run, _("关闭队伍"), "teams.close"),
    ]
    doors = [(text, url_for(endpoint, team_id=team.id)) for may, text, endpoint in asked if may]
    if may_run:
        doors.append((_("建一支下级队伍"), url_for("teams.new", parent=team.id)))
    if is_open and _may(policy.may_register, team, area_path):
        doors.append((_("为居民登记注册"), url_for("people.staff_register")))
    return doors


def _may(question: Callable[[policy.Visitor, str, str], bool], team: Team, area_path: str) -> bool:
    return question(current_user, team.path, area_path)
