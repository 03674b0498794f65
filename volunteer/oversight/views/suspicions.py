"""Findings that deserve a second look, and that somebody has looked."""

from __future__ import annotations

import datetime as dt
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user, login_required

from volunteer.core import inputs, transaction
from volunteer.core.errors import NotAllowed, NotFound, Refused
from volunteer.core.i18n import gettext as _
from volunteer.hours import policy as hours
from volunteer.oversight import findings, policy, suspicion_words, suspicions
from volunteer.oversight.forms import CheckForm
from volunteer.oversight.suspicions import Cursor
from volunteer.oversight.views import pages

LARGEST = 10**17  # as microseconds far within the calendar
_EPOCH = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)
_MICROSECOND = dt.timedelta(microseconds=1)


@pages.get("/desk/suspicions", endpoint="suspicions")
@login_required
def suspicions_list() -> ResponseReturnValue:
    paths = policy.suspicion_paths(current_user)
    if not paths:
        raise NotAllowed
    counts = suspicions.counts(paths)
    first = next((key for key, count in counts.items() if count), findings.BACK_FILLED)
    kind = suspicions.kind_of(request.args.get("kind") or first)
    is_checked = request.args.get("tab") == "checked"
    if is_checked:
        rows = suspicions.checked(kind, current_user, paths, before=_checked_mark())
    else:
        rows = suspicions.open_findings(kind, paths, after=_open_mark())
    shown = rows[: suspicions.PAGE]
    return render_template(
        "oversight/suspicions.html",
        kind=kind.key,
        titles=suspicion_words.TITLES,
        explanation=suspicion_words.explain(kind.key),
        counts=counts,
        most=suspicions.MOST_COUNTED,
        is_checked=is_checked,
        rows=shown,
        words=suspicion_words,
        next_url=_next_url(kind.key, shown[-1], is_checked) if len(rows) > suspicions.PAGE else None,
    )


@pages.route("/desk/suspicions/<key>/<int:subject_id>/<int:mark_id>", methods=["GET", "POST"])
@login_required
def suspicion(key: str, subject_id: int, mark_id: int) -> ResponseReturnValue:
    kind = suspicions.kind_of(key)
    paths = policy.suspicion_paths(current_user)
    if not paths or (request.method == "POST" and not policy.checking_paths(current_user)):
        raise NotFound
    suspicions.finding(kind, paths, subject_id=subject_id, mark_id=mark_id)
    form, status = CheckForm(), 200
    if form.is_submitted():
        status = 422
        if form.validate():
            try:
                suspicions.check_off(
                    actor=current_user,
                    kind=kind,
                    subject_id=subject_id,
                    mark_id=mark_id,
                    note=form.reason.data or "",
                )
                flash(_("记下了，这一条不再列出来。"), "success")
                return redirect(url_for("oversight.suspicions", kind=key), 303)
            except Refused as refusal:
                form.refuse(refusal)
                status = refusal.status
        transaction.give_up()
    row = suspicions.finding(kind, paths, subject_id=subject_id, mark_id=mark_id)
    page = render_template(
        "oversight/suspicion.html",
        kind=key,
        row=row,
        words=suspicion_words,
        behind=[(line, _may_open(line)) for line in suspicions.rows_behind(kind, row)],
        form=form if _may_check(row) else None,
    )
    return page, status


def _may_open(line: Any) -> bool:
    """Whether the batch itself opens for the reader; a person may have served with a team from elsewhere."""
    return hours.may_see_batch(current_user, team_path=line.team_path, area_path=line.area_path)


def _may_check(row: Any) -> bool:
    return (
        row.reviewed_at is None
        and row.person_id != current_user.id
        and bool(policy.checking_paths(current_user))
    )


def _checked_mark() -> int | None:
    mark = request.args.get("mark")
    return inputs.whole_number(mark, least=0, most=LARGEST) if mark else None


def _open_mark() -> Cursor | None:
    """'1795226400000000-7-31'; what is not a mark is refused."""
    mark = request.args.get("mark")
    if not mark:
        return None
    parts = mark.split("-")
    if len(parts) != 3:
        raise NotFound
    moment, subject_id, mark_id = (inputs.whole_number(part, least=0, most=LARGEST) for part in parts)
    return Cursor(_EPOCH + moment * _MICROSECOND, subject_id, mark_id)


def _next_url(key: str, last: Any, is_checked: bool) -> str:
    if is_checked:
        return url_for("oversight.suspicions", kind=key, tab="checked", mark=last.SuspicionReview.id)
    mark = f"{(last.at - _EPOCH) // _MICROSECOND}-{last.subject_id}-{last.mark_id}"
    return url_for("oversight.suspicions", kind=key, mark=mark)
