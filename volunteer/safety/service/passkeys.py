"""Passkeys (WebAuthn): a key pair in a phone, computer or security key; only the public half is here.

The library is imported where it is used: it brings 15 MB along that a worker
without passkeys need not carry.
"""

from __future__ import annotations

import hashlib
from typing import Any

import sqlalchemy as sa
from flask import current_app
from flask_babel import lazy_gettext as _l

from volunteer.core import clock, crypto
from volunteer.core.database import COUNT_ROWS, db, insert_if_new
from volunteer.core.errors import NotFound, Refused
from volunteer.people.models import ACTIVE, Person
from volunteer.safety import messages, rules
from volunteer.safety.models import Passkey, SpentChallenge
from volunteer.safety.service import factors, recovery

NAME = "邻里时间 Linli"
LONGEST = 20_000  # signs of an answer; a real one has about 2,000


class PasskeyRefused(Refused):
    """For an unknown key, a wrong signature, an old challenge: nobody learns which."""

    sentence = _l("没有认出这把通行密钥。请再试一次，或者用别的办法登录。")
    status = 422


class TooManyPasskeys(Refused):
    sentence = _l("通行密钥已经很多了，请先取消不用的。")


def party() -> rules.Party:
    """This installation, as an authenticator knows it; not found where passkeys cannot work."""
    found = rules.party(str(current_app.config["BASE_URL"]))
    if found is None:
        raise NotFound
    return found


def is_available() -> bool:
    return rules.party(str(current_app.config["BASE_URL"])) is not None


def options_to_register(person_id: int, challenge: bytes) -> str:
    """What the browser needs to make a new key: JSON."""
    import webauthn
    from webauthn.helpers import structs

    person = db.session.get_one(Person, person_id)
    wanted = structs.AuthenticatorSelectionCriteria(
        resident_key=structs.ResidentKeyRequirement.REQUIRED,
        require_resident_key=True,
        user_verification=structs.UserVerificationRequirement.REQUIRED,
    )
    return webauthn.options_to_json(
        webauthn.generate_registration_options(
            rp_id=party().id,
            rp_name=NAME,
            user_id=crypto.look_up_hash("passkey-user", str(person_id)).encode(),
            user_name=person.number,
            user_display_name=person.number,
            challenge=challenge,
            authenticator_selection=wanted,
            exclude_credentials=_descriptors(person_id),
        )
    )


def options_to_prove(person_id: int | None, challenge: bytes) -> str:
    """What the browser needs to sign with a key: any of ours, or one of the person's. JSON."""
    import webauthn
    from webauthn.helpers import structs

    return webauthn.options_to_json(
        webauthn.generate_authentication_options(
            rp_id=party().id,
            challenge=challenge,
            allow_credentials=_descriptors(person_id) if person_id is not None else None,
            user_verification=structs.UserVerificationRequirement.REQUIRED,
        )
    )


def register(person_id: int, *, answer: str, challenge: bytes, name: str, keep: str | None) -> list[str]:
    """Keep the public half of a new key.

    Returns new recovery codes when it is the person's first factor. All
    sign-ins but `keep` end.
    """
    import webauthn

    verified = _verify(
        webauthn.verify_registration_response,
        answer,
        challenge,
        require_user_verification=True,
    )
    person = factors.lock(person_id)
    count = sa.select(sa.func.count()).where(Passkey.person_id == person_id)
    if (db.session.scalar(count) or 0) >= rules.PASSKEYS_AT_MOST:
        raise TooManyPasskeys
    _keep_key(person_id, verified, name)
    codes = [] if person.has_second_factor else recovery.make(person_id)
    factors.changed(
        person_id, by=person_id, act="second_factor_added", kind=messages.FACTOR_ADDED, keep=keep,
        way="passkey",
    )  # fmt: skip
    return codes


def prove(*, answer: str, challenge: bytes, person_id: int | None = None) -> int:
    """The person whose key signed the challenge, verified by finger, face or PIN of the device.

    With `person_id`, only one of that person's keys will do. A counter that does
    not grow means a copied key: refused.
    """
    import webauthn

    key = _key_of(answer)
    if key is None or (person_id is not None and key.person_id != person_id):
        raise PasskeyRefused
    verified = _verify(
        webauthn.verify_authentication_response,
        answer,
        challenge,
        credential_public_key=_bytes(key.public_key),
        credential_current_sign_count=key.sign_count,
        require_user_verification=True,
    )
    key.sign_count, key.last_used_at = verified.new_sign_count, clock.now()
    db.session.flush()
    if db.session.scalar(sa.select(Person.status).where(Person.id == key.person_id)) != ACTIVE:
        raise PasskeyRefused
    return key.person_id


def _verify(check: Any, answer: str, challenge: bytes, **more: Any) -> Any:
    """Ask the library, spend the challenge; whatever is wrong is one refusal."""
    from webauthn.helpers.exceptions import WebAuthnException

    us = party()
    try:
        verified = check(
            credential=answer,
            expected_challenge=challenge,
            expected_rp_id=us.id,
            expected_origin=us.origin,
            **more,
        )
    except (WebAuthnException, ValueError, TypeError, KeyError, IndexError, AttributeError) as error:
        raise PasskeyRefused from error
    _spend(challenge)
    return verified


def _spend(challenge: bytes) -> None:
    """A challenge is answered once, even when the cookie that carries it was copied."""
    row = {"challenge_hash": hashlib.sha256(challenge).hexdigest(), "spent_at": clock.now()}
    statement = insert_if_new(SpentChallenge.__table__)
    result: Any = db.session.execute(statement, row, execution_options=COUNT_ROWS)
    if result.rowcount != 1:
        raise PasskeyRefused


def _key_of(answer: str) -> Passkey | None:
    from webauthn.helpers import parse_authentication_credential_json
    from webauthn.helpers.exceptions import WebAuthnException

    try:
        credential = parse_authentication_credential_json(answer)
    except (WebAuthnException, ValueError, TypeError, KeyError, AttributeError) as error:
        raise PasskeyRefused from error
    statement = sa.select(Passkey).where(Passkey.credential_hash == _hash(credential.raw_id))
    return db.session.scalars(statement.with_for_update()).first()


def _keep_key(person_id: int, verified: Any, name: str) -> None:
    credential_hash = _hash(verified.credential_id)
    if db.session.scalar(sa.select(Passkey.id).where(Passkey.credential_hash == credential_hash)):
        raise PasskeyRefused
    db.session.add(
        Passkey(
            person_id=person_id,
            credential_id=_text(verified.credential_id),
            credential_hash=credential_hash,
            public_key=_text(verified.credential_public_key),
            sign_count=verified.sign_count,
            name=name,
            created_at=clock.now(),
        )
    )
    db.session.flush()


def _descriptors(person_id: int) -> list[Any]:
    from webauthn.helpers.structs import PublicKeyCredentialDescriptor

    statement = sa.select(Passkey.credential_id).where(Passkey.person_id == person_id).order_by(Passkey.id)
    return [PublicKeyCredentialDescriptor(id=_bytes(id_)) for id_ in db.session.scalars(statement)]


def _hash(credential_id: bytes) -> str:
    return hashlib.sha256(credential_id).hexdigest()


def _text(raw: bytes) -> str:
    from webauthn.helpers import bytes_to_base64url

    return str(bytes_to_base64url(raw))


def _bytes(text: str) -> bytes:
    from webauthn.helpers import base64url_to_bytes

    return bytes(base64url_to_bytes(text))
