"""Staff look at records that may be one person's."""

from __future__ import annotations

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user, login_required

from volunteer.core import inputs
from volunteer.core.errors import NotAllowed
from volunteer.core.i18n import gettext as _
from volunteer.people.service import access
from volunteer.privacy import duplicates as queries
from volunteer.privacy import policy, service
from volunteer.privacy.service import parting
from volunteer.privacy.views import pages
from volunteer.privacy.views.closed import closed_pair


@pages.get("/desk/duplicates")
@login_required
def duplicates() -> ResponseReturnValue:
    if not policy.may_see_duplicates(current_user):
        raise NotAllowed
    before = request.args.get("before")
    paths = policy.duplicate_paths(current_user)
    page = queries.pairs(paths, before=inputs.whole_number(before, least=1, most=2**62) if before else None)
    minors = {side.id for pair in page.pairs for side in (pair.older, pair.newer) if side.is_minor}
    return render_template(
        "privacy/duplicates.html",
        page=page,
        closed=access.closed_among(current_user.id, minors),
        merges=queries.recent_merges(paths) if not before else [],
        is_open=parting.is_open,
        is_first_page=before is None,
        next_url=url_for("privacy.duplicates", before=page.next_before) if page.next_before else None,
    )


@pages.post("/desk/merges/<int:kept_id>/<int:gone_id>/distinct")
@login_required
def distinct(kept_id: int, gone_id: int) -> ResponseReturnValue:
    try:
        service.say_distinct(actor=current_user, one_id=kept_id, other_id=gone_id)
    except access.ApprovalNeeded:
        return closed_pair(kept_id, gone_id)
    flash(_("记下了：这是两个人，以后不再列出来。"), "success")
    return redirect(url_for("privacy.duplicates"), 303)
