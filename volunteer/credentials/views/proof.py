"""The proof itself: for the person at once, for staff after pressing a button, which leaves a row in the log."""

from __future__ import annotations

from typing import Any

from flask import render_template
from flask.typing import ResponseReturnValue
from flask_login import current_user, login_required

from volunteer.audit import service as audit
from volunteer.core import files, formats
from volunteer.core.database import db
from volunteer.core.errors import NotFound
from volunteer.core.formkey import without_form_key
from volunteer.credentials import policy, queries, rules
from volunteer.credentials.views import pages
from volunteer.people.service import access


@pages.get("/credentials/<int:credential_id>/proof")
@login_required
def proof(credential_id: int) -> ResponseReturnValue:
    row = _load(credential_id)
    if row.Credential.person_id == current_user.id:
        return _file(row)
    access.refuse_closed(current_user, row.Person)
    return render_template(
        "credentials/proof.html",
        entry=row.Credential,
        masked_name=formats.masked_name(row.Person.name),
        number=row.Person.number,
        kinds=rules.KIND_LABELS,
    )


@pages.post("/credentials/<int:credential_id>/proof")
@without_form_key
@login_required
def open_proof(credential_id: int) -> ResponseReturnValue:
    """Each opening by staff is a row of its own, so pressing twice is no harm."""
    row = _load(credential_id)
    if row.Credential.person_id != current_user.id:
        access.note_opening(current_user, row.Person, page="proof")
        audit.record(
            actor_id=current_user.id,
            act="proof_opened",
            kind="credential",
            id=credential_id,
            person=row.Person.id,
        )
    return _file(row)


def _load(credential_id: int) -> Any:
    row = queries.with_person(credential_id)
    if row is None or row.Credential.proof_id is None:
        raise NotFound
    if not policy.may_open_proof(current_user, person_id=row.Person.id, area_path=row.area_path):
        raise NotFound
    return row


def _file(row: Any) -> ResponseReturnValue:
    stored = db.session.get_one(files.StoredFile, row.Credential.proof_id)
    return files.response(stored, called=f"proof-{row.Credential.id}")
