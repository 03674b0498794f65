"""Screens on the wall: staff put them up; the secret address needs no sign-in."""

from __future__ import annotations

from flask import flash, make_response, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user, login_required

from volunteer.attendance import codes, policy, screens_queries, service, wall
from volunteer.attendance.forms import ScreenForm
from volunteer.attendance.views import pages
from volunteer.core import clock, i18n, scanned, transaction
from volunteer.core.errors import NotAllowed, NotFound, Refused
from volunteer.core.i18n import gettext as _
from volunteer.safety import shown_once

REFRESH_SECONDS = 30
_SHOWN = "wall-screen"


@pages.route("/desk/screens", methods=["GET", "POST"])
@login_required
def screens() -> ResponseReturnValue:
    """All screens of the own areas; a new one's address is shown once."""
    paths = policy.screen_paths(current_user)
    if not paths:
        raise NotAllowed
    form, status = ScreenForm(data={"language": i18n.current()}), 200
    form.place.choices = screens_queries.places(paths, clock.now())
    if form.is_submitted():
        status = 422
        try:
            area_id, place = screens_queries.chosen(form.place.data or "")
            token = service.make_screen(
                actor=current_user,
                area_id=area_id,
                place=place,
                language=form.language.data or i18n.DEFAULT,
                shows_code=form.shows_code.data,
            )
            shown_once.keep(_SHOWN, current_user.id, token)
            return redirect(url_for("attendance.screens"), 303)
        except Refused as refusal:
            form.refuse(refusal)
            transaction.give_up()
    shown = shown_once.look(_SHOWN, current_user.id)
    address = scanned.outside_address("attendance.wall_screen", token=shown) if shown else None
    page = render_template(
        "attendance/screens.html",
        form=form,
        screens=screens_queries.screens(paths),
        address=address,
        picture=scanned.picture(address, scale=6) if address else None,
    )
    return page, status


@pages.post("/desk/screens/<int:screen_id>/revoke")
@login_required
def revoke_screen(screen_id: int) -> ResponseReturnValue:
    service.revoke_screen(actor=current_user, screen_id=screen_id)
    shown_once.put_away(_SHOWN)
    flash(_("这块看板停用了，地址打不开了。"), "success")
    return redirect(url_for("attendance.screens"), 303)


@pages.get("/wall/<token>")
def wall_screen(token: str) -> ResponseReturnValue:
    """Who is here, who is missing: for a television at the place. An ended and an unknown address answer alike."""
    screen = wall.by_token(token)
    if screen is None:
        raise NotFound
    now = clock.now()
    with i18n.speaking(screen.language):  # the television's browser knows nothing of who looks at it
        board = wall.board(screen, now)
        page = render_template(
            "attendance/wall.html",
            screen=screen,
            board=board,
            now=now,
            seconds=codes.seconds_left(now) if board.has_code else REFRESH_SECONDS,
        )
    answer = make_response(page)
    answer.headers["X-Robots-Tag"] = "noindex"
    return answer
