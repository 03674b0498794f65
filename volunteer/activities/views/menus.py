"""The menu of activities to start from, and the templates that are kept in it."""

from __future__ import annotations

import wtforms
from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import lazy_gettext as _l
from flask_login import current_user, login_required

from volunteer.activities import managed, service
from volunteer.activities.models import MenuItem
from volunteer.activities.planning import menu
from volunteer.activities.planning.ready_plans import READY
from volunteer.activities.service.planning import menu_items
from volunteer.activities.service.planning.series import managed_team
from volunteer.activities.views import pages
from volunteer.core import transaction
from volunteer.core.database import db
from volunteer.core.errors import Refused
from volunteer.core.forms import Form, at_most, required
from volunteer.core.i18n import gettext as _


class TemplateForm(Form):
    name = wtforms.StringField(_l("模板叫什么"), [required(), at_most(menu_items.LONGEST_NAME)])


@pages.get("/teams/<int:team_id>/activities/menu", endpoint="menu")
@login_required
def menu_of_team(team_id: int) -> ResponseReturnValue:
    """Choose a ready plan to start from."""
    team = managed_team(current_user, team_id)
    return render_template("activities/menu.html", team=team, ready=READY, kept=menu.items(team.area_id))


@pages.post("/templates/<int:item_id>/archive")
@login_required
def archive_template(item_id: int) -> ResponseReturnValue:
    service.archive_template(actor=current_user, item_id=item_id)
    item = db.session.get_one(MenuItem, item_id)
    flash(_("模板“%(name)s”收起来了，用过它的活动不受影响。", name=item.name), "success")
    team_id = request.form.get("team", "")
    if team_id.isdecimal() and team_id.isascii() and len(team_id) < 10:
        return redirect(url_for("activities.menu", team_id=int(team_id)), 303)
    return redirect(url_for("teams.mine"), 303)


@pages.route("/series/<int:series_id>/template", methods=["GET", "POST"])
@login_required
def keep_as_template(series_id: int) -> ResponseReturnValue:
    row = managed.series(current_user, series_id)
    form = TemplateForm(name=row.title[: menu_items.LONGEST_NAME])
    if form.validate_on_submit():
        try:
            service.keep_as_template(actor=current_user, series_id=series_id, name=form.name.data)
            flash(_("存好了，以后在活动菜单里就能选它。"), "success")
            return redirect(url_for("activities.menu", team_id=row.team_id), 303)
        except Refused as refusal:
            form.refuse(refusal)
    if form.is_submitted():
        transaction.give_up()
    status = 422 if form.errors else 200
    return render_template("activities/arranging/template.html", form=form, series=row), status
