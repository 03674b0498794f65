"""Who was at a training: one form, many members."""

from __future__ import annotations

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user, login_required

from volunteer.core import transaction
from volunteer.core.errors import Refused
from volunteer.core.i18n import gettext as _
from volunteer.credentials import queries as credentials
from volunteer.credentials.models import TRAINING
from volunteer.people import naming
from volunteer.teams import policy
from volunteer.teams.forms import TrainingForm
from volunteer.teams.members import members as members_of
from volunteer.teams.service.training import record_training
from volunteer.teams.views import loading, pages

MOST = 500  # names on one page


@pages.route("/teams/<int:team_id>/training", methods=["GET", "POST"])
@login_required
def training(team_id: int) -> ResponseReturnValue:
    team, area = loading.load_for(policy.may_record, team_id)
    names = naming.for_reader(current_user, team_path=team.path, area_path=area.path)
    found = members_of(team_id, limit=MOST, names=names)
    members = [member for member in found if member.person_id != current_user.id]
    form = TrainingForm(unit=team.name)
    form.people.choices = [(member.person_id, f"{member.name} {member.number}") for member in members]
    if request.method == "GET" and request.args.get("all") == "1":
        form.people.data = [member.person_id for member in members]
    status = 422 if form.is_submitted() else 200
    if form.validate_on_submit():
        try:
            count = record_training(
                actor=current_user, team_id=team_id, person_ids=form.people.data or (), entry=form.entry()
            )
            flash(_("登记好了，%(count)s 位队员会收到消息。", count=count), "success")
            return redirect(url_for("teams.team", team_id=team_id), 303)
        except Refused as refusal:
            form.refuse(refusal)
            status = refusal.status
    if form.is_submitted():
        transaction.give_up()
    known = [name for kind, name in credentials.known_names(area.path) if kind == TRAINING]
    page = render_template(
        "teams/training.html", team=team, form=form, known=known, has_members=bool(members)
    )
    return page, status
