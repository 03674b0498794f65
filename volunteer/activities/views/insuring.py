"""Who is insured for a dangerous date: the list, and one policy for many."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence

import wtforms
from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import lazy_gettext as _l
from flask_login import current_user, login_required
from wtforms.validators import Optional

from volunteer.activities import managed, parts, policy
from volunteer.activities.parts import Asked, Link
from volunteer.activities.service.signing import insuring
from volunteer.activities.signing import insurance
from volunteer.activities.views import pages
from volunteer.core import clock, formats, transaction
from volunteer.core.errors import Refused
from volunteer.core.forms import Form, at_most, required
from volunteer.core.i18n import gettext as _
from volunteer.core.i18n import label
from volunteer.people import queries as people
from volunteer.people.models import PUBLISH
from volunteer.teams import todos
from volunteer.teams.todos import Todo

AHEAD = dt.timedelta(days=7)


class UnknownWalkIn(Refused):
    sentence = _l("没有找到这位志愿者，或者有几位符合，请填志愿者编号。")
    status = 422
    field = "walk_in"


class InsuranceForm(Form):
    insurer = wtforms.StringField(_l("保险公司"), [required(), at_most(insuring.LONGEST)])
    walk_in = wtforms.StringField(_l("没报名、临时来的人"), [Optional(), at_most(60)])
    policy_number = wtforms.StringField(_l("保单号"), [required(), at_most(insuring.LONGEST)])


@pages.route("/activities/<int:occurrence_id>/insurance", methods=["GET", "POST"])
@login_required
def insure(occurrence_id: int) -> ResponseReturnValue:
    row = managed.date(current_user, occurrence_id)
    form = InsuranceForm()
    status = 422 if form.is_submitted() else 200
    if form.validate_on_submit():
        try:
            count = insuring.insure(
                actor=current_user,
                occurrence_id=occurrence_id,
                person_ids=_chosen() | _walk_in(form),
                insurer=form.insurer.data,
                policy_number=form.policy_number.data,
            )
            flash(_("给 %(count)s 人登记了保险。", count=count), "success")
            return redirect(url_for("activities.insure", occurrence_id=occurrence_id), 303)
        except Refused as refusal:
            transaction.give_up()
            form.refuse(refusal)
            status = refusal.status
    page = render_template(
        "activities/insurance.html",
        occurrence=row,
        form=form,
        entries=insurance.entries(occurrence_id),
        chosen=_chosen() if form.is_submitted() else None,
    )
    return page, status


def _walk_in(form: InsuranceForm) -> set[int]:
    """Who comes without a sign-up, by number, phone or whole name; refused when nobody or several match."""
    text = (form.walk_in.data or "").strip()
    if not text:
        return set()
    found = people.find(text, exact=True, limit=2)
    if len(found) != 1:
        raise UnknownWalkIn
    return {found[0].id}


def _chosen() -> set[int]:
    return {int(text) for text in request.form.getlist("person") if text.isascii() and text.isdigit()}


def link(asked: Asked) -> Link | None:
    """In the leader's list of a dangerous date; due while somebody is not insured."""
    row = asked.row
    if not row.is_dangerous or not policy.may_manage(
        asked.visitor, team_path=row.team_path, area_path=row.area_path
    ):
        return None
    missing = len(insurance.uninsured(row.id))
    note = _("还有 %(count)s 人没有登记", count=missing) if missing else _("都登记了")
    return Link(_("保险"), url_for("activities.insure", occurrence_id=row.id), note, is_due=bool(missing))


def to_insure(team_ids: Sequence[int]) -> Mapping[int, Sequence[Todo]]:
    """Dangerous dates of the coming week with people who are not insured: they cannot start (R021)."""
    now = clock.now()
    found: dict[int, list[Todo]] = {}
    for row in insurance.uninsured_dates(team_ids, first=now, last=now + AHEAD):
        about = f"{label(row.title, row.title_en)} · {formats.day(clock.local(row.starts_at).date())}"
        href = url_for("activities.insure", occurrence_id=row.id)
        text, amount = _("还没有登记保险"), todos.people(row.missing)
        found.setdefault(row.team_id, []).append(
            Todo(text, row.missing, href, "soon", about=about, amount=amount)
        )
    return found


parts.add_link(link, order=15)
todos.register(to_insure, right=PUBLISH)
