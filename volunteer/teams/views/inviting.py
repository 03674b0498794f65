"""QR codes that let people in: the leader's list, the poster, and the page that a scan opens."""

from __future__ import annotations

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user, login_required

from volunteer.core import scanned, transaction
from volunteer.core.database import db
from volunteer.core.errors import NotFound, Refused
from volunteer.core.i18n import gettext as _
from volunteer.teams import policy, queries, rules, service
from volunteer.teams.forms import InviteForm
from volunteer.teams.models import Invitation
from volunteer.teams.service import invitations as codes
from volunteer.teams.views import loading, pages


@pages.route("/teams/<int:team_id>/invitations", methods=["GET", "POST"])
@login_required
def invitations(team_id: int) -> ResponseReturnValue:
    team, area = loading.load_for(policy.may_accept, team_id)
    form = InviteForm()
    if form.validate_on_submit():
        assert form.days.data is not None, "the form requires it"
        try:
            made = service.invite(actor=current_user, team_id=team_id, days=form.days.data)
            return redirect(url_for("teams.poster", team_id=team_id, invitation_id=made.id), 303)
        except Refused as refusal:
            transaction.give_up()
            form.refuse(refusal)
    page = render_template(
        "teams/invitations.html", team=team, area=area, form=form, invitations=codes.live(team_id)
    )
    return page, 422 if form.is_submitted() else 200


@pages.get("/teams/<int:team_id>/invitations/<int:invitation_id>")
@login_required
def poster(team_id: int, invitation_id: int) -> ResponseReturnValue:
    """The code, large: on the phone's screen or on paper."""
    team, area = loading.load_for(policy.may_accept, team_id)
    invitation = _of_team(invitation_id, team_id)
    address = scanned.outside_address("teams.invitation", token=invitation.token)
    picture = scanned.picture(address, scale=8)
    return render_template("teams/poster.html", team=team, area=area, invitation=invitation, picture=picture)


@pages.post("/teams/<int:team_id>/invitations/<int:invitation_id>/end")
@login_required
def end_invitation(team_id: int, invitation_id: int) -> ResponseReturnValue:
    loading.load_for(policy.may_accept, team_id)
    _of_team(invitation_id, team_id)
    service.end_invitation(actor=current_user, invitation_id=invitation_id)
    flash(_("这个二维码已经作废。"), "success")
    return redirect(url_for("teams.invitations", team_id=team_id), 303)


@pages.get("/invitations/<token>")
def invitation(token: str) -> ResponseReturnValue:
    """What a scan opens. Who is not signed in does that first, or registers, and comes back."""
    return _invitation_page(token)


@pages.post("/invitations/<token>")
@login_required
def accept_invitation(token: str) -> ResponseReturnValue:
    """One press joins."""
    try:
        team = service.join_by_invitation(actor=current_user, token=token)
    except Refused as refusal:
        transaction.give_up()
        return _invitation_page(token, problem=refusal), refusal.status
    flash(_("欢迎您！您已经是%(team)s的队员了。", team=team.label), "success")
    return redirect(url_for("teams.team", team_id=team.id), 303)


def _invitation_page(token: str, problem: Refused | None = None) -> str:
    found, team, area = service.by_token(token)
    state = queries.state_of(current_user.id, team.id) if current_user.is_authenticated else None
    return render_template(
        "teams/invitation.html",
        team=team,
        area=area,
        kind=rules.KIND_LABELS[team.kind],
        invitation=found,
        token=token,
        state=state,
        member_count=queries.member_count(team.id),
        problem=problem,
    )


def _of_team(invitation_id: int, team_id: int) -> Invitation:
    found = db.session.get(Invitation, invitation_id)
    if found is None or found.team_id != team_id:
        raise NotFound
    return found
