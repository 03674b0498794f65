"""Calendar feeds: one's own by a secret address, and the public ones of a team and a community."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa
from flask import Response, abort, flash, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user, login_required

from volunteer.activities import feeds
from volunteer.activities.service import feeding
from volunteer.activities.views import pages
from volunteer.areas.models import Area
from volunteer.areas.rules import community_path
from volunteer.core import clock, i18n, scanned
from volunteer.core.database import db
from volunteer.core.i18n import gettext as _
from volunteer.teams import queries as teams
from volunteer.teams.models import MEMBER, Team

TYPE = "text/calendar; charset=utf-8"


@pages.get("/me/calendar")
@login_required
def my_calendar() -> ResponseReturnValue:
    return _page(address=None)


@pages.post("/me/calendar")
@login_required
def make_feed() -> ResponseReturnValue:
    """The new address is shown once: the answer to the form is the page."""
    token = feeding.make_feed(actor=current_user)
    address = scanned.outside_address("activities.own_feed", token=token)
    subscribe = "webcal://" + address.split("://", 1)[1]
    return _page(address=address, subscribe=subscribe, qr=scanned.picture(address, scale=4))


def _page(**shown: Any) -> str:
    home = community_path(current_user.area_path)
    area = db.session.scalars(sa.select(Area).where(Area.path == home)).one()
    public = [(area.label, url_for("activities.area_feed", area_id=area.id))]
    public += [
        (team.label, url_for("activities.team_feed", team_id=team.id))
        for team, state in teams.of_person(current_user.id)
        if state == MEMBER
    ]
    return render_template(
        "activities/my_calendar.html", feed=feeding.feed_of(current_user.id), public=public, **shown
    )


@pages.post("/me/calendar/revoke")
@login_required
def revoke_feed() -> ResponseReturnValue:
    feeding.revoke_feed(actor=current_user)
    flash(_("订阅地址已经作废，日历过一会儿就收不到了。"), "success")
    return redirect(url_for("activities.my_calendar"), 303)


@pages.get("/calendar/<token>.ics")
def own_feed(token: str) -> ResponseReturnValue:
    """Fetched by a calendar, without a sign-in: the address is the key."""
    holder = feeding.holder_of_feed(token)
    with i18n.speaking(holder.language):
        body = feeds.write(feeds.own(holder.id, clock.now()), name=_("我的志愿服务"))
    response = _answer(body, "linli.ics")
    response.headers["Cache-Control"] = "private, no-cache"
    return response


@pages.get("/teams/<int:team_id>/calendar.ics")
def team_feed(team_id: int) -> ResponseReturnValue:
    team = db.session.get(Team, team_id) or abort(404)
    return _public(feeds.of_team(team_id, clock.now()), team.label, f"team-{team_id}.ics")


@pages.get("/areas/<int:area_id>/calendar.ics")
def area_feed(area_id: int) -> ResponseReturnValue:
    area = db.session.get(Area, area_id) or abort(404)
    return _public(feeds.of_area(area.path, clock.now()), area.label, f"area-{area_id}.ics")


def _public(rows: Sequence[Any], name: str, called: str) -> Response:
    response = _answer(feeds.write(rows, name=name), called)
    response.headers["Cache-Control"] = "public, max-age=900"
    return response


def _answer(body: bytes, called: str) -> Response:
    """With a digest, so that a calendar that has this already is told so in a line."""
    response = make_response(body)
    response.headers["Content-Type"] = TYPE
    response.headers["Content-Disposition"] = f"inline; filename={called}"
    response.add_etag()
    response.make_conditional(request)
    return response
