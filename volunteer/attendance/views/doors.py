"""The leader's side: the code that changes on the phone's screen, and the one on paper."""

from __future__ import annotations

from flask import flash, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user, login_required

from volunteer.attendance import codes, location, queries, rules, service, standing
from volunteer.attendance.models import Door
from volunteer.attendance.views import pages
from volunteer.core import clock, scanned
from volunteer.core.i18n import gettext as _


@pages.get("/activities/<int:occurrence_id>/door")
@login_required
def door(occurrence_id: int) -> ResponseReturnValue:
    """Big code, six digits, who is in; before it is opened, the button that opens it."""
    row, now = service.date_to_lead(current_user, occurrence_id), clock.now()
    found = queries.door(occurrence_id)
    window = queries.window(row)
    is_here, came = queries.counts(occurrence_id)
    closed = standing.refusal_of_date(row, now)
    page = render_template(
        "attendance/door.html",
        date=row,
        door=found,
        window=window,
        closed=closed,
        needless=standing.refusal_for_good(row),
        picture=_picture(found, codes.rotating(found.secret, found.occurrence_id, now)) if found else None,
        seconds=codes.seconds_left(now) if closed is None else 60,
        is_here=is_here,
        came=came,
    )
    return location.allow(make_response(page))


@pages.post("/activities/<int:occurrence_id>/door")
@login_required
def open_door(occurrence_id: int) -> ResponseReturnValue:
    service.open_door(actor=current_user, occurrence_id=occurrence_id)
    where = "attendance.door_paper" if request.form.get("to") == "paper" else "attendance.door"
    return redirect(url_for(where, occurrence_id=occurrence_id), 303)


@pages.get("/activities/<int:occurrence_id>/door/paper")
@login_required
def door_paper(occurrence_id: int) -> ResponseReturnValue:
    """To hang up at the door: good for this date alone."""
    row = service.date_to_lead(current_user, occurrence_id)
    found = queries.door(occurrence_id)
    if found is None:
        needless = standing.refusal_for_good(row)
        return render_template("attendance/door_closed.html", date=row, needless=needless)
    mark = codes.printed(found.secret, occurrence_id)
    return render_template(
        "attendance/door_paper.html",
        date=row,
        door=found,
        window=queries.window(row),
        picture=_picture(found, mark),
    )


@pages.post("/activities/<int:occurrence_id>/door/place")
@login_required
def place_door(occurrence_id: int) -> ResponseReturnValue:
    """The leader's phone says where it stands, or what it said is forgotten."""
    service.date_to_lead(current_user, occurrence_id)
    sent = rules.place(request.form.get("latitude", ""), request.form.get("longitude", ""))
    wants_none = request.form.get("forget") == "1"
    if sent is None and not wants_none:
        flash(_("手机没有给出位置。不记位置也能签到。"), "warning")
    else:
        service.place_door(
            actor=current_user, occurrence_id=occurrence_id, place=None if wants_none else sent
        )
        flash(_("位置删掉了。") if wants_none else _("位置记下了。"), "success")
    return redirect(url_for("attendance.door", occurrence_id=occurrence_id), 303)


def _picture(door: Door, mark: str) -> str:
    address = scanned.outside_address("attendance.arrive", occurrence_id=door.occurrence_id, mark=mark)
    return scanned.picture(address, scale=8)
