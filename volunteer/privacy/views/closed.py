"""A pair of records of which one may not be opened yet: which, and where to ask for it."""

from __future__ import annotations

from flask import render_template
from flask.typing import ResponseReturnValue
from flask_login import current_user

from volunteer.core.database import db
from volunteer.people.models import Person
from volunteer.people.service import access


def closed_pair(*person_ids: int) -> ResponseReturnValue:
    """For who may see that there are these records; it shows their numbers and nothing else."""
    people = [db.session.get_one(Person, person_id) for person_id in person_ids]
    closed = [
        (person, access.is_waiting(current_user.id, person.id))
        for person in people
        if not access.may_open(current_user, person)
    ]
    return render_template("privacy/pair_closed.html", closed=closed), 403
