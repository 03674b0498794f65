"""What is held about people in the tables of safety: everything goes when an account is closed."""

from __future__ import annotations

import sqlalchemy as sa
from flask_babel import lazy_gettext as _l

from volunteer.core.database import db
from volunteer.people import phones
from volunteer.people.models import Person
from volunteer.people.personal import (
    DELETE,
    STAY,
    declare,
    doer,
    goes,
    nothing_personal,
    on_erasure,
    owner,
    secret,
)
from volunteer.people.personal_tables import PROOF_OF_IDENTITY
from volunteer.safety.models import (
    Passkey,
    RecoveryCode,
    ResetRequest,
    ResetToken,
    SpentChallenge,
    TotpSecret,
)

declare(
    TotpSecret,
    _l("动态验证码"),
    owner("person_id"),
    goes("created_at confirmed_at"),
    secret(PROOF_OF_IDENTITY, "secret next_secret last_step"),
    erase=DELETE,
    merge=STAY,
)
declare(
    RecoveryCode,
    _l("备用的恢复码"),
    owner("person_id"),
    goes("id created_at used_at"),
    secret(PROOF_OF_IDENTITY, "code_hash"),
    erase=DELETE,
    merge=STAY,
)
declare(
    Passkey,
    _l("通行密钥"),
    owner("person_id"),
    goes("id name created_at last_used_at"),
    secret(PROOF_OF_IDENTITY, "credential_id credential_hash public_key sign_count"),
    erase=DELETE,
    merge=STAY,
)
declare(
    ResetToken,
    _l("重设密码的申请"),
    owner("person_id"),
    goes("created_at expires_at used_at"),
    doer("created_by_id"),
    secret(PROOF_OF_IDENTITY, "token_hash"),
    erase=DELETE,
    merge=STAY,
)
nothing_personal("hashes of random challenges", SpentChallenge)
nothing_personal("what was typed by whoever asked for a new password, gone once it was handled", ResetRequest)


@on_erasure
def forget_reset_requests(person: Person) -> None:
    """Requests that are still waiting and were typed with this person's number, phone or address."""
    mine = {person.number, person.phone, (person.email or "").casefold()} - {None, ""}
    for row in db.session.scalars(sa.select(ResetRequest).order_by(ResetRequest.id)):
        typed = row.account.strip()
        if {typed, typed.upper(), typed.casefold(), phones.normalised_or_none(typed)} & mine:
            db.session.delete(row)
    db.session.flush()
