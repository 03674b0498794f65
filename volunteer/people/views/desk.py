"""Staff: registering somebody at the counter, the slip with number and PIN, the list of residents."""

from __future__ import annotations

from flask import g, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user, login_required

from volunteer.areas import queries as areas
from volunteer.areas.models import Area
from volunteer.core import clock, formats, inputs, transaction
from volunteer.core.database import db
from volunteer.core.errors import NotAllowed, NotFound, Refused
from volunteer.core.formkey import without_form_key
from volunteer.people import passwords, pins, policy, queries, rules, service, sessions, words
from volunteer.people.forms import CounterForm, password_hint
from volunteer.people.models import Person
from volunteer.people.service import access
from volunteer.people.views import pages


@pages.before_request
def hash_what_the_counter_gives() -> None:
    """The PIN that will be printed, and a password typed at the counter, before the request's own transaction."""
    if request.method != "POST" or request.endpoint not in {"people.staff_register", "people.new_pin"}:
        return
    if not policy.may_register_others(current_user):
        return
    g.pin = pins.new_pin()
    g.pin_hash = pins.hash_pin(g.pin)
    password = request.form.get("password", "")
    if passwords.SHORTEST <= len(password) <= passwords.LONGEST:
        g.password_hash = sessions.hash_password(password)


@pages.route("/desk/people/new", methods=["GET", "POST"])
@login_required
def staff_register() -> ResponseReturnValue:
    """Answers with the slip itself: the PIN stands in this one answer and is kept nowhere."""
    paths = policy.registrar_paths(current_user)
    if not paths:
        raise NotAllowed
    form = CounterForm()
    form.area.choices = {area.id: area.label for area in areas.homes(paths)}
    status = 422 if form.is_submitted() else 200
    if form.validate_on_submit():
        try:
            person = service.register_by_staff(
                actor=current_user,
                new=_new_person(form),
                consent_way=form.consent_way.data,
                consent_on=form.consent_on.data,
                password=form.password.data or None,
                password_hash=g.get("password_hash"),
                pin_hash=g.pin_hash,
            )
            return _slip_with_pin(person)
        except Refused as refusal:
            transaction.give_up()
            form.refuse(refusal)
            status = refusal.status
    page = render_template(
        "people/staff_register.html",
        form=form,
        password_hint=password_hint(),
        may_verify=bool(policy.confirming_paths(current_user)),
        back=_back(),
    )
    return page, status


def _new_person(form: CounterForm) -> service.NewPerson:
    assert form.born_on.data is not None, "the form requires it"
    guardian = None
    if form.guardian_name.data:
        guardian = service.GuardianConsent(
            name=form.guardian_name.data,
            relation=form.guardian_relation.data,
            phone=form.guardian_phone.data,
        )
    return service.NewPerson(
        name=form.name.data,
        born_on=form.born_on.data,
        area_id=form.area.data,
        phone=form.phone.data or None,
        language=form.language.data,
        elder_mode=form.elder_mode.data,
        sex=form.sex.data or None,
        document_kind=form.document_kind.data,
        document=form.document.data or None,
        is_verified=form.document_seen.data,
        address=form.address.data or None,
        school=form.school.data or None,
        guardian=guardian,
    )


@pages.get("/desk/people/<int:person_id>/slip")
@login_required
def slip(person_id: int) -> ResponseReturnValue:
    """A slip of paper with the volunteer number, to be taken home; the PIN is printed only once."""
    person = db.session.get(Person, person_id)
    area = db.session.get(Area, person.area_id) if person else None
    if person is None or area is None:
        raise NotFound
    if not policy.may_print_slip(current_user, area.path, person.registered_by_id):
        raise NotFound
    return _slip(person, area, pin=None)


@pages.post("/desk/people/<int:person_id>/pin")
@login_required
def new_pin(person_id: int) -> ResponseReturnValue:
    """A new PIN on a new slip; the old one is dead."""
    if "pin_hash" not in g:
        raise NotFound
    return _slip_with_pin(service.give_pin(actor=current_user, person_id=person_id, pin_hash=g.pin_hash))


def _slip_with_pin(person: Person) -> ResponseReturnValue:
    """Created: the answer is the slip, and its address stays with the form key for whoever reloads."""
    area = db.session.get_one(Area, person.area_id)
    headers = {"Location": url_for("people.slip", person_id=person.id), "Cache-Control": "no-store"}
    return _slip(person, area, pin=g.pin), 201, headers


def _slip(person: Person, area: Area, *, pin: str | None) -> str:
    """The name is printed whole for who has just typed it, and with a new PIN, which stands in the log (R142)."""
    is_open = access.may_finish_registration(current_user, person)
    is_whole = pin is not None or access.has_just_registered(current_user, person)
    return render_template(
        "people/slip.html",
        person=person,
        area=area,
        pin=pin,
        name=person.name if is_whole else formats.masked_name(person.name),
        may_give_pin=is_open
        and policy.may_check_identity(current_user, person.id, area.path)
        and not policy.helps(current_user, person.id),
        has_pin=person.pin_hash is not None,
        waits=rules.needs_guardian(person.born_on, clock.today()) and not queries.has_guardian(person.id),
        back=_back(),
    )


def _back() -> str:
    """Where leaders and staff come from."""
    is_reader = policy.may_see_directory(current_user)
    return url_for("people.directory" if is_reader else "people.me")


@pages.route("/desk/people", methods=["GET", "POST"])
@login_required
@without_form_key
def directory() -> ResponseReturnValue:
    """What is searched for is posted, for names and phones do not belong into addresses; nothing is stored."""
    if not policy.may_see_directory(current_user):
        raise NotAllowed
    transaction.give_up()  # a POST, but it only reads: nobody waits for it
    text = inputs.clean(request.form.get("q", ""), longest=60)
    before = request.values.get("before")
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
        next_before=people[-1].id if more else None,
        is_first_page=not before,
        may_register=policy.may_register_others(current_user),
        status_text=words.status,
    )
