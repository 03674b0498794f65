"""The tree of areas with its counts: communities and grids are added and renamed here."""

from __future__ import annotations

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user, login_required

from volunteer.areas import queries as tree
from volunteer.areas.models import COMMUNITY, Area
from volunteer.core import transaction
from volunteer.core.database import db
from volunteer.core.errors import NotAllowed, NotFound, Refused
from volunteer.core.i18n import gettext as _
from volunteer.people import area_counts, policy
from volunteer.people.desk_forms import AreaForm, NewAreaForm
from volunteer.people.service import places
from volunteer.people.views import pages


@pages.get("/desk/areas")
@login_required
def areas() -> ResponseReturnValue:
    paths = policy.tree_paths(current_user)
    if not paths:
        raise NotAllowed
    branches = area_counts.branches(tree.within_paths(paths))
    return render_template("people/areas.html", branches=branches)


@pages.route("/desk/areas/<int:area_id>/new", methods=["GET", "POST"])
@login_required
def add_area(area_id: int) -> ResponseReturnValue:
    """A community below a sub-district, a grid below a community."""
    parent = _load(area_id)
    if parent.level not in places.BELOW:
        raise NotFound
    form = NewAreaForm()
    status = 422 if form.is_submitted() else 200
    if form.validate_on_submit():
        try:
            places.add_area(
                actor=current_user,
                parent_id=area_id,
                name=form.name.data,
                name_en=form.name_en.data or "",
                code=form.code.data or "",
            )
            flash(_("加好了，登记和搬家时就能选它。"), "success")
            return redirect(url_for("people.areas"), 303)
        except Refused as refusal:
            transaction.give_up()
            form.refuse(refusal)
            status = refusal.status
    is_community = places.BELOW[parent.level] == COMMUNITY
    return render_template(
        "people/areas_new.html", form=form, parent=parent, is_community=is_community
    ), status


@pages.route("/desk/areas/<int:area_id>/name", methods=["GET", "POST"])
@login_required
def rename_area(area_id: int) -> ResponseReturnValue:
    area = _load(area_id)
    form = AreaForm(obj=area)
    status = 422 if form.is_submitted() else 200
    if form.validate_on_submit():
        try:
            places.rename_area(
                actor=current_user,
                area_id=area_id,
                name=form.name.data,
                name_en=form.name_en.data or "",
            )
            flash(_("名称改好了。"), "success")
            return redirect(url_for("people.areas"), 303)
        except Refused as refusal:
            transaction.give_up()
            form.refuse(refusal)
            status = refusal.status
    return render_template("people/areas_name.html", form=form, area=area), status


def _load(area_id: int) -> Area:
    area = db.session.get(Area, area_id)
    if area is None or not policy.may_change_tree(current_user, area.path):
        raise NotFound
    return area
