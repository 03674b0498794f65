"""Staff: registering somebody at the counter, the slip with the number, the list of residents."""

from __future__ import annotations

from flask import g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user, login_required

from volunteer.areas import queries as areas
from volunteer.areas.models import Area
from volunteer.core import inputs, transaction
from volunteer.core.database import db
from volunteer.core.errors import NotAllowed, NotFound, Refused
from volunteer.people import policy, queries, service
from volunteer.people.forms import CounterForm, password_hint
from volunteer.people.models import Person
from volunteer.people.views import pages


@pages.route("/desk/people/new", methods=["GET", "POST"])
@login_required
def staff_register() -> ResponseReturnValue:
    if not policy.may_register_others(current_user):
        raise NotAllowed
    form = CounterForm()
    form.area.choices = {
        area.id: area.label for area in areas.communities(policy.registrar_paths(current_user))
    }
    if form.validate_on_submit():
        assert form.born_on.data is not None, "the form requires it"
        try:
            person = service.register_by_staff(
                actor=current_user,
                name=form.name.data,
                born_on=form.born_on.data,
                area_id=form.area.data,
                phone=form.phone.data or None,
                password=form.password.data or None,
                language=form.language.data,
                elder_mode=form.elder_mode.data,
                consent_way=form.consent_way.data,
                guardian=_guardian(form),
                password_hash=g.get("password_hash"),
            )
            return redirect(url_for("people.slip", person_id=person.id), 303)
        except Refused as refusal:
            transaction.give_up()
            form.refuse(refusal)
    page = render_template("people/staff_register.html", form=form, password_hint=password_hint())
    return page, 422 if form.is_submitted() else 200


@pages.get("/desk/people/<int:person_id>/slip")
@login_required
def slip(person_id: int) -> ResponseReturnValue:
    """A slip of paper with the volunteer number, to be taken home."""
    person = db.session.get(Person, person_id)
    area = db.session.get(Area, person.area_id) if person else None
    if person is None or area is None or not policy.may_print_slip(current_user, area.path):
        raise NotFound
    return render_template("people/slip.html", person=person, area=area)


@pages.get("/desk/people")
@login_required
def directory() -> ResponseReturnValue:
    if not policy.may_see_directory(current_user):
        raise NotAllowed
    text = inputs.clean(request.args.get("q", ""), longest=60)
    before = request.args.get("before")
    found = queries.directory(
        area_paths=policy.directory_paths(current_user),
        text=text,
        before=inputs.whole_number(before, least=1, most=2**62) if before else None,
    )
    people, more = found[: queries.PAGE], found[queries.PAGE :]
    return render_template(
        "people/directory.html",
        people=people,
        text=text,
        next_url=url_for("people.directory", q=text or None, before=people[-1].id) if more else None,
        is_first_page=before is None,
        may_register=policy.may_register_others(current_user),
    )


def _guardian(form: CounterForm) -> service.GuardianConsent | None:
    if not form.guardian_name.data:
        return None
    return service.GuardianConsent(
        name=form.guardian_name.data,
        relation=form.guardian_relation.data,
        phone=form.guardian_phone.data,
    )
