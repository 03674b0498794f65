"""The visitor's side: scan or type a code, then one big button to come and later to leave."""

from __future__ import annotations

from typing import Any

from flask import Response, flash, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user, login_required

from volunteer.attendance import codes, location, queries, refusals, rules, service, standing, walk_ins
from volunteer.attendance.forms import CodeForm
from volunteer.attendance.models import CODE
from volunteer.attendance.views import carried, pages
from volunteer.core import clock, throttle, transaction
from volunteer.core.errors import Refused
from volunteer.core.i18n import gettext as _

WRONG_CODES = 10  # of one person in a quarter of an hour; a million codes, a handful of open doors


@pages.before_request
def count_codes() -> None:
    """Before the write transaction begins; a right one is taken back in it."""
    if request.endpoint == "attendance.find_code" and current_user.is_authenticated:
        throttle.count("check-in-code", str(current_user.id), limit=WRONG_CODES)


@pages.get("/in/<int:occurrence_id>/<mark>")
def arrive(occurrence_id: int, mark: str) -> ResponseReturnValue:
    """What a scan opens: the mark is changed for a pass of this browser, which goes on to the page of the date."""
    door, now = queries.door(occurrence_id), clock.now()
    way = door and codes.way_of(mark, secret=door.secret, occurrence_id=occurrence_id, now=now)
    if not way:
        return _code_page(CodeForm(formdata=None), problem=refusals.OldCode())
    return _go_in(occurrence_id, way)


@pages.get("/check-in")
@login_required
def enter_code() -> ResponseReturnValue:
    """For who cannot scan: six digits, or a press where one has scanned already."""
    return _code_page(CodeForm(formdata=None), status=200)


@pages.post("/check-in")
@login_required
def find_code() -> ResponseReturnValue:
    form = CodeForm()
    if form.validate_on_submit():
        try:
            occurrence_id = service.date_of_code(actor=current_user, code=form.code.data or "")
            throttle.take_back("check-in-code", str(current_user.id))
            return _go_in(occurrence_id, CODE)
        except Refused as refusal:
            form.refuse(refusal)
    transaction.give_up()
    return _code_page(form, status=422)


@pages.get("/check-in/<int:occurrence_id>")
@login_required
def here(occurrence_id: int) -> ResponseReturnValue:
    return _page(occurrence_id)


@pages.post("/check-in/<int:occurrence_id>")
@login_required
def mark(occurrence_id: int) -> ResponseReturnValue:
    """Come (`do=in`) or leave (`do=out`), with the pass of a scan or of the digits."""
    try:
        standing.load(occurrence_id, current_user.id)
        carried_pass = carried.door_pass(occurrence_id)
        if carried_pass is None:
            raise refusals.NoPass
        _deed(occurrence_id, carried_pass.way)
    except Refused as refusal:
        transaction.give_up()
        return _page(occurrence_id, problem=refusal.message), refusal.status
    return redirect(url_for("attendance.here", occurrence_id=occurrence_id), 303)


def _deed(occurrence_id: int, way: str) -> None:
    if request.form.get("do") == "out":
        service.check_out(actor=current_user, occurrence_id=occurrence_id, way=way)
        flash(_("签退好了，谢谢您！"), "success")
        return
    service.check_in(
        actor=current_user,
        occurrence_id=occurrence_id,
        way=way,
        device=carried.device(),
        distance_metres=location.distance(current_user.id, occurrence_id, request.form),
    )
    flash(_("签到好了，欢迎您！"), "success")


def _go_in(occurrence_id: int, way: str) -> Response:
    answer = make_response(redirect(url_for("attendance.here", occurrence_id=occurrence_id), 303))
    return carried.hand_out(answer, occurrence_id=occurrence_id, way=way)


def _code_page(form: CodeForm, *, problem: Refused | None = None, status: int = 409) -> ResponseReturnValue:
    dates = queries.open_dates(current_user.id, clock.now()) if current_user.is_authenticated else []
    return render_template("attendance/enter_code.html", form=form, problem=problem, dates=dates), status


def _page(occurrence_id: int, *, problem: str | None = None) -> str | Response:
    now = clock.now()
    row = standing.load(occurrence_id, current_user.id)
    pairs = queries.pairs_of(occurrence_id, current_user.id)
    closed = standing.refusal_of_date(row, now)
    refusal = standing.refusal(current_user, row, now) if row.open_id is None else None
    page: dict[str, Any] = {
        "date": row,
        "pairs": pairs,
        "minutes": rules.minutes_present(pairs, row.starts_at, row.ends_at),
        "is_in": row.open_id is not None,
        "is_fresh": bool(pairs) and now - pairs[-1][0] < rules.JUST_NOW,
        "closed": closed,
        "refusal": refusal,
        "has_pass": carried.door_pass(occurrence_id) is not None,
        "pass_seconds": carried.PASS_SECONDS,
        "problem": problem,
        "free": walk_ins.free_places(occurrence_id) if not row.is_signed_up else 0,
        "form": CodeForm(formdata=None),
    }
    if location.is_asked(current_user.id, occurrence_id):
        return location.allow(make_response(render_template("attendance/here.html", asks_place=True, **page)))
    return render_template("attendance/here.html", asks_place=False, **page)
