"""What people are told about their trainings and qualifications."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

from volunteer.credentials.models import Credential
from volunteer.outbox import kinds
from volunteer.outbox import service as outbox

RECORDED, CONFIRMED, REFUSED = "credential_recorded", "credential_confirmed", "credential_refused"
WITHDRAWN, EXPIRING = "credential_withdrawn", "credential_expiring"
_PAGE = "credentials.mine"

kinds.register(
    RECORDED,
    subject=_l("给您登记了“%(name)s”"),
    body=_l(
        "“%(name)s”（%(unit)s）登记到您名下了，在“我的培训和资格”里能看到。有写错的，请告诉社区工作人员。"
    ),
    endpoint=_PAGE,
)
kinds.register(
    CONFIRMED,
    subject=_l("“%(name)s”确认好了"),
    body=_l("您交来的“%(name)s”，工作人员看过了，已经生效。"),
    endpoint=_PAGE,
)
kinds.register(
    REFUSED,
    subject=_l("“%(name)s”没有通过"),
    body=_l("您交来的“%(name)s”没有通过，原因：“%(reason)s”。补好以后可以再交一次。"),
    endpoint=_PAGE,
)
kinds.register(
    WITHDRAWN,
    subject=_l("“%(name)s”收回了"),
    body=_l("登记在您名下的“%(name)s”收回了，原因：“%(reason)s”。有疑问请找社区工作人员。"),
    endpoint=_PAGE,
)
kinds.register(
    EXPIRING,
    subject=_l("“%(name)s”快到期了"),
    body=_l("您的“%(name)s”有效到%(expires_on)s。换了新证，请在“我的培训和资格”里交上来，报名才不会耽误。"),
    endpoint=_PAGE,
)


def note(kind: str, credential: Credential, *, reason: str = "", by_email: bool = False) -> outbox.Note:
    """Told once for each credential and each end of its validity."""
    payload = {"name": credential.name, "unit": credential.unit}
    key = f"{kind.replace('_', '-')}:{credential.id}"
    if reason:
        payload["reason"] = reason
    if kind == EXPIRING:
        assert credential.expires_on is not None
        payload["expires_on"] = credential.expires_on.isoformat()
        key = expiring_key(credential.id, payload["expires_on"])
    return outbox.Note(key=key, kind=kind, person_id=credential.person_id, payload=payload, by_email=by_email)


def expiring_key(credential_id: int, expires_on: str) -> str:
    return f"credential-expiring:{credential_id}:{expires_on}"
