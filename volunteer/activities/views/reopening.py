"""Open a cancelled date again, after a look at whom it asks."""

from __future__ import annotations

import wtforms
from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import lazy_gettext as _l
from flask_login import current_user, login_required
from wtforms import validators

from volunteer.activities import managed, parts, policy, service
from volunteer.activities.parts import IS_OFF, Asked, Link
from volunteer.activities.service.changing.reopening import (
    LONGEST_WORDS,
    NotToBeReopened,
    apart,
    may_be_reopened,
)
from volunteer.activities.views import pages
from volunteer.activities.views.previewing import own_fields
from volunteer.core import clock, transaction
from volunteer.core.errors import Refused
from volunteer.core.forms import Form, at_most
from volunteer.core.i18n import gettext as _
from volunteer.core.i18n import ngettext


class ReopenForm(Form):
    words = wtforms.TextAreaField(_l("给大家说几句"), [validators.Optional(), at_most(LONGEST_WORDS)])


@pages.route("/activities/<int:occurrence_id>/reopen", methods=["GET", "POST"])
@login_required
def reopen(occurrence_id: int) -> ResponseReturnValue:
    """For who may cancel it, within a day of the cancellation and before it begins."""
    row = managed.date(current_user, occurrence_id)
    if not may_be_reopened(row, clock.now()):
        raise NotToBeReopened
    form = ReopenForm()
    if form.validate_on_submit():
        try:
            asked = service.reopen_occurrence(
                actor=current_user, occurrence_id=occurrence_id, words=form.words.data or ""
            )
            flash(_reopened(asked), "success")
            return redirect(url_for("activities.occurrence", occurrence_id=occurrence_id), 303)
        except Refused as refusal:
            form.refuse(refusal)
    if form.is_submitted():
        transaction.give_up()
    found = apart(occurrence_id)
    page = render_template(
        "activities/reopen.html",
        form=form,
        date=row,
        has_day=found.has_day,
        own=own_fields(",".join(found.fields)),
    )
    return page, 422 if form.errors else 200


def _reopened(asked: int) -> str:
    if not asked:
        return _("这一场又照常办了。")
    return ngettext(
        "这一场又照常办了，问了 %(num)s 位原来报名的人还来不来。",
        "这一场又照常办了，问了 %(num)s 位原来报名的人还来不来。",
        asked,
    ) % {"num": asked}


def reopen_link(asked: Asked) -> Link | None:
    row = asked.row
    may_manage = policy.may_manage(asked.visitor, team_path=row.team_path, area_path=row.area_path)
    if not may_manage or not may_be_reopened(row, asked.now):
        return None
    href = url_for("activities.reopen", occurrence_id=row.id)
    return Link(_("重新开放这一场"), href, _("取消错了？原来报名的人会先问到"))


parts.add_link(reopen_link, order=90, stages=(IS_OFF,))
