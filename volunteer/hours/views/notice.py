"""The public notice of recorded hours, for whoever reads it on the wall or on a phone (R043, R044)."""

from __future__ import annotations

from flask import abort, current_app, render_template
from flask.typing import ResponseReturnValue

from volunteer.areas.models import Area
from volunteer.core import clock, scanned
from volunteer.core.database import db
from volunteer.hours.notices import notices
from volunteer.hours.views import pages


@pages.get("/areas/<int:area_id>/notice")
def notice(area_id: int) -> ResponseReturnValue:
    area = db.session.get(Area, area_id) or abort(404)
    return render_template("hours/notice.html", area=area, notices=notices(area))


@pages.get("/areas/<int:area_id>/notice/paper")
def notice_paper(area_id: int) -> ResponseReturnValue:
    """The same as an A4 sheet for the board at the door."""
    area = db.session.get(Area, area_id) or abort(404)
    address = scanned.outside_address("hours.notice", area_id=area_id)
    return render_template(
        "hours/notice_paper.html",
        area=area,
        notices=notices(area),
        qr=scanned.picture(address, scale=4),
        address=address,
        today=clock.today(),
        days=current_app.config["NOTICE_DAYS"],
    )
