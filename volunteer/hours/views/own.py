"""The page of one's own hours."""

from __future__ import annotations

from flask import render_template, request
from flask.typing import ResponseReturnValue
from flask_login import current_user, login_required

from volunteer.core import clock, inputs
from volunteer.hours import no_shows, words
from volunteer.hours import roll_call as calls
from volunteer.hours.my_time import my_time as read_my_time
from volunteer.hours.views import pages


@pages.get("/my-time")
@login_required
def my_time() -> ResponseReturnValue:
    before = request.args.get("before")
    cursor = inputs.whole_number(before, least=1, most=calls.LARGEST_ID) if before else None
    mine = read_my_time(current_user.id, before=cursor)
    missed = 0 if cursor else no_shows.counts([current_user.id], clock.today().year).get(current_user.id, 0)
    return render_template("hours/my_time.html", mine=mine, words=words, cursor=cursor, missed=missed)
