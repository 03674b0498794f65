"""Staff help somebody in again: a code on a slip, a lost phone. Both stand on the person's page (`people.record`)."""

from __future__ import annotations

import datetime as dt

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user, login_required

from volunteer.core import clock
from volunteer.core.database import db
from volunteer.core.errors import NotFound
from volunteer.core.i18n import gettext as _
from volunteer.people.models import Person
from volunteer.people.sessions import require_confirmed
from volunteer.safety import rules, service, shown_once
from volunteer.safety.service import factors
from volunteer.safety.views import pages


@pages.post("/desk/people/<int:person_id>/reset-password")
@login_required
def counter_reset(person_id: int) -> ResponseReturnValue:
    factors.refuse_unless_may_restore(current_user, _person(person_id))
    if (answer := require_confirmed()) is not None:
        return answer
    code = service.give_code(actor=current_user, person_id=person_id)
    until = clock.now() + rules.SLIP_LIFE
    shown_once.keep(_slip(person_id), current_user.id, f"{code} {until.isoformat()}")
    return redirect(url_for("safety.reset_slip", person_id=person_id), 303)


@pages.get("/desk/people/<int:person_id>/reset-slip")
@login_required
def reset_slip(person_id: int) -> ResponseReturnValue:
    """The slip to print, in the browser that made it, for ten minutes."""
    person = _person(person_id)
    factors.refuse_unless_may_restore(current_user, person)
    shown = shown_once.look(_slip(person_id), current_user.id)
    if shown is None:
        return redirect(url_for("people.record", person_id=person_id), 303)
    code, until = shown.split()
    return render_template(
        "safety/reset_slip.html", person=person, code=code, until=dt.datetime.fromisoformat(until)
    )


@pages.post("/desk/people/<int:person_id>/remove-factor")
@login_required
def counter_remove_factor(person_id: int) -> ResponseReturnValue:
    factors.refuse_unless_may_restore(current_user, _person(person_id))
    if (answer := require_confirmed()) is not None:
        return answer
    service.remove_at_counter(actor=current_user, person_id=person_id)
    flash(_("这位居民的第二步验证已经清掉，下次登录时可以重新设置。"), "success")
    return redirect(url_for("people.record", person_id=person_id), 303)


def _person(person_id: int) -> Person:
    person = db.session.get(Person, person_id)
    if person is None:
        raise NotFound
    return person


def _slip(person_id: int) -> str:
    return f"slip-{person_id}"
