"""The people of a team, and who leads it with which rights."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user, login_required

from volunteer.areas.models import Area
from volunteer.core import inputs, transaction
from volunteer.core.errors import NotFound, Refused
from volunteer.core.formkey import without_form_key
from volunteer.core.i18n import gettext as _
from volunteer.people import naming
from volunteer.people.models import USUAL_RIGHTS
from volunteer.teams import members, policy, queries, rules, service
from volunteer.teams.forms import RightsForm
from volunteer.teams.models import Team
from volunteer.teams.views import loading, pages

LARGEST_ID = 2**62


@pages.route("/teams/<int:team_id>/people", methods=["GET", "POST"])
@login_required
@without_form_key
def people(team_id: int) -> ResponseReturnValue:
    """Members as the reader may know them (people/naming.py).

    What is searched for is posted, for names and phones do not belong into addresses; nothing is stored.
    """
    transaction.give_up()  # a POST, but it only reads: nobody waits for it
    team, area = loading.load_for(policy.may_see_people, team_id)
    text = inputs.clean(request.form.get("q", ""), longest=60)
    after = request.values.get("after")
    cursor = inputs.whole_number(after, least=1, most=LARGEST_ID) if after else None
    names = _names(team, area)
    found = members.members(team_id, text=text, after=cursor, names=names)
    shown, more = found[: members.PAGE], found[members.PAGE :]
    next_after = shown[-1].membership_id if more else None
    return render_template(
        "teams/people.html",
        team=team,
        area=area,
        text=text,
        members=shown,
        next_url=url_for("teams.people", team_id=team_id, after=next_after) if more and not text else None,
        next_after=next_after,
        is_first_page=cursor is None,
        member_count=queries.member_count(team_id),
        leaders=members.leaders(team_id, names=names),
        role_labels=rules.ROLE_LABELS,
        right_labels=rules.RIGHT_LABELS,
        may_appoint=_appointable(team, area),
        is_open=team.closed_at is None,
    )


@pages.route("/teams/<int:team_id>/people/<int:person_id>", methods=["GET", "POST"])
@login_required
def rights(team_id: int, person_id: int) -> ResponseReturnValue:
    """Ask one member to lead or help lead, with rights ticked one by one."""
    team, area = loading.load_for(policy.may_manage, team_id)
    roles = policy.appointable_roles(current_user, team.path, area.path, person_id)
    person = members.member(team_id, person_id, _names(team, area))
    if person is None or not roles or team.closed_at is not None:
        raise NotFound
    held = {line.role: line.rights for line in members.leaders(team_id, person_id=person_id)}
    form = _rights_form(team, area, roles, held)
    status = 422 if form.is_submitted() else 200
    if form.validate_on_submit():
        try:
            service.appoint(
                actor=current_user,
                team_id=team_id,
                person_id=person_id,
                role=form.role.data,
                rights=form.rights.data or (),
            )
            flash(_("已经保存，对方下一次打开页面就生效。"), "success")
            return redirect(url_for("teams.people", team_id=team_id), 303)
        except Refused as refusal:
            transaction.give_up()
            form.refuse(refusal)
            status = refusal.status
    page = render_template(
        "teams/rights.html",
        team=team,
        form=form,
        person=person,
        held=[role for role in roles if role in held],
        held_words=_("、").join(str(rules.ROLE_LABELS[role]) for role in held),
        role_labels=rules.ROLE_LABELS,
        right_labels=rules.RIGHT_LABELS,
        may_give_all=len(form.rights.choices) == len(rules.RIGHT_LABELS),
    )
    return page, status


@pages.post("/teams/<int:team_id>/people/<int:person_id>/dismiss")
@login_required
def dismiss(team_id: int, person_id: int) -> ResponseReturnValue:
    team, area = loading.load_for(policy.may_manage, team_id)
    role = request.form.get("role", "")
    if not policy.appointable_roles(current_user, team.path, area.path, person_id):
        raise NotFound
    if role not in policy.appointable_roles(current_user, team.path, area.path, person_id):
        raise service.UnknownRole
    service.dismiss(actor=current_user, team_id=team_id, person_id=person_id, role=role)
    flash(_("已经撤下，对方还是队员。"), "success")
    return redirect(url_for("teams.people", team_id=team_id), 303)


def _rights_form(team: Team, area: Area, roles: list[str], held: Mapping[str, Sequence[str]]) -> RightsForm:
    """The form with what one may give; ticked is what the person has, or the usual."""
    givable = policy.grantable_rights(current_user, team.path, area.path)
    role = next((role for role in roles if role in held), roles[-1])
    ticked = held.get(role, list(USUAL_RIGHTS))
    form = RightsForm(data={"role": role, "rights": [right for right in ticked if right in givable]})
    form.role.choices = {name: str(rules.ROLE_LABELS[name]) for name in roles}
    form.rights.choices = {name: str(rules.RIGHT_LABELS[name]) for name in givable}
    return form


def _names(team: Team, area: Area) -> naming.Names:
    return naming.for_reader(current_user, team_path=team.path, area_path=area.path)


def _appointable(team: Team, area: Area) -> bool:
    """Whether the page offers to appoint at all; whom, is asked for each person."""
    return team.closed_at is None and bool(
        policy.appointable_roles(current_user, team.path, area.path, person_id=0)
    )
